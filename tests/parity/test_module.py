"""Modules, containers and nn.utils beside torch's: the same program run with both, the same outcome."""

import copy
from collections import OrderedDict, namedtuple
from collections.abc import Callable
from functools import partial
from types import SimpleNamespace
from typing import NamedTuple

import pytest

torch = pytest.importorskip("torch")

import autograd  # noqa: E402
import nn  # noqa: E402


def build(lib, nn):
    """Layers defined once for both libraries, without those of nn."""

    class Affine(nn.Module):
        def __init__(self, n_in=2, n_out=3, bias=True):
            super().__init__()
            self.sizes = (n_in, n_out)
            self.weight = nn.Parameter(lib.ones(n_out, n_in) * 0.5)
            self.bias = nn.Parameter(lib.ones(n_out)) if bias else None
            self.register_buffer("steps", lib.tensor(3))
            self.register_buffer("scratch", lib.zeros(2), persistent=False)

        def forward(self, input, scale=1):
            out = (input * scale) @ self.weight.T
            return out if self.bias is None else out + self.bias

        def extra_repr(self):
            return f"{self.sizes[0]}, out={self.sizes[1]}"

    class Two(nn.Module):
        def forward(self, a, b):
            return a * 2, a * b

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.layers = nn.ModuleList([Affine(2, 3), Affine(2, 3), Affine(3, 2, bias=False)])
            self.heads = nn.ModuleDict({"b": nn.Sequential(OrderedDict(one=Affine())), "a": Two()})
            self.extra = nn.ParameterList([lib.ones(2, 3), lib.tensor(1.0), "x"])
            self.named = nn.ParameterDict({"w": lib.ones(1), "v": lib.zeros(2, 2), "n": 3})
            self.tied = self.layers[0].weight
            self.none = None
            self.register_buffer("mean", lib.zeros(2))

    grad = lib.grad if lib is autograd else lib.autograd.grad
    return SimpleNamespace(lib=lib, nn=nn, Affine=Affine, Two=Two, Net=Net, grad=grad)


OURS, THEIRS = build(autograd, nn), build(torch, torch.nn)


def plain(value):
    """An outcome without the library's own types."""
    if isinstance(value, autograd.Tensor | torch.Tensor):
        return value.tolist()
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return str(value)
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, autograd.dtype | torch.dtype):
        return str(value)
    if isinstance(value, nn.Module | torch.nn.Module):
        return repr(value)
    return value


def outcome(program, world):
    """What the program returns, or the type of what it raises."""
    try:
        return plain(program(world))
    except Exception as error:
        return type(error).__name__


def names(pairs):
    return [name for name, _ in pairs]


def applied(net):
    seen = []
    net.apply(lambda m: seen.append(type(m).__name__))
    return seen


def popped(modules):
    return modules.pop(0), modules


TREE = {
    "parameters": lambda w: names(w.Net().named_parameters()),
    "parameters with duplicates": lambda w: names(w.Net().named_parameters(remove_duplicate=False)),
    "parameters of itself": lambda w: names(w.Net().named_parameters("p", recurse=False)),
    "buffers": lambda w: names(w.Net().named_buffers()),
    "modules": lambda w: names(w.Net().named_modules(prefix="m")),
    "children": lambda w: names(w.Net().named_children()),
    "state_dict": lambda w: w.Net().state_dict(),
    "state_dict keys": lambda w: list(w.Net().state_dict(prefix="x.")),
    "metadata": lambda w: w.Net().state_dict()._metadata,
    "repr": lambda w: repr(w.Net()),
    "repr of a slice": lambda w: w.nn.Sequential(w.Affine(), w.nn.Module(), w.Affine())[::2],
    "repr of an empty list": lambda w: w.nn.Sequential(w.nn.ModuleList(), w.nn.Sequential(), w.nn.ModuleDict()),
    "repr of one parameter": lambda w: w.nn.ParameterList([w.lib.ones(2)]),
    "repr of a parameter": lambda w: repr(w.nn.Parameter(w.lib.tensor([[1.5, 2.0], [3.0, 4.0]]))),
    "repr of a frozen parameter": lambda w: repr(w.nn.Parameter(w.lib.tensor(2.0), requires_grad=False)),
    "repr of an int parameter": lambda w: repr(w.nn.Parameter(w.lib.tensor([1, 2]), requires_grad=False)),
    "repr of an empty parameter": lambda w: repr(w.nn.Parameter()),
    "apply": lambda w: applied(w.Net()),
    "double": lambda w: [t.dtype for t in w.Net().double().state_dict().values()],
    "half": lambda w: [t.dtype for t in w.Net().half().state_dict().values()],
    "to dtype": lambda w: [t.dtype for t in w.Net().to(w.lib.float64).state_dict().values()],
    "to tensor": lambda w: [t.dtype for t in w.Net().to(w.lib.ones(1).double()).state_dict().values()],
    "type": lambda w: [t.dtype for t in w.Affine().type(w.lib.float64).state_dict().values()],
    "freeze": lambda w: [p.requires_grad for p in w.Net().requires_grad_(False).parameters()],
    "eval": lambda w: [m.training for m in w.Net().eval().modules()],
    "pop": lambda w: popped(w.nn.Sequential(OrderedDict(a=w.Affine(), b=w.Two()))),
    "mul": lambda w: w.nn.Sequential(w.Affine()) * 2,
    "add": lambda w: w.nn.Sequential(w.Affine()) + w.nn.Sequential(w.Two()),
    "sorted keys": lambda w: list(w.nn.ParameterDict({"b": w.lib.ones(1), "a": w.lib.ones(1)})),
    "module dict order": lambda w: list(w.nn.ModuleDict({"b": w.Two(), "a": w.Two()})),
}

ERRORS = {
    "early parameter": lambda w: w.nn.Module.__new__(w.nn.Module).__setattr__("p", w.nn.Parameter(w.lib.ones(1))),
    "early module": lambda w: w.nn.Module.__new__(w.nn.Module).__setattr__("m", w.nn.Module()),
    "early buffer": lambda w: w.nn.Module.__new__(w.nn.Module).register_buffer("b", w.lib.ones(1)),
    "early call": lambda w: w.nn.Module.__new__(w.nn.Module)(1),
    "tensor as parameter": lambda w: setattr(w.Affine(), "weight", w.lib.ones(1)),
    "module as parameter": lambda w: setattr(w.Affine(), "weight", w.nn.Module()),
    "int as buffer": lambda w: setattr(w.Affine(), "steps", 3),
    "int as module": lambda w: setattr(w.Net(), "layers", 3),
    "tensor as module": lambda w: setattr(w.Net(), "layers", w.lib.ones(1)),
    "register int": lambda w: w.nn.Module().register_parameter("p", 3),
    "register tensor": lambda w: w.nn.Module().register_parameter("p", w.lib.ones(1)),
    "register empty": lambda w: w.nn.Module().register_parameter("", None),
    "register dot": lambda w: w.nn.Module().register_buffer("a.b", None),
    "register number": lambda w: w.nn.Module().register_buffer(3, None),
    "register taken": lambda w: w.nn.Module().register_buffer("training", None),
    "add int": lambda w: w.nn.Module().add_module("m", 3),
    "add taken": lambda w: w.nn.Module().add_module("forward", w.nn.Module()),
    "no attribute": lambda w: w.nn.Module().nothing,
    "no delete": lambda w: delattr(w.nn.Module(), "nothing"),
    "no forward": lambda w: w.nn.Module()(1),
    "init argument": lambda w: w.nn.Module(1),
    "train": lambda w: w.nn.Module().train(3),
    "to int": lambda w: w.Affine().to(w.lib.int64),
    "to nonsense": lambda w: w.Affine().to("banana"),
    "int parameter": lambda w: w.nn.Parameter(w.lib.tensor([1, 2])),
    "no submodule": lambda w: w.Net().get_submodule("layers.9"),
    "no module": lambda w: w.Net().get_submodule("layers.0.weight"),
    "no parameter": lambda w: w.Net().get_parameter("layers.0.sizes"),
    "no buffer": lambda w: w.Net().get_buffer("layers.0.weight"),
    "set empty": lambda w: w.Net().set_submodule("", w.Two()),
    "set int": lambda w: w.Net().set_submodule("layers.0", 3),
    "set number": lambda w: w.Net().set_submodule("layers.0.sizes", w.Two()),
    "set strict": lambda w: w.Net().set_submodule("layers.9", w.Two(), strict=True),
    "load int": lambda w: w.Affine().load_state_dict(3),
    "sequential of int": lambda w: w.nn.Sequential(3),
    "sequential of list": lambda w: w.nn.Sequential([w.Two()]),
    "sequential index": lambda w: w.nn.Sequential()[0],
    "sequential key": lambda w: w.nn.Sequential(w.Two())["0"],
    "sequential add": lambda w: w.nn.Sequential() + [],  # noqa: RUF005
    "sequential mul": lambda w: w.nn.Sequential() * 0,
    "sequential mul text": lambda w: w.nn.Sequential() * "a",
    "sequential insert": lambda w: w.nn.Sequential().insert(3, w.Two()),
    "sequential append": lambda w: w.nn.Sequential().append(3),
    "list of int": lambda w: w.nn.ModuleList(3),
    "list of ints": lambda w: w.nn.ModuleList([3]),
    "list of a dict": lambda w: w.nn.ModuleList({"a": w.Two()}),
    "list index": lambda w: w.nn.ModuleList()[0],
    "list call": lambda w: w.nn.ModuleList()(1),
    "dict key": lambda w: w.nn.ModuleDict()["a"],
    "dict update": lambda w: w.nn.ModuleDict().update(3),
    "dict update element": lambda w: w.nn.ModuleDict().update([3]),
    "dict update pair": lambda w: w.nn.ModuleDict().update([["a"]]),
    "dict value": lambda w: w.nn.ModuleDict({"a": 3}),
    "dict taken": lambda w: w.nn.ModuleDict({"keys": w.Two()}),
    "parameter list extend": lambda w: w.nn.ParameterList().extend(w.lib.ones(2)),
    "parameter list index": lambda w: w.nn.ParameterList()[0],
    "parameter list call": lambda w: w.nn.ParameterList()(1),
    "parameter dict key type": lambda w: w.nn.ParameterDict().__setitem__(3, 3),
    "parameter dict call": lambda w: w.nn.ParameterDict()(1),
    "gain": lambda w: w.nn.init.calculate_gain("swish"),
    "gain slope": lambda w: w.nn.init.calculate_gain("leaky_relu", True),
    "fan": lambda w: w.nn.init.xavier_uniform_(w.lib.ones(3)),
    "mode": lambda w: w.nn.init.kaiming_uniform_(w.lib.ones(3, 3), mode="x"),
    "eye": lambda w: w.nn.init.eye_(w.lib.ones(3)),
    "dirac": lambda w: w.nn.init.dirac_(w.lib.ones(3, 3)),
    "orthogonal": lambda w: w.nn.init.orthogonal_(w.lib.ones(3)),
    "sparse": lambda w: w.nn.init.sparse_(w.lib.ones(3), 0.1),
    "truncated": lambda w: w.nn.init.trunc_normal_(w.lib.ones(3), a=3, b=2),
    "clip nonfinite": lambda w: w.nn.utils.get_total_norm([w.lib.ones(1) / 0], error_if_nonfinite=True),
    "vector of int": lambda w: w.nn.utils.vector_to_parameters(3, []),
    "short vector": lambda w: w.nn.utils.vector_to_parameters(w.lib.ones(1), [w.nn.Parameter(w.lib.ones(2))]),
}


@pytest.mark.parametrize("name", TREE)
def test_trees(name):
    assert outcome(TREE[name], OURS) == outcome(TREE[name], THEIRS)


@pytest.mark.filterwarnings("ignore:mean is more than 2 std")
@pytest.mark.parametrize("name", ERRORS)
def test_errors(name):
    theirs = outcome(ERRORS[name], THEIRS)
    assert isinstance(theirs, str) and theirs.endswith("Error")
    assert outcome(ERRORS[name], OURS) == theirs


LOADS = {
    "all": lambda state, lib: None,
    "missing": lambda state, lib: state.pop("1.bias"),
    "unexpected": lambda state, lib: state.update(dict.fromkeys(["1.x", "2.y", "z", "1.weight.w"], lib.ones(1))),
    "size": lambda state, lib: state.update({"0.weight": lib.ones(3)}),
    "everything": lambda state, lib: (state.update({"0.weight": lib.ones(3), "z": lib.ones(1)}), state.pop("1.steps")),
}


@pytest.mark.parametrize("strict", [True, False])
@pytest.mark.parametrize("name", LOADS)
def test_load_reports(name, strict):
    texts = []
    for w in (OURS, THEIRS):
        net = w.nn.Sequential(w.Affine(), w.Affine())
        state = net.state_dict()
        LOADS[name](state, w.lib)
        try:
            texts.append(str(net.load_state_dict(state, strict=strict)))
        except RuntimeError as error:
            texts.append(str(error))
    assert texts[0] == texts[1]


class Watched(NamedTuple):
    """A module, what is computed with it, and its hooks; every call of a hook is kept."""

    make: str
    loss: Callable
    hooks: dict


HOOKS = {
    "sees": Watched("Affine", lambda m, a, b: m(a).sum(), {"full_backward": lambda m, gi, go: None}),
    "replaces": Watched(
        "Affine",
        lambda m, a, b: (m(a) * 3).sum(),
        {"full_backward": lambda m, gi, go: (gi[0] * go[0].sum(),), "full_backward_pre": lambda m, go: (go[0] * 2,)},
    ),
    "keywords": Watched("Affine", lambda m, a, b: m(a, scale=b).sum(), {"full_backward": lambda m, gi, go: None}),
    "no input": Watched(
        "Affine", lambda m, a, b: m(a.detach(), 2).sum() + (a * b).sum(), {"full_backward": lambda m, gi, go: None}
    ),
    "first of two": Watched("Two", lambda m, a, b: m(a, b)[0].sum(), {"full_backward": lambda m, gi, go: None}),
    "twice": Watched("Two", lambda m, a, b: (m(a, b)[0] * m(a, a)[1]).sum(), {"full_backward": lambda m, gi, go: None}),
    "forward": Watched(
        "Affine",
        lambda m, a, b: m(a).sum(),
        {"forward": lambda m, args, out: out * 2, "forward_pre": lambda m, args: args[0] * 3},
    ),
    "wrong number": Watched("Affine", lambda m, a, b: m(a).sum(), {"full_backward": lambda m, gi, go: (gi[0], gi[0])}),
    "wrong kind": Watched("Affine", lambda m, a, b: m(a).sum(), {"full_backward": lambda m, gi, go: 3}),
    "wrong number before": Watched("Affine", lambda m, a, b: m(a).sum(), {"full_backward_pre": lambda m, go: go * 2}),
}


def run_hooked(watched, w):
    module, seen = getattr(w, watched.make)(), []

    def keeping(hook):
        def keep(module, *shown):
            seen.append(plain(shown))
            return hook(module, *shown)

        return keep

    for kind, hook in watched.hooks.items():
        getattr(module, f"register_{kind}_hook")(keeping(hook))
    a, b = (w.lib.tensor(values, requires_grad=True) for values in ([[1.0, -2.0]], [[3.0, 4.0]]))
    watched.loss(module, a, b).backward()
    return [seen, a.grad, b.grad, [p.grad for p in module.parameters()]]


@pytest.mark.filterwarnings("ignore:Full backward hook is firing")
@pytest.mark.parametrize("name", HOOKS)
def test_hooks(name):
    ours, theirs = (outcome(lambda w: run_hooked(HOOKS[name], w), w) for w in (OURS, THEIRS))
    assert ours == theirs


def second_order(w, module):
    calls = []

    def hook(module, grad_input, grad_output):
        calls.append(plain([grad_input, grad_output]))
        return (grad_input[0] * grad_output[0].sum(),)

    module.register_full_backward_hook(hook)
    a = w.lib.tensor([[1.0, -2.0]], requires_grad=True)
    (first,) = w.grad((module(a) ** 3).sum(), a, create_graph=True)
    (first**2).sum().backward()
    return [calls, first, a.grad, [p.grad for p in module.parameters()]]


def test_second_order_through_hooks():
    assert plain(second_order(OURS, OURS.Affine())) == plain(second_order(THEIRS, THEIRS.Affine()))


def with_grads(w):
    values = [[3.0, 4.0], 2.0, [1.0, 1.0]]
    parameters = [w.nn.Parameter(w.lib.tensor(value)) for value in values]
    parameters[0].grad, parameters[1].grad = w.lib.tensor([3.0, -4.0]), w.lib.tensor(12.0)
    return parameters


def total_norm(w, p):
    return w.nn.utils.get_total_norm([w.lib.tensor([3.0, -4.0]), w.lib.tensor(0.0)], p)


def clipped(w, name, *bounds):
    parameters = with_grads(w)
    returned = getattr(w.nn.utils, name)(parameters, *bounds)
    return returned, [parameter.grad for parameter in parameters]


def from_vector(w):
    parameters = with_grads(w)
    w.nn.utils.vector_to_parameters(w.lib.arange(9.0), parameters)
    return parameters


INF = float("inf")
KINDS = ("linear", "conv1d", "conv_transpose2d", "sigmoid", "tanh", "relu", "leaky_relu", "selu")
UTILS = {
    **{f"norm {p}": partial(total_norm, p=p) for p in (0, 0.5, 1, 2, 3, -1, INF, -INF, "inf")},
    **{f"clip {p}": lambda w, p=p: clipped(w, "clip_grad_norm_", 2.0, p) for p in (1, 2, INF)},
    "clip small": lambda w: clipped(w, "clip_grad_norm_", 50.0),
    "clip value": lambda w: clipped(w, "clip_grad_value_", 3.5),
    "to vector": lambda w: w.nn.utils.parameters_to_vector(with_grads(w)),
    "from vector": from_vector,
    "eye": lambda w: w.nn.init.eye_(w.lib.ones(2, 4)),
    **{
        f"dirac {shape} {groups}": lambda w, shape=shape, groups=groups: w.nn.init.dirac_(w.lib.ones(*shape), groups)
        for shape, groups in [((4, 3, 3), 1), ((6, 2, 3, 4), 2), ((4, 4, 1, 2, 3), 4), ((2, 5, 3), 1)]
    },
    **{f"gain {kind}": lambda w, kind=kind: w.nn.init.calculate_gain(kind) for kind in KINDS},
    "fans": lambda w: w.nn.init._calculate_fan_in_and_fan_out(w.lib.ones(2, 3, 4, 5)),
}


def flat(value):
    """All numbers of an outcome in a row."""
    return [number for item in value for number in flat(item)] if isinstance(value, list) else [value]


@pytest.mark.parametrize("name", UTILS)
def test_utils(name):
    ours, theirs = outcome(UTILS[name], OURS), outcome(UTILS[name], THEIRS)
    assert not isinstance(theirs, str)
    for our, their in zip(flat(ours), flat(theirs), strict=True):
        assert our == their or our == pytest.approx(their, rel=1e-5)


def test_copies_of_parameters_have_no_gradient():
    for w in (OURS, THEIRS):
        twin = copy.deepcopy(with_grads(w)[0])
        assert twin.grad is None and twin.requires_grad


def test_named_tuples_pass_through_backward_hooks():
    Pair = namedtuple("Pair", ["a", "b"])
    for w in (OURS, THEIRS):

        class Named(w.nn.Module):
            def forward(self, input):
                return Pair(input * 2, 3)

        module = Named()
        module.register_full_backward_hook(lambda m, gi, go: None)
        out = module(w.lib.ones(2, requires_grad=True))
        assert type(out) is Pair and out.b == 3
