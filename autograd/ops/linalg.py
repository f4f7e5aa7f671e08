"""The matmul gate's family: products of matrices, whose backward is found by dimension analysis."""
import numpy as np

from autograd.ops import op
from autograd.ops.shape import sum_to


@op(promote="equal", numpy=np.matmul, title="MmBackward0", method=False, function=False,
    input=lambda g, other, input_shape: sum_to(np.matmul(g, other.mT), input_shape),
    other=lambda g, input, other_shape: sum_to(np.matmul(input.mT, g), other_shape))
def mm(input, other):
    """Matrix product over the last two axes; leading axes broadcast.

    Dimension analysis gives the backward: with input (n, k), other (k, m) and g (n, m), the only product of shape
    (n, k) is ``g @ other.T``, and the only one of shape (k, m) is ``input.T @ g``.

    Shapes: (..., n, k), (..., k, m) -> (..., n, m).  Source: torch.matmul; lecture, matrix-matrix gradient.
    """
    return input @ other


@op(promote="equal", method=False, title="AddmmBackward0",
    input=lambda g, weight: np.matmul(g, weight),
    weight=lambda g, input: np.matmul(rows(g).T, rows(input)),
    bias=lambda g: np.sum(rows(g), axis=0))
def linear(input, weight, bias=None):
    """Map the last axis affinely: ``out = input @ weight.T + bias``.

    Shapes: input (*, in_features), weight (out_features, in_features), bias (out_features) -> (*, out_features).
    Source: torch.nn.functional.linear; lecture, fully connected layer.
    """
    out = input @ weight.T
    if bias is not None:
        out += bias
    return out


def rows(array):
    """An array with all axes but the last joined to one."""
    return array if array.ndim == 2 else np.reshape(array, (-1, array.shape[-1]))
