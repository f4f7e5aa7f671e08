"""Flatten and Unflatten."""

import pytest

import autograd
import nn


def test_flatten_and_back():
    x = autograd.randn(2, 3, 4)
    flat = nn.Flatten()(x)
    assert flat.shape == (2, 12) and nn.Unflatten(1, (3, 4))(flat).tolist() == x.tolist()
    assert nn.Flatten(0, 1)(x).shape == (6, 4) and nn.Flatten(-2)(x).shape == (2, 12)


def test_bad_sizes():
    with pytest.raises(TypeError, match="unflattened_size must be tuple of ints, but found 2"):
        nn.Unflatten(1, 2)
    with pytest.raises(RuntimeError):
        nn.Unflatten(1, (2, 3))(autograd.ones(4, 5))


def test_repr():
    assert repr(nn.Flatten()) == "Flatten(start_dim=1, end_dim=-1)"
    assert repr(nn.Unflatten(1, (3, 4))) == "Unflatten(dim=1, unflattened_size=(3, 4))"
