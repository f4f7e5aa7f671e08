"""Adagrad against closed forms."""

from functools import partial

import numpy as np
import pytest

import autograd
import optim


@pytest.fixture
def path(descend):
    return partial(descend, optim.Adagrad)


@pytest.mark.parametrize("shape", [(), (3,)])
@pytest.mark.parametrize("g", [1e-3, -7.0])
def test_a_constant_gradient_slows_down_with_the_root_of_time(shape, g, path):
    expected = 1 - 0.1 * np.sign(g) * np.cumsum(1 / np.sqrt(np.arange(1, 9)))
    np.testing.assert_allclose(path([g] * 8, shape=shape, lr=0.1, eps=0), expected, rtol=1e-13)


def test_initial_value_eps_and_default_lr(path):
    np.testing.assert_allclose(path([3.0], initial_accumulator_value=16, eps=1), [1 - 0.01 * 3 / 6], rtol=1e-14)


def test_lr_decay_counts_from_the_second_step(path):
    expected = [0.7, 0.7, 0.7 - 0.3 / (1 + 2 * 0.5) * 2 / np.sqrt(5)]
    np.testing.assert_allclose(path([1, 0, 2], lr=0.3, lr_decay=0.5, eps=0), expected, rtol=1e-13)


def test_weight_decay_and_maximize(path):
    np.testing.assert_allclose(path([0.0], lr=0.3, weight_decay=0.01, eps=0), [0.7], rtol=1e-14)
    np.testing.assert_array_equal(path([1, -2, 3], maximize=True), path([-1, 2, -3]))


def test_state_is_there_before_the_first_step():
    p = autograd.tensor([1.0, 2.0], requires_grad=True)
    optimizer = optim.Adagrad([p], initial_accumulator_value=0.5)
    assert optimizer.state[p]["sum"].tolist() == [0.5, 0.5]
    assert optimizer.state[p]["step"].item() == 0
