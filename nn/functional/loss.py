"""Losses that compare numbers, with torch's old names for `reduction` and its broadcasting."""

from __future__ import annotations

import math
import warnings

import autograd
from autograd import Tensor, where
from autograd.errors import no_broadcast
from autograd.functions import call_of


def modern(reduction: str, size_average: bool | None, reduce: bool | None) -> str:
    """The reduction that torch's old pair of flags means, where one is given."""
    if size_average is None and reduce is None:
        return reduction
    if isinstance(size_average, Tensor) or isinstance(reduce, Tensor):
        raise RuntimeError(
            "size_average and reduce are flags, not Tensors: a loss module is made first and then called, "
            "nn.CrossEntropyLoss()(input, target), or use nn.functional.cross_entropy(input, target)"
        )
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


def matched(name: str, input: Tensor, target: Tensor, warn: bool = True) -> tuple[Tensor, ...]:
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
    """Raise unless input and target have one shape."""
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
