"""Losses in torch.nn.functional's order of arguments, with its old names for `reduction` and its broadcasting."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable

import autograd
from autograd import Tensor, where
from autograd.errors import no_broadcast
from autograd.functions import call_of
from nn.functional.distance import cosine_similarity, pairwise_distance


def modern(reduction: str, size_average: bool | None, reduce: bool | None) -> str:
    """The reduction that torch's old pair of flags means, where one is given."""
    if size_average is None and reduce is None:
        return reduction
    reduction = "none" if reduce is False else "sum" if size_average is False else "mean"
    warnings.warn(
        f"size_average and reduce args will be deprecated, please use reduction={reduction!r} instead.", stacklevel=3
    )
    return reduction


def reduced(name: str, losses: Tensor, reduction: str) -> Tensor:
    """The elements' losses, their sum or their mean."""
    if reduction not in ("none", "mean", "sum"):
        raise ValueError(f"{name}: {reduction} is not a valid value for reduction: 'none', 'mean' or 'sum' expected")
    return losses if reduction == "none" else losses.mean() if reduction == "mean" else losses.sum()


def matched(name: str, input: Tensor, target: Tensor, warn: bool = True) -> tuple[Tensor, Tensor]:
    """Input and target in one shape."""
    if not isinstance(target, Tensor):
        raise TypeError(f"{name}(): argument 'target' (position 2) must be Tensor, not {type(target).__name__}")
    if input.shape == target.shape:
        return input, target
    if warn:
        warnings.warn(
            f"Using a target size ({target.shape}) that is different to the input size ({input.shape}). This "
            "will likely lead to incorrect results due to broadcasting. Please ensure they have the same "
            "size.",
            stacklevel=4,
        )
    try:
        return autograd.broadcast_tensors(input, target)
    except RuntimeError:
        raise RuntimeError(f"{name}: {no_broadcast(tuple(input.shape), tuple(target.shape))}") from None


def weighed(losses: Tensor, weight: Tensor | None) -> Tensor:
    return losses if weight is None else losses * weight


# Distances


def mse_loss(
    input: Tensor,
    target: Tensor,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    weight: Tensor | None = None,
) -> Tensor:
    """``(input - target)**2``.  Source: torch.nn.functional.mse_loss."""
    return distance("mse_loss", input, target, modern(reduction, size_average, reduce), weight)


def l1_loss(
    input: Tensor,
    target: Tensor,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    weight: Tensor | None = None,
) -> Tensor:
    """``|input - target|``.  Source: torch.nn.functional.l1_loss."""
    return distance("l1_loss", input, target, modern(reduction, size_average, reduce), weight)


def smooth_l1_loss(
    input: Tensor,
    target: Tensor,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    beta: float = 1.0,
) -> Tensor:
    """``e**2 / (2 * beta)`` where e = |input - target| < beta, else ``e - beta / 2``.

    Source: torch.nn.functional.smooth_l1_loss.
    """
    reduction = modern(reduction, size_average, reduce)
    if beta == 0:
        return distance("l1_loss", input, target, reduction)
    return distance("smooth_l1_loss", input, target, reduction, None, beta)


def huber_loss(
    input: Tensor, target: Tensor, reduction: str = "mean", delta: float = 1.0, weight: Tensor | None = None
) -> Tensor:
    """``e**2 / 2`` where e = |input - target| < delta, else ``delta * (e - delta / 2)``.

    Source: torch.nn.functional.huber_loss; Huber 1964.
    """
    return distance("huber_loss", input, target, reduction, weight, delta)


def distance(name, input, target, reduction, weight=None, *settings):
    """A loss of autograd on input and target in one shape; a weighted one is divided by the sum of the weights."""
    input, target = matched(name, input, target)
    if weight is None:
        return call_of(name)(input, target, reduction, *settings)
    if weight.shape != input.shape:
        raise ValueError(
            f"{name}: Weights and input must have the same size, got {tuple(weight.shape)} for an input "
            f"of {tuple(input.shape)}"
        )
    losses = call_of(name)(input, target, "none", *settings) * weight
    return losses.sum() / weight.sum() if reduction == "mean" else reduced(name, losses, reduction)


# Classes


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
    if not isinstance(target, Tensor):
        raise TypeError(
            f"cross_entropy(): argument 'target' (position 2) must be Tensor, not {type(target).__name__}: "
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


# Two classes


def binary_cross_entropy(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """``-(target * log(input) + (1 - target) * log(1 - input))`` for probabilities.

    Source: torch.nn.functional.binary_cross_entropy.
    """
    reduction = modern(reduction, size_average, reduce)
    same_size("binary_cross_entropy", input, target)
    return call_of("binary_cross_entropy")(input, target, weight, reduction)


def binary_cross_entropy_with_logits(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    pos_weight: Tensor | None = None,
) -> Tensor:
    """`binary_cross_entropy` of ``sigmoid(input)``, exact at any logit; ``pos_weight`` scales the loss of target 1.

    Source: torch.nn.functional.binary_cross_entropy_with_logits.
    """
    reduction = modern(reduction, size_average, reduce)
    same_size("binary_cross_entropy_with_logits", input, target)
    return call_of("binary_cross_entropy_with_logits")(input, target, weight, pos_weight, reduction)


def same_size(name: str, input: Tensor, target: Tensor) -> None:
    if not isinstance(target, Tensor):
        raise TypeError(f"{name}(): argument 'target' (position 2) must be Tensor, not {type(target).__name__}")
    if input.shape != target.shape:
        hint = ""
        if input.numel() == target.numel():
            hint = f": did you mean input.reshape({tuple(target.shape)})?"
        raise ValueError(f"{name}: Target size ({target.shape}) must be the same as input size ({input.shape}){hint}")


def soft_margin_loss(
    input: Tensor, target: Tensor, size_average: bool | None = None, reduce: bool | None = None, reduction: str = "mean"
) -> Tensor:
    """``log(1 + exp(-target * input))`` for targets 1 and -1.  Source: torch.nn.functional.soft_margin_loss."""
    reduction = modern(reduction, size_average, reduce)
    return call_of("soft_margin_loss")(*matched("soft_margin_loss", input, target, warn=False), reduction)


def hinge_embedding_loss(
    input: Tensor,
    target: Tensor,
    margin: float = 1.0,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """A distance, where the target is 1; where it is -1, what it lacks to the margin: ``max(0, margin - input)``.

    Source: torch.nn.functional.hinge_embedding_loss.
    """
    reduction = modern(reduction, size_average, reduce)
    input, target = matched("hinge_embedding_loss", input, target, warn=False)
    losses = where(target != 1, (margin - input).clamp_min(0), 0.0) + where(target != -1, input, 0.0)
    return reduced("hinge_embedding_loss", losses, reduction)


# Pairs and triples


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


# Distributions


def kl_div(
    input: Tensor,
    target: Tensor,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    log_target: bool = False,
) -> Tensor:
    """``target * (log(target) - input)``, the input being log-probabilities; "batchmean" is the mean divergence.

    Source: torch.nn.functional.kl_div.
    """
    reduction = modern(reduction, size_average, reduce)
    if reduction == "mean":
        warnings.warn(
            "reduction: 'mean' divides the total loss by both the batch size and the support size. "
            "'batchmean' divides only by the batch size, and aligns with the KL math definition.",
            stacklevel=2,
        )
    for name, value in (("input", input), ("target", target)):
        if isinstance(value, Tensor) and not value.is_floating_point():
            raise RuntimeError(f"kl_div: Integral inputs not supported: {name} is {value.dtype}")
    return call_of("kl_div")(*matched("kl_div", input, target, warn=False), reduction, log_target)


def gaussian_nll_loss(
    input: Tensor, target: Tensor, var: Tensor | float, full: bool = False, eps: float = 1e-6, reduction: str = "mean"
) -> Tensor:
    """Minus the log-density of the target under N(input, var): ``(log(var) + (input - target)**2 / var) / 2``.

    ``var`` is held above ``eps``; ``full`` adds the constant ``log(2 * pi) / 2``.
    Source: torch.nn.functional.gaussian_nll_loss; Nix & Weigend 1994.
    """
    if not isinstance(var, Tensor):
        var = autograd.full_like(input, var)
    if (var < 0).any():
        raise ValueError("gaussian_nll_loss: var has negative entry/entries")
    if var.shape != input.shape:
        if input.shape[:-1] == var.shape:
            var = var.unsqueeze(-1)
        elif input.shape[:-1] != var.shape[:-1] or var.shape[-1] != 1:
            raise ValueError(
                f"gaussian_nll_loss: var is of incorrect size: {tuple(var.shape)} for an input of shape "
                f"{tuple(input.shape)}"
            )
    # The bound hides from the gradient: below it too, var is pushed up.
    held = var + (var.detach().clamp_min(eps) - var.detach())
    losses = 0.5 * (held.log() + (input - target) ** 2 / held)
    return reduced("gaussian_nll_loss", losses + 0.5 * math.log(2 * math.pi) if full else losses, reduction)


def poisson_nll_loss(
    input: Tensor,
    target: Tensor,
    log_input: bool = True,
    full: bool = False,
    size_average: bool | None = None,
    eps: float = 1e-8,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """Minus the log-probability of a count: ``exp(input) - target * input``.

    Without ``log_input`` it is ``input - target * log(input + eps)``. ``full`` adds Stirling's
    approximation of log(target!) where the target is above 1.
    Source: torch.nn.functional.poisson_nll_loss.
    """
    reduction = modern(reduction, size_average, reduce)
    input, target = matched("poisson_nll_loss", input, target, warn=False)
    losses = input.exp() - target * input if log_input else input - target * (input + eps).log()
    if full:
        factorial = target * target.log() - target + 0.5 * (2 * math.pi * target).log()
        losses = losses + where(target > 1, factorial, 0.0)
    return reduced("poisson_nll_loss", losses, reduction)
