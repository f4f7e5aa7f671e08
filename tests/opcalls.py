"""One call of an op, as a row writes it: its arguments as arrays and as tensors, its outputs, their gradients."""

import numpy as np

import autograd

TIES = (-1.0, 0.0, 0.0, 1.0, 2.0)
WILD = (-np.inf, -1.0, -0.0, 0.0, 0.5, 1.0, 3.0, np.inf, np.nan)


def is_shape(value) -> bool:
    return type(value) is tuple and all(type(n) is int for n in value)


def is_float(value) -> bool:
    """Whether this is an array of floats."""
    return isinstance(value, (np.ndarray, np.generic)) and value.dtype.kind == "f"


def split(entry):
    """Positional and keyword arguments of an entry."""
    return (entry[:-1], entry[-1]) if entry and type(entry[-1]) is dict else (entry, {})


def arrays_of(row, entry, dtype=np.float64, fill="smooth", salt=0):
    """The arguments of an entry, with arrays where it has shapes."""
    rng = row.random(salt)
    domains = iter(row.domain) if type(row.domain) is list else None

    def draw(shape):
        low, high = next(domains) if domains is not None else row.domain
        if fill == "smooth":
            return rng.uniform(low, high, shape).astype(dtype)
        pool = {"ties": TIES, "infinite": WILD[:-1], "wild": WILD}[fill] + tuple(row.kinks)
        return rng.permutation(np.resize(rng.permutation(pool), shape).reshape(-1)).reshape(shape).astype(dtype)

    def made(value):
        if is_shape(value):
            return draw(value)
        if type(value) is list and value and all(map(is_shape, value)):
            return [draw(shape) for shape in value]
        return value.astype(dtype) if is_float(value) else value

    args, settings = split(entry)
    return [made(value) for value in args], {
        name: value.astype(dtype) if is_float(value) else value for name, value in settings.items()
    }


def convert(value, make):
    """The arguments with a tensor, made by `make`, for each array."""
    if isinstance(value, (np.ndarray, np.generic)):
        return make(value)
    if type(value) is list and value and isinstance(value[0], np.ndarray):
        return [make(part) for part in value]
    return value


def floats_in(args, settings):
    """The float arrays (or tensors) among arguments, in order."""
    found = []
    for value in (*args, *settings.values()):
        for part in value if type(value) is list else [value]:
            if is_float(part) or getattr(part, "requires_grad", False):
                found.append(part)
    return found


def leaf(array):
    """A tensor that wants its gradient if it can have one; it has its own memory."""
    return autograd.tensor(array, requires_grad=array.dtype.kind == "f")


def tensors_of(args, settings, make=leaf):
    return [convert(value, make) for value in args], {name: convert(value, make) for name, value in settings.items()}


def outputs_of(result) -> list:
    """The tensors in a result: itself, or those of a tuple or list."""
    if isinstance(result, (tuple, list)) and type(result).__name__ != "Size":
        return [out for part in result for out in outputs_of(part)]
    return [result]


def seeds_for(outputs, rng):
    """A random upstream gradient, as arrays, for each output that has a slope."""
    return [rng.uniform(-1, 1, tuple(out.shape)) if getattr(out, "requires_grad", False) else None for out in outputs]


def grads_of(outputs, inputs, seeds, gradient=autograd.grad, create_graph=False, retain_graph=None):
    """d(sum of seed * output)/d(input) for each input; the seeds are tensors, None for an output without slope."""
    pairs = [(out, seed) for out, seed in zip(outputs, seeds, strict=True) if seed is not None]
    if not pairs or not inputs:
        return [None] * len(inputs)
    return gradient(
        [out for out, _ in pairs], inputs, [seed for _, seed in pairs], retain_graph, create_graph, allow_unused=True
    )


def assert_close(ours, expected, tolerance, what):
    """Equal to `tolerance` of the largest finite entry; inf and nan in the same places."""
    ours, expected = np.asarray(ours), np.asarray(expected)
    assert ours.shape == expected.shape, f"{what}: shape {ours.shape}, expected {expected.shape}"
    if ours.dtype.kind not in "f" and expected.dtype.kind not in "f":
        np.testing.assert_array_equal(ours, expected, err_msg=what)
        return
    finite = np.abs(expected[np.isfinite(expected)].astype(np.float64))
    scale = max(finite.max(), 1e-3) if finite.size else 1.0
    np.testing.assert_allclose(
        ours.astype(np.float64),
        expected.astype(np.float64),
        rtol=0,
        atol=tolerance * scale,
        equal_nan=True,
        err_msg=what,
    )
