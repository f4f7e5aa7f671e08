"""The driver's own test: a wrong op fails the check that is there for it."""

import numpy as np
import opchecks
import pytest
from oprows import Row

from autograd.ops import TABLE

SHAPES = [((3, 4), (4,))]
RIGHT = Row("mul", oracle=np.multiply, shapes=SHAPES)


def spoil_upstream(monkeypatch, change):
    """Let mul's backward see another upstream gradient."""
    pull = TABLE["mul"].pull
    monkeypatch.setattr(TABLE["mul"], "pull", lambda node, g, grads: pull(node, change(g), grads))


@pytest.mark.parametrize("check", opchecks.CHECKS, ids=lambda check: check.__name__)
def test_a_right_row_passes(check):
    check(RIGHT)


@pytest.mark.parametrize(
    ("check", "row"),
    [
        (opchecks.check_value, Row("mul", oracle=np.add, shapes=SHAPES)),
        (opchecks.check_integers, Row("mul", oracle=np.multiply, shapes=SHAPES, integers="float")),
        (opchecks.check_raises, Row("mul", oracle=None, raises=[((2,), (3,), RuntimeError, "other words")])),
        (opchecks.check_raises, Row("mul", oracle=None, raises=[((2,), (3,), IndexError, "broadcast")])),
        (opchecks.check_raises, Row("mul", oracle=None, raises=[((2,), (2,), RuntimeError, "broadcast")])),
    ],
)
def test_a_wrong_promise_fails(check, row):
    with pytest.raises((AssertionError, RuntimeError, pytest.fail.Exception)):
        check(row)


@pytest.mark.parametrize("check", [opchecks.check_grad, opchecks.check_second_order], ids=lambda check: check.__name__)
def test_a_wrong_slope_fails(monkeypatch, check):
    spoil_upstream(monkeypatch, lambda g: g * g)
    with pytest.raises(AssertionError):
        check(RIGHT)


def test_a_gradient_of_another_dtype_fails(monkeypatch):
    spoil_upstream(monkeypatch, lambda g: g * np.float64(1) if isinstance(g, np.ndarray) else g)
    with pytest.raises(AssertionError, match="gradient torch"):
        opchecks.check_float32(RIGHT)


def test_a_changed_input_fails(monkeypatch):
    def forward(input, other):
        input *= 1.5
        return input * other

    monkeypatch.setitem(TABLE["mul"].call.__globals__, "forward", forward)
    with pytest.raises(AssertionError, match="changed its input"):
        opchecks.check_layout(RIGHT)


def test_a_method_that_is_another_fails(monkeypatch):
    import autograd

    monkeypatch.setattr(autograd.Tensor, "multiply", autograd.add)
    with pytest.raises(AssertionError):
        opchecks.check_forms(RIGHT)


def test_a_warning_fails():
    def oracle_is_not_asked(*_):
        raise NotImplementedError

    noisy = Row("mul", oracle=oracle_is_not_asked, shapes=SHAPES)
    noisy.call = lambda library=None: lambda a, b: np.log(np.float64(-1)) and a * b
    with pytest.raises((RuntimeWarning, FloatingPointError)):
        opchecks.check_silent(noisy)
