"""From Tensors to Python numbers, NumPy arrays and other types, and back."""

import copy
import operator

import numpy as np
from numpy import ndarray

from autograd import dtypes
from autograd.devices import check_device
from autograd.graph import NOWHERE, is_leaf, leaf_node
from autograd.modes import new, recording
from autograd.ops import TABLE
from autograd.record import converted


class Conversion:
    """The part of Tensor that leaves it: numbers, arrays, copies, pickles."""

    __slots__ = ()

    def item(self):
        """The Python number in a tensor of one element."""
        if self.payload.size != 1:
            raise RuntimeError(
                f"a Tensor with {self.payload.size} elements cannot be converted to Scalar: index it, reduce it, "
                "or use tolist()"
            )
        return self.payload.item()

    def tolist(self):
        """The elements as nested lists of Python numbers."""
        return self.payload.tolist()

    def numpy(self, *, force: bool = False) -> ndarray:
        """The array itself, which shares its memory with the tensor. With `force`, detached."""
        if self.node is not NOWHERE and not force and recording.get() is not False:
            raise RuntimeError("Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead.")
        return self._array()

    def to(self, *target, dtype=None, device=None, non_blocking=False, copy=False, memory_format=None):
        """This tensor with another dtype or device (only the CPU is there); itself if nothing changes."""
        for value in target:
            if hasattr(value, "payload"):
                dtype = value.dtype
            elif isinstance(value, dtypes.dtype) or value in (float, int, bool):
                dtype = value
            elif isinstance(value, bool):
                pass
            else:
                device = value
        check_device(device)
        wanted = self.payload.dtype if dtype is None else dtypes.raw_dtype(dtype)
        if copy and wanted == self.payload.dtype:
            return TABLE["clone"].call(self)
        return converted(self, wanted)

    def type(self, dtype=None):
        """This tensor as `dtype`; without one, the name of its type as torch gives it."""
        if dtype is None:
            return f"torch.{self.dtype.long_name}Tensor"
        return self.to(dtypes.as_dtype(dtype))

    def type_as(self, other):
        """This tensor as the dtype of another."""
        return self.to(other.dtype)

    def float(self):
        """As float32."""
        return self.to(dtypes.float32)

    def double(self):
        """As float64."""
        return self.to(dtypes.float64)

    def half(self):
        """As float16."""
        return self.to(dtypes.float16)

    def long(self):
        """As int64."""
        return self.to(dtypes.int64)

    def int(self):
        """As int32."""
        return self.to(dtypes.int32)

    def short(self):
        """As int16."""
        return self.to(dtypes.int16)

    def char(self):
        """As int8."""
        return self.to(dtypes.int8)

    def byte(self):
        """As uint8."""
        return self.to(dtypes.uint8)

    def bool(self):
        """As bool."""
        return self.to(dtypes.bool)

    def cpu(self):
        """Itself: it is there already."""
        return self

    def cuda(self, device=None, non_blocking=False):
        """Raise: there is no GPU here."""
        check_device("cuda" if device is None else device)

    def pin_memory(self, device=None):
        """Itself: there is no GPU to pin memory for."""
        return self

    def _number(self):
        if self.payload.size != 1:
            raise ValueError(
                f"only one element tensors can be converted to Python scalars, not {self.payload.size} elements"
            )
        return self.payload.item()

    def __float__(self):
        return float(self._number())

    def __int__(self):
        return int(self._number())

    def __complex__(self):
        return complex(self._number())

    def __bool__(self):
        if self.payload.size != 1:
            raise RuntimeError(
                "Boolean value of Tensor with no values is ambiguous"
                if self.payload.size == 0
                else "Boolean value of Tensor with more than one value is ambiguous: use .any() or .all()"
            )
        return bool(self.payload.item())

    def __index__(self):
        if self.payload.dtype.kind not in "iub" or self.payload.size != 1:
            raise TypeError("only integer tensors of a single element can be converted to an index")
        return operator.index(self.payload.item())

    def __len__(self):
        if self.payload.ndim == 0:
            raise TypeError("len() of a 0-d tensor")
        return self.payload.shape[0]

    def __iter__(self):
        if self.payload.ndim == 0:
            raise TypeError("iteration over a 0-d tensor")
        return iter(self.unbind())

    def __contains__(self, element):
        if isinstance(element, (int, float, np.generic)) or hasattr(element, "payload"):
            return bool(np.any(self.payload == getattr(element, "payload", element)))
        raise RuntimeError(f"Tensor.__contains__ only supports Tensor or scalar, but you passed in a {type(element)}.")

    def __reversed__(self):
        return self if self.payload.ndim == 0 else self.flip(0)

    def __format__(self, spec):
        prints_itself = "__repr__" in vars(type(self))  # as Parameter does
        if self.payload.ndim == 0 and (spec or not prints_itself):
            return self.item().__format__(spec)
        return object.__format__(self, spec)

    def __dlpack__(self, **options):
        return self.numpy().__dlpack__(**options)

    def __dlpack_device__(self):
        return self.numpy().__dlpack_device__()

    def __deepcopy__(self, memo):
        if not is_leaf(self.node):
            raise RuntimeError(
                "Only Tensors created explicitly by the user (graph leaves) support the deepcopy protocol at the "
                "moment. Use clone() or detach() first."
            )
        if id(self) in memo:
            return memo[id(self)]
        twin = memo[id(self)] = new(type(self))
        twin.payload = self.payload.copy("K")
        twin.node = NOWHERE if self.node is NOWHERE else leaf_node(twin.payload)
        if self.grad is not None:
            twin.grad = copy.deepcopy(self.grad, memo)
        twin.__dict__.update(copy.deepcopy(public(self.__dict__), memo))
        return twin

    def __reduce_ex__(self, protocol):
        return rebuild, (type(self), self.payload, self.node is not NOWHERE, public(self.__dict__))


def public(attributes) -> dict:
    """The attributes that a user has given a tensor."""
    private = ("_base", "_views", "_grad", "_closed", "_keeper", "_frozen", "retains_grad")
    return {name: value for name, value in attributes.items() if name not in private}


def rebuild(cls, payload, requires_grad, attributes):
    """A tensor from its pickle."""
    tensor = new(cls)
    tensor.payload = payload
    tensor.node = leaf_node(payload) if requires_grad else NOWHERE
    tensor.__dict__.update(attributes)
    return tensor
