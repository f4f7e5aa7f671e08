"""Activations: the nonlinear steps between layers. Each keeps its input's shape unless it says otherwise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import autograd
import nn.functional as F
from autograd import Tensor, full
from nn.init import constant_
from nn.module import Module
from nn.parameter import Parameter

__all__ = [
    "CELU",
    "ELU",
    "GELU",
    "GLU",
    "SELU",
    "Hardshrink",
    "Hardsigmoid",
    "Hardswish",
    "Hardtanh",
    "LeakyReLU",
    "LogSigmoid",
    "Maxout",
    "Mish",
    "PReLU",
    "RReLU",
    "ReLU",
    "ReLU6",
    "SiLU",
    "Sigmoid",
    "Softplus",
    "Softshrink",
    "Softsign",
    "Tanh",
    "Tanhshrink",
    "Threshold",
]


class Plain(Module):
    """An activation without settings."""

    activate: Callable

    def forward(self, input: Tensor) -> Tensor:
        return type(self).activate(input)


class InPlace(Module):
    """An activation that may overwrite its input."""

    activate: Callable

    def __init__(self, inplace: bool = False) -> None:
        super().__init__()
        self.inplace = inplace

    def forward(self, input: Tensor) -> Tensor:
        return type(self).activate(input, self.inplace)

    def extra_repr(self) -> str:
        return "inplace=True" if self.inplace else ""


class ReLU(InPlace):
    """``max(input, 0)``.  Source: torch.nn.ReLU; lecture, ReLU."""

    activate = F.relu


class SELU(InPlace):
    """`ELU` scaled so that mean 0 and variance 1 are kept.  Source: torch.nn.SELU; Klambauer et al. 2017."""

    activate = F.selu


class SiLU(InPlace):
    """``input * sigmoid(input)``, also called swish.  Source: torch.nn.SiLU; Elfwing et al. 2017."""

    activate = F.silu


class Mish(InPlace):
    """``input * tanh(softplus(input))``.  Source: torch.nn.Mish; Misra 2019."""

    activate = F.mish


class Hardswish(InPlace):
    """``input * relu6(input + 3) / 6``.  Source: torch.nn.Hardswish; Howard et al. 2019."""

    activate = F.hardswish

    def extra_repr(self) -> str:
        return ""


class Hardsigmoid(InPlace):
    """``relu6(input + 3) / 6``.  Source: torch.nn.Hardsigmoid."""

    activate = F.hardsigmoid

    def extra_repr(self) -> str:
        return ""


class Sigmoid(Plain):
    """``1 / (1 + exp(-input))``.  Source: torch.nn.Sigmoid; lecture, sigmoid."""

    activate = F.sigmoid


class Tanh(Plain):
    """Hyperbolic tangent.  Source: torch.nn.Tanh; lecture, tanh."""

    activate = F.tanh


class LogSigmoid(Plain):
    """``log(sigmoid(input))``, without overflow.  Source: torch.nn.LogSigmoid."""

    activate = F.logsigmoid


class Softsign(Plain):
    """``input / (1 + |input|)``.  Source: torch.nn.Softsign."""

    activate = F.softsign


class Tanhshrink(Plain):
    """``input - tanh(input)``.  Source: torch.nn.Tanhshrink."""

    activate = F.tanhshrink


class LeakyReLU(Module):
    """``input`` where positive, else ``negative_slope * input``.  Source: torch.nn.LeakyReLU; lecture, Leaky ReLU."""

    def __init__(self, negative_slope: float = 0.01, inplace: bool = False) -> None:
        super().__init__()
        self.negative_slope, self.inplace = negative_slope, inplace

    def forward(self, input: Tensor) -> Tensor:
        return F.leaky_relu(input, self.negative_slope, self.inplace)

    def extra_repr(self) -> str:
        return f"negative_slope={self.negative_slope}{', inplace=True' if self.inplace else ''}"


class PReLU(Module):
    """`LeakyReLU` whose slope is learnt: one for all (``num_parameters`` 1), or one for each channel.

    Shapes: (N, C, *) -> the same.  Source: torch.nn.PReLU; He et al. 2015.
    """

    def __init__(
        self, num_parameters: int = 1, init: float = 0.25, device: Any = None, dtype: autograd.dtype | None = None
    ) -> None:
        super().__init__()
        self.num_parameters, self.init = num_parameters, init
        self.weight = Parameter(full((num_parameters,), float(init), device=device, dtype=dtype))

    def reset_parameters(self) -> None:
        """Set every slope to ``init``."""
        constant_(self.weight, self.init)

    def forward(self, input: Tensor) -> Tensor:
        return F.prelu(input, self.weight)

    def extra_repr(self) -> str:
        return f"num_parameters={self.num_parameters}"


class RReLU(Module):
    """`LeakyReLU` whose slope is drawn for each element from U(lower, upper) in training, else their mean.

    Source: torch.nn.RReLU; Xu et al. 2015.
    """

    def __init__(self, lower: float = 1 / 8, upper: float = 1 / 3, inplace: bool = False) -> None:
        super().__init__()
        self.lower, self.upper, self.inplace = lower, upper, inplace

    def forward(self, input: Tensor) -> Tensor:
        return F.rrelu(input, self.lower, self.upper, self.training, self.inplace)

    def extra_repr(self) -> str:
        return f"lower={self.lower}, upper={self.upper}{', inplace=True' if self.inplace else ''}"


class ELU(Module):
    """``input`` where positive, else ``alpha * (exp(input) - 1)``.  Source: torch.nn.ELU; Clevert et al. 2015."""

    activate = F.elu

    def __init__(self, alpha: float = 1.0, inplace: bool = False) -> None:
        super().__init__()
        self.alpha, self.inplace = alpha, inplace

    def forward(self, input: Tensor) -> Tensor:
        return type(self).activate(input, self.alpha, self.inplace)

    def extra_repr(self) -> str:
        return f"alpha={self.alpha}{', inplace=True' if self.inplace else ''}"


class CELU(ELU):
    """``input`` where positive, else ``alpha * (exp(input / alpha) - 1)``.  Source: torch.nn.CELU; Barron 2017."""

    activate = F.celu


class GELU(Module):
    """``input * P(X < input)``, X standard normal; ``approximate="tanh"`` is cheaper.

    Source: torch.nn.GELU; Hendrycks & Gimpel 2016.
    """

    def __init__(self, approximate: str = "none") -> None:
        super().__init__()
        self.approximate = approximate

    def forward(self, input: Tensor) -> Tensor:
        return F.gelu(input, approximate=self.approximate)

    def extra_repr(self) -> str:
        return f"approximate={self.approximate!r}"


class Hardtanh(Module):
    """``input`` held between ``min_val`` and ``max_val``.  Source: torch.nn.Hardtanh."""

    def __init__(self, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False) -> None:
        super().__init__()
        if not max_val > min_val:
            raise AssertionError(f"{type(self).__name__}: max_val ({max_val}) must be greater than min_val ({min_val})")
        self.min_val, self.max_val, self.inplace = min_val, max_val, inplace

    def forward(self, input: Tensor) -> Tensor:
        return F.hardtanh(input, self.min_val, self.max_val, self.inplace)

    def extra_repr(self) -> str:
        return f"min_val={self.min_val}, max_val={self.max_val}{', inplace=True' if self.inplace else ''}"


class ReLU6(Hardtanh):
    """``min(max(input, 0), 6)``.  Source: torch.nn.ReLU6."""

    def __init__(self, inplace: bool = False) -> None:
        super().__init__(0.0, 6.0, inplace)

    def extra_repr(self) -> str:
        return "inplace=True" if self.inplace else ""


class Threshold(Module):
    """``input`` where above ``threshold``, else ``value``.  Source: torch.nn.Threshold."""

    def __init__(self, threshold: float, value: float, inplace: bool = False) -> None:
        super().__init__()
        self.threshold, self.value, self.inplace = threshold, value, inplace

    def forward(self, input: Tensor) -> Tensor:
        return F.threshold(input, self.threshold, self.value, self.inplace)

    def extra_repr(self) -> str:
        return f"threshold={self.threshold}, value={self.value}{', inplace=True' if self.inplace else ''}"


class Hardshrink(Module):
    """``input`` where ``|input| > lambd``, else 0.  Source: torch.nn.Hardshrink."""

    activate = F.hardshrink

    def __init__(self, lambd: float = 0.5) -> None:
        super().__init__()
        self.lambd = lambd

    def forward(self, input: Tensor) -> Tensor:
        return type(self).activate(input, self.lambd)

    def extra_repr(self) -> str:
        return str(self.lambd)


class Softshrink(Hardshrink):
    """``input`` moved towards 0 by ``lambd``, 0 between.  Source: torch.nn.Softshrink."""

    activate = F.softshrink


class Softplus(Module):
    """``log(1 + exp(beta * input)) / beta``, a smooth `ReLU`; the input itself where ``beta * input > threshold``.

    Source: torch.nn.Softplus.
    """

    def __init__(self, beta: float = 1.0, threshold: float = 20.0) -> None:
        super().__init__()
        self.beta, self.threshold = beta, threshold

    def forward(self, input: Tensor) -> Tensor:
        return F.softplus(input, self.beta, self.threshold)

    def extra_repr(self) -> str:
        return f"beta={self.beta}, threshold={self.threshold}"


class GLU(Module):
    """The first half along ``dim``, gated by the sigmoid of the second; half as long along ``dim``.

    Source: torch.nn.GLU; Dauphin et al. 2017.
    """

    def __init__(self, dim: int = -1) -> None:
        super().__init__()
        self.dim = dim

    def forward(self, input: Tensor) -> Tensor:
        return F.glu(input, self.dim)

    def extra_repr(self) -> str:
        return f"dim={self.dim}"


class Maxout(Module):
    """The highest of ``pieces`` neighbouring features: ``out[j] = max(input[j * pieces : (j + 1) * pieces])``.

    Behind a linear layer or a convolution of ``pieces`` times the features it makes a Maxout network. PyTorch has no
    such layer.

    Shapes: (..., features, ...) -> (..., features / pieces, ...), features being axis ``dim``.
    Source: Goodfellow et al. 2013; lecture, Maxout.
    """

    def __init__(self, pieces: int, dim: int = 1) -> None:
        super().__init__()
        if pieces < 1:
            raise ValueError(f"Maxout: pieces must be at least 1, got {pieces}")
        self.pieces, self.dim = pieces, dim

    def forward(self, input: Tensor) -> Tensor:
        features = input.shape[self.dim]
        if features % self.pieces:
            raise RuntimeError(
                f"Maxout: the {features} features along dim {self.dim} of an input of shape "
                f"{tuple(input.shape)} do not divide into pieces of {self.pieces}"
            )
        dim = self.dim % input.ndim
        return input.unflatten(dim, (features // self.pieces, self.pieces)).max(dim + 1).values

    def extra_repr(self) -> str:
        return f"pieces={self.pieces}, dim={self.dim}"
