"""Losses that compare numbers, against their formulas."""
import numpy as np
import pytest
import reference
from oprows import Row, check_rows

import autograd
from autograd.ops import TABLE

REDUCTIONS = [dict(reduction=r) for r in ("mean", "sum", "none")]
PAIRS = [((3, 4), (3, 4), REDUCTIONS[0]), ((3, 4), (3, 4), REDUCTIONS[1]), ((2, 3), (2, 3), REDUCTIONS[2]), ((), ()),
         ((5,), (5,))]
P = (0.05, 0.95)


def loss_row(name, oracle, shapes=PAIRS, **settings):
    return Row(f"nn.functional.{name}", oracle=oracle, shapes=shapes, integers="skip", **settings)


ROWS = [
    loss_row("mse_loss", reference.mse_loss, parity="ties", raises=[
        ((3,), (3,), dict(reduction="average"), ValueError, "mse_loss: 'average' is not a valid value for reduction"),
        (np.ones(3, int), np.ones(3, int), NotImplementedError, "convert the input with .float()")]),
    loss_row("l1_loss", reference.l1_loss, parity="ties"),
    loss_row("huber_loss", reference.huber_loss, [*PAIRS, ((3, 4), (3, 4), dict(delta=0.5))], parity="ties",
             raises=[((3,), (3,), dict(delta=0), RuntimeError, "non-positive values for delta")]),
    loss_row("smooth_l1_loss", reference.smooth_l1_loss, [*PAIRS, ((3, 4), (3, 4), dict(beta=0.5))], parity="ties",
             raises=[((3,), (3,), dict(beta=-1), RuntimeError, "negative values for beta")]),
    loss_row("binary_cross_entropy", reference.binary_cross_entropy, domain=P, parity="smooth", raises=[
        (np.array([0.5, 2.0]), np.zeros(2), RuntimeError, "between 0 and 1, but they go from 0.5 to 2"),
        (np.array([0.5, 0.0]), np.array([0, -1.0]), RuntimeError, "all elements of target should be between 0 and 1"),
        ((3,), np.zeros(3, int), RuntimeError, "same dtype")]),
    loss_row("binary_cross_entropy_with_logits", reference.binary_cross_entropy_with_logits, domain=[(-3, 3), P],
             parity="smooth"),
    loss_row("soft_margin_loss", reference.soft_margin_loss, [
        (s, np.sign(np.random.default_rng(0).standard_normal(s)), r) for (s, _, r) in PAIRS[:3]], parity=None),
    loss_row("kl_div", reference.kl_div, [*PAIRS[:3], ((3, 4), (3, 4), dict(reduction="batchmean")),
                                          ((3, 4), (3, 4), dict(log_target=True))], domain=[(-3, 0), P],
                                          parity="smooth"),
]

test_row = check_rows(ROWS)


def test_a_certain_error_costs_a_finite_loss():
    """torch holds the logarithms above -100, and the slope's divisor above 1e-12."""
    p = autograd.tensor([0.0, 1.0], requires_grad=True)
    loss = TABLE["binary_cross_entropy"].call(p, autograd.tensor([1.0, 0.0]), None, "sum")
    loss.backward()
    assert loss.item() == 200 and p.grad.tolist() == pytest.approx([-1e12, 1e12])


def test_logits_are_exact_where_probabilities_saturate():
    logits = autograd.tensor([200.0, -200.0, 1000.0], requires_grad=True)
    losses = TABLE["binary_cross_entropy_with_logits"].call(logits, autograd.tensor([0.0, 1.0, 1.0]), None, None,
                                                            "none")
    losses.sum().backward()
    assert losses.tolist() == [200, 200, 0] and logits.grad.tolist() == [1, -1, 0]


@pytest.mark.parametrize("name", ["binary_cross_entropy", "binary_cross_entropy_with_logits"])
def test_weights_scale_each_loss(name):
    rng = np.random.default_rng(0)
    p, t, w, v = (rng.uniform(0.1, 0.9, shape) for shape in ((3, 4), (3, 4), (4,), (4,)))
    settings = dict(weight=w) if name == "binary_cross_entropy" else dict(weight=w, pos_weight=v)
    expected = getattr(reference, name)(p, t, **settings)
    x, target = autograd.tensor(p, requires_grad=True), autograd.tensor(t, requires_grad=True)
    settings = {key: autograd.tensor(value) for key, value in settings.items()}
    assert TABLE[name].call(x, target, **settings).item() == pytest.approx(expected, rel=1e-12)
    assert autograd.gradcheck(lambda *a: TABLE[name].call(*a, **settings), (x, target))
    assert autograd.gradgradcheck(lambda *a: TABLE[name].call(*a, **settings), (x, target))


def test_a_zero_probability_as_target_costs_nothing():
    loss = TABLE["kl_div"].call(autograd.tensor([-1.0, -2.0]), autograd.tensor([0.0, 1.0]), "none")
    assert loss.tolist() == [0, 2]
