"""Pieces: views of one tensor that share one node, which puts their gradients together again."""

from itertools import pairwise

import numpy as np

from autograd.functions.table import function
from autograd.graph import NOWHERE, PAYLOAD, Selector, Step, make_node
from autograd.modes import recording
from autograd.ops.joining import cat
from autograd.ops.shape import axis_of
from autograd.record import pull_through, wrap
from autograd.tensors import Tensor
from autograd.views import mark_view


def slices(input, axis, bounds):
    """The stretches of `input` between neighbouring bounds along an axis."""
    before = (slice(None),) * axis
    views = [input.payload[(*before, slice(start, stop))] for start, stop in bounds]
    return share_node(SPLIT, input, views, axis)


def share_node(step, input, views, axis):
    """Views of the input as Tensors: each hands its gradient to one common node, which puts them together again.

    So a tensor cut into n pieces costs its own size on the way back, not n times that.
    """
    pieces = tuple([wrap(piece if type(piece) is np.ndarray else np.asarray(piece)) for piece in views])
    mode = recording.get()
    if input.node is not NOWHERE and mode is not False:
        dtype = input.payload.dtype
        whole = make_node(step, input.node, NOWHERE, rest=([piece.payload.shape for piece in pieces], dtype, axis))
        for i, piece in enumerate(pieces):
            piece.node = make_node(Selector(step.name, i, len(pieces)), whole, NOWHERE)
            if mode is not True:
                mode.saw(piece.node, piece.payload)
    for piece in pieces:
        mark_view(piece, input)
    return pieces


def together(join):
    """The rule of a node with pieces: their gradients joined, zeros where none arrived."""

    def rule(parts, form):
        shapes, dtype, axis = form
        zero = np.zeros if all(part is None or isinstance(part, PAYLOAD) for part in parts) else zeros_tensor
        return join(
            [zero(shape, dtype) if part is None else part for part, shape in zip(parts, shapes, strict=True)], axis
        )

    return rule


def zeros_tensor(shape, dtype):
    """Zeros as a Tensor."""
    return wrap(np.zeros(shape, dtype))


SPLIT = Step("split", pull_through(together(cat)))
UNBIND = Step("unbind", pull_through(together(np.stack)))


@function()
def split(tensor, split_size_or_sections, dim=0):
    """Views of stretches along an axis: all of one size (the last may be smaller), or of the sizes in a list.

    Source: torch.split.
    """
    if tensor.ndim == 0:
        raise RuntimeError("split: split expects at least a 1-dimensional tensor")
    if isinstance(split_size_or_sections, (tuple, list)):
        return split_with_sizes(tensor, split_size_or_sections, dim)
    size, axis = split_size_or_sections, axis_of("split", dim, tensor.ndim)
    n = tensor.shape[axis]
    if size < 0:
        raise RuntimeError(f"split: split expects split_size be non-negative, but got split_size={size}")
    if size == 0 and n:
        raise RuntimeError(f"split: split_size can only be 0 if dimension size is 0, but got dimension size of {n}")
    starts = range(0, n, size) if n else [0]
    return slices(tensor, axis, [(start, min(start + size, n)) for start in starts])


@function()
def split_with_sizes(input, split_sizes, dim=0):
    """Views of stretches of these sizes along an axis.  Source: torch.split_with_sizes."""
    axis, sizes = axis_of("split_with_sizes", dim, input.ndim), list(split_sizes)
    if any(size < 0 for size in sizes):
        raise RuntimeError(
            f"split_with_sizes: expects split_sizes have only non-negative entries, but got split_sizes={sizes}"
        )
    if sum(sizes) != input.shape[axis]:
        raise RuntimeError(
            f"split_with_sizes: expects split_sizes to sum exactly to {input.shape[axis]} (input "
            f"tensor's size at dimension {axis}), but got split_sizes={sizes}"
        )
    stops = [int(n) for n in np.cumsum(sizes, dtype=int)]
    return slices(input, axis, list(zip([0, *stops], stops, strict=False)))


@function()
def chunk(input, chunks, dim=0):
    """At most `chunks` views of equal size along an axis (the last may be smaller).  Source: torch.chunk."""
    if input.ndim == 0:
        raise RuntimeError("chunk: chunk expects at least a 1-dimensional tensor")
    if chunks < 1:
        raise RuntimeError(f"chunk: chunk expects `chunks` to be greater than 0, got: {chunks}")
    n = input.shape[axis_of("chunk", dim, input.ndim)]
    if n == 0:
        return split_with_sizes(input, [0] * chunks, dim)
    return split(input, -(-n // chunks), dim)


@function()
def tensor_split(input, indices_or_sections, dim=0):
    """Views of stretches along an axis: so many of nearly equal size, or cut at the indices given.

    Source: torch.tensor_split.
    """
    if input.ndim == 0:
        raise RuntimeError("tensor_split: expected at least a 1-dimensional tensor, but got a tensor with 0 dims")
    axis, cuts = axis_of("tensor_split", dim, input.ndim), indices_or_sections
    cuts = cuts.tolist() if isinstance(cuts, Tensor) else cuts
    n = input.shape[axis]
    if isinstance(cuts, int):
        if cuts < 1:
            raise RuntimeError(f"tensor_split: number of sections must be larger than 0, got {cuts}")
        size, longer = divmod(n, cuts)
        cuts = [i * size + min(i, longer) for i in range(1, cuts)]
    bounds = [slice(start, stop).indices(n)[:2] for start, stop in zip([None, *cuts], [*cuts, None], strict=True)]
    bounds = [(start, max(start, stop)) for start, stop in bounds]
    if any(stop != start for (_, stop), (start, _) in pairwise(bounds)):  # cuts out of order: pieces overlap
        return tuple([narrow(input, axis, start, stop - start) for start, stop in bounds])
    return slices(input, axis, bounds)


def split_evenly(name, input, indices_or_sections, dim, least):
    """The split of hsplit, vsplit and dsplit, whose sections must be equal."""
    if input.ndim < least:
        raise RuntimeError(
            f"{name}: torch.{name} requires a tensor with at least {least} dimension, but got a tensor "
            f"with {input.ndim} dimensions!"
        )
    n = indices_or_sections
    if isinstance(n, int) and (n < 1 or input.shape[dim] % n):
        raise RuntimeError(
            f"{name}: torch.{name} attempted to split along dimension {dim}, but the size of the "
            f"dimension {input.shape[dim]} is not divisible by the split_size {n}!"
        )
    return tensor_split(input, n, dim)


@function()
def hsplit(input, indices_or_sections):
    """`tensor_split` along the second axis (the only one of a vector).  Source: torch.hsplit."""
    return split_evenly("hsplit", input, indices_or_sections, min(1, max(input.ndim - 1, 0)), 1)


@function()
def vsplit(input, indices_or_sections):
    """`tensor_split` along the first axis.  Source: torch.vsplit."""
    return split_evenly("vsplit", input, indices_or_sections, 0, 2)


@function()
def dsplit(input, indices_or_sections):
    """`tensor_split` along the third axis.  Source: torch.dsplit."""
    return split_evenly("dsplit", input, indices_or_sections, 2, 3)


@function()
def unbind(input, dim=0):
    """Views of the slices along an axis, as a tuple.  Shapes: (*, k, *) -> k times (*).  Source: torch.unbind."""
    if input.ndim == 0:
        raise IndexError("unbind: Dimension specified as 0 but tensor has no dimensions")
    axis = axis_of("unbind", dim, input.ndim)
    before = (slice(None),) * axis
    views = [input.payload[(*before, i, ...)] for i in range(input.shape[axis])]
    return share_node(UNBIND, input, views, axis)


@function()
def narrow(input, dim, start, length):
    """A view of `length` slices from `start` on along an axis.  Source: torch.narrow."""
    if input.ndim == 0:
        raise RuntimeError("narrow: narrow() cannot be applied to a 0-dim tensor.")
    axis, start = axis_of("narrow", dim, input.ndim), int(start)
    n = input.shape[axis]
    if length < 0:
        raise RuntimeError(f"narrow: narrow(): length must be non-negative, not {length}.")
    if not -n <= start <= n:
        raise IndexError(f"narrow: start out of range (expected to be in range of [{-n}, {n}], but got {start})")
    start += n if start < 0 else 0
    if start + length > n:
        raise RuntimeError(f"narrow: start ({start}) + length ({length}) exceeds dimension size ({n}).")
    return input[(slice(None),) * axis + (slice(start, start + length),)]


@function()
def select(input, dim, index):
    """A view of one slice along an axis.  Shapes: (*, n, *) -> (*, *).  Source: torch.select."""
    if input.ndim == 0:
        raise IndexError("select: select() cannot be applied to a 0-dim tensor.")
    axis, index = axis_of("select", dim, input.ndim), int(index)
    n = input.shape[axis]
    if not -n <= index < n:
        raise IndexError(
            f"select: select(): index {index} out of range for tensor of size {list(input.shape)} at dimension {axis}"
        )
    return input[(slice(None),) * axis + (index,)]
