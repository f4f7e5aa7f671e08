"""Three arms of a spiral: a linear classifier gets half of the points right, one hidden layer nearly all.

The case study of the lecture's notes. Both learn by the softmax loss and weight decay, from small random weights, so
their loss begins at log 3. Then the size of the hidden layer is varied, which is what the net can draw at most; and,
on a few points with noise, the decay, which keeps a large net from drawing around every single one of them.
"""

import math
from typing import NamedTuple

import numpy as np

import autograd
import nn
import nn.functional as F
import optim
from autograd import Tensor
from demos import extra, files, report, require
from demos.data.spiral import spiral
from demos.plots import spiral as plots

LECTURE = "Lecture 4"


class Case(NamedTuple):
    """A classifier and the spiral that it learns."""

    name: str
    hidden: int  # units of the hidden layer; 0: there is none
    decay: float = 1e-3
    points: int = 100  # on each arm
    noise: float = 0.0  # how far they are moved off it


CLASSIFIERS = [Case("softmax classifier", 0), Case("two-layer net", 100)]
SIZES = [Case(f"{hidden} hidden units", hidden) for hidden in (3, 6, 20)]
DECAYS = [Case(f"noisy, decay {decay:g}", 100, decay, points=30, noise=0.1) for decay in (1e-4, 1e-3, 1e-2)]


class Learnt(NamedTuple):
    """A trained model, the points it was trained on, and how much it gets right of them and of points never seen."""

    model: nn.Module
    points: Tensor
    labels: Tensor
    first_loss: float
    accuracy: float
    fresh: float


def make_model(hidden: int) -> nn.Sequential:
    """Scores for the three arms, from small random weights and no bias, so that at first no arm is preferred."""
    layers = [nn.Linear(2, hidden), nn.ReLU(), nn.Linear(hidden, 3)] if hidden else [nn.Linear(2, 3)]
    model = nn.Sequential(*layers)
    for name, parameter in model.named_parameters():
        nn.init.normal_(parameter, std=0.01) if name.endswith("weight") else nn.init.zeros_(parameter)
    return model


def make_points(case: Case, points: int, seed: int) -> tuple[Tensor, Tensor]:
    places, labels = spiral(points, seed=seed)
    places += case.noise * np.random.RandomState([seed, 1]).randn(*places.shape)
    return autograd.tensor(places, dtype=autograd.float32), autograd.tensor(labels)


def train(model: nn.Sequential, points: Tensor, labels: Tensor, epochs: int, decay: float) -> list[float]:
    """Follow the slope of the softmax loss, on all points at once; return the loss before each step.

    The notes take 10,000 steps of rate 1; with momentum, a tenth of them does.
    """
    weights = [parameter for parameter in model.parameters() if parameter.ndim == 2]
    biases = [parameter for parameter in model.parameters() if parameter.ndim == 1]
    groups = [{"params": weights, "weight_decay": decay}, {"params": biases}]
    optimizer = optim.SGD(groups, lr=1.0, momentum=0.9)
    losses = []
    for _ in range(epochs):
        loss = F.cross_entropy(model(points), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


@autograd.no_grad()
def accuracy(model: nn.Sequential, points: Tensor, labels: Tensor) -> float:
    return (model(points).argmax(dim=1) == labels).float().mean().item()


def learn(case: Case, epochs: int, seed: int) -> Learnt:
    """Train on one spiral, and look at another that was drawn in the same way."""
    points, labels = make_points(case, case.points, seed)
    autograd.manual_seed(seed)
    model = make_model(case.hidden)
    losses = train(model, points, labels, epochs, case.decay)
    fresh = accuracy(model, *make_points(case, 400, seed + 1000))
    return Learnt(model, points, labels, losses[0], accuracy(model, points, labels), fresh)


@autograd.no_grad()
def regions(model: nn.Sequential, reach: float, size: int = 300) -> np.ndarray:
    """The arm that the model sees at each point of a square around the origin, as an image with the lowest row first."""
    line = autograd.linspace(-reach, reach, size)
    y, x = autograd.meshgrid(line, line, indexing="ij")
    return model(autograd.stack([x, y], dim=-1)).argmax(dim=-1).numpy()


def main(
    epochs: int = 1000, splits: int = 5, seed: int = 0, out: str = "runs/spiral", quick: bool = False
) -> dict[str, list[float]]:
    """Train every classifier on several spirals and draw its regions on the first. Return the accuracies of each.

    Parameters
    ----------
    epochs : how often all points are looked at
    splits : how many spirals each is trained on
    seed : the first spiral and its weights; the next ones take seed + 1, seed + 2, ...
    quick : 300 epochs at most
    """
    require(1, epochs=epochs, splits=splits)
    require(0, seed=seed)
    epochs = min(epochs, 300) if quick else epochs
    folder = files.folder(out)
    cases = [*CLASSIFIERS, *SIZES, *DECAYS]
    bar = extra("tqdm").tqdm(cases, unit="classifier", leave=False)
    learnt = {case: [learn(case, epochs, seed + split) for split in range(splits)] for case in bar}

    first = learnt[CLASSIFIERS[0]][0].first_loss
    print(f"The loss begins at {first:.4f}, for a guess among three: log 3 = {math.log(3):.4f}\n")
    rows = [
        (
            case.name,
            3 * case.points,
            *[report.spread([getattr(each, part) for each in runs]) for part in ("accuracy", "fresh")],
        )
        for case, runs in learnt.items()
    ]
    print(report.table(["classifier", "points", "accuracy", "on fresh points"], rows) + "\n")
    for name, title, group in (
        ("classifiers", "No line parts the arms; lines bent by a hidden layer do", CLASSIFIERS),
        ("sizes", "More hidden units draw finer borders", SIZES),
        ("decay", "Decay smooths what a large net makes of few points", DECAYS),
    ):
        plots.regions([panel(case, learnt[case][0]) for case in group], title, folder / f"{name}.png")
    report.print_files(folder, ["classifiers.png", "sizes.png", "decay.png"])
    return {case.name: [each.accuracy for each in runs] for case, runs in learnt.items()}


def panel(case: Case, learnt: Learnt) -> plots.Panel:
    """What there is to draw of one classifier."""
    reach = 1.1 + case.noise
    title = f"{case.name}\n{learnt.accuracy:.0%} right, of fresh points {learnt.fresh:.0%}"
    return plots.Panel(title, regions(learnt.model, reach), reach, learnt.points.numpy(), learnt.labels.numpy())
