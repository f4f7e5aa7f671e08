"""Normalisations in torch.nn.functional's order of arguments."""

from __future__ import annotations

from collections.abc import Sequence

import autograd
from autograd import Tensor
from autograd.functions import call_of, normalization


def batch_norm(
    input: Tensor,
    running_mean: Tensor | None,
    running_var: Tensor | None,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    """Normalise each channel by the batch in training, else by the running statistics.

    In training the running statistics move towards those of the batch by the fraction ``momentum``, in place.

    Shapes: input (N, C, *), all others (C) -> (N, C, *).
    Source: torch.nn.functional.batch_norm; Ioffe & Szegedy 2015; lecture, batch normalization.
    """
    if training:
        several_values(input, input.numel() // max(input.shape[1], 1) if input.ndim > 1 else 2)
    if (running_mean is None) != (running_var is None):
        raise ValueError("batch_norm: running_mean and running_var must either both be None or neither be None")
    return call_of("batch_norm")(input, weight, bias, running_mean, running_var, training, momentum, eps)


def several_values(input: Tensor, count: int) -> None:
    """Raise if there is only one value for each channel."""
    if count == 1:
        raise ValueError(
            f"batch_norm: Expected more than 1 value per channel when training, got input size "
            f"{input.shape}: one value has no spread; use a larger batch, or .eval()"
        )


def layer_norm(
    input: Tensor,
    normalized_shape: Sequence[int],
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    eps: float = 1e-5,
) -> Tensor:
    """Normalise each sample over its trailing axes.

    Shapes: input (*, *normalized_shape) -> the same.  Source: torch.nn.functional.layer_norm; Ba et al. 2016.
    """
    return call_of("layer_norm")(input, normalized_shape, weight, bias, eps)


def rms_norm(
    input: Tensor, normalized_shape: Sequence[int], weight: Tensor | None = None, eps: float | None = None
) -> Tensor:
    """Divide each sample by its root mean square over the trailing axes.

    Shapes: input (*, *normalized_shape) -> the same.  Source: torch.nn.functional.rms_norm; Zhang & Sennrich 2019.
    """
    return call_of("rms_norm")(input, normalized_shape, weight, eps)


def group_norm(
    input: Tensor, num_groups: int, weight: Tensor | None = None, bias: Tensor | None = None, eps: float = 1e-5
) -> Tensor:
    """Normalise each group of channels of each sample.

    Shapes: input (N, C, *), weight and bias (C) -> (N, C, *).
    Source: torch.nn.functional.group_norm; Wu & He 2018.
    """
    if input.ndim > 1 and num_groups > 0 and input.numel() == input.shape[0] * num_groups and input.shape[0] == 1:
        several_values(input, 1)
    return normalization.group_norm(input, num_groups, weight, bias, eps)


def instance_norm(
    input: Tensor,
    running_mean: Tensor | None = None,
    running_var: Tensor | None = None,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    use_input_stats: bool = True,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    """Normalise each channel of each sample.

    Shapes: input (N, C, *), all others (C) -> (N, C, *).
    Source: torch.nn.functional.instance_norm; Ulyanov et al. 2016.
    """
    if use_input_stats and input.ndim > 1 and input.numel() == input.shape[0] * input.shape[1]:
        raise ValueError(
            f"instance_norm: Expected more than 1 spatial element when training, got input size {input.shape}"
        )
    return normalization.instance_norm(input, weight, bias, running_mean, running_var, use_input_stats, momentum, eps)


def local_response_norm(input: Tensor, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0) -> Tensor:
    """Divide each number by its neighbours' in ``size`` channels: ``input / (k + alpha * mean of squares) ** beta``.

    Shapes: (N, C, *) -> (N, C, *).
    Source: torch.nn.functional.local_response_norm; Krizhevsky et al. 2012.
    """
    if input.ndim < 3:
        raise ValueError(
            f"local_response_norm: Expected 3D or higher dimensionality input (got {input.ndim} dimensions)"
        )
    squares = (input * input).reshape(input.shape[0], 1, input.shape[1], -1)
    padded = autograd.constant_pad_nd(squares, (0, 0, size // 2, (size - 1) // 2))
    means = call_of("avg_pool2d")(padded, (size, 1), 1).reshape(*input.shape)
    return input / (means * alpha + k) ** beta
