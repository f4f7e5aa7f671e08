"""Anomaly mode names the op, the module and the source line."""

import pytest

import autograd
import nn
from autograd import tensor


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([nn.Identity(), Root()])

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


class Root(nn.Module):
    def forward(self, x):
        return x.sqrt()  # infinite slope at 0


def test_nan_is_traced_to_its_op_module_and_line():
    x = tensor([0.0, 1.0], requires_grad=True)
    with autograd.detect_anomaly():
        y = Net()(x * 1)
        with pytest.raises(RuntimeError) as caught:
            (y * 0).sum().backward()
    text = str(caught.value)
    assert "sqrt: Function 'SqrtBackward0' returned nan values in its 0th output" in text
    assert "return x.sqrt()" in text and __file__ in text
    assert "module Net.layers.1" in text
    assert "this is where the NaN began" in text


def test_clean_graphs_pass_and_the_mode_ends():
    x = tensor([4.0], requires_grad=True)
    with autograd.detect_anomaly():
        assert autograd.is_anomaly_enabled()
        x.sqrt().backward()
    assert not autograd.is_anomaly_enabled()
    assert x.grad.item() == 0.25
    x = tensor([0.0], requires_grad=True)
    (x.sqrt() * 0).backward()  # silent outside
    assert x.grad.isnan().item()


def test_set_detect_anomaly_and_no_check():
    x = tensor([0.0], requires_grad=True)
    with autograd.set_detect_anomaly(True, check_nan=False):
        (x.sqrt() * 0).backward()
    assert not autograd.is_anomaly_enabled()


def test_in_place_misuse_names_both_lines():
    x = tensor([1.0, 2.0], requires_grad=True)
    with autograd.detect_anomaly():
        h = x * 1
        y = h * h  # saved here
        h.add_(1)  # spoilt here
        with pytest.raises(RuntimeError, match=r"mul: .*inplace.*`h.add_\(1\).*`; mul ran at .*`y = h \* h"):
            y.sum().backward()


def test_no_grad_inside_is_respected():
    x = tensor([1.0], requires_grad=True)
    with autograd.detect_anomaly():
        with autograd.no_grad():
            assert not (x * 2).requires_grad
        with autograd.no_grad(), autograd.enable_grad():
            y = x.sqrt()
        with pytest.raises(RuntimeError, match="nan"):
            (y * tensor(float("nan"))).backward()
