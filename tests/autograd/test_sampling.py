"""Tensors from chance: shapes, ranges, moments; the same seed gives the same numbers."""

import numpy as np
import pytest

import autograd
from autograd import float16, float32, float64, int64, tensor

DRAWS = [
    lambda g: autograd.rand(3, generator=g),
    lambda g: autograd.randn(2, 2, generator=g),
    lambda g: autograd.randint(9, (4,), generator=g),
    lambda g: autograd.randperm(9, generator=g),
    lambda g: autograd.normal(0.0, 1.0, (3,), generator=g),
    lambda g: autograd.bernoulli(autograd.full((9,), 0.5), generator=g),
    lambda g: autograd.multinomial(autograd.ones(9), 4, generator=g),
    lambda g: autograd.multinomial(autograd.ones(9), 4, True, generator=g),
    lambda g: autograd.poisson(autograd.ones(9), g),
]


@pytest.mark.parametrize("draw", DRAWS)
def test_seeds_repeat(draw):
    first, second = (draw(autograd.Generator().manual_seed(5)).tolist() for _ in range(2))
    other = draw(autograd.Generator().manual_seed(6)).tolist()
    autograd.manual_seed(5)
    assert first == second == draw(None).tolist() and draw(None).tolist() != first != other


@pytest.mark.parametrize("dtype", [float16, float32, float64])
def test_moments(dtype):
    g = autograd.Generator().manual_seed(0)
    u, n = (make(20_000, generator=g, dtype=dtype) for make in (autograd.rand, autograd.randn))
    assert u.dtype is n.dtype is dtype
    u, n = u.double(), n.double()
    assert u.min() >= 0 and u.max() <= 1 and abs(u.mean() - 0.5) < 0.01 and abs(u.var() - 1 / 12) < 0.01
    assert abs(n.mean()) < 0.03 and abs(n.std() - 1) < 0.03


def test_whole_numbers():
    drawn = autograd.randint(2, 5, (1000,))
    assert drawn.dtype is int64 and set(drawn.tolist()) == {2, 3, 4}
    assert (
        autograd.randint(3, size=(2,), dtype=float32).dtype is float32
        and autograd.randint(low=0, high=2, size=()).shape == ()
    )
    like = autograd.randint_like(autograd.zeros(2, 3), 2, 5)
    assert like.dtype is float32 and like.min() >= 2 and autograd.randint_like(like, 1).sum() == 0
    assert (
        sorted(autograd.randperm(50).tolist()) == list(range(50))
        and autograd.randperm(3, dtype=float32).dtype is float32
    )


def test_like():
    x = autograd.zeros(2, 3, dtype=float64)
    assert (
        autograd.rand_like(x).dtype is autograd.randn_like(x).dtype is float64
        and autograd.randn_like(x, dtype=float32).dtype is float32
    )
    assert autograd.rand((), requires_grad=True).requires_grad


def test_normal_with_tensors():
    means = autograd.normal(tensor([0.0, 100.0]), 1e-3)
    assert means.dtype is float32 and np.allclose(means.numpy(), [0, 100], atol=0.1)
    assert autograd.normal(0.0, autograd.ones(3)).shape == autograd.normal(autograd.zeros(3)).shape == (3,)
    assert autograd.normal(mean=1.0, std=0.0, size=(2,)).tolist() == [1.0, 1.0]


def test_bernoulli():
    p = tensor([0.0, 1.0], requires_grad=True)
    assert autograd.bernoulli(p).tolist() == [0, 1] and autograd.bernoulli(autograd.zeros(3), 1.0).tolist() == [1, 1, 1]
    assert abs(autograd.full((10_000,), 0.3).bernoulli().mean() - 0.3) < 0.03


def test_multinomial():
    """Drawn as often as the weights say; without replacement each at most once, none of weight 0."""
    weights = tensor([[0.0, 1.0, 3.0], [2.0, 2.0, 0.0]])
    drawn = autograd.multinomial(weights, 10_000, replacement=True, generator=autograd.Generator().manual_seed(0))
    shares = (drawn.unsqueeze(-1) == autograd.arange(3)).double().mean(1)
    np.testing.assert_allclose(shares.numpy(), [[0, 0.25, 0.75], [0.5, 0.5, 0]], atol=0.02)
    for _ in range(20):
        assert sorted(autograd.multinomial(weights[0], 2).tolist()) == [1, 2]
    firsts = autograd.stack([weights[0].multinomial(1) for _ in range(2000)])
    assert abs((firsts == 2).double().mean() - 0.75) < 0.05


def test_poisson():
    assert abs(autograd.poisson(autograd.full((10_000,), 4.0)).mean() - 4) < 0.1


@pytest.mark.parametrize(
    "draw, error, words",
    [
        (lambda: autograd.rand(2, dtype=int64), NotImplementedError, "only floats"),
        (lambda: autograd.rand_like(tensor([1])), NotImplementedError, "int64"),
        (lambda: autograd.randint(3, 3, (2,)), RuntimeError, "from=3 >= to=3"),
        (lambda: autograd.randint(3), TypeError, "size"),
        (lambda: autograd.randperm(-1), RuntimeError, "negative dimension -1"),
        (lambda: autograd.normal(0.0, -1.0, (2,)), RuntimeError, "std >= 0.0, but found std -1"),
        (lambda: autograd.normal(0.0, 1.0), TypeError, "'size'"),
        (lambda: autograd.normal(autograd.zeros(2), autograd.ones(3)), RuntimeError, "must match"),
        (lambda: autograd.bernoulli(tensor([1.5])), RuntimeError, "p_in <= 1"),
        (lambda: autograd.bernoulli(tensor([1])), NotImplementedError, "int64"),
        (lambda: autograd.poisson(tensor([-1.0])), RuntimeError, "non-negative"),
        (lambda: autograd.multinomial(autograd.ones(2), 3), RuntimeError, "without replacement: 3 of 2"),
        (lambda: autograd.multinomial(autograd.zeros(2), 1), RuntimeError, "sum of probabilities <= 0"),
        (lambda: autograd.multinomial(tensor([-1.0, 2.0]), 1), RuntimeError, "element < 0"),
        (lambda: autograd.multinomial(tensor([1, 2]), 1), RuntimeError, "Long"),
        (lambda: autograd.multinomial(autograd.ones(1, 1, 1), 1), RuntimeError, "1 or 2 dim"),
        (lambda: autograd.multinomial(autograd.ones(2), 0), RuntimeError, "<= 0 samples"),
    ],
)
def test_refused(draw, error, words):
    with pytest.raises(error) as caught:
        draw()
    assert words in str(caught.value)
