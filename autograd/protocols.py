"""NumPy citizenship: NumPy's functions and ufuncs on Tensors are our recorded ops.

It is also how a gradient rule, written once in plain NumPy, records itself when it runs on Tensors. A function that
is not recorded runs on the plain arrays where no gradient would be cut, and raises TypeError where one would.
"""
import numpy as np

from autograd.graph import NOWHERE, PAYLOAD, recording
from autograd.ops import TABLE
from autograd.record import wrap

FUNCTIONS = {}                  # a NumPy function or ufunc -> the call that records it
REDUCTIONS = {}                 # a ufunc whose `reduce` has a recorded form


class Protocols:
    """The part of Tensor that answers NumPy."""

    __slots__ = ()
    __array_priority__ = 1000

    def __array__(self, dtype=None, copy=None):
        if self.node is not NOWHERE and recording.get() is not False:
            raise RuntimeError("Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead.")
        return np.array(self.payload, dtype=dtype, copy=copy) if copy is not False else np.asarray(self.payload, dtype)

    def __array_ufunc__(self, ufunc, method, *inputs, **options):
        call = {"__call__": FUNCTIONS, "reduce": REDUCTIONS}.get(method, {}).get(ufunc)
        if call is not None and not set(options) - {"axis", "keepdims"}:
            return call(*inputs, **options)
        if "out" in options:
            raise TypeError(f"np.{ufunc.__name__}: out= can't be a Tensor or take one's result: use the in-place ops of autograd")
        refuse_cut(ufunc, inputs)
        result = getattr(ufunc, method)(*map(plain, inputs), **options)
        return tuple(map(wrap, result)) if type(result) is tuple else wrap(result)

    def __array_function__(self, function, types, args, options):
        call = FUNCTIONS.get(function)
        if call is not None:
            return call(*args, **options)
        refuse_cut(function, args)
        refuse_cut(function, options.values())
        return function(*[plain(value) for value in args], **{name: plain(value) for name, value in options.items()})


def plain(value):
    """A NumPy argument with arrays in place of Tensors."""
    if isinstance(value, Protocols):
        return value.payload
    if type(value) in (list, tuple):
        return type(value)([plain(item) for item in value])
    return value


def refuse_cut(function, values):
    """Raise if an argument requires grad, since this NumPy function is not recorded."""
    for value in values:
        if type(value) in (list, tuple):
            refuse_cut(function, value)
        elif isinstance(value, Protocols) and value.node is not NOWHERE and recording.get() is not False:
            raise TypeError(f"np.{function.__name__} is not recorded, and would cut the gradient of an argument that requires "
                            "grad: use the autograd function of this name if there is one, or .detach() the tensor first")


def register():
    """Fill the tables from the ops' own `numpy=` lists."""
    for op in TABLE.values():
        for function in op.numpy:
            FUNCTIONS[function] = op.call


def is_payload(value) -> bool:
    """Whether a value is a raw array or NumPy scalar."""
    return isinstance(value, PAYLOAD)
