"""Functions of angles, circular and hyperbolic, and their inverses."""
import math

import numpy as np

from autograd.ops import op
from autograd.ops.pointwise import one_minus


@op(promote="float", in_place=True, numpy=np.sin,
    input=lambda g, input: g * np.cos(input))
def sin(input):
    """Sine of an angle in radians.  Shapes: (*) -> (*).  Source: torch.sin."""
    return np.sin(input)


@op(promote="float", in_place=True, numpy=np.cos,
    input=lambda g, input: g * -np.sin(input))
def cos(input):
    """Cosine of an angle in radians.  Shapes: (*) -> (*).  Source: torch.cos."""
    return np.cos(input)


@op(promote="float", in_place=True, numpy=np.tan,
    input=lambda g, out: g * (1 + out * out))
def tan(input):
    """Tangent of an angle in radians.  Shapes: (*) -> (*).  Source: torch.tan."""
    return np.tan(input)


@op(promote="float", in_place=True, numpy=np.arcsin, aliases=("arcsin",),
    input=lambda g, input: g / np.sqrt(1 - input * input))
def asin(input):
    """The angle in [-pi/2, pi/2] with this sine.  Shapes: (*) -> (*).  Source: torch.asin."""
    return np.arcsin(input)


@op(promote="float", in_place=True, numpy=np.arccos, aliases=("arccos",),
    input=lambda g, input: -g / np.sqrt(1 - input * input))
def acos(input):
    """The angle in [0, pi] with this cosine.  Shapes: (*) -> (*).  Source: torch.acos."""
    return np.arccos(input)


@op(promote="float", in_place=True, numpy=np.arctan, aliases=("arctan",),
    input=lambda g, input: g / (1 + input * input))
def atan(input):
    """The angle in (-pi/2, pi/2) with this tangent.  Shapes: (*) -> (*).  Source: torch.atan."""
    return np.arctan(input)


@op(promote="float", in_place=True, numpy=np.sinh,
    input=lambda g, input: g * np.cosh(input))
def sinh(input):
    """``out = (exp(input) - exp(-input)) / 2``.  Shapes: (*) -> (*).  Source: torch.sinh."""
    return np.sinh(input)


@op(promote="float", in_place=True, numpy=np.cosh,
    input=lambda g, input: g * np.sinh(input))
def cosh(input):
    """``out = (exp(input) + exp(-input)) / 2``.  Shapes: (*) -> (*).  Source: torch.cosh."""
    return np.cosh(input)


@op(promote="float", in_place=True, numpy=np.tanh,
    input=lambda g, out: g * one_minus(out * out))
def tanh(input):
    """Squash into (-1, 1): ``out = sinh(input) / cosh(input)``; its slope is ``1 - out**2``.

    Shapes: (*) -> (*).  Source: torch.tanh; lecture, activation functions.
    """
    return np.tanh(input)


@op(promote="float", in_place=True, numpy=np.arcsinh, aliases=("arcsinh",),
    input=lambda g, input: g / np.sqrt(input * input + 1))
def asinh(input):
    """The inverse of sinh.  Shapes: (*) -> (*).  Source: torch.asinh."""
    return np.arcsinh(input)


@op(promote="float", in_place=True, numpy=np.arccosh, aliases=("arccosh",),
    input=lambda g, input: g / np.sqrt(input * input - 1))
def acosh(input):
    """The inverse of cosh, not negative.  Shapes: (*) -> (*).  Source: torch.acosh."""
    return np.arccosh(input)


@op(promote="float", in_place=True, numpy=np.arctanh, aliases=("arctanh",),
    input=lambda g, input: g / (1 - input * input))
def atanh(input):
    """The inverse of tanh.  Shapes: (*) -> (*).  Source: torch.atanh."""
    return np.arctanh(input)


@op(promote="float", in_place=True, numpy=(np.deg2rad, np.radians),
    input=lambda g: g * (math.pi / 180))
def deg2rad(input):
    """An angle in degrees, in radians.  Shapes: (*) -> (*).  Source: torch.deg2rad."""
    return input * (math.pi / 180)


@op(promote="float", in_place=True, numpy=(np.rad2deg, np.degrees),
    input=lambda g: g * (180 / math.pi))
def rad2deg(input):
    """An angle in radians, in degrees.  Shapes: (*) -> (*).  Source: torch.rad2deg."""
    return input * (180 / math.pi)
