"""Every row of the misuse table raises the right type with a message that teaches, and changes nothing."""

import pytest
from misuses import MISUSES

import autograd


@pytest.mark.parametrize("row", MISUSES, ids=lambda row: row.name)
def test_misuse(row):
    with pytest.raises(row.error, match=f"(?s){row.words}"):
        row.call(autograd)


def test_the_table_is_long_enough():
    assert len({row.name for row in MISUSES}) == len(MISUSES) >= 60


def test_a_bad_call_leaves_tensors_modules_and_optimizers_as_they_were():
    model = autograd.nn.Linear(2, 3)
    before = model.weight.tolist()
    with pytest.raises(RuntimeError):
        model.load_state_dict({"weight": autograd.zeros(3, 2), "bias": autograd.zeros(4)})
    assert model.weight.tolist() == before
    x = autograd.zeros(2, 2)
    with pytest.raises((RuntimeError, IndexError)):
        x[5] = 1.0
    with pytest.raises(RuntimeError):
        x[0] = autograd.ones(3)
    assert x.tolist() == [[0, 0], [0, 0]]
