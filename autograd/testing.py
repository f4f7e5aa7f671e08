"""Comparing tensors in tests, under the names of torch.testing."""

import numpy as np

from autograd import dtypes
from autograd.tensors import Tensor

# relative and absolute tolerance for each float type
TOLERANCES = {dtypes.float16: (1e-3, 1e-5), dtypes.float32: (1.3e-6, 1e-5), dtypes.float64: (1e-7, 1e-7)}


def assert_close(
    actual,
    expected,
    *,
    rtol=None,
    atol=None,
    equal_nan=False,
    check_device=True,
    check_dtype=True,
    check_stride=False,
    msg=None,
) -> None:
    """Raise AssertionError unless ``|actual - expected| <= atol + rtol * |expected|`` in every element.

    Compares Tensors, arrays and numbers, and lists, tuples and dicts of them. Without tolerances those of the less
    precise dtype hold; integers must be equal. Source: torch.testing.assert_close.
    """
    settings = {"rtol": rtol, "atol": atol, "equal_nan": equal_nan, "check_dtype": check_dtype, "msg": msg}
    if isinstance(expected, dict) and isinstance(actual, dict):
        fail_unless(actual.keys() == expected.keys(), f"The keys differ: {list(actual)} and {list(expected)}", msg)
        for key in expected:
            assert_close(actual[key], expected[key], **settings)
    elif isinstance(expected, (list, tuple)) and isinstance(actual, (list, tuple)):
        fail_unless(len(actual) == len(expected), f"The lengths differ: {len(actual)} and {len(expected)}", msg)
        for one, other in zip(actual, expected, strict=True):
            assert_close(one, other, **settings)
    else:
        compare(actual, expected, **settings)


def compare(actual, expected, rtol, atol, equal_nan, check_dtype, msg) -> None:
    """`assert_close` for one pair of tensors or numbers."""
    one, other = [np.asarray(value.payload if isinstance(value, Tensor) else value) for value in (actual, expected)]
    fail_unless(one.shape == other.shape, f"The shapes differ: {one.shape} and {other.shape}", msg)
    if check_dtype and isinstance(actual, Tensor) and isinstance(expected, Tensor):
        fail_unless(one.dtype == other.dtype, f"The dtypes differ: {actual.dtype} and {expected.dtype}", msg)
    if (rtol is None) != (atol is None):
        raise ValueError(f"rtol and atol must both be specified or both be unspecified, but got {rtol=} and {atol=}")
    if rtol is None:
        known = [TOLERANCES.get(dtypes.BY_NUMPY[array.dtype], (0.0, 0.0)) for array in (one, other)]
        rtol, atol = max(rtol for rtol, _ in known), max(atol for _, atol in known)
    far = ~np.isclose(one, other, rtol, atol, equal_nan)
    if far.any():
        with np.errstate(all="ignore"):
            apart = np.where(far, np.abs(one.astype(np.float64) - other), 0)
        worst = np.unravel_index(np.nanargmax(np.where(np.isnan(apart), np.inf, apart)), far.shape)
        place = tuple(map(int, worst))
        fail_unless(
            False,
            f"Tensor-likes are not close: {far.sum()} of {far.size} elements differ by more than {atol} + {rtol} * "
            f"|expected|; furthest apart, at {place}: {one[worst]} and {other[worst]}",
            msg,
        )


def fail_unless(truth, text, msg) -> None:
    """Raise AssertionError with this text, or with what the user makes of it."""
    if not truth:
        raise AssertionError(text if msg is None else msg(text) if callable(msg) else msg)
