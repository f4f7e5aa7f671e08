"""Read a graph into plain records: what each step computed, and what each of its wires carried back."""

from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np

from autograd.creation import ones_like
from autograd.differentiation import make_seeds
from autograd.graph import NOWHERE, collect, make_node, raise_freed, sweep, visible
from autograd.modes import quiet


@dataclass
class Wire:
    """One use of a step's result: who used it, in which slot, and (for single numbers) the chain rule on it."""

    source: int
    target: int
    slot: int
    upstream: float | None = None
    local: float | None = None
    downstream: float | None = None


@dataclass
class Record:
    """A leaf, or an operation with its result. `value` is None where the graph does not hold it."""

    id: int
    op: str  # "leaf" for a leaf
    name: str = ""
    shape: tuple = ()
    value: float | None = None
    grad: np.ndarray | np.generic | None = None
    constant: float | None = None  # the number that a two-input gate combined with
    constant_first: bool = False
    module: tuple = ()
    wires: list[Wire] = field(default_factory=list)  # to its inputs

    @property
    def grad_norm(self) -> float:
        """The Euclidean length of the gradient."""
        return 0.0 if self.grad is None else float(np.linalg.norm(np.ravel(np.asarray(self.grad, np.float64))))


@dataclass
class Graph:
    """Steps in the order they were computed; the last is the output."""

    steps: list[Record]
    modules: dict  # module path -> the module's class name
    scalar: bool  # whether every value is a single number

    @property
    def wires(self) -> list[Wire]:
        """Every wire, by the step that used it."""
        return [wire for step in self.steps for wire in step.wires]


def read(output, params=None, caller=None) -> Graph:
    """The records of the graph behind `output`, with the gradients of a backward that touches no `.grad`."""
    seeds = make_seeds("draw", (output,), None if output.payload.size == 1 else ones_like(output), False)
    order = collect([output.node], {output.node: None})
    if any(node.op.pull is raise_freed for node in order):
        raise RuntimeError(
            "draw: this graph's saved values were freed by a backward: draw before it, or call "
            "loss.backward(retain_graph=True)"
        )
    with nothing_retained(order):
        gradients = sweep(seeds, retain_graph=True, inputs=set(order), accumulate=False)
    names, modules = names_of(params, output, caller)
    shown = [node for node in reversed(order) if visible(node) is node]
    ids = {node: i for i, node in enumerate(shown)}
    scalar = all(np.ndim(gradients.get(node, 0.0)) == 0 for node in shown if not isinstance(gradients.get(node), list))
    scalar = scalar and not any(isinstance(g, list) for g in gradients.values())
    steps = []
    with quiet():
        for node in shown:
            steps.append(record(node, ids, gradients, names, scalar))
    place_in_modules(steps, modules)
    return Graph(steps, modules, scalar)


@contextmanager
def nothing_retained(order):
    """A block in which tensors that retain their gradient do not add to it."""
    steps = [node.op for node in order if getattr(node.op, "retained", 0)]
    taken = [step.hooks[len(step.hooks) - step.retained :] for step in steps]
    for step in steps:
        del step.hooks[len(step.hooks) - step.retained :]
    try:
        yield
    finally:
        for step, hooks in zip(steps, taken, strict=True):
            step.hooks.extend(hooks)


def record(node, ids, gradients, names, scalar) -> Record:
    """One step's record."""
    g = gradients.get(node)
    g = None if isinstance(g, list) else g
    leaf = node.op.leaf
    payload = node.x if leaf else node.out
    name, module = names.get(node, ("", ()))
    shape = payload.shape if leaf else () if g is None else g.shape
    value = float(payload) if payload is not None and payload.size == 1 and payload.ndim == 0 else None
    made = Record(ids[node], "leaf" if leaf else node.op.name, name, tuple(shape), value, g, module=module)
    parents = [
        (slot, parent)
        for slot, parent in enumerate((node.left, node.right, *(node.more or ())))
        if parent is not NOWHERE
    ]
    if not leaf:
        for slot, parent in parents:
            wire = Wire(ids[visible(parent)], made.id, slot)
            if scalar and g is not None:
                local = local_derivative(node, slot, parent)
                wire.upstream, wire.local, wire.downstream = float(g), local, float(g) * local
            made.wires.append(wire)
        made.constant, made.constant_first = constant_of(node, value)
    return made


def local_derivative(node, slot, parent) -> float:
    """d(output)/d(input in this slot): the node's own pull with upstream 1, and all other inputs held."""
    only = [p if i == slot else NOWHERE for i, p in enumerate((node.left, node.right, *(node.more or ())))]
    alone = make_node(node.op, only[0], only[1], tuple(only[2:]) or None, node.out, node.x, node.y, node.rest)
    found = {parent: None}
    node.op.pull(alone, type(node.out)(1) if node.out is not None else np.float64(1), found)
    part = found[parent]
    return 0.0 if part is None else float(part)


def constant_of(node, value):
    """The number that a two-input gate of one wire combined with, and whether it came first."""
    if (
        node.more is not None
        or len(getattr(node.op, "inputs", ())) != 2
        or (node.left is NOWHERE) == (node.right is NOWHERE)
    ):
        return None, False
    first = node.left is NOWHERE
    kept = node.x if first else node.y
    if kept is None and value is not None:
        other = node.right if first else node.left
        source = other.x if other.op.leaf else other.out
        kept = (
            {"add": lambda s: value - s, "sub": lambda s: value + s if first else s - value}.get(
                node.op.name, lambda s: None
            )(float(source))
            if source is not None and source.ndim == 0
            else None
        )
    return (None if kept is None or np.ndim(kept) else float(kept)), first


def names_of(params, output, caller):
    """Names and module paths by node, and the class names of the modules."""
    names, modules = {}, {}
    if params is None:
        scope = {**caller.f_globals, **caller.f_locals} if caller is not None else {}
        for name, value in scope.items():
            if (
                not name.startswith("_")
                and getattr(value, "node", NOWHERE) is not NOWHERE
                and hasattr(value, "payload")
            ):
                names.setdefault(value.node, (name, ()))
        return names, modules
    if hasattr(params, "named_parameters"):
        modules = {tuple(path.split(".")): type(module).__name__ for path, module in params.named_modules() if path}
        pairs = list(params.named_parameters(remove_duplicate=False))
    elif hasattr(params, "items"):
        pairs = list(params.items())
    else:
        raise TypeError(f"draw: params must be a Module or a dict of names to Tensors, not {type(params).__name__}")
    for name, tensor in pairs:
        path = tuple(name.split("."))[:-1] if modules else ()
        if tensor.node in names:
            names[tensor.node] = names[tensor.node][0] + ", " + name, names[tensor.node][1]
        else:
            names[tensor.node] = name, path
    return names, modules


def place_in_modules(steps, modules):
    """Put each operation in the module whose parameters it uses, and one without any between its neighbours."""
    if not modules:
        return
    above, below = {}, {}  # the module of the nearest placed step before and after each step
    for step in steps:
        if step.op != "leaf":
            owners = [steps[wire.source].module for wire in step.wires if steps[wire.source].op == "leaf"]
            step.module = max(owners, key=len, default=())
            above[step.id] = step.module or next((above[w.source] for w in step.wires if above.get(w.source)), ())
    for step in reversed(steps):
        here = step.module or below.get(step.id, ())
        for wire in step.wires:
            if here:
                below.setdefault(wire.source, here)
    for step in steps:
        if step.op != "leaf" and not step.module:
            step.module = common(above.get(step.id, ()), below.get(step.id, ()))


def common(a, b) -> tuple:
    """The longest common beginning of two paths."""
    n = 0
    while n < min(len(a), len(b)) and a[n] == b[n]:
        n += 1
    return a[:n]
