"""NumPy citizenship: NumPy's functions and ufuncs on Tensors are our recorded ops.

It is also how a gradient rule, written once in plain NumPy, records itself when it runs on Tensors. A function that
is not recorded runs on the plain arrays where no gradient would be cut, and raises TypeError where one would.
"""

import inspect

import numpy as np
from numpy import ndarray

from autograd import dtypes
from autograd.graph import NOWHERE, PAYLOAD, recording
from autograd.ops import TABLE
from autograd.record import wrap

RECORDED: dict = {}  # a NumPy function, a ufunc, or a pair (ufunc, method) -> the Stand that records it
FLAT: set = set()  # functions without slope
WRITERS: set = set()  # functions that write into their first argument


class Stand:
    """Our call that stands in for a NumPy function, and the arguments with which it can."""

    __slots__ = ("call", "most", "options")

    def __init__(self, call, options=None):
        parameters = inspect.signature(call).parameters
        starred = any(p.kind is p.VAR_POSITIONAL for p in parameters.values())
        self.call = call
        self.most = 10**9 if starred else sum(p.kind is not p.KEYWORD_ONLY for p in parameters.values())
        self.options = frozenset(parameters if options is None else options)

    def takes(self, args, options) -> bool:
        """Whether our call takes these arguments. An option that is None counts as not given, and is taken out."""
        if options:
            for name in ("out", "dtype"):
                if name in options and options[name] is None:
                    del options[name]
        return len(args) <= self.most and self.options.issuperset(options) and not any(map(foreign, args))


class Protocols:
    """The part of Tensor that answers NumPy."""

    __slots__ = ()
    __array_priority__ = 1000

    def __array__(self, dtype=None, copy=None):
        if self.node is not NOWHERE and recording.get() is not False:
            raise RuntimeError("Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead.")
        return np.array(self.payload, dtype=dtype, copy=copy)

    def __array_ufunc__(self, ufunc, method, *inputs, **options):
        stand = RECORDED.get(ufunc if method == "__call__" else (ufunc, method))
        if stand is not None and stand.takes(inputs, options):
            return stand.call(*map(lift, inputs), **options)
        name = ufunc.__name__ if method == "__call__" else f"{ufunc.__name__}.{method}"
        refuse_write(name, inputs[:1] if method == "at" else options.get("out", ()))
        if not all(kinds.endswith("?") for kinds in ufunc.types):  # a yes or no has no slope
            refuse_cut(name, stand, inputs, options)
        result = getattr(ufunc, method)(*map(plain, inputs), **{key: plain(value) for key, value in options.items()})
        if "out" in options:
            return result
        return tuple(map(as_tensor, result)) if type(result) is tuple else as_tensor(result)

    def __array_function__(self, function, types, args, options):
        stand = RECORDED.get(function)
        if stand is not None and stand.takes(args, options):
            return stand.call(*map(lift, args), **options)
        name = f"{function.__module__}.{function.__name__}".removeprefix("numpy.")
        refuse_write(name, (args[0] if function in WRITERS else None, options.get("out")))
        if function not in FLAT:
            refuse_cut(name, stand, args, options)
        return function(*map(plain, args), **{key: plain(value) for key, value in options.items()})


def foreign(value) -> bool:
    """Whether an argument is, or has in it, an array of a type that Tensors lack."""
    if type(value) is ndarray:
        return value.dtype not in dtypes.BY_NUMPY
    return type(value) in (list, tuple) and any(map(foreign, value))


def lift(value):
    """An argument with Tensors in place of arrays, so that our calls see one kind of thing."""
    if type(value) is ndarray:
        return wrap(value)
    if type(value) in (list, tuple) and any(type(item) is ndarray for item in value):
        return [lift(item) for item in value]
    return value


def plain(value):
    """An argument with arrays in place of Tensors."""
    if isinstance(value, Protocols):
        return value.payload
    if type(value) in (list, tuple):
        return type(value)([plain(item) for item in value])
    return value


def as_tensor(result):
    """What a ufunc gave, as a Tensor if it is an array or number of one of our types."""
    return wrap(result) if isinstance(result, PAYLOAD) and result.dtype in dtypes.BY_NUMPY else result


def refuse_cut(name, stand, args, options) -> None:
    """Raise if an argument requires grad, since this NumPy function, called like this, is not recorded."""
    if recording.get() is not False and any(map(wants_grad, (*args, *options.values()))):
        given = f" with these arguments ({', '.join(options) or 'positional'})" if stand is not None else ""
        raise TypeError(
            f"np.{name}{given} is not recorded, and would cut the gradient of an argument that requires grad: use "
            "autograd's own functions, or .detach() the tensor first"
        )


def wants_grad(value) -> bool:
    """Whether an argument, or one in it, requires grad."""
    if type(value) in (list, tuple):
        return any(map(wants_grad, value))
    return isinstance(value, Protocols) and value.node is not NOWHERE


def refuse_write(name, targets) -> None:
    """Raise if NumPy would write into a Tensor."""
    if any(isinstance(value, Protocols) for value in targets):
        raise TypeError(
            f"np.{name}: NumPy must not write into a Tensor, since backward would not notice: use an in-place op, "
            "x.copy_(...) or x[...] = ..."
        )


def register() -> None:
    """Fill the tables: ufuncs from the `numpy=` lists of ops and functions, the rest from the translations."""
    from autograd import translations
    from autograd.functions import FUNCTIONS

    calls = {name: op.call for name, op in TABLE.items()} | FUNCTIONS
    translations.learn(calls)
    for name, entry in (TABLE | FUNCTIONS).items():
        for function in entry.numpy:
            RECORDED[function] = Stand(calls[name], ())
            if isinstance(function, np.ufunc) and function.nin == 2:
                RECORDED[function, "outer"] = Stand(translations.outer(calls[name]))
    RECORDED.update({function: Stand(call) for function, call in translations.TRANSLATIONS.items()})
    FLAT.update(translations.FLAT)
    WRITERS.update(translations.WRITERS)
