"""Sums and their relatives over axes."""
import math

import numpy as np
import pytest
from oprows import Row, check_rows

import autograd
from autograd import tensor

SKIP = dict(integers="skip")
NO_DIM = [((2, 3), 2, IndexError, "Dimension out of range (expected to be in range of [-2, 1], but got 2)")]
TWICE = [((2, 3), [0, 0], RuntimeError, "uplicate")]
AXES = [((3, 4),), ((3, 4), dict(dim=0)), ((3, 4), dict(dim=-1, keepdim=True)), ((2, 3, 4), [0, 2]),
        ((2, 3, 4), [0, -1], True), ((3, 4), []),
        ((),), ((), 0), ((2, 0, 3),), ((2, 0, 3), 0), ((4,), dict(dim=None, keepdim=True))]
ONE_AXIS = [((3, 4), dict(dim=0)), ((3, 4), 1), ((2, 3, 4), -2), ((5,), 0), ((), 0), ((2, 0), 1), ((2, 1), 1)]
FILLED = [entry for entry in ONE_AXIS if 0 not in entry[0]]
FULL = [entry for entry in AXES if 0 not in entry[0]]


def axis(dim):
    return None if dim is None or dim == [] else tuple(dim) if isinstance(dim, list) else dim


def over(reduce, **more):
    """An oracle: a NumPy reduction in torch's words. A 0-d input has one axis."""
    def oracle(input, dim=None, keepdim=False):
        return reduce(input, axis=axis(dim) if np.ndim(input) else None, keepdims=keepdim, **more)
    return oracle


def running(accumulate):
    return lambda input, dim: accumulate(input, axis=dim) if input.ndim else input


def softmax(input, dim):
    exps = np.exp(input - (input.max(dim, keepdims=True) if input.size else 0)) if input.ndim else np.ones_like(input)
    return exps / exps.sum(dim, keepdims=True) if input.ndim else exps


def variance(input, dim=None, keepdim=False, correction=1, power=1):
    n = input.size // max(np.sum(input, axis=axis(dim), keepdims=False).size, 1)
    return (np.var(input, axis=axis(dim), keepdims=keepdim) * n / max(n - correction, 0)) ** power


def norm(input, p=2, dim=None, keepdim=False):
    size, where = np.abs(input), dict(axis=axis(dim), keepdims=keepdim)
    p = 2 if p == "fro" else p
    if p == math.inf:
        return size.max(**where)
    return size.min(**where) if p == -math.inf else np.sum(size != 0, **where, dtype=input.dtype) if p == 0 else \
        np.sum(size ** p, **where) ** (1 / p)


SPREADS = [((3, 4),), ((3, 4), dict(dim=0)), ((2, 3, 4), dict(dim=[0, 2], correction=0)),
           ((3, 4), dict(dim=1, keepdim=True, correction=2)), ((5,),)]
NORMS = [((3, 4),)] + [((3, 4), p) for p in ("fro", 1, 2, 3, 1.5, 0.5, -1, math.inf, -math.inf)] + [
    ((3, 4), 2, 0), ((3, 4), 1, -1, True), ((2, 3, 4), 3, [0, 2]), ((3, 4), math.inf, 1), ((5,), 2)]
FLOATS_ONLY = dict(integers=None)
ROWS = [
    Row("sum", oracle=over(np.sum), shapes=AXES, integers="int64", raises=[*NO_DIM, *TWICE,
        ("text", TypeError, "must be Tensor")]),
    Row("nansum", oracle=over(np.nansum), shapes=AXES, integers="int64", parity="infinite"),
    Row("mean", oracle=over(np.mean), shapes=[e for e in AXES if e != ((2, 0, 3),)], raises=NO_DIM, parity="all",
        **FLOATS_ONLY),
    Row("nanmean", oracle=over(np.nanmean), shapes=FULL, **SKIP),
    Row("prod", oracle=over(np.prod), integers="int64", raises=[*NO_DIM, ((2, 3), [0, 1], TypeError, "must be int")],
        shapes=[((3, 4),), ((3, 4), dict(dim=0)), ((3, 4), dict(dim=-1, keepdim=True)), ((),), ((), 0), ((2, 0, 3), 1),
                ((1,),)], parity="ties"),
    Row("cumsum", oracle=running(np.cumsum), shapes=ONE_AXIS, integers="int64", raises=NO_DIM),
    Row("cumprod", oracle=running(np.cumprod), shapes=ONE_AXIS, integers="int64", raises=NO_DIM, parity="ties"),
    Row("logcumsumexp", oracle=running(np.logaddexp.accumulate), shapes=[((3, 4), dict(dim=0)), ((2, 3, 4), -2),
        ((5,), 0), ((), 0)], raises=NO_DIM, parity="ties",
        **FLOATS_ONLY),
    Row("logsumexp", oracle=lambda input, dim, keepdim=False: np.log(over(np.sum)(np.exp(input), dim, keepdim)),
        parity="ties",
        shapes=[((3, 4), dict(dim=0)), ((3, 4), [0, 1]), ((2, 3, 4), -1, True), ((), 0)], raises=NO_DIM),
    Row("softmax", oracle=softmax, shapes=FILLED, raises=NO_DIM, parity="ties", **FLOATS_ONLY),
    Row("log_softmax", oracle=lambda input, dim: np.log(softmax(input, dim)), shapes=FILLED, raises=NO_DIM,
        parity="ties", **FLOATS_ONLY),
    Row("var", oracle=variance, shapes=SPREADS, raises=NO_DIM, **FLOATS_ONLY),
    Row("std", oracle=lambda *args, **settings: variance(*args, **settings, power=0.5), shapes=SPREADS, raises=NO_DIM,
        parity="smooth",
        **FLOATS_ONLY),
    Row("var_mean", oracle=lambda input, dim=None: (variance(input, dim), np.mean(input, axis(dim))),
        shapes=[((3, 4),), ((3, 4), 1)], **SKIP),
    Row("std_mean", oracle=lambda input, dim=None: (variance(input, dim, power=0.5), np.mean(input, axis(dim))), **SKIP,
        shapes=[((3, 4),), ((3, 4), 1)], parity="smooth"),
    Row("norm", oracle=norm, shapes=NORMS, parity="smooth", **FLOATS_ONLY,
        raises=[((3,), "spectral", RuntimeError, "Order spectral not supported"),
                ((0,), math.inf, RuntimeError, "does not have an identity")]),
    Row("norm", oracle=norm, shapes=[((3, 4),), ((3, 4), 1), ((3, 4), math.inf), ((3, 4), 2, 0)], second=False,
        parity="ties", **FLOATS_ONLY),
    Row("linalg.vector_norm", oracle=lambda x, ord=2, dim=None: norm(x, ord, dim), shapes=[((3, 4), 3), ((3, 4), 2, 0)],
        parity="smooth", **SKIP),
    Row("dist", oracle=lambda input, other, p=2: norm(input - other, p), shapes=[((3, 4), (4,)), ((3,), (3,), 1),
        ((2,), (2,), 3)], **SKIP,
        parity="smooth"),
    Row("cdist", oracle=lambda x1, x2, p=2.0: norm(x1[..., :, None, :] - x2[..., None, :, :], p, -1),
        shapes=[((3, 2), (4, 2)), ((2, 3, 2), (4, 2), 1.0)],
        parity=None, raises=[((3, 2), (4, 3), RuntimeError, "same number of columns")], **SKIP),
    Row("cross", oracle=lambda input, other, dim: np.cross(input, other, axis=dim),
        shapes=[((3,), (3,), 0), ((2, 3), (1, 3), 1), ((3, 2), (3, 2), 0)],
        raises=[((2, 3), (3,), 0, RuntimeError, "same number of dimensions"),
                ((2, 3), (2, 3), 0, RuntimeError, "must have length 3")], **SKIP),
    Row("diff", oracle=np.diff, shapes=[((3, 4),), ((3, 4), 2), ((3, 4), 1, 0), ((3,), 5), ((3,), 0)], **SKIP,
        raises=[((), RuntimeError, "at least one-dimensional"), ((3,), -1, RuntimeError, "non-negative but got -1")]),
    Row("diff", oracle=lambda input, prepend, append: np.diff(input, prepend=prepend, append=append), **SKIP,
        shapes=[((3,), dict(prepend=np.array([1.0]), append=np.array([2.0, 3.0])))]),
    Row("trapezoid", oracle=lambda y, x=None, dx=1, dim=-1: np.trapezoid(y, x, dx, dim), **SKIP,
        shapes=[((2, 4),), ((2, 4), dict(dx=0.5)), ((2, 4), (4,)), ((2, 4), dict(dim=0)), ((2, 4), (2, 4))],
        raises=[((), IndexError, "no dimensions")], parity="ties"),
    Row("cumulative_trapezoid", oracle=lambda y: np.cumsum((y[..., 1:] + y[..., :-1]) / 2, -1), shapes=[((2, 4),)],
        **SKIP),
    Row("cov", oracle=lambda input, correction=1: np.cov(input, ddof=correction).astype(input.dtype),
        shapes=[((3, 4),), ((4,),), ((2, 5), dict(correction=0))],
        **SKIP, parity="ties"),
    Row("corrcoef", oracle=lambda input: np.corrcoef(input).astype(input.dtype), shapes=[((3, 4),)], parity="smooth",
        **SKIP),
    Row("renorm", oracle=lambda input, p, dim, maxnorm: input * np.minimum(1, maxnorm / norm(input, p, 1, True)),
        shapes=[((4, 3), 2, 0, 1.5)],
        parity=None, **SKIP),
]
test_row = check_rows(ROWS)


# What rows can't say

@pytest.mark.parametrize("values", [[2.0, 0.0, 3.0], [0.0, 2.0, 0.0, 3.0], [0.0, 0.0, 0.0], [2.0, 3.0, 5.0]])
def test_products_are_exact_at_zeros(values):
    """Slopes of every order are products of what is left, where division by the factor would give 0 / 0."""
    n = len(values)

    def others(*without):
        return math.prod([values[k] for k in range(n) if k not in without])
    for call, factor in ((autograd.prod, lambda x: x), (lambda x: autograd.cumprod(x, 0)[-1], lambda x: x)):
        x = tensor(values, requires_grad=True)
        (slope,) = autograd.grad(call(factor(x)), x, create_graph=True)
        assert slope.tolist() == [others(i) for i in range(n)]
        for i in range(n):
            (second,) = autograd.grad(slope[i], x, create_graph=True)
            assert second.tolist() == [0.0 if i == j else others(i, j) for j in range(n)]
            (third,) = autograd.grad(second[n - 1 - i], x, retain_graph=True, allow_unused=True, materialize_grads=True)
            assert third.tolist() == [0.0 if len({i, n - 1 - i, j}) < 3 else others(i, n - 1 - i, j) for j in range(n)]


def test_dtype_argument():
    assert autograd.sum(tensor([1, 2]), dtype=autograd.float32).dtype is autograd.float32
    assert tensor([200, 100], dtype=autograd.uint8).sum(dtype=autograd.uint8).item() == 44
    assert tensor([1, 2]).cumsum(0, dtype=autograd.int32).dtype is autograd.int32
    assert tensor([1, 2]).mean(dtype=autograd.float64).item() == 1.5
    assert autograd.tensor([1.0]).softmax(0, dtype=autograd.float64).dtype is autograd.float64
    x = tensor([1.0, 2.0], requires_grad=True)
    x.sum(dtype=autograd.float64).backward()
    assert x.grad.dtype is autograd.float32


def test_means_of_integers_are_refused():
    with pytest.raises(RuntimeError, match="either a floating point or complex dtype"):
        tensor([1, 2]).mean()


def test_numpy_words():
    x = autograd.ones(2, 3)
    assert x.sum(axis=0, keepdims=True).shape == (1, 3)
    assert x.mean(axis=(0, 1)).item() == 1.0
    with pytest.raises(TypeError, match="unexpected keyword argument 'where'"):
        x.sum(where=True)


@pytest.mark.parametrize("call", [lambda x: x.var(1, False), lambda x: x.var(1, unbiased=False),
                                  lambda x: x.var(dim=1, correction=0)])
def test_both_ways_to_ask_for_a_variance(call):
    x = tensor([[1.0, 3.0], [2.0, 6.0]])
    assert call(x).tolist() == [1.0, 4.0]
    assert x.var(False).item() == x.var(unbiased=False).item() == np.var(x.numpy())


def test_no_degrees_of_freedom():
    """One value has no variance: nan, with a warning; more correction than values: inf."""
    with pytest.warns(UserWarning, match="degrees of freedom is <= 0"):
        assert math.isnan(tensor([1.0]).var())
    with pytest.warns(UserWarning, match=r"std\(\)"):
        assert tensor([1.0, 2.0]).std(correction=5).item() == math.inf


def test_slopes_at_zero():
    """Where the norm or the deviation is 0 its slope is 0, not nan."""
    for call in (lambda x: x.norm(), lambda x: x.std(), lambda x: x.norm(3), lambda x: x.norm(0.5),
                 lambda x: x.norm(math.inf)):
        x = autograd.zeros(3, requires_grad=True)
        call(x).backward()
        assert x.grad.tolist() == [0.0, 0.0, 0.0]
    assert not autograd.ones(2, requires_grad=True).norm(0).requires_grad


def test_sizes_that_tie_share_the_gradient():
    x = tensor([0.0, 2.0, -2.0], requires_grad=True)
    x.norm(math.inf).backward()
    assert x.grad.tolist() == [0.0, 0.5, -0.5]


def test_softmax_of_large_scores():
    x = tensor([1000.0, 1000.0, -math.inf], requires_grad=True)
    out = x.softmax(0)
    assert out.tolist() == [0.5, 0.5, 0.0]
    assert x.logsumexp(0).item() == pytest.approx(1000 + math.log(2))
    assert x[:2].log_softmax(0).tolist() == pytest.approx([-math.log(2)] * 2)
    assert tensor([-math.inf, -math.inf]).logsumexp(0).item() == -math.inf
    assert autograd.zeros(0).logsumexp(0).item() == -math.inf
    assert autograd.zeros(2, 0).softmax(1).shape == autograd.zeros(2, 0).log_softmax(1).shape == (2, 0)


def test_sums_of_many_float32():
    """Sums are made in pairs, so that a million tenths still add up."""
    assert autograd.full((1_000_000,), 0.1).sum().item() == pytest.approx(1e5, rel=1e-6)


def test_gradients_of_a_mean_may_be_repeated_memory():
    """Small gradients are filled, large ones are views that repeat one number; both are what the rule says."""
    for n in (4, 200):
        x = autograd.ones(n, n, requires_grad=True)
        x.mean().backward()
        assert x.grad.sum().item() == pytest.approx(1.0)
        x.grad.add_(1.0)
        assert x.grad[0, 0].item() == pytest.approx(1 + 1 / n ** 2)


def test_equal_elements_do_not_spread():
    x = autograd.tensor([0.8, 0.8, 0.8], dtype=autograd.float64, requires_grad=True)    # their sum / 3 is not 0.8
    assert x.var().item() == 0
    x.std().backward()
    assert x.grad.tolist() == [0, 0, 0]


def test_an_infinite_gradient_spoils_all_elements_behind_a_largest():
    """0 times infinity is nan, here as in `amax`: what went wrong above is not hidden."""
    x = tensor([0.5, -1.0], requires_grad=True)
    x.norm(math.inf).backward(tensor(math.inf))
    assert math.isnan(x.grad[0]) and x.grad[1] == -math.inf
    x = tensor([math.nan, 1.0], requires_grad=True)
    x.norm(math.inf).backward()
    assert x.grad.tolist() == [0, 0]
