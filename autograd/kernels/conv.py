"""Correlation of images with a filter, over any number of axes, and its two transposes.

All three are one product of matrices. The window that output position o sees is a row of a matrix whose entry at tap t
is the input at ``o * stride + t * dilation - start``, or 0 outside; its columns are (tap, channel). That matrix is
never made whole: it comes in blocks that fit the cache, of several images or of a few output rows of one.

Shapes: input (N, C, *sizes), weight (O, C/groups, *kernel), g and out (N, O, *outs).
stride, start and dilation are tuples, one number for each axis of `sizes`.
"""

from collections.abc import Iterator
from math import prod

import numpy as np

BLOCK = 1 << 19  # bytes of windows to hold at a time: half of a usual second-level cache
POSITIONS = 256  # windows to hold at least, so that the product remains one of matrices
SMALL = 10**6  # OpenBLAS multiplies matrices without repacking, a quarter faster, up to these products


def correlate(input, weight, bias, outs, stride, start, dilation, groups):
    """out[n, o, p] = bias[o] + sum over c and t of input[n, c, p * stride + t * dilation - start] * weight[o, c, t]."""
    matrix = weight_matrix(weight, groups)
    out = np.empty((len(input), len(weight), *outs), input.dtype)
    for images, rows, windows in window_blocks(input, weight.shape, outs, stride, start, dilation, groups):
        block = in_pieces(windows, images, rows, len(weight)) @ matrix[:, None]
        if bias is not None:
            block += bias.reshape(groups, 1, 1, -1)
        target = by_group(out, groups)[images, :, :, rows]
        target[...] = np.moveaxis(block.reshape(groups, len(target), *target.shape[3:], -1), (0, -1), (1, 2))
    return out


def correlate_weight(input, g, weight_shape, stride, start, dilation, groups):
    """The gradient of `correlate` for its weight: each tap's products of g and the input under it."""
    kernel = weight_shape[2:]
    matrix = np.zeros((groups, weight_shape[1] * prod(kernel), weight_shape[0] // groups), g.dtype)
    for images, rows, windows in window_blocks(input, weight_shape, g.shape[2:], stride, start, dilation, groups):
        matrix += windows.mT @ channels_last(g, images, rows, groups)
    taps_last = np.moveaxis(matrix.reshape(groups, *kernel, -1, matrix.shape[-1]), (-1, -2), (1, 2))
    return taps_last.reshape(weight_shape)


def correlate_input(g, weight, sizes, stride, start, dilation, groups):
    """The gradient of `correlate` for its input of these sizes: every window receives its row of g times the weight."""
    kernel, outs = weight.shape[2:], g.shape[2:]
    back = tuple([d * (k - 1) - b for k, d, b in zip(kernel, dilation, start, strict=True)])
    if max(stride) == 1 and min(back) >= 0:
        return correlate(g, flipped(weight, groups), None, sizes, stride, back, dilation, groups)
    matrix = weight_matrix(weight, groups).mT
    out = np.zeros((len(g), weight.shape[1] * groups, *sizes), g.dtype)
    for images, all_rows in blocks(len(g), outs, prod(weight.shape[1:]) * groups * g.itemsize):
        padded, inside = padded_like(out[images], outs, kernel, stride, start, dilation)
        for rows in all_rows:
            windows = channels_last(g, images, rows, groups) @ matrix
            places = (len(padded), rows.stop - rows.start, *outs[1:])
            windows = windows.reshape(groups, *places, *kernel, -1)
            for tap in np.ndindex(kernel):
                first = [t * d for t, d in zip(tap, dilation, strict=True)]
                first[0] += rows.start * stride[0]
                spots = tuple(
                    [slice(f, f + (n - 1) * s + 1, s) for f, n, s in zip(first, places[1:], stride, strict=True)]
                )
                target = padded[:, *spots].reshape(*places, groups, -1)
                part = windows[(slice(None),) * (1 + len(places)) + tap]
                target += np.moveaxis(part, 0, -2)
        reached = np.moveaxis(padded[inside], -1, 1)
        out[images, :, *[slice(n) for n in reached.shape[2:]]] = reached
    return out


def in_pieces(windows, images, rows, filters):
    """The windows of each image, or of each output row, as a matrix of its own, small enough for BLAS to like."""
    pieces = images.stop - images.start
    if windows[0].size * filters > pieces * SMALL:
        pieces *= rows.stop - rows.start
    return windows.reshape(len(windows), pieces, -1, windows.shape[-1])


def window_blocks(input, weight_shape, outs, stride, start, dilation, groups) -> Iterator:
    """Images, output rows, and the matrix of their windows: (groups, positions, taps * channels of a group)."""
    channels, kernel = weight_shape[1], weight_shape[2:]
    width = prod(weight_shape[1:])
    for images, all_rows in blocks(len(input), outs, width * groups * input.itemsize):
        padded, inside = padded_like(input[images], outs, kernel, stride, start, dilation)
        padded[inside] = np.moveaxis(input[images], 1, -1)[:, *[slice(n) for n in padded[inside].shape[1:-1]]]
        image, *steps, _ = padded.strides
        strides = (
            channels * input.itemsize,
            image,
            *[n * s for n, s in zip(steps, stride, strict=True)],
            *[n * d for n, d in zip(steps, dilation, strict=True)],
            input.itemsize,
        )
        for rows in all_rows:
            shape = (groups, len(padded), rows.stop - rows.start, *outs[1:], *kernel, channels)
            view = np.ndarray(shape, input.dtype, padded, rows.start * strides[2], strides)
            if channels * kernel[-1] < outs[-1]:  # copied along the axis with the longer runs
                taps = tuple(range(2 + len(outs), view.ndim))
                yield images, rows, np.moveaxis(view, taps, range(1, 1 + len(taps))).reshape(groups, width, -1).mT
            else:
                yield images, rows, view.reshape(groups, -1, width)


def blocks(images, outs, position_bytes) -> Iterator:
    """Slices of images, each with the slices of output rows to take at a time; a window has so many bytes."""
    limit = max(BLOCK, POSITIONS * position_bytes)
    row_bytes = max(1, prod(outs[1:]) * position_bytes)
    rows = max(1, min(outs[0], limit // row_bytes))
    step = max(1, limit // (row_bytes * outs[0]))
    for first in range(0, images, step):
        yield (
            slice(first, min(first + step, images)),
            [slice(row, min(row + rows, outs[0])) for row in range(0, outs[0], rows)],
        )


def padded_like(images, outs, kernel, stride, start, dilation):
    """Zeros as large as the windows reach over these images, channels last, and the index of the images in them."""
    reach = [(n - 1) * s + d * (k - 1) + 1 for n, s, d, k in zip(outs, stride, dilation, kernel, strict=True)]
    inside = [slice(b, b + size) for b, size in zip(start, images.shape[2:], strict=True)]
    return np.zeros((len(images), *reach, images.shape[1]), images.dtype), (slice(None), *inside)


def weight_matrix(weight, groups):
    """The weight as (groups, taps * channels of a group, filters of a group)."""
    filters = weight.reshape(groups, -1, *weight.shape[1:])
    return np.moveaxis(filters, (1, 2), (-1, -2)).reshape(groups, -1, filters.shape[1])


def flipped(weight, groups):
    """The filter that carries gradients back at stride 1: taps reversed, inputs and outputs of a group swapped."""
    taps = tuple([slice(None, None, -1)] * (weight.ndim - 2))
    swapped = weight.reshape(groups, -1, *weight.shape[1:]).swapaxes(1, 2)
    return swapped.reshape(-1, swapped.shape[2], *weight.shape[2:])[:, :, *taps]


def by_group(array, groups):
    """(N, C, *sizes) as (N, groups, C / groups, *sizes)."""
    return array.reshape(len(array), groups, -1, *array.shape[2:])


def channels_last(array, images, rows, groups):
    """These images and rows as (groups, positions, channels of a group)."""
    part = by_group(array, groups)[images, :, :, rows]
    return np.moveaxis(part, (1, 2), (0, -1)).reshape(groups, -1, part.shape[2])
