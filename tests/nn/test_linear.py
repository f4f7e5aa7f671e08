"""Linear, Bilinear, Identity."""

import numpy as np
import pytest

import autograd
import nn


def test_linear_is_its_formula():
    layer, x = nn.Linear(3, 2), autograd.randn(4, 5, 3)
    expected = x.numpy() @ layer.weight.detach().numpy().T + layer.bias.detach().numpy()
    np.testing.assert_allclose(layer(x).detach().numpy(), expected, rtol=1e-5)


def test_linear_starts_within_its_bound_and_fills_it():
    layer = nn.Linear(100, 80)
    for parameter in (layer.weight, layer.bias):
        values = parameter.detach().numpy()
        assert np.abs(values).max() <= 0.1 and np.abs(values).max() > 0.09


def test_reset_parameters_draws_anew():
    layer = nn.Linear(3, 2)
    weight, before = layer.weight, layer.weight.tolist()
    layer.reset_parameters()
    assert layer.weight is weight and layer.weight.tolist() != before


def test_dtype_and_bias():
    layer = nn.Linear(3, 2, bias=False, dtype=autograd.float64)
    assert layer.weight.dtype is autograd.float64 and layer.bias is None and list(layer.state_dict()) == ["weight"]
    assert layer(autograd.ones(3, dtype=autograd.float64)).shape == (2,)


def test_the_error_says_what_to_do():
    with pytest.raises(RuntimeError, match=r"\(64, 1, 28, 28\).*\(10, 784\).*flatten\(1\)"):
        nn.Linear(784, 10)(autograd.ones(64, 1, 28, 28))


def test_bilinear_is_its_formula():
    layer, a, b = nn.Bilinear(3, 4, 2), autograd.randn(5, 3), autograd.randn(5, 4)
    expected = np.einsum("ni,oij,nj->no", a.numpy(), layer.weight.detach().numpy(), b.numpy())
    np.testing.assert_allclose(layer(a, b).detach().numpy(), expected + layer.bias.detach().numpy(), rtol=1e-4)
    with pytest.raises(ValueError, match="Bilinear: in1_features must be > 0, but got 0"):
        nn.Bilinear(0, 3, 2)


def test_identity_takes_anything():
    x = autograd.ones(2)
    assert nn.Identity(54, unused=True)(x) is x


@pytest.mark.parametrize(
    "layer, text",
    [
        (nn.Linear(3, 2), "Linear(in_features=3, out_features=2, bias=True)"),
        (nn.Linear(3, 2, bias=False), "Linear(in_features=3, out_features=2, bias=False)"),
        (nn.Bilinear(3, 4, 2), "Bilinear(in1_features=3, in2_features=4, out_features=2, bias=True)"),
        (nn.Identity(), "Identity()"),
    ],
)
def test_repr(layer, text):
    assert repr(layer) == text
