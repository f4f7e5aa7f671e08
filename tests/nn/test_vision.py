"""Images enlarged and rearranged, and their windows."""

import numpy as np
import pytest
import reference

import autograd
import nn


def test_nearest_repeats_pixels():
    image = np.arange(6.0).reshape(1, 1, 2, 3)
    out = nn.Upsample(scale_factor=2)(autograd.tensor(image))
    np.testing.assert_array_equal(out.numpy(), image.repeat(2, 2).repeat(2, 3))
    assert nn.UpsamplingNearest2d(size=(1, 5))(autograd.tensor(image)).tolist() == [[[[0, 0, 1, 1, 2]]]]


def test_bilinear_keeps_corners_or_edges():
    row = autograd.tensor([[[[0.0, 1.0]]]])
    assert nn.UpsamplingBilinear2d(size=(1, 3))(row).tolist() == [[[[0, 0.5, 1]]]]
    assert nn.Upsample(size=(1, 4), mode="bilinear")(row).tolist() == [[[[0, 0.25, 0.75, 1]]]]


def test_area_is_adaptive_average():
    image = autograd.arange(16.0).reshape(1, 1, 4, 4)
    assert nn.functional.interpolate(image, 2, mode="area").tolist() == nn.AdaptiveAvgPool2d(2)(image).tolist()


@pytest.mark.parametrize(
    "settings, error, words",
    [
        ({}, ValueError, "either size or scale_factor should be defined"),
        ({"size": 2, "scale_factor": 2}, ValueError, "only one of size or scale_factor"),
        ({"size": 2, "mode": "cubist"}, NotImplementedError, "it is one of nearest"),
        ({"size": 2, "mode": "linear"}, NotImplementedError, "mode 'linear' takes 3D inputs"),
        (
            {"size": 2, "align_corners": True},
            ValueError,
            "align_corners option can only be set with the interpolating modes",
        ),
        ({"size": (2, 2, 2)}, ValueError, "same number of spatial dimensions"),
    ],
)
def test_bad_interpolation(settings, error, words):
    with pytest.raises(error) as caught:
        nn.functional.interpolate(autograd.ones(1, 1, 4, 4), **settings)
    assert words in str(caught.value)


def test_pixel_shuffle_and_back():
    x = autograd.arange(16.0).reshape(1, 4, 2, 2)
    out = nn.PixelShuffle(2)(x)
    assert out.tolist() == [[[[0, 4, 1, 5], [8, 12, 9, 13], [2, 6, 3, 7], [10, 14, 11, 15]]]]
    assert nn.PixelUnshuffle(2)(out).tolist() == x.tolist()
    with pytest.raises(RuntimeError, match="divisible by the square of upscale_factor"):
        nn.PixelShuffle(2)(autograd.ones(1, 3, 2, 2))


def test_channel_shuffle_deals_out():
    x = autograd.arange(6.0).reshape(1, 6, 1, 1)
    assert nn.ChannelShuffle(2)(x).flatten().tolist() == [0, 3, 1, 4, 2, 5]


def test_unfold_times_filters_is_a_convolution():
    rng = np.random.default_rng(0)
    image, weight = rng.standard_normal((2, 3, 5, 4)), rng.standard_normal((6, 3, 2, 3))
    columns = nn.Unfold((2, 3), padding=1, stride=2)(autograd.tensor(image)).numpy()
    expected = reference.conv(image, weight, stride=2, padding=1, n=2)
    np.testing.assert_allclose((weight.reshape(6, -1) @ columns).reshape(expected.shape), expected, atol=1e-12)


def test_fold_is_the_transpose_of_unfold():
    rng = np.random.default_rng(0)
    image = autograd.tensor(rng.standard_normal((1, 2, 5, 4)), requires_grad=True)
    columns = nn.Unfold((2, 3), padding=1, stride=2)(image)
    g = rng.standard_normal(columns.shape)
    columns.backward(autograd.tensor(g))
    folded = nn.Fold((5, 4), (2, 3), padding=1, stride=2)(autograd.tensor(g))
    np.testing.assert_allclose(folded.numpy(), image.grad.numpy(), atol=1e-12)


@pytest.mark.parametrize(
    "layer, text",
    [
        (nn.Upsample(scale_factor=2), "Upsample(scale_factor=2.0, mode='nearest')"),
        (nn.Upsample(size=(2, 3), mode="bilinear"), "Upsample(size=(2, 3), mode='bilinear')"),
        (nn.Unfold(2), "Unfold(kernel_size=2, dilation=1, padding=0, stride=1)"),
        (nn.Fold((4, 4), 2), "Fold(output_size=(4, 4), kernel_size=2, dilation=1, padding=0, stride=1)"),
        (nn.PixelShuffle(2), "PixelShuffle(upscale_factor=2)"),
        (nn.ChannelShuffle(2), "ChannelShuffle(groups=2)"),
    ],
)
def test_repr(layer, text):
    assert repr(layer) == text
