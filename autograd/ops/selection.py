"""The max gate's family, the routers: each output is one of the inputs, and the gradient goes where it came from."""
import numpy as np

from autograd.ops import Array, flat, op
from autograd.ops.kinks import gate
from autograd.ops.shape import axes_of

# Between tensors

@op(numpy=np.maximum,
    input=lambda g, input, other: share(g, input, other, np.logical_not(input < other)),
    other=lambda g, input, other: share(g, input, other, np.logical_not(input > other)))
def maximum(input, other):
    """The larger of two, the max gate: it routes the gradient to the larger input, and splits it between equal ones.

    Shapes: (*), (*) -> (*), broadcast together.  Source: torch.maximum; lecture, max gate.
    """
    return np.maximum(input, other)


def share(g, input, other, mask):
    """Half of `g` where the two are equal, else `g` where the mask holds."""
    return np.where(input == other, g / 2, gate(g, mask))


@op(numpy=np.minimum,
    input=lambda g, input, other: share(g, input, other, np.logical_not(input > other)),
    other=lambda g, input, other: share(g, input, other, np.logical_not(input < other)))
def minimum(input, other):
    """The smaller of two; equal inputs share the gradient.

    Shapes: (*), (*) -> (*), broadcast together.  Source: torch.minimum.
    """
    return np.minimum(input, other)


@op(numpy=np.fmax,
    input=lambda g, input, other: gate(g, (input >= other) | (other != other)),
    other=lambda g, input, other: gate(g, np.logical_not((input >= other) | (other != other))))
def fmax(input, other):
    """The larger of two, or the one that is not nan.

    Shapes: (*), (*) -> (*), broadcast together.  Source: torch.fmax.
    """
    return np.fmax(input, other)


@op(numpy=np.fmin,
    input=lambda g, input, other: gate(g, (input <= other) | (other != other)),
    other=lambda g, input, other: gate(g, np.logical_not((input <= other) | (other != other))))
def fmin(input, other):
    """The smaller of two, or the one that is not nan.

    Shapes: (*), (*) -> (*), broadcast together.  Source: torch.fmin.
    """
    return np.fmin(input, other)


@op(method=False, function=False, title="WhereBackward0",
    input=lambda g, condition: gate(g, condition),
    other=lambda g, condition: gate(g, np.logical_not(condition)))
def choose(condition: Array, input, other):
    """`input` where the condition holds, else `other`.

    Shapes: (*), (*), (*) -> (*), broadcast together.  Source: torch.where.
    """
    return np.where(condition, input, other)


# Between bounds

@op(in_place=True,
    input=lambda g, input, min: gate(g, input >= min),
    min=lambda g, input, min: gate(g, input < min))
def clamp_min(input, min):
    """Raise what is below `min` to it; at the bound itself the input has the gradient.

    Shapes: (*), (*) -> (*), broadcast together.  Source: torch.clamp_min.
    """
    return np.maximum(input, min)


@op(in_place=True,
    input=lambda g, input, max: gate(g, input <= max),
    max=lambda g, input, max: gate(g, input > max))
def clamp_max(input, max):
    """Lower what is above `max` to it; at the bound itself the input has the gradient.

    Shapes: (*), (*) -> (*), broadcast together.  Source: torch.clamp_max.
    """
    return np.minimum(input, max)


@op(method=False, function=False, title="ClampBackward1",
    input=lambda g, input, min, max: gate(g, (input >= min) & (input <= max)),
    min=lambda g, input, min, max: gate(g, (input < min) & (min < max)),
    max=lambda g, input, min, max: gate(g, (input > max) | (max < min)))
def clamp_between(input, min, max):
    """`input` between two bounds; `max` where they cross.

    Shapes: (*), (*), (*) -> (*), broadcast together.  Source: torch.clamp.
    """
    return np.minimum(np.maximum(input, min), max)


# Along axes

def axes_in(name, input, dim):
    """The axes that torch's dim means, None for all of them, once it is known that each of them holds something."""
    if dim is None or dim == () or dim == []:
        if not input.size:
            raise RuntimeError(f"{name}: Expected reduction dim to be specified for input.numel() == 0: the input has "
                               f"shape {input.shape}; specify dim=")
        return None
    axes = axes_of(name, dim, input.ndim)
    for axis in axes if input.ndim else ():
        if not input.shape[axis]:
            raise IndexError(f"{name}: Expected reduction dim {axis} to have non-zero size, not shape {input.shape}")
    return axes if input.ndim else None


def with_axes(value, shape, axes):
    """The result of a reduction over these axes of an array of this shape, with the axes back, of length 1."""
    return np.reshape(value, tuple([1 if axes is None or i in axes else n for i, n in enumerate(shape)]))


def evenly(g, input, out, dim):
    """The gradient of a reduction, divided evenly among the elements that equal its result."""
    axes = axes_in("amax", input, dim)
    return with_axes(g, input.shape, axes) * fraction(input, out, axes)


def shared(g, share):
    """The gradient times each element's share; none where that is 0, even of an infinite gradient."""
    return np.where(share == 0, 0, g * share)


@flat(promote=None, method=False, function=False)
def fraction(input: Array, out: Array, axes, nan_too=False):
    """1/n at the n elements that equal the result of a reduction over these axes, else 0; or nan, if it is nan."""
    out = with_axes(out, input.shape, axes)
    equal = input == out
    if nan_too:
        equal |= (input != input) & (out != out)
    return (equal / np.sum(equal, axis=axes, keepdims=True)).astype(input.dtype)


@op(promote=None,
    input=lambda g, input, out, dim: evenly(g, input, out, dim))
def amax(input, dim=(), keepdim=False):
    """The largest along the axes `dim` (all if empty); equal ones share the gradient evenly.

    Shapes: (*) -> () or without the reduced axes.  Source: torch.amax; lecture, max gate.
    """
    return np.maximum.reduce(input, axes_in("amax", input, dim), None, None, keepdim)


@op(promote=None,
    input=lambda g, input, out, dim: evenly(g, input, out, dim))
def amin(input, dim=(), keepdim=False):
    """The smallest along the axes `dim` (all if empty); equal ones share the gradient evenly.

    Shapes: (*) -> () or without the reduced axes.  Source: torch.amin.
    """
    return np.minimum.reduce(input, axes_in("amin", input, dim), None, None, keepdim)


@op(promote=None, method=False, function=False, title="MaxBackward1",
    input=lambda g, input, out: shared(g, fraction(input, out, None, True)))
def max_of_all(input):
    """The largest element; equal ones share the gradient evenly.  Source: torch.max."""
    return np.maximum.reduce(input, axes_in("max", input, None))


@op(promote=None, method=False, function=False, title="MinBackward1",
    input=lambda g, input, out: shared(g, fraction(input, out, None, True)))
def min_of_all(input):
    """The smallest element; equal ones share the gradient evenly.  Source: torch.min."""
    return np.minimum.reduce(input, axes_in("min", input, None))


@op(promote=None, method=False, function=False, title="MedianBackward0",
    input=lambda g, input, out: shared(g, fraction(input, out, None, True)))
def median_of_all(input):
    """The median element, the lower of two; equal ones share the gradient evenly.  Source: torch.median."""
    if not input.size:
        return np.full((), np.nan, input.dtype)[()]
    values = np.ravel(input)
    if values.dtype.kind == "f" and np.isnan(np.min(values)):
        return values.dtype.type(np.nan)
    middle = (values.size - 1) // 2
    return np.partition(values, middle)[middle]


@op(promote=None, method=False, function=False, title="GatherBackward0",
    input=lambda g, index, dim, keepdim, input_shape: put_back(g, index, dim, keepdim, input_shape))
def pick(input, index: Array, dim, keepdim):
    """The elements at these positions of the axis `dim`, one index for each; the axis goes unless `keepdim`."""
    if not input.ndim:
        return input[()]
    out = np.take_along_axis(input, index, dim)
    return out if keepdim else out.squeeze(dim)


@op(promote=None, method=False, function=False,
    input=lambda g, index, dim, keepdim: pick(g, index, dim, keepdim))
def put_back(input, index: Array, dim, keepdim, shape):
    """Zeros of this shape, plus `input` at these positions of the axis `dim`: the transpose of `pick`."""
    if not shape:
        return input[()]
    out = np.zeros(shape, input.dtype)
    places = list(np.ogrid[tuple([slice(n) for n in index.shape])])
    places[dim] = index
    np.add.at(out, tuple(places), input.reshape(index.shape))
    return out


# Positions: no slope

@flat(promote=None)
def argmax(input: Array, dim=None, keepdim=False):
    """The position of the largest element (the first of equal ones) along `dim`, or in the flattened input.

    Shapes: (*) -> () or without the reduced axis.  Source: torch.argmax.
    """
    return position(np.argmax, "argmax", input, dim, keepdim)


@flat(promote=None)
def argmin(input: Array, dim=None, keepdim=False):
    """The position of the smallest element (the first of equal ones) along `dim`, or in the flattened input.

    Shapes: (*) -> () or without the reduced axis.  Source: torch.argmin.
    """
    return position(np.argmin, "argmin", input, dim, keepdim)


def position(find, name, input, dim, keepdim):
    """NumPy's argmax or argmin, for torch's dim."""
    if input.dtype.kind == "b":
        raise NotImplementedError(f"{name}: not implemented for bool tensors: convert the input with .int()")
    if dim is None and not input.size:
        raise IndexError(f"{name}: Expected reduction dim to be specified for input.numel() == 0: the input has shape "
                         f"{input.shape}; specify dim=")
    axes = axes_in(name, input, dim)
    return find(input, None if axes is None else axes[0], keepdims=keepdim)


@flat(promote=None)
def argsort(input: Array, dim=-1, descending=False, stable=False):
    """The positions that sort along `dim`; equal elements stay in order, and nan counts as the largest.

    Shapes: (*) -> (*).  Source: torch.argsort.
    """
    (dim,) = axes_of("argsort", dim, input.ndim)
    if not input.ndim:
        return np.int64(0)
    if descending:
        order = np.argsort(np.flip(input, dim), dim, kind="stable")
        return np.ascontiguousarray(input.shape[dim] - 1 - np.flip(order, dim))
    return np.argsort(input, dim, kind="stable")



@flat(promote=None, method=False, function=False)
def places_of_top(input: Array, k, dim, largest):
    """Where the k largest (or smallest) are along `dim`, in order: partitioned first, so that only k are sorted."""
    if not input.ndim:
        return np.int64(0)
    n = input.shape[dim]
    cut = n - k if largest else k
    if 0 < cut < n:
        halves = np.split(np.argpartition(input, cut, dim), [cut], dim)
        found = halves[1] if largest else halves[0]
        return np.take_along_axis(found, argsort(np.take_along_axis(input, found, dim), dim, largest), dim)
    return np.take(argsort(input, dim, largest), np.arange(k), dim)


@flat(promote=None, method=False, function=False)
def places_of_running(input: Array, dim, name):
    """Where the largest (cummax) or smallest (cummin) so far is along `dim`: the last of equal ones; nan is both."""
    (axis,) = axes_of(name, dim, input.ndim)
    if not input.ndim:
        return np.int64(0)
    best = (np.maximum if name == "cummax" else np.minimum).accumulate(input, axis)
    here = np.arange(input.shape[axis]).reshape([-1 if i == axis else 1 for i in range(input.ndim)])
    return np.maximum.accumulate(np.where((input == best) | (input != input), here, 0), axis)


@flat(promote=None, method=False, function=False)
def places_of_mode(input: Array, dim):
    """Where the most frequent element is along `dim`: of equally frequent ones the smallest, its last place."""
    def place(row):
        values, counts = np.unique(row, return_counts=True)
        return np.flatnonzero(row == values[np.argmax(counts)])[-1]
    (axis,) = axes_of("mode", dim, input.ndim)
    if not input.ndim or not input.size:
        return np.zeros(input.shape[:axis] + input.shape[axis + 1:], np.int64)[()]
    return np.apply_along_axis(place, axis, input)


@flat(promote=None, method=False)
def isin(elements: Array, test_elements: Array, *, assume_unique=False, invert=False):
    """Whether each element is among the test elements.  Shapes: (*), (*) -> (*) of bools.  Source: torch.isin."""
    return np.asarray(np.isin(elements, test_elements, assume_unique, invert))[()]
