"""Tensors that a Module owns: Parameters, which an optimizer trains, and Buffers, which are only kept."""

from __future__ import annotations

from autograd import Tensor, empty
from autograd.tensors import alias

__all__ = ["Buffer", "Parameter"]


class Parameter(Tensor):
    """A Tensor that a Module lists among its parameters as soon as it is assigned to one.

    It shares the memory of ``data`` and is always a leaf: the history of ``data`` is left behind. What is computed
    from it is a plain Tensor. Source: torch.nn.Parameter.

    Parameters
    ----------
    data : Tensor, optional
        Its values; left out, an empty tensor.
    requires_grad : bool
        Whether ``backward`` gathers a gradient for it; False freezes it.
    """

    def __new__(cls, data: Tensor | None = None, requires_grad: bool = True):
        data = checked(cls, data)
        if requires_grad and not data.is_floating_point():
            raise RuntimeError(
                f"{cls.__name__}: only Tensors of floating point dtype can require gradients, got "
                f"{data.dtype}: pass data.float(), or requires_grad=False for a constant"
            )
        return alias(data, cls=cls, requires_grad=requires_grad)

    def __repr__(self) -> str:
        return f"Parameter containing:\n{super().__repr__()}"

    def __deepcopy__(self, memo: dict) -> Parameter:
        return type(self)(self.detach().clone(), self.requires_grad)  # without the gradient, as torch's


class Buffer(Tensor):
    """A Tensor that a Module keeps among its buffers as soon as it is assigned to one: state, but not trained.

    Source: torch.nn.Buffer.

    Parameters
    ----------
    data : Tensor, optional
        Its values, whose memory it shares; left out, an empty tensor.
    persistent : bool
        Whether ``state_dict`` holds it.
    """

    persistent: bool

    def __new__(cls, data: Tensor | None = None, *, persistent: bool = True):
        data = checked(cls, data)
        buffer = alias(data, cls=cls, requires_grad=data.requires_grad)
        buffer.persistent = persistent  # type: ignore[attr-defined]
        return buffer


def checked(cls: type, data: Tensor | None) -> Tensor:
    """The data as a Tensor, or an error that says how to make one."""
    if data is None:
        return empty(0)
    if not isinstance(data, Tensor):
        raise TypeError(
            f"{cls.__name__}: data must be a Tensor, got {type(data).__name__}: "
            f"did you mean {cls.__name__}(torch.tensor(data))?"
        )
    return data
