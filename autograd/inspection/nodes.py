"""What a node tells of itself: its op, its inputs by slot and by name, its settings."""

from functools import cache
from inspect import signature

from autograd.custom import Function, FunctionStep
from autograd.graph import Node, Step
from autograd.ops import TABLE, Op


def step_of(node) -> Step:
    """What a node does on the way back, without the hooks around it."""
    return getattr(node.op, "step", node.op)


def op_of(node) -> Op | None:
    """The library's op that made a node; None for a Function, whatever its name, and the graph's own gates."""
    step = step_of(node)
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
        step = step_of(node)
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
