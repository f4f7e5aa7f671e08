"""Adam and AdamW against closed forms."""

from functools import partial

import numpy as np
import pytest

import autograd
import optim


@pytest.fixture
def path(descend):
    return partial(descend, optim.Adam)


@pytest.fixture
def path_of_adamw(descend):
    return partial(descend, optim.AdamW)


@pytest.mark.parametrize("shape", [(), (3,)])
@pytest.mark.parametrize("g", [1e-3, -7.0])
def test_a_constant_gradient_gives_equal_steps(shape, g, path):
    # bias correction: m / (1 - b1**t) is g and v / (1 - b2**t) is g * g at every t
    expected = 1 - 0.01 * np.arange(1, 7) * g / (abs(g) + 1e-8)
    np.testing.assert_allclose(path([g] * 6, shape=shape, lr=0.01), expected, rtol=1e-12)


def test_moments_stay_biased_in_the_state():
    p = autograd.tensor([1.0], requires_grad=True)
    optimizer = optim.Adam([p], betas=(0.5, 0.75))
    for _ in range(2):
        p.grad = autograd.tensor([2.0])
        optimizer.step()
    state = optimizer.state[p]
    assert (state["step"].item(), state["exp_avg"].tolist(), state["exp_avg_sq"].tolist()) == (2.0, [1.5], [1.75])


def test_a_changing_gradient_by_hand(path):
    # m: 1, 0.5 - 1 = -0.5; corrected 2, -2/3; v: 1, 0.75 + 1 = 1.75; corrected 4, 4
    np.testing.assert_allclose(path([2, -2], lr=0.3, betas=(0.5, 0.75), eps=1.0), [0.8, 0.8 + 0.2 / 3], rtol=1e-14)


def test_amsgrad_remembers_the_largest_second_moment(path):
    # v: 2, then 1; its largest stays 2; m: 1, then 0.5
    largest = path([2, 0], lr=0.3, betas=(0.5, 0.5), eps=0, amsgrad=True)
    np.testing.assert_allclose(largest[1] - largest[0], -0.3 / 0.75 * 0.5 / np.sqrt(2 / 0.75), rtol=1e-13)
    plain = path([2, 0], lr=0.3, betas=(0.5, 0.5), eps=0)
    np.testing.assert_allclose(plain[1] - plain[0], -0.3 / 0.75 * 0.5 / np.sqrt(1 / 0.75), rtol=1e-13)


@pytest.mark.parametrize("shape", [(), (3,)])
def test_decoupled_decay_passes_by_the_moments(shape, path_of_adamw):
    shrunk = path_of_adamw([0] * 4, shape=shape, lr=0.1, weight_decay=0.5)
    np.testing.assert_allclose(shrunk, 0.95 ** np.arange(1, 5), rtol=1e-14)
    np.testing.assert_allclose(path_of_adamw([2.0], lr=0.1, eps=0), [1 - 0.1 * 0.01 - 0.1], rtol=1e-13)


def test_l2_decay_passes_through_the_moments(path):
    # the gradient is weight_decay * p alone, and Adam steps by lr whatever its size
    np.testing.assert_allclose(path([0], lr=0.1, weight_decay=1e-3, eps=0), [0.9], rtol=1e-13)


def test_maximize_climbs(path):
    np.testing.assert_array_equal(path([1, -2, 3], maximize=True), path([-1, 2, -3]))


def test_a_small_beta_forgets_large_moments(path):
    # with betas (0, 0) each step is lr * sign(g), also after a huge gradient
    np.testing.assert_allclose(path([1e12, 1e-12], lr=0.25, betas=(0.0, 0.0), eps=0), [0.75, 0.5], rtol=1e-14)


def test_adamw_is_adam_with_the_switch(path, path_of_adamw):
    np.testing.assert_array_equal(
        path_of_adamw([1, 2, 3], weight_decay=0.1), path([1, 2, 3], weight_decay=0.1, decoupled_weight_decay=True)
    )
    assert issubclass(optim.AdamW, optim.Adam)
