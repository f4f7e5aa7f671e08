"""Activations with torch's `inplace`, and softmax with its way of guessing `dim`."""

from __future__ import annotations

import warnings

import autograd
from autograd import Tensor
from autograd.functions import FUNCTIONS, call_of
from autograd.random import source
from autograd.tensors import wrap
from autograd.views import write


def apply(name: str, input: Tensor, inplace: bool, *settings: float) -> Tensor:
    """An op on the input, or written over it."""
    call = call_of(name)
    return write(input, lambda tensor: call(tensor, *settings)) if inplace else call(input, *settings)


def relu(input: Tensor, inplace: bool = False) -> Tensor:
    """``max(input, 0)``.  Source: torch.nn.functional.relu; lecture, ReLU."""
    return apply("relu", input, inplace)


def relu6(input: Tensor, inplace: bool = False) -> Tensor:
    """``min(max(input, 0), 6)``.  Source: torch.nn.functional.relu6."""
    return apply("relu6", input, inplace)


def leaky_relu(input: Tensor, negative_slope: float = 0.01, inplace: bool = False) -> Tensor:
    """``input`` where positive, else ``negative_slope * input``.  Source: torch.nn.functional.leaky_relu."""
    return apply("leaky_relu", input, inplace, negative_slope)


def threshold(input: Tensor, threshold: float, value: float, inplace: bool = False) -> Tensor:
    """``input`` where above the threshold, else ``value``.  Source: torch.nn.functional.threshold."""
    return apply("threshold", input, inplace, threshold, value)


def hardtanh(input: Tensor, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False) -> Tensor:
    """``input`` held between ``min_val`` and ``max_val``.  Source: torch.nn.functional.hardtanh."""
    if min_val > max_val:
        raise ValueError(f"hardtanh: min_val cannot be greater than max_val, got {min_val} > {max_val}")
    return apply("hardtanh", input, inplace, min_val, max_val)


def elu(input: Tensor, alpha: float = 1.0, inplace: bool = False) -> Tensor:
    """``input`` where positive, else ``alpha * (exp(input) - 1)``.  Source: torch.nn.functional.elu; lecture, ELU."""
    return apply("elu", input, inplace, alpha)


def selu(input: Tensor, inplace: bool = False) -> Tensor:
    """``elu`` scaled so that mean 0 and variance 1 are kept.  Source: torch.nn.functional.selu."""
    return apply("selu", input, inplace)


def celu(input: Tensor, alpha: float = 1.0, inplace: bool = False) -> Tensor:
    """``input`` where positive, else ``alpha * (exp(input / alpha) - 1)``.  Source: torch.nn.functional.celu."""
    return apply("celu", input, inplace, alpha)


def silu(input: Tensor, inplace: bool = False) -> Tensor:
    """``input * sigmoid(input)``, also called swish.  Source: torch.nn.functional.silu."""
    return apply("silu", input, inplace)


def mish(input: Tensor, inplace: bool = False) -> Tensor:
    """``input * tanh(softplus(input))``.  Source: torch.nn.functional.mish."""
    return apply("mish", input, inplace)


def hardswish(input: Tensor, inplace: bool = False) -> Tensor:
    """``input * hardsigmoid(input)``.  Source: torch.nn.functional.hardswish."""
    return apply("hardswish", input, inplace)


def hardsigmoid(input: Tensor, inplace: bool = False) -> Tensor:
    """``relu6(input + 3) / 6``.  Source: torch.nn.functional.hardsigmoid."""
    return apply("hardsigmoid", input, inplace)


def rrelu(
    input: Tensor, lower: float = 1 / 8, upper: float = 1 / 3, training: bool = False, inplace: bool = False
) -> Tensor:
    """`leaky_relu` whose slope is drawn for each element from U(lower, upper) in training, else their mean.

    Source: torch.nn.functional.rrelu; Xu et al. 2015.
    """
    if lower > upper:
        raise RuntimeError(f"rrelu: Lower bound should be less than or equal to the upper bound, got {lower} > {upper}")
    call = FUNCTIONS["rrelu"]
    return (
        write(input, lambda tensor: call(tensor, lower, upper, training))
        if inplace
        else call(input, lower, upper, training)
    )


def relu_(input: Tensor) -> Tensor:
    """`relu` in place."""
    return relu(input, True)


def leaky_relu_(input: Tensor, negative_slope: float = 0.01) -> Tensor:
    """`leaky_relu` in place."""
    return leaky_relu(input, negative_slope, True)


def threshold_(input: Tensor, threshold: float, value: float) -> Tensor:
    """`threshold` in place."""
    return apply("threshold", input, True, threshold, value)


def hardtanh_(input: Tensor, min_val: float = -1.0, max_val: float = 1.0) -> Tensor:
    """`hardtanh` in place."""
    return hardtanh(input, min_val, max_val, True)


def elu_(input: Tensor, alpha: float = 1.0) -> Tensor:
    """`elu` in place."""
    return elu(input, alpha, True)


def selu_(input: Tensor) -> Tensor:
    """`selu` in place."""
    return selu(input, True)


def celu_(input: Tensor, alpha: float = 1.0) -> Tensor:
    """`celu` in place."""
    return celu(input, alpha, True)


def rrelu_(input: Tensor, lower: float = 1 / 8, upper: float = 1 / 3, training: bool = False) -> Tensor:
    """`rrelu` in place."""
    return rrelu(input, lower, upper, training, True)


def glu(input: Tensor, dim: int = -1) -> Tensor:
    """The first half along ``dim``, gated by the second: ``a * sigmoid(b)``.

    Source: torch.nn.functional.glu; Dauphin et al. 2017.
    """
    if not input.ndim:
        raise RuntimeError("glu: does not support 0-dimensional tensors")
    if input.shape[dim] % 2:
        raise RuntimeError(
            f"glu: Halving dimension must be even, but dimension {dim} is size {input.shape[dim]}: "
            f"the input has shape {tuple(input.shape)}"
        )
    first, second = input.chunk(2, dim)
    return first * autograd.sigmoid(second)


def softmax(input: Tensor, dim: int | None = None, _stacklevel: int = 3, dtype: autograd.dtype | None = None) -> Tensor:
    """Scores to probabilities along ``dim``.  Source: torch.nn.functional.softmax; lecture, softmax classifier."""
    return call_of("softmax")(input, likely_dim("softmax", input, dim, _stacklevel), dtype=dtype)


def log_softmax(
    input: Tensor, dim: int | None = None, _stacklevel: int = 3, dtype: autograd.dtype | None = None
) -> Tensor:
    """The logarithm of `softmax`, without overflow.  Source: torch.nn.functional.log_softmax."""
    return call_of("log_softmax")(input, likely_dim("log_softmax", input, dim, _stacklevel), dtype=dtype)


def softmin(input: Tensor, dim: int | None = None, _stacklevel: int = 3, dtype: autograd.dtype | None = None) -> Tensor:
    """`softmax` of ``-input``.  Source: torch.nn.functional.softmin."""
    return call_of("softmax")(-input, likely_dim("softmin", input, dim, _stacklevel), dtype=dtype)


def likely_dim(name: str, input: Tensor, dim: int | None, stacklevel: int) -> int:
    """The given dim, or with a warning the one that torch guesses."""
    if dim is None:
        dim = 0 if input.ndim in (0, 1, 3) else 1
        warnings.warn(
            f"Implicit dimension choice for {name} has been deprecated. Change the call to include dim=X "
            "as an argument.",
            stacklevel=stacklevel,
        )
    return dim


def gumbel_softmax(logits: Tensor, tau: float = 1, hard: bool = False, eps: float = 1e-10, dim: int = -1) -> Tensor:
    """A sample of the classes, soft enough to have a gradient: ``softmax((logits + gumbel noise) / tau)``.

    With ``hard`` the output is one-hot, and its gradient that of the soft sample.
    Source: torch.nn.functional.gumbel_softmax; Jang et al. 2017.
    """
    noise = wrap(source().gumbel(size=tuple(logits.shape)).astype(logits.dtype.numpy))
    soft = call_of("softmax")((logits + noise) / tau, dim)
    if not hard:
        return soft
    best = soft.argmax(dim, keepdim=True)
    chosen = autograd.zeros_like(soft).scatter_(dim, best, autograd.ones_like(best).to(soft.dtype))
    return chosen - soft.detach() + soft
