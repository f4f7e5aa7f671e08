"""Convolutions and their transposes over one, two and three axes."""

from __future__ import annotations

from math import prod
from typing import Any

import autograd
import nn.functional as F
from autograd import Tensor, empty
from autograd.ops.windows import per_axis
from nn.linear import init_uniform
from nn.module import Module
from nn.parameter import Parameter

__all__ = ["Conv1d", "Conv2d", "Conv3d", "ConvTranspose1d", "ConvTranspose2d", "ConvTranspose3d"]

PADDING_MODES = ("zeros", "reflect", "replicate", "circular")


class Convolution(Module):
    """What all convolutions share: their settings, weight and bias."""

    axes: int  # how many axes the kernel has
    transposed = False

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Any,
        stride: Any,
        padding: Any,
        dilation: Any,
        groups: int,
        bias: bool,
        padding_mode: str,
        output_padding: Any,
        device: Any,
        dtype: Any,
    ) -> None:
        super().__init__()
        name = type(self).__name__
        if groups <= 0:
            raise ValueError(f"{name}: groups must be a positive integer, got {groups}")
        for what, channels in (("in_channels", in_channels), ("out_channels", out_channels)):
            if channels % groups:
                raise ValueError(
                    f"{name}: {what} must be divisible by groups, got {channels} channels in {groups} groups"
                )
        self.in_channels, self.out_channels, self.groups = in_channels, out_channels, groups
        self.kernel_size = per_axis(name, "kernel_size", kernel_size, self.axes)
        self.stride = per_axis(name, "stride", stride, self.axes)
        self.dilation = per_axis(name, "dilation", dilation, self.axes)
        self.output_padding = per_axis(name, "output_padding", output_padding, self.axes)
        if isinstance(padding, str):
            if padding not in ("same", "valid"):
                raise ValueError(f"{name}: Invalid padding string {padding!r}, should be one of 'valid', 'same'")
            if padding == "same" and max(self.stride) > 1:
                raise ValueError(
                    f"{name}: padding='same' is not supported for strided convolutions, got stride={self.stride}"
                )
            self.padding: Any = padding
        else:
            self.padding = per_axis(name, "padding", padding, self.axes)
        if padding_mode not in PADDING_MODES:
            raise ValueError(
                f"{name}: padding_mode must be one of {', '.join(PADDING_MODES)}, but got {padding_mode!r}"
            )
        self.padding_mode = padding_mode
        first, second = (in_channels, out_channels) if self.transposed else (out_channels, in_channels)
        self.weight = Parameter(empty(first, second // groups, *self.kernel_size, device=device, dtype=dtype))
        self.bias = Parameter(empty(out_channels, device=device, dtype=dtype)) if bias else None
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw weight and bias anew, from U(-k, k), k = (size of a filter)**-0.5."""
        init_uniform(prod(self.weight.shape[1:]), self.weight, self.bias)

    def borders(self) -> list[int]:
        """What F.pad is told to add for a padding mode: (before, after) for each axis, the last one first."""
        if self.padding == "valid":
            return [0, 0] * self.axes
        sides = []
        for axis in reversed(range(self.axes)):
            if self.padding == "same":
                total = self.dilation[axis] * (self.kernel_size[axis] - 1)
                sides += [total // 2, total - total // 2]
            else:
                sides += [self.padding[axis]] * 2
        return sides

    def extra_repr(self) -> str:
        text = f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}, stride={self.stride}"
        if self.padding != (0,) * self.axes:
            text += f", padding={self.padding}"
        if self.dilation != (1,) * self.axes:
            text += f", dilation={self.dilation}"
        if self.output_padding != (0,) * self.axes:
            text += f", output_padding={self.output_padding}"
        if self.groups != 1:
            text += f", groups={self.groups}"
        if self.bias is None:
            text += ", bias=False"
        if self.padding_mode != "zeros":
            text += f", padding_mode={self.padding_mode}"
        return text


class ForwardConvolution(Convolution):
    """The constructor and forward of the convolutions."""

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | tuple[int, ...],
        stride: int | tuple[int, ...] = 1,
        padding: int | tuple[int, ...] | str = 0,
        dilation: int | tuple[int, ...] = 1,
        groups: int = 1,
        bias: bool = True,
        padding_mode: str = "zeros",
        device: Any = None,
        dtype: autograd.dtype | None = None,
    ) -> None:
        super().__init__(
            in_channels,
            out_channels,
            kernel_size,
            stride,
            padding,
            dilation,
            groups,
            bias,
            padding_mode,
            0,
            device,
            dtype,
        )

    def forward(self, input: Tensor) -> Tensor:
        convolve, padding = getattr(F, f"conv{self.axes}d"), self.padding
        if self.padding_mode != "zeros":
            input, padding = F.pad(input, self.borders(), mode=self.padding_mode), 0
        return convolve(input, self.weight, self.bias, self.stride, padding, self.dilation, self.groups)


class TransposedConvolution(Convolution):
    """The constructor and forward of the transposed convolutions."""

    transposed = True

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | tuple[int, ...],
        stride: int | tuple[int, ...] = 1,
        padding: int | tuple[int, ...] = 0,
        output_padding: int | tuple[int, ...] = 0,
        groups: int = 1,
        bias: bool = True,
        dilation: int | tuple[int, ...] = 1,
        padding_mode: str = "zeros",
        device: Any = None,
        dtype: autograd.dtype | None = None,
    ) -> None:
        if padding_mode != "zeros":
            raise ValueError(f'Only "zeros" padding mode is supported for {type(self).__name__}, got {padding_mode!r}')
        super().__init__(
            in_channels,
            out_channels,
            kernel_size,
            stride,
            padding,
            dilation,
            groups,
            bias,
            padding_mode,
            output_padding,
            device,
            dtype,
        )

    def forward(self, input: Tensor, output_size: list[int] | None = None) -> Tensor:
        convolve = getattr(F, f"conv_transpose{self.axes}d")
        extra = self.output_padding if output_size is None else self.padding_for(input, output_size)
        return convolve(input, self.weight, self.bias, self.stride, self.padding, extra, self.groups, self.dilation)

    def padding_for(self, input: Tensor, output_size: list[int]) -> tuple[int, ...]:
        """The output_padding that leads to this size."""
        wanted = tuple(output_size)[-self.axes :]
        least = [
            (n - 1) * s - 2 * p + d * (k - 1) + 1
            for n, s, p, d, k in zip(
                input.shape[-self.axes :], self.stride, self.padding, self.dilation, self.kernel_size, strict=True
            )
        ]
        extra = tuple(w - n for w, n in zip(wanted, least, strict=True))
        if any(not 0 <= e < s for e, s in zip(extra, self.stride, strict=True)):
            most = [n + s - 1 for n, s in zip(least, self.stride, strict=True)]
            raise ValueError(
                f"{type(self).__name__}: requested an output size of {wanted}, but valid sizes range "
                f"from {least} to {most} (for an input of {tuple(input.shape)})"
            )
        return extra


class Conv1d(ForwardConvolution):
    """Slide filters over sequences: (N, in_channels, L) -> (N, out_channels, L_out).

    L_out = floor((L + 2*padding - dilation*(kernel_size - 1) - 1) / stride) + 1. Parameters as in `Conv2d`.
    Source: torch.nn.Conv1d.
    """

    axes = 1


class Conv2d(ForwardConvolution):
    """Slide filters over images: (N, in_channels, H, W) -> (N, out_channels, H_out, W_out).

    H_out = floor((H + 2*padding - dilation*(kernel_size - 1) - 1) / stride) + 1, W_out likewise. weight
    (out_channels, in_channels/groups, *kernel_size) and bias (out_channels) are drawn from U(-k, k),
    k = (size of a filter)**-0.5.  Source: torch.nn.Conv2d; lecture, convolutional layer.

    Parameters
    ----------
    stride, dilation : steps between windows, and between the taps of one
    padding : width of the border on both sides, "valid" (none) or "same" (as many outputs as inputs, at stride 1)
    groups : into so many parts are the channels split, each with filters of its own
    padding_mode : what the border holds: "zeros", or the image itself by "reflect", "replicate" or "circular"

    >>> Conv2d(3, 8, kernel_size=3, padding=1)(autograd.ones(2, 3, 6, 6)).shape
    torch.Size([2, 8, 6, 6])
    """

    axes = 2


class Conv3d(ForwardConvolution):
    """Slide filters over volumes: (N, in_channels, D, H, W) -> (N, out_channels, D_out, H_out, W_out).

    Parameters as in `Conv2d`.  Source: torch.nn.Conv3d.
    """

    axes = 3


class ConvTranspose1d(TransposedConvolution):
    """The transpose of `Conv1d`: (N, in_channels, L) -> (N, out_channels, L_out).  Source: torch.nn.ConvTranspose1d."""

    axes = 1


class ConvTranspose2d(TransposedConvolution):
    """The transpose of `Conv2d`, which enlarges images: (N, in_channels, H, W) -> (N, out_channels, H_out, W_out).

    H_out = (H - 1)*stride - 2*padding + dilation*(kernel_size - 1) + output_padding + 1, W_out likewise.
    weight (in_channels, out_channels/groups, *kernel_size).  Source: torch.nn.ConvTranspose2d; Dumoulin & Visin 2016.
    """

    axes = 2


class ConvTranspose3d(TransposedConvolution):
    """The transpose of `Conv3d`.  Source: torch.nn.ConvTranspose3d."""

    axes = 3
