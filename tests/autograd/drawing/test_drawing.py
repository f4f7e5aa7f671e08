"""`autograd.draw`: which style, whose names, what it leaves alone, and what it refuses."""

import re

import pytest

import autograd
import nn
from autograd import tensor
from autograd.drawing import draw


def leaf(value):
    return tensor(value, requires_grad=True)


def test_single_numbers_make_a_circuit_and_tensors_a_network():
    x, v = leaf(2.0), leaf([1.0, 2.0])
    assert draw(x * x).name == "circuit" and draw((v * v).sum()).name == "network"
    assert draw(x * x, style="network").name == "network"
    many = x
    for _ in range(70):
        many = many * 1.01
    assert draw(many).name == "network"


def test_drawing_touches_no_gradient_and_no_graph():
    x, y = leaf(3.0), leaf(-4.0)
    doubled = x * y * 2
    doubled.retain_grad()
    doubled.backward(retain_graph=True)
    draw(doubled)
    assert doubled.grad.item() == 1
    before = [t.grad.numpy().tobytes() for t in (x, y)]
    draw(doubled)
    assert [t.grad.numpy().tobytes() for t in (x, y)] == before
    doubled.backward()


def test_names_come_from_the_caller_s_variables():
    alpha, beta = leaf(2.0), leaf(5.0)
    product = alpha * beta
    source = draw(product).source
    for name in ("alpha", "beta", "product"):
        assert name in source


def test_tied_parameters_list_all_names():
    a, b = nn.Linear(3, 3), nn.Linear(3, 3)
    b.weight = a.weight
    model = nn.Sequential(a, b)
    assert "0.weight, 1.weight" in draw(model(autograd.ones(1, 3)).sum(), params=model).source


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: draw(3.0), TypeError, "expected a Tensor"),
        (lambda: draw(tensor(1.0)), RuntimeError, "does not require grad"),
        (lambda: draw(leaf(1.0) * 2, style="fancy"), ValueError, "style must be"),
        (lambda: draw(leaf(1.0) * 2, direction="up"), ValueError, "direction must be"),
        (lambda: draw(leaf(1.0) * 2, depth=-1), ValueError, "depth must be"),
        (lambda: draw(leaf(1.0) * 2, params=[1]), TypeError, "params must be"),
        (lambda: draw(leaf([1.0, 2.0]) * 2, style="circuit"), ValueError, "style='network'"),
    ],
)
def test_misuse(call, error, words):
    with pytest.raises(error, match=re.escape(words)):
        call()
