"""Module: its attributes and names, modes and conversions, copies, calls, and how it prints."""

import copy
import pickle
import warnings

import numpy as np
import pytest

import autograd
import nn
from autograd.modes import watching


class Affine(nn.Module):
    """A linear layer, small enough to be checked by hand."""

    def __init__(self, n_in=2, n_out=3, bias=True):
        super().__init__()
        self.n_in, self.n_out = n_in, n_out
        self.weight = nn.Parameter(autograd.ones(n_out, n_in))
        self.bias = nn.Parameter(autograd.zeros(n_out)) if bias else None
        self.register_buffer("calls", autograd.tensor(0))
        self.register_buffer("scratch", autograd.zeros(2), persistent=False)

    def forward(self, input):
        out = input @ self.weight.T
        return out if self.bias is None else out + self.bias

    def extra_repr(self):
        return f"{self.n_in}, {self.n_out}"


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = Affine(2, 3)
        self.body = nn.Sequential(Affine(3, 3, bias=False), nn.Module())
        self.gain = nn.Parameter(autograd.tensor(2.0))

    def forward(self, input):
        return self.gain * self.body[0](self.first(input))


def names(pairs):
    return [name for name, _ in pairs]


# Attributes


def test_attributes_are_filed_by_what_they_are():
    module = nn.Module()
    module.p, module.m, module.n = nn.Parameter(autograd.ones(1)), nn.Module(), 3
    module.b, module.c = nn.Buffer(autograd.ones(1)), nn.Buffer(autograd.ones(1), persistent=False)
    assert names(module.named_parameters()) == ["p"]
    assert names(module.named_buffers()) == ["b", "c"]
    assert names(module.named_children()) == ["m"]
    assert list(module.state_dict()) == ["p", "b"]
    assert module.n == 3 and not {"p", "b", "m"} & set(vars(module))


def test_a_name_means_the_last_thing_assigned_to_it():
    module = nn.Module()
    module.x = 3
    module.x = nn.Module()
    assert "x" in module._modules and "x" not in vars(module)
    module.x = nn.Parameter(autograd.ones(1))
    assert "x" in module._parameters and "x" not in module._modules
    module.y = nn.Buffer(autograd.ones(1), persistent=False)
    module.y = nn.Module()
    assert not module._buffers and not module._non_persistent_buffers_set


def test_none_empties_a_place_and_keeps_it():
    module = Affine()
    module.bias = None
    module.calls = None
    assert module.bias is None and names(module.named_parameters()) == ["weight"]
    module.bias = nn.Parameter(autograd.ones(3))
    assert list(module._parameters) == ["weight", "bias"]
    assert list(module.state_dict()) == ["weight", "bias"]


def test_a_tensor_replaces_a_buffer_and_its_persistence_stays():
    module = Affine()
    module.scratch = autograd.ones(5)
    assert module._buffers["scratch"].shape == (5,) and "scratch" not in module.state_dict()
    module.register_buffer("scratch", autograd.ones(5))
    assert "scratch" in module.state_dict()


@pytest.mark.parametrize(
    "name, value, message",
    [
        ("weight", autograd.ones(3, 2), r"cannot assign a Tensor as parameter 'weight' of Affine: a Parameter or None"),
        ("weight", 3, r"cannot assign a int as parameter 'weight'"),
        ("weight", nn.Module(), r"cannot assign a Module as parameter 'weight'"),
        ("inner", 3, r"cannot assign a int as module 'inner' of Affine: a Module or None"),
        ("inner", autograd.ones(1), r"cannot assign a Tensor as module 'inner'"),
        ("calls", 3, r"cannot assign a int as buffer 'calls' of Affine: a Tensor or None"),
    ],
)
def test_a_filed_name_takes_only_its_kind(name, value, message):
    module = Affine()
    module.inner = nn.Module()
    before = getattr(module, name)
    with pytest.raises(TypeError, match=message):
        setattr(module, name, value)
    assert getattr(module, name) is before


@pytest.mark.parametrize(
    "part, message",
    [
        (lambda m: setattr(m, "p", nn.Parameter(autograd.ones(1))), "cannot assign parameter before Module"),
        (lambda m: setattr(m, "m", nn.Module()), r"cannot assign module before Module.__init__\(\) call: Early"),
        (lambda m: m.register_buffer("b", autograd.ones(1)), "cannot assign buffer before Module"),
        (lambda m: m.add_module("m", None), "cannot assign module before Module"),
        (lambda m: m(1), r"cannot use attributes before Module.__init__\(\) call"),
        (lambda m: list(m.parameters()), r"cannot use attributes before Module.__init__\(\) call"),
        (repr, r"cannot use attributes before Module.__init__\(\) call"),
    ],
)
def test_init_comes_first(part, message):
    class Early(nn.Module):
        def __init__(self):
            self.plain = 3
            part(self)

    with pytest.raises(AttributeError, match=message):
        Early()


def test_an_unknown_attribute_is_named():
    module = Affine()
    with pytest.raises(AttributeError, match="'Affine' object has no attribute 'wieght'") as caught:
        _ = module.wieght
    assert caught.value.name == "wieght" and caught.value.obj is module  # what Python's own suggestion reads
    with pytest.raises(AttributeError):
        del module.wieght


def test_delattr_takes_from_every_table():
    module = Affine()
    module.inner = nn.Module()
    for name in ("weight", "inner", "calls", "scratch", "n_in"):
        delattr(module, name)
        assert not hasattr(module, name)
    assert not module._non_persistent_buffers_set
    module.weight = 3  # the name is free again
    assert module.weight == 3


def test_dir_lists_the_parts():
    listed = dir(nn.Sequential(Affine())) + dir(Affine())
    assert {"weight", "calls", "forward"} <= set(listed) and "0" not in listed


@pytest.mark.parametrize(
    "register, value",
    [
        ("register_parameter", nn.Parameter(autograd.ones(1))),
        ("register_buffer", autograd.ones(1)),
        ("add_module", nn.Module()),
        ("register_module", nn.Module()),
    ],
)
@pytest.mark.parametrize(
    "name, error, message",
    [
        ("", KeyError, "must not be empty"),
        ("a.b", KeyError, "'a.b'"),
        (3, TypeError, "name should be a string. Got int"),
        ("training", KeyError, "attribute 'training' already exists in Module"),
        ("forward", KeyError, "already exists"),
    ],
)
def test_registered_names_are_checked(register, value, name, error, message):
    module = nn.Module()
    with pytest.raises(error, match=message):
        getattr(module, register)(name, value)
    assert not module._parameters and not module._buffers and not module._modules


@pytest.mark.parametrize(
    "register, value, message",
    [
        ("register_parameter", autograd.ones(1), r"a Tensor as parameter 'x' of Module: .* expected: wrap it"),
        ("register_parameter", 3, "cannot register a int as parameter"),
        ("register_buffer", 3, "cannot register a int as buffer"),
        ("add_module", 3, "cannot register a int as module 'x' of Module: a Module or None expected"),
    ],
)
def test_registered_values_are_checked(register, value, message):
    with pytest.raises(TypeError, match=message):
        getattr(nn.Module(), register)("x", value)


def test_none_reserves_a_name():
    module = nn.Module()
    module.register_parameter("p", None)
    module.register_buffer("b", None)
    module.add_module("m", None)
    assert module.p is None and module.b is None and module.m is None
    assert not [*module.parameters(), *module.buffers(), *module.children(), *module.state_dict()]
    assert repr(module) == "Module(\n  (m): None\n)"


# Names


def test_names_follow_the_tree():
    net = Net()
    assert names(net.named_parameters()) == ["gain", "first.weight", "first.bias", "body.0.weight"]
    assert names(net.named_parameters(prefix="net", recurse=False)) == ["net.gain"]
    assert names(net.named_buffers()) == ["first.calls", "first.scratch", "body.0.calls", "body.0.scratch"]
    assert names(net.named_modules()) == ["", "first", "body", "body.0", "body.1"]
    assert names(net.named_modules(prefix="net"))[:2] == ["net", "net.first"]
    assert names(net.named_children()) == ["first", "body"] and list(net.children()) == [net.first, net.body]
    assert [type(m).__name__ for m in net.modules()] == ["Net", "Affine", "Sequential", "Affine", "Module"]
    assert len(list(net.parameters())) == 4 and len(list(net.buffers())) == 4


def test_what_is_shared_is_listed_once_unless_asked():
    net = nn.Module()
    net.a = net.b = Affine()
    net.tied = net.a.weight
    assert names(net.named_parameters()) == ["tied", "a.bias"]
    assert names(net.named_parameters(remove_duplicate=False)) == ["tied", "a.weight", "a.bias", "b.weight", "b.bias"]
    assert names(net.named_children()) == ["a"] and names(net.named_modules()) == ["", "a"]
    assert names(net.named_modules(remove_duplicate=False)) == ["", "a", "b"]
    assert names(net.named_buffers(remove_duplicate=False)) == ["a.calls", "a.scratch", "b.calls", "b.scratch"]


def test_parts_by_full_name():
    net = Net()
    assert net.get_submodule("body.0") is net.body[0] and net.get_submodule("") is net
    assert net.get_parameter("first.weight") is net.first.weight and net.get_parameter("gain") is net.gain
    assert net.get_buffer("body.0.calls") is net.body[0].calls
    net.set_submodule("body.1", Affine(1, 1))
    net.set_submodule("body.0", nn.Module(), strict=True)
    assert repr(net.body) == "Sequential(\n  (0): Module()\n  (1): Affine(1, 1)\n)"


@pytest.mark.parametrize(
    "look, error, message",
    [
        (lambda n: n.get_submodule("body.5"), AttributeError, "'body.5': Sequential has no attribute `5`"),
        (
            lambda n: n.get_submodule("first.weight"),
            AttributeError,
            "`weight` of Affine is not an nn.Module but a Param",
        ),
        (lambda n: n.get_parameter("first.n_in"), AttributeError, "`n_in` of Affine is not an nn.Parameter but a int"),
        (lambda n: n.get_parameter("nowhere.weight"), AttributeError, "Net has no attribute `nowhere`"),
        (lambda n: n.get_buffer("first.weight"), AttributeError, "`weight` of Affine is not a buffer"),
        (lambda n: n.get_buffer("first.nothing"), AttributeError, "Affine has no attribute `nothing`"),
        (lambda n: n.set_submodule("", nn.Module()), ValueError, "names no submodule"),
        (lambda n: n.set_submodule("body", 3), ValueError, "not an nn.Module, found <class 'int'>"),
        (lambda n: n.set_submodule("first.n_in", nn.Module()), AttributeError, "`n_in` of Affine is not an nn.Module"),
        (lambda n: n.set_submodule("body.7", nn.Module(), strict=True), AttributeError, "has no attribute `7`"),
    ],
)
def test_wrong_full_names(look, error, message):
    with pytest.raises(error, match=message):
        look(Net())


# The whole tree at once


def test_apply_reaches_children_first():
    seen = []
    net = Net()
    assert net.apply(lambda m: seen.append(type(m).__name__)) is net
    assert seen == ["Affine", "Affine", "Module", "Sequential", "Net"]


def test_train_and_eval():
    net = Net()
    assert net.eval() is net and not any(m.training for m in net.modules())
    assert net.train() is net and all(m.training for m in net.modules())
    with pytest.raises(ValueError, match="expected to be boolean, got 'yes'"):
        net.train("yes")


def test_freezing():
    net = Net()
    assert net.requires_grad_(False) is net
    assert not any(p.requires_grad for p in net.parameters())
    net.first.requires_grad_()
    assert names((n, p) for n, p in net.named_parameters() if p.requires_grad) == ["first.weight", "first.bias"]


def test_zero_grad():
    net = Affine()
    net(autograd.ones(1, 2)).sum().backward()
    held = net.weight.grad
    net.zero_grad(set_to_none=False)
    assert net.weight.grad is held and held.tolist() == [[0.0, 0.0]] * 3
    net.zero_grad()
    assert net.weight.grad is None and net.bias.grad is None


@pytest.mark.parametrize(
    "convert, dtype",
    [
        (lambda m: m.double(), autograd.float64),
        (lambda m: m.half(), autograd.float16),
        (lambda m: m.double().float(), autograd.float32),
        (lambda m: m.to(autograd.float64), autograd.float64),
        (lambda m: m.to("cpu", autograd.float64), autograd.float64),
        (lambda m: m.to("cpu"), autograd.float32),
        (lambda m: m.to(dtype=autograd.float64), autograd.float64),
        (lambda m: m.cpu(), autograd.float32),
        (lambda m: m.to(autograd.ones(1, dtype=autograd.float64)), autograd.float64),
        (lambda m: m.to(autograd.device("cpu")), autograd.float32),
    ],
)
def test_conversions_change_floats_in_place(convert, dtype):
    net = Net()
    net(autograd.ones(1, 2)).sum().backward()
    before, grads = list(net.parameters()), [p.grad.tolist() for p in net.parameters()]
    assert convert(net) is net
    assert all(a is b for a, b in zip(net.parameters(), before, strict=True))
    assert {p.dtype for p in net.parameters()} == {p.grad.dtype for p in net.parameters()} == {dtype}
    assert [p.grad.tolist() for p in net.parameters()] == grads
    assert net.first.calls.dtype == autograd.int64 and net.first.scratch.dtype == dtype
    out = net(autograd.ones(1, 2, dtype=dtype))
    assert out.dtype == dtype and out.tolist() == [[12.0] * 3]


def test_type_converts_integers_too():
    module = Affine().type(autograd.float64)
    assert module.calls.dtype == module.weight.dtype == autograd.float64


@pytest.mark.parametrize(
    "convert, error, message",
    [
        (lambda m: m.to(autograd.int64), TypeError, "floating point dtypes, but got desired dtype=torch.int64"),
        (lambda m: m.to("cuda"), (RuntimeError, AssertionError), "cuda"),
        (lambda m: m.cuda(), (RuntimeError, AssertionError), "cuda"),
        (lambda m: m.to("banana"), RuntimeError, "banana"),
    ],
)
@pytest.mark.parametrize("make", [Net, nn.Module])
def test_impossible_conversions_change_nothing(convert, error, message, make):
    net = make()
    with pytest.raises(error, match=message):
        convert(net)
    assert all(p.dtype == autograd.float32 for p in net.parameters())


def test_compile_is_accepted():
    net = Net()
    assert net.compile(mode="max-autotune") is None and net(autograd.ones(1, 2)).shape == (1, 3)


# Copies


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m))], ids=["deepcopy", "pickle"])
def test_copies_share_nothing_and_keep_what_is_shared_inside(copied):
    net = Net()
    net.tied = net.gain
    net.eval()
    twin = copied(net)
    assert type(twin) is Net and not twin.training and repr(twin) == repr(net)
    assert twin.tied is twin.gain and twin.gain is not net.gain
    with autograd.no_grad():
        twin.first.weight.zero_()
    assert net.first.weight.tolist() == [[1.0, 1.0]] * 3
    assert twin.first._non_persistent_buffers_set == {"scratch"}
    assert twin(autograd.ones(1, 2)).tolist() == [[0.0] * 3]


# Calls


def test_a_module_without_forward_says_so():
    with pytest.raises(NotImplementedError, match=r'Module \[Module\] is missing the required "forward" function'):
        nn.Module()(3)


def test_init_takes_no_arguments():
    with pytest.raises(TypeError):
        nn.Module(3)


def test_calls_are_free_of_floating_point_warnings_and_leave_settings_alone():
    class Log(nn.Module):
        def forward(self, input):
            return np.log(input)

    with warnings.catch_warnings(), np.errstate(all="raise"):
        warnings.simplefilter("error")
        for module in (Log(), nn.Sequential(nn.Sequential(), Log())):
            assert module(autograd.zeros(1)).item() == -np.inf
        with pytest.raises(FloatingPointError):
            np.log(np.zeros(1))


def test_a_watch_sees_modules_come_and_go():
    class Watch:
        def __init__(self):
            self.seen = []

        def enter(self, module):
            self.seen.append(("enter", type(module).__name__))

        def leave(self, module):
            self.seen.append(("leave", type(module).__name__))

    class Outer(nn.Module):
        def __init__(self):
            super().__init__()
            self.inner = nn.Module()  # has no forward

        def forward(self, input):
            return self.inner(input)

    watch = Watch()
    token = watching.set(watch)
    try:
        with pytest.raises(NotImplementedError):
            Outer()(1)
    finally:
        watching.reset(token)
    assert watch.seen == [("enter", "Outer"), ("enter", "Module"), ("leave", "Module"), ("leave", "Outer")]


# Printing


def test_repr_nests():
    assert (
        repr(Net())
        == """Net(
  (first): Affine(2, 3)
  (body): Sequential(
    (0): Affine(3, 3)
    (1): Module()
  )
)"""
    )


def test_repr_with_several_lines_of_settings():
    class Wordy(nn.Module):
        def extra_repr(self):
            return "a=1\nb=2"

        def _get_name(self):
            return "Renamed"

    module = Wordy()
    assert repr(module) == "Renamed(\n  a=1\n  b=2\n)"
    module.inner = nn.Module()
    assert repr(module) == "Renamed(\n  a=1\n  b=2\n  (inner): Module()\n)"


def test_every_name_of_a_layer_file_is_in_nn():
    import importlib
    import pkgutil

    spaces = {"init", "utils", "functional"}  # namespaces of their own
    for info in pkgutil.iter_modules(nn.__path__):
        module = importlib.import_module(f"nn.{info.name}")
        for name in () if info.name in spaces else getattr(module, "__all__", ()):
            assert getattr(nn, name) is getattr(module, name), f"nn/__init__.py lacks {name} of nn/{info.name}.py"
