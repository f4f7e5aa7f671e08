"""Tables whose rows stand for integers."""

import numpy as np
import pytest

import autograd
import nn

INDICES = autograd.tensor([[1, 0], [1, 2]])


def test_rows_and_their_gradient():
    layer = nn.Embedding(3, 2)
    out = layer(INDICES)
    np.testing.assert_array_equal(out.detach().numpy(), layer.weight.detach().numpy()[INDICES.numpy()])
    out.sum().backward()
    assert layer.weight.grad.tolist() == [[1, 1], [2, 2], [1, 1]]


def test_padding_starts_at_zero_and_stays():
    layer = nn.Embedding(3, 2, padding_idx=-2)
    assert layer.padding_idx == 1 and layer.weight[1].tolist() == [0, 0]
    layer(INDICES).sum().backward()
    assert layer.weight.grad.tolist() == [[1, 1], [0, 0], [1, 1]]


def test_padding_counted_from_the_end():
    weight = autograd.ones(3, 2, requires_grad=True)
    nn.functional.embedding(INDICES, weight, padding_idx=-1).sum().backward()
    assert weight.grad.tolist() == [[1, 1], [2, 2], [0, 0]]


def test_gradients_scaled_by_frequency():
    layer = nn.Embedding(3, 2, scale_grad_by_freq=True)
    layer(INDICES).sum().backward()
    assert layer.weight.grad.tolist() == [[1, 1], [1, 1], [1, 1]]


def test_max_norm_shortens_the_rows_that_are_used():
    table = autograd.tensor([[3.0, 4.0], [0.3, 0.4], [6.0, 8.0]])
    layer = nn.Embedding(3, 2, max_norm=1.0, _weight=table)
    layer(autograd.tensor([0, 1]))
    np.testing.assert_allclose(layer.weight.detach().numpy(), [[0.6, 0.8], [0.3, 0.4], [6, 8]], rtol=1e-5)


def test_start_is_standard_normal():
    values = nn.Embedding(200, 100).weight.detach().numpy()
    assert abs(values.mean()) < 0.03 and values.std() == pytest.approx(1, abs=0.02)


def test_from_pretrained():
    layer = nn.Embedding.from_pretrained(autograd.ones(3, 2))
    assert not layer.weight.requires_grad and layer(INDICES).shape == (2, 2, 2)
    assert nn.Embedding.from_pretrained(autograd.ones(3, 2), freeze=False).weight.requires_grad


@pytest.mark.parametrize(
    "mode, expected",
    [("sum", [[4, 6], [4, 6], [0, 0]]), ("mean", [[2, 3], [4, 6], [0, 0]]), ("max", [[4, 5], [4, 6], [0, 0]])],
)
def test_bags(mode, expected):
    """Bags [0, 1], [2] and an empty one; as rows of one length, too."""
    layer = nn.EmbeddingBag(3, 2, mode=mode, _weight=autograd.tensor([[0.0, 1.0], [4.0, 5.0], [4.0, 6.0]]))
    assert layer(autograd.tensor([0, 1, 2]), autograd.tensor([0, 2, 3])).tolist() == expected
    assert layer(autograd.tensor([[0, 1]])).tolist() == expected[:1]


def test_bags_with_weights_and_last_offset():
    layer = nn.EmbeddingBag(2, 1, mode="sum", include_last_offset=True, _weight=autograd.tensor([[1.0], [10.0]]))
    out = layer(autograd.tensor([0, 1, 1]), autograd.tensor([0, 2, 3]), autograd.tensor([1.0, 2.0, 3.0]))
    assert out.tolist() == [[21], [30]]


@pytest.mark.parametrize(
    "make, error, words",
    [
        (lambda: nn.Embedding(3, 2, padding_idx=3), AssertionError, "Padding_idx must be within num_embeddings, got 3"),
        (lambda: nn.Embedding(3, 2, _weight=autograd.ones(2, 2)), AssertionError, "does not match num_embeddings"),
        (
            lambda: nn.Embedding(3, 2)(autograd.tensor([3])),
            IndexError,
            "index out of range in self: the table has 3 rows",
        ),
        (lambda: nn.Embedding(3, 2)(autograd.tensor([1.0])), RuntimeError, "convert it with .long()"),
        (lambda: nn.EmbeddingBag(3, 2)(autograd.tensor([1])), ValueError, "offsets has to be a 1D Tensor but got None"),
        (lambda: nn.EmbeddingBag(3, 2)(INDICES, autograd.tensor([0])), ValueError, "offsets has to be None"),
        (
            lambda: nn.EmbeddingBag(3, 2)(autograd.tensor([1]), autograd.tensor([1])),
            RuntimeError,
            "offsets[0] has to be 0",
        ),
        (lambda: nn.EmbeddingBag(3, 2, mode="min")(INDICES), ValueError, "mode has to be one of sum, mean or max"),
    ],
)
def test_errors(make, error, words):
    with pytest.raises(error) as caught:
        make()
    assert words in str(caught.value)


def test_repr():
    layer = nn.Embedding(4, 3, padding_idx=-1, max_norm=1.0, sparse=True, scale_grad_by_freq=True, norm_type=1.0)
    assert repr(layer) == (
        "Embedding(4, 3, padding_idx=3, max_norm=1.0, norm_type=1.0, scale_grad_by_freq=True, sparse=True)"
    )
    assert repr(nn.EmbeddingBag(4, 3, mode="sum", padding_idx=1)) == "EmbeddingBag(4, 3, mode='sum', padding_idx=1)"
