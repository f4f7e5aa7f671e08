"""How tensors print: the rules one by one, as stored text."""

import numpy as np
import pytest

import autograd
from autograd import printing, tensor


@pytest.fixture(autouse=True)
def default_options():
    yield
    printing.set_printoptions(profile="default")


@pytest.mark.parametrize(
    "data, text",
    [
        (1.5, "tensor(1.5000)"),
        (2.0, "tensor(2.)"),
        (7, "tensor(7)"),
        (True, "tensor(True)"),
        ([], "tensor([])"),
        ([1.0, 2.0, -3.0], "tensor([ 1.,  2., -3.])"),
        ([0.5, 10.25], "tensor([ 0.5000, 10.2500])"),
        ([True, False], "tensor([ True, False])"),
        ([1, 20, -300], "tensor([   1,   20, -300])"),
        ([1.0, float("nan"), float("inf"), -float("inf")], "tensor([1., nan, inf, -inf])"),
        ([0.1, float("nan")], "tensor([0.1000,    nan])"),
        ([0.0, -0.0], "tensor([0., -0.])"),
        ([1.0, 1001.0], "tensor([1.0000e+00, 1.0010e+03])"),  # more than a factor of 1000 apart
        ([1.0, 1000.0], "tensor([   1., 1000.])"),
        ([9e-5], "tensor([9.0000e-05])"),
        ([2e8], "tensor([2.0000e+08])"),
        ([[1, 2], [3, 4]], "tensor([[1, 2],\n        [3, 4]])"),
        ([[[1], [2]], [[3], [4]]], "tensor([[[1],\n         [2]],\n\n        [[3],\n         [4]]])"),
    ],
)
def test_numbers_share_a_width_and_a_notation(data, text):
    assert repr(tensor(data)) == text


def test_long_lines_are_broken_within_80_characters():
    lines = repr(tensor(list(range(100, 130)))).splitlines()
    assert lines == [
        "tensor([100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111, 112, 113,",
        "        114, 115, 116, 117, 118, 119, 120, 121, 122, 123, 124, 125, 126, 127,",
        "        128, 129])",
    ]


def test_more_than_1000_elements_are_summarised():
    assert repr(tensor(list(range(1001)))) == "tensor([   0,    1,    2,  ...,  998,  999, 1000])"
    assert "..." not in repr(tensor(list(range(1000))))
    rows = repr(tensor(np.arange(2000).reshape(1000, 2))).splitlines()
    assert rows == [
        "tensor([[   0,    1],",
        "        [   2,    3],",
        "        [   4,    5],",
        "        ...,",
        "        [1994, 1995],",
        "        [1996, 1997],",
        "        [1998, 1999]])",
    ]


def test_only_what_a_summary_shows_decides_its_notation():
    array = np.ones(2000, np.float32)
    array[1000] = 1e-6
    assert repr(tensor(array)) == "tensor([1., 1., 1.,  ..., 1., 1., 1.])"


@pytest.mark.parametrize(
    "make, text",
    [
        (lambda: tensor([1.0], dtype=autograd.float64), "tensor([1.], dtype=torch.float64)"),
        (lambda: tensor([1], dtype=autograd.int32), "tensor([1], dtype=torch.int32)"),
        (lambda: tensor([], dtype=autograd.int64), "tensor([], dtype=torch.int64)"),
        (lambda: autograd.zeros(2, 0), "tensor([], size=(2, 0))"),
        (lambda: tensor([1.0], requires_grad=True), "tensor([1.], requires_grad=True)"),
        (lambda: tensor([1.0], requires_grad=True) * 2, "tensor([2.], grad_fn=<MulBackward0>)"),
        (
            lambda: tensor(1.0, dtype=autograd.float64, requires_grad=True),
            "tensor(1., dtype=torch.float64, requires_grad=True)",
        ),
        (
            lambda: tensor([123456.7] * 8, requires_grad=True),
            "tensor([123456.7031, 123456.7031, 123456.7031, 123456.7031, 123456.7031,\n"
            "        123456.7031, 123456.7031, 123456.7031], requires_grad=True)",
        ),
        (
            lambda: tensor([0.5] * 7, dtype=autograd.float64),
            "tensor([0.5000, 0.5000, 0.5000, 0.5000, 0.5000, 0.5000, 0.5000],\n       dtype=torch.float64)",
        ),
    ],
)
def test_what_the_numbers_do_not_say_follows_them(make, text):
    assert repr(make()) == str(make()) == text


def test_the_default_dtype_is_not_mentioned():
    autograd.set_default_dtype(autograd.float64)
    try:
        assert repr(tensor([1.0])) == "tensor([1.])"
        assert repr(tensor([1.0], dtype=autograd.float32)) == "tensor([1.], dtype=torch.float32)"
    finally:
        autograd.set_default_dtype(autograd.float32)


def test_a_users_subclass_prints_under_its_own_name():
    class Picture(autograd.Tensor):
        pass

    assert repr(Picture([1.0, 2.0])) == "Picture([1., 2.])"


def test_printoptions():
    x = tensor([1 / 3, 2 / 3])
    printing.set_printoptions(precision=2)
    assert repr(x) == "tensor([0.33, 0.67])"
    with printing.printoptions(sci_mode=True):
        assert repr(x) == "tensor([3.33e-01, 6.67e-01])"
    assert repr(x) == "tensor([0.33, 0.67])"
    printing.set_printoptions(profile="short", linewidth=14)
    assert repr(x) == "tensor([0.33,\n        0.67])"
    printing.set_printoptions(profile="default", threshold=4, edgeitems=1)
    assert repr(tensor([1, 2, 3, 4, 5])) == "tensor([1,  ..., 5])"
    printing.set_printoptions(edgeitems=0)
    assert repr(tensor([1, 2, 3, 4, 5])) == "tensor([...], size=(5,))"
    printing.set_printoptions(profile="full")
    assert "..." not in repr(autograd.zeros(2000))
    with pytest.raises(ValueError, match="default, short, full, not 'wide'"):
        printing.set_printoptions(profile="wide")
