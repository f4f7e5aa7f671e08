"""Dropout with torch's `training` and `inplace`."""

from __future__ import annotations

import autograd
from autograd import Tensor
from autograd.views import write


def apply(drop, input: Tensor, p: float, training: bool, inplace: bool) -> Tensor:
    """A dropout of autograd on the input, or written over it."""
    return write(input, lambda tensor: drop(tensor, p, training)) if inplace else drop(input, p, training)


def dropout(input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False) -> Tensor:
    """In training, set each number to 0 with probability ``p`` and scale the others by ``1 / (1 - p)``.

    Shapes: (*) -> (*).  Source: torch.nn.functional.dropout; Srivastava et al. 2014; lecture, dropout.
    """
    return apply(autograd.dropout, input, p, training, inplace)


def alpha_dropout(input: Tensor, p: float = 0.5, training: bool = False, inplace: bool = False) -> Tensor:
    """Dropout that keeps mean and variance of numbers that SELU made.

    Source: torch.nn.functional.alpha_dropout; Klambauer et al. 2017.
    """
    return apply(autograd.alpha_dropout, input, p, training, inplace)


def feature_alpha_dropout(input: Tensor, p: float = 0.5, training: bool = False, inplace: bool = False) -> Tensor:
    """`alpha_dropout` of whole channels.  Source: torch.nn.functional.feature_alpha_dropout."""
    return apply(autograd.feature_alpha_dropout, input, p, training, inplace)


def dropout1d(input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False) -> Tensor:
    """`dropout` of whole channels.  Shapes: (N, C, L) or (C, L).  Source: torch.nn.functional.dropout1d."""
    if input.ndim not in (2, 3):
        raise RuntimeError(
            f"dropout1d: Expected 2D or 3D input, (C, L) or (N, C, L), but received a {input.ndim}D "
            f"input of shape {tuple(input.shape)}: for single features use dropout"
        )
    if input.ndim == 3:
        return apply(autograd.feature_dropout, input, p, training, inplace)
    return apply(autograd.feature_dropout, input.unsqueeze(0), p, training, inplace).squeeze(0)


def dropout2d(input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False) -> Tensor:
    """`dropout` of whole channels.  Shapes: (N, C, H, W).  Source: torch.nn.functional.dropout2d."""
    return apply(autograd.feature_dropout, input, p, training, inplace)


def dropout3d(input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False) -> Tensor:
    """`dropout` of whole channels.  Shapes: (N, C, D, H, W).  Source: torch.nn.functional.dropout3d."""
    return apply(autograd.feature_dropout, input, p, training, inplace)
