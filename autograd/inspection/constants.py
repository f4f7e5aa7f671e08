"""Values that want no gradient: told as they were when they were used, and not kept."""

import weakref
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd.clock import clock
from autograd.graph import PAYLOAD
from autograd.inspection.records import Summary
from autograd.inspection.summaries import summarize
from autograd.memory import address, owner_of


@dataclass
class Constant:
    """A value that was used."""

    value: Callable[[], Any]  # gives the raw value while it is still there
    owner: Callable[[], Any]  # and the array whose memory it shows
    seq: int
    summary: Summary
    shape: tuple[int, ...]
    dtype: str
    strides: tuple[int, ...]
    start: int  # the address of its first element
    name: str = ""


class Constants:
    """The constants of a graph, one for each value, and a new one if it was written since."""

    def __init__(self):
        self.known: dict[int, Constant] = {}  # by the id of the value, which another may take over

    def of(self, value, seq) -> Constant | None:
        """The constant that a node, made at `seq`, used; None for what is no array."""
        if not isinstance(value, PAYLOAD):
            return None
        known = self.known.get(id(value))
        if known is None or known.value() is not value or clock.written_after(value, known.seq):
            start = address(value) if isinstance(value, np.ndarray) else 0
            described = summarize(value), value.shape, str(value.dtype), value.strides, start
            known = self.known[id(value)] = Constant(link(value), link(owner_of(value)), seq, *described)
        return known


def link(value) -> Callable[[], Any]:
    """A weak reference; a scalar, which knows none, is kept."""
    return weakref.ref(value) if isinstance(value, np.ndarray) else lambda: value


def part_text(constant, base) -> str:
    """Which part of an array a constant in its memory is, as an index: "[:, 3]"; '' for all, or where no index says it."""
    if not isinstance(base, np.ndarray) or constant.summary.size == base.size:
        return ""
    offset, firsts = constant.start - address(base), []
    for size, stride in zip(base.shape, base.strides, strict=True):
        first, offset = divmod(offset, stride) if size > 1 and stride > 0 else (0, offset)
        firsts.append(first)
    words: list[str] = []
    axes = list(zip(constant.shape, constant.strides, strict=True))
    for size, stride, first in zip(base.shape[::-1], base.strides[::-1], firsts[::-1], strict=True):
        kept = bool(axes) and axes[-1][0] <= size and (axes[-1][0] == 1 or axes[-1][1] == stride)
        length = axes.pop()[0] if kept else 1
        if not 0 <= first <= size - length:
            return ""
        if not kept or words or length < size:  # (":" at the end goes without saying)
            words.insert(0, str(first) if not kept else ":" if length == size else f"{first}:{first + length}")
    return f"[{', '.join(words)}]" if not offset and not axes else ""
