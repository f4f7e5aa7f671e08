"""Where leaves are born: values, dtypes, memory, and what is refused."""

import numpy as np
import pytest

import autograd
from autograd import float16, float32, float64, int32, int64, tensor, uint8

NAN = float("nan")


@pytest.mark.parametrize(
    "data, dtype, value",
    [
        (3, int64, 3),
        (3.0, float32, 3.0),
        (True, autograd.bool, True),
        ([], float32, []),
        ([[1, 2], [3, 4.5]], float32, [[1.0, 2.0], [3.0, 4.5]]),
        ([True, 2], int64, [1, 2]),
        ([True, 2.5], float32, [1.0, 2.5]),
        ((1, 2), int64, [1, 2]),
        (range(3), int64, [0, 1, 2]),
        (np.float64(1), float64, 1.0),
        (np.float32(1), float32, 1.0),
        (np.int32(1), int32, 1),
        ([np.float64(1), 2], float64, [1.0, 2.0]),
        ([np.float32(1), 2], float32, [1.0, 2.0]),
        (np.array([1, 2], np.int32), int32, [1, 2]),
        ([np.ones(2), np.ones(2)], float64, [[1.0, 1.0]] * 2),
        ([tensor(5.0), 1], float32, [5.0, 1.0]),
        (2**63 - 1, int64, 2**63 - 1),
        (np.array([True]), autograd.bool, [True]),
    ],
)
def test_tensor(data, dtype, value):
    made = tensor(data)
    assert made.dtype is dtype and made.tolist() == value and made.is_leaf and not made.requires_grad


def test_tensor_options():
    assert tensor([1.7, -1.2], dtype=int64).tolist() == [1, -1]
    assert tensor([-1], dtype=uint8).tolist() == [255]
    assert tensor(1, dtype=float16, requires_grad=True).requires_grad
    data = np.zeros(2)
    made = tensor(data)
    made[0] = 5
    assert data[0] == 0


def test_a_tensor_of_a_tensor():
    x = tensor([1.0], requires_grad=True)
    with pytest.warns(UserWarning, match=r"recommended to use sourceTensor.detach\(\).clone\(\)"):
        made = tensor(x)
    assert made.tolist() == [1.0] and not made.requires_grad


@pytest.mark.parametrize(
    "make, error, words",
    [
        (lambda: tensor([[1, 2], [3]]), ValueError, "equal lengths at every depth"),
        (lambda: tensor("a"), TypeError, "invalid data type 'str'"),
        (lambda: tensor(["a"]), ValueError, "too many dimensions 'str'"),
        (lambda: tensor(None), RuntimeError, "Could not infer dtype of NoneType"),
        (lambda: tensor([1, None]), RuntimeError, "NoneType"),
        (lambda: tensor({1}), RuntimeError, "Could not infer dtype of set"),
        (lambda: tensor(2**70), ValueError, "Overflow"),
        (lambda: tensor([300], dtype=uint8), RuntimeError, "without overflow"),
        (lambda: tensor([NAN], dtype=int64), RuntimeError, "without overflow"),
        (lambda: tensor(1j), TypeError, "complex numbers are not supported"),
        (lambda: tensor(np.array(["a"])), TypeError, "can't convert np.ndarray of type <U1"),
        (lambda: tensor([autograd.ones(2)]), ValueError, "only one element tensors"),
        (lambda: tensor([1], requires_grad=True), RuntimeError, "Only Tensors of floating point"),
        (lambda: tensor([1.0], device="cuda"), RuntimeError, "computes on the CPU only"),
        (lambda: autograd.zeros(-1), RuntimeError, "negative dimension"),
        (lambda: autograd.zeros("a"), TypeError, "argument 'size'"),
        (lambda: autograd.zeros(2.5), TypeError, "must be tuple of ints"),
        (lambda: autograd.zeros(), TypeError, "missing 1 required"),
        (lambda: autograd.zeros(2, dtype=int64, requires_grad=True), RuntimeError, "Only Tensors of floating point"),
        (lambda: autograd.zeros(2, out=tensor([1.0])), TypeError, "out= is not supported"),
        (lambda: autograd.zeros(2, devise="cpu"), TypeError, "devise"),
        (lambda: autograd.zeros_like([1]), TypeError, "must be Tensor, not list"),
        (lambda: autograd.full(2, 3.0), TypeError, "must be tuple of ints"),
        (lambda: autograd.eye(-1), RuntimeError, "n must be greater or equal to 0"),
        (lambda: autograd.arange(5, 0), RuntimeError, "inconsistent with step"),
        (lambda: autograd.arange(0, 5, 0), RuntimeError, "step must be nonzero"),
        (lambda: autograd.arange(0, float("inf")), RuntimeError, "unsupported range"),
        (lambda: autograd.arange("a"), TypeError, "argument 'end' must be Number, not str"),
        (lambda: autograd.arange(), TypeError, "argument 'end'"),
        (lambda: autograd.linspace(0, 1, -1), RuntimeError, "number of steps must be non-negative"),
        (lambda: autograd.linspace(0, 1), TypeError, "steps"),
        (lambda: autograd.from_numpy([1]), TypeError, "expected np.ndarray (got list)"),
        (lambda: autograd.from_numpy(np.ones(2)[::-1]), ValueError, "negative"),
        (lambda: autograd.from_numpy(np.array(["a"])), TypeError, "only supported types are"),
        (lambda: autograd.vander(autograd.ones(2, 2)), RuntimeError, "one-dim"),
    ],
)
def test_refused(make, error, words):
    with pytest.raises(error) as caught:
        make()
    assert words in str(caught.value)


def test_sharing_memory():
    array = np.zeros(2)
    for made in (autograd.from_numpy(array), autograd.as_tensor(array), autograd.asarray(array)):
        made[0] += 1
    assert array[0] == 3
    x = tensor([1.0])
    assert (
        autograd.as_tensor(x) is x
        and autograd.as_tensor(x, dtype=float64).dtype is float64
        and autograd.asarray(x, copy=True) is not x
    )
    assert autograd.as_tensor([1, 2]).dtype is int64 and autograd.asarray([1.0], requires_grad=True).requires_grad


@pytest.mark.parametrize(
    "made, dtype, value",
    [
        (autograd.zeros(2), float32, [0, 0]),
        (autograd.ones((2,), dtype=int64), int64, [1, 1]),
        (autograd.zeros([1, 2]), float32, [[0, 0]]),
        (autograd.zeros(autograd.Size([2])), float32, [0, 0]),
        (autograd.zeros(size=(1,)), float32, [0]),
        (autograd.zeros(()), float32, 0),
        (autograd.full((2,), 3), int64, [3, 3]),
        (autograd.full([2], 3.5), float32, [3.5, 3.5]),
        (autograd.full((), True), autograd.bool, True),
        (autograd.full((1,), tensor(2.0)), float32, [2.0]),
        (autograd.full((1,), 1.5, dtype=int64), int64, [1]),
        (autograd.full((1,), 2, dtype=float64), float64, [2]),
        (autograd.eye(2), float32, [[1, 0], [0, 1]]),
        (autograd.eye(1, 2, dtype=int64), int64, [[1, 0]]),
        (autograd.scalar_tensor(3), float32, 3.0),
        (autograd.arange(3), int64, [0, 1, 2]),
        (autograd.arange(3.0), float32, [0, 1, 2]),
        (autograd.arange(1, 2, 0.25), float32, [1, 1.25, 1.5, 1.75]),
        (autograd.arange(5, 0, -2), int64, [5, 3, 1]),
        (autograd.arange(end=2), int64, [0, 1]),
        (autograd.arange(tensor(2)), int64, [0, 1]),
        (autograd.arange(2.5, dtype=int64), int64, [0, 1]),
        (autograd.arange(0), int64, []),
        (autograd.arange(2, dtype=float64), float64, [0, 1]),
        (autograd.linspace(0, 1, 3), float32, [0, 0.5, 1]),
        (autograd.linspace(0, 10, 5, dtype=int64), int64, [0, 2, 5, 7, 10]),
        (autograd.linspace(2, 3, 1), float32, [2]),
        (autograd.linspace(2, 3, 0), float32, []),
        (autograd.linspace(tensor(0.0), 1, steps=2), float32, [0, 1]),
        (autograd.logspace(0, 2, 3), float32, [1, 10, 100]),
        (autograd.logspace(0, 2, 3, base=2), float32, [1, 2, 4]),
        (autograd.vander(tensor([1.0, 2.0, 3.0])), float32, [[1, 1, 1], [4, 2, 1], [9, 3, 1]]),
        (autograd.vander(tensor([2, 3]), 3, True), int64, [[1, 2, 4], [1, 3, 9]]),
    ],
)
def test_values(made, dtype, value):
    assert made.dtype is dtype and made.tolist() == value


def test_arange_does_not_lose_its_last_step():
    """As many numbers as fit in exact arithmetic: ten tenths, not nine or eleven."""
    assert len(autograd.arange(0, 1, 0.1)) == 10
    assert autograd.arange(0, 1, 0.1, dtype=float64).tolist() == [i * 0.1 for i in range(10)]


def test_like():
    x = autograd.ones(2, 3, dtype=float64)
    for made in (
        autograd.zeros_like(x),
        autograd.ones_like(x),
        autograd.empty_like(x),
        autograd.full_like(x, 7),
        x.new_zeros(2, 3),
        x.new_ones((2, 3)),
        x.new_empty(2, 3),
        x.new_full((2, 3), 7),
    ):
        assert made.shape == (2, 3) and made.dtype is float64 and not np.shares_memory(made.numpy(), x.numpy())
    assert autograd.full_like(tensor([1]), 7.5).tolist() == [7] and autograd.zeros_like(x, dtype=int64).dtype is int64
    assert x.new_tensor([1, 2]).dtype is float64 and x.new_tensor([1], dtype=int64).dtype is int64
    assert autograd.zeros_like(x, requires_grad=True).requires_grad
    assert not autograd.zeros_like(x.requires_grad_()).requires_grad


def test_default_dtype():
    autograd.set_default_dtype(float64)
    try:
        assert all(
            made.dtype is float64
            for made in (
                tensor(1.0),
                tensor([1.0]),
                autograd.zeros(1),
                autograd.rand(1),
                autograd.arange(1.0),
                autograd.linspace(0, 1, 2),
            )
        )
    finally:
        autograd.set_default_dtype(float32)


def test_ignored_options():
    made = autograd.zeros(2, device="cpu", pin_memory=True, layout=None, memory_format=None)
    assert made.shape == (2,)


def test_strided_memory():
    made = autograd.empty_strided((2, 3), (1, 2))
    made.copy_(autograd.arange(6.0).reshape(2, 3))
    assert made.stride() == (1, 2) and made.tolist() == [[0, 1, 2], [3, 4, 5]]
