"""Adamax against closed forms."""

from functools import partial

import numpy as np
import pytest

import optim


@pytest.fixture
def path(descend):
    return partial(descend, optim.Adamax)


@pytest.mark.parametrize("shape", [(), (3,)])
@pytest.mark.parametrize("g", [1e-3, -7.0])
def test_a_constant_gradient_gives_equal_steps(shape, g, path):
    expected = 1 - 0.01 * np.arange(1, 7) * g / (abs(g) + 1e-8)
    np.testing.assert_allclose(path([g] * 6, shape=shape, lr=0.01), expected, rtol=1e-12)


def test_the_largest_gradient_is_slowly_forgotten(path):
    # b1 = 0: each step is lr * g / u; u: 8, then 4 (half of 8), then 3 (the gradient, more than 2)
    np.testing.assert_allclose(
        path([8, 1, 3], lr=0.1, betas=(0.0, 0.5), eps=0), 1 - 0.1 * np.cumsum([1, 1 / 4, 1]), rtol=1e-14
    )


def test_the_mean_starts_without_bias(path):
    # m: 1, 0.5; corrected 2, 2/3; u stays 2 with b2 almost 1
    np.testing.assert_allclose(
        path([2, 0], lr=0.1, betas=(0.5, 1 - 1e-15), eps=0), 1 - 0.1 * np.cumsum([1, 1 / 3]), rtol=1e-13
    )


def test_weight_decay_and_maximize(path):
    np.testing.assert_allclose(path([0.0], lr=0.1, weight_decay=1e-3, eps=0), [0.9], rtol=1e-13)
    np.testing.assert_array_equal(path([1, -2, 3], maximize=True), path([-1, 2, -3]))
