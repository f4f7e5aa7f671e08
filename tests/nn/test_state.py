"""state_dict and load_state_dict: what they hold, what they report, and that a failed load changes nothing."""

import copy
from collections import OrderedDict

import numpy as np
import pytest

import autograd
import nn


class Layer(nn.Module):
    def __init__(self, n=2):
        super().__init__()
        self.weight = nn.Parameter(autograd.arange(n).float())
        self.bias = nn.Parameter(autograd.tensor(1.0))
        self.register_buffer("steps", autograd.tensor(3))
        self.register_buffer("scratch", autograd.zeros(1), persistent=False)


def pair():
    return nn.Sequential(Layer(), Layer())


KEYS = ["0.weight", "0.bias", "0.steps", "1.weight", "1.bias", "1.steps"]


def values(module):
    return {name: tensor.tolist() for name, tensor in module.state_dict().items()}


def other_values(module):
    return OrderedDict((name, tensor * 2 + 5) for name, tensor in module.state_dict().items())


def test_state_dict_names_and_memory():
    net = pair()
    state = net.state_dict()
    assert isinstance(state, OrderedDict) and list(state) == KEYS
    assert not state["0.weight"].requires_grad and type(state["0.weight"]) is autograd.Tensor
    state["0.weight"][0] = 9.0
    assert net[0].weight.tolist() == [9.0, 1.0]
    assert net.state_dict(keep_vars=True)["0.weight"] is net[0].weight
    assert list(net[0].state_dict(prefix="x.")) == ["x.weight", "x.bias", "x.steps"]
    assert list(net[0].state_dict({"kept": 1}, "x.")) == ["kept", "x.weight", "x.bias", "x.steps"]


def test_state_dict_carries_versions():
    class Newer(Layer):
        _version = 4

    versions = {"": {"version": 1}, "0": {"version": 1}, "1": {"version": 4}}
    assert nn.Sequential(Layer(), Newer()).state_dict()._metadata == versions


def test_load_copies_values_into_the_same_parameters():
    net, state = pair(), other_values(pair())
    before = list(net.parameters())
    report = net.load_state_dict(state)
    assert repr(report) == str(report) == "<All keys matched successfully>"
    assert report.missing_keys == report.unexpected_keys == []
    assert all(a is b for a, b in zip(net.parameters(), before, strict=True))
    assert values(net) == {name: tensor.tolist() for name, tensor in state.items()}
    state["0.weight"].zero_()
    assert net[0].weight.tolist() == [5.0, 7.0] and net[0].weight.requires_grad and net[0].weight.is_leaf


def test_load_keeps_the_dtype_of_the_model():
    net = pair()
    net.load_state_dict({name: tensor.double() for name, tensor in other_values(net).items()})
    assert net[0].weight.dtype == autograd.float32
    assert net[0].steps.dtype == autograd.int64 and net[0].steps.item() == 11


def test_a_one_element_vector_loads_into_a_scalar():
    layer = Layer()
    layer.load_state_dict({**layer.state_dict(), "bias": autograd.tensor([4.0])})
    assert layer.bias.shape == () and layer.bias.item() == 4.0


def test_assign_puts_the_given_tensors_in_place():
    net = pair()
    net[0].bias.requires_grad_(False)
    state = OrderedDict((name, tensor.double()) for name, tensor in other_values(net).items())
    state["1.bias"] = nn.Parameter(state["1.bias"], requires_grad=False)
    net.load_state_dict(state, assign=True)
    assert type(net[0].weight) is nn.Parameter and net[0].weight.requires_grad
    assert net[0].weight.dtype == autograd.float64
    assert not net[0].bias.requires_grad and net[1].bias is state["1.bias"] and net[1].bias.requires_grad
    state["0.weight"][0] = 99.0
    assert net[0].weight.tolist()[0] == 99.0


def broken(**changes):
    state = other_values(pair())
    for key, value in changes.items():
        key = key.replace("_", ".")
        if value is None:
            del state[key]
        else:
            state[key] = value
    return state


@pytest.mark.parametrize(
    "state, error, message",
    [
        (
            broken(**{"1_bias": None}),
            RuntimeError,
            'Error(s) in loading state_dict for Sequential:\n\tMissing key(s) in state_dict: "1.bias". ',
        ),
        (
            broken(**{"1_extra": 1, "2_weight": 2}),
            RuntimeError,
            'Error(s) in loading state_dict for Sequential:\n\tUnexpected key(s) in state_dict: "2.weight", "1.extra". ',
        ),
        (
            broken(**{"1_weight": autograd.ones(3)}),
            RuntimeError,
            "Error(s) in loading state_dict for Sequential:\n\tsize mismatch for 1.weight: copying a param with shape "
            "torch.Size([3]) from checkpoint, the shape in current model is torch.Size([2]).",
        ),
        (
            broken(**{"0_bias": None, "1_weight": autograd.ones(3), "x": 1}),
            RuntimeError,
            'Error(s) in loading state_dict for Sequential:\n\tMissing key(s) in state_dict: "0.bias". \n\t'
            'Unexpected key(s) in state_dict: "x". \n\tsize mismatch for 1.weight',
        ),
        (
            broken(**{"1_weight": [1.0, 2.0]}),
            RuntimeError,
            "expected a Tensor from checkpoint but received <class 'list'>",
        ),
        (broken(**{"1_weight": np.ones(2)}), RuntimeError, "did you mean autograd.from_numpy(value)?"),
        (3, TypeError, "Expected state_dict to be dict-like, got <class 'int'>"),
    ],
    ids=["missing", "unexpected", "size", "all three", "list", "array", "no dict"],
)
def test_a_state_that_does_not_fit_is_reported_and_changes_nothing(state, error, message):
    net = pair()
    before = values(net)
    with pytest.raises(error) as caught:
        net.load_state_dict(state)
    assert message in str(caught.value)
    assert values(net) == before


def test_not_strict_loads_what_fits():
    net = pair()
    report = net.load_state_dict(broken(**{"1_bias": None, "x": 1}), strict=False)
    assert repr(report) == "_IncompatibleKeys(missing_keys=['1.bias'], unexpected_keys=['x'])"
    assert net[0].bias.item() == 7.0 and net[1].bias.item() == 1.0
    before = values(net)
    with pytest.raises(RuntimeError, match=r"size mismatch for 0\.weight") as caught:
        net.load_state_dict(broken(**{"0_weight": autograd.ones(1), "x": 1}), strict=False)
    assert values(net) == before and "Unexpected" not in str(caught.value)


@pytest.mark.parametrize(
    "wrap, hint",
    [
        (
            lambda state: {"module." + key: value for key, value in state.items()},
            "load_state_dict({k.removeprefix('module.'): v for k, v in state_dict.items()})?",
        ),
        (lambda state: {"epoch": 3, "model": state}, "load_state_dict(checkpoint['model'])?"),
    ],
)
def test_a_checkpoint_in_another_wrapping_is_explained(wrap, hint):
    net = pair()
    with pytest.raises(RuntimeError) as caught:
        net.load_state_dict(wrap(net.state_dict()))
    assert hint in str(caught.value)


def test_a_missing_prefix_is_explained():
    holder = nn.Module()
    holder.net = pair()
    with pytest.raises(RuntimeError) as caught:
        holder.load_state_dict(holder.net.state_dict())
    assert "load_state_dict({'net.' + k: v for k, v in state_dict.items()})?" in str(caught.value)


def test_no_hint_where_none_would_help():
    net = pair()
    state = {"module." + key: value for key, value in net.state_dict().items() if key != "1.bias"}
    with pytest.raises(RuntimeError) as caught:
        net.load_state_dict(state)
    assert "did you mean" not in str(caught.value)


class Counter(nn.Module):
    def __init__(self):
        super().__init__()
        self.count = {"n": 1}

    def get_extra_state(self):
        return self.count

    def set_extra_state(self, state):
        self.count = state


def test_extra_state():
    net = nn.Sequential(Counter())
    assert net.state_dict() == {"0._extra_state": {"n": 1}}
    net.load_state_dict({"0._extra_state": {"n": 5}})
    assert net[0].count == {"n": 5}
    with pytest.raises(RuntimeError, match=r'Missing key\(s\) in state_dict: "0._extra_state"'):
        net.load_state_dict({})
    with pytest.raises(RuntimeError, match=r'Unexpected.*"x"'):
        net.load_state_dict({"0._extra_state": {"n": 9}, "x": 1})
    assert net[0].count == {"n": 5}
    with pytest.raises(RuntimeError, match=r'Unexpected key\(s\) in state_dict: "_extra_state"'):
        nn.Module().load_state_dict({"_extra_state": 1})


def test_state_dict_hooks():
    layer, seen = Layer(), []
    layer.register_state_dict_pre_hook(lambda module, prefix, keep_vars: seen.append((prefix, keep_vars)))
    handle = layer.register_state_dict_post_hook(lambda m, state, prefix, meta: state.update({prefix + "more": meta}))
    assert nn.Sequential(layer).state_dict()["0.more"] == {"version": 1} and seen == [("0.", False)]
    handle.remove()
    assert "more" not in layer.state_dict()
    layer.register_state_dict_post_hook(lambda *args: 3)
    with pytest.raises(RuntimeError, match="must return None"):
        layer.state_dict()


def test_load_hooks_rename_and_forgive():
    net = pair()

    def rename(module, state, prefix, local_metadata, strict, missing, unexpected, errors):
        if prefix + "w" in state:
            state[prefix + "weight"] = state.pop(prefix + "w")

    net[0].register_load_state_dict_pre_hook(rename)
    net.register_load_state_dict_pre_hook(lambda module, state, *rest: state.pop("old"))
    state = other_values(net)
    state["0.w"], state["old"] = state.pop("0.weight"), autograd.ones(1)
    net.load_state_dict(state)
    assert net[0].weight.tolist() == [5.0, 7.0] and {"0.w", "old"} <= set(state)  # the user's dict is his own
    net = pair()

    seen = []

    def forgive(module, report):
        seen.append((module, net[1].weight.tolist()))
        report.missing_keys.clear()

    handle = net[1].register_load_state_dict_post_hook(forgive)
    assert "0.bias" in state and net.load_state_dict({"1.weight": autograd.tensor([8.0, 8.0])}).missing_keys == []
    assert seen == [(net[1], [8.0, 8.0])]  # the values are in place by then
    handle.remove()


def test_a_load_that_no_hook_forgives_is_undone():
    net = pair()
    net[1].register_load_state_dict_post_hook(lambda module, report: None)
    for assign in (False, True):
        before, parameters = values(net), list(net.parameters())
        with pytest.raises(RuntimeError, match="Unexpected"):
            net.load_state_dict({**other_values(net), "x": 1}, assign=assign)
        assert values(net) == before
        assert all(a is b for a, b in zip(net.parameters(), parameters, strict=True))
    net[1].register_load_state_dict_post_hook(lambda module, report: 3)
    with pytest.raises(AssertionError, match="must return None"):
        net.load_state_dict(net.state_dict())


def test_a_layer_reads_its_older_form():
    class Renamed(Layer):
        _version = 2

        def _load_from_state_dict(self, state_dict, prefix, local_metadata, *rest):
            if local_metadata.get("version", 1) < 2:
                state_dict[prefix + "weight"] = state_dict.pop(prefix + "w")
            super()._load_from_state_dict(state_dict, prefix, local_metadata, *rest)

    net = nn.Sequential(Renamed())
    old = OrderedDict(net.state_dict())
    del old["0.weight"]
    old["0.w"] = autograd.tensor([3.0, 4.0])
    old._metadata = {"0": {"version": 1}}
    net.load_state_dict(old)
    assert net[0].weight.tolist() == [3.0, 4.0]
    net.load_state_dict(copy.deepcopy(net.state_dict()))


def test_loading_between_forward_and_backward_is_noticed():
    layer = Layer()
    loss = (layer.weight * layer.weight).sum()
    layer.load_state_dict(other_values(layer))
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        loss.backward()
