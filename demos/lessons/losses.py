"""What a classifier is told about its scores: the linear demo's losses, and the lecture's numbers worked by hand."""

import math
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import autograd
import nn.functional as F
from autograd import Tensor
from demos import report


class Loss(NamedTuple):
    function: Callable[[Tensor, Tensor], Tensor]
    formula: str  # what it is while the scores of all C classes are equal
    first: Callable[[int], float]
    rate: float  # for images of length 1


def svm_loss(scores: Tensor, labels: Tensor, p: int = 1) -> Tensor:
    """``sum over j != y of max(0, s_j - s_y + 1)**p``, and the mean of that over the images.

    PyTorch's divides by the number of classes, the lecture's does not.  Source: lecture, multiclass SVM loss.
    """
    return F.multi_margin_loss(scores, labels, p=p) * scores.shape[1]


LOSSES = {
    "SVM": Loss(svm_loss, "(C - 1) * delta", lambda C: C - 1, rate=0.5),
    "squared SVM": Loss(partial(svm_loss, p=2), "(C - 1) * delta**2", lambda C: C - 1, rate=0.5),
    "softmax": Loss(F.cross_entropy, "log C", math.log, rate=5.0),
}


def algebra() -> str:
    """The lecture's image of four pixels, and the scores of its three classes."""
    W = autograd.tensor([[0.2, -0.5, 0.1, 2.0], [1.5, 1.3, 2.1, 0.0], [0.0, 0.25, 0.2, -0.3]], dtype=autograd.float64)
    x = autograd.tensor([56, 231, 24, 2], dtype=autograd.float64)
    b = autograd.tensor([1.1, 3.2, -1.2], dtype=autograd.float64)
    scores = [f"{score:.2f}" for score in (W @ x + b).tolist()]
    rows = zip(("cat", "dog", "ship"), W.tolist(), b.tolist(), scores, strict=True)
    return report.table(["", "W", "b", "W x + b, x = [56, 231, 24, 2]"], rows)


def losses_by_hand() -> str:
    """Every loss of the lecture's three images, whose scores are given."""
    scores, labels = autograd.tensor([[3.2, 5.1, -1.7], [1.3, 4.9, 2.0], [2.2, 2.5, -3.1]]), autograd.tensor([0, 1, 2])
    rows = []
    for name, loss in LOSSES.items():
        each = [loss.function(*image) for image in zip(scores.split(1), labels.split(1), strict=True)]
        rows.append((name, *[f"{value.item():.2f}" for value in (*each, loss.function(scores, labels))]))
    return report.table(["loss", "cat", "car", "frog", "mean"], rows)


def first_losses(scores: Tensor, labels: Tensor) -> str:
    """The losses before any learning. They are known beforehand, which makes them the first check of a program."""
    classes = scores.shape[1]
    rows = [
        (name, f"{loss.function(scores, labels).item():.4f}", loss.formula, f"{loss.first(classes):.4f}")
        for name, loss in LOSSES.items()
    ]
    return report.table(["loss", "at first", f"C = {classes}, delta = 1", ""], rows)
