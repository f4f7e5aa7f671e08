"""torch raises the same exception type for every row of the misuse table."""

import warnings

import pytest
from misuses import MISUSES

import autograd

torch = pytest.importorskip("torch")


@pytest.mark.parametrize("row", [row for row in MISUSES if not row.torch_differs], ids=lambda row: row.name)
def test_same_type(row):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(Exception) as theirs:
            row.call(torch)
        with pytest.raises(Exception) as ours:
            row.call(autograd)
    assert isinstance(ours.value, type(theirs.value)) or isinstance(theirs.value, type(ours.value)), (
        f"{type(ours.value).__name__} against torch's {type(theirs.value).__name__}: {theirs.value}"
    )
