"""jacobian, hessian and the products with vectors, against closed forms."""

import pytest

import autograd
from autograd import functional, tensor
from autograd.functional import hessian, hvp, jacobian, jvp, vhp, vjp

A = tensor([[1.0, 2.0, 0.0], [-1.0, 3.0, 5.0], [4.0, 0.0, -2.0]], dtype=autograd.float64)
W = A[:2]
X = tensor([1.0, -2.0, 3.0], dtype=autograd.float64)


def close(found, expected):
    """Within rounding of each other, of one dtype, and structured alike."""
    if isinstance(expected, tuple):
        return isinstance(found, tuple) and all(map(close, found, expected)) and len(found) == len(expected)
    return found.dtype == expected.dtype and found.shape == expected.shape and autograd.allclose(found, expected)


def quadratic(x):
    return x @ A @ x


def cubes(x):
    return (x**3).sum()


def test_every_name_leads_to_the_one_module():
    import autograd.autograd.functional as as_in_torch

    assert as_in_torch is functional is autograd.autograd.functional is autograd.functional


def test_the_jacobian_of_a_linear_map_is_its_matrix():
    assert close(jacobian(lambda x: W @ x, X), W)


def test_the_jacobian_of_a_relu_layer_is_the_masked_matrix():
    y = A @ X
    assert (y > 0).tolist() == [False, True, False]
    assert close(jacobian(lambda x: (A @ x).relu(), X), (y > 0).unsqueeze(1) * A)


def test_the_jacobian_has_the_axes_of_output_and_input():
    x = autograd.arange(6.0).reshape(2, 3)
    found = jacobian(lambda x: x.exp().sum(1), x)
    assert found.shape == (2, 2, 3)
    expected = autograd.zeros(2, 2, 3)
    expected[0, 0], expected[1, 1] = x[0].exp(), x[1].exp()
    assert close(found, expected)
    assert jacobian(lambda x: x.sum(), x).shape == (2, 3)
    assert jacobian(lambda x: x * X.float(), x[0, 0]).shape == (3,)


def test_tuples_come_back_as_tuples():
    x, y = X, 2 * X[:2]
    eye, zero = autograd.eye(3, dtype=autograd.float64), autograd.zeros(2, 3, dtype=autograd.float64)

    def both(x, y):
        return 5 * x, W @ x + y * y

    squares = (2 * y).diag()
    assert close(jacobian(both, (x, y)), ((5 * eye, zero.T), (W, squares)))
    assert close(jacobian(lambda x, y: W @ x + y * y, (x, y)), (W, squares))
    assert close(jacobian(lambda x: (5 * x, W @ x), x), (5 * eye, W))
    assert close(jacobian(lambda x: W @ x, (x,)), (W,))
    assert close(jacobian(lambda x: (W @ x,), x), (W,))


def test_each_input_has_its_own_dtype():
    x, y = X, tensor([1.0, 2.0, 3.0])
    assert [found.dtype for found in jacobian(lambda x, y: x * y, (x, y))] == [autograd.float64, autograd.float32]


def test_the_hessian_of_a_quadratic_form():
    assert close(hessian(quadratic, X), A + A.T)
    assert close(hessian(quadratic, (X,)), ((A + A.T,),))
    y = 2 * X[:2]
    found = hessian(lambda x, y: (y @ W @ x).reshape(1, 1), (X, y))
    nothing = [autograd.zeros(n, n, dtype=autograd.float64) for n in (3, 2)]
    assert close(found, ((nothing[0], W.T), (W, nothing[1])))


def test_products_from_the_left_and_from_the_right():
    v, u = tensor([1.0, 10.0], dtype=autograd.float64), X + 1
    assert close(vjp(lambda x: W @ x * 2, X, v), (W @ X * 2, v @ W * 2))
    assert close(jvp(lambda x: W @ x * 2, X, u), (W @ X * 2, W @ u * 2))
    assert close(vhp(quadratic, X, u), (quadratic(X), u @ (A + A.T)))
    assert close(hvp(quadratic, X, u), (quadratic(X), (A + A.T) @ u))
    assert close(hvp(lambda x, y: quadratic(x) * y, (X, X[0]), (u, X[0])), hvp_of_product(u))


def hvp_of_product(u):
    """Of q(x) * y at y = 1, along (u, 1): (H u + dq, dq u)."""
    slope = (A + A.T) @ X
    return quadratic(X), ((A + A.T) @ u + slope, slope @ u)


def test_products_of_tuples():
    v = (X, X[:2])
    output, (along_x, along_y) = vjp(lambda x, y: (x * x, W @ x + y), (X, X[:2]), v)
    assert close(output, (X * X, W @ X + X[:2]))
    assert close(along_x, 2 * X * X + X[:2] @ W) and close(along_y, X[:2])
    output, pushed = jvp(lambda x, y: (x * x, W @ x + y), (X, X[:2]), v)
    assert close(pushed, (2 * X * X, W @ X + X[:2]))


def test_one_number_needs_no_vector():
    x = tensor(3.0)
    assert close(jacobian(lambda x: x**3, x), tensor(27.0)) and close(hessian(lambda x: x**3, x), tensor(18.0))
    assert close(vjp(lambda x: x**2, x), (tensor(9.0), tensor(6.0)))
    assert close(jvp(lambda x: x**2, x), (tensor(9.0), tensor(6.0)))
    assert close(vhp(lambda x: x**3, x), (tensor(27.0), tensor(18.0)))
    assert close(hvp(lambda x: x**3, x), (tensor(27.0), tensor(18.0)))
    with pytest.raises(RuntimeError, match=r"vjp: v can be left out only .* give a Tensor of shape \(3,\)"):
        vjp(lambda x: x * 2, X)
    with pytest.raises(RuntimeError, match="jvp: v can be left out only"):
        jvp(cubes, X)


def test_results_have_a_graph_only_if_asked():
    x = X.clone().requires_grad_()
    for function, arguments in ((vjp, ()), (vhp, (X,)), (hvp, (X,))):
        assert not any(found.requires_grad for found in function(cubes, x, *arguments))
        assert all(found.requires_grad for found in function(cubes, x, *arguments, create_graph=True))
    assert not jacobian(cubes, x).requires_grad and jacobian(cubes, x, create_graph=True).requires_grad
    hessian(lambda x: (x**4).sum(), x, create_graph=True).sum().backward()
    assert close(x.grad, 24 * X)


def test_a_graph_reaches_the_vector_too():
    v = X.clone().requires_grad_()
    x = X.clone().requires_grad_()
    vjp(lambda x: x**2, x, v, create_graph=True)[1].sum().backward()
    assert close(v.grad, 2 * X) and close(x.grad, 2 * X)


def test_nothing_else_is_touched():
    x, weight = X.clone().requires_grad_(), W.clone().requires_grad_()
    with autograd.no_grad():
        assert close(jacobian(lambda x: weight @ x, x), W)
        assert close(hvp(quadratic, x, X)[1], (A + A.T) @ X)
    assert x.grad is None and weight.grad is None


def test_what_does_not_depend_has_derivative_0():
    assert close(jacobian(lambda x, y: (x, X), (X, X))[1], (0 * A, 0 * A))
    assert close(jvp(lambda x: X, X, X), (X, 0 * X))
    assert close(hessian(lambda x: x.sum(), X), 0 * A)
    assert close(vhp(lambda x: x.sum(), X, X)[1], 0 * X) and close(hvp(lambda x: x.sum(), X, X)[1], 0 * X)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: jacobian(lambda x: X, X, strict=True), "jacobian: strict=True, but output 0 of the function"),
        (lambda: jacobian(lambda x, y: x, (X, X), strict=True), "output 0 is independent of input 1"),
        (lambda: jacobian(lambda x: 2 * x, X, create_graph=True, strict=True), "derivative of output 0 along input 0"),
        (lambda: vjp(lambda x, y: x, (X, X), X, strict=True), "vjp: strict=True, but the output is independent of inp"),
        (
            lambda: jvp(lambda x, y: x, (X, X), (X, X), strict=True),
            "jvp: strict=True, but the output is independent of",
        ),
        (lambda: hessian(lambda x: x.sum(), X, strict=True), "hessian: strict=True, but the derivative of the output"),
        (lambda: vhp(lambda x: x.sum(), X, X, strict=True), "vhp: strict=True, but the derivative of the output"),
        (lambda: hvp(lambda x: x.sum(), X, X, strict=True), "hvp: strict=True, but the derivative of the output"),
        (lambda: hessian(lambda x: x, X), r"hessian: the function .* single element, not one of shape \(3,\): reduce"),
        (lambda: hvp(lambda x: (x.sum(), x.sum()), X, X), "hvp: .* single Tensor, not a tuple of 2: see jacobian"),
        (lambda: vjp(cubes, X, X), r"vjp: v has an invalid size: expected a Tensor of shape \(\), but got .* \(3,\)"),
        (lambda: jvp(cubes, (X,), (X, X)), r"jvp: v has an invalid size: .* but got Tensors of shapes \(3,\), \(3,\)"),
        (lambda: jacobian(cubes, X, strict=True, vectorize=True), "jacobian: strict=True needs vectorize=False"),
    ],
)
def test_errors(call, message):
    with pytest.raises(RuntimeError, match=message):
        call()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: jacobian(cubes, 3.0), "jacobian: inputs must be a Tensor or a tuple of Tensors, not a float"),
        (lambda: vhp(cubes, (X, 3.0)), "vhp: inputs must be .* Tensors, but at index 1 there is a float"),
        (lambda: vjp(lambda x: 1.0, X), "vjp: what the function returns must be a Tensor .* not a float"),
        (lambda: hvp(cubes, X, [1.0]), "hvp: v must be a Tensor .* not a list"),
    ],
)
def test_what_is_not_a_tensor(call, message):
    with pytest.raises(TypeError, match=message):
        call()


def test_strategies():
    assert close(jacobian(lambda x: W @ x, X, vectorize=True), W)
    assert close(jacobian(lambda x: W @ x, X, vectorize=True, strategy="forward-mode"), W)
    assert close(hessian(quadratic, X, vectorize=True), A + A.T)
    with pytest.raises(AssertionError, match="strategy is 'forward-mode' or"):
        jacobian(cubes, X, strategy="forwards")
    with pytest.raises(NotImplementedError, match="hessian: strategy='forward-mode' needs vectorize=True"):
        hessian(cubes, X, outer_jacobian_strategy="forward-mode")
