"""Pooling over one, two and three axes: maxima, means and power means of windows, or of parts of the image."""

from __future__ import annotations

from typing import Any

import nn.functional as F
from autograd import Tensor
from autograd.ops.windows import per_axis
from nn.module import Module

__all__ = [
    "AdaptiveAvgPool1d",
    "AdaptiveAvgPool2d",
    "AdaptiveAvgPool3d",
    "AdaptiveMaxPool1d",
    "AdaptiveMaxPool2d",
    "AdaptiveMaxPool3d",
    "AvgPool1d",
    "AvgPool2d",
    "AvgPool3d",
    "LPPool1d",
    "LPPool2d",
    "LPPool3d",
    "MaxPool1d",
    "MaxPool2d",
    "MaxPool3d",
    "MaxUnpool1d",
    "MaxUnpool2d",
    "MaxUnpool3d",
]

Side = int | tuple[int, ...]


class MaxPooling(Module):
    """The maximum of each window."""

    axes: int

    def __init__(
        self,
        kernel_size: Side,
        stride: Side | None = None,
        padding: Side = 0,
        dilation: Side = 1,
        return_indices: bool = False,
        ceil_mode: bool = False,
    ) -> None:
        super().__init__()
        self.kernel_size, self.padding, self.dilation = kernel_size, padding, dilation
        self.stride = kernel_size if stride is None else stride
        self.return_indices, self.ceil_mode = return_indices, ceil_mode

    def forward(self, input: Tensor) -> Any:
        pool = getattr(F, f"max_pool{self.axes}d")
        return pool(
            input, self.kernel_size, self.stride, self.padding, self.dilation, self.ceil_mode, self.return_indices
        )

    def extra_repr(self) -> str:
        return (
            f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}, "
            f"dilation={self.dilation}, ceil_mode={self.ceil_mode}"
        )


class MaxPool1d(MaxPooling):
    """The maximum of each window: (N, C, L) -> (N, C, L_out).  Source: torch.nn.MaxPool1d."""

    axes = 1


class MaxPool2d(MaxPooling):
    """The maximum of each window: (N, C, H, W) -> (N, C, H_out, W_out).

    H_out = floor((H + 2*padding - dilation*(kernel_size - 1) - 1) / stride) + 1, or rounded up if ``ceil_mode``;
    ``stride`` is ``kernel_size`` if not given.  Source: torch.nn.MaxPool2d; lecture, pooling layer.
    """

    axes = 2


class MaxPool3d(MaxPooling):
    """The maximum of each window: (N, C, D, H, W) -> (N, C, D_out, H_out, W_out).  Source: torch.nn.MaxPool3d."""

    axes = 3


class AvgPool1d(Module):
    """The mean of each window: (N, C, L) -> (N, C, L_out).  Source: torch.nn.AvgPool1d."""

    def __init__(
        self,
        kernel_size: Side,
        stride: Side | None = None,
        padding: Side = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
    ) -> None:
        super().__init__()
        self.kernel_size = per_axis("AvgPool1d", "kernel_size", kernel_size, 1)
        self.stride = self.kernel_size if stride is None else per_axis("AvgPool1d", "stride", stride, 1)
        self.padding = per_axis("AvgPool1d", "padding", padding, 1)
        self.ceil_mode, self.count_include_pad = ceil_mode, count_include_pad

    def forward(self, input: Tensor) -> Tensor:
        return F.avg_pool1d(input, self.kernel_size, self.stride, self.padding, self.ceil_mode, self.count_include_pad)

    def extra_repr(self) -> str:
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


class AvgPooling(Module):
    """The mean of each window."""

    axes: int

    def __init__(
        self,
        kernel_size: Side,
        stride: Side | None = None,
        padding: Side = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
        divisor_override: int | None = None,
    ) -> None:
        super().__init__()
        self.kernel_size, self.padding = kernel_size, padding
        self.stride = kernel_size if stride is None else stride
        self.ceil_mode, self.count_include_pad, self.divisor_override = ceil_mode, count_include_pad, divisor_override

    def forward(self, input: Tensor) -> Tensor:
        pool = getattr(F, f"avg_pool{self.axes}d")
        return pool(
            input,
            self.kernel_size,
            self.stride,
            self.padding,
            self.ceil_mode,
            self.count_include_pad,
            self.divisor_override,
        )

    def extra_repr(self) -> str:
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


class AvgPool2d(AvgPooling):
    """The mean of each window: (N, C, H, W) -> (N, C, H_out, W_out).

    The padding's zeros are counted unless ``count_include_pad`` is False; ``divisor_override`` divides the sum instead
    of the count.  Source: torch.nn.AvgPool2d.
    """

    axes = 2


class AvgPool3d(AvgPooling):
    """The mean of each window: (N, C, D, H, W) -> (N, C, D_out, H_out, W_out).  Source: torch.nn.AvgPool3d."""

    axes = 3


class PowerPooling(Module):
    """The p-norm of each window."""

    axes: int

    def __init__(
        self, norm_type: float, kernel_size: Side, stride: Side | None = None, ceil_mode: bool = False
    ) -> None:
        super().__init__()
        self.norm_type, self.kernel_size, self.stride, self.ceil_mode = norm_type, kernel_size, stride, ceil_mode

    def forward(self, input: Tensor) -> Tensor:
        return getattr(F, f"lp_pool{self.axes}d")(input, self.norm_type, self.kernel_size, self.stride, self.ceil_mode)

    def extra_repr(self) -> str:
        return (
            f"norm_type={self.norm_type}, kernel_size={self.kernel_size}, stride={self.stride}, "
            f"ceil_mode={self.ceil_mode}"
        )


class LPPool1d(PowerPooling):
    """``(sum of x**p) ** (1/p)`` of each window, p = norm_type.  Source: torch.nn.LPPool1d."""

    axes = 1


class LPPool2d(PowerPooling):
    """``(sum of x**p) ** (1/p)`` of each window, p = norm_type.  Source: torch.nn.LPPool2d."""

    axes = 2


class LPPool3d(PowerPooling):
    """``(sum of x**p) ** (1/p)`` of each window, p = norm_type.  Source: torch.nn.LPPool3d."""

    axes = 3


class AdaptiveAvgPooling(Module):
    """The mean of each part of an image cut into a fixed number of parts."""

    axes: int

    def __init__(self, output_size: int | tuple[int | None, ...] | None) -> None:
        super().__init__()
        self.output_size = output_size

    def forward(self, input: Tensor) -> Tensor:
        return getattr(F, f"adaptive_avg_pool{self.axes}d")(input, self.output_size)

    def extra_repr(self) -> str:
        return f"output_size={self.output_size}"


class AdaptiveAvgPool1d(AdaptiveAvgPooling):
    """The mean of each of ``output_size`` parts: (N, C, L) -> (N, C, L_out).  Source: torch.nn.AdaptiveAvgPool1d."""

    axes = 1


class AdaptiveAvgPool2d(AdaptiveAvgPooling):
    """The mean of each part of images cut into ``output_size`` parts: (N, C, H, W) -> (N, C, H_out, W_out).

    None keeps an axis; 1 gives the mean of each channel.  Source: torch.nn.AdaptiveAvgPool2d.
    """

    axes = 2


class AdaptiveAvgPool3d(AdaptiveAvgPooling):
    """The mean of each part of volumes.  Source: torch.nn.AdaptiveAvgPool3d."""

    axes = 3


class AdaptiveMaxPooling(Module):
    """The maximum of each part of an image cut into a fixed number of parts."""

    axes: int

    def __init__(self, output_size: int | tuple[int | None, ...] | None, return_indices: bool = False) -> None:
        super().__init__()
        self.output_size, self.return_indices = output_size, return_indices

    def forward(self, input: Tensor) -> Any:
        return getattr(F, f"adaptive_max_pool{self.axes}d")(input, self.output_size, self.return_indices)

    def extra_repr(self) -> str:
        return f"output_size={self.output_size}"


class AdaptiveMaxPool1d(AdaptiveMaxPooling):
    """The maximum of each of ``output_size`` parts.  Source: torch.nn.AdaptiveMaxPool1d."""

    axes = 1


class AdaptiveMaxPool2d(AdaptiveMaxPooling):
    """The maximum of each part of images cut into ``output_size`` parts.  Source: torch.nn.AdaptiveMaxPool2d."""

    axes = 2


class AdaptiveMaxPool3d(AdaptiveMaxPooling):
    """The maximum of each part of volumes.  Source: torch.nn.AdaptiveMaxPool3d."""

    axes = 3


class MaxUnpooling(Module):
    """The maxima of a pooling put back where they stood, among zeros."""

    axes: int

    def __init__(self, kernel_size: Side, stride: Side | None = None, padding: Side = 0) -> None:
        super().__init__()
        name = type(self).__name__
        self.kernel_size = per_axis(name, "kernel_size", kernel_size, self.axes)
        self.stride = self.kernel_size if stride is None else per_axis(name, "stride", stride, self.axes)
        self.padding = per_axis(name, "padding", padding, self.axes)

    def forward(self, input: Tensor, indices: Tensor, output_size: list[int] | None = None) -> Tensor:
        unpool = getattr(F, f"max_unpool{self.axes}d")
        return unpool(input, indices, self.kernel_size, self.stride, self.padding, output_size)

    def extra_repr(self) -> str:
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


class MaxUnpool1d(MaxUnpooling):
    """The maxima of `MaxPool1d` put back where their indices say.  Source: torch.nn.MaxUnpool1d."""

    axes = 1


class MaxUnpool2d(MaxUnpooling):
    """The maxima of `MaxPool2d` put back where their indices say.  Source: torch.nn.MaxUnpool2d."""

    axes = 2


class MaxUnpool3d(MaxUnpooling):
    """The maxima of `MaxPool3d` put back where their indices say.  Source: torch.nn.MaxUnpool3d."""

    axes = 3
