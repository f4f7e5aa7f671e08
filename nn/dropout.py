"""Dropout: noise in training that keeps units from relying on each other."""

from __future__ import annotations

from collections.abc import Callable

import nn.functional as F
from autograd import Tensor
from nn.module import Module

__all__ = ["AlphaDropout", "Dropout", "Dropout1d", "Dropout2d", "Dropout3d", "FeatureAlphaDropout"]


class Dropping(Module):
    """What all dropouts share."""

    drop: Callable

    def __init__(self, p: float = 0.5, inplace: bool = False) -> None:
        super().__init__()
        if p < 0 or p > 1:
            raise ValueError(f"{type(self).__name__}: dropout probability has to be between 0 and 1, but got {p}")
        self.p, self.inplace = p, inplace

    def forward(self, input: Tensor) -> Tensor:
        return type(self).drop(input, self.p, self.training, self.inplace)

    def extra_repr(self) -> str:
        return f"p={self.p}, inplace={self.inplace}"


class Dropout(Dropping):
    """In training, set each number to 0 with probability ``p`` and scale the others by ``1 / (1 - p)``.

    Shapes: (*) -> (*).  Source: torch.nn.Dropout; Srivastava et al. 2014; lecture, dropout.
    """

    drop = F.dropout


class Dropout1d(Dropping):
    """`Dropout` of whole channels.  Shapes: (N, C, L) or (C, L).  Source: torch.nn.Dropout1d."""

    drop = F.dropout1d


class Dropout2d(Dropping):
    """`Dropout` of whole channels.  Shapes: (N, C, H, W).  Source: torch.nn.Dropout2d; Tompson et al. 2015."""

    drop = F.dropout2d


class Dropout3d(Dropping):
    """`Dropout` of whole channels.  Shapes: (N, C, D, H, W).  Source: torch.nn.Dropout3d."""

    drop = F.dropout3d


class AlphaDropout(Dropping):
    """Dropout that keeps mean and variance of numbers that SELU made.

    Source: torch.nn.AlphaDropout; Klambauer et al. 2017.
    """

    drop = F.alpha_dropout


class FeatureAlphaDropout(Dropping):
    """`AlphaDropout` of whole channels.  Source: torch.nn.FeatureAlphaDropout."""

    drop = F.feature_alpha_dropout
