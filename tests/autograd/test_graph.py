"""The graph and the sweep: depth, width, memory, freeing, threads, hooks, modes."""

import gc
import sys
import threading
import tracemalloc
import warnings
import weakref

import numpy as np
import pytest

import autograd
from autograd import tensor


def leaf(*values, dtype=None):
    return tensor(values[0] if len(values) == 1 else list(values), dtype=dtype, requires_grad=True)


def test_chain_rule_through_the_five_gates():
    x, y, z, w = leaf(3.0), leaf(-4.0), leaf(2.0), leaf(-1.0)
    f = x * (x * y + autograd.maximum(z, w))  # the lecture's circuit with add, mul, max and copy
    f.backward()
    assert f.item() == -30
    assert [t.grad.item() for t in (x, y, z, w)] == [-22, 9, 3, 0]


def test_million_deep_chain_needs_no_recursion():
    limit = sys.getrecursionlimit()
    x = leaf(1.0, dtype=autograd.float64)
    y = x
    for _ in range(1_000_000):
        y = y + x
    y.backward()
    del y
    assert x.grad.item() == 1_000_001
    assert sys.getrecursionlimit() == limit


def test_forty_diamonds_are_linear():
    x = leaf(1.0, dtype=autograd.float64)
    y = x
    for _ in range(40):
        y = y + y
    y.backward()
    assert x.grad.item() == 2.0**40


def test_intermediates_die_with_their_tensors_without_the_collector():
    gc.disable()
    try:
        x = leaf(*range(1000), dtype=autograd.float64)
        y = x * 2
        z = y.exp()
        seen = weakref.ref(z), weakref.ref(y)
        loss = z.sum()
        del y, z
        assert seen[0]() is None and seen[1]() is None
        loss.backward()
        node = weakref.ref(loss)
        del loss
        assert node() is None
    finally:
        gc.enable()


def test_backward_frees_saved_arrays():
    x = tensor(np.ones(1_000_000), requires_grad=True)
    tracemalloc.start()
    loss = (x * x).exp().sum()
    held = tracemalloc.get_traced_memory()[0]
    loss.backward()
    x.grad = None
    freed = held - tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert freed > 7_000_000


def test_bytes_per_scalar_node():
    x = leaf(1.5, dtype=autograd.float64)

    def chain(n):
        y = x
        for _ in range(n):
            y = (y * x).tanh()
        return y

    chain(10)
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    y = chain(2000)
    used = (tracemalloc.get_traced_memory()[0] - before) / 4000
    tracemalloc.stop()
    assert y.requires_grad
    assert used <= 190


def test_second_backward_needs_retain_graph():
    x = leaf(2.0, 3.0)
    y = (x * x).sum()
    y.backward(retain_graph=True)
    y.backward()
    assert x.grad.tolist() == [8, 12]
    with pytest.raises(
        RuntimeError, match="mul: trying to backward through the graph a second time.*retain_graph=True"
    ):
        y.backward()
    assert x.grad.tolist() == [8, 12]


def test_freed_graph_is_named_by_grad_too():
    x = leaf(2.0)
    y = x * x
    z = y + 1
    z.backward()
    with pytest.raises(RuntimeError, match="second time"):
        autograd.grad(z, x)


def test_gradients_of_any_order():
    x = leaf(0.7, dtype=autograd.float64)
    y = x**5
    for factor, power in ((5, 4), (20, 3), (60, 2), (120, 1), (120, 0)):
        (y,) = autograd.grad(y, x, create_graph=True)
        assert np.isclose(y.item(), factor * 0.7**power)


def test_grad_leaves_every_grad_alone_and_prunes():
    x, y = leaf(2.0), leaf(3.0)
    called = []
    h = y * 1
    h.register_hook(lambda g: called.append(g))
    f = x * x + h
    (g,) = autograd.grad(f, x, retain_graph=True)
    assert g.item() == 4 and x.grad is None and y.grad is None
    assert not called


def test_grad_of_an_interior_tensor():
    x = leaf(2.0)
    h = x * 3
    f = h * h
    gh, gx = autograd.grad(f, (h, x))
    assert (gh.item(), gx.item()) == (12, 36)


def test_grad_unused_and_materialized():
    x, y = leaf(2.0), leaf(1.0, 2.0)
    f = x * x
    with pytest.raises(RuntimeError, match="allow_unused=True"):
        autograd.grad(f, (x, y), retain_graph=True)
    assert autograd.grad(f, (x, y), retain_graph=True, allow_unused=True)[1] is None
    assert autograd.grad(f, (x, y), materialize_grads=True)[1].tolist() == [0, 0]


def test_backward_inputs_touches_only_them():
    x, y = leaf(2.0), leaf(3.0)
    (x * y).backward(inputs=[x])
    assert x.grad.item() == 3 and y.grad is None


def test_leaves_never_share_a_gradient_buffer():
    x, y = leaf(1.0, 2.0), leaf(3.0, 4.0)
    (x + y).sum().backward()
    x.grad.mul_(10)
    assert y.grad.tolist() == [1, 1]
    given = autograd.ones(2)
    z = leaf(1.0, 2.0)
    (z + 0).backward(given)
    given.mul_(5)
    assert z.grad.tolist() == [1, 1]


def test_held_grad_sees_the_next_backward_but_not_under_create_graph():
    x = leaf(1.0, 2.0)
    (x * 3).sum().backward()
    held = x.grad
    (x * 3).sum().backward()
    assert held is x.grad and held.tolist() == [6, 6]
    (x * x).sum().backward(create_graph=True)
    assert held.tolist() == [6, 6] and x.grad.tolist() == [8, 10]


def test_hooks_read_replace_and_go():
    x = leaf(1.0, 2.0)
    seen = []
    y = x * 2
    handle = y.register_hook(lambda g: seen.append(g.tolist()))
    y.register_hook(lambda g: g * 10)
    (y * y).sum().backward()
    assert seen == [[4, 8]] and x.grad.tolist() == [80, 160]
    handle.remove()
    z = x * 1
    handle = z.register_hook(lambda g: g * 0)
    handle.remove()
    x.grad = None
    z.sum().backward()
    assert x.grad.tolist() == [1, 1]


def test_leaf_hook_sees_the_sum_of_all_paths_once():
    x = leaf(2.0)
    seen = []
    x.register_hook(lambda g: seen.append(g.item()))
    (x * x + x).backward()
    assert seen == [5]


def test_post_accumulate_hook_runs_after_the_leaf_has_its_gradient():
    x = leaf(2.0)
    seen = []
    x.register_post_accumulate_grad_hook(lambda p: seen.append(p.grad.item()))
    (x * x).backward()
    (x * x).backward()
    assert seen == [4, 8]
    with pytest.raises(RuntimeError, match="non-leaf"):
        (x * x).register_post_accumulate_grad_hook(print)


def test_retain_grad():
    x = leaf(2.0)
    y = x * x
    y.retain_grad()
    (y * y).backward()
    assert y.grad.item() == 8 and x.grad.item() == 32
    assert y.retains_grad and not x.retains_grad
    with pytest.warns(UserWarning, match="not a leaf"):
        assert (x * 1).grad is None


def test_backward_inside_a_hook():
    x, outer = leaf(3.0), []

    def hook(g):
        with autograd.enable_grad():
            inner = x * x
        inner.backward()
        outer.append(x.grad.item())

    y = x * 5
    y.register_hook(hook)
    (y + x * 2).backward()
    assert outer == [6] and x.grad.item() == 13


def test_an_error_in_a_sweep_leaves_no_marks():
    x = leaf(3.0)
    y = x * x

    def fail(g):
        raise KeyError("from the hook")

    handle = y.register_hook(fail)
    with pytest.raises(KeyError):
        (y * 2).backward(retain_graph=True)
    handle.remove()
    z = y * 2
    z.backward()
    assert x.grad.item() == 12


def test_backward_in_threads_over_shared_leaves():
    x = tensor(np.ones(100), requires_grad=True)

    def work():
        for _ in range(50):
            (x * 2).sum().backward()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join(30)
    assert x.grad.tolist() == [400.0] * 100


def test_grad_mode_belongs_to_the_thread():
    x, seen = leaf(1.0), []
    with autograd.no_grad():
        thread = threading.Thread(target=lambda: seen.append((x * 2).requires_grad))
        thread.start()
        thread.join(30)
        assert not (x * 2).requires_grad
    assert seen == [True]


def test_grad_modes_nest_decorate_and_survive_generators():
    x = leaf(1.0)

    @autograd.no_grad()
    def plain():
        return (x * 2).requires_grad

    @autograd.no_grad()
    def lazily():
        yield (x * 2).requires_grad
        yield (x * 2).requires_grad

    assert plain() is False
    values = lazily()
    assert next(values) is False and (x * 2).requires_grad and next(values) is False
    with autograd.no_grad():
        with autograd.enable_grad():
            assert (x * 2).requires_grad
        assert not autograd.is_grad_enabled()
    with autograd.set_grad_enabled(False):
        assert not (x * 2).requires_grad
    autograd.set_grad_enabled(False)
    assert not autograd.is_grad_enabled()
    autograd.set_grad_enabled(True)
    with autograd.inference_mode():
        assert not (x * 2).requires_grad
    assert autograd.is_grad_enabled()


def test_grad_fn_and_next_functions():
    x = leaf(2.0)
    y = x * x + 1
    assert y.grad_fn.name() == "AddBackward0"
    (mul, _), *_ = y.grad_fn.next_functions
    assert mul.name() == "MulBackward0"
    assert mul.next_functions[0][0].name() == "AccumulateGrad"
    assert x.grad_fn is None and x.is_leaf and not y.is_leaf
    assert y.grad_fn is y.grad_fn


def test_no_floating_point_warning_whatever_the_settings():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        x = leaf(0.0)
        big = tensor([1e38, -1e38])
        assert (1 / x).item() == np.inf
        assert (big * 1e10).tolist() == [np.inf, -np.inf]
        (x / 0.0).backward()
    before = np.geterr()
    with np.errstate(all="raise"):
        assert (tensor([0.0]) / 0.0).isnan().item()
        assert tensor(0.0).log().item() == -np.inf
    assert np.geterr() == before


def test_create_graph_records_the_backward():
    x = leaf(3.0)
    (x * x * x).backward(create_graph=True)
    assert x.grad.requires_grad
    (second,) = autograd.grad(x.grad, x)
    assert second.item() == 18


def test_both_roots_of_one_backward():
    x = leaf(2.0)
    h = x * x
    autograd.backward([h * 3, h * 4])
    assert x.grad.item() == 28


def test_a_leaf_that_is_frozen_and_freed_again_is_the_same_leaf():
    x = leaf(1.0, 2.0)
    x.register_hook(lambda g: g * 10)
    y = (x * 2).sum()
    x.requires_grad_(False)
    y.backward(retain_graph=True)
    assert x.grad is None
    x.requires_grad_(True)
    y.backward()
    assert x.grad.tolist() == [20, 20]


def test_a_hook_may_take_itself_away():
    x, seen, handles = leaf(1.0), [], []
    handles.append(x.register_hook(lambda g: (seen.append(1), handles[0].remove())[1]))
    x.register_hook(lambda g: seen.append(2))
    (x * 1).backward()
    (x * 1).backward()
    assert seen == [1, 2, 2]


def test_what_a_hook_returns_is_checked():
    x = leaf(1.0, 2.0)
    for wrong, error in ((autograd.ones(3), RuntimeError), (autograd.ones(2).double(), RuntimeError), (5, TypeError)):
        y = x * 1
        y.register_hook(lambda g, wrong=wrong: wrong)
        with pytest.raises(error, match="a hook"):
            y.sum().backward()
    assert x.grad is None


def test_nothing_is_left_for_the_collector():
    class Double(autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return x * 2

        @staticmethod
        def backward(ctx, g):
            return g * 2

    x = tensor(np.ones(3), requires_grad=True)

    def step():
        Double.apply(x).sum().backward()
        a, b = (x * 1).split([1, 2])
        (a.sum() + b.sum()).backward()

    step()
    gc.collect()
    gc.disable()
    try:
        before = len(gc.get_objects())
        for _ in range(20):
            step()
        assert len(gc.get_objects()) - before < 20
    finally:
        gc.enable()


def test_a_decorated_generator_is_thrown_into_and_closed_in_its_mode():
    seen = []

    @autograd.no_grad()
    def lazily():
        try:
            yield 1
        except KeyError:
            yield "caught"
        finally:
            seen.append(autograd.is_grad_enabled())

    values = lazily()
    next(values)
    assert values.throw(KeyError) == "caught"
    values.close()
    assert seen == [False] and autograd.is_grad_enabled()


def test_one_mode_object_serves_many_blocks_and_threads():
    mode, errors = autograd.no_grad(), []

    def work():
        try:
            for _ in range(500):
                with mode:
                    assert not autograd.is_grad_enabled()
                assert autograd.is_grad_enabled()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=work) for _ in range(3)]
    for t in threads:
        t.start()
    for t in threads:
        t.join(30)
    assert not errors
    switch = autograd.set_grad_enabled(False)
    for _ in range(2):
        with switch:
            assert not autograd.is_grad_enabled()
        assert autograd.is_grad_enabled()


def test_reading_a_gradient_loses_nothing_that_arrives():
    switch = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        x = tensor(np.ones(20_000), requires_grad=True)

        def add():
            for _ in range(20):
                (x * 1).sum().backward()

        threads = [threading.Thread(target=add) for _ in range(2)]
        threads.append(threading.Thread(target=lambda: [x.grad for _ in range(20)]))
        for t in threads:
            t.start()
        for t in threads:
            t.join(30)
        assert x.grad[0].item() == 40
    finally:
        sys.setswitchinterval(switch)
