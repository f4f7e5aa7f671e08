"""What is told of an array: never the array itself, lest a record hold a network's memory."""

from math import sqrt
from typing import Any

import numpy as np

from autograd.inspection.records import Summary
from autograd.modes import quiet

FEW = 32  # the elements of an array of up to so many are kept as they are
BINS = 24
SAMPLE = 100_000  # a histogram of more elements is one of an even sample of them


def summarize(payload: Any) -> Summary:
    """The moments, the histogram and, if they are few, the elements of an array or a NumPy scalar."""
    with quiet():
        values = np.asarray(payload, np.float64)
        flat = values.ravel()
        if not flat.size:
            return Summary(0, 0.0, 0.0, 0.0, 0.0, 0.0, 0, 0, 0, (), values.tolist())
        numbers = values.tolist() if flat.size <= FEW else None
        if flat.size == 1:
            return of_one(flat[0].item(), numbers)
        total = np.add.reduce(flat)
        nan = inf = 0
        zeros = flat.size - int(np.count_nonzero(flat))
        size = flat.size
        if not np.isfinite(total):  # (an overflow of finite numbers comes here, too, and finds none amiss)
            nan = int(np.count_nonzero(np.isnan(flat)))
            inf = int(np.count_nonzero(np.isinf(flat)))
            flat = flat[np.isfinite(flat)]
            if not flat.size:
                return Summary(size, 0.0, 0.0, 0.0, 0.0, 0.0, zeros, nan, inf, (), numbers)
            total = np.add.reduce(flat)
        low, high = float(np.minimum.reduce(flat)), float(np.maximum.reduce(flat))
        mean = float(total / flat.size)
        spread = flat - mean
        std = sqrt(np.dot(spread, spread) / flat.size)
        return Summary(size, length(flat), mean, std, low, high, zeros, nan, inf, histogram(flat, low, high), numbers)


def of_one(value, numbers) -> Summary:
    """A single number's summary."""
    nan, inf = value != value, abs(value) == float("inf")
    kept = 0.0 if nan or inf else value
    return Summary(1, abs(kept), kept, 0.0, kept, kept, int(value == 0), int(nan), int(inf), (), numbers)


def histogram(flat, low, high) -> tuple[int, ...]:
    """How many elements lie in each of equally wide bins."""
    scale = BINS / (high - low) if high > low else 0.0
    if not 0 < scale < float("inf"):
        return ()
    sample = flat[:: -(-flat.size // SAMPLE)]
    places = np.minimum((sample - low) * scale, BINS - 1).astype(np.intp)
    return tuple(np.bincount(places, minlength=BINS).tolist())


def length(payload: Any) -> float:
    """The Euclidean length of an array's finite elements."""
    with quiet():
        flat = np.asarray(payload, np.float64).ravel()
        square = float(np.dot(flat, flat))
        if not np.isfinite(square):
            flat = flat[np.isfinite(flat)]
            return float(np.linalg.norm(flat / (peak := np.abs(flat).max())) * peak) if flat.size else 0.0
        return sqrt(square)


def few(payload: Any) -> list | float | None:
    """The elements, if they are few."""
    return np.asarray(payload, np.float64).tolist() if payload.size <= FEW else None
