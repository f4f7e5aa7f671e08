"""From nodes to records: read the graph behind an output, with what a recording kept or what the graph still holds."""

import linecache
from dataclasses import replace
from functools import lru_cache, reduce
from typing import Any

from autograd.clock import clock
from autograd.creation import ones_like
from autograd.differentiation import make_seeds
from autograd.graph import NOWHERE, PAYLOAD, Selector, collect, raise_freed, sweep, visible
from autograd.inspection.constants import Constants
from autograd.inspection.findings import findings_of
from autograd.inspection.ledger import Arrival, Ledger
from autograd.inspection.naming import Names, Places, common
from autograd.inspection.nodes import inputs_of, op_of, settings_of, slots_of, step_of
from autograd.inspection.recording import Recording, Seen, described, recording_of
from autograd.inspection.records import Graph, Line, Step
from autograd.inspection.rules import rule_of
from autograd.watch import watched

FREED = "no gradients: a backward has freed this graph; record it: with autograd.inspect(): forward and backward"
NEVER = "no gradients: no backward has run in the recorded block"
RAISED = "no gradients: an error ended the recorded backward"
SEVERAL = (
    "no gradients: the recorded backward began at several outputs at once, and its gradients are those of their sum"
)
ELSEWHERE = "no gradients: the recorded backward began at another output; draw that one"
LABELS = {  # what the user called, where the op is named otherwise
    "mm": "matmul",
    "native_dropout": "dropout",
    "max_of_all": "max",
    "min_of_all": "min",
    "power": "pow",
    "power_of": "pow",
    "add_scaled": "add",
    "look": "view",
    "write_flat": "write",
    "to_dtype": "to",
}


def read(output, params=None, caller=None, title="", record=None) -> Graph:
    """The records of the graph behind `output`: a Tensor, or a recording, whose last backward's graph is meant.

    The gradients are those that were recorded; without a recording they come from a backward that touches no
    `.grad`, if the graph is still there.
    """
    given = isinstance(output, Recording)
    root = output.root if given else output.node
    if root is NOWHERE:
        raise RuntimeError(
            "draw: this tensor does not require grad, so it has no graph: compute it from a leaf with requires_grad=True, "
            "outside no_grad() and without detach()"
        )
    record = output if given else record or recording_of(root)
    if params is None and record is not None:
        params = record.params
    try:
        names = Names(params, caller)
    except TypeError as error:
        raise TypeError(f"draw: {error}") from None
    if record is not None:
        names.add(record.names)
    order = collect([root], {root: None})
    backward = record.backward_of(root) if record is not None else None
    note = missing(record, output, root, order) if backward is None else ""
    if backward is None and not note:
        backward = side_table(output, order)
    reader = Reader(record, backward, names)
    if not given:
        reader.held[root] = output.payload
    graph = reader.graph(root, order)
    graph.title = title
    graph.note = note
    leaves = (node for node in names.parameters if node.op.leaf)
    graph.absent = [names.nodes[node] for node in leaves if node not in reader.ids]
    graph.findings = findings_of(graph)
    return graph


def missing(record, output, root, order) -> str:
    """Why there are no gradients, and none can be had; '' where a backward can still be run."""
    noted = ""
    for ledger in record.backwards if record is not None else ():
        if root in ledger.roots:
            noted = SEVERAL if ledger.finished else RAISED
        elif root in ledger.arrivals:
            noted = ELSEWHERE
    freed = any(node.op.pull is raise_freed for node in order)
    if isinstance(output, Recording):
        return noted or NEVER
    return noted if noted == RAISED else noted or FREED if freed else ""


def side_table(output, order) -> Ledger:
    """The gradients of a backward that is run now and touches no `.grad`."""
    seeds = make_seeds("draw", (output,), None if output.payload.size == 1 else ones_like(output), False)
    record = Recording()
    with nothing_retained(order), watched(record):
        sweep(seeds, retain_graph=True, inputs=set(order), accumulate=False)
    return record.backwards[0]


class nothing_retained:
    """A block in which tensors that retain their gradient do not add to it."""

    def __init__(self, order):
        self.steps = [node.op for node in order if getattr(node.op, "retained", 0)]

    def __enter__(self):
        self.taken = [step.hooks[len(step.hooks) - step.retained :] for step in self.steps]
        for step in self.steps:
            del step.hooks[len(step.hooks) - step.retained :]

    def __exit__(self, *_):
        for step, hooks in zip(self.steps, self.taken, strict=True):
            step.hooks.extend(hooks)


class Reader:
    """Turns the nodes behind an output into steps, inputs first, each leaf just before its first use."""

    def __init__(self, record, backward, names):
        self.seen = record.seen if record is not None else {}
        self.arrivals = backward.arrivals if backward is not None else {}
        self.names, self.places = names, Places(names)
        self.steps: list[Step] = []
        self.ids: dict[Any, int] = {}  # a node, or the id of a Constant -> the step
        self.constants = Constants()  # those that the graph holds
        self.owned: set[int] = set()  # the steps of parameters and buffers
        self.held: dict = {}  # values that the graph itself still holds

    def graph(self, root, order) -> Graph:
        """The records of the nodes in `order`, newest first, which end in `root`."""
        nodes = [node for node in reversed(order) if visible(node) is node]
        if not self.seen:
            self.find_held(nodes)
        for node in nodes:
            if node is root or not node.op.leaf:
                self.add(node)
        for node, arrival in self.arrivals.items():
            if node in self.ids:
                self.steps[self.ids[node]].contributions = [
                    replace(term, sender=self.ids[sender]) for sender, term in arrival.terms if sender in self.ids
                ]
        graph = Graph(self.steps)
        if self.seen:
            self.place_leaves(graph.uses())
        else:
            self.places.guess(self.steps)
        modules = self.places.modules
        used = {step.module[:n] for step in self.steps for n in range(1, len(step.module) + 1)}
        graph.modules = {path: modules[path] for path in sorted_by_call(modules) if path in used}
        return graph

    def add(self, node) -> int:
        """The step of a node, after those of its inputs that are leaves or constants."""
        if node in self.ids:
            return self.ids[node]
        if node.op.leaf:
            return self.put(node, Step(0, "parameter" if node in self.names.parameters else "leaf"))
        parents = [visible(parent) for parent in inputs_of(node)]
        seen = self.seen.get(node)
        given = seen.inputs if seen is not None else self.kept_inputs(node)
        inputs = []
        for slot in range(max(len(parents), len(given))):
            parent = parents[slot] if slot < len(parents) else NOWHERE
            value = given[slot] if slot < len(given) else None
            inputs.append(self.add(parent) if parent is not NOWHERE else self.add_constant(value))
        while inputs and inputs[-1] is None:
            inputs.pop()
        settings, slots = (seen.settings, seen.slots) if seen is not None else (settings_of(node), slots_of(node))
        slots = (*slots, *[""] * len(inputs))[: len(inputs)]
        rule = rule_of(node.op.name) if op_of(node) is not None else ""
        op = LABELS.get(node.op.name, node.op.name)
        if isinstance(step := step_of(node), Selector):
            op = f"{op}[{step.index}]"
        return self.put(node, Step(0, "operation", op, inputs=tuple(inputs), rule=rule, settings=settings, slots=slots))

    def put(self, node, step) -> int:
        """Fill in what is known of the node, and take the step in."""
        step.id = self.ids[node] = len(self.steps)
        step.name = self.names.nodes.get(node, "")
        known = self.seen.get(node) or self.unseen(node)
        step.value, step.shape, step.dtype = known.value, known.shape, known.dtype
        arrival = self.arrivals.get(node, Arrival())
        step.order, step.grad, step.hooked = arrival.order, arrival.grad, arrival.hooked
        if step.shape is None and arrival.shape is not None:
            step.shape, step.dtype = arrival.shape, arrival.dtype
        if known.place[0]:
            step.line = line_at(*known.place)
        if step.kind == "parameter" or node in self.names.held:
            self.owned.add(step.id)
        if step.kind == "parameter" and not self.seen:
            step.module = self.names.parameters[node]
        elif step.kind == "operation" and self.seen:
            step.module = self.places.path(known.call)
        self.steps.append(step)
        return step.id

    def add_constant(self, constant) -> int | None:
        """The step of an input that wants no gradient; None if its value is not known."""
        if constant is None:
            return None
        if id(constant) not in self.ids:
            step = Step(len(self.steps), "constant", "", self.names.of_constant(constant))
            step.value, step.shape, step.dtype = constant.summary, constant.shape, constant.dtype
            self.ids[id(constant)] = step.id
            if self.names.owns(constant):
                self.owned.add(step.id)
            self.steps.append(step)
        return self.ids[id(constant)]

    # Without a recording

    def find_held(self, nodes):
        """The values that the graph holds for its own rules, unless they were written since."""
        for node in nodes:
            if node.op.leaf:
                self.hold(node, node.x, node)
                continue
            self.hold(node, node.out, node)
            parents = inputs_of(node)
            for parent, value in zip(parents, (node.x, node.y), strict=False):
                if visible(parent) is parent:
                    self.hold(parent, value, node)

    def hold(self, node, value, holder):
        if isinstance(value, PAYLOAD) and (node.op.leaf or not clock.written_after(value, holder.seq)):
            self.held.setdefault(node, value)

    def unseen(self, node) -> Seen:
        """What the graph tells of a node that no recording saw."""
        if node in self.held:
            return Seen(*described(self.held[node]))
        if self.seen and not node.op.leaf and node.left in self.seen:  # one of several outputs
            return Seen(None, None, "", self.seen[node.left].place, self.seen[node.left].call)
        return Seen(None, None, "")

    def kept_inputs(self, node):
        """The constants among a node's inputs, as far as it holds them or they follow from its result."""
        kept = [node.x, node.y]
        parents = inputs_of(node)
        result = self.held.get(node)
        if len(parents) == 2 and (parents[0] is NOWHERE) != (parents[1] is NOWHERE):
            slot = 0 if parents[0] is NOWHERE else 1
            other = self.held.get(visible(parents[1 - slot]))
            if kept[slot] is None and result is not None and other is not None and result.ndim == other.ndim == 0:
                if node.op.name == "add":
                    kept[slot] = result - other
                elif node.op.name == "sub":
                    kept[slot] = other - result if slot else result + other
        return [
            self.constants.of(value, node.seq) if parent is NOWHERE else None
            for value, parent in zip(kept, parents, strict=False)
        ]

    # Modules

    def place_leaves(self, uses):
        """A parameter or buffer stands in the innermost module that holds its uses; what the caller named, outside."""
        for step in self.steps:
            if step.kind == "operation" or (step.name and step.id not in self.owned):
                continue
            if uses[step.id]:
                step.module = reduce(common, [self.steps[user].module for user, _ in uses[step.id]])


def sorted_by_call(modules):
    """Paths in the order of their first calls, each parent before its children."""
    first = {path: i for i, path in enumerate(modules)}
    return sorted(modules, key=lambda path: [first.get(path[:n], 0) for n in range(1, len(path) + 1)])


@lru_cache(maxsize=4096)
def line_at(file, number) -> Line:
    """A source line with its text."""
    return Line(file, number, linecache.getline(file, number).strip())
