"""A graph as a tree in the terminal."""

import sys

import pytest

import autograd
import nn
from autograd import tensor
from autograd.inspection.reading import read
from autograd.inspection.records import Finding, Graph, Module, Step
from autograd.inspection.text import columns
from autograd.inspection.tree import SCREEN, tree


class Block(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.norm, self.linear = nn.LayerNorm(size), nn.Linear(size, size)

    def forward(self, x):
        return x + self.linear(self.norm(x)).relu()


class Net(nn.Module):
    def __init__(self, blocks):
        super().__init__()
        self.layers = nn.Sequential(*[Block(4) for _ in range(blocks)])
        self.head = nn.Linear(4, 2)

    def forward(self, x):
        return self.head(self.layers(x))


def record(blocks):
    autograd.manual_seed(0)
    model, x = Net(blocks), autograd.randn(3, 4)
    with autograd.inspect(model) as record:
        loss = model(x).square().mean()
        loss.backward()
    return read(record, caller=sys._getframe())


def test_a_small_graph_is_told_in_full():
    graph = record(1)
    lines = tree(graph, 100).splitlines()
    assert lines[0].startswith("loss = ") and lines[0].endswith("7 operations")
    assert lines[1].split() == ["shape", "|value|", "|grad|"]
    width = lines[1].index("shape") - 2
    labels = [line[:width].rstrip() for line in lines[2:]]
    assert labels[:5] == ["x", "model  Net", "  layers  Sequential", "    0  Block", "      norm  LayerNorm"]
    assert "        weight" in labels and "  head  Linear" in labels and labels[-1] == "loss = mean"
    step = next(step for step in graph.steps if step.op == "layer_norm")
    line = next(line for line in lines if "layer_norm" in line)
    assert line.split()[1:] == ["3×4", f"{step.value.norm:.3g}", f"{step.grad.norm:.3g}"]


def test_a_module_s_norms_are_those_of_its_parameters_together():
    graph = record(1)
    head = [step for step in graph.steps if step.kind == "parameter" and "head" in step.module]
    norms = [sum(s.norm**2 for s in which) ** 0.5 for which in ([p.value for p in head], [p.grad for p in head])]
    line = next(line for line in tree(graph, 100).splitlines() if "head  Linear" in line)
    assert line.split()[2:] == [f"{norm:.3g}" for norm in norms]


def test_equal_blocks_share_a_line():
    text = tree(record(60), 100)
    assert "0 to 59: 60 x Block" in text and text.count("\n") < 20


def test_a_block_with_a_finding_stays_by_itself_and_open():
    graph = record(60)
    relu = [step for step in graph.steps if step.op == "relu"][20]
    graph.findings.append(Finding("dead", "Dead ReLU", "all zeros", "layers.20", (relu.id,)))
    text = tree(graph, 100)
    assert "0 to 19: 20 x Block" in text and "21 to 59: 39 x Block" in text and "20  Block" in text
    marked = [line for line in text.splitlines() if line.endswith("Dead ReLU")]
    assert len(marked) == 1 and "relu" in marked[0]
    assert text.splitlines()[-1] == "! Dead ReLU: all zeros (layers.20)"


def test_time_steps_share_a_line():
    w, h = autograd.randn(3, 3, requires_grad=True), autograd.randn(2, 3)
    for _ in range(200):
        h = (h @ w).tanh()
    text = tree(read(h.sum(), dict(w=w)), 100)
    assert "200 x (matmul, tanh)" in text or "199 x (tanh, matmul)" in text and text.count("\n") < 12


def test_what_does_not_repeat_is_cut_to_a_screen_or_two():
    steps = [Step(0, "leaf", shape=(2,))]
    steps += [Step(i, "operation", f"op{i}", shape=(2,), inputs=(i - 1,)) for i in range(1, 3000)]
    assert tree(Graph(steps), 100).count("\n") < SCREEN + 10
    for i, step in enumerate(steps):
        step.module = ("net", f"part{i // 30}")
    paths = dict.fromkeys(step.module[:n] for step in steps for n in (1, 2))
    assert tree(Graph(steps, {path: Module(path, "Part") for path in paths}), 100).count("\n") < 2 * SCREEN


@pytest.mark.parametrize("width", [1, 10, 30, 50, 80, 200])
def test_no_line_is_wider_than_the_terminal(width, monkeypatch):
    graph = record(2)
    graph.note = "a note that is longer than some terminals are wide " * 3
    graph.findings.append(Finding("dead", "Dead ReLU", "all zeros " * 20, "layers", (5,)))
    assert max(map(columns, tree(graph, width).splitlines())) <= width
    monkeypatch.setenv("COLUMNS", str(width))
    assert tree(graph) == tree(graph, width)


def test_a_missing_backward_is_said():
    x = tensor([1.0, 2.0], requires_grad=True)
    y = x.exp().sum()
    y.backward()
    text = tree(read(y, dict(x=x)), 200)
    assert "no gradients: a backward has freed this graph" in text
    assert text.splitlines()[-1].split()[-1] == "-"


def test_hostile_names_stay_in_their_line():
    x = tensor([1.0, 2.0], requires_grad=True)
    text = tree(read(x.exp().sum(), {"\x1b[2J\nx": x}), 80)
    assert "\x1b" not in text and "?[2J?x" in text


def test_a_recording_prints_its_tree():
    x = tensor([1.0, 2.0], requires_grad=True)
    with autograd.inspect(dict(x=x)) as record:
        x.exp().sum().backward()
    assert str(record) == tree(record.graph()) and "exp" in str(record)
