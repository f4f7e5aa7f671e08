"""Module: a tree of layers that own parameters, buffers and other modules under their attribute names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Self

from autograd import Tensor, empty, float16, float32, float64, no_grad
from autograd.modes import watching
from nn.constructors import takes_none
from nn.hooks import Hooks
from nn.parameter import Buffer, Parameter
from nn.state import State

__all__ = ["Module"]


class Module(Hooks, State):
    """The base of every layer and model: subclass it, make the parts in ``__init__``, use them in ``forward``.

    A Parameter, a Module or a Buffer assigned to an attribute is filed in ``_parameters``, ``_modules`` or
    ``_buffers``, where ``parameters()``, ``state_dict()``, ``to()`` and the printed form find it.
    Source: torch.nn.Module.

    >>> from autograd import tensor
    >>> class Scale(Module):
    ...     def __init__(self):
    ...         super().__init__()
    ...         self.factor = Parameter(tensor(2.0))
    ...     def forward(self, input):
    ...         return self.factor * input
    >>> Scale()(tensor([1.0, 3.0])).tolist()
    [2.0, 6.0]
    """

    training: bool

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if args or kwargs:
            raise takes_none(type(self).__name__ if type(self).__init__ is Module.__init__ else "Module", args, kwargs)
        keep = super().__setattr__  # past our own __setattr__, which needs these tables
        keep("training", True)
        keep("_parameters", {})
        keep("_buffers", {})
        keep("_non_persistent_buffers_set", set())
        keep("_modules", {})
        for hooks in HOOKS:
            keep(hooks, [])

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """Compute the output; every subclass writes its own."""
        raise NotImplementedError(f'Module [{type(self).__name__}] is missing the required "forward" function')

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """``forward``, with hooks around it."""
        if self._forward_hooks or self._forward_pre_hooks or self._backward_hooks or self._backward_pre_hooks:
            call = self._call_with_hooks
        else:
            call = self.forward
        watch = watching.get()
        if watch is None:
            return call(*args, **kwargs)
        watch.enter(self)
        try:
            return call(*args, **kwargs)
        finally:
            watch.leave(self)

    def __setattr__(self, name: str, value: Any) -> None:
        own = self.__dict__
        for table, (kind, takes, noun) in TABLES.items():
            if isinstance(value, kind):
                if table in own and name not in own[table]:
                    for other in (own, *[own[t] for t in TABLES]):  # the name now means this alone
                        other.pop(name, None)
                    self._non_persistent_buffers_set.discard(name)
                if kind is Buffer:
                    self.register_buffer(name, value, value.persistent)
                else:
                    self._file(table, name, value)
                return
            if name in own.get(table, ()):
                if value is not None and not isinstance(value, takes):
                    raise TypeError(
                        f"cannot assign a {type(value).__name__} as {noun} {name!r} of {self._get_name()}: "
                        f"a {takes.__name__} or None expected (del the attribute to reuse its name)"
                    )
                own[table][name] = value
                return
        super().__setattr__(name, value)

    def __getattr__(self, name: str) -> Any:
        own = self.__dict__  # only a name that is no ordinary attribute comes here
        for table in TABLES:
            if table in own and name in own[table]:
                return own[table][name]
        if name in TABLES or name in HOOKS:
            raise AttributeError(self._too_early("use attributes"))
        raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'", name=name, obj=self)

    def __delattr__(self, name: str) -> None:
        for table in TABLES:
            if name in self.__dict__.get(table, ()):
                del self.__dict__[table][name]
                self._non_persistent_buffers_set.discard(name)
                return
        super().__delattr__(name)

    def __dir__(self) -> list[str]:
        names = {*super().__dir__(), *self._parameters, *self._buffers, *self._modules}
        return sorted(name for name in names if not name[:1].isdigit())

    # Parts

    def register_parameter(self, name: str, param: Parameter | None) -> None:
        """What ``module.name = param`` does; None reserves the name. Source: torch.nn.Module.register_parameter."""
        self._file("_parameters", name, param)

    def register_buffer(self, name: str, tensor: Tensor | None, persistent: bool = True) -> None:
        """Keep a tensor that is state but not trained, as batch norm's running mean.

        Source: torch.nn.Module.register_buffer.

        Parameters
        ----------
        persistent : bool
            Whether ``state_dict`` holds it.
        """
        self._file("_buffers", name, tensor)
        (self._non_persistent_buffers_set.discard if persistent else self._non_persistent_buffers_set.add)(name)

    def add_module(self, name: str, module: Module | None) -> None:
        """What ``module.name = child`` does; None reserves the name. Source: torch.nn.Module.add_module."""
        self._file("_modules", name, module)

    register_module = add_module

    def _file(self, table: str, name: str, value: Any) -> None:
        """Check name and value, and put the value into its table."""
        _, takes, noun = TABLES[table]
        if table not in self.__dict__:
            raise AttributeError(self._too_early(f"assign {noun}"))
        if not isinstance(name, str):
            raise TypeError(f"{noun} name should be a string. Got {type(name).__name__}")
        if name == "" or "." in name:
            raise KeyError(f"{noun} name must not be empty or contain a dot, got {name!r}: dots separate the levels")
        if name not in self.__dict__[table] and hasattr(self, name):
            raise KeyError(f"attribute '{name}' already exists in {type(self).__name__}: choose another {noun} name")
        if value is not None and not isinstance(value, takes):
            hint = ": wrap it, nn.Parameter(value)" if takes is Parameter and isinstance(value, Tensor) else ""
            raise TypeError(
                f"cannot register a {type(value).__name__} as {noun} {name!r} of {self._get_name()}: "
                f"a {takes.__name__} or None expected{hint}"
            )
        self.__dict__[table][name] = value

    def _too_early(self, what: str) -> str:
        name = type(self).__name__
        return f"cannot {what} before Module.__init__() call: {name}.__init__ must begin with super().__init__()"

    def named_modules(
        self, memo: set[Module] | None = None, prefix: str = "", remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Module]]:
        """This module and all below it with their full names, parents first."""
        memo = set() if memo is None else memo
        if self not in memo:
            if remove_duplicate:
                memo.add(self)
            yield prefix, self
            for name, child in self._modules.items():
                if child is not None:
                    yield from child.named_modules(memo, f"{prefix}.{name}" if prefix else name, remove_duplicate)

    def modules(self) -> Iterator[Module]:
        """This module and all below it, each once."""
        for _, module in self.named_modules():
            yield module

    def named_children(self) -> Iterator[tuple[str, Module]]:
        """The modules directly below this one, each once, with their names."""
        memo = set()
        for name, child in self._modules.items():
            if child is not None and child not in memo:
                memo.add(child)
                yield name, child

    def children(self) -> Iterator[Module]:
        """The modules directly below this one, each once."""
        for _, child in self.named_children():
            yield child

    def _named_members(
        self, table: str, prefix: str, recurse: bool, remove_duplicate: bool
    ) -> Iterator[tuple[str, Any]]:
        modules = self.named_modules(None, prefix, remove_duplicate) if recurse else [(prefix, self)]
        memo = set()
        for path, module in modules:
            for name, member in getattr(module, table).items():
                if member is None or id(member) in memo:
                    continue
                if remove_duplicate:
                    memo.add(id(member))
                yield f"{path}.{name}" if path else name, member

    def named_parameters(
        self, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Parameter]]:
        """The parameters with their full names, e.g. ``"0.weight"``; a shared one once, if duplicates are removed."""
        yield from self._named_members("_parameters", prefix, recurse, remove_duplicate)

    def parameters(self, recurse: bool = True) -> Iterator[Parameter]:
        """The parameters, each once: what an optimizer is given."""
        for _, parameter in self.named_parameters(recurse=recurse):
            yield parameter

    def named_buffers(
        self, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Tensor]]:
        """The buffers with their full names, e.g. ``"1.running_mean"``."""
        yield from self._named_members("_buffers", prefix, recurse, remove_duplicate)

    def buffers(self, recurse: bool = True) -> Iterator[Tensor]:
        """The buffers, each once."""
        for _, buffer in self.named_buffers(recurse=recurse):
            yield buffer

    def get_submodule(self, target: str) -> Module:
        """The module of that full name, e.g. ``"encoder.0"``; the empty name is this module."""
        module = self
        for name in target.split(".") if target else ():
            module = module._member(name, Module, "an nn.Module", target)
        return module

    def set_submodule(self, target: str, module: Module, strict: bool = False) -> None:
        """Put a module at that full name; with ``strict`` only in place of one that is there."""
        path, _, name = target.rpartition(".")
        if not name:
            raise ValueError(f"set_submodule: the target {target!r} names no submodule")
        if not isinstance(module, Module):
            raise ValueError(f"set_submodule: `module` is not an nn.Module, found {type(module)}")
        parent = self.get_submodule(path)
        if strict or hasattr(parent, name):
            parent._member(name, Module, "an nn.Module", target)
        setattr(parent, name, module)

    def get_parameter(self, target: str) -> Parameter:
        """The parameter of that full name, e.g. ``"encoder.0.weight"``."""
        path, _, name = target.rpartition(".")
        return self.get_submodule(path)._member(name, Parameter, "an nn.Parameter", target)

    def get_buffer(self, target: str) -> Tensor:
        """The buffer of that full name, e.g. ``"encoder.1.running_mean"``."""
        path, _, name = target.rpartition(".")
        module = self.get_submodule(path)
        member = module._member(name, Tensor, "a buffer", target)
        if name not in module._buffers:
            raise AttributeError(f"{target!r}: `{name}` of {type(module).__name__} is not a buffer")
        return member

    def _member(self, name: str, kind: Any, noun: str, target: str) -> Any:
        if not hasattr(self, name):
            raise AttributeError(f"{target!r}: {type(self).__name__} has no attribute `{name}`", name=name, obj=self)
        member = getattr(self, name)
        if not isinstance(member, kind):
            raise AttributeError(
                f"{target!r}: `{name}` of {type(self).__name__} is not {noun} but a {type(member).__name__}"
            )
        return member

    # The whole tree at once

    def apply(self, fn: Callable[[Module], None]) -> Self:
        """Call ``fn`` on every module of the tree, children first: the place for own initialisation."""
        for child in self.children():
            child.apply(fn)
        fn(self)
        return self

    def train(self, mode: bool = True) -> Self:
        """Put the tree into training mode, where dropout drops and batch norm uses the batch; or out of it."""
        if not isinstance(mode, bool):
            raise ValueError(f"training mode is expected to be boolean, got {mode!r}")
        self.training = mode
        for child in self.children():
            child.train(mode)
        return self

    def eval(self) -> Self:
        """Put the tree into evaluation mode: ``train(False)``."""
        return self.train(False)

    def requires_grad_(self, requires_grad: bool = True) -> Self:
        """Let every parameter want a gradient, or none: freeze the tree."""
        for parameter in self.parameters():
            parameter.requires_grad_(requires_grad)
        return self

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget every parameter's gradient, or overwrite it with zeros. Source: torch.nn.Module.zero_grad."""
        for parameter in self.parameters():
            if set_to_none:
                parameter.grad = None
            elif parameter.grad is not None:
                parameter.grad.detach_().zero_()

    def _apply(self, fn: Callable[[Tensor], Tensor], recurse: bool = True) -> Self:
        """Convert every parameter, its gradient and every buffer; Parameters remain the same objects."""
        if recurse:
            for child in self.children():
                child._apply(fn)
        with no_grad():
            for parameter in self._parameters.values():
                if parameter is None:
                    continue
                converted, grad = fn(parameter), parameter.grad
                if converted is not parameter:
                    parameter.grad = None
                    parameter.data = converted
                    parameter.grad = None if grad is None else fn(grad)
            for name, buffer in self._buffers.items():
                if buffer is not None:
                    self._buffers[name] = fn(buffer)
        return self

    def to(self, *args: Any, **kwargs: Any) -> Self:
        """Convert to a device, to a floating point dtype, or to those of another tensor, in place.

        Integer tensors keep their dtype. Source: torch.nn.Module.to.
        """
        # Two samples tell whether a dtype was given; what is wrong with the arguments raises here, before any change.
        dtype, other = [empty(0, dtype=dtype).to(*args, **kwargs).dtype for dtype in (float32, float64)]
        if dtype == other and not dtype.is_floating_point:
            raise TypeError(f"nn.Module.to only accepts floating point dtypes, but got desired dtype={dtype}")
        return self._apply(lambda t: t.to(*args, **kwargs) if dtype != other or t.is_floating_point() else t)

    def type(self, dst_type: Any) -> Self:
        """Convert every parameter and buffer to one dtype, integers too."""
        return self._apply(lambda t: t.type(dst_type))

    def float(self) -> Self:
        """Convert floating point tensors to float32."""
        return self.to(float32)

    def double(self) -> Self:
        """Convert floating point tensors to float64."""
        return self.to(float64)

    def half(self) -> Self:
        """Convert floating point tensors to float16."""
        return self.to(float16)

    def cpu(self) -> Self:
        """Return the module: everything lives on the CPU."""
        return self._apply(lambda t: t.cpu())

    def cuda(self, device: Any = None) -> Self:
        """Raise: there is no GPU here."""
        empty(0).cuda(device)
        return self._apply(lambda t: t.cuda(device))

    def compile(self, *args: Any, **kwargs: Any) -> None:
        """Accept torch's call and do nothing: the module runs as it is."""

    # Printing

    def extra_repr(self) -> str:
        """What the printed form shows between the brackets: a layer's settings."""
        return ""

    def _get_name(self) -> str:
        return type(self).__name__

    def _child_lines(self) -> Iterable[str]:
        return [f"({name}): {child!r}" for name, child in self._modules.items()]

    def __repr__(self) -> str:
        extra = self.extra_repr()
        lines = extra.split("\n") if extra else []
        children = [line.replace("\n", "\n  ") for line in self._child_lines()]
        if children or len(lines) > 1:
            return f"{self._get_name()}(\n  " + "\n  ".join(lines + children) + "\n)"
        return f"{self._get_name()}({extra})"


# Where an attribute is filed: the class that files it, the class its entries must have, its name in errors.
TABLES: dict[str, tuple[Any, Any, str]] = {
    "_parameters": (Parameter, Parameter, "parameter"),
    "_modules": (Module, Module, "module"),
    "_buffers": (Buffer, Tensor, "buffer"),
}
HOOKS = (
    "_forward_pre_hooks",
    "_forward_hooks",
    "_backward_pre_hooks",
    "_backward_hooks",
    "_state_dict_pre_hooks",
    "_state_dict_hooks",
    "_load_state_dict_pre_hooks",
    "_load_state_dict_post_hooks",
)
