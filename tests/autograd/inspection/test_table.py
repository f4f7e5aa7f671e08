"""A graph as a table in the terminal, in any order."""

import pytest

import autograd
from autograd import tensor
from autograd.inspection.reading import read
from autograd.inspection.records import Summary
from autograd.inspection.table import NUMBERS, WORDS, table
from autograd.inspection.text import columns


@pytest.fixture
def graph():
    x = tensor([1.0, 2.0], requires_grad=True)
    scale = tensor([10.0, 10.0])
    with autograd.inspect() as record:
        (x.exp() * scale).sum().backward()
    return read(record, dict(x=x))


def ids(text) -> list[int]:
    return [int(line.split()[0]) for line in text.splitlines()[1:]]


def test_every_step_has_a_line(graph):
    lines = table(graph, width=120).splitlines()
    assert lines[0].split() == ["id", "step", "shape", "|value|", "|grad|", "order", "line"]
    assert sorted(ids(table(graph, width=120))) == [step.id for step in graph.steps]
    (line,) = [line for line in lines if " exp " in line]
    step = next(step for step in graph.steps if step.op == "exp")
    assert line.split()[:6] == [str(step.id), "exp", "2", "7.87", "14.1", str(step.order)]
    assert line.split()[6].startswith("test_table.py:")


def test_largest_gradients_come_first_and_missing_ones_last(graph):
    norms = [graph.steps[i].grad_norm for i in ids(table(graph))]
    assert norms[-1] is None and norms[:-1] == sorted(norms[:-1], reverse=True)


def test_what_is_not_finite_comes_before_all(graph):
    graph.steps[0].grad = Summary(2, 0.0, 0, 0, 0, 0, 0, nan=1, inf=0)
    assert ids(table(graph))[0] == 0 and "NaN" in table(graph).splitlines()[1]


def test_words_and_orders_are_sorted_upwards(graph):
    assert ids(table(graph, sort="id")) == [step.id for step in graph.steps]
    orders = [graph.steps[i].order for i in ids(table(graph, sort="order"))]
    assert orders[:4] == [0, 1, 2, 3] and orders[4:] == [None]
    ops = [graph.steps[i].op for i in ids(table(graph, sort="op"))]
    assert ops == ["exp", "mul", "sum", "", ""]


def test_a_statistic_that_is_sorted_by_is_shown(graph):
    lines = table(graph, sort="value_std", width=150).splitlines()
    assert "value_std" in lines[0] and "2.34" in next(line for line in lines if " exp " in line)
    assert "dtype" in table(graph, sort="dtype") and "float32" in table(graph, sort="dtype")


@pytest.mark.parametrize("sort", [*WORDS, *NUMBERS])
def test_every_choice_works(graph, sort):
    assert sorted(ids(table(graph, sort=sort))) == [step.id for step in graph.steps]


def test_a_wrong_choice_is_answered_with_the_choices(graph):
    with pytest.raises(
        ValueError, match=r"can't sort by 'grad_nrm': the choices are id, order, .*did you mean 'grad_norm'"
    ):
        table(graph, sort="grad_nrm")
    with pytest.raises(ValueError, match="the choices are"):
        table(graph, sort=None)


@pytest.mark.parametrize("width", [1, 20, 40, 80, 200])
def test_no_line_is_wider_than_asked(graph, width):
    assert max(map(columns, table(graph, width=width).splitlines())) <= width


def test_findings_and_notes_are_told():
    x = tensor([-1.0, 2.0], requires_grad=True)
    with autograd.inspect() as record:
        x.log().sum().backward()
    assert "NaN starts here" in table(record.graph(), width=100)
    y = tensor([1.0], requires_grad=True).exp().sum()
    y.backward()
    assert table(read(y), width=200).startswith("no gradients: a backward has freed this graph")
