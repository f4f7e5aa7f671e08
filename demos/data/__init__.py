"""The data sets of the demos, and how they are split."""

from pathlib import Path

import numpy as np

FOLDER = Path(__file__).parent


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
