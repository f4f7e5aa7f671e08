"""Arrays joined, repeated, padded, turned round, or laid out on a diagonal: copies in a new arrangement."""
import numpy as np

from autograd.ops import Arrays, op
from autograd.ops.shape import axes_of, axis_of, diagonal


@op(method=False, aliases=("concat", "concatenate"),
    tensors=lambda g, tensors_shape, dim: cut(g, tensors_shape, dim))
def cat(tensors: Arrays, dim=0):
    """Join arrays along an axis that exists; each receives its stretch of the gradient.

    Shapes: (*, n1, *), (*, n2, *), ... -> (*, n1 + n2 + ..., *); an array of shape (0,) is skipped.  Source: torch.cat.
    """
    if not tensors:
        raise ValueError("cat: expected a non-empty list of Tensors")
    full = [t for t in tensors if t.shape != (0,)] or tensors[:1]
    if any(t.ndim == 0 for t in tensors):
        raise cannot_join([t.shape for t in tensors], 0)
    axis = axis_of("cat", dim, full[0].ndim)
    try:
        return np.concatenate(full, axis)
    except ValueError:
        raise cannot_join([t.shape for t in tensors], axis) from None


def cannot_join(shapes, axis):
    """The error for arrays that differ in more than the size of one axis."""
    first = next(shape for shape in shapes if shape != (0,))
    for i, shape in enumerate(shapes):
        if shape == ():
            return RuntimeError(f"cat: zero-dimensional tensor (at position {i}) cannot be concatenated: use stack")
        if shape != (0,) and len(shape) != len(first):
            return RuntimeError(f"cat: Tensors must have same number of dimensions: got {len(first)} and {len(shape)}: "
                                f"{first} and {shape}")
        if shape != (0,) and shape[:axis] + shape[axis + 1:] != first[:axis] + first[axis + 1:]:
            odd = next(d for d in range(len(first)) if d != axis and shape[d] != first[d])
            return RuntimeError(f"cat: Sizes of tensors must match except in dimension {axis}. Expected size "
                                f"{first[odd]} but got size {shape[odd]} for tensor number {i} in the list: {first} "
                                f"and {shape}")


def cut(g, shapes, dim):
    """The stretches of `g` that belong to arrays of these shapes, which were joined along `dim`."""
    parts, start = [], 0
    before = (slice(None),) * (dim % g.ndim)
    for shape in shapes:
        if shape == (0,):
            parts.append(g.reshape(-1)[:0])
        else:
            stop = start + shape[dim]
            parts.append(g[(*before, slice(start, stop))])
            start = stop
    return parts


@op(method=False,
    tensors=lambda g, tensors_shape, dim: layers(g, dim))
def stack(tensors: Arrays, dim=0):
    """Join arrays of one shape along a new axis.

    Shapes: k times (*) -> (*, k, *).  Source: torch.stack.
    """
    if not tensors:
        raise RuntimeError("stack: expects a non-empty TensorList")
    axis = axis_of("stack", dim, tensors[0].ndim + 1)
    for i, tensor in enumerate(tensors):
        if tensor.shape != tensors[0].shape:
            raise RuntimeError(f"stack: expects each tensor to be equal size, but got {list(tensors[0].shape)} at "
                               f"entry 0 and {list(tensor.shape)} at entry {i}")
    return np.stack(tensors, axis)


def layers(g, dim):
    """The slices of `g` along an axis."""
    before = (slice(None),) * (dim % g.ndim)
    return [g[(*before, i)] for i in range(g.shape[dim])]


@op(promote=None, function=False, varargs="repeats",
    input=lambda g, input_shape, repeats: fold(g, input_shape, repeats))
def repeat(input, repeats):
    """Lay copies side by side, `repeats[i]` along axis i; more repeats than axes add axes in front.

    Shapes: (n1, n2, ...), repeats (r1, r2, ...) -> (r1 * n1, r2 * n2, ...).  Source: torch.Tensor.repeat.
    """
    if len(repeats) < input.ndim:
        raise RuntimeError(f"repeat: Number of dimensions of repeat dims ({len(repeats)}: {list(repeats)}) can not be "
                           f"smaller than number of dimensions of tensor ({input.ndim}: {list(input.shape)}): use tile")
    if any(n < 0 for n in repeats):
        raise RuntimeError(f"repeat: Trying to create tensor with negative dimension: repeats {list(repeats)} of a "
                           f"tensor of shape {list(input.shape)}")
    return np.array(np.tile(input, repeats)) if input.size == 0 else np.tile(input, repeats)  # (which may be a view)


def fold(g, shape, repeats):
    """The sum of the copies that `repeat` made."""
    full = (1,) * (len(repeats) - len(shape)) + tuple(shape)
    paired = [n for pair in zip(repeats, full, strict=True) for n in pair]
    return np.add.reduce(g.reshape(paired), axis=tuple(range(0, len(paired), 2))).reshape(shape)


@op(promote=None, varargs="dims",
    input=lambda g, dims: flip(g, dims))
def flip(input, dims):
    """Turn axes round, as a copy.  Shapes: (*) -> (*).  Source: torch.flip."""
    axes = axes_of("flip", dims, input.ndim)
    return np.flip(input, axes).copy() if input.ndim else input.copy()


@op(promote=None,
    input=lambda g, shifts, dims: roll(g, opposite(shifts), dims))
def roll(input, shifts, dims=None):
    """Move elements `shifts` places along axes; what leaves at the end comes in at the front.

    Without `dims` the flattened elements move.  Shapes: (*) -> (*).  Source: torch.roll.
    """
    given, axes = [() if v is None else v if isinstance(v, (tuple, list)) else (v,) for v in (shifts, dims)]
    if dims is None and len(given) == 1:
        return np.roll(input, given[0])
    if len(given) != len(axes):
        raise RuntimeError(f"roll: shifts and dimensions must align. shifts: {len(given)}, dims: {len(axes)}")
    if not input.ndim:
        raise IndexError(f"roll: Dimension specified as {axes[0]} but tensor has no dimensions")
    return np.roll(input, given, [axis_of("roll", dim, input.ndim) for dim in axes])


def opposite(shifts):
    """Shifts the other way."""
    return tuple([-n for n in shifts]) if isinstance(shifts, (tuple, list)) else -shifts


# Parts of matrices

@op(promote=None, in_place=True,
    input=lambda g, diagonal: tril(g, diagonal))
def tril(input, diagonal=0):
    """The lower triangle: zeros above the diagonal that lies `diagonal` above the main one.

    Shapes: (*, m, n) -> (*, m, n).  Source: torch.tril.
    """
    need_matrix("tril", input)
    return np.tril(input, diagonal)


@op(promote=None, in_place=True,
    input=lambda g, diagonal: triu(g, diagonal))
def triu(input, diagonal=0):
    """The upper triangle: zeros below the diagonal that lies `diagonal` above the main one.

    Shapes: (*, m, n) -> (*, m, n).  Source: torch.triu.
    """
    need_matrix("triu", input)
    return np.triu(input, diagonal)


def need_matrix(name, input):
    """Raise unless there are two axes."""
    if input.ndim < 2:
        raise RuntimeError(f"{name}: input tensor must have at least 2 dimensions, not shape {input.shape}")


@op(promote=None,
    input=lambda g, offset, dim1, dim2: diagonal(g, offset, dim1, dim2))
def diag_embed(input, offset=0, dim1=-2, dim2=-1):
    """Square matrices, over the axes `dim1` and `dim2`, with the last axis on a diagonal and zeros elsewhere.

    Shapes: (*, n) -> (*, n + |offset|, n + |offset|).  Source: torch.diag_embed.
    """
    axes = axis_of("diag_embed", dim1, input.ndim + 1), axis_of("diag_embed", dim2, input.ndim + 1)
    if axes[0] == axes[1]:
        raise RuntimeError(f"diag_embed: diagonal dimensions cannot be identical {dim1}, {dim2}")
    n = input.shape[-1]
    out = np.zeros((*input.shape[:-1], n + abs(offset), n + abs(offset)), input.dtype)
    rows = np.arange(n) + max(-offset, 0)
    out[..., rows, rows + offset] = input
    return np.moveaxis(out, (-2, -1), axes)


# Borders

@op(promote=None, method=False,
    input=lambda g, pad: constant_pad_nd(g, opposite(pad)))
def constant_pad_nd(input, pad, value=0):
    """Add a border of `value`; negative widths cut one off, so that the backward is the same op.

    Shapes: pad holds (before, after) for the last axis, then for the one before it, and so on.
    Source: torch.constant_pad_nd.
    """
    before, after = widths("pad", pad, input.shape)
    shape = tuple([n + b + a for n, b, a in zip(input.shape, before, after, strict=True)])
    if any(n < max(-b, 0) + max(-a, 0) for n, b, a in zip(input.shape, before, after, strict=True)):
        raise RuntimeError(f"pad: padding {tuple(pad)} cuts more than there is from a tensor of shape {input.shape}")
    out = np.full(shape, value, input.dtype)
    inner = tuple([slice(max(b, 0), n - max(a, 0)) for n, b, a in zip(shape, before, after, strict=True)])
    kept = tuple([slice(max(-b, 0), n - max(-a, 0)) for n, b, a in zip(input.shape, before, after, strict=True)])
    out[inner] = input[kept]
    return out


def widths(name, pad, shape):
    """The widths before and after each axis, from torch's list that begins at the last axis."""
    if len(pad) % 2:
        raise RuntimeError(f"{name}: Padding length must be divisible by 2, but got {tuple(pad)}: (before, after) for "
                           "each axis")
    if len(pad) > 2 * len(shape):
        raise RuntimeError(f"{name}: Padding length should be less than or equal to two times the input dimension but "
                           f"got padding length {len(pad)} and input of dimension {len(shape)}")
    untouched = (0,) * (len(shape) - len(pad) // 2)
    return (*untouched, *pad[-2::-2]), (*untouched, *pad[::-2])
