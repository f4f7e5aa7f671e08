"""Dropout's gate: a mask, drawn outside, decides what passes."""
from autograd.ops import Array, op


@op(promote=None, method=False, function=False, title="NativeDropoutBackward0",
    input=lambda g, mask: g * mask)
def native_dropout(input, mask: Array):
    """``out = input * mask``, where the mask is 0 for what is dropped and 1 / (1 - p) for what is kept.

    Shapes: input (*), mask broadcasts to it -> (*).  Source: torch.nn.functional.dropout; Srivastava et al. 2014.
    """
    return input * mask
