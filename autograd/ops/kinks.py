"""What gates with kinks share: constants, a gate that lets a gradient pass or not, and whom they refuse."""
import numpy as np

FLOATS = [np.dtype(t) for t in (np.float16, np.float32, np.float64)]
ZERO = {np.dtype(t): np.zeros((), t) for t in "efdbhilqB?"}     # half the price of a Python 0 beside an array
ONE = {t: np.ones((), t) for t in FLOATS}
BITS = {t: np.dtype(f"u{t.itemsize}") for t in FLOATS}


def floats_only(name, input):
    """Raise for integers, on which some functions are not defined."""
    if input.dtype.kind != "f":
        raise NotImplementedError(f"{name}: not implemented for {input.dtype} tensors: convert the input with .float()")


def numbers_only(name, input):
    """Raise for bools, on which some functions are not defined."""
    if input.dtype.kind == "b":
        raise NotImplementedError(f"{name}: not implemented for bool tensors: convert the input with .int()")


def gate(g, mask):
    """`g` where the mask is not 0, else 0; ``g * mask`` would be nan where an infinite g is to be stopped."""
    if type(g) is np.ndarray:
        if g.size < 1000:
            return np.where(mask, g, ZERO[g.dtype])
        is_open = mask if mask.dtype == np.bool_ else mask != 0
        return (g.view(BITS[g.dtype]) * is_open).view(g.dtype)      # a product of the bits knows no inf; 4x faster
    if isinstance(g, np.generic):
        return g if mask else type(g)(0)
    return np.where(mask != 0, g, 0)
