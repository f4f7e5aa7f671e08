"""The copy gate's family: the same elements in another arrangement, as views where the memory allows it."""
import numpy as np

from autograd.memory import owner_of
from autograd.ops import Array, flat, op


def axis_of(name, dim, ndim) -> int:
    """`dim` as an axis counted from 0, where a 0-d array counts as having one; torch's error where there is none."""
    n = max(ndim, 1)
    if not -n <= dim < n:
        raise IndexError(f"{name}: Dimension out of range (expected to be in range of [{-n}, {n - 1}], but got {dim})")
    return dim + n if dim < 0 else dim


def axes_of(name, dims, ndim) -> tuple:
    """Several dims, or one, as axes counted from 0, each once."""
    dims = (dims,) if not isinstance(dims, (tuple, list)) else dims
    axes = tuple([axis_of(name, dim, ndim) for dim in dims])
    for i, axis in enumerate(axes):
        if axis in axes[:i]:
            raise RuntimeError(f"{name}: dim {axis} appears multiple times in the list of dims {list(dims)}")
    return axes


def sizes_of(sizes) -> tuple:
    """The sizes in a sequence of ints, or in one int."""
    return (int(sizes),) if hasattr(sizes, "__index__") else tuple([n.__index__() for n in sizes])


# Copies of one element, and casts: what broadcasting and promotion put in front of an op

def sum_to(g, shape):
    """The copy gate's backward: sum `g` over the axes along which an input of this shape was repeated."""
    if g.shape == shape:
        return g
    extra = g.ndim - len(shape)
    axes = tuple([i for i in range(g.ndim) if i < extra or shape[i - extra] != g.shape[i]])
    return np.add.reduce(g, axis=axes, keepdims=True).reshape(shape)


def cast(g, dtype):
    """`g` as this type, recorded if it is a Tensor."""
    return to_dtype(g, dtype)


@op(promote=None, method=False, function=False, title="ToCopyBackward0",
    input=lambda g, input_dtype: to_dtype(g, input_dtype))
def to_dtype(input, dtype):
    """The same values as another type.  Source: torch.Tensor.to."""
    return input.astype(dtype)


# Another shape

@op(promote=None, view=True, varargs="shape", title="ViewBackward0",
    input=lambda g, input_shape: g.reshape(input_shape))
def reshape(input, shape):
    """The same elements in another shape; one -1 stands for what is left.

    A view where the memory allows it, else a copy.  Shapes: (*) -> shape.  Source: torch.reshape.
    """
    try:
        out = input.reshape(shape)
    except ValueError:
        raise misfit("reshape", input.shape, shape) from None
    return out if out.shape == shape else without_other_negatives("reshape", input, shape, out)


def without_other_negatives(name, input, shape, out):
    """The result, unless `shape` holds a negative number that is not -1: NumPy takes any for what is left."""
    if min(sizes_of(shape), default=0) < -1:
        raise misfit(name, input.shape, shape)
    return out


@op(promote=None, view=True, method=False, function=False,
    input=lambda g, input_shape: g.reshape(input_shape))
def view(input, shape):
    """The same memory in another shape; raises where that would need a copy.  Shapes: (*) -> shape.

    Source: torch.Tensor.view.
    """
    try:
        out = input.reshape(shape, copy=False)
    except ValueError:
        raise misfit("view", input.shape, shape) from None
    return out if out.shape == shape else without_other_negatives("view", input, shape, out)


def misfit(name, found, shape) -> RuntimeError:
    """The error for a shape that an array of shape `found` can't take."""
    shape, size = sizes_of(shape), int(np.prod(found))
    known = int(np.prod([n for n in shape if n != -1], dtype=np.int64))
    for i, n in enumerate(shape):
        if n < -1:
            return RuntimeError(f"{name}: invalid shape dimension {n} at index {i} of shape {list(shape)}")
    if shape.count(-1) > 1:
        return RuntimeError(f"{name}: only one dimension can be inferred, but shape {list(shape)} has "
                            f"{shape.count(-1)} of -1")
    if -1 in shape and known == 0 == size:
        return RuntimeError(f"{name}: cannot reshape tensor of 0 elements into shape {list(shape)} because the "
                            "unspecified dimension size -1 can be any value and is ambiguous")
    if known != size and (-1 not in shape or known == 0 or size % known):
        return RuntimeError(f"{name}: shape '{list(shape)}' is invalid for input of size {size} (shape {list(found)})")
    return RuntimeError(f"{name} size is not compatible with input tensor's size and stride (at least one dimension "
                        f"spans across two contiguous subspaces): {list(found)} as {list(shape)}. Use .reshape(...) "
                        "instead.")


@flat(promote=None, method=False, function=False)
def view_bits(input: Array, dtype):
    """The same memory read as another type: the last axis grows or shrinks with the size of an element."""
    before, after = input.dtype, np.dtype(dtype)
    if before.itemsize != after.itemsize and input.ndim == 0:
        raise RuntimeError(f"view: self.dim() cannot be 0 to view {before} as {after} (different element sizes)")
    if before.itemsize != after.itemsize and input.strides[-1] != before.itemsize:
        raise RuntimeError(f"view: self.stride(-1) must be 1 to view {before} as {after} (different element sizes), "
                           f"but got {input.strides[-1] // before.itemsize}")
    if input.ndim and input.shape[-1] * before.itemsize % after.itemsize:
        raise RuntimeError(f"view: self.size(-1) must be divisible by {after.itemsize // before.itemsize} to view "
                           f"{before} as {after} (different element sizes), but got {input.shape[-1]}")
    return input.view(after)


@op(promote=None, view=True,
    input=lambda g, input_shape: g.reshape(input_shape))
def squeeze(input, dim=None):
    """Drop the axes of length 1, or those among `dim` that have it; a view.

    Shapes: (*) -> (*) without some of the 1s.  Source: torch.squeeze.
    """
    axes = range(input.ndim) if dim is None else axes_of("squeeze", dim, input.ndim)
    return input.reshape([n for i, n in enumerate(input.shape) if n != 1 or i not in axes])


@op(promote=None, view=True,
    input=lambda g, input_shape: g.reshape(input_shape))
def unsqueeze(input, dim):
    """A new axis of length 1 at `dim`; a view.  Shapes: (*) -> (*, 1, *).  Source: torch.unsqueeze."""
    axis = axis_of("unsqueeze", dim, input.ndim + 1)
    return input.reshape((*input.shape[:axis], 1, *input.shape[axis:]))


# Another order of the axes

@op(promote=None, view=True, aliases=("swapaxes", "swapdims"),
    input=lambda g, dim0, dim1: transpose(g, dim0, dim1))
def transpose(input, dim0, dim1):
    """Swap two axes; a view.  Shapes: (..., m, ..., n, ...) -> (..., n, ..., m, ...).  Source: torch.transpose."""
    axes = axis_of("transpose", dim0, input.ndim), axis_of("transpose", dim1, input.ndim)
    return input.swapaxes(*axes) if input.ndim else input[...]


@op(promote=None, view=True, varargs="dims",
    input=lambda g, dims: permute(g, inverse(dims)))
def permute(input, dims):
    """The axes in the order `dims`; a view.  Shapes: (*) -> the same sizes in another order.  Source: torch.permute."""
    if len(dims) != input.ndim:
        raise RuntimeError("permute: number of dimensions in the tensor input does not match the length of the "
                           f"desired ordering of dimensions i.e. input.dim() = {input.ndim} is not equal to len(dims) "
                           f"= {len(dims)}: {tuple(dims)}")
    order = [axis_of("permute", dim, input.ndim) for dim in dims]
    if len(set(order)) < len(order):
        raise RuntimeError(f"permute: duplicate dims are not allowed: {tuple(dims)}")
    return input.transpose(order)


def inverse(dims) -> tuple:
    """The order of axes that undoes another."""
    order = [dim % len(dims) for dim in dims]
    return tuple(sorted(range(len(order)), key=order.__getitem__))


# More elements, or fewer, in the same memory

@op(promote=None, view=True, function=False, varargs="size",
    input=lambda g, input_shape: sum_to(g, input_shape))
def expand(input, size):
    """Repeat along new or length-1 axes, as a view: the copy gate; its backward sums the copies.

    Shapes: (*) -> size; -1 keeps an axis.  Source: torch.Tensor.expand; lecture, copy gate.
    """
    size = sizes_of(size)
    extra = len(size) - input.ndim
    if extra < 0:
        raise RuntimeError(f"expand: the number of sizes provided ({len(size)}: {list(size)}) must be greater or equal "
                           f"to the number of dimensions in the tensor ({input.ndim}: {list(input.shape)})")
    full = tuple([input.shape[i - extra] if n == -1 and i >= extra else n for i, n in enumerate(size)])
    for i, n in enumerate(full):
        if n < 0 and i < extra:
            raise RuntimeError(f"expand: the expanded size of the tensor ({n}) isn't allowed in a leading, "
                               f"non-existing dimension {i}: target sizes {list(size)}, tensor sizes "
                               f"{list(input.shape)}")
        if (i >= extra and input.shape[i - extra] not in (1, n)) or n < 0:
            raise RuntimeError(f"expand: The expanded size of the tensor ({n}) must match the existing size "
                               f"({input.shape[i - extra]}) at non-singleton dimension {i}. "
                               f"Target sizes: {list(size)}. Tensor sizes: {list(input.shape)}")
    if input.flags.c_contiguous:            # NumPy's own broadcast_to takes three times as long
        steps = [0 if n != m else step for n, m, step in zip(full[extra:], input.shape, input.strides, strict=True)]
        return np.ndarray(full, input.dtype, input, 0, (*[0] * extra, *steps))
    return writeable(np.broadcast_to(input, full), input)


def writeable(view, source):
    """The view, if NumPy made it read-only, as writeable as its source."""
    if source.flags.writeable:
        view.flags.writeable = True
    return view


@op(promote=None, view=True,
    input=lambda g, input_shape, offset, dim1, dim2: diagonal_back(g, input_shape, offset, dim1, dim2))
def diagonal(input, offset=0, dim1=0, dim2=1):
    """The diagonal of two axes, `offset` above the main one, as a last axis; a view.

    Shapes: (*, m, *, n, *) -> (*, *, *, k).  Source: torch.diagonal.
    """
    axes = axis_of("diagonal", dim1, input.ndim), axis_of("diagonal", dim2, input.ndim)
    if axes[0] == axes[1]:
        raise RuntimeError(f"diagonal: diagonal dimensions cannot be identical {dim1}, {dim2}")
    return writeable(np.diagonal(input, offset, *axes), input)


@op(promote=None, method=False, function=False, title="DiagonalBackwardBackward0",
    input=lambda g, offset, dim1, dim2: diagonal(g, offset, dim1, dim2))
def diagonal_back(input, shape, offset, dim1, dim2):
    """Zeros of this shape with `input` on the diagonal: the transpose of `diagonal`."""
    out = np.zeros(shape, input.dtype)
    writeable(np.diagonal(out, offset, dim1, dim2), out)[...] = input
    return out


@op(promote=None, view=True, function=False,
    input=lambda g, input_shape, dimension, step: unfold_back(g, input_shape, dimension, step))
def unfold(input, dimension, size, step):
    """Windows of `size` elements, `step` apart, along an axis; each a row of a new last axis; a view.

    Shapes: (*, n, *) -> (*, (n - size) // step + 1, *, size).  Source: torch.Tensor.unfold.
    """
    axis = axis_of("unfold", dimension, input.ndim)
    if step < 1 or size < 0:
        raise RuntimeError(f"unfold: step is {step} but must be > 0" if step < 1 else f"unfold: size is {size} but "
                                                                                      "must be >= 0")
    n = input.shape[axis] if input.ndim else 1
    if size > n:
        raise RuntimeError(f"unfold: maximum size for tensor at dimension {axis} is {n} but size is {size}")
    if input.ndim == 0:
        return input.reshape(1)[:size]
    shape, strides = list(input.shape), list(input.strides)
    shape[axis], strides[axis] = (n - size) // step + 1, strides[axis] * step
    return strided(input, (*shape, size), (*strides, input.strides[axis]))


def strided(array, shape, strides):
    """A view of the array's memory with these sizes and steps, in bytes, that still knows whose memory it is.

    (NumPy's own as_strided hides the owner.)
    """
    owner = owner_of(array)
    offset = array.__array_interface__["data"][0] - owner.__array_interface__["data"][0]
    try:
        return np.ndarray(shape, array.dtype, owner.reshape(-1, order="A", copy=False), offset, strides)
    except ValueError:          # the owner's own memory has gaps
        return np.lib.stride_tricks.as_strided(array, shape, strides)


@op(promote=None, method=False, function=False, title="UnfoldBackwardBackward0",
    input=lambda g, input_shape, dimension, step: unfold(g, dimension, input_shape[-1], step))
def unfold_back(input, shape, dimension, step):
    """Zeros of this shape, plus each window's elements where they came from: the transpose of `unfold`."""
    if shape == ():
        return np.add.reduce(input, axis=-1)
    out, axis = np.zeros(shape, input.dtype), dimension % len(shape)
    last = step * (input.shape[axis] - 1) + 1
    for i in range(input.shape[-1]):
        out[(slice(None),) * axis + (slice(i, i + last, step),)] += input[..., i]
    return out
