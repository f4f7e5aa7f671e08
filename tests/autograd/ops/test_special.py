"""The error function and its kin."""
import math

import numpy as np
from oprows import Row, check_rows

import autograd

erf, erfc = np.vectorize(math.erf, otypes="d"), np.vectorize(math.erfc, otypes="d")


def erfinv(y):
    """By bisection of math.erf."""
    low, high = np.full(np.shape(y), -6.0), np.full(np.shape(y), 6.0)
    for _ in range(70):
        middle = (low + high) / 2
        low, high = np.where(erf(middle) < y, middle, low), np.where(erf(middle) < y, high, middle)
    return low


def like(oracle):
    """The oracle's value in the dtype of its argument."""
    return lambda x: np.asarray(oracle(x) if np.size(x) else x).astype(x.dtype)


ROWS = [
    Row("erf", oracle=like(erf)),
    Row("erfc", oracle=like(erfc)),
    Row("erfinv", oracle=like(erfinv), domain=(-0.9, 0.9), integers="skip"),
]
test_row = check_rows(ROWS)


def test_erf_of_many_floats():
    """The quotient of polynomials that large float32 arrays get is as good as float32."""
    x = np.linspace(-6, 6, 20001, dtype=np.float32)
    ours = autograd.tensor(x).erf().numpy()
    np.testing.assert_allclose(ours, erf(x), rtol=6e-7, atol=1e-12)
    assert autograd.tensor([np.nan] * 600).erf().isnan().all()


def test_erfc_is_exact_far_out():
    assert math.isclose(autograd.tensor(20.0, dtype=autograd.float64).erfc().item(), math.erfc(20), rel_tol=1e-14)
