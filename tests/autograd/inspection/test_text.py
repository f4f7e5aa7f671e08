"""Texts that fit: cut in the middle, counted in columns, aligned."""

from hypothesis import given
from hypothesis import strategies as st

from autograd.inspection.records import Summary
from autograd.inspection.text import aligned, columns, norm_text, printable


def test_what_cannot_be_seen_is_a_question_mark():
    assert printable("a\x1b[31m\nb\ud800") == "a?[31m?b?"


def test_a_long_text_loses_its_middle():
    assert printable("abcdefghij", 5) == "ab…ij" and printable("abcde", 5) == "abcde" and printable("abc", 1) == "…"


@given(st.text(max_size=30), st.integers(0, 20))
def test_no_text_is_wider_than_asked(text, limit):
    assert columns(printable(text, limit)) <= limit


def test_wide_letters_take_two_columns():
    assert columns("重み") == 4 and columns("é") == 1 and columns("e\u0301") == 1
    assert printable("重み重み重み", 6) == "重…み"


def test_norms():
    finite = Summary(2, 1.5, 0, 0, 0, 0, 0, 0, 0)
    odd = Summary(2, 0.0, 0, 0, 0, 0, 0, 0, 1)
    assert norm_text(None) == "-" and norm_text(finite) == "1.5" and norm_text(odd) == "Inf"


def test_columns_are_aligned_and_empty_ones_left_out():
    rows = [("name", "", "size"), ("x", "", "12"), ("weight", "", "1,234")]
    assert aligned(rows, (False, False, True), 80, (4, 4, 4)) == ["name     size", "x          12", "weight  1,234"]


@given(st.lists(st.tuples(*[st.text("ab重", max_size=30)] * 3), min_size=1, max_size=5), st.integers(1, 60))
def test_no_line_is_wider_than_asked(rows, width):
    assert all(columns(line) <= width for line in aligned(rows, (False, True, False), width, (4, 4, 4)))


def test_the_widest_column_gives_way():
    (line,) = aligned([("a" * 40, "12345")], (False, True), 20, (5, 5))
    assert line.endswith("  12345") and columns(line) == 20
