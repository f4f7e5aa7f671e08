import html
import math
import re

import pytest

from demos import circuit


def gradients(worked):
    values = circuit.forward(worked)
    values["f"].backward()
    return {wire: value.grad.item() for wire, value in values.items()} | {"value": values["f"].item()}


def test_the_lectures_product():
    assert gradients(circuit.PRODUCT) == {"x": -4, "y": -4, "z": 3, "q": -4, "f": 1, "value": -12}


def test_the_lectures_neuron():
    slope = math.exp(-1) / (1 + math.exp(-1)) ** 2
    expected = {"w0": -slope, "x0": 2 * slope, "w1": -2 * slope, "x1": -3 * slope, "w2": slope, "s": slope, "f": 1}
    expected["value"] = 1 / (1 + math.exp(-1))
    found = gradients(circuit.NEURON)
    assert {name: found[name] for name in expected} == pytest.approx(expected, rel=1e-6)


def test_the_notes_gates():
    assert gradients(circuit.NOTES) == {
        "x": -8,
        "y": 6,
        "z": 2,
        "w": 0,
        "p": 2,
        "m": 2,
        "s": 2,
        "f": 1,
        "value": -20,
    }


def test_upstream_times_local_is_downstream():
    values = circuit.forward(circuit.NEURON)
    values["f"].backward()
    for gate in circuit.NEURON.gates:
        for wire, local in circuit.slopes(gate, values).items():
            assert values[gate.out].grad.item() * local == pytest.approx(values[wire].grad.item(), rel=1e-5)


def test_the_table():
    values = circuit.forward(circuit.PRODUCT)
    values["f"].backward()
    shown = "\n".join(circuit.table(circuit.PRODUCT, values))
    assert shown in circuit.__doc__.replace("\n    ", "\n"), shown


def test_a_copied_wire_adds_up_what_comes_back():
    values = circuit.forward(circuit.GATES)
    values["f"].backward()
    (line,) = [line for line in circuit.table(circuit.GATES, values) if line.startswith("copy")]
    assert line.split() == ["copy", "x", "x", "3.00", "-10.00", "+", "-12.00", "=", "-22.00"]
    assert values["x"].grad.item() == -22


@pytest.mark.demo
@pytest.mark.parametrize("quick", [True, False])
def test_the_circuits_are_drawn(quick, tmp_path, capsys):
    pytest.importorskip("matplotlib")
    circuit.main(out=str(tmp_path), quick=quick)
    drawings = {f"{name}.{ending}" for name in circuit.CIRCUITS for ending in ("svg", "png")[: 2 - quick]}
    assert {path.name for path in tmp_path.iterdir()} == drawings | {"jacobian.png"}
    for path in tmp_path.glob("*.png"):
        assert path.read_bytes().startswith(b"\x89PNG")
    for name, texts in {
        "product": ("-12.00", "-4.00"),
        "neuron": ("0.73", "-0.20"),
        "gates": ("-22.00",),
        "notes": ("-20.00", "-8.00"),
    }.items():
        drawn = html.unescape((tmp_path / f"{name}.svg").read_text()).replace("\N{MINUS SIGN}", "-")
        assert all(text in drawn for text in texts)
    shown = capsys.readouterr().out
    assert "sigmoid(s) = 0.73, slope (1 - f) * f = 0.20" in shown
    assert "409,600 x 409,600  167,772,160,000  671,088.6 MB" in shown
    assert float(re.search(r"differ by at most (\S+)", shown)[1]) < 1e-5
