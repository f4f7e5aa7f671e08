"""Tensors from chance: `rand`, `randn`, `multinomial` and kin. The numbers are ours, not torch's; seeds repeat them."""

import numpy as np

from autograd import dtypes
from autograd.creation import creator, finish, like, size_of
from autograd.random import source
from autograd.record import wrap
from autograd.tensors import Tensor


@creator
def rand(*shape, size=None, generator=None, dtype=None):
    """Uniform numbers from [0, 1).  Source: torch.rand."""
    size, dtype = size_of("rand", shape, size), float_dtype("rand", dtype)
    if dtype.itemsize < 4:
        return source(generator).random(size, np.float32).astype(dtype)
    return np.asarray(source(generator).random(size, dtype))


@creator
def randn(*shape, size=None, generator=None, dtype=None):
    """Standard normal numbers.  Source: torch.randn."""
    size, dtype = size_of("randn", shape, size), float_dtype("randn", dtype)
    if dtype.itemsize < 4:
        return np.asarray(source(generator).standard_normal(size, np.float32), dtype)
    return np.asarray(source(generator).standard_normal(size, dtype))


def float_dtype(name, dtype):
    """The dtype if it holds such numbers, or the default."""
    dtype = dtype or dtypes.default
    if dtype.kind != "f":
        raise NotImplementedError(
            f"{name}: not implemented for {dtypes.BY_NUMPY[dtype]}: only floats can hold such numbers"
        )
    return dtype


@creator
def randint(low, high=None, size=None, *, generator=None, dtype=None):
    """Whole numbers from [low, high), or [0, high) if one bound is given: ``randint(6, (3,))``.

    Source: torch.randint.
    """
    if size is None and isinstance(high, (tuple, list)):
        low, high, size = 0, low, high
    elif high is None:
        low, high = 0, low
    return whole_numbers(
        "randint",
        low,
        high,
        size_of("randint", () if size is None else (tuple(size),)),
        generator,
        dtype or np.dtype(np.int64),
    )


def whole_numbers(name, low, high, size, generator, dtype):
    """Whole numbers from [low, high), as this dtype."""
    if low >= high:
        raise RuntimeError(f"{name}: random_ expects 'from' to be less than 'to', but got from={low} >= to={high}")
    return np.asarray(source(generator).integers(low, high, size)).astype(dtype)


def randint_like(input, low, high=None, *, dtype=None, **options) -> Tensor:
    """`randint` in the shape and dtype of another tensor.  Source: torch.randint_like."""
    low, high = (0, low) if high is None else (low, high)
    return randint(low, high, tuple(input.shape), dtype=input.dtype if dtype is None else dtype, **options)


rand_like, randn_like = like(rand), like(randn)


@creator
def randperm(n, *, generator=None, dtype=None):
    """The numbers 0 to n - 1 in random order.  Source: torch.randperm."""
    if n < 0:
        raise RuntimeError(f"randperm: Trying to create tensor with negative dimension {n}: [{n}]")
    return source(generator).permutation(n).astype(dtype or np.int64)


def normal(
    mean, std=1.0, size=None, *, generator=None, dtype=None, device=None, requires_grad=False, out=None
) -> Tensor:
    """Normal numbers with these means and standard deviations: tensors, or numbers and a size.

    Source: torch.normal.
    """
    mean, std = [getattr(v, "payload", v) for v in (mean, std)]
    arrays = [v for v in (mean, std) if not isinstance(v, (int, float))]
    if size is None and not arrays:
        raise TypeError("normal(): argument 'size' is missing: needed where mean and std are both numbers")
    if np.any(np.less(std, 0)):
        raise RuntimeError(f"normal: normal expects std >= 0.0, but found std {np.min(std)}")
    try:
        shape = tuple(size) if size is not None else np.broadcast_shapes(*[v.shape for v in arrays])
    except ValueError:
        raise RuntimeError(f"normal: The size of mean {mean.shape} must match the size of std {std.shape}") from None
    wanted = dtypes.raw_dtype(dtype) if dtype is not None else arrays[0].dtype if arrays else dtypes.default
    drawn = mean + std * source(generator).standard_normal(shape)
    return finish(np.asarray(drawn, float_dtype("normal", wanted)), requires_grad)


def bernoulli(input, p=None, *, generator=None) -> Tensor:
    """1 with the probability that `input` (or `p`, for every element) tells, else 0; without slope.

    Shapes: (*) in [0, 1] -> (*).  Source: torch.bernoulli.
    """
    float_dtype("bernoulli", input.payload.dtype) if p is None else None
    chance = input.payload if p is None else getattr(p, "payload", p)
    if not np.all((chance >= 0) & (chance <= 1)):
        raise RuntimeError(
            f"bernoulli: expected probabilities p_in >= 0 && p_in <= 1, got {np.min(chance)} to {np.max(chance)}"
        )
    return wrap((source(generator).random(input.payload.shape) < chance).astype(input.payload.dtype))


def poisson(input, generator=None) -> Tensor:
    """Numbers of events at these rates; without slope.  Shapes: (*) -> (*).  Source: torch.poisson."""
    if np.any(input.payload < 0):
        raise RuntimeError("poisson: invalid Poisson rate, expected rate to be non-negative")
    return wrap(np.asarray(source(generator).poisson(input.payload), input.payload.dtype)[()])


def multinomial(input, num_samples, replacement=False, *, generator=None) -> Tensor:
    """Indices drawn with the probabilities in each row, which need not sum to 1.

    Shapes: (C) -> (num_samples); (N, C) -> (N, num_samples), int64.  Source: torch.multinomial.
    """
    weights = input.payload
    if weights.ndim not in (1, 2):
        raise RuntimeError(f"multinomial: prob_dist must be 1 or 2 dim, not of shape {weights.shape}")
    if weights.dtype.kind != "f":
        raise RuntimeError(f"multinomial: only supports floating-point dtypes for input, got: {input.dtype.long_name}")
    if num_samples < 1:
        raise RuntimeError(f"multinomial: cannot sample n_sample <= 0 samples, got {num_samples}")
    if not replacement and num_samples > weights.shape[-1]:
        raise RuntimeError(
            "multinomial: cannot sample n_sample > prob_dist.size(-1) samples without replacement: "
            f"{num_samples} of {weights.shape[-1]}"
        )
    if not np.all(np.isfinite(weights) & (weights >= 0)):
        raise RuntimeError("multinomial: probability tensor contains either `inf`, `nan` or element < 0")
    if not np.all(weights.sum(-1) > 0):
        raise RuntimeError("multinomial: invalid multinomial distribution (sum of probabilities <= 0)")
    random = source(generator)
    if replacement:
        steps = np.cumsum(weights.reshape(-1, weights.shape[-1]), axis=1, dtype=np.float64)
        drawn = random.random((len(steps), num_samples)) * steps[:, -1:]
        chosen = np.stack(
            [np.searchsorted(row, points, side="right") for row, points in zip(steps, drawn, strict=True)]
        )
        return wrap(chosen.reshape(*weights.shape[:-1], num_samples).astype(np.int64))
    # The order in which exponential clocks of these rates ring is a draw without replacement.
    with np.errstate(divide="ignore"):
        rings = random.standard_exponential(weights.shape) / weights
    return wrap(np.argsort(rings, axis=-1)[..., :num_samples].astype(np.int64))


for _call in (bernoulli, multinomial):
    setattr(Tensor, _call.__name__, _call)
