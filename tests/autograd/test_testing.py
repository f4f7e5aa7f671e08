"""assert_close: what passes, what fails, and what it says."""

import numpy as np
import pytest

import autograd
from autograd.testing import assert_close

ONES = autograd.ones(2, 2)


@pytest.mark.parametrize(
    "actual, expected, settings",
    [
        (ONES, ONES + 1e-6, {}),
        (ONES.double(), ONES.double() + 1e-8, {}),
        (ONES, ONES.double() + 1e-6, {"check_dtype": False}),
        (1.0, 1.0, {}),
        ([ONES, 1], [ONES, 1], {}),
        ({"a": ONES}, {"a": ONES}, {}),
        (ONES * autograd.nan, ONES * autograd.nan, {"equal_nan": True}),
        (ONES, ONES + 0.5, {"rtol": 0, "atol": 1}),
        (np.ones(2), np.ones(2), {}),
        (autograd.ones(0), autograd.ones(0), {}),
    ],
)
def test_close(actual, expected, settings):
    assert_close(actual, expected, **settings)


@pytest.mark.parametrize(
    "actual, expected, message",
    [
        (ONES, autograd.tensor([[1.0, 1.0], [1.5, 1.0]]), r"1 of 4 elements differ .* at \(1, 0\): 1.0 and 1.5"),
        (ONES.double(), ONES.double() + 1e-6, "4 of 4 elements"),
        (ONES, ONES[0], r"shapes differ: \(2, 2\) and \(2,\)"),
        (ONES, ONES.double(), r"dtypes differ: torch\.float32 and torch\.float64"),
        ([1], [1, 2], "lengths differ"),
        ({"a": 1}, {"b": 1}, "keys differ"),
        (1, 2, r"at \(\): 1 and 2"),
        (ONES * autograd.nan, ONES, r"at \(0, 0\): nan and 1.0"),
    ],
)
def test_not_close(actual, expected, message):
    with pytest.raises(AssertionError, match=message):
        assert_close(actual, expected)


def test_the_users_message():
    with pytest.raises(AssertionError, match=r"^mine$"):
        assert_close(1, 2, msg="mine")
    with pytest.raises(AssertionError, match=r"^step 3: Tensor-likes"):
        assert_close(1, 2, msg=lambda text: f"step 3: {text}")


def test_one_tolerance_alone_is_refused():
    with pytest.raises(ValueError, match="must both be specified"):
        assert_close(1.0, 1.0, rtol=0.1)
