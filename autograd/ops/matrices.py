"""Square matrices and their inverses, determinants and factors."""
import numpy as np

from autograd.graph import PAYLOAD
from autograd.ops import Array, op
from autograd.ops.linalg import mm
from autograd.ops.shape import sum_to


class LinAlgError(RuntimeError):
    """A matrix has no inverse, or not the factors asked for. Source: torch.linalg.LinAlgError."""


def need_square(name, input):
    """Raise unless the last two axes are of one length, and the numbers floats."""
    if input.ndim < 2:
        raise RuntimeError(f"{name}: The input tensor A must have at least 2 dimensions, not shape {input.shape}.")
    if input.shape[-1] != input.shape[-2]:
        raise RuntimeError(f"{name}: A must be batches of square matrices, but they are {input.shape[-2]} by "
                           f"{input.shape[-1]} matrices")
    if input.dtype.kind != "f":
        raise RuntimeError(f"{name}: Expected a floating point tensor as input. Got {input.dtype}: convert it with "
                           ".float()")


@op(promote=None, title="LinalgInvExBackward0",
    input=lambda g, out: -mm(mm(out.mT, g), out.mT))
def inverse(input):
    """The matrix whose product with this one is the identity.  Shapes: (..., n, n) -> (..., n, n).

    Source: torch.linalg.inv.
    """
    need_square("linalg.inv", input)
    try:
        return np.linalg.inv(input)
    except np.linalg.LinAlgError:
        raise LinAlgError("linalg.inv: the inversion could not be completed because an input matrix of shape "
                          f"{input.shape} is singular: linalg.pinv() has a least-squares answer") from None


@op(promote="equal", method=False, function=False, title="LinalgSolveExBackward0",
    input=lambda g, input, out: -mm(solve(input.mT, g), out.mT),
    other=lambda g, input, other_shape: sum_to(solve(input.mT, g), other_shape))
def solve(input, other):
    """The matrix ``out`` with ``input @ out == other``.  Shapes: (..., n, n), (..., n, k) -> (..., n, k).

    Source: torch.linalg.solve.
    """
    need_square("linalg.solve", input)
    try:
        return np.linalg.solve(input, other)
    except np.linalg.LinAlgError:
        raise LinAlgError(f"linalg.solve: The solver failed because an input matrix of shape {input.shape} is "
                          "singular.") from None
    except ValueError:
        raise RuntimeError(f"linalg.solve: Incompatible shapes of A and B for the equation AX = B: {input.shape} and "
                           f"{other.shape}") from None


@op(promote=None, title="LinalgDetBackward0",
    input=lambda g, input, out: (g * out)[..., None, None] * inverse(input).mT)
def det(input):
    """The determinant: by how much the map stretches volumes.  Shapes: (..., n, n) -> (...).

    Source: torch.linalg.det.
    """
    need_square("linalg.det", input)
    return np.linalg.det(input)


@op(promote=None, method=False, function=False, title="LinalgSlogdetBackward0",
    input=lambda g, input: g[..., None, None] * inverse(input).mT)
def log_abs_det(input):
    """The logarithm of the determinant's size, without overflow.  Shapes: (..., n, n) -> (...)."""
    need_square("linalg.slogdet", input)
    return np.linalg.slogdet(input)[1]


@op(promote=None, method=False, function=False)
def sign_of_det(input: Array):
    """The sign of the determinant, -1, 0 or 1; flat.  Shapes: (..., n, n) -> (...)."""
    need_square("linalg.slogdet", input)
    return np.linalg.slogdet(input)[0]


def half_lower(matrix):
    """The lower triangle with its diagonal halved: what a symmetric step leaves to one triangle."""
    n = matrix.shape[-1]
    return matrix * (np.tri(n) - np.eye(n) / 2).astype(matrix.dtype)


@op(promote=None, method=False, function=False, title="LinalgCholeskyExBackward0",
    input=lambda g, out: symmetric(mm(mm(inverse(out).mT, half_lower(mm(out.mT, g))), inverse(out))))
def cholesky(input):
    """The lower triangle L with ``L @ L.T == input``, of a symmetric positive definite matrix.

    Shapes: (..., n, n) -> (..., n, n).  Source: torch.linalg.cholesky; Murray 2016, arXiv:1602.07527.
    """
    need_square("linalg.cholesky", input)
    try:
        return np.linalg.cholesky(input)
    except np.linalg.LinAlgError:
        raise LinAlgError("linalg.cholesky: The factorization could not be completed because the input is not "
                          "positive-definite.") from None


def symmetric(matrix):
    """The mean of a matrix and its transpose."""
    return (matrix + matrix.mT) / 2


@op(promote=None, title="PinverseBackward0",
    input=lambda g, input, out, rcond: pinverse_slope(g, input, out))
def pinverse(input, rcond=1e-15):
    """The pseudo-inverse: the least-squares solution of ``input @ out == identity``.

    Shapes: (..., m, n) -> (..., n, m).  Source: torch.linalg.pinv; Golub & Pereyra 1973.
    """
    if input.ndim < 2:
        raise RuntimeError(f"linalg.pinv: The input tensor A must have at least 2 dimensions, not shape {input.shape}.")
    return np.linalg.pinv(input, max(rcond, max(input.shape[-2:]) * np.finfo(input.dtype).eps))


def pinverse_slope(g, input, out):
    """The slope through the inverse itself, and through what lies outside the range and the rows of the matrix."""
    gt, pt = g.mT, out.mT
    outside = gt - mm(input, mm(out, gt))
    beyond = gt - mm(mm(gt, out), input)
    return mm(outside, mm(out, pt)) + mm(mm(pt, out), beyond) - mm(mm(pt, g), pt)


@op(promote=None, method=False, function=False, title="LinalgSvdBackward0", keep={"u": None, "vh": None},
    input=lambda g, u, vh: singular_slope(g, u, vh))
def svdvals(input):
    """The singular values, largest first.  Shapes: (..., m, n) -> (..., min(m, n)).  Source: torch.linalg.svdvals."""
    if input.ndim < 2:
        raise RuntimeError("linalg.svdvals: The input tensor A must have at least 2 dimensions, not shape "
                           f"{input.shape}.")
    u, values, vh = np.linalg.svd(input, full_matrices=False)
    return values, u, vh


def singular_slope(g, u, vh):
    """The slope of singular values; its own slope, which the vectors have too, is not written."""
    if not isinstance(g, PAYLOAD):
        raise NotImplementedError("linalg.svdvals: the second derivative of singular values is not supported: call "
                                  "backward without create_graph, or use the Frobenius norm")
    return (u * g[..., None, :]) @ vh
