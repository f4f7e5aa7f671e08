"""Writing over a tensor: what it held, what backward sees, what is refused."""

import numpy as np
import pytest

import autograd

FILLS = {
    "zero_": lambda x: x.zero_(),
    "fill_": lambda x: x.fill_(3.0),
    "copy_": lambda x: x.copy_(autograd.ones(3)),
    "uniform_": lambda x: x.uniform_(),
    "normal_": lambda x: x.normal_(),
    "exponential_": lambda x: x.exponential_(),
    "bernoulli_": lambda x: x.bernoulli_(0.5),
    "random_": lambda x: x.random_(5),
}


@pytest.mark.parametrize("name", FILLS)
def test_what_was_there_gets_zeros_and_the_memory_stays(name):
    x = autograd.ones(2, 3, requires_grad=True)
    y = x * 2
    memory = y.data_ptr()
    assert FILLS[name](y) is y and y.data_ptr() == memory and y.requires_grad
    y.sum().backward()
    assert x.grad.tolist() == [[0, 0, 0], [0, 0, 0]]


@pytest.mark.parametrize("name", FILLS)
def test_a_leaf_that_requires_grad_is_refused_and_stays(name):
    x = autograd.ones(2, 3, requires_grad=True)
    with pytest.raises(RuntimeError, match="leaf Variable that requires grad"):
        FILLS[name](x)
    assert (x == 1).all()
    with autograd.no_grad():
        FILLS[name](x)
    assert x.is_leaf and x.requires_grad


@pytest.mark.parametrize("name", FILLS)
@pytest.mark.parametrize("shape", [(), (0,), (2, 0)])
def test_any_shape(name, shape):
    if name != "copy_":
        assert FILLS[name](autograd.ones(shape)).shape == shape


def test_views_see_the_write():
    x = autograd.ones(2, 3)
    x[0].zero_()
    x.T[2].fill_(autograd.tensor(7))
    assert x.tolist() == [[0, 0, 7], [1, 1, 7]]


def test_copy_casts_broadcasts_and_hands_its_gradient_to_the_source():
    source = autograd.tensor([1.0, 2.0], dtype=autograd.float64, requires_grad=True)
    x = autograd.zeros(3, 2)
    x.copy_(source)
    assert x.dtype == autograd.float32 and x.tolist() == [[1, 2]] * 3
    (x * x).sum().backward()
    assert source.grad.tolist() == [6, 12] and source.grad.dtype == autograd.float64


def test_fill_hands_its_gradient_to_the_number():
    value = autograd.tensor(2.0, requires_grad=True)
    x = autograd.zeros(2, 2).fill_(value)
    x.sum().backward()
    assert value.grad.item() == 4


def test_integers_are_cut_off():
    assert autograd.zeros(2, dtype=autograd.int64).fill_(2.7).tolist() == [2, 2]


def test_chance_keeps_to_its_range_and_its_seed():
    a = autograd.empty(2000).uniform_(2, 3, generator=autograd.Generator().manual_seed(1))
    assert ((a >= 2) & (a < 3)).all() and abs(a.mean().item() - 2.5) < 0.03
    b = autograd.empty(2000).uniform_(2, 3, generator=autograd.Generator().manual_seed(1))
    assert (a == b).all()
    c = autograd.empty(4000).normal_(1, 2)
    assert abs(c.mean().item() - 1) < 0.2 and abs(c.std().item() - 2) < 0.2
    assert set(autograd.empty(200, dtype=autograd.int64).random_(3, 6).tolist()) == {3, 4, 5}
    assert set(autograd.empty(200).random_(2).tolist()) == {0, 1}
    assert set(autograd.empty(200, dtype=autograd.bool).random_().tolist()) == {True, False}
    assert abs(autograd.empty(4000).exponential_(2).mean().item() - 0.5) < 0.05
    assert autograd.empty(3).bernoulli_(autograd.tensor([0.0, 1.0, 0.0])).tolist() == [0, 1, 0]


@pytest.mark.parametrize(
    ("call", "kind", "words"),
    [
        (
            lambda x: x.fill_(autograd.ones(3)),
            RuntimeError,
            "only supports 0-dimension value tensor but got tensor with 1",
        ),
        (lambda x: x.copy_(np.ones(3)), TypeError, "must be Tensor, not ndarray"),
        (lambda x: x.copy_(autograd.ones(4)), RuntimeError, "broadcast"),
        (lambda x: x.uniform_(1, 0), RuntimeError, "found from=1 > to=0"),
        (lambda x: x.normal_(0, -1), RuntimeError, "expects std >= 0.0, but found std -1"),
        (lambda x: x.exponential_(0), RuntimeError, "found lambda=0"),
        (lambda x: x.bernoulli_(1.5), RuntimeError, "expects p to be in [0, 1], but got p=1.5"),
        (lambda x: x.random_(4, 4), RuntimeError, "from=4 >= to=4"),
        (lambda x: x.long().uniform_(), NotImplementedError, "only floats can hold such numbers"),
    ],
)
def test_refused(call, kind, words):
    x = autograd.ones(2, 3)
    with pytest.raises(kind) as caught:
        call(x)
    assert words in str(caught.value) and (x == 1).all() and x._version == 0
