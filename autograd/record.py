"""How a call becomes a node: for each Op, a call on Tensors and a pull on the way back.

Both are generated from short templates when Tensor is defined, as dataclasses generate `__init__`: written out for
the op's own inputs, so that nothing general runs on the hot path. `source_of("mul")` shows what is made.
"""
import sys
from types import FunctionType

import numpy as np
from numpy import ndarray

from autograd import dtypes
from autograd.errors import explain, not_a_tensor, renamed
from autograd.clock import clock, tick
from autograd.graph import NOWHERE, Node, Step, WideNode, make_node
from autograd.modes import new, quiet, recording
from autograd.ops import TABLE, Op
from autograd.ops.shape import cast, sum_to

FLOATS = {np.float64, np.float32, np.float16}
NUMBERS = {int, float}
SKIP = object()                 # what `grads` answers for a node whose gradient nobody wants


def source_of(op) -> str:
    """The Python text of an op's call and pull."""
    op = TABLE[op] if type(op) is str else op
    return call_source(op) + "\n\n" + pull_source(op)


def call_source(op) -> str:
    """The call: unwrap, let the types meet, run the forward, wrap, and record if a gradient is wanted."""
    nodes = ["left", "right", *[f"node{i}" for i in range(2, len(op.inputs))]][:len(op.inputs)]
    arguments = ", ".join(f"{name}={name}" if p.kind is p.KEYWORD_ONLY else name for name, p in op.parameters.items())
    byproducts = "".join(f", {name}" for name in op.keep)
    lines = [f"def {op.name}({signature(op)}):"]
    lines += conventions(op)
    if op.sequence:
        name, nodes = op.inputs[0], ["more"]
        lines += [f"{name}, more = unwrap_all(OP, {name})"]
    elif not op.inputs:
        constants = [name for name in op.arrays]
        lines += unwrap_constants(constants, op.promote)
    else:
        lines += unwrap_inputs(op, nodes)
        lines += meet_inputs(op, nodes)
    lines += [f"if isinstance({name}, Tensor): {name} = {name}.payload" for name in op.arrays if op.inputs]
    lines += ["try:",
              f"    out{byproducts} = forward({arguments})",
              "except Exception as error:",
              f"    out{byproducts} = again(error, OP, ({', '.join(op.parameters)},))"]
    if op.casts:        # integers are summed as int64 before they become what was asked for
        lines += ["if dtype is not None and out.dtype.kind != 'f': out = out.astype(dtype)"]
    if not op.inputs:
        return "\n    ".join([*lines, "return wrap(out)"])
    lines += ["result = new(Tensor)", "result.payload = out"]
    nowhere = "more is None" if op.sequence else " and ".join(f"{node} is NOWHERE" for node in nodes)
    lines += [f"if {nowhere} or (mode := recording.get()) is False:", "    result.node = NOWHERE"]
    if op.view:
        lines += ["    mark_view(result, source)"]
    lines += ["    return result"]
    if op.promote in ("same", "float") and len(nodes) > 1:
        same = " and ".join(f"{op.inputs[0]}.shape == {name}.shape" for name in op.inputs[1:])
        lines += [f"if type(out) is ndarray and not ({same}):" if len(nodes) > 2 else
                  f"if type(out) is ndarray and {op.inputs[0]}.shape != {op.inputs[1]}.shape:"]
        for name, node in zip(op.inputs, nodes, strict=True):
            lines += [f"    if {node} is not NOWHERE and {name}.shape != out.shape: {node} = broadcast({node}, {name}.shape)"]
    first, second = ("NOWHERE", "NOWHERE") if op.sequence else (nodes[0], nodes[1] if len(nodes) > 1 else "NOWHERE")
    more = "more" if op.sequence else f"({', '.join(nodes[2:])},)" if len(nodes) > 2 else "None"
    rest = [saved(op, nodes, name) for name in op.rest]
    wide = rest or more != "None"
    lines += [f"node = result.node = new({'WideNode' if wide else 'Node'})",
              "node.seq = tick()",
              "node.op = OP",
              f"node.left = {first}",
              f"node.right = {second}",
              "node.out = out" if "out" in op.asked else "node.out = None if type(out) is ndarray else out",
              f"node.x = {saved(op, nodes, op.inputs[0]) if not op.sequence else None}",
              f"node.y = {saved(op, nodes, op.inputs[1]) if len(op.inputs) > 1 else None}"]
    if wide:
        lines += [f"node.more = {more}", f"node.rest = ({', '.join(rest)},)" if rest else "node.rest = None"]
    if op.view:
        lines += ["mark_view(result, source)"]
    lines += ["if mode is not True: mode.saw(node)", "return result"]
    return "\n    ".join(lines)


def pull_source(op) -> str:
    """The pull: one rule for each input whose gradient is wanted, added to what has gathered there."""
    lines = ["def pull(node, g, grads):"]
    if op.rest:
        lines += [f"{', '.join(op.rest)}, = node.rest"]
    slots = {"out": "node.out"}
    if not op.sequence:
        slots.update(zip(op.inputs[:2], ("node.x", "node.y"), strict=False))
    for i, name in enumerate(op.inputs):
        asked = "".join(f", {slots.get(n, n)}" for n in op.reads[name])
        if op.sequence:
            lines += [f"for parent, part in zip(node.more, rule_{name}(g{asked})):"]
        else:
            lines += [f"parent = {('node.left', 'node.right')[i] if i < 2 else f'node.more[{i - 2}]'}"]
        indent = "    " if op.sequence else ""
        lines += [f"{indent}before = grads.get(parent, SKIP)", f"{indent}if before is not SKIP:"]
        if not op.sequence:
            lines += [f"    part = rule_{name}(g{asked})"]
        lines += [f"{indent}    grads[parent] = part if before is None else before + part"]
    return "\n    ".join(lines)


def signature(op) -> str:
    """The forward's parameters, with torch's `dtype=` and NumPy's spellings of dim and keepdim where they apply."""
    parts, starred = [], False
    for name, p in op.parameters.items():
        if p.kind is p.KEYWORD_ONLY and not starred:
            parts, starred = [*parts, "*"], True
        parts.append(name if p.default is p.empty else f"{name}={p.default!r}")
    if op.casts:
        parts += [*([] if starred else ["*"]), "dtype=None"]
    if "dim" in op.parameters or "keepdim" in op.parameters:
        parts += ["**aliases"]
    return ", ".join(parts)


def conventions(op):
    """Lines that translate `axis=` and `keepdims=`, and obey `dtype=`."""
    lines = []
    names = [name for name in ("dim", "keepdim") if name in op.parameters]
    if names:
        given = ", ".join(f"{name}={name}" for name in names)
        lines += [f"if aliases: {', '.join(names)}, = renamed(OP, aliases, {given})"]
    if op.casts:
        lines += [f"if dtype is not None and isinstance({op.inputs[0]}, Tensor): {op.inputs[0]} = {op.inputs[0]}.to(dtype)"]
    return lines


def unwrap_inputs(op, nodes):
    """Lines that take each input apart into its payload and its node."""
    lines = []
    if op.view:
        lines += [f"source = {op.inputs[0]}",
                  "if isinstance(source, Tensor) and type(source.payload) is not ndarray: source.payload = clock.box(source.payload)"]
    lines += [f"if isinstance({op.inputs[0]}, Tensor): {nodes[0]}, {op.inputs[0]} = {op.inputs[0]}.node, {op.inputs[0]}.payload"]
    if len(nodes) == 1:
        return [*lines, f"else: raise not_a_tensor(OP, ({op.inputs[0]},))"]
    others = [f"isinstance({name}, Tensor)" for name in op.inputs[1:]]
    lines += [f"elif {' or '.join(others)}:", f"    {nodes[0]} = NOWHERE",
              f"    if isinstance({op.inputs[0]}, generic): {op.inputs[0]} = {op.inputs[0]}.item()",
              f"else: raise not_a_tensor(OP, ({', '.join(op.inputs)},))"]
    for name, node in zip(op.inputs[1:], nodes[1:], strict=True):
        lines += [f"if isinstance({name}, Tensor): {node}, {name} = {name}.node, {name}.payload",
                  "else:", f"    {node} = NOWHERE"]
        if op.promote == "equal":
            lines += [f"    if isinstance({name}, (int, float)): raise not_a_tensor(OP, ({', '.join(op.inputs)},))"]
        if op.promote in ("same", "float"):     # a user's NumPy scalar counts as a Python number
            lines += [f"    if isinstance({name}, generic): {name} = {name}.item()"]
    return lines


def unwrap_constants(names, promote):
    """Lines for an op without slope: payloads only."""
    lines = [f"if not ({' or '.join(f'isinstance({name}, Tensor)' for name in names)}): raise not_a_tensor(OP, ({', '.join(names)},))"] if names else []
    lines += [f"if isinstance({name}, Tensor): {name} = {name}.payload" for name in names]
    if promote == "same" and len(names) == 2:
        a, b = names
        lines += [f"if (type({a}) is not type({b}) or type({a}) is ndarray and {a}.dtype is not {b}.dtype) and "
                  f"not (type({b}) in NUMBERS and {a}.dtype.kind == 'f'): "
                  f"({a}, {b}), _ = meet(OP, ({a}, {b}), (NOWHERE, NOWHERE))"]
    return lines


def meet_inputs(op, nodes):
    """Lines that bring the inputs to one type; nothing is called where they have it already."""
    if op.promote is None:
        return []
    a = op.inputs[0]
    if op.promote == "equal":
        pairs = [f"{b} is not None and {b}.dtype is not {a}.dtype" for b in op.inputs[1:]]
        return [f"if {' or '.join(pairs)}: require_equal(OP, ({', '.join(op.inputs)}))"]
    if len(nodes) == 1:
        if op.promote == "same":
            return []
        return [f"if {a}.dtype.kind != 'f': ({a},), ({nodes[0]},) = meet(OP, ({a},), ({nodes[0]},))"]
    b = op.inputs[1]
    names, homes = ", ".join(op.inputs), ", ".join(nodes)
    meeting = f"    ({names}), ({homes}) = meet(OP, ({names}), ({homes}))"
    if len(nodes) > 2:
        return [meeting.strip()]
    alone = f" or {a}.dtype.kind != 'f'" if op.promote == "float" else ""
    return [f"if type({a}) is not type({b}) or type({a}) is ndarray and {a}.dtype is not {b}.dtype{alone}:",
            f"    if type({b}) in NUMBERS and type({a}) in FLOATS: {b} = type({a})({b})",
            f"    elif type({b}) in NUMBERS and {a}.dtype.kind == 'f': {b} = {a}.dtype.type({b})",
            f"    elif type({a}) in NUMBERS and {b}.dtype.kind == 'f': {a} = {b}.dtype.type({a})",
            "    else:", "    " + meeting]


def saved(op, nodes, name) -> str:
    """The expression for what a node keeps under this name: None where only unwanted rules read it."""
    readers = [node for input, node in zip(op.inputs, nodes, strict=False) if name in op.needs[input]]
    for suffix in ("shape", "dtype"):
        if name.endswith("_" + suffix) and name.removesuffix("_" + suffix) in op.inputs:
            source = name.removesuffix("_" + suffix)
            if op.sequence:
                return f"tuple([v.{suffix} for v in {source}])"
            return f"{source}.{suffix}" + (f" if {source} is not None else None" if op.parameters[source].default is None else "")
    if not readers:
        return "None"
    if op.sequence or name not in (*op.inputs, *op.keep) or len(readers) == len(nodes):
        return name
    return f"{name} if {' or '.join(f'{node} is not NOWHERE' for node in readers)} else None"


def meet(op, payloads, nodes):
    """Bring inputs to torch's common type; an input with a node reaches a wider type through a cast."""
    for value in payloads:
        if type(value) not in dtypes.PYTHON_RANK and value is not None and not hasattr(value, "dtype"):
            raise not_a_tensor(op, payloads)
    if op.accept is not None:
        op.accept(*payloads)
    target = dtypes.common_dtype([value for value in payloads if value is not None])
    if op.promote == "float" and target.kind != "f":
        target = dtypes.default
    cast_nodes = [node if node is NOWHERE or value.dtype == target else make_node(CAST, node, NOWHERE, rest=value.dtype)
                  for value, node in zip(payloads, nodes, strict=True)]
    return [None if value is None else dtypes.cast(value, target) for value in payloads], cast_nodes


def converted(tensor, dtype):
    """The tensor as this NumPy dtype, recorded; integers have no slope. Itself if it has the dtype."""
    if tensor.payload.dtype == dtype:
        return tensor
    return TABLE["to_dtype"].call(tensor, dtype) if dtype.kind == "f" else wrap(tensor.payload.astype(dtype))


def require_equal(op, payloads):
    """Raise unless all inputs have one type, as products of matrices need."""
    names = [dtypes.BY_NUMPY[value.dtype] for value in payloads if value is not None]
    if len(set(names)) > 1:
        raise RuntimeError(f"{op.name}: expected {' and '.join(op.inputs)} to have the same dtype, but got: "
                           f"{' and '.join(t.long_name for t in names)}. Convert one, e.g. with .to({names[-1]})")


def broadcast(node, shape):
    """The copy gate through which an input of this shape reaches a larger one: its gradient is the sum of the copies."""
    return make_node(BROADCAST, node, NOWHERE, rest=shape)


def pull_through(rule):
    """A pull for the two implicit gates, whose `rest` is all they need."""
    def pull(node, g, grads):
        before = grads.get(node.left, SKIP)
        if before is not SKIP:
            part = rule(g, node.rest)
            grads[node.left] = part if before is None else before + part
    return pull


BROADCAST = Step("broadcast", pull_through(sum_to))
CAST = Step("cast", pull_through(cast))


def wrap(payload, node=NOWHERE):
    """A Tensor around a payload, at a node."""
    tensor = new(Op.Tensor)
    tensor.payload = payload
    tensor.node = node
    return tensor


def unwrap_all(op, tensors):
    """The payloads of a sequence of Tensors, in one type, and their nodes (None if none wants a gradient)."""
    if isinstance(tensors, Op.Tensor) or not all([isinstance(t, Op.Tensor) for t in tensors]):
        raise not_a_tensor(op, tensors, sequence=True)
    payloads, nodes = [t.payload for t in tensors], [t.node for t in tensors]
    if op.promote is not None and len({p.dtype for p in payloads}) > 1:
        payloads, nodes = meet(op, payloads, nodes)
    return tuple(payloads), None if all([node is NOWHERE for node in nodes]) else tuple(nodes)


def again(error, op, values):
    """Run a forward once more, quietly, if the user's settings made NumPy raise for an inf or nan; else explain."""
    if not isinstance(error, (FloatingPointError, RuntimeWarning)):
        raise explain(error, op, values) from None
    with quiet():
        return op.forward(**dict(zip(op.parameters, values, strict=True)))


def without_warnings(module) -> dict:
    """The module's functions once more, in a namespace without a name.

    Python drops a warning that comes from such a namespace, so a forward that makes inf or nan says nothing, at no
    cost: `np.errstate` around every op would cost as much as the op.
    """
    namespace = {**vars(module), "__name__": None}
    for name, value in vars(module).items():
        if isinstance(value, FunctionType) and value.__module__ == module.__name__:
            namespace[name] = silenced(value, namespace)
    return namespace


def silenced(function, namespace):
    """The function, looking up its globals in another namespace."""
    twin = FunctionType(function.__code__, namespace, function.__name__, function.__defaults__, function.__closure__)
    twin.__kwdefaults__ = function.__kwdefaults__
    return twin


def build(Tensor, mark_view):
    """Generate every op's call and pull, now that Tensor exists."""
    Op.Tensor, Op.wrap = Tensor, staticmethod(wrap)
    quiet_modules = {name: without_warnings(sys.modules[name]) for name in {op.forward.__module__ for op in TABLE.values()}}
    for op in TABLE.values():
        op.forward = silenced(op.forward, quiet_modules[op.forward.__module__])
        names = dict(Tensor=Tensor, Node=Node, WideNode=WideNode, NOWHERE=NOWHERE, SKIP=SKIP, OP=op, FLOATS=FLOATS, NUMBERS=NUMBERS,
                     forward=op.forward, new=new, tick=tick, recording=recording,
                     clock=clock, ndarray=ndarray, generic=np.generic, again=again, meet=meet, require_equal=require_equal, broadcast=broadcast, renamed=renamed,
                     not_a_tensor=not_a_tensor, mark_view=mark_view, unwrap_all=unwrap_all, wrap=wrap,
                     **{f"rule_{name}": rule for name, rule in op.rules.items()})
        exec(compile(call_source(op), f"<the call of {op.name}>", "exec"), names)
        op.call = names[op.name]
        op.call.__doc__, op.call.__module__, op.call.op = op.__doc__, "autograd", op
        if op.inputs:
            exec(compile(pull_source(op), f"<the pull of {op.name}>", "exec"), names)
            op.pull = names["pull"]
