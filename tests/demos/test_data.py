import numpy as np
import pytest

import autograd
from demos import data


def test_digits_are_what_the_notice_says():
    images, labels = data.load_digits()
    assert images.shape == (1797, 8, 8) and labels.shape == (1797,)
    assert images.dtype == labels.dtype == np.uint8
    assert images.min() == 0 and images.max() == 16
    assert np.bincount(labels).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    assert labels[:12].tolist() == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1]
    assert int(images.sum()) == 561718
    notice = (data.FOLDER / "LICENSE.txt").read_text()
    assert all(word in notice for word in ("Alpaydin", "Kaynak", "CC BY 4.0", "10.24432/C50P49"))
    assert (data.FOLDER / "digits.npz").stat().st_size < 80_000


@pytest.mark.parametrize("seed", range(5))
def test_a_split_deals_every_image_once_and_every_class_in_proportion(seed):
    labels = data.load_digits()[1]
    rest, held = data.stratified_split(labels, 360, seed)
    assert len(rest) == 1437 and len(held) == 360
    assert sorted([*rest, *held]) == list(range(1797))
    share = np.bincount(labels) * 360 / 1797
    assert np.abs(np.bincount(labels[held]) - share).max() < 1


def test_splits_are_fixed_and_differ_by_seed():
    labels = data.load_digits()[1]
    first = data.stratified_split(labels, 360, 0)[1]
    assert first[:8].tolist() == [4, 5, 6, 9, 14, 17, 18, 19]
    assert (first == data.stratified_split(labels, 360, 0)[1]).all()
    assert not np.array_equal(first, data.stratified_split(labels, 360, 1)[1])


def test_digits_are_ready_to_be_learnt_from():
    digits = data.load("digits", seed=0)
    assert len(digits.training) == 1437 and len(digits.test) == 360
    assert digits.shape == (1, 8, 8) and digits.classes == tuple("0123456789")
    images, labels = digits.test.tensors
    assert images.shape == (360, 1, 8, 8) and images.dtype == autograd.float32 and labels.dtype == autograd.int64
    assert images.min().item() == 0 and images.max().item() == 1
    assert not autograd.equal(data.load("digits", seed=1).test.tensors[0], images)


def test_the_last_images_are_those_of_other_writers():
    pixels, labels = data.load_digits()
    digits = data.load("digits", by="writer")
    assert digits.training.tensors[1].tolist() == labels[:-360].tolist()
    assert digits.test.tensors[1].tolist() == labels[-360:].tolist()
    assert (digits.test.tensors[0].numpy()[:, 0] * 16 == pixels[-360:]).all()


@pytest.mark.parametrize("name", data.SOURCES)
def test_each_channel_is_normalised_by_its_training_pixels(name):
    source = data.SOURCES[name]
    depth = len(source.mean)
    pixels = np.arange(2 * 4 * 5 * depth, dtype=np.uint8).reshape(2, 4, 5, depth)
    images = data.normalized(pixels[..., 0] if depth == 1 else pixels, source)
    assert images.shape == (2, depth, 4, 5) and images.dtype == np.float32
    for channel in range(depth):
        expected = (pixels[..., channel] / 255 - source.mean[channel]) / source.deviation[channel]
        assert np.allclose(images[:, channel], expected, atol=1e-5)


def test_small_splits():
    labels = np.array([0, 0, 1, 1, 1, 1])
    rest, held = data.stratified_split(labels, 3, seed=0)
    assert labels[held].tolist() == [0, 1, 1] and labels[rest].tolist() == [0, 1, 1]
    assert [part.tolist() for part in data.stratified_split(labels, 0, seed=0)] == [[0, 1, 2, 3, 4, 5], []]
