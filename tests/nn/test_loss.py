"""Loss modules: each hands its settings to the function of its name."""

import inspect

import numpy as np
import pytest

import autograd
import nn
import nn.functional as F

RNG = np.random.default_rng(0)
A, B, C = (autograd.tensor(RNG.uniform(0.1, 0.9, (4, 5))) for _ in range(3))
Y, SIGNS = autograd.tensor([2, 0, 4, 1]), autograd.tensor([1.0, -1, -1, 1])
W = autograd.tensor([0.5, 1.0, 2.0, 0.3, 1.5], dtype=autograd.float64)

CASES = [
    (nn.MSELoss, F.mse_loss, (A, B), {}),
    (nn.L1Loss, F.l1_loss, (A, B), {}),
    (nn.SmoothL1Loss, F.smooth_l1_loss, (A, B), {"beta": 0.1}),
    (nn.HuberLoss, F.huber_loss, (A, B), {"delta": 0.1}),
    (nn.CrossEntropyLoss, F.cross_entropy, (A, Y), {"weight": W, "ignore_index": 0, "label_smoothing": 0.1}),
    (nn.NLLLoss, F.nll_loss, (A, Y), {"weight": W, "ignore_index": 0}),
    (nn.MultiMarginLoss, F.multi_margin_loss, (A, Y), {"p": 2, "margin": 0.5, "weight": W}),
    (nn.MultiLabelMarginLoss, F.multilabel_margin_loss, (A, autograd.tensor([[1, 2, -1, 0, 0]] * 4)), {}),
    (nn.MultiLabelSoftMarginLoss, F.multilabel_soft_margin_loss, (A, B), {"weight": W}),
    (nn.BCELoss, F.binary_cross_entropy, (A, B), {"weight": W}),
    (nn.BCEWithLogitsLoss, F.binary_cross_entropy_with_logits, (A, B), {"weight": W, "pos_weight": W + 1}),
    (nn.SoftMarginLoss, F.soft_margin_loss, (A[:, 0], SIGNS), {}),
    (nn.HingeEmbeddingLoss, F.hinge_embedding_loss, (A[:, 0], SIGNS), {"margin": 0.5}),
    (nn.MarginRankingLoss, F.margin_ranking_loss, (A[:, 0], B[:, 0], SIGNS), {"margin": 0.5}),
    (nn.CosineEmbeddingLoss, F.cosine_embedding_loss, (A, B, SIGNS), {"margin": 0.3}),
    (nn.TripletMarginLoss, F.triplet_margin_loss, (A, B, C), {"margin": 0.5, "p": 1.0, "eps": 1e-3, "swap": True}),
    (
        nn.TripletMarginWithDistanceLoss,
        F.triplet_margin_with_distance_loss,
        (A, B, C),
        {"distance_function": lambda a, b: (a - b).abs().sum(-1), "margin": 0.5, "swap": True},
    ),
    (nn.KLDivLoss, F.kl_div, (A.log(), B), {"log_target": True}),
    (nn.GaussianNLLLoss, F.gaussian_nll_loss, (A, B, C), {"full": True, "eps": 0.3}),
    (nn.PoissonNLLLoss, F.poisson_nll_loss, (A, B * 3), {"log_input": False, "full": True, "eps": 0.1}),
]


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize("kind, function, inputs, settings", CASES, ids=[case[0].__name__ for case in CASES])
@pytest.mark.filterwarnings("ignore:reduction. 'mean'")
def test_settings_arrive(kind, function, inputs, settings, reduction):
    """The module is the function; and each setting matters, so that one left out would show."""
    expected = function(*inputs, reduction=reduction, **settings).numpy()
    np.testing.assert_array_equal(kind(reduction=reduction, **settings)(*inputs).numpy(), expected)
    for name in settings:
        rest = {key: value for key, value in settings.items() if key != name}
        assert not np.array_equal(kind(reduction=reduction, **rest)(*inputs).numpy(), expected), name


def test_every_loss_is_here():
    assert {case[0].__name__ for case in CASES} == set(nn.loss.__all__)


def test_weights_are_buffers():
    """So that `to` and `state_dict` reach them."""
    loss = nn.CrossEntropyLoss(weight=autograd.ones(3))
    assert list(loss.state_dict()) == ["weight"] and loss.double().weight.dtype is autograd.float64
    assert list(nn.BCEWithLogitsLoss(pos_weight=autograd.ones(3)).state_dict()) == ["pos_weight"]


@pytest.mark.parametrize(
    "flags, reduction",
    [({"size_average": False}, "sum"), ({"reduce": False}, "none"), ({"size_average": True}, "mean")],
)
def test_the_old_flags(flags, reduction):
    with pytest.warns(UserWarning, match=f"use reduction='{reduction}'") as caught:
        assert nn.MSELoss(**flags).reduction == reduction
    assert caught[0].filename == inspect.getfile(nn.loss) or caught[0].filename == __file__


def test_bad_settings():
    with pytest.raises(ValueError, match="MultiMarginLoss: only p == 1 and p == 2"):
        nn.MultiMarginLoss(p=3)
    with pytest.raises(ValueError, match="TripletMarginLoss: expected margin to be greater than 0"):
        nn.TripletMarginLoss(margin=0)
    with pytest.raises(ValueError, match="'avg' is not a valid value for reduction"):
        nn.MSELoss(reduction="avg")(A, B)


def test_repr():
    assert repr(nn.CrossEntropyLoss()) == "CrossEntropyLoss()" and repr(nn.SmoothL1Loss(beta=2.0)) == "SmoothL1Loss()"
