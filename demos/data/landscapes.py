"""Losses over the plane, on which optimizers race."""

from collections.abc import Callable
from typing import NamedTuple


class Landscape(NamedTuple):
    """A loss over the plane whose lowest value is 0, and where the race starts."""

    loss: Callable
    start: tuple[float, float]
    noise: float = 0.0  # the deviation of what is added to each slope, as a small batch would
    runs: int = 1  # that start together: noise takes a mean


def ravine(x, y):
    """Twenty times as steep across as along, and turned by 30 degrees, so that no coordinate runs along it."""
    along, across = 0.866 * x + 0.5 * y, 0.866 * y - 0.5 * x
    return (along**2 + 20 * across**2) / 2


def saddle(x, y):
    """Down along x to the origin, where the slope is zero; from there down along y to either side, to y = 1 or -1."""
    return 5 * x**2 + (y**2 - 1) ** 2 / 4


def bowl(x, y):
    """Equally steep all around."""
    return (x**2 + y**2) / 2


LANDSCAPES = {
    "ravine": Landscape(ravine, (-3.0, -0.7)),
    "saddle": Landscape(saddle, (-1.5, 0.003)),
    "noisy bowl": Landscape(bowl, (-2.5, 1.5), noise=3.0, runs=200),
}
