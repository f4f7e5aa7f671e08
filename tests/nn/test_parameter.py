"""Parameters and Buffers: memory, leaves, copies, pickles, and how they print."""

import copy
import pickle

import pytest

import autograd
import nn


def test_a_parameter_is_a_leaf_that_shares_memory_with_its_data():
    source = autograd.tensor([1.0, 2.0], requires_grad=True)
    computed = source * 2
    parameter = nn.Parameter(computed)
    assert parameter.is_leaf and parameter.requires_grad and isinstance(parameter, autograd.Tensor)
    with autograd.no_grad():
        parameter[0] = 7.0
    assert computed.tolist() == [7.0, 4.0]
    assert not nn.Parameter(source, requires_grad=False).requires_grad


def test_what_is_computed_from_a_parameter_is_a_plain_tensor():
    parameter = nn.Parameter(autograd.tensor([1.0, 2.0]))
    product = parameter * parameter
    assert type(product) is autograd.Tensor and type(parameter.detach()) is autograd.Tensor
    product.sum().backward()
    assert parameter.grad.tolist() == [2.0, 4.0]


def test_a_parameter_prints_with_its_title():
    assert (
        repr(nn.Parameter(autograd.tensor([1.0, 2.0]))) == "Parameter containing:\ntensor([1., 2.], requires_grad=True)"
    )
    assert nn.Parameter().shape == (0,)


@pytest.mark.parametrize("cls", [nn.Parameter, nn.Buffer])
def test_data_must_be_a_tensor(cls):
    with pytest.raises(TypeError, match=rf"{cls.__name__}: data must be a Tensor, got list: did you mean"):
        cls([1.0, 2.0])


def test_integers_have_no_gradient():
    with pytest.raises(RuntimeError, match=r"floating point dtype can require gradients, got torch\.int64"):
        nn.Parameter(autograd.arange(3))
    assert nn.Parameter(autograd.arange(3), requires_grad=False).tolist() == [0, 1, 2]


@pytest.mark.parametrize("requires_grad", [True, False])
@pytest.mark.parametrize("value", [3.0, [1.0, 2.0]])
def test_deepcopy_is_a_parameter_of_its_own(value, requires_grad):
    parameter = nn.Parameter(autograd.tensor(value), requires_grad)
    if requires_grad:
        (parameter * 2).sum().backward()
    twin = copy.deepcopy(parameter)
    assert type(twin) is nn.Parameter and twin.requires_grad is requires_grad and twin.grad is None
    with autograd.no_grad():
        twin.zero_()
    assert parameter.tolist() == value


@pytest.mark.parametrize("value", [3.0, [1.0, 2.0]])
def test_pickle_keeps_class_values_and_free_attributes(value):
    parameter = nn.Parameter(autograd.tensor(value), requires_grad=False)
    parameter.group = "head"
    twin = pickle.loads(pickle.dumps(parameter))
    assert type(twin) is nn.Parameter and twin.tolist() == value
    assert not twin.requires_grad and twin.group == "head"
    assert pickle.loads(pickle.dumps(nn.Parameter(autograd.tensor(value)))).requires_grad


def test_a_buffer_remembers_whether_it_persists():
    buffer = nn.Buffer(autograd.tensor([1.0]), persistent=False)
    assert not buffer.requires_grad and not buffer.persistent
    for twin in (copy.deepcopy(buffer), pickle.loads(pickle.dumps(buffer))):
        assert type(twin) is nn.Buffer and not twin.persistent and twin.tolist() == [1.0]
