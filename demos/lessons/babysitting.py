"""What to check before any long training, in seconds (told by the two_layer demo, held to its figures by a test).

Is the loss at the start that of guessing, log C? Can the net learn 20 images by heart? Does the loss fall, and does a
step change the weights by about a thousandth of their size?
"""

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np

import nn
import nn.functional as F
import optim
from autograd.utils.data import DataLoader
from demos import report
from demos.data import Data
from demos.plots import two_layer as plots
from demos.training import evaluate


def initial_loss(model: nn.Module, data: Data) -> float:
    """The loss of the net with tiny weights, to which all classes look alike: log C."""
    for parameter in model.parameters():
        nn.init.normal_(parameter, std=1e-3)
    return evaluate(model, *data.training.tensors)[0]


def overfit(model: nn.Module, data: Data, images: int = 20, steps: int = 100) -> list[float]:
    """The loss on a few images at each step, without any regularisation: it must go to 0."""
    batch, labels = data.training[:images]
    optimizer = optim.SGD(model.parameters(), lr=0.03, momentum=0.9)
    losses = []
    for _ in range(steps):
        loss = F.cross_entropy(model(batch), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


def watch(model: nn.Module, data: Data, rate: float = 0.02, epochs: int = 5) -> tuple[list[float], list[float]]:
    """The loss at each step, and how large the step is beside the weights: |update of W1| / |W1|."""
    weight = next(model.parameters())
    optimizer = optim.SGD(model.parameters(), lr=rate, momentum=0.9)
    losses, ratios = [], []
    for _ in range(epochs):
        for images, labels in DataLoader(data.training, batch_size=64, shuffle=True):
            before = weight.detach().clone()
            loss = F.cross_entropy(model(images), labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
            ratios.append(((weight.detach() - before).norm() / before.norm()).item())
    return losses, ratios


def check(make: Callable[[Data], nn.Module], data: Data, picture: Path) -> None:
    """Check a net, made anew each time, print what was found, and draw it."""
    at_start = initial_loss(make(data), data)
    by_heart = overfit(make(data), data)
    losses, ratios = watch(make(data), data)
    classes, chance = len(data.classes), math.log(len(data.classes))
    rows = [
        ["loss at the start", f"{at_start:.3f}", f"log {classes} = {chance:.3f}"],
        ["loss on 20 images, after 100 steps", f"{by_heart[-1]:.4f}", "0"],
        ["loss on all, in the fifth epoch", f"{np.mean(losses[-len(losses) // 5 :]):.3f}", "falls"],
        ["|update| / |weights|, median", f"{np.median(ratios):.1e}", "about 1e-3"],
    ]
    print(report.table(["check", "found", "expected"], rows), end="\n\n")
    plots.checks(by_heart, losses, ratios, chance, picture)
