"""Where leaves are born: tensors from data, from a fill value, from a sequence, from chance."""
import numpy as np

from autograd import dtypes
from autograd.devices import check_device
from autograd.graph import leaf_node
from autograd.ops import TABLE
from autograd.random import source
from autograd.record import wrap
from autograd.tensors import Tensor


def finish(payload, requires_grad=False):
    """A leaf around a payload."""
    tensor = wrap(payload)
    if requires_grad:
        if payload.dtype.kind != "f":
            raise RuntimeError(f"Only Tensors of floating point dtype can require gradients, not "
                               f"{dtypes.BY_NUMPY[payload.dtype]}: pass dtype=autograd.float32")
        tensor.node = leaf_node(payload)
    return tensor


def tensor(data, *, dtype=None, device=None, requires_grad=False, pin_memory=False) -> Tensor:
    """A new tensor with a copy of `data`: numbers, nested lists, arrays or Tensors.

    Python floats become float32 (the default dtype), ints int64. Source: torch.tensor.
    """
    check_device(device)
    if type(data) is float and dtype is None:
        return finish(dtypes.default.type(data), requires_grad)
    return finish(payload_of(data, dtype), requires_grad)


def payload_of(data, dtype=None):
    """A fresh payload with this data."""
    wanted = None if dtype is None else dtypes.raw_dtype(dtype)
    if isinstance(data, Tensor):
        return np.array(data.payload, wanted) if data.payload.ndim else data.payload.astype(wanted or data.payload.dtype)
    if isinstance(data, (np.ndarray, np.generic)):
        array = np.array(data, wanted)
        if array.dtype not in dtypes.BY_NUMPY:
            raise TypeError(f"tensor: can't convert np.ndarray of type {array.dtype}. The only supported types are: "
                            f"{', '.join(t.name for t in dtypes.BY_NUMPY.values())}.")
        return array[()] if array.ndim == 0 else array
    data = unwrapped(data)
    try:
        array = np.array(data)
    except ValueError:
        raise ValueError(f"tensor: expected a sequence of equal lengths at every depth, got {str(data)[:60]}") from None
    if array.dtype.kind not in "bif" and array.dtype.kind != "u":
        if array.dtype.kind == "O" and array.size:
            raise RuntimeError(f"tensor: Could not infer dtype of {type(array.flat[0]).__name__}")
        raise TypeError(f"tensor: new(): invalid data type '{type(array.flat[0]).__name__ if array.size else array.dtype}'")
    if wanted is None:
        wanted = dtypes.default if array.dtype.kind == "f" or array.size == 0 else np.dtype(np.int64) \
            if array.dtype.kind in "iu" else array.dtype
        if isinstance(data, list) and array.dtype.kind == "f" and holds_numpy(data):
            wanted = array.dtype
    array = array.astype(wanted)
    return array[()] if array.ndim == 0 else array


def unwrapped(data):
    """Nested lists with payloads in place of Tensors."""
    if isinstance(data, (list, tuple)):
        return [unwrapped(item) for item in data]
    return data.item() if isinstance(data, Tensor) and data.payload.ndim == 0 else getattr(data, "payload", data)


def holds_numpy(data) -> bool:
    while isinstance(data, list) and data:
        data = data[0]
    return isinstance(data, (np.ndarray, np.floating)) and not isinstance(data, float)


def as_tensor(data, dtype=None, device=None) -> Tensor:
    """`data` itself where it is a Tensor of this dtype; an array's memory is shared. Source: torch.as_tensor."""
    check_device(device)
    if isinstance(data, Tensor):
        return data.to(dtype) if dtype is not None else data
    if isinstance(data, np.ndarray):
        return from_numpy(data) if dtype is None else from_numpy(np.asarray(data, dtypes.raw_dtype(dtype)))
    return tensor(data, dtype=dtype)


def from_numpy(ndarray) -> Tensor:
    """A tensor that shares the array's memory. Source: torch.from_numpy."""
    if not isinstance(ndarray, np.ndarray):
        raise TypeError(f"expected np.ndarray (got {type(ndarray).__name__})")
    if ndarray.dtype not in dtypes.BY_NUMPY:
        raise TypeError(f"can't convert np.ndarray of type {ndarray.dtype}. The only supported types are: "
                        f"{', '.join(t.name for t in dtypes.BY_NUMPY.values())}.")
    if any(stride < 0 for stride in ndarray.strides):
        raise ValueError("At least one stride in the given numpy array is negative, and tensors with negative strides are not "
                         "currently supported. (You can probably work around this by making a copy of your array with "
                         "array.copy().)")
    return wrap(ndarray)


def size_of(size, name):
    """The shape in `f(2, 3)` or `f((2, 3))`."""
    shape = tuple(size[0]) if len(size) == 1 and not isinstance(size[0], (int, np.integer, Tensor)) else size
    try:
        shape = tuple([int(n) if isinstance(n, Tensor) else n.__index__() for n in shape])
    except (AttributeError, TypeError):
        raise TypeError(f"{name}(): argument 'size' must be ints or a tuple of ints, but found {size}") from None
    if any(n < 0 for n in shape):
        raise RuntimeError(f"{name}: Trying to create tensor with negative dimension: {list(shape)}")
    return shape


def filled(name, fill, doc):
    """The family of zeros, ones and empty."""
    def make(*size, dtype=None, device=None, requires_grad=False, pin_memory=False, generator=None, layout=None, out=None,
             names=None, memory_format=None, **named):
        check_device(device)
        size = (named.pop("size"),) if "size" in named else size
        payload = fill(size_of(size, name), dtypes.default if dtype is None else dtypes.raw_dtype(dtype))
        return finish(payload[()] if payload.ndim == 0 else payload, requires_grad)
    make.__name__ = make.__qualname__ = name
    make.__doc__ = f"{doc} Source: torch.{name}."
    return make


zeros = filled("zeros", np.zeros, "A tensor of zeros of this size.")
ones = filled("ones", np.ones, "A tensor of ones of this size.")
empty = filled("empty", np.empty, "A tensor of this size whose values are not set.")
rand = filled("rand", lambda size, dtype: source().random(size).astype(dtype), "Uniform numbers in [0, 1).")
randn = filled("randn", lambda size, dtype: source().standard_normal(size).astype(dtype), "Standard normal numbers.")
