"""The data sets of the demos, and how they are split."""

from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np

import autograd
from autograd.utils.data import TensorDataset
from demos import DemoError

FOLDER = Path(__file__).parent
TEST_IMAGES = 360  # of the digits: a fifth

Name = Literal["digits", "mnist", "fashion-mnist", "cifar10"]
PUBLISHED = {"mnist": "MNIST", "fashion-mnist": "FashionMNIST", "cifar10": "CIFAR10"}  # in autograd.utils.data.datasets


class Data(NamedTuple):
    """Images (N, C, H, W) of float32 with labels (N,) of int64, in two parts, and what the labels stand for."""

    training: TensorDataset
    test: TensorDataset
    classes: tuple[str, ...]

    @property
    def shape(self) -> tuple[int, int, int]:
        """Channels, height and width of an image."""
        return tuple(self.training.tensors[0].shape[1:])


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
    data_dir : the folder where it lies, or is downloaded to; None for the user's cache (the digits are in this package)
    """
    return split_digits(seed, by) if data == "digits" else published(PUBLISHED[data], data_dir)


def split_digits(seed: int, by: Literal["class", "writer"]) -> Data:
    pixels, labels = load_digits()
    if by == "class":
        training, test = stratified_split(labels, TEST_IMAGES, seed)
    else:
        training, test = np.split(np.arange(len(labels)), [-TEST_IMAGES])
    images = autograd.tensor(pixels / 16, dtype=autograd.float32).unsqueeze(1)
    targets = autograd.tensor(labels, dtype=autograd.int64)
    return Data(*(TensorDataset(images[part], targets[part]) for part in (training, test)), tuple("0123456789"))


def published(name: str, data_dir: str | None) -> Data:
    from autograd.utils.data import datasets, transforms

    kind = getattr(datasets, name)
    prepare = transforms.Compose([transforms.ToTensor(), transforms.Normalize(kind.mean, kind.std)])
    try:
        parts = [kind(data_dir, train=train) for train in (True, False)]
    except (OSError, RuntimeError, ValueError, ImportError) as error:  # not there, or damaged: each says what to do
        raise DemoError(str(error)) from None
    classes = tuple(label.partition(" - ")[0] for label in kind.classes)  # "5 - five" is 5
    return Data(*(TensorDataset(prepare(part.images), part.labels) for part in parts), classes)


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
