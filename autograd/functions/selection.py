"""The routers under torch's overloaded names: extremes with their positions, sorting, choosing by a mask."""

import numpy as np

from autograd import dtypes, return_types
from autograd.functions.table import call_of, function
from autograd.graph import PAYLOAD
from autograd.ops.kinks import numbers_only
from autograd.ops.shape import axis_of
from autograd.record import converted, wrap
from autograd.tensors import Tensor

choose, pick, expand, argsort = call_of("choose"), call_of("pick"), call_of("expand"), call_of("argsort")


def routed(kind, input, places, dim, keepdim=True):
    """The named tuple (values, indices) of what lies at these places along `dim`."""
    places = places.payload
    return kind(pick(input, places, dim, keepdim), wrap(places if keepdim or not input.ndim else places.squeeze(dim)))


def extreme(name, input, dim, keepdim):
    """`max` or `min`: of all, along one axis, or of two tensors."""
    if isinstance(dim, Tensor):
        return call_of(f"{name}imum")(input, dim)
    if dim is None:
        return call_of(f"{name}_of_all")(input)
    some_length(name, input, dim)
    dim = int(dim)  # an op would take a NumPy integer for an array
    if input.payload.dtype.kind == "b":
        found = call_of(f"arg{name}")(input.to(dtypes.uint8), dim, True)
    else:
        found = call_of(f"arg{name}")(input, dim, True)
    return routed(getattr(return_types, name), input, found, dim, keepdim)


@function()
def max(input, dim=None, keepdim=False, **aliases):
    """The largest element; or (values, indices) along `dim`; or of two tensors the larger, elementwise.

    Of all, equal ones share the gradient; along an axis the first of them has it.
    Shapes: (*) -> () or without the axis `dim`.  Source: torch.max; lecture, max gate.
    """
    dim, keepdim = named("max", aliases, dim, keepdim)
    return extreme("max", input, dim, keepdim)


@function()
def min(input, dim=None, keepdim=False, **aliases):
    """The smallest element; or (values, indices) along `dim`; or of two tensors the smaller, elementwise.

    Of all, equal ones share the gradient; along an axis the first of them has it.
    Shapes: (*) -> () or without the axis `dim`.  Source: torch.min.
    """
    dim, keepdim = named("min", aliases, dim, keepdim)
    return extreme("min", input, dim, keepdim)


def named(name, aliases, dim, keepdim):
    """dim and keepdim after `axis=`, `keepdims=` and `other=` have had their say."""
    for alias, value in aliases.items():
        if alias in ("axis", "other"):
            dim = value
        elif alias == "keepdims":
            keepdim = value
        else:
            raise TypeError(f"{name}() got an unexpected keyword argument '{alias}': it takes dim, keepdim, or other")
    return dim, keepdim


@function()
def aminmax(input, *, dim=None, keepdim=False):
    """(min, max) along `dim`, or of all; equal ones share the gradient evenly.  Source: torch.aminmax."""
    if dim is not None:
        length("aminmax", input, dim)
    axes = () if dim is None else dim
    return return_types.aminmax(call_of("amin")(input, axes, keepdim), call_of("amax")(input, axes, keepdim))


@function()
def sort(input, dim=-1, descending=False, stable=False):
    """(values, indices) in order along `dim`; equal elements stay in order, nan counts as the largest.

    Shapes: (*) -> (*), (*).  Source: torch.sort.
    """
    length("sort", input, dim)
    return routed(return_types.sort, input, argsort(input, dim, descending), dim)


@function()
def msort(input):
    """The values in order along the first axis.  Shapes: (*) -> (*).  Source: torch.msort."""
    return sort(input, 0).values


def length(name, input, dim):
    """How many elements there are along `dim`; a 0-d tensor counts as having one axis."""
    if isinstance(dim, bool) or not hasattr(dim, "__index__"):
        raise TypeError(f"{name}(): argument 'dim' must be int, not {type(dim).__name__}")
    axis = axis_of(name, dim, input.ndim)
    return input.shape[axis] if input.ndim else 1


def some_length(name, input, dim):
    """`length`, which must not be 0."""
    n = length(name, input, dim)
    if not n:
        raise IndexError(
            f"{name}: Expected reduction dim {dim} to have non-zero size: the input has shape {tuple(input.shape)}"
        )
    return n


@function()
def topk(input, k, dim=-1, largest=True, sorted=True):
    """(values, indices) of the k largest (or smallest) along `dim`, in order.

    Shapes: (*) -> (*), (*) with k elements along `dim`.  Source: torch.topk.
    """
    n = length("topk", input, dim)
    if input.payload.dtype.kind == "b":
        raise RuntimeError("topk: topk does not support bool dtypes on CPU: convert the input with .int()")
    if not 0 <= k <= n:
        raise RuntimeError(f"topk: selected index k={k} out of range for dimension {dim} of size {n}")
    return routed(return_types.topk, input, call_of("places_of_top")(input, k, dim, largest), dim)


@function()
def kthvalue(input, k, dim=-1, keepdim=False):
    """(values, indices) of the k-th smallest along `dim`, counted from 1.

    Shapes: (*) -> without the axis `dim`.  Source: torch.kthvalue.
    """
    n = some_length("kthvalue", input, dim)
    if input.ndim:
        numbers_only("kthvalue", input.payload)
    if not 1 <= k <= n:
        raise RuntimeError(f"kthvalue: selected number k={k} out of range for dimension {dim} of size {n}")
    order = argsort(input, dim)
    return routed(return_types.kthvalue, input, order.narrow(dim, k - 1, 1) if input.ndim else order, dim, keepdim)


@function()
def median(input, dim=None, keepdim=False):
    """The median, of two the lower; or (values, indices) along `dim`.  Shapes: as `max`.  Source: torch.median."""
    if dim is None:
        return call_of("median_of_all")(input)
    n = some_length("median", input, dim)
    numbers_only("median", input.payload)
    order = argsort(input, dim)
    if not input.ndim:
        return return_types.median(pick(input, order, dim, True), order)
    places = order.narrow(dim, (n - 1) // 2, 1)
    last = order.narrow(dim, n - 1, 1)  # nan sorts last, and makes the median nan
    places = choose(call_of("isnan")(pick(input, last, dim, True)), last, places)
    return routed(return_types.median, input, places, dim, keepdim)


@function()
def mode(input, dim=-1, keepdim=False):
    """(values, indices) of the most frequent element along `dim`, the smallest of equally frequent ones.

    Shapes: (*) -> without the axis `dim`.  Source: torch.mode.
    """
    some_length("mode", input, dim)
    places = call_of("places_of_mode")(input, dim)
    return routed(return_types.mode, input, places.unsqueeze(dim) if input.ndim else places, dim, keepdim)


@function()
def cummax(input, dim):
    """(values, indices) of the largest so far along `dim`.  Shapes: (*) -> (*), (*).  Source: torch.cummax."""
    length("cummax", input, dim)
    return routed(return_types.cummax, input, call_of("places_of_running")(input, dim, "cummax"), dim)


@function()
def cummin(input, dim):
    """(values, indices) of the smallest so far along `dim`.  Shapes: (*) -> (*), (*).  Source: torch.cummin."""
    length("cummin", input, dim)
    return routed(return_types.cummin, input, call_of("places_of_running")(input, dim, "cummin"), dim)


# By a mask


def spread_to(tensor, *others):
    """The tensor, repeated where the others' shapes ask for more than its own."""
    shapes = [tuple(other.shape) for other in (tensor, *others)]
    try:
        shape = np.broadcast_shapes(*shapes)
    except ValueError:
        raise RuntimeError(f"where: shapes {', '.join(map(str, shapes))} do not broadcast") from None
    return tensor if shape == tensor.shape else expand(tensor, shape)


@function(method=False)
def where(condition, input=None, other=None):
    """`input` where the condition holds, else `other`; with the condition alone, the indices where it is not 0.

    Shapes: (*), (*), (*) -> (*), broadcast together.  Source: torch.where.
    """
    if input is None and other is None:
        return nonzero(condition, as_tuple=True)
    if isinstance(condition, PAYLOAD):
        condition = wrap(condition)
    if not isinstance(condition, Tensor):
        raise TypeError(f"where(): argument 'condition' (position 1) must be Tensor, not {type(condition).__name__}")
    if condition.payload.dtype.kind != "b":
        raise RuntimeError(
            f"where: expected condition to be a boolean tensor, but got a tensor with dtype "
            f"{condition.dtype.long_name}: compare, as in (condition != 0)"
        )
    if not isinstance(input, Tensor):
        if not isinstance(other, Tensor):
            kind = dtypes.common_dtype([input, other])
            input = wrap(dtypes.cast(input, kind))
            other = wrap(dtypes.cast(other, kind))
            return choose(condition, spread_to(input, condition), other)
        if condition.shape != other.shape:
            other = spread_to(other, condition)
    elif condition.shape != input.shape:
        input = spread_to(input, condition)
    return choose(condition, input, other)


@function(in_place=True, apart=None)
def masked_fill(input, mask, value):
    """`value`, a number or a 0-d tensor, where the mask holds, else `input`.

    Shapes: (*), (*), () -> (*), broadcast together.  Source: torch.Tensor.masked_fill.
    """
    if not isinstance(mask, Tensor) or mask.payload.dtype.kind != "b":
        raise RuntimeError(
            "masked_fill: masked_fill only supports boolean masks, but got mask with dtype "
            f"{mask.dtype if isinstance(mask, Tensor) else type(mask).__name__}: compare, as in (mask != 0)"
        )
    if isinstance(value, Tensor):
        if value.ndim:
            raise RuntimeError(
                f"masked_fill: masked_fill only supports a 0-dimensional value tensor, but got tensor with "
                f"{value.ndim} dimension(s)"
            )
        as_element("masked_fill", value.item(), input.payload.dtype)
        value = converted(value, input.payload.dtype)
    else:
        value = as_element("masked_fill", value, input.payload.dtype)
    if input.shape != mask.shape:
        input = spread_to(input, mask)
    return choose(mask, value, input)


def as_element(name, value, dtype):
    """A number in the type of the elements among which it shall stand; raise if it is too large for them."""
    if dtype.kind in "iu" and not np.iinfo(dtype).min <= value <= np.iinfo(dtype).max:
        raise RuntimeError(f"{name}: value cannot be converted to type {dtype} without overflow: {value}")
    return dtypes.cast(value, dtype)


@function()
def masked_select(input, mask):
    """The elements where the mask holds, in one row.  Shapes: (*), (*) -> (n).  Source: torch.masked_select."""
    if mask.payload.dtype.kind != "b":
        raise RuntimeError(f"masked_select: expected BoolTensor for mask, not {mask.dtype}: compare, as in (mask != 0)")
    return spread_to(input, mask)[spread_to(mask, input)]


@function()
def nonzero(input, *, as_tuple=False):
    """Where the elements are that are not 0: one row each, or with as_tuple one tensor for each axis.

    Shapes: (*) -> (n, ndim), or ndim times (n).  Source: torch.nonzero.
    """
    found = call_of("argwhere")(input)
    if not as_tuple:
        return found
    return tuple([wrap(places) for places in np.nonzero(np.atleast_1d(input.payload))])


@function()
def unique(input, sorted=True, return_inverse=False, return_counts=False, dim=None):
    """The distinct elements in order (or slices along `dim`), and where asked: for each element the place of its value,
    and for each value how often it occurs.  Source: torch.unique.
    """
    found = np.unique(
        input.payload, return_inverse=return_inverse, return_counts=return_counts, axis=dim, equal_nan=False
    )
    if not return_inverse and not return_counts:
        return wrap(found)
    found = list(found)
    if return_inverse:
        found[1] = found[1].reshape(input.shape if dim is None else -1)
    return tuple([wrap(np.asarray(part)) for part in found])
