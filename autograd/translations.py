"""NumPy's functions in torch's words: on the left of each entry NumPy's arguments, on the right our call.

`ours` holds every op and function by torch's name. Where only a name or a position changes, an entry says all; where
NumPy means something else, a function beside the table says what. An argument that an entry leaves out (`out=`,
`where=`, `order=`) sends the call to plain NumPy, or is refused where that would cut a gradient.
"""

from itertools import pairwise
from types import SimpleNamespace

import numpy as np

from autograd import dtypes

ours = SimpleNamespace()
integer = (int, np.integer)


def learn(calls: dict) -> None:
    """Let the translations speak of these calls."""
    from autograd import creation

    ours.__dict__.update(vars(creation))
    ours.__dict__.update(calls)


def as_type(a, dtype):
    """`a` as this dtype of NumPy's, where one is given."""
    return a if dtype is None else a.to(dtypes.as_dtype(dtype))


def as_floats(a):
    """`a` as floats: NumPy has means of integers, torch has not."""
    return a if a.is_floating_point() else a.to(dtypes.get_default_dtype())


# Reductions


def reduced(call, a, axis, keepdims, **options):
    """A reduction over the axes that NumPy was given: None means all of them, () means none."""
    if axis is None:
        return call(a, keepdim=keepdims, **options)
    if axis == ():
        return call(ours.unsqueeze(a, -1), dim=-1, **options)
    return call(a, dim=axis, keepdim=keepdims, **options)


def over(call, a, axis, keepdims):
    """A reduction that torch has for one axis, over those that NumPy was given."""
    if axis is None:
        out = call(a.reshape(-1), 0)
        return out.reshape((1,) * a.ndim) if keepdims else out
    for one in sorted([n % a.ndim for n in axis], reverse=True) if type(axis) is tuple else (axis,):
        a = call(a, one, keepdims)
    return a


def along(call, a, axis):
    """A running reduction; without an axis, of the flattened input."""
    return call(a.reshape(-1), 0) if axis is None else call(a, axis)


def norm(x, ord=None, axis=None, keepdims=False):
    """np.linalg.norm of vectors, and of matrices where it is the root of the summed squares."""
    if isinstance(axis, integer) or (axis is None and x.ndim == 1):
        return ours.norm(x, 2 if ord is None else ord, axis, keepdims)
    if ord not in (None, "fro"):
        raise TypeError(f"np.linalg.norm: of a Tensor, ord={ord!r} is there only along one axis: pass axis=")
    return ours.norm(x, 2, axis, keepdims)


REDUCTIONS = {
    np.sum: lambda a, axis=None, *, dtype=None, keepdims=False: reduced(ours.sum, as_type(a, dtype), axis, keepdims),
    np.mean: lambda a, axis=None, *, dtype=None, keepdims=False: reduced(
        ours.mean, as_floats(as_type(a, dtype)), axis, keepdims
    ),
    np.var: lambda a, axis=None, *, ddof=0, keepdims=False: reduced(
        ours.var, as_floats(a), axis, keepdims, correction=ddof
    ),
    np.std: lambda a, axis=None, *, ddof=0, keepdims=False: reduced(
        ours.std, as_floats(a), axis, keepdims, correction=ddof
    ),
    np.prod: lambda a, axis=None, *, dtype=None, keepdims=False: over(ours.prod, as_type(a, dtype), axis, keepdims),
    np.max: lambda a, axis=None, *, keepdims=False: reduced(ours.amax, a, axis, keepdims),
    np.min: lambda a, axis=None, *, keepdims=False: reduced(ours.amin, a, axis, keepdims),
    np.ptp: lambda a, axis=None, *, keepdims=False: (
        np.max(a, axis, keepdims=keepdims) - np.min(a, axis, keepdims=keepdims)
    ),
    np.all: lambda a, axis=None, *, keepdims=False: over(ours.all, a, axis, keepdims),
    np.any: lambda a, axis=None, *, keepdims=False: over(ours.any, a, axis, keepdims),
    np.argmax: lambda a, axis=None, *, keepdims=False: ours.argmax(a, axis, keepdims),
    np.argmin: lambda a, axis=None, *, keepdims=False: ours.argmin(a, axis, keepdims),
    np.cumsum: lambda a, axis=None, *, dtype=None: along(ours.cumsum, as_type(a, dtype), axis),
    np.cumprod: lambda a, axis=None, *, dtype=None: along(ours.cumprod, as_type(a, dtype), axis),
    np.linalg.norm: norm,
    (np.add, "reduce"): lambda a, axis=0, *, keepdims=False: reduced(ours.sum, a, axis, keepdims),
    (np.multiply, "reduce"): lambda a, axis=0, *, keepdims=False: over(ours.prod, a, axis, keepdims),
    (np.maximum, "reduce"): lambda a, axis=0, *, keepdims=False: reduced(ours.amax, a, axis, keepdims),
    (np.minimum, "reduce"): lambda a, axis=0, *, keepdims=False: reduced(ours.amin, a, axis, keepdims),
    (np.logical_and, "reduce"): lambda a, axis=0, *, keepdims=False: over(ours.all, a, axis, keepdims),
    (np.logical_or, "reduce"): lambda a, axis=0, *, keepdims=False: over(ours.any, a, axis, keepdims),
    (np.add, "accumulate"): lambda a, axis=0: ours.cumsum(a, axis),
    (np.multiply, "accumulate"): lambda a, axis=0: ours.cumprod(a, axis),
}


# One number at a time

POINTWISE = {
    np.where: lambda condition, *xy: ours.where(condition, *xy) if xy else np.nonzero(condition),
    np.clip: lambda a, a_min=None, a_max=None, *, min=None, max=None: ours.clamp(
        a, a_min if min is None else min, a_max if max is None else max
    ),
    np.round: lambda a, decimals=0: ours.round(a, decimals=decimals),
    np.nan_to_num: lambda x, *, nan=0.0, posinf=None, neginf=None: ours.nan_to_num(x, nan, posinf, neginf),
    np.astype: lambda x, dtype, /: as_type(x, dtype),
    np.copy: lambda a: a.clone(),
}


# Arrangements


def at(a, axis, where):
    """`a` indexed along one axis."""
    return a[(slice(None),) * (axis % a.ndim) + (where,)]


def take(a, indices, axis=None):
    """np.take: the elements at these positions of an axis, in the shape of the indices."""
    return at(a.reshape(-1), 0, indices) if axis is None else at(a, axis, indices)


def take_along_axis(arr, indices, axis=-1):
    """np.take_along_axis: torch.gather, with broadcasting, and with indices that may count from the end."""
    if axis is None:
        arr, indices, axis = arr.reshape(-1), indices.reshape(-1), 0
    axis %= arr.ndim
    flat = np.broadcast_shapes(*[(*x.shape[:axis], 1, *x.shape[axis + 1 :]) for x in (arr, indices)])
    source, index = [x.expand((*flat[:axis], x.shape[axis], *flat[axis + 1 :])) for x in (arr, indices)]
    return ours.gather(source, axis, ours.where(index < 0, index + arr.shape[axis], index))


def rearranged(a, axis, rearrange):
    """`a` with the positions along an axis (of the flattened input, if None) as `rearrange` leaves them."""
    a, axis = (a.reshape(-1), 0) if axis is None else (a, axis)
    return at(a, axis, rearrange(np.arange(a.shape[axis])))


def tile(A, reps):
    """np.tile: repeat the whole along each axis."""
    reps = (reps,) if isinstance(reps, integer) else tuple(reps)
    A = np.reshape(A, (1,) * (len(reps) - A.ndim) + tuple(A.shape))
    for axis, times in enumerate((1,) * (A.ndim - len(reps)) + reps):
        A = rearranged(A, axis, lambda positions, times=times: np.tile(positions, times)) if times != 1 else A
    return A


def pad(array, pad_width, mode="constant", *, constant_values=0):
    """np.pad: with constants, or with the array's own elements in the order in which the mode repeats them."""
    widths = np.broadcast_to(np.asarray(pad_width), (array.ndim, 2)).tolist()
    if mode == "constant":
        return ours.pad(array, [n for pair in reversed(widths) for n in pair], "constant", constant_values)
    for axis, pair in enumerate(widths):
        array = rearranged(array, axis, lambda positions, pair=pair: np.pad(positions, pair, mode))
    return array


def concatenate(arrays, axis=0, ndim=0):
    """np.concatenate, of the flattened arrays if the axis is None; first, each gets at least `ndim` axes."""
    arrays = [a.reshape((1,) * (ndim - a.ndim) + tuple(a.shape)) for a in map(ours.as_tensor, arrays)]
    return ours.cat(arrays, axis) if axis is not None else ours.cat([a.reshape(-1) for a in arrays], 0)


def split(ary, indices_or_sections, axis=0, equal=True):
    """np.split and np.array_split: views that end before the indices, or that are as equal as can be."""
    n, sections = ary.shape[axis], indices_or_sections
    if isinstance(sections, integer):
        if equal and n % sections:
            raise ValueError(f"np.split: {n} elements along axis {axis} don't divide into {sections} equal parts")
        small, longer = divmod(n, int(sections))
        sections = np.cumsum([small + 1] * longer + [small] * (int(sections) - longer))[:-1]
    return [at(ary, axis, slice(*edges)) for edges in pairwise([0, *map(int, sections), n])]


def expand_dims(a, axis):
    """np.expand_dims: new axes at these places of the result."""
    axes = (axis,) if isinstance(axis, integer) else axis
    for one in sorted([n % (a.ndim + len(axes)) for n in axes]):
        a = ours.unsqueeze(a, one)
    return a


def diff(a, n=1, axis=-1):
    """np.diff: what each element adds to the one before, n times."""
    for _ in range(n):
        a = at(a, axis, slice(1, None)) - at(a, axis, slice(None, -1))
    return a


ARRANGEMENTS = {
    np.reshape: lambda a, shape: ours.reshape(a, shape),
    np.ravel: lambda a: ours.reshape(a, (-1,)),
    np.transpose: lambda a, axes=None: ours.permute(a, tuple(range(a.ndim)[::-1] if axes is None else axes)),
    np.matrix_transpose: lambda x, /: ours.transpose(x, -1, -2),
    np.swapaxes: lambda a, axis1, axis2: ours.transpose(a, axis1, axis2),
    np.moveaxis: lambda a, source, destination: ours.movedim(a, source, destination),
    np.squeeze: lambda a, axis=None: ours.squeeze(a) if axis is None else ours.squeeze(a, axis),
    np.expand_dims: expand_dims,
    np.broadcast_to: lambda array, shape: ours.expand(array, shape),
    np.flip: lambda m, axis=None: ours.flip(m, tuple(range(m.ndim)) if axis is None else axis),
    np.flipud: lambda m: ours.flip(m, 0),
    np.fliplr: lambda m: ours.flip(m, 1),
    np.roll: lambda a, shift, axis=None: ours.roll(a, shift, axis),
    np.repeat: lambda a, repeats, axis=None: rearranged(a, axis, lambda where: np.repeat(where, np.asarray(repeats))),
    np.tile: tile,
    np.pad: pad,
    np.concatenate: lambda arrays, axis=0: concatenate(arrays, axis),
    np.append: lambda arr, values, axis=None: concatenate((arr, values), axis),
    np.stack: lambda arrays, axis=0: ours.stack([ours.as_tensor(a) for a in arrays], axis),
    np.vstack: lambda tup: concatenate(tup, 0, ndim=2),
    np.hstack: lambda tup: concatenate(tup, 1 if np.ndim(tup[0]) > 1 else 0, ndim=1),
    np.column_stack: lambda tup: concatenate([a if np.ndim(a) > 1 else np.reshape(a, (-1, 1)) for a in tup], 1),
    np.split: lambda ary, indices_or_sections, axis=0: split(ary, indices_or_sections, axis),
    np.array_split: lambda ary, indices_or_sections, axis=0: split(ary, indices_or_sections, axis, equal=False),
    np.vsplit: lambda ary, indices_or_sections: split(ary, indices_or_sections, 0),
    np.hsplit: lambda ary, indices_or_sections: split(ary, indices_or_sections, 1 if ary.ndim > 1 else 0),
    np.unstack: lambda x, /, *, axis=0: tuple([at(x, axis, i) for i in range(x.shape[axis])]),
    np.take: take,
    np.take_along_axis: take_along_axis,
    np.tril: lambda m, k=0: ours.tril(m, k),
    np.triu: lambda m, k=0: ours.triu(m, k),
    np.diag: lambda v, k=0: ours.diag(v, k),
    np.diagonal: lambda a, offset=0, axis1=0, axis2=1: ours.diagonal(a, offset, axis1, axis2),
    np.trace: lambda a, offset=0, axis1=0, axis2=1: ours.sum(ours.diagonal(a, offset, axis1, axis2), -1),
    np.diff: diff,
    np.sort: lambda a, axis=-1: along(ours.sort, a, axis)[0],
    np.argsort: lambda a, axis=-1: along(ours.argsort, a, axis),
}


# Products


def dot(a, b):
    """np.dot: the last axis of `a` against the last but one of `b`."""
    if 0 in (a.ndim, b.ndim):
        return a * b
    return ours.matmul(a, b) if b.ndim < 3 else tensordot(a, b, (-1, -2))


def tensordot(a, b, axes=2):
    """np.tensordot: sum over pairs of axes, by one matrix product."""
    if isinstance(axes, integer):
        axes = range(a.ndim - axes, a.ndim), range(axes)
    summed = [(one,) if isinstance(one, integer) else tuple(one) for one in axes]
    (a, rows), (b, columns) = at_last(a, summed[0]), at_last(b, summed[1])
    return ours.matmul(a, b.mT).reshape(rows + columns)


def at_last(a, axes):
    """`a` as a matrix whose rows run over these axes, in this order; and the shape of the other axes."""
    axes = [axis % a.ndim for axis in axes]
    others = [axis for axis in range(a.ndim) if axis not in axes]
    shape = tuple([a.shape[axis] for axis in others])
    summed = int(np.prod([a.shape[axis] for axis in axes]))
    return ours.permute(a, (*others, *axes)).reshape(int(np.prod(shape)), summed), shape


def outer(call):
    """A ufunc's `outer`: two arguments of this call, every element with every other."""
    return lambda a, b: call(a.reshape(tuple(a.shape) + (1,) * np.ndim(b)), b)


PRODUCTS = {
    np.matmul: lambda x1, x2, /: ours.matmul(x1, x2),
    np.dot: dot,
    np.vdot: lambda a, b, /: dot(a.reshape(-1), b.reshape(-1)),
    np.inner: lambda a, b, /: a * b if 0 in (a.ndim, b.ndim) else tensordot(a, b, (-1, -1)),
    np.outer: lambda a, b: a.reshape(-1, 1) * b.reshape(-1),
    np.tensordot: tensordot,
    np.einsum: lambda subscripts, *operands, optimize=False: ours.einsum(subscripts, *operands),
}


# New arrays like another

LIKENESSES = {
    np.zeros_like: lambda a, dtype=None: as_type(ours.zeros_like(a), dtype),
    np.ones_like: lambda a, dtype=None: as_type(ours.ones_like(a), dtype),
    np.empty_like: lambda prototype, dtype=None: as_type(ours.empty_like(prototype), dtype),
    np.full_like: lambda a, fill_value, dtype=None: ours.full_like(as_type(a.detach(), dtype), fill_value),
}

TRANSLATIONS = REDUCTIONS | POINTWISE | ARRANGEMENTS | PRODUCTS | LIKENESSES

# What has no slope runs on plain arrays and gives plain answers, whatever requires grad.
FLAT = {
    *(np.allclose, np.isclose, np.array_equal, np.array_equiv, np.isin, np.iscomplex, np.isreal, np.count_nonzero),
    *(np.nonzero, np.flatnonzero, np.argwhere, np.argpartition, np.searchsorted, np.digitize, np.lexsort),
    *(np.shape, np.ndim, np.size, np.result_type, np.can_cast, np.common_type, np.iscomplexobj, np.isrealobj),
    *(np.shares_memory, np.may_share_memory, np.array_repr, np.array_str, np.array2string),
}

# What writes into its first argument would do so behind the graph's back.
WRITERS = {np.copyto, np.put, np.place, np.putmask, np.put_along_axis, np.fill_diagonal}
