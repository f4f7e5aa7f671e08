"""Where training starts: functions that fill a tensor in place, after the rules by which signals keep their size.

Each returns the tensor it was given, records nothing, and draws from ``generator`` if one is given. A weight of shape
(out, in, *kernel) has fan_in = in * kernel elements feeding each output, and fan_out = out * kernel fed by each input.
"""

from __future__ import annotations

import math
import warnings

import numpy as np

import autograd
from autograd import Generator, Tensor, from_numpy, no_grad

__all__ = [
    "calculate_gain",
    "constant_",
    "dirac_",
    "eye_",
    "kaiming_normal_",
    "kaiming_uniform_",
    "normal_",
    "ones_",
    "orthogonal_",
    "sparse_",
    "trunc_normal_",
    "uniform_",
    "xavier_normal_",
    "xavier_uniform_",
    "zeros_",
]


def calculate_gain(nonlinearity: str, param: float | None = None) -> float:
    """The factor by which a nonlinearity shrinks a signal of unit variance, and its weights should make up for.

    1 for linear, conv and sigmoid; tanh 5/3; relu sqrt(2); leaky_relu sqrt(2 / (1 + param**2)), param its slope or
    0.01; selu 3/4. Source: torch.nn.init.calculate_gain.
    """
    if nonlinearity in GAINS:
        return GAINS[nonlinearity]
    if nonlinearity != "leaky_relu":
        raise ValueError(
            f"calculate_gain: unsupported nonlinearity {nonlinearity!r}, please use one of "
            f"{', '.join(sorted([*GAINS, 'leaky_relu']))}"
        )
    if param is None:
        param = 0.01
    if isinstance(param, bool) or not isinstance(param, int | float):
        raise ValueError(f"calculate_gain: the negative slope of leaky_relu must be a number, got {param!r}")
    return math.sqrt(2 / (1 + param**2))


GAINS = {"sigmoid": 1.0, "tanh": 5 / 3, "relu": math.sqrt(2), "selu": 3 / 4, "linear": 1.0}
GAINS |= {f"conv{kind}{n}d": 1.0 for kind in ("", "_transpose") for n in (1, 2, 3)}


def uniform_(tensor: Tensor, a: float = 0.0, b: float = 1.0, generator: Generator | None = None) -> Tensor:
    """Fill from U(a, b). Source: torch.nn.init.uniform_."""
    with no_grad():
        return tensor.uniform_(a, b, generator=generator)


def normal_(tensor: Tensor, mean: float = 0.0, std: float = 1.0, generator: Generator | None = None) -> Tensor:
    """Fill from N(mean, std**2). Source: torch.nn.init.normal_."""
    with no_grad():
        return tensor.normal_(mean, std, generator=generator)


def trunc_normal_(
    tensor: Tensor,
    mean: float = 0.0,
    std: float = 1.0,
    a: float = -2.0,
    b: float = 2.0,
    generator: Generator | None = None,
) -> Tensor:
    """Fill from N(mean, std**2) as it is between a and b, with nothing outside. Source: torch.nn.init.trunc_normal_."""
    if a > b:
        raise RuntimeError(f"trunc_normal_: the interval [a, b] is empty: a={a} > b={b}")
    if not a - 2 * std <= mean <= b + 2 * std:
        warnings.warn(
            f"trunc_normal_: mean {mean} is more than 2 std from [{a}, {b}], so the values crowd at one end",
            stacklevel=2,
        )
    if std == 0:
        return constant_(tensor, min(max(mean, a), b))
    rng = source(generator)
    values = rng.normal(mean, std, tuple(tensor.shape))
    outside = (values < a) | (values > b)
    if np.any(outside):
        # Drawn again through the inverse of the distribution function, on a grid from the highest point outwards.
        top = min(max(mean, a), b)
        grid = np.linspace(max(a, top - 12 * std), min(b, top + 12 * std), 20001)
        density = np.exp(((top - mean) ** 2 - (grid - mean) ** 2) / (2 * std**2))
        below = np.cumsum(density) - density / 2
        values = np.where(outside, np.interp(rng.uniform(below[0], below[-1], values.shape), below, grid), values)
    return put(tensor, values)


def constant_(tensor: Tensor, val: float) -> Tensor:
    """Fill with one number. Source: torch.nn.init.constant_."""
    with no_grad():
        return tensor.fill_(val)


def ones_(tensor: Tensor) -> Tensor:
    """Fill with ones. Source: torch.nn.init.ones_."""
    return constant_(tensor, 1.0)


def zeros_(tensor: Tensor) -> Tensor:
    """Fill with zeros. Source: torch.nn.init.zeros_."""
    return constant_(tensor, 0.0)


def eye_(tensor: Tensor) -> Tensor:
    """Fill a matrix with the identity, so that a linear layer passes on as many inputs as it can.

    Source: torch.nn.init.eye_.
    """
    need_ndim("eye_", tensor, 2)
    return put(tensor, np.eye(*tensor.shape))


def dirac_(tensor: Tensor, groups: int = 1) -> Tensor:
    """Fill a convolution's weight so that each group passes on as many of its channels as it can.

    Shapes: (out, in, *kernel), one to three kernel axes.  Source: torch.nn.init.dirac_.
    """
    need_ndim("dirac_", tensor, 3, 4, 5)
    out_channels, in_channels, *kernel = tensor.shape
    if out_channels % groups:
        raise ValueError(f"dirac_: dim 0 must be divisible by groups, got {out_channels} channels in {groups} groups")
    values = np.zeros(tuple(tensor.shape))
    centre = [side // 2 for side in kernel]
    per_group = out_channels // groups
    for channel in range(out_channels):
        if channel % per_group < in_channels:
            values[(channel, channel % per_group, *centre)] = 1
    return put(tensor, values)


def xavier_uniform_(tensor: Tensor, gain: float = 1.0, generator: Generator | None = None) -> Tensor:
    """Fill from U(-k, k), k = gain * sqrt(6 / (fan_in + fan_out)): signals keep their variance in both directions.

    Source: torch.nn.init.xavier_uniform_; Glorot & Bengio 2010, eq. 16.
    """
    k = gain * math.sqrt(6 / sum(_calculate_fan_in_and_fan_out(tensor)))
    return uniform_(tensor, -k, k, generator)


def xavier_normal_(tensor: Tensor, gain: float = 1.0, generator: Generator | None = None) -> Tensor:
    """Fill from N(0, std**2), std = gain * sqrt(2 / (fan_in + fan_out)).

    Source: torch.nn.init.xavier_normal_; Glorot & Bengio 2010, eq. 12.
    """
    std = gain * math.sqrt(2 / sum(_calculate_fan_in_and_fan_out(tensor)))
    return normal_(tensor, 0.0, std, generator)


def kaiming_uniform_(
    tensor: Tensor,
    a: float = 0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    generator: Generator | None = None,
) -> Tensor:
    """Fill from U(-k, k), k = gain * sqrt(3 / fan): a rectified signal keeps its variance.

    ``gain`` is that of the nonlinearity (``a`` the slope of leaky_relu), ``fan`` that of the mode: "fan_in" preserves
    the forward pass, "fan_out" the backward pass.
    Source: torch.nn.init.kaiming_uniform_; He et al. 2015, eq. 10 and 14.
    """
    fan = _calculate_correct_fan(tensor, mode)
    gain = calculate_gain(nonlinearity, a)
    if is_empty(tensor):
        return tensor
    k = gain * math.sqrt(3 / fan)
    return uniform_(tensor, -k, k, generator)


def kaiming_normal_(
    tensor: Tensor,
    a: float = 0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    generator: Generator | None = None,
) -> Tensor:
    """Fill from N(0, std**2), std = gain / sqrt(fan), with gain and fan as in `kaiming_uniform_`.

    Source: torch.nn.init.kaiming_normal_; He et al. 2015, eq. 10 and 14.
    """
    fan = _calculate_correct_fan(tensor, mode)
    gain = calculate_gain(nonlinearity, a)
    if is_empty(tensor):
        return tensor
    return normal_(tensor, 0.0, gain / math.sqrt(fan), generator)


def orthogonal_(tensor: Tensor, gain: float = 1, generator: Generator | None = None) -> Tensor:
    """Fill with ``gain`` times a random matrix whose rows, or columns if those are fewer, are orthonormal.

    Axes after the first count as one. Formula: Q of A = QR, A drawn from N(0, 1), its columns signed so that R's
    diagonal is positive. Source: torch.nn.init.orthogonal_; Saxe et al. 2014.
    """
    if tensor.ndim < 2:
        raise ValueError(
            f"orthogonal_: only tensors with 2 or more dimensions are supported, got shape {tuple(tensor.shape)}"
        )
    if tensor.numel() == 0:
        return tensor
    rows, cols = tensor.shape[0], tensor.numel() // tensor.shape[0]
    q, r = np.linalg.qr(source(generator).standard_normal((max(rows, cols), min(rows, cols))))
    q *= np.sign(np.diagonal(r))
    return put(tensor, gain * (q if rows >= cols else q.T).reshape(tuple(tensor.shape)))


def sparse_(tensor: Tensor, sparsity: float, std: float = 0.01, generator: Generator | None = None) -> Tensor:
    """Fill a matrix from N(0, std**2), then set the fraction ``sparsity`` of each column to zero, rounded up.

    Source: torch.nn.init.sparse_; Martens 2010.
    """
    need_ndim("sparse_", tensor, 2)
    rows, cols = tensor.shape
    rng = source(generator)
    values = rng.normal(0.0, std, (rows, cols))
    rank = rng.permuted(np.tile(np.arange(rows)[:, None], cols), axis=0)
    return put(tensor, np.where(rank < math.ceil(sparsity * rows), 0.0, values))


def _calculate_fan_in_and_fan_out(tensor: Tensor) -> tuple[int, int]:
    """How many elements feed each output of a weight, and how many outputs each input feeds."""
    if tensor.ndim < 2:
        raise ValueError(
            "Fan in and fan out can not be computed for a tensor with fewer than 2 dimensions, got shape "
            f"{tuple(tensor.shape)}: a bias has no fan"
        )
    kernel = math.prod(tensor.shape[2:])
    return tensor.shape[1] * kernel, tensor.shape[0] * kernel


def _calculate_correct_fan(tensor: Tensor, mode: str) -> int:
    """fan_in or fan_out, as the mode says."""
    modes = ["fan_in", "fan_out"]
    if str(mode).lower() not in modes:
        raise ValueError(f"Mode {mode!r} not supported, please use one of {modes}")
    return _calculate_fan_in_and_fan_out(tensor)[modes.index(mode.lower())]


def is_empty(tensor: Tensor) -> bool:
    """Whether there is nothing to fill, with torch's warning."""
    if tensor.numel() == 0:
        warnings.warn("Initializing zero-element tensors is a no-op", stacklevel=3)
    return tensor.numel() == 0


def need_ndim(name: str, tensor: Tensor, *allowed: int) -> None:
    """Raise unless the tensor has one of these numbers of axes."""
    if tensor.ndim not in allowed:
        raise ValueError(
            f"{name}: only tensors with {' or '.join(map(str, allowed))} dimensions are supported, "
            f"got shape {tuple(tensor.shape)}"
        )


def source(generator: Generator | None) -> np.random.Generator:
    """NumPy's generator behind the given one, or behind ``manual_seed``."""
    return (generator if generator is not None else autograd.default_generator).numpy


def put(tensor: Tensor, values: np.ndarray) -> Tensor:
    """Write an array into the tensor, in the tensor's dtype."""
    with no_grad():
        return tensor.copy_(from_numpy(np.ascontiguousarray(values)))
