"""Sums and their relatives over axes: the gradient is handed back to every element that was summed."""
import numpy as np

from autograd.ops import op


def spread(g, shape, dim, keepdim):
    """Repeat a reduction's gradient over the axes `dim` that it reduced."""
    return np.broadcast_to(with_axes(g, shape, dim, keepdim), shape)


def with_axes(g, shape, dim, keepdim):
    """A reduction's result with the axes `dim` back, of length 1."""
    if keepdim or not shape:
        return g
    if dim is None or dim == ():
        return np.reshape(g, (1,) * len(shape))
    dims = [d % len(shape) for d in (dim if isinstance(dim, (tuple, list)) else (dim,))]
    return np.reshape(g, tuple([1 if i in dims else n for i, n in enumerate(shape)]))


@op(promote=None, numpy=np.sum, casts=True,
    input=lambda g, input_shape, dim, keepdim: spread(g, input_shape, dim, keepdim))
def sum(input, dim=None, keepdim=False):
    """Sum over the axes `dim` (all if None): every summand receives the gradient of the sum.

    Shapes: (*) -> () or without the summed axes.  Source: torch.sum.
    """
    if input.dtype.kind in "bu" or input.dtype.kind == "i":
        return np.add.reduce(input, axis_of(input, dim), np.int64, None, keepdim)
    return np.add.reduce(input, axis_of(input, dim), None, None, keepdim)


def axis_of(input, dim):
    """NumPy's axis for torch's dim: a list or an empty tuple mean what torch means by them."""
    if dim is None or dim == () or dim == []:
        return None
    if type(dim) is list:
        return tuple(dim)
    return None if input.ndim == 0 and dim in (0, -1) else dim
