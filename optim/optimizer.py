"""The optimizers' common part: parameter groups, state, and the loop around one algorithm's `update`."""

import warnings
from collections import defaultdict
from collections.abc import Callable, Iterable
from copy import deepcopy
from inspect import signature
from itertools import chain
from numbers import Real
from typing import Any

import numpy as np

from autograd import Tensor, enable_grad
from autograd.modes import quiet
from autograd.tensors import commit_write, raw_grad, wrap
from optim.checks import check_parameter, parameters_hint
from optim.hooks import (
    Hooks,
    hooked,
    passed_on,
    register_optimizer_step_post_hook,
    register_optimizer_step_pre_hook,
)

__all__ = ["Optimizer", "register_optimizer_step_post_hook", "register_optimizer_step_pre_hook"]

# A big array is updated in blocks of so many elements: the temporaries of one block stay in the processor's cache.
BLOCK = 1 << 16


class Optimizer(Hooks):
    """Move parameters along their gradients: the base class of all optimizers.

    A subclass writes one method, ``update(self, p, g, state, lr, ...)``: it gets the raw values of a parameter, of its
    gradient and of its state by name, and asks for hyperparameters by name, after `state`. It moves `p` and the entries
    of `state` by augmented assignment (which works in place on an array and rebinds the NumPy scalar of a 0-d
    parameter), leaves `g` alone, and returns `p`. Where `slots` names a "step", ``state["step"]`` counts from 1.
    A subclass may instead replace `step` as a whole, as optimizers written for PyTorch do.

    Source: torch.optim.Optimizer.

    Parameters
    ----------
    params : iterable of Tensors, of (name, Tensor) pairs, or of dicts
        A dict is a parameter group: its Tensors under "params", beside them the hyperparameters that it sets itself.
    defaults : dict
        The hyperparameters of groups that do not set them.

    Attributes
    ----------
    param_groups : list of dicts
    state : dict, from a parameter to what is remembered of it: a dict of Tensors by name
    """

    _opt_called: bool | None  # False once a scheduler watches, True after the next step

    # True: `update` treats each element by itself and in place, so that it may get a big array block by block.
    elementwise = False
    # The names of the hyperparameters that `update` asks for, read from its signature.
    options: tuple[str, ...] = ()

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "update" in vars(cls):
            cls.options = tuple(signature(cls.update).parameters)[4:]
        if "step" in vars(cls):
            cls.step = hooked(cls.step)  # type: ignore[method-assign]

    def __init__(self, params: Iterable, defaults: dict[str, Any]) -> None:
        where = type(self).__name__
        if isinstance(params, Tensor) or not isinstance(params, Iterable):
            hint = ": put it in a list, [p]" if isinstance(params, Tensor) else parameters_hint(params)
            raise TypeError(
                f"{where}: params is one {type(params).__name__}, expected an iterable of Tensors or dicts{hint}"
            )
        if defaults.get("differentiable"):
            raise NotImplementedError(
                f"{where}: differentiable=True is not supported: a step works on raw arrays and records no graph"
            )
        if defaults.get("fused") and defaults.get("foreach"):
            raise RuntimeError(f"{where}: `fused` and `foreach` cannot be `True` together")
        groups = list(params)
        if not groups:
            raise ValueError(
                f"{where}: optimizer got an empty parameter list: does the model have parameters, or was "
                "their generator used up before?"
            )
        self.defaults = defaults
        self.state: defaultdict[Any, dict[str, Any]] = defaultdict(dict)
        self.param_groups: list[dict[str, Any]] = []
        self.__setstate__({})
        for group in groups if isinstance(groups[0], dict) else [{"params": groups}]:
            self.add_param_group(group)

    def add_param_group(self, param_group: dict[str, Any]) -> None:
        """Add a group of parameters, for instance layers that thaw during training."""
        where = type(self).__name__
        if not isinstance(param_group, dict):
            raise TypeError(f"{where}: param_group must be a dict, but got {type(param_group).__name__}")
        if "params" not in param_group:
            raise KeyError(f"{where}: a parameter group has its Tensors under 'params', got keys {list(param_group)}")
        params = param_group["params"]
        if isinstance(params, set):
            raise TypeError(f"{where}: parameters need an order, which a set does not have: use a list")
        params = [params] if isinstance(params, Tensor) else list(params)
        names = [pair[0] for pair in params if isinstance(pair, tuple)]
        if names and len(names) < len(params):
            raise ValueError(
                f"{where}: all optimizer params should be with/without names: {len(names)} of the "
                f"{len(params)} have one"
            )
        params = [pair[1] for pair in params] if names else params
        for p in params:
            check_parameter(where, p)
        named = bool(names) or "param_names" in param_group
        for group in self.param_groups:
            if named != ("param_names" in group):
                raise ValueError(
                    f"{where}: all optimizer param groups should be with/without names: this one is "
                    f"{'with' if named else 'without'}, those before are not"
                )
            if not set(params).isdisjoint(group["params"]):
                raise ValueError(f"{where}: some parameters appear in more than one parameter group")
        if len(set(params)) < len(params):
            warnings.warn(
                f"{where}: a parameter group with duplicate parameters: each step moves a parameter as often "
                "as it appears",
                stacklevel=3,
            )
        param_group["params"] = params
        if names:
            param_group["param_names"] = names
        for name, value in self.defaults.items():
            param_group.setdefault(name, value)
        self.param_groups.append(param_group)

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients, or fill them with zeros.

        `step` leaves out a parameter whose gradient is None; momentum and weight decay move one whose gradient is zero.
        """
        for group in self.param_groups:
            for p in group["params"]:
                if set_to_none:
                    p.grad = None
                elif raw_grad(p) is not None:
                    if p.grad.requires_grad:
                        p.grad = p.grad.detach()
                    p.grad.zero_()

    # The step

    def slots(self, group: dict[str, Any]) -> dict[str, float | None]:
        """Name what `update` remembers of each parameter, with its first value: None where `update` makes that."""
        return {}

    def update(self, p, g, state, *options):
        """Move one parameter by one step."""
        raise NotImplementedError(f"{type(self).__name__} has neither an update(p, g, state, ...) nor a step() method")

    @hooked
    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Move every parameter that has a gradient.

        Parameters
        ----------
        closure : callable, optional
            Computes the loss and its gradients anew, and returns the loss, which `step` returns.
        """
        loss = None
        if closure is not None:
            with enable_grad():
                loss = closure()
        with quiet():
            for p, g, state, options in self.plan():
                payload = p.payload
                values = {}
                for name, value in state.items():
                    values[name] = value.payload if isinstance(value, Tensor) else value
                if "step" in values:
                    values["step"] += 1
                if self.elementwise and payload.size > BLOCK and in_order(payload, *values.values()):
                    moved = self.update_blocks(payload, g, values, options)
                else:
                    moved = self.update(payload, g, values, *options)
                commit_write(p, at_home(payload, moved))
                for name, value in values.items():
                    keep(state, name, value)
                if state:
                    self.state[p] = state
        return loss

    def plan(self) -> list[tuple]:
        """Settle all that a step needs before its first write, so that a step that raises changes nothing."""
        work = []
        for group in self.param_groups:
            slots, options = self.slots(group), [self.number(name, group[name]) for name in self.options]
            for p in group["params"]:
                g = raw_grad(p)
                if g is None:
                    continue
                if p.payload.dtype.kind != "f":
                    raise RuntimeError(
                        f"{type(self).__name__}.step: result type Float can't be cast to the type of a "
                        f"parameter, {p.dtype}: make it a floating-point Tensor"
                    )
                if not isinstance(p.payload, np.generic) and not p.payload.flags.writeable:
                    raise RuntimeError(
                        f"{type(self).__name__}.step: the memory of a parameter of shape "
                        f"{p.payload.shape} is read-only: optimize a copy of it, p.detach().clone()"
                    )
                state = self.state.get(p, {})
                if slots and not slots.keys() <= state.keys():
                    state = {**fresh_state(p, slots), **state}
                work.append((p, g, state, options))
        return work

    def number(self, name: str, value: Any) -> Any:
        """Turn a hyperparameter into a plain Python number: a NumPy or Tensor number would lift float32 to float64."""
        if type(value) is float or type(value) is bool:
            return value
        if type(value) is int:
            return float(value)
        if isinstance(value, tuple | list):
            return tuple(self.number(name, each) for each in value)
        if not isinstance(value, Real | Tensor):
            raise TypeError(f"{type(self).__name__}.step: {name} of a parameter group is {value!r}, expected a number")
        return float(value)

    def update_blocks(self, p, g, state, options):
        """Call `update` on one block of a big array after another."""
        p_flat, g_flat = p.reshape(-1), g.reshape(-1)
        flat = {name: value.reshape(-1) if value.ndim else value for name, value in state.items()}
        for start in range(0, p.size, BLOCK):
            block = slice(start, start + BLOCK)
            part = {name: value[block] if value.ndim else value for name, value in flat.items()}
            self.update(p_flat[block], g_flat[block], part, *options)
        return p

    # Saving and loading

    def state_dict(self) -> dict[str, Any]:
        """Give the groups and the state with numbers for the parameters: what a file can hold."""
        for hook in self._before_state_dict:
            hook(self)
        number: dict[int, int] = {}
        for p in chain.from_iterable(group["params"] for group in self.param_groups):
            number.setdefault(id(p), len(number))
        groups = [{name: value for name, value in group.items() if name != "params"} for group in self.param_groups]
        for packed, group in zip(groups, self.param_groups, strict=True):
            packed["params"] = [number[id(p)] for p in group["params"]]
        state = {number[id(p)] if isinstance(p, Tensor) else p: entry for p, entry in self.state.items()}
        return passed_on(self._after_state_dict, self, {"state": state, "param_groups": groups})

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take over the groups and a copy of the state that `state_dict` gave. One that does not fit changes nothing.

        Make schedulers before: a scheduler sets the learning rates when it is made.
        """
        where = f"{type(self).__name__}.load_state_dict"
        state_dict = passed_on(self._before_load, self, dict(state_dict))
        if not {"state", "param_groups"} <= state_dict.keys():
            raise KeyError(
                f"{where}: expected a dict with 'state' and 'param_groups', got keys "
                f"{list(state_dict)[:5]}: is it a model's?"
            )
        saved_groups = state_dict["param_groups"]
        if len(saved_groups) != len(self.param_groups):
            raise ValueError(
                f"{where}: loaded state dict has a different number of parameter groups: "
                f"{len(saved_groups)}, this optimizer has {len(self.param_groups)}"
            )
        saved_sizes = [len(saved["params"]) for saved in saved_groups]
        sizes = [len(group["params"]) for group in self.param_groups]
        if saved_sizes != sizes:
            raise ValueError(
                f"{where}: loaded state dict contains a parameter group that doesn't match the size of "
                f"optimizer's group: {saved_sizes} parameters by group, this optimizer has {sizes}"
            )
        groups: list[dict[str, Any]] = []
        state: defaultdict[Any, dict[str, Any]] = defaultdict(dict)
        param_of: dict[int, Tensor] = {}
        for group, saved in zip(self.param_groups, saved_groups, strict=True):
            groups.append(self.merged(group, saved, where))
            param_of.update(zip(saved["params"], group["params"], strict=True))
        for key, entry in state_dict["state"].items():
            if key in param_of:
                state[param_of[key]] = {
                    name: self.copied(name, value, param_of[key], f"{where}: parameter {key}")
                    for name, value in entry.items()
                }
            else:
                state[key] = entry
        self.__setstate__({"state": state, "param_groups": groups})
        for hook in self._after_load:
            hook(self)

    def merged(self, group, saved, where):
        """Give the parameters of `group` the saved hyperparameters; a switch that an older file lacks is off."""
        new = {"params": group["params"], **deepcopy({name: saved[name] for name in saved if name != "params"})}
        if "param_names" in group:
            new.setdefault("param_names", group["param_names"])
        for name, value in self.defaults.items():
            if value is None or isinstance(value, bool):
                new.setdefault(name, None if value is None else False)
        missing = [name for name in self.options if name not in new]
        if missing:
            raise ValueError(f"{where}: a parameter group lacks {', '.join(missing)}: was it saved by another class?")
        return new

    def copied(self, name, value, p, where):
        """Copy one entry of a saved state of `p`, in the dtype of `p`; the step count keeps its own."""
        if isinstance(value, dict):
            return {key: self.copied(key, each, p, where) for key, each in value.items()}
        if isinstance(value, tuple | list):
            return type(value)(self.copied(None, each, p, where) for each in value)
        if name in ("step", "mu_product") and isinstance(value, Real):  # older versions of torch save plain numbers
            return wrap(np.float32(value))
        if not isinstance(value, Tensor):
            return deepcopy(value)
        if self.elementwise and name != "step" and value.shape != p.shape:
            raise ValueError(f"{where}: {name} has shape {tuple(value.shape)}, the parameter {tuple(p.shape)}")
        dtype = p.payload.dtype if name != "step" and p.payload.dtype.kind == "f" else value.payload.dtype
        return wrap(unboxed(value.payload.astype(dtype)))

    def __getstate__(self) -> dict[str, Any]:
        return {"defaults": self.defaults, "state": self.state, "param_groups": self.param_groups}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        if not hasattr(self, "_before_step"):
            self.clear_hooks()
            self._opt_called = None

    def __repr__(self) -> str:
        text = f"{type(self).__name__} ("
        for index, group in enumerate(self.param_groups):
            text += f"\nParameter Group {index}\n"
            text += "".join(f"    {name}: {group[name]}\n" for name in sorted(group) if name != "params")
        return text + ")"


def fresh_state(p: Tensor, slots: dict[str, float | None]) -> dict[str, Any]:
    """Make the state that `slots` names: "step" is a float32 count as in torch, the others have the shape of `p`."""
    state: dict[str, Any] = {}
    for name, value in slots.items():
        if value is None:
            state[name] = None
        else:
            state[name] = wrap(np.float32(value) if name == "step" else unboxed(np.full_like(p.payload, value)))
    return state


def unboxed(array):
    """Give a 0-d array as a NumPy scalar, which is several times faster to compute with."""
    return array if array.ndim else array[()]


def in_order(*arrays):
    """Whether all arrays are there, and their elements lie in memory one after the other."""
    return all(array is not None and array.flags.c_contiguous for array in arrays)


def at_home(old, new):
    """Give a new value in the memory of the old one: a NumPy scalar has none, an update in place is there already."""
    if new is old or isinstance(old, np.generic):
        return new
    old[...] = new
    return old


def keep(state, name, value):
    """Make `value` the state's entry, in the Tensor that is there. It is in no graph, so the write needs no stamp."""
    if isinstance(state.get(name), Tensor):
        state[name].payload = at_home(state[name].payload, value)
    elif value is not None:
        state[name] = wrap(value)
