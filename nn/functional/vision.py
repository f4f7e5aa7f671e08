"""Images enlarged, shrunk and rearranged."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

import autograd
from autograd import Tensor
from autograd.functions import call_of
from autograd.ops.windows import count, per_axis
from autograd.tensors import wrap

MODES = {"nearest": None, "nearest-exact": None, "area": None, "linear": 3, "bilinear": 4, "trilinear": 5}


def interpolate(
    input: Tensor,
    size: int | Sequence[int] | None = None,
    scale_factor: float | Sequence[float] | None = None,
    mode: str = "nearest",
    align_corners: bool | None = None,
    recompute_scale_factor: bool | None = None,
    antialias: bool = False,
) -> Tensor:
    """Images in another size, one axis after the other.

    mode is "nearest" or "nearest-exact" (take the nearest pixel), "linear", "bilinear" or "trilinear" (mix the two
    nearest along each axis), or "area" (adaptive average pooling). With ``align_corners`` the outermost pixels' centres
    are kept, else the outermost pixels' edges.

    Shapes: (N, C, *sizes) -> (N, C, *size).  Source: torch.nn.functional.interpolate.
    """
    axes = input.ndim - 2
    if mode not in MODES or antialias:
        raise NotImplementedError(
            f"interpolate: mode {mode!r}{' with antialias' if antialias else ''} is not "
            f"supported: it is one of {', '.join(MODES)}"
        )
    if not 1 <= axes <= 3 or MODES[mode] not in (None, input.ndim):
        raise NotImplementedError(
            f"interpolate: Input Error: mode {mode!r} takes {MODES[mode] or '3D, 4D or 5'}D "
            f"inputs, got shape {tuple(input.shape)}"
        )
    if align_corners is not None and MODES[mode] is None:
        raise ValueError(
            "interpolate: align_corners option can only be set with the interpolating modes: linear | "
            f"bilinear | trilinear, not {mode!r}"
        )
    outs, scales = sizes_of(input, size, scale_factor, axes, recompute_scale_factor)
    if mode == "area":
        return call_of(f"adaptive_avg_pool{axes}d")(input, outs)
    for axis, (out, scale) in enumerate(zip(outs, scales, strict=True), 2):
        source = input.shape[axis]
        step = source / out if scale is None else 1 / scale
        if MODES[mode] is None:
            half = 0.5 if mode == "nearest-exact" else 0
            nearest = np.minimum(((np.arange(out) + half) * step).astype(np.int64), source - 1)
            input = input.index_select(axis, wrap(nearest))
            continue
        if align_corners:
            places = np.arange(out) * ((source - 1) / (out - 1) if out > 1 else 0)
        else:
            places = np.maximum((np.arange(out) + 0.5) * step - 0.5, 0)
        below = np.minimum(places.astype(np.int64), source - 1)
        above = np.minimum(below + 1, source - 1)
        part = wrap((places - below).astype(input.dtype.numpy).reshape(-1, *[1] * (input.ndim - axis - 1)))
        lower, upper = (input.index_select(axis, wrap(index)) for index in (below, above))
        input = lower * (1 - part) + upper * part
    return input


def sizes_of(input, size, scale_factor, axes, recompute):
    """The size wanted along each axis, and the scale where that decides the places."""
    if (size is None) == (scale_factor is None):
        raise ValueError(
            "interpolate: "
            + (
                "either size or scale_factor should be defined"
                if size is None
                else "only one of size or scale_factor should be defined"
            )
        )
    given = size if scale_factor is None else scale_factor
    values = tuple(given) if isinstance(given, (tuple, list)) else (given,) * axes
    if len(values) != axes:
        raise ValueError(
            f"interpolate: Input and output must have the same number of spatial dimensions, but got "
            f"input of shape {tuple(input.shape)} and "
            f"{'size' if scale_factor is None else 'scale_factor'} {given}"
        )
    if scale_factor is None:
        return values, [None] * axes
    outs = tuple([int(n * scale) for n, scale in zip(input.shape[2:], values, strict=True)])
    return outs, [None] * axes if recompute else values


def upsample(
    input: Tensor, size=None, scale_factor=None, mode: str = "nearest", align_corners: bool | None = None
) -> Tensor:
    """`interpolate` under its old name.  Source: torch.nn.functional.upsample."""
    return interpolate(input, size, scale_factor, mode, align_corners)


def pixel_shuffle(input: Tensor, upscale_factor: int) -> Tensor:
    """Channels to pixels: (*, C * r**2, H, W) -> (*, C, H * r, W * r).

    Source: torch.nn.functional.pixel_shuffle; Shi et al. 2016.
    """
    r = upscale_factor
    if r < 1:
        raise RuntimeError(f"pixel_shuffle: expects a positive upscale_factor, but got {r}")
    if input.ndim < 3 or input.shape[-3] % (r * r):
        raise RuntimeError(
            f"pixel_shuffle: expects its input's 'channel' dimension to be divisible by the square of "
            f"upscale_factor, but got input of shape {tuple(input.shape)} and upscale_factor={r}"
        )
    *lead, channels, height, width = input.shape
    split = input.reshape(-1, channels // r**2, r, r, height, width)
    return split.permute(0, 1, 4, 2, 5, 3).reshape(*lead, channels // r**2, height * r, width * r)


def pixel_unshuffle(input: Tensor, downscale_factor: int) -> Tensor:
    """Pixels to channels, the inverse of `pixel_shuffle`: (*, C, H * r, W * r) -> (*, C * r**2, H, W).

    Source: torch.nn.functional.pixel_unshuffle.
    """
    r = downscale_factor
    if r < 1:
        raise RuntimeError(f"pixel_unshuffle: expects a positive downscale_factor, but got {r}")
    if input.ndim < 3 or input.shape[-2] % r or input.shape[-1] % r:
        raise RuntimeError(
            f"pixel_unshuffle: expects height and width to be divisible by downscale_factor, but got "
            f"input of shape {tuple(input.shape)} and downscale_factor={r}"
        )
    *lead, channels, height, width = input.shape
    split = input.reshape(-1, channels, height // r, r, width // r, r)
    return split.permute(0, 1, 3, 5, 2, 4).reshape(*lead, channels * r**2, height // r, width // r)


def channel_shuffle(input: Tensor, groups: int) -> Tensor:
    """Deal the channels of each group out to all: (N, g * k, *) as (g, k) is transposed to (k, g).

    Source: torch.nn.functional.channel_shuffle; Zhang et al. 2018.
    """
    if input.ndim < 3 or groups < 1 or input.shape[1] % groups:
        raise RuntimeError(
            f"channel_shuffle: expects the channels of an input (N, C, *) to be divisible by groups, "
            f"but got input of shape {tuple(input.shape)} and groups={groups}"
        )
    n, channels, *rest = input.shape
    return input.reshape(n, groups, channels // groups, *rest).transpose(1, 2).reshape(n, channels, *rest)


def taps(input: Tensor, channels: int, kernel: tuple[int, int]) -> Tensor:
    """Filters that each pick one tap of one channel: the convolution with them lays the windows out."""
    places = kernel[0] * kernel[1]
    one_tap = np.tile(np.eye(places), (channels, 1)).reshape(channels * places, 1, *kernel)
    return wrap(one_tap.astype(input.dtype.numpy))


def unfold(input: Tensor, kernel_size, dilation=1, padding=0, stride=1) -> Tensor:
    """The windows of images, flattened, as columns: the matrix whose product with the filters is a convolution.

    Shapes: (N, C, H, W) -> (N, C * kernel places, windows).  Source: torch.nn.functional.unfold.
    """
    kernel = per_axis("unfold", "kernel_size", kernel_size, 2)
    channels = input.shape[-3]
    out = autograd.conv2d(input, taps(input, channels, kernel), None, stride, padding, dilation, channels)
    return out.flatten(-2)


def fold(input: Tensor, output_size, kernel_size, dilation=1, padding=0, stride=1) -> Tensor:
    """The transpose of `unfold`: every column is added back where its window was.

    Shapes: (N, C * kernel places, windows) -> (N, C, *output_size).  Source: torch.nn.functional.fold.
    """
    size, kernel = per_axis("fold", "output_size", output_size, 2), per_axis("fold", "kernel_size", kernel_size, 2)
    stride, padding = per_axis("fold", "stride", stride, 2), per_axis("fold", "padding", padding, 2)
    dilation, places = per_axis("fold", "dilation", dilation, 2), kernel[0] * kernel[1]
    outs = tuple([count(*setting) for setting in zip(size, kernel, stride, padding, dilation, strict=True)])
    if input.ndim not in (2, 3) or input.shape[-2] % places or input.shape[-1] != outs[0] * outs[1]:
        raise RuntimeError(
            f"fold: Expected an input (N, C * {places}, {outs[0] * outs[1]}) for output_size={size}, "
            f"kernel_size={kernel}, dilation={dilation}, padding={padding}, stride={stride}, but got "
            f"input of shape {tuple(input.shape)}"
        )
    channels = input.shape[-2] // places
    windows = input.reshape(*input.shape[:-1], *outs)
    plan = (outs, stride, padding, dilation, channels)
    return call_of("correlate_input")(windows, taps(input, channels, kernel), size, plan)
