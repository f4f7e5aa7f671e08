"""Hooks around the step and around saving and loading."""

import pytest

import autograd
import optim
from optim.optimizer import register_optimizer_step_post_hook, register_optimizer_step_pre_hook


@pytest.fixture
def sgd():
    p = autograd.tensor([1.0], requires_grad=True)
    p.grad = autograd.tensor([1.0])
    return optim.SGD([p], lr=0.5)


def test_step_hooks_run_around_the_step(sgd):
    seen = []
    p = sgd.param_groups[0]["params"][0]
    handles = [
        register_optimizer_step_pre_hook(lambda optimizer, args, kwargs: seen.append(("every before", p.item()))),
        register_optimizer_step_post_hook(lambda optimizer, args, kwargs: seen.append(("every after", p.item()))),
        sgd.register_step_pre_hook(lambda optimizer, args, kwargs: seen.append(("before", optimizer, args, kwargs))),
        sgd.register_step_post_hook(lambda optimizer, args, kwargs: seen.append(("after", p.item()))),
    ]
    sgd.step(closure=None)
    assert seen == [("every before", 1.0), ("before", sgd, (), {"closure": None}), ("after", 0.5), ("every after", 0.5)]
    for handle in handles:
        handle.remove()
    sgd.step()
    assert len(seen) == 4


def test_a_pre_hook_replaces_the_arguments(sgd):
    sgd.register_step_pre_hook(lambda optimizer, args, kwargs: ((lambda: "hooked",), {}))
    assert sgd.step() == "hooked"


def test_a_pre_hook_that_returns_something_else(sgd):
    sgd.register_step_pre_hook(lambda optimizer, args, kwargs: "closure")
    with pytest.raises(RuntimeError, match=r"SGD\.step: a pre-hook must return None or a tuple .* got 'closure'"):
        sgd.step()
    assert sgd.param_groups[0]["params"][0].tolist() == [1.0]


def test_a_step_that_calls_its_parents_runs_the_hooks_once():
    class Twice(optim.SGD):
        def step(self, closure=None):
            super().step()
            return super().step(closure)

    p = autograd.tensor([1.0], requires_grad=True)
    p.grad = autograd.tensor([1.0])
    optimizer, seen = Twice([p], lr=0.25), []
    optimizer.register_step_pre_hook(lambda *_: seen.append("before"))
    optimizer.register_step_post_hook(lambda *_: seen.append("after"))
    optimizer.step()
    assert seen == ["before", "after"]
    assert p.tolist() == [0.5]


def test_state_dict_hooks(sgd):
    seen = []
    sgd.register_state_dict_pre_hook(lambda optimizer: seen.append("second"))
    sgd.register_state_dict_pre_hook(lambda optimizer: seen.append("first"), prepend=True)
    sgd.register_state_dict_post_hook(lambda optimizer, state_dict: {**state_dict, "note": 1})
    sgd.register_state_dict_post_hook(lambda optimizer, state_dict: seen.append(state_dict["note"]))
    assert sgd.state_dict()["note"] == 1
    assert seen == ["first", "second", 1]


def test_load_hooks_see_a_copy_and_may_replace_it(sgd):
    saved, seen = sgd.state_dict(), []

    def other_lr(optimizer, state_dict):
        assert state_dict is not saved
        return {**state_dict, "param_groups": [{**state_dict["param_groups"][0], "lr": 7.0}]}

    handle = sgd.register_load_state_dict_pre_hook(other_lr)
    sgd.register_load_state_dict_post_hook(lambda optimizer: seen.append(optimizer.param_groups[0]["lr"]))
    sgd.load_state_dict(saved)
    handle.remove()
    sgd.load_state_dict(saved)
    assert seen == [7.0, 0.5]
