"""What `autograd.inspect` records: values, gradients, and the terms that each gradient is the sum of."""

import threading
import tracemalloc
from contextvars import copy_context

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd
import nn
import nn.functional as F
from autograd.inspection import read


def leaf(*shape, seed=0, dtype=autograd.float64):
    values = np.random.default_rng(seed).normal(size=shape)
    return autograd.tensor(values, dtype=dtype, requires_grad=True)


def by_name(graph):
    return {step.name: step for step in graph.steps if step.name}


# Each move makes a new tensor of shape (2, 3) or () from those there are.
MOVES = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "square": lambda a, b: a * a,
    "row": lambda a, b: a + b.sum() if b.dim() == 0 else a * b[0] if b.dim() == 2 else a,
    "column": lambda a, b: b[:, :1] * a if a.dim() == b.dim() == 2 else b * a,
    "transpose": lambda a, b: (a.t() @ b).sum() if a.dim() == b.dim() == 2 else a.exp(),
    "relu": lambda a, b: a.relu() + b,
    "max": lambda a, b: autograd.maximum(a, b),
    "mean": lambda a, b: a.mean() + b,
    "halves": lambda a, b: sum(a.split(1)) * autograd.ones_like(a) * b if a.dim() == 2 else a - b,
    "write": lambda a, b: written(a, b),
    "write view": lambda a, b: written_view(a),
    "cat": lambda a, b: autograd.cat([a, a * 2]).view(2, 2, 3).sum(0) if a.dim() == 2 else a,
    "constant": lambda a, b: 2 * a + 1,
    "cast": lambda a, b: (a.float() * b).double(),
}


def written(a, b):
    c = a.clone()
    c += b if b.dim() == 0 or a.dim() == 2 else b.sum()
    c *= 2.0
    return c


def written_view(a):
    c = a * 1.0
    if c.dim() == 2:
        c[0] = c[1] * 3.0
    return c


@st.composite
def programs(draw):
    steps = draw(
        st.lists(st.tuples(st.sampled_from(sorted(MOVES)), st.integers(0, 99), st.integers(0, 99)), max_size=9)
    )
    return steps, draw(st.integers(0, 5))


def run(steps, seed):
    leaves = [leaf(2, 3, seed=seed), leaf(seed=seed + 1), leaf(2, 3, seed=seed + 2)]
    values = list(leaves)
    for name, i, j in steps:
        a, b = values[i % len(values)], values[j % len(values)]
        values.append(MOVES[name](a, b))
    return leaves, sum(value.sum() for value in values[-3:])


@settings(max_examples=150, deadline=None)
@given(programs())
def test_terms_sum_to_the_gradient_in_a_valid_order(program):
    leaves, plain = run(*program)
    plain.backward()
    with autograd.inspect() as record:
        twins, loss = run(*program)
        loss.backward()
    for twin, one in zip(twins, leaves, strict=True):
        assert (twin.grad is None) == (one.grad is None)
        if one.grad is not None:
            np.testing.assert_array_equal(twin.grad, one.grad)
    for graph in (record.graph(), read(run(*program)[1])):
        reached = [step for step in graph.steps if step.order is not None]
        assert graph.output.order == 0 and len({step.order for step in reached}) == len(reached)
        for step in reached:
            assert all(graph.steps[c.sender].order < step.order for c in step.contributions)
            assert all(graph.steps[c.sender].inputs[c.slot] == step.id for c in step.contributions)
            assert all(source is None or source < step.id for source in step.inputs)
            if step.contributions and step.op != "split":  # (its terms are pieces, not summands)
                total = sum(np.array(c.numbers) for c in step.contributions)
                np.testing.assert_allclose(total, step.grad.numbers, rtol=1e-6, atol=1e-12)
                assert step.contributions[-1].total == pytest.approx(step.grad.norm, rel=1e-6, abs=1e-12)
            for c in step.contributions:
                if c.local is not None:
                    assert graph.steps[c.sender].grad.number * c.local == pytest.approx(c.number, rel=1e-6, abs=1e-12)
    leaves_reached = [step for step in record.graph().steps if step.kind == "leaf" and step.grad is not None]
    assert len(leaves_reached) == sum(twin.grad is not None for twin in twins)


def test_the_lecture_s_circuit():
    x, y, z = (autograd.tensor(v, requires_grad=True) for v in (-2.0, 5.0, -4.0))
    with autograd.inspect() as record:
        q = x + y
        f = q * z
        f.backward()
    steps = by_name(record.graph())
    values = {name: (steps[name].value.number, steps[name].grad.number) for name in "xyzqf"}
    assert values == {"x": (-2, -4), "y": (5, -4), "z": (-4, 3), "q": (3, -4), "f": (-12, 1)}
    assert [(c.local, c.number) for c in steps["q"].contributions] == [(-4, -4)]
    assert [step.name for step in record.graph().backward_order] == ["f", "q", "z", "y", "x"]
    assert steps["q"].line.text == "q = x + y" and str(steps["q"].line).startswith("test_recording.py:")


def test_a_square_receives_two_terms():
    x = autograd.tensor(3.0, requires_grad=True)
    with autograd.inspect() as record:
        (x * x).backward()
    terms = record.steps[0].contributions
    assert [(c.slot, c.number, c.local, c.total) for c in terms] == [(0, 3.0, 3.0, 3.0), (1, 3.0, 3.0, 6.0)]


def test_values_are_those_of_the_moment_not_of_later_writes():
    x = leaf(3)
    with autograd.inspect() as record:
        y = x * 1.0
        before = y.tolist()
        z = y.exp()
        y += 1.0
        z.sum().backward()
    assert by_name(record.graph(z.sum()))["x"].value.numbers == x.tolist()
    mul = next(step for step in record.graph(z.sum()).steps if step.op == "mul")
    assert mul.value.numbers == before


def test_modules_by_call():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.cell = nn.Linear(3, 3)
            self.layers = nn.ModuleList([nn.Linear(3, 3)])

        def forward(self, x):
            return self.layers[0](self.cell(self.cell(x).relu()))

    model, inputs = Net(), autograd.randn(2, 3)
    with autograd.inspect(model) as record:
        loss = model(inputs).sum()
        loss.backward()
    graph = record.graph()
    assert list(graph.modules) == [
        ("model",),
        ("model", "cell"),
        ("model", "cell#2"),
        ("model", "layers"),
        ("model", "layers", "0"),
    ]
    assert graph.modules["model", "layers", "0"].description == "in_features=3, out_features=3, bias=True"
    homes = {step.name or step.op: step.module for step in graph.steps}
    assert homes["cell.weight"] == ("model",)  # shared by two calls: around both
    assert homes["layers.0.weight"] == ("model", "layers", "0")
    assert homes["relu"] == ("model",) and homes["inputs"] == homes["loss"] == ()
    assert [step.label for step in graph.steps if step.kind == "parameter"] == [
        "cell.weight",
        "cell.bias",
        "weight",
        "bias",
    ]


def test_without_a_recording_the_graph_is_read_and_left_alone():
    model, inputs = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 1)), autograd.randn(5, 3)
    loss = model(inputs).sum()
    for p in model.parameters():
        p.grad = autograd.full_like(p, 0.1)
    before = [p.grad.numpy().tobytes() for p in model.parameters()]
    graph = read(loss, model)
    assert [p.grad.numpy().tobytes() for p in model.parameters()] == before
    assert graph.note == "" and all(step.grad for step in graph.steps if step.wants_grad)
    assert {step.name: step.module for step in graph.steps if step.kind == "parameter"} == {
        "0.weight": ("Sequential", "0"),
        "0.bias": ("Sequential", "0"),
        "2.weight": ("Sequential", "2"),
        "2.bias": ("Sequential", "2"),
    }
    loss.backward()


def test_a_freed_graph_says_so_and_shows_no_zeros():
    x = leaf(3)
    y = (x * x).sum()
    read(y)  # (what it found does not outlive the graph)
    y.backward()
    graph = read(y)
    assert graph.output.value.number == y.item()
    assert "freed" in graph.note and "autograd.inspect()" in graph.note
    assert all(step.grad is None and step.order is None for step in graph.steps)


def test_no_backward_says_so():
    x = leaf(3)
    with autograd.inspect() as record:
        y = (x * x).sum()
    assert "no backward" in record.graph().note
    assert read(y).note == "" and read(y).output.grad.number == 1.0  # the graph is there: a backward is run for it


def test_slots_have_the_names_of_the_op_s_parameters():
    class Scale(autograd.Function):
        @staticmethod
        def forward(ctx, values, by, *others):
            return values * by

        @staticmethod
        def backward(ctx, g):
            return g, None, None

    w, x, row = leaf(2, 3), leaf(4, 3), leaf(3)

    def forward():
        h = F.linear(x, w, autograd.zeros(2, dtype=autograd.float64))
        return Scale.apply(autograd.cat([h, h.detach()]) * 2, 3.0, row).sum()

    with autograd.inspect() as record:
        loss = forward()
        loss.backward()
    for graph in (record.graph(), read(forward())):
        slots = {step.op: step.slots for step in graph.steps if step.kind == "operation"}
        assert slots["linear"][:2] == ("input", "weight") and slots["sum"] == ("input",)
        assert slots["cat"][0] == "tensors[0]" and slots["Scale"] == ("values", "by", "")
        assert all(len(step.slots) == len(step.inputs) for step in graph.steps)
    assert next(step.slots for step in record.steps if step.op == "linear") == ("input", "weight", "bias")


def test_a_function_may_have_the_name_of_an_op():
    class mul(autograd.Function):
        @staticmethod
        def forward(ctx, one, two, three):
            return one + two + three

        @staticmethod
        def backward(ctx, g):
            return g, g, g

    a, b, c = leaf(2), leaf(2, seed=1), leaf(2, seed=2)
    with autograd.inspect() as record:
        mul.apply(a, b, c).sum().backward()
    step = record.steps[3]
    assert (step.op, step.inputs, step.slots, step.rule) == ("mul", (0, 1, 2), ("one", "two", "three"), "")


def test_a_hook_that_changes_the_gradient_is_believed():
    x = leaf(3)
    with autograd.inspect() as record:
        y = x * 1.0
        y.register_hook(lambda g: g * 10)
        y.sum().backward()
    mul = next(step for step in record.steps if step.op == "mul")
    assert mul.grad.numbers == [10.0] * 3 and mul.contributions[0].numbers == [1.0] * 3
    assert [step.op for step in record.steps if step.hooked] == ["mul"]
    assert x.grad.tolist() == [10.0] * 3


def test_several_backwards_each_have_their_own_gradients():
    w, kept = leaf(3), []
    with autograd.inspect() as record:
        for scale in (1.0, 5.0):
            loss = (w * scale).sum()
            loss.backward()
            kept.append(loss)
    assert by_name(record.graph(kept[0]))["w"].grad.numbers == [1.0] * 3
    assert by_name(record.graph(kept[1]))["w"].grad.numbers == [5.0] * 3


def test_custom_functions_and_second_order():
    class Twice(autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return x * 2, x + 1

        @staticmethod
        def backward(ctx, g, h):
            return g * 2 + h

    x = leaf(2)
    with autograd.inspect() as record:
        a, b = Twice.apply(x)
        (a * b).sum().backward(create_graph=True)
    graph = record.graph(params={"x": x})
    assert [step.op for step in graph.steps if step.op.startswith("Twice")] == ["Twice", "Twice[0]", "Twice[1]"]
    np.testing.assert_allclose(by_name(graph)["x"].grad.numbers, x.grad.tolist())


def test_anomaly_mode_goes_on_inside():
    x = autograd.tensor([-1.0], requires_grad=True)
    with autograd.detect_anomaly(), autograd.inspect():
        assert autograd.is_anomaly_enabled()
        with pytest.raises(RuntimeError, match="nan values"):
            (x.sqrt() * 1.0).sum().backward()
    with autograd.inspect():
        assert not autograd.is_anomaly_enabled()


def test_a_recording_goes_on_in_anomaly_mode():
    x = autograd.tensor([4.0, 0.0], requires_grad=True)
    with autograd.inspect() as record, autograd.detect_anomaly():
        x[0].sqrt().backward()
        with autograd.set_detect_anomaly(False):
            assert not autograd.is_anomaly_enabled()
            y = (x.sqrt() * 0).sum()
            y.backward()  # silent
        with pytest.raises(RuntimeError, match=r"sqrt: .*nan values.*test_recording.py"):
            (x.sqrt() * 0).sum().backward()
    assert record.graph(y).output.grad.number == 1.0 and len(record.backwards) == 3


def test_recordings_within_each_other_see_the_same():
    x = leaf(3)
    with autograd.inspect() as outer:
        h = x * 2
        with autograd.inspect() as inner:
            y = (h * h).sum()
            y.backward()
        z = (h * 2).sum()
    assert [step.op for step in outer.graph(y).steps if step.kind == "operation"] == ["mul", "mul", "sum"]
    assert terms_of(outer.graph(y)) == terms_of(inner.graph(y)) and len(terms_of(inner.graph(y))[1]) == 2
    assert inner.backward_of(z.node) is None and z.node in outer.seen and z.node not in inner.seen


def terms_of(graph):
    return [[c.numbers for c in step.contributions] for step in graph.steps if step.wants_grad]


def test_an_overwritten_value_names_both_lines_in_a_recording():
    x = leaf(3)
    with autograd.inspect():
        y = x.exp()
        z = y.exp()
        z += 1.0
        with pytest.raises(RuntimeError, match=r"written at .*`z \+= 1.0`; exp ran at .*`z = y.exp\(\)`"):
            z.sum().backward()


def test_a_call_is_counted_within_its_graph():
    model, inputs = nn.Linear(3, 3), autograd.randn(2, 3)
    with autograd.inspect(model) as record:
        for _ in range(3):  # steps of a training
            loss = model(model(inputs)).sum()
            loss.backward()
    assert list(record.graph(loss).modules) == [("model",), ("model#2",)]


def test_calls_of_two_threads_do_not_mix():
    class Net(nn.Module):
        def forward(self, x):
            meet.wait()  # both are inside
            return self.layer(x)

    meet, losses = threading.Barrier(2, timeout=5), []
    model, inputs = Net(), autograd.randn(2, 3)
    model.layer = nn.Linear(3, 3)

    def forward():
        losses.append(model(inputs).sum())

    with autograd.inspect(model) as record:
        threads = [threading.Thread(target=copy_context().run, args=(forward,)) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for loss in losses:
            loss.backward()
    for loss in losses:
        assert list(record.graph(loss).modules) == [("model",), ("model", "layer")]


def test_nothing_recorded_says_what_to_do():
    with autograd.inspect() as record:
        pass
    with pytest.raises(RuntimeError, match="requires_grad=True inside the block"):
        _ = record.steps


def test_constants_are_shown_once_and_named():
    images, target = autograd.randn(4, 3), autograd.tensor([0, 1, 2, 0])
    w = leaf(2, 3, dtype=autograd.float32)
    with autograd.inspect() as record:
        F.cross_entropy(F.linear(images, autograd.cat([w, w[:1]])), target).backward()
    constants = [(step.name, step.shape) for step in record.graph().steps if step.kind == "constant"]
    assert constants == [("images", (4, 3)), ("target", (4,))]


def test_names_of_a_block_survive_the_function_it_ran_in():
    def step():
        model, images = nn.Linear(3, 2), autograd.randn(4, 3)
        with autograd.inspect(model) as record:
            loss = model(images).sum()
            loss.backward()
        return record

    graph = step().graph()
    assert [step.name for step in graph.steps] == ["images", "weight", "bias", "", "loss"]
    assert list(graph.modules) == [("model",)]


def test_a_view_of_a_variable_s_memory_is_named_after_it():
    images, w = autograd.randn(2, 3, 1), leaf(3, 2, dtype=autograd.float32)
    with autograd.inspect() as record:
        (images.flatten(1) @ w).sum().backward()
    assert [step.name for step in record.steps] == ["images", "w", "", ""]


def test_a_constant_is_told_as_it_was_when_it_was_used():
    x, c = leaf(2), autograd.tensor([3.0, 4.0], dtype=autograd.float64)
    with autograd.inspect() as record:
        y = x + c
        c.fill_(100.0)
        (y + c).sum().backward()
        c.fill_(0.0)
    assert [step.value.numbers for step in record.steps if step.name == "c"] == [[3.0, 4.0], [100.0, 100.0]]


def test_a_recording_keeps_no_arrays():
    w = leaf(300, 300)

    def run():
        h = w.exp() * autograd.randn(300, 300)
        ((h * h.detach()).sum() * autograd.tensor(2.0)).backward()

    tracemalloc.start()
    with autograd.inspect() as record:
        run()
        w.grad = None
        before = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert before < w.detach().numpy().nbytes / 4
    assert [step.shape for step in record.steps if step.kind == "constant"] == [(300, 300), (300, 300), ()]


def test_parts_of_a_constant_say_which_they_are():
    images = autograd.randn(5, 1, 4, 2)
    w = leaf(dtype=autograd.float32)
    parts = [images[3], images[1:3], images.squeeze(1)[:, 2], images.flatten(1), images[0, 0, 0], images.squeeze(1)[4]]
    strange = [images.flatten()[1::2][:2], images.transpose(0, 1).flip(0)[0], images.flatten()[6:10].view(2, 2)]
    with autograd.inspect() as record:
        autograd.stack([(part * w).sum() for part in parts + strange]).sum().backward()
    assert [step.name for step in record.steps if step.kind == "constant"] == [
        "images[3]",
        "images[1:3]",
        "images[:, 0, 2]",
        "images",
        "images[0, 0, 0]",
        "images[4, 0]",
        *["images[0, 0, 0:2, 1]", "", "images"],  # no index says it, or it is a copy
    ]


def test_what_params_names_is_named_though_it_wants_no_gradient():
    model, inputs = nn.Sequential(nn.Linear(3, 2), nn.Linear(2, 2)), leaf(4, 3, dtype=autograd.float32)
    model[1].requires_grad_(False)
    with autograd.inspect(model) as record:
        model(inputs).sum().backward()
    frozen = {step.name: (step.label, step.module) for step in record.steps if step.kind == "constant"}
    home = ("model", "1")
    assert frozen == {"1.weight": ("weight", home), "1.bias": ("bias", home)}
    scale = autograd.ones(3)
    graph = read((inputs * scale).sum(), {"inputs": inputs, "gain": scale})
    assert [step.name for step in graph.steps] == ["inputs", "gain", "", ""]


def test_parameters_of_a_module_in_a_variable_are_named_after_both():
    head, x = nn.Linear(3, 2), leaf(4, 3, dtype=autograd.float32)
    with autograd.inspect() as record:
        loss = head(x).sum()
        loss.backward()
    named = {step.name: (step.kind, step.label, step.module) for step in record.steps if step.kind != "operation"}
    assert named == {
        "x": ("leaf", "x", ()),
        "head.weight": ("leaf", "weight", ("head",)),
        "head.bias": ("leaf", "bias", ("head",)),
    }
    assert [step.name for step in autograd.draw(head(x).sum()).graph.steps[:4]] == ["x", "head.weight", "head.bias", ""]


def test_params_that_name_no_tensors_are_refused_at_once():
    with pytest.raises(TypeError, match="inspect: params must be a Module or a dict of names to Tensors, not list"):
        autograd.inspect([leaf(3)])
    with pytest.raises(TypeError, match="draw: params must name Tensors, and 'w' is of type float"):
        autograd.draw(leaf(3).sum(), params={"w": 1.0})


def test_the_latest_recording_needs_no_name():
    x = leaf(3)
    with autograd.inspect():
        y = (x * x).sum()
        y.backward()
    read((x * 2).sum())  # a backward of its own, which is no recording
    graph = read(y)
    assert graph.note == "" and graph.output.grad.number == 1.0


def test_buffers_stand_in_their_module_under_their_name():
    model, inputs = nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2)).eval(), autograd.randn(4, 3)
    with autograd.inspect(model) as record:
        model(inputs).sum().backward()
    buffers = {step.name: (step.label, step.module) for step in record.steps if step.kind == "constant"}
    assert buffers == {
        "inputs": ("inputs", ()),
        "1.running_mean": ("running_mean", ("model", "1")),
        "1.running_var": ("running_var", ("model", "1")),
    }


def test_settings_of_an_op_are_kept():
    x = leaf(3, 4)
    with autograd.inspect() as record:
        (x**3).sum(dim=1).sum().backward()
    assert [step.settings for step in record.steps if step.op in ("pow", "sum")][:2] == [
        {"exponent": 3},
        {"dim": 1, "keepdim": False},
    ]
    assert read((x**2).sum()).steps[1].settings == {"exponent": 2}


def test_a_backward_that_raises_is_not_shown_as_one():
    class Fails(autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return x * 1

        @staticmethod
        def backward(ctx, g):
            raise ValueError("no")

    x = leaf(3)
    with autograd.inspect() as record:
        y = Fails.apply(x).sum()
        with pytest.raises(ValueError, match="no"):
            y.backward()
    for graph in (record.graph(), read(y)):  # (and drawing does not run it again)
        assert "an error ended" in graph.note and graph.output.grad is None


def test_the_last_backward_is_shown_even_if_it_raised():
    x = autograd.tensor([0.0], requires_grad=True)
    with autograd.inspect() as record, autograd.detect_anomaly():
        (x + 1).sum().backward()
        with pytest.raises(RuntimeError):
            (x.sqrt() * 0).sum().backward()
    assert [step.op for step in record.steps] == ["", "sqrt", "", "mul", "sum"]
    assert "an error ended" in record.graph().note


def test_gradients_of_several_outputs_are_not_shown_as_those_of_one():
    x = leaf(2)
    with autograd.inspect() as record:
        y, z = (x.exp()).sum(), (x * 2).sum()
        autograd.autograd.backward([y, z])
    assert "several outputs" in record.graph().note and record.steps[0].grad is None
    assert "several outputs" in read(y).note
    with autograd.inspect():
        y, z = (x.exp()).sum(), (x * 2).sum()
        autograd.autograd.backward([y, z], retain_graph=True)
    assert read(z).note == "" and read(z).steps[0].grad.numbers == [2.0, 2.0]  # the graph is there: its own is run


def test_part_of_a_graph_whose_backward_began_elsewhere_says_so():
    x = leaf(2)
    with autograd.inspect():
        h = x.exp()
        h.sum().backward()
    assert "another output" in read(h).note


def test_a_backward_within_a_backward_is_not_the_last():
    class Again(autograd.Function):  # computes anew what it did not save
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return x.exp()

        @staticmethod
        def backward(ctx, g):
            with autograd.enable_grad():
                x = ctx.saved_tensors[0].detach().requires_grad_()
                return autograd.autograd.grad(x.exp(), x, g)

    x = leaf(2)
    with autograd.inspect() as record:
        Again.apply(x).sum().backward()
    assert len(record.backwards) == 2 and [step.op for step in record.steps] == ["", "Again", "sum"]
    np.testing.assert_array_equal(record.steps[0].grad.numbers, x.exp().tolist())


def test_a_tensor_without_a_graph_is_refused():
    with pytest.raises(RuntimeError, match="draw: this tensor does not require grad, so it has no graph"):
        autograd.draw(autograd.rand(3))
