"""Linear algebra under torch's names: ``autograd.linalg.inv``. Source: torch.linalg."""

from autograd.functions.linalg import linalg_cross as cross
from autograd.functions.linalg import linalg_norm as norm
from autograd.functions.linalg import matmul, matrix_norm, matrix_power, multi_dot, slogdet, solve, vecdot
from autograd.functions.reduction import vector_norm
from autograd.functions.table import call_of
from autograd.ops.matrices import LinAlgError

cholesky, det, inv, pinv, svdvals = map(call_of, ("cholesky", "det", "inverse", "pinverse", "svdvals"))


def diagonal(A, *, offset=0, dim1=-2, dim2=-1):
    """The diagonals of the matrices in a stack, as a view.  Shapes: (..., m, n) -> (..., k).

    Source: torch.linalg.diagonal.
    """
    return call_of("diagonal")(A, offset, dim1, dim2)


__all__ = [
    "LinAlgError",
    "cholesky",
    "cross",
    "det",
    "diagonal",
    "inv",
    "matmul",
    "matrix_norm",
    "matrix_power",
    "multi_dot",
    "norm",
    "pinv",
    "slogdet",
    "solve",
    "svdvals",
    "vecdot",
    "vector_norm",
]
