"""Tensors side by side, borders around them, and diagonals."""

import numpy as np

from autograd.functions.shape import atleast_1d, atleast_2d, atleast_3d, meshgrid
from autograd.functions.table import call_of, function
from autograd.ops.joining import widths


@function(method=False)
def hstack(tensors):
    """Join along the second axis (the first of vectors).  Source: torch.hstack."""
    tensors = atleast_1d(list(tensors))
    return call_of("cat")(tensors, 0 if tensors and tensors[0].ndim == 1 else 1)


@function(method=False, aliases=("row_stack",))
def vstack(tensors):
    """Join along the first axis; a vector is a row.  Source: torch.vstack."""
    return call_of("cat")(atleast_2d(list(tensors)), 0)


@function(method=False)
def dstack(tensors):
    """Join along the third axis.  Source: torch.dstack."""
    return call_of("cat")(atleast_3d(list(tensors)), 2)


@function(method=False)
def column_stack(tensors):
    """Join along the second axis; a vector is a column.  Source: torch.column_stack."""
    return call_of("cat")([t.reshape(-1, 1) if t.ndim < 2 else t for t in tensors], 1)


@function(method=False)
def cartesian_prod(*tensors):
    """All ways to take one element of each vector, a row each.  Shapes: (n), (m), ... -> (n*m*..., k).

    Source: torch.cartesian_prod.
    """
    if len(tensors) == 1:
        return tensors[0]
    return call_of("stack")([grid.reshape(-1) for grid in meshgrid(*tensors, indexing="ij")], 1)


@function(method=False)
def block_diag(*tensors):
    """Matrices along the diagonal of a large one, zeros elsewhere; a vector is a row.  Source: torch.block_diag."""
    blocks = list(atleast_2d(list(tensors)))
    width, left, rows = sum([block.shape[1] for block in blocks]), 0, []
    for block in blocks:
        right = width - left - block.shape[1]
        rows.append(call_of("constant_pad_nd")(block, (left, right)))
        left += block.shape[1]
    return call_of("cat")(rows, 0)


@function()
def diag(input, diagonal=0):
    """A vector on the diagonal of a matrix of zeros; a matrix's diagonal as a vector (a copy).

    Shapes: (n) -> (n + |diagonal|, n + |diagonal|); (m, n) -> (k).  Source: torch.diag.
    """
    if input.ndim not in (1, 2):
        raise RuntimeError(f"diag: diag(): Supports 1D or 2D tensors. Got {input.ndim}D, of shape {tuple(input.shape)}")
    return call_of("diag_embed")(input, diagonal) if input.ndim == 1 else call_of("diagonal")(input, diagonal).clone()


@function()
def diagflat(input, offset=0):
    """All elements on the diagonal of a matrix of zeros.  Shapes: (*) of n -> (n + |offset|, n + |offset|).

    Source: torch.diagflat.
    """
    return call_of("diag_embed")(call_of("reshape")(input, (-1,)), offset)


@function()
def trace(input):
    """The sum of a matrix's diagonal.  Shapes: (m, n) -> ().  Source: torch.trace."""
    if input.ndim != 2:
        raise RuntimeError(
            f"trace: expected a matrix, but got tensor with dim {input.ndim}, of shape {tuple(input.shape)}"
        )
    if input.payload.dtype == bool:
        raise NotImplementedError("trace: not implemented for bool: convert it with .long()")
    return call_of("sum")(call_of("diagonal")(input))


@function(method=False, public=False)
def pad(input, pad, mode="constant", value=None):
    """Add a border: one value, or the inside continued by mirror ("reflect"), edge ("replicate"), period ("circular").

    `pad` holds (before, after) for the last axis, then for the one before it, and so on; negative widths cut off.
    Source: torch.nn.functional.pad.
    """
    if mode == "constant":
        return call_of("constant_pad_nd")(input, pad, 0 if value is None else value)
    if mode not in BORDERS:
        raise NotImplementedError(f"pad: Unrecognised padding mode {mode}: it is one of constant, {', '.join(BORDERS)}")
    if value is not None:
        raise RuntimeError(f'pad: Padding mode "{mode}" doesn\'t take in value argument')
    if len(pad) not in (2, 4, 6) or input.ndim - len(pad) // 2 not in (1, 2):
        raise NotImplementedError(
            f"pad: Padding size {len(pad)} is not supported for {input.ndim}D input tensor: mode "
            f"{mode} pads the last axis of 2D or 3D, the last two of 3D or 4D, the last three of "
            "4D or 5D tensors"
        )
    for axis, (before, after) in enumerate(zip(*widths("pad", pad, input.shape), strict=True)):
        if before or after:
            places = BORDERS[mode](np.arange(-before, input.shape[axis] + after), input.shape[axis], (before, after))
            input = call_of("index_select")(input, axis, places)
    return input


def mirrored(places, n, pair):
    """Where reflected elements come from: the edge itself is not repeated."""
    if max(pair) >= n:
        raise RuntimeError(
            "pad: Padding size should be less than the corresponding input dimension, but got: padding "
            f"{pair} for a dimension of size {n}"
        )
    return n - 1 - abs(n - 1 - abs(places))


def periodic(places, n, pair):
    """Where the elements of a repeated pattern come from: what negative widths cut off is no part of it."""
    start, period = max(-pair[0], 0), n + min(pair[0], 0) + min(pair[1], 0)
    if max(pair) > period:
        raise RuntimeError(
            f"pad: Padding value causes wrapping around more than once: padding {pair} for a dimension of size {n}"
        )
    return start + (places - start) % period


BORDERS = {"reflect": mirrored, "replicate": lambda places, n, pair: np.clip(places, 0, n - 1), "circular": periodic}
