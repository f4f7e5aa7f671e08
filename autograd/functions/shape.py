"""Rearrangements made of the copy gate's family: reshapes by name, transposes, broadcasting."""

import warnings

import numpy as np

from autograd.errors import leaf_written
from autograd.functions.table import call_of, function
from autograd.modes import recording
from autograd.ops.shape import axes_of, axis_of
from autograd.record import wrap
from autograd.tensors import Size, Tensor

VIEW, RESHAPE, EXPAND, TRANSPOSE, PERMUTE, UNSQUEEZE = map(
    call_of, ("view", "reshape", "expand", "transpose", "permute", "unsqueeze")
)


# Another shape


@function(public=False)
def view(self, *shape, dtype=None):
    """The same memory in another shape, or read as another dtype; raises where that would need a copy.

    Source: torch.Tensor.view.
    """
    if len(shape) == 1 and not hasattr(shape[0], "__index__"):
        if not isinstance(shape[0], (tuple, list)):
            dtype = shape[0]
        else:
            shape = shape[0]
    if dtype is not None:
        return call_of("view_bits")(self, dtype)
    return VIEW(self, tuple([n.__index__() for n in shape]))


@function(public=False)
def view_as(self, other):
    """`self.view(other.shape)`.  Source: torch.Tensor.view_as."""
    return VIEW(self, other.shape)


@function(public=False)
def reshape_as(self, other):
    """`self.reshape(other.shape)`.  Source: torch.Tensor.reshape_as."""
    return RESHAPE(self, other.shape)


@function()
def flatten(input, start_dim=0, end_dim=-1):
    """Join the axes from `start_dim` to `end_dim` to one.  Shapes: (a, b, c, d) -> (a, b*c*d) for start_dim=1.

    Source: torch.flatten.
    """
    first, last = axis_of("flatten", start_dim, input.ndim), axis_of("flatten", end_dim, input.ndim)
    if first > last:
        raise RuntimeError(
            f"flatten: flatten() has invalid args: start_dim ({start_dim}) cannot come after end_dim ({end_dim})"
        )
    shape = input.shape
    if first == last and shape:
        return input
    return RESHAPE(input, (*shape[:first], int(np.prod(shape[first : last + 1])), *shape[last + 1 :]))


@function()
def unflatten(input, dim, sizes):
    """Split one axis into several; one -1 stands for what is left.  Shapes: (*, a*b, *) -> (*, a, b, *).

    Source: torch.unflatten.
    """
    axis, sizes = axis_of("unflatten", dim, input.ndim), tuple(sizes)
    n, known = input.shape[axis], int(np.prod([size for size in sizes if size != -1]))
    if not sizes:
        raise RuntimeError("unflatten: sizes must be non-empty")
    if sizes.count(-1) > 1 or (known != n and (-1 not in sizes or known == 0 or n % known)):
        raise RuntimeError(
            f"unflatten: Provided sizes {list(sizes)} don't multiply up to the size of dim {axis} ({n}) "
            f"in the input tensor of shape {tuple(input.shape)}"
        )
    sizes = [n // known if size == -1 else size for size in sizes]
    return VIEW(input, (*input.shape[:axis], *sizes, *input.shape[axis + 1 :]))


@function()
def ravel(input):
    """All elements on one axis.  Shapes: (*) -> (n).  Source: torch.ravel."""
    return RESHAPE(input, (-1,))


@function(method=False)
def atleast_1d(*tensors):
    """The tensors, with axes of length 1 up to one axis in all.  Source: torch.atleast_1d."""
    return each(tensors, lambda t: t.reshape(1) if t.ndim == 0 else t)


@function(method=False)
def atleast_2d(*tensors):
    """The tensors, with axes of length 1 in front up to two axes in all.  Source: torch.atleast_2d."""
    return each(tensors, lambda t: t.reshape(1, -1) if t.ndim < 2 else t)


@function(method=False)
def atleast_3d(*tensors):
    """The tensors, with axes of length 1 up to three: (), (n), (m, n) become (1, 1, 1), (1, n, 1), (m, n, 1).

    Source: torch.atleast_3d.
    """
    return each(tensors, lambda t: t if t.ndim > 2 else t.unsqueeze(-1) if t.ndim == 2 else t.reshape(1, -1, 1))


def each(tensors, change):
    """One tensor changed, or a tuple of several."""
    if len(tensors) == 1 and isinstance(tensors[0], Tensor):
        return change(tensors[0])
    return tuple([change(t) for t in listed(tensors)])


def listed(tensors):
    """The tensors in `f(a, b)` or `f([a, b])`."""
    return list(tensors[0]) if len(tensors) == 1 and isinstance(tensors[0], (tuple, list)) else list(tensors)


# Another order of the axes


@function()
def t(input):
    """Transpose a matrix; vectors and scalars stay as they are.  Shapes: (m, n) -> (n, m).  Source: torch.t."""
    if input.ndim > 2:
        raise RuntimeError(
            f"t: t() expects a tensor with <= 2 dimensions, but self is {input.ndim}D, of shape "
            f"{tuple(input.shape)}: use .mT for a stack of matrices"
        )
    return TRANSPOSE(input, 0, 1) if input.ndim == 2 else VIEW(input, input.shape)


@function(public=False, attribute=True)
def T(self):
    """The axes in reverse order.  Source: torch.Tensor.T."""
    if self.ndim > 2:
        deprecated(
            "The use of `x.T` on tensors of dimension other than 2 to reverse their shape is deprecated and it "
            "will throw an error in a future release. Consider `x.mT` to transpose batches of matrices or "
            "`x.permute(*torch.arange(x.ndim - 1, -1, -1))` to reverse the dimensions of a tensor."
        )
    elif self.ndim == 0:
        deprecated("Tensor.T is deprecated on 0-D tensors. This function is the identity in these cases.")
    return PERMUTE(self, tuple(range(self.ndim))[::-1])


@function(public=False, attribute=True, aliases=("mH",))
def mT(self):
    """The last two axes swapped.  Source: torch.Tensor.mT."""
    if self.ndim == 1:
        raise RuntimeError("mT: tensor.mT is only supported on matrices or batches of matrices. Got 1-D tensor.")
    if self.ndim == 0:
        deprecated("Tensor.mT is deprecated on 0-D tensors. This function is the identity in these cases.")
        return self
    return TRANSPOSE(self, -2, -1)


@function(public=False, attribute=True)
def H(self):
    """A matrix transposed (and conjugated, if there were complex numbers here).  Source: torch.Tensor.H."""
    if self.ndim not in (0, 2):
        hint = ". For batches of matrices, consider using tensor.mH" if self.ndim > 2 else ""
        raise RuntimeError(f"H: tensor.H is only supported on matrices (2-D tensors). Got {self.ndim}-D tensor{hint}")
    return mT(self)


@function()
def adjoint(input):
    """The last two axes swapped.  Source: torch.adjoint."""
    return mT(input)


def deprecated(message):
    """Warn where the attribute was read."""
    warnings.warn(message, UserWarning, stacklevel=3)


@function(aliases=("moveaxis",))
def movedim(input, source, destination):
    """Move axes to new places; the others keep their order.  Source: torch.movedim."""
    source, destination = [d if isinstance(d, (tuple, list)) else (d,) for d in (source, destination)]
    if len(source) != len(destination):
        raise RuntimeError(
            f"movedim: Invalid source or destination dims: source ({list(source)} dims) should contain "
            f"the same number of dims as destination ({list(destination)} dims)"
        )
    source, destination = axes_of("movedim", source, input.ndim), axes_of("movedim", destination, input.ndim)
    if input.ndim == 0:
        return VIEW(input, ())
    order = [axis for axis in range(input.ndim) if axis not in source]
    for place, axis in sorted(zip(destination, source, strict=True)):
        order.insert(place, axis)
    return PERMUTE(input, tuple(order))


@function()
def rot90(input, k=1, dims=(0, 1)):
    """Turn the plane of two axes by 90 degrees, k times, from the first towards the second; a copy.

    Source: torch.rot90.
    """
    if len(dims) != 2:
        raise RuntimeError(f"rot90: expected total rotation dims == 2, but got dims = {len(dims)}")
    if input.ndim < 2:
        raise RuntimeError(f"rot90: expected total dims >= 2, but got total dims = {input.ndim}")
    a, b = [axis_of("rot90", dim, input.ndim) for dim in dims]
    if a == b:
        raise RuntimeError(
            f"rot90: expected rotation dims to be different, but got dim0 = {dims[0]} and dim1 = {dims[1]}"
        )
    turned = {0: (), 1: (b,), 2: (a, b), 3: (a,)}[k % 4]
    out = call_of("flip")(input, turned)
    return TRANSPOSE(out, a, b) if k % 2 else out


@function()
def fliplr(input):
    """Turn the second axis round.  Source: torch.fliplr."""
    if input.ndim < 2:
        raise RuntimeError(f"fliplr: Input must be >= 2-d, not of shape {tuple(input.shape)}.")
    return call_of("flip")(input, (1,))


@function()
def flipud(input):
    """Turn the first axis round.  Source: torch.flipud."""
    if input.ndim < 1:
        raise RuntimeError("flipud: Input must be >= 1-d, not a 0-d tensor.")
    return call_of("flip")(input, (0,))


# Broadcasting


@function(public=False)
def expand_as(self, other):
    """`self.expand(other.shape)`.  Source: torch.Tensor.expand_as."""
    return EXPAND(self, other.shape)


@function(varargs="size")
def broadcast_to(input, size):
    """`input` repeated to this shape, as a view.  Source: torch.broadcast_to."""
    return EXPAND(input, size)


@function(method=False)
def broadcast_shapes(*shapes):
    """The shape that arrays of these shapes broadcast to.  Source: torch.broadcast_shapes."""
    shapes = [(shape,) if isinstance(shape, int) else tuple(shape) for shape in shapes]
    out = ()
    for i, shape in enumerate(shapes):
        try:
            out = np.broadcast_shapes(out, shape)
        except ValueError:
            raise RuntimeError(
                f"broadcast_shapes: Mismatching argument at index {i} had {shape}; but expected shape "
                f"should be broadcastable to {list(out)}"
            ) from None
    return Size(out)


@function(method=False)
def broadcast_tensors(*tensors):
    """Views of the tensors, all in the shape they broadcast to.  Source: torch.broadcast_tensors."""
    tensors = listed(tensors)
    try:
        size = np.broadcast_shapes(*[tuple(tensor.shape) for tensor in tensors])
    except ValueError:
        raise RuntimeError(
            f"broadcast_tensors: shapes {', '.join(str(tuple(tensor.shape)) for tensor in tensors)} do "
            "not broadcast: The sizes must match or be 1 on every axis, counted from the last"
        ) from None
    return tuple([EXPAND(tensor, size) for tensor in tensors])


@function(method=False)
def meshgrid(*tensors, indexing=None):
    """The coordinates of a grid: one tensor for each axis, all of the grid's shape, as views.

    Shapes: (n), (m), ... -> (n, m, ...) for each, or (m, n, ...) with indexing="xy".  Source: torch.meshgrid.
    """
    tensors = listed(tensors)
    if indexing is None:
        warnings.warn(
            "torch.meshgrid: in an upcoming release, it will be required to pass the indexing argument.",
            UserWarning,
            stacklevel=2,
        )
    if indexing not in (None, "ij", "xy"):
        raise RuntimeError(f'meshgrid: torch.meshgrid: indexing must be one of "xy" or "ij", but received: {indexing}')
    for tensor in tensors:
        if tensor.ndim > 1:
            raise RuntimeError(
                f"meshgrid: torch.meshgrid: Expected 0D or 1D tensor in the tensor list but got shape "
                f"{tuple(tensor.shape)}"
            )
    swap = indexing == "xy" and len(tensors) > 1
    if swap:
        tensors[:2] = tensors[1::-1]
    size = [tensor.numel() for tensor in tensors]
    grid = [tensor.reshape((-1,) + (1,) * (len(tensors) - i - 1)).expand(size) for i, tensor in enumerate(tensors)]
    if swap:
        grid[:2] = grid[1::-1]
    return tuple(grid)


@function(public=False, varargs="size")
def sum_to_size(self, size):
    """What broadcasting from this shape would need: the sum over the axes along which `size` would be repeated.

    Source: torch.Tensor.sum_to_size.
    """
    size, extra = tuple(size), self.ndim - len(size)
    if extra < 0 or any(n not in (1, m) for n, m in zip(size, self.shape[extra:], strict=True)):
        raise RuntimeError(f"sum_to_size: size {list(size)} is not expandable to size {list(self.shape)}.")
    axes = [i for i in range(self.ndim) if i < extra or size[i - extra] != self.shape[i]]
    return RESHAPE(self.sum(axes, keepdim=True), size) if axes else VIEW(self, size)


@function(varargs="dims")
def tile(input, dims):
    """Lay copies side by side, `dims[i]` along axis i, counted from the last axis.  Source: torch.tile."""
    dims = (dims,) if isinstance(dims, int) else tuple(dims)
    return call_of("repeat")(input, (1,) * (input.ndim - len(dims)) + dims)


@function()
def repeat_interleave(input, repeats=None, dim=None, *, output_size=None):
    """Repeat each element (or each slice along `dim`), copies beside each other; `repeats` may give a number for each.

    With one argument: index i repeated input[i] times.  Source: torch.repeat_interleave.
    """
    if repeats is None:
        return wrap(np.repeat(np.arange(len(input)), input.payload))
    if dim is None:
        input, dim = RESHAPE(input, (-1,)), 0
    axis, counts = axis_of("repeat_interleave", dim, input.ndim), np.asarray(getattr(repeats, "payload", repeats))
    if np.any(counts < 0):
        raise RuntimeError(f"repeat_interleave: Repeats must be non-negative, not {counts.tolist()}")
    if input.ndim == 0:
        raise IndexError(f"repeat_interleave: Dimension out of range: a 0-d tensor has no dim {dim} to repeat along")
    n = input.shape[axis]
    if counts.size not in (1, n):
        raise RuntimeError(
            "repeat_interleave: repeats must have the same size as input along dim, but got "
            f"repeats.size(0) = {counts.size} and input.size({axis}) = {n}"
        )
    if counts.size == 1 and input.ndim:
        return copies(input, axis, int(counts.reshape(())))
    return call_of("index_select")(input, axis, np.repeat(np.arange(n), counts))


def copies(input, axis, n):
    """Each slice along an axis n times, copies beside each other."""
    shape = input.shape
    wide = EXPAND(UNSQUEEZE(input, axis + 1), (*shape[: axis + 1], n, *shape[axis + 1 :])).clone()
    return RESHAPE(wide, (*shape[:axis], shape[axis] * n, *shape[axis + 1 :]))


# In place: the same tensor under another shape


def reshaped_in_place(name, call):
    """The form of a rearrangement that changes the tensor itself; views of it stay as they are."""

    def method(self, *args, **settings):
        if recording.get() is not False and self.node.op.leaf:
            raise leaf_written(view=False)
        result = call(self, *args, **settings)
        self.payload, self.node = result.payload, result.node
        return self

    method.__name__ = method.__qualname__ = name
    method.__doc__ = f"In-place form of `{name[:-1]}`.  Source: torch.Tensor.{name}."
    return method


for _name in ("squeeze", "unsqueeze", "transpose", "swapaxes", "swapdims"):
    setattr(
        Tensor, _name + "_", reshaped_in_place(_name + "_", call_of("transpose" if _name.startswith("swap") else _name))
    )
Tensor.t_ = reshaped_in_place("t_", t)  # type: ignore[method-assign]
