"""Operations whose backward is wrong, and how to find out what is wrong with it (told by the gradcheck demo)."""

from collections.abc import Callable
from typing import NamedTuple

import autograd
from autograd import Tensor, numerical_gradient


class Operation(NamedTuple):
    """An operation with a backward of one's own, which gets the gradient from above and the inputs."""

    name: str
    written: str
    forward: Callable
    backward: Callable

    def __call__(self, *inputs: Tensor) -> Tensor:
        class Own(autograd.Function):
            @staticmethod
            def forward(ctx, *inputs):
                ctx.save_for_backward(*inputs)
                return self.forward(*inputs)

            @staticmethod
            def backward(ctx, g):
                return self.backward(g, *ctx.saved_tensors)

        return Own.apply(*inputs)


OPERATIONS = [
    Operation("x * x", "g * 2 * x", lambda x: x * x, lambda g, x: g * 2 * x),  # the only one that is right
    Operation("x * x", "g * x", lambda x: x * x, lambda g, x: g * x),
    Operation("cos(x)", "g * sin(x)", lambda x: x.cos(), lambda g, x: g * x.sin()),
    Operation("exp(x)", "exp(x)", lambda x: x.exp(), lambda g, x: x.exp()),
    Operation("max(0, x)", "g", lambda x: x.relu(), lambda g, x: g),
    Operation("x @ W", "g @ W.T, g.T @ x", lambda x, W: x @ W, lambda g, x, W: (g @ W.T, g.T @ x)),
    Operation("x + b", "g, g.mean(0)", lambda x, b: x + b, lambda g, x, b: (g, g.mean(0))),
]


def inputs_for(operation: Operation) -> list[Tensor]:
    # Square, so that the shape does not give a transpose away.
    second = {"x @ W": [(4, 4)], "x + b": [(4,)]}.get(operation.name, [])
    return [autograd.randn(shape, dtype=autograd.float64, requires_grad=True) for shape in [(4, 4), *second]]


def name_fault(operation: Callable[..., Tensor], *inputs: Tensor) -> str | None:
    """What is wrong with the backward of an operation, or None if it agrees with the measured slopes."""
    if autograd.gradcheck(operation, inputs, raise_exception=False):
        return None
    g = autograd.randn_like(operation(*inputs))
    given = autograd.grad(operation(*inputs), inputs, g)
    given_twice = autograd.grad(operation(*inputs), inputs, 2 * g)
    for i, (x, found, twice) in enumerate(zip(inputs, given, given_twice, strict=True)):
        right = numerical_gradient(lambda _: (operation(*inputs) * g).sum(), x)
        factor = ((found * right).sum() / (right * right).sum()).item()
        flat = right.abs() < 1e-8
        if near(found, right):
            continue
        if near(twice, found):
            return f"gradient {i} ignores what comes from above"
        if near(found, -right):
            return f"gradient {i} has the wrong sign"
        if near(found, factor * right):
            return f"gradient {i} is {factor:.4g} times what it should be"
        if found.ndim == 2 and found.T.shape == right.shape and near(found.T, right):
            return f"gradient {i} is transposed"
        if flat.any() and near(found[~flat], right[~flat]):
            return f"gradient {i} flows through {flat.sum().item()} places where the operation is flat"
    return "it is wrong in no way known here"


def near(a: Tensor, b: Tensor) -> bool:
    return autograd.allclose(a, b, rtol=1e-5, atol=1e-8)
