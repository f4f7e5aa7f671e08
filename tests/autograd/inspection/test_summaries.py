"""The few numbers that are told of an array."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from autograd.inspection.summaries import BINS, FEW, length, summarize


@given(arrays(np.float64, array_shapes(max_side=8), elements=st.floats(-1e6, 1e6)))
def test_moments_and_histogram(array):
    told = summarize(array)
    assert told.size == array.size and told.finite
    np.testing.assert_allclose(
        [told.norm, told.mean, told.std, told.minimum, told.maximum, told.zeros],
        [np.linalg.norm(array), array.mean(), array.std(), array.min(), array.max(), (array == 0).sum()],
        rtol=1e-9,
        atol=1e-6,
    )
    if told.histogram:
        np.testing.assert_array_equal(sum(told.histogram), array.size)
        assert len(told.histogram) == BINS and told.histogram[-1] and told.histogram[0]
    assert told.numbers == (array.tolist() if array.size <= FEW else None)


def test_what_is_not_finite_is_counted_and_left_out():
    told = summarize(np.array([np.nan, 1.0, -np.inf, 3.0, np.inf]))
    assert (told.nan, told.inf, told.mean, told.minimum, told.maximum) == (1, 2, 2.0, 1.0, 3.0)
    assert not told.finite and summarize(np.full(3, np.nan)).norm == 0.0
    assert summarize(np.float32("nan")).nan == 1 and summarize(np.float32("-inf")).inf == 1


@pytest.mark.parametrize("value", [np.float32(2.5), np.array(2.5), np.int64(3), np.bool_(True)])
def test_single_numbers(value):
    told = summarize(value)
    assert told.number == float(value) == told.norm and told.std == 0.0 and told.histogram == ()


def test_empty_and_huge():
    assert summarize(np.zeros((0, 3))).size == 0
    assert length(np.full(4, 1e200)) == pytest.approx(2e200)
    assert length(np.float32(-2)) == 2.0
    assert sum(summarize(np.arange(250_000.0)).histogram) <= 125_000


def test_a_spread_beyond_the_largest_float_has_no_histogram():
    assert summarize(np.array([-1e308, 1e308])).histogram == ()
    assert summarize(np.array([5e-324, 0.0])).histogram == ()
