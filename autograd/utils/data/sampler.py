"""Samplers: in which order, and how often, the samples of a dataset are drawn."""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from typing import Generic, TypeVar

import numpy as np

from autograd.creation import as_tensor
from autograd.dtypes import float64
from autograd.random import Generator, default_generator

T = TypeVar("T", covariant=True)


def source_of_randomness(generator: Generator | None) -> np.random.Generator:
    """NumPy's generator behind `generator`, or behind ``autograd.manual_seed`` for None."""
    if generator is None:
        return default_generator.numpy
    if not isinstance(generator, Generator):
        raise TypeError(
            f"generator must be an autograd.Generator or None, got a {type(generator).__name__}: "
            "make one with autograd.Generator().manual_seed(0)"
        )
    return generator.numpy


class Sampler(Generic[T]):
    """A source of indices: a subclass defines ``__iter__()``, and ``__len__()`` where the number is known.

    Source: torch.utils.data.Sampler.
    """

    def __init__(self, data_source=None) -> None:
        pass

    def __iter__(self) -> Iterator[T]:
        raise NotImplementedError(f"{type(self).__name__}: a Sampler defines __iter__(), yielding indices")


class SequentialSampler(Sampler[int]):
    """The indices 0, 1, 2, ... in order.  Source: torch.utils.data.SequentialSampler."""

    def __init__(self, data_source) -> None:
        self.data_source = data_source

    def __iter__(self) -> Iterator[int]:
        return iter(range(size_of(self.data_source)))

    def __len__(self) -> int:
        return size_of(self.data_source)


class RandomSampler(Sampler[int]):
    """A fresh permutation of the indices each time, or draws with replacement.

    Source: torch.utils.data.RandomSampler.

    Parameters
    ----------
    data_source : any object with a length
    replacement : draw each index independently, so that some come twice and some never
    num_samples : how many to draw, by default as many as there are; without replacement, more come as further rounds
    generator : Generator, by default the one behind ``autograd.manual_seed``
    """

    def __init__(
        self,
        data_source,
        replacement: bool = False,
        num_samples: int | None = None,
        generator: Generator | None = None,
    ) -> None:
        if not isinstance(replacement, bool):
            raise TypeError(f"RandomSampler: replacement should be a boolean value, but got {replacement=}")
        self.data_source = data_source
        self.replacement = replacement
        self.generator = generator
        self._num_samples = num_samples
        if not isinstance(self.num_samples, int) or self.num_samples <= 0:
            cause = ": the dataset is empty" if num_samples is None else ""
            raise ValueError(
                "RandomSampler: num_samples should be a positive integer value, "
                f"but got num_samples={self.num_samples!r}{cause}"
            )

    @property
    def num_samples(self) -> int:
        """How many indices one pass yields; follows the dataset's length unless it was given."""
        return size_of(self.data_source) if self._num_samples is None else self._num_samples

    def __iter__(self) -> Iterator[int]:
        size, left = size_of(self.data_source), self.num_samples
        rng = source_of_randomness(self.generator)
        if self.generator is None:
            # A stream of its own: draws made elsewhere during the pass do not change its order.
            rng = np.random.default_rng(int(rng.integers(2**63)))
        if self.replacement:
            yield from rng.integers(size, size=left).tolist()
            return
        while left > 0:
            permutation = rng.permutation(size).tolist()
            yield from permutation[:left]
            left -= size

    def __len__(self) -> int:
        return self.num_samples


class SubsetRandomSampler(Sampler[int]):
    """The given indices in random order, each once.  Source: torch.utils.data.SubsetRandomSampler."""

    def __init__(self, indices: Sequence[int], generator: Generator | None = None) -> None:
        self.indices = indices
        self.generator = generator

    def __iter__(self) -> Iterator[int]:
        for position in source_of_randomness(self.generator).permutation(len(self.indices)).tolist():
            yield self.indices[position]

    def __len__(self) -> int:
        return len(self.indices)


class WeightedRandomSampler(Sampler[int]):
    """Draw index i with probability ``weights[i] / sum(weights)``; without replacement, each at most once.

    Shapes: weights (N,).  Source: torch.utils.data.WeightedRandomSampler.
    """

    def __init__(
        self, weights: Sequence[float], num_samples: int, replacement: bool = True, generator: Generator | None = None
    ) -> None:
        check_positive_int("WeightedRandomSampler", "num_samples", num_samples)
        check_bool("WeightedRandomSampler", "replacement", replacement)
        self.weights = as_tensor(weights, dtype=float64)
        if self.weights.ndim != 1:
            raise ValueError(
                "WeightedRandomSampler: weights should be a 1d sequence but given weights have shape "
                f"{tuple(self.weights.shape)}"
            )
        self.num_samples = num_samples
        self.replacement = replacement
        self.generator = generator

    def __iter__(self) -> Iterator[int]:
        weights = self.weights.detach().numpy()
        bad = np.flatnonzero(~(np.isfinite(weights) & (weights >= 0)))
        if bad.size:
            raise RuntimeError(
                f"WeightedRandomSampler: weights[{bad[0]}] = {weights[bad[0]]}: a weight must be finite and at least 0"
            )
        if weights.sum() <= 0:
            raise RuntimeError("WeightedRandomSampler: sum of weights <= 0: at least one must be positive")
        if not self.replacement and self.num_samples > len(weights):
            raise RuntimeError(
                f"WeightedRandomSampler: cannot draw num_samples={self.num_samples} from {len(weights)} weights "
                "without replacement"
            )
        rng = source_of_randomness(self.generator)
        if self.replacement:
            yield from rng.choice(len(weights), size=self.num_samples, p=weights / weights.sum()).tolist()
        else:
            # A race of exponential clocks with rates `weights`: the order of arrival is the order of such draws.
            with np.errstate(divide="ignore"):
                arrival = rng.exponential(size=len(weights)) / weights
            yield from np.argsort(arrival)[: self.num_samples].tolist()

    def __len__(self) -> int:
        return self.num_samples


class BatchSampler(Sampler[list[int]]):
    """Lists of `batch_size` indices from `sampler`; the last may be shorter, unless `drop_last`.

    Source: torch.utils.data.BatchSampler.
    """

    def __init__(self, sampler: Sampler[int] | Iterable[int], batch_size: int, drop_last: bool) -> None:
        check_positive_int("BatchSampler", "batch_size", batch_size)
        check_bool("BatchSampler", "drop_last", drop_last)
        self.sampler = sampler
        self.batch_size = batch_size
        self.drop_last = drop_last

    def __iter__(self) -> Iterator[list[int]]:
        indices = iter(self.sampler)
        while batch := list(itertools.islice(indices, self.batch_size)):
            if len(batch) == self.batch_size or not self.drop_last:
                yield batch

    def __len__(self) -> int:
        whole, rest = divmod(size_of(self.sampler), self.batch_size)
        return whole if self.drop_last or not rest else whole + 1


def size_of(source) -> int:
    """The length of `source`; a TypeError that teaches where it has none."""
    if not hasattr(source, "__len__"):
        raise TypeError(
            f"object of type '{type(source).__name__}' has no len(): define __len__, or for a dataset that is a stream "
            "derive from IterableDataset"
        )
    return len(source)


def check_positive_int(owner: str, name: str, value) -> None:
    """Raise unless `value` is an int of at least 1."""
    if not isinstance(value, int) or isinstance(value, bool) or value <= 0:
        hint = f": pass int({name})" if isinstance(value, np.integer) else ""
        raise ValueError(f"{owner}: {name} should be a positive integer value, but got {name}={value!r}{hint}")


def check_bool(owner: str, name: str, value) -> None:
    """Raise unless `value` is a bool."""
    if not isinstance(value, bool):
        raise ValueError(f"{owner}: {name} should be a boolean value, but got {name}={value!r}")
