"""Normalisation layers: their parameters, running statistics and modes."""

import numpy as np
import pytest

import autograd
import nn

SHAPES = {"BatchNorm1d": (6, 3), "BatchNorm2d": (6, 3, 2, 2), "BatchNorm3d": (6, 3, 2, 1, 2)}


@pytest.mark.parametrize("name", SHAPES)
def test_training_normalises_each_channel(name):
    x = autograd.randn(*SHAPES[name], dtype=autograd.float64) * 3 + 5
    out = getattr(nn, name)(3, dtype=autograd.float64)(x).detach().numpy()
    axes = tuple(axis for axis in range(out.ndim) if axis != 1)
    np.testing.assert_allclose(out.mean(axes), 0, atol=1e-12)
    np.testing.assert_allclose(out.std(axes), 1, atol=1e-4)


def test_running_statistics():
    layer, x = nn.BatchNorm1d(2, momentum=0.25), autograd.tensor([[1.0, 2.0], [3.0, 6.0]])
    layer(x)
    np.testing.assert_allclose(layer.running_mean.numpy(), [0.5, 1])  # a quarter of 2 and 4
    np.testing.assert_allclose(layer.running_var.numpy(), [0.75 + 0.5, 0.75 + 2])  # 1 towards the unbiased 2 and 8
    assert layer.num_batches_tracked.item() == 1 and layer.num_batches_tracked.dtype is autograd.int64


def test_momentum_none_averages_all_batches():
    layer = nn.BatchNorm1d(1, momentum=None)
    for value in (1.0, 2.0, 6.0):
        layer(autograd.tensor([[value - 1], [value + 1]]))
    assert layer.running_mean.item() == pytest.approx(3) and layer.num_batches_tracked.item() == 3


def test_evaluation_uses_them_and_leaves_them():
    layer = nn.BatchNorm1d(2, eps=0).eval()
    layer.running_mean.fill_(1), layer.running_var.fill_(4)
    assert layer(autograd.tensor([[3.0, 5.0]])).tolist() == [[1, 2]]
    assert layer.running_mean.tolist() == [1, 1] and layer.num_batches_tracked.item() == 0


def test_without_tracking_the_batch_is_always_used():
    layer, x = nn.BatchNorm1d(2, track_running_stats=False).eval(), autograd.randn(5, 2)
    assert layer.running_mean is None and abs(layer(x).mean().item()) < 1e-6
    assert list(layer.state_dict()) == ["weight", "bias"]


def test_no_grad_training_still_tracks():
    layer = nn.BatchNorm1d(2)
    with autograd.no_grad():
        layer(autograd.randn(5, 2) + 10)
    assert (layer.running_mean > 0.5).all().item()


def test_reset():
    layer = nn.BatchNorm2d(2)
    layer(autograd.randn(2, 2, 3, 3) + 4)
    layer.reset_parameters()
    assert layer.running_mean.tolist() == [0, 0] and layer.running_var.tolist() == [1, 1]
    assert layer.num_batches_tracked.item() == 0 and layer.weight.tolist() == [1, 1]


def test_state_dict_keys():
    assert list(nn.BatchNorm2d(2).state_dict()) == [
        "weight",
        "bias",
        "running_mean",
        "running_var",
        "num_batches_tracked",
    ]
    assert list(nn.BatchNorm2d(2, affine=False).state_dict()) == ["running_mean", "running_var", "num_batches_tracked"]
    assert (
        list(nn.LayerNorm(3, bias=False).state_dict()) == ["weight"]
        and not nn.GroupNorm(1, 2, affine=False).state_dict()
    )


def test_training_and_evaluation_agree_on_one_large_batch():
    layer, x = nn.BatchNorm1d(3, momentum=1.0), autograd.randn(1000, 3) * 2 + 1
    first = layer(x).detach().numpy()
    np.testing.assert_allclose(layer.eval()(x).detach().numpy(), first, atol=5e-3)


@pytest.mark.parametrize(
    "layer, shape, groups",
    [
        (nn.LayerNorm(4), (3, 4), 3),
        (nn.LayerNorm((2, 4)), (3, 2, 4), 3),
        (nn.GroupNorm(2, 4), (3, 4, 5), 6),
        (nn.InstanceNorm1d(2), (3, 2, 5), 6),
        (nn.InstanceNorm2d(2), (2, 3, 5), 2),
        (nn.InstanceNorm3d(2), (1, 2, 2, 2, 2), 2),
    ],
    ids=repr,
)
def test_each_sample_is_normalised(layer, shape, groups):
    """Mean 0 and variance 1 over what belongs together, whatever the other samples are."""
    rows = layer(autograd.randn(*shape) * 3 + 5).detach().numpy().reshape(groups, -1)
    np.testing.assert_allclose(rows.mean(1), 0, atol=1e-5)
    np.testing.assert_allclose(rows.std(1), 1, atol=1e-2)


def test_instance_statistics_follow_the_mean_over_the_samples():
    layer, x = (
        nn.InstanceNorm1d(1, momentum=0.5, track_running_stats=True),
        autograd.tensor([[[0.0, 2.0]], [[3.0, 7.0]]]),
    )
    layer(x)
    assert layer.running_mean.item() == 0.5 * (1 + 5) / 2
    assert layer.running_var.item() == 0.5 * 1 + 0.5 * (2 + 8) / 2
    assert layer.eval()(x).flatten().tolist() == pytest.approx([(v - 1.5) / 3**0.5 for v in (0, 2, 3, 7)], rel=1e-4)


def test_rms_norm_divides_by_the_root_mean_square():
    assert nn.RMSNorm(2, eps=0)(autograd.tensor([[3.0, 4.0]])).tolist()[0] == pytest.approx(
        [3 / 12.5**0.5, 4 / 12.5**0.5]
    )


def test_local_response_norm():
    x = autograd.ones(1, 4, 1, 1)
    out = nn.LocalResponseNorm(3, alpha=3.0, beta=1.0)(x).flatten().tolist()
    assert out == pytest.approx([1 / 3, 1 / 4, 1 / 4, 1 / 3])  # at the ends two of the three channels are there


@pytest.mark.parametrize(
    "layer, shape, error, words",
    [
        (nn.BatchNorm2d(3), (2, 3, 4), ValueError, "BatchNorm2d: expected 4D input (got 3D input of shape (2, 3, 4))"),
        (nn.BatchNorm1d(3), (1, 3), ValueError, "Expected more than 1 value per channel when training"),
        (nn.BatchNorm2d(3), (2, 5, 5, 3), RuntimeError, "did you mean to permute the input?"),
        (nn.InstanceNorm2d(3), (2, 3, 1, 1), ValueError, "Expected more than 1 spatial element when training"),
        (nn.InstanceNorm2d(3, affine=True), (2, 4, 2, 2), ValueError, "to match num_features (3), but got: 4"),
        (nn.LayerNorm(4), (2, 3), RuntimeError, "Given normalized_shape=[4]"),
        (nn.GroupNorm(2, 4), (2, 3, 3), RuntimeError, "divisible by num_groups"),
        (nn.LocalResponseNorm(2), (2, 3), ValueError, "Expected 3D or higher dimensionality input"),
    ],
    ids=lambda value: repr(value) if isinstance(value, nn.Module) else None,
)
def test_bad_input(layer, shape, error, words):
    with pytest.raises(error) as caught:
        layer(autograd.ones(*shape))
    assert words in str(caught.value)


def test_bad_groups():
    with pytest.raises(ValueError, match=r"GroupNorm: num_channels \(4\) must be divisible by num_groups \(3\)"):
        nn.GroupNorm(3, 4)


@pytest.mark.parametrize(
    "layer, text",
    [
        (
            nn.BatchNorm2d(3),
            "BatchNorm2d(3, eps=1e-05, momentum=0.1, affine=True, bias=True, track_running_stats=True)",
        ),
        (nn.LayerNorm(4), "LayerNorm((4,), eps=1e-05, elementwise_affine=True, bias=True)"),
        (nn.GroupNorm(2, 4, affine=False), "GroupNorm(2, 4, eps=1e-05, affine=False, bias=False)"),
        (nn.RMSNorm(4), "RMSNorm((4,), eps=None, elementwise_affine=True)"),
        (nn.LocalResponseNorm(2), "LocalResponseNorm(2, alpha=0.0001, beta=0.75, k=1.0)"),
    ],
)
def test_repr(layer, text):
    assert repr(layer) == text
