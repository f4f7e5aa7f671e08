"""Reading and writing at indices, made of a few ops: scatter with its reductions, index_put, masks."""

import math
import warnings

import numpy as np

from autograd.dtypes import BY_NUMPY
from autograd.functions.table import call_of, function
from autograd.ops.indexing import look_up, split_index
from autograd.ops.scatter import places_of
from autograd.ops.shape import axis_of
from autograd.record import wrap
from autograd.tensors import Tensor


def need_dtype(name, input, source):
    """Raise unless the source has the input's dtype."""
    if source.dtype is not input.dtype:
        raise RuntimeError(
            f"{name}: Expected self.dtype to be equal to src.dtype, but self is {input.dtype} and src "
            f"{source.dtype}: convert it with .to({input.dtype})"
        )


def need_tensor(name, argument, value):
    """Raise unless an argument is a Tensor."""
    if not isinstance(value, Tensor):
        raise TypeError(f"{name}(): argument '{argument}' must be Tensor, not {type(value).__name__}")


@function(in_place=True, apart=True)
def scatter(input, dim, index, src=None, *, value=None, reduce=None):
    """``out[index[i, j], j] = src[i, j]`` for dim=0, and so on; `src` may be a number, `reduce` "add" or "multiply".

    Shapes: input (*), index and src of as many axes -> the shape of input.  Source: torch.scatter.
    """
    src = value if src is None else src
    need_tensor("scatter", "index", index)
    if isinstance(src, Tensor):
        need_dtype("scatter", input, src)
        src = trimmed("scatter", src, index)
    if reduce is None:
        return call_of("put_along")(input, src, dim, index)
    if reduce not in ("add", "multiply"):
        raise RuntimeError(f"scatter: reduce argument must be either add or multiply, not {reduce!r}.")
    if isinstance(src, Tensor):
        warnings.warn(
            "The reduce argument of torch.scatter with Tensor src is deprecated and will be removed in a "
            "future PyTorch release. Use torch.scatter_reduce instead for more reduction "
            "options.",
            UserWarning,
            stacklevel=2,
        )
    else:
        src = wrap(np.full(index.shape, src, input.dtype))
    return scatter_reduce(input, dim, index, src, "sum" if reduce == "add" else "prod")


def trimmed(name, src, index):
    """The part of `src` that has the shape of the index."""
    if src.shape == index.shape:
        return src
    if src.ndim != index.ndim or any(n > most for n, most in zip(index.shape, src.shape, strict=True)):
        raise RuntimeError(f"{name}: Expected index {list(index.shape)} to be no larger than src {list(src.shape)}")
    return src[tuple([slice(n) for n in index.shape])]


@function(in_place=True, apart=True)
def scatter_reduce(input, dim, index, src, reduce, *, include_self=True):
    """`input` reduced with the elements of `src` at their places along an axis: "sum", "prod", "mean", "amax", "amin".

    Without `include_self` elements that get any are replaced by the reduction of these alone.
    Source: torch.scatter_reduce.
    """
    need_tensor("scatter_reduce", "src", src)
    need_dtype("scatter_reduce", input, src)
    src = trimmed("scatter_reduce", src, index)
    if reduce in ("amax", "amin"):
        return call_of("scatter_extreme")(input, src, dim, index, reduce == "amax", include_self)
    if reduce not in ("sum", "prod", "mean"):
        raise RuntimeError(f"scatter_reduce: reduce must be either sum, prod, mean, amax or amin, got {reduce}")
    start = input if include_self else call_of("put_along")(input, int(reduce == "prod"), dim, index)
    if reduce == "prod":
        return call_of("scatter_product")(start, src, dim, index)
    total = call_of("scatter_add")(start, dim, index, src)
    if reduce == "sum":
        return total
    places = places_of("scatter_reduce", dim, index.payload, input.payload.shape)
    counts = np.bincount(places.reshape(-1), minlength=math.prod(input.shape)).reshape(input.shape)
    counts = wrap(np.maximum(counts + include_self, 1).astype(input.dtype))
    return total / counts if input.dtype.is_floating_point else total // counts


@function(in_place=True, apart=True)
def index_put(input, indices, values, accumulate=False):
    """``input[indices] = values`` out of place; with `accumulate` they are added.  Source: torch.index_put."""
    basic, advanced = split_index(tuple([slice(None) if index is None else index for index in indices]))
    if input.dtype is not values.dtype:
        look_up(input.payload, basic, advanced)  # an index that is not there is the worse mistake
        raise RuntimeError(
            "index_put: Index put requires the source and destination dtypes match, got "
            f"{input.dtype.long_name} for the destination and {values.dtype.long_name} for the source."
        )
    return call_of("put_more" if accumulate else "setitem")(input, values, basic, advanced)


@function(in_place=True, apart=True)
def put(input, index, source, accumulate=False):
    """`input` with the elements of `source` at these places of its flattened form.  Source: torch.put."""
    if index.numel() != source.numel():
        raise IndexError(
            "put: put_(): Expected source and index to have the same number of elements, but got "
            f"source.numel() = {source.numel()}, index.numel() = {index.numel()}"
        )
    need_dtype("put", input, source)
    flat = call_of("reshape")(input, (-1,))
    out = index_put(flat, (index.reshape(-1),), source.reshape(-1), accumulate)
    return call_of("reshape")(out, input.shape)


@function()
def take_along_dim(input, indices, dim=None):
    """`gather` with broadcasting, of the flattened input if no dim is given.  Source: torch.take_along_dim."""
    if dim is None:
        return call_of("gather")(call_of("reshape")(input, (-1,)), 0, call_of("reshape")(indices, (-1,)))
    axis = axis_of("take_along_dim", dim, input.ndim)
    if input.ndim != indices.ndim:
        raise RuntimeError(
            "take_along_dim: input and indices should have the same number of dimensions, but got "
            f"{input.ndim} dimensions for input, and {indices.ndim} dimensions for indices"
        )
    try:
        shape = np.broadcast_shapes(*[(*t.shape[:axis], 1, *t.shape[axis + 1 :]) for t in (input, indices)])
    except ValueError:
        raise RuntimeError(
            f"take_along_dim: shapes {tuple(input.shape)} and {tuple(indices.shape)} do not broadcast "
            f"apart from dimension {axis}"
        ) from None
    input, indices = [
        call_of("expand")(t, (*shape[:axis], t.shape[axis], *shape[axis + 1 :])) for t in (input, indices)
    ]
    return call_of("gather")(input, axis, indices)


@function(in_place=True)
def masked_scatter(input, mask, source):
    """`input` with the first elements of `source`, one after the other, where the mask is true.

    Shapes: input (*), mask broadcast to it, source (*) with enough elements.  Source: torch.masked_scatter.
    """
    if source.dtype is not input.dtype:
        raise RuntimeError(
            "masked_scatter: expected self and source to have same dtypes but got "
            f"{input.dtype.long_name} and {source.dtype.long_name}"
        )
    if mask.payload.dtype != bool:
        raise RuntimeError(
            f"masked_scatter: only supports boolean masks, but got mask with dtype {BY_NUMPY[mask.payload.dtype]}"
        )
    shape = np.broadcast_shapes(tuple(input.shape), tuple(mask.shape))
    input, mask = call_of("expand")(input, shape), np.broadcast_to(mask.payload, shape)
    count = int(np.count_nonzero(mask))
    if source.numel() < count:
        raise RuntimeError(
            f"masked_scatter: Number of elements of source ({source.numel()}) < number of ones in mask ({count})"
        )
    basic, advanced = split_index((mask,))
    return call_of("setitem")(input, source.reshape(-1)[:count], basic, advanced)


def replaced(name, input, src, index):
    """`input` with `src` at a basic index, whose place must have just its shape."""
    basic, _ = split_index(index)
    shape = input.payload[basic].shape
    if src.shape != shape:
        raise RuntimeError(
            f"{name}: expected src to have a size equal to the slice of self. src size = "
            f"{list(src.shape)}, slice size = {list(shape)}"
        )
    return call_of("setitem")(input, src.to(input.dtype), basic, None)


@function()
def select_scatter(input, src, dim, index):
    """`input` with `src` in place of ``input.select(dim, index)``.  Source: torch.select_scatter."""
    return replaced(
        "select_scatter", input, src, (slice(None),) * axis_of("select_scatter", dim, input.ndim) + (index,)
    )


@function()
def slice_scatter(input, src, dim=0, start=None, end=None, step=1):
    """`input` with `src` in place of a slice along an axis.  Source: torch.slice_scatter."""
    axis = axis_of("slice_scatter", dim, input.ndim)
    return replaced("slice_scatter", input, src, (slice(None),) * axis + (slice(start, end, step),))


@function()
def diagonal_scatter(input, src, offset=0, dim1=0, dim2=1):
    """`input` with `src` in place of a diagonal.  Source: torch.diagonal_scatter."""
    out = input.clone()
    place = out.diagonal(offset, dim1, dim2)
    if src.shape != place.shape:
        raise RuntimeError(
            f"diagonal_scatter: expected src to have a size equal to the slice of self. src size = "
            f"{list(src.shape)}, slice size = {list(place.shape)}"
        )
    place.copy_(src)
    return out


def fill_diagonal_(self, fill_value, wrap=False):
    """Fill the main diagonal in place; with `wrap` begin again below a tall matrix.

    Source: torch.Tensor.fill_diagonal_.
    """
    if self.ndim < 2 or (self.ndim > 2 and len(set(self.shape)) > 1):
        raise RuntimeError(
            f"fill_diagonal_: dimensions must be larger than 1, and of equal length if more than 2: {tuple(self.shape)}"
        )
    if self.ndim > 2:
        self[(np.arange(self.shape[0]),) * self.ndim] = fill_value
        return self
    height, width = self.shape
    for start in range(0, height if wrap else 1, width + 1):
        self[start:].diagonal().fill_(fill_value)
    return self


Tensor.fill_diagonal_ = fill_diagonal_  # type: ignore[method-assign]


@function(method=False)
def unravel_index(indices, shape):
    """Places in a flattened array of this shape, as a tuple of indices, one for each axis.

    Source: torch.unravel_index.
    """
    try:
        return tuple([wrap(np.asarray(axis)) for axis in np.unravel_index(indices.payload, tuple(shape))])
    except ValueError as error:
        raise ValueError(f"unravel_index: {error}") from None


@function(method=False)
def tril_indices(row, col, offset=0, *, dtype=None, device=None):
    """Rows and columns of the lower triangle of a row x col matrix.  Shapes: -> (2, k).  Source: torch.tril_indices."""
    return wrap(np.stack(np.tril_indices(row, offset, col)).astype(np.int64 if dtype is None else dtype))


@function(method=False)
def triu_indices(row, col, offset=0, *, dtype=None, device=None):
    """Rows and columns of the upper triangle of a row x col matrix.  Shapes: -> (2, k).  Source: torch.triu_indices."""
    return wrap(np.stack(np.triu_indices(row, offset, col)).astype(np.int64 if dtype is None else dtype))
