"""From Tensors to numbers, text, copies, pickles and other libraries."""

import copy
import pickle

import numpy as np
import pytest

import autograd
import nn


def test_format():
    assert f"{autograd.tensor(0.12345):.3f}" == "0.123"
    assert f"{autograd.tensor(2)}" == "2"
    assert f"{autograd.tensor([1, 2])}" == "tensor([1, 2])"
    with pytest.raises(TypeError):
        f"{autograd.ones(2):.3f}"


def test_a_parameter_without_a_format_prints_as_itself():
    assert f"{nn.Parameter(autograd.tensor(1.5))}".startswith("Parameter containing:")
    assert f"{nn.Parameter(autograd.tensor(1.5)):.1f}" == "1.5"


def test_reversed_flips_the_first_axis():
    x = autograd.arange(4).reshape(2, 2)
    assert reversed(x).tolist() == [[2, 3], [0, 1]]
    scalar = autograd.tensor(1)
    assert reversed(scalar) is scalar


def test_dlpack_shares_memory_with_other_libraries():
    x = autograd.zeros(3)
    np.from_dlpack(x)
    array = np.zeros(2)
    y = autograd.from_dlpack(array)
    y[0] = 5
    assert array[0] == 5
    with pytest.raises(RuntimeError, match="requires grad"):
        np.from_dlpack(autograd.ones(2, requires_grad=True))


def test_frombuffer():
    memory = bytearray(8)
    x = autograd.frombuffer(memory, dtype=autograd.float32)
    x += 1
    assert np.frombuffer(memory, np.float32).tolist() == [1.0, 1.0]
    assert autograd.frombuffer(memory, dtype=autograd.float32, count=1, offset=4).shape == (1,)


@pytest.mark.parametrize("data", [2.5, [1.0, 2.0], [[1.0], [2.0]]])
def test_a_deep_copy_is_a_leaf_of_its_own(data):
    x = autograd.tensor(data, requires_grad=True)
    (x * x).sum().backward()
    x.note = ["mine"]
    twin = copy.deepcopy(x)
    assert twin.is_leaf and twin.requires_grad and twin.tolist() == x.tolist()
    assert twin.grad.tolist() == x.grad.tolist() and twin.grad is not x.grad
    assert twin.note == ["mine"] and twin.note is not x.note
    with autograd.no_grad():
        twin += 1
    assert twin.tolist() != x.tolist()


def test_a_deep_copy_keeps_sharing_and_order():
    x = autograd.ones(2, 3).t()
    one, other = copy.deepcopy([x, x])
    assert one is other and one.stride() == (1, 3)
    with pytest.raises(RuntimeError, match="graph leaves"):
        copy.deepcopy(autograd.ones(2, requires_grad=True) * 2)


@pytest.mark.parametrize("data", [True, 7, 2.5, [1.0, 2.0], []])
def test_pickle(data):
    x = autograd.tensor(data)
    y = pickle.loads(pickle.dumps(x))
    assert y.tolist() == x.tolist() and y.dtype is x.dtype and y.shape == x.shape
    assert type(y.payload) is type(x.payload)  # a 0-d tensor stays as fast as it was


def test_pickle_keeps_what_a_user_added_and_whether_a_gradient_is_wanted():
    x = autograd.ones(2, requires_grad=True)
    x.label = "inputs"
    y = pickle.loads(pickle.dumps(x * 1))
    assert y.requires_grad and y.is_leaf
    assert pickle.loads(pickle.dumps(x)).label == "inputs"


def test_promotion_questions():
    assert autograd.promote_types(autograd.int64, autograd.float32) is autograd.float32
    assert autograd.promote_types(autograd.uint8, autograd.int8) is autograd.int16
    assert autograd.result_type(autograd.ones(2), 1.5) is autograd.float32
    assert autograd.result_type(autograd.ones(2, dtype=autograd.int64), 1.5) is autograd.float32
    assert autograd.can_cast(autograd.int64, autograd.float16)
    assert not autograd.can_cast(autograd.float32, autograd.int64)


def test_fork_rng():
    autograd.manual_seed(0)
    with autograd.random.fork_rng():
        inside = autograd.rand(3)
    assert autograd.rand(3).tolist() == inside.tolist()
    with autograd.random.fork_rng(enabled=False):
        inside = autograd.rand(3)
    assert autograd.rand(3).tolist() != inside.tolist()


def test_typename():
    assert autograd.typename(autograd.ones(1)) == "torch.FloatTensor"
    assert autograd.typename(3) == "int"
