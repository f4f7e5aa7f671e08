"""Arithmetic: add the distributor, mul the swapper, and their relatives.

Inputs of two shapes broadcast; a copy gate outside these rules sums the gradient of the copies.
"""
import numpy as np

from autograd.ops import op


@op(in_place=True, numpy=np.add,
    input=lambda g: g,
    other=lambda g: g)
def add(input, other):
    """Add elementwise, the distributor gate: ``out = input + other``; both inputs receive the gradient unchanged.

    Shapes: (*), (*) -> (*), broadcast together.  Source: torch.add; lecture, add gate.
    """
    return input + other


@op(in_place=True, numpy=np.subtract, aliases=("subtract",),
    input=lambda g: g,
    other=lambda g: -g)
def sub(input, other):
    """Subtract elementwise: ``out = input - other``.

    Shapes: (*), (*) -> (*), broadcast together.  Source: torch.sub.
    """
    if input.dtype.kind == "b":
        raise RuntimeError("sub: Subtraction, the `-` operator, of bool tensors is not supported: use ^ or logical_xor()")
    return input - other


@op(in_place=True, numpy=np.multiply, aliases=("multiply",),
    input=lambda g, other: g * other,
    other=lambda g, input: g * input)
def mul(input, other):
    """Multiply elementwise, the swapper gate: ``out = input * other``; each input's gradient is scaled by the other.

    Shapes: (*), (*) -> (*), broadcast together.  Source: torch.mul; lecture, mul gate.
    """
    return input * other


@op(promote="float", in_place=True, numpy=np.divide, aliases=("divide", "true_divide"),
    input=lambda g, other: g / other,
    other=lambda g, input, other: -g * ((input / other) / other))
def div(input, other):
    """Divide elementwise: ``out = input / other``; integers become floats.

    Shapes: (*), (*) -> (*), broadcast together.  Source: torch.div.
    """
    return input / other


def power_slope(g, input, exponent):
    """exponent * input**(exponent - 1), and 0 where the exponent is 0 whatever the input."""
    return np.where(exponent == 0, g * 0, g * (exponent * input ** (exponent - 1)))


def exponent_slope(g, input, exponent, out):
    """out * log(input), and 0 where input is 0 and the exponent is not negative (the limit)."""
    return g * np.where((input == 0) & (exponent >= 0), out * 0, out * np.log(input))


@op(in_place=True, numpy=(np.power, np.float_power),
    input=power_slope,
    exponent=exponent_slope)
def pow(input, exponent):
    """Raise elementwise: ``out = input ** exponent``.

    Shapes: (*), (*) -> (*), broadcast together.  Source: torch.pow.
    """
    if input.dtype.kind in "iu" and np.any(exponent < 0):
        raise RuntimeError("pow: Integers to negative integer powers are not allowed: convert the base to float first")
    return input ** exponent


@op(in_place=True, numpy=np.negative, aliases=("negative",),
    input=lambda g: -g)
def neg(input):
    """Negate elementwise: ``out = -input``.  Shapes: (*) -> (*).  Source: torch.neg."""
    if input.dtype.kind == "b":
        raise RuntimeError("neg: Negation, the `-` operator, on a bool tensor is not supported: use ~ or logical_not()")
    return -input


@op(in_place=True, numpy=(np.remainder, np.mod),
    input=lambda g: g,
    other=lambda g, input, other: -g * np.floor(input / other))
def remainder(input, other):
    """Remainder with the divisor's sign: ``out = input - floor(input / other) * other``.

    Shapes: (*), (*) -> (*), broadcast together.  Source: torch.remainder.
    """
    if input.dtype.kind in "iu" and not np.all(other):
        raise RuntimeError("remainder: ZeroDivisionError: an integer divisor is 0")
    return np.remainder(input, other)


@op(in_place=True, numpy=np.fmod,
    input=lambda g: g,
    other=lambda g, input, other: -g * np.trunc(input / other))
def fmod(input, other):
    """Remainder with the dividend's sign: ``out = input - trunc(input / other) * other``.

    Shapes: (*), (*) -> (*), broadcast together.  Source: torch.fmod.
    """
    if input.dtype.kind in "iu" and not np.all(other):
        raise RuntimeError("fmod: ZeroDivisionError: an integer divisor is 0")
    return np.fmod(input, other)


@op(in_place=True, numpy=np.floor_divide,
    input=lambda g: g * 0,
    other=lambda g: g * 0)
def floor_divide(input, other):
    """Divide and round down: ``out = floor(input / other)``; flat, so its gradient is 0.

    Shapes: (*), (*) -> (*), broadcast together.  Source: torch.floor_divide.
    """
    if input.dtype.kind in "iu" and not np.all(other):
        raise RuntimeError("floor_divide: ZeroDivisionError: an integer divisor is 0")
    return np.floor_divide(input, other)


@op(promote="float", numpy=np.arctan2,
    input=lambda g, input, other: g * (other / (input * input + other * other)),
    other=lambda g, input, other: -g * (input / (input * input + other * other)))
def atan2(input, other):
    """Angle of the point (other, input) from the first axis, in radians, in (-pi, pi].

    Shapes: (*), (*) -> (*), broadcast together.  Source: torch.atan2.
    """
    return np.arctan2(input, other)


@op(promote="float", numpy=np.logaddexp,
    input=lambda g, input, out: g * np.exp(input - out),
    other=lambda g, other, out: g * np.exp(other - out))
def logaddexp(input, other):
    """``out = log(exp(input) + exp(other))`` without overflow.

    Shapes: (*), (*) -> (*), broadcast together.  Source: torch.logaddexp.
    """
    return np.logaddexp(input, other)


@op(promote="float", numpy=np.hypot,
    input=lambda g, input, out: g * (input / out),
    other=lambda g, other, out: g * (other / out))
def hypot(input, other):
    """``out = sqrt(input**2 + other**2)`` without overflow.

    Shapes: (*), (*) -> (*), broadcast together.  Source: torch.hypot.
    """
    return np.hypot(input, other)


@op(in_place=True,
    input=lambda g: g,
    end=lambda g, weight: g * weight,
    weight=lambda g, input, end: g * (end - input))
def lerp(input, end, weight):
    """Interpolate: ``out = input + weight * (end - input)``.

    Shapes: (*), (*), (*) -> (*), broadcast together.  Source: torch.lerp.
    """
    return input + weight * (end - input)
