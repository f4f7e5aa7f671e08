"""NumPy's functions on Tensors: recorded with NumPy's value and the right slopes, or refusing to cut a gradient."""

import inspect
import io
import re

import numpy as np
import pytest

import autograd
from autograd import Tensor, translations
from autograd.protocols import RECORDED

RANDOM = np.random.default_rng(0)
A = RANDOM.standard_normal((3, 4))
B = RANDOM.standard_normal((3, 4))
M = RANDOM.standard_normal((4, 2))
V = RANDOM.standard_normal(4)
T = RANDOM.standard_normal((2, 3, 4))
P = np.abs(A) + 0.5
MASK = A > 0
WHERE = np.array([[2, -1], [0, 1], [3, 3]])

SMOOTH = {  # recorded, with a slope: checked for the value and for first and second order
    "sum": (lambda a: np.sum(a), A),
    "sum axis": (lambda a: np.sum(a, axis=1, keepdims=True), A),
    "sum axes": (lambda a: np.sum(a, (0, 2)), T),
    "mean": (lambda a: np.mean(a, axis=0), A),
    "var": (lambda a: np.var(a), A),
    "var ddof": (lambda a: np.var(a, axis=1, ddof=1, keepdims=True), A),
    "std": (lambda a: np.std(a, axis=0), A),
    "prod": (lambda a: np.prod(a, axis=(0, 2)), T),
    "prod all": (lambda a: np.prod(a, keepdims=True), A),
    "max": (lambda a: np.max(a), A),
    "max axis": (lambda a: np.max(a, axis=0, keepdims=True), A),
    "min axes": (lambda a: np.min(a, axis=(0, 1)), T),
    "ptp": (lambda a: np.ptp(a, axis=1), A),
    "cumsum": (lambda a: np.cumsum(a), A),
    "cumprod": (lambda a: np.cumprod(a, axis=1), A),
    "norm": (lambda a: np.linalg.norm(a), A),
    "norm axis": (lambda a: np.linalg.norm(a, axis=1, ord=3), A),
    "add.reduce": (lambda a: np.add.reduce(a), A),
    "add.reduce all": (lambda a: np.add.reduce(a, axis=None, keepdims=True), A),
    "multiply.reduce": (lambda a: np.multiply.reduce(a, axis=1), A),
    "maximum.reduce": (lambda a: np.maximum.reduce(a, axis=(0, 1)), A),
    "minimum.reduce": (lambda a: np.minimum.reduce(a, axis=None), A),
    "add.accumulate": (lambda a: np.add.accumulate(a, axis=1), A),
    "multiply.accumulate": (lambda a: np.multiply.accumulate(a), A),
    "multiply.outer": (lambda a, b: np.multiply.outer(a, b), A, V),
    "where": (lambda a, b: np.where(MASK, a, b), A, B),
    "where number": (lambda a: np.where(a > 0, a, 0.0), A),
    "clip": (lambda a: np.clip(a, -0.5, 0.5), A),
    "clip named": (lambda a: np.clip(a, max=0.5), A),
    "nan_to_num": (lambda a: np.nan_to_num(a), A),
    "astype": (lambda a: np.astype(a, np.float64), A),
    "copy": (lambda a: np.copy(a), A),
    "reshape": (lambda a: np.reshape(a, (2, -1)), A),
    "ravel": (lambda a: np.ravel(a), A),
    "transpose": (lambda a: np.transpose(a), T),
    "transpose axes": (lambda a: np.transpose(a, (1, 2, 0)), T),
    "matrix_transpose": (lambda a: np.matrix_transpose(a), T),
    "swapaxes": (lambda a: np.swapaxes(a, 0, 2), T),
    "moveaxis": (lambda a: np.moveaxis(a, (0, 1), (-1, 0)), T),
    "squeeze": (lambda a: np.squeeze(a[None]), A),
    "squeeze axis": (lambda a: np.squeeze(a[None, :, None], axis=2), A),
    "expand_dims": (lambda a: np.expand_dims(a, (0, -1)), A),
    "broadcast_to": (lambda a: np.broadcast_to(a, (2, 3, 4)), A),
    "flip": (lambda a: np.flip(a), A),
    "flip axis": (lambda a: np.flip(a, axis=1), A),
    "flipud": (lambda a: np.flipud(a), A),
    "fliplr": (lambda a: np.fliplr(a), A),
    "roll": (lambda a: np.roll(a, 2), A),
    "roll axes": (lambda a: np.roll(a, (1, -1), axis=(0, 1)), A),
    "repeat": (lambda a: np.repeat(a, 2), A),
    "repeat each": (lambda a: np.repeat(a, [0, 2, 1], axis=0), A),
    "tile": (lambda a: np.tile(a, (2, 1, 3)), A),
    "tile short": (lambda a: np.tile(a, 2), A),
    "pad": (lambda a: np.pad(a, ((1, 0), (2, 1)), constant_values=3), A),
    "pad all": (lambda a: np.pad(a, 1), A),
    "pad reflect": (lambda a: np.pad(a, ((2, 1), (0, 3)), mode="reflect"), A),
    "pad edge": (lambda a: np.pad(a, 1, mode="edge"), A),
    "concatenate": (lambda a, b: np.concatenate([a, b], axis=1), A, B),
    "concatenate flat": (lambda a, v: np.concatenate((a, v), axis=None), A, V),
    "append": (lambda v: np.append(v, [1.0, 2.0]), V),
    "stack": (lambda a, b: np.stack([a, b], axis=-1), A, B),
    "vstack": (lambda a, v: np.vstack([a, v]), A, V),
    "hstack": (lambda a, b: np.hstack([a, b]), A, B),
    "hstack vectors": (lambda v, w: np.hstack([v, w]), V, V),
    "column_stack": (lambda v, w: np.column_stack([v, w]), V, V),
    "split": (lambda a: np.split(a, 2, axis=1), A),
    "split at": (lambda a: np.split(a, [1, 3], axis=1), A),
    "array_split": (lambda a: np.array_split(a, 3, axis=1), A),
    "vsplit": (lambda a: np.vsplit(a, 3), A),
    "hsplit": (lambda a: np.hsplit(a, 2), A),
    "unstack": (lambda a: np.unstack(a, axis=1), A),
    "take": (lambda a: np.take(a, WHERE), A),
    "take axis": (lambda a: np.take(a, [[0, -1], [1, 1]], axis=1), A),
    "take_along_axis": (lambda a: np.take_along_axis(a, WHERE, axis=1), A),
    "take_along_axis flat": (lambda a: np.take_along_axis(a, np.array([5, 5]), axis=None), A),
    "take_along_axis broadcast": (lambda a: np.take_along_axis(a, WHERE[:1], axis=1), A),
    "tril": (lambda a: np.tril(a, 1), A),
    "triu": (lambda a: np.triu(a, -1), A),
    "diag": (lambda v: np.diag(v, 1), V),
    "diag of": (lambda a: np.diag(a), A),
    "diagonal": (lambda a: np.diagonal(a, 1, 0, 2), T),
    "trace": (lambda a: np.trace(a), A),
    "diff": (lambda a: np.diff(a, 2), A),
    "sort": (lambda a: np.sort(a, axis=0), A),
    "sort flat": (lambda a: np.sort(a, axis=None), A),
    "matmul": (lambda a, m: np.matmul(a, m), A, M),
    "matmul vector": (lambda a, v: np.matmul(a, v), A, V),
    "dot": (lambda a, m: np.dot(a, m), A, M),
    "dot vectors": (lambda v, w: np.dot(v, w), V, V),
    "dot 3-d": (lambda a, b: np.dot(a, b), A, np.swapaxes(T, 1, 2)),
    "vdot": (lambda a, b: np.vdot(a, b), A, B),
    "inner": (lambda a, b: np.inner(a, b), A, B),
    "outer": (lambda v, a: np.outer(v, a), V, A),
    "tensordot": (lambda t, a: np.tensordot(t, a), T, A),
    "tensordot axes": (lambda t, a: np.tensordot(t, a, axes=([2, 1], [1, 0])), T, A),
    "einsum": (lambda a, m: np.einsum("ij,jk->ki", a, m, optimize=True), A, M),
    "exp": (lambda a: np.exp(a), A),
    "log": (lambda a: np.log(a), P),
    "sqrt": (lambda a: np.sqrt(a), P),
    "tanh": (lambda a: np.tanh(a), A),
    "square": (lambda a: np.square(a), A),
    "absolute": (lambda a: np.abs(a), A),
    "maximum": (lambda a, b: np.maximum(a, b), A, B),
    "power": (lambda a, b: np.power(a, b), P, B),
    "divide": (lambda a, b: np.divide(a, b), A, P),
    "array + tensor": (lambda v: A + v, V),
    "array @ tensor": (lambda m: A @ m, M),
    "array / tensor": (lambda a: B / a, P),
    "number * tensor": (lambda a: np.float64(2) * a, A),
}
FLAT = {  # no slope to lose: the value alone, also of tensors that require grad
    "argmax": lambda a: np.argmax(a),
    "argmax axis": lambda a: np.argmax(a, axis=1, keepdims=True),
    "argmin": lambda a: np.argmin(a, 0),
    "argsort": lambda a: np.argsort(a),
    "all": lambda a: np.all(a > 0, axis=0),
    "any": lambda a: np.any(a > 0, axis=(0, 1)),
    "logical_and.reduce": lambda a: np.logical_and.reduce(a > -9, axis=1),
    "logical_or.reduce": lambda a: np.logical_or.reduce(a > 0, axis=1, keepdims=True),
    "isfinite": lambda a: np.isfinite(a),
    "isnan": lambda a: np.isnan(a),
    "sign": lambda a: np.sign(a),
    "round": lambda a: np.round(a, 2),
    "floor": lambda a: np.floor(a),
    "greater": lambda a: np.greater(a, 0),
    "array < tensor": lambda a: np.asarray(B) < a,
    "isclose": lambda a: np.isclose(a, A),
    "allclose": lambda a: np.allclose(a, A),
    "array_equal": lambda a: np.array_equal(a, A),
    "nonzero": lambda a: np.nonzero(a > 0),
    "where alone": lambda a: np.where(a > 0),
    "argwhere": lambda a: np.argwhere(a > 0),
    "count_nonzero": lambda a: np.count_nonzero(a > 0),
    "shape": lambda a: np.shape(a),
    "ndim": lambda a: np.ndim(a),
    "size": lambda a: np.size(a),
    "zeros_like": lambda a: np.zeros_like(a),
    "ones_like": lambda a: np.ones_like(a, dtype=np.int32),
    "full_like": lambda a: np.full_like(a, 7),
    "empty_like": lambda a: np.zeros(np.empty_like(a).shape),
}
PLAIN = {  # not recorded: plain NumPy on tensors that need no gradient, TypeError on those that do
    "unique": lambda a: np.unique(a),
    "histogram": lambda a: np.histogram(a, bins=3)[0],
    "percentile": lambda a: np.percentile(a, 30),
    "median": lambda a: np.median(a, axis=0),
    "cov": lambda a: np.cov(a),
    "interp": lambda a: np.interp(0.5, a[0], a[1]),
    "sum where": lambda a: np.sum(a, where=MASK),
    "max initial": lambda a: np.max(a, initial=0.0),
    "exp where": lambda a: np.add(a, a, dtype=np.float32),
    "spacing": lambda a: np.spacing(a),
    "svd": lambda a: np.abs(np.linalg.svd(a)[1]),
    "modf": lambda a: np.modf(a)[0],
}


def arrays_of(result):
    """A result of ours or NumPy's as a list of arrays."""
    return [np.asarray(part) for part in (result if isinstance(result, (list, tuple)) else [result])]


def assert_same(ours, theirs):
    ours, theirs = arrays_of(ours), arrays_of(theirs)
    assert len(ours) == len(theirs)
    for one, other in zip(ours, theirs, strict=True):
        assert one.shape == other.shape and one.dtype == other.dtype
        np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-12)


def leaves(arrays):
    return [autograd.tensor(array, requires_grad=True) for array in arrays]


@pytest.mark.parametrize("name", SMOOTH)
def test_recorded_functions_have_the_value_and_the_slopes(name):
    call, *arrays = SMOOTH[name]
    with autograd.no_grad():
        assert_same(call(*leaves(arrays)), call(*arrays))
    results = call(*leaves(arrays))
    assert all(
        isinstance(r, Tensor) and r.requires_grad
        for r in (results if isinstance(results, (list, tuple)) else [results])
    )

    def outputs(*tensors):
        result = call(*tensors)
        return tuple(result) if isinstance(result, list) else result

    assert autograd.gradcheck(outputs, leaves(arrays))
    assert autograd.gradgradcheck(outputs, leaves(arrays))


@pytest.mark.parametrize("name", FLAT)
def test_functions_without_slope_take_tensors_that_require_grad(name):
    with autograd.no_grad():
        assert_same(FLAT[name](autograd.tensor(A)), FLAT[name](A))
    FLAT[name](autograd.tensor(A, requires_grad=True))


@pytest.mark.parametrize("name", PLAIN)
def test_other_functions_run_on_plain_arrays_but_never_cut_a_gradient(name):
    x = autograd.tensor(A, requires_grad=True)
    assert_same(PLAIN[name](x.detach()), PLAIN[name](A))
    with autograd.no_grad():
        assert_same(PLAIN[name](x), PLAIN[name](A))
    with pytest.raises(TypeError, match=r"np\.[\w.]+ .*is not recorded, and would cut the gradient"):
        PLAIN[name](x)


def test_every_translation_is_tested():
    def known(function):
        return f"{function[0].__name__}.{function[1]}" if isinstance(function, tuple) else function.__name__

    rows = {name.split(" ")[0] for name in [*SMOOTH, *FLAT, *PLAIN]}
    assert {known(function) for function in translations.TRANSLATIONS} - rows == set()


def test_every_translation_speaks_of_calls_that_exist():
    spoken = set(re.findall(r"\bours\.([a-z]\w*)", inspect.getsource(translations)))
    assert {name for name in spoken if not hasattr(translations.ours, name)} == set()


def test_the_message_says_which_arguments_are_in_the_way():
    x = autograd.tensor(A, requires_grad=True)
    with pytest.raises(TypeError, match=r"np\.sum with these arguments \(axis, where\) is not recorded"):
        np.sum(x, axis=0, where=MASK)


def test_numpys_defaults_are_kept():
    x = autograd.tensor([1, 2, 4])
    assert np.mean(x) == pytest.approx(7 / 3)
    assert np.std(autograd.tensor([1.0, 3.0])) == 1.0
    assert np.sum(autograd.tensor([True, True])).dtype is autograd.int64
    assert np.sum(x, dtype=np.float64, out=None).dtype is autograd.float64
    assert np.add.reduce(autograd.ones(2, 3)).shape == (3,)


@pytest.mark.parametrize("function", [np.sum, np.mean, np.max, np.min, np.ptp, np.var, np.std, np.prod, np.add.reduce])
def test_no_axes_at_all_leave_every_element_alone(function):
    with autograd.no_grad():
        assert_same(function(autograd.tensor(A), axis=()), function(A, axis=()))
        assert_same(function(autograd.tensor(A), axis=(), keepdims=True), function(A, axis=(), keepdims=True))


def test_types_meet_as_for_tensors():
    x = autograd.ones(3)
    assert (np.float64(2) * x).dtype is autograd.float32  # a NumPy number counts as a Python number
    assert (x * np.float64(2)).dtype is autograd.float32
    assert (np.ones(3) + x).dtype is autograd.float64
    assert (np.ones(3, np.int8) + x).dtype is autograd.float32
    assert (np.ones((3, 3), np.float32) @ x).dtype is autograd.float32


def test_an_array_takes_a_tensor_in_place_unless_that_cuts_a_gradient():
    array = np.ones(3)
    same = array
    same += autograd.tensor([1.0, 2.0, 3.0])
    assert same is array and type(array) is np.ndarray and array.tolist() == [2.0, 3.0, 4.0]
    with pytest.raises(TypeError, match="would cut the gradient"):
        array += autograd.ones(3, requires_grad=True)
    assert array.tolist() == [2.0, 3.0, 4.0]


def test_out_goes_to_plain_arrays_only():
    x, out = autograd.ones(3), np.zeros(3)
    assert np.add(x, 1, out=out) is out and out.tolist() == [2.0] * 3
    assert np.sum(x, out=np.zeros(())) == 3
    for write in (lambda: np.add(out, 1, out=x), lambda: np.sum(out, out=autograd.tensor(0.0))):
        with pytest.raises(TypeError, match="must not write into a Tensor"):
            write()
    assert x.tolist() == [1.0] * 3


@pytest.mark.parametrize(
    "write",
    [
        lambda x: np.copyto(x, 0),
        lambda x: np.put(x, [0], 0),
        lambda x: np.putmask(x, np.array([True, False]), 0),
        lambda x: np.add.at(x, [0], 1),
    ],
)
def test_numpy_does_not_write_into_a_tensor(write):
    x = autograd.ones(2)
    with pytest.raises(TypeError, match="must not write into a Tensor"):
        write(x)
    assert x.tolist() == [1.0, 1.0]


def test_numpy_writes_tensors_into_arrays():
    array = np.zeros(3)
    np.copyto(array, autograd.tensor([1.0, 2.0, 3.0]))
    np.add.at(array, autograd.tensor([0, 0]), autograd.ones(2))
    assert array.tolist() == [3.0, 2.0, 3.0]
    array[autograd.tensor([0, 1])] = autograd.tensor([7.0, 8.0])
    assert array.tolist() == [7.0, 8.0, 3.0]


def test_asarray():
    x = autograd.ones(2, requires_grad=True)
    with pytest.raises(RuntimeError, match="Can't call numpy"):
        np.asarray(x)
    with autograd.no_grad():
        assert np.asarray(x).tolist() == [1.0, 1.0]
    y = autograd.zeros(3)
    np.asarray(y)[0] = 5
    assert y.tolist() == [5.0, 0.0, 0.0]
    copy = np.array(y)
    copy[1] = 6
    assert y[1] == 0
    assert np.asarray(y, dtype=np.int32).dtype == np.int32
    with pytest.raises(ValueError, match="copy"):
        np.asarray(y, dtype=np.int32, copy=False)


def test_lists_of_tensors_become_arrays():
    rows = [autograd.tensor([1.0, 2.0]), autograd.tensor([3.0, 4.0])]
    assert np.array(rows).tolist() == [[1.0, 2.0], [3.0, 4.0]]
    assert np.array([autograd.tensor(1.0), autograd.tensor(2.0)]).tolist() == [1.0, 2.0]
    with pytest.raises(RuntimeError, match="Can't call numpy"):
        np.array([autograd.tensor(1.0, requires_grad=True)])


def test_tensors_index_arrays():
    array = np.arange(4)
    assert array[autograd.tensor([2, 0])].tolist() == [2, 0]
    assert array[autograd.tensor(3)] == 3
    assert array[autograd.tensor([True, False, False, True])].tolist() == [0, 3]


def test_numpys_testing_random_and_saving_take_tensors():
    x = autograd.tensor([3.0, 1.0, 2.0])
    np.testing.assert_allclose(x, [3, 1, 2])
    np.testing.assert_array_equal(x, np.array([3.0, 1.0, 2.0]))
    assert sorted(np.random.default_rng(0).permutation(x)) == [1, 2, 3]
    file = io.BytesIO()
    np.save(file, x)
    file.seek(0)
    assert np.load(file).tolist() == [3.0, 1.0, 2.0]


def test_foreign_types_go_to_plain_numpy():
    x = autograd.ones(2)
    assert np.multiply(x, np.array([1j, 2j])).tolist() == [1j, 2j]
    with pytest.raises(TypeError, match="would cut the gradient"):
        np.multiply(x.requires_grad_(), np.array([1j, 2j]))


def test_matplotlib_draws_tensors():
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("agg")
    from matplotlib import pyplot

    _, axes = pyplot.subplots()
    x = autograd.tensor([1.0, 2.0, 3.0])
    assert axes.plot(x, x**2)[0].get_ydata().tolist() == [1.0, 4.0, 9.0]
    assert [bar.get_height() for bar in axes.bar(autograd.arange(3), x)] == [1.0, 2.0, 3.0]
    assert axes.hist(x, bins=2)[0].tolist() == [1.0, 2.0]
    assert axes.imshow(autograd.rand(4, 5)).get_array().shape == (4, 5)
    assert len(axes.scatter(x, x, c=x).get_offsets()) == 3
    pyplot.close("all")


def test_ufuncs_are_recorded_by_the_op_of_their_name():
    assert RECORDED[np.exp].call is autograd.exp
    x = autograd.ones(2, requires_grad=True)
    assert np.exp(x).grad_fn.name() == "ExpBackward0"
    assert np.multiply(2.0, x).grad_fn.name() == "MulBackward0"
