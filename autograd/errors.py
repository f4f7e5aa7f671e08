"""Errors that teach: the op, what came, what was expected, what to do; in the exception type torch raises."""

from itertools import zip_longest

import numpy as np

from autograd.graph import PAYLOAD


def explain(error, op, values):
    """The exception to raise for one that an op's forward met: NumPy's are translated, our own pass."""
    text = str(error)
    if text.startswith((op.name + ":", "index:")) or not isinstance(error, (ValueError, TypeError, IndexError)):
        return error
    shapes = [tuple(v.shape) for v in values if isinstance(v, PAYLOAD)]
    if isinstance(error, np.exceptions.AxisError):
        n = max(error.ndim, 1) if error.ndim is not None else 1
        return IndexError(
            f"{op.name}: Dimension out of range (expected to be in range of [{-n}, {n - 1}], "
            f"but got {error.axis}): the input has shape {shapes[0]}"
        )
    if "broadcast" in text and len(shapes) > 1:
        return RuntimeError(f"{op.name}: {no_broadcast(*shapes[:2])}")
    if isinstance(error, IndexError):
        return IndexError(f"{op.name}: {text}: the input has shape {shapes[0] if shapes else ()}")
    if isinstance(error, TypeError):
        kinds = ", ".join(str(v.dtype) if isinstance(v, PAYLOAD) else repr(v) for v in values)
        return TypeError(f"{op.name}: not possible for these arguments: {kinds} ({text})")
    return RuntimeError(f"{op.name}: {text}: input shapes {', '.join(map(str, shapes))}")


def no_broadcast(a, b) -> str:
    """Why two shapes do not broadcast, and the likely remedy."""
    for i, (m, n) in enumerate(zip_longest(reversed(a), reversed(b), fillvalue=1)):
        if m != n and 1 not in (m, n):
            dim = max(len(a), len(b)) - 1 - i
            hint = ""
            if len(a) == len(b) == 2 and a == b[::-1]:
                hint = ": did you mean to transpose one (x.T)?"
            elif len(b) == 1 and len(a) > 1 and b[0] in a[:-1]:
                hint = f": did you mean other.unsqueeze(-1), of shape {(*b, 1)}?"
            return (
                f"shapes {a} and {b} do not broadcast: The size of tensor a ({m}) must match the size of tensor b "
                f"({n}) at non-singleton dimension {dim}{hint}"
            )
    return f"shapes {a} and {b} do not broadcast"


def not_a_tensor(op, values, sequence=False):
    """The TypeError for a call without the Tensor it needs."""
    if sequence:
        return TypeError(
            f"{op.name}(): argument '{op.inputs[0]}' (position 1) must be a tuple or list of Tensors, "
            f"not {type(values).__name__}"
        )
    names = [name for name in op.parameters if name in op.inputs or name in op.arrays]
    number = (bool, int, float, np.generic)
    for position, (name, value) in enumerate(zip(names, values, strict=False), 1):
        counts = isinstance(value, number) and position > 1 and op.promote != "equal"
        if value is not None and not isinstance(value, PAYLOAD) and not counts:
            return TypeError(
                f"{op.name}(): argument '{name}' (position {position}) must be Tensor, not "
                f"{type(value).__name__}: make one with autograd.tensor({str(value)[:40]})"
            )
    return TypeError(
        f"{op.name}(): argument '{names[0]}' (position 1) must be Tensor, not {type(values[0]).__name__}: "
        "make one with autograd.from_numpy() or autograd.tensor()"
    )


def renamed(op, aliases, **given):
    """The values of dim and keepdim after NumPy's spellings `axis` and `keepdims` have had their say."""
    for alias, value in aliases.items():
        name = {"axis": "dim", "keepdims": "keepdim"}.get(alias)
        if name not in given:
            raise TypeError(
                f"{op.name}() got an unexpected keyword argument '{alias}': it takes {', '.join(op.parameters)}"
            )
        given[name] = value
    return tuple(given.values())


def leaf_written(view: bool) -> RuntimeError:
    """The error for a recorded write to a leaf that requires grad, or to a view of one."""
    what = "a view of a leaf Variable" if view else "a leaf Variable"
    return RuntimeError(
        f"{what} that requires grad is being used in an in-place operation. Wrap the write in "
        "`with autograd.no_grad():` (as optimizers do), or work on x.clone()"
    )
