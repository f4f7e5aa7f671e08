"""Derivatives of functions as a whole: Jacobians, Hessians, and their products with vectors.

For ``y = f(x)`` the Jacobian holds the slope of every output along every input, ``J[i, j] = dy_i / dx_j``. Backward
multiplies it from the left, ``vjp: v^T J``, without ever forming it; so one backward for each output gives its rows.
``v^T J`` is linear in v, with slope J^T: a backward through that backward multiplies from the right, ``jvp: J v``.
The Hessian of a function that gives one number is the Jacobian of its gradient, and so are its two products.

>>> import autograd
>>> from autograd.functional import jacobian
>>> jacobian(lambda x: x * x, autograd.tensor([1.0, 2.0, 3.0]))
tensor([[2., 0., 0.],
        [0., 4., 0.],
        [0., 0., 6.]])
"""

from collections.abc import Callable
from typing import Any

from autograd.creation import zeros_like
from autograd.differentiation import grad
from autograd.modes import enable_grad
from autograd.ops import TABLE
from autograd.tensors import Tensor

Function = Callable[..., Tensor | tuple[Tensor, ...]]
Tensors = Tensor | tuple[Tensor, ...]

stack = TABLE["stack"].call


def jacobian(
    func: Function,
    inputs: Tensors,
    create_graph: bool = False,
    strict: bool = False,
    vectorize: bool = False,
    strategy: str = "reverse-mode",
) -> Any:
    """The Jacobian of `func` at `inputs`, ``J[i, j] = d output_i / d input_j``, one backward for each row.

    Shapes: input (*X), output (*Y) -> (*Y, *X). With several outputs a tuple of these, with several inputs again; with
    several of both ``J[output][input]``.

    Parameters
    ----------
    func : function of Tensors to a Tensor or a tuple of Tensors
    inputs : Tensor or tuple of Tensors
    create_graph : bool, record the Jacobian itself, for derivatives of higher order
    strict : bool, raise where an output does not depend on an input, rather than give zeros
    vectorize, strategy : accepted for torch's sake, they change no result

    Source: torch.autograd.functional.jacobian; lecture, vector derivatives.
    """
    check_strategy("jacobian", strategy, vectorize, create_graph, strict)
    return rows_of("jacobian", func, inputs, create_graph, strict)


def hessian(
    func: Function,
    inputs: Tensors,
    create_graph: bool = False,
    strict: bool = False,
    vectorize: bool = False,
    outer_jacobian_strategy: str = "reverse-mode",
) -> Any:
    """The Hessian of `func`, which gives one number: ``H[i, j] = d^2 output / d input_i d input_j``.

    Shapes: input (*X), output of one element -> (*X, *X); with several inputs ``H[first][second]``.

    Parameters
    ----------
    as in `jacobian`

    Source: torch.autograd.functional.hessian.
    """
    check_strategy("hessian", outer_jacobian_strategy, vectorize, create_graph, strict)
    found = rows_of("hessian", Gradient("hessian", func, strict), inputs, create_graph, strict)
    return like(inputs, found)


def vjp(func: Function, inputs: Tensors, v: Tensors | None = None, create_graph=False, strict=False) -> tuple[Any, Any]:
    """(output, v^T J): the output of `func`, and the product of `v` with its Jacobian, as backward computes it.

    Shapes: `v` as the output -> a product of the inputs' shapes.

    Parameters
    ----------
    func, inputs, create_graph, strict : as in `jacobian`
    v : what arrives from above; 1 for an output of one element

    Source: torch.autograd.functional.vjp; lecture, backpropagation with vectors.
    """
    return pull_back("vjp", func, inputs, v, create_graph, strict)


def jvp(func: Function, inputs: Tensors, v: Tensors | None = None, create_graph=False, strict=False) -> tuple[Any, Any]:
    """(output, J v): the output of `func`, and how fast it changes as its inputs move along `v`.

    Shapes: `v` as the inputs -> a product of the output's shape.

    Parameters
    ----------
    as in `vjp`

    Source: torch.autograd.functional.jvp; Townsend 2017, a new trick for calculating Jacobian vector products.
    """
    return push_forward("jvp", func, inputs, v, create_graph, strict)


def vhp(func: Function, inputs: Tensors, v: Tensors | None = None, create_graph=False, strict=False) -> tuple[Any, Any]:
    """(output, v^T H): the output of `func`, a number, and the product of `v` with its Hessian.

    Shapes: `v` as the inputs -> a product of the same shapes.

    Parameters
    ----------
    as in `vjp`

    Source: torch.autograd.functional.vhp.
    """
    gradient = Gradient("vhp", func, strict)
    _, product = pull_back("vhp", gradient, inputs, v, create_graph, strict)
    return gradient.output if create_graph else gradient.output.detach(), product


def hvp(func: Function, inputs: Tensors, v: Tensors | None = None, create_graph=False, strict=False) -> tuple[Any, Any]:
    """(output, H v): as `vhp`, which is faster, and gives the same where second derivatives are continuous.

    Shapes: `v` as the inputs -> a product of the same shapes.

    Parameters
    ----------
    as in `vjp`

    Source: torch.autograd.functional.hvp.
    """
    gradient = Gradient("hvp", func, strict)
    _, product = push_forward("hvp", gradient, inputs, v, create_graph, strict)
    return gradient.output if create_graph else gradient.output.detach(), like(inputs, product)


# What they are made of; `name` is that of the public function, for its errors


@enable_grad()
def rows_of(name, func, inputs, create_graph, strict):
    """The Jacobian: the gradient of each element of the output is a row."""
    points = fresh(as_tensors(name, "inputs", inputs), create_graph)
    output = func(*points)
    found = []
    for k, out in enumerate(as_outputs(name, output, strict)):
        rows = []
        for element in out.reshape(-1).unbind():
            row = gradients([element], points, None, create_graph, keep=True)
            rows.append(filled(name, f"output {k}", "input", row, points, create_graph, strict))
        blocks = [stack([row[i] for row in rows]).reshape((*out.shape, *x.shape)) for i, x in enumerate(points)]
        found.append(like(inputs, ended(blocks, create_graph)))
    return like(output, tuple(found))


@enable_grad()
def pull_back(name, func, inputs, v, create_graph, strict):
    """(output, v^T J), by one backward."""
    points = fresh(as_tensors(name, "inputs", inputs), create_graph)
    output = func(*points)
    outputs = as_outputs(name, output, strict)
    v = as_vector(name, v, outputs, create_graph)
    product = gradients(outputs, points, v, create_graph)
    product = filled(name, "the output", "input", product, points, create_graph, strict)
    return like(output, ended(outputs, create_graph)), like(inputs, ended(product, create_graph))


@enable_grad()
def push_forward(name, func, inputs, v, create_graph, strict):
    """(output, J v), by two backwards: through ``u^T J``, for whatever u, and then along u."""
    points = fresh(as_tensors(name, "inputs", inputs), create_graph)
    v = as_vector(name, v, points, create_graph)
    output = func(*points)
    outputs = as_outputs(name, output, strict)
    u = [zeros_like(out, requires_grad=True) for out in outputs]
    pulled = gradients(outputs, points, u, create_graph=True)
    if strict:
        filled(name, "the output", "input", pulled, points, create_graph=True, strict=True)
    product = gradients(pulled, u, v, create_graph)
    product = filled(name, "u^T J", "u, entry", product, outputs, create_graph, strict)
    return like(output, ended(outputs, create_graph)), like(output, ended(product, create_graph))


class Gradient:
    """The gradient of a function that gives one number, itself a function; it remembers the number."""

    def __init__(self, name, func, strict):
        self.name, self.func, self.strict = name, func, strict

    def __call__(self, *points):
        self.output = self.func(*points)
        outputs = as_outputs(self.name, self.output, self.strict)
        if isinstance(self.output, tuple):
            raise RuntimeError(
                f"{self.name}: the function should return a single Tensor, not a tuple of {len(outputs)}: see jacobian"
            )
        if self.output.numel() != 1:
            raise RuntimeError(
                f"{self.name}: the function should return a Tensor with a single element, not one of shape "
                f"{tuple(self.output.shape)}: reduce it (.sum(), .mean()), or see jacobian"
            )
        found = gradients(outputs, points, None, create_graph=True)
        return filled(self.name, "the output", "input", found, points, create_graph=True, strict=self.strict)


def gradients(outputs, points, v, create_graph, keep=None):
    """The gradient for each point, None where nothing leads to it; outputs without a graph are left out."""
    given = [None] * len(outputs) if v is None else v
    pairs = [(out, g) for out, g in zip(outputs, given, strict=True) if out is not None and out.requires_grad]
    if not pairs:
        return (None,) * len(points)
    outputs, given = zip(*pairs, strict=True)
    return grad(outputs, points, given, retain_graph=keep, create_graph=create_graph, allow_unused=True)


def filled(name, what, source, found, points, create_graph, strict):
    """The gradients with zeros for None, which `strict` forbids; as it does a constant one where a graph is wanted."""
    for i, g in enumerate(found if strict else ()):
        if g is None:
            raise RuntimeError(f"{name}: strict=True, but {what} is independent of {source} {i}")
        if create_graph and not g.requires_grad:
            raise RuntimeError(
                f"{name}: strict=True, but the derivative of {what} along {source} {i} is independent of the inputs"
            )
    return tuple([zeros_like(x) if g is None else g for g, x in zip(found, points, strict=True)])


def as_tensors(name, what, given) -> tuple:
    """One Tensor or a tuple of them, as a tuple."""
    tensors = given if isinstance(given, tuple) else (given,)
    for i, tensor in enumerate(tensors):
        if not isinstance(tensor, Tensor):
            where = f", but at index {i} there is" if isinstance(given, tuple) else ", not"
            raise TypeError(f"{name}: {what} must be a Tensor or a tuple of Tensors{where} a {type(tensor).__name__}")
    return tensors


def as_outputs(name, output, strict) -> tuple:
    """What the function returned, as a tuple."""
    outputs = as_tensors(name, "what the function returns", output)
    for k, out in enumerate(outputs):
        if strict and not out.requires_grad:
            raise RuntimeError(f"{name}: strict=True, but output {k} of the function is independent of all inputs")
    return outputs


def as_vector(name, v, refs, create_graph):
    """`v` as a tuple, of the same shapes as `refs`; it may be left out where it is one number, 1."""
    shapes = [tuple(ref.shape) for ref in refs]
    if v is None:
        if len(refs) != 1 or refs[0].numel() != 1:
            raise RuntimeError(f"{name}: v can be left out only where it has a single element: give {wanted(shapes)}")
        return None
    v = as_tensors(name, "v", v)
    if [tuple(tensor.shape) for tensor in v] != shapes:
        came = wanted([tuple(tensor.shape) for tensor in v])
        raise RuntimeError(f"{name}: v has an invalid size: expected {wanted(shapes)}, but got {came}")
    return [tensor if create_graph else tensor.detach() for tensor in v]


def wanted(shapes) -> str:
    """Shapes in words."""
    return f"a Tensor of shape {shapes[0]}" if len(shapes) == 1 else f"Tensors of shapes {', '.join(map(str, shapes))}"


def fresh(inputs, create_graph) -> list:
    """Tensors that require grad, and are told from those that the function may reach otherwise; the same memory."""
    return [x.view_as(x) if create_graph and x.requires_grad else x.detach().requires_grad_() for x in inputs]


def ended(tensors, create_graph) -> tuple:
    """The results without a graph, unless it is wanted."""
    return tuple([tensor if create_graph else tensor.detach() for tensor in tensors])


def like(given, results):
    """A tuple for a tuple, one result for one."""
    return results if isinstance(given, tuple) else results[0]


def check_strategy(name, strategy, vectorize, create_graph, strict) -> None:
    """Raise for what torch does not offer."""
    if strategy not in ("forward-mode", "reverse-mode"):
        raise AssertionError(f"{name}: the strategy is 'forward-mode' or 'reverse-mode', not {strategy!r}")
    if strategy == "forward-mode" and (create_graph or not vectorize):
        raise NotImplementedError(f"{name}: strategy='forward-mode' needs vectorize=True and create_graph=False")
    if strict and vectorize:
        raise RuntimeError(f"{name}: strict=True needs vectorize=False")
