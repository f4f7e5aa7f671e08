"""Sums, maxima and winners over the windows of images, along any number of trailing axes.

Output position p of an axis sees the inputs ``p * stride + tap * dilation - start``, of which those outside the image
count for nothing. Instead of every window's taps we visit every tap's windows: a few operations on whole arrays.

A plan is (kernel, outs, stride, start, dilation), each with one number for each axis.
"""

from itertools import product
from math import prod

import numpy as np


def reduce_windows(ufunc, initial, input, plan):
    """Fold each window with `ufunc` (np.add or np.maximum), one axis after the other."""
    for axis, (n, *setting) in enumerate(zip(*plan, strict=True), input.ndim - len(plan[0])):
        before = (slice(None),) * axis
        out = None
        for places, spots in taps(input.shape[axis], n, *setting):
            part = input[(*before, spots)]
            if out is None and part.shape[axis] == setting[0]:
                out = part.copy()
                continue
            if out is None:
                out = np.full((*input.shape[:axis], setting[0], *input.shape[axis + 1 :]), initial, input.dtype)
            target = out[(*before, places)]
            ufunc(target, part, out=target)
        input = out
    return input


def spread_windows(g, sizes, plan):
    """The transpose of a sum over windows: every input receives the g of each window that sees it."""
    for axis, (size, n, *setting) in enumerate(zip(sizes, *plan, strict=True), g.ndim - len(sizes)):
        before = (slice(None),) * axis
        out = np.zeros((*g.shape[:axis], size, *g.shape[axis + 1 :]), g.dtype)
        for places, spots in taps(size, n, *setting):
            out[(*before, spots)] += g[(*before, places)]
        g = out
    return g


def winners(input, out, plan):
    """Where each window's maximum `out` stands first, as its index in the flattened image; of nans the last."""
    kernel, outs, stride, start, dilation = plan
    sizes = input.shape[-len(outs) :]
    number = np.zeros(out.shape, np.uint8 if prod(kernel) < 256 else np.int32)
    searched = np.ones(out.shape, np.bool_)  # the windows whose maximum has not been met
    axes = [[*taps(*setting)] for setting in zip(sizes, *plan, strict=True)]
    regions = [tuple([(..., *slices) for slices in zip(*tap, strict=True)]) for tap in product(*axes)]
    for places, spots in regions[:-1]:  # what all other taps miss, the last one holds
        searched[places] &= input[spots] != out[places]
        number += searched
    if out.dtype.kind == "f" and np.isnan(out).any():
        for tap, (places, spots) in enumerate(regions):
            np.copyto(number[places], tap, where=np.isnan(input[spots]), casting="unsafe")
    steps = np.cumprod([1, *sizes[:0:-1]])[::-1]
    first = [(np.arange(n) * s - b) * step for n, s, b, step in zip(outs, stride, start, steps, strict=True)]
    offsets = [np.arange(k) * d * step for k, d, step in zip(kernel, dilation, steps, strict=True)]
    return total(offsets).take(number) + total(first)


def total(parts):
    """The outer sum of some vectors."""
    out = 0
    for part in parts:
        out = np.add.outer(out, part)
    return out


def taps(size, kernel, outs, stride, start, dilation):
    """For each tap of an axis, the slice of outputs for which it lies inside, and of the inputs that these see."""
    for tap in range(kernel):
        shift = tap * dilation - start
        first = max(0, -(shift // stride))
        last = min(outs - 1, (size - 1 - shift) // stride)
        spot = first * stride + shift
        if first > last:
            yield slice(0, 0), slice(0, 0)
        else:
            yield slice(first, last + 1), slice(spot, spot + (last - first) * stride + 1, stride)


def scatter_plane(values, indices, sizes):
    """Zeros of these trailing sizes, plus each value at its index in the flattened image."""
    lead = values.shape[: values.ndim - len(sizes)]
    out = np.zeros((*lead, *sizes), values.dtype)
    np.add.at(out.reshape(-1), places_of(indices, lead, sizes).reshape(-1), values.reshape(-1))
    return out


def gather_plane(input, indices, axes):
    """The value at each index in the image, whose `axes` last axes count as one."""
    lead, sizes = input.shape[:-axes], input.shape[-axes:]
    return input.reshape(-1)[places_of(indices, lead, sizes)]


def places_of(indices, lead, sizes):
    """Indices in flattened images as indices in the whole flattened array."""
    return indices + (np.arange(prod(lead)) * prod(sizes)).reshape(*lead, *[1] * len(sizes))


def parts(size, outs):
    """An axis cut into `outs` parts of nearly the same length, that may overlap by one place."""
    return [slice(i * size // outs, -(-(i + 1) * size // outs)) for i in range(outs)]


def mean_parts(input, outs):
    """The mean of each part of the trailing axes."""
    for axis, n in enumerate(outs, input.ndim - len(outs)):
        size = input.shape[axis]
        out = np.empty((*input.shape[:axis], n, *input.shape[axis + 1 :]), input.dtype)
        before = (slice(None),) * axis
        for i, part in enumerate(parts(size, n)):
            np.mean(input[(*before, part)], axis, out=out[(*before, i)])
        input = out
    return input


def spread_parts(g, sizes):
    """The transpose of `mean_parts`: every place receives its share of each part that it lies in."""
    for axis, size in enumerate(sizes, g.ndim - len(sizes)):
        out = np.zeros((*g.shape[:axis], size, *g.shape[axis + 1 :]), g.dtype)
        before = (slice(None),) * axis
        for i, part in enumerate(parts(size, g.shape[axis])):
            out[(*before, part)] += g[(*before, slice(i, i + 1))] / (part.stop - part.start)
        g = out
    return g


def part_winners(input, outs):
    """The index, in the flattened image, of the first maximum of each part, or of its last nan."""
    sizes = input.shape[-len(outs) :]
    lead = input.shape[: -len(outs)]
    indices = np.arange(prod(sizes)).reshape(sizes)
    out = np.empty((*lead, *outs), np.int64)
    for place in np.ndindex(*outs):
        cut = tuple([parts(size, n)[i] for size, n, i in zip(sizes, outs, place, strict=True)])
        part = input[(..., *cut)].reshape(*lead, -1)
        winner = np.argmax(part, axis=-1)
        if part.dtype.kind == "f" and np.isnan(part).any():
            nans = np.isnan(part[..., ::-1])
            winner = np.where(nans.any(axis=-1), part.shape[-1] - 1 - np.argmax(nans, axis=-1), winner)
        out[(..., *place)] = indices[cut].reshape(-1)[winner]
    return out
