import math

import pytest

import autograd
from demos.data import load
from demos.lessons.random_search import search
from demos.linear import flat


def test_following_the_slope_needs_the_fewest_looks():
    autograd.manual_seed(0)
    found = search(flat(load())[0], 10, looks=150, rate=5.0)
    for lowest in found.values():
        assert len(lowest) == 150 and lowest == sorted(lowest, reverse=True)
    assert found["follow the slope"][-1] < 0.5 < found["random nudges"][-1] < found["random search"][-1] < 2.31
    assert found["random nudges"][0] == found["follow the slope"][0] == pytest.approx(math.log(10), abs=1e-5)
