"""Arithmetic with torch's further arguments, and functions of one number that choose among ops."""

import numpy as np

from autograd import dtypes
from autograd.functions.table import call_of, function
from autograd.ops.arithmetic import no_bools
from autograd.random import source
from autograd.record import wrap
from autograd.tensors import Tensor

OPS = {
    name: call_of(name)
    for name in (
        "add",
        "sub",
        "mul",
        "div",
        "divide_down",
        "add_scaled",
        "lerp_by",
        "lerp_each",
        "trunc_divide",
        "power",
        "power_of",
        "clamp_min",
        "clamp_max",
        "clamp_between",
        "leaky",
        "leaky_relu",
    )
}


def scaled(name, input, other, alpha):
    """``input + alpha * other``, where that makes sense for their types."""
    kind = dtypes.common_dtype([getattr(value, "payload", value) for value in (input, other)]).kind
    if type(alpha) is bool and kind != "b":
        raise RuntimeError(f"{name}: Boolean alpha only supported for Boolean results: got alpha={alpha}")
    if type(alpha) is float and kind != "f":
        raise RuntimeError(
            f"{name}: For integral input tensors, argument alpha must not be a floating point number, not {alpha}"
        )
    return OPS["add_scaled"](input, other, alpha)


@function(in_place=True, numpy=np.add)
def add(input, other, *, alpha=1):
    """``out = input + alpha * other``.  Shapes: (*), (*) -> (*), broadcast together.  Source: torch.add."""
    return OPS["add"](input, other) if type(alpha) is int and alpha == 1 else scaled("add", input, other, alpha)


@function(in_place=True, numpy=np.subtract, aliases=("subtract",))
def sub(input, other, *, alpha=1):
    """``out = input - alpha * other``.  Shapes: (*), (*) -> (*), broadcast together.  Source: torch.sub."""
    if type(alpha) is int and alpha == 1:
        return OPS["sub"](input, other)
    no_bools(*[getattr(value, "payload", value) for value in (input, other)])
    return scaled("sub", input, other, alpha if type(alpha) is bool else -alpha)


@function()
def rsub(input, other, *, alpha=1):
    """``out = other - alpha * input``.  Shapes: (*), (*) -> (*), broadcast together.  Source: torch.rsub."""
    return sub(other, input, alpha=alpha)


@function(in_place=True, numpy=np.divide, aliases=("divide",))
def div(input, other, *, rounding_mode=None):
    """``out = input / other``, or that rounded: "trunc" towards 0, "floor" down.

    Shapes: (*), (*) -> (*), broadcast together.  Source: torch.div.
    """
    if rounding_mode is None:
        return OPS["div"](input, other)
    if rounding_mode not in ("trunc", "floor"):
        raise RuntimeError(
            f"div: div expected rounding_mode to be one of None, 'trunc', or 'floor' but found {rounding_mode!r}"
        )
    return OPS["divide_down" if rounding_mode == "floor" else "trunc_divide"](input, other)


@function(in_place=True)
def lerp(input, end, weight):
    """Interpolate: ``out = input + weight * (end - input)``; the weight is a number or a tensor.

    Shapes: (*), (*), (*) -> (*), broadcast together.  Source: torch.lerp.
    """
    return OPS["lerp_each" if isinstance(weight, Tensor) else "lerp_by"](input, end, weight)


@function(in_place=True, numpy=np.power)
def pow(input, exponent):
    """``out = input ** exponent``; one of the two may be a number.

    Shapes: (*), (*) -> (*), broadcast together.  Source: torch.pow.
    """
    if isinstance(input, Tensor):
        kind = input.payload.dtype.kind
        if (
            type(exponent) is bool
            or (type(exponent) is int and kind != "b")
            or (type(exponent) is float and kind == "f")
        ):
            return OPS["power_of"](input, exponent)
    return OPS["power"](input, exponent)


@function(in_place=True, numpy=np.float_power)
def float_power(input, exponent):
    """``out = input ** exponent`` in float64.  Shapes: (*), (*) -> (*), broadcast.  Source: torch.float_power."""
    return pow(*[value.double() if isinstance(value, Tensor) else float(value) for value in (input, exponent)])


@function(numpy=np.positive)
def positive(input):
    """The input itself.  Shapes: (*) -> (*).  Source: torch.positive."""
    if input.payload.dtype.kind == "b":
        raise RuntimeError("positive: The `+` operator, on a bool tensor is not supported: convert it with .int()")
    return input


@function(in_place=True, aliases=("clip",))
def clamp(input, min=None, max=None):
    """`input` between two bounds, numbers or tensors; either may be left out.

    Shapes: (*), (*), (*) -> (*), broadcast together.  Source: torch.clamp.
    """
    if max is None:
        if min is None:
            raise RuntimeError("clamp: At least one of 'min' or 'max' must not be None")
        return OPS["clamp_min"](input, min)
    return OPS["clamp_max"](input, max) if min is None else OPS["clamp_between"](input, min, max)


@function()
def prelu(input, weight):
    """`input` where that is positive, else ``weight * input``, with one weight for all or one for each channel.

    Shapes: input (N, C, *), weight (C) or (1) -> (N, C, *).  Source: torch.prelu; He et al. 2015.
    """
    if not isinstance(weight, Tensor) or weight.ndim > 1:
        raise RuntimeError(
            "prelu: Expected `weight` to be a tensor of 0 or 1 dimensions, got "
            f"{f'{weight.ndim} dimensions' if isinstance(weight, Tensor) else type(weight).__name__}"
        )
    if weight.numel() != 1:
        channels = input.shape[1] if input.ndim > 1 else 1
        if weight.numel() != channels:
            raise RuntimeError(
                f"prelu: Mismatch of parameter numbers and input channel size. Found parameter numbers = "
                f"{weight.numel()} and channel size = {channels} in input of shape {tuple(input.shape)}"
            )
        weight = weight.reshape((-1,) + (1,) * (input.ndim - 2))
    elif weight.ndim != input.ndim:
        weight = weight.reshape((1,) * input.ndim)
    return OPS["leaky"](input, weight)


@function(in_place=True, method=False)
def rrelu(input, lower=1 / 8, upper=1 / 3, training=False, generator=None):
    """A leaky relu whose slopes chance draws from [lower, upper) in training; their middle otherwise.

    Shapes: (*) -> (*).  Source: torch.rrelu; Xu et al. 2015.
    """
    if not training:
        return OPS["leaky_relu"](input, (lower + upper) / 2)
    slopes = lower + (upper - lower) * source(generator).random(input.shape)
    return OPS["leaky"](input, wrap(np.asarray(slopes, input.payload.dtype)))
