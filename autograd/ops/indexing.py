"""Reading and writing at an index: the gradient goes back to the places that were read."""
import numpy as np

from autograd.ops import Array, op


def is_basic(index) -> bool:
    """Whether an index selects by ints, slices, None and Ellipsis alone, so that no element is chosen twice."""
    parts = index if type(index) is tuple else (index,)
    return not any([isinstance(i, (np.ndarray, list, bool, np.bool_)) for i in parts])


@op(promote=None, view=True, method=False, function=False, title="IndexBackward0",
    input=lambda g, input_shape, index: index_add_to(g, index, input_shape))
def index(input, index):
    """``input[index]``, as NumPy indexes: a view for ints and slices, a copy for arrays and masks.

    Source: torch.Tensor.__getitem__.
    """
    if is_basic(index):
        return input[(*index, ...)] if type(index) is tuple and Ellipsis not in index else np.asarray(input[index]) \
            if type(index) is tuple else input[index, ...] if index is not Ellipsis else input[...]
    return input[index]


@op(promote=None, method=False, function=False, title="IndexBackwardBackward0",
    input=lambda g, index: index(g, index))
def index_add_to(input, index, shape):
    """Zeros of this shape, plus `input` at the index: the transpose of indexing. An element chosen twice gets both."""
    out = np.zeros(shape, input.dtype)
    if is_basic(index):
        out[index] = input
    else:
        np.add.at(out, index, input)
    return out



@op(promote="same", method=False, function=False, title="IndexPutBackward0",
    input=lambda g, where: put_zero(g, where),
    value=lambda g, where: index(g, where))
def put(input, value, where):
    """`input` with `value` written at the index.  Source: torch.Tensor.index_put, torch.Tensor.__setitem__."""
    out = input.copy()
    out[where] = value
    return out


@op(promote=None, method=False, function=False,
    input=lambda g, where: put_zero(g, where))
def put_zero(input, where):
    """`input` with zeros at the index."""
    out = input.copy()
    out[where] = 0
    return out


@op(promote=None, method=True,
    input=lambda g, index, input_shape: take_back(g, index, input_shape))
def take(input, index: Array):
    """Elements of the flattened input at these positions, in the shape of `index`.  Source: torch.take."""
    return input.reshape(-1)[index]


@op(promote=None, method=False, function=False,
    input=lambda g, index: take(g, index))
def take_back(input, index: Array, shape):
    """Zeros of this shape, plus `input` at these flat positions: the transpose of `take`."""
    out = np.zeros(shape, input.dtype)
    np.add.at(out.reshape(-1), index, input)
    return out


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
