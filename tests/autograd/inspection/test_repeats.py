"""What repeats in a sequence."""

from hypothesis import given
from hypothesis import strategies as st

from autograd.inspection.repeats import LONGEST, repeats


def test_periods_are_found():
    assert repeats("aaaa") == [(0, 1, 4)]
    assert repeats("xabcabcabcy") == [(0, 1, 1), (1, 3, 3), (10, 1, 1)]
    assert repeats("") == [] and repeats("abab") == [(i, 1, 1) for i in range(4)]


def test_the_shortest_period_is_told():
    assert repeats("ab" * 12) == [(0, 2, 12)]


def test_long_periods_are_left():
    sequence = list(range(LONGEST + 1)) * 3
    assert all(count == 1 for _, _, count in repeats(sequence))


@given(st.lists(st.integers(0, 2), max_size=40))
def test_the_parts_make_the_whole(items):
    rebuilt = []
    for start, period, count in repeats(items):
        assert start == len(rebuilt)
        rebuilt += items[start : start + period] * count
    assert rebuilt == items
