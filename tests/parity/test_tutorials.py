"""Tutorials' lines print with autograd as torch what they print with torch."""

import pytest
from tutorials import PIECES, printed

pytest.importorskip("torch")


@pytest.mark.parametrize("name", PIECES)
def test_tutorial(name):
    assert printed(name, "autograd") == printed(name, "torch")
