"""What an optimizer refuses when it is made."""

from collections.abc import Sequence
from numbers import Real
from typing import Any

from autograd import Tensor


def check_parameter(where: str, p: Any) -> None:
    """Refuse what no optimizer can move."""
    if not isinstance(p, Tensor):
        raise TypeError(
            f"{where}: optimizer can only optimize Tensors, but one of the params is "
            f"{type(p).__name__}{parameters_hint(p)}"
        )
    if not (p.is_leaf or p.retains_grad):
        raise ValueError(
            f"{where}: can't optimize a non-leaf Tensor: one of shape {tuple(p.shape)} is the result of "
            "an operation: pass the Tensors that it was computed from, or start anew from its detach()"
        )


def parameters_hint(model: Any) -> str:
    """Help with a model that was given in place of its parameters."""
    return ": pass its parameters()" if hasattr(model, "parameters") else ""


def check_number(where: str, what: str, value: Any, low: float = 0.0, below: float | None = None) -> None:
    """Refuse a hyperparameter outside of ``low <= value``, or of ``low <= value < below``."""
    if isinstance(value, Tensor):
        if value.numel() != 1:
            raise ValueError(f"{where}: Tensor {what} must be 1-element, got shape {tuple(value.shape)}")
    elif not isinstance(value, Real):
        raise TypeError(f"{where}: Invalid {what}: {value!r}, expected a number")
    if not (low <= value and (below is None or value < below)):
        allowed = f">= {low:g}" if below is None else f"in [{low:g}, {below:g})"
        raise ValueError(f"{where}: Invalid {what}: {value}, expected a number {allowed}")


def check_betas(where: str, betas: Sequence[float]) -> None:
    """Refuse what cannot be the kept shares of two running means."""
    if len(betas) != 2:
        raise ValueError(f"{where}: betas are two numbers, got {betas}")
    for index, beta in enumerate(betas):
        check_number(where, f"beta parameter at index {index}", beta, below=1.0)
