"""Pooling: a window's maximum, the router gate over images, and its mean, a small fixed convolution.

Like convolutions these come for one, two and three axes by one definition, and rest on ops that are each other's
transpose, so that each is the other's rule: `gather_plane` and `scatter_plane`, `sum_windows` and `spread_windows`,
`mean_parts` and `spread_parts`.
"""
import numpy as np

from autograd.kernels import pool as kernels
from autograd.ops import Array, op
from autograd.ops.windows import count, per_axis, require_images

# A plan is what a pooling settles before it computes: (kernel, outs, stride, start, dilation), where the window of
# output p begins at p * stride - start; each holds one number for each axis.


@op(promote=None, method=False, function=False,
    input=lambda g, indices, sizes: gather_plane(g, indices, len(sizes)))
def scatter_plane(input, indices: Array, sizes):
    """Zeros, plus each number of the input at its index in the flattened image.

    Shapes: input (*, outs), indices (*, outs) -> (*, *sizes).
    """
    return kernels.scatter_plane(input, indices, sizes)


@op(promote=None, method=False, function=False,
    input=lambda g, indices, axes, input_shape: scatter_plane(g, indices, input_shape[-axes:]))
def gather_plane(input, indices: Array, axes):
    """The numbers at these indices of images whose `axes` last axes count as one.

    Shapes: input (*, *sizes), indices (*, *outs) -> (*, *outs).
    """
    return kernels.gather_plane(input, indices, axes)


@op(promote=None, method=False, function=False,
    input=lambda g, plan, input_shape: spread_windows(g, input_shape[-len(plan[0]):], plan))
def sum_windows(input, plan):
    """The sum over each window.  Shapes: (*, *sizes) -> (*, *outs)."""
    return kernels.reduce_windows(np.add, 0, input, plan)


@op(promote=None, method=False, function=False,
    input=lambda g, plan: sum_windows(g, plan))
def spread_windows(input, sizes, plan):
    """The transpose of `sum_windows`: a number goes to all of its window.  Shapes: (*, *outs) -> (*, *sizes)."""
    return kernels.spread_windows(input, sizes, plan)


@op(promote=None, method=False, function=False)
def winners(input: Array, out: Array, plan):
    """The index, in the flattened image, of each window's maximum; of equals the first, row by row, as in torch."""
    return kernels.winners(input, out, plan)


@op(promote=None, method=False, function=False,
    input=lambda g, input_shape, outs: spread_parts(g, input_shape[-len(outs):]))
def mean_parts(input, outs):
    """The mean of each part of images cut into `outs` parts along each axis.  Shapes: (*, *sizes) -> (*, *outs)."""
    return kernels.mean_parts(input, outs)


@op(promote=None, method=False, function=False,
    input=lambda g, input_shape, sizes: mean_parts(g, input_shape[-len(sizes):]))
def spread_parts(input, sizes):
    """The transpose of `mean_parts`: a number is shared by all of its part.  Shapes: (*, *outs) -> (*, *sizes)."""
    return kernels.spread_parts(input, sizes)


def pooling(n, letters, outs):
    """The ops over n axes."""
    def max_pool(input, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False):
        plan = plan_pool(max_pool.__name__, input, kernel_size, stride, padding, dilation, ceil_mode)
        return kernels.reduce_windows(np.maximum, lowest(input.dtype), input, plan), plan

    def max_pool_indices(input: Array, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False):
        plan = plan_pool(max_pool.__name__, input, kernel_size, stride, padding, dilation, ceil_mode)
        return kernels.winners(input, kernels.reduce_windows(np.maximum, lowest(input.dtype), input, plan), plan)

    def avg_pool(input, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True,
                 divisor_override=None):
        plan = plan_pool(avg_pool.__name__, input, kernel_size, stride, padding, 1, ceil_mode)
        if divisor_override == 0:
            raise RuntimeError(f"{avg_pool.__name__}: divisor must be not zero, got divisor_override=0")
        divisor = divisor_override or window_sizes(input.shape[-n:], plan, count_include_pad, input.dtype)
        out = kernels.reduce_windows(np.add, 0, input, plan)
        return (out / divisor).astype(input.dtype, copy=False), plan, divisor

    def adaptive_avg_pool(input, output_size):
        outs = plan_parts(adaptive_avg_pool.__name__, input, output_size)
        return kernels.mean_parts(input, outs)

    def adaptive_max_pool(input, output_size):
        indices = kernels.part_winners(input, plan_parts(adaptive_max_pool.__name__, input, output_size))
        return kernels.gather_plane(input, indices, n), indices

    def adaptive_max_pool_indices(input: Array, output_size):
        return kernels.part_winners(input, plan_parts(adaptive_max_pool.__name__, input, output_size))

    max_pool.__name__, max_pool_indices.__name__ = f"max_pool{n}d", f"max_pool{n}d_indices"
    avg_pool.__name__, adaptive_avg_pool.__name__ = f"avg_pool{n}d", f"adaptive_avg_pool{n}d"
    adaptive_max_pool.__name__ = f"adaptive_max_pool{n}d"
    adaptive_max_pool_indices.__name__ = f"adaptive_max_pool{n}d_indices"
    max_pool.__doc__ = f"""The maximum of each window, the router gate: its gradient goes where it stands first.

    Along each axis there are floor((size + 2*padding - dilation*(kernel_size - 1) - 1) / stride) + 1 windows, one more
    for a rest if `ceil_mode`. The padding never wins. stride is kernel_size if not given.

    Shapes: (N, C, {letters}) or (C, {letters}) -> (N, C, {outs}).
    Source: torch.nn.functional.max_pool{n}d; lecture, pooling layer.
    """
    max_pool_indices.__doc__ = f"The index of each window's maximum in the flattened image; as `max_pool{n}d`."
    avg_pool.__doc__ = f"""The mean of each window.

    The padding's zeros are counted unless `count_include_pad` is False; `divisor_override` divides the sum instead of
    the count. Windows as in `max_pool{n}d`.

    Shapes: (N, C, {letters}) or (C, {letters}) -> (N, C, {outs}).
    Source: torch.nn.functional.avg_pool{n}d.
    """
    adaptive_avg_pool.__doc__ = f"""The mean of each part of an image, cut into `output_size` parts along each axis.

    Part i of an axis of `size` goes from floor(i * size / out) to ceil((i + 1) * size / out): parts may overlap by one.
    None keeps an axis as it is.

    Shapes: (N, C, {letters}) or (C, {letters}) -> (N, C, *output_size).
    Source: torch.nn.functional.adaptive_avg_pool{n}d.
    """
    adaptive_max_pool.__doc__ = f"""The maximum of each part of an image, cut as by `adaptive_avg_pool{n}d`.

    Shapes: (N, C, {letters}) or (C, {letters}) -> (N, C, *output_size).
    Source: torch.nn.functional.adaptive_max_pool{n}d.
    """
    adaptive_max_pool_indices.__doc__ = f"The index of each maximum in the flattened image; as `adaptive_max_pool{n}d`."
    op(promote=None, method=False, title=f"MaxPool{n}DBackward0", keep={"plan": None},
       input=lambda g, input, out, plan: scatter_plane(g, winners(input, out, plan), input.shape[-n:]))(max_pool)
    op(promote=None, method=False, function=False)(max_pool_indices)
    op(promote=None, method=False, function=n == 1, title=f"AvgPool{n}DBackward0", keep={"plan": None, "divisor": None},
       input=lambda g, input_shape, plan, divisor: spread_windows(g / divisor, input_shape[-n:], plan))(avg_pool)
    op(promote=None, method=False, function=n == 1, title=f"AdaptiveAvgPool{n}DBackward0",
       input=lambda g, input_shape: spread_parts(g, input_shape[-n:]))(adaptive_avg_pool)
    op(promote=None, method=False, function=False, title=f"AdaptiveMaxPool{n}DBackward0", keep={"indices": None},
       input=lambda g, input_shape, indices: scatter_plane(g, indices, input_shape[-n:]))(adaptive_max_pool)
    op(promote=None, method=False, function=False)(adaptive_max_pool_indices)


def plan_pool(name, input, kernel_size, stride, padding, dilation, ceil_mode):
    """The plan of a pooling, if its arguments are possible."""
    n = int(name[-2])
    require_images(name, input, n)
    if input.dtype.kind == "b":
        raise NotImplementedError(f'{name}: "{name}" not implemented for \'Bool\': convert the input with .float()')
    kernel = per_axis(name, "kernel_size", kernel_size, n)
    stride = kernel if stride is None or stride == () or stride == [] else per_axis(name, "stride", stride, n)
    padding, dilation = per_axis(name, "padding", padding, n), per_axis(name, "dilation", dilation, n)
    for setting, values in (("kernel_size", kernel), ("stride", stride), ("dilation", dilation)):
        if min(values) < 1:
            raise RuntimeError(f"{name}: {setting} should be greater than zero, but got {setting}={values}")
    if min(padding) < 0:
        raise RuntimeError(f"{name}: pad must be non-negative, but got padding={padding}")
    if any(p > k // 2 for p, k in zip(padding, kernel, strict=True)):
        raise RuntimeError(f"{name}: pad should be at most half of kernel size, but got padding={padding} and "
                           f"kernel_size={kernel}")
    sizes = input.shape[-n:]
    if 0 in input.shape[-n - 1:]:
        raise RuntimeError(f"{name}: only the batch may be empty, but got input of size: {list(input.shape)}")
    settings = zip(sizes, kernel, stride, padding, dilation, strict=True)
    outs = tuple([count(*setting, ceil_mode) for setting in settings])
    if min(outs) < 1:
        raise RuntimeError(f"{name}: Given input size: {sizes}, kernel_size={kernel}, padding={padding}. Calculated "
                           f"output size: {outs}. Output size is too small")
    for size, k, n, s, b, d in zip(sizes, kernel, outs, stride, padding, dilation, strict=True):
        places = np.arange(n)[:, None] * s - b + np.arange(k) * d if b and d > 1 else np.zeros((1, 1))
        if not np.all(np.any((places >= 0) & (places < size), axis=1)):
            raise RuntimeError(f"{name}: with dilation={dilation} and padding={padding} some windows of {kernel} see "
                               f"nothing of an image of size {sizes}: reduce the padding")
    return kernel, outs, stride, padding, dilation


def plan_parts(name, input, output_size):
    """Into how many parts each axis is cut."""
    n = int(name[-2])
    require_images(name, input, n)
    sizes = input.shape[-n:]
    outs = output_size if isinstance(output_size, (tuple, list)) else (output_size,) * n
    if len(outs) != n:
        raise RuntimeError(f"{name}: output_size must be {n}, one for each axis, or a single number, got {output_size}")
    outs = [size if out is None else out for out, size in zip(outs, sizes, strict=True)]
    outs = per_axis(name, "output_size", outs, n)
    if min(outs) < 0:
        raise RuntimeError(f"{name}: elements of output_size must be greater than or equal to 0 but received {outs}")
    if 0 in input.shape[-n - 1:]:
        raise RuntimeError(f"{name}: only the batch may be empty, but got input of size: {list(input.shape)}")
    return outs


def lowest(dtype):
    """What every number is at least."""
    return -np.inf if dtype.kind == "f" else np.iinfo(dtype).min


def window_sizes(sizes, plan, count_include_pad, dtype):
    """How many places each window has: a number where all have the same, else an array (*outs)."""
    kernel, outs, stride, start, _ = plan
    lengths = []
    for size, k, n, s, b in zip(sizes, kernel, outs, stride, start, strict=True):
        first = np.arange(n) * s - b
        last = np.minimum(first + k, size + b if count_include_pad else size)
        lengths.append(last - (first if count_include_pad else np.maximum(first, 0)))
    if all(np.all(length == k) for length, k in zip(lengths, kernel, strict=True)):
        return int(np.prod(kernel))
    places = lengths[0]
    for length in lengths[1:]:
        places = np.multiply.outer(places, length)
    return places.astype(dtype)


for axes, letters, outs in ((1, "L", "L_out"), (2, "H, W", "H_out, W_out"), (3, "D, H, W", "D_out, H_out, W_out")):
    pooling(axes, letters, outs)
