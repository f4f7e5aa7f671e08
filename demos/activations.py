"""Activation functions: their shapes and slopes, what ten layers make of them, and why there must be one at all.

    sigmoid    1 / (1 + exp(-x))            ELU     x for x > 0, else exp(x) - 1
    tanh       tanh(x)                      GELU    x * P(a standard normal number < x)
    ReLU       max(0, x)                    SiLU    x * sigmoid(x)
    LeakyReLU  max(0.01 * x, x)             Maxout  max(w1 * x + b1, w2 * x + b2)

In a deep net the slopes multiply, and so do the weights. Weights that are too small or too large let the signal, and the
gradient that runs back, die out or blow up; Xavier's and Kaiming's keep it, each under the activation it is meant for.
"""

from collections.abc import Callable
from functools import partial
from time import perf_counter
from typing import NamedTuple

import numpy as np

import autograd
import nn
from autograd import Tensor
from demos import extra, files, report, require
from demos.data.spiral import spiral
from demos.lessons.no_activation import collapsed, learn_spiral, make_net
from demos.plots import activations as plots
from demos.spiral import accuracy, regions

LECTURE = "Lecture 4"

ACTIVATIONS = {
    "sigmoid": nn.Sigmoid(),
    "tanh": nn.Tanh(),
    "ReLU": nn.ReLU(),
    "LeakyReLU": nn.LeakyReLU(0.01),
    "Maxout": nn.Maxout(2, dim=-1),
    "ELU": nn.ELU(),
    "GELU": nn.GELU(),
    "SiLU": nn.SiLU(),
}
INITIALISATIONS = {
    "small": partial(nn.init.normal_, std=0.01),
    "large": partial(nn.init.normal_, std=0.2),
    "Xavier": nn.init.xavier_normal_,  # deviation sqrt(2 / (fan_in + fan_out))
    "Kaiming": partial(nn.init.kaiming_normal_, nonlinearity="relu"),  # deviation sqrt(2 / fan_in)
}
DEPTH = 10
FLAT = 0.01  # a slope below this share of the steepest passes no gradient on: the unit is saturated


def pieces(name: str) -> int:
    """How many inputs one unit takes: a Maxout unit chooses among two."""
    return ACTIVATIONS[name].pieces if name == "Maxout" else 1


def curve(name: str, x: Tensor) -> tuple[Tensor, Tensor]:
    """The function and its slope; Maxout's, by way of example, of the lines x - 0.5 and -x / 2."""
    x = x.detach().requires_grad_()
    lines = autograd.stack([x - 0.5, -x / 2], dim=-1)
    y = ACTIVATIONS[name](lines).squeeze(-1) if name == "Maxout" else ACTIVATIONS[name](x)
    (slope,) = autograd.grad(y.sum(), x)
    return y.detach(), slope


class Probe(NamedTuple):
    """What is seen in each layer of a deep net before it has learnt anything."""

    activations: list[np.ndarray]  # (inputs, units) each
    gradients: list[np.ndarray]  # of a random loss, for each activation
    saturated: float  # the share of activations at which the function is flat
    dead: int  # the number of units that are flat for every input
    units: int

    @property
    def signal(self) -> float:
        """The root mean square of the activations in the last layer, for inputs of 1."""
        return float(np.sqrt(np.square(self.activations[-1]).mean()))

    @property
    def gradient(self) -> float:
        """The deviation of the gradient in the first layer, for 1 in the last."""
        return float(self.gradients[0].std() / self.gradients[-1].std())


def probe(name: str, initialize: Callable, units: int, inputs: int, seed: int) -> Probe:
    """Send random inputs through ten layers, and a random gradient back."""
    autograd.manual_seed(seed)
    steepest = curve(name, autograd.linspace(-5, 5, 1001))[1].max().item()
    signal, outputs, flat = autograd.randn(inputs, units), [], []
    for _ in range(DEPTH):
        linear = nn.Linear(units, units * pieces(name), bias=False)
        initialize(linear.weight)
        z = linear(signal)
        signal = ACTIVATIONS[name](z)
        outputs.append(signal)
        flat.append(slopes(name, z).abs() < FLAT * steepest)
    gradients = autograd.grad(signal, outputs, autograd.randn_like(signal))
    flat = autograd.stack(flat).numpy()  # (layers, inputs, units)
    return Probe(
        [each.detach().numpy() for each in outputs],
        [each.numpy() for each in gradients],
        float(flat.mean()),
        int(flat.all(axis=1).sum()),
        DEPTH * units,
    )


def slopes(name: str, z: Tensor) -> Tensor:
    """The local slope of each unit at its input."""
    z = z.detach().requires_grad_()
    (slope,) = autograd.grad(ACTIVATIONS[name](z).sum(), z)
    return slope.unflatten(-1, (-1, pieces(name))).sum(-1)


def main(
    epochs: int = 300, seed: int = 0, out: str = "runs/activations", quick: bool = False
) -> tuple[dict[str, dict[str, Probe]], dict[str, float]]:
    """Plot the functions, probe ten-layer nets, and learn the spiral; return the probes and the accuracies.

    Parameters
    ----------
    epochs : how often the nets look at the spiral
    seed : of the weights, the inputs and the spiral
    quick : smaller nets to probe, and 100 epochs at most
    """
    require(1, epochs=epochs)
    require(0, seed=seed)
    extra("tqdm"), extra("matplotlib")
    folder, start = files.folder(out), perf_counter()
    epochs = min(epochs, 100) if quick else epochs
    units, inputs = (100, 100) if quick else (500, 200)

    x = autograd.linspace(-4, 4, 801)
    curves = {name: tuple(each.numpy() for each in curve(name, x)) for name in ACTIVATIONS}
    plots.functions(x.numpy(), curves, folder / "functions.png")

    probes = {
        initialisation: {name: probe(name, initialize, units, inputs, seed) for name in ACTIVATIONS}
        for initialisation, initialize in extra("tqdm").tqdm(INITIALISATIONS.items(), desc="ten layers")
    }
    plots.histograms(probes, folder / "activations.png")
    plots.gradients(probes, folder / "gradients.png")

    points, labels = map(autograd.tensor, spiral(seed=seed))
    points = points.float()
    models = {}
    for name in extra("tqdm").tqdm(["none", *ACTIVATIONS], desc="spiral"):
        autograd.manual_seed(seed)
        models[name] = make_net(ACTIVATIONS.get(name), pieces(name))
        learn_spiral(models[name], points, labels, epochs)
    accuracies = {name: accuracy(model, points, labels) for name, model in models.items()}
    seen = [regions(model, reach=1.1) for model in models.values()]
    plots.spirals(accuracies, seen, points, labels, folder / "spiral.png")

    print_tables(probes, accuracies)
    linear = models["none"]
    difference = (collapsed(linear)(points) - linear(points)).abs().max().item()
    print(
        f"\nWithout an activation the three layers equal a single one: their scores differ by {difference:.0e} at most."
    )
    print(f"{perf_counter() - start:.1f} s")
    report.print_files(folder, ["functions.png", "activations.png", "gradients.png", "spiral.png"])
    return probes, accuracies


def print_tables(probes: dict[str, dict[str, Probe]], accuracies: dict[str, float]) -> None:
    rows = [
        (weights, name, f"{each.signal:.1e}", f"{each.gradient:.1e}", f"{each.saturated:.1%}", f"{each.dead:,}")
        for weights, group in probes.items()
        for name, each in group.items()
    ]
    units = next(iter(probes["small"].values())).units
    print(
        "Ten layers: the signal in the last of them, the gradient in the first, the share of activations at which the"
    )
    print(f"function is flat, and the dead units, flat for every input, out of {units:,}\n")
    print(report.table(["weights", "activation", "signal", "gradient", "saturated", "dead"], rows))
    print("\nThree layers on the spiral\n")
    print(report.table(["activation", "accuracy"], [(name, f"{share:.1%}") for name, share in accuracies.items()]))
