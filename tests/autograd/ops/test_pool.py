"""Pooling over one to three axes, against loops; ties and nans as torch settles them."""
from functools import partial

import numpy as np
import pytest
import reference
from oprows import Row, check_rows

import autograd
from autograd.ops import TABLE

MAX = dict(oracle=partial(reference.max_pool, n=2), kinks=(0.5,), integers="skip")
BAD_POOLS = [
    ((8, 8), 2, RuntimeError, "add the channel axis with input.unsqueeze(0)"),
    ((1, 2, 4, 4), 5, RuntimeError, "Output size is too small"),
    ((1, 2, 4, 4), 2, 1, 2, RuntimeError, "pad should be at most half of kernel size"),
    ((1, 2, 4, 4), 2, 1, -1, RuntimeError, "pad must be non-negative"),
    ((1, 2, 4, 4), 0, RuntimeError, "kernel_size should be greater than zero"),
    ((1, 2, 4, 4), 2, 0, RuntimeError, "stride should be greater than zero"),
    ((1, 2, 4, 4), [1, 2, 3], RuntimeError, "a list of 2 values"),
    ((1, 2, 4, 4), 2.5, TypeError, "argument 'kernel_size' must be an int"),
    ((1, 0, 4, 4), 2, RuntimeError, "only the batch may be empty"),
]

ROWS = [
    Row("max_pool1d", oracle=partial(reference.max_pool, n=1), integers="skip", shapes=[
        ((2, 3, 7), 2), ((3, 7), 3, 1), ((2, 8), 3, 2, 1, 1, True), ((1, 2, 9), 3, 2, 1, 2)]),
    Row("nn.functional.max_pool2d", **MAX, shapes=[
        ((2, 2, 4, 6), 2), ((2, 5, 4), [3, 2]), ((1, 2, 5, 5), 3, 2, 1), ((1, 1, 6, 5), 2, 3, 1, 1, True),
        ((1, 2, 6, 7), 2, 1, 1, 2),
        ((1, 1, 5, 4), [2, 3], [2, 1], [1, 0], [1, 1], True), ((0, 2, 4, 4), 2), ((1, 1, 3, 3), 1)],
        raises=[*BAD_POOLS,
                ((1, 1, 1, 1), 2, 1, 1, 2, RuntimeError, "see nothing of an image of size (1, 1)"),
                (np.ones((1, 1, 2, 2), bool), 2, NotImplementedError, "not implemented for 'Bool'")]),
    Row("max_pool3d", oracle=partial(reference.max_pool, n=3), integers="skip", shapes=[
        ((1, 2, 3, 4, 4), 2), ((2, 4, 3, 4), [1, 2, 3], [1, 2, 1], [0, 1, 1])]),
    Row("avg_pool1d", oracle=partial(reference.avg_pool, n=1), parity="ties", integers="skip", shapes=[
        ((2, 3, 7), 2), ((3, 8), 3, 2, 1), ((1, 2, 8), 3, 2, 1, True, False)]),
    Row("nn.functional.avg_pool2d", oracle=partial(reference.avg_pool, n=2), parity="ties", integers="skip", shapes=[
        ((2, 2, 4, 6), 2), ((2, 5, 4), [3, 2], 1), ((1, 2, 5, 5), 3, 2, 1), ((1, 2, 5, 5), 3, 2, 1, True),
        ((0, 2, 4, 4), 2),
        ((1, 2, 5, 5), 3, 2, 1, True, False), ((1, 2, 5, 5), 3, 2, 1, False, False),
        ((1, 2, 5, 4), 2, 1, 1, False, True, 3)],
        raises=[*BAD_POOLS, ((1, 2, 4, 4), 2, None, 0, False, True, 0, RuntimeError, "divisor must be not zero")]),
    Row("nn.functional.avg_pool3d", oracle=partial(reference.avg_pool, n=3), parity="ties", integers="skip", shapes=[
        ((1, 2, 3, 4, 4), 2), ((2, 4, 3, 4), [1, 2, 3], [1, 2, 1], [0, 1, 1], False, False)]),
    Row("adaptive_avg_pool1d", oracle=partial(reference.adaptive_avg_pool, n=1), parity="ties", shapes=[
        ((2, 3, 7), 3), ((3, 6), 2), ((2, 3, 4), [1])]),
    Row("nn.functional.adaptive_avg_pool2d", oracle=partial(reference.adaptive_avg_pool, n=2), parity="ties", shapes=[
        ((2, 2, 5, 7), 3), ((2, 6, 4), [2, 3]), ((2, 2, 3, 4), 1), ((1, 2, 3, 2), [5, None]), ((0, 2, 4, 4), 2)],
        raises=[((1, 2, 4, 4), [1, 2, 3], RuntimeError, "output_size must be 2"),
                ((1, 2, 4, 4), -1, RuntimeError, "greater than or equal to 0"),
                ((1, 2, 4, 0), 1, RuntimeError, "only the batch may be empty"),
                ((1, 2, 4, 4), 1.5, TypeError, "argument 'output_size' must be an int")]),
    Row("nn.functional.adaptive_avg_pool3d", oracle=partial(reference.adaptive_avg_pool, n=3), parity="ties", shapes=[
        ((1, 2, 3, 4, 5), [2, 1, 3])]),
    Row("nn.functional.adaptive_max_pool1d", oracle=partial(reference.adaptive_max_pool, n=1), shapes=[((2, 3, 7), 3)]),
    Row("nn.functional.adaptive_max_pool2d", oracle=partial(reference.adaptive_max_pool, n=2), integers="skip", shapes=[
        ((2, 2, 5, 7), 3), ((2, 6, 4), [2, 3]), ((2, 2, 3, 4), 1), ((1, 2, 3, 2), [5, None])]),
    Row("nn.functional.adaptive_max_pool3d", oracle=partial(reference.adaptive_max_pool, n=3), integers="skip", shapes=[
        ((1, 2, 3, 4, 5), [2, 1, 3])]),
]

test_row = check_rows(ROWS)


def pooled(name, array, *settings):
    """The value and the gradient, with a different upstream number for each window, and the indices."""
    x = autograd.tensor(array, requires_grad=True)
    out = TABLE[name].call(x, *settings)
    g = autograd.arange(1.0, out.numel() + 1, dtype=out.dtype).reshape(*out.shape)
    out.backward(g)
    return out.detach().numpy(), x.grad.numpy(), TABLE[f"{name}_indices"].call(x, *settings).numpy()


def test_of_equals_the_first_wins():
    _, grad, indices = pooled("max_pool2d", np.ones((1, 1, 4, 4)), 2)
    np.testing.assert_array_equal(indices[0, 0], [[0, 2], [8, 10]])
    np.testing.assert_array_equal(grad[0, 0], [[1, 0, 2, 0], [0, 0, 0, 0], [3, 0, 4, 0], [0, 0, 0, 0]])


def test_windows_that_overlap_add_up():
    image = np.zeros((1, 1, 3, 3))
    image[0, 0, 1, 1] = 5.0
    _, grad, indices = pooled("max_pool2d", image, 2, 1)
    np.testing.assert_array_equal(indices.reshape(-1), [4, 4, 4, 4])
    assert grad[0, 0, 1, 1] == 1 + 2 + 3 + 4 and grad.sum() == 10


def test_the_padding_never_wins():
    """Not even where all is minus infinity, as the padding is."""
    _, grad, indices = pooled("max_pool2d", np.full((1, 1, 2, 2), -np.inf), 2, 2, 1)
    np.testing.assert_array_equal(indices.reshape(-1), [0, 1, 2, 3])
    np.testing.assert_array_equal(grad.reshape(-1), [1, 2, 3, 4])


@pytest.mark.parametrize("name, setting", [("max_pool2d", 2), ("adaptive_max_pool2d", 1)])
def test_a_nan_wins_and_of_several_the_last(name, setting):
    out, grad, indices = pooled(name, np.array([[[[np.nan, 9.0], [np.nan, 3.0]]]]), setting)
    assert np.isnan(out).all() and indices.item() == 2
    np.testing.assert_array_equal(grad.reshape(-1), [0, 0, 1, 0])


def test_infinite_gradients_stay_in_their_place():
    x = autograd.tensor([[[[1.0, 2.0], [3.0, 4.0]]]], requires_grad=True)
    autograd.max_pool2d(x, 2).backward(autograd.tensor([[[[np.inf]]]]))
    assert x.grad.tolist() == [[[[0, 0], [0, np.inf]]]]


def test_an_infinite_input_stays_in_its_windows():
    """A mean by matrices would spread nan over the whole row."""
    image = np.ones((1, 1, 1, 6))
    image[..., 0] = np.inf
    for name, setting in (("avg_pool2d", [1, 2]), ("adaptive_avg_pool2d", [1, 3])):
        out = TABLE[name].call(autograd.tensor(image), setting)
        assert out.tolist() == [[[[np.inf, 1, 1]]]]


def test_integer_images():
    x = autograd.arange(16).reshape(1, 1, 4, 4)
    assert autograd.max_pool2d(x, 2, padding=1).tolist() == [[[[0, 2, 3], [8, 10, 11], [12, 14, 15]]]]
    assert TABLE["avg_pool2d"].call(x, 2).dtype is autograd.int64


def test_large_kernels_are_numbered_beyond_a_byte():
    """300 taps do not fit uint8."""
    row = np.zeros((1, 1, 300))
    row[0, 0, 299] = 1.0
    _, grad, indices = pooled("max_pool1d", row, 300)
    assert indices.item() == 299 and grad[0, 0, 299] == 1
