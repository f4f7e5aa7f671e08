"""Exponentials, powers, rounding: functions of one number."""
import math

import numpy as np
from oprows import UNARY, Row, check_rows

import autograd

POSITIVE, UNIT = (0.2, 3.0), (0.05, 0.95)
AT_HALVES = (-1.5, -0.5, 0.5, 1.5, 2.5)


def logit(input, eps=None):
    p = input if eps is None else np.clip(input, eps, 1 - eps)
    return np.log(p) - np.log1p(-p)


ROWS = [
    Row("exp", oracle=np.exp,
        raises=[("text", TypeError, "must be Tensor"), (1.0, TypeError, "must be Tensor, not float")]),
    Row("exp2", oracle=np.exp2),
    Row("expm1", oracle=np.expm1),
    Row("log", oracle=np.log, domain=POSITIVE),
    Row("log2", oracle=np.log2, domain=POSITIVE),
    Row("log10", oracle=np.log10, domain=POSITIVE),
    Row("log1p", oracle=np.log1p, domain=POSITIVE),
    Row("sigmoid", oracle=lambda x: 1 / (1 + np.exp(-x))),
    Row("logit", oracle=logit, domain=UNIT, parity="ties",
        shapes=[*UNARY, ((3, 4), dict(eps=0.3)), ((), dict(eps=0.01))]),
    Row("sqrt", oracle=np.sqrt, domain=POSITIVE),
    Row("rsqrt", oracle=lambda x: x ** -0.5, domain=POSITIVE),
    Row("square", oracle=np.square, bools="int64"),
    Row("reciprocal", oracle=lambda x: 1 / x, domain=POSITIVE),
    Row("abs", oracle=np.abs, bools=None),
    Row("sign", oracle=np.sign, kinks=AT_HALVES, bools="skip"),
    Row("floor", oracle=np.floor, kinks=AT_HALVES, bools="skip"),
    Row("ceil", oracle=np.ceil, kinks=AT_HALVES, bools="skip"),
    Row("trunc", oracle=np.trunc, kinks=AT_HALVES, bools="skip"),
    Row("round", oracle=np.round, kinks=AT_HALVES, bools="skip",
        shapes=[*UNARY, ((3, 4), dict(decimals=2)), ((3, 4), dict(decimals=-1))]),
    Row("frac", oracle=lambda x: x - np.trunc(x), integers="skip"),
    Row("nan_to_num", oracle=lambda x, nan=None, posinf=None, neginf=None: x,
        shapes=[*UNARY, ((3, 4), dict(nan=2.0, posinf=5.0, neginf=-5.0))]),
    Row("clone", oracle=np.array),
    Row("positive", oracle=np.positive, bools=None),
]
test_row = check_rows(ROWS)


def test_flat_functions_have_a_gradient_of_zeros():
    x = autograd.tensor([0.3, 1.7], requires_grad=True)
    (x.floor() + x.ceil() + x.trunc() + x.round() + x.sign()).sum().backward()
    assert x.grad.tolist() == [0, 0]


def test_sigmoid_of_large_numbers():
    x = autograd.tensor([-1000.0, 1000.0])
    assert x.sigmoid().tolist() == [0, 1]
    assert math.isclose(autograd.tensor(-50.0).sigmoid().item(), math.exp(-50), rel_tol=1e-6)


def test_infinities_become_numbers():
    x = autograd.tensor([math.nan, math.inf, -math.inf, 1.0], dtype=autograd.float64, requires_grad=True)
    y = autograd.nan_to_num(x, nan=7.0, posinf=8.0, neginf=-8.0)
    assert y.tolist() == [7, 8, -8, 1]
    y.sum().backward()
    assert x.grad.tolist() == [0, 0, 0, 1]
