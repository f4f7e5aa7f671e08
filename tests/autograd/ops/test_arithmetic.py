"""The gates of arithmetic."""
import numpy as np
import pytest
from oprows import BINARY, TENSORS, TERNARY, Row, check_rows

import autograd

APART = [((2, 3), (4,), RuntimeError, "shapes (2, 3) and (4,) do not broadcast"),
         ("text", (3,), TypeError, "must be Tensor")]
AWAY_FROM_0 = [(-2, 2), (0.5, 2)]
POSITIVE = (0.5, 2)


def divided(input, other, rounding_mode=None):
    out = input / other
    return {None: out, "floor": np.floor(out), "trunc": np.trunc(out)}[rounding_mode]


ROWS = [
    Row("add", oracle=np.add, shapes=BINARY, raises=APART),
    Row("add", oracle=lambda input, other, alpha: input + alpha * other, bools="skip",
        shapes=[((2, 3), (3,), dict(alpha=2)), ((3,), 2, dict(alpha=3))],
        raises=[(np.array([1]), np.array([1]), dict(alpha=0.5), RuntimeError, "must not be a floating point number")]),
    Row("add", oracle=lambda input, other, alpha: input + alpha * other, integers="skip",
        shapes=[((2, 3), (3,), dict(alpha=-2)), ((3,), (3,), dict(alpha=0.5))]),
    Row("sub", oracle=lambda input, other, alpha=1: input - alpha * other, bools=None,
        shapes=[*BINARY, ((2, 3), (3,), dict(alpha=3))],
        raises=[*APART, (np.array([True]), np.array([True]), RuntimeError, "use ~mask or logical_not()")]),
    Row("rsub", oracle=lambda input, other, alpha=1: other - alpha * input, bools=None,
        shapes=[((3, 4), (4,)), ((), 2), ((2, 3), (3,), dict(alpha=3))]),
    Row("mul", oracle=np.multiply, shapes=BINARY, raises=APART),
    Row("div", oracle=divided, shapes=BINARY, domain=AWAY_FROM_0 * 3, raises=[
        *APART, ((2,), (2,), dict(rounding_mode="up"), RuntimeError, "one of None, 'trunc', or 'floor'")]),
    Row("true_divide", oracle=np.divide, shapes=BINARY, domain=AWAY_FROM_0, integers="float"),
    Row("floor_divide", oracle=np.floor_divide, shapes=BINARY, domain=AWAY_FROM_0, bools=None, grad=False, second=False,
        raises=[(np.array([1]), np.array([0]), RuntimeError, "ZeroDivisionError")]),
    Row("remainder", oracle=np.remainder, shapes=BINARY, domain=AWAY_FROM_0, bools=None,
        raises=[(np.array([1]), np.array([0]), RuntimeError, "ZeroDivisionError")]),
    Row("fmod", oracle=np.fmod, shapes=TENSORS, domain=AWAY_FROM_0, bools=None,
        raises=[(np.array([1]), np.array([0]), RuntimeError, "ZeroDivisionError")]),
    Row("pow", oracle=np.power,
        shapes=[*BINARY, *[((2, 3), n) for n in (0, 1, 2, 3, -1, 0.5, 2.5, -2)], ((), 2), (2, (3,))],
        domain=POSITIVE, bools="skip",
        raises=[*APART[:1], (np.array([2]), -1, RuntimeError, "Integers to negative integer powers")]),
    Row("float_power", oracle=lambda a, b: np.power(np.float64(a), b), shapes=[((3, 4), 2), ((3,), (3,))],
        domain=POSITIVE,
        integers="float64", dtype=np.float64),
    Row("neg", oracle=np.negative, bools=None,
        raises=[(np.array([True]), RuntimeError, "use ~ or logical_not")]),
    Row("atan2", oracle=np.arctan2, shapes=TENSORS, domain=POSITIVE),
    Row("hypot", oracle=np.hypot, shapes=TENSORS, domain=POSITIVE, integers="skip"),
    Row("logaddexp", oracle=np.logaddexp, shapes=TENSORS, integers="skip"),
    Row("lerp", oracle=lambda input, end, weight: input + weight * (end - input), integers="skip",
        shapes=[*TERNARY, ((2, 3), (2, 3), 0.25)]),
    Row("addcmul", oracle=lambda input, a, b, value=1: input + value * (a * b), integers="skip",
        shapes=[*TERNARY, ((2, 3), (3,), (2, 1), dict(value=-2))]),
    Row("addcdiv", oracle=lambda input, a, b, value=1: input + value * (a / b), integers="skip", domain=POSITIVE,
        shapes=[*TERNARY, ((2, 3), (3,), (2, 1), dict(value=-2))],
        raises=[(np.array([1]), np.array([1]), np.array([1]), RuntimeError, "convert to float first")]),
]
test_row = check_rows(ROWS)


@pytest.mark.parametrize(("a", "b"), [(7, 2), (-7, 2), (7, -2), (-7, -2), (6, -3), (0, 5)])
def test_whole_numbers_divide_as_promised(a, b):
    x, y = autograd.tensor(a), autograd.tensor(b)
    assert autograd.div(x, y, rounding_mode="trunc").item() == int(a / b)
    assert autograd.div(x, y, rounding_mode="floor").item() == a // b
    assert (x // y).item() == a // b and (x % y).item() == a % b


def test_squares_are_products():
    """x ** 2 is x * x to the last bit, and keeps whole numbers whole."""
    x = autograd.tensor(np.random.default_rng(0).normal(size=1000), dtype=autograd.float32)
    assert (x ** 2 == x * x).all() and (x ** 3 == x * x * x).all()
    assert (autograd.tensor([3]) ** 2).tolist() == [9]
