"""Slow, clear twins of the fused ops: loops over every output, as their definitions read."""

from itertools import product

import numpy as np


def spread(value, n):
    """A setting as one number for each axis."""
    value = list(value) if isinstance(value, (tuple, list)) else [value]
    return value if len(value) == n else value * n


def batched(call):
    """Let a function of batches take a single sample, too; the first argument decides, by its number of axes."""

    def either(input, *args, **settings):
        n = int(settings.pop("n"))
        if input.ndim == n + 2:
            return call(input, *args, n=n, **settings)
        return call(input[None], *args, n=n, **settings)[0]

    return either


def outs_of(sizes, kernel, stride, padding, dilation):
    return [
        (s + 2 * p - d * (k - 1) - 1) // t + 1
        for s, k, t, p, d in zip(sizes, kernel, stride, padding, dilation, strict=True)
    ]


# Convolutions


@batched
def conv(input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1, *, n):
    """out[b, o, p] = bias[o] + sum over c and t of padded[b, c, p*s + t*d] * weight[o, c, t], c in o's group."""
    kernel, sizes = weight.shape[2:], input.shape[2:]
    stride, dilation = spread(stride, n), spread(dilation, n)
    if isinstance(padding, str):
        total = [d * (k - 1) if padding == "same" else 0 for d, k in zip(dilation, kernel, strict=True)]
        sides = [(t // 2, t - t // 2) for t in total]
    else:
        sides = [(p, p) for p in spread(padding, n)]
    padded = np.pad(input, [(0, 0), (0, 0), *sides])
    outs = outs_of(padded.shape[2:], kernel, stride, [0] * n, dilation)
    out = np.zeros((len(input), len(weight), *outs), input.dtype)
    assert len(sizes) == n
    per_group = len(weight) // groups
    for o, place in product(range(len(weight)), np.ndindex(*outs)):
        first = o // per_group * weight.shape[1]
        channels = slice(first, first + weight.shape[1])
        for tap in np.ndindex(*kernel):
            spot = tuple(p * s + t * d for p, s, t, d in zip(place, stride, tap, dilation, strict=True))
            out[(slice(None), o, *place)] += padded[(slice(None), channels, *spot)] @ weight[(o, slice(None), *tap)]
        if bias is not None:
            out[(slice(None), o, *place)] += bias[o]
    return out


@batched
def conv_transpose(input, weight, bias=None, stride=1, padding=0, output_padding=0, groups=1, dilation=1, *, n):
    """Every input[b, c, p] adds weight[c, o, t] times itself at p*s + t*d - padding."""
    kernel, sizes = weight.shape[2:], input.shape[2:]
    stride, padding, dilation = spread(stride, n), spread(padding, n), spread(dilation, n)
    extra = spread(output_padding, n)
    outs = [
        (z - 1) * s - 2 * p + d * (k - 1) + e + 1
        for z, s, p, d, k, e in zip(sizes, stride, padding, dilation, kernel, extra, strict=True)
    ]
    filters = weight.shape[1]
    out = np.zeros((len(input), filters * groups, *outs), input.dtype)
    for c, o, place, tap in product(range(len(weight)), range(filters), np.ndindex(*sizes), np.ndindex(*kernel)):
        spot = tuple(p * s + t * d - q for p, s, t, d, q in zip(place, stride, tap, dilation, padding, strict=True))
        if all(0 <= i < size for i, size in zip(spot, outs, strict=True)):
            group = c // (len(weight) // groups)
            out[(slice(None), group * filters + o, *spot)] += input[(slice(None), c, *place)] * weight[(c, o, *tap)]
    return out if bias is None else out + bias.reshape(-1, *[1] * n)


# Pooling


def windows(sizes, kernel_size, stride, padding, dilation, ceil_mode):
    """For each axis, each window's places, of which some may lie outside."""
    n = len(sizes)
    kernel, padding, dilation = spread(kernel_size, n), spread(padding, n), spread(dilation, n)
    stride = kernel if stride is None else spread(stride, n)
    axes = []
    for size, k, s, p, d in zip(sizes, kernel, stride, padding, dilation, strict=True):
        starts = list(range(-p, size + p - d * (k - 1), s))
        if ceil_mode and (size + 2 * p - d * (k - 1) - 1) % s and starts[-1] + s < size:
            starts.append(starts[-1] + s)
        axes.append([[start + t * d for t in range(k)] for start in starts])
    return axes


def pool(input, axes, value):
    """`value(window, places)` for each window of the trailing axes, given the inputs in it and all its places."""
    n = len(axes)
    lead, sizes = input.shape[:-n], input.shape[-n:]
    out = np.zeros((*lead, *[len(axis) for axis in axes]), input.dtype)
    for place in np.ndindex(*out.shape[-n:]):
        spots = list(product(*[axis[p] for axis, p in zip(axes, place, strict=True)]))
        inside = [s for s in spots if all(0 <= i < size for i, size in zip(s, sizes, strict=True))]
        out[(..., *place)] = value(np.stack([input[(..., *s)] for s in inside], -1), spots)
    return out


def max_pool(input, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False, *, n):
    axes = windows(input.shape[-n:], kernel_size, stride, padding, dilation, ceil_mode)
    return pool(input, axes, lambda window, _: window.max(-1))


def avg_pool(
    input, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True, divisor_override=None, *, n
):
    sizes, pads = input.shape[-n:], spread(padding, n)

    def mean(window, spots):
        padded = [s for s in spots if all(-p <= i < z + p for i, p, z in zip(s, pads, sizes, strict=True))]
        count = divisor_override or (len(padded) if count_include_pad else window.shape[-1])
        return window.sum(-1) / count

    return pool(input, windows(sizes, kernel_size, stride, padding, 1, ceil_mode), mean)


def parts(sizes, output_size):
    """For each axis, the places of each of its parts."""
    outs = [size if out is None else out for out, size in zip(spread(output_size, len(sizes)), sizes, strict=True)]
    return [
        [list(range(i * size // out, -(-(i + 1) * size // out))) for i in range(out)]
        for size, out in zip(sizes, outs, strict=True)
    ]


def adaptive_avg_pool(input, output_size, *, n):
    return pool(input, parts(input.shape[-n:], output_size), lambda window, _: window.mean(-1))


def adaptive_max_pool(input, output_size, *, n):
    return pool(input, parts(input.shape[-n:], output_size), lambda window, _: window.max(-1))


# Normalisation


def normalize(input, axes, eps):
    """Mean 0 and variance 1 over these axes."""
    mean = input.mean(axes, keepdims=True)
    var = ((input - mean) ** 2).mean(axes, keepdims=True)
    return (input - mean) / np.sqrt(var + eps)


def affine(input, weight, bias, axis=1):
    """input * weight + bias, which run along one axis."""
    column = (-1, *[1] * (input.ndim - axis - 1))
    out = input if weight is None else input * weight.reshape(column)
    return out if bias is None else out + bias.reshape(column)


def batch_norm(input, weight, bias, running_mean, running_var, training, momentum, eps, cudnn_enabled=True):
    if training:
        return affine(normalize(input, (0, *range(2, input.ndim)), eps), weight, bias)
    column = (-1, *[1] * (input.ndim - 2))
    centred = input - running_mean.reshape(column)
    return affine(centred / np.sqrt(running_var.reshape(column) + eps), weight, bias)


def layer_norm(input, normalized_shape, weight=None, bias=None, eps=1e-5):
    out = normalize(input, tuple(range(-len(normalized_shape), 0)), eps)
    out = out if weight is None else out * weight
    return out if bias is None else out + bias


def rms_norm(input, normalized_shape, weight=None, eps=None):
    axes = tuple(range(-len(normalized_shape), 0))
    eps = np.finfo(input.dtype).eps if eps is None else eps
    out = input / np.sqrt((input**2).mean(axes, keepdims=True) + eps)
    return out if weight is None else out * weight


def group_norm(input, num_groups, weight=None, bias=None, eps=1e-5):
    rows = input.reshape(len(input), num_groups, -1)
    return affine(normalize(rows, -1, eps).reshape(input.shape), weight, bias)


def instance_norm(input, weight, bias, running_mean, running_var, use_input_stats, momentum, eps, cudnn_enabled=True):
    return affine(normalize(input, tuple(range(2, input.ndim)), eps), weight, bias)


# Losses


def reduced(losses, reduction):
    losses = np.asarray(losses)
    return losses if reduction == "none" else losses.mean() if reduction == "mean" else losses.sum()


def log_softmax(input, axis):
    return input - np.log(np.exp(input).sum(axis, keepdims=True))


def cross_entropy(input, target, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0):
    """Sample by sample: -(1 - s) * w[y] * logp[y] - s/C * sum of w * logp; the mean is over the weights w[y]."""
    if input.ndim == 1:
        input, target = input[None], np.asarray(target)[None]
        out = cross_entropy(input, target, weight, ignore_index, reduction, label_smoothing)
        return out[0] if reduction == "none" else out
    classes = input.shape[1]
    weight = np.ones(classes) if weight is None else weight
    logp = np.moveaxis(log_softmax(input, 1), 1, -1).reshape(-1, classes)
    losses, counts = [], []
    for row, y in zip(logp, target.reshape(-1), strict=True):
        if y == ignore_index:
            losses, counts = [*losses, 0.0], [*counts, 0.0]
            continue
        smooth = (weight * row).sum() / classes
        losses.append(-(1 - label_smoothing) * weight[y] * row[y] - label_smoothing * smooth)
        counts.append(weight[y])
    losses = np.array(losses, input.dtype)
    return (
        losses.sum() / input.dtype.type(sum(counts))
        if reduction == "mean"
        else reduced(losses.reshape(target.shape), reduction)
    )


def soft_cross_entropy(input, target, weight=None, reduction="mean", label_smoothing=0.0):
    axis = min(1, input.ndim - 1)
    wanted = target * (1 - label_smoothing) + label_smoothing / input.shape[axis]
    if weight is not None:
        wanted = affine(wanted, weight, None, axis)
    losses = -(wanted * log_softmax(input, axis)).sum(axis)
    return reduced(losses, reduction)


def nll_loss(input, target, weight=None, ignore_index=-100, reduction="mean"):
    axis = min(1, input.ndim - 1)
    rows = np.moveaxis(input, axis, -1).reshape(-1, input.shape[axis])
    weight = np.ones(input.shape[axis]) if weight is None else weight
    counts = np.array([0.0 if y == ignore_index else weight[y] for y in target.reshape(-1)], input.dtype)
    losses = np.array(
        [-row[y if count else 0] * count for row, y, count in zip(rows, target.reshape(-1), counts, strict=True)],
        input.dtype,
    )
    return losses.sum() / counts.sum() if reduction == "mean" else reduced(losses.reshape(target.shape), reduction)


def mse_loss(input, target, reduction="mean"):
    return reduced((input - target) ** 2, reduction)


def l1_loss(input, target, reduction="mean"):
    return reduced(np.abs(input - target), reduction)


def huber_loss(input, target, reduction="mean", delta=1.0):
    error = np.abs(input - target)
    return reduced(np.where(error < delta, error**2 / 2, delta * (error - delta / 2)), reduction)


def smooth_l1_loss(input, target, reduction="mean", beta=1.0):
    error = np.abs(input - target)
    return reduced(np.where(error < beta, error**2 / (2 * beta), error - beta / 2), reduction)


def binary_cross_entropy(input, target, weight=None, reduction="mean"):
    losses = -(target * np.log(input) + (1 - target) * np.log(1 - input))
    return reduced(losses if weight is None else losses * weight, reduction)


def binary_cross_entropy_with_logits(input, target, weight=None, pos_weight=None, reduction="mean"):
    p = 1 / (1 + np.exp(-input))
    losses = -((1 if pos_weight is None else pos_weight) * target * np.log(p) + (1 - target) * np.log(1 - p))
    return reduced(losses if weight is None else losses * weight, reduction)


def soft_margin_loss(input, target, reduction="mean"):
    return reduced(np.log(1 + np.exp(-target * input)), reduction)


def kl_div(input, target, reduction="mean", log_target=False):
    losses = np.exp(target) * (target - input) if log_target else target * (np.log(target) - input)
    return losses.sum() / len(losses) if reduction == "batchmean" else reduced(losses, reduction)


def multi_margin_loss(input, target, p=1, margin=1.0, weight=None, reduction="mean"):
    rows = input.reshape(-1, input.shape[-1])
    losses = [
        sum(max(0, margin - row[y] + row[i]) ** p for i in range(len(row)) if i != y)
        / len(row)
        * (1 if weight is None else weight[y])
        for row, y in zip(rows, target.reshape(-1), strict=True)
    ]
    return reduced(np.array(losses, input.dtype).reshape(target.shape), reduction)
