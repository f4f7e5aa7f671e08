"""The matmul gate's family: products of matrices, whose backward is found by dimension analysis."""
import math

import numpy as np

from autograd.ops import op
from autograd.ops.kinks import numbers_only
from autograd.ops.shape import sum_to


def rows(array):
    """An array with all axes but the last joined to one."""
    return array if array.ndim == 2 else array.reshape((math.prod(array.shape[:-1]), array.shape[-1]))


# The matmul gate

@op(promote="equal", numpy=np.matmul, method=False, function=False,
    input=lambda g, other, input_shape: sum_to(mm(g, other.mT), input_shape),
    other=lambda g, input, other_shape: mm(rows(input).mT,
                                           rows(g)) if len(other_shape) == 2 and input.shape[:-1] == g.shape[:-1]
    else sum_to(mm(input.mT, g), other_shape))
def mm(input, other):
    """Matrix product over the last two axes; leading axes broadcast.

    Dimension analysis gives the backward: with input (n, k), other (k, m) and g (n, m), the only product of shape
    (n, k) is ``g @ other.T``, and the only one of shape (k, m) is ``input.T @ g``.

    Shapes: (..., n, k), (..., k, m) -> (..., n, m).  Source: torch.matmul; lecture, matrix-matrix gradient.
    """
    if input.dtype.kind == "b" and input.size and other.size:
        numbers_only("matmul", input)
    try:
        if other.ndim == 2 and input.ndim > 2:      # one large product in place of many small ones
            return (rows(input) @ other).reshape((*input.shape[:-1], other.shape[1]))
        return input @ other
    except ValueError:
        raise cannot_multiply(input.shape, other.shape) from None


def cannot_multiply(a, b, name="matmul") -> RuntimeError:
    """Why two shapes have no product, and the transpose that would give them one."""
    if a[-1] == b[-2]:
        return RuntimeError(f"{name}: leading dimensions do not broadcast: {a} @ {b}: the size of each must match, or "
                            "be 1")
    hint = ""
    if a[-1] == b[-1]:
        hint = ": did you mean x @ w.T?" if len(b) == 2 else ": did you mean x @ w.mT?"
    elif a[-2] == b[-2]:
        hint = ": did you mean x.T @ w?" if len(a) == 2 else ": did you mean x.mT @ w?"
    return RuntimeError(f"{name}: inner dimensions differ: {a} @ {b}{hint}")


@op(promote="equal", method=False, function=False,
    input=lambda g, vec: g[:, None] * vec,
    vec=lambda g, input: mv(input.mT, g))
def mv(input, vec):
    """Matrix times vector.  Shapes: (n, k), (k) -> (n).  Source: torch.mv; lecture, dimension analysis."""
    numbers_only("mv", input)
    try:
        return input @ vec
    except ValueError:
        raise RuntimeError(f"mv: size mismatch: the matrix {input.shape} has {input.shape[1]} columns, the vector "
                           f"{vec.shape[0]} elements") from None


@op(promote="equal", method=False, function=False,
    input=lambda g, tensor: g * tensor,
    tensor=lambda g, input: g * input)
def dot(input, tensor):
    """The sum of the products of two vectors' elements.  Shapes: (k), (k) -> ().  Source: torch.dot."""
    numbers_only("dot", input)
    try:
        return input @ tensor
    except ValueError:
        raise RuntimeError(f"dot: inconsistent tensor size, expected tensor [{len(input)}] and src [{len(tensor)}] to "
                           "have the same number of elements") from None


@op(promote="equal", method=False, function=False, title="AddmmBackward0",
    input=lambda g, weight: np.matmul(g, weight),
    weight=lambda g, input: np.matmul(rows(g).T, rows(input)),
    bias=lambda g, bias_shape: sum_to(g, bias_shape))
def linear(input, weight, bias=None):
    """Map the last axis affinely: ``out = input @ weight.T + bias``.

    Shapes: input (*, in_features), weight (out_features, in_features), bias (out_features) -> (*, out_features).
    Source: torch.nn.functional.linear; lecture, fully connected layer.
    """
    try:
        if input.ndim > 2:
            out = (rows(input) @ weight.T).reshape((*input.shape[:-1], weight.shape[0]))
        else:
            out = input @ weight.T
        if bias is not None:
            out += bias
        return out
    except (ValueError, IndexError):
        raise cannot_map(input.shape, weight.shape, None if bias is None else bias.shape) from None


def cannot_map(input, weight, bias) -> RuntimeError:
    """Why a linear map does not fit its input, and what would."""
    if len(weight) != 2:
        return RuntimeError(f"linear: weight must be a matrix (out_features, in_features), not of shape {weight}")
    if len(input) == 0:
        return RuntimeError("linear: both arguments to linear need to be at least 1D, but they are 0D and "
                            f"{len(weight)}D")
    if input[-1] == weight[1]:
        return RuntimeError(f"linear: bias {bias} does not fit: expected shape ({weight[0]},), one for each output "
                            f"feature of weight {weight}")
    hint = ""
    if math.prod(input[1:]) == weight[1]:
        hint = ": did you mean input.flatten(1)?"
    elif input[-1] == weight[0]:
        hint = ": did you mean weight.T?"
    return RuntimeError(f"linear: input {input} ends in {input[-1]} features, weight {weight} takes {weight[1]}{hint}")
