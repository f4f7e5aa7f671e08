"""Products of vectors, matrices and stacks of them, made of the matmul gate."""
from autograd.functions.table import call_of, function


@function()
def matmul(input, other):
    """Matrix product: vectors dot, a 1-d input stands for one row, a 1-d other for one column, leading axes broadcast.

    Shapes: (k), (k) -> (); (k), (..., k, m) -> (..., m); (..., n, k), (k) -> (..., n); (..., n, k), (..., k, m) -> (..., n, m).
    Source: torch.matmul; lecture, matrix-matrix gradient.
    """
    mm, a, b = call_of("mm"), getattr(input, "ndim", None), getattr(other, "ndim", None)
    if a == 1 or b == 1:
        reshape = call_of("reshape")
        out = mm(reshape(input, (1, -1)) if a == 1 else input, reshape(other, (-1, 1)) if b == 1 else other)
        shape = out.shape
        return reshape(out, shape[:-2] + (() if a == 1 else shape[-2:-1]) + (() if b == 1 else shape[-1:]))
    return mm(input, other)
