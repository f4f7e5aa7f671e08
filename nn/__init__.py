"""Layers, losses and containers under torch.nn's names: an import here for each file that defines some."""
import autograd

if not hasattr(autograd, "gategrad"):
    raise ImportError(f"nn belongs to gategrad, but `import autograd` found another package of that name in "
                      f"{autograd.__file__}: run `pip uninstall autograd`, or use a fresh virtual environment")

from nn import init, utils
from nn.containers import ModuleDict, ModuleList, ParameterDict, ParameterList, Sequential
from nn.module import Module
from nn.parameter import Buffer, Parameter
