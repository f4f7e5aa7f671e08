"""Normalisations, against their formulas; running statistics and what they are made of."""
import numpy as np
import pytest
import reference
from oprows import Row, check_rows

import autograd

TRAIN = (None, None, True, 0.1, 1e-2, False)
EMPTY = (None, None, None, None)
MEAN, VAR = np.array([0.5, -1, 2]), np.array([1.5, 0.5, 2])

ROWS = [
    Row("batch_norm", oracle=reference.batch_norm, parity="smooth", shapes=[
        ((4, 3), (3,), (3,), *TRAIN), ((2, 3, 2, 2), (3,), (3,), *TRAIN), ((2, 3, 2), (3,), (3,), *TRAIN)],
        raises=[
            ((4, 3), (2,), None, *TRAIN, RuntimeError, "weight should contain 3 elements not 2"),
            ((2, 5, 5, 3), (3,), None, *TRAIN, RuntimeError, "did you mean to permute the input?"),
            ((4, 3), *EMPTY, False, 0.1, 1e-5, False, RuntimeError, "must be defined in evaluation mode"),
            ((3,), None, None, *TRAIN, RuntimeError, "expected an input (N, C, *) of 2 axes or more"),
            (np.ones((4, 3), int), None, None, *TRAIN, NotImplementedError, "convert the input with .float()")]),
    Row("layer_norm", oracle=reference.layer_norm, parity="smooth", integers="skip", shapes=[
        ((2, 3, 4), [4], (4,), (4,), 1e-2), ((2, 3, 4), [3, 4], (3, 4), (3, 4), 1e-2), ((4,), [4], (4,), (4,), 1e-2),
        ((0, 3), [3], (3,), (3,))],
        raises=[((2, 3), [4], RuntimeError, "expected input with shape [*, 4], but got input of size [2, 3]"),
                ((2, 3), 3, TypeError, "did you mean (3,)?"),
                ((2, 3), [], RuntimeError, "at least 1-dimensional"),
                ((2, 3), [3], (4,), RuntimeError, "Expected weight to be of same shape as normalized_shape"),
                (np.ones((2, 3), int), [3], NotImplementedError, "convert the input with .float()")]),
    Row("rms_norm", oracle=reference.rms_norm, parity="smooth", integers="skip", shapes=[
        ((2, 3, 4), [4], (4,), 1e-2), ((2, 3, 4), [3, 4], (3, 4)), ((3, 4), [4]), ((0, 3), [3], (3,))],
        raises=[((2, 3), [4], RuntimeError, "rms_norm: Given normalized_shape=[4]")]),
    Row("group_norm", oracle=reference.group_norm, parity="smooth", integers="skip", shapes=[
        ((2, 4, 3), 2, (4,), (4,), 1e-2), ((2, 6, 2, 2), 3, (6,), (6,), 1e-2), ((3, 4), 2, (4,), (4,), 1e-2)],
        raises=[((2, 6, 4), 4, RuntimeError, "divisible by num_groups, but got input of shape [2, 6, 4]"),
                ((6,), 3, RuntimeError, "Expected at least 2 dimensions"),
                ((2, 6, 4), 3, (3,), RuntimeError, "Expected weight to be a vector of size equal to the number of")]),
    Row("instance_norm", oracle=reference.instance_norm, parity="smooth", integers="skip", shapes=[
        ((2, 3, 4), (3,), (3,), *TRAIN), ((2, 2, 2, 3), (2,), (2,), *TRAIN)],
        raises=[((2, 3, 4), *EMPTY, False, 0.1, 1e-5, False, RuntimeError, "to be defined")]),
    # Without weight or bias torch has no second order to compare with.
    Row("batch_norm", oracle=reference.batch_norm, parity=None, shapes=[
        ((2, 3, 2), None, None, *TRAIN), ((3, 2, 2), (2,), None, *TRAIN), ((3, 2, 2), None, (2,), *TRAIN)]),
    Row("layer_norm", oracle=reference.layer_norm, parity=None, integers="skip", shapes=[
        ((3, 4), [4], None, None, 1e-2), ((2, 4), [4], (4,), None, 1e-2), ((2, 4), [4], None, (4,), 1e-2)]),
    Row("group_norm", oracle=reference.group_norm, parity=None, integers="skip", shapes=[
        ((2, 6, 2, 2), 3), ((3, 4), 2, (4,), None, 1e-2), ((2, 4, 3), 4, None, (4,))]),
]

test_row = check_rows(ROWS)


def running(dtype=autograd.float64):
    return autograd.tensor(MEAN, dtype=dtype), autograd.tensor(VAR, dtype=dtype)


def test_running_statistics_move_by_momentum():
    rng = np.random.default_rng(0)
    x, (mean, var) = rng.standard_normal((4, 3, 5)), running()
    autograd.batch_norm(autograd.tensor(x), None, None, mean, var, True, 0.25, 1e-5)
    np.testing.assert_allclose(mean.numpy(), 0.75 * MEAN + 0.25 * x.mean((0, 2)), rtol=1e-12)
    np.testing.assert_allclose(var.numpy(), 0.75 * VAR + 0.25 * x.var((0, 2), ddof=1), rtol=1e-12)


def test_evaluation_uses_them_and_leaves_them():
    x, (mean, var) = np.random.default_rng(0).standard_normal((4, 3, 5)), running()
    out = autograd.batch_norm(autograd.tensor(x), None, None, mean, var, False, 0.25, 1e-5)
    np.testing.assert_allclose(out.numpy(), reference.batch_norm(x, None, None, MEAN, VAR, False, 0, 1e-5), rtol=1e-12)
    np.testing.assert_array_equal(mean.numpy(), MEAN)


@pytest.mark.parametrize("training", [True, False])
def test_gradients_of_both_modes(training):
    rng = np.random.default_rng(1)
    x, weight, bias = (autograd.tensor(rng.standard_normal(shape), requires_grad=True) for shape in ((4, 3, 2), 3, 3))

    def norm(x, weight, bias):
        return autograd.batch_norm(x, weight, bias, *running(), training, 0.1, 1e-2)
    assert autograd.gradcheck(norm, (x, weight, bias)) and autograd.gradgradcheck(norm, (x, weight, bias))


def test_statistics_that_change_before_backward_do_not_matter():
    """The node keeps those that its forward used."""
    x = autograd.ones(2, 3, requires_grad=True, dtype=autograd.float64)
    mean, var = running()
    out = autograd.batch_norm(x, None, None, mean, var, False, 0.1, 0.0)
    mean.fill_(100), var.fill_(100)
    out.sum().backward()
    np.testing.assert_allclose(x.grad.numpy(), np.broadcast_to(VAR ** -0.5, (2, 3)))


def test_float32_stays_exact_far_from_zero():
    """The mean is subtracted before anything is squared."""
    x = np.random.default_rng(2).standard_normal((64, 2, 8)).astype(np.float32) + 1000
    ours = autograd.batch_norm(autograd.tensor(x), None, None, None, None, True, 0.1, 0.0).numpy()
    exact = reference.batch_norm(x.astype(np.float64), None, None, None, None, True, 0.1, 0.0)
    assert ours.dtype == np.float32 and np.abs(ours - exact).max() < 1e-3


def test_third_order():
    """The by-products' formulas are recorded themselves."""
    rng = np.random.default_rng(3)
    array, direction = rng.standard_normal((5, 2)), rng.standard_normal((5, 2))

    def second(array):
        x = autograd.tensor(array, requires_grad=True)
        out = autograd.batch_norm(x, None, None, None, None, True, 0.1, 1e-1)
        first, = autograd.grad((out ** 3).sum(), x, create_graph=True)
        return x, autograd.grad((first ** 2).sum(), x, create_graph=True)[0].square().sum()

    x, value = second(array)
    third, = autograd.grad(value, x)
    slope = (second(array + 1e-5 * direction)[1] - second(array - 1e-5 * direction)[1]).item() / 2e-5
    assert np.vdot(third.numpy(), direction) == pytest.approx(slope, rel=1e-5)
