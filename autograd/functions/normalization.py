"""Normalisations that are others in disguise: over groups of channels, and over each channel of each sample."""

from autograd.functions.table import call_of, function


@function(method=False)
def group_norm(input, num_groups, weight=None, bias=None, eps=1e-5, cudnn_enabled=True):
    """Normalise each group of channels of each sample: ``out = (input - mean) / sqrt(var + eps) * weight + bias``.

    Shapes: input (N, C, *), weight and bias (C) or None -> (N, C, *).
    Source: torch.nn.functional.group_norm; Wu & He 2018.
    """
    shape = tuple(input.shape)
    if len(shape) < 2:
        raise RuntimeError(
            f"group_norm: Expected at least 2 dimensions for input tensor (N, C, *) but received {len(shape)}"
        )
    if num_groups < 1 or shape[1] % num_groups:
        raise RuntimeError(
            "group_norm: Expected number of channels in input to be divisible by num_groups, but got "
            f"input of shape {list(shape)} and num_groups={num_groups}"
        )
    for name, vector in (("weight", weight), ("bias", bias)):
        if vector is not None and tuple(vector.shape) != (shape[1],):
            raise RuntimeError(
                f"group_norm: Expected {name} to be a vector of size equal to the number of channels in "
                f"input, but got {name} of shape {list(vector.shape)} and input of shape {list(shape)}"
            )
    size = input.numel() // max(shape[0] * num_groups, 1)
    rows = call_of("reshape")(input, (shape[0], num_groups, size))
    out = call_of("reshape")(call_of("layer_norm")(rows, (size,), None, None, eps), shape)
    column = (-1, *[1] * (len(shape) - 2))
    if weight is not None:
        out = out * call_of("reshape")(weight, column)
    return out if bias is None else out + call_of("reshape")(bias, column)


@function(method=False)
def instance_norm(input, weight, bias, running_mean, running_var, use_input_stats, momentum, eps, cudnn_enabled=True):
    """Normalise each channel of each sample; the running statistics follow the mean over the samples.

    Shapes: input (N, C, *), all others (C) or None -> (N, C, *).
    Source: torch.nn.functional.instance_norm; Ulyanov et al. 2016.
    """
    n, channels, *rest = input.shape
    joined = call_of("reshape")(input, (1, n * channels, *rest))
    repeated = [None if v is None else v.repeat(n) for v in (weight, bias, running_mean, running_var)]
    if running_mean is None and not use_input_stats:
        raise RuntimeError(
            "instance_norm: Expected running_mean and running_var to be defined when use_input_stats is false"
        )
    out = call_of("batch_norm")(joined, *repeated, use_input_stats, momentum, eps)
    if use_input_stats and running_mean is not None:
        for running, all_of_them in ((running_mean, repeated[2]), (running_var, repeated[3])):
            running.data.copy_(all_of_them.view(n, channels).mean(0))
    return call_of("reshape")(out, (n, channels, *rest))
