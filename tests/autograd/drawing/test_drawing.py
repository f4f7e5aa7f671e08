"""What a drawing shows: values, gradients, chain-rule lines, names, modules; and that it changes nothing."""

import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest

import autograd
import nn
from autograd import tensor
from autograd.drawing import Drawing, draw, layout
from autograd.drawing.records import read


def leaf(value):
    return tensor(value, requires_grad=True)


@pytest.fixture
def lecture():
    x, y, z, w = leaf(3.0), leaf(-4.0), leaf(2.0), leaf(-1.0)
    return x * (x * y + autograd.maximum(z, w)), dict(x=x, y=y, z=z, w=w)


def test_records_hold_the_lecture_s_numbers(lecture):
    f, names = lecture
    graph = read(f, names)
    assert graph.scalar
    by_name = {step.name: step for step in graph.steps if step.name}
    assert {n: (s.value, float(s.grad)) for n, s in by_name.items()} == {
        "x": (3, -22),
        "y": (-4, 9),
        "z": (2, 3),
        "w": (-1, 0),
    }
    assert [s.op for s in graph.steps if s.op != "leaf"] == ["mul", "maximum", "add", "mul"]
    assert graph.steps[-1].value == -30


def test_chain_rule_lines_multiply_out_and_sum_to_the_gradient(lecture):
    graph = read(*lecture)
    for step in graph.steps[:-1]:
        uses = [wire for wire in graph.wires if wire.source == step.id]
        assert all(wire.upstream * wire.local == pytest.approx(wire.downstream) for wire in uses)
        assert sum(wire.downstream for wire in uses) == pytest.approx(float(step.grad))


def test_a_square_sends_two_contributions():
    x = leaf(3.0)
    graph = read(x * x, dict(x=x))
    assert [(w.slot, w.downstream) for w in graph.wires] == [(0, 3.0), (1, 3.0)]


def test_drawing_touches_no_gradient_and_no_graph(lecture):
    f, names = lecture
    doubled = f * 2
    doubled.retain_grad()
    doubled.backward(retain_graph=True)
    draw(doubled, params=names)
    assert doubled.grad.item() == 1
    before = {name: t.grad.numpy().tobytes() for name, t in names.items()}
    draw(f, params=names)
    assert {name: t.grad.numpy().tobytes() for name, t in names.items()} == before
    f.backward()


def test_a_freed_graph_is_said_so(lecture):
    f, names = lecture
    f.backward()
    with pytest.raises(RuntimeError, match="freed by a backward.*retain_graph=True"):
        draw(f, params=names)


def test_names_come_from_the_caller_s_variables():
    alpha, beta = leaf(2.0), leaf(5.0)
    product = alpha * beta
    source = draw(product).source
    for name in ("alpha", "beta", "product"):
        assert name in source


def test_circuit_source(lecture):
    source = draw(lecture[0], params=lecture[1]).source
    for text in ("-22.00", "-30.00", ">max<" if ">max<" in source else "max", "-12.00", "style=dashed", "shape=point"):
        assert text in source


def test_constants_stand_in_their_gates():
    x = leaf(2.0)
    source = draw(1 / ((x * -1).exp() + 1)).source
    assert "×-1" in source and "+1" in source


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 8))
        self.head = nn.Linear(8, 3)

    def forward(self, x):
        return self.head(self.body(x))


def test_network_groups_by_module_and_names_parameters():
    model = Net()
    loss = nn.functional.cross_entropy(model(autograd.randn(5, 4)), tensor([0, 1, 2, 0, 1]))
    drawing = draw(loss, params=model)
    source = drawing.source
    for text in ("cluster_body", "cluster_body.0", "cluster_head", "<B>weight</B>", "8 × 4", "grad "):
        assert text in source
    graph = read(loss, model)
    relu = next(step for step in graph.steps if step.op == "relu")
    assert relu.module == ("body",)
    weight = next(step for step in graph.steps if step.name == "head.weight")
    loss.backward()
    assert np.isclose(weight.grad_norm, model.head.weight.grad.norm().item())


def test_tied_parameters_list_all_names():
    a, b = nn.Linear(3, 3), nn.Linear(3, 3)
    b.weight = a.weight
    model = nn.Sequential(a, b)
    graph = read(model(autograd.ones(1, 3)).sum(), model)
    assert any(step.name == "0.weight, 1.weight" for step in graph.steps)


def test_save_by_ending_and_refuse_others(lecture, tmp_path):
    drawing = draw(lecture[0], params=lecture[1], title="the lecture's circuit")
    svg = drawing.save(tmp_path / "g.svg")
    root = ElementTree.parse(svg).getroot()
    assert root.tag.endswith("svg") and "the lecture" in "".join(root.itertext())
    assert (tmp_path / "g.png").exists() is False
    drawing.save(tmp_path / "g.png")
    assert (tmp_path / "g.png").read_bytes()[:4] == b"\x89PNG"
    drawing.save(tmp_path / "g.dot")
    assert (tmp_path / "g.dot").read_text().startswith("digraph")
    assert drawing._repr_svg_().lstrip().startswith(("<?xml", "<svg"))
    with pytest.raises(ValueError, match=r"must end in \.svg"):
        drawing.save(tmp_path / "g.gif")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["g.dot", "g.png", "g.svg"]


def test_without_any_layout_program_the_error_says_what_to_install(lecture, monkeypatch, tmp_path):
    monkeypatch.setattr(layout.shutil, "which", lambda *args, **kwargs: None)
    with pytest.raises(RuntimeError, match="pip install graphviz-pure"):
        draw(lecture[0], params=lecture[1]).save(tmp_path / "g.svg")
    assert not list(tmp_path.iterdir())


def test_hostile_names_are_harmless(tmp_path):
    x = leaf(2.0)
    path = draw(x * x, params={'<script>alert("1")</script> & "quotes"': x}).save(tmp_path / "g.svg")
    assert "<script>" not in (tmp_path / "g.svg").read_text()
    ElementTree.parse(path)


def test_same_bytes_under_every_hash_seed():
    code = (
        "import autograd, nn; autograd.manual_seed(0); m = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1));"
        "print(autograd.draw(m(autograd.ones(4, 2)).sum(), params=m).source)"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1 and "digraph" in outputs.pop()


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: draw(3.0), TypeError, "expected a Tensor"),
        (lambda: draw(tensor(1.0)), RuntimeError, "does not require grad"),
        (lambda: draw(leaf(1.0) * 2, style="fancy"), ValueError, "style must be"),
        (lambda: draw(leaf(1.0) * 2, direction="up"), ValueError, "direction must be"),
        (lambda: draw(leaf(1.0) * 2, params=[1]), TypeError, "params must be"),
        (lambda: draw(leaf([1.0, 2.0]) * 2, style="circuit"), ValueError, "style='network'"),
    ],
)
def test_misuse(call, error, words):
    with pytest.raises(error, match=re.escape(words) if "=" in words else words):
        call()


def test_a_drawing_is_a_graphviz_digraph(lecture):
    graphviz = pytest.importorskip("graphviz")
    drawing = draw(lecture[0], params=lecture[1])
    assert isinstance(drawing, graphviz.Digraph) and isinstance(drawing, Drawing)
