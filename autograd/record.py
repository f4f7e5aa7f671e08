"""How a call becomes a node: for each Op, a call on Tensors and a pull on the way back.

Both are generated from the templates when Tensor is defined, as dataclasses generate `__init__`: written out for the
op's own inputs, so that nothing general runs on the hot path. `source_of("mul")` shows what is made.
"""
import sys
from types import FunctionType

import numpy as np
from numpy import ndarray

from autograd import dtypes
from autograd.clock import tick
from autograd.errors import explain, not_a_tensor, renamed
from autograd.graph import NOWHERE, Node, Step, WideNode, make_node
from autograd.modes import new, quiet, recording
from autograd.ops import TABLE, Op
from autograd.ops.shape import cast, sum_to
from autograd.templates import call_source, pull_source

FLOATS = {np.float64, np.float32, np.float16}
NUMBERS = {int, float}
SKIP = object()                 # what `grads` answers for a node whose gradient nobody wants


def source_of(op) -> str:
    """The Python text of an op's call and pull."""
    op = TABLE[op] if type(op) is str else op
    return call_source(op) + "\n\n" + pull_source(op)


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
    op = TABLE["to_dtype"]
    return op.call(tensor, dtype) if dtype.kind == "f" else wrap(op.forward(tensor.payload, dtype))


def require_equal(op, payloads):
    """Raise unless all inputs have one type, as products of matrices need."""
    names = [dtypes.BY_NUMPY[value.dtype] for value in payloads if value is not None]
    if len(set(names)) > 1:
        raise RuntimeError(f"{op.name}: expected {' and '.join(op.inputs)} to have the same dtype, but got: "
                           f"{' and '.join(t.long_name for t in names)}. Convert one, e.g. with .to({names[-1]})")


def broadcast(node, shape):
    """The copy gate through which an input of this shape reaches a larger one: its backward sums the copies."""
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
    modules = {op.forward.__module__ for op in TABLE.values()}
    quiet_modules = {name: without_warnings(sys.modules[name]) for name in modules}
    shared = dict(
        Tensor=Tensor, Node=Node, WideNode=WideNode, NOWHERE=NOWHERE, SKIP=SKIP, FLOATS=FLOATS, NUMBERS=NUMBERS,
        ndarray=ndarray, generic=np.generic, new=new, tick=tick, recording=recording, wrap=wrap,
        unwrap_all=unwrap_all, meet=meet, require_equal=require_equal, broadcast=broadcast, mark_view=mark_view,
        again=again, renamed=renamed, not_a_tensor=not_a_tensor)
    for op in TABLE.values():
        op.forward = silenced(op.forward, quiet_modules[op.forward.__module__])
        rules = {f"rule_{name}": rule for name, rule in op.rules.items()}
        names = {**shared, **rules, "OP": op, "forward": op.forward}
        exec(compile(call_source(op), f"<the call of {op.name}>", "exec"), names)
        op.call = names[op.name]
        op.call.__doc__, op.call.__module__, op.call.op = op.__doc__, "autograd", op
        if op.inputs:
            exec(compile(pull_source(op), f"<the pull of {op.name}>", "exec"), names)
            op.pull = names["pull"]
