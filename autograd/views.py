"""Views and in-place writes: one memory, one history.

A view knows its base (`_base`), a base its views (`_views`, weakly). A write through either gives the base a new node,
and all its views a new place behind it.
"""
import weakref

import numpy as np
from numpy import ndarray

from autograd import dtypes
from autograd.clock import clock, owner_of, tick
from autograd.dtypes import BY_NUMPY
from autograd.errors import leaf_written
from autograd.graph import NOWHERE, leaf_node, make_node
from autograd.modes import recording
from autograd.ops import TABLE


def mark_view(result, source):
    """Note that the result shows the memory of `source`, if it does, so that writes to either keep both right."""
    payload = result.payload
    if type(payload) is not ndarray or payload.size and owner_of(payload) is not owner_of(source.payload):
        return
    base = source if source._base is None else source._base
    result._base = base
    if source._untracked:
        result._untracked = True
    if recording.get() is False or source._born_without_grad:
        result._born_without_grad = True
        if base.node is not NOWHERE and result.node is NOWHERE:
            result.node = leaf_node(payload)        # as in torch: it requires grad as its base does, with no way back to it
    if base._views is None:
        base._views = set()
    base._views.add(weakref.ref(result, base._views.discard))


def write(self, compute):
    """Make ``compute(self)`` the new value of self, in its own memory: every in-place operation is this.

    The graph sees an ordinary operation. What its rules saved of the old value is copied first; other nodes that
    saved it will find it stamped. Views of the memory, and its base, move to the new history. A failed write
    changes nothing.
    """
    mode = recording.get()
    if mode is not False and self.node.op.leaf:
        if self._born_without_grad:
            check_view(self)
        raise leaf_written(view=False)
    result = compute(self)
    check_memory(self)
    payload, value = self.payload, result.payload
    if value.shape != payload.shape:
        raise RuntimeError(f"output with shape {list(payload.shape)} doesn't match the broadcast shape {list(value.shape)}: an "
                           "in-place operation can't change the shape of its tensor; use the out-of-place form")
    if value.dtype != payload.dtype:
        if not dtypes.can_write(value.dtype, payload.dtype):
            raise RuntimeError(f"result type {BY_NUMPY[value.dtype].long_name} can't be cast to the desired output type "
                               f"{BY_NUMPY[payload.dtype].long_name}: use the out-of-place form")
        result = TABLE["to_dtype"].call(result, payload.dtype)
        value = result.payload
    node = result.node
    if mode is not False and self._base is not None and (node is not NOWHERE or self._base.node is not NOWHERE):
        check_view(self)
    if node is not NOWHERE:
        if node.x is payload and type(payload) is ndarray:
            node.x = payload.copy()
    if type(payload) is ndarray:
        payload[...] = value
    else:
        self.payload = value
        if self.node.op.leaf:
            self.node.x = value
    if not self._untracked:
        clock.stamp(payload)
    if node is not NOWHERE and node.y is not payload:      # (a saved operand that is self is spoilt: backward will say so)
        if node.out is value:
            node.out = self.payload
        node.seq = tick()
    if mode is not False and (node is not NOWHERE or self.node is not NOWHERE):
        rebase(self, node)
        if mode is not True and node is not NOWHERE:
            mode.saw(node)
        if self.retains_grad:               # the gradient to keep is that of the new value
            self._keeper.remove()
            self._keep_grad()
    return self


def check_memory(tensor):
    """Raise if several elements of the tensor live in one place."""
    payload = tensor.payload
    if type(payload) is ndarray and payload.size and 0 in payload.strides and any(
            [s == 0 and n > 1 for s, n in zip(payload.strides, payload.shape, strict=True)]):
        raise RuntimeError("unsupported operation: more than one element of the written-to tensor refers to a single memory "
                           "location. Please clone() the tensor before performing the operation.")


def check_overlap(target, source):
    """Raise if the written tensor lies partly over another operand. Source: torch's check of partial overlap."""
    if type(target) is ndarray and np.may_share_memory(target, source) and is_dense(target) and is_dense(source) and (
            target.__array_interface__["data"] != source.__array_interface__["data"] or target.strides != source.strides):
        raise RuntimeError("unsupported operation: some elements of the input tensor and the written-to tensor refer to a single "
                           "memory location. Please clone() the tensor before performing the operation.")


def is_dense(array) -> bool:
    """Whether the elements fill one piece of memory without gaps or repetition."""
    if array.size == 0 or 0 in array.strides:
        return False
    return sum([(n - 1) * stride for n, stride in zip(array.shape, array.strides, strict=True)]) + array.itemsize == array.nbytes


def check_view(tensor):
    """Raise if a recorded write through this view can't be given a history."""
    if tensor._born_without_grad:
        raise RuntimeError("A view was created in no_grad mode and is being modified inplace with grad mode enabled. Make the "
                           "view outside no_grad, or clone() it.")
    if tensor._base.node.op.leaf:
        raise leaf_written(view=True)


def rebase(tensor, node):
    """Give a written tensor its new history: through its base if it is a view, and all views of the base with it."""
    base = tensor if tensor._base is None else tensor._base
    if base is tensor:
        tensor.node = node
    else:
        places = positions(tensor.payload, base.payload)
        write_flat = TABLE["write_flat"]
        base.node = make_node(write_flat, base.node, node, rest=(places,))
    for reference in tuple(base._views or ()):
        view = reference()
        if view is not None:
            view.node = NOWHERE if base.node is NOWHERE else make_node(
                TABLE["take"], base.node, NOWHERE, rest=(base.payload.shape, positions(view.payload, base.payload)))


def positions(view, base):
    """Where each element of a view stands in the flattened base, found by its address."""
    def addresses(array):
        out = np.full(array.shape, array.__array_interface__["data"][0], np.int64)
        for axis, (n, stride) in enumerate(zip(array.shape, array.strides, strict=True)):
            out += (np.arange(n) * stride).reshape((-1,) + (1,) * (array.ndim - axis - 1))
        return out
    places = addresses(view)
    if base.flags.c_contiguous:
        return (places - base.__array_interface__["data"][0]) // base.itemsize
    known = addresses(base).reshape(-1)
    order = np.argsort(known)
    return order[np.searchsorted(known, places, sorter=order)]


def in_place(call):
    """The in-place form of an op's call."""
    def method(self, *args, **settings):
        for value in args:
            if hasattr(value, "payload") and type(value.payload) is ndarray and value.payload is not self.payload:
                check_overlap(self.payload, value.payload)
        return write(self, lambda tensor: call(tensor, *args, **settings))
    method.__name__ = method.__qualname__ = call.__name__ + "_"
    method.__doc__ = f"In-place form of `{call.__name__}`."
    return method
