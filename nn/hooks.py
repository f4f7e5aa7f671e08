"""Functions that a user hangs onto a Module: around its forward, and around its part of the backward."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from autograd import Function, Tensor, is_grad_enabled
from autograd.graph import HookHandle


@dataclass(eq=False, slots=True)
class Hook:
    """A function in one of a Module's lists of hooks, and how it wishes to be called."""

    function: Callable
    with_kwargs: bool = False
    always_call: bool = False

    def after_forward(self, module, args, kwargs, output):
        """Show the call to the function; what it returns, if anything, replaces the output."""
        extra = (kwargs,) if self.with_kwargs else ()
        changed = self.function(module, args, *extra, output)
        return output if changed is None else changed

    def before_forward(self, module, args, kwargs):
        """Show the arguments to the function; what it returns, if anything, replaces them."""
        if self.with_kwargs:
            changed = self.function(module, args, kwargs)
            if changed is None:
                return args, kwargs
            if not (isinstance(changed, tuple) and len(changed) == 2):
                raise RuntimeError(
                    f"{type(module).__name__}: forward pre-hook must return None or a tuple of "
                    f"(new_args, new_kwargs), but got {changed!r}"
                )
            return changed
        changed = self.function(module, args)
        if changed is None:
            return args, kwargs
        return changed if isinstance(changed, tuple) else (changed,), kwargs


class Hooks:
    """The part of Module that keeps hooks and calls them. A Module without any never enters here."""

    _forward_pre_hooks: list[Hook]
    _forward_hooks: list[Hook]
    _backward_pre_hooks: list[Hook]
    _backward_hooks: list[Hook]
    forward: Callable

    def register_forward_pre_hook(
        self, hook: Callable, *, prepend: bool = False, with_kwargs: bool = False
    ) -> HookHandle:
        """Call ``hook(module, args)`` before each forward; a returned value replaces the arguments.

        With ``with_kwargs`` it is ``hook(module, args, kwargs)``, returning None or ``(args, kwargs)``. With
        ``prepend`` it comes before the hooks already there. Source: torch.nn.Module.register_forward_pre_hook.
        """
        return hang(self._forward_pre_hooks, Hook(hook, with_kwargs), prepend)

    def register_forward_hook(
        self, hook: Callable, *, prepend: bool = False, with_kwargs: bool = False, always_call: bool = False
    ) -> HookHandle:
        """Call ``hook(module, args, output)`` after each forward; a returned value replaces the output.

        With ``with_kwargs`` it is ``hook(module, args, kwargs, output)``. With ``always_call`` it is called even if
        forward raised. Source: torch.nn.Module.register_forward_hook.
        """
        return hang(self._forward_hooks, Hook(hook, with_kwargs, always_call), prepend)

    def register_full_backward_pre_hook(self, hook: Callable, prepend: bool = False) -> HookHandle:
        """Call ``hook(module, grad_output)`` when the outputs' gradients have arrived; a returned tuple replaces them.

        Source: torch.nn.Module.register_full_backward_pre_hook.
        """
        return hang(self._backward_pre_hooks, Hook(hook), prepend)

    def register_full_backward_hook(self, hook: Callable, prepend: bool = False) -> HookHandle:
        """Call ``hook(module, grad_input, grad_output)`` when the gradients of the positional inputs are known.

        A returned tuple replaces ``grad_input``. Both are tuples with None for what has no gradient; where no input
        requires one, the hook is called once the outputs' gradients are there. Source:
        torch.nn.Module.register_full_backward_hook.
        """
        return hang(self._backward_hooks, Hook(hook), prepend)

    def register_backward_hook(self, hook: Callable) -> HookHandle:
        """``register_full_backward_hook`` under its old name. Source: torch.nn.Module.register_backward_hook."""
        return self.register_full_backward_hook(hook)

    def _call_with_hooks(self, *args, **kwargs):
        called, output = [], None
        try:
            for hook in tuple(self._forward_pre_hooks):  # a tuple: a hook may remove itself
                args, kwargs = hook.before_forward(self, args, kwargs)
            backward = BackwardHooks(self) if self._backward_hooks or self._backward_pre_hooks else None
            if backward is not None:
                args = backward.watch_inputs(args)
            output = self.forward(*args, **kwargs)
            for hook in tuple(self._forward_hooks):
                called.append(hook)
                output = hook.after_forward(self, args, kwargs, output)
            return output if backward is None else backward.watch_output(output)
        except Exception:
            for hook in tuple(self._forward_hooks):
                if hook.always_call and hook not in called:
                    try:
                        output = hook.after_forward(self, args, kwargs, output)
                    except Exception as error:
                        warnings.warn(
                            f"{type(self).__name__}: a forward hook with always_call=True raised "
                            f"{error!r}; it is passed over, since another error is on its way",
                            stacklevel=2,
                        )
            raise


def hang(hooks: list[Hook], hook: Hook, prepend: bool) -> HookHandle:
    """Put the hook last in the list, or first; the handle takes it out again."""
    hooks.insert(0 if prepend else len(hooks), hook)
    return HookHandle(hooks, hook)


class Tap(Function):
    """The identity, whose backward shows all its gradients at once to ``seen``, which returns those to hand on."""

    @staticmethod
    def forward(ctx, seen, materialize, *tensors):
        ctx.seen = seen
        ctx.set_materialize_grads(materialize)
        return tensors

    @staticmethod
    def backward(ctx, *grads):
        return None, None, *ctx.seen(grads)


class BackwardHooks:
    """What one forward call of a module leaves in the graph so that its backward hooks are called.

    A Tap goes behind the inputs and another before the outputs. On the way back the outputs' Tap comes first and
    keeps ``grad_output``; when the inputs' Tap has ``grad_input`` too, the hooks are called.
    """

    def __init__(self, module):
        self.module, self.name = module, type(module).__name__
        self.hooks = [hook.function for hook in module._backward_hooks]
        self.pre_hooks = [hook.function for hook in module._backward_pre_hooks]
        self.grad_output = None

    def watch_inputs(self, args: tuple) -> tuple:
        self.n_inputs = len(args)
        args, self.input_places = tap(self.inputs_arrived, args, materialize=True)
        return args

    def watch_output(self, output: Any) -> Any:
        if not isinstance(output, Tensor | tuple):
            warnings.warn(
                f"{self.name}: backward hooks are called only where forward returns a Tensor or a tuple of "
                f"Tensors, but it returned a {type(output).__name__}",
                stacklevel=4,
            )
            return output
        outputs = output if isinstance(output, tuple) else (output,)
        self.n_outputs = len(outputs)
        outputs, self.output_places = tap(self.outputs_arrived, outputs, materialize=False)
        return outputs if isinstance(output, tuple) else outputs[0]

    def outputs_arrived(self, grads: tuple) -> list:
        grad_output = spread(grads, self.output_places, self.n_outputs)
        for hook in self.pre_hooks:
            grad_output = self.replaced(hook(self.module, grad_output), grad_output, "pre-hook", "grad_output")
        if self.input_places:
            self.grad_output = grad_output
        else:
            nothing = (None,) * self.n_inputs
            for hook in self.hooks:
                changed = hook(self.module, nothing, grad_output)
                if changed is not None and any(g is not None for g in changed):
                    raise RuntimeError(
                        f"{self.name}: a backward hook returned gradients for the inputs, but none of "
                        "them requires one: return None"
                    )
        return [grad_output[i] for i in self.output_places]

    def inputs_arrived(self, grads: tuple) -> list | tuple:
        if self.grad_output is None:  # a gradient that reached the inputs past the outputs (double backward)
            return grads
        grad_input, grad_output = spread(grads, self.input_places, self.n_inputs), self.grad_output
        self.grad_output = None
        for hook in self.hooks:
            grad_input = self.replaced(hook(self.module, grad_input, grad_output), grad_input, "hook", "grad_input")
        return [grad_input[i] for i in self.input_places]

    def replaced(self, changed, grads: tuple, kind: str, what: str) -> tuple:
        """What a hook returned in place of ``grads``, or ``grads`` themselves."""
        if changed is None:
            return grads
        if not isinstance(changed, tuple | list | Tensor):
            raise TypeError(
                f"{self.name}: a backward {kind} must return None or a tuple of gradients, got {type(changed).__name__}"
            )
        if len(changed) != len(grads):
            raise RuntimeError(
                f"{self.name}: a backward {kind} returned an invalid number of {what}, got "
                f"{len(changed)}, but expected {len(grads)}"
            )
        return tuple(changed)


def tap(seen: Callable, values: tuple, materialize: bool) -> tuple[tuple, list[int]]:
    """Send those values that want a gradient through one Tap; the values, and the places of those that did."""
    places = [i for i, value in enumerate(values) if isinstance(value, Tensor) and value.requires_grad]
    if not places or not is_grad_enabled():
        return values, []
    tapped = list(values)
    for place, tensor in zip(places, Tap.apply(seen, materialize, *[values[i] for i in places]), strict=True):
        tapped[place] = tensor
    return type(values)._make(tapped) if hasattr(values, "_make") else tuple(tapped), places


def spread(grads: tuple, places: list[int], length: int) -> tuple:
    """The gradients at their places among Nones."""
    spread = [None] * length
    for place, g in zip(places, grads, strict=True):
        spread[place] = g
    return tuple(spread)
