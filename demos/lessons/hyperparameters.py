"""The search for a learning rate and a weight decay, in parallel processes (told by the two_layer demo).

On a logarithmic scale, coarse to fine, and at random, which tries 25 learning rates where a grid tries 5.
"""

from collections.abc import Callable, Sequence
from itertools import product
from typing import NamedTuple

import numpy as np

from demos.parallel import parallel

RATES, DECAYS = (1e-4, 1e1), (1e-6, 1e-1)  # what the coarse search spans


class Trial(NamedTuple):
    """A learning rate and a weight decay, and what came of them on the validation images."""

    rate: float
    decay: float
    accuracy: float
    loss: float


def grid(side: int, rates: tuple[float, float], decays: tuple[float, float]) -> list[tuple[float, float]]:
    """Every pair of `side` rates and `side` decays, evenly spaced on a logarithmic scale."""
    return list(product(np.geomspace(*rates, side).tolist(), np.geomspace(*decays, side).tolist()))


def drawn(count: int, rates: tuple[float, float], decays: tuple[float, float], rng) -> list[tuple[float, float]]:
    """Pairs drawn at random, evenly on a logarithmic scale: 10 ** uniform."""
    exponents = rng.uniform(np.log10([rates[0], decays[0]]), np.log10([rates[1], decays[1]]), size=(count, 2))
    return [(rate, decay) for rate, decay in (10**exponents).tolist()]


def around(value: float) -> tuple[float, float]:
    """Half a decade to each side."""
    return value / 10**0.5, value * 10**0.5


def best(trials: Sequence[Trial]) -> Trial:
    """The most accurate; of several, the one of the lowest loss."""
    return max(trials, key=lambda trial: (trial.accuracy, -trial.loss))


def search(try_out: Callable[..., Trial], side: int, epochs: int, seed: int, *task) -> dict[str, list[Trial]]:
    """Coarse: as many trials on a grid as at random, in few epochs. Fine: as many near the best, in all epochs.

    The coarse trials differ widely, and one fold tells them apart; the fine ones take the mean of three.

    Parameters
    ----------
    try_out : (rate, decay, epochs, folds, *task) -> Trial, a function that a process can import
    side : of the grid: there are ``side**2`` trials in each stage
    """

    def run(stage: str, pairs: list[tuple[float, float]], *how) -> list[Trial]:
        rates, decays = zip(*pairs, strict=True)
        return parallel(try_out, rates, decays, *([value] * len(pairs) for value in (*how, *task)), name=stage)

    rng = np.random.RandomState(seed)
    pairs = grid(side, RATES, DECAYS) + drawn(side**2, RATES, DECAYS, rng)
    coarse = run("coarse", pairs, max(1, epochs // 5), 1)
    middle = best(coarse)
    fine = run("fine", drawn(side**2, around(middle.rate), around(middle.decay), rng), epochs, 3)
    return {"grid": coarse[: side**2], "random": coarse[side**2 :], "fine": fine}
