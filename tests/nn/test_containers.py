"""Sequential, ModuleList, ModuleDict, ParameterList, ParameterDict."""

import copy
import pickle
from collections import OrderedDict

import pytest

import autograd
import nn


class Add(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.n = n

    def forward(self, input):
        return input + self.n

    def extra_repr(self):
        return str(self.n)


def numbers(modules):
    return [module.n for module in modules]


def adds(*ns):
    return [Add(n) for n in ns]


@pytest.fixture(
    params=[lambda ns: nn.Sequential(*adds(*ns)), lambda ns: nn.ModuleList(adds(*ns))], ids=["Sequential", "ModuleList"]
)
def make(request):
    return request.param


# What both sequences share


def test_places(make):
    modules = make([1, 2, 3])
    assert len(modules) == 3 and numbers(modules) == [1, 2, 3] and list(modules._modules) == ["0", "1", "2"]
    assert modules[0].n == 1 and modules[-1].n == 3 and modules[autograd.tensor(1)].n == 2
    assert type(modules[1:]) is type(modules) and numbers(modules[1:]) == [2, 3] and numbers(modules[::-2]) == [3, 1]
    assert modules[1:][0] is modules[1]


def test_growing(make):
    modules = make([1])
    assert modules.append(Add(2)) is modules and modules.extend(adds(3, 4)) is modules
    modules.insert(0, Add(0))
    modules.insert(-1, Add(35))
    modules.insert(len(modules), Add(5))
    modules.extend(modules)
    assert numbers(modules) == [0, 1, 2, 3, 35, 4, 5] * 2
    assert list(modules._modules) == [str(i) for i in range(14)]


def test_shrinking_and_replacing(make):
    modules = make([0, 1, 2, 3, 4, 5])
    del modules[0]
    assert modules.pop(-1).n == 5 and numbers(modules) == [1, 2, 3, 4]
    assert numbers(modules.pop(slice(0, 2))) == [1, 2]
    modules[-1] = Add(7)
    del modules[:1]
    assert numbers(modules) == [7] and list(modules._modules) == ["0"]


@pytest.mark.parametrize(
    "action, error, message",
    [
        (lambda m: m[3], IndexError, "index 3 is out of range for .* of length 3"),
        (lambda m: m[-4], IndexError, "index -4 is out of range"),
        (lambda m: m.__delitem__(5), IndexError, "index 5 is out of range"),
        (lambda m: m.__setitem__(5, Add(1)), IndexError, "index 5 is out of range"),
        (lambda m: m.pop(5), IndexError, "index 5 is out of range"),
        (lambda m: m.insert(9, Add(1)), IndexError, "index 9 is out of range"),
        (lambda m: m["0"], TypeError, "'str' object cannot be interpreted as an integer"),
        (lambda m: m.append(3), TypeError, "int as module '3'"),
        (lambda m: m.insert(0, 3), TypeError, "int is not a Module subclass"),
        (lambda m: m.extend([Add(1), 3]), TypeError, "int is not a Module subclass"),
        (lambda m: m.extend(3), TypeError, "extend should be called with an iterable, but got int"),
        (lambda m: m.extend(Add(1)), TypeError, "extend should be called with an iterable, but got Add"),
        (lambda m: m.__setitem__(0, 3), TypeError, "cannot assign a int as module '0'"),
    ],
)
def test_misuse_changes_nothing(make, action, error, message):
    modules = make([1, 2, 3])
    with pytest.raises(error, match=message):
        action(modules)
    assert numbers(modules) == [1, 2, 3]


def test_copies(make):
    for copied in (copy.deepcopy(make([1, 2])), pickle.loads(pickle.dumps(make([1, 2])))):
        assert numbers(copied) == [1, 2]


# Sequential


def test_sequential_chains_its_modules():
    assert nn.Sequential(Add(1), nn.Sequential(Add(2)), Add(3))(10) == 16
    assert nn.Sequential()(10) == 10


def test_sequential_with_names():
    named = nn.Sequential(OrderedDict(first=Add(1), second=Add(2)))
    assert named.second is named[1] and repr(named) == "Sequential(\n  (first): Add(1)\n  (second): Add(2)\n)"
    assert list(named[1:]._modules) == ["second"]
    named[0] = Add(5)
    assert numbers(named) == [5, 2] and list(named._modules) == ["first", "second"]
    del named[0]
    assert list(named._modules) == ["0"]


def test_sequential_arithmetic():
    a, b = nn.Sequential(*adds(1, 2)), nn.Sequential(*adds(3))
    assert numbers(a + b) == [1, 2, 3] and numbers(a) == [1, 2] and (a + b)[0] is a[0]
    assert numbers(b * 2) == numbers(2 * b) == [3, 3]
    kept = a
    a += b
    assert a is kept and numbers(a) == [1, 2, 3]
    b *= 3
    assert numbers(b) == [3, 3, 3] and list(b._modules) == ["0", "1", "2"]


@pytest.mark.parametrize(
    "action, error, message",
    [
        (lambda s: s + adds(1), ValueError, "other must be a Sequential, got list: did you mean .append"),
        (lambda s: s.__iadd__([Add(1)]), ValueError, "other must be a Sequential"),
        (lambda s: s * 0, ValueError, "times must be positive, got 0"),
        (lambda s: s * "a", TypeError, "times must be an int, got str"),
        (lambda s: s(1, 2), TypeError, "positional arguments"),
        (
            lambda s: nn.Sequential(adds(1, 2)),
            TypeError,
            r"list is not a Module subclass: did you mean Sequential\(\*mod",
        ),
        (lambda s: nn.Sequential(3), TypeError, "cannot register a int as module '0' of Sequential"),
    ],
)
def test_sequential_misuse(action, error, message):
    with pytest.raises(error, match=message):
        action(nn.Sequential(Add(1)))


# ModuleList


def test_module_list():
    modules = nn.ModuleList(Add(n) for n in range(2))
    modules += [Add(2)]
    longer = modules + adds(3)
    assert type(longer) is nn.ModuleList and numbers(longer) == [0, 1, 2, 3] and len(modules) == 3
    with pytest.raises(NotImplementedError, match=r"Module \[ModuleList\] is missing"):
        modules(1)
    with pytest.raises(TypeError, match=r"did you mean .extend\(modules.values\(\)\), or a ModuleDict"):
        nn.ModuleList({"a": Add(1)})


def test_module_list_prints_equal_neighbours_once():
    modules = nn.ModuleList([*adds(1, 1, 1), nn.Sequential(Add(2)), nn.Sequential(Add(2)), Add(1)])
    assert (
        repr(nn.Sequential(modules))
        == """Sequential(
  (0): ModuleList(
    (0-2): 3 x Add(1)
    (3-4): 2 x Sequential(
      (0): Add(2)
    )
    (5): Add(1)
  )
)"""
    )
    assert repr(nn.ModuleList()) == "ModuleList()"


def test_parameters_in_containers_are_found():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.layers = nn.ModuleList([nn.ParameterList([autograd.ones(2)]), nn.Module()])
            self.heads = nn.ModuleDict({"a": nn.ParameterDict({"w": autograd.ones(1)})})

    net = Net()
    assert [name for name, _ in net.named_parameters()] == ["layers.0.0", "heads.a.w"]
    assert list(net.state_dict()) == ["layers.0.0", "heads.a.w"]
    net.load_state_dict({"layers.0.0": autograd.zeros(2), "heads.a.w": autograd.zeros(1)})
    assert net.layers[0][0].tolist() == [0.0, 0.0]


# ModuleDict


def test_module_dict():
    modules = nn.ModuleDict({"b": Add(1), "a": Add(2)})
    modules["c"] = Add(3)
    modules.update([("d", Add(4)), ["a", Add(5)]])
    modules.update(nn.ModuleDict({"e": Add(6)}))
    assert list(modules) == list(modules.keys()) == ["b", "a", "c", "d", "e"] and len(modules) == 5
    assert numbers(modules.values()) == [1, 5, 3, 4, 6] and dict(modules.items())["c"] is modules["c"]
    assert "a" in modules and "z" not in modules
    assert modules.pop("b").n == 1
    del modules["c"]
    assert repr(modules) == "ModuleDict(\n  (a): Add(5)\n  (d): Add(4)\n  (e): Add(6)\n)"
    modules.clear()
    assert len(modules) == 0 and repr(modules) == "ModuleDict()"


@pytest.mark.parametrize(
    "action, error, message",
    [
        (lambda m: m["z"], KeyError, "'z' is not in ModuleDict: it has 'a'"),
        (lambda m: m.pop("z"), KeyError, "'z' is not in ModuleDict"),
        (lambda m: m.__delitem__("z"), KeyError, "z"),
        (lambda m: m.update(3), TypeError, "ModuleDict.update should be called with an iterable, but got int"),
        (lambda m: m.update([3]), TypeError, "element 0 should be a pair of key and value, got 3"),
        (lambda m: m.update([["b"]]), ValueError, r"element 0 should be a pair of key and value, got \['b'\]"),
        (lambda m: m.update({"b": 3}), TypeError, "cannot register a int as module 'b'"),
        (lambda m: m.__setitem__("b.c", Add(1)), KeyError, "must not be empty or contain a dot"),
        (lambda m: m.__setitem__("keys", Add(1)), KeyError, "attribute 'keys' already exists in ModuleDict"),
        (lambda m: m.__setitem__(3, Add(1)), TypeError, "name should be a string"),
        (lambda m: m(1), NotImplementedError, "missing the required"),
    ],
)
def test_module_dict_misuse(action, error, message):
    modules = nn.ModuleDict({"a": Add(1)})
    with pytest.raises(error, match=message):
        action(modules)
    assert list(modules) == ["a"]


# ParameterList


def test_parameter_list():
    ready = nn.Parameter(autograd.tensor(1.0))
    values = nn.ParameterList([autograd.ones(2, 3), ready, "note"])
    assert len(values) == 3 and type(values[0]) is nn.Parameter and values[1] is ready and values[-1] == "note"
    assert [name for name, _ in values.named_parameters()] == ["0", "1"]
    values += [autograd.ones(1)]
    assert values.append(5) is values and values.extend(values[:1]) is values
    assert type(values[:2]) is nn.ParameterList and [type(v).__name__ for v in values] == [
        "Parameter",
        "Parameter",
        "str",
        "Parameter",
        "int",
        "Parameter",
    ]
    values[0] = autograd.zeros(1)
    assert (
        repr(values[:3])
        == """ParameterList(
    (0): Parameter containing: [torch.float32 of size 1]
    (1): Parameter containing: [torch.float32 of size ]
    (2): Object of type: str
)"""
    )
    assert len(copy.deepcopy(values)) == 6


@pytest.mark.parametrize(
    "action, error, message",
    [
        (lambda v: v[1], IndexError, "index 1 is out of range for ParameterList of length 1"),
        (lambda v: v.__setitem__(1, 3), IndexError, "index 1 is out of range"),
        (lambda v: v.extend(autograd.ones(2)), TypeError, "extend should be called with an iterable, but got Tensor"),
        (lambda v: v.append(autograd.arange(2)), RuntimeError, "floating point"),
        (lambda v: v(1), RuntimeError, "ParameterList should not be called"),
    ],
)
def test_parameter_list_misuse(action, error, message):
    values = nn.ParameterList([autograd.ones(1)])
    with pytest.raises(error, match=message):
        action(values)
    assert len(values) == 1


# ParameterDict


def test_parameter_dict():
    values = nn.ParameterDict({"b": autograd.ones(2), "a": nn.Parameter(autograd.ones(1)), "c": 3})
    assert list(values) == ["a", "b", "c"]  # a plain dict comes sorted
    assert list(nn.ParameterDict(OrderedDict(b=1, a=2))) == list(nn.ParameterDict([("b", 1), ("a", 2)])) == ["b", "a"]
    assert type(values["b"]) is nn.Parameter and values.b is values["b"] and list(values.state_dict()) == ["a", "b"]
    assert values.get("z", 4) == 4 and values.get("c") == 3
    assert values.setdefault("d", 5) == values.setdefault("d", 6) == 5
    assert list(reversed(values)) == ["d", "c", "b", "a"] and "d" in values and len(values) == 4
    assert values.popitem() == ("d", 5) and values.pop("c") == 3 and not hasattr(values, "c")
    assert (
        repr(values)
        == """ParameterDict(
    (a): Parameter containing: [torch.FloatTensor of size 1]
    (b): Parameter containing: [torch.FloatTensor of size 2]
)"""
    )
    twin = values.copy()
    assert type(twin) is nn.ParameterDict and twin["a"] is values["a"]
    assert list((values | {"z": 1}).keys()) == ["a", "b", "z"] and list({"z": 1} | values) == ["z", "a", "b"]
    twin |= {"y": autograd.ones(1)}
    assert list(twin.keys()) == ["a", "b", "y"] and list(values.fromkeys(["p", "q"], 1).values()) == [1, 1]
    twin.clear()
    assert not twin.keys() and next(iter(values.items()))[0] == "a"


@pytest.mark.parametrize(
    "action, error, message",
    [
        (lambda v: v["z"], KeyError, "'z' is not in ParameterDict: it has 'a'"),
        (lambda v: v.pop("z"), KeyError, "'z' is not in"),
        (lambda v: v.__delitem__("z"), KeyError, "z"),
        (lambda v: v.__setitem__(3, 3), TypeError, "a key must be a str, got int 3"),
        (lambda v: v.__setitem__("x.y", autograd.ones(1)), KeyError, "must not be empty or contain a dot"),
        (lambda v: v.update(3), TypeError, "ParameterDict.update should be called with an iterable, but got int"),
        (lambda v: v.update([("b",)]), ValueError, "element 0 should be a pair"),
        (lambda v: nn.ParameterDict().popitem(), KeyError, "the ParameterDict is empty"),
        (lambda v: v(1), RuntimeError, "ParameterDict should not be called"),
    ],
)
def test_parameter_dict_misuse(action, error, message):
    values = nn.ParameterDict({"a": 1})
    with pytest.raises(error, match=message):
        action(values)
    assert list(values) == ["a"]
