"""Rows of a table, alone or pooled in bags."""

from __future__ import annotations

import numpy as np

import autograd
from autograd import Tensor
from autograd.functions import call_of
from autograd.tensors import wrap


def embedding(
    input: Tensor,
    weight: Tensor,
    padding_idx: int | None = None,
    max_norm: float | None = None,
    norm_type: float = 2.0,
    scale_grad_by_freq: bool = False,
    sparse: bool = False,
) -> Tensor:
    """Rows of a table: ``out[i] = weight[input[i]]``.

    The row ``padding_idx`` receives no gradient. With ``max_norm`` rows that are longer are scaled down to it, in the
    table itself. Gradients are dense even if ``sparse``.

    Shapes: input (*) of ints in [0, V), weight (V, D) -> (*, D).  Source: torch.nn.functional.embedding.
    """
    if padding_idx is not None:
        rows = weight.shape[0]
        if not -rows <= padding_idx < rows:
            raise AssertionError(
                f"embedding: Padding_idx must be within num_embeddings, got {padding_idx} for {rows} rows"
            )
        padding_idx %= rows
    if max_norm is not None:
        shorten_rows(weight, input, max_norm, norm_type)
    return call_of("embedding")(weight, input, -1 if padding_idx is None else padding_idx, scale_grad_by_freq, sparse)


def shorten_rows(weight: Tensor, input: Tensor, max_norm: float, norm_type: float) -> None:
    """Scale the rows that are looked up and longer than ``max_norm`` down to it, in place."""
    with autograd.no_grad():
        used = wrap(np.unique(input.detach().numpy()))
        rows = weight[used]
        norms = rows.norm(norm_type, 1, keepdim=True)
        weight[used] = autograd.where(norms > max_norm, rows * (max_norm / (norms + 1e-7)), rows)


def embedding_bag(
    input: Tensor,
    weight: Tensor,
    offsets: Tensor | None = None,
    max_norm: float | None = None,
    norm_type: float = 2,
    scale_grad_by_freq: bool = False,
    mode: str = "mean",
    sparse: bool = False,
    per_sample_weights: Tensor | None = None,
    include_last_offset: bool = False,
    padding_idx: int | None = None,
) -> Tensor:
    """The sum, mean or maximum of the rows of each bag.

    Shapes: input (B, N), or (N) with offsets (B) where the bags begin -> (B, D).
    Source: torch.nn.functional.embedding_bag.
    """
    if mode not in ("sum", "mean", "max"):
        raise ValueError(f"embedding_bag: mode has to be one of sum, mean or max, got {mode!r}")
    if per_sample_weights is not None and mode != "sum":
        raise NotImplementedError(
            f"embedding_bag: per_sample_weights was not None, which is only supported for mode='sum', got mode={mode!r}"
        )
    if input.ndim == 2:
        if offsets is not None:
            raise ValueError(
                "embedding_bag: if input is 2D, then offsets has to be None, as input is treated as a "
                "mini-batch of fixed length sequences"
            )
        starts = np.arange(input.shape[0]) * input.shape[1]
        input = input.reshape(-1)
        per_sample_weights = None if per_sample_weights is None else per_sample_weights.reshape(-1)
    elif input.ndim != 1:
        raise ValueError(f"embedding_bag: input has to be 1D or 2D Tensor, but got Tensor of dimension {input.ndim}")
    elif offsets is None:
        raise ValueError(
            "embedding_bag: offsets has to be a 1D Tensor but got None: say where each bag of the 1D input begins"
        )
    else:
        starts = offsets.numpy()[:-1] if include_last_offset else offsets.numpy()
        if starts.size and starts[0] != 0:
            raise RuntimeError(
                f"embedding_bag: offsets[0] has to be 0, i.e., the first sequence begins at 0, got {starts[0]}"
            )
    rows = embedding(input, weight, padding_idx, max_norm, norm_type, scale_grad_by_freq, sparse)
    if per_sample_weights is not None:
        rows = rows * per_sample_weights.unsqueeze(1)
    counted = np.ones(input.shape[0], bool) if padding_idx is None else input.numpy() != padding_idx % weight.shape[0]
    bag = np.searchsorted(starts, np.arange(input.shape[0]), side="right") - 1
    return pooled(rows[wrap(counted)], bag[counted], len(starts), mode)


def pooled(rows: Tensor, bag: np.ndarray, bags: int, mode: str) -> Tensor:
    """The rows of each bag as one; an empty bag gives zeros."""
    empty = autograd.zeros(bags, rows.shape[1], dtype=rows.dtype)
    if mode == "max":
        places = wrap(np.repeat(bag[:, None], rows.shape[1], axis=1))
        return empty.scatter_reduce(0, places, rows, "amax", include_self=False)
    total = empty.index_add(0, wrap(bag), rows)
    if mode == "sum":
        return total
    sizes = np.maximum(np.bincount(bag, minlength=bags), 1)[:, None]
    return total / wrap(sizes.astype(rows.dtype.numpy))
