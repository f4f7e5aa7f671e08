"""Losses that compare vectors: pairs, and triples of an anchor, a positive and a negative."""

from __future__ import annotations

from collections.abc import Callable

import autograd
from autograd import Tensor, where
from nn.functional.distance import cosine_similarity, pairwise_distance
from nn.functional.loss import modern, reduced


def margin_ranking_loss(
    input1: Tensor,
    input2: Tensor,
    target: Tensor,
    margin: float = 0,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """``max(0, -target * (input1 - input2) + margin)``: target 1 wants the first higher, -1 the second.

    Source: torch.nn.functional.margin_ranking_loss.
    """
    reduction = modern(reduction, size_average, reduce)
    if not input1.ndim == input2.ndim == target.ndim:
        raise RuntimeError(
            "margin_ranking_loss: All input tensors should have same dimension but got sizes: input1: "
            f"{input1.shape}, input2: {input2.shape}, target: {target.shape}"
        )
    return reduced("margin_ranking_loss", (-target * (input1 - input2) + margin).clamp_min(0), reduction)


def cosine_embedding_loss(
    input1: Tensor,
    input2: Tensor,
    target: Tensor,
    margin: float = 0,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """With c the cosine of the two: ``1 - c`` where the target is 1, ``max(0, c - margin)`` where it is -1.

    Shapes: (N, D), (N, D), (N); or (D), (D), ().  Source: torch.nn.functional.cosine_embedding_loss.
    """
    reduction = modern(reduction, size_average, reduce)
    if target.ndim + 1 != input1.ndim or target.ndim + 1 != input2.ndim or target.ndim > 1:
        raise RuntimeError(
            f"cosine_embedding_loss: {target.ndim}D target tensor expects {target.ndim + 1}D input "
            f"tensors, but found inputs with sizes {tuple(input1.shape)} and {tuple(input2.shape)}"
        )
    cosine = cosine_similarity(input1, input2, target.ndim, 1e-12)
    losses = where(target == 1, 1 - cosine, 0.0) + where(target == -1, (cosine - margin).clamp_min(0), 0.0)
    return reduced("cosine_embedding_loss", losses, reduction)


def triplet_margin_loss(
    anchor: Tensor,
    positive: Tensor,
    negative: Tensor,
    margin: float = 1.0,
    p: float = 2,
    eps: float = 1e-6,
    swap: bool = False,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """``max(0, d(anchor, positive) - d(anchor, negative) + margin)``, d the p-norm distance.

    Source: torch.nn.functional.triplet_margin_loss; Balntas et al. 2016, as is ``swap``.
    """
    return triplet_margin_with_distance_loss(
        anchor,
        positive,
        negative,
        distance_function=lambda a, b: pairwise_distance(a, b, p, eps),
        margin=margin,
        swap=swap,
        reduction=modern(reduction, size_average, reduce),
    )


def triplet_margin_with_distance_loss(
    anchor: Tensor,
    positive: Tensor,
    negative: Tensor,
    *,
    distance_function: Callable | None = None,
    margin: float = 1.0,
    swap: bool = False,
    reduction: str = "mean",
) -> Tensor:
    """`triplet_margin_loss` with a distance of one's own.

    Source: torch.nn.functional.triplet_margin_with_distance_loss.
    """
    if margin <= 0:
        raise ValueError(f"triplet_margin_loss: margin must be greater than 0, got {margin}")
    between = pairwise_distance if distance_function is None else distance_function
    near, far = between(anchor, positive), between(anchor, negative)
    if swap:
        far = autograd.minimum(far, between(positive, negative))
    return reduced("triplet_margin_loss", (near - far + margin).clamp_min(0), reduction)
