"""Chains of elementwise ops on small arrays: what a call costs when there is little to compute."""

import autograd
import optim


def chain(shape: tuple[int, ...], ops: int = 99):
    """mul, add, tanh, over and over, there and back, in float32."""
    x, w, b = (autograd.full(shape, value, requires_grad=True) for value in (1.0, 0.999, 0.01))
    optimizer = optim.SGD([x, w, b], lr=0.01)

    def step():
        h = x
        for _ in range(ops // 3):
            h = (h * w + b).tanh()
        optimizer.zero_grad()
        h.sum().backward()

    return step


def short():
    return chain((16,))


def square():
    return chain((32, 32))
