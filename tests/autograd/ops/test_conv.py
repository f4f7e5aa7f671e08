"""Convolutions over one to three axes, against loops."""
from functools import partial

import numpy as np
import pytest
import reference
from oprows import Row, check_rows

import autograd
from autograd.kernels import conv as kernels

ROWS = [
    Row("conv1d", oracle=partial(reference.conv, n=1), parity="ties", shapes=[
        ((2, 3, 7), (4, 3, 3), (4,)), ((3, 7), (4, 3, 2)), ((2, 4, 9), (6, 2, 3), (6,), 2, 1, 2, 2),
        ((1, 2, 5), (3, 2, 2), None, 1, "same"), ((0, 2, 5), (3, 2, 2)), ((2, 1, 4), (1, 1, 1), None, [3])]),
    Row("conv2d", oracle=partial(reference.conv, n=2), parity="ties", shapes=[
        ((2, 2, 4, 5), (3, 2, 3, 2), (3,)), ((2, 5, 4), (2, 2, 2, 3), (2,), 1, 1),
        ((1, 2, 6, 7), (2, 2, 3, 2), None, [2, 3]),
        ((2, 4, 5, 4), (6, 2, 2, 3), (6,), [1, 2], [2, 1], 1, 2),
        ((1, 2, 7, 6), (2, 1, 3, 2), (2,), 2, [0, 3], [2, 1], 2),
        ((1, 2, 4, 5), (3, 2, 2, 4), (3,), 1, "same"), ((1, 2, 4, 5), (3, 2, 3, 3), None, 1, "same", 2),
        ((1, 1, 4, 4), (2, 1, 3, 3), None, 1, "valid"), ((2, 3, 3, 3), (4, 3, 1, 1), (4,)),
        ((1, 2, 2, 2), (1, 2, 1, 1), None, 2),
        ((1, 1, 2, 2), (1, 1, 2, 2), None, 1, 3), ((0, 2, 4, 4), (3, 2, 3, 3), (3,))],
        raises=[
            ((2, 8, 8, 3), (4, 3, 3, 3), RuntimeError, "did you mean input.permute(0, 3, 1, 2)?"),
            ((8, 8, 3), (4, 3, 3, 3), RuntimeError, "did you mean input.permute(2, 0, 1)?"),
            ((2, 8, 8), (4, 1, 3, 3), RuntimeError, "did you mean input.unsqueeze(1)?"),
            ((8, 8), (4, 1, 3, 3), RuntimeError, "Expected 3D (unbatched) or 4D (batched) input to conv2d"),
            ((1, 3, 2, 2), (4, 3, 3, 3), RuntimeError,
             "Calculated padded input size per channel: (2 x 2). Kernel size: (3 x 3)"),
            ((1, 3, 4, 4), (4, 3, 3, 3), None, 1, 0, 2, RuntimeError, "Kernel size: (5 x 5), dilation included"),
            ((1, 3, 4, 4), (4, 3, 3), RuntimeError, "conv2d: expected a weight of 4 axes"),
            ((1, 3, 4, 4), (4, 3, 3, 3), (5,), RuntimeError, "expected bias to be 1-dimensional with 4 elements"),
            ((1, 4, 4, 4), (5, 2, 3, 3), None, 1, 0, 1, 2, RuntimeError, "divisible by 2 at dimension 0"),
            ((1, 3, 4, 4), (4, 3, 3, 3), None, 0, RuntimeError, "non-positive stride is not supported, got stride=0"),
            ((1, 3, 4, 4), (4, 3, 3, 3), None, 1, -1, RuntimeError, "negative padding is not supported"),
            ((1, 3, 4, 4), (4, 3, 3, 3), None, 1, 0, 0, RuntimeError, "non-positive dilation is not supported"),
            ((1, 3, 4, 4), (4, 3, 3, 3), None, [1, 1, 1], RuntimeError, "a list of 2 values"),
            ((1, 3, 4, 4), (4, 3, 3, 3), None, 1.5, TypeError, "argument 'stride' must be an int"),
            ((1, 3, 4, 4), (4, 3, 3, 3), None, 1, "full", RuntimeError, "Invalid padding string: 'full'"),
            ((1, 3, 4, 4), (4, 3, 3, 3), None, 2, "same", RuntimeError, "not supported for strided convolutions"),
            ((1, 3, 4, 4), np.ones((4, 3, 3, 3), np.int64), RuntimeError, "to have the same dtype"),
        ]),
    Row("conv3d", oracle=partial(reference.conv, n=3), parity="ties", shapes=[
        ((1, 2, 3, 4, 3), (2, 2, 2, 3, 2), (2,)), ((2, 3, 4, 3), (2, 1, 2, 2, 1), (2,), [1, 2, 1], [1, 0, 1], 1, 2)]),
    Row("conv_transpose1d", oracle=partial(reference.conv_transpose, n=1), parity="ties", shapes=[
        ((2, 3, 5), (3, 2, 3), (2,)), ((3, 4), (3, 2, 2)), ((2, 4, 4), (4, 3, 3), (6,), 3, 1, 2, 2)]),
    Row("conv_transpose2d", oracle=partial(reference.conv_transpose, n=2), parity="ties", shapes=[
        ((2, 2, 3, 4), (2, 3, 3, 2), (3,)), ((2, 3, 2), (2, 2, 2, 3), (2,), 2, 1),
        ((1, 2, 3, 3), (2, 1, 3, 2), None, [2, 3], [1, 0], [1, 2]),
        ((1, 4, 3, 2), (4, 2, 2, 2), (4,), 2, 0, 1, 2), ((1, 2, 3, 3), (2, 2, 2, 2), None, 1, 1, 1, 1, 2),
        ((0, 2, 3, 3), (2, 1, 2, 2))],
        raises=[
            ((1, 3, 4, 4), (2, 3, 3, 3), RuntimeError, "conv_transpose2d: Given transposed=1"),
            ((1, 2, 4, 4), (2, 3, 3, 3), None, 1, 0, 1, RuntimeError,
             "output padding must be smaller than either stride or dilation"),
            ((1, 2, 1, 1), (2, 3, 3, 3), None, 1, 2, RuntimeError, "Output size is too small"),
            ((1, 3, 4, 4), (3, 3, 3, 3), None, 1, 0, 0, 2, RuntimeError, "divisible by 2 at dimension 0"),
        ]),
    Row("conv_transpose3d", oracle=partial(reference.conv_transpose, n=3), parity="ties", shapes=[
        ((1, 2, 2, 3, 2), (2, 2, 2, 1, 2), (2,), [2, 1, 1])]),
]

test_row = check_rows(ROWS)


def settings(rng):
    """A random convolution: the shapes of input and weight, and its plan."""
    n, groups = rng.integers(1, 3), rng.integers(1, 3)
    kernel, stride, dilation, start = (rng.integers(low, 4, n).tolist() for low in (1, 1, 1, 0))
    outs = rng.integers(1, 6, n).tolist()
    sizes = [max(1, (o - 1) * s + d * (k - 1) + 1 - b) for o, s, d, k, b in
             zip(outs, stride, dilation, kernel, start, strict=True)]
    channels, filters = rng.integers(1, 4, 2)
    return ((3, groups * channels, *sizes), (groups * filters, channels, *kernel),
            (tuple(outs), tuple(stride), tuple(start), tuple(dilation), int(groups)))


@pytest.mark.parametrize("block", [1, 200, 1 << 19])
def test_blocks_of_any_size_give_the_same(monkeypatch, block):
    """However few windows fit a block (one row of one image, some rows, some images), all of them are seen once."""
    rng = np.random.default_rng(block)
    cases = [settings(rng) for _ in range(25)]
    arrays = [(rng.standard_normal(i), rng.standard_normal(w), plan) for i, w, plan in cases]
    whole = [kernels.correlate(i, w, None, *plan) for i, w, plan in arrays]
    gs = [rng.standard_normal(out.shape) for out in whole]
    backs = [(kernels.correlate_input(g, w, i.shape[2:], *plan[1:]), kernels.correlate_weight(i, g, w.shape, *plan[1:]))
             for (i, w, plan), g in zip(arrays, gs, strict=True)]
    monkeypatch.setattr(kernels, "BLOCK", block)
    monkeypatch.setattr(kernels, "POSITIONS", 1)
    monkeypatch.setattr(kernels, "SMALL", 10)
    for (i, w, plan), g, out, (to_input, to_weight) in zip(arrays, gs, whole, backs, strict=True):
        np.testing.assert_allclose(kernels.correlate(i, w, None, *plan), out, atol=1e-12)
        np.testing.assert_allclose(kernels.correlate_input(g, w, i.shape[2:], *plan[1:]), to_input, atol=1e-12)
        np.testing.assert_allclose(kernels.correlate_weight(i, g, w.shape, *plan[1:]), to_weight, atol=1e-12)


def test_the_three_kernels_are_transposes():
    """<correlate(x, w), g> = <x, correlate_input(g, w)> = <w, correlate_weight(x, g)>, for any plan."""
    rng = np.random.default_rng(7)
    for _ in range(50):
        shape, weight_shape, plan = settings(rng)
        x, w = rng.standard_normal(shape), rng.standard_normal(weight_shape)
        out = kernels.correlate(x, w, None, *plan)
        g = rng.standard_normal(out.shape)
        product = np.vdot(out, g)
        assert np.vdot(x, kernels.correlate_input(g, w, shape[2:], *plan[1:])) == pytest.approx(product)
        assert np.vdot(w, kernels.correlate_weight(x, g, weight_shape, *plan[1:])) == pytest.approx(product)


def test_output_is_contiguous_and_new():
    """As in torch: so that `.view` of it works, and writing into it leaves the input alone."""
    x = autograd.ones(2, 3, 4, 4)
    out = autograd.conv2d(x, autograd.ones(5, 3, 1, 1))
    assert out.is_contiguous() and not np.shares_memory(out.numpy(), x.numpy())


def test_third_order():
    """Rules of rules of rules: a convolution is bilinear, so its cube has a third derivative, found by differences."""
    rng = np.random.default_rng(1)
    arrays = [rng.standard_normal((1, 2, 4, 3)), rng.standard_normal((2, 2, 2, 2))]

    def second(x, w):
        x, w = (autograd.tensor(a, requires_grad=True) for a in (x, w))
        out = (autograd.conv2d(x, w, None, 1, 1) ** 3).sum()
        first, = autograd.grad(out, w, create_graph=True)
        return x, w, autograd.grad((first ** 2).sum(), x, create_graph=True)[0].square().sum()

    x, w, value = second(*arrays)
    for array, grad in zip(arrays, autograd.grad(value, (x, w)), strict=True):
        direction = rng.standard_normal(array.shape)
        step, kept = 1e-5, array.copy()
        array += step * direction
        above = second(*arrays)[2].item()
        array[...] = kept - step * direction
        slope = (above - second(*arrays)[2].item()) / (2 * step)
        array[...] = kept
        assert np.vdot(grad.numpy(), direction) == pytest.approx(slope, rel=1e-5)


def test_float_warnings_stay_silent(recwarn):
    x = autograd.full((1, 1, 3, 3), np.inf)
    autograd.conv2d(x, -autograd.ones(1, 1, 2, 2), None, 1, 1)
    assert not recwarn.list
