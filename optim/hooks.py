"""Hooks around an optimizer's step and around the saving and loading of its state."""

from collections.abc import Callable
from functools import wraps
from itertools import chain
from typing import Any

from autograd.graph import HookHandle

before_every_step: list[Callable] = []
after_every_step: list[Callable] = []


def register_optimizer_step_pre_hook(hook: Callable) -> HookHandle:
    """Call `hook(optimizer, args, kwargs)` before each step of every optimizer."""
    return attach(before_every_step, hook)


def register_optimizer_step_post_hook(hook: Callable) -> HookHandle:
    """Call `hook(optimizer, args, kwargs)` after each step of every optimizer."""
    return attach(after_every_step, hook)


class Hooks:
    """What an optimizer offers for hooks. Each registration returns a handle whose `remove()` takes the hook away."""

    def clear_hooks(self) -> None:
        """Start without hooks: they belong to an object and are not saved or copied with it."""
        self._before_step: list[Callable] = []
        self._after_step: list[Callable] = []
        self._before_state_dict: list[Callable] = []
        self._after_state_dict: list[Callable] = []
        self._before_load: list[Callable] = []
        self._after_load: list[Callable] = []

    def register_step_pre_hook(self, hook: Callable) -> HookHandle:
        """Call `hook(optimizer, args, kwargs)` before each step; it may return (args, kwargs) to take their place."""
        return attach(self._before_step, hook)

    def register_step_post_hook(self, hook: Callable) -> HookHandle:
        """Call `hook(optimizer, args, kwargs)` after each step."""
        return attach(self._after_step, hook)

    def register_state_dict_pre_hook(self, hook: Callable, prepend: bool = False) -> HookHandle:
        """Call `hook(optimizer)` before `state_dict` collects."""
        return attach(self._before_state_dict, hook, prepend)

    def register_state_dict_post_hook(self, hook: Callable, prepend: bool = False) -> HookHandle:
        """Call `hook(optimizer, state_dict)` on the result of `state_dict`; it may return another."""
        return attach(self._after_state_dict, hook, prepend)

    def register_load_state_dict_pre_hook(self, hook: Callable, prepend: bool = False) -> HookHandle:
        """Call `hook(optimizer, state_dict)` on a shallow copy of what is to be loaded; it may return another."""
        return attach(self._before_load, hook, prepend)

    def register_load_state_dict_post_hook(self, hook: Callable, prepend: bool = False) -> HookHandle:
        """Call `hook(optimizer)` after `load_state_dict`."""
        return attach(self._after_load, hook, prepend)


def attach(hooks: list[Callable], hook: Callable, prepend: bool = False) -> HookHandle:
    """Add a hook to a list of them."""
    hooks.insert(0 if prepend else len(hooks), hook)
    return HookHandle(hooks, hook)


def passed_on(hooks: list[Callable], optimizer: Any, value: Any) -> Any:
    """Show `value` to one hook after another; what a hook returns takes its place."""
    for hook in hooks:
        changed = hook(optimizer, value)
        value = value if changed is None else changed
    return value


def hooked(step: Callable) -> Callable:
    """Surround a class's step with the step hooks; a step that calls its parent's runs them once."""

    @wraps(step)
    def step_with_hooks(self, *args, **kwargs):
        if type(self).step is not step_with_hooks:
            return step(self, *args, **kwargs)
        for hook in chain(before_every_step, self._before_step):
            changed = hook(self, args, kwargs)
            if changed is not None:
                if not (isinstance(changed, tuple) and len(changed) == 2):
                    raise RuntimeError(
                        f"{type(self).__name__}.step: a pre-hook must return None or a tuple of "
                        f"(new_args, new_kwargs), but got {changed!r}"
                    )
                args, kwargs = changed
        if self._opt_called is False:
            self._opt_called = True
        loss = step(self, *args, **kwargs)
        for hook in chain(self._after_step, after_every_step):
            hook(self, args, kwargs)
        return loss

    return step_with_hooks
