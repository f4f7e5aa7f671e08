"""Borders around sequences, images and volumes."""

from __future__ import annotations

from typing import Any

import nn.functional as F
from autograd import Tensor
from nn.module import Module

__all__ = [
    "CircularPad1d",
    "CircularPad2d",
    "CircularPad3d",
    "ConstantPad1d",
    "ConstantPad2d",
    "ConstantPad3d",
    "ReflectionPad1d",
    "ReflectionPad2d",
    "ReflectionPad3d",
    "ReplicationPad1d",
    "ReplicationPad2d",
    "ReplicationPad3d",
    "ZeroPad1d",
    "ZeroPad2d",
    "ZeroPad3d",
]


class Padding(Module):
    """A border around the input: (before, after) for the last axis, then for the one before it."""

    axes: int
    mode: str

    def __init__(self, padding: int | tuple[int, ...]) -> None:
        super().__init__()
        self.padding = (padding,) * (2 * self.axes) if isinstance(padding, int) else tuple(padding)
        if len(self.padding) != 2 * self.axes:
            raise ValueError(f"{type(self).__name__}: padding must be an int or {2 * self.axes} of them, got {padding}")

    def forward(self, input: Tensor) -> Tensor:
        return F.pad(input, self.padding, mode=self.mode)

    def extra_repr(self) -> str:
        return f"{self.padding}"


class ConstantPadding(Padding):
    """A border of one number."""

    mode = "constant"

    def __init__(self, padding: int | tuple[int, ...], value: float) -> None:
        super().__init__(padding)
        self.value = value

    def forward(self, input: Tensor) -> Tensor:
        return F.pad(input, self.padding, value=self.value)

    def extra_repr(self) -> str:
        return f"padding={self.padding}, value={self.value}"


class ZeroPadding(ConstantPadding):
    """A border of zeros."""

    def __init__(self, padding: int | tuple[int, ...]) -> None:
        super().__init__(padding, 0.0)

    def extra_repr(self) -> str:
        return f"{self.padding}"


def paddings(base: type, name: str, mode: str | None, doc: str | None) -> list[type]:
    """The layers of one kind of border, for one, two and three axes."""
    made = []
    for axes in (1, 2, 3):
        body: dict[str, Any] = {
            "axes": axes,
            "__module__": __name__,
            "__doc__": f"{doc}  Source: torch.nn.{name}{axes}d.",
        }
        made.append(type(f"{name}{axes}d", (base,), body if mode is None else body | {"mode": mode}))
    return made


ConstantPad1d, ConstantPad2d, ConstantPad3d = paddings(ConstantPadding, "ConstantPad", None, ConstantPadding.__doc__)
ZeroPad1d, ZeroPad2d, ZeroPad3d = paddings(ZeroPadding, "ZeroPad", None, ZeroPadding.__doc__)
ReflectionPad1d, ReflectionPad2d, ReflectionPad3d = paddings(
    Padding, "ReflectionPad", "reflect", "A border that mirrors the image, without its edge."
)
ReplicationPad1d, ReplicationPad2d, ReplicationPad3d = paddings(
    Padding, "ReplicationPad", "replicate", "A border that repeats the image's edge."
)
CircularPad1d, CircularPad2d, CircularPad3d = paddings(
    Padding, "CircularPad", "circular", "A border that goes on with the image's other side."
)
