"""What is checked of every row of an op, with no other library at hand."""

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

import autograd
from autograd.functions import FUNCTIONS


def check_value(row):
    """The value is the oracle's, in float64 and float32, whose dtype it keeps; a gradient is wanted where it exists."""
    for entry in row.shapes:
        for dtype, tolerance in ((np.float64, 1e-12), (np.float32, 2e-6)):
            args, settings = arrays_of(row, entry, dtype)
            tensors, options = tensors_of(args, settings)
            outputs = outputs_of(row.call()(*tensors, **options))
            with np.errstate(all="ignore"):
                expected = outputs_of(row.oracle(*args, **settings))
            assert len(outputs) == len(expected)
            for ours, right in zip(outputs, expected, strict=True):
                if not isinstance(ours, autograd.Tensor):
                    assert ours == right
                    continue
                right = np.asarray(right)
                assert_close(ours.detach().numpy(), right, tolerance, f"{row} of {entry} in {np.dtype(dtype)}")
                if right.dtype.kind == "f" and floats_in(args, settings):
                    assert ours.dtype.numpy == (row.dtype or dtype), (
                        f"{row} of {entry}: {dtype.__name__} became {ours.dtype}"
                    )
                elif right.dtype.kind == "b":
                    assert ours.dtype.numpy == np.bool_


def check_integers(row):
    """Integer and bool inputs give the dtype that torch gives, and the oracle's values; or are refused."""
    for kind, wanted in (
        (np.int64, row.integers),
        (np.int32, row.integers),
        (np.uint8, row.integers),
        (np.bool_, row.bools),
    ):
        if wanted == "skip":
            continue
        entry = next(e for e in row.shapes if all(is_shape(v) and v and 0 not in v for v in split(e)[0]))
        low, high = row.domain[0] if type(row.domain) is list else row.domain
        args, settings = arrays_of(row, entry)
        args = [np.clip(np.round(a), max(np.ceil(low), 0), max(np.floor(high), 1)).astype(kind) for a in args]
        tensors, options = tensors_of(args, settings)
        if wanted is None:
            with pytest.raises((RuntimeError, TypeError)):
                row.call()(*tensors, **options)
            continue
        ours = outputs_of(row.call()(*tensors, **options))[0]
        dtype = {"float": np.dtype(np.float32), "same": np.dtype(kind), "bool": np.dtype(np.bool_)}.get(
            wanted
        ) or np.dtype(wanted)
        assert ours.dtype.numpy == dtype, f"{row}: {np.dtype(kind)} gave {ours.dtype}, expected {dtype}"
        with np.errstate(all="ignore"):
            right = outputs_of(
                row.oracle(*[a.astype(np.float64) if wanted == "float" else a for a in args], **settings)
            )[0]
        assert_close(ours.numpy(), np.asarray(right).astype(dtype), 2e-6, f"{row} of {np.dtype(kind)}")


def check_layout(row):
    """Strided, transposed and boxed 0-d inputs give the same values and gradients; the inputs stay as they are.

    What shares an input's memory knows it.
    """
    for entry in row.shapes:
        args, settings = arrays_of(row, entry)
        results = []
        for make in (leaf, transposed_leaf, strided_leaf):
            tensors, options = tensors_of(args, settings, make)
            inputs = floats_in(tensors, options)
            before = [t.detach().numpy().copy() for t in inputs]
            outputs = outputs_of(row.call()(*tensors, **options))
            outputs = [out for out in outputs if isinstance(out, autograd.Tensor)]
            for out in outputs:
                shared = [t for t in inputs if np.shares_memory(out.payload, t.payload)]
                assert not shared or out._is_view() or out is shared[0], (
                    f"{row} of {entry} is a view that knows no base"
                )
            seeds = [None if s is None else autograd.tensor(s) for s in seeds_for(outputs, row.random(1))]
            grads = grads_of(outputs, inputs, seeds) if row.grad and inputs else []
            results.append([*outputs, *grads])
            for tensor, old in zip(inputs, before, strict=True):
                np.testing.assert_array_equal(tensor.detach().numpy(), old, err_msg=f"{row} changed its input")
        for other in results[1:]:
            for ours, right in zip(other, results[0], strict=True):
                assert (ours is None) == (right is None)
                if ours is not None:
                    assert_close(
                        ours.detach().numpy(), right.detach().numpy(), 1e-12, f"{row} of {entry}, other layout"
                    )


def transposed_leaf(array):
    """The same values, laid out column by column; 0-d ones in an array rather than a NumPy scalar."""
    tensor = autograd.from_numpy(np.array(array, order="F"))
    return tensor.requires_grad_(array.dtype.kind == "f")


def strided_leaf(array):
    """The same values, every second element of a larger array."""
    if not array.ndim:
        return leaf(array)
    wide = np.zeros((*array.shape[:-1], 2 * array.shape[-1] + 1), array.dtype)
    wide[..., 1::2] = array
    return autograd.from_numpy(wide[..., 1::2]).requires_grad_(array.dtype.kind == "f")


def weighted(row, args, settings, seeds):
    """sum of seed * output as a float, computed on plain float64 inputs: what the slopes are slopes of."""
    with autograd.no_grad():
        tensors, options = tensors_of(args, settings, autograd.tensor)
        outputs = outputs_of(row.call()(*tensors, **options))
    return sum(float(np.sum(seed * out.numpy())) for seed, out in zip(seeds, outputs, strict=True) if seed is not None)


def slopes(f, arrays, eps=1e-6):
    """d f()/d(array) for each array, by central differences; f reads the arrays as they are changed in place."""
    result = []
    for array in arrays:
        slope = np.zeros_like(array)
        for place in np.ndindex(array.shape):
            kept = array[place]
            array[place] = kept + eps
            above = f()
            array[place] = kept - eps
            slope[place] = (above - f()) / (2 * eps)
            array[place] = kept
        result.append(slope)
    return result


def check_grad(row):
    """The gradient is the slope that finite differences find, of the input's shape, in the input's dtype."""
    for entry in row.shapes if row.grad else ():
        args, settings = arrays_of(row, entry)
        tensors, options = tensors_of(args, settings)
        inputs = floats_in(tensors, options)
        if not inputs:
            continue
        outputs = outputs_of(row.call()(*tensors, **options))
        seeds = seeds_for(outputs, row.random(1))
        assert any(s is not None for s in seeds), f"{row} of {entry}: no output requires grad"
        ours = grads_of(outputs, inputs, [None if s is None else autograd.tensor(s) for s in seeds])
        expected = slopes(
            lambda args=args, settings=settings, seeds=seeds: weighted(row, args, settings, seeds),
            floats_in(args, settings),
        )
        for grad, right in zip(ours, expected, strict=True):
            grad = np.zeros_like(right) if grad is None else grad.numpy()
            assert_close(grad, right, 1e-6, f"gradient of {row} at {entry}")


def check_second_order(row):
    """The gradient of the recorded gradient is the slope of the first-order gradient."""
    for entry in row.shapes if row.grad and row.second else ():
        args, settings = arrays_of(row, entry)
        if not floats_in(args, settings):
            continue
        rng = row.random(2)
        probe = outputs_of(row.call()(*tensors_of(args, settings)[0], **tensors_of(args, settings)[1]))
        seeds = [None if s is None else np.array(s) for s in seeds_for(probe, row.random(1))]
        weights = [rng.uniform(-1, 1, a.shape) for a in floats_in(args, settings)]

        def first(create_graph, args=args, settings=settings, seeds=seeds, weights=weights):
            tensors, options = tensors_of(args, settings)
            inputs = floats_in(tensors, options)
            upstream = [None if s is None else leaf(s) for s in seeds]
            grads = grads_of(outputs_of(row.call()(*tensors, **options)), inputs, upstream, create_graph=create_graph)
            return inputs + [s for s in upstream if s is not None], grads, weights

        def total(first=first):
            _, grads, weights = first(False)
            return sum(float(np.sum(w * g.numpy())) for w, g in zip(weights, grads, strict=True) if g is not None)

        leaves, grads, weights = first(True)
        pairs = [
            (g, autograd.tensor(w)) for g, w in zip(grads, weights, strict=True) if g is not None and g.requires_grad
        ]
        ours = (
            autograd.grad([g for g, _ in pairs], leaves, [w for _, w in pairs], allow_unused=True)
            if pairs
            else [None] * len(leaves)
        )  # constant gradients are not recorded: their slope must be 0
        arrays = floats_in(args, settings) + [s for s in seeds if s is not None]
        for grad, right in zip(ours, slopes(total, arrays), strict=True):
            grad = np.zeros_like(right) if grad is None else grad.numpy()
            assert_close(grad, right, 1e-5, f"second order of {row} at {entry}")


def check_float32(row):
    """Gradients of float32 inputs are float32, first and second order, with arrays and with scalars."""
    for entry in row.shapes if row.grad else ():
        args, settings = arrays_of(row, entry, np.float32)
        tensors, options = tensors_of(args, settings)
        inputs = floats_in(tensors, options)
        outputs = [out for out in outputs_of(row.call()(*tensors, **options)) if getattr(out, "requires_grad", False)]
        seeds = [leaf(np.ones(out.shape, np.float32)) for out in outputs]
        pairs = [*zip(grads_of(outputs, inputs, seeds, retain_graph=True), inputs, strict=True)]
        if row.second:
            grads = grads_of(outputs, inputs, seeds, create_graph=True)
            recorded = [g for g in grads if g is not None and g.requires_grad]
            ones = [autograd.tensor(np.ones(g.shape, np.float32)) for g in recorded]
            second = autograd.grad(recorded, inputs + seeds, ones, allow_unused=True) if recorded else ()
            pairs += [*zip(grads, inputs, strict=True), *zip(second, inputs + seeds, strict=False)]
        for grad, tensor in pairs:
            if grad is not None:
                assert grad.dtype == tensor.dtype and grad.shape == tensor.shape, (
                    f"{row} of {entry}: gradient {grad.dtype} {grad.shape} for {tensor.dtype} {tensor.shape}"
                )


def check_forms(row):
    """The method, the in-place form, the aliases and NumPy's function do what the op does."""
    entry = FUNCTIONS.get(row.key, row.op)
    if entry is None:
        return
    names = (row.key, *entry.aliases)
    if getattr(entry, "public", getattr(entry, "function", False)):
        assert all(getattr(autograd, name) is row.call() for name in names)
    for arguments in row.shapes:
        args, settings = arrays_of(row, arguments)
        tensors, options = tensors_of(args, settings)
        right = outputs_of(row.call()(*tensors, **options))
        forms = []
        if isinstance(args[0], np.ndarray):
            if entry.method:
                forms += [getattr(autograd.Tensor, name) for name in names]
            if entry.in_place and right[0].shape == tensors[0].shape and right[0].dtype == tensors[0].dtype:
                forms += [
                    lambda x, *rest, twin=name + "_", **options: getattr(x.clone(), twin)(*rest, **options)
                    for name in names
                ]
        if not options:
            forms += list(entry.numpy)
        for form in forms:
            for one, other in zip(outputs_of(form(*tensors, **options)), right, strict=True):
                if isinstance(other, autograd.Tensor):
                    assert one.requires_grad == other.requires_grad, (
                        f"{form} of {arguments} does not record as {row} does"
                    )
                    assert_close(one.detach().numpy(), other.detach().numpy(), 1e-13, f"{form} of {arguments}")


def check_silent(row):
    """Infinities and nan are values: NumPy's warnings stay away, and its errors where the user asks for them."""
    for entry in () if row.parity == "smooth" else row.shapes:
        for state in ("warn", "raise"):
            args, settings = arrays_of(row, entry, np.float32, "wild")
            tensors, options = tensors_of(args, settings)
            with warnings.catch_warnings(), np.errstate(all=state):
                warnings.simplefilter("error", RuntimeWarning)
                outputs = outputs_of(row.call()(*tensors, **options))
                if row.grad:
                    seeds = [
                        None if s is None else autograd.tensor(np.float32(s)) for s in seeds_for(outputs, row.random(1))
                    ]
                    grads_of(outputs, floats_in(tensors, options), seeds)


def check_raises(row):
    """Bad calls raise the promised type with the promised words, and change nothing."""
    for *entry, error, words in row.raises:
        args, settings = arrays_of(row, tuple(entry), np.float32)
        tensors, options = tensors_of(args, settings)
        inputs = floats_in(tensors, options)
        before = [(t.detach().numpy().copy(), t._version) for t in inputs]
        with pytest.raises(error) as caught:
            row.call()(*tensors, **options)
        assert words in str(caught.value), f"{row}: {caught.value}"
        for tensor, (array, version) in zip(inputs, before, strict=True):
            np.testing.assert_array_equal(tensor.detach().numpy(), array)
            assert tensor._version == version and tensor.grad is None


CHECKS = (
    check_value,
    check_integers,
    check_layout,
    check_grad,
    check_second_order,
    check_float32,
    check_forms,
    check_silent,
    check_raises,
)
