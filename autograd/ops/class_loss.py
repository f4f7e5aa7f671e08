"""Losses that compare scores with classes, each one node.

The second axis of the input (the only one of a single sample) runs over the classes; the target is the index of the
true one, or a probability for each.
"""
from math import prod

import numpy as np

from autograd.ops import Array, op
from autograd.ops.loss import reduced, require_floats
from autograd.ops.reduction import log_softmax


def class_axis(input):
    return min(1, len(input.shape) - 1)


def log_probabilities(input):
    """log_softmax over the classes."""
    return log_softmax(input, class_axis(input))


def per_sample(g, divisor, shape, reduction):
    """The gradient of each sample's loss, with an axis for the classes."""
    if reduction == "mean":
        return g / divisor
    return np.expand_dims(g, min(1, len(shape) - 1)) if reduction == "none" else g


def settle_targets(name, input, target, weight, ignore_index):
    """Where each target's class stands in the input, whether it is kept, and how much it counts: its class's weight."""
    require_floats(name, input)
    axis = class_axis(input)
    classes = input.shape[axis]
    check_targets(name, input, target, weight, axis)
    kept = target != ignore_index
    picked = target if np.logical_and.reduce(kept, None) else np.where(kept, target, 0)
    if picked.size and not 0 <= np.minimum.reduce(picked, None) <= np.maximum.reduce(picked, None) < classes:
        wrong = picked[(picked < 0) | (picked >= classes)].flat[0] if picked.ndim else picked
        raise IndexError(f"{name}: Target {wrong} is out of bounds: the input {input.shape} has {classes} classes "
                         f"along dim {axis}, so targets go from 0 to {classes - 1}")
    kept = kept.astype(input.dtype)
    counts = kept if weight is None else kept * weight[picked]
    if not axis:
        return (picked,), kept, counts
    if picked.ndim == 1:
        return (np.arange(len(picked)), picked), kept, counts
    n, *places = np.indices(picked.shape, sparse=True)
    return (n, picked, *places), kept, counts


def check_targets(name, input, target, weight, axis):
    """Raise unless there is an integer target for each sample of the input."""
    if target.dtype.kind not in "iu" or target.dtype not in (np.int64, np.uint8):
        hint = ": one-hot or soft targets need the input's shape" if target.dtype.kind == "f" else ""
        raise RuntimeError(f"{name}: expected target dtype to be Long or Byte, but got {target.dtype}: convert it with "
                           f".long(){hint}")
    expected = input.shape[:axis] + input.shape[axis + 1:]
    if target.shape != expected:
        if input.ndim == 2 and target.shape[1:] == (1,) * (target.ndim - 1) and target.ndim == 2:
            raise RuntimeError(f"{name}: 0D or 1D target tensor expected, multi-target not supported: target "
                               f"{target.shape} for input {input.shape}: did you mean target.squeeze(1)?")
        if target.ndim and input.ndim > 1 and len(target) != len(input):
            raise ValueError(f"{name}: Expected input batch_size ({len(input)}) to match target batch_size "
                             f"({len(target)}): input {input.shape}, target {target.shape}")
        raise RuntimeError(f"{name}: size mismatch: input {input.shape} has its classes along dim {axis}, so the "
                           f"target should have shape {expected}, but got {target.shape}")
    if weight is not None and weight.shape != (input.shape[axis],):
        raise RuntimeError(f"{name}: weight tensor should be defined either for all {input.shape[axis]} classes or no "
                           f"classes but got weight tensor of shape: {list(weight.shape)}")


def mass(shape, index, kept, counts, weight=None, label_smoothing=0):
    """How much of each class is wanted, as an array of the input's shape, and the sum of that over the classes."""
    wanted = np.zeros(shape, kept.dtype)
    wanted[index] = (1 - label_smoothing) * counts
    total = (1 - label_smoothing) * counts
    axis = min(1, len(shape) - 1)
    if label_smoothing:
        spread = smoothing_weights(shape, axis, weight, label_smoothing, kept.dtype)
        wanted += np.expand_dims(kept, axis) * spread
        total = total + kept * np.sum(spread)
    return wanted, np.expand_dims(total, axis)


def smoothing_weights(shape, axis, weight, label_smoothing, dtype):
    """What each class receives of the label smoothing, along the class axis."""
    each = np.ones(shape[axis]) if weight is None else weight
    return (label_smoothing / shape[axis] * each).astype(dtype).reshape(-1, *[1] * (len(shape) - axis - 1))


def cross_entropy_slope(g, logp, index, kept, counts, weight, reduction, label_smoothing):
    wanted, total = mass(logp.shape, index, kept, counts, weight, label_smoothing)
    return (np.exp(logp) * total - wanted) * per_sample(g, np.add.reduce(counts, None), logp.shape, reduction)


@op(promote=None, method=False, function=False, title="NllLossBackward0",
    keep={"logp": lambda input: log_probabilities(input), "index": None, "kept": None, "counts": None},
    input=cross_entropy_slope)
def cross_entropy(input, target: Array, weight: Array = None, ignore_index=-100, reduction="mean", label_smoothing=0.0):
    """Minus the log-probability of the true class under ``softmax(input)``: the softmax loss.

    Formula: out = mean over n of -logp[n, target[n]], logp = log_softmax(input); d_input = (softmax - onehot) / N.
    The mean is weighted by `weight`, one number for each class; targets of `ignore_index` do not count. With
    `label_smoothing` s a target is 1 - s of its class and s of all classes in equal parts.

    Shapes: input (N, C, *) or (C), target (N, *) or () of ints in [0, C) -> () or as target.
    Source: torch.nn.functional.cross_entropy; lecture, softmax loss; Szegedy et al. 2016 for the smoothing.
    """
    if not 0 <= label_smoothing <= 1:
        raise RuntimeError(f"cross_entropy: label_smoothing must be between 0.0 and 1.0. Got: {label_smoothing}")
    index, kept, counts = settle_targets("cross_entropy", input, target, weight, ignore_index)
    logp = log_probabilities(input)
    losses = pick(logp, index, kept, counts)
    if label_smoothing:
        axis = class_axis(input)
        spread = smoothing_weights(input.shape, axis, weight, label_smoothing, input.dtype)
        smooth = np.add.reduce(logp * spread, axis)
        losses = (1 - label_smoothing) * losses - np.where(kept, smooth, 0)
    return weighted_mean("cross_entropy", losses, counts, reduction), logp, index, kept, counts


def pick(logp, index, kept, counts):
    """Minus the number at each target, as much as it counts; 0 if it is not kept, be it infinite."""
    losses = -logp[index] * counts
    return losses if np.logical_and.reduce(kept, None) else np.where(kept, losses, 0)


def weighted_mean(name, losses, counts, reduction):
    if reduction == "mean":
        return np.add.reduce(losses, None) / np.add.reduce(counts, None)
    return reduced(name, losses, reduction)


@op(promote=None, method=False, function=False, keep={"index": None, "kept": None, "counts": None},
    input=lambda g, input_shape, index, kept, counts, reduction:
        -mass(input_shape, index, kept, counts)[0] * per_sample(g, np.add.reduce(counts, None), input_shape, reduction))
def nll_loss(input, target: Array, weight: Array = None, ignore_index=-100, reduction="mean"):
    """Minus the input at the true class: ``out = mean over n of -input[n, target[n]]``, for log-probabilities.

    The mean is weighted by `weight`, one number for each class; targets of `ignore_index` do not count.

    Shapes: input (N, C, *) or (C), target (N, *) or () of ints in [0, C) -> () or as target.
    Source: torch.nn.functional.nll_loss.
    """
    index, kept, counts = settle_targets("nll_loss", input, target, weight, ignore_index)
    losses = pick(input, index, kept, counts)
    return weighted_mean("nll_loss", losses, counts, reduction), index, kept, counts


def wanted_of(target, weight, label_smoothing):
    """How much of each class is wanted: the target's probabilities, smoothed and weighted."""
    axis = class_axis(target)
    if label_smoothing:
        target = target * (1 - label_smoothing) + label_smoothing / target.shape[axis]
    return target if weight is None else target * along_classes(weight, target)


def along_classes(weight, target):
    return weight.reshape(-1, *[1] * (len(target.shape) - class_axis(target) - 1))


def soft_slope(g, logp, target, weight, reduction, label_smoothing):
    wanted = wanted_of(target, weight, label_smoothing)
    total = np.sum(wanted, axis=class_axis(target), keepdims=True)
    return (np.exp(logp) * total - wanted) * per_sample(g, samples(target), target.shape, reduction)


def soft_target_slope(g, logp, weight, reduction, label_smoothing):
    slope = logp * (label_smoothing - 1)
    if weight is not None:
        slope = slope * along_classes(weight, logp)
    return slope * per_sample(g, samples(logp), logp.shape, reduction)


def samples(input):
    """How many samples there are: all elements but for the classes."""
    return prod(input.shape) // max(input.shape[class_axis(input)], 1)


@op(promote="same", method=False, function=False, title="CrossEntropyBackward0",
    keep={"logp": lambda input: log_probabilities(input)},
    input=soft_slope,
    target=soft_target_slope)
def soft_cross_entropy(input, target, weight: Array = None, reduction="mean", label_smoothing=0.0):
    """`cross_entropy` with a probability for each class as target: ``out = mean over n of -sum(target[n] * logp[n])``.

    Shapes: input (N, C, *) or (C), target the same -> () or without the classes.
    Source: torch.nn.functional.cross_entropy.
    """
    require_floats("cross_entropy", input)
    if not 0 <= label_smoothing <= 1:
        raise RuntimeError(f"cross_entropy: label_smoothing must be between 0.0 and 1.0. Got: {label_smoothing}")
    if weight is not None and weight.shape != (input.shape[class_axis(input)],):
        raise RuntimeError(f"cross_entropy: weight should have shape ({input.shape[class_axis(input)]},), one number "
                           f"for each class, but got {weight.shape}")
    logp = log_probabilities(input)
    losses = -np.add.reduce(wanted_of(target, weight, label_smoothing) * logp, class_axis(input))
    if reduction == "mean":
        return np.add.reduce(losses, None) / losses.dtype.type(samples(input)), logp
    return reduced("cross_entropy", losses, reduction), logp


def margins(input, truth, margin):
    """By how much each class comes within the margin of the true one, which itself counts 0."""
    own = np.sum(input * truth, axis=-1, keepdims=True)
    return np.maximum(margin - own + input, 0) * (1 - truth)


def multi_margin_slope(g, input, truth, p, margin, weight, reduction):
    """Every class within the margin pushes its own score down and the true one up."""
    over = margins(input, truth, margin)
    slope = (over > 0) * (truth.dtype.type(1) / truth.shape[-1]) if p == 1 else over * (2 / truth.shape[-1])
    if weight is not None:
        slope = slope * np.sum(truth * weight, axis=-1, keepdims=True)
    slope = slope - truth * np.sum(slope, axis=-1, keepdims=True)
    if reduction == "mean":
        return slope * (g / (prod(truth.shape) // truth.shape[-1]))
    return slope * (np.reshape(g, (*truth.shape[:-1], 1)) if reduction == "none" else g)


@op(promote=None, method=False, function=False, title="MultiMarginLossBackward0", keep={"truth": None},
    input=multi_margin_slope)
def multi_margin_loss(input, target: Array, p=1, margin=1.0, weight: Array = None, reduction="mean"):
    """The multiclass SVM's loss: ``sum over i != y of weight[y] * max(0, margin - x[y] + x[i])**p / C``, p = 1 or 2.

    Shapes: input (N, C) or (C), target (N) or () of ints in [0, C) -> () or as target.
    Source: torch.nn.functional.multi_margin_loss; lecture, multiclass SVM loss (which does not divide by C).
    """
    if p not in (1, 2):
        raise ValueError(f"multi_margin_loss: only p == 1 and p == 2 supported, got p={p}")
    if input.ndim not in (1, 2) or 0 in input.shape[-1:]:
        raise RuntimeError(f"multi_margin_loss: Expected non-empty vector or matrix as input, (N, C) or (C), but got "
                           f"{input.shape}")
    require_floats("multi_margin_loss", input)
    if target.dtype != np.int64:
        raise RuntimeError(f"multi_margin_loss: expected target of scalar type Long but found {target.dtype}: convert "
                           "it with .long()")
    if target.shape != input.shape[:-1] and (input.ndim == 2 or target.size != 1):
        raise RuntimeError(f"multi_margin_loss: Expected target size {list(input.shape[:-1])}, but got "
                           f"{list(target.shape)}. Input has shape {list(input.shape)}")
    classes = input.shape[-1]
    if np.any((target < 0) | (target >= classes)):
        raise RuntimeError(f"multi_margin_loss: target out of range: the input {input.shape} has {classes} classes, so "
                           f"targets go from 0 to {classes - 1}, but they go from {np.min(target)} to {np.max(target)}")
    if weight is not None and weight.shape != (classes,):
        raise RuntimeError(f"multi_margin_loss: inconsistent weight size, expected {classes} but got "
                           f"{list(weight.shape)}")
    truth = (np.arange(classes) == target.reshape(*input.shape[:-1], 1)).astype(input.dtype)
    losses = np.add.reduce(margins(input, truth, margin) ** p, -1) / input.dtype.type(classes)
    if weight is not None:
        losses = losses * weight[target.reshape(input.shape[:-1])]
    return reduced("multi_margin_loss", losses, reduction), truth
