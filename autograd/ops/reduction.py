"""Sums and their relatives over axes: the gradient is handed back to every element that was summed."""
import math

import numpy as np

from autograd.ops import op
from autograd.ops.joining import constant_pad_nd, flip
from autograd.ops.kinks import floats_only
from autograd.ops.pointwise import sign
from autograd.ops.shape import axes_of, cast
from autograd.ops.shape import axis_of as axis_in

SMALL = 1 << 14     # elements up to which filling a new array is faster than a view that repeats one


def axis_of(input, dim):
    """NumPy's axis for torch's dim: None, a list or an empty tuple mean what torch means by them."""
    if dim is None or dim == () or dim == []:
        return None
    if input.ndim == 0:                     # which counts as having one axis
        axes_of("reduction", dim, 0)
        return None
    return tuple(dim) if type(dim) is list else dim


def with_axes(g, shape, dim, keepdim):
    """A reduction's result with the axes `dim` back, of length 1."""
    if keepdim or not shape:
        return g
    if dim is None or dim == () or dim == []:
        return g.reshape((1,) * len(shape))
    dims = [d % len(shape) for d in (dim if isinstance(dim, (tuple, list)) else (dim,))]
    return g.reshape(tuple([1 if i in dims else n for i, n in enumerate(shape)]))


def spread(g, shape, dim, keepdim):
    """Repeat a reduction's gradient over the axes `dim` that it reduced."""
    g = with_axes(g, shape, dim, keepdim)
    if isinstance(g, (np.ndarray, np.generic)) and math.prod(shape) <= SMALL:
        out = np.empty(shape, g.dtype)
        out[...] = g
        return out
    return np.broadcast_to(g, shape)


def count(shape, dim) -> int:
    """How many elements each result of a reduction was made of."""
    if dim is None or dim == () or dim == [] or not shape:
        return math.prod(shape)
    return math.prod([shape[d] for d in (dim if isinstance(dim, (tuple, list)) else (dim,))])


def need_floats(name, input):
    """Raise for integers, whose mean torch does not guess a type for."""
    if input.dtype.kind != "f":
        raise RuntimeError(f"{name}(): could not infer output dtype. Input dtype must be either a floating point or "
                           f"complex dtype. Got: {input.dtype}: convert it with .float(), or pass dtype=")


# Sums

@op(promote=None, casts=True,
    input=lambda g, input_shape, dim, keepdim: spread(g, input_shape, dim, keepdim))
def sum(input, dim=None, keepdim=False):
    """Sum over the axes `dim` (all if None): every summand receives the gradient of the sum.

    Shapes: (*) -> () or without the summed axes; integers give int64.  Source: torch.sum.
    """
    if input.dtype.kind == "f":
        return np.add.reduce(input, axis_of(input, dim), None, None, keepdim)
    return np.add.reduce(input, axis_of(input, dim), np.int64, None, keepdim)


@op(promote=None, casts=True,
    input=lambda g, input, dim, keepdim: with_axes(g, input.shape, dim, keepdim) * (input == input))
def nansum(input, dim=None, keepdim=False):
    """Sum of what is not nan.  Shapes: (*) -> () or without the summed axes.  Source: torch.nansum."""
    return sum(np.where(input == input, input, 0), dim, keepdim)


@op(promote=None, casts=True,
    input=lambda g, input_shape, dim, keepdim: spread(g / count(input_shape, dim), input_shape, dim, keepdim))
def mean(input, dim=None, keepdim=False):
    """Mean over the axes `dim` (all if None): every element receives its share of the gradient.

    Shapes: (*) -> () or without the averaged axes.  Source: torch.mean.
    """
    need_floats("mean", input)
    return np.add.reduce(input, axis_of(input, dim), None, None, keepdim) / count(input.shape, dim)


@op(promote=None, casts=True, in_place=True,
    input=lambda g, dim: flip(cumsum(flip(g, dim), dim), dim))
def cumsum(input, dim):
    """Running sum along an axis: ``out[i] = input[0] + ... + input[i]``.  Shapes: (*) -> (*).  Source: torch.cumsum."""
    axis = along("cumsum", input, dim)
    return np.cumsum(input, axis, None if input.dtype.kind == "f" else np.int64).reshape(input.shape)


def along(name, input, dim):
    """The axis of a running reduction; None for a 0-d input."""
    axis = axis_in(name, dim, input.ndim)
    return axis if input.ndim else None


# Products

@op(promote=None, casts=True,
    input=lambda g, input, dim, keepdim: with_axes(g, input.shape, dim, keepdim) * product_of_others(input, dim))
def prod(input, dim=None, keepdim=False):
    """Product over an axis (all if None): an element's gradient is scaled by the product of the others, zeros or not.

    Shapes: (*) -> () or without the axis; integers give int64.  Source: torch.prod.
    """
    if isinstance(dim, (tuple, list)):
        raise TypeError(f"prod(): argument 'dim' must be int, not {dim}: torch multiplies over one axis, or all")
    return np.multiply.reduce(input, axis_of(input, dim), None if input.dtype.kind == "f" else np.int64, None, keepdim)


def product_of_others(input, dim):
    """For each element the product of all others along the axis."""
    if dim is None:
        return product_of_others(input.reshape(-1), 0).reshape(input.shape)
    return before(input, dim) * flip(before(flip(input, dim), dim), dim)


def before(input, dim):
    """For each element the product of those before it along the axis."""
    return cumprod(shifted(input, dim, 1), dim)


def shifted(input, dim, value=0):
    """The elements moved on by one place along an axis, with `value` in front."""
    if input.ndim == 0:
        return input * 0 + value
    if input.shape[dim] == 0:
        return input
    return constant_pad_nd(input, [0, 0] * (input.ndim - 1 - dim % input.ndim) + [1, -1], value)


@op(promote=None, casts=True, in_place=True,
    input=lambda g, input, out, dim: shifted(out, dim, 1) * scan_back(g, input, dim))
def cumprod(input, dim):
    """Running product along an axis: ``out[i] = input[0] * ... * input[i]``.  Shapes: (*) -> (*).

    Source: torch.cumprod.
    """
    axis = along("cumprod", input, dim)
    return np.cumprod(input, axis, None if input.dtype.kind == "f" else np.int64).reshape(input.shape)


@op(promote=None, method=False, function=False,
    input=lambda g, decay, dim: scan_back(g, decay, dim),
    decay=lambda g, decay, dim, out: scan_back(g, decay, dim) * shifted(out, dim))
def scan(input, decay, dim):
    """A running sum that fades: ``out[i] = input[i] + decay[i] * out[i-1]`` along an axis.

    What a running product, or a chain of any linear steps, sends back is such a sum.
    """
    out = np.array(input)
    if out.ndim:
        rows, factors = np.moveaxis(out, dim, 0), np.moveaxis(decay, dim, 0)
        for i in range(1, len(rows)):
            rows[i] += factors[i] * rows[i - 1]
    return out


def scan_back(g, decay, dim):
    """The scan from the end: ``u[i] = g[i] + decay[i+1] * u[i+1]``."""
    return flip(scan(flip(g, dim), shifted(flip(decay, dim), dim), dim), dim)


# Spread

@op(promote=None, method=False, function=False,
    input=lambda g, input, dim, correction, keepdim: from_centre(g, input, dim, correction, keepdim))
def var(input, dim, correction, keepdim):
    """Mean squared distance from the mean, over the axes `dim`, with ``n - correction`` in place of n.

    Shapes: (*) -> () or without the axes.  Source: torch.var.
    """
    need_floats_for_spread("var", input)
    axis, n = axis_of(input, dim), count(input.shape, dim)
    centred = input - np.add.reduce(input, axis, None, None, True) / n
    centred = centred - np.add.reduce(centred, axis, None, None, True) / n      # of equal elements the spread is just 0
    return np.add.reduce(centred * centred, axis, None, None, keepdim) / max(n - correction, 0)


@op(promote=None, method=False, function=False,
    input=lambda g, input, out, dim, correction, keepdim: from_centre(
        np.where(out == 0, 0, g / (2 * out)), input, dim, correction, keepdim))
def std(input, dim, correction, keepdim):
    """The square root of `var`; where that is 0 the gradient is 0.  Source: torch.std."""
    need_floats_for_spread("std", input)
    return np.sqrt(var(input, dim, correction, keepdim))


def from_centre(g, input, dim, correction, keepdim):
    """The slope of the variance: twice the distance from the mean, for each degree of freedom."""
    freedom = max(count(input.shape, dim) - correction, 0)
    return with_axes(2 * g, input.shape, dim, keepdim) * (input - mean(input, dim, True)) / freedom


def need_floats_for_spread(name, input):
    """Raise for integers, as torch does."""
    if input.dtype.kind != "f":
        raise RuntimeError(f"{name}: std and var only support floating point and complex dtypes, not {input.dtype}: "
                           "convert it with .float()")


# Softmax and its logarithms

@op(promote="float",
    input=lambda g, input, out, dim, keepdim: with_axes(g, input.shape, dim, keepdim) * np.exp(
        input - with_axes(out, input.shape, dim, keepdim)))
def logsumexp(input, dim, keepdim=False):
    """``out = log(sum(exp(input)))`` over the axes `dim`, without overflow: the gradient is shared out by softmax.

    Shapes: (*) -> without the axes.  Source: torch.logsumexp; lecture, softmax loss.
    """
    axis = axis_of(input, dim)
    top = np.maximum.reduce(input, axis, keepdims=True, initial=-np.inf)
    top = np.where(np.isfinite(top), top, 0)
    out = np.log(np.add.reduce(np.exp(input - top), axis, None, None, keepdim))
    return out + top.reshape(out.shape)


@op(promote=None,
    input=lambda g, input, out, dim: np.exp(input - out) * scan_back(g, fading(out, dim), dim))
def logcumsumexp(input, dim):
    """Running `logsumexp` along an axis.  Shapes: (*) -> (*).  Source: torch.logcumsumexp."""
    axis = along("logcumsumexp", input, dim)
    floats_only("logcumsumexp", input)
    return np.array(input) if axis is None else np.logaddexp.accumulate(input, axis)


def fading(out, dim):
    """How much smaller the sum was one step before: ``exp(out[i-1] - out[i])``, at most 1."""
    return np.exp(shifted(out, dim) - out) if out.ndim else out * 0


@op(promote=None, casts=True,
    input=lambda g, out, dim: out * (g - sum(g * out, dim, True)))
def softmax(input, dim):
    """Scores to probabilities along an axis: ``out = exp(input) / sum(exp(input))``, without overflow.

    Shapes: (*) -> (*).  Source: torch.softmax; lecture, softmax classifier.
    """
    out = below_top("softmax", input, dim)
    if not input.size:
        return out
    out = np.exp(out)
    out /= np.add.reduce(out, axis_of(input, dim), None, None, True)
    return out


@op(promote=None, casts=True,
    input=lambda g, out, dim: g - np.exp(out) * sum(g, dim, True))
def log_softmax(input, dim):
    """The logarithm of `softmax`: ``out = input - log(sum(exp(input)))``, without overflow.

    Shapes: (*) -> (*).  Source: torch.log_softmax; lecture, softmax loss.
    """
    out = below_top("log_softmax", input, dim)
    if not input.size:
        return out
    out -= np.log(np.add.reduce(np.exp(out), axis_of(input, dim), None, None, True))
    return out


def below_top(name, input, dim):
    """The scores less the highest along the axis, so that no exponential overflows, in memory of their own."""
    if not input.size or input.dtype.kind != "f":
        axis_in(name, dim, input.ndim)
        if not input.size:
            return np.array(input)
        floats_only(name, input)
    return input - np.maximum.reduce(input, axis_of(input, dim), None, None, True)


# Norms

@op(promote=None, method=False, function=False, title="LinalgVectorNormBackward0",
    input=lambda g, input, out, ord, dim, keepdim: norm_slope(
        with_axes(g, input.shape, dim, keepdim), input, with_axes(out, input.shape, dim, keepdim), ord, dim))
def vector_norm(input, ord, dim, keepdim):
    """``out = sum(|input|**ord)**(1/ord)`` over the axes `dim`: the length for ord=2, the largest for inf.

    Shapes: (*) -> () or without the axes.  Source: torch.linalg.vector_norm.
    """
    if input.dtype.kind != "f":
        raise RuntimeError("linalg.vector_norm: Expected a floating point or complex tensor as input. Got "
                           f"{input.dtype}: convert it with .float()")
    axis = axis_of(input, dim)
    if ord == 2:
        return np.sqrt(np.add.reduce(input * input, axis, None, None, keepdim))
    if ord == 0:
        return np.add.reduce(input != 0, axis, input.dtype, None, keepdim)
    size = np.abs(input)
    if ord == 1:
        return np.add.reduce(size, axis, None, None, keepdim)
    if abs(ord) == math.inf:
        if not count(input.shape, dim):
            raise RuntimeError(f"linalg.vector_norm: cannot compute the {ord} norm on an empty tensor because the "
                               "operation does not have an identity")
        return (np.maximum if ord > 0 else np.minimum).reduce(size, axis, None, None, keepdim)
    return np.add.reduce(size ** ord, axis, None, None, keepdim) ** (1 / ord)


def norm_slope(g, input, out, ord, dim):
    """The slope of `vector_norm`; 0 where the norm is 0. Elements that share the largest size share its gradient."""
    if ord == 2:
        return input * np.where(out == 0, 0, g / out)
    if ord == 1:
        return g * sign(input)
    if ord == 0:
        return g * input * 0
    if abs(ord) == math.inf:
        top = np.abs(input) == out
        sharing = np.maximum(sum(top, dim, True), 1)    # nobody holds a nan
        return np.where(top, sign(input), 0) * (g / cast(sharing, input.dtype))
    powers = sign(input) * np.abs(input) ** (ord - 1)
    return np.where(input == 0, 0, powers) * np.where(out == 0, 0, g / out ** (ord - 1))


# Between vectors

@op(method=False, function=False, title="LinalgCrossBackward0",
    input=lambda g, other, dim: cross(other, g, dim),
    other=lambda g, input, dim: cross(g, input, dim))
def cross(input, other, dim):
    """The vector at right angles to two others, as long as the area they span.

    Shapes: (*, 3, *), (*, 3, *) -> (*, 3, *), broadcast together.  Source: torch.linalg.cross.
    """
    return np.cross(input, other, axis=dim)
