"""Where leaves are born: tensors from data, from a fill value, from a sequence (those from chance: sampling.py)."""

import math
import warnings
from functools import wraps

import numpy as np

from autograd import dtypes
from autograd.devices import check_device
from autograd.graph import leaf_node
from autograd.ops import TABLE
from autograd.record import wrap
from autograd.tensors import Tensor


def finish(payload, requires_grad=False) -> Tensor:
    """A leaf around a payload."""
    tensor = wrap(payload[()] if payload.ndim == 0 else payload)
    if requires_grad:
        if payload.dtype.kind != "f":
            raise RuntimeError(
                f"Only Tensors of floating point dtype can require gradients, not "
                f"{dtypes.BY_NUMPY[payload.dtype]}: pass dtype=autograd.float32"
            )
        tensor.node = leaf_node(tensor.payload)
    return tensor


# From data


def tensor(data, *, dtype=None, device=None, requires_grad=False, pin_memory=False) -> Tensor:
    """A new tensor with a copy of `data`: numbers, nested lists, arrays or Tensors.

    Python floats become float32 (the default dtype), ints int64. Source: torch.tensor.
    """
    check_device(device)
    if type(data) is float and dtype is None:
        return finish(dtypes.default.type(data), requires_grad)
    if isinstance(data, Tensor):
        warnings.warn(
            "To copy construct from a tensor, it is recommended to use sourceTensor.detach().clone() or "
            "sourceTensor.detach().clone().requires_grad_(True), rather than "
            "tensor(sourceTensor).",
            UserWarning,
            stacklevel=2,
        )
    return finish(payload_of(data, dtype), requires_grad)


def payload_of(data, dtype=None, default=None):
    """A fresh payload with this data; without dtype in the type of the data, or in `default`."""
    wanted = default if dtype is None else dtypes.raw_dtype(dtype)
    if isinstance(data, Tensor):
        return np.array(data.payload, wanted)
    if isinstance(data, (np.ndarray, np.generic)):
        return np.array(supported(data), wanted)
    try:
        array = np.array(unwrapped(data))
    except (ValueError, OverflowError) as error:
        raise ValueError(
            f"tensor: expected a sequence of numbers, of equal lengths at every depth, got {str(data)[:60]} ({error})"
        ) from None
    if array.dtype.kind not in "biuf":
        raise not_numbers(data, array)
    if wanted is None:
        wanted = natural_dtype(data, array)
    elif wanted.kind in "iu" and array.size and not np.all(abs(array) <= np.iinfo(wanted).max + 1.0):
        raise RuntimeError(f"tensor: value cannot be converted to type {wanted} without overflow: {str(data)[:60]}")
    return array.astype(wanted)


def natural_dtype(data, array) -> np.dtype:
    """The dtype of a tensor made of Python numbers, or of a list of NumPy ones."""
    if array.dtype.kind == "b":
        return array.dtype
    if array.size == 0:
        return dtypes.default
    first = data
    while isinstance(first, (list, tuple)):
        first = first[0]
    if isinstance(first, (np.ndarray, np.generic)) and array.dtype in dtypes.BY_NUMPY:
        return first.dtype if first.dtype.kind == array.dtype.kind else array.dtype
    return dtypes.default if array.dtype.kind == "f" else np.dtype(np.int64)


def not_numbers(data, array) -> Exception:
    """The error for data that holds something else than real numbers."""
    if array.dtype.kind == "c":
        return TypeError(
            "tensor: complex numbers are not supported: keep the real and the imaginary part in two tensors"
        )
    if array.dtype.kind == "O":
        odd = [item for item in array.flat if not isinstance(item, (bool, int, float))]
        if odd or not array.size:
            return RuntimeError(f"tensor: Could not infer dtype of {type(odd[0] if odd else data).__name__}")
        return ValueError(f"tensor: Overflow: {str(data)[:60]} does not fit into 64 bits")
    if isinstance(data, (list, tuple)):
        return ValueError(
            f"tensor: too many dimensions '{type(array.flat[0].item()).__name__}': only numbers can be "
            f"stored, got {str(data)[:60]}"
        )
    return TypeError(f"tensor: new(): invalid data type '{type(data).__name__}': only numbers can be stored")


def unwrapped(data):
    """Nested lists with numbers in place of Tensors."""
    if isinstance(data, (list, tuple)):
        return [unwrapped(item) for item in data]
    if isinstance(data, Tensor):
        if data.payload.size != 1:
            raise ValueError("only one element tensors can be converted to Python scalars: use autograd.stack()")
        return data.item()
    return data


def supported(array):
    """The array, if its type is one of ours."""
    if array.dtype not in dtypes.BY_NUMPY:
        raise TypeError(
            f"can't convert np.ndarray of type {array.dtype}. The only supported types are: "
            f"{', '.join(t.name for t in dtypes.BY_NUMPY.values())}."
        )
    return array


def as_tensor(data, dtype=None, device=None) -> Tensor:
    """`data` itself where it is a Tensor of this dtype; an array's memory is shared. Source: torch.as_tensor."""
    check_device(device)
    if isinstance(data, Tensor):
        return data.to(dtype) if dtype is not None else data
    if isinstance(data, np.ndarray):
        return from_numpy(data) if dtype is None else from_numpy(np.asarray(data, dtypes.raw_dtype(dtype)))
    return finish(payload_of(data, dtype))


def asarray(obj, *, dtype=None, device=None, copy=None, requires_grad=False) -> Tensor:
    """A tensor that shares the memory of an array or Tensor where it can, unless `copy`. Source: torch.asarray."""
    if copy:
        check_device(device)
        return finish(payload_of(obj, dtype), requires_grad)
    made = as_tensor(obj, dtype, device)
    return made.requires_grad_() if requires_grad else made


def from_numpy(ndarray) -> Tensor:
    """A tensor that shares the array's memory. Source: torch.from_numpy."""
    if not isinstance(ndarray, np.ndarray):
        raise TypeError(f"from_numpy: expected np.ndarray (got {type(ndarray).__name__})")
    if any(stride < 0 for stride in supported(ndarray).strides):
        raise ValueError(
            "At least one stride in the given numpy array is negative, and tensors with negative strides "
            "are not currently supported. (You can probably work around this by making a copy of your "
            "array with array.copy().)"
        )
    return wrap(ndarray)


# From a size


def creator(make):
    """A creation function from one that makes the payload: here are the options that all of them take.

    Options that mean nothing on one CPU (layout, pin_memory, memory_format) are accepted, and ignored.
    """

    @wraps(make)
    def create(
        *args,
        dtype=None,
        device=None,
        requires_grad=False,
        layout=None,
        pin_memory=False,
        memory_format=None,
        out=None,
        **own,
    ) -> Tensor:
        check_device(device)
        if out is not None:
            raise TypeError(f"{make.__name__}: out= is not supported: use out.copy_({make.__name__}(...))")
        return finish(make(*args, dtype=None if dtype is None else dtypes.raw_dtype(dtype), **own), requires_grad)

    return create


def size_of(name, size, given=None) -> tuple:
    """The shape in `f(2, 3)`, `f((2, 3))` or `f(size=(2, 3))`."""
    size = (given,) if given is not None else size
    if not size:
        raise TypeError(f'{name}() missing 1 required positional arguments: "size"')
    shape = size[0] if len(size) == 1 and isinstance(size[0], (tuple, list)) else size
    try:
        shape = tuple([n.__index__() for n in shape])
    except (AttributeError, TypeError):
        raise TypeError(f"{name}(): argument 'size' must be tuple of ints, but found {size}") from None
    if any(n < 0 for n in shape):
        raise RuntimeError(f"{name}: Trying to create tensor with negative dimension: {list(shape)}")
    return shape


@creator
def zeros(*shape, size=None, dtype=None):
    """Zeros in this shape.  Source: torch.zeros."""
    return np.zeros(size_of("zeros", shape, size), dtype or dtypes.default)


@creator
def ones(*shape, size=None, dtype=None):
    """Ones in this shape.  Source: torch.ones."""
    return np.ones(size_of("ones", shape, size), dtype or dtypes.default)


@creator
def empty(*shape, size=None, dtype=None):
    """A tensor of this shape whose values are not set.  Source: torch.empty."""
    return np.empty(size_of("empty", shape, size), dtype or dtypes.default)


@creator
def empty_strided(size, stride, dtype=None):
    """A tensor of this shape whose elements lie so far apart in memory, values not set.

    Source: torch.empty_strided.
    """
    size, dtype = size_of("empty_strided", (tuple(size),)), dtype or dtypes.default
    reach = sum([(n - 1) * step for n, step in zip(size, stride, strict=True)]) + 1
    return np.ndarray(
        size, dtype, np.empty(reach if 0 not in size else 0, dtype), 0, [step * dtype.itemsize for step in stride]
    )


@creator
def full(size, fill_value, *, dtype=None):
    """One number in this shape; it decides the dtype if none is given.  Source: torch.full."""
    if not isinstance(size, (tuple, list)):
        raise TypeError(f"full(): argument 'size' (position 1) must be tuple of ints, not {type(size).__name__}")
    return np.full(size_of("full", (size,)), fill(fill_value), dtype or payload_of(fill_value).dtype)


def fill(value):
    """A fill value as a number."""
    return value.item() if isinstance(value, Tensor) else value


@creator
def eye(n, m=None, *, dtype=None):
    """Ones on the diagonal of an n x m matrix, zeros elsewhere.  Source: torch.eye."""
    for name, side in (("n", n), ("m", n if m is None else m)):
        if side < 0:
            raise RuntimeError(f"eye: {name} must be greater or equal to 0, got {side}")
    return np.eye(n, m, dtype=dtype or dtypes.default)


def scalar_tensor(s, *, dtype=None, device=None, requires_grad=False) -> Tensor:
    """A 0-d tensor of the default dtype.  Source: torch.scalar_tensor."""
    return full((), s, dtype=dtypes.default if dtype is None else dtype, device=device, requires_grad=requires_grad)


# From a sequence


@creator
def arange(start=None, end=None, step=1, *, dtype=None):
    """Numbers from `start` up to but without `end`, `step` apart: int64 for ints, the default dtype for floats.

    Source: torch.arange.
    """
    if end is None:
        start, end = 0, start
    start, end, step = fill(0 if start is None else start), fill(end), fill(step)
    for name, value in (("start", start), ("end", end), ("step", step)):
        if not isinstance(value, (int, float, np.generic)):
            raise TypeError(f"arange(): argument '{name}' must be Number, not {type(value).__name__}")
        if not math.isfinite(value):
            raise RuntimeError(f"arange: unsupported range: {start} -> {end}")
    if dtype is not None and dtype.kind in "iu":
        start, end, step = int(start), int(end), int(step)
    if step == 0:
        raise RuntimeError("arange: step must be nonzero")
    if (end - start) * step < 0:
        raise RuntimeError(
            f"arange: upper bound and lower bound inconsistent with step sign: from {start} to {end} by {step}"
        )
    if dtype is None:
        dtype = (
            dtypes.default
            if any(isinstance(v, (float, np.floating)) for v in (start, end, step))
            else np.dtype(np.int64)
        )
    return (start + np.arange(math.ceil((end - start) / step)) * step).astype(dtype)


@creator
def linspace(start, end, steps, *, dtype=None):
    """`steps` numbers from `start` to `end`, both included, at equal distances.  Source: torch.linspace."""
    return evenly("linspace", fill(start), fill(end), steps).astype(dtype or dtypes.default)


@creator
def logspace(start, end, steps, base=10.0, *, dtype=None):
    """`steps` numbers from ``base**start`` to ``base**end``, at equal ratios.  Source: torch.logspace."""
    return (float(base) ** evenly("logspace", fill(start), fill(end), steps)).astype(dtype or dtypes.default)


def evenly(name, start, end, steps):
    """`steps` numbers at equal distances, in float64."""
    if steps < 0:
        raise RuntimeError(f"{name}: number of steps must be non-negative, not {steps}")
    return np.linspace(start, end, steps)


def vander(x, N=None, increasing=False) -> Tensor:
    """The powers of a vector, one column each: ``x**(N-1), ..., x, 1``.  Shapes: (n) -> (n, N).

    Source: torch.vander.
    """
    if x.ndim != 1:
        raise RuntimeError(f"vander: x must be a one-dimensional tensor, not of shape {tuple(x.shape)}.")
    powers = range(len(x) if N is None else N)
    columns = [x**n for n in (powers if increasing else reversed(powers))]
    return TABLE["stack"].call(columns, 1) if columns else x.new_zeros(len(x), 0)


# Like another tensor


def like(make):
    """`f_like(input)` for a creation function: the input's shape and, unless told otherwise, its dtype."""
    name = make.__name__ + "_like"

    def create(input, *values, dtype=None, **options) -> Tensor:
        if not isinstance(input, Tensor):
            raise TypeError(f"{name}(): argument 'input' (position 1) must be Tensor, not {type(input).__name__}")
        return make(tuple(input.shape), *values, dtype=input.dtype if dtype is None else dtype, **options)

    create.__name__ = create.__qualname__ = name
    create.__doc__ = f"`{make.__name__}` in the shape and dtype of another tensor.  Source: torch.{name}."
    return create


zeros_like, ones_like, empty_like, full_like = map(like, (zeros, ones, empty, full))


def new(make):
    """The method `x.new_f(size)`: a new tensor of x's dtype."""

    def create(self, *size, dtype=None, **options) -> Tensor:
        return make(*size, dtype=self.dtype if dtype is None else dtype, **options)

    create.__name__ = create.__qualname__ = "new_" + make.__name__
    create.__doc__ = f"`{make.__name__}` in this tensor's dtype.  Source: torch.Tensor.new_{make.__name__}."
    return create


def new_tensor(self, data, *, dtype=None, device=None, requires_grad=False) -> Tensor:
    """A new tensor with a copy of `data`, in this tensor's dtype.  Source: torch.Tensor.new_tensor."""
    check_device(device)
    return finish(payload_of(data, dtype, self.payload.dtype), requires_grad)


for method in (new(zeros), new(ones), new(empty), new(full), new_tensor):
    setattr(Tensor, method.__name__, method)
