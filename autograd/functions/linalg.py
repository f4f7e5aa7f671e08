"""Products of vectors, matrices and stacks of them, made of the matmul gate."""

import math
from collections import namedtuple

import numpy as np

from autograd.functions.reduction import vector_norm
from autograd.functions.table import call_of, function
from autograd.ops.shape import axes_of, axis_of
from autograd.tensors import Tensor

MM, MV, DOT, RESHAPE, PERMUTE = map(call_of, ("mm", "mv", "dot", "reshape", "permute"))


@function()
def matmul(input, other):
    """Matrix product: vectors dot, a 1-d input stands for one row, a 1-d other for one column, leading axes broadcast.

    Shapes: (k), (k) -> (); (k), (..., k, m) -> (..., m); (..., n, k), (k) -> (..., n); (..., n, k), (..., k, m) ->
    (..., n, m).
    Source: torch.matmul; lecture, matrix-matrix gradient.
    """
    a, b = getattr(input, "ndim", 2), getattr(other, "ndim", 2)
    if a > 1 and b > 1:
        return MM(input, other)
    if a == 0 or b == 0:
        raise RuntimeError(
            f"matmul: both arguments to matmul need to be at least 1D, but they are {a}D and {b}D: use * for numbers"
        )
    if b == 1:
        if a == 1:
            return DOT(input, other)
        if a == 2:
            return MV(input, other)
        out = MM(input, RESHAPE(other, (-1, 1)))
        return RESHAPE(out, out.shape[:-1])
    out = MM(RESHAPE(input, (1, -1)), other)
    return RESHAPE(out, out.shape[:-2] + out.shape[-1:])


def need_axes(name, **tensors):
    """Raise unless each tensor has as many axes as its name here says: ``need_axes("mm", mat1=(a, 2))``."""
    for argument, (tensor, ndim) in tensors.items():
        if isinstance(tensor, Tensor) and tensor.ndim != ndim:
            kind = {1: "a vector", 2: "a matrix", 3: "a 3D tensor"}[ndim]
            raise RuntimeError(
                f"{name}: {argument} must be {kind}, got {tensor.ndim}-D tensor of shape {tuple(tensor.shape)}"
            )


@function()
def mm(input, mat2):
    """Product of two matrices.  Shapes: (n, k), (k, m) -> (n, m).

    Source: torch.mm; lecture, matrix-matrix gradient.
    """
    need_axes("mm", input=(input, 2), mat2=(mat2, 2))
    return MM(input, mat2)


@function()
def bmm(input, mat2):
    """Products of the matrices in two stacks.  Shapes: (b, n, k), (b, k, m) -> (b, n, m).  Source: torch.bmm."""
    need_axes("bmm", input=(input, 3), mat2=(mat2, 3))
    if input.shape[0] != mat2.shape[0]:
        raise RuntimeError(
            f"bmm: Expected size for first two dimensions of batch2 tensor to be: [{input.shape[0]}, "
            f"{input.shape[2]}] but got: {list(mat2.shape[:2])}."
        )
    return MM(input, mat2)


@function()
def mv(input, vec):
    """Matrix times vector.  Shapes: (n, k), (k) -> (n).  Source: torch.mv."""
    need_axes("mv", input=(input, 2), vec=(vec, 1))
    return MV(input, vec)


@function(aliases=("vdot",))
def dot(input, tensor):
    """The sum of the products of two vectors' elements.  Shapes: (k), (k) -> ().  Source: torch.dot."""
    if input.ndim != 1 or tensor.ndim != 1:
        raise RuntimeError(f"dot: 1D tensors expected, but got {input.ndim}D and {tensor.ndim}D tensors: use matmul")
    return DOT(input, tensor)


@function()
def inner(input, other):
    """Products summed over the last axis of both.  Shapes: (*a, k), (*b, k) -> (*a, *b).  Source: torch.inner."""
    if input.ndim == 0 or other.ndim == 0:
        return input * other
    if input.shape[-1] != other.shape[-1]:
        raise RuntimeError(
            f"inner: inner() the last dimension must match on both input tensors but got shapes "
            f"{list(input.shape)} and {list(other.shape)}"
        )
    return tensordot(input, other, ([-1], [-1]))


@function(aliases=("ger",))
def outer(input, vec2):
    """All products of an element of one vector with one of another.  Shapes: (n), (m) -> (n, m).

    Source: torch.outer.
    """
    for position, tensor in enumerate((input, vec2), 1):
        if tensor.ndim != 1:
            raise RuntimeError(
                f"outer: Expected 1-D argument {'self' if position == 1 else 'vec2'}, but got {tensor.ndim}-D"
            )
    return RESHAPE(input, (-1, 1)) * vec2


def vecdot(x, y, *, dim=-1):
    """Products summed over an axis of both.  Shapes: (*, k), (*, k) -> (*), broadcast.  Source: torch.linalg.vecdot."""
    return (x * y).sum(dim)


# A product added to something


def added(name, input, product, beta, alpha):
    """``beta * input + alpha * product``, in the product's shape; with beta = 0 the input is not read."""
    if input.dtype is not product.dtype:
        raise RuntimeError(f"{name}: self and mat2 must have the same dtype, but got {input.dtype} and {product.dtype}")
    if alpha != 1:
        product = product * alpha
    if beta == 0:
        return product
    return (
        call_of("expand")(input, product.shape) * beta + product
        if beta != 1
        else call_of("expand")(input, product.shape) + product
    )


@function(in_place=True)
def addmm(input, mat1, mat2, *, beta=1, alpha=1):
    """``beta * input + alpha * (mat1 @ mat2)``.  Shapes: (n, m) or less, (n, k), (k, m) -> (n, m).

    Source: torch.addmm.
    """
    return added("addmm", input, mm(mat1, mat2), beta, alpha)


@function(in_place=True)
def addmv(input, mat, vec, *, beta=1, alpha=1):
    """``beta * input + alpha * (mat @ vec)``.  Shapes: (n) or (), (n, k), (k) -> (n).  Source: torch.addmv."""
    return added("addmv", input, mv(mat, vec), beta, alpha)


@function(in_place=True)
def addr(input, vec1, vec2, *, beta=1, alpha=1):
    """``beta * input + alpha * outer(vec1, vec2)``.  Shapes: (n, m) or less, (n), (m) -> (n, m).

    Source: torch.addr.
    """
    return added("addr", input, outer(vec1, vec2), beta, alpha)


@function(in_place=True)
def baddbmm(input, batch1, batch2, *, beta=1, alpha=1):
    """``beta * input + alpha * bmm(batch1, batch2)``.  Shapes: (b, n, m) or less, (b, n, k), (b, k, m) -> (b, n, m).

    Source: torch.baddbmm.
    """
    return added("baddbmm", input, bmm(batch1, batch2), beta, alpha)


@function(in_place=True)
def addbmm(input, batch1, batch2, *, beta=1, alpha=1):
    """``beta * input + alpha * bmm(batch1, batch2).sum(0)``.  Shapes: (n, m), (b, n, k), (b, k, m) -> (n, m).

    Source: torch.addbmm.
    """
    return added("addbmm", input, bmm(batch1, batch2).sum(0), beta, alpha)


# Products over chosen axes


@function(method=False)
def tensordot(a, b, dims=2):
    """Products summed over the last `dims` axes of one and the first of the other, or over pairs of listed axes.

    Shapes: (*a, *k), (*k, *b) -> (*a, *b).  Source: torch.tensordot.
    """
    if isinstance(dims, int):
        if dims < 0 or dims > min(a.ndim, b.ndim):
            raise RuntimeError(
                "tensordot: tensordot expects dims >= 0 and at most the number of axes, but got "
                f"dims={dims} for shapes {tuple(a.shape)} and {tuple(b.shape)}"
            )
        inside = list(range(a.ndim - dims, a.ndim)), list(range(dims))
    else:
        inside = [[d] if isinstance(d, int) else list(d.tolist() if isinstance(d, Tensor) else d) for d in dims]
        if len(inside[0]) != len(inside[1]):
            raise RuntimeError(f"tensordot: both dimension lists should have same length: {inside[0]} and {inside[1]}")
        inside = [axes_of("tensordot", dims, t.ndim) for dims, t in zip(inside, (a, b), strict=True)]
    for i, j in zip(*inside, strict=True):
        if a.shape[i] != b.shape[j]:
            raise RuntimeError(
                f"tensordot: contracted dimensions need to match, but first has size {a.shape[i]} in "
                f"dim {i} and second has size {b.shape[j]} in dim {j}: shapes {tuple(a.shape)} and "
                f"{tuple(b.shape)}"
            )
    free = [[axis for axis in range(t.ndim) if axis not in inner] for t, inner in zip((a, b), inside, strict=True)]
    rows, columns = [[t.shape[axis] for axis in axes] for t, axes in zip((a, b), free, strict=True)]
    k = math.prod([a.shape[i] for i in inside[0]])
    left = RESHAPE(PERMUTE(a, (*free[0], *inside[0])), (math.prod(rows), k))
    right = RESHAPE(PERMUTE(b, (*inside[1], *free[1])), (k, math.prod(columns)))
    return RESHAPE(MM(left, right), (*rows, *columns))


@function()
def kron(input, other):
    """Each element of one matrix times the whole of another.  Shapes: (m, n), (p, q) -> (m*p, n*q).

    Source: torch.kron.
    """
    ndim = max(input.ndim, other.ndim)
    a, b = [(1,) * (ndim - t.ndim) + tuple(t.shape) for t in (input, other)]
    spaced = RESHAPE(input, [n for size in a for n in (size, 1)])
    between = RESHAPE(other, [n for size in b for n in (1, size)])
    return RESHAPE(spaced * between, [m * n for m, n in zip(a, b, strict=True)])


@function()
def matrix_power(input, n):
    """The product of n copies of a square matrix, by repeated squaring; of its inverse for negative n.

    Shapes: (..., k, k) -> (..., k, k).  Source: torch.linalg.matrix_power.
    """
    if input.ndim < 2 or input.shape[-1] != input.shape[-2]:
        raise RuntimeError(
            f"linalg.matrix_power: A must be batches of square matrices, but they are of shape {tuple(input.shape)}"
        )
    if n < 0:
        input, n = call_of("inverse")(input), -n
    if n == 0:
        return Tensor.new_tensor(input, np.eye(input.shape[-1])).expand(input.shape).clone()
    out = None
    while n:
        if n & 1:
            out = input if out is None else MM(out, input)
        n >>= 1
        input = MM(input, input) if n else input
    return out


def multi_dot(tensors):
    """The product of a chain of matrices, multiplied from the left; the ends may be vectors.

    Source: torch.linalg.multi_dot.
    """
    if len(tensors) < 2:
        raise RuntimeError(f"linalg.multi_dot: multi_dot(): expected at least 2 tensors but got {len(tensors)}")
    out = tensors[0]
    for tensor in tensors[1:]:
        out = matmul(out, tensor)
    return out


@function(method=False)
def bilinear(input1, input2, weight, bias=None):
    """A number for each output from two inputs: ``out[o] = input1 @ weight[o] @ input2 + bias[o]``.

    Shapes: (*, i), (*, j), weight (o, i, j), bias (o) -> (*, o).  Source: torch.nn.functional.bilinear.
    """
    for name, tensor, axis in (("input1", input1, 1), ("input2", input2, 2)):
        if tensor.shape[-1] != weight.shape[axis]:
            raise RuntimeError(
                f"bilinear: bilinear(): {name} size does not match weight size: got {tensor.shape[-1]} "
                f"but expected {weight.shape[axis]}: {name} {tuple(tensor.shape)}, weight "
                f"{tuple(weight.shape)}"
            )
    half = tensordot(input1, weight, ([-1], [1]))  # (*, o, j)
    out = MM(half, input2.unsqueeze(-1)).squeeze(-1)
    return out if bias is None else out + bias


# Determinants, norms, equations

SignAndLog = namedtuple("slogdet", ["sign", "logabsdet"])  # type: ignore[name-match]


@function()
def slogdet(input):
    """The sign of the determinant and the logarithm of its size.  Shapes: (..., n, n) -> (...), (...).

    Source: torch.linalg.slogdet.
    """
    return SignAndLog(call_of("sign_of_det")(input), call_of("log_abs_det")(input))


@function()
def logdet(input):
    """The logarithm of the determinant; nan where that is negative.  Shapes: (..., n, n) -> (...).

    Source: torch.logdet.
    """
    sign, size = slogdet(input)
    return size + (sign.log() if bool((sign <= 0).any()) else 0)


def solve(A, B, *, left=True):
    """The X with ``A @ X == B`` (or ``X @ A == B`` if not left); B may be a vector.

    Shapes: (..., n, n), (..., n, k) or (n) -> like B.  Source: torch.linalg.solve.
    """
    vector = B.ndim == 1 or (B.ndim == A.ndim - 1 and B.shape == A.shape[:-1])
    if vector:
        return call_of("solve")(A, B.unsqueeze(-1)).squeeze(-1)
    return call_of("solve")(A, B) if left else call_of("solve")(A.mT, B.mT).mT


def matrix_norm(A, ord="fro", dim=(-2, -1), keepdim=False, *, dtype=None):
    """The norm of matrices: "fro" the root of the summed squares, "nuc" the sum of the singular values, 2 and -2 the
    largest and smallest of them, 1 and -1 that of the columns' sums of sizes, inf and -inf that of the rows'.

    Shapes: (..., m, n) -> (...).  Source: torch.linalg.matrix_norm.
    """
    if A.ndim < 2:
        raise RuntimeError(
            f"linalg.matrix_norm: The input tensor A must have at least 2 dimensions, not shape {tuple(A.shape)}."
        )
    A = A if dtype is None else A.to(dtype)
    row, column = axes_of("linalg.matrix_norm", dim, A.ndim)
    if ord == "fro":
        return vector_norm(A, 2, (row, column), keepdim)
    if ord in ("nuc", 2, -2):
        values = call_of("svdvals")(A.movedim((row, column), (-2, -1)))
        out = values.sum(-1) if ord == "nuc" else values[..., 0 if ord == 2 else -1]
    elif ord in (1, -1, math.inf, -math.inf):
        summed, left = (row, column) if abs(ord) == 1 else (column, row)
        sums = vector_norm(A, 1, summed)
        out = (sums.amax if ord > 0 else sums.amin)(left - (summed < left))
    else:
        raise RuntimeError(f"linalg.matrix_norm: Order {ord} not supported.")
    return out.reshape([1 if axis in (row, column) else n for axis, n in enumerate(A.shape)]) if keepdim else out


def linalg_norm(A, ord=None, dim=None, keepdim=False, *, dtype=None):
    """The norm of vectors (one axis, or all with ord=None) or of matrices (two axes).  Source: torch.linalg.norm."""
    if dim is None and ord is not None and A.ndim not in (1, 2):
        raise RuntimeError(
            f"linalg.norm: If dim is not specified but ord is, the input must be 1D or 2D. Got {A.ndim}D."
        )
    if ord is not None and ((dim is None and A.ndim == 2) or (isinstance(dim, (tuple, list)) and len(dim) == 2)):
        return matrix_norm(A, ord, (-2, -1) if dim is None else dim, keepdim, dtype=dtype)
    return vector_norm(A, 2 if ord is None else ord, dim, keepdim, dtype=dtype)


def linalg_cross(input, other, *, dim=-1):
    """The vector at right angles to two others.  Shapes: (*, 3), (*, 3) -> (*, 3).  Source: torch.linalg.cross."""
    from autograd.functions.reduction import cross

    return cross(input, other, axis_of("linalg.cross", dim, input.ndim))
