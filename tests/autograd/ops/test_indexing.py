"""Reading and writing at an index, of every kind that torch takes."""
import warnings

import numpy as np
import pytest
from oprows import Row, check_rows

import autograd
from autograd import tensor

SKIP = dict(integers="skip")
ROWS_OF_4 = np.array([3, 1, 1])


def along(input, dim, where):
    return (slice(None),) * (dim % max(input.ndim, 1)) + (where,)


def copied(input, dim, index, source):
    out = input.copy()
    out[along(input, dim, index)] = source
    return out


def added(input, dim, index, source, alpha=1):
    out = input.copy()
    np.add.at(out, along(input, dim, index), alpha * source)
    return out


def put(input, index, source, accumulate=False):
    out = input.reshape(-1).copy()
    if accumulate:
        np.add.at(out, index, source)
    else:
        out[index] = source
    return out.reshape(input.shape)


def masked(input, mask, source):
    out = np.array(np.broadcast_to(input, np.broadcast_shapes(input.shape, mask.shape)))
    mask = np.broadcast_to(mask, out.shape)
    out[mask] = source.reshape(-1)[:mask.sum()]
    return out


ROWS = [
    Row("take", oracle=np.take, shapes=[((2, 3), np.array([0, 5, 5])), ((3,), np.array([[1, -1]])),
                                        ((2, 2), np.array(3))], **SKIP,
        raises=[((2, 3), np.array([6]), IndexError, "index 6")]),
    Row("put", oracle=put, **SKIP,
        shapes=[((2, 3), np.array([0, -1]), (2,)), ((2, 3), np.array([[1], [1]]), (2, 1), dict(accumulate=True))],
        raises=[((2, 3), np.array([0, 1]), (1,), IndexError, "same number of elements")]),
    Row("index_select", oracle=lambda input, dim, index: np.take(input, index, dim), **SKIP,
        shapes=[((4, 2), 0, ROWS_OF_4), ((2, 4), -1, ROWS_OF_4), ((4,), 0, np.array([2])),
                ((2, 3), 1, np.zeros(0, int))],
        raises=[((2, 3), 0, np.array([2]), IndexError, "index out of range in self"),
                ((2, 3), 0, np.array([-1]), IndexError, "index -1"),
                ((2, 3), 0, np.array([[0]]), IndexError, "supposed to be a vector"),
                ((2,), 1, np.array([0]), IndexError, "out of range")]),
    Row("index_add", oracle=added, **SKIP,
        shapes=[((4, 2), 0, ROWS_OF_4, (3, 2)), ((2, 4), 1, ROWS_OF_4, (2, 3), dict(alpha=-2)),
                ((4,), 0, ROWS_OF_4, (3,))],
        raises=[((4, 2), 0, ROWS_OF_4, (3, 3), RuntimeError, "must match self tensor shape"),
                ((4,), 0, np.array([4]), (1,), IndexError, "index 4"),
                ((4,), 0, np.array([0]), 1.0, TypeError, "must be Tensor")]),
    Row("index_copy", oracle=copied, shapes=[((4, 2), 0, np.array([3, 0]), (2, 2)), ((2, 4), 1, np.array([2]), (2, 1))],
        **SKIP,
        raises=[((4, 2), 0, np.array([1]), (2,), IndexError, "dimensionality must match")]),
    Row("index_fill", oracle=copied, shapes=[((4, 2), 0, ROWS_OF_4, 2.5), ((2, 4), 1, np.array([3, 0]), ()),
                                             ((3,), 0, np.array([1]), 0.0)],
        raises=[((3,), 0, np.array([0]), (2,), RuntimeError, "0-dimensional value"),
                ((3,), 0, np.array([3]), 1.0, IndexError, "index 3")],
        **SKIP),
    Row("index_fill", oracle=copied, shapes=[((2, 4), 1, np.array([-1, 0]), ())], parity=None, **SKIP),
    Row("masked_scatter", oracle=masked, **SKIP,
        shapes=[((2, 3), np.array([[True, False, True]]), (5,)), ((3,), np.array([False, True, False]), (2, 2))],
        raises=[((3,), np.array([True, True, False]), (1,), RuntimeError,
                 "Number of elements of source (1) < number of ones in mask (2)")]),
    Row("embedding", oracle=lambda weight, indices: weight[indices], **SKIP,
        shapes=[((5, 3), np.array([[0, 4], [4, 4]])), ((2, 1), np.array(1))],
        raises=[((3, 2), np.array([3]), IndexError, "index 3: index out of range in self: the table has 3 rows"),
                ((3,), np.array([0]), RuntimeError, "must be 2-D"),
                ((3, 2), np.array([0.5]), RuntimeError, "Long, Int")]),
    Row("nn.functional.one_hot", oracle=lambda input,
        num_classes: (input[..., None] == np.arange(num_classes)).astype(np.int64),
        shapes=[(np.array([[0, 2], [1, 1]]), 3), (np.array(1), 2)], **SKIP,
        raises=[(np.array([3]), 3, RuntimeError, "smaller than num_classes (3), not 3"),
                (np.array([-1]), RuntimeError, "non-negative"),
                (np.array([0], np.int32), RuntimeError, "LongTensor"),
                (np.zeros(0, int), RuntimeError, "pass num_classes")]),
    Row("select_scatter", oracle=lambda input, src, dim, index: copied(input, dim, index, src), **SKIP,
        shapes=[((2, 3), (3,), 0, 1), ((2, 3), (2,), 1, -1)],
        raises=[((3,), (3,), 0, 1, RuntimeError, "src size = [3], slice size = []")]),
    Row("slice_scatter", oracle=lambda input, src, dim=0, start=None, end=None,
        step=1: copied(input, dim, slice(start, end, step), src), **SKIP,
        shapes=[((4, 2), (2, 2), 0, 1, 3), ((2, 4), (2, 2), 1, None, None, 2)],
        raises=[((4,), (1,), RuntimeError, "slice size = [4]")]),
    Row("diagonal_scatter", oracle=lambda input, src: np.where(np.eye(*input.shape) > 0, src, input),
        shapes=[((3, 3), (3,))],
        raises=[((3, 3), (2,), RuntimeError, "slice size = [3]")], **SKIP),
    Row("unravel_index", oracle=lambda indices, shape: np.unravel_index(indices, shape),
        shapes=[(np.array([1, 5]), [2, 3])], **SKIP),
    Row("tril_indices", oracle=lambda row, col, offset=0: np.stack(np.tril_indices(row, offset, col)),
        shapes=[(3, 3), (3, 2, 1)], **SKIP),
    Row("triu_indices", oracle=lambda row, col, offset=0: np.stack(np.triu_indices(row, offset, col)),
        shapes=[(3, 3), (3, 2, -1)], **SKIP),
    Row("index_put", oracle=lambda input, indices, values, accumulate=False: copied(input, 0, indices[0], values),
        grad=False,
        shapes=[], parity=None, **SKIP),
]
test_row = check_rows(ROWS)

# Brackets

A, B = [0, 1], np.array([1, -1])
MASK = np.array([True, False])
EVEN = (np.arange(24).reshape(2, 3, 4) % 2 == 0)
INDICES = [0, -1, 1, (0, 1), (0, -1, 2), slice(None), slice(1, None), slice(None, None, 2), (slice(None), 1), (..., 0),
           (0, ..., 1), ..., None,
           (None, 0), (slice(None), None, 1), (), (0, None, slice(1, 3)), np.int64(1), np.array(1),
           A, B, range(2), (A, B), (slice(None), A), (slice(None), A, B), (A, slice(None), B), (..., A), (A, ..., B),
           (0, slice(None), A),
           (slice(None), 0, A), (A, 0), (A, None, B), (None, A, slice(None), B), (0, A, None, B),
           ([[0], [1]], [[0, 2]]), [], (A, 0, B),
           MASK, (MASK, A), (MASK, slice(None), [0]), (slice(None), np.array([True, False, True])), EVEN, EVEN[:, :, 0],
           (0, EVEN[0]),
           True, False, np.array(True), (None, True), (slice(None), True), (0, True), (True, A), [True, False],
           (MASK, 1, slice(1, 3))]
SAMPLE = np.random.default_rng(0).normal(size=(2, 3, 4))


def in_tensors(index):
    """The index with Tensors in place of arrays."""
    if type(index) is tuple:
        return tuple(map(in_tensors, index))
    return tensor(index) if isinstance(index, np.ndarray) else index


def two_steps(array, index):
    """What torch makes of an index: first ints, slices and None, then arrays and masks on what is left."""
    basic, advanced = autograd.ops.indexing.split_index(index)
    out = array[basic]
    return out if advanced is None else out[advanced]


@pytest.mark.parametrize("index", INDICES, ids=str)
def test_reading(index):
    """The value; the gradient, also where an element is read twice; the gradient's gradient."""
    expected = two_steps(SAMPLE, index)
    for form in (index, in_tensors(index)):
        x = tensor(SAMPLE, requires_grad=True)
        out = x[form]
        np.testing.assert_array_equal(out.detach().numpy(), expected)
        (slope,) = autograd.grad((out ** 3).sum(), x, create_graph=True)
        counts = np.zeros_like(SAMPLE)
        basic, advanced = autograd.ops.indexing.split_index(index)
        np.add.at(counts[basic], ... if advanced is None else advanced, 1.0)
        np.testing.assert_allclose(slope.detach().numpy(), counts * 3 * SAMPLE ** 2)
        slope.sum().backward()
        np.testing.assert_allclose(x.grad.numpy(), counts * 6 * SAMPLE)


@pytest.mark.parametrize("index", INDICES, ids=str)
def test_writing(index):
    """A number, a tensor of the place's shape, one that broadcasts, one with more axes: as an array takes them."""
    shape = two_steps(SAMPLE, index).shape
    rng = np.random.default_rng(1)
    for value in (2.5, rng.normal(size=shape), rng.normal(size=shape[-1:] if shape else (1,)),
                  rng.normal(size=(1, 1, *shape))):
        if np.size(value) == 0:
            continue
        right, x, w = SAMPLE.copy(), tensor(SAMPLE), tensor(SAMPLE, requires_grad=True)
        basic, advanced = autograd.ops.indexing.split_index(index)
        right[basic][... if advanced is None else advanced] = np.reshape(value,
            np.shape(value)[-len(shape):] if shape else ())
        given = value if isinstance(value, float) else tensor(value, requires_grad=True)
        x[in_tensors(index)] = given.detach() if given is not value else value
        np.testing.assert_array_equal(x.numpy(), right)
        y = w * 1
        y[in_tensors(index)] = given
        np.testing.assert_array_equal(y.detach().numpy(), right)
        weights = rng.normal(size=SAMPLE.shape)
        (y * tensor(weights)).sum().backward()
        kept = np.ones_like(SAMPLE)
        kept[basic][... if advanced is None else advanced] = 0
        np.testing.assert_allclose(w.grad.numpy(), weights * kept)
        if given is not value and two_steps(np.arange(24).reshape(SAMPLE.shape), index).size == np.unique(
                two_steps(np.arange(24).reshape(SAMPLE.shape), index)).size:
            back = two_steps(weights, index)
            while back.ndim < len(value.shape):
                back = back[None]
            for axis, n in enumerate(value.shape[::-1]):
                back = back.sum(-1 - axis, keepdims=True) if n == 1 else back
            extra = tuple(range(back.ndim - value.ndim))
            np.testing.assert_allclose(given.grad.numpy(), back.sum(extra).reshape(value.shape))


BAD = [(5, IndexError, "index 5 is out of bounds for dimension 0 with size 2"),
       ((0, 7), IndexError, "index 7 is out of bounds for dimension 1 with size 3"),
       ((..., 9), IndexError, "index 9 is out of bounds for dimension 2 with size 4"),
       ((0, 0, 0, 0), IndexError, "too many indices for tensor of dimension 3"),
       (slice(None, None, -1), ValueError, "step must be greater than zero"),
       (slice(None, None, 0), ValueError, "step cannot be zero"), (1.5, IndexError, "only integers, slices"),
       ("a", IndexError, "got str"),
       (np.array([0.5]), IndexError, "must be long, int, byte or bool"),
       (slice(0, 1.5), TypeError, "slice indices must be integers"),
       (np.array([True, False, True]), IndexError,
        "The shape of the mask [3] at index 0 does not match the shape of the indexed tensor [2, 3, 4]"),
       ((slice(None), MASK), IndexError, "The shape of the mask [2] at index 1"),
       ((..., MASK), IndexError, "The shape of the mask [2] at index 2"),
       ([0, 2], IndexError, "index 2 is out of bounds for dimension 0 with size 2"),
       ((slice(None), [0, -4]), IndexError, "index -4 is out of bounds"),
       (([0, 1], [0, 1, 2]), IndexError, "could not be broadcast together with shapes [2], [3]")]


@pytest.mark.parametrize("index, error, words", BAD, ids=lambda v: str(v)[:30])
def test_an_index_that_is_not_there(index, error, words):
    x = tensor(SAMPLE)
    for act in (lambda: x[in_tensors(index)], lambda: x.__setitem__(in_tensors(index), 1.0)):
        with pytest.raises(error) as caught:
            act()
        assert words in str(caught.value)
    np.testing.assert_array_equal(x.numpy(), SAMPLE)


@pytest.mark.parametrize("value, error, words", [
    (autograd.ones(5), RuntimeError, "does not fit a place of shape [3, 4]"), ([1.0], TypeError, "can't assign a list"),
    (np.ones(4), TypeError, "can't assign a ndarray"), (None, TypeError, "can't assign a NoneType"),
    ("a", TypeError, "can't assign a str")])
def test_a_value_that_does_not_fit(value, error, words):
    for x in (autograd.zeros(2, 3, 4), autograd.zeros(2, 3, 4, requires_grad=True) * 1):
        with pytest.raises(error) as caught:
            x[0] = value
        assert words in str(caught.value)
        assert not x.any() and x._version == 0


def test_values_of_another_dtype():
    """Slices cast what they are given, masks what is one element; integer arrays want their own dtype."""
    x = autograd.zeros(3)
    x[0] = tensor(2)
    x[x < 1] = tensor([7])
    assert x.tolist() == [2.0, 7.0, 7.0]
    for index in ([0, 1], x > 0):
        with pytest.raises(RuntimeError, match=r"dtypes match, got Float .* Long"):
            x[index] = tensor([1, 2, 3])
    n = autograd.zeros(2, dtype=autograd.int64)
    n[0] = 2.7
    assert n.tolist() == [2, 0]
    with pytest.raises(RuntimeError, match=r"shape mismatch: value tensor of shape \[2\]"):
        x[[0, 1, 2]] = autograd.ones(2)


def test_views_and_copies():
    x = autograd.arange(6.0).reshape(2, 3)
    for index in (0, (0, 1), slice(1, 2), None, ..., (), tensor(1), np.array(0)):
        assert np.shares_memory(x[index].numpy(), x.numpy()) and x[index]._is_view()
    for index in ([0], x > 2, True, tensor([1])):
        assert not np.shares_memory(x[index].numpy(), x.numpy()) and not x[index]._is_view()
    x[0][1] = 9.0
    x[1, 2].add_(1.0)
    assert x.tolist() == [[0.0, 9.0, 2.0], [3.0, 4.0, 6.0]]
    x[:, 0] = x[:, 1]
    assert x[:, 0].tolist() == [9.0, 4.0]


def test_a_number_has_no_elements():
    s = tensor(5.0)
    assert s[None].shape == (1,) and s[...].shape == s[()].shape == () and s[True].shape == (1,
        ) and s[tensor(False)].shape == (0,)
    for index in (0, slice(None), [0]):
        with pytest.raises(IndexError):
            s[index]
    with pytest.raises(IndexError, match=r"Use tensor.item\(\)"):
        s[0]
    s[...] = 2.0
    s[()] = s * 3
    assert s.item() == 6.0


def test_writes_to_repeated_memory_are_refused():
    x = autograd.zeros(3).expand(2, 3)
    with pytest.raises(RuntimeError,
                       match="more than one element of the written-to tensor refers to a single memory location"):
        x[:, 0] = 1.0
    x[0] = 1.0                      # one row of it stands for itself
    assert x.tolist() == [[1.0] * 3] * 2


def test_lists_that_torch_reads_as_tuples():
    x = tensor(SAMPLE)
    with pytest.warns(UserWarning, match=r"use x\[tuple\(seq\)\]"):
        assert x[[[0, 1], [0, 1]]].shape == (2, 4)
    with pytest.warns(UserWarning, match="please use a dtype torch.bool"):
        assert x[tensor([1, 0], dtype=autograd.uint8)].shape == (1, 3, 4)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert x[[0, 1]].shape == (2, 3, 4)


def test_index_put():
    x, v = tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True), tensor([10.0, 20.0], requires_grad=True)
    i = tensor([0, 0])
    out = x.index_put((i, i), v, accumulate=True)
    assert out.tolist() == [[31.0, 2.0], [3.0, 4.0]]
    (out * out).sum().backward()
    assert v.grad.tolist() == [62.0, 62.0] and x.grad.tolist() == [[62.0, 4.0], [6.0, 8.0]]
    y = autograd.zeros(2, 2)
    y.index_put_((y == 0,), tensor(5.0))
    assert y.tolist() == [[5.0, 5.0], [5.0, 5.0]]
    with pytest.raises(RuntimeError, match="dtypes match, got Float for the destination and Long"):
        y.index_put((i,), tensor([1]))


def test_the_gradient_of_a_table():
    """The padding row gets none; scaled by frequency, a row gets the mean of its copies' gradients."""
    w, i = autograd.ones(4, 2, requires_grad=True), tensor([[1, 3], [3, 3]])
    autograd.embedding(w, i, 1).sum().backward()
    assert w.grad.tolist() == [[0, 0], [0, 0], [0, 0], [3, 3]]
    w.grad = None
    autograd.embedding(w, i, -1, True).sum().backward()
    assert w.grad.tolist() == [[0, 0], [1, 1], [0, 0], [1, 1]]


def test_fill_diagonal():
    assert autograd.zeros(5, 2).fill_diagonal_(2, wrap=True)[:, 0].tolist() == [2, 0, 0, 2, 0]
    assert autograd.zeros(5, 2).fill_diagonal_(2).sum() == 4 and autograd.zeros(2, 2, 2).fill_diagonal_(1).sum() == 2
    x = autograd.ones(2, 2, requires_grad=True)
    y = x * 1
    y.fill_diagonal_(7.0).sum().backward()
    assert x.grad.tolist() == [[0, 1], [1, 0]]
    for shape in ((3,), (2, 3, 4)):
        with pytest.raises(RuntimeError, match="fill_diagonal_: dimensions must"):
            autograd.zeros(*shape).fill_diagonal_(1)


def test_in_place_twins():
    x = autograd.zeros(3)
    x.index_add_(0, tensor([1, 1]), autograd.ones(2)).index_copy_(0, tensor([0]), tensor([5.0])).index_fill_(0,
        tensor([2]), 7.0)
    assert x.tolist() == [5.0, 2.0, 7.0]
    x.put_(tensor([0]), tensor([1.0]), accumulate=True).masked_scatter_(x > 6, tensor([9.0]))
    assert x.tolist() == [6.0, 2.0, 9.0]
