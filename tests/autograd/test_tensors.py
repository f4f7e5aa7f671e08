"""Views and in-place writes: one memory, one history."""

import numpy as np
import pytest

import autograd
from autograd import tensor


def leaf(values, dtype=autograd.float64):
    return tensor(values, dtype=dtype, requires_grad=True)


def test_write_through_a_view_reaches_the_base_and_its_gradient():
    x = leaf([1.0, 2.0, 3.0])
    y = x * 1
    y[0:2].mul_(10)
    assert y.tolist() == [10, 20, 3]
    y.sum().backward()
    assert x.grad.tolist() == [10, 10, 1]


def test_a_view_sees_a_write_to_its_base():
    x = leaf([1.0, 2.0])
    y = x * 1
    view = y[1:]
    y.mul_(5)
    assert view.tolist() == [10] and view.requires_grad
    (view * view).sum().backward()
    assert x.grad.tolist() == [0, 100]


def test_a_constant_base_gets_the_history_of_what_is_written_into_it():
    w = leaf(3.0)
    buffer = autograd.zeros(3, dtype=autograd.float64)
    row = buffer[1:]
    buffer[1] = w * w
    assert buffer.requires_grad and row.requires_grad
    row.sum().backward()
    assert w.grad.item() == 6


def test_views_of_views_of_transposed_memory():
    x = leaf(np.arange(6.0).reshape(2, 3))
    y = (x * 1).t()  # a view
    z = y.t()[0]  # a view of it
    z.mul_(2)
    y.sum().backward()
    assert x.grad.tolist() == [[2, 2, 2], [1, 1, 1]]
    u = leaf(np.arange(6.0).reshape(2, 3))
    v = u.t() * 1  # NumPy gives this Fortran order
    v[1].mul_(3)
    v.sum().backward()
    assert u.grad.tolist() == [[1, 3, 1], [1, 3, 1]]


def test_scalar_views_share_memory():
    x = leaf(2.0)
    y = x * 1
    y.reshape(1).mul_(3)
    assert y.item() == 6
    y.backward()
    assert x.grad.item() == 3
    z = autograd.zeros(2)
    z[0].add_(1)
    assert z.tolist() == [1, 0]


@pytest.mark.parametrize(
    "make", [lambda x: x.exp(), lambda x: x.tanh(), lambda x: x * x, lambda x: x**3, lambda x: x.relu()]
)
def test_a_write_to_a_saved_value_raises_and_names_the_op(make):
    x = leaf([1.0, 2.0])
    h = x * 1
    y = make(h)
    name = y.grad_fn.op.name
    (y if "out" in y.grad_fn.op.asked else h).add_(1)
    with pytest.raises(RuntimeError, match=rf"{name}: .*modified by an inplace operation.*shape \[2\]"):
        y.sum().backward()
    assert x.grad is None


@pytest.mark.parametrize(
    "write",
    [
        lambda h: h.add_(1),
        lambda h: h.__setitem__(0, 9.0),
        lambda h: h[0:1].mul_(2),
        lambda h: h.detach().mul_(2),
        lambda h: h.reshape(2, 1).zero_(),
        lambda h: h.copy_(tensor([0.0, 0.0])),
        lambda h: h.fill_(1),
    ],
)
def test_every_kind_of_write_is_noticed(write):
    x = leaf([1.0, 2.0])
    h = x * 1
    y = h * h
    write(h)
    with pytest.raises(RuntimeError, match="inplace operation"):
        y.sum().backward()


def test_scalars_obey_the_write_clock():
    x = leaf(2.0)
    h = x * 1
    y = h * h
    h.add_(1)
    with pytest.raises(RuntimeError, match="inplace operation"):
        y.backward()
    h = x * 1
    y = h * h
    h.reshape(1).add_(1)  # through a view that had to share the memory
    with pytest.raises(RuntimeError, match="inplace operation"):
        y.backward()


def test_a_write_through_data_is_not_noticed():
    x = leaf([1.0, 2.0])
    h = x * 1
    y = h * h
    h.data.mul_(10)
    y.sum().backward()
    assert x.grad.tolist() == [20, 40]


def test_what_the_write_itself_saved_is_kept():
    x, w = leaf([1.0, 2.0]), leaf([3.0, 4.0])
    h = x * 1
    h.mul_(w)
    h.pow_(2)
    h.sum().backward()
    assert w.grad.tolist() == [6, 32] and x.grad.tolist() == [18, 64]


def test_in_place_chain_equals_out_of_place():
    a, b = leaf([0.3, -0.7]), leaf([0.3, -0.7])
    y = a * 1
    y.neg_().mul_(2).exp_()
    z = (-b * 2).exp()
    z.sum().backward()
    y.sum().backward()
    assert np.allclose(a.grad.numpy(), b.grad.numpy())


def test_leaf_and_view_of_leaf_cannot_be_written_while_recorded():
    x = leaf([1.0, 2.0])
    with pytest.raises(RuntimeError, match="a leaf Variable that requires grad"):
        x.add_(1)
    with pytest.raises(RuntimeError, match="a view of a leaf Variable"):
        x[0:1].add_(1)
    with pytest.raises(RuntimeError, match="leaf"):
        x[0] = 5.0
    assert x.tolist() == [1, 2]
    with autograd.no_grad():
        x.add_(1)
        x[0] = 7.0
    assert x.tolist() == [7, 3] and x.is_leaf


def test_a_view_born_under_no_grad_cannot_be_written_while_recorded():
    x = leaf([1.0, 2.0])
    y = x * 1
    with autograd.no_grad():
        view = y[:1]
    with pytest.raises(RuntimeError, match="created in no_grad mode"):
        view.mul_(2)


def test_a_failed_write_changes_nothing():
    x = autograd.zeros(2)
    with pytest.raises(RuntimeError, match="doesn't match the broadcast shape"):
        x.add_(autograd.ones(3, 2))
    n = tensor([1, 2])
    with pytest.raises(RuntimeError, match="result type Float can't be cast to the desired output type Long"):
        n.add_(0.5)
    with pytest.raises(RuntimeError, match="single memory location"):
        tensor([1.0]).expand(3).add_(1)
    assert x.tolist() == [0, 0] and n.tolist() == [1, 2] and n.dtype == autograd.int64


def test_a_part_of_an_expanded_tensor_takes_a_value():
    """Its elements have places of their own, so the write reaches all rows, the base and the value's gradient."""
    x, row = leaf([1.0, 2.0, 3.0]), leaf([[4.0, 5.0, 6.0]])
    y = x * 2
    rows = y.expand(2, 3)
    rows[1] = row
    rows[0, 1] = 7
    assert rows.tolist() == [[4, 7, 6]] * 2 and y.tolist() == [4, 7, 6]
    rows.sum().backward()
    assert x.grad.tolist() == [0, 0, 0] and row.grad.tolist() == [[2, 0, 2]]
    with pytest.raises(RuntimeError, match="more than one element of the written-to tensor"):
        rows[:, 0] = row[0, 0]


def test_augmented_assignment_writes_in_place():
    x = autograd.zeros(2)
    held = x
    x += 1
    x *= 3
    assert held is x and x.tolist() == [3, 3]


def test_dtype_promotion_returns_gradients_in_the_inputs_type():
    x = leaf([1.0, 2.0], autograd.float32)
    y = leaf([3.0, 4.0], autograd.float64)
    z = x * y
    assert z.dtype == autograd.float64
    z.sum().backward()
    assert x.grad.dtype == autograd.float32 and x.grad.tolist() == [3, 4]


def test_a_0d_tensor_is_weak_and_a_numpy_scalar_counts_as_a_number():
    x = autograd.ones(2)
    assert (x * tensor(2.0, dtype=autograd.float64)).dtype == autograd.float32
    assert (x * np.float64(2)).dtype == autograd.float32
    assert (np.float64(2) * x).dtype == autograd.float32
    assert (tensor([1]) * 0.5).dtype == autograd.float32
    assert (tensor([1]) / tensor([2])).dtype == autograd.float32
    assert (tensor([200], dtype=autograd.uint8) + 100).tolist() == [44]


def test_broadcast_gradient_is_the_sum_of_the_copies():
    x, y = leaf([[1.0], [2.0]]), leaf([1.0, 2.0, 3.0])
    (x * y).sum().backward()
    assert x.grad.tolist() == [[6], [6]] and y.grad.tolist() == [3, 3, 3]


def test_requires_grad_rules():
    x = tensor([1.0])
    x.requires_grad_()
    y = x * 2
    with pytest.raises(RuntimeError, match="leaf variables"):
        y.requires_grad = False
    with pytest.raises(RuntimeError, match="floating point"):
        tensor([1]).requires_grad_()
    x.requires_grad_(False)
    assert not (x * 2).requires_grad and y.requires_grad


def test_assigned_grad_is_checked():
    x = leaf([1.0, 2.0])
    with pytest.raises(TypeError, match="assigned grad expected to be a Tensor"):
        x.grad = 3
    with pytest.raises(RuntimeError, match="different size"):
        x.grad = autograd.zeros(3, dtype=autograd.float64)
    with pytest.raises(RuntimeError, match="different type"):
        x.grad = autograd.zeros(2)
    x.grad = autograd.ones(2, dtype=autograd.float64)
    (x * 2).sum().backward()
    assert x.grad.tolist() == [3, 3]


def test_scalar_leaves_stay_scalars_under_an_optimizer_write():
    from autograd.tensors import commit_write, raw_array

    x = leaf(2.0)
    before = x * x
    array = raw_array(x)
    array -= 0.5
    commit_write(x, array)
    assert x.item() == 1.5 and isinstance(x.payload, np.float64)
    with pytest.raises(RuntimeError, match="inplace operation"):
        before.backward()


def test_detach_shares_memory():
    x = leaf([1.0, 2.0])
    d = x.detach()
    d[0] = 9.0
    assert x[0].item() == 9 and not d.requires_grad
