"""Layers, losses and containers under torch.nn's names: an import here for each file that defines some."""

# ruff: noqa: F403
import autograd

if not hasattr(autograd, "gategrad"):
    raise ImportError(
        f"nn belongs to gategrad, but `import autograd` found another package of that name in "
        f"{autograd.__file__}: run `pip uninstall autograd`, or use a fresh virtual environment"
    )

from nn import functional, init, utils
from nn.activation import *
from nn.constructors import name_constructors
from nn.containers import ModuleDict, ModuleList, ParameterDict, ParameterList, Sequential
from nn.conv import *
from nn.distance import *
from nn.dropout import *
from nn.embedding import *
from nn.flatten import *
from nn.linear import *
from nn.loss import *
from nn.module import Module
from nn.normalization import *
from nn.padding import *
from nn.parameter import Buffer, Parameter
from nn.pooling import *
from nn.softmax import *
from nn.vision import *

name_constructors(tuple(globals().values()), Module)
