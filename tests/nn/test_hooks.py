"""Hooks of Modules: when they are called, with what, and what their answers do."""

import copy
import warnings

import pytest

import autograd
import nn


class Scale(nn.Module):
    def __init__(self, factor=2.0):
        super().__init__()
        self.factor = nn.Parameter(autograd.tensor(factor))

    def forward(self, input, power=1):
        return self.factor * input**power


class Two(nn.Module):
    def forward(self, a, b):
        return a * 2, a * b


def x(*values):
    return autograd.tensor(list(values), requires_grad=True)


# Around forward


def test_forward_hooks_see_and_replace():
    module, seen = Scale(), []
    before = module.register_forward_pre_hook(lambda m, args: seen.append((m, args[0].tolist())))
    after = module.register_forward_hook(lambda m, args, out: seen.append((m, out.tolist())))
    assert module(autograd.tensor([3.0])).tolist() == [6.0]
    assert seen == [(module, [3.0]), (module, [6.0])]
    before.remove(), after.remove()
    module.register_forward_pre_hook(lambda m, args: args[0] + 1)  # not a tuple: it is made one
    module.register_forward_hook(lambda m, args, out: (out, args[0]))
    assert [t.tolist() for t in module(autograd.tensor([3.0]))] == [[8.0], [4.0]]
    assert len(seen) == 2


def test_forward_hooks_with_keywords():
    module, seen = Scale(), []
    module.register_forward_pre_hook(lambda m, args, kwargs: (args, {"power": 3}), with_kwargs=True)
    module.register_forward_pre_hook(lambda m, args, kwargs: None, with_kwargs=True)
    module.register_forward_hook(lambda m, args, kwargs, out: seen.append(kwargs), with_kwargs=True)
    assert module(autograd.tensor([2.0]), power=1).tolist() == [16.0] and seen == [{"power": 3}]
    module.register_forward_pre_hook(lambda m, args, kwargs: 3, with_kwargs=True)
    with pytest.raises(RuntimeError, match=r"Scale: forward pre-hook must return None or a tuple of \(new_args,"):
        module(autograd.tensor([2.0]))


def test_hooks_are_called_in_order_and_prepend_goes_first():
    module, order = Scale(), []
    for name, prepend in [("a", False), ("b", False), ("c", True)]:
        module.register_forward_hook(lambda m, args, out, name=name: order.append(name), prepend=prepend)
        module.register_forward_pre_hook(lambda m, args, name=name: order.append("pre " + name), prepend=prepend)
    module(autograd.tensor([1.0]))
    assert order == ["pre c", "pre a", "pre b", "c", "a", "b"]


def test_a_handle_removes_its_own_hook_once():
    module, calls = Scale(), []

    def hook(m, args, out):
        calls.append(1)

    first, _second = module.register_forward_hook(hook), module.register_forward_hook(hook)
    first.remove()
    first.remove()
    module(autograd.tensor([1.0]))
    assert calls == [1]
    with module.register_forward_hook(hook):
        module(autograd.tensor([1.0]))
    module(autograd.tensor([1.0]))
    assert len(calls) == 4


def test_a_hook_may_remove_itself():
    module, calls = Scale(), []

    def once(m, args, out):
        calls.append("once")
        handle.remove()

    handle = module.register_forward_hook(once)
    module.register_forward_hook(lambda m, args, out: calls.append("next"))
    module(autograd.tensor([1.0]))
    module(autograd.tensor([1.0]))
    assert calls == ["once", "next", "next"]


def test_always_call_runs_after_a_failure_too():
    module, seen = Scale(), []
    module.register_forward_hook(lambda m, args, out: seen.append(("always", out)), always_call=True)
    module.register_forward_hook(lambda m, args, out: seen.append("plain"))
    with pytest.raises(TypeError):
        module(autograd.tensor([1.0]), nonsense=1)
    assert seen == [("always", None)]

    def fail(m, args, out):
        raise ValueError("in the hook")

    module.register_forward_hook(fail, always_call=True)
    with pytest.warns(UserWarning, match="in the hook"), pytest.raises(TypeError):
        module(autograd.tensor([1.0]), nonsense=1)
    seen.clear()
    with pytest.raises(ValueError, match="in the hook"):  # the others are not called a second time
        module(autograd.tensor([1.0]))
    assert len(seen) == 2


def seen_by_hook(m, args, out):
    return out + 1


def test_hooks_are_copied_with_the_module():
    module = Scale()
    handle = module.register_forward_hook(seen_by_hook)
    twin = copy.deepcopy(module)
    handle.remove()
    assert module(autograd.tensor([1.0])).tolist() == [2.0] and twin(autograd.tensor([1.0])).tolist() == [3.0]


# Around backward


def listed(grads):
    return [None if g is None else g.tolist() for g in grads]


def test_backward_hook_sees_gradients_of_inputs_and_outputs():
    module, seen, a = Scale(), [], x(3.0, 4.0)
    module.register_full_backward_hook(lambda m, gi, go: seen.append((m, listed(gi), listed(go))))
    (module(a) * 5).sum().backward()
    assert seen == [(module, [[10.0, 10.0]], [[5.0, 5.0]])]
    assert a.grad.tolist() == [10.0, 10.0] and module.factor.grad.item() == 35.0


def test_backward_hooks_replace_gradients():
    module, a = Scale(), x(3.0, 4.0)
    module.register_full_backward_hook(lambda m, gi, go: (gi[0] * 10,))
    module.register_full_backward_hook(lambda m, gi, go: (gi[0] + 1,))
    module.register_full_backward_pre_hook(lambda m, go: (go[0] * 100,))
    module(a).sum().backward()
    assert a.grad.tolist() == [2001.0, 2001.0] and module.factor.grad.item() == 700.0


def test_backward_hooks_in_order():
    module, order = Scale(), []
    for name, prepend in [("a", False), ("b", True)]:
        module.register_full_backward_hook(lambda m, gi, go, name=name: order.append(name), prepend=prepend)
        module.register_full_backward_pre_hook(lambda m, go, name=name: order.append("pre " + name), prepend=prepend)
    module(x(1.0)).sum().backward()
    assert order == ["pre b", "pre a", "b", "a"]


def test_backward_hook_without_input_gradients():
    module, seen = Scale(), []
    handle = module.register_full_backward_hook(lambda m, gi, go: seen.append((listed(gi), listed(go))))
    module(autograd.tensor([3.0]), 2).sum().backward()
    assert seen == [([None, None], [[1.0]])] and module.factor.grad.item() == 9.0
    handle.remove()
    module.register_full_backward_hook(lambda m, gi, go: (autograd.ones(1), None))
    with pytest.raises(RuntimeError, match="none of them requires one: return None"):
        module(autograd.tensor([3.0]), 2).sum().backward()


@pytest.mark.parametrize("output, gi, go", [(0, [[2.0], [0.0]], [[1.0], None]), (1, [[4.0], [3.0]], [None, [1.0]])])
def test_backward_hook_with_several_inputs_and_outputs(output, gi, go):
    module, seen, a, b = Two(), [], x(3.0), x(4.0)
    module.register_full_backward_hook(lambda m, i, o: seen.append((listed(i), listed(o))))
    module(a, b)[output].sum().backward()
    assert seen == [(gi, go)] and a.grad.tolist() == gi[0] and b.grad.tolist() == gi[1]


def test_backward_hook_skips_what_is_no_tensor_and_keeps_named_tuples():
    from collections import namedtuple

    Pair = namedtuple("Pair", ["value", "note"])

    class Noted(nn.Module):
        def forward(self, input, note):
            return Pair(input * 2, note)

    module, seen = Noted(), []
    module.register_full_backward_hook(lambda m, gi, go: seen.append((listed(gi), listed(go))))
    out = module(x(1.0), "hello")
    assert type(out) is Pair and out.note == "hello"
    out.value.sum().backward()
    assert seen == [([[2.0], None], [[1.0], None])]


@pytest.mark.parametrize("inside", [True, False])
def test_in_place_writes_to_what_a_backward_hook_watches_raise(inside):
    class Doubler(nn.Module):
        def forward(self, input):
            return input.mul_(2) if inside else input * 2

    module, a = Doubler(), x(3.0, 4.0)
    module(a * 1).add_(1).sum().backward()
    assert a.grad.tolist() == [2, 2]
    module.register_full_backward_hook(lambda m, gi, go: None)
    with pytest.raises(RuntimeError, match="is a view and is being modified inplace"):
        module(a * 1).add_(1)


def test_backward_hooks_are_silent_without_grad_mode():
    module, seen = Scale(), []
    module.register_full_backward_hook(lambda m, gi, go: seen.append(1))
    a = x(1.0)
    with autograd.no_grad():
        assert not module(a).requires_grad
    assert seen == [] and not a._is_view()


def test_backward_hook_on_every_call_and_every_backward():
    module, seen, a = Scale(), [], x(1.0)
    module.register_full_backward_hook(lambda m, gi, go: seen.append(listed(go)))
    loss = (module(module(a)) * 3).sum()
    loss.backward(retain_graph=True)
    assert seen == [[[3.0]], [[6.0]]]
    loss.backward()
    assert len(seen) == 4 and a.grad.tolist() == [24.0]


@pytest.mark.parametrize(
    "register, hook, error, message",
    [
        (
            "register_full_backward_hook",
            lambda m, gi, go: (gi[0], gi[0]),
            RuntimeError,
            "number of grad_input, got 2, but",
        ),
        ("register_full_backward_hook", lambda m, gi, go: 3, TypeError, "return None or a tuple of gradients, got int"),
        (
            "register_full_backward_pre_hook",
            lambda m, go: (),
            RuntimeError,
            "number of grad_output, got 0, but expected 1",
        ),
        ("register_full_backward_pre_hook", lambda m, go: 3, TypeError, "must return None or a tuple"),
    ],
)
def test_wrong_answers_of_backward_hooks(register, hook, error, message):
    module = Scale()
    getattr(module, register)(hook)
    with pytest.raises(error, match=message):
        module(x(1.0)).sum().backward()


def test_backward_hook_on_an_output_that_is_no_tensor_warns():
    class Packed(nn.Module):
        def forward(self, input):
            return {"out": input * 2}

    module = Packed()
    module.register_full_backward_hook(lambda m, gi, go: None)
    with pytest.warns(UserWarning, match="Packed: backward hooks are called only where forward returns a Tensor"):
        module(x(1.0))


def test_second_order_flows_through_backward_hooks():
    def second(hooked):
        module, a = Scale(3.0), x(2.0)
        if hooked:
            module.register_full_backward_hook(lambda m, gi, go: (gi[0] * 3,))
        (first,) = autograd.grad((module(a) ** 2).sum(), a, create_graph=True)
        first.sum().backward()
        return first.item(), a.grad.item()

    # (f*a)**2 has the slopes 2*f*f*a and 2*f*f; each passes the module once, the second on top of the first.
    assert second(hooked=False) == (36.0, 18.0)
    assert second(hooked=True) == (108.0, 162.0)


def test_backward_hooks_are_not_called_for_a_gradient_that_skips_the_output():
    module, seen, a = Scale(1.0), [], x(2.0)
    module.register_full_backward_hook(lambda m, gi, go: seen.append(listed(gi)))
    (first,) = autograd.grad(module(a, power=3).sum(), a, create_graph=True)
    assert seen == [[[12.0]]]
    first.sum().backward()  # from 3*a**2, which only the input's value enters
    assert a.grad.tolist() == [12.0] and len(seen) == 1


def test_old_name_of_the_backward_hook():
    module, seen = Scale(), []
    module.register_backward_hook(lambda m, gi, go: seen.append(listed(gi)))
    module(x(1.0)).sum().backward()
    assert seen == [[[2.0]]]


def test_hooks_of_a_called_module_leave_no_warnings():
    module = Scale()
    module.register_full_backward_hook(lambda m, gi, go: None)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        module(x(1.0)).sum().backward()
