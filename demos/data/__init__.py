"""The data sets of the demos, and how they are split."""

import importlib
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np

import autograd
from autograd.utils.data import TensorDataset

FOLDER = Path(__file__).parent
TEST_IMAGES = 360  # of the digits: a fifth

Name = Literal["digits", "mnist", "fashion-mnist", "cifar10"]
DIGITS = tuple("0123456789")
CLOTHES = ("T-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "boot")
THINGS = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")


class Data(NamedTuple):
    """Images (N, C, H, W) of float32 with labels (N,) of int64, in two parts, and what the labels stand for."""

    training: TensorDataset
    test: TensorDataset
    classes: tuple[str, ...]

    @property
    def shape(self) -> tuple[int, int, int]:
        """Channels, height and width of an image."""
        return tuple(self.training.tensors[0].shape[1:])


class Source(NamedTuple):
    """A set in ``autograd.utils.data.datasets``: its class there, and the mean and deviation of its training pixels."""

    dataset: str
    classes: tuple[str, ...]
    mean: tuple[float, ...]
    deviation: tuple[float, ...]


SOURCES = {
    "mnist": Source("MNIST", DIGITS, (0.1307,), (0.3081,)),
    "fashion-mnist": Source("FashionMNIST", CLOTHES, (0.2860,), (0.3530,)),
    "cifar10": Source("CIFAR10", THINGS, (0.4914, 0.4822, 0.4465), (0.2470, 0.2435, 0.2616)),
}


def load(
    data: Name = "digits", data_dir: str | None = None, seed: int = 0, by: Literal["class", "writer"] = "class"
) -> Data:
    """The images that ``--data`` names, ready to be learnt from.

    The digits lie between 0 and 1 and are split by `seed`, 1,437 to learn from and 360, a fifth of every class, for the
    test; ``by="writer"`` keeps the last 360, which other people wrote. The other sets bring their own split, and each
    of their channels has mean 0 and deviation 1 over the training images.

    Parameters
    ----------
    data : which set
    data_dir : the folder where it lies; None to download it once, into a cache (the digits are part of this package)
    """
    if data == "digits":
        pixels, labels = load_digits()
        if by == "class":
            training, test = stratified_split(labels, TEST_IMAGES, seed)
        else:
            training, test = np.split(np.arange(len(labels)), [-TEST_IMAGES])
        images = pixels[:, None] / 16
        return Data(*(dataset(images[part], labels[part]) for part in (training, test)), DIGITS)
    source = SOURCES[data]
    kind = getattr(importlib.import_module("autograd.utils.data.datasets"), source.dataset)
    parts = [kind(data_dir, train=train, download=data_dir is None) for train in (True, False)]
    return Data(*(dataset(normalized(part.data, source), part.targets) for part in parts), source.classes)


def dataset(images: np.ndarray, labels: np.ndarray) -> TensorDataset:
    return TensorDataset(
        autograd.tensor(images, dtype=autograd.float32), autograd.tensor(np.asarray(labels), dtype=autograd.int64)
    )


def normalized(pixels: np.ndarray, source: Source) -> np.ndarray:
    """Bytes (N, H, W) or (N, H, W, C) as numbers (N, C, H, W) of mean 0 and deviation 1 in each channel."""
    images = pixels[..., None] if pixels.ndim == 3 else pixels
    images = (images / np.float32(255) - np.float32(source.mean)) / np.float32(source.deviation)
    return np.ascontiguousarray(images.transpose(0, 3, 1, 2))


def load_digits() -> tuple[np.ndarray, np.ndarray]:
    """Real handwritten digits: images (1797, 8, 8) of integers from 0, paper, to 16, ink; labels (1797,) from 0 to 9.

    Source: E. Alpaydin, C. Kaynak, Optical Recognition of Handwritten Digits, UCI 1998, doi 10.24432/C50P49, CC BY 4.0.
    """
    with np.load(FOLDER / "digits.npz") as file:
        return file["images"], file["labels"]


def stratified_split(labels: np.ndarray, held_out: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Deal the indices of `labels` into the rest and a held-out part, every class in the same proportion.

    Shapes: labels (N,) -> rest (N - held_out,), held (held_out,), both sorted.

    Parameters
    ----------
    labels : the class of each example, an integer from 0
    held_out : how many examples are put aside
    seed : the same seed deals the same way
    """
    share = np.bincount(labels) * held_out / len(labels)
    quota = share.astype(int)
    quota[np.argsort(quota - share, kind="stable")[: held_out - quota.sum()]] += 1  # the largest remainders round up
    # NumPy promises never to change RandomState's stream: a split stays the same in every version.
    order = np.random.RandomState(seed).permutation(len(labels))
    held = np.concatenate([order[labels[order] == label][:count] for label, count in enumerate(quota)])
    return np.setdiff1d(order, held), np.sort(held)
