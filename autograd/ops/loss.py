"""Losses that compare numbers, each one node: how wrong each is, and the slope of that.

`reduction` says what becomes of the elements' losses: "mean" (the default) and "sum" give one number, "none" keeps all.
Input and target have one shape here; nn.functional broadcasts them if they do not.
"""
from math import prod

import numpy as np

from autograd.ops import Array, op
from autograd.ops.arithmetic import no_bools
from autograd.ops.pointwise import sign
from autograd.ops.reduction import need_floats


def reduced(name, losses, reduction):
    """The elements' losses, their sum or their mean."""
    if reduction == "mean":
        return np.add.reduce(losses, None) / losses.dtype.type(losses.size)
    if reduction == "sum":
        return np.add.reduce(losses, None)
    check_reduction(name, reduction)
    return losses


def check_reduction(name, reduction, others=()):
    if reduction not in ("none", "mean", "sum", *others):
        raise ValueError(f"{name}: {reduction!r} is not a valid value for reduction: 'none', 'mean' or 'sum' expected")


def share(g, shape, reduction):
    """The gradient of each element's loss, from the gradient of what they were reduced to."""
    if reduction == "mean":
        return g / prod(shape)
    return g / shape[0] if reduction == "batchmean" else g


def require_floats(name, input):
    if input.dtype.kind != "f":
        raise NotImplementedError(f'{name}: "{name}" not implemented for {input.dtype}: convert the input with '
                                  '.float()')


# Distances between input and target

@op(method=False, function=False,
    input=lambda g, input, target, reduction: share(g, input.shape, reduction) * (2 * (input - target)),
    target=lambda g, input, target, reduction: share(g, input.shape, reduction) * (2 * (target - input)))
def mse_loss(input, target, reduction="mean"):
    """Squared error: ``(input - target)**2``.  Shapes: (*), (*) -> () or (*).  Source: torch.nn.functional.mse_loss."""
    require_floats("mse_loss", input)
    error = input - target
    return reduced("mse_loss", error * error, reduction)


@op(method=False, function=False, accept=no_bools,
    input=lambda g, input, target, reduction: share(g, input.shape, reduction) * sign(input - target),
    target=lambda g, input, target, reduction: share(g, input.shape, reduction) * sign(target - input))
def l1_loss(input, target, reduction="mean"):
    """Absolute error: ``|input - target|``.  Shapes: (*), (*) -> () or (*).  Source: torch.nn.functional.l1_loss."""
    if reduction == "mean":
        need_floats("mean", input)
    no_bools(input)
    return reduced("l1_loss", np.abs(input - target), reduction)


def clipped(error, limit):
    """The error, but no farther from 0 than the limit; from there on it is flat."""
    return np.where(np.abs(error) < limit, error, limit * np.sign(error))


@op(method=False, function=False,
    input=lambda g, input, target, reduction, delta:
        share(g, input.shape, reduction) * clipped(input - target, delta),
    target=lambda g, input, target, reduction, delta:
        share(g, input.shape, reduction) * clipped(target - input, delta))
def huber_loss(input, target, reduction="mean", delta=1.0):
    """Squared, then absolute: with e = |input - target|, ``e**2 / 2`` up to delta, then ``delta * (e - delta / 2)``.

    Shapes: (*), (*) -> () or (*).  Source: torch.nn.functional.huber_loss; Huber 1964.
    """
    require_floats("huber_loss", input)
    if delta <= 0:
        raise RuntimeError(f"huber_loss: does not support non-positive values for delta, got {delta}")
    error = np.abs(input - target)
    near = np.minimum(error, delta)
    return reduced("huber_loss", near * (error - near / 2), reduction)


@op(method=False, function=False, title="SmoothL1LossBackward0",
    input=lambda g, input, target, reduction, beta:
        share(g, input.shape, reduction) * clipped((input - target) / beta, 1),
    target=lambda g, input, target, reduction, beta:
        share(g, input.shape, reduction) * clipped((target - input) / beta, 1))
def smooth_l1_loss(input, target, reduction="mean", beta=1.0):
    """Huber's loss over beta: ``e**2 / (2 * beta)`` where e = |input - target| < beta, else ``e - beta / 2``.

    Shapes: (*), (*) -> () or (*).  Source: torch.nn.functional.smooth_l1_loss; Girshick 2015.
    """
    require_floats("smooth_l1_loss", input)
    if beta <= 0:
        raise RuntimeError(f"smooth_l1_loss: does not support negative values for beta, got {beta} (0 is l1_loss)")
    error = np.abs(input - target)
    near = np.minimum(error, beta)
    return reduced("smooth_l1_loss", near * (error - near / 2) / beta, reduction)


# Two classes: the target is the probability of one

def log_above(x):
    """log(x), no lower than -100, so that a certain error costs a finite loss."""
    return np.maximum(np.log(x), -100)


def weighted(g, weight, shape, reduction):
    g = share(g, shape, reduction)
    return g if weight is None else g * weight


@op(promote="equal", method=False, function=False,
    input=lambda g, input, target, weight, reduction:
        weighted(g, weight, input.shape, reduction) * ((input - target) / np.maximum((1 - input) * input, 1e-12)),
    target=lambda g, input, weight, reduction:
        weighted(g, weight, input.shape, reduction) * (log_above(1 - input) - log_above(input)))
def binary_cross_entropy(input, target, weight: Array = None, reduction="mean"):
    """Minus the log-probability of the target: ``-weight * (target * log(input) + (1 - target) * log(1 - input))``.

    The logarithms are held above -100. On logits, `binary_cross_entropy_with_logits` is exact where this saturates.

    Shapes: (*), (*), weight broadcasts to them -> () or (*).  Source: torch.nn.functional.binary_cross_entropy.
    """
    require_floats("binary_cross_entropy", input)
    for name, values in (("input", input), ("target", target)):
        if not np.all((values >= 0) & (values <= 1)):
            hint = ": for logits use binary_cross_entropy_with_logits" if name == "input" else ""
            raise RuntimeError(f"binary_cross_entropy: all elements of {name} should be between 0 and 1, but they go "
                               f"from {np.min(values):.4g} to {np.max(values):.4g}{hint}")
    losses = (target - 1) * np.maximum(np.log1p(-input), -100) - target * log_above(input)
    return reduced("binary_cross_entropy", losses if weight is None else losses * weight, reduction)


def logits_slope(g, input, target, weight, pos_weight, reduction):
    positive = 1 if pos_weight is None else (pos_weight - 1) * target + 1
    return weighted(g, weight, input.shape, reduction) * (1 - target - positive / (1 + np.exp(input)))


def logits_target_slope(g, input, weight, pos_weight, reduction):
    slope = -input if pos_weight is None else (pos_weight - 1) * np.logaddexp(0, -input) - input
    return weighted(g, weight, input.shape, reduction) * slope


@op(promote="same", method=False, function=False,
    input=logits_slope,
    target=logits_target_slope)
def binary_cross_entropy_with_logits(input, target, weight: Array = None, pos_weight: Array = None, reduction="mean"):
    """`binary_cross_entropy` of ``sigmoid(input)``, exact at any logit; pos_weight scales the loss of target 1.

    Formula: weight * ((1 - target) * input + (1 + (pos_weight - 1) * target) * log(1 + exp(-input))).

    Shapes: (*), (*), weight and pos_weight broadcast to them -> () or (*).
    Source: torch.nn.functional.binary_cross_entropy_with_logits.
    """
    require_floats("binary_cross_entropy_with_logits", input)
    softplus = np.log1p(np.exp(-np.abs(input))) + np.maximum(-input, 0)
    if pos_weight is not None:
        softplus = softplus * ((pos_weight - 1) * target + 1)
    losses = (1 - target) * input + softplus
    return reduced("binary_cross_entropy_with_logits", losses if weight is None else losses * weight, reduction)


@op(method=False, function=False,
    input=lambda g, input, target, reduction:
        share(g, input.shape, reduction) * (-target / (1 + np.exp(target * input))),
    target=lambda g, input, target, reduction:
        share(g, input.shape, reduction) * (-input / (1 + np.exp(target * input))))
def soft_margin_loss(input, target, reduction="mean"):
    """Logistic loss for targets 1 and -1: ``log(1 + exp(-target * input))``.

    Shapes: (*), (*) -> () or (*).  Source: torch.nn.functional.soft_margin_loss.
    """
    require_floats("soft_margin_loss", input)
    return reduced("soft_margin_loss", np.log1p(np.exp(-target * input)), reduction)


@op(method=False, function=False,
    input=lambda g, target, reduction, log_target:
        share(g, target.shape, reduction) * -(np.exp(target) if log_target else target),
    target=lambda g, input, target, reduction, log_target: share(g, input.shape, reduction) * (
        np.exp(target) * (target - input + 1) if log_target else np.log(target) + 1 - input))
def kl_div(input, target, reduction="mean", log_target=False):
    """Kullback-Leibler divergence of log-probabilities from a target: ``target * (log(target) - input)``.

    With `log_target` the target too is given as log-probabilities. Reduction "batchmean" sums and divides by the first
    size, which is the mean divergence.

    Shapes: (*), (*) -> () or (*).  Source: torch.nn.functional.kl_div.
    """
    require_floats("kl_div", input)
    check_reduction("kl_div", reduction, ("batchmean",))
    if log_target:
        losses = np.exp(target) * (target - input)
    else:
        losses = target * np.log(np.where(target == 0, 1, target)) - target * input
    if reduction == "batchmean":
        return np.add.reduce(losses, None) / losses.dtype.type(len(losses))
    return reduced("kl_div", losses, reduction)
