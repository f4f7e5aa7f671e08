"""Losses that compare scores with classes, sample by sample."""
import math

import numpy as np
import pytest
import reference
from oprows import Row, check_rows

import autograd
from autograd.ops import TABLE

Y, Y2 = np.array([2, 0, 4]), np.array([[1, 0], [4, 2]])
CALLS = [((3, 5), Y), ((3, 5), Y, dict(reduction="sum")), ((3, 5), Y, dict(reduction="none")),
         ((2, 5, 2), Y2, dict(reduction="none")), ((2, 5, 2), Y2), ((5,), np.array(3)),
         ((5,), np.array(3), dict(reduction="none")),
         ((3, 5), Y, dict(ignore_index=4)), ((3, 5), np.array([1, -100, 1])),
         ((2, 3, 2, 2), np.array([[[0, 1], [2, 0]], [[1, 1], [0, 2]]]))]
BAD_TARGETS = [
    ((3, 5), np.array([0, 5, 1]), IndexError, "Target 5 is out of bounds: the input (3, 5) has 5 classes along dim 1"),
    ((3, 5), np.array([0, -1, 1]), IndexError, "Target -1 is out of bounds"),
    ((3, 5), np.array([0, 1]), ValueError, "Expected input batch_size (3) to match target batch_size (2)"),
    ((3, 5), np.array([[0], [1], [2]]), RuntimeError, "did you mean target.squeeze(1)?"),
    ((3, 5, 2), np.zeros((3, 3), int), RuntimeError, "the target should have shape (3, 2), but got (3, 3)"),
    ((3, 5), np.array([0, 1, 2], np.int32), RuntimeError, "expected target dtype to be Long or Byte, but got int32"),
    ((3, 5), np.array([0.0, 1, 2]), RuntimeError, "one-hot or soft targets need the input's shape"),
    ((3, 5), Y, (4,), RuntimeError, "weight tensor should be defined either for all 5 classes or no classes"),
    (np.ones((3, 5), int), Y, NotImplementedError, "convert the input with .float()"),
    ((3, 5), Y, dict(reduction="avg"), ValueError, "is not a valid value for reduction"),
]
SOFT = [((3, 5), (3, 5)), ((3, 5), (3, 5), dict(reduction="sum")), ((2, 4, 3), (2, 4, 3), dict(reduction="none")),
        ((5,), (5,)), ((3, 5), (3, 5), dict(label_smoothing=0.25))]
MARGINS = [((3, 5), Y), ((3, 5), Y, dict(reduction="sum")), ((3, 5), Y, dict(reduction="none")), ((5,), np.array(3)),
           ((3, 5), Y, dict(p=2)), ((3, 5), Y, dict(margin=0.5, p=2, reduction="none"))]

ROWS = [
    Row("nn.functional.cross_entropy", oracle=reference.cross_entropy, parity="ties", integers="skip",
        shapes=[*CALLS, ((3, 5), Y, dict(label_smoothing=0.3)),
                ((2, 5, 2), Y2, dict(label_smoothing=1.0, ignore_index=0))],
        raises=[*BAD_TARGETS, ((3, 5), Y, dict(label_smoothing=1.5), RuntimeError,
                               "label_smoothing must be between 0.0 and 1.0")]),
    Row("nn.functional.nll_loss", oracle=reference.nll_loss, parity="ties", integers="skip", shapes=CALLS,
        raises=BAD_TARGETS),
    Row("nn.functional.soft_cross_entropy", oracle=reference.soft_cross_entropy, parity=None, integers="skip",
        shapes=SOFT, domain=[(-2, 2), (0, 1)],
        raises=[((3, 5), (3, 5), np.ones(4), RuntimeError, "weight should have shape (5,)"),
                ((3, 5), (3, 5), dict(label_smoothing=-1), RuntimeError,
                 "label_smoothing must be between 0.0 and 1.0")]),
    Row("nn.functional.multi_margin_loss", oracle=reference.multi_margin_loss, parity=None, integers="skip",
        shapes=MARGINS, second=False,
        raises=[((3, 5), Y, 3, ValueError, "only p == 1 and p == 2 supported"),
                ((3, 5), np.array([0, 5, 1]), RuntimeError, "target out of range: the input (3, 5) has 5 classes"),
                ((3, 5), np.array([0, 1]), RuntimeError, "Expected target size [3], but got [2]"),
                ((3, 5), np.array([0, 1, 2], np.int32), RuntimeError, "Long but found int32"),
                ((3, 5), Y, 1, 1.0, (3,), RuntimeError, "inconsistent weight size, expected 5 but got [3]"),
                ((2, 3, 5), Y, RuntimeError, "Expected non-empty vector or matrix")]),
]

test_row = check_rows(ROWS)
WEIGHT = np.array([0.5, 1.0, 2.0, 0.0, 1.5])


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize("name, settings", [
    ("cross_entropy", {}), ("cross_entropy", dict(label_smoothing=0.3)), ("nll_loss", {}),
    ("multi_margin_loss", dict(p=1)), ("multi_margin_loss", dict(p=2)),
    ("soft_cross_entropy", dict(label_smoothing=0.3))])
def test_weights_of_the_classes(name, settings, reduction):
    """Value, gradient and, where it is smooth, the second order."""
    rng = np.random.default_rng(0)
    x = rng.standard_normal((4, 5))
    target = rng.uniform(0, 1, (4, 5)) if name == "soft_cross_entropy" else np.array([2, 0, 3, 4])
    call, weight = TABLE[name].call, autograd.tensor(WEIGHT)
    settings = dict(settings, reduction=reduction)
    expected = getattr(reference, name)(x, target, weight=WEIGHT, **settings)
    tensor = autograd.tensor(x, requires_grad=True)
    ours = call(tensor, autograd.tensor(target), weight=weight, **settings)
    np.testing.assert_allclose(ours.detach().numpy(), expected, rtol=1e-12)
    assert autograd.gradcheck(lambda x: call(x, autograd.tensor(target), weight=weight, **settings), (tensor,))
    if name != "nll_loss" and settings.get("p") != 1:
        assert autograd.gradgradcheck(lambda x: call(x, autograd.tensor(target), weight=weight, **settings), (tensor,))


def test_the_lecture_example():
    """Scores 3.2, 5.1, -1.7 for cat, car and frog: the cat has probability 0.13, and the SVM loss (times 3) is 2.9."""
    scores, cat = autograd.tensor([[3.2, 5.1, -1.7]], dtype=autograd.float64), autograd.tensor([0])
    assert math.exp(-TABLE["cross_entropy"].call(scores, cat).item()) == pytest.approx(0.13, abs=0.005)
    assert TABLE["multi_margin_loss"].call(scores, cat).item() == pytest.approx(2.9 / 3)


def test_the_gradient_is_probability_less_truth():
    scores = autograd.tensor([[1.0, 2.0, 3.0]], requires_grad=True)
    TABLE["cross_entropy"].call(scores, autograd.tensor([2])).backward()
    np.testing.assert_allclose(scores.grad.numpy(), autograd.softmax(scores.detach(), 1).numpy() - [[0, 0, 1]],
                               rtol=1e-6)


def test_large_scores_do_not_overflow():
    loss = TABLE["cross_entropy"].call(autograd.tensor([[1e4, -1e4]]), autograd.tensor([1]))
    assert loss.item() == 2e4


def test_what_is_ignored_costs_nothing_be_it_infinite():
    scores = autograd.tensor([[0.0, 0.0], [-np.inf, 0.0]])
    losses = TABLE["cross_entropy"].call(scores, autograd.tensor([1, 0]), ignore_index=0, reduction="none")
    np.testing.assert_allclose(losses.numpy(), [math.log(2), 0], rtol=1e-6)


def test_all_ignored_is_nan_as_in_torch():
    target = autograd.tensor([-100, -100])
    assert math.isnan(TABLE["cross_entropy"].call(autograd.zeros(2, 3), target).item())
    assert TABLE["cross_entropy"].call(autograd.zeros(2, 3), target, reduction="sum").item() == 0


def test_byte_targets():
    target = autograd.tensor([1, 0], dtype=autograd.uint8)
    assert TABLE["cross_entropy"].call(autograd.zeros(2, 3), target).item() == pytest.approx(math.log(3))


def test_a_margin_just_met_has_no_slope():
    """At the kink, where a class trails by exactly the margin, torch's slope is 0."""
    x = autograd.tensor([[2.0, 1.0]], requires_grad=True)
    TABLE["multi_margin_loss"].call(x, autograd.tensor([0])).backward()
    assert x.grad.tolist() == [[0, 0]]
