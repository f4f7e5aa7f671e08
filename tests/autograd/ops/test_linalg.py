"""The matmul gate's family."""
import numpy as np
import pytest
from oprows import Row, check_rows

import autograd

SKIP = dict(integers="skip")


def scaled(input, product, beta=1, alpha=1):
    return beta * input + alpha * product


def einsum(equation, *operands):
    return np.einsum(equation, *operands)


PRODUCTS = [((2, 3), (3, 4)), ((3,), (3,)), ((2, 3), (3,)), ((3,), (3, 2)), ((4, 2, 3), (4, 3, 2)), ((4, 2, 3), (3, 2)),
            ((2, 3), (4, 3, 2)),
            ((2, 1, 2, 3), (4, 3, 2)), ((3,), (2, 3, 4)), ((2, 3, 4), (4,)), ((0, 3), (3, 2)), ((2, 0), (0, 2)),
            ((2, 0, 3), (3, 4)), ((1, 3), (3, 1))]
EQUATIONS = [("ij,jk->ik", (2, 3), (3, 4)), ("ij,jk", (2, 3), (3, 4)), ("ij->ji", (2, 3)), ("ij->", (2, 3)),
             ("ii", (3, 3)), ("ii->i", (3, 3)),
             ("iij->j", (2, 2, 3)), ("i,j->ij", (2,), (3,)), ("bij,bjk->bik", (2, 3, 4), (2, 4, 2)),
             ("...ij,...jk->...ik", (2, 3, 4), (4, 2)),
             ("b...i,b...i->b...", (2, 3, 4), (2, 1, 4)), ("bi,oij,bj->bo", (2, 3), (4, 3, 2), (2, 2)),
             ("ij,ij->", (2, 3), (1, 3)),
             ("i...->...", (2, 3)), ("ij,k->j", (2, 3), (4,)), ("ba", (2, 3)), ("...,...", (2, 3), (3,)),
             ("bhqd,bhkd->bhqk", (2, 2, 3, 4), (2, 2, 5, 4)),
             ("i,i,i->", (3,), (3,), (3,)), ("ij,ik->ijk", (2, 3), (2, 4)), (" ij , kj -> ik ", (2, 3), (4, 3)),
             ("ab,bc,cd->da", (2, 3), (3, 4), (4, 2)),
             (",->", (), ()), ("ij,->ij", (2, 3), ())]
ROWS = [
    Row("matmul", oracle=np.matmul, shapes=PRODUCTS, **SKIP, raises=[
        ((32, 784), (10, 784), RuntimeError,
         "matmul: inner dimensions differ: (32, 784) @ (10, 784): did you mean x @ w.T?"),
        ((3, 2), (3, 4), RuntimeError, "(3, 2) @ (3, 4): did you mean x.T @ w?"),
        ((2, 3), (4, 5), RuntimeError, "inner dimensions differ"),
        ((2, 3, 4), (2, 5, 4), RuntimeError, "did you mean x @ w.mT?"),
        ((2, 2, 3), (3, 3, 4), RuntimeError, "leading dimensions do not broadcast"),
        ((3,), (4,), RuntimeError, "inconsistent tensor size"),
        ((2, 3), (4,), RuntimeError, "has 3 columns, the vector 4 elements"),
        ((), (3,), RuntimeError, "both arguments to matmul need to be at least 1D, but they are 0D and 1D"),
        ((2, 3), np.ones((3, 2), int), RuntimeError, "same dtype"), ((2, 3), 3, TypeError, "must be Tensor")]),
    Row("mm", oracle=np.matmul, shapes=[((2, 3), (3, 4)), ((0, 3), (3, 2))], **SKIP,
        raises=[((2, 3), (3,), RuntimeError, "mat2 must be a matrix, got 1-D"),
                ((2, 3), (2, 3), RuntimeError, "inner dimensions differ")]),
    Row("bmm", oracle=np.matmul, shapes=[((2, 3, 4), (2, 4, 2))], **SKIP,
        raises=[((2, 3), (3, 2), RuntimeError, "must be a 3D tensor"),
                ((1, 2, 3), (2, 3, 4), RuntimeError, "Expected size for first two dim")]),
    Row("mv", oracle=np.matmul, shapes=[((2, 3), (3,))], raises=[((3,), (3,), RuntimeError, "input must be a matrix")],
        **SKIP),
    Row("dot", oracle=np.dot, shapes=[((3,), (3,)), ((0,), (0,))],
        raises=[((2, 3), (3,), RuntimeError, "1D tensors expected, but got 2D")], **SKIP),
    Row("inner", oracle=np.inner, shapes=[((3,), (3,)), ((2, 3), (4, 3)), ((2, 3), ())], **SKIP,
        raises=[((2, 3), (4,), RuntimeError,
                 "the last dimension must match on both input tensors but got shapes [2, 3] and [4]")]),
    Row("outer", oracle=np.outer, shapes=[((2,), (3,))],
        raises=[((2, 3), (3,), RuntimeError, "Expected 1-D argument self")], **SKIP),
    Row("addmm", oracle=lambda input, a, b, **scale: scaled(input, a @ b, **scale), **SKIP,
        shapes=[((2, 4), (2, 3), (3, 4)), ((4,), (2, 3), (3, 4), dict(beta=2, alpha=0.5)), ((), (2, 3), (3, 2))],
        raises=[((3,), (2, 3), (3, 4), RuntimeError, "must match the existing size (3)"),
                ((2, 2), (2, 3), (2, 3), RuntimeError, "differ")]),
    Row("addmv", oracle=lambda input, a, b, **scale: scaled(input, a @ b, **scale), **SKIP,
        shapes=[((2,), (2, 3), (3,)), ((), (2, 3), (3,), dict(beta=2, alpha=3))]),
    Row("addr", oracle=lambda input, a, b, **scale: scaled(input, np.outer(a, b), **scale), **SKIP,
        shapes=[((2, 3), (2,), (3,)), ((3,), (2,), (3,), dict(alpha=2))]),
    Row("baddbmm", oracle=lambda input, a, b, **scale: scaled(input, a @ b, **scale), **SKIP,
        shapes=[((2, 3, 2), (2, 3, 4), (2, 4, 2)), ((3, 2), (2, 3, 4), (2, 4, 2), dict(beta=0.5, alpha=2))]),
    Row("addbmm", oracle=lambda input, a, b, **scale: scaled(input, (a @ b).sum(0), **scale), **SKIP,
        shapes=[((3, 2), (2, 3, 4), (2, 4, 2))]),
    Row("nn.functional.linear", oracle=lambda input, weight, bias=0: input @ weight.T + bias, **SKIP,
        shapes=[((2, 3), (4, 3)), ((2, 3), (4, 3), (4,)), ((2, 5, 3), (4, 3), (4,)), ((3,), (4, 3)),
                ((3,), (4, 3), (4,)), ((0, 3), (4, 3), (4,))],
        raises=[((64, 1, 28, 28), (10, 784), RuntimeError,
                 "linear: input (64, 1, 28, 28) ends in 28 features, weight (10, 784) takes 784: did you mean "
                 "input.flatten(1)?"),
                ((2, 4), (4, 3), RuntimeError, "did you mean weight.T?"), ((2, 5), (4, 3), RuntimeError, "takes 3"),
                ((2, 3), (4, 3), (3,), RuntimeError, "bias (3,) does not fit: expected shape (4,)"),
                ((), (4, 3), RuntimeError, "at least 1D"), ((2, 3), np.ones((4, 3), int), RuntimeError, "same dtype")]),
    Row("nn.functional.bilinear", oracle=lambda a, b, weight, bias=0: np.einsum("...i,oij,...j->...o", a, weight,
        b) + bias, parity=None, **SKIP,
        shapes=[((2, 3), (2, 4), (5, 3, 4), (5,)), ((3,), (4,), (2, 3, 4)), ((2, 2, 3), (2, 2, 1), (2, 3, 1))],
        raises=[((2, 3), (2, 4), (5, 3, 3), RuntimeError,
                 "input2 size does not match weight size: got 4 but expected 3")]),
    Row("einsum", oracle=einsum, shapes=EQUATIONS, **SKIP, parity="ties", raises=[
        ("ij,jk->ik", (2, 3), (2, 3), RuntimeError,
         "subscript j has size 2 for operand 1 which does not broadcast with previously seen size 3"),
        ("ij->iz", (2, 3), RuntimeError, "output subscript z does not appear"),
        ("ijk", (2, 3), RuntimeError, "no ellipsis was given"),
        ("ij->ii", (2, 3), RuntimeError, "appears more than once"),
        ("ij", (2, 3), (2, 3), RuntimeError, "more operands were provided"),
        ("i1->i", (2, 3), RuntimeError, "must be in [a-zA-Z]"),
        ("ii->i", (2, 3), RuntimeError, "the sizes don't match, 3 != 2"),
        ("ij,jk", (2, 3), RuntimeError, "fewer operands")]),
    Row("tensordot", oracle=lambda a, b, dims=2: np.tensordot(a, b, dims), **SKIP,
        shapes=[((2, 3), (3, 4), 1), ((2, 3, 4), (3, 4, 2)), ((2, 3), (4, 2), 0), ((2, 3, 4), (4, 3), [[1, 2], [1, 0]]),
                ((2,), (2,), 1), ((), (2,), 0)],
        raises=[((2, 3), (2, 3), 1, RuntimeError,
                 "contracted dimensions need to match, but first has size 3 in dim 1 and second has size 2"),
                ((2, 3), (2, 3), [[0], [0, 1]], RuntimeError, "same length"), ((2,), (2,), 2, RuntimeError, "dims=2")]),
    Row("kron", oracle=np.kron, shapes=[((2, 3), (2, 2)), ((3,), (2, 2)), ((2, 1), (3,))], **SKIP),
]
test_row = check_rows(ROWS)


def test_operators_and_numpy():
    x, w = autograd.ones(2, 3, requires_grad=True), np.ones((3, 2), np.float32)
    for out in (x @ w, x @ autograd.tensor(w), np.matmul(x, w), w @ x):
        assert isinstance(out, autograd.Tensor) and out.requires_grad
    with pytest.raises(TypeError):
        x @ 3


def test_einsum_of_a_transpose_is_a_view():
    x = autograd.arange(6.0).reshape(2, 3)
    autograd.einsum("ij->ji", x)[0, 1] = 9.0
    assert x[1, 0] == 9.0
    y = autograd.zeros(3, 3)
    autograd.einsum("ii->i", y).fill_(1.0)
    assert y.tolist() == np.eye(3).tolist()


def test_einsum_with_numbered_axes():
    a, b = autograd.rand(2, 3), autograd.rand(3, 4)
    assert autograd.allclose(autograd.einsum(a, [0, 1], b, [1, 2], [2, 0]), (a @ b).T)
    assert autograd.allclose(autograd.einsum(a, [..., 1], b, [1, 2]), a @ b)
    assert autograd.allclose(autograd.einsum("ij,jk", [a, b]), a @ b)


def test_a_product_of_integers():
    assert (autograd.tensor([[1, 2]]) @ autograd.tensor([[3], [4]])).tolist() == [[11]]
    assert (autograd.tensor([1, 2]) @ autograd.tensor([3, 4])).dtype is autograd.int64


def test_nothing_times_nan_with_beta_0():
    """With beta = 0 the first argument is not read, as in BLAS."""
    bad = autograd.full((2, 2), float("nan"))
    assert autograd.addmm(bad, autograd.ones(2, 3), autograd.ones(3, 2), beta=0).tolist() == [[3.0, 3.0], [3.0, 3.0]]


def test_in_place():
    x = autograd.zeros(2, 2)
    assert x.addmm_(autograd.ones(2, 3), autograd.ones(3, 2), alpha=2) is x
    assert x.tolist() == [[6.0, 6.0], [6.0, 6.0]]


def test_only_wanted_gradients_are_computed():
    """A constant input of a layer gets no gradient, and its product is not computed."""
    x, w = autograd.ones(2, 3), autograd.ones(4, 3, requires_grad=True)
    out = autograd.ops.TABLE["linear"].call(x, w)
    out.sum().backward()
    assert x.grad is None and w.grad.tolist() == [[2.0] * 3] * 4
