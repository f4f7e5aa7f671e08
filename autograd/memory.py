"""Arrays that show one memory: whose it is, where they stand in it, and whether a write to one is safe for another."""

import numpy as np
from numpy import ndarray


def owner_of(payload):
    """The array that owns the memory; a scalar owns itself."""
    while isinstance(payload, ndarray) and isinstance(payload.base, ndarray):
        payload = payload.base
    return payload


def address(array) -> int:
    """Where the first element is."""
    return array.__array_interface__["data"][0]


def positions(view, base):
    """Where each element of a view stands in the flattened base, found by its address."""
    places = addresses(view)
    if base.flags.c_contiguous:
        return (places - address(base)) // base.itemsize
    known = addresses(base).reshape(-1)
    order = np.argsort(known)
    return order[np.searchsorted(known, places, sorter=order)]


def addresses(array):
    """The address of each element."""
    out = np.full(array.shape, address(array), np.int64)
    for axis, (n, stride) in enumerate(zip(array.shape, array.strides, strict=True)):
        out += (np.arange(n) * stride).reshape((-1,) + (1,) * (array.ndim - axis - 1))
    return out


def need_own_places(array) -> None:
    """Raise if several elements of an array that shall be written live in one place."""
    if isinstance(array, ndarray) and array.size and 0 in array.strides and is_repeated(array):
        raise RuntimeError(
            "unsupported operation: more than one element of the written-to tensor refers to a single "
            "memory location. Please clone() the tensor before performing the operation."
        )


def is_repeated(array) -> bool:
    """Whether an axis shows one element again and again, as expand makes them."""
    return any([stride == 0 and n > 1 for stride, n in zip(array.strides, array.shape, strict=True)])


def need_apart(target, source, same=True) -> None:
    """Raise if the array that shall be written lies over an operand: over a part of it, or over all unless `same`.

    Only arrays without gaps are looked at. Source: torch's check of partial overlap.
    """
    if not (isinstance(target, ndarray) and isinstance(source, ndarray) and owner_of(target) is owner_of(source)):
        return
    start, begin = address(target), address(source)
    alike = start == begin and target.ndim == source.ndim and steps_of(target) == steps_of(source)
    touching = start < begin + source.nbytes and begin < start + target.nbytes
    if not same if alike else touching and is_dense(target) and is_dense(source):
        raise RuntimeError(
            "unsupported operation: some elements of the input tensor and the written-to tensor refer to a single memory "
            "location. Please clone() the tensor before performing the operation."
        )


def steps_of(array) -> list:
    """Sizes and strides, but for axes of length 1, along which nobody steps."""
    return [(n, stride) for n, stride in zip(array.shape, array.strides, strict=True) if n != 1]


def is_dense(array) -> bool:
    """Whether the elements fill one piece of memory without gaps or repetition."""
    extent = sum([(n - 1) * stride for n, stride in zip(array.shape, array.strides, strict=True)])
    return array.size > 0 and extent + array.itemsize == array.nbytes


def another_owner(array):
    """The same memory as an array that counts as its own owner, so that writes to it are counted apart."""
    return np.asarray(memoryview(array))
