"""Function: custom ops, their contexts, several outputs, double differentiation, misuse."""

import numpy as np
import pytest

import autograd
from autograd import Function, tensor


class Cube(Function):
    @staticmethod
    def forward(ctx, x, scale):
        ctx.save_for_backward(x)
        ctx.scale = scale
        return x**3 * scale

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return g * 3 * x**2 * ctx.scale, None


class PolarForm(Function):
    """Two outputs, one saved output."""

    @staticmethod
    def forward(ctx, x, y):
        r = (x * x + y * y).sqrt()
        ctx.save_for_backward(x, y, r)
        return r, autograd.atan2(y, x)

    @staticmethod
    def backward(ctx, g_r, g_angle):
        x, y, r = ctx.saved_tensors
        return g_r * x / r - g_angle * y / r**2, g_r * y / r + g_angle * x / r**2


def leaf(values):
    return tensor(values, dtype=autograd.float64, requires_grad=True)


def test_custom_op_of_any_order():
    x = leaf([2.0, -1.0])
    assert autograd.gradcheck(lambda t: Cube.apply(t, 2.0), x)
    assert autograd.gradgradcheck(lambda t: Cube.apply(t, 2.0), x)
    y = Cube.apply(x, 2.0)
    assert y.grad_fn.name() == "CubeBackward"


def test_several_outputs():
    x, y = leaf([3.0, 1.0]), leaf([4.0, -1.0])
    assert autograd.gradcheck(PolarForm.apply, (x, y))
    r, angle = PolarForm.apply(x, y)
    r.sum().backward(retain_graph=True)  # no gradient reaches the other output: it counts as zeros
    assert np.allclose(x.grad.numpy(), [0.6, 1 / np.sqrt(2)])
    (r + angle).sum().backward()


def test_a_saved_output_among_several_keeps_its_place():
    class ExpAndDouble(Function):
        @staticmethod
        def forward(ctx, x):
            out = x.exp()
            ctx.save_for_backward(out)
            return out, x * 2

        @staticmethod
        def backward(ctx, g, h):
            (out,) = ctx.saved_tensors
            return g * out + 2 * h

    x = leaf([0.1, 0.2])
    assert autograd.gradgradcheck(lambda t: ExpAndDouble.apply(t), x)


def test_setup_context_style():
    class Double(Function):
        @staticmethod
        def forward(x):
            return x * 2

        @staticmethod
        def setup_context(ctx, inputs, output):
            ctx.shape = inputs[0].shape

        @staticmethod
        def backward(ctx, g):
            assert g.shape == ctx.shape
            return g * 2

    x = leaf([1.0])
    Double.apply(x).backward()
    assert x.grad.item() == 2


def test_non_differentiable_output_and_unmaterialized_gradient():
    class MaxWithIndex(Function):
        @staticmethod
        def forward(ctx, x):
            index = x.argmax()
            ctx.set_materialize_grads(False)
            ctx.mark_non_differentiable(index)
            ctx.index, ctx.size = index.item(), x.shape[0]
            return x[ctx.index] * 1, index

        @staticmethod
        def backward(ctx, g, g_index):
            assert g_index is None
            out = autograd.zeros(ctx.size, dtype=g.dtype)
            out[ctx.index] = g
            return out

    x = leaf([1.0, 5.0, 2.0])
    value, index = MaxWithIndex.apply(x)
    assert not index.requires_grad
    value.backward()
    assert x.grad.tolist() == [0, 1, 0]


def test_mark_dirty():
    class AddOne(Function):
        @staticmethod
        def forward(ctx, x):
            x.add_(1)
            ctx.mark_dirty(x)
            return x

        @staticmethod
        def backward(ctx, g):
            return g * 7

    x = leaf([1.0])
    h = x * 1
    out = AddOne.apply(h)
    assert out is h and h.item() == 2
    out.backward()
    assert x.grad.item() == 7


def test_needs_input_grad():
    seen = []

    class Look(Function):
        @staticmethod
        def forward(ctx, x, y):
            return x + y

        @staticmethod
        def backward(ctx, g):
            seen.append(ctx.needs_input_grad)
            return g, None

    Look.apply(leaf([1.0]), tensor([1.0], dtype=autograd.float64)).backward()
    assert seen == [(True, False)]


@pytest.mark.parametrize(
    ("answer", "error", "words"),
    [
        (lambda g: (g, g), RuntimeError, "incorrect number of gradients"),
        (
            lambda g: autograd.ones(3),
            RuntimeError,
            r"invalid gradient at index 0 - got \[3\] but expected shape compatible with \[2\]",
        ),
        (lambda g: 3.0, TypeError, "expected Tensor or None"),
    ],
)
def test_wrong_backward(answer, error, words):
    class Wrong(Function):
        @staticmethod
        def forward(ctx, x):
            return x * 1

        @staticmethod
        def backward(ctx, g):
            return answer(g)

    x = leaf([1.0, 2.0])
    with pytest.raises(error, match=words):
        Wrong.apply(x).sum().backward()
    assert x.grad is None


def test_saved_for_backward_misuse():
    class Keeps(Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x.item())
            return x

    with pytest.raises(TypeError, match="can only save variables"):
        Keeps.apply(leaf(1.0))
    with pytest.raises(NotImplementedError, match="forward"):
        Function.apply(leaf(1.0))


def test_saved_values_are_freed_and_guarded_like_any_other():
    x = leaf([2.0])
    y = Cube.apply(x, 1.0)
    y.backward()
    with pytest.raises(RuntimeError, match="second time"):
        y.backward()
    h = x * 1
    y = Cube.apply(h, 1.0)
    h.add_(1)
    with pytest.raises(RuntimeError, match="inplace operation"):
        y.backward()


def test_once_differentiable():
    class Once(Function):
        @staticmethod
        def forward(ctx, x):
            return x * 1

        @staticmethod
        @autograd.once_differentiable
        def backward(ctx, g):
            return g

    x = leaf([1.0])
    Once.apply(x).backward()
    assert x.grad.item() == 1
    with pytest.raises(RuntimeError, match="differentiate twice"):
        autograd.grad(Once.apply(x), x, create_graph=True)


class Same(Function):
    @staticmethod
    def forward(ctx, x):
        return x

    @staticmethod
    def backward(ctx, g):
        return g * 5


def test_an_input_returned_as_it_is_takes_no_writes():
    x = leaf([1.0, 2.0])
    h = x * 1
    out = Same.apply(h)
    assert out is not h and out._is_view()
    with pytest.raises(RuntimeError, match="Output 0 of SameBackward is a view and is being modified inplace"):
        out.mul_(2)
    out.sum().backward()
    assert x.grad.tolist() == [5, 5]
    out = Same.apply(h)
    h.mul_(2)  # the write would replace the backward of Same
    with pytest.raises(RuntimeError, match="SameBackward"):
        out.sum().backward()


def test_a_leaf_cannot_be_marked_dirty():
    class AddOne(Function):
        @staticmethod
        def forward(ctx, x):
            ctx.mark_dirty(x)
            return x.add_(1)

        @staticmethod
        def backward(ctx, g):
            return g

    with pytest.raises(RuntimeError, match="a leaf Variable that requires grad"):
        AddOne.apply(leaf([1.0]))


def test_a_function_that_saves_nothing_is_never_freed():
    x = leaf([1.0])
    y = Same.apply(x + 0)
    y.sum().backward()
    y.sum().backward()
    assert x.grad.item() == 10


def test_each_output_of_several_is_named_after_the_function():
    class SumAndProduct(autograd.Function):
        @staticmethod
        def forward(ctx, x, y):
            ctx.save_for_backward(x, y)
            return x + y, x * y

        @staticmethod
        def backward(ctx, g, h):
            x, y = ctx.saved_tensors
            return g + h * y, g + h * x

    x = autograd.tensor(2.0, requires_grad=True)
    outputs = SumAndProduct.apply(x, x)
    assert [out.grad_fn.name() for out in outputs] == ["SumAndProductBackward"] * 2
