"""The graph of recorded operations, and the sweep that carries gradients back through it.

A Node is one recorded operation: the nodes of its inputs, and the raw arrays that its rules will read. It never
holds a Tensor, so there are no reference cycles, and a value that no rule reads is freed with its Tensor.
"""

import threading
from operator import attrgetter
from typing import Any

import numpy as np
from numpy import ndarray

from autograd.clock import clock, tick
from autograd.memory import owner_of
from autograd.modes import new, quiet, recording, watching


class Node:
    """One recorded operation: where its gradient goes, and what its rules need to get it there."""

    __slots__ = ("left", "op", "out", "right", "seq", "x", "y")
    seq: int  # when it was made
    op: "Step"  # what it does on the way back: `op.pull(node, g, grads)`
    left: "Node"  # the node of its first input; NOWHERE where no gradient is wanted
    right: "Node"  # and of its second
    out: Any  # the raw result, where a rule reads it; of a leaf, the gradient it keeps
    x: Any  # the raw first input, likewise
    y: Any  # the raw second input, likewise
    more: tuple | None = None  # the nodes of further inputs
    rest: Any = None  # what else the rules read: settings, shapes, by-products

    def name(self) -> str:
        """The name of the backward step, in torch's way: ``MulBackward0``."""
        return self.op.title

    @property
    def next_functions(self):
        """Pairs (parent node or None, 0), one for each input. Source: torch.autograd.graph.Node."""
        parents = (self.left, self.right) if self.right is not NOWHERE else (self.left,)
        if self.more is not None:
            parents = parents + self.more if self.left is not NOWHERE or self.right is not NOWHERE else self.more
        return tuple([(None if p is NOWHERE else visible(p), 0) for p in parents if p is not NOWHERE or self.op.saves])

    def __repr__(self) -> str:
        return f"<{self.name()}>"


class WideNode(Node):
    """A node with more than two inputs, or whose rules read more than them."""

    __slots__ = ("more", "rest")


def make_node(op, left, right, more=None, out=None, x=None, y=None, rest=None) -> Node:
    """A new node; the calls that record.py generates write these lines out, since a call costs as much again."""
    node = new(WideNode)
    node.seq, node.op, node.left, node.right, node.more = tick(), op, left, right, more
    node.out, node.x, node.y, node.rest = out, x, y, rest
    return node


class Step:
    """What a node does on the way back. Ops are Steps with rules; the few below are the graph's own."""

    leaf = False  # whether gradients end here
    hooks = ()  # functions shown the complete gradient before it is pulled
    saves = False  # whether its nodes hold arrays, which a sweep frees
    saves_always = True  # or only some of them, as it depends on which inputs want a gradient

    def __init__(self, name, pull=None):
        self.name = name
        self.title = "".join(word.capitalize() for word in name.split("_")) + "Backward0"
        if pull is not None:  # (else it is a method)
            self.pull = pull


def accumulate(leaf, g, grads):
    """A leaf keeps the gradient that arrives: the first is taken over, later ones are added."""
    with leaf_lock:
        kept = leaf.out
        if kept is None:
            leaf.out = g if isinstance(g, PAYLOAD) else g.clone()  # a Tensor may be another leaf's gradient too
        elif isinstance(kept, PAYLOAD) or not isinstance(g, PAYLOAD):
            leaf.out = kept + g
        else:
            kept.accumulate(g)  # a Tensor that a user holds, who thereby sees the sum


def leave(node, g, grads):
    """NOWHERE: the gradient of a constant is not wanted."""


PAYLOAD = (ndarray, np.generic)
leaf_lock = threading.Lock()
ACCUMULATE = Step("accumulate_grad", accumulate)
ACCUMULATE.title = "AccumulateGrad"
ACCUMULATE.leaf = True
FROZEN = Step("accumulate_grad", leave)  # of a leaf that no longer requires grad: what arrives is not kept
FROZEN.title = "AccumulateGrad"
FROZEN.leaf = True
NOWHERE = make_node(Step("constant", leave), None, None)
NOWHERE.left = NOWHERE.right = NOWHERE


def leaf_node(payload) -> Node:
    """The node of a tensor that wants its gradient: `x` is its value, `out` the gradient it keeps."""
    return make_node(ACCUMULATE, NOWHERE, NOWHERE, x=payload)


def is_leaf(node) -> bool:
    """Whether a gradient that gets here stays here (or is not wanted at all)."""
    return node.op.leaf or node is NOWHERE


def visible(node):
    """The node itself, or the one behind a copy or cast that broadcasting and promotion put in front of it."""
    while node.op.name in ("broadcast", "cast"):
        node = node.left
    return node


# The sweep


def collect(roots, grads):
    """Every node the roots depend on, newest first; each becomes a key of `grads`. No recursion: depth is free."""
    order = list(roots)
    grads[NOWHERE] = None
    for node in order:  # the list grows as it is walked
        parent = node.left
        if parent not in grads:
            grads[parent] = None
            order.append(parent)
        parent = node.right
        if parent not in grads:
            grads[parent] = None
            order.append(parent)
        if node.more is not None:
            for parent in node.more:
                if parent not in grads:
                    grads[parent] = None
                    order.append(parent)
    del grads[NOWHERE]
    order.sort(key=attrgetter("seq"), reverse=True)
    return order


def keep_paths(order, grads, targets, roots):
    """Drop from `order` and `grads` the nodes that lie on no path to a target; the roots stay, for their hooks."""
    needed = set(targets)
    for node in reversed(order):
        if node.left in needed or node.right in needed or (node.more is not None and not needed.isdisjoint(node.more)):
            needed.add(node)
    needed.update(roots)
    for node in order:
        if node not in needed:
            del grads[node]
    return [node for node in order if node in needed]


def leads_on(node, grads):
    """Whether a gradient is wanted behind this node."""
    return node.left in grads or node.right in grads or any([parent in grads for parent in node.more or ()])


def sweep(seeds, retain_graph=False, create_graph=False, inputs=None, accumulate=True):
    """Carry gradients from the roots back to the leaves, one rule for each input that wants one.

    seeds maps each root node to its gradient: raw arrays, or Tensors if `create_graph`, and then the rules are
    recorded in their turn. With `inputs` (nodes) only the paths to them are walked; without `accumulate` the
    gradients that arrive at them are returned instead of being kept by the leaves.
    """
    watch = watching.get()
    grads = dict(seeds) if watch is None else watch.ledger(seeds)  # node -> the gradient gathered so far
    order = collect(seeds, grads)
    caught = {}
    if inputs is not None:
        order = keep_paths(order, grads, inputs, seeds)
    oldest = next((node for node in reversed(order) if node.op.saves), None)  # (leaves come last, and save nothing)
    if oldest is not None and clock.last_write > oldest.seq:
        check_writes(order if inputs is None else [node for node in order if leads_on(node, grads)])
    mode = recording.set((watch or True) if create_graph else False)
    try:
        with quiet():
            for node in order:
                g = grads.pop(node)
                if g is None:
                    continue
                op = node.op
                if op.hooks:
                    for hook in tuple(op.hooks):  # one may remove itself
                        g = hook(g)
                if inputs is not None:
                    if node in inputs:
                        caught[node] = g
                    if not (accumulate and node in inputs if op.leaf else leads_on(node, grads)):
                        continue
                op.pull(op.lift(node) if create_graph and op.saves else node, g, grads)
                if watch is not None:
                    watch.pulled(node, g, grads)
                if op.saves and not retain_graph and (op.saves_always or saved_arrays(node)):
                    node.op = op.freed
                    node.out = node.x = node.y = None
                    if node.rest is not None:
                        node.rest = None
    finally:
        recording.reset(mode)
    return caught


def raise_freed(node, g, grads):
    """What is left of a node whose saved arrays were freed by an earlier sweep."""
    raise RuntimeError(
        f"{node.op.name}: trying to backward through the graph a second time: its saved values were freed "
        "by the first backward. Pass retain_graph=True to the first one, or compute the loss again."
    )


class Selector(Step):
    """One output of a node with several: it hands its gradient on under its number."""

    def __init__(self, name, index, total):
        super().__init__(name)
        self.index, self.total = index, total

    def pull(self, node, g, grads):
        if node.left in grads:
            if grads[node.left] is None:
                grads[node.left] = [None] * self.total
            before = grads[node.left][self.index]
            grads[node.left][self.index] = g if before is None else before + g


def saved_arrays(node):
    """The payloads that a node's rules will read."""
    rest = node.rest or ()
    nested = [v for item in rest if type(item) is tuple for v in item]
    out = node.out if "out" in node.op.asked else None
    return [v for v in (out, node.x, node.y, *rest, *nested) if isinstance(v, PAYLOAD)]


def check_writes(order):
    """Raise if a payload that some node saved was overwritten after the node was made."""
    watch = watching.get()
    for node in order:
        if node.op.saves:
            for value in saved_arrays(node):
                if clock.written_after(value, node.seq):
                    where = clock.writes[id(owner_of(value))][3]
                    lines = (
                        f" It was written at {where}; {node.op.name} ran at {watch.line_of(node)}."
                        if where and watch
                        else " Run the forward pass under autograd.detect_anomaly() to see both source lines."
                    )
                    raise RuntimeError(
                        f"{node.op.name}: one of the variables needed for gradient computation has been modified by an "
                        f"inplace operation: a {type(value).__name__} of shape {list(value.shape)} that {node.op.title} "
                        f"saved.{lines} Use the out-of-place form, or clone() before writing."
                    )


# Hooks


class Hooked:
    """A step with hooks: the same step otherwise, so that steps without hooks pay nothing for them."""

    def __init__(self, step):
        self.step, self.hooks, self.after, self.retained = step, [], [], 0

    def __getattr__(self, name):
        return getattr(self.step, name)

    def pull(self, node, g, grads):
        self.step.pull(node, g, grads)
        for hook in tuple(self.after):
            hook()


class HookHandle:
    """Takes a hook away again: ``handle.remove()``. Source: torch.utils.hooks.RemovableHandle."""

    def __init__(self, hooks, hook):
        self.hooks, self.hook = hooks, hook

    def remove(self) -> None:
        """Take the hook away; a second time does nothing."""
        if self.hook in self.hooks:
            self.hooks.remove(self.hook)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.remove()


def add_hook(node, hook, when="before") -> HookHandle:
    """Show the node's complete gradient to `hook(g)`, which returns it or another in its place.

    With when="last" it comes after all such hooks; with "after" it is called without arguments after the pull.
    """
    if type(node.op) is not Hooked:
        node.op = Hooked(node.op)
    step = node.op
    hooks = step.after if when == "after" else step.hooks
    hooks.insert(len(hooks) - (step.retained if when == "before" else 0), hook)
    step.retained += when == "last"
    return HookHandle(hooks, hook)
