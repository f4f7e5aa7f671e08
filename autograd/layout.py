"""How a Tensor lies in memory: sizes, strides, and copies that lie in order."""

import numpy as np

from autograd.devices import CPU
from autograd.formats import strided
from autograd.ops import TABLE


class Layout:
    """The part of Tensor that tells of its shape and memory."""

    __slots__ = ()
    device = property(lambda self: CPU, doc="Where the elements are: on the CPU.")
    layout = property(lambda self: strided, doc="How the elements are found: by strides.")
    is_cpu = True
    is_mps = is_xpu = is_mkldnn = is_nested = False

    def get_device(self) -> int:
        """The number of the GPU that has the elements: -1 for the CPU."""
        return -1

    def is_pinned(self, device=None) -> bool:
        """Whether the memory is pinned for a GPU: no."""
        return False

    def is_shared(self) -> bool:
        """Whether the memory is shared between processes: no."""
        return False

    def share_memory_(self):
        """Itself: threads share all memory anyway."""
        return self

    def size(self, dim: int | None = None):
        """The shape, or its length along one axis."""
        return self.shape if dim is None else self.shape[self._axis("size", dim)]

    def dim(self) -> int:
        """The number of axes."""
        return self.payload.ndim

    ndimension = dim

    def numel(self) -> int:
        """The number of elements."""
        return self.payload.size

    nelement = numel

    def element_size(self) -> int:
        """Bytes per element."""
        return self.payload.itemsize

    def stride(self, dim: int | None = None):
        """How many elements apart neighbours are in memory, along each axis or one."""
        strides = tuple([step // self.payload.itemsize for step in self._steps()])
        return strides if dim is None else strides[self._axis("stride", dim)]

    def _steps(self):
        """Bytes between neighbours; of an array without elements NumPy's strides say nothing."""
        if self.payload.size:
            return self.payload.strides
        sizes = [self.payload.itemsize, *[max(n, 1) for n in self.payload.shape[:0:-1]]]
        return np.cumprod(sizes).tolist()[::-1] if self.payload.ndim else ()

    def _axis(self, name, dim):
        if not -max(self.payload.ndim, 1) <= dim < max(self.payload.ndim, 1) or not self.payload.ndim:
            raise IndexError(
                f"{name}: Dimension out of range (expected to be in range of [{-max(self.payload.ndim, 1)}, "
                f"{max(self.payload.ndim, 1) - 1}], but got {dim}): the shape is {tuple(self.shape)}"
            )
        return dim

    def storage_offset(self) -> int:
        """How many elements lie before the first in the memory that this view shares with its base."""
        return 0 if self._base is None else (self.data_ptr() - self._base.data_ptr()) // self.payload.itemsize

    def data_ptr(self) -> int:
        """The address of the first element."""
        return self.payload.__array_interface__["data"][0]

    def is_contiguous(self, memory_format=None) -> bool:
        """Whether the elements lie in memory one after the other, the last axis fastest."""
        return self.payload.flags.c_contiguous

    def contiguous(self, memory_format=None):
        """Itself if its elements lie in order, else a copy that does."""
        return self if self.payload.flags.c_contiguous else TABLE["clone"].call(self, "contiguous")

    def is_floating_point(self) -> bool:
        """Whether the elements are floats."""
        return self.payload.dtype.kind == "f"

    def is_complex(self) -> bool:
        """Always false: complex tensors do not exist here."""
        return False

    def is_signed(self) -> bool:
        """Whether the elements can be negative."""
        return self.payload.dtype.kind in "if"

    def is_nonzero(self) -> bool:
        """Whether the single element is not 0."""
        return bool(self)

    def is_set_to(self, tensor) -> bool:
        """Whether both show the same elements of the same memory."""
        return (self.data_ptr(), self.shape, self.stride()) == (tensor.data_ptr(), tensor.shape, tensor.stride())
