"""The common part of the optimizers: groups, state, the step, saving and loading."""

import copy
import pickle
from types import SimpleNamespace

import numpy as np
import pytest

import autograd
import optim
from optim import optimizer as module

EVERY = {
    "sgd": lambda params: optim.SGD(params, lr=0.1, weight_decay=0.1),
    "momentum": lambda params: optim.SGD(params, lr=0.1, momentum=0.9, dampening=0.1, weight_decay=0.1, maximize=True),
    "nesterov": lambda params: optim.SGD(params, lr=0.1, momentum=0.9, nesterov=True),
    "adagrad": lambda params: optim.Adagrad(params, weight_decay=0.1, lr_decay=0.1),
    "rmsprop": lambda params: optim.RMSprop(params, momentum=0.9, centered=True, eps=1e-3),
    "adam": lambda params: optim.Adam(params, weight_decay=0.1),
    "amsgrad": lambda params: optim.AdamW(params, amsgrad=True, betas=(0.5, 0.5)),
}
every_optimizer = pytest.mark.parametrize("make", EVERY.values(), ids=EVERY)


def leaf(value, dtype=None):
    return autograd.tensor(value, dtype=dtype, requires_grad=True)


def with_gradient(value, gradient):
    p = leaf(value)
    p.grad = autograd.tensor(gradient)
    return p


def snapshot(optimizer):
    """A copy of the parameters, of the state and of the groups' hyperparameters."""

    def plain(value):
        if isinstance(value, autograd.Tensor):
            return str(value.dtype), value.detach().numpy().tolist()
        return {name: plain(value[name]) for name in value} if isinstance(value, dict) else value

    params = [plain(p) for group in optimizer.param_groups for p in group["params"]]
    return copy.deepcopy((params, plain(optimizer.state_dict()["state"]), repr(optimizer)))


# The step


@every_optimizer
def test_a_gradient_is_read_and_never_written(make):
    params = [with_gradient([1.0, -2.0], [0.5, 0.25]), with_gradient(3.0, -1.5)]
    optimizer = make(params)
    for _ in range(3):
        optimizer.step()
    assert params[0].grad.tolist() == [0.5, 0.25]
    assert params[1].grad.tolist() == -1.5


@every_optimizer
def test_arrays_are_updated_in_their_memory(make):
    p = with_gradient([1.0, -2.0], [0.5, 0.25])
    memory = p.detach().numpy()
    optimizer = make([p])
    optimizer.step()
    state = {name: (tensor, tensor.detach().numpy()) for name, tensor in optimizer.state[p].items() if name != "step"}
    optimizer.step()
    assert memory.tolist() == p.tolist() != [1.0, -2.0]
    for name, (tensor, array) in state.items():
        assert optimizer.state[p][name] is tensor
        assert tensor.tolist() == array.tolist()


@every_optimizer
def test_a_scalar_is_treated_as_a_vector_of_one(make):
    scalar, vector = with_gradient(3.0, -1.5), with_gradient([3.0], [-1.5])
    for p in (scalar, vector):
        optimizer = make([p])
        for _ in range(4):
            optimizer.step()
    assert scalar.item() == vector.item()
    assert isinstance(scalar.payload, np.float32)


def test_the_state_of_a_scalar_holds_numpy_scalars():
    # a 0-d array would be right too, but its arithmetic is several times slower
    p = with_gradient(3.0, -1.5)
    optimizer = optim.Adam([p])
    optimizer.step()
    for _ in range(2):
        assert {type(tensor.payload) for tensor in optimizer.state[p].values()} == {np.float32}
        optimizer.load_state_dict(optimizer.state_dict())


@every_optimizer
@pytest.mark.filterwarnings("error")
def test_a_gradient_that_is_not_finite_gives_no_numpy_warning(make):
    params = [with_gradient([1.0, 2.0, 3.0], [np.nan, np.inf, 3e38]), with_gradient(3.0, 3e38)]
    optimizer = make(params)
    for _ in range(2):
        optimizer.step()
    assert np.isnan(params[0].tolist()[0])


@every_optimizer
def test_numpy_hyperparameters_do_not_lift_float32(make):
    params = [with_gradient([1.0, -2.0], [0.5, 0.25]), with_gradient(3.0, -1.5)]
    optimizer = make(params)
    optimizer.param_groups[0]["lr"] = np.float64(0.1)
    optimizer.param_groups[0]["weight_decay"] = autograd.tensor(0.1, dtype=autograd.float64)
    optimizer.step()
    assert {p.dtype for p in params} == {autograd.float32}
    assert {tensor.dtype for state in optimizer.state.values() for tensor in state.values()} <= {autograd.float32}


@every_optimizer
def test_a_big_array_in_blocks_moves_as_in_one_piece(make, monkeypatch):
    rng = np.random.default_rng(0)
    values, gradients = rng.normal(size=(7, 3)), rng.normal(size=(5, 7, 3))
    gradients[1] *= 10  # for amsgrad: the later second moments are smaller
    results = []
    for block in (4, 1000):
        monkeypatch.setattr(module, "BLOCK", block)
        p = leaf(values)
        optimizer = make([p])
        for g in gradients:
            p.grad = autograd.tensor(g)
            optimizer.step()
        results.append(snapshot(optimizer))
    assert results[0] == results[1]


def test_a_transposed_parameter_or_gradient_is_no_obstacle(monkeypatch):
    monkeypatch.setattr(module, "BLOCK", 4)
    values, g = np.arange(12.0).reshape(3, 4), np.arange(12.0).reshape(4, 3)
    straight, turned = leaf(values.T.copy()), autograd.tensor(values).T.detach().requires_grad_()
    straight.grad = autograd.tensor(g.T.copy()).T
    turned.grad = autograd.tensor(g)
    optim.SGD([straight, turned], lr=0.5).step()
    assert straight.tolist() == turned.tolist() == (values.T - 0.5 * g).tolist()


def test_parameters_without_gradient_are_left_out():
    p, q = with_gradient([1.0], [1.0]), leaf([1.0])
    optimizer = optim.SGD([p, q], lr=0.5, weight_decay=0.1, momentum=0.9)
    optimizer.step()
    assert q.tolist() == [1.0]
    assert list(optimizer.state) == [p]


def test_the_closure_is_recorded_and_its_loss_returned():
    p = leaf([1.0, 2.0])
    optimizer = optim.SGD([p], lr=0.25)

    def closure():
        optimizer.zero_grad()
        loss = (p * p).sum()
        loss.backward()
        return loss

    with autograd.no_grad():
        loss = optimizer.step(closure)
    assert loss.item() == 5.0
    assert p.tolist() == [0.5, 1.0]
    assert optimizer.step() is None


def test_zero_grad():
    p, q = with_gradient([1.0], [1.0]), leaf([1.0])
    optimizer = optim.SGD([p, q])
    held = p.grad
    optimizer.zero_grad(set_to_none=False)
    assert p.grad is held and held.tolist() == [0.0]
    assert q.grad is None
    optimizer.zero_grad()
    assert p.grad is None


def test_backward_after_a_step_sees_that_its_values_were_changed():
    p = leaf([1.0, 2.0])
    loss = (p * p).sum()
    loss.backward(retain_graph=True)
    optim.SGD([p]).step()
    with pytest.raises(RuntimeError):
        loss.backward()


def test_a_subclass_asks_for_hyperparameters_by_name():
    class SignSGD(optim.Optimizer):
        def __init__(self, params, lr=0.5, decay=1):
            super().__init__(params, {"lr": lr, "decay": decay, "unused": "text"})

        def slots(self, group):
            return {"step": 0, "total": 1}

        def update(self, p, g, state, lr, decay):
            state["total"] = state["total"] + abs(g)  # not in place: it is brought into the state's memory
            return p - lr * decay ** int(state["step"]) * np.sign(g)

    p, q = with_gradient([1.0, 2.0], [3.0, -4.0]), with_gradient(1.0, 5.0)
    memory = p.detach().numpy()
    optimizer = SignSGD([{"params": [p], "decay": 0.5}, {"params": q}])
    optimizer.step()
    optimizer.step()
    assert memory.tolist() == p.tolist() == [0.625, 2.375]
    assert q.item() == 0.0
    assert optimizer.state[p]["total"].tolist() == [7.0, 9.0]
    assert optimizer.state[q]["total"].item() == 11.0
    assert optimizer.state_dict()["state"][0]["step"].item() == 2


def test_a_subclass_may_replace_the_step():
    class Halve(optim.Optimizer):
        def step(self, closure=None):
            with autograd.no_grad():
                for group in self.param_groups:
                    for p in group["params"]:
                        p.mul_(0.5)
                        self.state[p]["halved"] = True

    p = leaf([4.0])
    optimizer = Halve([p], {})
    optimizer.step()
    assert p.tolist() == [2.0]
    assert optimizer.state_dict() == {"state": {0: {"halved": True}}, "param_groups": [{"params": [0]}]}


def test_an_optimizer_without_algorithm():
    p = with_gradient([1.0], [1.0])
    with pytest.raises(NotImplementedError, match="update"):
        optim.Optimizer([p], {}).step()


# A step that raises


@every_optimizer
@pytest.mark.parametrize("bad", [{"lr": "fast"}, {"weight_decay": None}, {"lr": [object()]}])
def test_a_step_with_bad_hyperparameters_changes_nothing(make, bad):
    params = [with_gradient([1.0, -2.0], [0.5, 0.25]), with_gradient(3.0, -1.5)]
    optimizer = make([{"params": [params[0]]}, {"params": [params[1]]}])
    for _ in range(2):
        optimizer.param_groups[1].update(lr=0.1, weight_decay=0.1)
        optimizer.step()
        optimizer.param_groups[1].update(bad)
        before = snapshot(optimizer)
        with pytest.raises(TypeError, match=f"{next(iter(bad))} of a parameter group .* expected a number"):
            optimizer.step()
        assert snapshot(optimizer) == before


def test_a_step_on_read_only_memory_changes_nothing():
    first, second = with_gradient([1.0], [1.0]), with_gradient([1.0], [1.0])
    second.payload.flags.writeable = False
    optimizer = optim.Adam([first, second])
    before = snapshot(optimizer)
    with pytest.raises(RuntimeError, match=r"Adam\.step.*shape \(1,\).*read-only"):
        optimizer.step()
    assert snapshot(optimizer) == before


def test_a_step_of_whole_numbers_changes_nothing():
    first, second = with_gradient([1.0], [1.0]), autograd.tensor([3])
    second.grad = autograd.tensor([1])
    optimizer = optim.SGD([first, second])
    with pytest.raises(RuntimeError, match=r"SGD\.step: .* can't be cast .*int64"):
        optimizer.step()
    assert (first.tolist(), second.tolist()) == ([1.0], [3])


def test_switched_on_later_a_moment_starts_at_zero():
    p = with_gradient([1.0], [1.0])
    optimizer = optim.Adam([p])
    optimizer.step()
    optimizer.param_groups[0]["amsgrad"] = True
    optimizer.step()
    assert optimizer.state[p]["max_exp_avg_sq"].tolist() == optimizer.state[p]["exp_avg_sq"].tolist()


# Parameter groups


def test_groups_take_defaults_and_keep_their_own():
    p, q, r = leaf([1.0]), leaf(2.0), leaf(3.0)
    optimizer = optim.SGD([{"params": p, "lr": 0.5}, {"params": (each for each in [q])}], lr=0.1, momentum=0.9)
    optimizer.add_param_group({"params": [r], "momentum": 0})
    assert [(group["lr"], group["momentum"]) for group in optimizer.param_groups] == [(0.5, 0.9), (0.1, 0.9), (0.1, 0)]
    assert [group["params"] for group in optimizer.param_groups] == [[p], [q], [r]]


def test_named_parameters():
    p, q = leaf([1.0]), leaf(2.0)
    optimizer = optim.SGD([("weight", p), ("bias", q)])
    assert optimizer.param_groups[0]["params"] == [p, q]
    saved = optimizer.state_dict()
    assert saved["param_groups"][0].pop("param_names") == ["weight", "bias"]
    optimizer.load_state_dict(saved)
    assert optimizer.param_groups[0]["param_names"] == ["weight", "bias"]
    with pytest.raises(ValueError, match="with/without names: this one is without, those before are not"):
        optimizer.add_param_group({"params": leaf(3.0)})


def test_duplicates_in_a_group_warn():
    p = with_gradient([1.0], [1.0])
    with pytest.warns(UserWarning, match="duplicate parameters"):
        optimizer = optim.SGD([p, p], lr=0.25)
    optimizer.step()
    assert p.tolist() == [0.5]


def test_a_leaf_that_retains_or_needs_no_gradient_is_fine():
    p = leaf([1.0])
    inner = p * 2
    inner.retain_grad()
    optim.SGD([inner, autograd.tensor([1.0])])


@pytest.mark.parametrize(
    ("make", "error", "text"),
    [
        (
            lambda p: optim.SGD(p),
            TypeError,
            r"SGD: params is one Tensor, expected an iterable .* put it in a list, \[p\]",
        ),
        (lambda p: optim.SGD(0.1), TypeError, r"SGD: params is one float, expected an iterable of Tensors or dicts$"),
        (
            lambda p: optim.SGD(SimpleNamespace(parameters=None)),
            TypeError,
            r"params is one .*: pass its parameters\(\)",
        ),
        (lambda p: optim.SGD(iter([])), ValueError, "SGD: optimizer got an empty parameter list"),
        (lambda p: optim.SGD([p * 2]), ValueError, r"SGD: can't optimize a non-leaf Tensor.*shape \(2,\).*detach"),
        (lambda p: optim.SGD([p, "bias"]), TypeError, "SGD: optimizer can only optimize Tensors, .* str"),
        (
            lambda p: optim.SGD([SimpleNamespace(parameters=None)]),
            TypeError,
            r"one of the params .*: pass its parameters",
        ),
        (lambda p: optim.SGD([{"params": {p}}]), TypeError, "a set does not have: use a list"),
        (lambda p: optim.SGD([{"lr": 1.0}]), KeyError, r"under 'params', got keys \['lr'\]"),
        (lambda p: optim.SGD([{"params": [p]}, {"params": [p]}]), ValueError, "more than one parameter group"),
        (lambda p: optim.SGD([{"params": [p]}, 3]), TypeError, "param_group must be a dict, but got int"),
        (lambda p: optim.SGD([("w", p), p]), ValueError, "with/without names: 1 of the 2"),
        (lambda p: optim.SGD([p], differentiable=True), NotImplementedError, "differentiable=True is not supported"),
        (lambda p: optim.SGD([p], fused=True, foreach=True), RuntimeError, "`fused` and `foreach`"),
        (lambda p: optim.SGD([p], lr=-0.1), ValueError, "SGD: Invalid learning rate: -0.1, expected a number >= 0"),
        (lambda p: optim.Adam([p], betas=(0.9, 1.0)), ValueError, r"beta parameter at index 1: 1.0, .* in \[0, 1\)"),
        (lambda p: optim.Adam([p], betas=(0.9,)), ValueError, r"Adam: betas are two numbers, got \(0.9,\)"),
        (lambda p: optim.AdamW([p], eps=-1), ValueError, "AdamW: Invalid epsilon value: -1"),
        (
            lambda p: optim.RMSprop([p], alpha="big"),
            TypeError,
            "RMSprop: Invalid alpha value: 'big', expected a number",
        ),
        (lambda p: optim.Adagrad([p], lr=p), ValueError, r"Tensor learning rate must be 1-element, got shape \(2,\)"),
    ],
)
def test_misuse(make, error, text):
    with pytest.raises(error, match=text):
        make(leaf([1.0, 2.0]))


def test_a_refused_group_changes_nothing():
    p, q = leaf([1.0]), leaf([2.0])
    optimizer, refused = optim.SGD([p]), {"params": [q, p]}
    before = snapshot(optimizer)
    with pytest.raises(ValueError, match="more than one"):
        optimizer.add_param_group(refused)
    assert snapshot(optimizer) == before
    assert list(refused) == ["params"]


def test_repr():
    optimizer = optim.SGD([{"params": leaf(1.0)}, {"params": leaf(1.0), "lr": 2}], lr=0.5, momentum=0.9)
    group = (
        "    dampening: 0\n    differentiable: False\n    foreach: None\n    fused: None\n    lr: {}\n"
        "    maximize: False\n    momentum: 0.9\n    nesterov: False\n    weight_decay: 0\n"
    )
    expected = f"SGD (\nParameter Group 0\n{group.format(0.5)}\nParameter Group 1\n{group.format(2)})"
    assert repr(optimizer) == expected


# Saving and loading


@every_optimizer
def test_a_loaded_state_goes_on_as_the_saved_one(make):
    params = [with_gradient([1.0, -2.0], [0.5, 0.25]), with_gradient(3.0, -1.5)]
    first = make(params)
    first.step()
    twins = [with_gradient(p.tolist(), p.grad.tolist()) for p in params]
    second = make(twins)
    second.load_state_dict(first.state_dict())
    for name, tensor in first.state.get(params[0], {}).items():
        assert second.state[twins[0]][name] is not tensor
    first.step()
    second.step()
    assert snapshot(first) == snapshot(second)


@every_optimizer
@pytest.mark.parametrize("duplicate", [copy.deepcopy, lambda optimizer: pickle.loads(pickle.dumps(optimizer))])
def test_copies_and_pickles_take_their_parameters_along(make, duplicate):
    p = with_gradient([1.0, -2.0], [0.5, 0.25])
    first = make([p])
    first.step()
    second = duplicate(first)
    q = second.param_groups[0]["params"][0]
    assert q is not p
    assert snapshot(first) == snapshot(second)
    q.grad = p.grad.clone()
    first.step()
    second.step()
    assert snapshot(first) == snapshot(second)


def test_state_dict_format():
    p, q = with_gradient([1.0], [1.0]), with_gradient(2.0, 1.0)
    optimizer = optim.Adam([{"params": [p]}, {"params": [q], "lr": 0.5}])
    optimizer.step()
    state_dict = optimizer.state_dict()
    assert list(state_dict) == ["state", "param_groups"]
    assert {number: list(state) for number, state in state_dict["state"].items()} == {
        0: ["step", "exp_avg", "exp_avg_sq"],
        1: ["step", "exp_avg", "exp_avg_sq"],
    }
    assert [(group["params"], group["lr"]) for group in state_dict["param_groups"]] == [([0], 1e-3), ([1], 0.5)]
    step = state_dict["state"][0]["step"]
    assert (step.dtype, tuple(step.shape), step.item()) == (autograd.float32, (), 1.0)


def test_loading_casts_moments_to_the_parameter_and_counts_to_float32():
    p = with_gradient([1.0], [1.0])
    optimizer = optim.Adam([p])
    optimizer.step()
    saved = copy.deepcopy(optimizer.state_dict())
    double = leaf([1.0], dtype=autograd.float64)
    other = optim.Adam([double])
    for step in (saved["state"][0]["step"], 1):  # older files hold a plain number
        saved["state"][0]["step"] = step
        other.load_state_dict(saved)
        state = other.state[double]
        assert (state["exp_avg"].dtype, state["step"].dtype) == (autograd.float64, autograd.float32)
        assert state["step"].item() == 1.0


def test_loaded_hyperparameters_are_copies():
    optimizer = optim.SGD([leaf([1.0])])
    saved = optimizer.state_dict()
    saved["param_groups"][0]["notes"] = notes = ["from a file"]
    optimizer.load_state_dict(saved)
    notes.append("changed later")
    assert optimizer.param_groups[0]["notes"] == ["from a file"]


def test_switches_that_an_older_file_lacks_are_off():
    p = leaf([1.0])
    optimizer = optim.AdamW([p], amsgrad=True, maximize=True)
    saved = optimizer.state_dict()
    for name in ("amsgrad", "maximize", "fused", "decoupled_weight_decay"):
        del saved["param_groups"][0][name]
    optimizer.load_state_dict(saved)
    group = optimizer.param_groups[0]
    assert [group[name] for name in ("amsgrad", "maximize", "fused")] == [False, False, None]
    assert group["decoupled_weight_decay"] is True  # AdamW without it would be Adam


def edited(optimizer, edit):
    saved = copy.deepcopy(optimizer.state_dict())
    edit(saved)
    return saved


@pytest.mark.parametrize(
    ("edit", "error", "text"),
    [
        (
            lambda s: s["param_groups"].append({"params": []}),
            ValueError,
            "different number of parameter groups: 2.* has 1",
        ),
        (
            lambda s: s["param_groups"][0]["params"].append(2),
            ValueError,
            r"match the size .*\[3\] parameters .* has \[2\]",
        ),
        (lambda s: s["param_groups"][0].pop("betas"), ValueError, "lacks betas: was it saved by another class"),
        (lambda s: s["state"][1].update(exp_avg=autograd.zeros(3)), ValueError, r"1: exp_avg has shape \(3,\), .*\(\)"),
        (lambda s: s.pop("param_groups"), KeyError, r"'state' and 'param_groups', got keys \['state'\]"),
    ],
)
def test_a_state_dict_that_does_not_fit_changes_nothing(edit, error, text):
    optimizer = optim.Adam([with_gradient([1.0, -2.0], [0.5, 0.25]), with_gradient(3.0, -1.5)])
    optimizer.step()
    saved, before = edited(optimizer, edit), snapshot(optimizer)
    with pytest.raises(error, match=text):
        optimizer.load_state_dict(saved)
    assert snapshot(optimizer) == before
