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

RECORDED = {}           # a NumPy function, a ufunc, or a pair (ufunc, method) -> the Stand that records it
FLAT = set()            # functions whose results have no slope: they run on plain arrays, whatever requires grad
WRITERS = set()         # functions that write into their first argument


class Stand:
    """Our call that stands in for a NumPy function, and the arguments with which it can."""

    __slots__ = ("call", "most", "options")

    def __init__(self, call, options=None):
        self.call = call
        kinds = [p.kind for p in inspect.signature(call).parameters.values()]
        self.most = len(kinds) if inspect.Parameter.VAR_POSITIONAL not in kinds else 10**9
        self.options = frozenset(inspect.signature(call).parameters if options is None else options)


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
        if stand is not None and not options or stand is not None and fits(stand, inputs, options):
            return stand.call(*[lifted(value) for value in inputs], **options)
        name = ufunc.__name__ if method == "__call__" else f"{ufunc.__name__}.{method}"
        if method == "at" and isinstance(inputs[0], Protocols):
            raise TypeError(f"np.{name}: a Tensor can't be written by NumPy: use index_put_ or index_add_")
        if not all([kind.endswith("?") for kind in ufunc.types]):       # yes or no has no slope
            refuse_cut(name, (*inputs, *options.values()), options)
        result = getattr(ufunc, method)(*map(plain, inputs), **checked(name, options))
        if type(result) is tuple:
            return tuple([tensor_if_possible(part, options.get("out")) for part in result])
        return tensor_if_possible(result, options.get("out"))

    def __array_function__(self, function, types, args, options):
        stand = RECORDED.get(function)
        if stand is not None and fits(stand, args, options):
            return stand.call(*[lifted(value) for value in args], **options)
        name = function.__module__.replace("numpy", "", 1).lstrip(".") + "." + function.__name__
        if function in WRITERS and isinstance(args[0], Protocols):
            raise TypeError(f"np.{name.lstrip('.')}: a Tensor can't be written by NumPy: assign to x[...], or use copy_() or "
                            "masked_fill_()")
        if function not in FLAT:
            refuse_cut(name.lstrip("."), (*args, *options.values()), options)
        return function(*map(plain, args), **checked(name.lstrip("."), options))


def fits(stand, args, options) -> bool:
    """Whether our call takes these arguments. An option that is None counts as not given, and is taken out."""
    for name in [name for name, value in options.items() if value is None and name in ("out", "dtype", "where")]:
        del options[name]
    return len(args) <= stand.most and stand.options.issuperset(options)


def lifted(value):
    """An argument with Tensors in place of arrays of our types, so that all that comes together is one."""
    if type(value) is ndarray and value.dtype in dtypes.BY_NUMPY:
        return wrap(value)
    if type(value) in (list, tuple) and any([type(item) is ndarray for item in value]):
        return type(value)([lifted(item) for item in value])
    return value


def plain(value):
    """An argument with arrays in place of Tensors."""
    if isinstance(value, Protocols):
        return value.payload
    if type(value) in (list, tuple):
        return type(value)([plain(item) for item in value])
    return value


def checked(name, options) -> dict:
    """The options with arrays in place of Tensors; but NumPy must not write its output into a Tensor unnoticed."""
    out = options.get("out")
    if any([isinstance(value, Protocols) for value in (out if type(out) is tuple else (out,))]):
        raise TypeError(f"np.{name}: out= can't be a Tensor: NumPy would write into it unnoticed. Use an in-place op, e.g. "
                        "x.copy_(...)")
    return {key: plain(value) for key, value in options.items()}


def refuse_cut(name, values, options=()):
    """Raise if an argument requires grad, since this NumPy function is not recorded."""
    for value in values:
        if type(value) in (list, tuple):
            refuse_cut(name, value, options)
        elif isinstance(value, Protocols) and value.node is not NOWHERE and recording.get() is not False:
            given = f" with {', '.join(option + '=' for option in options)}" if options else ""
            raise TypeError(f"np.{name}{given} is not recorded, and would cut the gradient of an argument that requires grad: "
                            "use ops of autograd, or .detach() the tensor first")


def tensor_if_possible(result, out=None):
    """A ufunc's result as a Tensor, if it is of one of our types and NumPy was not told where to put it."""
    if out is None and isinstance(result, PAYLOAD) and result.dtype in dtypes.BY_NUMPY:
        return wrap(result)
    return result


def register():
    """Fill the tables: from the `numpy=` lists of ops and functions, then from the translations."""
    from autograd import translations
    from autograd.functions import FUNCTIONS
    translations.learn({**{name: op.call for name, op in TABLE.items()}, **FUNCTIONS})
    for name, entry in {**TABLE, **FUNCTIONS}.items():
        for function in entry.numpy:
            call = getattr(entry, "call", entry)
            RECORDED[function] = Stand(call, () if isinstance(function, np.ufunc) else None)
    for function, call in translations.TRANSLATIONS.items():
        RECORDED[function] = Stand(call)
    FLAT.update(translations.FLAT)
    WRITERS.update(translations.WRITERS)
