"""Questions about values, and bits: the answers have no slope."""
import numpy as np

from autograd.ops import Array, flat
from autograd.ops.reduction import axis_of


def asking(name, sign, compare, aliases=()):
    """A comparison of two tensors, or of a tensor and a number."""
    def forward(input: Array, other: Array):
        return compare(input, other)
    forward.__name__ = forward.__qualname__ = name
    forward.__module__ = __name__
    forward.__doc__ = (f"``input {sign} other``.  Shapes: (*), (*) -> (*) of bools, broadcast together.  "
                       f"Source: torch.{name}.")
    return flat(accept=no_none, in_place=True, numpy=compare, aliases=aliases)(forward)


def no_none(input, other):
    """Raise for None, to which nothing compares."""
    if other is None:
        raise TypeError("comparison: argument 'other' must be Tensor or a number, not NoneType: ask `is None`")


# Comparisons

eq = asking("eq", "==", np.equal)
ne = asking("ne", "!=", np.not_equal, aliases=("not_equal",))
lt = asking("lt", "<", np.less, aliases=("less",))
le = asking("le", "<=", np.less_equal, aliases=("less_equal",))
gt = asking("gt", ">", np.greater, aliases=("greater",))
ge = asking("ge", ">=", np.greater_equal, aliases=("greater_equal",))


@flat(promote=None, numpy=np.logical_and, in_place=True)
def logical_and(input: Array, other: Array):
    """Whether both are not 0.  Shapes: (*), (*) -> (*) of bools, broadcast together.  Source: torch.logical_and."""
    return np.logical_and(input, other)


@flat(promote=None, numpy=np.logical_or, in_place=True)
def logical_or(input: Array, other: Array):
    """Whether one is not 0.  Shapes: (*), (*) -> (*) of bools, broadcast together.  Source: torch.logical_or."""
    return np.logical_or(input, other)


@flat(promote=None, numpy=np.logical_xor, in_place=True)
def logical_xor(input: Array, other: Array):
    """Whether just one is not 0.  Shapes: (*), (*) -> (*) of bools, broadcast.  Source: torch.logical_xor."""
    return np.logical_xor(input, other)


@flat(promote=None, numpy=np.logical_not, in_place=True)
def logical_not(input: Array):
    """Whether it is 0.  Shapes: (*) -> (*) of bools.  Source: torch.logical_not."""
    return np.logical_not(input)


@flat(promote=None, numpy=np.isnan)
def isnan(input: Array):
    """Whether it is not a number.  Shapes: (*) -> (*) of bools.  Source: torch.isnan."""
    return np.isnan(input)


@flat(promote=None, numpy=np.isinf)
def isinf(input: Array):
    """Whether it is inf or -inf.  Shapes: (*) -> (*) of bools.  Source: torch.isinf."""
    return np.isinf(input)


@flat(promote=None, numpy=np.isfinite)
def isfinite(input: Array):
    """Whether it is neither infinite nor nan.  Shapes: (*) -> (*) of bools.  Source: torch.isfinite."""
    return np.isfinite(input)


@flat(promote=None)
def isposinf(input: Array):
    """Whether it is inf.  Shapes: (*) -> (*) of bools.  Source: torch.isposinf."""
    return input == np.inf


@flat(promote=None)
def isneginf(input: Array):
    """Whether it is -inf.  Shapes: (*) -> (*) of bools.  Source: torch.isneginf."""
    return input == -np.inf


@flat(promote=None, numpy=np.signbit)
def signbit(input: Array):
    """Whether it is negative, -0 included.  Shapes: (*) -> (*) of bools.  Source: torch.signbit."""
    return np.signbit(input) if input.dtype.kind == "f" else input < 0


@flat(promote=None)
def isclose(input: Array, other: Array, rtol=1e-05, atol=1e-08, equal_nan=False):
    """Whether ``abs(input - other) <= atol + rtol * abs(other)``; equal infinities are close.

    Shapes: (*), (*) -> (*) of bools, broadcast together.  Source: torch.isclose.
    """
    if input.dtype != other.dtype:
        raise RuntimeError(f"isclose: {input.dtype} did not match {other.dtype}: convert one, e.g. with .to()")
    if rtol < 0 or atol < 0:
        raise RuntimeError(f"isclose: rtol and atol must be greater than or equal to zero, but got {rtol} and {atol}")
    close = input == other
    if equal_nan:
        close = close | (input != input) & (other != other)
    if input.dtype.kind == "f" or rtol or atol:
        a, b = (v if v.dtype.kind == "f" else v.astype(np.float64) for v in (input, other))
        close = close | np.isfinite(b) & (np.abs(a - b) <= atol + np.abs(rtol * b))
    return close


# Bits

def bits_only(name, *values):
    """Raise for floats, which are no row of bits."""
    for value in values:
        if getattr(value, "dtype", np.dtype(type(value))).kind == "f":
            raise NotImplementedError(f"{name}: not implemented for floating-point tensors: convert them with .long()")


@flat(numpy=np.bitwise_and, in_place=True)
def bitwise_and(input: Array, other: Array):
    """``input & other``.  Shapes: (*), (*) -> (*), broadcast together.  Source: torch.bitwise_and."""
    bits_only("bitwise_and", input, other)
    return input & other


@flat(numpy=np.bitwise_or, in_place=True)
def bitwise_or(input: Array, other: Array):
    """``input | other``.  Shapes: (*), (*) -> (*), broadcast together.  Source: torch.bitwise_or."""
    bits_only("bitwise_or", input, other)
    return input | other


@flat(numpy=np.bitwise_xor, in_place=True)
def bitwise_xor(input: Array, other: Array):
    """``input ^ other``.  Shapes: (*), (*) -> (*), broadcast together.  Source: torch.bitwise_xor."""
    bits_only("bitwise_xor", input, other)
    return input ^ other


@flat(numpy=np.invert, in_place=True)
def bitwise_not(input: Array):
    """``~input``; of bools, not.  Shapes: (*) -> (*).  Source: torch.bitwise_not."""
    bits_only("bitwise_not", input)
    return ~input


@flat(numpy=np.left_shift, in_place=True)
def bitwise_left_shift(input: Array, other: Array):
    """``input << other``.  Shapes: (*), (*) -> (*), broadcast together.  Source: torch.bitwise_left_shift."""
    bits_only("bitwise_left_shift", input, other)
    return input << other


@flat(numpy=np.right_shift, in_place=True)
def bitwise_right_shift(input: Array, other: Array):
    """``input >> other``.  Shapes: (*), (*) -> (*), broadcast together.  Source: torch.bitwise_right_shift."""
    bits_only("bitwise_right_shift", input, other)
    return input >> other


# Over axes

@flat(promote=None)
def any(input: Array, dim=None, keepdim=False):
    """Whether one along the axes `dim` (all if None) is not 0.

    Shapes: (*) -> () or without the reduced axes, of bools (of uint8 for uint8).  Source: torch.any.
    """
    return np.any(input, axis_of(input, dim), keepdims=keepdim).astype(truth(input))


@flat(promote=None)
def all(input: Array, dim=None, keepdim=False):
    """Whether none along the axes `dim` (all if None) is 0.

    Shapes: (*) -> () or without the reduced axes, of bools (of uint8 for uint8).  Source: torch.all.
    """
    return np.all(input, axis_of(input, dim), keepdims=keepdim).astype(truth(input))


def truth(input):
    """torch answers bytes with a byte."""
    return np.uint8 if input.dtype == np.uint8 else np.bool_


@flat(promote=None)
def count_nonzero(input: Array, dim=None):
    """How many along the axes `dim` (all if None) are not 0.

    Shapes: (*) -> () or without the reduced axes.  Source: torch.count_nonzero.
    """
    return np.asarray(np.count_nonzero(input, axis_of(input, dim)))[()]


@flat(promote=None)
def argwhere(input: Array):
    """The indices of the elements that are not 0, one row each.  Shapes: (*) -> (n, ndim).  Source: torch.argwhere."""
    return np.argwhere(input)


# Counting

@flat(promote=None)
def bincount(input: Array, weights: Array = None, minlength=0):
    """How often each number occurs, or the sum of its weights.  Shapes: (n) -> (max + 1).  Source: torch.bincount."""
    if input.ndim != 1 or input.dtype.kind not in "iu" or np.any(input < 0):
        raise RuntimeError("bincount: bincount only supports 1-d non-negative integral inputs, got "
                           f"{input.dtype} of shape {input.shape}")
    counts = np.bincount(input, weights, minlength)
    return counts if weights is None or weights.dtype != np.float32 else counts.astype(np.float32)


@flat(promote=None)
def histc(input: Array, bins=100, min=0, max=0):
    """How many elements fall into each of so many equal bins between min and max (of the data, if both are 0).

    Shapes: (*) -> (bins).  Source: torch.histc.
    """
    if input.dtype.kind != "f":
        raise NotImplementedError(f"histc: not implemented for {input.dtype}: convert the input with .float()")
    if min == max == 0 and input.size:
        min, max = float(np.min(input)), float(np.max(input))
    if min == max:
        min, max = min - 1, max + 1
    if not (np.isfinite(min) and np.isfinite(max)) or min > max:
        raise RuntimeError(f"histc: range of [{min}, {max}] is not finite or max is less than min")
    return np.histogram(input, bins, (min, max))[0].astype(input.dtype)


@flat(promote=None, method=False)
def searchsorted(sorted_sequence: Array, input: Array, *, out_int32=False, right=False, side=None,
                 sorter: Array = None):
    """Where each of `input` would be put in to keep the last axis sorted: before equal ones, or after if `right`.

    Shapes: (n), (*) -> (*), or (*, n), (*, m) -> (*, m).  Source: torch.searchsorted.
    """
    if side not in (None, "left", "right") or (right and side == "left"):
        raise RuntimeError(f"searchsorted: side and right can't be set to opposites, got side={side} and right={right}")
    side = "right" if right or side == "right" else "left"
    kind = np.int32 if out_int32 else np.int64
    if sorter is not None:
        sorted_sequence = np.take_along_axis(sorted_sequence, sorter, -1)
    if sorted_sequence.ndim == 1:
        return np.asarray(np.searchsorted(sorted_sequence, input, side)).astype(kind)[()]
    shape = getattr(input, "shape", ())
    if sorted_sequence.shape[:-1] != shape[:-1]:
        raise RuntimeError("searchsorted: the boundaries must be of 1 dimension, or the leading dimensions of boundaries "
                           f"and input must match: got {sorted_sequence.shape} and {shape}")
    rows = zip(sorted_sequence.reshape(-1, sorted_sequence.shape[-1]), input.reshape(-1, input.shape[-1]), strict=True)
    return np.array([np.searchsorted(row, values, side) for row, values in rows], kind).reshape(input.shape)


@flat(promote=None, method=False)
def bucketize(input: Array, boundaries: Array, *, out_int32=False, right=False):
    """The number of the interval that each element lies in; a boundary belongs below, or above if `right`.

    Shapes: (*), (n) -> (*).  Source: torch.bucketize.
    """
    if boundaries.ndim != 1:
        raise RuntimeError(f"bucketize: boundaries tensor must be 1 dimension, but got shape {boundaries.shape}")
    kind = np.int32 if out_int32 else np.int64
    return np.asarray(np.searchsorted(boundaries, input, "right" if right else "left")).astype(kind)[()]
