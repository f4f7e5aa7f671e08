"""How a list of samples becomes a batch: same structure, every leaf stacked along a new first dim."""

import copy
from collections.abc import Mapping, MutableMapping, MutableSequence, Sequence

import numpy as np

from autograd.creation import as_tensor, tensor
from autograd.dtypes import float64
from autograd.functions import call_of
from autograd.tensors import Tensor

NUMBERS = (np.bool_, np.number)


def default_collate(batch: Sequence):
    """Stack samples into a batch: ``out[...][i] = batch[i][...]``.

    Tensors and arrays are stacked; floats become a float64 Tensor, ints an int64 one; strings and bytes stay a list;
    dicts and namedtuples keep their type; tuples become lists.

    Shapes: B samples (*) -> (B, *).  Source: torch.utils.data.default_collate.
    """
    if len(batch) == 0:
        raise IndexError("default_collate: the batch is empty, so there is no sample to take its structure from")
    sample = batch[0]
    if isinstance(sample, Tensor):
        return stack_samples(batch)
    if isinstance(sample, np.ndarray):
        if sample.dtype.kind not in "biufc":
            raise TypeError(f"{CANNOT_COLLATE} {sample.dtype}: {REMEDY}")
        return stack_samples([as_tensor(array) for array in batch])
    if isinstance(sample, NUMBERS):
        return as_tensor(np.asarray(batch))
    if isinstance(sample, float):
        return tensor(batch, dtype=float64)
    if isinstance(sample, int):
        return tensor(batch)
    if isinstance(sample, str | bytes):
        return batch
    if isinstance(sample, Mapping):
        return rebuild_mapping(sample, {key: default_collate([other[key] for other in batch]) for key in sample})
    if isinstance(sample, Sequence):
        lengths = [len(other) for other in batch]
        if len(set(lengths)) > 1:
            raise RuntimeError(
                f"default_collate: each element in list of batch should be of equal size, got lengths {lengths}: "
                "pad them, or give DataLoader a collate_fn"
            )
        return rebuild_sequence(sample, [default_collate(column) for column in zip(*batch, strict=True)])
    raise TypeError(f"{CANNOT_COLLATE} {type(sample)}: {REMEDY}")


CANNOT_COLLATE = "default_collate: batch must contain tensors, numpy arrays, numbers, dicts or lists; found"
REMEDY = "convert it in the dataset's __getitem__, or give DataLoader a collate_fn"


def stack_samples(tensors: Sequence[Tensor]) -> Tensor:
    """Stack tensors along a new first dim, if they have one shape."""
    first = tensors[0].shape
    for position, other in enumerate(tensors):
        if other.shape != first:
            raise RuntimeError(
                f"default_collate: stack expects each tensor to be equal size, but got {tuple(first)} at entry 0 and "
                f"{tuple(other.shape)} at entry {position}: pad them, or give DataLoader a collate_fn"
            )
    return call_of("stack")(tensors)


def default_convert(data):
    """Turn the NumPy arrays in one sample into Tensors, leaving the rest: the collate of ``batch_size=None``.

    Source: torch.utils.data.default_convert.
    """
    if isinstance(data, np.ndarray | np.generic):
        return data if data.dtype.kind in "SUO" else as_tensor(data)
    if isinstance(data, Mapping):
        return rebuild_mapping(data, {key: default_convert(data[key]) for key in data})
    if isinstance(data, Sequence) and not isinstance(data, str | bytes):
        return rebuild_sequence(data, [default_convert(item) for item in data])
    return data


def rebuild_mapping(like: Mapping, items: dict) -> Mapping:
    """`items` in a mapping of the type of `like`, or in a dict where that type cannot be made so."""
    try:
        if isinstance(like, MutableMapping):
            # A copy keeps what the type holds besides its items, as a defaultdict its factory.
            clone = copy.copy(like)
            clone.update(items)
            return clone
        return type(like)(items)  # type: ignore[call-arg]
    except TypeError:
        return items


def rebuild_sequence(like: Sequence, items: list) -> Sequence:
    """`items` in a sequence of the type of `like`; in a list for plain tuples, and where the type cannot be made so."""
    if isinstance(like, tuple):
        return type(like)(*items) if hasattr(like, "_fields") else items
    try:
        if isinstance(like, MutableSequence):
            clone = copy.copy(like)
            for position, item in enumerate(items):
                clone[position] = item
            return clone
        return type(like)(items)  # type: ignore[call-arg]
    except TypeError:
        return items
