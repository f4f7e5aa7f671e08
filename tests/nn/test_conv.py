"""Convolution layers: their settings, borders and start."""

import numpy as np
import pytest
import reference

import autograd
import nn


def arrays(layer):
    return [None if p is None else p.detach().numpy() for p in (layer.weight, layer.bias)]


@pytest.mark.parametrize(
    "mode, numpy_mode", [("zeros", "constant"), ("reflect", "reflect"), ("replicate", "edge"), ("circular", "wrap")]
)
@pytest.mark.parametrize("padding", [1, (2, 1)])
def test_padding_modes(mode, numpy_mode, padding):
    """A padded image, then a convolution without padding."""
    layer = nn.Conv2d(2, 3, 3, padding=padding, padding_mode=mode, dtype=autograd.float64)
    image = np.random.default_rng(0).standard_normal((2, 2, 4, 5))
    rows, columns = (padding, padding) if padding == 1 else padding
    padded = np.pad(image, [(0, 0), (0, 0), (rows, rows), (columns, columns)], numpy_mode)
    expected = reference.conv(padded, *arrays(layer), n=2)
    np.testing.assert_allclose(layer(autograd.tensor(image)).detach().numpy(), expected, atol=1e-12)


@pytest.mark.parametrize("mode", ["zeros", "reflect", "circular"])
@pytest.mark.parametrize("kernel, dilation", [(3, 1), (2, 1), (4, 1), (2, 2)])
def test_same_padding_keeps_the_size(mode, kernel, dilation):
    layer = nn.Conv2d(1, 1, kernel, padding="same", dilation=dilation, padding_mode=mode)
    assert layer(autograd.ones(1, 1, 6, 5)).shape == (1, 1, 6, 5)


@pytest.mark.parametrize("mode, numpy_mode", [("zeros", "constant"), ("circular", "wrap")])
def test_an_odd_border_is_wider_behind(mode, numpy_mode):
    """A kernel of 4 wants 3 more places: 1 before and 2 behind, as in torch."""
    layer = nn.Conv2d(1, 2, (4, 1), padding="same", padding_mode=mode, dtype=autograd.float64)
    image = np.random.default_rng(0).standard_normal((1, 1, 5, 3))
    padded = np.pad(image, [(0, 0), (0, 0), (1, 2), (0, 0)], numpy_mode)
    expected = reference.conv(padded, *arrays(layer), n=2)
    np.testing.assert_allclose(layer(autograd.tensor(image)).detach().numpy(), expected, atol=1e-12)


def test_transposed_layer_reaches_the_asked_size():
    """Several input sizes of a strided convolution give one output size: output_size says which to go back to."""
    down, up = nn.Conv2d(1, 1, 3, stride=2, padding=1), nn.ConvTranspose2d(1, 1, 3, stride=2, padding=1)
    for size in ((7, 8), (8, 7)):
        small = down(autograd.ones(1, 1, *size))
        assert up(small, output_size=size).shape[2:] == size
    with pytest.raises(ValueError, match=r"requested an output size of \(9, 9\), but valid sizes range from \[7, 7\]"):
        up(small, output_size=(9, 9))


def test_start_lies_within_the_bound_of_a_filter():
    """k = (channels of a group * kernel places) ** -0.5."""
    layer = nn.Conv2d(16, 40, 5, groups=2)
    assert layer.weight.shape == (40, 8, 5, 5) and layer.bias.shape == (40,)
    bound = (8 * 25) ** -0.5
    assert 0.98 * bound < np.abs(layer.weight.detach().numpy()).max() <= bound
    assert nn.ConvTranspose2d(6, 4, 3, groups=2).weight.shape == (6, 2, 3, 3)


@pytest.mark.parametrize(
    "args, settings, words",
    [
        ((3, 4, 3), {"groups": 2}, "in_channels must be divisible by groups, got 3 channels in 2 groups"),
        ((4, 3, 3), {"groups": 2}, "out_channels must be divisible by groups"),
        ((3, 4, 3), {"groups": 0}, "groups must be a positive integer"),
        ((3, 4, 3), {"padding": "full"}, "Invalid padding string 'full'"),
        ((3, 4, 3), {"padding": "same", "stride": 2}, "not supported for strided convolutions"),
        ((3, 4, 3), {"padding_mode": "mirror"}, "padding_mode must be one of zeros, reflect, replicate, circular"),
    ],
)
def test_bad_settings(args, settings, words):
    with pytest.raises(ValueError, match="Conv2d: ") as caught:
        nn.Conv2d(*args, **settings)
    assert words in str(caught.value)


def test_images_with_their_channels_last():
    with pytest.raises(RuntimeError, match=r"did you mean input.permute\(0, 3, 1, 2\)\?"):
        nn.Conv2d(3, 8, 3)(autograd.ones(2, 28, 28, 3))


@pytest.mark.parametrize(
    "layer, text",
    [
        (nn.Conv2d(3, 4, 3), "Conv2d(3, 4, kernel_size=(3, 3), stride=(1, 1))"),
        (
            nn.Conv2d(3, 4, 3, padding=(1, 2), stride=2, dilation=2, padding_mode="reflect"),
            "Conv2d(3, 4, kernel_size=(3, 3), stride=(2, 2), padding=(1, 2), dilation=(2, 2), padding_mode=reflect)",
        ),
        (
            nn.Conv2d(4, 4, 3, padding="same", groups=2),
            "Conv2d(4, 4, kernel_size=(3, 3), stride=(1, 1), padding=same, groups=2)",
        ),
        (
            nn.ConvTranspose1d(3, 4, 3, 2, 1, 1),
            "ConvTranspose1d(3, 4, kernel_size=(3,), stride=(2,), padding=(1,), output_padding=(1,))",
        ),
    ],
)
def test_repr(layer, text):
    assert repr(layer) == text
