"""The windows of convolution and pooling: how their settings read, and how many there are along each axis."""
from operator import index


def per_axis(name, setting, value, axes):
    """A setting as one int for each axis: a single number stands for all."""
    try:
        values = tuple([index(v) for v in (value if isinstance(value, (tuple, list)) else (value,))])
    except TypeError:
        raise TypeError(f"{name}: argument '{setting}' must be an int or a tuple of ints, got {value!r}") from None
    if len(values) not in (1, axes):
        raise RuntimeError(f"{name}: expected {setting} to be a single integer value or a list of {axes} values "
                           f"to match the {axes} axes of the images, but got {setting}={list(values)}")
    return values if len(values) == axes else values * axes


def require_images(name, input, axes):
    """Raise unless the input has `axes` axes behind its channels: (C, *sizes) or (N, C, *sizes)."""
    if input.ndim not in (axes + 1, axes + 2):
        shape = ("C", "D", "H", "W")[:1] + ("D", "H", "W")[3 - axes:]
        hint = f": add the channel axis with input.unsqueeze({input.ndim - axes})" if input.ndim == axes else ""
        raise RuntimeError(f"{name}: Expected {axes + 1}D (unbatched) or {axes + 2}D (batched) input to {name}, but "
                           f"got input of size: {list(input.shape)}, not ({', '.join(shape)}) or "
                           f"(N, {', '.join(shape)}){hint}")


def count(size, kernel, stride, padding, dilation, ceil_mode=False):
    """How many windows fit along an axis: floor((size + 2 * padding - dilation * (kernel - 1) - 1) / stride) + 1.

    With `ceil_mode` also a last one that begins inside, but reaches beyond the padding.
    """
    spare = size + 2 * padding - dilation * (kernel - 1) - 1
    if not ceil_mode:
        return spare // stride + 1
    last = -(-spare // stride)
    return last + (last * stride < size + padding)
