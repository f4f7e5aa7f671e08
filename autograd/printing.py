"""`repr` and `str` of Tensors, as torch prints them."""

from contextlib import contextmanager
from dataclasses import asdict, dataclass

import numpy as np

from autograd import dtypes
from autograd.graph import NOWHERE


@dataclass
class Options:
    """How tensors are printed; `set_printoptions` sets it."""

    precision: int = 4  # digits after the point
    threshold: float = 1000  # a tensor of more elements is summarised
    edgeitems: int = 3  # what a summary shows at each end of each axis
    linewidth: int = 80
    sci_mode: bool | None = None  # None: where plain digits would not do


options = Options()
PROFILES = {"default": Options(), "short": Options(precision=2, edgeitems=2), "full": Options(threshold=float("inf"))}
OURS = {"autograd", "nn"}  # the packages whose subclasses of Tensor print as plain tensors


def set_printoptions(
    precision: int | None = None,
    threshold: float | None = None,
    edgeitems: int | None = None,
    linewidth: int | None = None,
    profile: str | None = None,
    sci_mode: bool | None = None,
) -> None:
    """Set how tensors are printed; what is not given stays, but for `sci_mode`. Source: torch.set_printoptions.

    Parameters
    ----------
    precision : int, digits after the point (4)
    threshold : number of elements above which a tensor is summarised (1000)
    edgeitems : int, elements of a summary at each end of each axis (3)
    linewidth : int, characters in a line (80)
    profile : "default", "short" or "full": settings for the four above, which they may override
    sci_mode : True, False, or None for scientific notation where it is needed
    """
    if profile is not None and profile not in PROFILES:
        raise ValueError(f"set_printoptions: profile must be one of {', '.join(PROFILES)}, not {profile!r}")
    start = asdict(options if profile is None else PROFILES[profile])
    given = {"precision": precision, "threshold": threshold, "edgeitems": edgeitems, "linewidth": linewidth}
    for name, value in given.items():
        setattr(options, name, start[name] if value is None else value)
    options.sci_mode = sci_mode


def get_printoptions() -> dict:
    """The settings of `set_printoptions`, to be handed to it again. Source: torch's printing options."""
    return asdict(options)


@contextmanager
def printoptions(**settings):
    """`set_printoptions` for a block."""
    before = get_printoptions()
    set_printoptions(**settings)
    try:
        yield
    finally:
        set_printoptions(**before)


class Printing:
    """The part of Tensor that prints."""

    __slots__ = ()

    def __repr__(self) -> str:
        kind = type(self)
        opening = "tensor(" if kind.__module__.partition(".")[0] in OURS else f"{kind.__name__}("
        array = np.asarray(self.payload)
        text = opening + (body(array, len(opening)) if array.size else "[]")
        return with_suffixes(text, suffixes(self, array), len(opening))


def suffixes(tensor, array) -> list[str]:
    """What is said after the numbers: whatever the reader could not guess from them."""
    said, default = [], array.dtype == dtypes.default
    if array.size == 0:
        said += [f"size={array.shape}"] if array.ndim != 1 else []
        said += [] if default else [f"dtype={tensor.dtype}"]
    else:
        said += [] if options.edgeitems else [f"size={array.shape}"]
        said += [] if default or array.dtype in (np.int64, np.bool_) else [f"dtype={tensor.dtype}"]
    if tensor.grad_fn is not None:
        said += [f"grad_fn=<{tensor.grad_fn.name()}>"]
    elif tensor.node is not NOWHERE:
        said += ["requires_grad=True"]
    return said


def with_suffixes(text, said, indent) -> str:
    """The text and what is said after it, in further lines where it would not fit."""
    width = len(text) - text.rfind("\n") + 1
    for part in said:
        if width + len(part) + 2 > options.linewidth:
            text += ",\n" + " " * indent
            width = indent + len(part)
        else:
            text += ", "
            width += len(part) + 2
        text += part
    return text + ")"


def body(array, indent) -> str:
    """The numbers in their brackets; lines after the first begin `indent` to the right."""
    summarized = array.size > options.threshold
    write, width = number_format(shown(array) if summarized else array)
    return nested(array, indent, write, width, summarized)


def number_format(array):
    """The function that writes a number of this array, and the width it gives to all of them.

    Floats that are all whole get no decimals; scientific notation is for numbers that are very large, very small, or
    more than a factor of 1000 apart.
    """
    if array.dtype.kind != "f":
        width = max([len(str(value)) for value in array.reshape(-1).tolist()], default=1)
        return lambda value: str(value).rjust(width), width
    seen = array[np.isfinite(array) & (array != 0)].tolist()  # the others adapt to these
    sizes = [abs(value) for value in seen] or [1.0]
    least, most = min(sizes), max(sizes)
    scientific = bool(seen) and (
        options.sci_mode if options.sci_mode is not None else most / least > 1000 or most > 1e8 or least < 1e-4
    )
    if scientific:
        write = f"{{:.{options.precision}e}}".format
    elif all(value.is_integer() for value in seen):
        write = whole
    else:
        write = f"{{:.{options.precision}f}}".format
    width = max([len(write(value)) for value in seen], default=1)
    return lambda value: write(value).rjust(width), width


def whole(value) -> str:
    """A whole number as a float: ``3.``; inf and nan as they are."""
    text = f"{value:.0f}"
    return text + "." if text[-1].isdigit() else text


def nested(array, indent, write, width, summarized) -> str:
    """An array in brackets: its last axis in filled lines, the others with empty lines between, more further out."""
    if array.ndim == 0:
        return write(array.item())
    edge = options.edgeitems
    cut = summarized and len(array) > 2 * edge
    first, last = (array[:edge], array[len(array) - edge :]) if cut else (array, array[:0])
    if array.ndim > 1:
        parts = [[nested(item, indent + 1, write, width, summarized) for item in end] for end in (first, last)]
        between = "," + "\n" * (array.ndim - 1) + " " * (indent + 1)
        return "[" + between.join(parts[0] + ["..."] * cut + parts[1]) + "]"
    numbers = [write(value) for value in first.tolist()]
    if cut:
        numbers += [" ..." if edge else "..."] + [write(value) for value in last.tolist()]
    per_line = max(1, (options.linewidth - indent) // (width + 2))
    lines = [", ".join(numbers[i : i + per_line]) for i in range(0, len(numbers), per_line)]
    return "[" + (",\n" + " " * (indent + 1)).join(lines) + "]"


def shown(array):
    """The elements that a summary shows, `edgeitems` at each end of each axis; they decide the format."""
    edge = options.edgeitems
    if edge == 0:
        return array if array.ndim < 2 else array[:0]
    for axis, n in enumerate(array.shape):
        if n > 2 * edge:
            array = np.take(array, [*range(edge), *range(n - edge, n)], axis)
    return array
