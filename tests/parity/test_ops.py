"""Every op row against torch: values, dtypes, requires_grad, first and second order, at kinks, ties, inf and nan."""

import re
import warnings

import numpy as np
import pytest
from opcalls import (
    arrays_of,
    assert_close,
    floats_in,
    grads_of,
    is_shape,
    leaf,
    outputs_of,
    seeds_for,
    split,
    tensors_of,
)
from oprows import BINARY, all_rows

import autograd

torch = pytest.importorskip("torch")

ROWS = [row for row in all_rows() if row.parity]
TOLERANCE = {np.float64: 1e-10, np.float32: 1e-5}
FILLS = {
    "all": ("smooth", "ties", "wild"),
    "infinite": ("smooth", "ties", "infinite"),
    "ties": ("smooth", "ties"),
    "smooth": ("smooth",),
}


def torch_leaf(array):
    return torch.tensor(np.ascontiguousarray(array).reshape(array.shape), requires_grad=array.dtype.kind == "f")


def array_of(tensor):
    return tensor.numpy(force=True)


def results_of(call, args, settings):
    """The outputs, or the exception."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return outputs_of(call(*args, **settings))
    except Exception as error:
        return error


def compare_errors(ours, theirs, what):
    assert isinstance(ours, Exception), f"{what}: torch raises {theirs!r}, ours gives {ours}"
    kinds = (type(theirs), RuntimeError) if isinstance(theirs, NotImplementedError) else type(theirs)
    assert isinstance(ours, kinds), f"{what}: torch raises {theirs!r}, ours {ours!r}"


def compare(row, entry, dtype, fill):
    """One call, ours and torch's, as far back as the second order."""
    tolerance, what = max(TOLERANCE[dtype], row.inexact), f"{row} of {entry}, {np.dtype(dtype)}, {fill}"
    args, settings = arrays_of(row, entry, dtype, fill, salt=3)
    (args_a, settings_a), (args_b, settings_b) = (tensors_of(args, settings, make) for make in (leaf, torch_leaf))
    ours, theirs = results_of(row.call(), args_a, settings_a), results_of(row.call(torch), args_b, settings_b)
    if isinstance(theirs, Exception):
        compare_errors(ours, theirs, what)
        return
    if isinstance(ours, Exception):
        raise ours
    assert len(ours) == len(theirs), what
    for one, other in zip(ours, theirs, strict=True):
        if not isinstance(other, torch.Tensor):
            assert one == other, what
            continue
        assert str(one.dtype) == str(other.dtype), f"{what}: {one.dtype}, torch gives {other.dtype}"
        assert one.requires_grad == other.requires_grad, f"{what}: requires_grad is {one.requires_grad}"
        assert_close(array_of(one), array_of(other), tolerance, f"value of {what}")
    if not row.grad or not any(getattr(out, "requires_grad", False) for out in theirs):
        return
    second = row.second and fill in ("smooth", "ties") and not (row.second == "smooth" and fill == "ties")
    seeds = [
        None if s is None else s.astype(array_of(out).dtype)
        for s, out in zip(seeds_for(theirs, row.random(4)), theirs, strict=True)
    ]
    grads, sources = [], []
    for outputs, inputs, make, gradient in (
        (ours, floats_in(args_a, settings_a), leaf, autograd.grad),
        (theirs, floats_in(args_b, settings_b), torch_leaf, torch.autograd.grad),
    ):
        upstream = [None if s is None else make(s) for s in seeds]
        sources.append(inputs + [s for s in upstream if s is not None])
        try:
            grads.append(grads_of(outputs, inputs, upstream, gradient, create_graph=second))
        except RuntimeError as error:
            if gradient is autograd.grad or not re.search("derivative for .* is not implemented", str(error)):
                raise
            return  # torch has no rule there
    compare_grads(*grads, tolerance, f"gradient of {what}")
    if second:
        rng, results = row.random(5), []
        weights = [rng.uniform(-1, 1, a.shape).astype(dtype) for a in floats_in(args, settings)]
        for found, leaves, make, gradient in (
            (grads[0], sources[0], leaf, autograd.grad),
            (grads[1], sources[1], torch_leaf, torch.autograd.grad),
        ):
            seconds = [
                None if g is None or not g.requires_grad else make(w) for g, w in zip(found, weights, strict=True)
            ]
            try:
                results.append(grads_of(found, leaves, seconds, gradient))
            except RuntimeError as error:
                if gradient is autograd.grad or not re.search("derivative for .* is not implemented", str(error)):
                    raise
                return
        compare_grads(*results, tolerance, f"second order of {what}")


def compare_grads(ours, theirs, tolerance, what):
    """Gradients one by one; None and zeros mean the same."""
    for one, other in zip(ours, theirs, strict=True):
        if one is None and other is None:
            continue
        one = np.zeros(tuple(other.shape)) if one is None else array_of(one)
        other = np.zeros(one.shape) if other is None else array_of(other)
        assert_close(one, other, tolerance, what)


@pytest.mark.parametrize("row", ROWS, ids=str)
@pytest.mark.parametrize("dtype", [np.float64, np.float32], ids=["float64", "float32"])
def test_floats(row, dtype):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for fill in FILLS[row.parity]:
            for entry in row.shapes:
                compare(row, entry, dtype, fill)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_integers(row):
    """Integer and bool inputs, alone and beside floats, give torch's dtypes and values, or its errors."""
    if row.integers == row.bools == "skip":
        return
    kinds = [np.int64, np.int32, np.uint8, np.bool_]
    pairs = [(kind,) for kind in kinds]
    if row.shapes[:2] == BINARY[:2]:
        pairs = [(a, b) for a in (*kinds, np.float32, np.float64) for b in (*kinds, np.float32)]
    for entry in row.shapes:
        args, _ = split(entry)
        if not any(is_shape(value) for value in args):
            continue
        for pair in pairs:
            if row.bools == "skip" and np.bool_ in pair:
                continue
            floats, options = arrays_of(row, entry, salt=6)
            filled = [
                np.clip(np.round(a), 0, 3).astype(pair[i % len(pair)]) if is_shape(value) else a
                for i, (value, a) in enumerate(zip(args, floats, strict=True))
            ]
            made = [tensors_of(filled, options, make) for make in (autograd.tensor, torch.tensor)]
            ours = results_of(row.call(), *made[0])
            theirs = results_of(row.call(torch), *made[1])
            what = f"{row} of {entry} in {[np.dtype(k).name for k in pair]}"
            if isinstance(theirs, Exception):
                compare_errors(ours, theirs, what)
                continue
            if isinstance(ours, Exception):
                raise ours
            for one, other in zip(ours, theirs, strict=True):
                if isinstance(other, torch.Tensor):
                    assert str(one.dtype) == str(other.dtype), f"{what}: {one.dtype}, torch gives {other.dtype}"
                    assert_close(array_of(one), array_of(other), 1e-5, what)
