"""`repr` against torch's, over shapes, dtypes, magnitudes and print options."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

torch = pytest.importorskip("torch")

import autograd  # noqa: E402
from autograd import printing  # noqa: E402

DTYPES = ["float16", "float32", "float64", "int8", "int16", "int32", "int64", "uint8", "bool"]
SPECIALS = [np.nan, np.inf, -np.inf, 0.0, -0.0]
OPTIONS = {
    "precision": st.integers(0, 8),
    "threshold": st.sampled_from([0, 5, 40]),
    "edgeitems": st.integers(0, 4),
    "linewidth": st.sampled_from([10, 40, 120]),
    "profile": st.sampled_from(["default", "short", "full"]),
    "sci_mode": st.booleans(),
}


@st.composite
def arrays(draw):
    """Arrays of 0 to 4 axes: whole or not, of one magnitude or many, with or without inf and nan."""
    shape = draw(st.lists(st.sampled_from([0, 1, 2, 3, 5, 8, 13]), max_size=4).filter(lambda s: np.prod(s) < 3000))
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    values = random.standard_normal(shape) * 10.0 ** draw(st.integers(-7, 9))
    if draw(st.booleans()):
        values = values * 10.0 ** random.uniform(-4, 4, shape)
    if draw(st.booleans()):
        values = np.round(values)
    if draw(st.booleans()):
        values = np.where(random.random(shape) < 0.3, random.choice(SPECIALS, shape), values)
    with np.errstate(all="ignore"):
        return np.asarray(values).astype(draw(st.sampled_from(DTYPES)))


@settings(max_examples=150, deadline=None)
@given(array=arrays(), options=st.fixed_dictionaries({}, optional=OPTIONS), wants_grad=st.booleans())
def test_repr(array, options, wants_grad):
    ours, theirs = autograd.tensor(array), torch.tensor(array)
    if wants_grad and array.dtype.kind == "f":
        ours.requires_grad_()
        theirs.requires_grad_()
    try:
        printing.set_printoptions(**options)
        torch.set_printoptions(**options)
        assert repr(ours) == repr(theirs)
    finally:
        printing.set_printoptions(profile="default")
        torch.set_printoptions(profile="default")


def test_the_default_dtype_is_not_mentioned():
    for module in (autograd, torch):
        module.set_default_dtype(module.float64)
    try:
        for name in DTYPES:
            ours, theirs = getattr(autograd, name), getattr(torch, name)
            assert repr(autograd.ones(2, dtype=ours)) == repr(torch.ones(2, dtype=theirs))
            assert repr(autograd.ones(0, 3, dtype=ours)) == repr(torch.ones(0, 3, dtype=theirs))
    finally:
        for module in (autograd, torch):
            module.set_default_dtype(module.float32)
