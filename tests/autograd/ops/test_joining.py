"""Arrays joined, repeated, padded, turned round, or laid out on a diagonal."""
import numpy as np
import pytest
from oprows import Row, check_rows

import autograd
from autograd.functions.joining import pad

SKIP = dict(integers="skip")
STATIC = dict(integers="same")


def padded(input, pad, mode="constant", value=0):
    """np.pad in torch's words; negative widths cut off first."""
    widths = [(0, 0)] * (input.ndim - len(pad) // 2) + list(zip(pad[-2::-2], pad[::-2], strict=True))
    input = input[tuple([slice(max(-b, 0), n - max(-a, 0)) for n, (b, a) in zip(input.shape, widths, strict=True)])]
    widths = [(max(b, 0), max(a, 0)) for b, a in widths]
    names = {"constant": dict(constant_values=value), "reflect": {}, "replicate": {}, "circular": {}}
    return np.pad(input, widths, {"replicate": "edge", "circular": "wrap"}.get(mode, mode), **names[mode])


def embedded(input, offset=0, dim1=-2, dim2=-1):
    n = input.shape[-1] + abs(offset)
    out = np.zeros((*input.shape[:-1], n, n), input.dtype)
    for i in range(input.shape[-1]):
        out[..., i + max(-offset, 0), i + max(offset, 0)] = input[..., i]
    return np.moveaxis(out, (-2, -1), (dim1, dim2))


def blocks(*tensors):
    parts = [np.atleast_2d(t) for t in tensors]
    out = np.zeros(np.sum([p.shape for p in parts], axis=0))
    row = column = 0
    for part in parts:
        out[row:row + part.shape[0], column:column + part.shape[1]] = part
        row, column = row + part.shape[0], column + part.shape[1]
    return out.astype(parts[0].dtype)


ROWS = [
    Row("cat", oracle=np.concatenate, shapes=[([(2, 3), (1, 3)],), ([(2, 3), (2, 1), (2, 2)], 1), ([(3,), (2,)], -1),
                                              ([(2, 0), (2, 1)], 1)],
        raises=[([(2, 3), (2, 2)], RuntimeError, "Expected size 3 but got size 2 for tensor number 1"),
                ([(2, 3), (3,)], RuntimeError, "same number of dimensions: got 2 and 1"),
                ([(), ()], RuntimeError, "zero-dimensional"),
                ([(2,), (2,)], 1, IndexError, "Dimension out of range"), ([], ValueError, "non-empty list of Tensors"),
                ((2, 3), TypeError, "must be a tuple or list of Tensors")], **SKIP),
    Row("stack", oracle=np.stack, shapes=[([(2, 3), (2, 3)],), ([(2,), (2,), (2,)], 1), ([(), ()], -1), ([(2, 3)], 2)],
        **SKIP,
        raises=[([(2,), (3,)], RuntimeError, "equal size, but got [2] at entry 0 and [3] at entry 1"),
                ([], RuntimeError, "non-empty"),
                ([(2,), (2,)], 2, IndexError, "expected to be in range of [-2, 1]")]),
    Row("hstack", oracle=np.hstack, shapes=[([(2,), (3,)],), ([(2, 3), (2, 1)],), ([(), ()],)], **SKIP),
    Row("vstack", oracle=np.vstack, shapes=[([(3,), (3,)],), ([(2, 3), (3,)],)], **SKIP),
    Row("dstack", oracle=np.dstack, shapes=[([(3,), (3,)],), ([(2, 3), (2, 3)],)], **SKIP),
    Row("column_stack", oracle=np.column_stack, shapes=[([(3,), (3,)],), ([(3,), (3, 2)],)], **SKIP),
    Row("block_diag", oracle=blocks, shapes=[((2, 3), (1, 2)), ((2,), (), (2, 2))], **SKIP),
    Row("Tensor.repeat", oracle=np.tile, shapes=[((2, 3), [2, 1]), ((3,), [2, 2]), ((2, 1), [2, 0]), ((), [3])], **SKIP,
        raises=[((2, 3), [2], RuntimeError, "can not be smaller than number of dimensions"),
                ((2,), [-1], RuntimeError, "negative")]),
    Row("tile", oracle=np.tile, shapes=[((2, 3), [2]), ((2, 3), [2, 1, 2]), ((), [2, 2])], **SKIP),
    Row("repeat_interleave", oracle=lambda input, repeats, dim=None: np.repeat(input, repeats, dim), **SKIP,
        shapes=[((2, 3), 2), ((2, 3), 2, 1), ((2, 3), np.array([2, 0, 1]), -1), ((), 3)],
        raises=[((2, 3), np.array([1, 2, 3]), 0, RuntimeError, "same size as input along dim"),
                ((2,), -1, RuntimeError, "non-negative")]),
    Row("flip", oracle=np.flip, shapes=[((2, 3), [0]), ((2, 3), [0, -1]), ((3,), [0]), ((2, 3), [])], **SKIP,
        raises=[((3,), [1], IndexError, "Dimension out of range"), ((2, 2), [0, 0], RuntimeError, "multiple times")]),
    Row("fliplr", oracle=np.fliplr, shapes=[((2, 3),)], raises=[((3,), RuntimeError, "must be >= 2-d")], **STATIC),
    Row("flipud", oracle=np.flipud, shapes=[((2, 3),), ((3,),)], raises=[((), RuntimeError, "must be >= 1-d")],
        **STATIC),
    Row("roll", oracle=np.roll, shapes=[((2, 3), 1), ((2, 3), 1, 0), ((2, 3), [1, -2], [0, 1]), ((4,), -1, 0)], **SKIP,
        raises=[((2, 3), [1, 2], 0, RuntimeError, "shifts and dimensions must align"),
                ((3,), 1, 1, IndexError, "out of range")]),
    Row("rot90", oracle=lambda input, k=1, dims=(0, 1): np.rot90(input, k, dims), **SKIP,
        shapes=[((2, 3),), ((2, 3), 2), ((2, 3), -1), ((2, 3), 4), ((2, 3, 4), 1, [2, 0])],
        raises=[((3,), RuntimeError, "total dims >= 2"), ((2, 3), 1, [0, 0], RuntimeError, "to be different"),
                ((2, 3), 1, [0], RuntimeError, "rotation dims == 2")]),
    Row("tril", oracle=lambda input, diagonal=0: np.tril(input, diagonal),
        shapes=[((3, 3),), ((3, 4), 1), ((2, 3, 3), -1)], **STATIC,
        raises=[((3,), RuntimeError, "at least 2 dimensions")]),
    Row("triu", oracle=lambda input, diagonal=0: np.triu(input, diagonal),
        shapes=[((3, 3),), ((3, 4), 1), ((2, 3, 3), -1)], **STATIC,
        raises=[((3,), RuntimeError, "at least 2 dimensions")]),
    Row("diag", oracle=np.diag, shapes=[((3,),), ((3, 4),), ((3,), 1), ((3, 4), -1), ((2,), -2)], **STATIC,
        raises=[((2, 3, 4), RuntimeError, "Supports 1D or 2D tensors. Got 3D")]),
    Row("diag_embed", oracle=embedded, shapes=[((3,),), ((2, 3),), ((2, 3), 1), ((2, 3), -1, 0, 2), ((2, 3), 0, 1, 0)],
        **SKIP,
        raises=[((3,), 0, 0, 0, RuntimeError, "cannot be identical")]),
    Row("diagflat", oracle=np.diagflat, shapes=[((2, 2),), ((3,), -1), ((), 1)], **SKIP),
    Row("cartesian_prod", oracle=lambda *tensors: np.stack([g.reshape(-1) for g in np.meshgrid(*tensors,
        indexing="ij")], 1), **SKIP,
        shapes=[((2,), (3,)), ((2,), (1,), (2,))]),
    Row("trace", oracle=np.trace, shapes=[((3, 3),), ((2, 4),)], integers="int64", bools=None,
        raises=[((3,), RuntimeError, "expected a matrix, but got tensor with dim 1")]),
    Row("constant_pad_nd", oracle=padded, shapes=[((2, 3), [1, 2])], **SKIP),
    Row("nn.functional.pad", oracle=padded, **SKIP, parity=None,
        shapes=[((3,), [1, 2]), ((2, 3), [1, 0, 0, 2]), ((2, 3), [-1, 1], dict(value=3.0)), ((2, 5), [2, 1], "reflect"),
                ((2, 3), [2, 3], "replicate"), ((2, 3), [3, 1], "circular"), ((2, 3, 4), [1, 1, 2, 0], "reflect"),
                ((1, 2, 3, 4), [1, 1, 2, 0], "circular"), ((2, 4), [1, -1], "circular"), ((2, 3), [])],
        raises=[((3,), [1], RuntimeError, "divisible by 2"),
                ((3,), [1, 1, 1, 1], RuntimeError, "two times the input dimension"),
                ((2, 3), [3, 0], "reflect", RuntimeError, "should be less than the corresponding input dimension"),
                ((2, 3), [4, 0], "circular", RuntimeError, "wrapping around more than once"),
                ((2, 3), [1, 1], "mirror", NotImplementedError, "Unrecognised padding mode mirror"),
                ((2, 3), [1, 1, 1, 1], "reflect", NotImplementedError, "Padding size 4 is not supported for 2D"),
                ((3,), [-2, -2], RuntimeError, "cuts more than there is")]),
]
test_row = check_rows(ROWS)


def test_cat_skips_the_empty_vector():
    """torch's old convention: a tensor of shape (0,) joins anything, and gets a gradient of its shape."""
    nothing, x = autograd.zeros(0, requires_grad=True), autograd.ones(2, 3, requires_grad=True)
    out = autograd.cat([nothing, x, x], 1)
    assert out.shape == (2, 6)
    (out * out).sum().backward()
    assert nothing.grad.shape == (0,)
    assert x.grad.tolist() == [[4.0] * 3] * 2


def test_cat_meets_in_one_type():
    out = autograd.cat([autograd.tensor([1]), autograd.tensor([2.5], requires_grad=True)])
    assert out.dtype is autograd.float32 and out.requires_grad
    assert autograd.concat([autograd.tensor([True]), autograd.tensor([2])], axis=0).tolist() == [1, 2]


def test_repeat_interleave_of_counts():
    assert autograd.repeat_interleave(autograd.tensor([1, 0, 2])).tolist() == [0, 2, 2]


def test_padding_of_integers():
    assert pad(autograd.tensor([[1, 2, 3]]), (1, 1), value=2.7).tolist() == [[2, 1, 2, 3, 2]]


def test_triangles_in_place():
    x = autograd.ones(3, 3)
    assert x.tril_(-1) is x and x.sum() == 3
    w = autograd.ones(3, 3, requires_grad=True)
    y = w * 2
    y.triu_()
    y.sum().backward()
    assert w.grad.tolist() == np.triu(np.full((3, 3), 2.0)).tolist()


@pytest.mark.parametrize("build", [autograd.hstack, autograd.vstack, autograd.dstack])
def test_stacks_take_tuples(build):
    assert build((autograd.ones(2), autograd.zeros(2))).sum() == 2
