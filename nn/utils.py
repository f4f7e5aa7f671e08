"""What is done to all gradients or parameters at once: clipping, and moving between parameters and one vector."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from autograd import Tensor, cat, no_grad
from autograd.modes import quiet
from autograd.tensors import raw_array, raw_grad, wrap

__all__ = [
    "clip_grad_norm_",
    "clip_grad_value_",
    "clip_grads_with_norm_",
    "get_total_norm",
    "parameters_to_vector",
    "vector_to_parameters",
]


def get_total_norm(
    tensors: Tensor | Iterable[Tensor],
    norm_type: float = 2.0,
    error_if_nonfinite: bool = False,
    foreach: bool | None = None,
) -> Tensor:
    """The norm of all tensors as one vector: ``(sum |x|**p) ** (1/p)``, p = norm_type; ``max |x|`` for inf.

    Source: torch.nn.utils.get_total_norm.
    """
    return norm_of([raw_array(tensor) for tensor in as_list(tensors)], float(norm_type), error_if_nonfinite)


def clip_grad_norm_(
    parameters: Tensor | Iterable[Tensor],
    max_norm: float,
    norm_type: float = 2.0,
    error_if_nonfinite: bool = False,
    foreach: bool | None = None,
) -> Tensor:
    """Scale all gradients by one factor, in place, if their total norm is above ``max_norm``; return the norm it was.

    Formula: g *= min(1, max_norm / (total_norm + 1e-6)).
    Source: torch.nn.utils.clip_grad_norm_; Pascanu et al. 2013, alg. 1.

    Parameters
    ----------
    parameters : Tensor or iterable of Tensors
        Those without a gradient are passed over.
    norm_type : float
        The p of the norm, ``float("inf")`` for the largest entry.
    error_if_nonfinite : bool
        Raise if the norm is inf or nan, before anything is scaled.
    """
    parameters = as_list(parameters)
    grads = [grad for grad in map(raw_grad, parameters) if grad is not None]
    norm = norm_of(grads, float(norm_type), error_if_nonfinite)
    clip_grads_with_norm_(parameters, max_norm, norm)
    return norm


def clip_grads_with_norm_(
    parameters: Tensor | Iterable[Tensor], max_norm: float, total_norm: Tensor, foreach: bool | None = None
) -> None:
    """The second half of `clip_grad_norm_`, for a norm that is known. Source: torch.nn.utils.clip_grads_with_norm_."""
    factor = float(max_norm) / (float(total_norm) + 1e-6)
    if not factor >= 1:  # a nan factor scales, too: a nan norm must not pass unseen
        with no_grad(), quiet():
            for parameter in as_list(parameters):
                if parameter.grad is not None:
                    parameter.grad.mul_(factor)


def clip_grad_value_(parameters: Tensor | Iterable[Tensor], clip_value: float, foreach: bool | None = None) -> None:
    """Clamp every entry of every gradient to [-clip_value, clip_value], in place.

    Source: torch.nn.utils.clip_grad_value_.
    """
    clip_value = float(clip_value)
    with no_grad():
        for parameter in as_list(parameters):
            if parameter.grad is not None:
                parameter.grad.clamp_(-clip_value, clip_value)


def parameters_to_vector(parameters: Iterable[Tensor]) -> Tensor:
    """All parameters, flattened and joined; gradients flow back. Source: torch.nn.utils.parameters_to_vector."""
    return cat([parameter.reshape(-1) for parameter in parameters])


def vector_to_parameters(vec: Tensor, parameters: Iterable[Tensor]) -> None:
    """Cut a vector into the parameters' shapes and make the pieces their data, in order.

    Source: torch.nn.utils.vector_to_parameters.
    """
    if not isinstance(vec, Tensor):
        raise TypeError(f"vector_to_parameters: expected a Tensor, but got: {type(vec).__name__}")
    parameters = list(parameters)
    needed = sum(parameter.numel() for parameter in parameters)
    if vec.numel() < needed:
        raise RuntimeError(f"vector_to_parameters: the vector has {vec.numel()} elements, the parameters take {needed}")
    start = 0
    for parameter in parameters:
        stop = start + parameter.numel()
        parameter.data = vec[start:stop].view_as(parameter).data
        start = stop


def norm_of(arrays: list, p: float, error_if_nonfinite: bool) -> Tensor:
    """The p-norm of the arrays' p-norms."""
    with quiet():
        norms = [np.linalg.norm(np.ravel(array), p) for array in arrays]
        total = np.linalg.norm(np.array(norms), p) if norms else np.float32(0)
    if error_if_nonfinite and not math.isfinite(total):
        raise RuntimeError(
            f"The total norm of order {p} of the gradients is {total}, so it cannot be clipped. To "
            "scale them by it anyway, set error_if_nonfinite=False"
        )
    return wrap(total)


def as_list(tensors: Tensor | Iterable[Tensor]) -> list[Tensor]:
    """One Tensor or several, as a list."""
    return [tensors] if isinstance(tensors, Tensor) else list(tensors)
