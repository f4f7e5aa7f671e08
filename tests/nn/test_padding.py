"""Borders around sequences, images and volumes, against np.pad."""

import numpy as np
import pytest

import autograd
import nn


@pytest.mark.parametrize("axes", [1, 2, 3])
@pytest.mark.parametrize(
    "name, mode",
    [("ZeroPad", "constant"), ("ReflectionPad", "reflect"), ("ReplicationPad", "edge"), ("CircularPad", "wrap")],
)
def test_borders(name, mode, axes):
    """One width for all sides, or (before, after) for each axis, the last one first."""
    image = np.random.default_rng(0).standard_normal((2, 3, *[4, 5, 6][:axes]))
    for padding in (2, tuple(range(1, 3)) * axes):
        sides = [(2, 2)] * axes if padding == 2 else [(1, 2)] * axes
        layer = getattr(nn, f"{name}{axes}d")(padding)
        np.testing.assert_array_equal(
            layer(autograd.tensor(image)).numpy(), np.pad(image, [(0, 0), (0, 0), *sides], mode)
        )


def test_constant_and_cuts():
    assert nn.ConstantPad1d((1, 2), 3.5)(autograd.ones(1, 2)).tolist() == [[3.5, 1, 1, 3.5, 3.5]]
    assert nn.ZeroPad1d((-1, 1))(autograd.arange(3.0).reshape(1, 3)).tolist() == [[1, 2, 0]]


def test_repr_and_errors():
    assert repr(nn.ZeroPad2d(1)) == "ZeroPad2d((1, 1, 1, 1))"
    assert repr(nn.ConstantPad1d(1, 2.0)) == "ConstantPad1d(padding=(1, 1), value=2.0)"
    with pytest.raises(ValueError, match="ReflectionPad2d: padding must be an int or 4 of them"):
        nn.ReflectionPad2d((1, 2))
