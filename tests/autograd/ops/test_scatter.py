"""gather, scatter, and what they reduce to."""
import numpy as np
import pytest
from oprows import Row, check_rows

import autograd
from autograd import tensor

SKIP = dict(integers="skip")
I0, I1, IV = np.array([[0, 1, 0], [2, 2, 2]]), np.array([[3, 0], [1, 1]]), np.array([2, 0, 2, 2])
OUT = "index 3 is out of bounds for dimension 0 with size 3"


def places(index, dim):
    where = list(np.ix_(*map(range, index.shape)))
    where[dim] = index
    return tuple(where)


def gathered(input, dim, index):
    return input[places(index, dim)]


def scattered(input, dim, index, src):
    out = input.copy()
    out[places(index, dim)] = src if np.isscalar(src) else src[tuple(map(slice, index.shape))]
    return out


def reduced(input, dim, index, src, reduce="sum", include_self=True):
    """One element after the other."""
    out, count = input.copy(), np.full(input.shape, int(include_self))
    step = {"sum": np.add, "mean": np.add, "prod": np.multiply, "amax": np.maximum, "amin": np.minimum}[reduce]
    for at in np.ndindex(index.shape):
        to = (*at[:dim], index[at], *at[dim + 1:])
        out[to] = step(out[to], src[at]) if count[to] else src[at]
        count[to] += 1
    return out / np.maximum(count, 1).astype(out.dtype) if reduce == "mean" else out


REDUCTIONS = [((3, 4), 0, I0, (2, 3)), ((4,), 0, IV, (4,)), ((2, 4), 1, I1, (2, 2))]
# torch has no gradient for what is left over of src
WIDER = [((4,), 0, IV, (5,)), ((3, 4), 0, I0, (3, 4)), ((4,), 0, np.array([1]), (2,))]
ROWS = [
    Row("gather", oracle=gathered, shapes=[((3, 4), 0, I0), ((2, 4), 1, I1), ((4,), 0, IV),
                                           ((3, 3), 0, np.zeros((0, 3), int))], **SKIP,
        raises=[((3, 3), 0, np.array([[3]]), RuntimeError, OUT),
                ((3, 3), 0, np.array([[-1]]), RuntimeError, "index -1"),
                ((3, 3), 0, np.array([1]), RuntimeError, "same number of dimensions"),
                ((3, 2), 0, I0, RuntimeError, "Size does not match"),
                ((3,), 0, np.array([1], np.int16), RuntimeError, "Expected dtype int32/int64")]),
    Row("take_along_dim", oracle=lambda input, indices, dim: np.take_along_axis(input, indices, dim), **SKIP,
        shapes=[((2, 3), np.array([[2], [0]]), 1), ((1, 3), np.array([[0, 2], [1, 1]]), 1)],
        raises=[((2, 3), np.array([0]), 0, RuntimeError, "same number of dimensions")]),
    Row("scatter", oracle=scattered, **SKIP,
        shapes=[((3, 4), 0, np.array([[2, 0, 1]]), (1, 3)), ((2, 4), 1, np.array([[3], [0]]), 2.5)],
        raises=[((3,), 0, np.array([3]), 1.0, RuntimeError, OUT), ((3,), 0, np.array([1, 2]), (1,), RuntimeError,
            "no larger than src"),
                ((3,), 0, np.array([1]), 1.0, dict(reduce="max"), RuntimeError, "either add or multiply")]),
    Row("scatter_add", oracle=lambda input, dim, index, src: reduced(input, dim, index, src), shapes=REDUCTIONS, **SKIP,
        raises=[((3,), 0, np.array([3]), (1,), RuntimeError, OUT),
                ((3,), 0, np.array([1]), 1.0, TypeError, "must be Tensor")]),
    Row("scatter", oracle=scattered, shapes=[((3, 3), 0, np.array([[1, 2]]), (2, 3))], parity=None, **SKIP),
    Row("scatter_add", oracle=lambda input, dim, index, src: reduced(input, dim, index, src), shapes=WIDER, parity=None,
        **SKIP),
    *[Row("scatter_reduce", oracle=reduced,
          shapes=[(*entry, how, dict(include_self=keep)) for entry in REDUCTIONS for how in hows],
          raises=[((3,), 0, np.array([1]), (1,), "max", RuntimeError, "sum, prod, mean, amax or amin, got max")],
          parity=parity, **SKIP)
      for hows, keep, parity in ((("sum", "mean"), True, "all"), (("sum", "mean"), False, "all"),
                                 (("amax", "amin"), True, "ties"),
                                 # torch counts the excluded self among those that share the extreme
                                 (("amax", "amin"), False, "smooth"), (("prod",), False, None))],
    Row("scatter_reduce", oracle=reduced, shapes=[(*entry, "prod") for entry in REDUCTIONS], parity="smooth", **SKIP),
    Row("scatter_reduce", oracle=reduced, shapes=[(*entry, "amax") for entry in WIDER], parity=None, **SKIP),
]
test_row = check_rows(ROWS)


def test_scatter_with_a_reduction():
    x, i = tensor([1.0, 2.0, 3.0]), tensor([0, 0, 2])
    assert x.scatter(0, i, 2.0, reduce="add").tolist() == [5.0, 2.0, 5.0]
    with pytest.warns(UserWarning, match="Use torch.scatter_reduce"):
        assert x.scatter(0, i, tensor([2.0, 2.0, 2.0]), reduce="multiply").tolist() == [4.0, 2.0, 6.0]


def test_a_product_with_zeros():
    """The gradient of the only zero is the product of the others; of one among two, 0."""
    x, src = tensor([2.0, 0.0], requires_grad=True), tensor([0.0, 3.0, 0.0, 5.0], requires_grad=True)
    x.scatter_reduce(0, tensor([0, 0, 1, 1]), src, "prod").sum().backward()
    assert src.grad.tolist() == [6.0, 0.0, 0.0, 0.0]
    assert x.grad.tolist() == [0.0, 0.0]


def test_in_place_twins():
    x, i = autograd.zeros(3), tensor([2, 2])
    x.scatter_(0, tensor([0]), 5.0).scatter_add_(0, i, tensor([1.0, 2.0])).scatter_reduce_(0, i, tensor([9.0, 4.0]),
        "amax")
    assert x.tolist() == [5.0, 0.0, 9.0]
    w = autograd.ones(2, requires_grad=True)
    y = autograd.zeros(3)
    y.scatter_add_(0, i, w * 3)
    (y * y).sum().backward()
    assert w.grad.tolist() == [36.0, 36.0]


def test_numbers_can_be_gathered():
    assert tensor(5.0).gather(0, tensor([0, 0])).tolist() == [5.0, 5.0]
    assert tensor([1.0, 2.0]).gather(0, tensor(1)).item() == 2.0


def test_mean_of_integers_rounds_down():
    assert tensor([0, 1]).scatter_reduce(0, tensor([0, 0]), tensor([5, 6]), "mean").tolist() == [3, 1]
