"""Record a forward and its backward as they run: each value, each gradient, and each term that it is the sum of."""

import sys
from dataclasses import dataclass, field
from functools import cache
from inspect import signature
from itertools import count
from typing import Any
from weakref import WeakSet

import numpy as np

from autograd.clock import clock
from autograd.custom import Function, FunctionStep
from autograd.graph import NOWHERE, PAYLOAD, Hooked, Node, Selector, make_node, visible
from autograd.inspection.constants import Constant, Constants
from autograd.inspection.naming import Names, pairs_of
from autograd.inspection.records import Contribution, Summary
from autograd.inspection.summaries import few, length, summarize
from autograd.ops import TABLE, Op
from autograd.watch import Call, calling, place, watched, watchers


@dataclass
class Seen:
    """What was seen when a node was made."""

    value: Summary | None
    shape: tuple[int, ...] | None
    dtype: str
    place: tuple[str, int] = ("", 0)
    call: Call | None = None
    inputs: tuple[Constant | None, ...] = ()  # by slot, where they are constants
    settings: dict = field(default_factory=dict)
    seq: int = 0
    slots: tuple[str, ...] = ()


@dataclass
class Arrival:
    """What a backward brought to a node."""

    order: int | None = None
    grad: Summary | None = None
    shape: tuple[int, ...] | None = None
    dtype: str = ""
    terms: list[tuple[Node, Contribution]] = field(default_factory=list)  # the sender's id is not known yet
    hooked: bool = False  # a hook put another gradient in the place of their sum


class Recording:
    """All that ran in a block of ``autograd.inspect()``.

    Printed it is a tree of the last backward's graph; `steps`, `findings` and `table` tell of the same graph, and
    ``autograd.draw(recording)`` draws it.
    """

    def __init__(self, params=None):
        self.params = params
        self.seen: dict[Node, Seen] = {}
        self.constants = Constants()
        self.backwards: list[Ledger] = []
        self.last: Ledger | None = None  # the backward that went on last, not one that ran within a step of another
        self.names = Names(None, None)
        RECORDINGS.add(self)

    # What the engine reports

    def saw(self, node, value, inputs):
        """A node was made: keep what is known of it only now."""
        payload = value if isinstance(value, PAYLOAD) else None  # (a Function with several outputs gives a list)
        parents = inputs_of(node)
        constants = tuple(
            [
                self.constants.of(v, node.seq) if slot >= len(parents) or parents[slot] is NOWHERE else None
                for slot, v in enumerate(inputs)
            ]
        )
        settings, known = settings_of(node), self.seen.get(node)
        if known is not None:  # an operation in place: its result has now been written
            constants = known.inputs
        for parent in map(visible, parents):
            if parent.op.leaf and parent.x is not None:
                self.saw_leaf(parent)
        self.seen[node] = Seen(
            *described(payload), place(), calling.get(), constants, settings, node.seq, slots_of(node)
        )

    def saw_leaf(self, node):
        """A leaf is used: keep its value, unless it is known and was not written since."""
        known = self.seen.get(node)
        if known is None or clock.written_after(node.x, known.seq):
            self.seen[node] = Seen(*described(node.x), call=calling.get(), seq=clock.last_write)

    def place_of(self, node):
        """Where a node was made; None if that was not seen."""
        return self.seen[node].place if node in self.seen else None

    def ledger(self, grads):
        """A backward begins."""
        ledger = grads if isinstance(grads, Ledger) else Ledger(grads)  # (shared by recordings within each other)
        self.backwards.append(ledger)
        self.last = ledger
        return ledger

    def pulled(self, node, g, grads):
        """A node has sent its gradients on."""
        grads.finish(node, g)
        self.last = grads

    def keep_names(self, caller):
        """The block ends: keep the names of the caller's variables for what was recorded."""
        names = self.names = Names(None, caller)
        names.nodes = {node: name for node, name in names.nodes.items() if node in self.seen}
        names.held &= names.nodes.keys()
        for seen in self.seen.values():
            for constant in seen.inputs:
                if constant is not None:
                    constant.name = names.of_constant(constant)
        names.values = {}  # (it holds what it names)

    # What is asked of it

    def backward_of(self, node):
        """The last backward that began at this node alone, and ended well."""
        found = (ledger for ledger in reversed(self.backwards) if ledger.roots == (node,) and ledger.finished)
        return next(found, None)

    def graph(self, output=None, params=None):
        """The records of the graph behind an output: by default behind that of the last backward.

        Parameters
        ----------
        output : Tensor, optional
        params : Module or dict of names to Tensors, optional
            Who the leaves are; by default what `inspect` was given.
        """
        return self.read(output, params, sys._getframe(1))

    def read(self, output, params, caller):
        """`graph`, for a caller whose variables give names."""
        from autograd.inspection.reading import read

        return read(self if output is None else output, params, caller, record=self)

    @property
    def root(self) -> Node:
        """Where the last backward began; without any, the last node that was made."""
        if self.last is not None:
            return self.last.roots[0]
        if not self.seen:
            raise RuntimeError(
                "inspect: nothing was recorded: run the forward of tensors with requires_grad=True inside the block"
            )
        return max(self.seen, key=lambda node: node.seq)

    @property
    def steps(self):
        """The steps of the last backward's graph, as records."""
        return self.read(None, None, sys._getframe(1)).steps

    @property
    def findings(self):
        """What a person should look at in it."""
        return self.read(None, None, sys._getframe(1)).findings

    def table(self, sort: str = "grad_norm") -> str:
        """Its steps as lines of text, largest first. See `Graph` for the columns."""
        from autograd.inspection.table import table

        return table(self.read(None, None, sys._getframe(1)), sort=sort)

    def __str__(self) -> str:
        from autograd.inspection.tree import tree

        return tree(self.graph())

    def __repr__(self) -> str:
        n = len(self.backwards)
        return f"<Recording of {len(self.seen)} nodes and {n} backward{'' if n == 1 else 's'}>"


RECORDINGS: WeakSet[Recording] = WeakSet()
latest: Recording | None = None  # kept alive, for those who draw after a block to which they gave no name


def recording_of(node) -> Recording | None:
    """The recording that saw a node, if one is still there; the latest of several."""
    found = [r for r in RECORDINGS if node in r.seen or r.backward_of(node) is not None]
    return max(found, key=lambda r: r.seen[node].seq if node in r.seen else 0, default=None)


class inspect:
    """A block whose forwards and backwards are recorded: each value, each gradient and who sent which part of it.

    Anomaly mode and recordings around it or within it go on.

    Parameters
    ----------
    params : Module or dict of names to Tensors, optional
        Who the leaves are, for the names in what is printed and drawn.

    >>> import autograd
    >>> x = autograd.tensor([1.0, -2.0], requires_grad=True)
    >>> with autograd.inspect() as record:
    ...     y = (x * x).sum()
    ...     y.backward()
    >>> [(step.label, step.grad.numbers) for step in record.steps]
    [('x', [2.0, -4.0]), ('mul', [1.0, 1.0]), ('sum', 1.0)]
    """

    def __init__(self, params=None):
        try:
            pairs_of(params)
        except TypeError as error:
            raise TypeError(f"inspect: {error}") from None
        self.params = params

    def __enter__(self) -> Recording:
        global latest
        latest = self.record = Recording(self.params)
        self.block = watched(*watchers(), self.record)
        self.block.__enter__()
        return self.record

    def __exit__(self, *error):
        self.record.keep_names(sys._getframe(1))
        self.block.__exit__(*error)


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
        norm = length(part)
        finite = bool(np.isfinite(part).all())
        term = Contribution(-1, slot, norm, length(total), finite, few(part), local)
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
        if type(getattr(node.op, "step", node.op)) is Selector and (gathered := super().get(node.left)):
            part = raw(g)
            whole = np.hypot.reduce([length(raw(p)) for p in gathered if p is not None])
            term = Contribution(-1, 0, length(part), float(whole), bool(np.isfinite(part).all()), few(part))
            self.arrivals.setdefault(node.left, Arrival()).terms.append((node, term))


def raw(g):
    """The raw array of a gradient that may be a Tensor."""
    return g if isinstance(g, PAYLOAD) else g.payload


def described(payload) -> tuple[Summary | None, tuple[int, ...] | None, str]:
    """The summary, the shape and the type of an array, if there is one."""
    if payload is None:
        return None, None, ""
    return summarize(payload), payload.shape, str(payload.dtype)


def op_of(node) -> Op | None:
    """The library's op that made a node; None for a Function, whatever its name, and the graph's own gates."""
    step = getattr(node.op, "step", node.op)
    op = TABLE.get(step.name)
    return op if op is not None and step in (op, op.freed) else None


def inputs_of(node) -> tuple[Node, ...]:
    """The nodes of an operation's inputs by slot; NOWHERE for a constant."""
    op = op_of(node)
    if op is None:
        return node.more if node.more is not None else (node.left,)
    if op.sequence:
        return node.more or ()
    return (node.left, node.right, *(node.more or ()))[: len(op.inputs)]


def slots_of(node) -> tuple[str, ...]:
    """What an operation calls its inputs, by slot."""
    op = op_of(node)
    if op is None:
        step = getattr(node.op, "step", node.op)
        return arguments_of(step.function) if isinstance(step, FunctionStep) else ("input",)
    if op.sequence:
        return tuple([f"{op.inputs[0]}[{i}]" for i in range(len(node.more or ()))])
    return op.inputs + op.arrays


@cache
def arguments_of(function) -> tuple[str, ...]:
    """What a Function's forward calls its arguments, as far as they are named."""
    names = [p.name for p in signature(function.forward).parameters.values() if p.kind is not p.VAR_POSITIONAL]
    return tuple(names[function.setup_context is Function.setup_context :])


def settings_of(node) -> dict:
    """The plain settings that a node's rules will read: an exponent, a dim."""
    op = op_of(node)
    if op is None or node.rest is None:
        return {}
    kept = {name: value for name, value in zip(op.rest, node.rest, strict=True) if name in op.settings}
    return {name: value for name, value in kept.items() if plain(value)}


def plain(value) -> bool:
    """Whether a setting says something in one line."""
    return isinstance(value, (int, float, str)) or (type(value) is tuple and all(type(v) is int for v in value))


def slope(node, slot, part, upstream) -> float | None:
    """d(output)/d(input in this slot) of single numbers: the node's own pull with upstream 1, and others held."""
    op = node.op.step if type(node.op) is Hooked else node.op
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
