"""Record a forward and its backward as they run: each value, each gradient, and each term that it is the sum of."""

import sys
from dataclasses import dataclass, field
from weakref import WeakSet

from autograd.clock import clock
from autograd.graph import NOWHERE, PAYLOAD, Node, visible
from autograd.inspection.constants import Constant, Constants
from autograd.inspection.ledger import Ledger
from autograd.inspection.naming import Names, pairs_of
from autograd.inspection.nodes import inputs_of, settings_of, slots_of
from autograd.inspection.records import Summary
from autograd.inspection.summaries import summarize
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


def described(payload) -> tuple[Summary | None, tuple[int, ...] | None, str]:
    """The summary, the shape and the type of an array, if there is one."""
    if payload is None:
        return None, None, ""
    return summarize(payload), payload.shape, str(payload.dtype)
