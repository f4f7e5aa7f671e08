"""Activation layers; the ops under them are tested in tests/autograd/ops/test_activation.py."""

import math

import numpy as np
import pytest

import autograd
import nn

X = np.array([-4.0, -1.0, -0.25, 0.25, 1.0, 4.0])


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


@pytest.mark.parametrize(
    "layer, expected",
    [
        (nn.ReLU(), np.maximum(X, 0)),
        (nn.ReLU6(), np.clip(X, 0, 6)),
        (nn.LeakyReLU(0.1), np.where(X > 0, X, 0.1 * X)),
        (nn.PReLU(init=0.5), np.where(X > 0, X, 0.5 * X)),
        (nn.ELU(0.5), np.where(X > 0, X, 0.5 * np.expm1(X))),
        (nn.CELU(2.0), np.where(X > 0, X, 2 * np.expm1(X / 2))),
        (nn.SELU(), 1.0507009873554805 * np.where(X > 0, X, 1.6732632423543772 * np.expm1(X))),
        (nn.SiLU(), X * sigmoid(X)),
        (nn.Mish(), X * np.tanh(np.log1p(np.exp(X)))),
        (nn.GELU(), X / 2 * (1 + np.array([math.erf(x / math.sqrt(2)) for x in X]))),
        (nn.GELU("tanh"), X / 2 * (1 + np.tanh(math.sqrt(2 / math.pi) * (X + 0.044715 * X**3)))),
        (nn.Sigmoid(), sigmoid(X)),
        (nn.Tanh(), np.tanh(X)),
        (nn.LogSigmoid(), np.log(sigmoid(X))),
        (nn.Softplus(2.0), np.log1p(np.exp(2 * X)) / 2),
        (nn.Softsign(), X / (1 + np.abs(X))),
        (nn.Tanhshrink(), X - np.tanh(X)),
        (nn.Hardtanh(-0.5, 2), np.clip(X, -0.5, 2)),
        (nn.Hardsigmoid(), np.clip(X / 6 + 0.5, 0, 1)),
        (nn.Hardswish(), X * np.clip(X / 6 + 0.5, 0, 1)),
        (nn.Hardshrink(0.5), np.where(np.abs(X) > 0.5, X, 0)),
        (nn.Softshrink(0.5), np.sign(X) * np.maximum(np.abs(X) - 0.5, 0)),
        (nn.Threshold(0.5, -7), np.where(X > 0.5, X, -7)),
        (nn.GLU(), X[:3] * sigmoid(X[3:])),
        (nn.Softmax(0), np.exp(X) / np.exp(X).sum()),
        (nn.LogSoftmax(0), X - np.log(np.exp(X).sum())),
        (nn.Softmin(0), np.exp(-X) / np.exp(-X).sum()),
        (nn.RReLU().eval(), np.where(X > 0, X, (1 / 8 + 1 / 3) / 2 * X)),
        (nn.Maxout(2, dim=0), np.array([-1.0, 0.25, 4.0])),
    ],
    ids=repr,
)
def test_values(layer, expected):
    np.testing.assert_allclose(layer.double()(autograd.tensor(X)).detach().numpy(), expected, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(
    "layer",
    [
        nn.ReLU(True),
        nn.ReLU6(True),
        nn.LeakyReLU(0.1, True),
        nn.ELU(0.5, True),
        nn.SELU(True),
        nn.CELU(2.0, True),
        nn.SiLU(True),
        nn.Mish(True),
        nn.Hardtanh(inplace=True),
        nn.Hardsigmoid(True),
        nn.Hardswish(True),
        nn.Threshold(0.5, 2, True),
    ],
    ids=repr,
)
def test_inplace_writes_into_its_input(layer):
    """The same value and gradient, in the input's memory."""
    leaf = autograd.tensor(X, requires_grad=True)
    middle = leaf * 1
    out = layer(middle)
    assert out is middle
    out.sum().backward()
    other = autograd.tensor(X, requires_grad=True)
    layer.inplace = False
    expected = layer(other)
    expected.sum().backward()
    layer.inplace = True
    np.testing.assert_array_equal(out.detach().numpy(), expected.detach().numpy())
    np.testing.assert_allclose(leaf.grad.numpy(), other.grad.numpy())


def test_rrelu_draws_slopes_in_training():
    x = autograd.full((1000,), -1.0)
    slopes = -nn.RReLU(0.1, 0.3)(x).numpy()
    assert 0.1 <= slopes.min() < 0.12 and 0.28 < slopes.max() <= 0.3
    with pytest.raises(RuntimeError, match="Lower bound should be less than or equal to the upper bound"):
        nn.RReLU(0.3, 0.1)(x)


def test_prelu_has_a_slope_for_each_channel():
    layer = nn.PReLU(3)
    assert layer.weight.tolist() == [0.25] * 3
    layer(autograd.full((2, 3, 4), -1.0)).sum().backward()
    assert layer.weight.grad.tolist() == [-8] * 3


def test_softmax2d_is_over_the_channels():
    x = autograd.randn(2, 3, 4, 5)
    np.testing.assert_allclose(nn.Softmax2d()(x).sum(1).numpy(), np.ones((2, 4, 5)), rtol=1e-6)
    with pytest.raises(ValueError, match="Softmax2d: expected input to be 3D or 4D, got 2D"):
        nn.Softmax2d()(autograd.ones(2, 3))


def test_softmax_without_dim_warns_at_the_caller():
    with pytest.warns(UserWarning, match="Implicit dimension choice for softmax") as caught:
        assert nn.Softmax()(autograd.zeros(2, 4)).tolist() == [[0.25] * 4] * 2
    assert caught[0].filename == __file__


def test_maxout_routes_to_the_highest_piece():
    """Goodfellow's unit: of each `pieces` neighbours the highest passes, and gets the gradient."""
    x = autograd.tensor([[[1.0], [5.0], [2.0], [7.0], [3.0], [0.0]]], requires_grad=True)
    out = nn.Maxout(3)(x)
    assert out.tolist() == [[[5], [7]]]
    out.sum().backward()
    assert x.grad.flatten().tolist() == [0, 1, 0, 1, 0, 0]
    with pytest.raises(RuntimeError, match=r"the 4 features along dim 1 .* do not divide into pieces of 3"):
        nn.Maxout(3)(autograd.ones(2, 4))
    with pytest.raises(ValueError, match="pieces must be at least 1"):
        nn.Maxout(0)
    assert repr(nn.Maxout(3)) == "Maxout(pieces=3, dim=1)"


def test_bad_settings():
    with pytest.raises(AssertionError, match=r"Hardtanh: max_val \(-1\) must be greater than min_val \(1\)"):
        nn.Hardtanh(1, -1)
    with pytest.raises(RuntimeError, match="Halving dimension must be even, but dimension -1 is size 3"):
        nn.GLU()(autograd.ones(2, 3))


@pytest.mark.parametrize(
    "layer, text",
    [
        (nn.ReLU(), "ReLU()"),
        (nn.ReLU(True), "ReLU(inplace=True)"),
        (nn.LeakyReLU(0.2, True), "LeakyReLU(negative_slope=0.2, inplace=True)"),
        (nn.ELU(2.0), "ELU(alpha=2.0)"),
        (nn.GELU("tanh"), "GELU(approximate='tanh')"),
        (nn.Softmax(1), "Softmax(dim=1)"),
        (nn.Softplus(2), "Softplus(beta=2, threshold=20.0)"),
        (nn.Hardtanh(-2, 3), "Hardtanh(min_val=-2, max_val=3)"),
        (nn.Hardswish(True), "Hardswish()"),
        (nn.Hardshrink(0.3), "Hardshrink(0.3)"),
        (nn.RReLU(), "RReLU(lower=0.125, upper=0.3333333333333333)"),
        (nn.Threshold(0.1, 20, True), "Threshold(threshold=0.1, value=20, inplace=True)"),
    ],
)
def test_repr(layer, text):
    assert repr(layer) == text
