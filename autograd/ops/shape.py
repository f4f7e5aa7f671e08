"""The copy gate's family: the same elements in another arrangement, repeated, or joined."""
import numpy as np

from autograd.ops import op


def sum_to(g, shape):
    """The copy gate's backward: sum `g` over the axes along which an input of this shape was repeated."""
    if g.shape == shape:
        return g
    extra = g.ndim - len(shape)
    axes = tuple([i for i in range(g.ndim) if i < extra or shape[i - extra] != g.shape[i]])
    return np.reshape(np.sum(g, axis=axes, keepdims=True), shape)


def cast(g, dtype):
    """`g` as this type, recorded if it is a Tensor."""
    return to_dtype(g, dtype)


@op(promote=None, method=False, function=False, title="ToCopyBackward0",
    input=lambda g, input_dtype: to_dtype(g, input_dtype))
def to_dtype(input, dtype):
    """The same values as another type.  Source: torch.Tensor.to."""
    return input.astype(dtype)


@op(promote=None, view=True, varargs="shape",
    input=lambda g, input_shape: np.reshape(g, input_shape))
def reshape(input, shape):
    """The same elements in another shape; one -1 stands for what is left.

    A view where the memory allows it, else a copy.  Shapes: (*) -> shape.  Source: torch.reshape.
    """
    shape = (shape,) if isinstance(shape, (int, np.integer)) else tuple(shape)
    return input.reshape(check_size(input, shape))


def check_size(input, shape, name="reshape"):
    """`shape` with its -1 resolved, if it holds as many elements as the input."""
    known = 1
    for n in shape:
        known *= n if n != -1 else 1
    if shape.count(-1) > 1:
        raise RuntimeError(f"{name}: only one dimension can be inferred, but shape {list(shape)} has {shape.count(-1)} of -1")
    if -1 in shape and known and input.size % known == 0:
        return tuple([input.size // known if n == -1 else n for n in shape])
    if -1 in shape or known != input.size:
        raise RuntimeError(f"{name}: shape '{list(shape)}' is invalid for input of size {input.size} (shape {input.shape})")
    return shape


@op(promote=None, view=True,
    input=lambda g, dim0, dim1: np.swapaxes(g, dim0, dim1), aliases=("swapaxes", "swapdims"))
def transpose(input, dim0, dim1):
    """Swap two axes; a view.  Shapes: (..., m, ..., n, ...) -> (..., n, ..., m, ...).  Source: torch.transpose."""
    return np.swapaxes(input, dim0, dim1) if input.ndim else scalar_axes(input, "transpose", dim0, dim1)


def scalar_axes(input, name, *dims):
    """torch lets a 0-d tensor have one axis, 0 or -1."""
    for dim in dims:
        if dim not in (0, -1):
            raise IndexError(f"{name}: Dimension out of range (expected to be in range of [-1, 0], but got {dim})")
    return input


@op(promote=None, view=True, varargs="size",
    input=lambda g, input_shape: sum_to(g, input_shape))
def expand(input, size):
    """Repeat along new or length-1 axes, as a view: the copy gate; its backward sums the copies.

    Shapes: (*) -> size; -1 keeps an axis.  Source: torch.Tensor.expand; lecture, copy gate.
    """
    size = (size,) if isinstance(size, (int, np.integer)) else tuple(size)
    extra = len(size) - input.ndim
    if extra < 0:
        raise RuntimeError(f"expand: the number of sizes provided ({len(size)}: {list(size)}) must be greater or equal to "
                           f"the number of dimensions in the tensor ({input.ndim}: {input.shape})")
    full = tuple([input.shape[i - extra] if n == -1 and i >= extra else n for i, n in enumerate(size)])
    for i, n in enumerate(full):
        if n < 0 or i >= extra and input.shape[i - extra] not in (1, n):
            raise RuntimeError(f"expand: The expanded size of the tensor ({n}) must match the existing size "
                               f"({input.shape[i - extra] if i >= extra else 'none'}) at non-singleton dimension {i}. "
                               f"Target sizes: {list(size)}. Tensor sizes: {list(input.shape)}")
    out = np.broadcast_to(input, full)
    return out
