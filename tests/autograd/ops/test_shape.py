"""The copy gate's family: shapes, axes, views, and the pieces of a tensor."""
import warnings

import numpy as np
import pytest
from oprows import Row, check_rows

import autograd

NO_DIM = "Dimension out of range (expected to be in range of [-2, 1], but got 2)"
STATIC = dict(integers="same")


def sliding(input, dimension, size, step):
    windows = np.lib.stride_tricks.sliding_window_view(input, size, dimension)
    return windows[(slice(None),) * (dimension % input.ndim) + (slice(None, None, step),)]


def squeezed(input, dim=None):
    dims = range(input.ndim) if dim is None else np.atleast_1d(dim) % max(input.ndim, 1)
    return input.reshape([n for i, n in enumerate(input.shape) if n != 1 or i not in dims])


def split_at(input, sizes, dim=0):
    return np.split(input, np.cumsum(sizes)[:-1], dim)


def split_by(tensor, split_size_or_sections, dim=0):
    size = split_size_or_sections
    return np.split(tensor, range(size, tensor.shape[dim], size), dim)


def chunked(input, chunks, dim=0):
    return split_by(input, -(-input.shape[dim] // chunks), dim)


def at(input, dim, where):
    return input[(slice(None),) * (dim % input.ndim) + (where,)]


RESHAPES = [((2, 6), dict(shape=(3, 4))), ((2, 3), dict(shape=(-1,))), ((2, 3), [3, -1]), ((), dict(shape=(1, 1))),
            ((1,), dict(shape=())),
            ((0, 3), dict(shape=(3, 0)))]
BAD_SHAPES = [((2, 3), [4], RuntimeError, "shape '[4]' is invalid for input of size 6"),
              ((2, 3), [-1, -1], RuntimeError, "only one dimension can be inferred"),
              ((2, 3), [-1, 4], RuntimeError, "is invalid for input of size 6"),
              ((2, 3), [-2, 3], RuntimeError, "invalid shape dimension -2 at index 0"),
              ((0, 3), [-1, 0], RuntimeError, "is ambiguous")]
ROWS = [
    Row("reshape", oracle=np.reshape, shapes=RESHAPES, raises=BAD_SHAPES, **STATIC),
    Row("Tensor.view", oracle=np.ndarray.reshape, shapes=[((6,), 3, 2), ((4,), -1), ((), 1, 1), ((6,), [2, 3])],
        integers="skip"),
    Row("Tensor.view_as", oracle=lambda input, other: input.reshape(other.shape),
        shapes=[((6,), (2, 3)), ((4,), (2, 2))], integers="skip"),
    Row("Tensor.reshape_as", oracle=lambda input, other: input.reshape(other.shape), shapes=[((2, 3), (3, 2))],
        **STATIC),
    Row("flatten", oracle=lambda input, start_dim=0, end_dim=-1: input.reshape(
        *input.shape[:start_dim], -1,
        *(input.shape[end_dim:] if end_dim < -1 else input.shape[end_dim + 1:] if end_dim >= 0 else ())),
        shapes=[((2, 3, 4),), ((2, 3, 4), 1), ((2, 3, 4), dict(end_dim=1)), ((),), ((3,),), ((1, 0),)], **STATIC,
        raises=[((2, 3), 1, 0, RuntimeError, "start_dim (1) cannot come after end_dim (0)"),
                ((2, 3), 2, IndexError, NO_DIM)]),
    Row("unflatten", oracle=lambda input, dim, sizes: input.reshape(
        *input.shape[:dim % input.ndim], *sizes, *input.shape[dim % input.ndim + 1:]), integers="skip",
        shapes=[((2, 6), 1, [2, 3]), ((6, 2), 0, [-1, 3]), ((2, 6), -1, [6, 1])],
        raises=[((2, 3), 1, [2, 2], RuntimeError, "don't multiply up to the size of dim 1 (3)"),
                ((2, 3), 1, [], RuntimeError, "sizes must be non-empty")]),
    Row("ravel", oracle=np.ravel, **STATIC),
    Row("squeeze", oracle=squeezed, **STATIC,
        shapes=[((1, 3, 1),), ((1, 3, 1), 0), ((1, 3, 1), 1), ((1, 3, 1), [0, -1]), ((),), ((), 0)],
        raises=[((2, 3), 2, IndexError, NO_DIM), ((2, 1), [0, 0], RuntimeError, "dim 0 appears multiple times")]),
    Row("unsqueeze", oracle=np.expand_dims, shapes=[((2, 3), 0), ((2, 3), 2), ((2, 3), -1), ((), 0)],
        raises=[((2,), 2, IndexError, NO_DIM)]),
    Row("transpose", oracle=np.swapaxes, shapes=[((2, 3), 0, 1), ((2, 3, 4), 0, -1), ((2, 0, 1), 1, 2)],
        raises=[((2, 3), 0, 2, IndexError, NO_DIM)]),
    Row("permute", oracle=lambda input, dims: input.transpose(dims),
        shapes=[((2, 3, 4), dict(dims=(2, 0, 1))), ((2, 3), dict(dims=(-1, 0))), ((), dict(dims=()))], **STATIC,
        raises=[((2, 3), [0], RuntimeError, "not equal to len(dims) = 1"),
                ((2, 3), [0, 0], RuntimeError, "duplicate dims"),
                ((2, 3), [0, 2], IndexError, NO_DIM)]),
    Row("t", oracle=np.transpose, shapes=[((2, 3),), ((3,),), ((),)], **STATIC,
        raises=[((2, 3, 4), RuntimeError, "use .mT for a stack of matrices")]),
    Row("adjoint", oracle=lambda input: input.swapaxes(-1, -2), shapes=[((2, 3),), ((4, 2, 3),)], **STATIC,
        raises=[((3,), RuntimeError, "Got 1-D tensor")]),
    Row("movedim", oracle=np.moveaxis, shapes=[((2, 3, 4), 0, 2), ((2, 3, 4), [0, 1], [2, 0]), ((2, 3, 4), -1, 0)],
        integers="skip",
        raises=[((2, 3), [0, 1], [1], RuntimeError, "same number of dims"),
                ((2, 3), [0, 0], [0, 1], RuntimeError, "multiple times")]),
    Row("Tensor.expand", oracle=lambda input, size: np.broadcast_to(
        input, [input.shape[i - len(size)] if n == -1 else n for i, n in enumerate(size)]), **STATIC,
        shapes=[((3,), dict(size=(2, 3))), ((2, 1), [-1, 3]), ((2, 1), [4, 2, 3]), ((), [2]), ((1,), [0]),
                ((3,), dict(size=(1, 3)))],
        raises=[((2, 3), [3], RuntimeError, "must be greater or equal to the number of dimensions"),
                ((2, 3), [4, 3], RuntimeError, "The expanded size of the tensor (4) must match the existing size (2)"),
                ((2, 3), [-1, 2, 3], RuntimeError, "isn't allowed in a leading, non-existing dimension 0")]),
    Row("Tensor.expand_as", oracle=lambda input, other: np.broadcast_to(input, other.shape), shapes=[((3,), (2, 3))],
        **STATIC),
    Row("broadcast_to", oracle=np.broadcast_to, shapes=[((3,), [2, 3]), ((2, 1), [2, 2])], integers="skip"),
    Row("broadcast_tensors", oracle=np.broadcast_arrays, shapes=[((2, 1), (3,)), ((), (2,))], **STATIC,
        raises=[((2,), (3,), RuntimeError, "shapes (2,), (3,) do not broadcast")]),
    Row("broadcast_shapes", oracle=lambda *shapes: autograd.Size(np.broadcast_shapes(*map(tuple, shapes))),
        shapes=[([2, 1], [3])], integers="skip",
        grad=False, raises=[([2], [3], RuntimeError, "Mismatching argument at index 1")]),
    Row("Tensor.sum_to_size", oracle=lambda input,
        size: input.sum(0, keepdims=len(size) > 1) if size != list(input.shape) else input,
        shapes=[((2, 3), [3]), ((2, 3), [1, 3]), ((2, 3), [2, 3])],
        raises=[((2, 3), [2], RuntimeError, "is not expandable to size")],
        integers="skip"),
    Row("meshgrid", oracle=lambda *tensors, indexing: np.meshgrid(*tensors, indexing=indexing), integers="skip",
        shapes=[((2,), (3,), dict(indexing="ij")), ((2,), (3,), (4,), dict(indexing="xy")),
                ((2,), (), dict(indexing="ij"))],
        raises=[((2,), (2, 2), dict(indexing="ij"), RuntimeError, "Expected 0D or 1D tensor"),
                ((2,), dict(indexing="ab"), RuntimeError, 'one of "xy" or "ij"')]),
    Row("atleast_1d", oracle=np.atleast_1d, shapes=[((),), ((2, 3),), ((), (3,))], **STATIC),
    Row("atleast_2d", oracle=np.atleast_2d, shapes=[((),), ((3,),), ((2, 3), ())], **STATIC),
    Row("atleast_3d", oracle=np.atleast_3d, shapes=[((),), ((3,),), ((2, 3),), ((2, 3, 4),)], **STATIC),
    Row("diagonal", oracle=lambda input, offset=0, dim1=0, dim2=1: np.diagonal(input, offset, dim1, dim2), **STATIC,
        shapes=[((3, 4),), ((3, 4), 1), ((3, 4), -2), ((2, 3, 4), 0, 2, 0), ((2, 3, 4), dict(dim1=-1, dim2=-2)),
                ((2, 2), 5)],
        raises=[((2, 3), 0, 0, 0, RuntimeError, "cannot be identical"), ((3,), IndexError, "Dimension out of range")]),
    Row("Tensor.unfold", oracle=sliding, shapes=[((5,), 0, 2, 1), ((5, 3), 0, 3, 2), ((2, 6), -1, 2, 3),
                                                 ((3,), 0, 3, 1)], integers="skip",
        raises=[((3,), 0, 4, 1, RuntimeError, "maximum size for tensor at dimension 0 is 3 but size is 4"),
                ((3,), 0, 2, 0, RuntimeError, "step is 0 but must be > 0")]),
    Row("as_strided", oracle=lambda input, size, stride: np.full(size, input), integers="skip",
        shapes=[((1,), [2, 3], [0, 0]), ((), [2], [0]), ((1, 1), [1, 2], [3, 0])],
        raises=[((2, 3), [2, 5], [1, 2], RuntimeError, "out of bounds for storage of size 24"),
                ((2, 3), [2], [-1], RuntimeError, "Negative strides"),
                ((2, 3), [2], [1, 2], RuntimeError, "mismatch in length")]),
    Row("split", oracle=split_by, shapes=[((5, 2), 2), ((4, 3), 2, 1),
                                          ((4, 3), dict(split_size_or_sections=3, dim=-1))], integers="skip",
        raises=[((2,), 0, RuntimeError, "split_size can only be 0"), ((2,), -1, RuntimeError, "non-negative"),
                ((), 1, RuntimeError, "at least a 1-dimensional tensor"),
                ((3,), [1, 1], RuntimeError, "sum exactly to 3")]),
    Row("Tensor.split", oracle=split_at, shapes=[((5,), [2, 3]), ((2, 4), [1, 0, 3], 1)], integers="skip"),
    Row("split_with_sizes", oracle=split_at, shapes=[((5,), [2, 3]), ((2, 4), [1, 0, 3], 1)], integers="skip",
        raises=[((3,), [4, -1], RuntimeError, "only non-negative entries")]),
    Row("chunk", oracle=chunked, shapes=[((5, 2), 2), ((2, 6), 3, 1), ((3,), 5)], integers="skip",
        raises=[((3,), 0, RuntimeError, "`chunks` to be greater than 0")]),
    Row("tensor_split", oracle=np.array_split, shapes=[((5, 2), 3), ((2, 5), 2, 1), ((5,), [1, 3]), ((3,), [2, 1])],
        integers="skip",
        raises=[((3,), 0, RuntimeError, "number of sections must be larger than 0")]),
    Row("hsplit", oracle=np.hsplit, shapes=[((2, 4), 2), ((4,), 2), ((2, 4), [1, 3])], integers="skip",
        raises=[((2, 3), 2, RuntimeError, "is not divisible by the split_size 2")]),
    Row("vsplit", oracle=np.vsplit, shapes=[((4, 2), 2)], integers="skip",
        raises=[((3,), 1, RuntimeError, "at least 2 dimension")]),
    Row("dsplit", oracle=np.dsplit, shapes=[((2, 3, 4), 2)], integers="skip"),
    Row("unbind", oracle=lambda input, dim=0: list(np.moveaxis(input, dim, 0)),
        shapes=[((3, 2),), ((2, 3), 1), ((3,), -1)], **STATIC,
        raises=[((), IndexError, "tensor has no dimensions")]),
    Row("narrow", oracle=lambda input, dim, start, length: at(input, dim, np.arange(input.shape[dim])[start:][:length]),
        integers="skip",
        shapes=[((4, 3), 0, 1, 2), ((4, 3), -1, -2, 2), ((3,), 0, 3, 0)],
        raises=[((3,), 0, 1, 3, RuntimeError, "start (1) + length (3) exceeds dimension size (3)"),
                ((3,), 0, 4, 0, IndexError, "[-3, 3]"),
                ((3,), 0, 0, -1, RuntimeError, "non-negative"), ((), 0, 0, 1, RuntimeError, "0-dim")]),
    Row("select", oracle=at, shapes=[((4, 3), 0, 1), ((4, 3), 1, -1), ((3,), 0, 0)], integers="skip",
        raises=[((3,), 0, 5, IndexError, "index 5 out of range for tensor of size [3] at dimension 0"),
                ((), 0, 0, IndexError, "0-dim")]),
]
test_row = check_rows(ROWS)


# Views share memory

M = np.arange(6.0).reshape(2, 3)
VIEWS = [lambda x: x.view(3, 2), lambda x: x.reshape(6), lambda x: x.flatten(), lambda x: x.ravel(), lambda x: x.t(),
         lambda x: x.T,
         lambda x: x.mT, lambda x: x.H, lambda x: x.permute(1, 0), lambda x: x.movedim(0, 1), lambda x: x.squeeze(),
         lambda x: x.unsqueeze(0), lambda x: x.unflatten(1, (3, 1)), lambda x: x.expand(1, 2, 3),
         lambda x: x.diagonal(),
         lambda x: x.unfold(1, 2, 2), lambda x: x.as_strided((2,), (1,)), lambda x: x.split(1)[0],
         lambda x: x.chunk(2, 1)[1],
         lambda x: x.unbind(1)[0], lambda x: x.narrow(1, 0, 2), lambda x: x.select(0, 1),
         lambda x: autograd.atleast_3d(x),
         lambda x: autograd.broadcast_tensors(x)[0], lambda x: x.tensor_split(2)[0]]
COPIES = [lambda x: x.T.reshape(-1), lambda x: x.T.flatten(), lambda x: x.flip(0), lambda x: x.roll(0),
          lambda x: x.tile(1, 1),
          lambda x: x.repeat(1, 1), lambda x: x.rot90(0), lambda x: x.tril(), lambda x: x.diag(),
          lambda x: autograd.cat([x]),
          lambda x: autograd.stack([x]), lambda x: x.diag_embed(), lambda x: x.index_select(0, autograd.tensor([0]))]


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_shows_its_source(view):
    """A write through a view changes the source; a gradient finds both."""
    x = autograd.tensor(M)
    seen = view(x)
    seen.fill_(9.0)
    assert (x == 9.0).sum() >= seen.numel() > 0
    assert np.shares_memory(x.numpy(), seen.numpy())
    y = autograd.tensor(M, requires_grad=True)
    z = y * 1
    view(z).mul_(2)
    z.sum().backward()
    doubled = np.where(x.numpy() == 9.0, 2.0, 1.0)
    np.testing.assert_array_equal(y.grad.numpy(), doubled)


@pytest.mark.parametrize("copy", COPIES)
def test_a_copy_does_not(copy):
    x = autograd.tensor(M)
    copy(x).fill_(9.0)
    np.testing.assert_array_equal(x.numpy(), M)


def test_a_view_of_0d_shares_its_number():
    x = autograd.tensor(2.0)
    x.view(1)[0] = 5.0
    assert x.item() == 5.0


def test_view_refuses_to_copy():
    x = autograd.zeros(2, 3)
    with pytest.raises(RuntimeError,
                       match=r"view size is not compatible with input tensor's size and stride .* Use .reshape"):
        x.t().view(6)
    assert x.t().reshape(6).shape == (6,)
    assert x.view(-1).shape == x.view((3, 2)).reshape(-1).shape == x.view(autograd.Size([6])).shape


def test_view_of_another_dtype_reads_the_same_bits():
    x = autograd.tensor([1.0, -2.0])
    assert x.view(autograd.int32).tolist() == [0x3F800000, -0x40000000]
    assert x.view(autograd.int16).shape == (4,)
    x.view(autograd.int32)[0] = 0
    assert x.tolist() == [0.0, -2.0]
    for bad, words in ((autograd.zeros(3), "must be divisible by 2"), (autograd.tensor(1.0), "cannot be 0"),
                       (autograd.zeros(2, 2).t(), "stride")):
        with pytest.raises(RuntimeError, match=words):
            bad.view(autograd.float64)


@pytest.mark.parametrize("name, shape, warns", [("T", (2, 3, 4), True), ("T", (2, 3), False), ("T", (), True),
                                                ("mT", (2, 3, 4), False),
                                                ("mT", (), True), ("H", (2, 3), False)])
def test_transposes_as_attributes(name, shape, warns):
    """`.T` of more than two axes is deprecated, as in torch."""
    x = autograd.zeros(*shape) if shape else autograd.tensor(0.0)
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        out = getattr(x, name)
    assert bool(seen) == warns
    assert out.shape == (shape[:-2] + shape[:-3:-1] if name == "mT" else shape[::-1])


def test_transposes_that_do_not_exist():
    for name, shape in (("mT", (3,)), ("H", (3,)), ("H", (2, 3, 4))):
        with pytest.raises(RuntimeError, match="only supported on matrices"):
            getattr(autograd.zeros(*shape), name)


def test_methods_need_their_dims():
    for name in ("permute", "flip", "repeat", "expand", "tile"):
        with pytest.raises(TypeError, match="missing 1 required positional arguments"):
            getattr(autograd.zeros(2), name)()


def test_as_strided_counts_in_memory():
    x = autograd.arange(6.0).reshape(2, 3).requires_grad_()
    windows = x.as_strided((2, 2, 2), (3, 1, 1))
    assert windows.tolist() == [[[0, 1], [1, 2]], [[3, 4], [4, 5]]]
    (windows * windows).sum().backward()
    assert x.grad.tolist() == [[0, 4, 4], [6, 16, 10]]
    assert x.detach()[1].as_strided((2,), (1,)).tolist() == [3, 4]
    assert x.detach()[1].as_strided((2,), (1,), 0).tolist() == [0, 1]


def test_pieces_share_one_node():
    """A tensor cut into n pieces costs one node that joins, not n zero arrays; a missing piece counts as zeros."""
    x = autograd.zeros(3, 4, requires_grad=True)
    a, _, c = x.unbind()
    assert a.grad_fn.name() == "UnbindBackward0"
    (2 * a + 3 * c).sum().backward()
    assert x.grad.tolist() == [[2.0] * 4, [0.0] * 4, [3.0] * 4]
    x.grad = None
    _, right = x.split([1, 3], 1)
    (gradient,) = autograd.grad((right * right).sum(), x, create_graph=True)
    gradient.sum().backward()
    assert x.grad.tolist() == [[0.0, 2.0, 2.0, 2.0]] * 3


def test_rearranged_in_place():
    """The tensor itself gets the new shape, its history goes on, and views keep theirs."""
    base = autograd.arange(6.0).reshape(2, 3)
    row = base[0]
    assert base.t_() is base and base.shape == (3, 2) and row.shape == (3,)
    base.mul_(2)
    assert row.tolist() == [0, 2, 4]
    w = autograd.ones(3, requires_grad=True)
    y = w * 1
    view = y.view(3)
    view.unsqueeze_(0).mul_(3)
    y.sum().backward()
    assert w.grad.tolist() == [3, 3, 3]
    assert autograd.zeros(1, 2).squeeze_().transpose_(0, 0).shape == (2,
        ) and autograd.tensor(2.0).unsqueeze_(0).tolist() == [2.0]
    with pytest.raises(RuntimeError, match="a leaf Variable that requires grad"):
        w.unsqueeze_(0)


def test_split_of_nothing():
    assert [piece.shape for piece in autograd.zeros(0, 2).split(3)] == [(0, 2)]
    assert [piece.shape for piece in autograd.zeros(0, 2).chunk(3)] == [(0, 2)] * 3
