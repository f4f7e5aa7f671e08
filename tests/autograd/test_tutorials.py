"""Tutorials' lines run with one line changed; tests/parity compares what they print with torch."""

import pytest
from tutorials import PIECES, printed, program


@pytest.mark.parametrize("name", PIECES)
def test_tutorial(name):
    assert printed(name, "autograd").strip()


def test_only_import_lines_change():
    piece = """
        import torch.nn as nn
        from torch import optim
        torch.ones(1)
    """
    expected = "import autograd as torch\nimport autograd.nn as nn\nfrom autograd import optim\ntorch.ones(1)\n"
    assert program(piece, "autograd").replace("\n\n", "\n") == expected
