"""Functions of one number, applied to every element."""
import numpy as np

from autograd.ops import op

ZERO = {np.dtype(t): np.zeros((), t) for t in "efdbhilqB?"}     # half the price of a Python 0 in a comparison


@op(promote="float", in_place=True, numpy=np.exp,
    input=lambda g, out: g * out)
def exp(input):
    """``out = e ** input``, its own derivative.  Shapes: (*) -> (*).  Source: torch.exp; lecture, exp gate."""
    return np.exp(input)


@op(promote="float", in_place=True, numpy=np.log,
    input=lambda g, input: g / input)
def log(input):
    """Natural logarithm.  Shapes: (*) -> (*).  Source: torch.log."""
    return np.log(input)


@op(promote="float", in_place=True, numpy=np.sqrt,
    input=lambda g, out: g / (2 * out))
def sqrt(input):
    """Square root.  Shapes: (*) -> (*).  Source: torch.sqrt."""
    return np.sqrt(input)


@op(in_place=True, numpy=(np.absolute, np.fabs), aliases=("absolute",),
    input=lambda g, input: g * np.sign(input))
def abs(input):
    """Absolute value; at 0 the gradient is 0.  Shapes: (*) -> (*).  Source: torch.abs."""
    return np.abs(input)


@op(promote="float", in_place=True, numpy=np.sin,
    input=lambda g, input: g * np.cos(input))
def sin(input):
    """Sine of an angle in radians.  Shapes: (*) -> (*).  Source: torch.sin."""
    return np.sin(input)


@op(promote="float", in_place=True, numpy=np.cos,
    input=lambda g, input: -g * np.sin(input))
def cos(input):
    """Cosine of an angle in radians.  Shapes: (*) -> (*).  Source: torch.cos."""
    return np.cos(input)


@op(promote="float", in_place=True, numpy=np.tanh,
    input=lambda g, out: g * (1 - out * out))
def tanh(input):
    """Hyperbolic tangent.  Shapes: (*) -> (*).  Source: torch.tanh; lecture, activation functions."""
    return np.tanh(input)


def where_positive(g, out):
    """`g` where the output is positive, else 0."""
    if type(out) is np.ndarray:
        return g * (out > ZERO[out.dtype])
    return g * (out > 0)


@op(in_place=True,
    input=where_positive)
def relu(input):
    """``out = max(input, 0)``: a gate that lets the gradient pass where the output is positive.

    Shapes: (*) -> (*).  Source: torch.relu; lecture, ReLU.
    """
    if type(input) is np.ndarray:
        return np.maximum(input, ZERO[input.dtype])
    return input if not input < 0 else input * 0
