"""Dropout: masks drawn from the default generator."""

import numpy as np

from autograd.functions.table import call_of, function
from autograd.random import source
from autograd.record import wrap
from autograd.tensors import Tensor


def check(name, input, p):
    """Raise unless the input is a float tensor and p a probability."""
    if not isinstance(input, Tensor):
        raise TypeError(f"{name}(): argument 'input' (position 1) must be Tensor, not {type(input).__name__}")
    if not 0 <= p <= 1:
        raise ValueError(f"{name}: dropout probability has to be between 0 and 1, but got {p}")
    if not input.is_floating_point():
        raise RuntimeError(
            f"{name}: result type Float can't be cast to the desired output type "
            f"{input.dtype.long_name}: convert the input with .float()"
        )


def kept(shape, p):
    """A mask of this shape: which numbers are kept, if each is dropped with probability p."""
    return source().random(shape, np.float32) >= p


def each(input):
    """A shape with one number for each of the input."""
    return tuple(input.shape)


def channels(input):
    """A shape with one number for each channel of each sample."""
    if input.ndim < 2:
        raise RuntimeError(
            f"feature_dropout: Feature dropout requires at least 2 dimensions in the input, got {tuple(input.shape)}"
        )
    return (*input.shape[:2], *[1] * (input.ndim - 2))


def masked(name, input, p, train, shape_of):
    """The input with what is dropped set to 0 and what is kept scaled, so that its expectation stays the same."""
    check(name, input, p)
    if not train or p == 0:
        return input
    keep, dtype = kept(shape_of(input), p), input.dtype.numpy
    return call_of("native_dropout")(input, wrap(keep * dtype.type(1 / (1 - p) if p < 1 else 0)))


@function(method=False)
def dropout(input, p, train):
    """In training, set each number to 0 with probability p and scale the others by 1 / (1 - p).

    Shapes: (*) -> (*).  Source: torch.dropout; Srivastava et al. 2014; lecture, dropout.
    """
    return masked("dropout", input, p, train, each)


@function(method=False)
def feature_dropout(input, p, train):
    """`dropout` of whole channels.

    Shapes: (N, C, *) -> (N, C, *).  Source: torch.feature_dropout; Tompson et al. 2015.
    """
    return masked("feature_dropout", input, p, train, channels)


def self_normalizing(name, input, p, train, shape_of):
    """Dropped numbers become SELU's lowest, and all are mapped so that a mean of 0 and a variance of 1 are kept."""
    check(name, input, p)
    if not train or p == 0:
        return input
    if p == 1:
        return input * 0
    keep, dtype = kept(shape_of(input), p), input.dtype.numpy
    lowest = -1.7580993408473766  # -scale * alpha of selu
    scale = ((1 - p) * (1 + p * lowest**2)) ** -0.5
    shift = np.where(keep, 0, lowest * scale) - lowest * scale * p
    return call_of("native_dropout")(input, wrap((keep * scale).astype(dtype))) + wrap(shift.astype(dtype))


@function(method=False)
def alpha_dropout(input, p, train):
    """Dropout that keeps mean and variance of numbers that SELU made.

    Shapes: (*) -> (*).  Source: torch.alpha_dropout; Klambauer et al. 2017.
    """
    return self_normalizing("alpha_dropout", input, p, train, each)


@function(method=False)
def feature_alpha_dropout(input, p, train):
    """`alpha_dropout` of whole channels.  Shapes: (N, C, *) -> (N, C, *).  Source: torch.feature_alpha_dropout."""
    return self_normalizing("feature_alpha_dropout", input, p, train, channels)
