import html
import math

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


@pytest.mark.demo
def test_the_circuits_are_drawn(tmp_path, capsys):
    circuit.main(out=str(tmp_path))
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "gates.png",
        "gates.svg",
        "neuron.png",
        "neuron.svg",
        "product.png",
        "product.svg",
    ]
    for name, texts in {"product": ("-12.00", "-4.00"), "neuron": ("0.73", "-0.20")}.items():
        assert (tmp_path / f"{name}.png").read_bytes().startswith(b"\x89PNG")
        drawn = html.unescape((tmp_path / f"{name}.svg").read_text()).replace("\N{MINUS SIGN}", "-")
        assert all(text in drawn for text in texts)
    assert "sigmoid(s) = 0.73, slope (1 - f) * f = 0.20" in capsys.readouterr().out
