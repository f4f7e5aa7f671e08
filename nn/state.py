"""What a Module saves and loads: ``state_dict`` and ``load_state_dict``."""

from __future__ import annotations

from collections import OrderedDict, namedtuple
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np

from autograd import Tensor, no_grad
from autograd.graph import HookHandle
from nn.hooks import Hook, hang
from nn.parameter import Parameter

EXTRA = "_extra_state"


class _IncompatibleKeys(namedtuple("_IncompatibleKeys", ["missing_keys", "unexpected_keys"])):
    """What ``load_state_dict`` could not match. Source: torch.nn.modules.module._IncompatibleKeys."""

    __slots__ = ()

    def __repr__(self) -> str:
        return super().__repr__() if any(self) else "<All keys matched successfully>"

    __str__ = __repr__


class State:
    """The part of Module that turns its parameters and persistent buffers into a flat dict, and back."""

    _version = 1  # a layer raises it when it changes what it saves; `_load_from_state_dict` is told

    _parameters: dict[str, Parameter | None]
    _buffers: dict[str, Tensor | None]
    _non_persistent_buffers_set: set[str]
    _modules: dict[str, Any]
    _state_dict_pre_hooks: list[Hook]
    _state_dict_hooks: list[Hook]
    _load_state_dict_pre_hooks: list[Hook]
    _load_state_dict_post_hooks: list[Hook]

    def get_extra_state(self) -> Any:
        """What else ``state_dict`` should hold, under ``_extra_state``; overridden with ``set_extra_state``."""
        raise RuntimeError(f"{type(self).__name__}: override get_extra_state together with set_extra_state")

    def set_extra_state(self, state: Any) -> None:
        """Take back what ``get_extra_state`` returned."""
        raise RuntimeError(f"{type(self).__name__}: override set_extra_state together with get_extra_state")

    def state_dict(self, destination: dict | None = None, prefix: str = "", keep_vars: bool = False) -> dict[str, Any]:
        """Every parameter and persistent buffer of the tree by its full name, e.g. ``"0.weight"``.

        The tensors share memory with the module: ``copy.deepcopy`` or ``autograd.save`` what you want to keep. With
        ``keep_vars`` they are the Parameters themselves. Source: torch.nn.Module.state_dict.
        """
        if destination is None:
            destination = OrderedDict()
            destination._metadata = OrderedDict()  # type: ignore[attr-defined]
        metadata = {"version": self._version}
        if hasattr(destination, "_metadata"):
            destination._metadata[prefix[:-1]] = metadata
        for hook in tuple(self._state_dict_pre_hooks):
            hook.function(self, prefix, keep_vars)
        self._save_to_state_dict(destination, prefix, keep_vars)
        for name, child in self._modules.items():
            if child is not None:
                child.state_dict(destination=destination, prefix=f"{prefix}{name}.", keep_vars=keep_vars)
        for hook in tuple(self._state_dict_hooks):
            if hook.function(self, destination, prefix, metadata) is not None:
                raise RuntimeError(
                    f"{type(self).__name__}: a state_dict post-hook must return None, and change the dict in place"
                )
        return destination

    def _save_to_state_dict(self, destination: dict, prefix: str, keep_vars: bool) -> None:
        """Add this module's own entries, not its children's; a layer may override it."""
        for name, tensor in self._own_state().items():
            destination[prefix + name] = tensor if keep_vars else tensor.detach()
        if type(self).get_extra_state is not State.get_extra_state:
            destination[prefix + EXTRA] = self.get_extra_state()

    def _own_state(self) -> dict[str, Tensor]:
        kept = {name: b for name, b in self._buffers.items() if name not in self._non_persistent_buffers_set}
        return {name: tensor for name, tensor in (self._parameters | kept).items() if tensor is not None}

    def load_state_dict(
        self, state_dict: Mapping[str, Any], strict: bool = True, assign: bool = False
    ) -> _IncompatibleKeys:
        """Copy the values of a ``state_dict`` into this module; all of them, or none if any does not fit.

        Source: torch.nn.Module.load_state_dict.

        Parameters
        ----------
        state_dict : mapping of name -> Tensor
        strict : bool
            Whether a missing or unexpected name is an error; it is reported in any case.
        assign : bool
            Put the given tensors themselves in place, with their dtype, instead of copying their values.
        """
        if not isinstance(state_dict, Mapping):
            raise TypeError(
                f"Expected state_dict to be dict-like, got {type(state_dict)}: pass what "
                "model.state_dict() or autograd.load(path) returned"
            )
        metadata = getattr(state_dict, "_metadata", {})
        modules: list[State] = []
        writes: list[Callable] = []  # made only when everything is known to fit
        missing: list[str] = []
        unexpected: list[str] = []
        errors: list[str] = []

        def read(module, entries, prefix):
            local = {**metadata.get(prefix[:-1], {}), "assign_to_params_buffers": assign, "writes": writes}
            module._load_from_state_dict(entries, prefix, local, True, missing, unexpected, errors)
            for name, child in module._modules.items():
                if child is not None:
                    inner = f"{prefix}{name}."
                    read(child, {key: value for key, value in entries.items() if key.startswith(inner)}, inner)
            modules.append(module)

        read(self, OrderedDict(state_dict), "")
        report = _IncompatibleKeys(missing, unexpected)
        hooks = [(module, hook.function) for module in modules for hook in module._load_state_dict_post_hooks]
        if errors or (strict and any(report) and not hooks):
            raise RuntimeError(self._load_report(report if strict else _IncompatibleKeys([], []), errors, state_dict))
        backup = snapshot(modules) if strict and any(report) else []
        with no_grad():
            for write in writes:
                write()
        for module, hook in hooks:
            if hook(module, report) is not None:
                raise AssertionError("a load_state_dict post-hook must return None; change incompatible_keys in place")
        if strict and any(report):  # no hook took the offending names off the report
            restore(backup)
            raise RuntimeError(self._load_report(report, errors, state_dict))
        return report

    def _load_from_state_dict(
        self,
        state_dict: dict,
        prefix: str,
        local_metadata: dict,
        strict: bool,
        missing_keys: list,
        unexpected_keys: list,
        error_msgs: list,
    ) -> None:
        """Match this module's own entries, not its children's; a layer may override it to read an older form.

        The writes are put off until the whole tree has been matched.
        """
        for hook in tuple(self._load_state_dict_pre_hooks):
            hook.function(self, state_dict, prefix, local_metadata, strict, missing_keys, unexpected_keys, error_msgs)
        assign, writes = local_metadata["assign_to_params_buffers"], local_metadata["writes"]
        own = self._own_state()
        for name, tensor in own.items():
            key = prefix + name
            if key not in state_dict:
                missing_keys.append(key)
                continue
            value = state_dict[key]
            if not isinstance(value, Tensor):
                hint = ": did you mean autograd.from_numpy(value)?" if isinstance(value, np.ndarray) else ""
                error_msgs.append(
                    f'While copying the parameter named "{key}", expected a Tensor from checkpoint but '
                    f"received {type(value)}{hint}"
                )
                continue
            if tensor.ndim == 0 and value.shape == (1,):  # scalars were saved so by torch before 0.4
                value = value[0]
            if value.shape != tensor.shape:
                error_msgs.append(
                    f"size mismatch for {key}: copying a param with shape {value.shape} from checkpoint, "
                    f"the shape in current model is {tensor.shape}."
                )
            elif assign:
                if isinstance(tensor, Parameter):
                    value = value if isinstance(value, Parameter) else Parameter(value, tensor.requires_grad)
                    writes.append(partial(value.requires_grad_, tensor.requires_grad))
                writes.append(partial(setattr, self, name, value))
            else:
                writes.append(partial(tensor.copy_, value))
        if type(self).set_extra_state is not State.set_extra_state:
            if prefix + EXTRA in state_dict:
                writes.append(partial(self.set_extra_state, state_dict[prefix + EXTRA]))
            else:
                missing_keys.append(prefix + EXTRA)
        elif prefix + EXTRA in state_dict:
            unexpected_keys.append(prefix + EXTRA)
        for key in state_dict:
            if key.startswith(prefix) and key != prefix + EXTRA:
                name, dot, _ = key[len(prefix) :].partition(".")
                if name not in (self._modules if dot else own):
                    unexpected_keys.append(key)

    def _load_report(self, report: _IncompatibleKeys, errors: list[str], state_dict: Mapping[str, Any]) -> str:
        """Everything that does not fit, in torch's words, and what would fit where that can be told."""
        lines = list(errors)
        for title, keys in [("Unexpected", report.unexpected_keys), ("Missing", report.missing_keys)]:
            if keys:
                names = ", ".join(f'"{key}"' for key in keys)
                lines.insert(0, f"{title} key(s) in state_dict: {names}. ")
        hint = renaming(report.missing_keys, state_dict)
        return "\n\t".join([f"Error(s) in loading state_dict for {type(self).__name__}:", *lines, *hint])

    def register_state_dict_pre_hook(self, hook: Callable) -> HookHandle:
        """Call ``hook(module, prefix, keep_vars)`` before this module's entries are gathered."""
        return hang(self._state_dict_pre_hooks, Hook(hook), False)

    def register_state_dict_post_hook(self, hook: Callable) -> HookHandle:
        """Call ``hook(module, state_dict, prefix, local_metadata)`` after; it may change the dict in place."""
        return hang(self._state_dict_hooks, Hook(hook), False)

    def register_load_state_dict_pre_hook(self, hook: Callable) -> HookHandle:
        """Call ``hook(module, state_dict, prefix, local_metadata, strict, missing_keys, unexpected_keys, error_msgs)``.

        It is called before this module's entries are matched and may change the dict, e.g. to rename old keys.
        """
        return hang(self._load_state_dict_pre_hooks, Hook(hook), False)

    def register_load_state_dict_post_hook(self, hook: Callable) -> HookHandle:
        """Call ``hook(module, incompatible_keys)`` after the values are in place; it may forgive keys in place."""
        return hang(self._load_state_dict_post_hooks, Hook(hook), False)


def snapshot(modules: list) -> list[tuple]:
    """The tensors of the modules, and copies of their values."""
    return [
        (table, name, tensor, tensor.detach().clone())
        for module in modules
        for table in (module._parameters, module._buffers)
        for name, tensor in table.items()
        if tensor is not None
    ]


def restore(backup: list[tuple]) -> None:
    """Undo what was written since the snapshot."""
    with no_grad():
        for table, name, tensor, values in backup:
            table[name] = tensor
            tensor.copy_(values)


def renaming(missing: list[str], state_dict: Mapping[str, Any]) -> list[str]:
    """How to get the missing names out of this dict, if one prefix or one level of nesting is all that is wrong."""
    if not missing:
        return []
    for key, value in state_dict.items():
        if isinstance(value, Mapping) and all(name in value for name in missing):
            return [f"The missing keys are all inside one entry: did you mean load_state_dict(checkpoint[{key!r}])?"]
        prefix = key.removesuffix(missing[0])
        if prefix and prefix != key and all(prefix + name in state_dict for name in missing):
            return [
                f"The missing keys are all there behind {prefix!r}: did you mean "
                f"load_state_dict({{k.removeprefix({prefix!r}): v for k, v in state_dict.items()}})?"
            ]
        prefix = missing[0].removesuffix(key)
        if prefix and prefix != missing[0] and all(name.removeprefix(prefix) in state_dict for name in missing):
            return [
                f"The missing keys are all there without {prefix!r}: did you mean "
                f"load_state_dict({{{prefix!r} + k: v for k, v in state_dict.items()}})?"
            ]
    return []
