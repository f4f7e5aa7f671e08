"""Whole slices along one axis, by number: read, written, added, and the rows of a table."""
import math

import numpy as np

from autograd.ops import Array, op
from autograd.ops.indexing import FULL, summed_at
from autograd.ops.shape import axis_of


def slice_numbers(name, index, n, error=IndexError):
    """`index` as a vector of slice numbers, all of them there."""
    if index.dtype.kind not in "iu":
        raise RuntimeError(f"{name}: Expected dtype int32 or int64 for index, not {index.dtype}")
    if index.ndim > 1:
        raise IndexError(f"{name}: Index is supposed to be a vector, not of shape {index.shape}")
    index = np.asarray(index).reshape(-1)
    if index.size and (index.min() < 0 or index.max() >= n):
        odd = index[(index < 0) | (index >= n)][0]
        raise error(f"{name}: index {odd} is out of bounds: index out of range in self, which has {n} slices there")
    return index


@op(promote=None,
    input=lambda g, dim, index, input_shape: add_slices(g, dim, index, input_shape))
def index_select(input, dim, index: Array):
    """The slices with these numbers along an axis, as a copy.  Shapes: (*, n, *), index (k) -> (*, k, *).

    Source: torch.index_select.
    """
    axis = axis_of("index_select", dim, input.ndim)
    if input.ndim > 1 and index.size and not input.shape[axis]:
        raise RuntimeError(f"index_select: self indexing axis dim should be positive: there are no slices along {axis}")
    index = slice_numbers("index_select", index, input.shape[axis] if input.ndim else 1)
    if index.size > 1 > input.ndim:
        raise RuntimeError(f"index_select: Index to scalar can have only 1 value, got {index.size} value(s)")
    return np.take(input, index, axis) if input.ndim else np.array(input)


@op(promote=None, method=False, function=False, title="IndexAddBackward0",
    input=lambda g, dim, index: index_select(g, dim, index))
def add_slices(input, dim, index: Array, shape):
    """Zeros of this shape, plus the slices of `input` at these places: the transpose of `index_select`."""
    if not shape:
        return input.reshape(())
    rows = np.moveaxis(input, dim, 0)
    width = math.prod(rows.shape[1:])
    n = shape[dim]
    places = np.asarray(index).reshape(-1, 1) * width + np.arange(width)
    return np.moveaxis(summed_at(places, rows, n * width).reshape(n, *rows.shape[1:]), 0, dim)


@op(promote=None, in_place=True, apart=True,
    input=lambda g: g,
    source=lambda g, dim, index, alpha: index_select(g, dim, index) * alpha)
def index_add(input, dim, index: Array, source, alpha=1):
    """`input` plus the slices of `alpha * source` at these places along an axis.  Source: torch.index_add."""
    check_slices("index_add", input, dim, index, source, RuntimeError)
    return input + add_slices(source * source.dtype.type(alpha), dim, index, input.shape)


@op(promote=None, in_place=True, apart=True,
    input=lambda g, dim, index: index_fill_zero(g, dim, index),
    source=lambda g, dim, index, source_shape: index_select(g, dim, index).reshape(source_shape))
def index_copy(input, dim, index: Array, source):
    """`input` with the slices of `source` in these places along an axis.  Source: torch.index_copy."""
    check_slices("index_copy", input, dim, index, source, IndexError)
    out = np.array(input)
    if input.ndim:
        place: tuple = (*[FULL] * (dim % input.ndim), np.asarray(index).reshape(-1))
        out[place] = source
    else:
        out[...] = source.reshape(())
    return out


@op(promote=None, method=False, function=False, title="IndexFillBackward0",
    input=lambda g, dim, index: index_fill_zero(g, dim, index))
def index_fill_zero(input, dim, index: Array):
    """`input` with zeros in these slices along an axis."""
    out = np.array(input)
    out[(FULL,) * (dim % max(input.ndim, 1)) + (np.asarray(index).reshape(-1),) if input.ndim else ...] = 0
    return out


@op(promote=None, in_place=True, apart=True,
    input=lambda g, dim, index: index_fill_zero(g, dim, index),
    value=lambda g, dim, index: np.sum(index_select(g, dim, unrepeated(index, g.shape[dim]))))
def index_fill(input, dim, index: Array, value):
    """`input` with `value` in these slices along an axis.  Source: torch.index_fill."""
    if getattr(value, "ndim", 0):
        raise RuntimeError(f"index_fill: only supports a 0-dimensional value tensor, but got tensor with {value.ndim} "
                           "dimension(s).")
    axis = axis_of("index_fill", dim, input.ndim)
    n = input.shape[axis] if input.ndim else 1
    index = slice_numbers("index_fill", np.where(index < 0, index + n, index), n)
    out = np.array(input)
    out[(FULL,) * axis + (index,) if input.ndim else ...] = value
    return out


def unrepeated(index, n):
    """Slice numbers, each once."""
    return np.unique(np.asarray(index) % n)


def check_slices(name, input, dim, index, source, error):
    """Raise unless `source` has slices like those of `input`, one for each number in the index; in torch's order.

    `error` is what torch's op of this name raises for numbers of axes and slices that do not match.
    """
    if not hasattr(source, "dtype"):
        raise TypeError(f"{name}(): argument 'source' must be Tensor, not {type(source).__name__}")
    axis, k = axis_of(name, dim, input.ndim), index.size
    shapes = f"self.shape = {list(input.shape)}, source.shape = {list(source.shape)}, dim = {axis}"
    count = error(f"{name}: Number of indices ({k}) should be equal to source.size(dim): {shapes}")
    if index.ndim > 1:
        raise IndexError(f"{name}: Index is supposed to be a vector, not of shape {index.shape}")
    if error is IndexError and k > 1 > source.ndim:
        raise count
    if source.dtype != input.dtype and error is RuntimeError:
        raise not_of_one_type(name, input, source)
    if input.ndim and source.ndim and input.ndim != source.ndim:
        raise error(f"{name}: When source and destination are not scalars, their dimensionality must match: {shapes}")
    if source.dtype != input.dtype:
        raise not_of_one_type(name, input, source)
    if error is RuntimeError and k != (source.shape[axis] if source.ndim else 1):
        raise count
    slices = [shape[:axis] + shape[axis + 1:] for shape in (input.shape, source.shape)]
    if slices[0] != slices[1] or (error is RuntimeError and input.ndim != source.ndim):
        raise RuntimeError(f"{name}: source tensor shape must match self tensor shape, excluding the specified "
                           f"dimension. Got {shapes}")
    if source.ndim and k != source.shape[axis]:
        raise count
    slice_numbers(name, index, input.shape[axis] if input.ndim else 1, error if input.ndim > 1 else IndexError)


def not_of_one_type(name, input, source) -> RuntimeError:
    """The error for slices of another type."""
    return RuntimeError(f"{name}: self ({input.dtype}) and source ({source.dtype}) must have the same dtype")


# Rows of a table

@op(promote=None, method=False,
    weight=lambda g, indices, weight_shape, padding_idx, scale_grad_by_freq: table_gradient(
        g, indices, weight_shape, padding_idx, scale_grad_by_freq))
def embedding(weight, indices: Array, padding_idx=-1, scale_grad_by_freq=False, sparse=False):
    """Rows of a table: ``out[i, j] = weight[indices[i, j]]``. The row `padding_idx` receives no gradient.

    Shapes: weight (V, D), indices (*) of ints in [0, V) -> (*, D).  Source: torch.embedding.
    """
    if weight.ndim != 2:
        raise RuntimeError(f"embedding: 'weight' must be 2-D, not of shape {weight.shape}")
    if indices.dtype.kind not in "iu":
        raise RuntimeError("embedding: Expected tensor for argument #1 'indices' to have one of the following scalar "
                           f"types: Long, Int; but got {indices.dtype} instead: convert it with .long()")
    if indices.size and (indices.min() < 0 or indices.max() >= len(weight)):
        odd = indices[(indices < 0) | (indices >= len(weight))].reshape(-1)[0]
        raise IndexError(f"embedding: index {odd}: index out of range in self: the table has {len(weight)} rows")
    return np.take(weight, indices, axis=0)


def table_gradient(g, indices, shape, padding_idx, scale_grad_by_freq):
    """The sum of the gradients of each row's copies (their mean if scaled by frequency)."""
    numbers = np.asarray(indices).reshape(-1)
    share = (numbers != padding_idx).astype(g.dtype)
    if scale_grad_by_freq and numbers.size:
        share = share / np.bincount(numbers, minlength=shape[0]).astype(share.dtype)[numbers]
    return add_slices(g.reshape(-1, shape[1]) * share.reshape(-1, 1), 0, numbers, shape)


@op(promote=None, method=False, function=False)
def one_hot(input: Array, num_classes=-1):
    """Ints as vectors with a 1 at their place: ``out[i, input[i]] = 1``, of dtype int64.

    Shapes: (*) of ints in [0, C) -> (*, C).  Source: torch.nn.functional.one_hot.
    """
    if input.dtype != np.int64:
        raise RuntimeError(f"one_hot: one_hot is only applicable to index tensor of type LongTensor, not {input.dtype}")
    if input.size == 0 and num_classes == -1:
        raise RuntimeError("one_hot: Can not infer total number of classes from empty tensor: pass num_classes")
    if input.size and input.min() < 0:
        raise RuntimeError(f"one_hot: Class values must be non-negative, not {input.min()}.")
    classes = int(input.max()) + 1 if num_classes == -1 else num_classes
    if input.size and input.max() >= classes:
        raise RuntimeError(f"one_hot: Class values must be smaller than num_classes ({classes}), not {input.max()}.")
    return (np.asarray(input)[..., None] == np.arange(classes)).astype(np.int64)
