"""Convolutions over one, two or three axes, by one definition each.

With the weight held fixed a convolution is linear in its input, and the other way round. So three ops are closed under
differentiation, each bilinear, and each rule of one is one of the other two: `correlate`, and its transposes
`correlate_input` and `correlate_weight`.
"""
import numpy as np

from autograd.kernels import conv as kernels
from autograd.modes import quiet
from autograd.ops import op
from autograd.ops.windows import count, per_axis, require_images

# A plan is what a convolution settles before it computes: (outs, stride, start, dilation, groups), where the window of
# output p begins at p * stride - start; all but groups hold one number for each axis.


@op(promote="equal", method=False, function=False, title="ConvolutionBackwardBackward0",
    input=lambda g, weight, input_shape, plan: correlate_input(g, weight, sizes(input_shape, plan), plan),
    weight=lambda g, input, weight_shape, plan: correlate_weight(input, g, weight_shape, plan))
def correlate(input, weight, plan):
    """Each window's product with each filter, summed.

    out[n, o, p] = sum over c and t of input[n, c, p * stride + t * dilation - start] * weight[o, c, t].

    Shapes: input (N, C, *sizes), weight (O, C/groups, *kernel) -> (N, O, *outs).
    """
    return over_batch(kernels.correlate, input, plan, weight, None, *plan)


@op(promote="equal", method=False, function=False, title="ConvolutionBackwardBackward0",
    input=lambda g, weight, plan: correlate(g, weight, plan),
    weight=lambda g, input, weight_shape, plan: correlate_weight(g, input, weight_shape, plan))
def correlate_input(input, weight, sizes, plan):
    """The transpose of `correlate` in its input: each number fills its window with the filter times itself.

    Shapes: input (N, O, *outs), weight (O, C/groups, *kernel) -> (N, C, *sizes).
    """
    return over_batch(kernels.correlate_input, input, plan, weight, sizes, *plan[1:])


@op(promote="equal", method=False, function=False, title="ConvolutionBackwardBackward0",
    input=lambda g, other, input_shape, plan: correlate_input(other, g, sizes(input_shape, plan), plan),
    other=lambda g, input, plan: correlate(input, g, plan))
def correlate_weight(input, other, shape, plan):
    """The transpose of `correlate` in its weight: for each tap, the products of `other` and the input under it.

    Shapes: input (N, C, *sizes), other (N, O, *outs) -> shape, (O, C/groups, *kernel).
    """
    other = other if other.ndim == len(shape) else other[None]
    with quiet():
        return kernels.correlate_weight(input if input.ndim == len(shape) else input[None], other, shape, *plan[1:])


def over_batch(kernel, input, plan, *settings):
    """Run a kernel on a batch of images, or on one without its batch axis."""
    with quiet():
        if input.ndim == len(plan[0]) + 2:
            return kernel(input, *settings)
        return kernel(input[None], *settings)[0]


def sizes(shape, plan):
    """The extents of images of this shape."""
    return shape[-len(plan[0]):]


def sum_but_channels(g, plan):
    """A bias's gradient: the sum of g over all axes but the channels."""
    channel = g.ndim - len(plan[0]) - 1
    return np.sum(g, axis=tuple([axis for axis in range(g.ndim) if axis != channel]))


def convolution(n, letters):
    """The op over n axes."""
    def conv(input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
        plan = plan_conv(conv.__name__, input, weight, bias, stride, padding, dilation, groups)
        return over_batch(kernels.correlate, input, plan, weight, bias, *plan), plan

    def conv_transpose(input, weight, bias=None, stride=1, padding=0, output_padding=0, groups=1, dilation=1):
        sizes, plan = plan_transpose(conv_transpose.__name__, input, weight, bias, stride, padding, output_padding,
                                     groups, dilation)
        out = over_batch(kernels.correlate_input, input, plan, weight, sizes, *plan[1:])
        if bias is not None:
            out += bias.reshape(-1, *[1] * n)
        return out, plan

    conv.__name__, conv_transpose.__name__ = f"conv{n}d", f"conv_transpose{n}d"
    conv.__doc__ = f"""Slide filters over the input.

    out[n, o, p] = bias[o] + sum over c and t of input[n, c, p*stride + t*dilation - padding] * weight[o, c, t], where
    c runs over the channels of o's group, t over the taps of the kernel, and the input is 0 outside. Along each axis
    there are floor((size + 2*padding - dilation*(kernel - 1) - 1) / stride) + 1 positions p.

    Shapes: input (N, C, {letters}) or (C, {letters}), weight (O, C/groups, *kernel), bias (O) -> (N, O, *outs).
    Source: torch.nn.functional.conv{n}d; lecture, convolutional layer.

    Parameters
    ----------
    stride, dilation : int or tuple, steps between windows, and between the taps of one
    padding : int, tuple, "valid" (none) or "same" (as many outputs as inputs, at stride 1)
    groups : int, into so many parts are the channels split, each with filters of its own
    """
    conv_transpose.__doc__ = f"""The transpose of `conv{n}d` in its input: each number adds a filter times itself.

    Along each axis the output has (size - 1)*stride - 2*padding + dilation*(kernel - 1) + output_padding + 1 places.

    Shapes: input (N, C, {letters}) or (C, {letters}), weight (C, O/groups, *kernel), bias (O) -> (N, O, *outs).
    Source: torch.nn.functional.conv_transpose{n}d; Dumoulin & Visin 2016.
    """
    op(promote="equal", method=False, title="ConvolutionBackward0", keep={"plan": None},
       input=lambda g, weight, input_shape, plan: correlate_input(g, weight, sizes(input_shape, plan), plan),
       weight=lambda g, input, weight_shape, plan: correlate_weight(input, g, weight_shape, plan),
       bias=sum_but_channels)(conv)
    op(promote="equal", method=False, title="ConvolutionBackward0", keep={"plan": None},
       input=lambda g, weight, plan: correlate(g, weight, plan),
       weight=lambda g, input, weight_shape, plan: correlate_weight(g, input, weight_shape, plan),
       bias=sum_but_channels)(conv_transpose)


def plan_conv(name, input, weight, bias, stride, padding, dilation, groups):
    """The plan of a convolution, if its arguments fit each other."""
    n = int(name[-2])
    stride, dilation = check(name, input, weight, stride, dilation, groups, n)
    filters, channels, *kernel = weight.shape
    if filters % groups:
        raise RuntimeError(f"{name}: Given groups={groups}, expected weight to be divisible by {groups} at dimension "
                           f"0, but got weight of size {list(weight.shape)}")
    require_channels(name, input, weight, channels * groups, groups, n)
    require_bias(name, weight, bias, filters)
    extents = input.shape[-n:]
    reach = [d * (k - 1) for d, k in zip(dilation, kernel, strict=True)]
    if isinstance(padding, str):
        if padding not in ("same", "valid"):
            raise RuntimeError(f"{name}: Invalid padding string: {padding!r}, should be 'valid' or 'same'")
        if padding == "same":
            if max(stride) > 1:
                raise RuntimeError(f"{name}: padding='same' is not supported for strided convolutions "
                                   f"(stride={stride}): give the padding as a number")
            return extents, stride, tuple([r // 2 for r in reach]), dilation, groups
        padding = 0
    padding = per_axis(name, "padding", padding, n)
    if min(padding) < 0:
        raise RuntimeError(f"{name}: negative padding is not supported, got padding={padding}: cut the input instead")
    outs = tuple([count(*setting) for setting in zip(extents, kernel, stride, padding, dilation, strict=True)])
    if min(outs) < 1:
        padded = " x ".join([str(e + 2 * p) for e, p in zip(extents, padding, strict=True)])
        raise RuntimeError(f"{name}: Calculated padded input size per channel: ({padded}). Kernel size: "
                           f"({' x '.join([str(r + 1) for r in reach])}), dilation included. Kernel size can't be "
                           "greater than actual input size")
    return outs, stride, padding, dilation, groups


def plan_transpose(name, input, weight, bias, stride, padding, output_padding, groups, dilation):
    """The extents of a transposed convolution's output, and its plan, which is that of the convolution back."""
    n = int(name[-2])
    stride, dilation = check(name, input, weight, stride, dilation, groups, n)
    channels, filters, *kernel = weight.shape
    if channels % groups:
        raise RuntimeError(f"{name}: Given groups={groups}, expected weight to be divisible by {groups} at dimension "
                           f"0, but got weight of size {list(weight.shape)}")
    require_channels(name, input, weight, channels, groups, n)
    require_bias(name, weight, bias, filters * groups)
    padding = per_axis(name, "padding", padding, n)
    output_padding = per_axis(name, "output_padding", output_padding, n)
    if min(padding) < 0 or min(output_padding) < 0:
        raise RuntimeError(f"{name}: negative padding is not supported, got padding={padding}, "
                           f"output_padding={output_padding}")
    if any(o >= max(s, d) for o, s, d in zip(output_padding, stride, dilation, strict=True)):
        raise RuntimeError(f"{name}: output padding must be smaller than either stride or dilation, but got "
                           f"output_padding={output_padding}, stride={stride}, dilation={dilation}")
    outs = input.shape[-n:]
    extents = tuple([(o - 1) * s - 2 * p + d * (k - 1) + extra + 1 for o, s, p, d, k, extra in
                     zip(outs, stride, padding, dilation, kernel, output_padding, strict=True)])
    if min(extents) < 1:
        raise RuntimeError(f"{name}: Given input size per channel: {outs}. Calculated output size per channel: "
                           f"{extents}. Output size is too small: padding={padding} cuts all of it")
    return extents, (outs, stride, padding, dilation, groups)


def check(name, input, weight, stride, dilation, groups, n):
    """Raise unless the shapes and settings are possible at all; return stride and dilation for each axis."""
    require_images(name, input, n)
    if weight.ndim != n + 2:
        raise RuntimeError(f"{name}: expected a weight of {n + 2} axes, (out channels, in channels / groups, *kernel), "
                           f"but got weight of size {list(weight.shape)}")
    if 0 in weight.shape[2:]:
        raise RuntimeError(f"{name}: the kernel must not be empty, but got weight of size {list(weight.shape)}")
    stride, dilation = per_axis(name, "stride", stride, n), per_axis(name, "dilation", dilation, n)
    for setting, value in (("stride", min(stride)), ("dilation", min(dilation)), ("groups", groups)):
        if value < 1:
            raise RuntimeError(f"{name}: non-positive {setting} is not supported, got {setting}={value}")
    return stride, dilation


def require_channels(name, input, weight, expected, groups, n):
    """Raise unless the input has the channels that the weight takes; say so if they stand last."""
    found = input.shape[-n - 1]
    if found != expected:
        hint = ""
        if input.shape[-1] == expected:
            order = (0, n + 1, *range(1, n + 1)) if input.ndim == n + 2 else (n, *range(n))
            hint = f": the channels seem to be last, did you mean input.permute{order}?"
        elif input.ndim == n + 1 and expected == 1:
            hint = ": did you mean input.unsqueeze(1)?"
        transposed = "transposed=1" if "transpose" in name else f"groups={groups}"
        raise RuntimeError(f"{name}: Given {transposed}, weight of size {list(weight.shape)}, expected "
                           f"input{list(input.shape)} to have {expected} channels, but got {found} channels instead"
                           f"{hint}")


def require_bias(name, weight, bias, expected):
    if bias is not None and bias.shape != (expected,):
        raise RuntimeError(f"{name}: Given weight of size {list(weight.shape)}, expected bias to be 1-dimensional with "
                           f"{expected} elements, but got bias of size {list(bias.shape)} instead")


for axes, letters in ((1, "L"), (2, "H, W"), (3, "D, H, W")):
    convolution(axes, letters)
