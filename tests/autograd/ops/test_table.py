"""The table of ops as a whole."""
from oprows import without_row


def test_every_op_has_a_row():
    """An op or function of the public face without a Row in tests/autograd/ops is untested."""
    assert without_row() == []
