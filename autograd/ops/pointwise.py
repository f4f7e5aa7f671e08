"""Functions of one number, applied to every element: exponentials, powers, rounding."""
import math

import numpy as np

from autograd.ops import op
from autograd.ops.kinks import ONE, floats_only, gate, numbers_only
from autograd.ops.shape import sum_to

LN2, LN10 = math.log(2), math.log(10)


def one_minus(value):
    """``1 - value``."""
    return ONE[value.dtype] - value if type(value) is np.ndarray else 1 - value


# Exponentials and logarithms

@op(promote="float", in_place=True, numpy=np.exp,
    input=lambda g, out: g * out)
def exp(input):
    """``out = e ** input``, its own derivative.  Shapes: (*) -> (*).  Source: torch.exp; lecture, exp gate."""
    return np.exp(input)


@op(promote="float", in_place=True, numpy=np.exp2,
    input=lambda g, out: g * (out * LN2))
def exp2(input):
    """``out = 2 ** input``.  Shapes: (*) -> (*).  Source: torch.exp2."""
    return np.exp2(input)


@op(promote="float", in_place=True, numpy=np.expm1,
    input=lambda g, out: g * (out + 1))
def expm1(input):
    """``out = e ** input - 1``, exact near 0.  Shapes: (*) -> (*).  Source: torch.expm1."""
    return np.expm1(input)


@op(promote="float", in_place=True, numpy=np.log,
    input=lambda g, input: g / input)
def log(input):
    """Natural logarithm.  Shapes: (*) -> (*).  Source: torch.log."""
    return np.log(input)


@op(promote="float", in_place=True, numpy=np.log2,
    input=lambda g, input: g / (input * LN2))
def log2(input):
    """Logarithm to base 2.  Shapes: (*) -> (*).  Source: torch.log2."""
    return np.log2(input)


@op(promote="float", in_place=True, numpy=np.log10,
    input=lambda g, input: g / (input * LN10))
def log10(input):
    """Logarithm to base 10.  Shapes: (*) -> (*).  Source: torch.log10."""
    return np.log10(input)


@op(promote="float", in_place=True, numpy=np.log1p,
    input=lambda g, input: g / (input + 1))
def log1p(input):
    """``out = log(1 + input)``, exact near 0.  Shapes: (*) -> (*).  Source: torch.log1p."""
    return np.log1p(input)


@op(promote="float", in_place=True, aliases=("special_expit",),
    input=lambda g, out: g * (one_minus(out) * out))
def sigmoid(input):
    """``out = 1 / (1 + exp(-input))``, a number between 0 and 1; its slope is ``out * (1 - out)``.

    Shapes: (*) -> (*).  Source: torch.sigmoid; lecture, sigmoid gate.
    """
    out = -input
    if type(out) is not np.ndarray:
        return 1 / (1 + np.exp(out))
    np.exp(out, out)
    np.add(out, ONE[out.dtype], out)
    return np.reciprocal(out, out)


def logit_slope(g, input, eps):
    """1 / (x * (1 - x)) where x is in [0, 1]; with eps 0 where x was clamped, without it nan outside."""
    low, high, outside = (0, 1, math.nan) if eps is None else (eps, 1 - eps, 0)
    return np.where((input < low) | (input > high), outside, g / (input * (1 - input)))


@op(promote="float", in_place=True,
    input=logit_slope)
def logit(input, eps=None):
    """The inverse of sigmoid: ``out = log(input / (1 - input))``; eps clamps the input to [eps, 1 - eps] first.

    Shapes: (*) -> (*).  Source: torch.logit.
    """
    if eps is not None:
        input = np.minimum(np.maximum(input, eps), 1 - eps)
    return np.log(input / (1 - input))


# Powers

@op(promote="float", in_place=True, numpy=np.sqrt,
    input=lambda g, out: g / (2 * out))
def sqrt(input):
    """Square root.  Shapes: (*) -> (*).  Source: torch.sqrt."""
    return np.sqrt(input)


@op(promote="float", in_place=True,
    input=lambda g, out: g * (-0.5 * (out * out * out)))
def rsqrt(input):
    """``out = 1 / sqrt(input)``.  Shapes: (*) -> (*).  Source: torch.rsqrt."""
    return 1 / np.sqrt(input)


@op(in_place=True, numpy=np.square,
    input=lambda g, input: g * (2 * input))
def square(input):
    """``out = input * input``.  Shapes: (*) -> (*).  Source: torch.square."""
    return input * input if input.dtype.kind != "b" else input.astype(np.int64)


@op(promote="float", in_place=True, numpy=np.reciprocal,
    input=lambda g, out: -g * (out * out))
def reciprocal(input):
    """``out = 1 / input``.  Shapes: (*) -> (*).  Source: torch.reciprocal; lecture, 1/x gate."""
    return 1 / input


def power_slope(g, input, exponent):
    """exponent * input**(exponent - 1), and 0 where the exponent is 0 whatever the input."""
    if exponent == 0:
        return np.zeros_like(g)
    return g * (exponent * power_of(input, exponent - 1))


@op(method=False, function=False, title="PowBackward0",
    input=power_slope)
def power_of(input, exponent):
    """Raise elementwise to one number: ``out = input ** exponent``; small whole exponents are products.

    Shapes: (*) -> (*).  Source: torch.pow.
    """
    if exponent == 1:
        return input.copy()
    if exponent == 0:
        return np.ones_like(input)[()]
    if exponent == 2:
        return input * input
    if exponent == 3:
        return input * input * input
    if exponent in (0.5, -0.5):
        root = np.sqrt(input)
        return root if exponent > 0 else 1 / root
    if input.dtype.kind in "iu" and exponent < 0:
        raise RuntimeError("pow: Integers to negative integer powers are not allowed: convert the base to float first")
    return input ** exponent


# Sign and rounding: flat between their jumps

@op(in_place=True, numpy=(np.absolute, np.fabs), aliases=("absolute",),
    input=lambda g, input: g * sign(input))
def abs(input):
    """Absolute value; at 0 the gradient is 0.  Shapes: (*) -> (*).  Source: torch.abs."""
    numbers_only("abs", input)
    return np.abs(input)


@op(in_place=True, numpy=np.sign, aliases=("sgn",),
    input=lambda g: np.zeros_like(g))
def sign(input):
    """-1, 0 or 1; 0 for nan.  Shapes: (*) -> (*).  Source: torch.sign."""
    if input.dtype.kind == "f":
        return (input > 0) * ONE[input.dtype] - (input < 0)
    return np.sign(input) if input.dtype.kind != "b" else input.copy()


@op(in_place=True, numpy=np.floor,
    input=lambda g: np.zeros_like(g))
def floor(input):
    """The largest integer not above.  Shapes: (*) -> (*).  Source: torch.floor."""
    numbers_only("floor", input)
    return np.floor(input)


@op(in_place=True, numpy=np.ceil,
    input=lambda g: np.zeros_like(g))
def ceil(input):
    """The smallest integer not below.  Shapes: (*) -> (*).  Source: torch.ceil."""
    numbers_only("ceil", input)
    return np.ceil(input)


@op(in_place=True, numpy=np.trunc, aliases=("fix",),
    input=lambda g: np.zeros_like(g))
def trunc(input):
    """The integer part, towards 0.  Shapes: (*) -> (*).  Source: torch.trunc."""
    numbers_only("trunc", input)
    return np.trunc(input)


@op(in_place=True, numpy=(np.round, np.rint),
    input=lambda g: np.zeros_like(g))
def round(input, decimals=0):
    """The nearest number with so many decimals, halves to the even one.  Shapes: (*) -> (*).  Source: torch.round."""
    if input.dtype.kind in "bui" and (decimals or input.dtype.kind == "b"):
        raise NotImplementedError(f"round: not implemented for {input.dtype} tensors with decimals={decimals}: convert "
                                  "the input with .float() first")
    return np.round(input, decimals)


@op(in_place=True,
    input=lambda g: g)
def frac(input):
    """What `trunc` leaves: ``out = input - trunc(input)``.  Shapes: (*) -> (*).  Source: torch.frac."""
    floats_only("frac", input)
    return input - np.trunc(input)


@op(in_place=True, numpy=np.nan_to_num,
    input=lambda g, input: gate(g, np.isfinite(input)))
def nan_to_num(input, nan=None, posinf=None, neginf=None):
    """Put numbers in place of nan (0), inf and -inf (the largest and smallest number); no slope there.

    Shapes: (*) -> (*).  Source: torch.nan_to_num.
    """
    return np.nan_to_num(input, nan=0.0 if nan is None else nan, posinf=posinf, neginf=neginf)


# Copies

@op(promote=None, numpy=np.copy,
    input=lambda g: g)
def clone(input, memory_format=None):
    """A copy in memory of its own, laid out as the input is, or in order if a format is given.

    Shapes: (*) -> (*).  Source: torch.clone.
    """
    return np.array(input, order="K" if memory_format is None else "C")[()]


@op(promote=None, method=False, function=False, title="CopyBackwards",
    input=lambda g: np.zeros_like(g),
    source=lambda g, source_shape: sum_to(g, source_shape))
def copy_(input, source):
    """`source`, in the shape of `input`, which it replaces.  Source: torch.Tensor.copy_."""
    return np.array(np.broadcast_to(source, input.shape))
