"""The gradients that a backward gathers, term by term."""

from dataclasses import dataclass, field
from itertools import count
from typing import Any

import numpy as np

from autograd.graph import NOWHERE, PAYLOAD, Node, Selector, make_node, visible
from autograd.inspection.nodes import inputs_of, step_of
from autograd.inspection.records import Contribution, Summary
from autograd.inspection.summaries import few, length, summarize
from autograd.ops import Op


@dataclass
class Arrival:
    """What a backward brought to a node."""

    order: int | None = None
    grad: Summary | None = None
    shape: tuple[int, ...] | None = None
    dtype: str = ""
    terms: list[tuple[Node, Contribution]] = field(default_factory=list)  # the sender's id is not known yet
    hooked: bool = False  # a hook put another gradient in the place of their sum


class Ledger(dict):
    """The gradients that a backward gathers, and who added what to them."""

    def __init__(self, seeds):
        super().__init__(seeds)
        self.roots = tuple(seeds)
        self.arrivals: dict[Node, Arrival] = {}
        self.turn = count()
        self.sender: Any = None  # the node whose pull is running
        self.upstream: Any = None  # the gradient that it was given
        self.slot = 0  # the first of its inputs that it may send to next
        self.behind: dict = {}  # an implicit copy or cast gate -> the use that it stands in front of

    @property
    def finished(self) -> bool:
        """Whether all of it was handed on; a backward that raised leaves some."""
        return not self

    def get(self, node, default=None):
        """None for whoever wants a gradient: so a pull hands over its part alone, and the sum is made here."""
        return None if node in self else default

    def __setitem__(self, node, part):
        before = super().get(node)
        total = part if before is None or part is None else before + part
        super().__setitem__(node, total)
        if part is not None and type(part) is not list:  # (None announces a node, a list gathers several outputs)
            self.receive(node, raw(part), raw(total))

    def receive(self, node, part, total):
        """Note one term of a node's gradient."""
        use = self.behind[self.sender] if self.sender in self.behind else self.use(node, part)
        if visible(node) is not node:
            self.behind[node] = use
            return
        sender, slot, local = use
        self.add_term(node, sender, slot, part, length(total), local)

    def add_term(self, node, sender, slot, part, total, local=None):
        """One more term of a node's gradient, after which the sum is of the length `total`."""
        finite = bool(np.isfinite(part).all())
        term = Contribution(-1, slot, length(part), total, finite, few(part), local)
        self.arrivals.setdefault(node, Arrival()).terms.append((sender, term))

    def use(self, node, part):
        """Which input of the sender this term is for, and the slope there if all are single numbers."""
        parents = inputs_of(self.sender)
        slot = self.slot
        while slot < len(parents) and parents[slot] is not node:
            slot += 1
        self.slot = slot + 1
        return self.sender, slot, slope(self.sender, slot, part, self.upstream) if part.ndim == 0 else None

    def pop(self, node):
        """A node's turn has come: its gradient is complete."""
        g = super().pop(node)
        self.sender, self.slot, self.upstream = node, 0, None
        if g is not None and visible(node) is node:
            arrival = self.arrivals.setdefault(node, Arrival())
            arrival.order = next(self.turn)
            self.note(arrival, g)
        return g

    def note(self, arrival, g):
        """Note a complete gradient: an array, a Tensor, or a list of them for several outputs."""
        parts = [raw(part) for part in g if part is not None] if type(g) is list else [raw(g)]
        self.upstream = parts[0] if len(parts) == 1 else None
        whole = parts[0] if type(g) is not list else np.concatenate([part.ravel() for part in parts])
        arrival.grad = summarize(whole)
        if type(g) is not list:
            arrival.shape, arrival.dtype = whole.shape, str(whole.dtype)
        self.latest = g

    def finish(self, node, g):
        """A pull has run: note the gradient again if a hook put another in its place, and what a selector gathered."""
        if visible(node) is not node or self.sender is not node:  # (or another recording has done so)
            return
        self.sender = None
        if g is not self.latest:
            self.note(self.arrivals[node], g)
            self.arrivals[node].hooked = True
        self.latest = self.upstream = None
        if type(step_of(node)) is Selector and (gathered := super().get(node.left)):
            whole = np.hypot.reduce([length(raw(part)) for part in gathered if part is not None])
            self.add_term(node.left, node, 0, raw(g), float(whole))


def raw(g):
    """The raw array of a gradient that may be a Tensor."""
    return g if isinstance(g, PAYLOAD) else g.payload


def slope(node, slot, part, upstream) -> float | None:
    """d(output)/d(input in this slot) of single numbers: the node's own pull with upstream 1, and others held."""
    op = step_of(node)
    if not isinstance(op, Op):  # a user's Function might count its calls
        return float(part / upstream) if upstream is not None and upstream.ndim == 0 and upstream else None
    if op.sequence or upstream is None or upstream.ndim:
        return None
    only = [parent if i == slot else NOWHERE for i, parent in enumerate((node.left, node.right, *(node.more or ())))]
    target = only[slot]
    alone = make_node(op, only[0], only[1], tuple(only[2:]) or None, node.out, node.x, node.y, node.rest)
    found: dict[Node, Any] = {target: None}
    op.pull(alone, upstream.dtype.type(1), found)
    return None if found[target] is None else float(found[target])
