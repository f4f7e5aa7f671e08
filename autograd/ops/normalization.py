"""Normalisation: subtract a mean, divide by a standard deviation, scale and shift by what is learnt.

The mean and the standard deviation depend on the input, so its gradient has, beside the direct path, one through each
of them: with h the normalised input and g the gradient that reaches it,

    d_input = (g - mean(g) - h * mean(g * h)) / std
"""
from math import prod

import numpy as np

from autograd.ops import Array, op

# Over a batch: one mean and one deviation for each channel, the second axis.


@op(promote=None, method=False, function=False,
    input=lambda g, input_shape: np.broadcast_to(over_channels(g, input_shape), input_shape))
def channel_sum(input):
    """The sum over all axes but the channels.  Shapes: (N, C, *) -> (C)."""
    return np.einsum(input, range(input.ndim), [1])


@op(promote="equal", method=False, function=False,
    input=lambda g, other, input_shape: over_channels(g, input_shape) * other,
    other=lambda g, input, input_shape: over_channels(g, input_shape) * input)
def channel_dot(input, other):
    """The sum of products over all axes but the channels.  Shapes: (N, C, *), (N, C, *) -> (C)."""
    axes = range(input.ndim)
    return np.einsum(input, axes, other, axes, [1])


@op(promote=None, method=False, function=False,
    input=lambda g: np.sum(g, axis=tuple(range(1, g.ndim))) if g.ndim > 1 else g)
def over_channels(input, shape):
    """Each channel's number at each of its places, for inputs of this shape (N, C, *).  Shapes: (C) -> (C, *)."""
    # Repeated in memory, since to broadcast it along short rows would take twice as long.
    return np.repeat(input, prod(shape[2:])).reshape(shape[1:])


def places(shape):
    """How many places a channel has in an input of this shape (N, C, *); at least 1, to divide by."""
    return max(prod(shape) // max(shape[1], 1), 1)


def batch_norm_slope(g, input, weight, mean, rstd, training):
    """The gradient for the input; out of training mean and rstd are constants."""
    shape = input.shape
    scale = over_channels(rstd if weight is None else rstd * weight, shape)
    if not training:
        return g * scale
    count = places(shape)
    centred = input - over_channels(mean, shape)
    along = over_channels(channel_dot(g, centred) * (rstd * rstd / count), shape)
    return (g - over_channels(channel_sum(g) / count, shape) - centred * along) * scale


def channel_mean(input):
    """The mean of each channel."""
    return channel_sum(input) / places(input.shape)


def channel_rstd(input, eps):
    """1 / sqrt(var + eps) of each channel."""
    centred = input - over_channels(channel_mean(input), input.shape)
    return 1 / np.sqrt(channel_dot(centred, centred) / places(input.shape) + eps)


@op(promote=None, method=False, title="NativeBatchNormBackward0",
    keep={"mean": lambda input, mean, training: channel_mean(input) if training else mean,
          "rstd": lambda input, rstd, training, eps: channel_rstd(input, eps) if training else rstd},
    input=batch_norm_slope,
    weight=lambda g, input, mean, rstd: channel_dot(g, input - over_channels(mean, input.shape)) * rstd,
    bias=lambda g: channel_sum(g))
def batch_norm(input, weight, bias, running_mean: Array, running_var: Array, training, momentum, eps,
               cudnn_enabled=True):
    """Normalise each channel: ``out = (input - mean) / sqrt(var + eps) * weight + bias``.

    In training mean and var are those of the batch, and the running ones move towards them in place by the fraction
    `momentum` (var with the divisor n - 1); else the running ones are used.

    Shapes: input (N, C, *), all others (C) or None -> (N, C, *).
    Source: torch.nn.functional.batch_norm; Ioffe & Szegedy 2015; lecture, batch normalization.
    """
    check_channels(input, running_mean=running_mean, running_var=running_var, weight=weight, bias=bias)
    shape, kind = input.shape, input.dtype.type
    if training:
        count = places(shape)
        mean = channel_sum(input) / kind(count)
        out = input - over_channels(mean, shape)
        var = channel_dot(out, out) / kind(count)
    elif running_mean is None or running_var is None:
        raise RuntimeError("batch_norm: running_mean and running_var must be defined in evaluation mode "
                           "(training=False)")
    else:
        mean, var = running_mean.astype(kind), running_var.astype(kind)
        out = input - over_channels(mean, shape)
    rstd = 1 / np.sqrt(var + kind(eps))
    out *= over_channels(rstd if weight is None else rstd * weight, shape)
    if bias is not None:
        out += over_channels(bias, shape)
    if training and running_mean is not None:
        running_mean += momentum * (mean - running_mean)
        running_var += momentum * (var * (count / max(count - 1, 1)) - running_var)
    return out, mean, rstd


def check_channels(input, **vectors):
    """Raise unless the input is of floats and has as many channels as each vector has elements."""
    if input.ndim < 2:
        raise RuntimeError(f"batch_norm: expected an input (N, C, *) of 2 axes or more, but got shape {input.shape}")
    require_floats("batch_norm", input)
    for name, vector in vectors.items():
        if vector is not None and vector.size != input.shape[1]:
            hint = ""
            if vector.size == input.shape[-1]:
                hint = ": the channels seem to be last, did you mean to permute the input?"
            raise RuntimeError(f"batch_norm: {name} should contain {input.shape[1]} elements not {vector.size}, for an "
                               f"input of shape {input.shape} with {input.shape[1]} channels{hint}")


def require_floats(name, input):
    if input.dtype.kind != "f":
        raise NotImplementedError(f'{name}: "{name}" not implemented for {input.dtype}: convert the input with '
                                  '.float()')


# Over each sample: the trailing axes are normalised together, and each of their places has its own scale and shift.

def last_axes(shape):
    """As axes counted from the end, those of a normalized_shape."""
    return tuple(range(-len(shape), 0))


def rows_mean(input, shape):
    """The mean over the trailing axes of this shape, kept as axes of length 1."""
    return np.mean(input, axis=last_axes(shape), keepdims=True)


def rows_rstd(input, shape, eps):
    """1 / sqrt(var + eps) over the trailing axes of this shape."""
    centred = input - rows_mean(input, shape)
    return 1 / np.sqrt(rows_mean(centred * centred, shape) + eps)


def sum_rows(g, shape):
    """The sum over all axes but the trailing ones of this shape."""
    return np.sum(g, axis=tuple(range(g.ndim - len(shape)))) if g.ndim > len(shape) else g


def layer_norm_slope(g, input, weight, mean, rstd, normalized_shape):
    h = (input - mean) * rstd
    if weight is not None:
        g = g * weight
    return (g - rows_mean(g, normalized_shape) - h * rows_mean(g * h, normalized_shape)) * rstd


@op(promote="equal", method=False, title="NativeLayerNormBackward0",
    keep={"mean": lambda input, normalized_shape: rows_mean(input, normalized_shape),
          "rstd": lambda input, normalized_shape, eps: rows_rstd(input, normalized_shape, eps)},
    input=layer_norm_slope,
    weight=lambda g, input, mean, rstd, normalized_shape: sum_rows(g * ((input - mean) * rstd), normalized_shape),
    bias=lambda g, normalized_shape: sum_rows(g, normalized_shape))
def layer_norm(input, normalized_shape, weight=None, bias=None, eps=1e-5, cudnn_enable=True):
    """Normalise each sample over its trailing axes: ``out = (input - mean) / sqrt(var + eps) * weight + bias``.

    Shapes: input (*, *normalized_shape), weight and bias normalized_shape or None -> as input.
    Source: torch.nn.functional.layer_norm; Ba et al. 2016.
    """
    require_trailing("layer_norm", input, normalized_shape, weight=weight, bias=bias)
    mean = rows_mean(input, normalized_shape)
    out = input - mean
    rstd = 1 / np.sqrt(rows_mean(out * out, normalized_shape) + input.dtype.type(eps))
    out *= rstd
    if weight is not None:
        out *= weight
    if bias is not None:
        out += bias
    return out, mean, rstd


def rms_of(input, shape, eps):
    """1 / sqrt(mean of squares + eps) over the trailing axes of this shape."""
    return 1 / np.sqrt(rows_mean(input * input, shape) + eps)


def rms_norm_slope(g, input, weight, rstd, normalized_shape):
    h = input * rstd
    if weight is not None:
        g = g * weight
    return (g - h * rows_mean(g * h, normalized_shape)) * rstd


@op(promote="equal", method=False, title="FusedRmsNormBackward0",
    keep={"rstd": lambda input, normalized_shape, eps: rms_of(input, normalized_shape, small(eps, input))},
    input=rms_norm_slope,
    weight=lambda g, input, rstd, normalized_shape: sum_rows(g * (input * rstd), normalized_shape))
def rms_norm(input, normalized_shape, weight=None, eps=None):
    """Divide each sample by its root mean square: ``out = input / sqrt(mean(input**2) + eps) * weight``.

    eps is the smallest step from 1 in the input's dtype if not given.

    Shapes: input (*, *normalized_shape), weight normalized_shape or None -> as input.
    Source: torch.nn.functional.rms_norm; Zhang & Sennrich 2019.
    """
    require_trailing("rms_norm", input, normalized_shape, weight=weight)
    rstd = rms_of(input, normalized_shape, input.dtype.type(small(eps, input)))
    out = input * rstd
    if weight is not None:
        out *= weight
    return out, rstd


def small(eps, input):
    """eps, or if it is not given the smallest step from 1 in the input's dtype."""
    return float(np.finfo(input.dtype).eps) if eps is None else eps


def require_trailing(name, input, normalized_shape, **vectors):
    """Raise unless the input is of floats and ends in normalized_shape, which is that of each vector."""
    if not isinstance(normalized_shape, (tuple, list)):
        raise TypeError(f"{name}: argument 'normalized_shape' (position 2) must be tuple of ints, not "
                        f"{type(normalized_shape).__name__}: did you mean ({normalized_shape},)?")
    shape = tuple(normalized_shape)
    if not shape:
        raise RuntimeError(f"{name}: Expected normalized_shape to be at least 1-dimensional, but got normalized_shape "
                           "= []")
    if input.shape[-len(shape):] != shape:
        raise RuntimeError(f"{name}: Given normalized_shape={list(shape)}, expected input with shape "
                           f"[*, {', '.join(map(str, shape))}], but got input of size {list(input.shape)}")
    require_floats(name, input)
    for what, vector in vectors.items():
        if vector is not None and vector.shape != shape:
            raise RuntimeError(f"{name}: Expected {what} to be of same shape as normalized_shape, but got {what} of "
                               f"shape {list(vector.shape)} and normalized_shape = {list(shape)}")
