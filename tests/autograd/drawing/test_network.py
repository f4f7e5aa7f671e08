"""Networks: nested modules, shapes, gradient widths, findings, and pictures that stay small and fast."""

import re
import sys

import pytest

import autograd
import nn
from autograd import tensor
from autograd.drawing import draw
from autograd.drawing.network import network
from autograd.inspection.reading import read
from autograd.inspection.records import Finding


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 8))
        self.head = nn.Linear(8, 3)

    def forward(self, x):
        return self.head(self.body(x))


def trained(model=None):
    model = model if model is not None else Net()
    x, target = autograd.randn(5, 4), tensor([0, 1, 2, 0, 1])
    with autograd.inspect(model) as record:
        nn.functional.cross_entropy(model(x), target).backward()
    return read(record, caller=sys._getframe())


def words(drawing) -> str:
    return re.sub(r"<[^<>]*>", "", drawing.source)


def node(drawing, key) -> str:
    """The line of the source that makes a box."""
    return next(line for line in drawing.source.splitlines() if re.match(rf"\s*{key} \[", line))


def test_boxes_are_nested_as_the_modules_are():
    drawing = network(trained())
    source = drawing.source
    clusters = re.findall(r"label=<<B>(\w+)</B>.*? labeljust", source)
    assert clusters == ["model", "body", "0", "2", "head"]
    for text in ("weight", "8×4", "linear", "cross_entropy", "1 · ReLU"):
        assert text in words(drawing)


def test_parameters_and_constants_look_different():
    graph = trained()
    drawing = network(graph)
    kinds = {step.kind: node(drawing, f"step{step.id}") for step in graph.steps}
    assert "class=parameter" in kinds["parameter"] and "#fff7e6" in kinds["parameter"]
    assert "dashed" in kinds["constant"] and "dashed" not in kinds["operation"]


def test_wires_widen_with_the_logarithm_of_the_gradient():
    x = tensor([1.0, 1.0], requires_grad=True)
    graph = read((x * 1000 + x.exp()).sum(), dict(x=x))
    source = network(graph).source
    widths = {
        (int(a), int(b)): float(width)
        for a, b, width in re.findall(r"step(\d+) -> step(\d+) \[.*?penwidth=([\d.]+)", source)
    }
    mul, exp = (next(step.id for step in graph.steps if step.op == op) for op in ("mul", "exp"))
    assert widths[0, mul] - widths[0, exp] == pytest.approx(0.9 * (3 - 1) + 0.9 * 0.566, abs=0.02)


def test_without_gradients():
    drawing = network(trained(), show_grads=False)
    assert "grad" not in words(drawing).replace("gradient flows back to a constant", "")
    assert "penwidth" not in drawing.source


def test_depth_closes_modules():
    graph = trained()
    closed = network(graph, depth=0)
    assert "subgraph" not in closed.source and "4 ops, 6 parameters" in words(closed)
    assert "modules are closed below depth=0" in words(closed)
    half = network(graph, depth=1)
    assert half.source.count("subgraph") == 1 and "3 ops, 4 parameters" in words(half)
    assert network(graph, depth=9).source == network(graph).source


def test_directions_and_titles():
    graph = trained()
    assert "rankdir=TB" in network(graph).source and "rankdir=LR" in network(graph, direction="LR").source
    assert "My &lt;net&gt;" in network(graph, title="My <net>").source


def test_findings_are_marked_where_they_are_even_in_a_closed_module():
    graph = trained()
    relu = next(step for step in graph.steps if step.op == "relu")
    graph.findings.append(Finding("dead", "Dead ReLU", "all of its outputs are 0", "body.1", (relu.id,)))
    for drawing, key in ((network(graph), f"step{relu.id}"), (network(graph, depth=0), r"box\d+")):
        assert "Dead ReLU" in node(drawing, key) and 'fillcolor="#fdf2ff"' in node(drawing, key)
        assert "all of its outputs are 0 (body.1)" in words(drawing)


def test_a_gradient_that_is_not_finite_is_drawn_in_the_finding_s_colour():
    x = tensor([0.0, 1.0], requires_grad=True)
    drawing = network(read((x * 2).sqrt().sum(), dict(x=x)))
    assert re.search(r"step\d+ -> step\d+ \[.*#a21caf", drawing.source) and "Inf" in words(drawing)


def test_the_note_is_in_the_picture():
    x = tensor([1.0, 2.0], requires_grad=True)
    y = x.exp().sum()
    y.backward()
    text = words(draw(y, params=dict(x=x)))
    assert "a backward has freed this graph" in text and "grad norm" not in text


def test_a_shared_weight_is_named_beside_its_distant_uses():
    w, h = autograd.randn(3, 3, requires_grad=True), autograd.randn(2, 3)
    for _ in range(12):
        h = (h @ w).tanh()
    drawing = network(read(h.sum(), dict(w=w)))
    assert drawing.source.count("class=ghost") > 5 and "↑ w" in drawing.source


def test_two_hundred_time_steps_make_a_small_picture():
    w, h = (autograd.randn(3, 3) * 0.3).requires_grad_(), autograd.randn(2, 3)
    for _ in range(200):
        h = (h @ w).tanh()
    drawing = draw(h.sum(), params=dict(w=w))
    assert len(re.findall(r"class=(?:operation|run|parameter)", drawing.source)) < 40
    assert (
        "17 x (matmul, tanh)" in words(drawing)
        and "with w" in words(drawing)
        and "long sequences are folded" in words(drawing)
    )
    assert b"<svg" in drawing.pipe("svg")


def test_ten_thousand_operations_make_a_small_picture():
    x = tensor([0.5, 0.6], requires_grad=True)
    y = x
    for _ in range(10_000):
        y = y * 1.0001
    drawing = draw(y.sum())
    assert drawing.source.count("\n") < 100 and "10,001 ops" in words(drawing)


def test_values_that_were_not_kept_are_said_so():
    x = tensor([1.0, 2.0], requires_grad=True)
    y = (x * 2 + 1).sum()
    assert "value not kept: record with autograd.inspect()" in draw(y).source


def test_hostile_names_are_harmless():
    x = tensor([2.0, 1.0], requires_grad=True)
    name = '</title><script>alert("1")</script> & \\N \x1b[31m \ud800'
    svg = draw((x * x).sum(), params={name: x}, title=name).pipe("svg", encoding="utf-8")
    assert "<script" not in svg and "\x1b" not in svg and "&lt;script&gt;" in svg
