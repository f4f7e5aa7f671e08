"""Clipping of gradients, and parameters as one vector."""

import math

import numpy as np
import pytest

import autograd
import nn
from nn import utils


def with_grads(*grads):
    parameters = []
    for grad in grads:
        parameter = nn.Parameter(autograd.zeros_like(autograd.tensor(grad)))
        parameter.grad = autograd.tensor(grad)
        parameters.append(parameter)
    return parameters


def grads_of(parameters):
    return [parameter.grad.tolist() for parameter in parameters]


@pytest.mark.parametrize(
    "p, norm",
    [
        (2, 13.0),
        (1, 19.0),
        (math.inf, 12.0),
        (-math.inf, 3.0),
        ("inf", 12.0),
        (3, (27 + 64 + 1728) ** (1 / 3)),
        (-1, 1 / (1 / 3 + 1 / 4 + 1 / 12)),
    ],
)
def test_total_norm(p, norm):
    total = utils.get_total_norm([autograd.tensor([3.0, -4.0]), autograd.tensor(12.0)], p)
    assert isinstance(total, autograd.Tensor) and total.shape == () and total.dtype == autograd.float32
    assert total.item() == pytest.approx(norm, rel=1e-6)
    assert utils.get_total_norm(autograd.tensor([3.0, 4.0])).item() == 5.0 and utils.get_total_norm([]).item() == 0.0


@pytest.mark.parametrize("p, norm", [(2.0, 13.0), (math.inf, 12.0), (1.0, 19.0)])
def test_clip_grad_norm(p, norm):
    parameters = with_grads([3.0, -4.0], 12.0)
    held = parameters[0].grad
    assert utils.clip_grad_norm_(iter(parameters), 1.0, norm_type=p).item() == pytest.approx(norm)
    np.testing.assert_allclose(held.tolist(), [3 / norm, -4 / norm], rtol=1e-5)
    np.testing.assert_allclose(parameters[1].grad.item(), 12 / norm, rtol=1e-5)
    assert parameters[0].grad is held


def test_clip_grad_norm_leaves_small_gradients_alone():
    parameters = [*with_grads([3.0, 4.0]), nn.Parameter(autograd.ones(1))]
    assert nn.utils.clip_grad_norm_(parameters, 6.0).item() == 5.0
    assert parameters[0].grad.tolist() == [3.0, 4.0] and parameters[1].grad is None
    assert utils.clip_grad_norm_(parameters[0], 2.5).item() == 5.0  # a single Tensor
    np.testing.assert_allclose(parameters[0].grad.tolist(), [1.5, 2.0], rtol=1e-5)
    assert utils.clip_grad_norm_([], 1.0).item() == 0.0


@pytest.mark.parametrize("bad", [math.inf, math.nan])
def test_clip_grad_norm_with_a_norm_that_is_no_number(bad):
    parameters = with_grads([bad, 4.0])
    with pytest.raises(RuntimeError, match=r"norm of order 2\.0 of the gradients is (inf|nan), so it cannot be"):
        utils.clip_grad_norm_(parameters, 1.0, error_if_nonfinite=True)
    assert parameters[0].grad.tolist()[1] == 4.0
    utils.clip_grad_norm_(parameters, 1.0)
    first, second = parameters[0].grad.tolist()
    assert math.isnan(first) and (second == 0.0 if bad == math.inf else math.isnan(second))


def test_clip_after_backward_does_not_leak_into_another_leaf():
    a, b = nn.Parameter(autograd.tensor([3.0, 4.0])), nn.Parameter(autograd.tensor([1.0, 1.0]))
    ((a + b) * autograd.tensor([3.0, 4.0])).sum().backward()
    assert utils.clip_grad_norm_([a], 1.0).item() == 5.0
    np.testing.assert_allclose(a.grad.tolist(), [0.6, 0.8], rtol=1e-5)
    assert b.grad.tolist() == [3.0, 4.0]


def test_clip_in_two_steps():
    parameters = with_grads([3.0, 4.0])
    utils.clip_grads_with_norm_(parameters, 1.0, autograd.tensor(10.0))
    np.testing.assert_allclose(parameters[0].grad.tolist(), [0.3, 0.4], rtol=1e-5)


def test_clip_grad_value():
    parameters = [*with_grads([3.0, -4.0, 0.5], -9.0), nn.Parameter(autograd.ones(1))]
    assert utils.clip_grad_value_(iter(parameters), 2) is None
    assert grads_of(parameters[:2]) == [[2.0, -2.0, 0.5], -2.0]


def test_parameters_to_vector_is_recorded():
    a, b = nn.Parameter(autograd.tensor([[1.0, 2.0], [3.0, 4.0]])), nn.Parameter(autograd.tensor(5.0))
    vector = utils.parameters_to_vector(iter([a, b]))
    assert vector.tolist() == [1.0, 2.0, 3.0, 4.0, 5.0]
    (vector * autograd.arange(5).float()).sum().backward()
    assert a.grad.tolist() == [[0.0, 1.0], [2.0, 3.0]] and b.grad.item() == 4.0


def test_vector_to_parameters_shares_the_vector():
    a, b = nn.Parameter(autograd.zeros(2, 2)), nn.Parameter(autograd.zeros(2))
    vector = autograd.arange(6).float()
    utils.vector_to_parameters(vector, [a, b])
    assert a.tolist() == [[0.0, 1.0], [2.0, 3.0]] and b.tolist() == [4.0, 5.0] and a.requires_grad and a.is_leaf
    vector[0] = 9.0
    assert a.tolist()[0][0] == 9.0
    (a * a).sum().backward()
    assert a.grad.tolist() == [[18.0, 2.0], [4.0, 6.0]]


@pytest.mark.parametrize(
    "vector, error, message",
    [
        (3, TypeError, "expected a Tensor, but got: int"),
        (autograd.ones(5), RuntimeError, "the vector has 5 elements, the parameters take 6"),
    ],
)
def test_vector_to_parameters_misuse(vector, error, message):
    parameters = [nn.Parameter(autograd.zeros(2, 2)), nn.Parameter(autograd.zeros(2))]
    with pytest.raises(error, match=message):
        utils.vector_to_parameters(vector, parameters)
    assert parameters[0].tolist() == [[0.0, 0.0], [0.0, 0.0]]


@pytest.mark.parametrize(
    "call, error",
    [
        (lambda p: utils.clip_grad_norm_(p, "far"), ValueError),
        (lambda p: utils.clip_grad_value_(p, "far"), ValueError),
        (lambda p: utils.clip_grad_norm_(p, 1.0, norm_type="l2"), ValueError),
    ],
)
def test_bad_bounds(call, error):
    parameters = with_grads([3.0, 4.0])
    with pytest.raises(error):
        call(parameters)
    assert grads_of(parameters) == [[3.0, 4.0]]
