import html
import math
import re

import pytest

import autograd
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


def test_a_copied_wire_adds_up_what_comes_back():
    values = circuit.forward(circuit.GATES)
    values["f"].backward()
    (line,) = [line for line in circuit.table(circuit.GATES, values) if line.startswith("copy")]
    assert line.split() == ["copy", "x", "x", "3.00", "-10.00", "+", "-12.00", "=", "-22.00"]
    assert values["x"].grad.item() == -22


def test_four_numbers_through_max(capsys):
    circuit.print_worked()
    rows = [line.split()[-4:] for line in capsys.readouterr().out.splitlines()[2:]]
    assert [list(map(int, row)) for row in rows] == [
        [1, -2, 3, -1],
        [1, 0, 3, 0],
        [4, -1, 5, 9],
        [1, 0, 0, 0],
        [0, 0, 0, 0],
        [0, 0, 1, 0],
        [0, 0, 0, 0],
        [4, 0, 5, 0],
    ]


def test_the_jacobian_of_a_layer_is_its_masked_matrix():
    autograd.manual_seed(0)
    layer = circuit.make_layer(inputs=4, outputs=6, batch=3)
    assert 0 < layer.mask.sum() < 6
    assert layer.jacobian.equal(layer.W * layer.mask.unsqueeze(1))
    assert autograd.allclose(layer.downstream, layer.upstream @ layer.jacobian)
    blocks = layer.minibatch.reshape(3, 6, 3, 4)
    assert blocks[0, :, 0].equal(layer.jacobian)
    for i in range(3):
        assert blocks[i, :, i].any() and not blocks[i, :, (i + 1) % 3].any() and not blocks[i, :, i - 1].any()


def test_the_size_of_a_jacobian(capsys):
    circuit.print_sizes(features=8, batch=10)
    shown = " ".join(capsys.readouterr().out.split())
    assert "minibatch of 10 80 x 80 6,400 0.0 MB mask, minibatch of 10 10 x 8 80 0.0 MB" in shown
    assert "one entry in 80 of that" in shown and "downstream = mask * upstream: True" in shown


@pytest.mark.demo
@pytest.mark.parametrize("quick", [True, False])
def test_the_circuits_are_drawn(quick, tmp_path, capsys):
    pytest.importorskip("matplotlib")
    circuit.main(out=str(tmp_path), quick=quick)
    drawings = {f"{name}.{ending}" for name in ("product", "gates", "neuron") for ending in ("svg", "png")[: 2 - quick]}
    assert {path.name for path in tmp_path.iterdir()} == drawings | {"jacobian.png"}
    for path in tmp_path.glob("*.png"):
        assert path.read_bytes().startswith(b"\x89PNG")
    for name, texts in {"product": ("-12.00", "-4.00"), "neuron": ("0.73", "-0.20"), "gates": ("-22.00",)}.items():
        drawn = html.unescape((tmp_path / f"{name}.svg").read_text()).replace("\N{MINUS SIGN}", "-")
        assert all(text in drawn for text in texts)
    shown = capsys.readouterr().out
    assert "sigmoid(s) = 0.73, slope (1 - f) * f = 0.20" in shown
    assert "409,600 x 409,600  167,772,160,000  671,088.6 MB" in shown
    assert float(re.search(r"differ by at most (\S+)", shown)[1]) < 1e-5
