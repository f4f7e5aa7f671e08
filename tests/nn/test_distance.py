"""CosineSimilarity and PairwiseDistance."""

import pytest

import autograd
import nn


def test_values():
    a, b = autograd.tensor([[3.0, 4.0]]), autograd.tensor([[4.0, 3.0]])
    assert nn.CosineSimilarity()(a, b).item() == pytest.approx(24 / 25)
    assert nn.PairwiseDistance(eps=0.0)(a, b).item() == pytest.approx(2**0.5)
    assert nn.PairwiseDistance(1.0, eps=0.0, keepdim=True)(a, b).tolist() == [[2]]


def test_repr():
    assert repr(nn.CosineSimilarity()) == "CosineSimilarity()" and repr(nn.PairwiseDistance()) == "PairwiseDistance()"
