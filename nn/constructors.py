"""Constructors that several layers share, each under the name of its layer: Python's errors say it to the user."""

from __future__ import annotations

from collections.abc import Iterable
from functools import update_wrapper
from types import FunctionType
from typing import Any


def name_constructors(values: Iterable[Any], base: type) -> None:
    """Give each layer among the values that inherits its constructor a copy of it, named after the layer.

    ``nn.Conv2d(1, 2)`` then lacks an argument of Conv2d.__init__(), not of a class that the user has never met. The
    constructor of `base` is not copied: a class that has another base beside the layer gets that one's constructor.
    """
    layers: list[Any] = [value for value in values if isinstance(value, type) and issubclass(value, base)]
    for layer in layers:
        if "__init__" not in vars(layer) and layer.__init__ is not base.__init__:  # type: ignore[misc]
            layer.__init__ = copied(layer.__init__, f"{layer.__name__}.__init__")


def copied(function: Any, name: str) -> FunctionType:
    """The same function under another name."""
    copy = FunctionType(
        function.__code__, function.__globals__, function.__name__, function.__defaults__, function.__closure__
    )
    update_wrapper(copy, function)
    copy.__kwdefaults__ = function.__kwdefaults__
    copy.__qualname__ = name
    return copy


def takes_none(name: str, args: tuple, kwargs: dict[str, Any]) -> TypeError:
    """What Python raises where a constructor without parameters is given these arguments."""
    if kwargs:
        return TypeError(f"{name}.__init__() got an unexpected keyword argument {next(iter(kwargs))!r}")
    return TypeError(f"{name}.__init__() takes 1 positional argument but {1 + len(args)} were given")
