"""Function: an op of the user's own, with its forward and backward in Python."""

from functools import wraps

import numpy as np

from autograd.clock import clock
from autograd.graph import NOWHERE, PAYLOAD, Selector, Step, make_node, raise_freed
from autograd.modes import no_grad, recording
from autograd.ops.shape import sum_to
from autograd.record import converted, wrap
from autograd.tensors import Tensor
from autograd.views import check_open, mark_view, rebase


class Context:
    """What forward leaves for backward. Source: torch.autograd.function.FunctionCtx."""

    def __init__(self):
        self._to_save, self._dirty, self._flat = (), (), ()
        self._homes: list[int | None] = []
        self._materialize = True
        self._node = None

    def save_for_backward(self, *tensors) -> None:
        """Keep these inputs, outputs or other tensors (or None) for backward."""
        for tensor in tensors:
            if tensor is not None and not isinstance(tensor, Tensor):
                raise TypeError(
                    f"save_for_backward can only save variables, but argument is of type {type(tensor).__name__}: "
                    "keep plain values as attributes, ctx.x = x"
                )
        self._to_save = tensors

    @property
    def saved_tensors(self) -> tuple:
        """The tensors that were saved, at their places in the graph."""
        if self._node is None:
            return self._to_save
        if self._node.rest is None:
            raise_freed(self._node, None, None)
        saved = zip(self._node.rest, self._homes, strict=True)
        return tuple([None if value is None else wrap(value, self._place(home)) for value, home in saved])

    def _place(self, home):
        """The node of a saved tensor, from where `home_of` says it belongs."""
        node = self._node
        if home is None:
            return NOWHERE
        if home >= 0:
            return node.more[home - 1] if home else node
        return make_node(node.op.output(-home - 1), node, NOWHERE)

    def mark_dirty(self, *tensors) -> None:
        """Say which inputs forward wrote in place; it must return them."""
        self._dirty = tensors

    def mark_non_differentiable(self, *tensors) -> None:
        """Say which outputs have no slope, such as indices."""
        self._flat = tensors

    def set_materialize_grads(self, value: bool) -> None:
        """Whether backward gets zeros (the default) or None for an output that no gradient reached."""
        self._materialize = value


class FunctionStep(Step):
    """The way back through a user's Function: one step for each call, since each has its own context."""

    saves, saves_always = True, False
    asked = frozenset(("out",))

    def __init__(self, function, ctx, outputs):
        super().__init__(function.__name__)
        self.title = f"{function.__name__}Backward"
        self.function, self.ctx = function, ctx
        self.likes = [(t.payload.shape, t.payload.dtype) for t in outputs]
        self.freed = Step(self.name, raise_freed)
        self.freed.title = self.title

    def output(self, index) -> Selector:
        """The step of one output of several."""
        selector = Selector(self.name, index, len(self.likes))
        selector.title = self.title
        return selector

    def lift(self, node):
        """Itself: `saved_tensors` gives Tensors anyway."""
        return node

    def pull(self, node, g, grads):
        raw = recording.get() is False
        given = g if type(g) is list else [g]
        arrived = [
            wrap(v)
            if isinstance(v, PAYLOAD)
            else v
            if v is not None or not self.ctx._materialize
            else wrap(np.zeros(*like))
            for v, like in zip(given, self.likes, strict=True)
        ]
        self.ctx._node = node
        try:
            parts = self.function.backward(self.ctx, *arrived)
        finally:
            self.ctx._node = None
        parts = parts if isinstance(parts, (tuple, list)) else (parts,)
        wanted = self.ctx.needs_input_grad
        if len(parts) < len(wanted) or any(p is not None for p in parts[len(wanted) :]):
            raise RuntimeError(
                f"function {self.title} returned an incorrect number of gradients (expected {len(wanted)}, got "
                f"{len(parts)}): backward returns one for each argument of forward, None where there is none"
            )
        for i, (parent, part) in enumerate(zip(node.more, parts, strict=False)):
            if part is None or parent not in grads:
                continue
            if not isinstance(part, Tensor):
                raise TypeError(f"{self.title}: expected Tensor or None as gradient {i}, not {type(part).__name__}")
            part = self.fitted(i, part)
            part = part.payload if raw else part
            before = grads.get(parent)
            grads[parent] = part if before is None else before + part

    def fitted(self, i, part):
        """A gradient in its input's shape and dtype."""
        shape, dtype = self.ctx._likes[i]
        if part.payload.shape != shape:
            try:
                np.broadcast_to(np.empty(shape), part.payload.shape)
            except ValueError:
                raise RuntimeError(
                    f"Function {self.title} returned an invalid gradient at index {i} - got "
                    f"{list(part.payload.shape)} but expected shape compatible with {list(shape)}"
                ) from None
            part = sum_to(part, shape)
        return converted(part, dtype)


class Function:
    """A differentiable operation of your own.

    Subclass it with static methods `forward(ctx, *args)` and `backward(ctx, *grads)`, and call `apply`. Backward
    returns a gradient (or None) for each argument of forward; it is recorded under `create_graph`, so that it can be
    differentiated again. Source: torch.autograd.Function.

    >>> import autograd
    >>> class Cube(autograd.Function):
    ...     @staticmethod
    ...     def forward(ctx, x):
    ...         ctx.save_for_backward(x)
    ...         return x ** 3
    ...     @staticmethod
    ...     def backward(ctx, g):
    ...         x, = ctx.saved_tensors
    ...         return g * 3 * x ** 2
    >>> x = autograd.tensor(2.0, requires_grad=True)
    >>> Cube.apply(x).backward()
    >>> x.grad
    tensor(12.)
    """

    @staticmethod
    def forward(*args, **kwargs):
        """Compute the outputs from raw values; `ctx` comes first unless there is a `setup_context`."""
        raise NotImplementedError("You must implement the forward function for custom autograd.Function.")

    @staticmethod
    def setup_context(ctx, inputs, output):
        """Fill `ctx` after a forward that does not take it."""
        raise NotImplementedError("setup_context is not implemented.")

    @staticmethod
    def backward(ctx, *grad_outputs):
        """The gradient of each input, from those of the outputs."""
        raise NotImplementedError(
            "You must implement the backward function for custom autograd.Function to use it with backward()."
        )

    @classmethod
    def apply(cls, *args):
        """Run forward, and record it."""
        ctx = Context()
        nodes = tuple([a.node if isinstance(a, Tensor) else NOWHERE for a in args])
        ctx.needs_input_grad = tuple([node is not NOWHERE for node in nodes])
        ctx._likes = [(a.payload.shape, a.payload.dtype) if isinstance(a, Tensor) else None for a in args]
        with no_grad():
            if cls.setup_context is Function.setup_context:
                result = cls.forward(ctx, *args)
            else:
                result = cls.forward(*args)
                cls.setup_context(ctx, args, result)
        several = isinstance(result, (tuple, list))
        outputs = list(result) if several else [result]
        mode = recording.get()
        recorded = mode is not False and any(ctx.needs_input_grad)
        for tensor in ctx._dirty:
            clock.stamp(tensor.payload)
            if recorded:
                check_open(tensor)
        given = {id(a) for a in args if isinstance(a, Tensor)} - {id(t) for t in ctx._dirty}
        outputs = [same_memory(t, cls) if id(t) in given else t for t in outputs]
        if not recorded:
            return (tuple(outputs) if isinstance(result, tuple) else outputs) if several else outputs[0]
        tensors = [t for t in outputs if isinstance(t, Tensor)]
        step = FunctionStep(cls, ctx, tensors)
        saved = tuple([None if t is None else t.payload for t in ctx._to_save])
        node = make_node(step, NOWHERE, NOWHERE, more=nodes, rest=saved)
        ctx._homes = [home_of(t, args, result if several else (result,)) for t in ctx._to_save]
        ctx._to_save = ()
        if mode is not True:
            mode.saw(node, [t.payload for t in tensors], [getattr(a, "payload", None) for a in args])
        flat = {id(t) for t in ctx._flat}
        for i, tensor in enumerate(tensors):
            if id(tensor) in flat or tensor.payload.dtype.kind != "f":
                continue
            home = node if len(tensors) == 1 else make_node(step.output(i), node, NOWHERE)
            if any(tensor is t for t in ctx._dirty):
                rebase(tensor, home)
            else:
                tensor.node = home
        return (tuple(outputs) if isinstance(result, tuple) else outputs) if several else outputs[0]


def same_memory(tensor, function):
    """An input that forward returned as it is, as another tensor, for it will have another history."""
    result = wrap(tensor._array())
    mark_view(
        result,
        tensor,
        f"Output 0 of {function.__name__}Backward is a view and is being modified inplace, or its base is: "
        f"{function.__name__}.forward returned an input as it is, and the write would override its backward. Return a "
        "clone() of it.",
    )
    return result


def home_of(tensor, args, outputs):
    """Where a saved tensor belongs: i + 1 for argument i, 0 for the only output, -i - 1 for output i, None for nowhere."""
    for i, argument in enumerate(args):
        if tensor is argument:
            return i + 1
    outputs = [out for out in outputs if isinstance(out, Tensor)]
    for i, out in enumerate(outputs):
        if tensor is out and out.payload.dtype.kind == "f":
            return -i - 1 if len(outputs) > 1 else 0
    return None


def once_differentiable(backward):
    """Mark a backward that can't be differentiated again. Source: torch.autograd.function.once_differentiable."""

    @wraps(backward)
    def once(ctx, *grads):
        if recording.get() is not False:
            raise RuntimeError("trying to differentiate twice a function that was marked with @once_differentiable")
        return backward(ctx, *grads)

    return once
