"""The table of functions that are made of ops."""

from autograd.ops import TABLE

FUNCTIONS: dict = {}


def function(
    method=True, public=True, attribute=False, in_place=False, varargs=None, numpy=(), aliases=(), apart=False
):
    """Enter the function below in the public face.

    Parameters
    ----------
    method, public : whether it is `Tensor.f`, and `autograd.f`
    attribute : whether the method is read without a call, as in `x.T`
    in_place : there is a form that writes into its first argument
    varargs : the argument that a method takes as several (`x.tile(2, 3)`)
    numpy : the NumPy functions that it stands for
    apart : the operands of the in-place form must lie apart from what it writes; None: they may lie anywhere
    """

    def define(call):
        call.method, call.public, call.attribute, call.in_place = method, public, attribute, in_place
        call.varargs, call.aliases, call.apart = varargs, tuple(aliases), apart
        call.numpy = numpy if type(numpy) is tuple else (numpy,)
        FUNCTIONS[call.__name__.rstrip("_")] = call
        return call

    return define


def call_of(name):
    """The recorded call of an op."""
    return TABLE[name].call
