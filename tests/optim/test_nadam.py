"""NAdam against closed forms."""

from functools import partial

import numpy as np
import pytest

import autograd
import optim


@pytest.fixture
def path(descend):
    return partial(descend, optim.NAdam)


@pytest.mark.parametrize("shape", [(), (3,)])
def test_the_first_step_by_hand(shape, path):
    # momentum_decay 0: mu = b1 / 2 = 0.4 always; m = 0.2 g, v corrected = g * g;
    # the step is lr * (0.6 / (1 - 0.4) * g + 0.4 / (1 - 0.16) * 0.2 * g) / g
    expected = 1 - 0.1 * (1 + 0.08 / 0.84)
    np.testing.assert_allclose(
        path([5.0], shape=shape, lr=0.1, betas=(0.8, 0.9), eps=0, momentum_decay=0), [expected], rtol=1e-7
    )


def test_without_momentum_it_divides_by_the_root_mean_square_alone(path):
    np.testing.assert_allclose(path([3.0] * 5, lr=0.1, betas=(0.0, 0.9), eps=0), 1 - 0.1 * np.arange(1, 6), rtol=1e-13)


def test_the_momentum_warms_up():
    p = autograd.tensor([1.0], requires_grad=True)
    optimizer = optim.NAdam([p], betas=(0.9, 0.999), momentum_decay=10.0)
    product = 1.0
    for t in range(1, 30):
        p.grad = autograd.tensor([1.0])
        optimizer.step()
        product *= 0.9 * (1 - 0.5 * 0.96 ** (10.0 * t))
        assert optimizer.state[p]["mu_product"].item() == pytest.approx(product, rel=1e-5)
    assert optimizer.state[p]["mu_product"].shape == ()


def test_a_state_that_holds_plain_numbers_is_loaded():
    p = autograd.tensor([1.0], requires_grad=True)
    p.grad = autograd.tensor([0.5])
    mine, copy = optim.NAdam([p]), optim.NAdam([p])
    mine.step()
    saved = mine.state_dict()
    saved["state"][0] |= {name: saved["state"][0][name].item() for name in ("step", "mu_product")}
    copy.load_state_dict(saved)
    for optimizer in (mine, copy):
        optimizer.step()
    assert copy.state[p]["mu_product"] == mine.state[p]["mu_product"] and copy.state[p]["step"] == 2
    assert copy.state[p]["mu_product"].dtype == autograd.float32


def test_big_parameters_keep_one_product():
    big, small = (autograd.ones(*shape, requires_grad=True) for shape in ((400, 400), (1,)))
    optimizer = optim.NAdam([big, small], lr=0.1)
    for _ in range(3):
        big.grad, small.grad = autograd.ones(400, 400), autograd.ones(1)
        optimizer.step()
    assert (big == small).all()


def test_both_kinds_of_weight_decay(path):
    np.testing.assert_array_equal(path([0.0], weight_decay=0.25), path([0.25]))
    np.testing.assert_allclose(
        path([0] * 3, lr=0.1, weight_decay=0.5, decoupled_weight_decay=True), 0.95 ** np.arange(1, 4), rtol=1e-14
    )


def test_maximize_climbs(path):
    np.testing.assert_array_equal(path([1, -2, 3], maximize=True), path([-1, 2, -3]))
