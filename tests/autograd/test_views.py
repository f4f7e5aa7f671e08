"""Views and writes where the rules are fine: whose history, whose version, whose memory."""

import warnings

import numpy as np
import pytest

import autograd
from autograd import tensor


def leaf(values, dtype=autograd.float64):
    return tensor(values, dtype=dtype, requires_grad=True)


def test_a_view_made_under_no_grad_requires_grad_just_if_its_base_does():
    x = leaf([1.0, 2.0])
    with autograd.no_grad():
        view = x[:1]
    assert view.requires_grad and view.is_leaf
    (view * 3).sum().backward()  # there is no way back to x
    assert x.grad is None and view.grad is None
    assert autograd.grad((view * 3).sum(), view, allow_unused=True) == (None,)
    with pytest.raises(RuntimeError, match="does not require grad and does not have a grad_fn"):
        view.sum(0).detach().backward()
    x.requires_grad_(False)
    assert not view.requires_grad
    constant = autograd.zeros(2)
    row = constant[:1]
    constant.requires_grad_()
    assert row.requires_grad and row.is_leaf
    with pytest.raises(RuntimeError, match="a view of a leaf Variable"):
        row.mul_(2)


def test_a_view_made_under_no_grad_is_lost_when_its_base_is_written():
    x = leaf([1.0, 2.0])
    y = x * 1
    with autograd.no_grad():
        view = y[:1]
    y.mul_(2)
    with pytest.raises(RuntimeError, match="created in no_grad mode"):
        view.sum().backward()


def test_data_counts_its_own_writes():
    x, w = leaf([1.0, 2.0]), leaf([3.0, 4.0])
    data = x.data
    y, z = w * data, x * x
    data.mul_(10)
    assert x.tolist() == [10, 20] and data._version == 1 and x._version == 0
    with pytest.raises(RuntimeError, match="inplace operation"):
        y.sum().backward()
    z.sum().backward()
    assert x.grad.tolist() == [20, 40]


def test_data_can_be_set():
    x = leaf([1.0, 2.0])
    x.data = tensor([5.0, 6.0], dtype=autograd.float64)
    (x * x).sum().backward()
    assert x.grad.tolist() == [10, 12]
    with pytest.raises(RuntimeError, match="must be floating point"):
        x.data = tensor([1, 2])


@pytest.mark.parametrize(
    "write",
    [
        lambda x: x[1:].add_(x[:-1]),
        lambda x: x[1:].copy_(x[:-1]),
        lambda x: x.__setitem__(slice(1, None), x[:-1]),
        lambda x: x.mul_(x[0]),
        lambda x: x.index_add_(0, tensor([0, 1, 2]), x),
        lambda x: x.scatter_(0, tensor([0, 1, 2]), x),
        lambda x: x.__setitem__(tensor([0, 1]), x[:2]),
    ],
)
def test_a_write_over_a_part_of_an_operand_raises(write):
    x = tensor([1.0, 2.0, 3.0])
    with pytest.raises(RuntimeError, match="written-to tensor refer to a single memory location"):
        write(x)
    assert x.tolist() == [1, 2, 3]


def test_a_tensor_may_be_written_with_itself():
    x = tensor([1.0, 2.0])
    x.add_(x)
    x[:] = x
    x.copy_(x)
    assert x.tolist() == [2, 4]


def test_expanded_memory_takes_one_value_only():
    x = tensor([1.0]).expand(3)
    assert x.fill_(2).tolist() == [2, 2, 2]
    with pytest.raises(RuntimeError, match="more than one element of the written-to tensor"):
        x.add_(1)
    tensor([]).expand(2, 0).add_(1)  # nothing is written


def test_an_operand_that_the_write_spoils_is_noticed():
    x, y = leaf([1.0, 2.0]), leaf([3.0, 4.0])
    for write in (lambda h: h.addcmul_(y, h), lambda h: h.addcmul_(h, y), lambda h: h.mul_(h[:])):
        h = x * 1
        write(h)
        with pytest.raises(RuntimeError, match="inplace operation"):
            h.sum().backward()


def test_a_write_without_slope_keeps_the_history():
    x = leaf([1.0, -2.0])
    y = x * 1
    y.gt_(0)
    assert y.requires_grad and not y.is_leaf
    y.sum().backward()
    assert x.grad.tolist() == [0, 0]


def test_integers_take_values_but_no_history():
    i = tensor([0, 0])
    i.copy_(leaf([1.7, 2.2]))
    i[0] = leaf(5.5)
    assert i.tolist() == [5, 2] and not i.requires_grad and i.is_leaf
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        i[1] = tensor(float("nan"))


def test_the_index_is_looked_at_before_the_leaf():
    x = leaf([1.0, 2.0])
    with pytest.raises(IndexError):
        x[2] = 1.0
    with pytest.raises(RuntimeError, match="a view of a leaf Variable|a leaf Variable"):
        x[1] = 1.0


def test_a_picked_element_has_memory_of_its_own():
    x = autograd.zeros(3)[0]  # a 0-d array, not a scalar
    for picked in (x.max(0)[0], x.sort()[0], x.topk(1)[0], x.median(0)[0], x.gather(0, tensor(0))):
        picked.add_(1)
        assert x.item() == 0
    assert +x is x


def test_true_is_no_single_tensor():
    x = leaf(2.0)
    y = autograd.where(tensor(True), x, 0.0)
    other = tensor(True)
    other.logical_and_(tensor(False))
    y.backward()
    assert x.grad.item() == 1


def test_a_copy_keeps_the_layout():
    x = autograd.zeros(2, 3).t()
    assert x.clone().stride() == x.stride()
    assert x.contiguous().is_contiguous() and x.contiguous().tolist() == x.tolist()


def test_what_a_leaf_no_longer_wants_does_not_reach_it():
    for stop in (lambda t: t.requires_grad_(False), lambda t: t.detach_()):
        x = leaf([1.0, 2.0])
        y = (x * x).sum()
        (x * 3).sum().backward()
        stop(x)
        y.backward()
        assert x.grad.tolist() == [3, 3]


def test_a_retained_gradient_follows_its_tensor():
    x = leaf([1.0, 2.0])
    base = x * 1
    view = base[:1]
    base.retain_grad()
    view.retain_grad()
    view.mul_(3)
    (base * 2 + view.sum()).sum().backward()
    assert base.grad.tolist() == [4, 2] and view.grad.tolist() == [2]


def test_many_writes_to_scalars_leave_nothing_behind():
    from autograd.clock import clock

    for _ in range(3000):
        h = leaf(1.0) * 1
        h.add_(1)
        np.empty(1)
    assert len(clock.writes) < 3000
