"""Losses that compare scores with classes."""

from __future__ import annotations

import autograd
from autograd import Tensor, where
from autograd.functions import call_of
from nn.functional.loss import matched, modern, reduced, weighed


def cross_entropy(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    ignore_index: int = -100,
    reduce: bool | None = None,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> Tensor:
    """Minus the log-probability of the true class under ``softmax(input)``; the target is its index, or probabilities.

    Shapes: input (N, C, *) or (C); target (N, *) or () of ints, or the input's shape of probabilities.
    Source: torch.nn.functional.cross_entropy; lecture, softmax loss.

    Parameters
    ----------
    weight : one number for each class
    ignore_index : a target that does not count
    label_smoothing : the share of every target that goes to all classes in equal parts
    """
    reduction = modern(reduction, size_average, reduce)
    for place, (name, value) in enumerate((("input", input), ("target", target)), 1):
        if not isinstance(value, Tensor):
            raise TypeError(
                f"cross_entropy: argument '{name}' (position {place}) must be Tensor, not {type(value).__name__}: "
                "make one with autograd.tensor()"
            )
    if not (input.ndim and target.shape == input.shape):
        return call_of("cross_entropy")(input, target, weight, ignore_index, reduction, label_smoothing)
    if not target.is_floating_point():
        raise RuntimeError(
            "cross_entropy: Expected floating point type for target with class probabilities, got "
            f"{target.dtype}: a target of the input's shape {tuple(input.shape)} holds a probability "
            "for each class; class indices need no axis for the classes"
        )
    if ignore_index >= 0:
        raise RuntimeError("cross_entropy: ignore_index is not supported for floating point target")
    return call_of("soft_cross_entropy")(input, target, weight, reduction, label_smoothing)


def nll_loss(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    ignore_index: int = -100,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """Minus the input at the true class, for log-probabilities.

    Shapes: input (N, C, *) or (C), target (N, *) or () of ints.  Source: torch.nn.functional.nll_loss.
    """
    reduction = modern(reduction, size_average, reduce)
    return call_of("nll_loss")(input, target, weight, ignore_index, reduction)


def multi_margin_loss(
    input: Tensor,
    target: Tensor,
    p: int = 1,
    margin: float = 1.0,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """The multiclass SVM's loss: ``sum over i != y of weight[y] * max(0, margin - x[y] + x[i])**p / C``.

    Source: torch.nn.functional.multi_margin_loss; lecture, multiclass SVM loss (which does not divide by C).
    """
    reduction = modern(reduction, size_average, reduce)
    return call_of("multi_margin_loss")(input, target, p, margin, weight, reduction)


def multilabel_margin_loss(
    input: Tensor, target: Tensor, size_average: bool | None = None, reduce: bool | None = None, reduction: str = "mean"
) -> Tensor:
    """How far each true class is from beating each other by 1: ``sum max(0, 1 - x[true] + x[other]) / C``.

    Shapes: input (N, C), target (N, C) of true classes, ended by -1.
    Source: torch.nn.functional.multilabel_margin_loss.
    """
    reduction = modern(reduction, size_average, reduce)
    if input.shape != target.shape or input.ndim not in (1, 2):
        raise RuntimeError(
            f"multilabel_margin_loss: inconsistent target size {tuple(target.shape)} for an input of "
            f"shape {tuple(input.shape)}: both (N, C) or (C) expected"
        )
    rows, listed = (t.reshape(-1, t.shape[-1]) for t in (input, target))
    valid = (listed < 0).cumsum(1) == 0
    places = where(valid, listed, 0)
    true = autograd.zeros_like(rows).scatter_add(1, places, valid.to(rows.dtype)) > 0
    gaps = (1 - rows.gather(1, places).unsqueeze(2) + rows.unsqueeze(1)).clamp_min(0)
    counted = valid.unsqueeze(2) & ~true.unsqueeze(1)
    losses = where(counted, gaps, 0.0).sum((1, 2)) / rows.shape[1]
    return reduced("multilabel_margin_loss", losses if input.ndim == 2 else losses[0], reduction)


def multilabel_soft_margin_loss(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """The mean over the classes of each one's `binary_cross_entropy_with_logits`.

    Shapes: (N, C), (N, C).  Source: torch.nn.functional.multilabel_soft_margin_loss.
    """
    reduction = modern(reduction, size_average, reduce)
    input, target = matched("multilabel_soft_margin_loss", input, target, warn=False)
    losses = call_of("binary_cross_entropy_with_logits")(input, target, None, None, "none")
    return reduced("multilabel_soft_margin_loss", weighed(losses, weight).mean(-1), reduction)
