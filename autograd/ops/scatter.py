"""Reading and writing along one axis with a place for each element: gather, scatter and what they reduce to."""
import math

import numpy as np

from autograd.ops import Array, op
from autograd.ops.indexing import summed_at, take
from autograd.ops.joining import constant_pad_nd
from autograd.ops.shape import axis_of


def places_of(name, dim, index, shape):
    """Where each element stands in a flattened array of this shape, if `index` gives its place along an axis."""
    if index.dtype.kind != "i" or index.dtype.itemsize < 4:
        raise RuntimeError(f"{name}: Expected dtype int32/int64 for index, not {index.dtype}")
    axis = axis_of(name, dim, len(shape))
    index, shape = np.asarray(index).reshape(index.shape or (1,)), shape or (1,)
    if index.ndim != len(shape) and index.size:
        raise RuntimeError(f"{name}: Index tensor must have the same number of dimensions as input tensor: index "
                           f"{list(index.shape)}, input {list(shape)}")
    for i, (n, most) in enumerate(zip(index.shape, shape, strict=False)):
        if i != axis and n > most:
            raise RuntimeError(f"{name}: Size does not match at dimension {i} expected index {list(index.shape)} to be "
                               f"no larger than self {list(shape)} apart from dimension {axis}")
    if index.size and (index.min() < 0 or index.max() >= shape[axis]):
        odd = index[(index < 0) | (index >= shape[axis])][0]
        raise RuntimeError(f"{name}: index {odd} is out of bounds for dimension {axis} with size {shape[axis]}")
    places = index * math.prod(shape[axis + 1:])
    for i, n in enumerate(index.shape):
        if i != axis:
            places = places + np.arange(n).reshape((-1,) + (1,) * (index.ndim - i - 1)) * math.prod(shape[i + 1:])
    return places


def fitting(name, src, index):
    """The part of `src` that has the shape of the index."""
    if max(src.ndim, 1) != max(index.ndim, 1) or any(n > most for n, most in zip(index.shape, src.shape, strict=False)):
        raise RuntimeError(f"{name}: Expected index {list(index.shape)} to be no larger than src {list(src.shape)}")
    return src[tuple([slice(n) for n in index.shape])] if index.ndim else src.reshape(-1)[:1]


def widened(g, shape):
    """The gradient of the part, with zeros for the rest."""
    if g.shape == shape:
        return g
    if g.ndim < len(shape):
        g = g.reshape((1,))
    grown = [n - had for n, had in zip(shape[::-1], g.shape[::-1], strict=True)]
    return constant_pad_nd(g, [n for after in grown for n in (0, after)])


@op(promote=None,
    input=lambda g, dim, index, input_shape: gather_back(g, dim, index, input_shape))
def gather(input, dim, index: Array, *, sparse_grad=False):
    """``out[i, j] = input[index[i, j], j]`` for dim=0, and so on: an element for each place along an axis.

    Shapes: input (*), index of as many axes -> the shape of index.  Source: torch.gather.
    """
    return take(input, places_of("gather", dim, index, input.shape).reshape(index.shape))


@op(promote=None, method=False, function=False, title="ScatterAddBackward0",
    input=lambda g, dim, index: gather(g, dim, index))
def gather_back(input, dim, index: Array, shape):
    """Zeros of this shape, plus each element at its place along an axis: the transpose of `gather`."""
    return summed_at(places_of("gather", dim, index, shape), np.asarray(input), math.prod(shape)).reshape(shape)


@op(promote=None, method=False, function=False,
    input=lambda g, dim, index: put_along(g, 0, dim, index),
    src=lambda g, dim, index: gather(g, dim, index))
def put_along(input, src, dim, index: Array):
    """``out[index[i, j], j] = src[i, j]`` for dim=0, and so on; the rest as in `input`. `src` may be a number."""
    out = np.array(input, order="C")
    out.reshape(-1)[places_of("scatter", dim, index, input.shape).reshape(index.shape)] = src
    return out


@op(promote="equal", in_place=True, apart=True,
    input=lambda g: g,
    src=lambda g, dim, index, src_shape: widened(gather(g, dim, index), src_shape))
def scatter_add(input, dim, index: Array, src):
    """``out[index[i, j], j] += src[i, j]`` for dim=0, and so on, from `input` on.

    Shapes: input (*), index and src of as many axes -> the shape of input.  Source: torch.scatter_add.
    """
    src = fitting("scatter_add", src, index)
    places = places_of("scatter_add", dim, index, input.shape)
    return input + summed_at(places, src, input.size).reshape(input.shape)


@op(promote="equal", method=False, function=False, keep={"kept": None, "won": None}, title="ScatterReduceBackward0",
    input=lambda g, kept: g * kept,
    src=lambda g, dim, index, won: gather(g, dim, index) * won)
def scatter_extreme(input, src, dim, index: Array, largest=True, include_self=True):
    """The largest (or smallest) of each element of `input` and the elements of `src` that have its place.

    Those that share the extreme share its gradient.  Source: torch.scatter_reduce with amax and amin.
    """
    places = places_of("scatter_reduce", dim, index, input.shape).reshape(-1)
    out, src = np.array(input, order="C"), np.asarray(src)
    flat, values = out.reshape(-1), src.reshape(-1)
    if not include_self:
        flat[places] = values           # any of those that have the place is a start
    (np.maximum if largest else np.minimum).at(flat, places, values)
    won = values == flat[places]
    kept = flat == np.asarray(input).reshape(-1)
    if not include_self:
        kept[places] = False
    sharing = np.maximum(kept + np.bincount(places, won, flat.size), 1).astype(input.dtype)
    return out, (kept / sharing).reshape(input.shape), (won / sharing[places]).reshape(src.shape)


@op(promote="equal", method=False, function=False, title="ScatterReduceBackward0",
    input=lambda g, input, src, dim, index: g * others(input, src, dim, index)[0],
    src=lambda g, input, src, dim, index: gather(g, dim, index) * others(input, src, dim, index)[1])
def scatter_product(input, src, dim, index: Array):
    """The product of each element of `input` and the elements of `src` that have its place."""
    out = np.array(input, order="C")
    np.multiply.at(out.reshape(-1), places_of("scatter_reduce", dim, index, input.shape).reshape(-1),
                   np.asarray(src).reshape(-1))
    return out


def others(input, src, dim, index):
    """For each factor the product of the others: the product of those that are not 0, if no other one is 0."""
    zero, zeros = np.where(input == 0, 1, 0), np.where(src == 0, 1, 0)
    some, many = np.where(input == 0, 1, input), np.where(src == 0, 1, src)
    product, count = scatter_product(some, many, dim, index), scatter_add(zero, dim, index, zeros)
    return (np.where(count == zero, product / some, 0),
            np.where(gather(count, dim, index) == zeros, gather(product, dim, index) / many, 0))
