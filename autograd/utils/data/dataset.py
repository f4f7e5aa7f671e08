"""Datasets: samples by position or as a stream, and the ways to join, stack, cut and split them."""

import bisect
import itertools
import math
import warnings
from abc import abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from typing import Generic, TypeVar

import numpy as np

from autograd.tensors import Tensor
from autograd.utils.data.sampler import size_of, source_of_randomness

T = TypeVar("T", covariant=True)


class Dataset(Generic[T]):
    """Samples by position: a subclass defines ``__getitem__(index)`` and ``__len__()``.

    A subclass that can fetch many samples faster than one by one may define ``__getitems__(indices) -> list`` as well.
    Source: torch.utils.data.Dataset.
    """

    def __getitem__(self, index) -> T:
        raise NotImplementedError(
            f"{type(self).__name__}: Subclasses of Dataset should implement __getitem__(index), returning one sample"
        )

    def __add__(self, other: "Dataset[T]") -> "ConcatDataset[T]":
        return ConcatDataset([self, other])


class IterableDataset(Dataset[T], Iterable[T]):
    """Samples as a stream: a subclass defines ``__iter__()``.

    Every worker of a DataLoader iterates over its own copy: ``__iter__`` asks ``get_worker_info()`` for its share.
    Source: torch.utils.data.IterableDataset.
    """

    @abstractmethod
    def __iter__(self) -> Iterator[T]: ...

    def __add__(self, other: Dataset[T]) -> "ChainDataset[T]":  # type: ignore[override]
        return ChainDataset([self, other])


class TensorDataset(Dataset[tuple[Tensor, ...]]):
    """Tensors of equal length side by side: sample i is ``(tensors[0][i], tensors[1][i], ...)``.

    Shapes: tensors (N, *) -> sample (*).  Source: torch.utils.data.TensorDataset.
    """

    def __init__(self, *tensors: Tensor) -> None:
        for position, tensor in enumerate(tensors):
            if not isinstance(tensor, Tensor):
                raise TypeError(
                    f"TensorDataset: argument {position} is a {type(tensor).__name__}, expected a Tensor: "
                    "make one with autograd.from_numpy() or autograd.tensor()"
                )
            if tensor.ndim == 0:
                raise IndexError(f"TensorDataset: argument {position} has no dimensions, so no samples to count")
        if len({len(tensor) for tensor in tensors}) > 1:
            shapes = ", ".join(str(tuple(tensor.shape)) for tensor in tensors)
            raise AssertionError(f"TensorDataset: Size mismatch between tensors: first dims must agree, got {shapes}")
        self.tensors = tensors

    def __getitem__(self, index):
        return tuple(tensor[index] for tensor in self.tensors)

    def __len__(self) -> int:
        return len(self.tensors[0])


class StackDataset(Dataset):
    """Datasets of equal length side by side: sample i is the tuple, or under keywords the dict, of their samples i.

    Source: torch.utils.data.StackDataset.
    """

    def __init__(self, *args: Dataset, **kwargs: Dataset) -> None:
        if args and kwargs:
            raise ValueError(
                "StackDataset: give datasets by position (samples are tuples) or by keyword (dicts), not both"
            )
        if not args and not kwargs:
            raise ValueError("StackDataset: At least one dataset should be passed")
        self.datasets = args or kwargs
        sizes = [size_of(dataset) for dataset in self._parts()]
        if len(set(sizes)) > 1:
            raise ValueError(f"StackDataset: Size mismatch between datasets: their lengths must agree, got {sizes}")

    def __getitem__(self, index):
        return self._sample(dataset[index] for dataset in self._parts())

    def __getitems__(self, indices: list) -> list:
        columns = [fetch_samples(dataset, indices) for dataset in self._parts()]
        for dataset, column in zip(self._parts(), columns, strict=True):
            if len(column) != len(indices):
                raise ValueError(
                    f"StackDataset: {type(dataset).__name__}.__getitems__ returned {len(column)} samples for "
                    f"{len(indices)} indices"
                )
        return [self._sample(row) for row in zip(*columns, strict=True)]

    def __len__(self) -> int:
        return size_of(next(iter(self._parts())))

    def _parts(self):
        return self.datasets.values() if isinstance(self.datasets, dict) else self.datasets

    def _sample(self, row):
        return dict(zip(self.datasets, row, strict=True)) if isinstance(self.datasets, dict) else tuple(row)


class ConcatDataset(Dataset[T]):
    """One dataset after the other.  Source: torch.utils.data.ConcatDataset."""

    def __init__(self, datasets: Iterable[Dataset[T]]) -> None:
        self.datasets = list(datasets)
        if not self.datasets:
            raise AssertionError("ConcatDataset: datasets should not be an empty iterable")
        for position, dataset in enumerate(self.datasets):
            if isinstance(dataset, IterableDataset):
                raise AssertionError(
                    f"ConcatDataset does not support IterableDataset: datasets[{position}] is a "
                    f"{type(dataset).__name__}: join streams with ChainDataset"
                )
        self.cumulative_sizes = list(itertools.accumulate(map(size_of, self.datasets)))

    def __len__(self) -> int:
        return self.cumulative_sizes[-1]

    def __getitem__(self, index):
        if index < -len(self):
            raise ValueError(
                f"ConcatDataset: index {index}: absolute value of index should not exceed dataset length {len(self)}"
            )
        if index >= len(self):
            raise IndexError(f"ConcatDataset: index {index} is out of range for {len(self)} samples")
        index += len(self) if index < 0 else 0
        part = bisect.bisect_right(self.cumulative_sizes, index)
        before = self.cumulative_sizes[part - 1] if part else 0
        return self.datasets[part][index - before]


class ChainDataset(IterableDataset[T]):
    """One stream after the other.  Source: torch.utils.data.ChainDataset."""

    def __init__(self, datasets: Iterable[Dataset[T]]) -> None:
        self.datasets = datasets

    def __iter__(self) -> Iterator[T]:
        for dataset in self._streams():
            yield from dataset

    def __len__(self) -> int:
        return sum(map(size_of, self._streams()))

    def _streams(self):
        for dataset in self.datasets:
            if not isinstance(dataset, IterableDataset):
                raise AssertionError(
                    f"ChainDataset only supports IterableDataset, got a {type(dataset).__name__}: "
                    "join datasets by position with ConcatDataset"
                )
            yield dataset


class Subset(Dataset[T]):
    """The samples of `dataset` at `indices`.  Source: torch.utils.data.Subset."""

    def __init__(self, dataset: Dataset[T], indices: Sequence[int]) -> None:
        self.dataset = dataset
        self.indices = indices
        cls = type(self)
        if cls.__getitem__ is not Subset.__getitem__ and cls.__getitems__ is Subset.__getitems__:
            raise NotImplementedError(
                f"{cls.__name__} overrides __getitem__ but not __getitems__, which DataLoader calls: add\n"
                "    def __getitems__(self, indices):\n"
                "        return [self[i] for i in indices]"
            )

    def __getitem__(self, index):
        if isinstance(index, list):
            return self.dataset[[self.indices[i] for i in index]]
        return self.dataset[self.indices[index]]

    def __getitems__(self, indices: list) -> list:
        return fetch_samples(self.dataset, [self.indices[i] for i in indices])

    def __len__(self) -> int:
        return len(self.indices)


def fetch_samples(dataset, indices: Iterable) -> list:
    """The samples at `indices`: by the dataset's own ``__getitems__`` where it has one, else one by one."""
    fetch = getattr(dataset, "__getitems__", None)
    return fetch(indices) if callable(fetch) else [dataset[index] for index in indices]


def gather_batch(dataset, indices) -> list[Tensor] | None:
    """A TensorDataset's batch, also through Subsets, by one index a tensor; None where samples must be fetched singly.

    Equal to ``default_collate(fetch_samples(dataset, indices))``, without a Tensor for every sample.
    """
    source = dataset
    while type(source) is Subset:
        source = source.dataset
    if type(source) is not TensorDataset:
        return None
    while type(dataset) is Subset:
        indices = [dataset.indices[i] for i in indices]
        dataset = dataset.dataset
    rows = np.asarray(indices)
    if rows.ndim != 1 or rows.dtype.kind != "i":
        return None
    return [tensor[rows].contiguous() for tensor in source.tensors]


def random_split(dataset: Dataset[T], lengths: Sequence[int | float], generator=None) -> list[Subset[T]]:
    """Split at random into Subsets of the given lengths, or fractions that sum to 1.

    A fraction gets ``floor(fraction * len(dataset))`` samples; those left over go one each to the first splits.
    Source: torch.utils.data.random_split.
    """
    size = size_of(dataset)
    if math.isclose(sum(lengths), 1) and sum(lengths) <= 1:
        lengths = lengths_of_fractions(lengths, size)
    if sum(lengths) != size:
        raise ValueError(
            "random_split: Sum of input lengths does not equal the length of the input dataset: "
            f"{list(lengths)} sum to {sum(lengths)}, not {size}; fractions must sum to 1"
        )
    for position, length in enumerate(lengths):
        if not isinstance(length, int | np.integer):
            raise TypeError(f"random_split: lengths[{position}] = {length!r} is not an int")
        if length < 0:
            raise ValueError(f"random_split: lengths[{position}] = {length} is negative")
    indices = source_of_randomness(generator).permutation(size).tolist()
    ends = itertools.accumulate(lengths)
    return [Subset(dataset, indices[end - length : end]) for end, length in zip(ends, lengths, strict=True)]


def lengths_of_fractions(fractions: Sequence[float], size: int) -> list[int]:
    """The lengths that `random_split` gives to fractions of `size` samples."""
    for position, fraction in enumerate(fractions):
        if not 0 <= fraction <= 1:
            raise ValueError(f"random_split: Fraction at index {position} is not between 0 and 1: {fraction}")
    lengths = [math.floor(size * fraction) for fraction in fractions]
    left_over = size - sum(lengths)
    lengths = [length + (left_over + len(lengths) - 1 - i) // len(lengths) for i, length in enumerate(lengths)]
    for position, length in enumerate(lengths):
        if length == 0:
            warnings.warn(
                f"Length of split at index {position} is 0. This might result in an empty dataset.", stacklevel=3
            )
    return lengths
