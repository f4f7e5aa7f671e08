"""How far vectors are apart, and vectors of length 1."""

from __future__ import annotations

import numpy as np

from autograd import Tensor
from autograd.tensors import wrap


def normalize(input: Tensor, p: float = 2.0, dim: int = 1, eps: float = 1e-12, out: Tensor | None = None) -> Tensor:
    """``input / max(norm, eps)``, the p-norm along ``dim``.  Source: torch.nn.functional.normalize."""
    result = input / input.norm(p, dim, keepdim=True).clamp_min(eps)
    return result if out is None else out.copy_(result)


def cosine_similarity(x1: Tensor, x2: Tensor, dim: int = 1, eps: float = 1e-8) -> Tensor:
    """The cosine of the angle between vectors: ``x1 @ x2 / (max(|x1|, eps) * max(|x2|, eps))``.

    Shapes: (*), (*) broadcast together -> without ``dim``.  Source: torch.nn.functional.cosine_similarity.
    """
    first, second = (x / x.norm(2, dim, keepdim=True).clamp_min(eps) for x in (x1, x2))
    return (first * second).sum(dim)


def pairwise_distance(x1: Tensor, x2: Tensor, p: float = 2.0, eps: float = 1e-6, keepdim: bool = False) -> Tensor:
    """``|x1 - x2 + eps|``, the p-norm along the last axis.

    Shapes: (*, D), (*, D) -> (*).  Source: torch.nn.functional.pairwise_distance.
    """
    return (x1 - x2 + eps).norm(p, -1, keepdim=keepdim)


def pdist(input: Tensor, p: float = 2.0) -> Tensor:
    """The p-norm distance of each pair of rows, the first with all others, then the second with the rest, and so on.

    Shapes: (N, D) -> (N * (N - 1) / 2).  Source: torch.nn.functional.pdist.
    """
    if input.ndim != 2:
        raise RuntimeError(f"pdist: only supports 2D tensors, got: {input.ndim}D of shape {tuple(input.shape)}")
    first, second = np.triu_indices(input.shape[0], 1)
    return (input[wrap(first)] - input[wrap(second)]).norm(p, -1)
