"""Other ways to a tensor: names from torch's early days that tutorials still use, buffers, DLPack."""

import numpy as np

from autograd import dtypes
from autograd.creation import from_numpy, payload_of
from autograd.record import wrap
from autograd.tensors import Tensor


class TensorType:
    """``FloatTensor(2, 3)``, ``LongTensor([1, 2])``, ``isinstance(x, FloatTensor)``: tensors of one dtype."""

    def __init__(self, dtype: dtypes.dtype):
        self.dtype = dtype

    def __call__(self, *data) -> Tensor:
        if len(data) == 1 and not isinstance(data[0], int):
            return wrap(payload_of(data[0], self.dtype))
        return wrap(np.zeros(data or (0,), self.dtype))

    def __instancecheck__(self, tensor) -> bool:
        return isinstance(tensor, Tensor) and tensor.dtype is self.dtype

    def __repr__(self) -> str:
        return f"<class 'torch.{self.dtype.long_name}Tensor'>"


TENSOR_TYPES = {f"{dtype.long_name}Tensor": TensorType(dtype) for dtype in dtypes.BY_NUMPY.values()}


class VariableType:
    """``Variable(x, requires_grad=True)``: a leaf that shares x's memory; every tensor is one."""

    def __call__(self, data: Tensor, requires_grad: bool = False) -> Tensor:
        return data.detach().requires_grad_(requires_grad)

    def __instancecheck__(self, tensor) -> bool:
        return isinstance(tensor, Tensor)


Variable = VariableType()


def set_default_tensor_type(t) -> None:
    """`set_default_dtype` by the name of a tensor type. Source: torch.set_default_tensor_type."""
    dtypes.set_default_dtype(dtypes.as_dtype(t))


def typename(obj) -> str:
    """The name of a tensor's type, ``torch.FloatTensor``, or of any object's. Source: torch.typename."""
    return (
        obj.type()
        if isinstance(obj, Tensor)
        else f"{type(obj).__module__}.{type(obj).__qualname__}".removeprefix("builtins.")
    )


def frombuffer(buffer, *, dtype, count: int = -1, offset: int = 0, requires_grad: bool = False) -> Tensor:
    """A tensor on the memory of a bytes-like object. Source: torch.frombuffer."""
    return from_numpy(np.frombuffer(buffer, dtypes.raw_dtype(dtype), count, offset)).requires_grad_(requires_grad)


def from_dlpack(ext_tensor) -> Tensor:
    """A tensor on the memory of another library's array. Source: torch.from_dlpack."""
    return from_numpy(np.from_dlpack(ext_tensor))
