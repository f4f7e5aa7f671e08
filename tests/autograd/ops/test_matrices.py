"""Inverses, determinants, factors and norms of matrices."""
import math

import numpy as np
import pytest
from oprows import Row, check_rows

import autograd
from autograd import tensor

SKIP = dict(integers="skip")
SQUARE = [((2, 3), RuntimeError, "must be batches of square matrices, but they are"),
          ((3,), RuntimeError, "at least 2 dimensions")]
ROWS = [
    Row("inverse", oracle=np.linalg.inv, shapes=[((3, 3),), ((2, 2, 2),), ((1, 1),)], raises=SQUARE, parity="smooth",
        inexact=1e-4, **SKIP),
    Row("det", oracle=np.linalg.det, shapes=[((3, 3),), ((2, 2, 2),), ((1, 1),)], raises=SQUARE, parity="smooth",
        inexact=1e-4, **SKIP),
    Row("slogdet", oracle=np.linalg.slogdet, shapes=[((3, 3),), ((2, 2, 2),)], raises=SQUARE, parity=None, **SKIP),
    Row("logdet", oracle=lambda input: np.log(np.linalg.det(input)), shapes=[((1, 1),), ((2, 1, 1),)], domain=(0.5, 2),
        raises=SQUARE, **SKIP,
        parity="smooth"),
    Row("pinverse", oracle=np.linalg.pinv, shapes=[((2, 3),), ((3, 2),), ((2, 2, 3),)], raises=SQUARE[1:],
        parity="smooth", inexact=1e-4, **SKIP),
    Row("matrix_power", oracle=np.linalg.matrix_power, shapes=[((3, 3), 3), ((2, 2, 2), 2), ((2, 2), 1), ((2, 2), -2),
        ((2, 2), 5)], **SKIP,
        raises=[((2, 3), 2, RuntimeError, "square matrices")], parity="smooth", inexact=1e-4),
]
test_row = check_rows(ROWS)
A = tensor([[4.0, 1.0, 0.5], [1.0, 3.0, 0.2], [0.5, 0.2, 2.0]], dtype=autograd.float64)


def test_solve():
    b = tensor([1.0, 2.0, 3.0], dtype=autograd.float64)
    many = tensor(np.arange(6.0).reshape(3, 2))
    for right in (b, many):
        assert autograd.allclose(A @ autograd.linalg.solve(A, right), right)
    assert autograd.allclose(autograd.linalg.solve(A, many.mT, left=False) @ A, many.mT)
    a, x = A.clone().requires_grad_(), b.clone().requires_grad_()
    assert autograd.gradcheck(autograd.linalg.solve, (a, x)) and autograd.gradgradcheck(autograd.linalg.solve, (a, x))
    with pytest.raises(RuntimeError, match="Incompatible shapes"):
        autograd.linalg.solve(A, many[:2])


def test_cholesky():
    lower = autograd.linalg.cholesky(A)
    assert autograd.allclose(lower @ lower.mT, A) and autograd.equal(lower, lower.tril())
    w = autograd.randn(3, 3, dtype=autograd.float64, requires_grad=True)

    def factor(w):
        return autograd.linalg.cholesky(w @ w.mT + autograd.eye(3, dtype=autograd.float64))
    assert autograd.gradcheck(factor, (w,)) and autograd.gradgradcheck(factor, (w,))


@pytest.mark.parametrize("call", [autograd.linalg.inv, lambda x: autograd.linalg.solve(x, x),
                                  lambda x: autograd.linalg.cholesky(x - 1)])
def test_matrices_without_an_answer(call):
    """The error is torch's: a RuntimeError of its own kind."""
    with pytest.raises(autograd.linalg.LinAlgError, match=r"linalg\.(inv|solve|cholesky):"):
        call(autograd.zeros(2, 2))
    assert issubclass(autograd.linalg.LinAlgError, RuntimeError)


def test_integers_are_refused():
    for call in (autograd.det, autograd.linalg.inv, autograd.linalg.cholesky):
        with pytest.raises(RuntimeError, match="Expected a floating point tensor"):
            call(tensor([[1, 0], [0, 1]]))


@pytest.mark.parametrize("ord", ["fro", "nuc", 1, -1, 2, -2, math.inf, -math.inf])
def test_matrix_norms(ord):
    x = tensor(np.random.default_rng(0).normal(size=(2, 4, 3)), requires_grad=True)
    right = np.linalg.norm(x.detach().numpy(), ord, (1, 2))
    np.testing.assert_allclose(autograd.linalg.matrix_norm(x, ord).detach().numpy(), right)
    assert autograd.linalg.matrix_norm(x, ord, keepdim=True).shape == (2, 1, 1)
    np.testing.assert_allclose(autograd.linalg.matrix_norm(x.movedim(0, 2), ord, (0, 1)).detach().numpy(), right)
    np.testing.assert_allclose(autograd.linalg.norm(x[0], ord).item(), right[0])
    assert autograd.gradcheck(lambda x: autograd.linalg.matrix_norm(x, ord), (x,))


def test_norms_that_do_not_exist():
    for call, words in ((lambda: autograd.linalg.matrix_norm(A, 3), "Order 3 not supported"),
                        (lambda: autograd.linalg.matrix_norm(A[0]), "at least 2 dimensions"),
                        (lambda: autograd.linalg.norm(autograd.zeros(2, 2, 2), 2), "must be 1D or 2D. Got 3D")):
        with pytest.raises(RuntimeError, match=words):
            call()
    x = A.clone().requires_grad_()
    with pytest.raises(NotImplementedError, match="second derivative of singular values"):
        autograd.grad(autograd.linalg.matrix_norm(x, "nuc"), x, create_graph=True)


def test_chains():
    a, b, c = autograd.rand(2, 3), autograd.rand(3, 4), autograd.rand(4)
    assert autograd.allclose(autograd.linalg.multi_dot([a, b, c]), a @ b @ c)
    with pytest.raises(RuntimeError, match="at least 2 tensors"):
        autograd.linalg.multi_dot([a])
    assert autograd.allclose(autograd.linalg.vecdot(a, a), (a * a).sum(-1))
    assert autograd.linalg.diagonal(autograd.rand(2, 3, 4)).shape == (2, 3)
    assert autograd.linalg.cross(tensor([1.0, 0, 0]), tensor([0.0, 1, 0])).tolist() == [0, 0, 1]
    assert autograd.matrix_power(a @ a.mT, 0).tolist() == [[1, 0], [0, 1]]
