"""Reading and writing at an index: the gradient goes back to the places that were read.

An index comes in two parts, as torch takes it: `basic`, the ints, slices, Nones and the Ellipsis, which select a view;
and `advanced`, the integer arrays and masks, which then select among its elements (None where there are none).
"""
import math
import warnings
from operator import index as as_int

import numpy as np

from autograd.graph import PAYLOAD
from autograd.memory import need_own_places, owner_of
from autograd.ops import Array, Arrays, op
from autograd.ops.shape import sum_to

FULL = slice(None)


def split_index(index):
    """The basic and the advanced part of what stands between the brackets."""
    if type(index) is int:
        return (index, Ellipsis), None
    parts = index if type(index) is tuple else as_tuple(index)
    basic = True
    for part in parts:
        kind = type(part)
        if kind is slice:
            if part.step is not None and as_int(part.step) < 1:
                raise ValueError(f"index: step must be greater than zero, not {part.step}: use .flip() to turn an axis "
                                 "round"
                                 if as_int(part.step) else "index: slice step cannot be zero")
        elif kind is not int and part is not None and part is not Ellipsis:
            basic = False
    if basic:
        return (parts if Ellipsis in parts else (*parts, Ellipsis)), None
    return split_parts(parts)


def as_tuple(index):
    """The parts of an index that is no tuple; torch still reads a list of lists, slices or Tensors as one."""
    nested = (list, tuple, slice, type(None), type(Ellipsis), *PAYLOAD)
    if type(index) is list and len(index) < 32 and any(isinstance(i, nested) or hasattr(i, "payload") for i in index):
        warnings.warn("Using a non-tuple sequence for multidimensional indexing is deprecated; use x[tuple(seq)] "
                      "instead of x[seq].", UserWarning, stacklevel=4)
        return tuple(index)
    return (index,)


def split_parts(parts):
    """The two parts of an index that has more than ints, slices, None and Ellipsis."""
    basic, advanced = [], []
    for part in parts:
        if part is None or part is Ellipsis or type(part) is slice:
            basic.append(part)
            advanced.append(part if part is Ellipsis else FULL)
            continue
        array = index_array(part)
        if array.ndim == 0 and array.dtype.kind != "b":
            basic.append(int(array))
        elif array.ndim == 0:                       # a single truth value keeps all or nothing, under a new axis
            basic.append(None)
            advanced.append(np.zeros(int(array), np.int64))
        else:
            basic.extend([FULL] * (array.ndim if array.dtype.kind == "b" else 1))
            advanced.append(array)
    if Ellipsis not in [part for part in basic if part is Ellipsis]:
        basic.append(Ellipsis)
    arrays = any(isinstance(part, np.ndarray) for part in advanced)
    return tuple(basic), tuple(advanced) if arrays else None


def index_array(part):
    """An integer or bool array for one part of an index."""
    part = getattr(part, "payload", part)
    if isinstance(part, (list, tuple, range)):
        part = [getattr(item, "payload", item) for item in part]
    elif not isinstance(part, (bool, *PAYLOAD)) and not hasattr(part, "__index__"):
        raise IndexError("index: only integers, slices (`:`), ellipsis (`...`), None and long or byte Variables are "
                         f"valid indices (got {type(part).__name__})")
    array = np.asarray(part)
    if array.size == 0 and isinstance(part, list):
        array = array.astype(np.int64)
    if array.dtype.kind not in "iub":
        raise IndexError(f"index: tensors used as indices must be long, int, byte or bool tensors, not {array.dtype}")
    if array.dtype == np.uint8:
        warnings.warn("indexing with dtype torch.uint8 is now deprecated, please use a dtype torch.bool "
                      "instead.", UserWarning,
                      stacklevel=5)
        array = array.astype(np.bool_)
    return array


def bad_index(name, array, basic, advanced) -> IndexError:
    """The error for an index that an array does not have: which part, on which axis, of what size."""
    parts = [part for part in basic if part is not None and part is not Ellipsis]
    if array.ndim == 0 and parts and type(parts[0]) is int:
        return IndexError(f"{name}: invalid index of a 0-dim tensor. Use tensor.item() to convert it to a number")
    if len(parts) > array.ndim:
        return IndexError(f"{name}: too many indices for tensor of dimension {array.ndim}: {len(parts)}, shape "
                          f"{array.shape}")
    from_end = len([part for part in basic[basic.index(Ellipsis):] if part is not None]) - 1
    for i, part in enumerate(parts):
        axis = i if i < len(parts) - from_end else array.ndim - len(parts) + i
        if type(part) is int and not -array.shape[axis] <= part < array.shape[axis]:
            return IndexError(f"{name}: index {part} is out of bounds for dimension {axis} with size "
                              f"{array.shape[axis]}: the input has shape {array.shape}")
    return bad_arrays(name, array[basic], advanced)


def bad_arrays(name, array, advanced) -> IndexError:
    """The error for integer arrays or masks that do not fit."""
    arrays, axis = [], 0
    for i, part in enumerate(advanced):
        if part is Ellipsis:
            axis = array.ndim - sum([p.ndim if is_mask(p) else 1 for p in advanced[i + 1:]])
        elif is_mask(part):
            if part.shape != array.shape[axis:axis + part.ndim]:
                return IndexError(f"{name}: The shape of the mask {list(part.shape)} at index {axis} does not match "
                                  f"the shape of the indexed tensor {list(array.shape)} at index {axis}")
            axis += part.ndim
        else:
            if isinstance(part, np.ndarray):
                arrays.append(part)
                outside = part[(part < -array.shape[axis]) | (part >= array.shape[axis])]
                if outside.size:
                    return IndexError(f"{name}: index {outside[0]} is out of bounds for dimension {axis} with size "
                                      f"{array.shape[axis]}: the indexed tensor has shape {array.shape}")
            axis += 1
    return IndexError(f"{name}: shape mismatch: indexing tensors could not be broadcast together with shapes "
                      f"{', '.join(str(list(part.shape)) for part in arrays)}")


def is_mask(part) -> bool:
    return isinstance(part, np.ndarray) and part.dtype.kind == "b"


# Reading and its transpose

@op(promote=None, view=True, method=False, function=False, title="SliceBackward0",
    input=lambda g, input_shape, basic: add_at(g, basic, None, input_shape))
def part(input, basic):
    """``input[index]`` for ints, slices, None and the Ellipsis: a view.  Source: torch.Tensor.__getitem__."""
    try:
        return input[basic]
    except IndexError:
        raise bad_index("index", input, basic, None) from None


@op(promote=None, method=False, function=False, title="IndexBackward0",
    input=lambda g, input_shape, basic, advanced: add_at(g, basic, advanced, input_shape))
def index(input, basic, advanced: Arrays):
    """``input[index]`` where integer arrays or masks take part: a copy.  Source: torch.Tensor.__getitem__."""
    try:
        return input[basic][advanced]
    except IndexError:
        raise bad_index("index", input, basic, advanced) from None


def look_up(input, basic, advanced):
    """``input[index]``, a view if nothing advanced takes part."""
    return part(input, basic) if advanced is None else index(input, basic, advanced)


@op(promote=None, method=False, function=False, title="IndexBackwardBackward0",
    input=lambda g, basic, advanced: look_up(g, basic, advanced))
def add_at(input, basic, advanced: Arrays, shape):
    """Zeros of this shape, plus `input` at the index: the transpose of `index`. An element chosen twice gets both."""
    out = np.zeros(shape, input.dtype)
    view = out[basic]
    if advanced is None:
        view[...] = input
    elif all(part is Ellipsis or type(part) is slice or is_mask(part) for part in advanced):
        view[advanced] = input
    else:
        places = np.arange(view.size).reshape(view.shape)[advanced]
        view[...] = summed_at(places, input, view.size).reshape(view.shape)
    return out


def summed_at(places, values, size):
    """`size` zeros, plus each value at its place.

    Both are flattened, because np.add.at has its fast loop for one axis only.
    """
    out = np.zeros(size, values.dtype)
    np.add.at(out, places.reshape(-1), values.reshape(-1))
    return out


# Writing

@op(promote=None, method=False, function=False, title="IndexPutBackward0", saves=True,
    input=lambda g, basic, advanced: zero_at(g, basic, advanced),
    value=lambda g, basic, advanced, value_shape: shrink(look_up(g, basic, advanced), value_shape))
def setitem(input, value, basic, advanced):
    """`input` with `value` written at the index.  Source: torch.Tensor.index_put, torch.Tensor.__setitem__."""
    out = np.array(input)
    write_at(out, basic, advanced, value)
    return out


@op(promote=None, method=False, function=False, title="IndexPutBackward0",
    input=lambda g: g,
    value=lambda g, basic, advanced, value_shape: shrink(look_up(g, basic, advanced), value_shape))
def put_more(input, value, basic, advanced: Arrays):
    """`input` plus `value` at the index.  Source: torch.Tensor.index_put with accumulate."""
    chosen = look_up(input, basic, advanced)
    try:
        return input + add_at(np.broadcast_to(value, chosen.shape), basic, advanced, input.shape)
    except ValueError:
        raise does_not_fit(value, chosen, advanced) from None


@op(promote=None, method=False, function=False,
    input=lambda g, basic, advanced: zero_at(g, basic, advanced))
def zero_at(input, basic, advanced):
    """`input` with zeros at the index."""
    out = np.array(input)
    out[basic][... if advanced is None else advanced] = 0
    return out


def shrink(g, shape):
    """The gradient of a value that was broadcast, which may have had more axes of length 1 than its target."""
    return sum_to(g, shape[max(0, len(shape) - g.ndim):]).reshape(shape)


def write_at(array, basic, advanced, value):
    """Write `value` into the array at the index, as torch does."""
    try:
        view = array[basic]
        if advanced is None:
            need_own_places(view)
        value = without_leading_ones(value)
        try:
            view[... if advanced is None else advanced] = value
        except (TypeError, ValueError):
            raise does_not_fit(value, view if advanced is None else view[advanced], advanced) from None
    except IndexError:
        error = bad_index("setitem", array, basic, advanced)
        raise misfit_first(array, basic, advanced, value) or error from None


def misfit_first(array, basic, advanced, value):
    """The error for a value that would not fit even if the indices were there: torch looks at it first."""
    try:
        there = [part * 0 if isinstance(part, np.ndarray) and not is_mask(part) else part for part in advanced or ()]
        target = array[basic][tuple(there)]
        np.broadcast_to(value, target.shape)
    except IndexError:
        return None
    except ValueError:
        return does_not_fit(value, target, advanced)


def without_leading_ones(value):
    """A value without the axes of length 1 in front, which never stand in the way of a write."""
    if type(value) is not np.ndarray or value.ndim == 0 or value.shape[0] != 1:
        return value
    ones = next((i for i, n in enumerate(value.shape) if n != 1), value.ndim)
    return value.reshape(value.shape[ones:])


def does_not_fit(value, target, advanced) -> RuntimeError:
    """The error for a value that does not broadcast to the elements it shall replace."""
    if advanced is not None:
        return RuntimeError(f"setitem: shape mismatch: value tensor of shape {list(value.shape)} cannot be broadcast "
                            f"to indexing result of shape {list(target.shape)}")
    return RuntimeError(f"setitem: The expanded size of the tensor must match the existing size: a value of shape "
                        f"{list(value.shape)} does not fit a place of shape {list(target.shape)}")


# Flat positions

@op(promote=None, method=True, title="TakeBackward0",
    input=lambda g, index, input_shape: take_back(g, index, input_shape))
def take(input, index: Array):
    """Elements of the flattened input at these positions, in the shape of `index`.  Source: torch.take."""
    return input.reshape(-1)[index]


@op(promote=None, method=False, function=False, title="AsStridedBackward0",
    input=lambda g, positions, input_shape: take_back(g, positions, input_shape))
def look(input, positions):
    """The same as `take`, for a view whose base was written."""
    return input.reshape(-1)[positions]


@op(promote=None, method=False, function=False,
    input=lambda g, index: take(g, index))
def take_back(input, index: Array, shape):
    """Zeros of this shape, plus `input` at these flat positions: the transpose of `take`."""
    return summed_at(np.asarray(index), np.asarray(input), math.prod(shape)).reshape(shape)


@op(promote=None, method=False, function=False, title="CopySlices",
    input=lambda g, positions: zero_flat(g, positions),
    value=lambda g, positions: take(g, positions))
def write_flat(input, value, positions: Array):
    """`input` with `value` written at these positions of its flattened form: what a write through a view does."""
    out = np.array(input, order="C")
    out.reshape(-1)[positions] = value
    return out


@op(promote=None, method=False, function=False,
    input=lambda g, positions: zero_flat(g, positions))
def zero_flat(input, positions: Array):
    """`input` with zeros at these positions of its flattened form."""
    out = np.array(input, order="C")
    out.reshape(-1)[positions] = 0
    return out


@op(promote=None, view=True,
    input=lambda g, input_shape, size, stride, offset: as_strided_back(g, input_shape, size, stride, offset),
    keep={"offset": None})
def as_strided(input, size, stride, storage_offset=None):
    """A view of any sizes and strides on the memory behind the input, counted in elements.

    Source: torch.as_strided.
    """
    owner = owner_of(input)
    here = (input.__array_interface__["data"][0] - owner.__array_interface__["data"][0]) // input.itemsize
    start = here if storage_offset is None else storage_offset
    if len(size) != len(stride):
        raise RuntimeError(f"as_strided: mismatch in length of strides {list(stride)} and shape {list(size)}")
    if any(n < 0 for n in stride):
        raise RuntimeError(f"as_strided: Negative strides are not supported at the moment, got strides: {list(stride)}")
    try:
        memory = owner.reshape(-1, order="A", copy=False)
        out = np.ndarray(tuple(size), input.dtype, memory, start * input.itemsize, [n * input.itemsize for n in stride])
    except (TypeError, ValueError):
        raise RuntimeError(f"as_strided: setStorage: sizes {list(size)}, strides {list(stride)}, storage offset "
                           f"{start}, and itemsize {input.itemsize} are out of bounds for storage of size "
                           f"{owner.nbytes}") from None
    return out, start - here


def as_strided_back(g, shape, size, stride, offset):
    """The gradient of `as_strided` for an input that is contiguous and holds all elements of the view."""
    places = offset + np.zeros(size, np.int64)
    for i, step in enumerate(stride):
        places = places + (np.arange(size[i]) * step).reshape((-1,) + (1,) * (len(size) - i - 1))
    return take_back(g, places, shape)
