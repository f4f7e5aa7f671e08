"""Tensor: an array that remembers how it was computed."""

import sys
import warnings
import weakref

import numpy as np
from numpy import ndarray

from autograd import dtypes, record
from autograd.clock import clock
from autograd.conversion import Conversion
from autograd.dtypes import BY_NUMPY
from autograd.filling import Filling
from autograd.graph import ACCUMULATE, FROZEN, NOWHERE, PAYLOAD, add_hook, is_leaf, leaf_lock, leaf_node, visible
from autograd.layout import Layout
from autograd.memory import another_owner, is_repeated, need_apart
from autograd.modes import new, recording
from autograd.ops import TABLE
from autograd.ops.indexing import is_mask, look_up, part, split_index, without_leading_ones, write_at
from autograd.printing import Printing
from autograd.protocols import Protocols
from autograd.record import converted, wrap
from autograd.views import cast_shadows, is_shadow, mark_view, write


class Size(tuple):
    """A shape: a tuple that prints as torch's and knows its number of elements. Source: torch.Size."""

    __slots__ = ()

    def numel(self) -> int:
        """The product of the sizes."""
        return int(np.prod(self, dtype=np.int64))

    def __repr__(self) -> str:
        return f"torch.Size({list(self)})"

    def __getitem__(self, index):
        part = tuple.__getitem__(self, index)
        return Size(part) if isinstance(index, slice) else part

    def __add__(self, other):
        return Size(tuple.__add__(self, tuple(other)))

    def __radd__(self, other):
        return Size(tuple(other) + tuple(self))

    def __mul__(self, times):
        return Size(tuple.__mul__(self, times))

    __rmul__ = __mul__


class Tensor(Conversion, Filling, Layout, Printing, Protocols):
    """A NumPy array that remembers how it was computed.

    `payload` is the array, or for most 0-d results the NumPy scalar that NumPy computes with fastest; `node` is the
    tensor's place in the graph, NOWHERE if it needs no gradient. The methods named after ops come from the table in
    `autograd.ops`; here is what makes a Tensor more than them. Source: torch.Tensor.
    """

    __slots__ = ("__dict__", "__weakref__", "node", "payload")
    _base = None  # of a view: the tensor whose memory it shows
    _views = None  # of a base: weak references to its views
    _grad = None  # of a non-leaf: the gradient that retain_grad kept
    retains_grad = False  # whether retain_grad was called on this non-leaf
    _frozen = None  # of a leaf that no longer requires grad: its node, and what it did there
    _closed = None  # of a view: why no recorded write may go through it
    is_sparse = is_cuda = is_quantized = is_meta = is_complex_ = False

    def __new__(cls, *data, device=None):
        if len(data) == 1 and isinstance(data[0], float):
            raise TypeError("new(): data must be a sequence (got float): use autograd.tensor() for a number")
        if len(data) == 1 and not isinstance(data[0], (int, np.integer)):
            payload = np.array(getattr(data[0], "payload", data[0]), dtypes.default)
        else:
            payload = np.zeros(data if data else (0,), dtypes.default)
        tensor = new(cls)
        tensor.payload, tensor.node = payload, NOWHERE
        return tensor

    # What it is

    @property
    def shape(self) -> Size:
        """The number of elements along each axis."""
        return Size(self.payload.shape)

    @property
    def dtype(self) -> dtypes.dtype:
        """The element type."""
        return BY_NUMPY[self.payload.dtype]

    ndim = property(lambda self: self.payload.ndim, doc="The number of axes.")
    itemsize = property(lambda self: self.payload.itemsize, doc="Bytes per element.")
    nbytes = property(lambda self: self.payload.nbytes, doc="Bytes in all.")

    # Its place in the graph

    @property
    def requires_grad(self) -> bool:
        """Whether operations on this tensor are recorded."""
        return self.node is not NOWHERE

    @requires_grad.setter
    def requires_grad(self, wanted: bool):
        if not is_leaf(self.node):
            if not wanted:
                raise RuntimeError(
                    "you can only change requires_grad flags of leaf variables. If you want to use a computed "
                    "variable in a subgraph that doesn't require differentiation use x.detach()."
                )
        elif wanted and self.payload.dtype.kind != "f":
            raise RuntimeError(
                f"only Tensors of floating point dtype can require gradients, not {self.dtype}: convert "
                "with .float() first"
            )
        elif bool(wanted) == (self.node is NOWHERE or is_shadow(self.node)):
            kept, self.grad = self.grad, None
            self.node = self._thaw() if wanted else self._freeze()
            self.grad = kept
            cast_shadows(self if self._base is None else self._base)

    def _freeze(self):
        """Leave the leaf's node, which keeps nothing from now on, for `_thaw`: a recorded graph may lead to it."""
        if not is_shadow(self.node):
            self._frozen = self.node, self.node.op
            self.node.op = FROZEN
        return NOWHERE

    def _thaw(self):
        """The node that `_freeze` left, or a new one."""
        node, step = self._frozen or (leaf_node(self.payload), ACCUMULATE)
        node.op, node.x, self._frozen = step, self.payload, None
        return node

    def requires_grad_(self, requires_grad: bool = True):
        """Set `requires_grad` in place."""
        self.requires_grad = requires_grad
        return self

    @property
    def is_leaf(self) -> bool:
        """Whether no recorded operation made it."""
        return is_leaf(self.node)

    @property
    def grad_fn(self):
        """The node of the operation that made it, or None."""
        return None if is_leaf(self.node) else visible(self.node)

    @property
    def grad(self):
        """The gradient gathered so far, or None."""
        node = self.node
        if not node.op.leaf:
            if node is not NOWHERE and self._grad is None:
                warnings.warn(
                    "The .grad attribute of a Tensor that is not a leaf Tensor is being accessed. Its .grad "
                    "attribute won't be populated during backward(). Call .retain_grad() on it first.",
                    UserWarning,
                    stacklevel=2,
                )
            return self._grad
        if isinstance(node.out, PAYLOAD):
            with leaf_lock:
                if isinstance(node.out, PAYLOAD):
                    node.out = wrap(node.out.copy())  # a copy: leaves may have been handed one buffer
        return node.out

    @grad.setter
    def grad(self, value):
        if value is not None:
            if not isinstance(value, Tensor):
                raise TypeError(
                    f"assigned grad expected to be a Tensor or None but got grad of type {type(value).__name__}"
                )
            if value is self:
                raise RuntimeError("can't assign Variable as its own grad")
            if value.payload.shape != self.payload.shape:
                raise RuntimeError(
                    f"assigned grad has data of a different size: {tuple(value.shape)} for a tensor of "
                    f"{tuple(self.shape)}"
                )
            if value.payload.dtype != self.payload.dtype:
                raise RuntimeError(
                    f"assigned grad has data of a different type: {value.dtype} for a tensor of {self.dtype}"
                )
        if self.node.op.leaf:
            self.node.out = value
        elif value is not None or self._grad is not None:
            self._grad = value

    @grad.deleter
    def grad(self):
        self.grad = None

    def backward(self, gradient=None, retain_graph=None, create_graph=False, inputs=None) -> None:
        """Add d(self)/d(leaf) to the `grad` of every leaf that self depends on.

        Parameters
        ----------
        gradient : Tensor, optional
            The gradient that arrives from above, of self's shape; 1 for a tensor of one element.
        retain_graph : bool, optional
            Keep what the rules have saved, so that backward can run again; as `create_graph` if not given.
        create_graph : bool
            Record the backward itself, for derivatives of higher order.
        inputs : Tensor or sequence of Tensors, optional
            Only these leaves receive a gradient.

        Source: torch.Tensor.backward.
        """
        from autograd.differentiation import backward

        backward(self, gradient, retain_graph, create_graph, inputs=inputs)

    def detach(self):
        """The same memory, out of the graph."""
        return wrap(self._array())

    def detach_(self):
        """Leave the graph, in place: the tensor becomes a leaf that needs no gradient."""
        if self._base is not None:
            raise RuntimeError("Can't detach views in-place. Use detach() instead.")
        kept, self.grad = self.grad if self.is_leaf else None, None
        self.node, self._frozen = NOWHERE, None
        self.grad = kept
        cast_shadows(self)
        return self

    @property
    def data(self):
        """The same memory, out of the graph; backward does not notice writes through it."""
        return wrap(another_owner(self._array()))

    @data.setter
    def data(self, value):
        if self.node is not NOWHERE and value.payload.dtype.kind != "f":
            raise RuntimeError(
                f"data set to a tensor that requires gradients must be floating point, not {value.dtype}"
            )
        self.payload = value.payload
        if self.node.op.leaf:
            self.node.x = self.payload

    def _array(self):
        """The payload, from now on an array, so that its memory can be shared."""
        if type(self.payload) is not ndarray:
            self.payload = clock.box(self.payload)
        return self.payload

    def retain_grad(self) -> None:
        """Keep the gradient of this non-leaf tensor in `grad`, too."""
        if self.node is NOWHERE:
            raise RuntimeError("can't retain_grad on Tensor that has requires_grad=False")
        if self.node.op.leaf or self.retains_grad:
            return
        self.retains_grad = True
        self._keep_grad()

    def _keep_grad(self):
        me = weakref.ref(self)

        def keep(g):
            tensor = me()
            if tensor is not None:
                kept = wrap(g.copy()) if isinstance(g, PAYLOAD) else g
                tensor._grad = kept if tensor._grad is None else tensor._grad + kept
            return g

        self._keeper = add_hook(self.node, keep, "last")

    def register_hook(self, hook):
        """Call ``hook(grad)`` when this tensor's gradient is complete; it may return another in its place."""
        if self.node is NOWHERE:
            raise RuntimeError("cannot register a hook on a tensor that doesn't require gradient")

        dtype = self.dtype

        def show(g):
            raw = isinstance(g, PAYLOAD)
            result = hook(wrap(g) if raw else g)
            if result is None:
                return g
            if not isinstance(result, Tensor):
                raise TypeError(f"a hook must return a Tensor or None, not {type(result).__name__}")
            if result.payload.shape != g.shape or result.dtype is not dtype:
                raise RuntimeError(
                    f"a hook has changed the size or type of a gradient: from {tuple(g.shape)} of {dtype} "
                    f"to {tuple(result.shape)} of {result.dtype}"
                )
            return result.payload if raw else result

        return add_hook(self.node, show)

    def register_post_accumulate_grad_hook(self, hook):
        """Call ``hook(tensor)`` each time a backward has added to this leaf's `grad`."""
        if not self.node.op.leaf:
            raise RuntimeError("post accumulate grad hooks cannot be registered on non-leaf tensors")
        me = weakref.ref(self)
        return add_hook(self.node, lambda: hook(me()), "after")

    def accumulate(self, g) -> None:
        """Add a raw gradient in place: whoever holds this tensor as `x.grad` sees the sum."""
        if type(self.payload) is ndarray:
            self.payload += g
            clock.stamp(self.payload)
        else:
            self.payload = self.payload + g

    # Writing

    @property
    def _version(self) -> int:
        return clock.version(self.payload)

    def _is_view(self) -> bool:
        return self._base is not None

    def __setitem__(self, index, value):
        basic, advanced = split_index(index)
        place = part(self._array(), basic)
        value = assignable(self, value, basic, advanced)
        if value.ndim if advanced is None else value.payload.size != 1 or not any(map(is_mask, advanced)):
            need_apart(place, value.payload, same=advanced is None)
        if recording.get() is False or self.node is value.node is NOWHERE:
            write_at(self.payload, basic, advanced, converted(value, self.payload.dtype).payload)
            clock.stamp(self.payload)
        elif advanced is None and is_repeated(self.payload):
            value = value.reshape(without_leading_ones(value.payload).shape)
            self[index].copy_(value)  # the part need not be repeated, though the whole is
        else:
            write(
                self,
                lambda tensor: TABLE["setitem"].call(tensor, converted(value, tensor.payload.dtype), basic, advanced),
            )


def assignable(target, value, basic, advanced):
    """What is assigned to elements of `target`, as a Tensor; masks and integer arrays ask for its dtype."""
    if isinstance(value, (bool, int, float, np.generic)):
        return wrap(np.asarray(value).astype(target.payload.dtype))
    if not isinstance(value, Tensor):
        raise TypeError(
            f"setitem: can't assign a {type(value).__name__} to a "
            f"torch.{target.dtype.long_name}Tensor: make a tensor of it first, e.g. with autograd.tensor()"
        )
    cast = value.payload.size == 1 and any(map(is_mask, advanced or ()))
    if advanced is not None and value.dtype is not target.dtype and not cast:
        look_up(target.payload, basic, advanced)  # an index that is not there is the worse mistake
        raise RuntimeError(
            f"setitem: Index put requires the source and destination dtypes match, got {target.dtype.long_name} "
            f"for the destination and {value.dtype.long_name} for the source: convert it with .to()"
        )
    return value


def swapped(call):
    """The reflected form of a binary operator."""
    return lambda self, other: call(other, self)


# What optimizers, data and saving see of a tensor


def raw_grad(tensor):
    """The gradient of a leaf without a copy, or None: an array or scalar never to be written into."""
    grad = tensor.node.out if tensor.node.op.leaf else tensor._grad
    return grad.payload if isinstance(grad, Tensor) else grad


def raw_array(tensor) -> ndarray:
    """The array behind a tensor, to be updated in place; of a scalar payload a 0-d copy."""
    return tensor.payload if type(tensor.payload) is ndarray else np.array(tensor.payload)


def commit_write(tensor, array) -> None:
    """Note that `array`, from raw_array, was written; a scalar payload is replaced."""
    before = tensor.payload
    if type(before) is not ndarray:
        tensor.payload = array[()]
        if tensor.node.op.leaf:
            tensor.node.x = tensor.payload
        if sys.getrefcount(before) == 2:  # no node has saved it: nobody can miss the stamp
            return
    clock.stamp(before)


def alias(tensor, cls=Tensor, requires_grad=False):
    """A leaf of class `cls` that shares the tensor's payload."""
    result = new(cls)
    result.payload, result.node = tensor.payload, NOWHERE
    result.requires_grad = requires_grad
    return result


record.build(Tensor, mark_view)
