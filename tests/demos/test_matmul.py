import pytest

import autograd
from demos import DemoError, matmul


def randn(*shape):
    return autograd.randn(*shape, dtype=autograd.float64)


def lectures():
    autograd.manual_seed(0)
    return matmul.find_gradients(lambda W, X: W @ X, randn(5, 10), randn(10, 3))


def test_the_lectures_gradients_are_the_only_ones_that_fit():
    dW, dX = lectures()
    assert dW.shapes == {"dW": (5, 10), "dD": (5, 3), "X": (10, 3)}
    assert dW.formulas("the gradient") == ["dD @ X.T"] and dX.formulas("the gradient") == ["W.T @ dD"]
    assert dW.formulas("another shape") == ["X @ dD.T"] and dX.formulas("another shape") == ["dD.T @ W"]
    for found in (dW, dX):
        assert len({candidate.formula for candidate in found.candidates}) == 8
        assert len(found.formulas("no product")) == 6 and not found.formulas("other numbers")


def test_what_is_rejected_for_its_shapes_cannot_be_the_gradient():
    for found in lectures():
        for formula, left, right, verdict in found.candidates:
            fits = left[1] == right[0] and (left[0], right[1]) == found.shapes[found.name]
            assert fits == (verdict == "the gradient"), formula


def test_the_formula_that_fits_is_what_backward_computes():
    W, X, dD = randn(5, 10).requires_grad_(), randn(10, 3).requires_grad_(), randn(5, 3)
    (W @ X).backward(dD)
    assert autograd.allclose(W.grad, dD @ X.T) and autograd.allclose(X.grad, W.T @ dD)


def test_linear_layers_have_their_own_formulas():
    dW, dX = matmul.find_gradients(lambda W, X: X @ W.T, randn(5, 10), randn(3, 10))
    assert dW.formulas("the gradient") == ["dD.T @ X"] and dX.formulas("the gradient") == ["dD @ W"]


def test_square_matrices_leave_the_choice_to_the_numbers():
    for found in matmul.find_gradients(lambda W, X: W @ X, randn(4, 4), randn(4, 4)):
        assert len(found.formulas("other numbers")) == 7 and len(found.formulas("the gradient")) == 1


def test_the_listing():
    shown = "\n".join(matmul.listing(lectures()[0]))
    assert shown in matmul.__doc__.replace("\n    ", "\n"), shown


@pytest.mark.parametrize("wrong", [{"rows": 0}, {"inner": -1}, {"columns": 0}, {"seed": -1}])
def test_bad_options_are_told(wrong, tmp_path):
    with pytest.raises(DemoError, match="starts at"):
        matmul.main(out=str(tmp_path), **wrong)


@pytest.mark.demo
def test_the_table_and_the_picture(tmp_path, capsys):
    matmul.main(out=str(tmp_path))
    assert (tmp_path / "shapes.png").read_bytes().startswith(b"\x89PNG")
    rows = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert "W @ X dW 2 1 1 dD @ X.T" in rows
    assert "X @ W.T (nn.Linear) dW 2 1 1 dD.T @ X" in rows
    assert "W @ X, all 5 by 5 dW 8 8 1 dD @ X.T" in rows
    assert [path.name for path in tmp_path.iterdir()] == ["shapes.png"]
