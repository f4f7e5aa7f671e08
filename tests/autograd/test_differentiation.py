"""backward and grad: what they free, keep and leave alone."""

import pytest

import autograd
from autograd import tensor


def leaf(*values):
    return tensor(list(values), requires_grad=True)


def test_only_what_a_rule_saved_is_freed():
    x, weight = leaf(1.0, 2.0), tensor([3.0, 4.0])
    for make in (lambda: x[0:1] + 1, lambda: x.clone(), lambda: autograd.lerp(x, weight, 0.25), lambda: x % 2.0):
        y = make()
        y.sum().backward()
        y.sum().backward()
    for make in (
        lambda: x[tensor([0])],
        lambda: x * weight,
        lambda: x.relu(),
        lambda: x.div(2.0, rounding_mode="floor"),
    ):
        y = make()
        y.sum().backward()
        with pytest.raises(RuntimeError, match="second time"):
            y.sum().backward()


def test_grad_leaves_the_node_of_its_input_alone():
    x = leaf(1.0, 2.0)
    h = x * x
    autograd.grad(h.sum(), h)
    h.sum().backward()
    assert x.grad.tolist() == [2, 4]


def test_backward_inputs_retains_the_gradient_of_an_inner_tensor():
    x = leaf(1.0, 2.0)
    h = x * 2
    (h * h).sum().backward(inputs=[h])
    assert h.retains_grad and h.grad.tolist() == [4, 8] and x.grad is None


def test_leaves_own_their_gradients_under_create_graph_too():
    x, y = leaf(1.0, 2.0), leaf(3.0, 4.0)
    (x + y).sum().backward(create_graph=True)
    assert x.grad is not y.grad
    x[tensor([0, 0])].sum().backward()
    assert x.grad.tolist() == [3, 1] and y.grad.tolist() == [1, 1]


def test_floor_divide_has_no_derivative_but_a_rounded_quotient_has():
    x = leaf(5.0, 7.0)
    with pytest.raises(RuntimeError, match="floor_divide is not implemented: use div"):
        (x // 2).sum().backward()
    x.div(2, rounding_mode="floor").sum().backward()
    assert x.grad.tolist() == [0, 0]


def test_a_number_over_a_tensor_keeps_only_the_reciprocal():
    x = leaf(2.0, 4.0)
    h = x * 1
    y = 8 / h
    h.add_(1)
    y.sum().backward()
    assert x.grad.tolist() == [-2, -0.5]
