import math

import pytest

import autograd
from demos.data import load
from demos.lessons import losses
from demos.linear import flat, make_model


def test_the_lectures_three_images():
    scores = autograd.tensor([[3.2, 5.1, -1.7], [1.3, 4.9, 2.0], [2.2, 2.5, -3.1]])
    labels = autograd.tensor([0, 1, 2])
    each = [losses.svm_loss(scores[i : i + 1], labels[i : i + 1]).item() for i in range(3)]
    assert each == pytest.approx([2.9, 0, 12.9], rel=1e-5)
    assert losses.svm_loss(scores, labels).item() == pytest.approx(5.27, abs=0.005)
    squared = losses.LOSSES["squared SVM"].function(scores[:1], labels[:1]).item()
    assert squared == pytest.approx(2.9**2, rel=1e-5)
    assert "2.90  0.00  12.90   5.27" in losses.losses_by_hand() and "2.04" in losses.losses_by_hand()


def test_the_lectures_four_pixels():
    assert all(score in losses.algebra() for score in ("-96.80", "437.90", "60.75"))


@pytest.mark.parametrize("name, formula", [("SVM", 9), ("squared SVM", 9), ("softmax", math.log(10))])
def test_the_first_loss_is_known_beforehand(name, formula):
    autograd.manual_seed(0)
    images, labels = flat(load())[0].tensors
    scores = make_model(64, 10)(images)
    assert losses.LOSSES[name].first(10) == formula
    assert losses.LOSSES[name].function(scores, labels).item() == pytest.approx(formula, abs=1e-2)
