"""Arithmetic: add the distributor, mul the swapper, and their relatives.

Inputs of two shapes broadcast; a copy gate outside these rules sums the gradient of the copies.
"""
import numpy as np

from autograd.ops import op
from autograd.ops.kinks import floats_only, numbers_only


@op(in_place=True,
    input=lambda g: g,
    other=lambda g: g)
def add(input, other):
    """Add elementwise, the distributor gate: ``out = input + other``; both inputs receive the gradient unchanged.

    Shapes: (*), (*) -> (*), broadcast together.  Source: torch.add; lecture, add gate.
    """
    return input + other


def no_bools(*values):
    """Raise for bools, which torch does not subtract."""
    if any(type(value) is bool or getattr(value, "dtype", None) == np.bool_ for value in values):
        raise RuntimeError("sub: Subtraction, the `-` operator, with a bool tensor is not supported: to invert a mask, "
                           "use ~mask or logical_not()")


@op(in_place=True, aliases=("subtract",), accept=no_bools,
    input=lambda g: g,
    other=lambda g: -g)
def sub(input, other):
    """Subtract elementwise: ``out = input - other``.

    Shapes: (*), (*) -> (*), broadcast together.  Source: torch.sub.
    """
    try:
        return input - other
    except TypeError:           # `accept` sees only operands whose types differ; two bools come here, and NumPy refuses them
        no_bools(input, other)
        raise


@op(method=False, function=False, title="AddBackward0",
    input=lambda g: g,
    other=lambda g, alpha: g * alpha)
def add_scaled(input, other, alpha):
    """``out = input + alpha * other``.  Shapes: (*), (*) -> (*), broadcast together.  Source: torch.add."""
    # alpha has no type of its own: it takes that of `other`, and wraps around where it does not fit.
    return input + np.asarray(alpha).astype(other.dtype) * other


@op(in_place=True, numpy=np.multiply, aliases=("multiply",),
    input=lambda g, other: g * other,
    other=lambda g, input: g * input)
def mul(input, other):
    """Multiply elementwise, the swapper gate: ``out = input * other``; each input's gradient is scaled by the other.

    Shapes: (*), (*) -> (*), broadcast together.  Source: torch.mul; lecture, mul gate.
    """
    return input * other


@op(promote="float", in_place=True, aliases=("divide", "true_divide"),
    input=lambda g, other: g / other,
    other=lambda g, input, other: -g * ((input / other) / other))      # other**2 may overflow where this does not
def div(input, other):
    """Divide elementwise: ``out = input / other``; integers become floats.

    Shapes: (*), (*) -> (*), broadcast together.  Source: torch.div.
    """
    return input / other


# exponent * input**(exponent - 1) and out * log(input), but as in torch 0 where these would be infinite or nan by 0 * inf.
@op(method=False, function=False, title="PowBackward1",
    input=lambda g, input, exponent: np.where(exponent == 0, 0, g * (exponent * input ** (exponent - 1))),
    exponent=lambda g, input, exponent, out: g * np.where((input == 0) & (exponent >= 0), 0, out * np.log(input)))
def power(input, exponent):
    """Raise elementwise: ``out = input ** exponent``.

    With exponent 0 the input has gradient 0, whatever it is; with input 0 the exponent has, unless it is negative.
    Shapes: (*), (*) -> (*), broadcast together.  Source: torch.pow.
    """
    numbers_only("pow", input)
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
    other=lambda g, input, other: -g * divide_down(input, other))
def remainder(input, other):
    """Remainder with the divisor's sign: ``out = input - floor(input / other) * other``.

    Shapes: (*), (*) -> (*), broadcast together.  Source: torch.remainder.
    """
    need_divisor("remainder", input, other)
    if input.dtype.kind != "f":
        return np.remainder(input, other)
    rest = np.fmod(input, other)            # (NumPy's own remainder gives zeros the divisor's sign, torch the dividend's)
    return np.where((rest != 0) & ((rest < 0) != (other < 0)), rest + other, rest)[()]     # [()]: of a 0-d array its number


def need_divisor(name, input, other):
    """Raise for bools, and for whole numbers divided by 0."""
    numbers_only(name, input)
    if input.dtype.kind in "iu" and not np.all(other) and np.size(input):
        raise RuntimeError(f"{name}: ZeroDivisionError: an integer divisor is 0")


@op(in_place=True, numpy=np.fmod,
    input=lambda g: g,
    other=lambda g, input, other: -g * trunc_divide(input, other))
def fmod(input, other):
    """Remainder with the dividend's sign: ``out = input - trunc(input / other) * other``.

    Shapes: (*), (*) -> (*), broadcast together.  Source: torch.fmod.
    """
    need_divisor("fmod", input, other)
    return np.fmod(input, other)


def no_derivative(g):
    """What torch says about the slope of floor_divide."""
    raise RuntimeError("floor_divide: derivative for aten::floor_divide is not implemented: use "
                       "div(..., rounding_mode='floor'), whose gradient is 0")


@op(in_place=True, numpy=np.floor_divide, title="NotImplemented",
    input=no_derivative,
    other=no_derivative)
def floor_divide(input, other):
    """Divide and round down: ``out = floor(input / other)``. As in torch it has no derivative, though `divide_down` has.

    Shapes: (*), (*) -> (*), broadcast together.  Source: torch.floor_divide.
    """
    need_divisor("floor_divide", input, other)
    return np.floor_divide(input, other)


def no_slope(g, other):
    """0 everywhere.

    It asks for operands that it does not need, so that the node saves those that torch's saves: who overwrites one
    before the backward gets the same error.
    """
    return np.zeros_like(g)


@op(method=False, function=False, title="DivBackward2",
    input=no_slope,
    other=lambda g, input, other: no_slope(g, other))
def divide_down(input, other):
    """Divide and round down; flat, so its gradient is 0.

    Shapes: (*), (*) -> (*), broadcast together.  Source: torch.div with rounding_mode="floor".
    """
    need_divisor("div", input, other)
    return np.floor_divide(input, other)


def over_square(value, input, other):
    """value / (input**2 + other**2), and 0 at the origin, where the angle jumps."""
    square = input * input + other * other
    return np.where(square == 0, 0, value / square)


@op(promote="float", in_place=True, numpy=np.arctan2, aliases=("arctan2",),
    input=lambda g, input, other: g * over_square(other, input, other),
    other=lambda g, input, other: g * -over_square(input, input, other))
def atan2(input, other):
    """Angle of the point (other, input) from the first axis, in radians, in (-pi, pi].

    Shapes: (*), (*) -> (*), broadcast together.  Source: torch.atan2.
    """
    return np.arctan2(input, other)


@op(numpy=np.logaddexp,
    input=lambda g, input, other: g / (1 + np.exp(other - input)),
    other=lambda g, input, other: g / (1 + np.exp(input - other)))
def logaddexp(input, other):
    """``out = log(exp(input) + exp(other))`` without overflow.

    Shapes: (*), (*) -> (*), broadcast together.  Source: torch.logaddexp.
    """
    floats_only("logaddexp", input)
    return np.logaddexp(input, other)


@op(numpy=np.hypot,
    input=lambda g, input, out: g * (input / out),
    other=lambda g, other, out: g * (other / out))
def hypot(input, other):
    """``out = sqrt(input**2 + other**2)`` without overflow.

    Shapes: (*), (*) -> (*), broadcast together.  Source: torch.hypot.
    """
    floats_only("hypot", input)
    return np.hypot(input, other)


def one_type(input, end, weight=None):
    """Raise unless ends and weight have one type; a weight without axes may have another."""
    for name, value in (("end", end), ("weight", weight)):
        if value is not None and (name == "end" or value.ndim) and value.dtype != input.dtype:
            raise RuntimeError(f"lerp: expected dtype {input.dtype} for `{name}` but got dtype {value.dtype}: convert it "
                               "with .to()")


@op(method=False, function=False, accept=one_type, title="LerpBackward0",
    input=lambda g, weight: g * (1 - weight),
    end=lambda g, weight: g * weight)
def lerp_by(input, end, weight):
    """Interpolate: ``out = input + weight * (end - input)`` for one number, counted from the nearer end.

    Shapes: (*), (*) -> (*), broadcast together.  Source: torch.lerp.
    """
    floats_only("lerp", input)
    way = end - input           # from the nearer end, lest rounding miss `end` at weight 1
    return input + weight * way if -0.5 < weight < 0.5 else end - (1 - weight) * way


@op(method=False, function=False, accept=one_type, title="LerpBackward1",
    input=lambda g, weight: g * (1 - weight),
    end=lambda g, weight: g * weight,
    weight=lambda g, input, end: g * (end - input))
def lerp_each(input, end, weight):
    """`lerp_by` with a weight for each element.  Shapes: (*), (*), (*) -> (*), broadcast together.  Source: torch.lerp."""
    floats_only("lerp", input)
    way = end - input
    return np.where(np.abs(weight) < 0.5, input + weight * way, end - (1 - weight) * way)


@op(in_place=True,
    input=lambda g: g,
    tensor1=lambda g, tensor2, value: g * (tensor2 * value),
    tensor2=lambda g, tensor1, value: g * (tensor1 * value))
def addcmul(input, tensor1, tensor2, *, value=1):
    """``out = input + value * tensor1 * tensor2``.

    Shapes: (*), (*), (*) -> (*), broadcast together.  Source: torch.addcmul.
    """
    numbers_only("addcmul", input)
    return input + input.dtype.type(value) * (tensor1 * tensor2)


def no_integer_division(input, tensor1, tensor2):
    """Raise if the quotient would be of whole numbers."""
    if tensor1.dtype.kind != "f" and tensor2.dtype.kind != "f":
        raise RuntimeError("addcdiv: Integer division with addcdiv is no longer supported: convert to float first")


@op(in_place=True, accept=no_integer_division,
    input=lambda g: g,
    tensor1=lambda g, tensor2, value: g * (value / tensor2),
    tensor2=lambda g, tensor1, tensor2, value: -g * (value * tensor1 / (tensor2 * tensor2)))
def addcdiv(input, tensor1, tensor2, *, value=1):
    """``out = input + value * tensor1 / tensor2``.

    Shapes: (*), (*), (*) -> (*), broadcast together.  Source: torch.addcdiv.
    """
    return input + value * (tensor1 / tensor2)


@op(method=False, function=False, title="DivBackward2",
    input=no_slope,
    other=lambda g, input, other: no_slope(g, other))
def trunc_divide(input, other):
    """Divide and round towards 0; flat, so its gradient is 0.

    Shapes: (*), (*) -> (*), broadcast together.  Source: torch.div with rounding_mode="trunc".
    """
    need_divisor("div", input, other)
    if input.dtype.kind == "f":
        return np.trunc(input / other)
    rounded_down = input // other       # one too low where the quotient is negative and not whole
    return rounded_down + ((rounded_down < 0) & (rounded_down * other != input))
