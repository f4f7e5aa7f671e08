"""Folding: what becomes one box, and which wires are drawn."""

from autograd.drawing.folding import BUDGET, fold
from autograd.inspection.records import Graph, Module, Step


def chain(length, module=lambda i: ()):
    """A leaf and a chain of operations after it."""
    steps = [Step(0, "leaf", name="x", shape=(2,))]
    steps += [
        Step(i, "operation", f"op{i % 2}", shape=(2,), module=module(i), inputs=(i - 1,)) for i in range(1, length)
    ]
    paths = dict.fromkeys(step.module[:n] for step in steps for n in range(1, len(step.module) + 1))
    return Graph(steps, {path: Module(path, "Kind") for path in paths})


def test_a_small_graph_is_not_folded():
    folded = fold(chain(30))
    assert [box.step.id for box in folded.boxes] == list(range(30)) and not folded.runs and folded.depth is None
    assert [(wire.source, wire.target) for wire in folded.wires] == [(i, i + 1) for i in range(29)]


def test_each_step_is_in_just_one_box():
    for graph in (chain(5000), chain(500, lambda i: ("net", f"block{i // 10}"))):
        for depth in (None, 0, 1, 2):
            inside = [step.id for box in fold(graph, depth).boxes for step in box.steps]
            assert sorted(inside) == list(range(len(graph.steps)))


def test_modules_close_when_there_are_too_many_boxes():
    graph = chain(1000, lambda i: ("net", f"stage{i // 250}", f"block{i // 10}"))
    folded = fold(graph)
    assert folded.depth == 2 and len(folded.boxes) <= BUDGET
    assert {box.closed for box in folded.boxes if box.closed} == {step.module for step in graph.steps if step.module}
    assert fold(graph, 3).depth is None and len(fold(graph, 3).boxes) == 1000


def test_a_long_sequence_shows_its_beginning_and_its_end():
    folded = fold(chain(5000))
    assert len(folded.boxes) < 40 and folded.runs
    assert folded.boxes[0].step.id == 0 and folded.boxes[-1].step.id == 4999
    runs = [box for box in folded.boxes if box.step is None]
    assert all(len(box.steps) % 2 == 0 for box in runs[:-1])  # whole periods


def test_long_wires_are_not_drawn():
    graph = chain(60)
    graph.steps[59].inputs = (58, 5, 0)
    folded = fold(graph)
    assert {(wire.source, wire.target) for wire in folded.ghosts} == {(5, 59), (0, 59)}
    graph = chain(5000)
    for i in range(1, 5000):
        graph.steps[i].inputs = (i - 1, 0)
    folded = fold(graph)
    assert len(folded.wires) < 60 and any(0 in box.leaves for box in folded.boxes)


def test_a_module_used_in_turns_with_another_makes_a_loop_and_not_a_mistake():
    graph = chain(40, lambda i: (f"m{i % 2}",))
    folded = fold(graph, 0)
    assert {(wire.source, wire.target) for wire in folded.wires} >= {(1, 2), (2, 1)}
