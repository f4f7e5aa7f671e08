"""nn.functional: its names, and what is not tested through the layers."""

import math
import types

import numpy as np
import pytest

import autograd
import nn.functional as F


def test_every_name_is_a_documented_function():
    for name in F.__all__:
        value = getattr(F, name)
        assert isinstance(value, types.FunctionType) and value.__doc__, name


@pytest.mark.parametrize(
    "name, settings",
    [
        ("relu", ()),
        ("leaky_relu", (0.1,)),
        ("elu", (0.5,)),
        ("selu", ()),
        ("celu", (2.0,)),
        ("hardtanh", (-0.5, 0.5)),
        ("threshold", (0.1, 2.0)),
        ("rrelu", (0.1, 0.3)),
    ],
)
def test_underscored_names_write_in_place(name, settings):
    x = autograd.tensor([-1.0, 0.2, 3.0])
    expected = getattr(F, name)(x, *settings).tolist()
    assert getattr(F, name + "_")(x, *settings) is x and x.tolist() == expected


def test_hardtanh_with_its_bounds_exchanged():
    with pytest.raises(ValueError, match="min_val cannot be greater than max_val"):
        F.hardtanh(autograd.ones(2), 1.0, -1.0)


def test_softmax_guesses_its_dim_with_a_warning():
    x = autograd.zeros(2, 3, 4)
    with pytest.warns(UserWarning, match="Implicit dimension choice for softmax") as caught:
        assert F.softmax(x)[0, 0, 0].item() == 0.5
    assert caught[0].filename == __file__
    assert F.softmax(x, 1, dtype=autograd.float64).dtype is autograd.float64


def test_gumbel_softmax_samples_the_classes():
    autograd.manual_seed(0)
    logits = autograd.tensor([[0.0, math.log(3)]]).expand(4000, 2).clone().requires_grad_()
    hard = F.gumbel_softmax(logits, hard=True)
    assert set(np.unique(hard.detach().numpy().round(6))) == {0, 1}
    assert hard[:, 1].mean().item() == pytest.approx(0.75, abs=0.03)
    (hard * autograd.tensor([0.0, 1.0])).sum().backward()
    assert np.abs(logits.grad.numpy()).max() > 0


# Losses


def test_targets_of_another_shape_broadcast_with_a_warning():
    with pytest.warns(UserWarning, match="likely lead to incorrect results due to broadcasting") as caught:
        loss = F.mse_loss(autograd.ones(3, 2), autograd.zeros(2))
    assert loss.item() == 1 and caught[0].filename == __file__
    with (
        pytest.raises(RuntimeError, match=r"l1_loss: shapes \(3, 2\) and \(3,\) do not broadcast"),
        pytest.warns(UserWarning),
    ):
        F.l1_loss(autograd.ones(3, 2), autograd.ones(3))
    with pytest.raises(ValueError, match=r"did you mean input.reshape\(\(3,\)\)\?"):
        F.binary_cross_entropy_with_logits(autograd.ones(3, 1), autograd.ones(3))
    with pytest.raises(TypeError, match=r"mse_loss.*must be Tensor, not float"):
        F.mse_loss(autograd.ones(3), 1.0)


def test_weights_of_the_elements():
    """torch divides by the sum of the weights."""
    x, y, w = autograd.tensor([1.0, 2.0]), autograd.zeros(2), autograd.tensor([1.0, 3.0])
    assert (
        F.mse_loss(x, y, weight=w).item() == (1 + 12) / 4 and F.mse_loss(x, y, reduction="sum", weight=w).item() == 13
    )
    assert F.huber_loss(x, y, weight=w).item() == pytest.approx((0.5 + 4.5) / 4)
    with pytest.raises(ValueError, match="Weights and input must have the same size"):
        F.mse_loss(x, y, weight=autograd.ones(3))


def test_cross_entropy_tells_indices_from_probabilities():
    x = autograd.randn(3, 4, dtype=autograd.float64)
    onehot = F.one_hot(autograd.tensor([1, 0, 3]), 4)
    assert F.cross_entropy(x, autograd.tensor([1, 0, 3])).item() == pytest.approx(
        F.cross_entropy(x, onehot.double()).item()
    )
    with pytest.raises(RuntimeError, match="Expected floating point type for target with class probabilities"):
        F.cross_entropy(x, onehot)
    with pytest.raises(RuntimeError, match="ignore_index is not supported for floating point target"):
        F.cross_entropy(x, onehot.double(), ignore_index=1)
    with pytest.raises(TypeError, match=r"cross_entropy: argument 'target' .* must be Tensor, not list"):
        F.cross_entropy(x, [1, 0, 3])


def test_kl_div_warns_about_mean():
    p = autograd.tensor([[0.25, 0.75]])
    with pytest.warns(UserWarning, match="'batchmean' divides only by the batch size"):
        assert F.kl_div(p.log(), p).item() == 0


def test_gaussian_nll_of_a_number_and_below_eps():
    x = autograd.tensor([1.0], dtype=autograd.float64)
    assert F.gaussian_nll_loss(x, x + 1, 1.0).item() == 0.5
    var = autograd.tensor([1e-9], dtype=autograd.float64, requires_grad=True)
    F.gaussian_nll_loss(x, x, var, eps=0.5).backward()
    assert var.grad.item() == 1  # as if var were 0.5: the bound hides from the gradient
    with pytest.raises(ValueError, match="var has negative"):
        F.gaussian_nll_loss(x, x, -x)
    with pytest.raises(ValueError, match="var is of incorrect size"):
        F.gaussian_nll_loss(autograd.ones(3, 2), autograd.ones(3, 2), autograd.ones(2))


# Vectors


def test_normalize_gives_length_one():
    x = autograd.tensor([[3.0, 4.0], [0.0, 0.0]])
    assert F.normalize(x).tolist()[0] == pytest.approx([0.6, 0.8]) and F.normalize(x)[1].tolist() == [0, 0]
    assert F.normalize(x, p=1).tolist()[0] == pytest.approx([3 / 7, 4 / 7])
    F.normalize(x, out=x)
    assert x.tolist()[0] == pytest.approx([0.6, 0.8])


def test_pdist_of_all_pairs():
    points = autograd.tensor([[0.0, 0.0], [3.0, 4.0], [0.0, 8.0]])
    assert F.pdist(points).tolist() == pytest.approx([5, 8, 5]) and F.pdist(points, 1).tolist() == pytest.approx(
        [7, 8, 7]
    )
    with pytest.raises(RuntimeError, match="pdist: only supports 2D tensors, got: 1D"):
        F.pdist(autograd.ones(3))


# Attention


def attention(q, k, v, mask=None, scale=None):
    """By its definition, head by head and query by query."""
    scores = q @ k.swapaxes(-1, -2) * (q.shape[-1] ** -0.5 if scale is None else scale)
    scores = scores if mask is None else np.where(mask, scores, -np.inf)
    weights = np.exp(scores - scores.max(-1, keepdims=True))
    return weights / weights.sum(-1, keepdims=True) @ v


def test_attention_is_its_formula():
    rng = np.random.default_rng(0)
    q, k, v = rng.standard_normal((2, 3, 4, 5)), rng.standard_normal((2, 3, 6, 5)), rng.standard_normal((2, 3, 6, 2))
    tensors = [autograd.tensor(a) for a in (q, k, v)]
    np.testing.assert_allclose(F.scaled_dot_product_attention(*tensors).numpy(), attention(q, k, v), rtol=1e-12)
    np.testing.assert_allclose(
        F.scaled_dot_product_attention(*tensors, scale=2.0).numpy(), attention(q, k, v, scale=2.0)
    )
    causal = F.scaled_dot_product_attention(*tensors, is_causal=True).numpy()
    np.testing.assert_allclose(causal, attention(q, k, v, np.tri(4, 6, dtype=bool)), rtol=1e-12)
    mask = rng.random((4, 6)) < 0.7
    masked = F.scaled_dot_product_attention(*tensors, attn_mask=autograd.tensor(mask)).numpy()
    np.testing.assert_allclose(masked, attention(q, k, v, mask), rtol=1e-12)
    added = F.scaled_dot_product_attention(*tensors, attn_mask=autograd.tensor(np.where(mask, 0.0, -np.inf))).numpy()
    np.testing.assert_allclose(added, masked, rtol=1e-12)


def test_a_query_that_may_see_nothing_gives_zeros():
    q = autograd.randn(1, 2, 3)
    mask = autograd.tensor([[True, True], [False, False]])
    assert F.scaled_dot_product_attention(q, q, q, attn_mask=mask)[0, 1].tolist() == [0, 0, 0]


def test_grouped_heads_share_keys_and_values():
    q, k = autograd.randn(1, 4, 3, 5), autograd.randn(1, 2, 3, 5)
    grouped = F.scaled_dot_product_attention(q, k, k, enable_gqa=True)
    repeated = k[:, [0, 0, 1, 1]]
    np.testing.assert_allclose(grouped.numpy(), F.scaled_dot_product_attention(q, repeated, repeated).numpy())


def test_attention_errors():
    q = autograd.ones(2, 3)
    with pytest.raises(RuntimeError, match="Explicit attn_mask should not be set when is_causal=True"):
        F.scaled_dot_product_attention(q, q, q, attn_mask=autograd.ones(2, 2), is_causal=True)
    with pytest.raises(RuntimeError, match="at least 2 axes"):
        F.scaled_dot_product_attention(q[0], q, q)
