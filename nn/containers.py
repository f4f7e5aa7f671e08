"""Modules and Parameters in sequences and dicts, so that a model can be built by a loop."""

from __future__ import annotations

import operator
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, groupby
from typing import Any, Self

from autograd import Tensor
from nn.module import Module
from nn.parameter import Parameter

__all__ = ["ModuleDict", "ModuleList", "ParameterDict", "ParameterList", "Sequential"]


class ModuleSequence(Module):
    """What Sequential and ModuleList share: children in an order, named by their places unless told otherwise."""

    def __init__(self, modules: Iterable[Module] | None = None) -> None:
        super().__init__()
        if modules is not None:
            self.extend(modules)

    def _key(self, index: Any) -> str:
        """The name of the child at a place."""
        return list(self._modules)[place_of(index, self)]

    def _renumber(self, modules: list[Module]) -> None:
        self._modules.clear()
        self._modules.update((str(place), module) for place, module in enumerate(modules))

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return self._part(dict(list(self._modules.items())[index]))
        return self._modules[self._key(index)]

    def _part(self, modules: dict[str, Module]) -> Module:
        """A sequence of the same class of some of the children."""
        return type(self)(modules.values())

    def __setitem__(self, index: int, module: Module) -> None:
        setattr(self, self._key(index), module)

    def __delitem__(self, index: int | slice) -> None:
        modules = list(self)
        del modules[index if isinstance(index, slice) else place_of(index, self)]
        self._renumber(modules)

    def __len__(self) -> int:
        return len(self._modules)

    def __iter__(self) -> Iterator[Module]:
        return iter(self._modules.values())

    def append(self, module: Module) -> Self:
        """Add a module at the end."""
        self.add_module(str(len(self)), module)
        return self

    def extend(self, modules: Iterable[Module]) -> Self:
        """Add several modules at the end."""
        modules = list(need_iterable(f"{self._get_name()}.extend", modules))  # a list: it may be self
        for module in modules:
            need_module(module)
        for module in modules:
            self.append(module)
        return self

    def insert(self, index: int, module: Module) -> None:
        """Put a module before the one at ``index``."""
        need_module(module)
        if not -len(self) <= index <= len(self):
            raise IndexError(f"index {index} is out of range for {self._get_name()} of length {len(self)}")
        modules = list(self)
        modules.insert(index, module)
        self._renumber(modules)

    def pop(self, index: int | slice) -> Any:
        """Take out the module at ``index`` and return it."""
        taken = self[index]
        del self[index]
        return taken

    def __iadd__(self, modules: Iterable[Module]) -> Self:
        return self.extend(modules)


class Sequential(ModuleSequence):
    """Call modules one after the other, each on what the one before returned.

    The children are named "0", "1", ...; an OrderedDict names them itself. Source: torch.nn.Sequential.

    Shapes: input as the first module takes it -> out as the last one gives it.
    """

    def __init__(self, *args: Any) -> None:
        super().__init__()
        if len(args) == 1 and isinstance(args[0], OrderedDict):
            for name, module in args[0].items():
                self.add_module(name, module)
        else:
            if len(args) == 1 and isinstance(args[0], list | tuple):
                raise TypeError(
                    f"Sequential: {type(args[0]).__name__} is not a Module subclass: did you mean Sequential(*modules)?"
                )
            for place, module in enumerate(args):
                self.add_module(str(place), module)

    def forward(self, input: Any) -> Any:
        for module in self._modules.values():
            input = module(input)
        return input

    def _part(self, modules: dict[str, Module]) -> Module:
        return type(self)(OrderedDict(modules))

    def __add__(self, other: Sequential) -> Sequential:
        self._same_kind("+", other)
        return Sequential(*self, *other)

    def __iadd__(self, other: Iterable[Module]) -> Self:
        self._same_kind("+=", other)
        return self.extend(other)

    def __mul__(self, times: int) -> Sequential:
        return Sequential(*list(self) * self._times(times))

    __rmul__ = __mul__

    def __imul__(self, times: int) -> Self:
        modules = list(self)
        for _ in range(self._times(times) - 1):
            self.extend(modules)
        return self

    def _same_kind(self, symbol: str, other: Any) -> None:
        if not isinstance(other, Sequential):
            raise ValueError(
                f"Sequential {symbol} other: other must be a Sequential, got {type(other).__name__}: "
                "did you mean .append(module) or .extend(modules)?"
            )

    def _times(self, times: Any) -> int:
        if not isinstance(times, int):
            raise TypeError(f"Sequential * times: times must be an int, got {type(times).__name__}")
        if times <= 0:
            raise ValueError(f"Sequential * times: times must be positive, got {times}")
        return times


class ModuleList(ModuleSequence):
    """A list whose modules belong to the module that holds it; it has no forward. Source: torch.nn.ModuleList."""

    def __add__(self, other: Iterable[Module]) -> ModuleList:
        return ModuleList(chain(self, other))

    def extend(self, modules: Iterable[Module]) -> Self:
        """Add several modules at the end."""
        if isinstance(modules, Mapping):
            raise TypeError(
                f"{self._get_name()}.extend: a {type(modules).__name__} gives its keys: did you mean "
                ".extend(modules.values()), or a ModuleDict?"
            )
        return super().extend(modules)

    def _child_lines(self) -> Iterable[str]:
        """Equal neighbours on one line, ``(0-2): 3 x Linear(...)``."""
        for text, run in groupby(enumerate(map(repr, self)), key=operator.itemgetter(1)):
            places = [place for place, _ in run]
            first, last, count = places[0], places[-1], len(places)
            yield f"({first}): {text}" if count == 1 else f"({first}-{last}): {count} x {text}"


class Keyed(Module):
    """What ModuleDict and ParameterDict share: the ways of a dict, over the attributes whose names `_names` lists."""

    _names: dict[str, Any]

    def __getitem__(self, key: str) -> Any:
        if key not in self._names:
            known = ", ".join(map(repr, self._names)) or "no keys"
            raise KeyError(f"{key!r} is not in {self._get_name()}: it has {known}")
        return getattr(self, key)

    def __len__(self) -> int:
        return len(self._names)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __contains__(self, key: str) -> bool:
        return key in self._names

    def keys(self) -> Iterable[str]:
        """The keys."""
        return self._names.keys()

    def values(self) -> Iterable[Any]:
        """The values."""
        return [self[key] for key in self._names]

    def items(self) -> Iterable[tuple[str, Any]]:
        """Pairs of key and value."""
        return [(key, self[key]) for key in self._names]

    def pop(self, key: str) -> Any:
        """Take out the value of the key and return it."""
        value = self[key]
        del self[key]
        return value

    def clear(self) -> None:
        """Take everything out."""
        for key in list(self._names):
            del self[key]

    def update(self, values: Any) -> None:
        """Add or replace values, from a mapping or from pairs of key and value."""
        if isinstance(values, Mapping | Keyed):
            pairs = values.items()
        else:
            pairs = list(need_iterable(f"{self._get_name()}.update", values))
            for place, pair in enumerate(pairs):
                if not isinstance(pair, Iterable) or len(pair) != 2:
                    raise (ValueError if isinstance(pair, Iterable) else TypeError)(
                        f"{self._get_name()}.update: element {place} should be a pair of key and value, got {pair!r}"
                    )
        for key, value in pairs:
            self[key] = value


class ModuleDict(Keyed):
    """A dict whose modules belong to the module that holds it, in order of insertion. Source: torch.nn.ModuleDict."""

    _names = property(lambda self: self._modules)

    def __init__(self, modules: Any = None) -> None:
        super().__init__()
        if modules is not None:
            self.update(modules)

    def __setitem__(self, key: str, module: Module) -> None:
        self.add_module(key, module)

    def __delitem__(self, key: str) -> None:
        del self._modules[key]


class ParameterList(Module):
    """A list whose Tensors become Parameters of the module that holds it; other values are kept as they are.

    Source: torch.nn.ParameterList.
    """

    def __init__(self, values: Iterable[Any] | None = None) -> None:
        super().__init__()
        self._size = 0
        if values is not None:
            self.extend(values)

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return type(self)(list(self)[index])
        return getattr(self, str(place_of(index, self)))

    def __setitem__(self, index: int, value: Any) -> None:
        setattr(self, str(place_of(index, self)), as_parameter(value))

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[Any]:
        return iter([getattr(self, str(place)) for place in range(self._size)])

    def append(self, value: Any) -> Self:
        """Add a value at the end."""
        setattr(self, str(self._size), as_parameter(value))
        self._size += 1
        return self

    def extend(self, values: Iterable[Any]) -> Self:
        """Add several values at the end."""
        for value in list(need_iterable("ParameterList.extend", values)):
            self.append(value)
        return self

    def __iadd__(self, values: Iterable[Any]) -> Self:
        return self.extend(values)

    def extra_repr(self) -> str:
        return "\n".join(f"  ({place}): {described(value, 'dtype')}" for place, value in enumerate(self))

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        raise RuntimeError("ParameterList should not be called.")


class ParameterDict(Keyed):
    """A dict whose Tensors become Parameters of the module that holds it; other values are kept as they are.

    A plain dict is taken in the order of its sorted keys, an OrderedDict in its own. Source: torch.nn.ParameterDict.
    """

    def __init__(self, parameters: Any = None) -> None:
        super().__init__()
        self._names = {}
        if parameters is not None:
            self.update(parameters)

    def __setitem__(self, key: str, value: Any) -> None:
        if not isinstance(key, str):
            raise TypeError(f"ParameterDict: a key must be a str, got {type(key).__name__} {key!r}")
        setattr(self, key, as_parameter(value))
        self._names[key] = None

    def __delitem__(self, key: str) -> None:
        del self._names[key]
        delattr(self, key)

    def __reversed__(self) -> Iterator[str]:
        return reversed(self._names)

    def copy(self) -> ParameterDict:
        """Another dict of the same values."""
        return ParameterDict(OrderedDict(self.items()))

    def get(self, key: str, default: Any = None) -> Any:
        """The value of the key, or ``default``."""
        return getattr(self, key) if key in self else default

    def setdefault(self, key: str, default: Any = None) -> Any:
        """The value of the key, which is ``default`` from now on if there was none."""
        if key not in self:
            self[key] = default
        return self[key]

    def popitem(self) -> tuple[str, Any]:
        """Take out the last key with its value and return them."""
        if not len(self):
            raise KeyError("popitem: the ParameterDict is empty")
        key = next(reversed(self))
        return key, self.pop(key)

    def fromkeys(self, keys: Iterable[str], default: Any = None) -> ParameterDict:
        """A new dict with these keys, each with the same value."""
        return ParameterDict((key, default) for key in keys)

    def update(self, values: Any) -> None:
        """Add or replace values, from a mapping or from pairs of key and value."""
        plain = isinstance(values, Mapping) and not isinstance(values, OrderedDict)
        super().update(sorted(values.items()) if plain else values)

    def __or__(self, other: Mapping | ParameterDict) -> ParameterDict:
        merged = self.copy()
        merged.update(other)
        return merged

    def __ror__(self, other: Any) -> Any:
        merged = other.copy()
        merged.update(self)
        return merged

    def __ior__(self, other: Mapping | ParameterDict) -> Self:
        self.update(other)
        return self

    def extra_repr(self) -> str:
        return "\n".join(f"  ({key}): {described(value, 'type')}" for key, value in self.items())

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        raise RuntimeError("ParameterDict should not be called.")


def as_parameter(value: Any) -> Any:
    """A Tensor as a Parameter; anything else as it is."""
    return Parameter(value) if isinstance(value, Tensor) and not isinstance(value, Parameter) else value


def described(value: Any, by: str) -> str:
    """A value in the printed form of a list or dict of Parameters."""
    if not isinstance(value, Tensor):
        return f"Object of type: {type(value).__name__}"
    kind = "Parameter" if isinstance(value, Parameter) else "Tensor"
    elements = value.dtype if by == "dtype" else value.type()
    return f"{kind} containing: [{elements} of size {'x'.join(map(str, value.shape))}]"


def place_of(index: Any, container: Any) -> int:
    """The place that an index means, where negative ones count from the end."""
    place = operator.index(index)
    if not -len(container) <= place < len(container):
        raise IndexError(f"index {place} is out of range for {type(container).__name__} of length {len(container)}")
    return place % len(container)


def need_module(module: Any) -> None:
    """Raise unless it is a Module."""
    if not isinstance(module, Module):
        raise TypeError(f"{type(module).__name__} is not a Module subclass")


def need_iterable(name: str, values: Any) -> Iterable:
    """The values, which can be taken one by one; a Tensor is one value."""
    if not isinstance(values, Iterable) or isinstance(values, Tensor):
        raise TypeError(f"{name} should be called with an iterable, but got {type(values).__name__}")
    return values
