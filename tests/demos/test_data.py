import numpy as np
import pytest
from published import publish_mnist

import autograd
from autograd.utils.data import datasets
from demos import DemoError, data


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


@pytest.mark.parametrize("name", ["mnist", "fashion-mnist"])
def test_a_published_set_is_read_and_normalised(name, tmp_path):
    pixels = publish_mnist(tmp_path, images=12)
    found = data.load(name, data_dir=str(tmp_path))
    assert found.shape == (1, 28, 28) and len(found.training) == len(found.test) == 12
    mean, deviation = {"mnist": (0.1307, 0.3081), "fashion-mnist": (0.2860, 0.3530)}[name]
    assert np.allclose(found.test.tensors[0].numpy()[:, 0], (pixels / 255 - mean) / deviation, atol=1e-5)
    assert found.test.tensors[1].tolist() == [n % 10 for n in range(12)]
    assert found.classes[5] == {"mnist": "5", "fashion-mnist": "Sandal"}[name] and len(found.classes) == 10


def test_photographs_come_in_colour(tmp_path, monkeypatch):
    monkeypatch.setattr(datasets.CIFAR10, "records", 4)
    record = np.concatenate([[3], np.full(1024, 255), np.zeros(2048)]).astype(np.uint8)  # a cat, all red
    for name in [*(f"data_batch_{number}.bin" for number in range(1, 6)), "test_batch.bin"]:
        (tmp_path / name).write_bytes(record.tobytes() * 4)
    found = data.load("cifar10", data_dir=str(tmp_path))
    assert found.shape == (3, 32, 32) and (len(found.training), len(found.test)) == (20, 4)
    red, green, _ = found.test.tensors[0][0, :, 0, 0].tolist()
    assert red == pytest.approx((1 - 0.4914) / 0.2470, rel=1e-4)
    assert green == pytest.approx(-0.4822 / 0.2435, rel=1e-4)
    assert found.classes[found.test.tensors[1][0].item()] == "cat"


def test_a_damaged_set_is_told_without_a_traceback(tmp_path):
    publish_mnist(tmp_path, images=3)
    (tmp_path / "train-images-idx3-ubyte").write_bytes(b"no images")
    with pytest.raises(DemoError, match="train-images-idx3-ubyte"):
        data.load("mnist", data_dir=str(tmp_path))


def test_small_splits():
    labels = np.array([0, 0, 1, 1, 1, 1])
    rest, held = data.stratified_split(labels, 3, seed=0)
    assert labels[held].tolist() == [0, 1, 1] and labels[rest].tolist() == [0, 1, 1]
    assert [part.tolist() for part in data.stratified_split(labels, 0, seed=0)] == [[0, 1, 2, 3, 4, 5], []]
