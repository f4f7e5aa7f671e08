"""Attention of queries to keys, which weighs the values."""

from __future__ import annotations

import math

import numpy as np

import autograd
from autograd import Tensor
from autograd.functions import call_of
from autograd.tensors import wrap
from nn.functional.masking import dropout


def scaled_dot_product_attention(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attn_mask: Tensor | None = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    scale: float | None = None,
    enable_gqa: bool = False,
) -> Tensor:
    """Each query's mean of the values, weighted by how well their keys match: ``softmax(q @ k.T * scale) @ v``.

    ``scale`` is ``1 / sqrt(E)`` if not given. A bool mask says which keys a query may see, a float one is added to the
    scores; with ``is_causal`` query i sees the keys up to i. With ``enable_gqa`` several heads of queries share one of
    keys and values.

    Shapes: query (*, L, E), key (*, S, E), value (*, S, D), mask broadcasts to (*, L, S) -> (*, L, D).
    Source: torch.nn.functional.scaled_dot_product_attention; Vaswani et al. 2017.
    """
    if query.ndim < 2 or key.ndim < 2 or value.ndim < 2:
        raise RuntimeError(
            "scaled_dot_product_attention: All inputs must have at least 2 axes, (*, L, E), but got "
            f"{tuple(query.shape)}, {tuple(key.shape)} and {tuple(value.shape)}"
        )
    if is_causal and attn_mask is not None:
        raise RuntimeError("scaled_dot_product_attention: Explicit attn_mask should not be set when is_causal=True")
    if enable_gqa:
        key = key.repeat_interleave(query.shape[-3] // key.shape[-3], -3)
        value = value.repeat_interleave(query.shape[-3] // value.shape[-3], -3)
    queries, keys = query.shape[-2], key.shape[-2]
    scores = query @ key.transpose(-2, -1) * (1 / math.sqrt(query.shape[-1]) if scale is None else scale)
    if is_causal:
        attn_mask = wrap(np.tri(queries, keys, dtype=bool))
    if attn_mask is not None:
        scores = scores.masked_fill(~attn_mask, -math.inf) if attn_mask.dtype == autograd.bool else scores + attn_mask
    weights = call_of("softmax")(scores, -1)
    if attn_mask is not None and attn_mask.dtype == autograd.bool:  # a query that may see nothing gives 0, not nan
        weights = weights.masked_fill(~attn_mask.any(-1, keepdim=True), 0.0)
    return dropout(weights, dropout_p) @ value
