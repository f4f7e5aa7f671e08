"""Activation functions: the gates between linear layers, with torch's slope at every kink."""
import math
from functools import partial

import numpy as np

from autograd.ops import op
from autograd.ops.kinks import ZERO, floats_only, gate, numbers_only
from autograd.ops.pointwise import one_minus, sigmoid
from autograd.ops.special import erf
from autograd.ops.trigonometry import tanh

# Straight pieces

@op(in_place=True,
    input=lambda g, out: gate(g, out))
def relu(input):
    """``out = max(input, 0)``: a gate that lets the gradient pass where the output is positive.

    Shapes: (*) -> (*).  Source: torch.relu; lecture, ReLU.
    """
    if type(input) is np.ndarray and input.dtype.kind != "b":
        return np.maximum(input, ZERO[input.dtype])
    if input.dtype.kind == "b":
        raise RuntimeError("relu: Boolean inputs not supported for relu: convert the input with .float()")
    return type(input)(0 if input < 0 else input)          # a scalar of its own: one object would share its writes


@op(method=False, function=False,
    input=lambda g, input, negative_slope: np.where(input > 0, g, g * negative_slope))
def leaky_relu(input, negative_slope=0.01):
    """``out = input`` where that is positive, else ``negative_slope * input``.

    Shapes: (*) -> (*).  Source: torch.nn.functional.leaky_relu; lecture, Leaky ReLU.
    """
    floats_only("leaky_relu", input)
    if 0 < negative_slope <= 1:
        return np.maximum(input, input * negative_slope)
    return np.where(input > 0, input, input * negative_slope)


@op(method=False, function=False, title="PreluKernelBackward0",
    input=lambda g, input, weight: np.where(input > 0, g, g * weight),
    weight=lambda g, input: gate(g * input, np.logical_not(input > 0)))
def leaky(input, weight):
    """`input` where that is positive, else ``weight * input``: PReLU, once the weight broadcasts.

    Shapes: (*), (*) -> (*), broadcast together.  Source: torch.prelu; He et al. 2015.
    """
    return np.where(input > 0, input, weight * input)


@op(method=False, function=False,
    input=lambda g, input, min_val, max_val: gate(g, np.logical_not((input <= min_val) | (input >= max_val))))
def hardtanh(input, min_val=-1.0, max_val=1.0):
    """``out = min(max(input, min_val), max_val)``; flat from each bound outwards.

    Shapes: (*) -> (*).  Source: torch.nn.functional.hardtanh.
    """
    if min_val > max_val:
        raise ValueError(f"hardtanh: min_val {min_val} cannot be greater than max_val {max_val}")
    if input.dtype.kind == "b":
        raise RuntimeError("hardtanh: Bool inputs not supported for hardtanh: convert the input with .float()")
    if input.dtype.kind == "u" and min_val < 0:
        raise RuntimeError("hardtanh: cannot do hardtanh on an unsigned type with negative limits: convert it")
    return np.minimum(np.maximum(input, min_val), max_val).astype(input.dtype)


@op(method=False, function=False, title="HardtanhBackward0",
    input=lambda g, input: gate(g, np.logical_not((input <= 0) | (input >= 6))))
def relu6(input):
    """``out = min(max(input, 0), 6)``.  Shapes: (*) -> (*).  Source: torch.nn.functional.relu6."""
    if input.dtype.kind == "b":
        raise RuntimeError("relu6: Bool inputs not supported for relu6: convert the input with .float()")
    return np.minimum(np.maximum(input, 0), 6)


@op(method=False, in_place=True, title="ThresholdBackward0",
    input=lambda g, input, threshold: gate(g, np.logical_not(input <= threshold)))
def threshold(input, threshold, value):
    """`input` where that is above the threshold, else `value`.

    Shapes: (*) -> (*).  Source: torch.nn.functional.threshold.
    """
    return np.where(input <= threshold, value, input).astype(input.dtype)


@op(method=False, function=False,
    input=lambda g, input: gate(g * (1 / 6), (input > -3) & (input < 3)))
def hardsigmoid(input):
    """A sigmoid of three straight pieces: ``out = min(max(input + 3, 0), 6) / 6``.

    Shapes: (*) -> (*).  Source: torch.nn.functional.hardsigmoid; Howard et al. 2019.
    """
    floats_only("hardsigmoid", input)
    return np.minimum(np.maximum(input + 3, 0), 6) * (1 / 6)


@op(method=False, function=False,
    input=lambda g, input: np.where(input >= 3, g, gate(g * (input / 3 + 0.5), np.logical_not(input <= -3))))
def hardswish(input):
    """``out = input * hardsigmoid(input)``.  Shapes: (*) -> (*).  Source: torch.nn.functional.hardswish."""
    floats_only("hardswish", input)
    return input * (np.minimum(np.maximum(input + 3, 0), 6) * (1 / 6))


@op(function=True, aliases=(), title="HardshrinkBackward0",
    input=lambda g, input, lambd: gate(g, np.logical_not(np.abs(input) <= lambd)))
def hardshrink(input, lambd=0.5):
    """`input` where its size is above lambd, else 0.  Shapes: (*) -> (*).  Source: torch.hardshrink."""
    floats_only("hardshrink", input)
    return gate(input, np.logical_not(np.abs(input) <= lambd))


@op(method=False, function=False,
    input=lambda g, input, lambd: gate(g, np.logical_not(np.abs(input) <= lambd)))
def softshrink(input, lambd=0.5):
    """`input`, moved towards 0 by lambd as far as 0.  Shapes: (*) -> (*).  Source: torch.nn.functional.softshrink."""
    floats_only("softshrink", input)
    if lambd < 0:
        raise RuntimeError(f"softshrink: lambda must be greater or equal to 0, but found to be {lambd}.")
    return np.maximum(input - lambd, 0) + np.minimum(input + lambd, 0)


# Exponential pieces

def exponential_slope(g, input, alpha, scale, rate):
    """scale where the input is positive, else scale * alpha * rate * exp(rate * input), with slope 0 at 0."""
    return np.where(input <= 0, g * (scale * alpha * rate * np.exp(-relu(-input) * rate)), g * scale)


def exponential_unit(input, alpha, scale, rate):
    """scale * input where that is positive, else scale * alpha * (exp(rate * input) - 1)."""
    return (np.maximum(input, 0) + alpha * np.expm1(np.minimum(input, 0) * rate)) * scale


@op(method=False, function=False,
    input=lambda g, input, alpha: exponential_slope(g, input, alpha, 1, 1))
def elu(input, alpha=1.0):
    """``out = input`` where that is positive, else ``alpha * (exp(input) - 1)``.

    Shapes: (*) -> (*).  Source: torch.nn.functional.elu; Clevert et al. 2015; lecture, ELU.
    """
    floats_only("elu", input)
    return exponential_unit(input, alpha, 1, 1)


SELU_ALPHA, SELU_SCALE = 1.6732632423543772848170429916717, 1.0507009873554804934193349852946


@op(method=False, in_place=True, title="EluBackward0",
    input=lambda g, input: exponential_slope(g, input, SELU_ALPHA, SELU_SCALE, 1))
def selu(input):
    """An elu with the two constants that keep mean 0 and variance 1 from layer to layer.

    Shapes: (*) -> (*).  Source: torch.selu; Klambauer et al. 2017.
    """
    floats_only("selu", input)
    return exponential_unit(input, SELU_ALPHA, SELU_SCALE, 1)


@op(method=False, in_place=True, title="EluBackward0",
    input=lambda g, input, alpha: exponential_slope(g, input, alpha, 1, 1 / alpha))
def celu(input, alpha=1.0):
    """``out = max(input, 0) + min(0, alpha * (exp(input / alpha) - 1))``: an elu without a kink for any alpha.

    Shapes: (*) -> (*).  Source: torch.celu; Barron 2017.
    """
    floats_only("celu", input)
    if alpha == 0:
        raise RuntimeError("celu: ZeroDivisionError: alpha cannot be 0 for CELU")
    return exponential_unit(input, alpha, 1, 1 / alpha)


@op(method=False, function=False,
    input=lambda g, input, beta, threshold: np.where(input * beta > threshold, g, g * sigmoid(input * beta)))
def softplus(input, beta=1.0, threshold=20.0):
    """A smooth relu: ``out = log(1 + exp(beta * input)) / beta``, and `input` itself beyond the threshold.

    Shapes: (*) -> (*).  Source: torch.nn.functional.softplus.
    """
    floats_only("softplus", input)
    x = input * beta
    return np.where(x > threshold, input, np.log1p(np.exp(np.minimum(x, threshold))) / beta)


@op(method=False, function=False, title="LogSigmoidBackward0",
    input=lambda g, input: g * sigmoid(-input))
def logsigmoid(input):
    """``out = log(sigmoid(input))`` without overflow.  Shapes: (*) -> (*).  Source: torch.nn.functional.logsigmoid."""
    floats_only("logsigmoid", input)
    return np.minimum(input, 0) - np.log1p(np.exp(-np.abs(input)))


@op(promote="float", accept=partial(numbers_only, "softsign"), method=False, function=False,
    input=lambda g, input: g / ((1 + np.abs(input)) * (1 + np.abs(input))))
def softsign(input):
    """``out = input / (1 + abs(input))``.  Shapes: (*) -> (*).  Source: torch.nn.functional.softsign."""
    return input / (1 + np.abs(input))


@op(promote="float", method=False, function=False,
    input=lambda g, input: g * np.square(np.tanh(input)))
def tanhshrink(input):
    """``out = input - tanh(input)``.  Shapes: (*) -> (*).  Source: torch.nn.functional.tanhshrink."""
    return input - np.tanh(input)


# The input times a gate of its own: the slope is gate + input * gate'

@op(method=False, function=False,
    input=lambda g, input, share: g * (share + input * (share * one_minus(share))),
    keep={"share": lambda input: sigmoid(input)})
def silu(input):
    """``out = input * sigmoid(input)``, also called swish.

    Shapes: (*) -> (*).  Source: torch.nn.functional.silu; Elfwing et al. 2017.
    """
    floats_only("silu", input)
    share = sigmoid(input)
    return input * share, share


@op(method=False, function=False,
    input=lambda g, input, share: g * (share + input * (sigmoid(input) * (1 - share * share))),
    keep={"share": lambda input: tanh(softplus(input))})
def mish(input):
    """``out = input * tanh(softplus(input))``.

    Shapes: (*) -> (*).  Source: torch.nn.functional.mish; Misra 2019.
    """
    floats_only("mish", input)
    share = np.tanh(softplus(input))
    return input * share, share


CUBIC, SLOPE_AT_0 = 0.044715, math.sqrt(2 / math.pi)


def gelu_share(input, approximate):
    """The share of a standard normal that lies below the input, or its approximation by tanh."""
    if approximate == "none":
        return 0.5 * (1 + erf(input * math.sqrt(0.5)))
    return 0.5 * (1 + np.tanh(SLOPE_AT_0 * (input + CUBIC * (input * input * input))))


def gelu_slope(g, input, share, approximate):
    """share + input * share', where share' is the normal density or that of the approximation."""
    if approximate == "none":
        density = np.exp(-0.5 * (input * input)) * (1 / math.sqrt(2 * math.pi))
    else:
        density = share * (1 - share) * (2 * SLOPE_AT_0 * (1 + 3 * CUBIC * (input * input)))
    return g * (share + input * density)


@op(method=False, function=False,
    input=gelu_slope,
    keep={"share": gelu_share})
def gelu(input, approximate="none"):
    """The input times the share of a standard normal below it; `approximate="tanh"` is the published short-cut.

    Formula: out = input * (1 + erf(input / sqrt(2))) / 2
    Shapes: (*) -> (*).  Source: torch.nn.functional.gelu; Hendrycks & Gimpel 2016.
    """
    floats_only("gelu", input)
    if approximate not in ("none", "tanh"):
        raise RuntimeError(f"gelu: approximate argument must be either none or tanh, not {approximate!r}")
    share = gelu_share(input, approximate)
    return input * share, share
