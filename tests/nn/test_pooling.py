"""Pooling layers; the ops under them are tested in tests/autograd/ops/test_pool.py."""

import numpy as np
import pytest

import autograd
import nn

IMAGE = np.arange(16.0).reshape(1, 1, 4, 4)


@pytest.mark.parametrize(
    "layer, expected",
    [
        (nn.MaxPool2d(2), [[5, 7], [13, 15]]),
        (nn.MaxPool2d(3, 1), [[10, 11], [14, 15]]),
        (nn.MaxPool2d(3, ceil_mode=True), [[10, 11], [14, 15]]),
        (nn.AvgPool2d(2), [[2.5, 4.5], [10.5, 12.5]]),
        (nn.AvgPool2d(2, divisor_override=1), [[10, 18], [42, 50]]),
        (nn.AdaptiveAvgPool2d(1), [[7.5]]),
        (nn.AdaptiveAvgPool2d((1, None)), [[6, 7, 8, 9]]),
        (nn.AdaptiveMaxPool2d((2, 1)), [[7], [15]]),
        (nn.LPPool2d(1, 2), [[10, 18], [42, 50]]),
    ],
    ids=repr,
)
def test_values(layer, expected):
    np.testing.assert_allclose(layer(autograd.tensor(IMAGE)).numpy()[0, 0], expected, rtol=1e-12)


def test_indices_lead_back():
    """MaxUnpool puts each maximum where MaxPool found it."""
    pool, unpool = nn.MaxPool2d(2, return_indices=True), nn.MaxUnpool2d(2)
    out, indices = pool(autograd.tensor(IMAGE))
    assert indices.dtype is autograd.int64 and indices.tolist() == [[[[5, 7], [13, 15]]]]
    back = unpool(out, indices)
    np.testing.assert_array_equal(back.numpy(), np.where(np.isin(IMAGE, [5, 7, 13, 15]), IMAGE, 0))
    assert unpool(out, indices, output_size=[1, 1, 5, 5]).shape == (1, 1, 5, 5)
    with pytest.raises(ValueError, match="invalid output_size"):
        unpool(out, indices, output_size=[1, 1, 9, 9])


def test_gradients_pass_through_indices_too():
    x = autograd.tensor(IMAGE, requires_grad=True)
    out, _ = nn.MaxPool2d(2, return_indices=True)(x)
    out.sum().backward()
    np.testing.assert_array_equal(x.grad.numpy(), np.isin(IMAGE, [5, 7, 13, 15]))
    x = autograd.tensor(IMAGE, requires_grad=True)
    nn.AdaptiveMaxPool2d(1, return_indices=True)(x)[0].backward()
    assert x.grad.sum().item() == x.grad[0, 0, 3, 3].item() == 1


@pytest.mark.parametrize(
    "layer, text",
    [
        (nn.MaxPool2d(2), "MaxPool2d(kernel_size=2, stride=2, padding=0, dilation=1, ceil_mode=False)"),
        (nn.AvgPool1d(2), "AvgPool1d(kernel_size=(2,), stride=(2,), padding=(0,))"),
        (nn.AvgPool2d((2, 1)), "AvgPool2d(kernel_size=(2, 1), stride=(2, 1), padding=0)"),
        (nn.AdaptiveAvgPool2d((1, None)), "AdaptiveAvgPool2d(output_size=(1, None))"),
        (nn.LPPool2d(2, 3), "LPPool2d(norm_type=2, kernel_size=3, stride=None, ceil_mode=False)"),
        (nn.MaxUnpool2d(2), "MaxUnpool2d(kernel_size=(2, 2), stride=(2, 2), padding=(0, 0))"),
    ],
)
def test_repr(layer, text):
    assert repr(layer) == text
