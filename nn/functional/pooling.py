"""Maximum pooling with torch's `return_indices`, its inverse, and pooling by power means."""

from __future__ import annotations

from collections.abc import Callable
from math import prod

from autograd import Tensor, relu, sign
from autograd.functions import call_of
from autograd.ops.windows import per_axis


def with_indices(name: str, n: int) -> tuple[Callable, Callable]:
    """A pooling that may return indices, and its form that does."""
    pool, indices_of, gather = call_of(f"{name}{n}d"), call_of(f"{name}{n}d_indices"), call_of("gather_plane")

    def pair(input, *settings, **named):
        named.pop("return_indices", None)
        indices = indices_of(input, *settings, **named)
        return gather(input, indices, n), indices

    pair.__name__ = pair.__qualname__ = f"{name}{n}d_with_indices"
    pair.__doc__ = f"`{name}{n}d`, and where each maximum stands in the flattened image."
    return pool, pair


def max_pooling(n: int) -> tuple[Callable, Callable]:
    """max_pool over n axes."""
    pool, pair = with_indices("max_pool", n)

    def max_pool(
        input: Tensor,
        kernel_size,
        stride=None,
        padding=0,
        dilation=1,
        ceil_mode: bool = False,
        return_indices: bool = False,
    ):
        return (pair if return_indices else pool)(input, kernel_size, stride, padding, dilation, ceil_mode)

    max_pool.__name__ = max_pool.__qualname__ = f"max_pool{n}d"
    max_pool.__doc__ = pool.__doc__
    return max_pool, pair


def adaptive_max_pooling(n: int) -> tuple[Callable, Callable]:
    """adaptive_max_pool over n axes."""
    pool, pair = with_indices("adaptive_max_pool", n)

    def adaptive_max_pool(input: Tensor, output_size, return_indices: bool = False):
        return (pair if return_indices else pool)(input, output_size)

    adaptive_max_pool.__name__ = adaptive_max_pool.__qualname__ = f"adaptive_max_pool{n}d"
    adaptive_max_pool.__doc__ = pool.__doc__
    return adaptive_max_pool, pair


def max_unpooling(n: int) -> Callable:
    """max_unpool over n axes."""

    def max_unpool(input: Tensor, indices: Tensor, kernel_size, stride=None, padding=0, output_size=None) -> Tensor:
        name = max_unpool.__name__
        kernel = per_axis(name, "kernel_size", kernel_size, n)
        stride = kernel if stride is None else per_axis(name, "stride", stride, n)
        padding = per_axis(name, "padding", padding, n)
        if input.shape != indices.shape:
            raise RuntimeError(
                f"{name}: Expected shape of indices to be same as that of the input tensor "
                f"({input.shape}), but got {indices.shape}"
            )
        lead = tuple(input.shape[:-n])
        sizes = tuple(
            (size - 1) * s - 2 * p + k for size, k, s, p in zip(input.shape[-n:], kernel, stride, padding, strict=True)
        )
        if output_size is not None:
            wanted = tuple(output_size[-n:])
            if any(abs(w - size) >= s for w, size, s in zip(wanted, sizes, stride, strict=True)):
                raise ValueError(
                    f"{name}: invalid output_size {tuple(output_size)}: each of the last {n} must be "
                    f"less than the stride {stride} away from {sizes}"
                )
            sizes = wanted
        flat = input.new_zeros(*lead, prod(sizes))
        spots = indices.reshape(*lead, -1)
        return flat.scatter(-1, spots, input.reshape(*lead, -1)).reshape(*lead, *sizes)

    max_unpool.__name__ = max_unpool.__qualname__ = f"max_unpool{n}d"
    max_unpool.__doc__ = f"""Put the maxima of `max_pool{n}d` back where its indices say, among zeros.

    Source: torch.nn.functional.max_unpool{n}d; Zeiler et al. 2011.
    """
    return max_unpool


def power_pooling(n: int) -> Callable:
    """lp_pool over n axes."""
    average = call_of(f"avg_pool{n}d")

    def lp_pool(input: Tensor, norm_type: float, kernel_size, stride=None, ceil_mode: bool = False) -> Tensor:
        places = prod(per_axis(lp_pool.__name__, "kernel_size", kernel_size, n))
        mean = average(input**norm_type, kernel_size, stride, 0, ceil_mode)
        return (sign(mean) * relu(abs(mean)) * places) ** (1 / norm_type)

    lp_pool.__name__ = lp_pool.__qualname__ = f"lp_pool{n}d"
    lp_pool.__doc__ = f"""The p-norm of each window: ``(sum of x**p) ** (1/p)``, p = norm_type.

    Source: torch.nn.functional.lp_pool{n}d.
    """
    return lp_pool


max_pool1d, max_pool1d_with_indices = max_pooling(1)
max_pool2d, max_pool2d_with_indices = max_pooling(2)
max_pool3d, max_pool3d_with_indices = max_pooling(3)
adaptive_max_pool1d, adaptive_max_pool1d_with_indices = adaptive_max_pooling(1)
adaptive_max_pool2d, adaptive_max_pool2d_with_indices = adaptive_max_pooling(2)
adaptive_max_pool3d, adaptive_max_pool3d_with_indices = adaptive_max_pooling(3)
max_unpool1d, max_unpool2d, max_unpool3d = map(max_unpooling, (1, 2, 3))
lp_pool1d, lp_pool2d, lp_pool3d = map(power_pooling, (1, 2, 3))
