"""The routers: extremes, bounds, choice by a mask, sorting."""
from functools import partial

import numpy as np
import pytest
from oprows import BINARY, TENSORS, TERNARY, Row, check_rows

import autograd

RNG = np.random.default_rng(0)
MASK, ROW_MASK = RNG.random((3, 4)) < 0.5, np.array([True, False, True, False])
GRID = RNG.permutation(24).reshape(2, 3, 4).astype(np.float64)
TIED = RNG.integers(0, 3, (4, 5)).astype(np.float64)
ALONG = [((3, 4), 0), ((3, 4), 1), ((2, 3, 4), -2), ((3, 4), 0, True), ((3, 4), dict(dim=1, keepdim=True)), ((), 0),
         ((5,), 0)]
EMPTY = [((0,), RuntimeError, "Expected reduction dim"), ((2, 0), dict(dim=1), IndexError, "to have non-zero size")]
OUT_OF_RANGE = [((2, 3), 2, IndexError, "Dimension out of range (expected to be in range of [-2, 1], but got 2)")]


def extreme(find, place):
    """NumPy's twin of torch.max and torch.min."""
    def oracle(x, dim=None, keepdim=False):
        if isinstance(dim, np.ndarray):
            return {"max": np.maximum, "min": np.minimum}[find.__name__.removeprefix("a")](x, dim)
        if dim is None:
            return find(x)
        axis = dim if x.ndim else None
        return find(x, axis, keepdims=keepdim), place(x, axis, keepdims=keepdim)
    return oracle


def reduced(find, x, dim=None, keepdim=False):
    return find(x, dim if dim not in (None, ()) and x.ndim else None, keepdims=keepdim)


def ordered(x, order, dim):
    return (np.take_along_axis(x, order, dim), order) if x.ndim else (x, np.int64(0))


def argsort(x, dim=-1, descending=False, stable=False):
    return np.argsort(-x if descending else x, dim, kind="stable") if x.ndim else np.int64(0)


def topk(x, k, dim=-1, largest=True, sorted=True):
    order = argsort(x, dim, largest)
    return ordered(x, np.take(order, np.arange(k), dim) if x.ndim else order, dim)


def ranked(rank):
    """NumPy's twin of kthvalue and median: the element of this rank."""
    def oracle(x, *args, dim=-1, keepdim=False):
        n = x.shape[dim] if x.ndim else 1
        order = argsort(x, dim)
        place = np.take(order, [rank(n, *args)], dim) if x.ndim else order
        values, places = ordered(x, place, dim)
        return (values, places) if keepdim or not x.ndim else (values.squeeze(dim), places.squeeze(dim))
    return oracle


def running(best, x, dim):
    values = best.accumulate(x, dim) if x.ndim else x
    places = np.zeros(x.shape, np.int64)
    for place in np.ndindex(x.shape):
        line = list(place)
        line[dim] = slice(place[dim] + 1)
        places[place] = np.flatnonzero(x[tuple(line)] == values[place])[-1]
    return values, places


def where(condition, input, other):
    kinds = [v for v in (input, other) if np.ndim(v)] or [input]
    return np.where(condition, input, other).astype(np.result_type(*kinds))


ROWS = [
    Row("maximum", oracle=np.maximum, shapes=TENSORS,
        raises=[((2, 3), (4,), RuntimeError, "do not broadcast"), ("text", (3,), TypeError, "must be Tensor")]),
    Row("minimum", oracle=np.minimum, shapes=TENSORS),
    Row("fmax", oracle=np.fmax, shapes=TENSORS),
    Row("fmin", oracle=np.fmin, shapes=TENSORS),
    Row("clamp_min", oracle=np.maximum, shapes=[*BINARY[:-3], ((2, 3), 1), ((), 0.5)], kinks=(0.5,), bools="skip"),
    Row("clamp_max", oracle=np.minimum, shapes=[*BINARY[:-3], ((2, 3), 1), ((), 0.5)], kinks=(0.5,), bools="skip"),
    Row("clamp", oracle=lambda x, min=None, max=None: np.clip(x, min, max), bools="skip", kinks=(-0.5, 0.5),
        shapes=[*TERNARY[:2], *TERNARY[3:], ((3, 4), -0.5, 0.5), ((), 0, 1), ((3, 4), dict(max=0.5)),
                ((3, 4), dict(min=-0.5)), ((3,), 1, -1)],
        raises=[((3,), RuntimeError, "At least one of 'min' or 'max' must not be None")]),
    Row("where", oracle=where, integers="skip",
        shapes=[(MASK, (3, 4), (3, 4)), (MASK, (3, 4), ()), (MASK, (4,), (3, 1)), (ROW_MASK, (3, 4), 0.0),
                (MASK, 2.0, (4,)), (MASK, (4,), -9.0), (np.array(True), (), ()), (np.array([], bool), (0,), ()),
                (MASK[:, :1], (4,), (4,))],
        raises=[(np.array([1, 0]), (2,), (2,), RuntimeError, "expected condition to be a boolean tensor"),
                (True, (2,), (2,), TypeError, "must be Tensor, not bool")]),
    Row("Tensor.masked_fill", oracle=lambda x, mask, value: np.where(mask, value, x).astype(x.dtype), integers="skip",
        shapes=[((3, 4), MASK, 2.0), ((3, 4), MASK, ()), ((4,), MASK, -1.0), ((3, 4), ROW_MASK, 0),
                ((), np.array(True), 1.5)],
        raises=[((3,), np.array([1, 0, 1]), 1.0, RuntimeError, "only supports boolean masks"),
                ((3,), np.array([True] * 3), (3,), RuntimeError, "only supports a 0-dimensional value tensor"),
                (np.array([1, 2], np.int8), np.array([True, False]), 300, RuntimeError, "cannot be converted to type")]),
    Row("masked_select", oracle=lambda x, mask: np.broadcast_to(x, np.broadcast_shapes(x.shape, mask.shape))[
            np.broadcast_to(mask, np.broadcast_shapes(x.shape, mask.shape))], integers="skip",
        shapes=[((3, 4), MASK), ((4,), MASK), ((3, 4), ROW_MASK), ((2,), np.array([False, False]))],
        raises=[((3,), np.array([1, 0, 1]), RuntimeError, "expected BoolTensor for mask")]),
    Row("amax", oracle=partial(reduced, np.max), bools="skip",
        shapes=[((3, 4),), *ALONG, ((2, 3, 4), dict(dim=(0, 2))), ((2, 3, 4), dict(dim=(0, -1), keepdim=True)),
                ((),)],
        raises=[((2, 0), 1, IndexError, "to have non-zero size"), *OUT_OF_RANGE,
                ((2, 3), dict(dim=(0, 0)), RuntimeError, "appears multiple times")]),
    Row("amin", oracle=partial(reduced, np.min), bools="skip",
        shapes=[((3, 4),), *ALONG, ((2, 3, 4), dict(dim=(0, 2))), ((),)]),
    Row("aminmax", oracle=lambda x, **options: (reduced(np.min, x, **options), reduced(np.max, x, **options)),
        shapes=[((3, 4),), ((3, 4), dict(dim=1)), ((3, 4), dict(dim=0, keepdim=True)), ((),)], bools="skip"),
    Row("max", oracle=extreme(np.max, np.argmax), shapes=[((3, 4),), ((),), *ALONG, ((3, 4), (4,))], bools="skip",
        raises=[*EMPTY, *OUT_OF_RANGE]),
    Row("min", oracle=extreme(np.min, np.argmin), shapes=[((3, 4),), ((),), *ALONG, ((3, 4), (4,))], bools="skip",
        raises=[*EMPTY, *OUT_OF_RANGE]),
    Row("argmax", oracle=partial(reduced, np.argmax),
        shapes=[((3, 4),), ((),), *ALONG], integers="int64", bools="skip",
        raises=[*OUT_OF_RANGE, (np.array([True]), NotImplementedError, "not implemented for bool")]),
    Row("argmin", oracle=partial(reduced, np.argmin),
        shapes=[((3, 4),), ((),), *ALONG], integers="int64", bools="skip"),
    Row("argsort", oracle=argsort,
        shapes=[((3, 4),), ((3, 4), 0), ((3, 4), 1, True), ((),), ((0,),), (TIED, dict(stable=True)),
                                           (TIED, dict(dim=0, descending=True, stable=True))],
        integers="skip", raises=OUT_OF_RANGE),
    Row("sort", oracle=lambda x, dim=-1, descending=False, stable=False: ordered(x, argsort(x, dim, descending), dim),
        shapes=[((3, 4),), ((3, 4), 0), ((3, 4), 1, True), ((),), ((0,),), ((2, 0, 3), 1)], integers="skip",
        raises=OUT_OF_RANGE),
    Row("sort", oracle=lambda x, dim=-1, descending=False, stable=False: ordered(x, argsort(x, dim, descending), dim),
        shapes=[(TIED, dict(stable=True)), (TIED, dict(dim=0, descending=True, stable=True))], grad=False,
        integers="skip"),
    Row("msort", oracle=lambda x: np.sort(x, 0) if x.ndim else x, integers="same"),
    Row("topk", oracle=topk,
        shapes=[((3, 4), 2), ((3, 4), 1, 0), ((2, 3, 4), 2, 1, False), ((5,), 5), ((4,), 0), ((), 1)],
        integers="skip", parity="smooth",
        raises=[((3, 4), 5, RuntimeError, "selected index k=5 out of range for dimension -1 of size 4"),
                ((3, 4), 1, 2, IndexError, "topk: Dimension out of range")]),
    Row("kthvalue", oracle=ranked(lambda n, k: k - 1), integers="skip", parity="smooth",
        shapes=[((3, 4), 2), ((3, 4), 1, dict(dim=0)), ((3, 4), 4, dict(keepdim=True)), ((), 1)],
        raises=[((3, 4), 0, RuntimeError, "selected number k=0 out of range for dimension -1 of size 4")]),
    Row("median", oracle=ranked(lambda n: (n - 1) // 2), integers="skip", parity="smooth",
        shapes=[((3, 4), dict(dim=1)), ((3, 5), dict(dim=0, keepdim=True)), ((), dict(dim=0))],
        raises=[((2, 0), dict(dim=1), IndexError, "to have non-zero size")]),
    Row("median", oracle=lambda x: np.sort(x, None)[(x.size - 1) // 2] if x.size else np.full((), np.nan, x.dtype),
        shapes=[((3, 4),), ((5,),), ((),)], integers="skip"),
    Row("mode", oracle=lambda x, dim=-1, keepdim=False: extreme(np.min, np.argmin)(x, dim, keepdim), integers="skip",
        shapes=[((3, 4),), ((3, 4), dict(dim=0, keepdim=True)), ((),)], parity="ties"),
    Row("cummax", oracle=lambda x, dim: running(np.maximum, x, dim),
        shapes=[((3, 4), 0), ((3, 4), -1), ((5,), 0), ((0,), 0)],
        integers="skip", raises=OUT_OF_RANGE),
    Row("cummin", oracle=lambda x, dim: running(np.minimum, x, dim),
        shapes=[((3, 4), 0), ((3, 4), -1), ((5,), 0), ((0,), 0)],
        integers="skip", raises=OUT_OF_RANGE),
    Row("isin", oracle=lambda a, b, invert=False: np.isin(a, b, invert=invert), integers="skip",
        shapes=[(TIED, np.array([0.0, 2.0])), (TIED, np.array([1.0]), dict(invert=True)), (TIED, 1.0)]),
    Row("unique", oracle=lambda x, **options: np.unique(x, **{k: v for k, v in options.items() if k != "dim"}),
        grad=False,
        shapes=[(TIED,), (TIED, dict(return_inverse=True, return_counts=True)), (TIED, dict(return_counts=True)),
                (np.array([3, 1, 3]),)], integers="skip", parity=None),
]
test_row = check_rows(ROWS)


def test_the_first_of_equal_ones_wins_along_an_axis_and_all_share_over_all():
    x = autograd.tensor([[1.0, 3.0, 3.0], [2.0, 2.0, 2.0]], requires_grad=True)
    values, indices = x.max(dim=1)
    assert indices.tolist() == [1, 0]
    values.sum().backward()
    assert x.grad.tolist() == [[0, 1, 0], [1, 0, 0]]
    x.grad = None
    x.amax(dim=1).sum().backward()
    np.testing.assert_allclose(x.grad.numpy(), [[0, 0.5, 0.5], [1 / 3, 1 / 3, 1 / 3]])


def test_results_have_names():
    result = autograd.tensor([1.0, 2.0]).max(dim=0)
    assert repr(result) == "torch.return_types.max(\nvalues=tensor(2.),\nindices=tensor(1))"
    assert result.values.item() == 2 and result.indices.item() == 1


def test_numpy_spellings_of_dim():
    x = autograd.tensor(TIED)
    assert autograd.max(x, axis=1, keepdims=True).values.shape == (4, 1)
    with pytest.raises(TypeError, match="unexpected keyword argument 'foo'"):
        autograd.max(x, foo=1)


def test_masked_fill_in_place_reaches_the_value():
    x = autograd.zeros(3, requires_grad=True)
    value = autograd.tensor(2.0, requires_grad=True)
    y = x * 1
    y.masked_fill_(autograd.tensor([True, False, True]), value)
    y.sum().backward()
    assert y.tolist() == [2, 0, 2] and x.grad.tolist() == [0, 1, 0] and value.grad.item() == 2


def test_unique_gives_what_was_asked_for():
    x = autograd.tensor([[3, 1], [3, 2]])
    values, inverse, counts = autograd.unique(x, return_inverse=True, return_counts=True)
    assert values.tolist() == [1, 2, 3] and inverse.tolist() == [[2, 0], [2, 1]] and counts.tolist() == [1, 1, 2]
    assert autograd.unique(autograd.tensor([[1, 0], [1, 0], [2, 0]]), dim=0).tolist() == [[1, 0], [2, 0]]


def test_an_infinite_gradient_stays_at_the_largest():
    x = autograd.tensor([1.0, 3.0, 2.0], requires_grad=True)
    (x.max() * float("inf")).backward()
    assert x.grad.tolist() == [0, float("inf"), 0]


def test_the_method_where_keeps_itself_where_the_condition_holds():
    x = autograd.tensor([1.0, -2.0, 3.0], requires_grad=True)
    y = x.where(x > 0, 0.5)
    y.sum().backward()
    assert y.tolist() == [1.0, 0.5, 3.0] and x.grad.tolist() == [1.0, 0.0, 1.0]
