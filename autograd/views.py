"""Views and in-place writes: one memory, one history.

A view knows its base (`_base`), a base its views (`_views`, weakly). A write through either gives the base a new node,
and all its views a new place behind it.
"""

import weakref

from numpy import ndarray

from autograd import dtypes
from autograd.clock import clock, tick
from autograd.dtypes import BY_NUMPY
from autograd.errors import leaf_written
from autograd.graph import NOWHERE, PAYLOAD, Step, is_leaf, leave, make_node
from autograd.memory import need_apart, need_own_places, owner_of, positions
from autograd.modes import recording
from autograd.ops import TABLE
from autograd.record import converted

UNSEEN = (
    "A view was created in no_grad mode and is being modified inplace with grad mode enabled, or its base is. Make the "
    "view outside no_grad, or clone() it."
)


def raise_closed(node, g, grads):
    """A view that recorded writes may not go through has lost its place when its base was written."""
    raise RuntimeError(node.rest)


SHADOW = Step("shadow", leave)  # a view that was made unrecorded: its base requires grad, so it does; nothing arrives
SHADOW.leaf = True
CLOSED = Step("closed_view", raise_closed)


def mark_view(result, source, closed=None):
    """Note that the result shows the memory of `source`, if it does, so that writes to either keep both right.

    `closed` says why no recorded write may go through this view, nor through views of it.
    """
    payload = result.payload
    if type(payload) is not ndarray or payload.size and owner_of(payload) is not owner_of(source.payload):
        return
    base = result._base = source if source._base is None else source._base
    if source._closed or closed or recording.get() is False:
        result._closed = source._closed or closed or UNSEEN
    if base._views is None:
        base._views = set()
    base._views.add(weakref.ref(result, base._views.discard))
    cast_shadows(base)


def views_of(base):
    """The views of a base that are still alive."""
    return [view for reference in tuple(base._views or ()) if (view := reference()) is not None]


def cast_shadows(base):
    """Let the views that have no history of their own require grad just if their base does, as in torch."""
    for view in views_of(base):
        if base.node is NOWHERE and is_shadow(view.node):
            view.node = NOWHERE
        elif base.node is not NOWHERE and view.node is NOWHERE:
            view.node = make_node(SHADOW, NOWHERE, NOWHERE)


def is_shadow(node) -> bool:
    return node.op.name == "shadow"


def write(self, compute, repeated=False):
    """Make ``compute(self)`` the new value of self, in its own memory: every in-place operation is this.

    The graph sees an ordinary operation. What its rules saved of the old value is copied first; other nodes that
    saved it will find it stamped. Views of the memory, and its base, move to the new history. A failed write
    changes nothing. An element that is shown again and again may only be written if it gets one value.
    """
    recorded = recording.get() is not False
    if recorded and self.node is not NOWHERE:
        check_open(self)
    result = compute(self)
    if recorded and self.node is NOWHERE and result.node is not NOWHERE:
        check_open(self)
    payload = self.payload
    if not repeated:
        need_own_places(payload)
    if result.payload.shape != payload.shape:
        raise RuntimeError(
            f"output with shape {list(payload.shape)} doesn't match the broadcast shape "
            f"{list(result.payload.shape)}: an in-place operation can't change the shape of its tensor; use the "
            "out-of-place form"
        )
    if not dtypes.can_write(result.payload.dtype, payload.dtype):
        raise RuntimeError(
            f"result type {BY_NUMPY[result.payload.dtype].long_name} can't be cast to the desired output type "
            f"{BY_NUMPY[payload.dtype].long_name}: use the out-of-place form"
        )
    result = converted(result, payload.dtype)
    if recorded and result.node is NOWHERE is not self.node:  # an op without slope: what was there before gets zeros
        result = TABLE["copy"].call(self, result)
    node, value = result.node, result.payload
    if node is not NOWHERE and node.x is payload and type(payload) is ndarray:
        node.x = payload.copy()
    store(self, value)
    if node is not NOWHERE:
        if not spoils(payload, node):
            node.seq = tick()
        if node.out is value:
            node.out = self.payload
        rebase(self, node)
    return self


def store(tensor, value):
    """Put a value into the tensor's memory, and stamp it; a scalar is replaced."""
    payload = tensor.payload
    if type(payload) is ndarray:
        payload[...] = value
    else:
        tensor.payload = value
        if tensor.node.op.leaf:
            tensor.node.x = value
    clock.stamp(payload)


def spoils(payload, node) -> bool:
    """Whether a write to this payload overwrites what the node has saved of an operand; backward will say so."""
    owner = owner_of(payload)
    return any([owner_of(value) is owner for value in (node.y, *(node.rest or ())) if isinstance(value, PAYLOAD)])


def check_open(tensor):
    """Raise if a recorded write to this tensor can't be given a history."""
    if tensor._closed:
        raise RuntimeError(tensor._closed)
    if tensor.node is not NOWHERE:
        for written in (tensor._base, tensor):
            if written is not None and is_leaf(written.node):
                raise leaf_written(view=tensor._base is not None)


def rebase(tensor, node):
    """Give a written tensor its new history: through its base if it is a view, and all views of the base with it."""
    base = tensor if tensor._base is None else tensor._base
    if base is not tensor:
        node = make_node(TABLE["write_flat"], base.node, node, rest=(positions(tensor.payload, base.payload),))
    move(base, node)
    for view in views_of(base):
        if view._closed:
            move(view, make_node(CLOSED, node, NOWHERE, rest=view._closed))
        else:
            places = positions(view.payload, base.payload)
            move(view, make_node(TABLE["look"], node, NOWHERE, rest=(base.payload.shape, places)))


def move(tensor, node):
    """Let the tensor stand at this node; the gradient that it retains is that of its new value."""
    tensor.node = node
    if tensor.retains_grad:
        tensor._keeper.remove()
        tensor._keep_grad()
    if (mode := recording.get()) is not True:
        mode.saw(node, tensor.payload)


def in_place(call, apart=False):
    """The in-place form of an op's call; its operands must lie `apart` from what is written, or all over it.

    With None they may lie anywhere.
    """

    def method(self, *args, **settings):
        for value in (*args, *settings.values()):
            if apart is not None and hasattr(value, "payload"):
                need_apart(self.payload, value.payload, same=not apart)
        return write(self, lambda tensor: call(tensor, *args, **settings))

    method.__name__ = method.__qualname__ = call.__name__ + "_"
    method.__doc__ = f"In-place form of `{call.__name__}`."
    return method
