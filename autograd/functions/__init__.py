"""Functions of the public face that choose among ops or combine them, as torch's overloads do.

`@function` enters one in FUNCTIONS: it becomes `autograd.f` and, unless told otherwise, `Tensor.f`.
"""
from autograd.ops import TABLE

FUNCTIONS = {}


def function(method=True, public=True, numpy=(), aliases=()):
    """Enter the function below in the public face."""
    def define(call):
        call.method, call.public, call.aliases = method, public, tuple(aliases)
        call.numpy = numpy if type(numpy) is tuple else (numpy,)
        FUNCTIONS[call.__name__.rstrip("_")] = call
        return call
    return define


def call_of(name):
    """The recorded call of an op."""
    return TABLE[name].call


@function(aliases=())
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
