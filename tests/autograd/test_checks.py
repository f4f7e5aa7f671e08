"""gradcheck finds wrong rules, and shows them."""

import numpy as np
import pytest

import autograd
from autograd import Function, tensor


class WrongSquare(Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * x

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return g * x  # lacks the 2


def leaf(values):
    return tensor(values, dtype=autograd.float64, requires_grad=True)


def test_right_rules_pass():
    assert autograd.gradcheck(lambda x, y: (x * y).tanh(), (leaf([[0.5], [1.0]]), leaf([1.0, -2.0, 0.3])))
    assert autograd.gradgradcheck(lambda x, y: (x * y).tanh(), (leaf([[0.5], [1.0]]), leaf([1.0, -2.0, 0.3])))
    assert autograd.gradcheck(lambda x: (x.sin(), x.cos()), leaf([1.0]))


def test_a_wrong_rule_is_shown_side_by_side():
    x = leaf([1.0, 3.0])
    with pytest.raises(autograd.GradcheckError) as caught:
        autograd.gradcheck(WrongSquare.apply, x)
    text = str(caught.value)
    assert "output[1] (flat) / d input[1]" in text  # the worst entry
    assert "analytical 3\n" in text and "numerical  6" in text
    assert autograd.gradcheck(WrongSquare.apply, x, raise_exception=False) is False
    assert x.tolist() == [1, 3]


def test_gradgradcheck_finds_a_rule_that_is_wrong_only_in_second_order():
    class Cheat(Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return x**3

        @staticmethod
        def backward(ctx, g):
            (x,) = ctx.saved_tensors
            return g * 3 * x.detach() ** 2

    assert autograd.gradcheck(Cheat.apply, leaf([2.0]))
    with pytest.raises(autograd.GradcheckError):
        autograd.gradgradcheck(Cheat.apply, leaf([2.0]))


def test_inputs_without_grad_are_refused():
    with pytest.raises(ValueError, match="requires_grad=True"):
        autograd.gradcheck(lambda x: x, tensor([1.0]))


def test_numerical_gradient_by_definition():
    x = leaf([1.0, 2.0])
    f = lambda t: (t**3).sum()
    assert np.allclose(autograd.numerical_gradient(f, x).numpy(), [3, 12])
    forward = autograd.numerical_gradient(f, x, h=1e-4, centered=False).numpy()
    assert 1e-5 < abs(forward[1] - 12) < 1e-2  # its error shrinks only as h
    assert x.tolist() == [1, 2]
    assert autograd.numerical_gradient(lambda t: t * t, leaf(3.0)).item() == pytest.approx(6)
