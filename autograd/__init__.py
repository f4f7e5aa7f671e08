"""gategrad: an autograd engine whose `torch.X` is `autograd.X`.

`import autograd as torch` is enough for a PyTorch program: nn, optim, utils.data resolve from it.
"""
from autograd.ops import TABLE, activation, arithmetic, class_loss, conv, indexing, joining, linalg, loss, masking, matrices, normalization, pointwise, pool, reduction, scatter, selection, shape, special, trigonometry, values  # isort: skip
from autograd.dtypes import (
    dtype,
    finfo,
    float16,
    float32,
    float64,
    get_default_dtype,
    iinfo,
    int8,
    int16,
    int32,
    int64,
    set_default_dtype,
    uint8,
)
from autograd.dtypes import bool_ as bool
from autograd.dtypes import double, half, long, short
from autograd.dtypes import float_ as float
from autograd.dtypes import int_ as int
from autograd.modes import enable_grad, inference_mode, is_grad_enabled, no_grad, set_grad_enabled
from autograd.tensors import Size, Tensor
from autograd import methods, protocols  # isort: skip
from autograd.creation import (
    arange,
    as_tensor,
    asarray,
    empty,
    empty_like,
    empty_strided,
    eye,
    from_numpy,
    full,
    full_like,
    linspace,
    logspace,
    ones,
    ones_like,
    scalar_tensor,
    tensor,
    vander,
    zeros,
    zeros_like,
)
from autograd.sampling import (
    bernoulli,
    multinomial,
    normal,
    poisson,
    rand,
    rand_like,
    randint,
    randint_like,
    randn,
    randn_like,
    randperm,
)
from autograd.devices import device
from autograd.differentiation import backward, grad
from autograd.anomaly import detect_anomaly, is_anomaly_enabled, set_detect_anomaly
from autograd.checks import GradcheckError, gradcheck, gradgradcheck, numerical_gradient
from autograd.custom import Function, once_differentiable
import autograd.linalg  # isort: skip (after the ops, whose family bears this name)
from autograd.functions import FUNCTIONS
from autograd.random import (
    Generator,
    default_generator,
    get_rng_state,
    initial_seed,
    manual_seed,
    seed,
    set_rng_state,
)

__version__ = "0.1.0"
gategrad = True                 # the marker by which nn, optim and demos know this `autograd` from another of that name

for _table in ({name: op.call for name, op in TABLE.items() if op.function}, FUNCTIONS):
    for _name, _call in _table.items():
        globals()[_name] = _call
        _aliases = _call.op.aliases if hasattr(_call, "op") else _call.aliases
        globals().update(dict.fromkeys(_aliases, _call))
protocols.register()
