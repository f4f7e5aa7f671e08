"""Graphs of single numbers, as micrograd builds them; float64, as its Python numbers are."""

import gc
import random
import tracemalloc

import autograd
import optim


def number(value: float):
    return autograd.tensor(value, dtype=autograd.float64, requires_grad=True)


def chain(ops: int = 1000):
    """mul, add, relu, over and over, there and back; every relu is open."""
    x, w, b = number(1.0), number(0.999), number(0.01)
    optimizer = optim.SGD([x, w, b], lr=0.01)

    def step():
        h = x
        for _ in range(ops // 3):
            h = (h * w + b).relu()
        optimizer.zero_grad()
        h.backward()

    return step


def deep_chain():
    return chain(ops=100_000)


def tanh_chain(ops: int = 1000):
    """mul, add, tanh, over and over, there and back."""
    x, w, b = number(1.0), number(0.999), number(0.01)
    optimizer = optim.SGD([x, w, b], lr=0.01)

    def step():
        h = x
        for _ in range(ops // 3):
            h = (h * w + b).tanh()
        optimizer.zero_grad()
        h.backward()

    return step


def mlp(inputs: int = 3, hidden: int = 16, steps: int = 100):
    """Steps of SGD on micrograd's kind of net, 81 weights that are a tensor each, and four examples."""
    draw = random.Random(0).uniform
    layer = [([number(draw(-1, 1)) for _ in range(inputs)], number(0.0)) for _ in range(hidden)]
    weights, bias = [number(draw(-1, 1)) for _ in range(hidden)], number(0.0)
    parameters = [p for neuron, b in layer for p in (*neuron, b)] + [*weights, bias]
    optimizer = optim.SGD(parameters, lr=0.01)
    examples = [([2.0, 3.0, -1.0], 1.0), ([3.0, -1.0, 0.5], -1.0), ([0.5, 1.0, 1.0], -1.0), ([1.0, 1.0, -1.0], 1.0)]

    def affine(neuron, b, x):
        return sum((w * value for w, value in zip(neuron, x, strict=True)), b)

    def step():
        for _ in range(steps):
            outs = [affine(weights, bias, [affine(*neuron, x).relu() for neuron in layer]) for x, _ in examples]
            loss = sum((out - y) ** 2 for out, (_, y) in zip(outs, examples, strict=True))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()

    return step


def bytes_per_node(ops: int = 100_000):
    """The memory that a chain of numbers holds for each of its gates, as Python's allocator counts it."""

    def step():
        h, w, b = number(1.0), number(0.999), number(0.01)
        gc.collect()
        tracemalloc.start()
        for _ in range(ops // 2):
            h = h * w + b
        held, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return held / ops

    return step
