"""Activation functions, with their kinks."""
import math

import numpy as np
from oprows import UNARY, Row, check_rows

import autograd


def exponential(x, alpha=1.0, scale=1.0, rate=1.0):
    return np.where(x > 0, scale * x, scale * alpha * np.expm1(rate * np.minimum(x, 0))).astype(x.dtype)


def gelu(x, approximate="none"):
    if approximate == "tanh":
        return (x / 2 * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x ** 3)))).astype(x.dtype)
    values = [v / 2 * (1 + math.erf(v / math.sqrt(2))) for v in x.reshape(-1).tolist()]
    return np.array(values, x.dtype).reshape(x.shape)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def softplus(x, beta=1.0, threshold=20.0):
    return np.where(beta * x > threshold, x, np.log1p(np.exp(beta * x)) / beta).astype(x.dtype)


WIDE = (-5.0, 5.0)
SELU = dict(alpha=1.6732632423543772, scale=1.0507009873554805)

ROWS = [
    Row("relu", oracle=lambda x: np.maximum(x, 0), bools=None,
        raises=[(np.array([True]), RuntimeError, "Boolean inputs not supported")]),
    Row("nn.functional.leaky_relu", oracle=lambda x, negative_slope=0.01: np.where(x > 0, x, x * negative_slope),
        shapes=[*UNARY, ((3, 4), 0.3), ((3, 4), -0.5), ((), 2.0), ((4,), 0.0)], integers=None),
    Row("rrelu", oracle=lambda x, lower=1 / 8, upper=1 / 3: np.where(x > 0, x, x * ((lower + upper) / 2)), integers=None,
        shapes=[*UNARY, ((3, 4), dict(lower=0.1, upper=0.5))]),
    Row("prelu", oracle=lambda x, w: np.where(x > 0, x, (w.reshape(-1, *[1] * (x.ndim - 2)) if x.ndim > 1 else w) * x),
        shapes=[((2, 3, 2), (3,)), ((2, 3), (3,)), ((5,), (1,)), ((2, 3, 2, 2), (1,))], integers="skip",
        second="smooth",
        raises=[((2, 3), (4,), RuntimeError, "Found parameter numbers = 4 and channel size = 3")]),
    Row("nn.functional.hardtanh", oracle=lambda x, low=-1.0, high=1.0: np.clip(x, low, high).astype(x.dtype),
        integers="skip",
        shapes=[*UNARY, ((3, 4), -0.5, 1.5)], kinks=(-0.5, 1.5), parity="infinite",
        raises=[((3,), 2.0, 1.0, ValueError, "cannot be greater than max_val")]),
    Row("nn.functional.relu6", oracle=lambda x: np.clip(x, 0, 6), domain=(-8, 8), kinks=(6.0, 7.0), bools=None,
        parity="infinite"),
    Row("nn.functional.threshold", oracle=lambda x, threshold, value: np.where(x > threshold, x, value).astype(x.dtype),
        shapes=[((3, 4), 0.5, -1.0), ((), 1.0, 20.0), ((0,), 1.0, 2.0)], kinks=(0.5,), integers="skip"),
    Row("nn.functional.hardsigmoid", oracle=lambda x: np.clip(x / 6 + 0.5, 0, 1).astype(x.dtype), domain=WIDE,
        kinks=(-3.0, 3.0), integers=None, parity="infinite", inexact=1e-7),      # torch's 1/6 is a float32
    Row("nn.functional.hardswish", oracle=lambda x: x * np.clip(x / 6 + 0.5, 0, 1).astype(x.dtype), domain=WIDE,
        kinks=(-3.0, 3.0), integers=None, parity="infinite"),
    Row("hardshrink", oracle=lambda x, lambd=0.5: np.where(np.abs(x) > lambd, x, 0 * x), kinks=(-0.5, 0.5),
        parity="infinite",
        shapes=[*UNARY, ((3, 4), 1.0)], integers=None),
    Row("nn.functional.softshrink", oracle=lambda x, lambd=0.5: np.sign(x) * np.maximum(np.abs(x) - lambd, 0),
        shapes=[*UNARY, ((3, 4), 1.0)], kinks=(-0.5, 0.5), integers=None, parity="infinite",
        raises=[((3,), -1.0, RuntimeError, "lambda must be greater or equal to 0")]),
    Row("nn.functional.elu", oracle=exponential, shapes=[*UNARY, ((3, 4), 0.5), ((), 2.0)], integers=None,
        parity="infinite"),
    Row("selu", oracle=lambda x: exponential(x, **SELU), integers=None, parity="infinite"),
    Row("celu", oracle=lambda x, alpha=1.0: exponential(x, alpha, rate=1 / alpha),
        shapes=[*UNARY, ((3, 4), dict(alpha=0.5)), ((), dict(alpha=2.0))], integers=None, parity="infinite",
        raises=[((3,), 0.0, RuntimeError, "alpha cannot be 0")]),
    Row("nn.functional.softplus", oracle=softplus, shapes=[*UNARY, ((3, 4), 2.0), ((3, 4), 0.5, 0.7)], integers=None),
    Row("nn.functional.logsigmoid", oracle=lambda x: np.log(sigmoid(x)), integers=None),
    Row("nn.functional.softsign", oracle=lambda x: x / (1 + np.abs(x)), bools="skip", parity="ties"),
    Row("nn.functional.tanhshrink", oracle=lambda x: x - np.tanh(x), domain=(0.5, 2), bools="skip"),
    Row("nn.functional.silu", oracle=lambda x: x * sigmoid(x), integers=None),
    Row("nn.functional.mish", oracle=lambda x: x * np.tanh(np.log1p(np.exp(x))), integers=None),
    Row("nn.functional.gelu", oracle=gelu, shapes=[*UNARY, ((3, 4), dict(approximate="tanh"))], integers=None,
        parity="ties",
        raises=[((3,), dict(approximate="sine"), RuntimeError, "must be either none or tanh")]),
]
test_row = check_rows(ROWS)


def test_a_closed_relu_stops_even_an_infinite_gradient():
    """sqrt has slope inf at 0: behind a relu that is shut, torch gives 0 and not nan."""
    x = autograd.tensor([-1.0, 4.0], requires_grad=True)
    x.relu().sqrt().sum().backward()
    assert x.grad.tolist() == [0, 0.25]
    many = autograd.full((5000,), -1.0, requires_grad=True)
    many.relu().sqrt().sum().backward()
    assert (many.grad == 0).all()


def test_second_order_of_elu_far_out():
    """The exponential of the branch that is not taken must not turn into nan."""
    x = autograd.tensor(1000.0, requires_grad=True)
    (slope,) = autograd.grad(autograd.celu(x), x, create_graph=True)
    assert slope.item() == 1
    slope.backward()
    assert x.grad.item() == 0


def test_chance_draws_the_slopes_of_rrelu_in_training():
    x = autograd.full((1000,), -1.0, requires_grad=True)
    y = autograd.rrelu(x, 0.2, 0.4, training=True)
    y.sum().backward()
    assert (y <= -0.2).all() and (y >= -0.4).all() and y.detach().std() > 0.01
    np.testing.assert_allclose(x.grad.numpy(), -y.detach().numpy())
