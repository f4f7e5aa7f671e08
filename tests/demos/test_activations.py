import math

import numpy as np
import pytest

import autograd
from demos import DemoError, activations

FORMULAS = {  # function and slope, by hand
    "sigmoid": lambda x: (1 / (1 + math.exp(-x)), math.exp(-x) / (1 + math.exp(-x)) ** 2),
    "tanh": lambda x: (math.tanh(x), 1 - math.tanh(x) ** 2),
    "ReLU": lambda x: (max(0, x), float(x > 0)),
    "LeakyReLU": lambda x: (max(0.01 * x, x), 1 if x > 0 else 0.01),
    "Maxout": lambda x: (max(x - 0.5, -x / 2), 1 if x > 1 / 3 else -0.5),
    "ELU": lambda x: (x, 1) if x > 0 else (math.exp(x) - 1, math.exp(x)),
    "GELU": lambda x: (x * normal(x), normal(x) + x * math.exp(-x * x / 2) / math.sqrt(2 * math.pi)),
    "SiLU": lambda x: (x / (1 + math.exp(-x)), (1 + x * math.exp(-x) / (1 + math.exp(-x))) / (1 + math.exp(-x))),
}


def normal(x):
    return (1 + math.erf(x / math.sqrt(2))) / 2


def probe(name, weights, units=200, inputs=100, seed=0):
    return activations.probe(name, activations.INITIALISATIONS[weights], units, inputs, seed)


@pytest.mark.parametrize("name", activations.ACTIVATIONS)
def test_functions_and_slopes(name):
    x = autograd.linspace(-3, 3, 8, dtype=autograd.float64)
    y, slope = activations.curve(name, x)
    expected = [FORMULAS[name](value) for value in x.tolist()]
    np.testing.assert_allclose(np.stack([y.numpy(), slope.numpy()], axis=1), expected, rtol=1e-6, atol=1e-9)


def test_kaiming_keeps_what_relu_halves_and_xavier_loses_it():
    kaiming, xavier = probe("ReLU", "Kaiming"), probe("ReLU", "Xavier")
    assert 0.5 < kaiming.signal < 2 and 0.5 < kaiming.gradient < 2
    assert xavier.signal == pytest.approx(kaiming.signal * 2**-5, rel=1e-4)  # the same draws, sqrt(2) smaller ten times
    assert xavier.gradient == pytest.approx(kaiming.gradient * 2**-4.5, rel=1e-4)  # which the gradient meets nine times


def test_xavier_keeps_the_gradient_of_tanh():
    assert 0.2 < probe("tanh", "Xavier").gradient < 2


@pytest.mark.parametrize("name", ["tanh", "ReLU", "LeakyReLU", "Maxout", "ELU", "GELU", "SiLU"])
def test_small_weights_let_the_signal_die_out_and_large_ones_blow_it_up(name):
    small, large = probe(name, "small"), probe(name, "large")
    assert small.signal < 1e-6 and small.gradient < 1e-5
    assert large.gradient > 10
    assert large.signal < 1 if name == "tanh" else large.signal > 100


def test_the_slope_of_the_sigmoid_is_a_quarter_at_most():
    # the weights' own factor is sqrt(200) * 0.01 in each of the nine layers
    assert probe("sigmoid", "small").gradient == pytest.approx((0.25 * math.sqrt(2)) ** 9 * 0.1**9, rel=0.2)


def test_large_weights_saturate_tanh_and_no_rectifier_that_leaks():
    assert probe("tanh", "large", units=500).saturated > 0.4 and probe("tanh", "Xavier").saturated < 0.01
    assert probe("LeakyReLU", "large").saturated == 0 and probe("Maxout", "large").saturated == 0


def test_units_of_relu_die_whatever_the_scale_of_the_weights():
    dead = {weights: probe("ReLU", weights).dead for weights in activations.INITIALISATIONS}
    assert len(set(dead.values())) == 1 and 50 < dead["small"] < 400
    assert probe("ReLU", "Xavier").saturated == pytest.approx(0.5, abs=0.03)
    assert probe("LeakyReLU", "Xavier").dead == 0


def test_the_counts_are_of_units_and_inputs():
    seen = probe("Maxout", "Kaiming", units=20, inputs=7)
    assert [each.shape for each in seen.activations] == [each.shape for each in seen.gradients] == [(7, 20)] * 10
    assert seen.units == 200


@pytest.mark.parametrize("name", activations.ACTIVATIONS)
def test_any_activation_parts_the_arms(name):
    points, labels = map(autograd.tensor, activations.spiral(seed=0))
    autograd.manual_seed(0)
    model = activations.make_net(activations.ACTIVATIONS[name], activations.pieces(name))
    activations.learn_spiral(model, points.float(), labels, epochs=200)
    assert activations.accuracy(model, points.float(), labels) > 0.97


@pytest.mark.parametrize("wrong", [{"epochs": 0}, {"seed": -1}])
def test_bad_options_are_told(wrong, tmp_path):
    with pytest.raises(DemoError, match="starts at"):
        activations.main(out=str(tmp_path), **wrong)


@pytest.mark.demo
def test_all_is_counted_printed_and_drawn(tmp_path, capsys):
    probes, accuracies = activations.main(quick=True, out=str(tmp_path))
    assert {name for group in probes.values() for name in group} == set(activations.ACTIVATIONS)
    assert accuracies.pop("none") < 0.6 and np.median(list(accuracies.values())) > 0.97
    lines = capsys.readouterr().out.splitlines()
    dead = probes["Kaiming"]["ReLU"].dead
    assert any(line.startswith("Kaiming  ReLU ") and line.endswith(f" {dead}") for line in lines)
    written = ["activations.png", "functions.png", "gradients.png", "spiral.png"]
    assert sorted(path.name for path in tmp_path.iterdir()) == written
    assert all((tmp_path / name).read_bytes().startswith(b"\x89PNG") for name in written)
    assert lines[-1].endswith("holds functions.png, activations.png, gradients.png, spiral.png")
