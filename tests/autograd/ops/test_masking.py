"""Dropout: what is certain of it, and what holds on average."""
import numpy as np
import pytest
from oprows import Row, check_rows

import autograd


def certain(input, p, train):
    """Nothing is dropped, or everything."""
    return input * 0 if train and p == 1 else input


CALLS = [((3, 4), 0.0, True), ((3, 4), 1.0, True), ((3, 4), 0.5, False), ((2, 3, 2), 1.0, True), ((0, 3), 0.5, True)]
BAD = [((3, 4), 1.5, True, ValueError, "dropout probability has to be between 0 and 1, but got 1.5"),
       ((3, 4), -0.1, False, ValueError, "has to be between 0 and 1"),
       (np.ones((3, 4), int), 0.5, True, RuntimeError, "can't be cast to the desired output type Long")]

ROWS = [
    Row("dropout", oracle=certain, shapes=[*CALLS, ((), 1.0, True)], raises=BAD, parity="ties", integers="skip"),
    Row("feature_dropout", oracle=certain, shapes=CALLS, parity="ties", integers="skip",
        raises=[*BAD, ((3,), 0.5, True, RuntimeError, "requires at least 2 dimensions")]),
    Row("alpha_dropout", oracle=certain, shapes=CALLS, raises=BAD, parity="ties", integers="skip"),
    Row("feature_alpha_dropout", oracle=certain, shapes=CALLS, raises=BAD, parity="ties", integers="skip"),
]

test_row = check_rows(ROWS)


@pytest.fixture(autouse=True)
def seed():
    autograd.manual_seed(0)


def test_a_share_of_p_is_dropped_and_the_rest_scaled():
    out = autograd.dropout(autograd.ones(100_000), 0.3, True).numpy()
    assert set(np.unique(out)) == {np.float32(0), np.float32(1 / 0.7)}
    assert (out == 0).mean() == pytest.approx(0.3, abs=0.01) and out.mean() == pytest.approx(1, abs=0.01)


def test_the_gradient_passes_where_the_number_did():
    x = autograd.ones(1000, requires_grad=True)
    out = autograd.dropout(x, 0.5, True)
    out.sum().backward()
    np.testing.assert_array_equal(x.grad.numpy(), out.detach().numpy())


def test_the_seed_repeats_the_mask():
    first = autograd.dropout(autograd.ones(50), 0.5, True)
    second = autograd.dropout(autograd.ones(50), 0.5, True)
    autograd.manual_seed(0)
    assert autograd.dropout(autograd.ones(50), 0.5, True).tolist() == first.tolist() != second.tolist()


def test_nothing_is_drawn_out_of_training():
    before = autograd.get_rng_state().tolist()
    autograd.dropout(autograd.ones(50), 0.5, False), autograd.dropout(autograd.ones(50), 0.0, True)
    assert autograd.get_rng_state().tolist() == before


def test_features_are_dropped_whole():
    out = autograd.feature_dropout(autograd.ones(40, 30, 2, 3), 0.5, True).numpy().reshape(1200, 6)
    assert (out == out[:, :1]).all() and 500 < (out[:, 0] == 0).sum() < 700


def test_alpha_dropout_keeps_mean_and_variance():
    x = autograd.randn(200_000, dtype=autograd.float64)
    out = autograd.alpha_dropout(x, 0.2, True)
    assert out.mean().item() == pytest.approx(0, abs=0.02) and out.var().item() == pytest.approx(1, abs=0.02)
    assert out.dtype is autograd.float64


def test_second_order():
    x = autograd.ones(20, dtype=autograd.float64, requires_grad=True)
    out = autograd.dropout(x * x, 0.5, True)
    grad, = autograd.grad(out.sum(), x, create_graph=True)
    grad.sum().backward()
    np.testing.assert_array_equal(x.grad.numpy(), 2 * out.detach().numpy())
