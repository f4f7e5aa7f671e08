"""Reductions whose torch signatures differ from the ops', and those made of several ops."""

import warnings

from autograd.functions.table import call_of, function
from autograd.ops.reduction import count, need_floats_for_spread
from autograd.ops.shape import axes_of, axis_of
from autograd.tensors import Tensor


def spread_settings(name, input, dim, unbiased, correction):
    """dim and correction, from both ways to say them: ``var(dim, correction=0)`` and ``var(dim, unbiased=False)``."""
    need_floats_for_spread(name, input.payload)
    if isinstance(dim, bool):
        dim, unbiased = None, dim
    if unbiased is not None:
        correction = int(unbiased)
    if count(tuple(input.shape), None if dim is None else axes_of(name, dim, input.ndim)) <= correction:
        warnings.warn(
            f"{name}(): degrees of freedom is <= 0. Correction should be strictly less than the reduction "
            "factor (input numel divided by output numel).",
            UserWarning,
            stacklevel=3,
        )
    return dim, correction


@function()
def var(input, dim=None, unbiased=None, keepdim=False, *, correction=1):
    """Variance over the axes `dim` (all if None): the sum of squared distances from the mean / (n - correction).

    Shapes: (*) -> () or without the axes.  Source: torch.var.
    """
    dim, correction = spread_settings("var", input, dim, unbiased, correction)
    return call_of("var")(input, dim, correction, keepdim)


@function()
def std(input, dim=None, unbiased=None, keepdim=False, *, correction=1):
    """Standard deviation over the axes `dim` (all if None): the square root of `var`.  Source: torch.std."""
    dim, correction = spread_settings("std", input, dim, unbiased, correction)
    return call_of("std")(input, dim, correction, keepdim)


@function(method=False)
def var_mean(input, dim=None, unbiased=None, keepdim=False, *, correction=1):
    """The pair (variance, mean).  Source: torch.var_mean."""
    dim, correction = spread_settings("var_mean", input, dim, unbiased, correction)
    return call_of("var")(input, dim, correction, keepdim), call_of("mean")(input, dim, keepdim)


@function(method=False)
def std_mean(input, dim=None, unbiased=None, keepdim=False, *, correction=1):
    """The pair (standard deviation, mean).  Source: torch.std_mean."""
    dim, correction = spread_settings("std_mean", input, dim, unbiased, correction)
    return call_of("std")(input, dim, correction, keepdim), call_of("mean")(input, dim, keepdim)


@function()
def nanmean(input, dim=None, keepdim=False, *, dtype=None):
    """Mean of what is not nan.  Shapes: (*) -> () or without the axes.  Source: torch.nanmean."""
    total = call_of("nansum")(input, dim, keepdim, dtype=dtype)
    return total / call_of("sum")(input == input, dim, keepdim)


@function()
def norm(input, p="fro", dim=None, keepdim=False, dtype=None):
    """The p-norm ``sum(|input|**p)**(1/p)`` over the axes `dim`, or all; "fro" is p=2, "nuc" sums singular values.

    Shapes: (*) -> () or without the axes.  Source: torch.norm.
    """
    if dtype is not None:
        input = input.to(dtype)
    if p in (None, "fro"):
        p = 2
    elif p == "nuc":
        from autograd.functions.linalg import matrix_norm

        return matrix_norm(input, "nuc", (-2, -1) if dim is None else dim, keepdim)
    elif isinstance(p, str):
        raise RuntimeError(f"norm: linalg.matrix_norm: Order {p} not supported: give a number, 'fro' or 'nuc'.")
    return vector_norm(input, p, dim, keepdim)


def vector_norm(x, ord=2, dim=None, keepdim=False, *, dtype=None):
    """The norm of vectors along axes (of the flattened input if None): ``sum(|x|**ord)**(1/ord)``.

    Shapes: (*) -> () or without the axes.  Source: torch.linalg.vector_norm.
    """
    if dtype is not None:
        x = x.to(dtype)
    return call_of("vector_norm")(x.detach() if ord == 0 else x, ord, dim, keepdim)


@function(method=True)
def dist(input, other, p=2):
    """The p-norm of the difference.  Shapes: (*), (*) -> (), broadcast together.  Source: torch.dist."""
    return vector_norm(input - other, p)


@function(method=False)
def cdist(x1, x2, p=2.0, compute_mode=None):
    """The p-norm distance of each row of one matrix from each row of another.

    Shapes: (..., n, d), (..., m, d) -> (..., n, m).  Source: torch.cdist.
    """
    if x1.ndim < 2 or x2.ndim < 2 or x1.shape[-1] != x2.shape[-1]:
        raise RuntimeError(
            f"cdist: X1 and X2 must have at least two dimensions and the same number of columns: X1 "
            f"{tuple(x1.shape)}, X2 {tuple(x2.shape)}"
        )
    return vector_norm(x1.unsqueeze(-2) - x2.unsqueeze(-3), p, -1)


@function()
def cross(input, other, dim=None):
    """The vector at right angles to two others, along the axis `dim` of length 3 (the first such axis if None).

    Shapes: (*, 3, *), (*, 3, *) -> (*, 3, *), broadcast together.  Source: torch.cross.
    """
    if input.ndim != other.ndim:
        raise RuntimeError(
            "cross: linalg.cross: inputs must have the same number of dimensions, not "
            f"{tuple(input.shape)} and {tuple(other.shape)}."
        )
    if dim is None:
        warnings.warn(
            "Using torch.cross without specifying the dim arg is deprecated. Please either pass the dim "
            "explicitly or simply use torch.linalg.cross.",
            UserWarning,
            stacklevel=2,
        )
        dim = next((axis for axis, n in enumerate(input.shape) if n == 3), -1)
    axis = axis_of("cross", dim, input.ndim)
    if input.ndim == 0 or input.shape[axis] != 3 or other.shape[axis] != 3:
        raise RuntimeError(
            f"cross: linalg.cross: inputs dimension {dim} must have length 3. Got shapes "
            f"{tuple(input.shape)} and {tuple(other.shape)}"
        )
    return call_of("cross")(input, other, axis)


# Neighbours along an axis


def neighbours(input, axis):
    """Views of all slices but the first, and of all but the last, along an axis."""
    before = (slice(None),) * axis
    return input[(*before, slice(1, None))], input[(*before, slice(None, -1))]


@function()
def diff(input, n=1, dim=-1, prepend=None, append=None):
    """Differences of neighbours along an axis, n times over: ``out[i] = input[i+1] - input[i]``.

    Shapes: (*, k, *) -> (*, k - n, *).  Source: torch.diff.
    """
    if input.ndim == 0:
        raise RuntimeError("diff: diff expects input to be at least one-dimensional")
    if n < 0:
        raise RuntimeError(f"diff: order must be non-negative but got {n}")
    axis = axis_of("diff", dim, input.ndim)
    parts = [part for part in (prepend, input, append) if part is not None]
    out = call_of("cat")(parts, axis) if len(parts) > 1 else input
    for _ in range(min(n, out.shape[axis])):
        later, earlier = neighbours(out, axis)
        out = later != earlier if out.payload.dtype == bool else later - earlier
    return out.clone() if n == 0 else out


def panels(y, x, dx, dim):
    """The areas under the straight lines between neighbours along an axis, and that axis."""
    if y.ndim == 0:
        raise IndexError("trapezoid: Dimension specified as -1 but tensor has no dimensions")
    axis = axis_of("trapezoid", dim, y.ndim)
    if x is None:
        width = 1 if dx is None else dx
    elif x.ndim == 1:
        width = diff(x).reshape((-1,) + (1,) * (y.ndim - axis - 1))
    else:
        width = diff(x, dim=dim)
    later, earlier = neighbours(y, axis)
    return width * (later + earlier) / 2, axis


@function(method=False, aliases=("trapz",))
def trapezoid(y, x=None, *, dx=None, dim=-1):
    """The area under straight lines between the points (x, y) along an axis; dx is their distance if x is not given.

    Shapes: (*, k, *) -> (*, *).  Source: torch.trapezoid.
    """
    areas, axis = panels(y, x if isinstance(x, Tensor) else None, dx if x is None or isinstance(x, Tensor) else x, dim)
    return areas.sum(axis)


@function(method=False)
def cumulative_trapezoid(y, x=None, *, dx=None, dim=-1):
    """The running area under straight lines between points.  Shapes: (*, k, *) -> (*, k - 1, *).

    Source: torch.cumulative_trapezoid.
    """
    areas, axis = panels(y, x, dx, dim)
    return areas.cumsum(axis)


# Rows as random variables


@function()
def cov(input, *, correction=1, fweights=None, aweights=None):
    """The covariance of each two rows, whose columns are observations.  Shapes: (k, n) -> (k, k).

    Source: torch.cov.
    """
    if fweights is not None or aweights is not None:
        raise NotImplementedError("cov: fweights and aweights are not supported")
    if input.ndim > 2:
        raise RuntimeError(
            f"cov: cov(): expected input to have two or fewer dimensions but got an input with {input.ndim}"
        )
    rows = input.reshape(1, -1) if input.ndim < 2 else input
    centred = rows - rows.mean(1, keepdim=True)
    out = centred @ centred.mT / max(rows.shape[1] - correction, 0)
    return out.squeeze() if input.ndim < 2 else out


@function()
def corrcoef(input):
    """The correlation of each two rows.  Shapes: (k, n) -> (k, k).  Source: torch.corrcoef."""
    covariance = cov(input)
    if input.ndim < 2:
        return covariance / covariance
    spreads = call_of("diagonal")(covariance).sqrt()
    return (covariance / spreads.unsqueeze(1) / spreads).clamp(-1, 1)


@function(in_place=True)
def renorm(input, p, dim, maxnorm):
    """`input` with each slice along `dim` scaled down to a p-norm of at most `maxnorm`.  Source: torch.renorm."""
    axis = axis_of("renorm", dim, input.ndim)
    norms = vector_norm(input, p, [i for i in range(input.ndim) if i != axis], True)
    return input * (maxnorm / norms.clamp(min=maxnorm))
