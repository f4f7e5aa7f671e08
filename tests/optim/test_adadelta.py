"""Adadelta against closed forms."""

from functools import partial

import numpy as np
import pytest

import optim


@pytest.fixture
def path(descend):
    return partial(descend, optim.Adadelta)


@pytest.mark.parametrize("shape", [(), (3,)])
@pytest.mark.parametrize("g", [1e-3, -7.0])
def test_the_first_step_has_the_size_of_eps_alone(shape, g, path):
    # v = (1 - rho) * g * g and u = 0: the step is sqrt(eps) / sqrt(v + eps) * g
    expected = 1 - 0.5 * np.sqrt(1e-4 / (0.25 * g * g + 1e-4)) * g
    np.testing.assert_allclose(path([g], shape=shape, lr=0.5, rho=0.75, eps=1e-4), [expected], rtol=1e-13)


def test_two_steps_by_hand(path):
    # v: 2, 1 + 8; u: 0, 1/2 * (sqrt(1/3) * 2) ** 2 = 2/3; eps = 1
    first, second = 1 - np.sqrt(1 / 3) * 2, np.sqrt(5 / 3) / np.sqrt(10) * 4
    np.testing.assert_allclose(path([2, 4], rho=0.5, eps=1.0), [first, first - second], rtol=1e-14)


def test_the_unit_of_the_gradient_does_not_matter(path):
    np.testing.assert_allclose(path([1, 2, -3], eps=1e-30), path([1e3, 2e3, -3e3], eps=1e-30), rtol=1e-12)


def test_weight_decay_and_maximize(path):
    np.testing.assert_array_equal(path([0.0], weight_decay=0.25), path([0.25]))
    np.testing.assert_array_equal(path([1, -2, 3], maximize=True), path([-1, 2, -3]))


def test_rho_may_be_1_and_no_more(path):
    assert path([1.0], rho=1.0)[0] == 0  # nothing is remembered: sqrt(eps) / sqrt(eps) * g
    with pytest.raises(ValueError, match=r"Adadelta: Invalid rho value: 1.5, expected a number in \[0, 1\]"):
        path([1.0], rho=1.5)
