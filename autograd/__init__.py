"""gategrad: an autograd engine whose `torch.X` is `autograd.X`.

`import autograd as torch` is enough for a PyTorch program: nn, optim, utils.data resolve from it when they are used.

>>> import autograd as torch
>>> x = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
>>> (x * x).sum().backward()
>>> x.grad
tensor([2., 4., 6.])
"""

gategrad = True  # the marker by which nn, optim and demos know this `autograd` from another of that name

# Types, devices, modes
from math import e, inf, nan, pi
from autograd.dtypes import bool_ as bool, float_ as float, int_ as int
from autograd.dtypes import dtype, finfo, float16, float32, float64, iinfo, int8, int16, int32, int64, uint8
from autograd.dtypes import can_cast, double, get_default_dtype, half, long, promote_types, result_type
from autograd.dtypes import set_default_dtype, short
from autograd.amp import GradScaler, autocast
from autograd.devices import device
from autograd.modes import enable_grad, inference_mode, is_grad_enabled, no_grad, set_grad_enabled
from autograd.settings import are_deterministic_algorithms_enabled, compile, get_default_device
from autograd.settings import get_float32_matmul_precision, get_num_interop_threads, get_num_threads, set_default_device
from autograd.settings import set_float32_matmul_precision, set_num_interop_threads, set_num_threads
from autograd.settings import use_deterministic_algorithms
from autograd.version import __version__

# The gates: importing the families fills the table of ops
from autograd.ops import TABLE
from autograd.ops import families

# Tensors, and what is made of ops
from autograd.tensors import Size, Tensor
from autograd.formats import channels_last, channels_last_3d, contiguous_format, layout, memory_format
from autograd.formats import preserve_format, strided
from autograd.printing import set_printoptions
from autograd.functions import FUNCTIONS
from autograd import methods, protocols
from autograd import linalg

# Where leaves are born
from autograd.creation import arange, as_tensor, asarray, empty, empty_like, empty_strided, eye, from_numpy, full
from autograd.creation import full_like, linspace, logspace, ones, ones_like, scalar_tensor, tensor, vander, zeros
from autograd.creation import zeros_like
from autograd.legacy import TENSOR_TYPES, Variable, from_dlpack, frombuffer, set_default_tensor_type, typename
from autograd.random import Generator, default_generator, get_rng_state, initial_seed, manual_seed, seed, set_rng_state
from autograd.sampling import bernoulli, multinomial, normal, poisson, rand, rand_like, randint, randint_like
from autograd.sampling import randn, randn_like, randperm

# Gradients
from autograd.anomaly import detect_anomaly, is_anomaly_enabled, set_detect_anomaly
from autograd.checks import GradcheckError, gradcheck, gradgradcheck, numerical_gradient
from autograd.custom import Function, once_differentiable
from autograd.differentiation import backward, grad

# What is imported only when it is used: nn, optim, utils, drawing, saving
from autograd.aliases import install, offered as __dir__, resolve as __getattr__

newaxis = None


for _name, _op in TABLE.items():  # the ops, and the in-place forms of those with one input: exp, exp_
    if _op.function:
        for _alias in (_name, *_op.aliases):
            globals()[_alias] = _op.call
            if _op.in_place and len(_op.inputs) == 1:
                globals()[_alias + "_"] = getattr(Tensor, _alias + "_")
for _name, _function in FUNCTIONS.items():
    if _function.public:
        globals().update(dict.fromkeys((_name, *_function.aliases), _function))
globals().update(TENSOR_TYPES)
protocols.register()
install()
