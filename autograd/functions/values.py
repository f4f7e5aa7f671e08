"""Questions with a plain answer about whole tensors."""

import numpy as np

from autograd.functions.table import call_of, function
from autograd.tensors import Tensor


@function()
def equal(input, other):
    """Whether both have the same shape and elements, as a bool.  Source: torch.equal."""
    return bool(input.shape == other.shape and np.array_equal(input.payload, other.payload))


@function()
def allclose(input, other, rtol=1e-05, atol=1e-08, equal_nan=False):
    """Whether `isclose` holds for all elements, as a bool.  Source: torch.allclose."""
    return bool(np.all(call_of("isclose")(input, other, rtol, atol, equal_nan).payload))


@function(method=False)
def is_tensor(obj):
    """Whether this is a Tensor.  Source: torch.is_tensor."""
    return isinstance(obj, Tensor)


@function(method=False)
def is_floating_point(input):
    """Whether the elements are floats.  Source: torch.is_floating_point."""
    return input.is_floating_point()


@function(method=False)
def is_complex(input):
    """Always false: complex tensors do not exist here.  Source: torch.is_complex."""
    return input.is_complex()


@function(method=False)
def is_nonzero(input):
    """Whether the single element is not 0.  Source: torch.is_nonzero."""
    return bool(input)


@function(method=False)
def numel(input):
    """The number of elements.  Source: torch.numel."""
    return input.numel()
