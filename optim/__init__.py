"""Optimizers and learning-rate schedules: torch.optim is optim, with the same names, defaults and state_dict keys.

>>> import autograd, optim
>>> p = autograd.tensor([3.0], requires_grad=True)
>>> optimizer = optim.SGD([p], lr=0.1)
>>> (p * p).sum().backward()
>>> optimizer.step()
>>> p
tensor([2.4000], requires_grad=True)
"""

import autograd

if not hasattr(autograd, "gategrad"):
    raise ImportError(
        f"optim belongs to gategrad, but `import autograd` found another package of that name in {autograd.__file__}: "
        "run `pip uninstall autograd`, or use a fresh virtual environment"
    )

from optim import lr_scheduler
from optim.adadelta import Adadelta
from optim.adagrad import Adagrad
from optim.adam import Adam, AdamW
from optim.adamax import Adamax
from optim.nadam import NAdam
from optim.optimizer import Optimizer
from optim.radam import RAdam
from optim.rmsprop import RMSprop
from optim.sgd import SGD

__all__ = [
    "SGD",
    "Adadelta",
    "Adagrad",
    "Adam",
    "AdamW",
    "Adamax",
    "NAdam",
    "Optimizer",
    "RAdam",
    "RMSprop",
    "lr_scheduler",
]
