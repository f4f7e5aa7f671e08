"""The local rules in words."""

import pytest

from autograd.inspection.rules import WORDS, rule_of
from autograd.ops import TABLE


def test_the_lecture_s_gates_have_the_lecture_s_words():
    assert rule_of("mm") == "dL/dX = G W^T, dL/dW = X^T G"
    assert rule_of("mul").startswith("swaps") and rule_of("add").startswith("distributes")


def test_other_ops_show_their_own_source():
    assert rule_of("sin") == "dL/dinput = g * cos(input)"
    assert rule_of("no such op") == ""


@pytest.mark.parametrize("name", sorted(name for name, op in TABLE.items() if op.inputs))
def test_every_op_has_one(name):
    assert "dL/d" in rule_of(name) or name in WORDS
