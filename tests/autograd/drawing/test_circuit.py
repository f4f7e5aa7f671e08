"""The lecture's circuits: numbers on the wires, chain-rule lines that multiply out, constants in their gates."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd
from autograd import tensor
from autograd.drawing import draw
from autograd.drawing.circuit import circuit, gates_of, number_text, symbol_of
from autograd.inspection.reading import read
from autograd.inspection.records import Graph, Step


def leaf(value):
    return tensor(value, dtype=autograd.float64, requires_grad=True)


def lecture():
    x, y, z, w = leaf(3.0), leaf(-4.0), leaf(2.0), leaf(-1.0)
    return x * (x * y + autograd.maximum(z, w)), dict(x=x, y=y, z=z, w=w)


def words(drawing) -> str:
    """What the picture says, without its markup."""
    return re.sub(r"<[^<>]*>", "", drawing.source)


def signs(drawing) -> list[str]:
    """What stands in the gates' circles."""
    circles = re.findall(r"gate\d+ \[label=<(.*?)> class=gate", drawing.source)
    return [re.sub(r"<[^<>]*>", "", circle) for circle in circles]


def test_values_gradients_and_chain_rule_lines():
    f, names = lecture()
    text = words(draw(f, params=names))
    for number in ("-22.00", "-30.00", "9.00", "-12.00"):
        assert number in text
    assert "3.00 × -4.00 = -12.00" in text and "1.00 × -10.00 = -10.00" in text
    assert "= -12.00 + (-10.00)" in text  # at the copy point


def test_the_smaller_input_of_a_max_is_dashed_and_copies_are_points():
    f, names = lecture()
    source = draw(f, params=names).source
    assert 'STYLE="dashed"' in source and source.count("shape=point") == 1
    dashed = [line for line in source.splitlines() if "->" in line and "style=dashed" in line]
    assert len(dashed) == 1 and "-> gate5" in dashed[0]


@given(st.data())
@settings(max_examples=40, deadline=None)
def test_chain_rule_lines_multiply_out_and_sum_to_the_gradient(data):
    values = [leaf(data.draw(st.floats(-2, 2))) for _ in range(3)]
    names = {f"x{i}": value for i, value in enumerate(values)}
    operations = [
        lambda a, b: a * b,
        lambda a, b: a + b,
        lambda a, b: a - b,
        lambda a, b: autograd.maximum(a, b),
        lambda a, b: 3 / (a * a + 1),
        lambda a, b: (a * 0.5).exp(),
    ]
    for _ in range(data.draw(st.integers(1, 8))):
        a, b = (data.draw(st.sampled_from(values)) for _ in "ab")
        values.append(data.draw(st.sampled_from(operations))(a, b))
    gates = gates_of(read(values[-1] + values[0], names))
    uses = {gate.id: [] for gate in gates}
    for gate in gates:
        for use in gate.uses_of_inputs:
            uses[use.source].append(use)
            assert use.upstream * use.local == pytest.approx(use.downstream, abs=1e-9)
    for gate in gates[:-1]:
        terms = [use.downstream for use in uses[gate.id]]
        assert sum(terms) == pytest.approx(gate.step.grad.number, abs=1e-9)


def test_constants_stand_in_their_gates():
    x = leaf(2.0)
    drawing = draw((((x * 2 + 1) - 3).square() / 4 - 0.5).pow(x))
    assert signs(drawing) == ["×2", "+1", "-3", "x²", "÷4", "-0.5", "pow"]
    assert "constant" not in drawing.source


def test_a_reciprocal_is_one_gate():
    x = leaf(2.0)
    assert signs(draw(1 / x)) == ["1/x"] and signs(draw(3 / x)) == ["3/x"]
    assert "1.00 × -0.75 = -0.75" in words(draw(3 / x))


def test_a_named_constant_is_a_leaf_without_gradient():
    x, data = leaf(2.0), tensor(5.0, dtype=autograd.float64)
    with autograd.inspect() as record:
        (x * data).backward()
    drawing = circuit(record.graph(params=dict(x=x)))
    assert "data" in words(drawing) and signs(drawing) == ["×"]


def test_a_long_tail_continues_on_the_next_row():
    w, x, b = leaf(2.0), leaf(-1.0), leaf(3.0)
    neuron = 1 / (1 + (-(w * x + b)).exp())
    assert "rank=min" in draw(neuron).source and "rank=min" not in draw(neuron, direction="TB").source
    assert "rank=min" not in draw(w * x + b).source
    assert shape_of(draw(neuron)) < 0.6 * shape_of(draw(neuron * w * w * w))


def shape_of(drawing) -> float:
    """A picture's width over its height."""
    width, height = re.search(r'width="(\d+)pt" height="(\d+)pt"', drawing.pipe("svg", encoding="utf-8")).groups()
    return int(width) / int(height)


def test_a_chain_of_any_length_is_folded():
    x = leaf(0.5)
    y = x
    for _ in range(24):
        y = y.tanh()
    assert draw(y).source.count("rank=min") > 2 and shape_of(draw(y)) < 3


def test_what_is_missing_is_said_and_not_drawn_as_zero():
    x = leaf(2.0)
    y = x.exp()
    y.backward()
    text = words(draw(y, params=dict(x=x)))
    assert "a backward has freed this graph" in text and "no gradient" in text and "0.00" not in text


def test_a_nan_is_named():
    x = leaf(-1.0)
    with autograd.inspect() as record:
        y = x.log()
        y.backward()
    assert "NaN starts here" in words(draw(record, params=dict(x=x)))


def test_names_of_results_and_indices():
    x1 = leaf(2.0)
    speed = x1 * 3
    text = words(draw(speed))
    assert "speed" in text and "x1" in text
    assert (
        symbol_of("x12") == '<I>x</I><FONT POINT-SIZE="10"><SUB>12</SUB></FONT>'
        and symbol_of("<b>") == "<I>&lt;b&gt;</I>"
    )


def test_a_single_leaf_can_be_drawn():
    step = Step(0, "leaf", name="x", shape=())
    assert "gate0" in circuit(Graph([step])).source


def test_numbers():
    shown = [number_text(v) for v in (None, 0.0, -1.5, 1e-5, 12345.0, float("nan"), float("-inf"))]
    assert shown == ["?", "0.00", "-1.50", "1.0e-5", "1.2e4", "NaN", "-inf"]
