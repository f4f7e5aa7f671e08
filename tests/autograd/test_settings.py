"""Process-wide settings, and the names of torch's early days."""

import pickle

import numpy as np
import pytest

import autograd
from autograd import settings


def test_threads():
    before = autograd.get_num_threads()
    try:
        autograd.set_num_threads(1)
        assert autograd.get_num_threads() == 1
    finally:
        autograd.set_num_threads(before)
    for wrong in (0, -1, 1.5, "2"):
        with pytest.raises(RuntimeError, match="set_num_threads"):
            autograd.set_num_threads(wrong)


def test_threads_without_threadpoolctl_are_remembered(monkeypatch):
    monkeypatch.setattr(settings, "thread_pools", lambda: None)
    monkeypatch.setattr(settings, "threads", None)
    assert autograd.get_num_threads() == 1
    autograd.set_num_threads(3)
    assert autograd.get_num_threads() == 3


def test_determinism_and_precision_are_remembered():
    autograd.use_deterministic_algorithms(True, warn_only=True)
    assert autograd.are_deterministic_algorithms_enabled()
    autograd.use_deterministic_algorithms(False)
    assert not autograd.are_deterministic_algorithms_enabled()
    autograd.set_float32_matmul_precision("medium")
    assert autograd.get_float32_matmul_precision() == "medium"
    autograd.set_float32_matmul_precision("highest")
    with pytest.warns(UserWarning, match="'low' is not highest, high or medium: ignored"):
        autograd.set_float32_matmul_precision("low")


def test_compile_is_the_identity():
    def f(x):
        return x

    assert autograd.compile(f) is f
    assert autograd.compile(mode="max-autotune")(f) is f
    assert autograd.jit.script(f) is f and autograd.jit.trace(f, 1) is f
    assert autograd.jit.ignore(f) is f and autograd.jit.ignore(drop=True)(f) is f


def test_tensor_types():
    x = autograd.FloatTensor([1, 2])
    assert x.dtype is autograd.float32 and x.tolist() == [1.0, 2.0]
    assert autograd.LongTensor(2, 3).shape == (2, 3) and autograd.LongTensor().shape == (0,)
    assert autograd.DoubleTensor(np.ones(2, np.float32)).dtype is autograd.float64
    assert isinstance(x, autograd.FloatTensor) and not isinstance(x, autograd.LongTensor)
    assert not isinstance(1.0, autograd.FloatTensor)
    assert x.type(autograd.LongTensor).dtype is x.type("torch.LongTensor").dtype is autograd.int64
    assert repr(autograd.ByteTensor) == "<class 'torch.ByteTensor'>"


def test_variable():
    x = autograd.ones(2)
    v = autograd.Variable(x, requires_grad=True)
    assert isinstance(v, autograd.Variable) and v.requires_grad and v.is_leaf and not x.requires_grad
    assert np.shares_memory(v.detach().numpy(), x.numpy())


def test_default_tensor_type():
    try:
        autograd.set_default_tensor_type(autograd.DoubleTensor)
        assert autograd.get_default_dtype() is autograd.float64
        autograd.set_default_tensor_type("torch.FloatTensor")
        assert autograd.get_default_dtype() is autograd.float32
    finally:
        autograd.set_default_dtype(autograd.float32)


def test_formats_print_as_torchs_and_stay_themselves_in_a_pickle():
    assert repr(autograd.strided) == "torch.strided" and repr(autograd.channels_last) == "torch.channels_last"
    assert pickle.loads(pickle.dumps(autograd.contiguous_format)) is autograd.contiguous_format
    assert autograd.ones(2).layout is autograd.strided
    assert autograd.ones(1, 2, 3, 4).to(memory_format=autograd.channels_last).shape == (1, 2, 3, 4)


def test_in_place_functions():
    x = autograd.tensor([-1.0, 1.0])
    assert autograd.relu_(x) is x and x.tolist() == [0.0, 1.0]
    assert not hasattr(autograd, "add_")
