"""Scores to probabilities."""

from __future__ import annotations

import nn.functional as F
from autograd import Tensor
from nn.module import Module

__all__ = ["LogSoftmax", "Softmax", "Softmax2d", "Softmin"]


class Softmax(Module):
    """Scores to probabilities along ``dim``: ``exp(input) / sum(exp(input))``.

    Source: torch.nn.Softmax; lecture, softmax classifier.
    """

    activate = F.softmax

    def __init__(self, dim: int | None = None) -> None:
        super().__init__()
        self.dim = dim

    def forward(self, input: Tensor) -> Tensor:
        return type(self).activate(input, self.dim, _stacklevel=5)

    def extra_repr(self) -> str:
        return f"dim={self.dim}"


class LogSoftmax(Softmax):
    """The logarithm of `Softmax`, without overflow.  Source: torch.nn.LogSoftmax."""

    activate = F.log_softmax


class Softmin(Softmax):
    """`Softmax` of ``-input``.  Source: torch.nn.Softmin."""

    activate = F.softmin


class Softmax2d(Module):
    """`Softmax` over the channels at each place.  Shapes: (N, C, H, W) or (C, H, W).  Source: torch.nn.Softmax2d."""

    def forward(self, input: Tensor) -> Tensor:
        if input.ndim not in (3, 4):
            raise ValueError(
                f"Softmax2d: expected input to be 3D or 4D, got {input.ndim}D of shape {tuple(input.shape)}"
            )
        return F.softmax(input, -3)
