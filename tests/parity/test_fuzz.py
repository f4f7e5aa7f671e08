"""A handful of the fuzz's programs; `python tests/parity/fuzz.py` runs 20,000."""

import warnings

import pytest

torch = pytest.importorskip("torch")


@pytest.mark.parametrize("start", range(0, 300, 100))
def test_random_programs_agree_with_torch(start):
    from parity.fuzz import program

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for seed in range(start, start + 100):
            program(seed)


def test_a_disagreement_is_found():
    from parity.fuzz import Disagreement, same

    with pytest.raises(Disagreement, match="here: 1.0 against torch's 1.5"):
        same(torch.tensor(1.0), torch.tensor(1.5), False, "here")
