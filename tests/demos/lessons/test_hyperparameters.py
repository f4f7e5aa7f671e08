import numpy as np
import pytest

from demos.lessons import hyperparameters
from demos.lessons.hyperparameters import Trial


def test_a_grid_and_random_draws_span_the_same_decades():
    rates, decays = (1e-4, 1e1), (1e-6, 1e-1)
    pairs = hyperparameters.grid(5, rates, decays)
    assert len(pairs) == 25 and len({rate for rate, _ in pairs}) == 5
    assert pairs[0] == pytest.approx((1e-4, 1e-6)) and pairs[-1] == pytest.approx((1e1, 1e-1))
    drawn = hyperparameters.drawn(400, rates, decays, np.random.RandomState(0))
    assert len({rate for rate, _ in drawn}) == 400
    for values, (low, high) in zip(zip(*drawn, strict=True), (rates, decays), strict=True):
        assert low <= min(values) and max(values) <= high
        assert np.log10(values).mean() == pytest.approx(np.log10(low * high) / 2, abs=0.2)  # even on the log scale


def test_the_best_is_the_most_accurate_then_the_one_of_the_lowest_loss():
    trials = [Trial(1, 0, 0.9, 0.1), Trial(2, 0, 0.95, 0.4), Trial(3, 0, 0.95, 0.3)]
    assert hyperparameters.best(trials).rate == 3
    assert hyperparameters.around(10) == pytest.approx((10**0.5, 10**1.5))
