"""RMSprop against closed forms."""

from functools import partial

import numpy as np
import pytest

import autograd
import optim


@pytest.fixture
def path(descend):
    return partial(descend, optim.RMSprop)


KEPT = 0.8 ** np.arange(1, 9)  # alpha ** t: how much of its start a running mean still holds


@pytest.mark.parametrize("shape", [(), (3,)])
@pytest.mark.parametrize("g", [1e-3, -7.0])
def test_a_constant_gradient(shape, g, path):
    expected = 1 - 0.1 * np.sign(g) * np.cumsum(1 / np.sqrt(1 - KEPT))
    np.testing.assert_allclose(path([g] * 8, shape=shape, lr=0.1, alpha=0.8, eps=0), expected, rtol=1e-12)


def test_centered_divides_by_the_standard_deviation(path):
    expected = 1 - 0.1 * np.cumsum(1 / np.sqrt((1 - KEPT) - (1 - KEPT) ** 2))
    np.testing.assert_allclose(path([3.0] * 8, lr=0.1, alpha=0.8, eps=0, centered=True), expected, rtol=1e-12)


@pytest.mark.parametrize("shape", [(), (3,)])
def test_momentum_sums_the_scaled_gradients(shape, path):
    velocity, velocities = 0.0, []
    for kept in KEPT:
        velocity = 0.5 * velocity + 1 / np.sqrt(1 - kept)
        velocities.append(velocity)
    np.testing.assert_allclose(
        path([3.0] * 8, shape=shape, lr=0.1, alpha=0.8, eps=0, momentum=0.5),
        1 - 0.1 * np.cumsum(velocities),
        rtol=1e-12,
    )


def test_eps_stands_outside_the_root_and_lr_is_a_hundredth(path):
    np.testing.assert_allclose(path([2.0], alpha=0.75, eps=1.0), [1 - 0.01 * 2 / (1 + 1)], rtol=1e-14)


def test_weight_decay_and_maximize(path):
    np.testing.assert_allclose(path([0.0], lr=0.1, alpha=0.75, weight_decay=0.01, eps=0), [0.8], rtol=1e-13)
    np.testing.assert_array_equal(path([1, -2, 3], maximize=True), path([-1, 2, -3]))


def test_state_holds_what_is_used():
    p = autograd.tensor(1.0, requires_grad=True)
    p.grad = autograd.tensor(1.0)
    for options, names in [({}, []), ({"momentum": 0.9, "centered": True}, ["momentum_buffer", "grad_avg"])]:
        optimizer = optim.RMSprop([p], **options)
        optimizer.step()
        assert list(optimizer.state[p]) == ["step", "square_avg", *names]
