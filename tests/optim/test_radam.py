"""RAdam against closed forms."""

from functools import partial

import numpy as np
import pytest

import optim


@pytest.fixture
def path(descend):
    return partial(descend, optim.RAdam)


@pytest.mark.parametrize("shape", [(), (3,)])
@pytest.mark.parametrize("g", [1e-3, -7.0])
def test_the_first_five_steps_follow_the_mean_alone(shape, g, path):
    np.testing.assert_allclose(path([g] * 5, shape=shape, lr=0.01), 1 - 0.01 * g * np.arange(1, 6), rtol=1e-12)


@pytest.mark.parametrize("g", [1e-3, -7.0])
def test_then_the_step_is_rectified(g, path):
    t, n = np.arange(6, 400), 1999
    rho = n - 2 * t * 0.999**t / (1 - 0.999**t)
    r = np.sqrt((rho - 4) * (rho - 2) * n / ((n - 4) * (n - 2) * rho))
    assert (np.diff(r) > 0).all() and r[0] < 0.05 and r[-1] > 0.4
    expected = 1 - 0.01 * (5 * g + np.sign(g) * np.cumsum(r))
    np.testing.assert_allclose(path([g] * 399, lr=0.01, eps=0)[5:], expected, rtol=1e-9)


def test_a_short_memory_never_rectifies(path):
    # b2 = 0.5: n = 3, and rho never exceeds it
    np.testing.assert_allclose(path([2.0] * 40, lr=0.01, betas=(0.9, 0.5)), 1 - 0.02 * np.arange(1, 41), rtol=1e-12)


def test_both_kinds_of_weight_decay(path):
    np.testing.assert_allclose(path([0.0], lr=0.1, weight_decay=0.5), [0.95], rtol=1e-13)
    np.testing.assert_allclose(
        path([0] * 9, lr=0.1, weight_decay=0.5, decoupled_weight_decay=True), 0.95 ** np.arange(1, 10), rtol=1e-14
    )


def test_maximize_climbs(path):
    np.testing.assert_array_equal(path([1, -2, 3] * 3, maximize=True), path([-1, 2, -3] * 3))
