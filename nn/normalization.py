"""Normalisations: over the batch, over groups of channels, over trailing axes."""

from __future__ import annotations

from typing import Any

import autograd
import nn.functional as F
from autograd import Tensor, empty, ones, tensor, zeros
from nn import init
from nn.module import Module
from nn.parameter import Parameter

__all__ = [
    "BatchNorm1d",
    "BatchNorm2d",
    "BatchNorm3d",
    "GroupNorm",
    "InstanceNorm1d",
    "InstanceNorm2d",
    "InstanceNorm3d",
    "LayerNorm",
    "LocalResponseNorm",
    "RMSNorm",
]


class Affine(Module):
    """A layer that scales and shifts what it has normalised; either parameter may be None."""

    weight: Parameter | None
    bias: Parameter | None

    def reset_parameters(self) -> None:
        """Scale 1, shift 0."""
        if self.weight is not None:
            init.ones_(self.weight)
        if self.bias is not None:
            init.zeros_(self.bias)


class ChannelNorm(Affine):
    """What batch and instance norm share: a scale and a shift for each channel, and running statistics."""

    ndims: tuple[int, ...]  # of the inputs that are taken

    def __init__(
        self,
        num_features: int,
        eps: float,
        momentum: float | None,
        affine: bool,
        track_running_stats: bool,
        device: Any,
        dtype: autograd.dtype | None,
        bias: bool,
    ) -> None:
        super().__init__()
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.affine, self.track_running_stats = affine, track_running_stats
        kind = {"device": device, "dtype": dtype}
        self.weight = Parameter(empty(num_features, **kind)) if affine else None
        self.bias = Parameter(empty(num_features, **kind)) if affine and bias else None
        self.register_buffer("running_mean", zeros(num_features, **kind) if track_running_stats else None)
        self.register_buffer("running_var", ones(num_features, **kind) if track_running_stats else None)
        self.register_buffer("num_batches_tracked", tensor(0, dtype=autograd.int64) if track_running_stats else None)
        self.reset_parameters()

    def reset_running_stats(self) -> None:
        """Forget what was seen: mean 0, variance 1."""
        if self.track_running_stats:
            self.running_mean.zero_()
            self.running_var.fill_(1)
            self.num_batches_tracked.zero_()

    def reset_parameters(self) -> None:
        """Scale 1, shift 0, and no statistics."""
        self.reset_running_stats()
        super().reset_parameters()

    def check_input(self, input: Tensor) -> None:
        """Raise unless the input has the axes that this layer takes."""
        if input.ndim not in self.ndims:
            wanted = " or ".join(f"{n}D" for n in self.ndims)
            raise ValueError(
                f"{type(self).__name__}: expected {wanted} input (got {input.ndim}D input of shape "
                f"{tuple(input.shape)})"
            )

    def extra_repr(self) -> str:
        return (
            f"{self.num_features}, eps={self.eps}, momentum={self.momentum}, affine={self.affine}, "
            f"bias={self.bias is not None}, track_running_stats={self.track_running_stats}"
        )


class BatchNorm(ChannelNorm):
    """The constructor and forward of the batch norms."""

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        device: Any = None,
        dtype: autograd.dtype | None = None,
        *,
        bias: bool = True,
    ) -> None:
        super().__init__(num_features, eps, momentum, affine, track_running_stats, device, dtype, bias)

    def forward(self, input: Tensor) -> Tensor:
        self.check_input(input)
        fraction = 0.0 if self.momentum is None else self.momentum
        if self.training and self.track_running_stats and self.num_batches_tracked is not None:
            self.num_batches_tracked += 1
            if self.momentum is None:  # the mean of all batches so far
                fraction = 1 / self.num_batches_tracked.item()
        updates = not self.training or self.track_running_stats
        return F.batch_norm(
            input,
            self.running_mean if updates else None,
            self.running_var if updates else None,
            self.weight,
            self.bias,
            self.training or self.running_mean is None,
            fraction,
            self.eps,
        )


class BatchNorm1d(BatchNorm):
    """Normalise each feature over the batch: (N, C) or (N, C, L) -> the same. See `BatchNorm2d`.

    Source: torch.nn.BatchNorm1d; Ioffe & Szegedy 2015; lecture, batch normalization.
    """

    ndims = 2, 3


class BatchNorm2d(BatchNorm):
    """Normalise each channel over the batch: ``out = (input - mean) / sqrt(var + eps) * weight + bias``.

    In training mean and var are those of the batch, and ``running_mean`` and ``running_var`` (unbiased) move towards
    them by the fraction ``momentum``; None makes them the mean of all batches. In evaluation the running ones are used.

    Shapes: (N, C, H, W) -> (N, C, H, W).
    Source: torch.nn.BatchNorm2d; Ioffe & Szegedy 2015; lecture, batch normalization.
    """

    ndims = (4,)


class BatchNorm3d(BatchNorm):
    """Normalise each channel over the batch: (N, C, D, H, W) -> the same. See `BatchNorm2d`.

    Source: torch.nn.BatchNorm3d.
    """

    ndims = (5,)


class InstanceNorm(ChannelNorm):
    """The constructor and forward of the instance norms."""

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float = 0.1,
        affine: bool = False,
        track_running_stats: bool = False,
        device: Any = None,
        dtype: autograd.dtype | None = None,
        *,
        bias: bool = True,
    ) -> None:
        super().__init__(num_features, eps, momentum, affine, track_running_stats, device, dtype, bias)

    def forward(self, input: Tensor) -> Tensor:
        self.check_input(input)
        single = input.ndim == self.ndims[0]  # one sample, without its batch axis
        channels = input.shape[0 if single else 1]
        if channels != self.num_features and self.affine:
            raise ValueError(
                f"{type(self).__name__}: expected input's size at dim={0 if single else 1} to match "
                f"num_features ({self.num_features}), but got: {channels}."
            )
        out = F.instance_norm(
            input.unsqueeze(0) if single else input,
            self.running_mean,
            self.running_var,
            self.weight,
            self.bias,
            self.training or not self.track_running_stats,
            0.0 if self.momentum is None else self.momentum,
            self.eps,
        )
        return out.squeeze(0) if single else out


class InstanceNorm1d(InstanceNorm):
    """Normalise each channel of each sample: (N, C, L) or (C, L) -> the same.  Source: torch.nn.InstanceNorm1d."""

    ndims = 2, 3


class InstanceNorm2d(InstanceNorm):
    """Normalise each channel of each sample: (N, C, H, W) or (C, H, W) -> the same.

    Source: torch.nn.InstanceNorm2d; Ulyanov et al. 2016.
    """

    ndims = 3, 4


class InstanceNorm3d(InstanceNorm):
    """Normalise each channel of each sample: (N, C, D, H, W) or (C, D, H, W).  Source: torch.nn.InstanceNorm3d."""

    ndims = 4, 5


class LayerNorm(Affine):
    """Normalise each sample over its trailing axes: ``out = (input - mean) / sqrt(var + eps) * weight + bias``.

    Shapes: (*, *normalized_shape) -> the same; weight and bias have normalized_shape.
    Source: torch.nn.LayerNorm; Ba et al. 2016.
    """

    def __init__(
        self,
        normalized_shape: int | tuple[int, ...] | list[int],
        eps: float = 1e-5,
        elementwise_affine: bool = True,
        bias: bool = True,
        device: Any = None,
        dtype: autograd.dtype | None = None,
    ) -> None:
        super().__init__()
        self.normalized_shape = (normalized_shape,) if isinstance(normalized_shape, int) else tuple(normalized_shape)
        self.eps, self.elementwise_affine = eps, elementwise_affine
        kind: dict[str, Any] = {"device": device, "dtype": dtype}
        self.weight = Parameter(ones(self.normalized_shape, **kind)) if elementwise_affine else None
        self.bias = Parameter(zeros(self.normalized_shape, **kind)) if elementwise_affine and bias else None

    def forward(self, input: Tensor) -> Tensor:
        return F.layer_norm(input, self.normalized_shape, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        return (
            f"{self.normalized_shape}, eps={self.eps}, elementwise_affine={self.elementwise_affine}, "
            f"bias={self.bias is not None}"
        )


class RMSNorm(Module):
    """Divide each sample by its root mean square: ``out = input / sqrt(mean(input**2) + eps) * weight``.

    ``eps`` is the smallest step from 1 in the input's dtype if not given.
    Shapes: (*, *normalized_shape) -> the same.  Source: torch.nn.RMSNorm; Zhang & Sennrich 2019.
    """

    def __init__(
        self,
        normalized_shape: int | tuple[int, ...] | list[int],
        eps: float | None = None,
        elementwise_affine: bool = True,
        device: Any = None,
        dtype: autograd.dtype | None = None,
    ) -> None:
        super().__init__()
        self.normalized_shape = (normalized_shape,) if isinstance(normalized_shape, int) else tuple(normalized_shape)
        self.eps, self.elementwise_affine = eps, elementwise_affine
        self.weight = Parameter(ones(self.normalized_shape, device=device, dtype=dtype)) if elementwise_affine else None

    def reset_parameters(self) -> None:
        """Scale 1."""
        if self.weight is not None:
            init.ones_(self.weight)

    def forward(self, input: Tensor) -> Tensor:
        return F.rms_norm(input, self.normalized_shape, self.weight, self.eps)

    def extra_repr(self) -> str:
        return f"{self.normalized_shape}, eps={self.eps}, elementwise_affine={self.elementwise_affine}"


class GroupNorm(Affine):
    """Normalise each of ``num_groups`` groups of channels of each sample.

    Shapes: (N, C, *) -> the same; weight and bias (C).  Source: torch.nn.GroupNorm; Wu & He 2018.
    """

    def __init__(
        self,
        num_groups: int,
        num_channels: int,
        eps: float = 1e-5,
        affine: bool = True,
        device: Any = None,
        dtype: autograd.dtype | None = None,
        *,
        bias: bool = True,
    ) -> None:
        super().__init__()
        if num_channels % num_groups:
            raise ValueError(f"GroupNorm: num_channels ({num_channels}) must be divisible by num_groups ({num_groups})")
        self.num_groups, self.num_channels, self.eps, self.affine = num_groups, num_channels, eps, affine
        self.weight = Parameter(ones(num_channels, device=device, dtype=dtype)) if affine else None
        self.bias = Parameter(zeros(num_channels, device=device, dtype=dtype)) if affine and bias else None

    def forward(self, input: Tensor) -> Tensor:
        return F.group_norm(input, self.num_groups, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        return (
            f"{self.num_groups}, {self.num_channels}, eps={self.eps}, affine={self.affine}, "
            f"bias={self.bias is not None}"
        )


class LocalResponseNorm(Module):
    """Divide each number by those at its place in ``size`` channels: ``input / (k + alpha * mean of squares) ** beta``.

    Source: torch.nn.LocalResponseNorm; Krizhevsky et al. 2012.
    """

    def __init__(self, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0) -> None:
        super().__init__()
        self.size, self.alpha, self.beta, self.k = size, alpha, beta, k

    def forward(self, input: Tensor) -> Tensor:
        return F.local_response_norm(input, self.size, self.alpha, self.beta, self.k)

    def extra_repr(self) -> str:
        return f"{self.size}, alpha={self.alpha}, beta={self.beta}, k={self.k}"
