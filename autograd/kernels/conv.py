"""Correlation of images with a filter, over any number of axes, and its two transposes.

All three are one product of matrices. The window that output position o sees is a row of a matrix whose entry at tap t
is the input at ``o * stride + t * dilation - start``, or 0 outside; its columns are (tap, channel). That matrix is
never made whole: it comes in blocks that fit the cache, of several images or of a few output rows of one.

Shapes: input (N, C, *sizes), weight (O, C/groups, *kernel), g and out (N, O, *outs); inside all of them are seen as
(groups, N, *places, channels of a group). stride, start and dilation are tuples, one number for each axis of `sizes`.
"""

from collections.abc import Iterator
from math import prod

import numpy as np

BLOCK = 1 << 20  # bytes of windows to hold at a time: they should stay in the cache
POSITIONS = 256  # windows to hold at least, so that the product remains one of matrices
SMALL = 10**6  # OpenBLAS multiplies matrices without repacking, a quarter faster, up to these products


def correlate(input, weight, bias, outs, stride, start, dilation, groups):
    """out[n, o, p] = bias[o] + sum over c and t of input[n, c, p * stride + t * dilation - start] * weight[o, c, t]."""
    if is_pointwise(weight.shape, stride, start):
        out = weight.reshape(groups, -1, weight.shape[1]) @ flat(input, groups)
        if bias is not None:
            out += bias.reshape(groups, -1, 1)
        return out.reshape(len(input), len(weight), *outs)
    matrix = weight_matrix(weight, groups)
    out = np.empty((len(input), len(weight), *outs), input.dtype)
    target = channels_last(out, groups)
    for images, rows, windows in window_blocks(input, weight.shape, outs, stride, start, dilation, groups):
        part = target[:, images, rows]
        if windows.flags.c_contiguous:
            block = in_pieces(windows, images, rows, len(weight)) @ matrix[:, None]
        else:  # they lie taps first: so the product in the other order is faster, and channels come first as in `out`
            block = (matrix.mT[:, None] @ windows.reshape(groups, part.shape[1], -1, windows.shape[-1]).mT).mT
        if bias is not None:
            block += bias.reshape(groups, 1, 1, -1)
        part[...] = block.reshape(part.shape)
    return out


def correlate_weight(input, g, weight_shape, stride, start, dilation, groups):
    """The gradient of `correlate` for its weight: each tap's products of g and the input under it."""
    if is_pointwise(weight_shape, stride, start):
        return (flat(g, groups) @ flat(input, groups).mT).sum(axis=0).reshape(weight_shape)
    filters, channels, *kernel = weight_shape
    matrix = np.zeros((groups, prod(kernel) * channels, filters // groups), g.dtype)
    source = channels_last(g, groups)
    for images, rows, windows in window_blocks(input, weight_shape, g.shape[2:], stride, start, dilation, groups):
        matrix += windows.mT @ source[:, images, rows].reshape(groups, -1, filters // groups)
    taps_last = np.moveaxis(matrix.reshape(groups, *kernel, channels, -1), (-1, -2), (1, 2))
    return taps_last.reshape(weight_shape)


def correlate_input(g, weight, sizes, stride, start, dilation, groups):
    """The gradient of `correlate` for its input of these sizes: every window receives its row of g times the weight."""
    (filters, channels, *kernel), outs = weight.shape, g.shape[2:]
    back = tuple([d * (k - 1) - b for k, d, b in zip(kernel, dilation, start, strict=True)])
    if max(stride) == 1 and min(back) >= 0:
        return correlate(g, flipped(weight, groups), None, sizes, stride, back, dilation, groups)
    matrix = weight_matrix(weight, groups).mT
    out = np.zeros((len(g), channels * groups, *sizes), g.dtype)
    source, target = channels_last(g, groups), channels_last(out, groups)
    inside, seen, reach = overlap(sizes, outs, kernel, stride, start, dilation)
    for images, all_rows in blocks(len(g), outs, prod(kernel) * channels * groups * g.itemsize):
        padded = np.zeros((groups, images.stop - images.start, *reach, channels), g.dtype)
        for rows in all_rows:
            part = source[:, images, rows]
            windows = part.reshape(groups, -1, filters // groups) @ matrix
            windows = windows.reshape(*part.shape[:-1], *kernel, channels)
            for tap in np.ndindex(*kernel):
                first = [t * d for t, d in zip(tap, dilation, strict=True)]
                first[0] += rows.start * stride[0]
                ends = [f + (n - 1) * s + 1 for f, n, s in zip(first, part.shape[2:-1], stride, strict=True)]
                spots = map(slice, first, ends, stride)
                padded[:, :, *spots] += windows[(..., *tap, slice(None))]
        target[:, images, *seen] = padded[:, :, *inside]
    return out


def window_blocks(input, weight_shape, outs, stride, start, dilation, groups) -> Iterator:
    """Images, output rows, and the matrix of their windows: (groups, positions, taps * channels of a group)."""
    _, channels, *kernel = weight_shape
    width = prod(kernel) * channels
    source = channels_last(input, groups)
    inside, seen, reach = overlap(input.shape[2:], outs, kernel, stride, start, dilation)
    padded = None
    for images, all_rows in blocks(len(input), outs, width * groups * input.itemsize):
        count = images.stop - images.start
        if padded is None or padded.shape[1] != count:
            padded = np.zeros((groups, count, *reach, channels), input.dtype)
        padded[:, :, *inside] = source[:, images, *seen]
        group, image, *steps, number = padded.strides
        jumps = [step * s for step, s in zip(steps, stride, strict=True)]
        strides = (group, image, *jumps, *[step * d for step, d in zip(steps, dilation, strict=True)], number)
        for rows in all_rows:
            shape = (groups, count, rows.stop - rows.start, *outs[1:], *kernel, channels)
            view = np.ndarray(shape, input.dtype, padded, rows.start * jumps[0], strides)
            if channels * kernel[-1] < outs[-1]:  # copied along the axis with the longer runs
                taps = tuple(range(2 + len(outs), view.ndim))
                yield images, rows, np.moveaxis(view, taps, range(1, 1 + len(taps))).reshape(groups, width, -1).mT
            else:
                yield images, rows, view.reshape(groups, -1, width)


def in_pieces(windows, images, rows, filters):
    """The windows as several matrices, one for each image or each output row, if these are small enough; or as one."""
    groups, positions, width = windows.shape
    count = images.stop - images.start
    for pieces in (count, count * (rows.stop - rows.start)):
        if positions * width * filters <= pieces * groups * SMALL:
            return windows.reshape(groups, pieces, -1, width)
    return windows[:, None]


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


def overlap(sizes, outs, kernel, stride, start, dilation):
    """Where the image lies in what the windows reach over, the part of it that they see, and how far they reach."""
    reach = [(n - 1) * s + d * (k - 1) + 1 for n, s, d, k in zip(outs, stride, dilation, kernel, strict=True)]
    seen = [max(0, min(size, r - b)) for size, r, b in zip(sizes, reach, start, strict=True)]
    inside = [slice(b, b + n) for b, n in zip(start, seen, strict=True)]
    return inside, [slice(n) for n in seen], reach


def is_pointwise(weight_shape, stride, start):
    """Whether each window is one place, so that images are their own windows."""
    return prod(weight_shape[2:]) == max(stride) == 1 and not max(start)


def flat(array, groups):
    """(N, C, *sizes) as (N, groups, C / groups, places)."""
    n, channels, *sizes = array.shape
    return array.reshape(n, groups, channels // groups, prod(sizes))


def channels_last(array, groups):
    """A view of (N, C, *sizes) as (groups, N, *sizes, C / groups)."""
    n, channels, *sizes = array.shape
    return np.moveaxis(array.reshape(n, groups, channels // groups, *sizes), (1, 2), (0, -1))


def weight_matrix(weight, groups):
    """The weight as (groups, taps * channels of a group, filters of a group)."""
    filters = weight.reshape(groups, -1, *weight.shape[1:])
    return np.moveaxis(filters, (1, 2), (-1, -2)).reshape(groups, -1, filters.shape[1])


def flipped(weight, groups):
    """The filter that carries gradients back at stride 1: taps reversed, inputs and outputs of a group swapped."""
    taps = tuple([slice(None, None, -1)] * (weight.ndim - 2))
    swapped = weight.reshape(groups, -1, *weight.shape[1:]).swapaxes(1, 2)
    return swapped.reshape(-1, swapped.shape[2], *weight.shape[2:])[:, :, *taps]
