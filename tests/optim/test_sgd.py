"""SGD against closed forms."""

from functools import partial

import numpy as np
import pytest

import autograd
import optim


@pytest.fixture
def path(descend):
    return partial(descend, optim.SGD)


@pytest.mark.parametrize("shape", [(), (3,)])
def test_plain_step(shape, path):
    np.testing.assert_allclose(path([2, 2, -1], shape=shape, lr=0.1), [0.8, 0.6, 0.7], rtol=1e-14)


def test_default_learning_rate(path):
    assert path([1.0])[0] == 1 - 1e-3


@pytest.mark.parametrize("shape", [(), (3,)])
def test_velocity_is_a_geometric_series(shape, path):
    expected = 1 - 0.2 * np.cumsum([(1 - 0.9**n) / (1 - 0.9) for n in range(1, 9)])
    np.testing.assert_allclose(path([2.0] * 8, shape=shape, lr=0.1, momentum=0.9), expected, rtol=1e-13)


def test_dampening_spares_the_first_step(path):
    # b = 2, then 0.5 * 2 + 0.75 * 2 = 2.5, then 0.5 * 2.5 + 0.75 * 2 = 2.75
    np.testing.assert_allclose(path([2, 2, 2], lr=1, momentum=0.5, dampening=0.25), 1 - np.cumsum([2, 2.5, 2.75]))


def test_nesterov_looks_ahead(path):
    # b = 2, 3, 1.5 + 4; the step is g + b / 2
    np.testing.assert_allclose(path([2, 2, 4], lr=1, momentum=0.5, nesterov=True), 1 - np.cumsum([3, 3.5, 6.75]))


def test_weight_decay_alone_shrinks_geometrically(path):
    np.testing.assert_allclose(path([0] * 5, lr=0.1, weight_decay=0.5), 0.95 ** np.arange(1, 6), rtol=1e-14)


def test_maximize_climbs(path):
    options = {"lr": 0.1, "momentum": 0.9, "nesterov": True}
    np.testing.assert_array_equal(path([1, -2, 3], maximize=True, **options), path([-1, 2, -3], **options))


def test_a_quadratic_is_descended():
    p = autograd.tensor([3.0, -2.0], requires_grad=True)
    optimizer = optim.SGD([p], lr=0.2)
    for _ in range(5):
        optimizer.zero_grad()
        (p * p).sum().backward()
        optimizer.step()
    np.testing.assert_allclose(p.detach().numpy(), np.array([3.0, -2.0]) * 0.6**5, rtol=1e-6)


@pytest.mark.parametrize("options", [{"momentum": 0}, {"momentum": 0.9, "dampening": 0.1}])
def test_nesterov_needs_undamped_momentum(options, path):
    with pytest.raises(ValueError, match="Nesterov momentum requires a momentum and zero dampening, got momentum="):
        path([], nesterov=True, **options)


def test_state_is_kept_only_with_momentum():
    p = autograd.tensor(1.0, requires_grad=True)
    p.grad = autograd.tensor(1.0)
    for momentum, names in [(0, []), (0.9, ["momentum_buffer"])]:
        optimizer = optim.SGD([p], momentum=momentum)
        optimizer.step()
        assert list(optimizer.state.get(p, {})) == names
