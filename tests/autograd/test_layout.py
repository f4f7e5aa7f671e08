"""Sizes, strides and contiguity."""

import pytest

import autograd


def test_sizes():
    x = autograd.zeros(2, 3, 4)
    assert x.size() == x.shape == (2, 3, 4) and x.size(1) == 3 and x.size(-1) == 4 and x.dim() == x.ndimension() == 3
    assert x.numel() == x.nelement() == 24 and x.element_size() == 4 and autograd.zeros(()).size() == ()
    with pytest.raises(
        IndexError, match=r"size: Dimension out of range \(expected to be in range of \[-3, 2\], but got 3\)"
    ):
        x.size(3)


def test_strides_count_elements():
    x = autograd.zeros(2, 3, 4)
    assert x.stride() == (12, 4, 1) and x.stride(0) == 12 and x.transpose(0, 2).stride() == (1, 4, 12)
    assert autograd.zeros(2, 0, 3).stride() == (3, 3, 1) and autograd.zeros(()).stride() == ()
    assert x[:, 1:, ::2].stride() == (12, 4, 2) and x[:, 1:, ::2].storage_offset() == 4 and x.storage_offset() == 0


def test_contiguous_copies_only_where_it_must():
    x = autograd.arange(6.0).reshape(2, 3).requires_grad_()
    assert x.is_contiguous() and x.contiguous() is x
    y = x.T
    assert not y.is_contiguous() and y.contiguous().is_contiguous() and y.contiguous().tolist() == y.tolist()
    (y.contiguous() * autograd.arange(6.0).reshape(3, 2)).sum().backward()
    assert x.grad.tolist() == [[0, 2, 4], [1, 3, 5]]


def test_kinds():
    x, n = autograd.zeros(1), autograd.zeros(1, dtype=autograd.uint8)
    assert x.is_floating_point() and x.is_signed() and not x.is_complex() and not x.is_nonzero()
    assert not n.is_floating_point() and not n.is_signed()
    assert x.is_set_to(x.detach()) and not x.is_set_to(x.clone())
