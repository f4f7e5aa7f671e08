"""Questions about values, and bits."""
import numpy as np
import pytest
from oprows import TENSORS, UNARY, Row, check_rows

import autograd

RNG = np.random.default_rng(0)
SMALL, OTHER = RNG.integers(-3, 4, (3, 4)), RNG.integers(0, 4, (3, 4))
BITS, MORE_BITS = RNG.random((3, 4)) < 0.5, RNG.random((3, 4)) < 0.5
SPECIAL = np.array([np.nan, np.inf, -np.inf, 0.0, -0.0, 1.0])
NEAR = np.array([1.0, 1.0 + 1e-7, 2.0, np.nan, np.inf])
WHOLE = [(SMALL, OTHER), (SMALL, OTHER[0]), (SMALL, 2), (BITS, MORE_BITS), (BITS, True),
         (SMALL.astype(np.int32), SMALL)]
AXES = [((3, 4),), ((3, 4), 0), ((3, 4), 1, True), ((),), ((0,),), ((2, 0), 1), (BITS,), (BITS, 0),
        (OTHER.astype(np.uint8), 1)]
NO_FLOATS = [((3,), (3,), NotImplementedError, "not implemented for floating-point tensors")]


def truth(answer):
    """NumPy's any and all; torch answers bytes with a byte."""
    def oracle(x, dim=None, keepdim=False):
        return answer(x, dim, keepdims=keepdim).astype(np.uint8 if x.dtype == np.uint8 else bool)
    return oracle


def isclose(a, b, rtol=1e-05, atol=1e-08, equal_nan=False):
    return np.isclose(a, b, rtol, atol, equal_nan)


def histc(x, bins=100, min=0, max=0):
    return np.histogram(x, bins, (min, max) if (min, max) != (0, 0) else None)[0].astype(x.dtype)


def bits(name, oracle, **options):
    return Row(name, oracle=oracle, shapes=WHOLE, integers="skip", raises=NO_FLOATS, **options)


ROWS = [
    *[Row(name, oracle=oracle, shapes=[*TENSORS, ((2, 3), 1.5), ((), 2)], integers="bool",
        raises=[((2, 3), (4,), RuntimeError, "do not broadcast")])
      for name, oracle in (("eq", np.equal), ("ne", np.not_equal), ("lt", np.less), ("le", np.less_equal),
                           ("gt", np.greater), ("ge", np.greater_equal))],
    *[Row(name, oracle=oracle, shapes=TENSORS, integers="bool")
      for name, oracle in (("logical_and", np.logical_and), ("logical_or", np.logical_or),
                           ("logical_xor", np.logical_xor))],
    Row("logical_not", oracle=np.logical_not, integers="bool"),
    *[Row(name, oracle=oracle, shapes=[*UNARY, (SPECIAL,)], integers="bool")
      for name, oracle in (("isnan", np.isnan), ("isinf", np.isinf), ("isfinite", np.isfinite),
                           ("isposinf", np.isposinf), ("isneginf", np.isneginf))],
    Row("signbit", oracle=np.signbit, shapes=[*UNARY, (SPECIAL,)], integers="skip"),
    Row("isclose", oracle=isclose, integers="skip",
        shapes=[(NEAR, NEAR[::-1].copy()), (NEAR, NEAR), (NEAR, NEAR, dict(equal_nan=True)), (NEAR, NEAR + 1e-3, 1e-2),
                ((3, 4), (4,), 0.5), (SMALL, OTHER)],
        raises=[((3,), np.array([1, 2, 3]), RuntimeError, "did not match"),
                ((3,), (3,), -1.0, RuntimeError, "must be greater than or equal to zero")]),
    Row("allclose", oracle=lambda *args, **options: bool(np.all(isclose(*args, **options))), grad=False,
        integers="skip",
        shapes=[(NEAR, NEAR), (NEAR, NEAR, dict(equal_nan=True)), ((3, 4), (3, 4)), ((0,), (0,))]),
    Row("equal", oracle=np.array_equal, shapes=[(NEAR, NEAR), (SMALL, SMALL), (SMALL, SMALL[0]), ((3, 4), (3, 4))],
        grad=False,
        integers="skip"),
    bits("bitwise_and", np.bitwise_and),
    bits("bitwise_or", np.bitwise_or),
    bits("bitwise_xor", np.bitwise_xor),
    Row("bitwise_not", oracle=np.invert, shapes=[(SMALL,), (BITS,), (np.array(5),)], integers="skip",
        raises=[((3,), NotImplementedError, "not implemented for floating-point tensors")]),
    Row("bitwise_left_shift", oracle=np.left_shift, shapes=[(SMALL, OTHER), (SMALL, 2)], integers="skip"),
    Row("bitwise_right_shift", oracle=np.right_shift, shapes=[(SMALL, OTHER), (SMALL, 2)], integers="skip"),
    Row("any", oracle=truth(np.any), shapes=AXES, integers="skip"),
    Row("all", oracle=truth(np.all), shapes=AXES, integers="skip"),
    Row("count_nonzero", oracle=lambda x, dim=None: np.count_nonzero(x, dim),
        shapes=[(SMALL,), (SMALL, 0), (SMALL, dict(dim=(0, 1))), ((3, 4), 1)],
        integers="skip", parity="smooth"),
    Row("argwhere", oracle=np.argwhere, shapes=[(SMALL,), (BITS,), ((3, 4),), (np.array(3.0),)], integers="skip"),
    Row("nonzero", oracle=lambda x, as_tuple=False: np.nonzero(np.atleast_1d(x)) if as_tuple else np.argwhere(x),
        grad=False,
        integers="skip",
        shapes=[(SMALL,), (BITS, dict(as_tuple=True)), ((3, 4), dict(as_tuple=True)),
                (np.array(3.0), dict(as_tuple=True))]),
    Row("bincount", oracle=np.bincount, shapes=[(OTHER[0],), (OTHER[0], dict(minlength=7)), (OTHER[0], np.arange(4))],
        integers="skip", parity="smooth",
        raises=[(SMALL[0] - 9, RuntimeError, "only supports 1-d non-negative integral inputs"),
                (OTHER, RuntimeError, "only supports 1-d non-negative integral inputs")]),
    Row("histc", oracle=histc, shapes=[((30,), 5, -1, 1), ((30,), 4), ((3, 4), dict(bins=3))], integers="skip",
        parity="smooth"),
    Row("searchsorted", oracle=lambda a, v, right=False, side="left": np.searchsorted(a, v, "right" if right else side),
        shapes=[(np.arange(5.0), (3, 4)), (np.arange(5.0), np.array([0.0, 2.0, 9.0]), dict(right=True)),
                (np.arange(5), 3),
                (np.arange(5), np.array([[1, 2], [3, 9]]), dict(side="right"))], integers="skip",
        raises=[(np.arange(3), np.arange(3), dict(right=True, side="left"), RuntimeError, "can't be set to opposites"),
                (np.ones((2, 3)), np.ones((3, 1)), RuntimeError, "must match")]),
    Row("bucketize", oracle=lambda v, a, right=False: np.searchsorted(a, v, "right" if right else "left"),
        shapes=[((3, 4), np.arange(-2.0, 3.0)), (np.array([0.0, 1.0]), np.arange(3.0), dict(right=True))],
        integers="skip",
        raises=[((3,), np.ones((2, 2)), RuntimeError, "must be 1 dimension")]),
    Row("is_tensor", oracle=lambda x: True, shapes=[((3, 4),)], grad=False, integers="skip"),
    Row("is_floating_point", oracle=lambda x: x.dtype.kind == "f", shapes=[((3, 4),), (SMALL,)], grad=False,
        integers="skip"),
    Row("is_complex", oracle=lambda x: False, shapes=[((3, 4),)], grad=False, integers="skip"),
    Row("is_nonzero", oracle=bool, shapes=[((),), (np.array([0]),), (np.array([[2.0]]),)], grad=False, integers="skip",
        raises=[((3,), RuntimeError, "ambiguous")]),
    Row("numel", oracle=np.size, shapes=[((3, 4),), ((),), ((0, 3),)], grad=False, integers="skip"),
]
test_row = check_rows(ROWS)


def test_operators():
    a, b = autograd.tensor([1, 2, 3]), autograd.tensor([3, 2, 1])
    assert (a == b).tolist() == [False, True, False] and (a != 2).tolist() == [True, False, True]
    assert (a < b).tolist() == [True, False, False] and (a >= 2).tolist() == [False, True, True]
    assert (a & b).tolist() == [1, 2, 1] and (a | 4).tolist() == [5, 6, 7] and (a ^ b).tolist() == [2, 0, 2]
    assert (~(a > 1)).tolist() == [True, False, False]
    assert (a << 1).tolist() == [2, 4, 6] and (b >> 1).tolist() == [1, 1, 0]
    assert (a == "text") is False and (a == None) is False      # noqa: E711


def test_rows_are_searched_row_by_row():
    edges = autograd.tensor([[0.0, 1.0, 2.0], [0.0, 10.0, 20.0]])
    assert autograd.searchsorted(edges, autograd.tensor([[1.5], [1.5]])).tolist() == [[2], [1]]


def test_equal_shapes_are_part_of_equality():
    assert not autograd.equal(autograd.zeros(2), autograd.zeros(2, 1))


def test_answers_have_no_slope():
    x = autograd.tensor([1.0, 2.0], requires_grad=True)
    assert not (x > 1).requires_grad and not x.isnan().requires_grad and not x.argmax().requires_grad


@pytest.mark.parametrize("x", [np.array([1.0, np.nan]), np.array([2.0])])
def test_comparing_with_a_number_of_another_kind(x):
    assert (autograd.tensor(x) > 1).tolist() == (x > 1).tolist()
    assert (autograd.tensor([1, 2]) >= 1.5).tolist() == [False, True]
