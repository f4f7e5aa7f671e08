"""jacobian, hessian and the products with vectors: results, their structure and dtypes, and exceptions are torch's."""

import warnings

import pytest

import autograd

torch = pytest.importorskip("torch")

FUNCTIONS = {  # name -> (function of the library and of Tensors, shapes of the inputs)
    "elementwise": (lambda t, x: x.sin() * x, [(2, 3)]),
    "number to row": (lambda t, x: x * t.arange(3.0), [()]),
    "row to number": (lambda t, x: (x**3).sum(), [(4,)]),
    "number": (lambda t, x: x.exp(), [()]),
    "one in a matrix": (lambda t, x: (x**3).sum().reshape(1, 1), [(2, 2)]),
    "two inputs": (lambda t, x, y: (x @ y).tanh(), [(2, 3), (3,)]),
    "two inputs, one number": (lambda t, x, y: (x @ y).square().sum(), [(2, 3), (3,)]),
    "two outputs": (lambda t, x: (x.cumsum(0), x.prod()), [(3,)]),
    "two of both": (lambda t, x, y: (x * y, y.exp().sum(0)), [(2, 2), (2, 2)]),
    "independent of one": (lambda t, x, y: x**2, [(2,), (3,)]),
    "independent of all": (lambda t, x: t.ones(2), [(3,)]),
    "linear": (lambda t, x: 3 * x, [(3,)]),
    "linear, one number": (lambda t, x: x.sum(), [(3,)]),
    "one constant output": (lambda t, x: (x**2, t.ones(2)), [(3,)]),
    "maximum": (lambda t, x: t.maximum(x, 1 - x).logsumexp(0), [(5,)]),
    "separate": (lambda t, x, y: (x**3).sum() + (y**4).sum(), [(2,), (3,)]),
    "whole numbers": (lambda t, x: x.long(), [(3,)]),
}
SETTINGS = [(create_graph, strict) for create_graph in (False, True) for strict in (False, True)]


def numbers(shape):
    """Numbers between -1 and 1, none of them special."""
    size = autograd.Size(shape).numel()
    return autograd.linspace(-0.9, 0.8, size).reshape(shape).tolist()


def point(library, shapes, requires_grad=False):
    made = tuple(library.tensor(numbers(shape), requires_grad=requires_grad) for shape in shapes)
    return made if len(made) > 1 else made[0]


def outcome(call):
    """What came out, or the exception."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return call()
        except Exception as error:
            return error


def compare(ours, theirs):
    if isinstance(theirs, Exception):
        assert isinstance(ours, Exception), f"torch raises {theirs!r}, ours gives {ours}"
        assert type(ours) is type(theirs), f"{ours!r} against {theirs!r}"
    elif isinstance(theirs, tuple):
        assert isinstance(ours, tuple) and len(ours) == len(theirs), f"{ours} against {theirs}"
        for a, b in zip(ours, theirs, strict=True):
            compare(a, b)
    else:
        assert isinstance(ours, autograd.Tensor), f"{ours!r} against {theirs}"
        assert str(ours.dtype).split(".")[-1] == str(theirs.dtype).split(".")[-1] and ours.shape == tuple(theirs.shape)
        assert ours.requires_grad == theirs.requires_grad, f"{ours} against {theirs}"
        theirs = autograd.from_numpy(theirs.detach().numpy())
        assert autograd.allclose(ours.detach(), theirs, atol=1e-6), f"{ours} against {theirs}"


def both(call):
    compare(outcome(lambda: call(autograd)), outcome(lambda: call(torch)))


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("which", ["jacobian", "hessian"])
def test_matrices(which, name):
    function, shapes = FUNCTIONS[name]
    for create_graph, strict in SETTINGS:
        for requires_grad in (False, True):
            both(
                lambda t, graph=create_graph, strict=strict, grad=requires_grad: getattr(t.autograd.functional, which)(
                    lambda *inputs: function(t, *inputs), point(t, shapes, grad), graph, strict
                )
            )
    both(lambda t: getattr(t.autograd.functional, which)(lambda *inputs: function(t, *inputs), (point(t, shapes),)))


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("which", ["vjp", "jvp", "vhp", "hvp"])
def test_products(which, name):
    function, shapes = FUNCTIONS[name]
    for v in ("none", "inputs", "output", "wrong"):
        for create_graph, strict in SETTINGS:
            for requires_grad in (False, True):

                def call(t, v=v, graph=create_graph, strict=strict, grad=requires_grad):
                    inputs = point(t, shapes, grad)
                    arguments = inputs if isinstance(inputs, tuple) else (inputs,)
                    vector = {
                        "none": lambda: None,
                        "inputs": lambda: point(t, shapes),
                        "output": lambda: detached(function(t, *arguments)),
                        "wrong": lambda: t.ones(7),
                    }[v]()
                    return getattr(t.autograd.functional, which)(
                        lambda *inputs: function(t, *inputs), inputs, vector, graph, strict
                    )

                both(call)


def detached(output):
    return tuple(map(detached, output)) if isinstance(output, tuple) else output.detach()


@pytest.mark.parametrize(
    "settings",
    [
        {"vectorize": True},
        {"vectorize": True, "strict": True},
        {"strategy": "forward-mode"},
        {"strategy": "forward-mode", "vectorize": True, "create_graph": True},
        {"strategy": "forward-mode", "vectorize": True, "strict": True},
        {"strategy": "forward-mode", "strict": True, "create_graph": True},
        {"strategy": "sideways"},
    ],
    ids=str,
)
def test_strategies(settings):
    both(lambda t: t.autograd.functional.jacobian(lambda x: x.sin(), point(t, [(3,)]), **settings))
    settings = {{"strategy": "outer_jacobian_strategy"}.get(name, name): value for name, value in settings.items()}
    both(lambda t: t.autograd.functional.hessian(lambda x: x.sin().sum(), point(t, [(3,)]), **settings))


@pytest.mark.parametrize(
    "call",
    [
        lambda t: t.autograd.functional.jacobian(lambda x: x, 1.0),
        lambda t: t.autograd.functional.jacobian(lambda x: x, [t.ones(2)]),
        lambda t: t.autograd.functional.jacobian(lambda x: x * 1.0, t.arange(3)),
        lambda t: t.autograd.functional.vjp(lambda x: x * 2, t.ones(2), 1.0),
        lambda t: t.autograd.functional.vhp(lambda x, y: x.sum(), (t.ones(2), 2.0), t.ones(2)),
        lambda t: t.autograd.functional.jacobian(lambda x: x[:0], t.ones(2)),
        lambda t: t.autograd.functional.jacobian(lambda x: 1.0, t.ones(2)),
        lambda t: t.autograd.functional.jacobian(lambda x: [x], t.ones(2)),
        lambda t: t.autograd.functional.hessian(lambda x: 1.0, t.ones(2)),
        lambda t: t.autograd.functional.hvp(lambda x: [x], t.ones(2), t.ones(2)),
    ],
)
def test_exceptions(call):
    both(call)


def test_derivatives_of_derivatives():
    def third(t):
        x, v = t.tensor([0.3, -0.5], requires_grad=True), t.tensor([1.0, 2.0], requires_grad=True)
        functional = t.autograd.functional
        parts = [
            functional.jacobian(lambda x: x.exp() * x.flip(0), x, create_graph=True),
            functional.hessian(lambda x: x.exp().prod(), x, create_graph=True),
            functional.vjp(lambda x: x.sin(), x, v, create_graph=True)[1],
            functional.jvp(lambda x: x.sin(), x, v, create_graph=True)[1],
            functional.vhp(lambda x: x.prod() ** 3, x, v, create_graph=True)[1],
            functional.hvp(lambda x: x.prod() ** 3, x, v, create_graph=True)[1],
        ]
        return tuple(t.autograd.grad(part.sum(), (x, v), allow_unused=True, materialize_grads=True) for part in parts)

    both(third)
