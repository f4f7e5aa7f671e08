"""Dropout layers: at work in training, at rest in evaluation."""

import numpy as np
import pytest

import autograd
import nn


@pytest.fixture(autouse=True)
def seed():
    autograd.manual_seed(0)


@pytest.mark.parametrize("name", nn.dropout.__all__)
def test_evaluation_changes_nothing(name):
    shape = {"Dropout1d": (3, 4, 5), "Dropout3d": (2, 3, 2, 2, 2)}.get(name, (2, 3, 4, 5))
    x = autograd.randn(*shape)
    layer = getattr(nn, name)(0.5)
    assert layer.eval()(x).tolist() == x.tolist()
    assert layer.train()(x).tolist() != x.tolist()


def test_whole_channels():
    for layer, shape in ((nn.Dropout1d(), (40, 50, 3)), (nn.Dropout1d(), (500, 3)), (nn.Dropout2d(), (20, 50, 2, 3))):
        out = layer(autograd.ones(*shape)).numpy()
        places = out.reshape(-1, int(np.prod(shape[2:])) if len(shape) > 2 else 3)
        assert (places == places[:, :1]).all() and 0.3 < (places == 0).mean() < 0.7


def test_inplace_writes_into_its_input():
    x = autograd.ones(1000)
    out = nn.Dropout(0.5, inplace=True)(x)
    assert out is x and 300 < (x == 0).sum().item() < 700


def test_bad_probability():
    for p in (-0.1, 1.5):
        with pytest.raises(ValueError, match=f"Dropout: dropout probability has to be between 0 and 1, but got {p}"):
            nn.Dropout(p)
    with pytest.raises(RuntimeError, match="Expected 2D or 3D input"):
        nn.Dropout1d()(autograd.ones(3))


def test_repr():
    assert repr(nn.Dropout(0.2, True)) == "Dropout(p=0.2, inplace=True)"
    assert repr(nn.AlphaDropout()) == "AlphaDropout(p=0.5, inplace=False)"
