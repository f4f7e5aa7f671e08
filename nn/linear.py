"""Affine and bilinear maps of the last axis."""

from __future__ import annotations

from typing import Any

import autograd
import nn.functional as F
from autograd import Tensor, empty
from nn import init
from nn.module import Module
from nn.parameter import Parameter

__all__ = ["Bilinear", "Identity", "Linear"]


class Identity(Module):
    """Hand the input on, whatever arguments it was made with.  Source: torch.nn.Identity."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__()

    def forward(self, input: Tensor) -> Tensor:
        return input


class Linear(Module):
    """Map the last axis affinely: ``out = input @ weight.T + bias``, both drawn from U(-k, k), k = in_features**-0.5.

    Shapes: input (*, in_features) -> (*, out_features).  Source: torch.nn.Linear; lecture, fully connected layer.

    >>> Linear(3, 2)(autograd.ones(5, 3)).shape
    torch.Size([5, 2])
    """

    def __init__(
        self,
        in_features: int,
        out_features: int,
        bias: bool = True,
        device: Any = None,
        dtype: autograd.dtype | None = None,
    ) -> None:
        super().__init__()
        self.in_features, self.out_features = in_features, out_features
        self.weight = Parameter(empty(out_features, in_features, device=device, dtype=dtype))
        self.bias = Parameter(empty(out_features, device=device, dtype=dtype)) if bias else None
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw weight and bias anew."""
        init_uniform(self.in_features, self.weight, self.bias)

    def forward(self, input: Tensor) -> Tensor:
        return F.linear(input, self.weight, self.bias)

    def extra_repr(self) -> str:
        return f"in_features={self.in_features}, out_features={self.out_features}, bias={self.bias is not None}"


class Bilinear(Module):
    """Map two inputs bilinearly: ``out[o] = input1 @ weight[o] @ input2 + bias[o]``.

    Weight and bias are drawn from U(-k, k), k = in1_features**-0.5.
    Shapes: (*, in1_features), (*, in2_features) -> (*, out_features).  Source: torch.nn.Bilinear.
    """

    def __init__(
        self,
        in1_features: int,
        in2_features: int,
        out_features: int,
        bias: bool = True,
        device: Any = None,
        dtype: autograd.dtype | None = None,
    ) -> None:
        super().__init__()
        if in1_features <= 0:
            raise ValueError(f"Bilinear: in1_features must be > 0, but got {in1_features}")
        self.in1_features, self.in2_features, self.out_features = in1_features, in2_features, out_features
        self.weight = Parameter(empty(out_features, in1_features, in2_features, device=device, dtype=dtype))
        self.bias = Parameter(empty(out_features, device=device, dtype=dtype)) if bias else None
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw weight and bias anew."""
        init_uniform(self.in1_features, self.weight, self.bias)

    def forward(self, input1: Tensor, input2: Tensor) -> Tensor:
        return F.bilinear(input1, input2, self.weight, self.bias)

    def extra_repr(self) -> str:
        return (
            f"in1_features={self.in1_features}, in2_features={self.in2_features}, "
            f"out_features={self.out_features}, bias={self.bias is not None}"
        )


def init_uniform(fan_in: int, *parameters: Parameter | None) -> None:
    """torch's default start: U(-k, k), k = fan_in**-0.5, which keeps the outputs' spread below the inputs'."""
    k = max(fan_in, 1) ** -0.5
    for parameter in parameters:
        if parameter is not None:
            init.uniform_(parameter, -k, k)
