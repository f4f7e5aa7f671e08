"""Seven optimizers race: down a ravine, off a saddle, in a bowl whose slope is noisy, and on the digits.

    SGD         p -= lr * g
    momentum    v = 0.9 * v + g;  p -= lr * v
    Nesterov    v = 0.9 * v + g;  p -= lr * (g + 0.9 * v)
    AdaGrad     s = s + g * g;  p -= lr * g / sqrt(s)
    RMSProp     s = 0.9 * s + 0.1 * g * g;  p -= lr * g / sqrt(s)
    Adam        m = 0.9 * m + 0.1 * g;  s = 0.999 * s + 0.001 * g * g;  p -= lr * m' / sqrt(s'), with
                m' = m / (1 - 0.9 ** t) and s' = s / (1 - 0.999 ** t) in step t: both start at zero, too small
    AdamW       p *= 1 - 0.01 * lr, then as Adam

Each runs at that rate, of a grid, which serves it best: a race at one rate for all is won by whom the rate suits.
"""

from collections.abc import Callable
from functools import partial
from time import perf_counter
from typing import NamedTuple

import numpy as np

import autograd
import nn
import optim
from autograd.utils.data import DataLoader
from demos import data as datasets
from demos import extra, files, report, require
from demos.data.landscapes import LANDSCAPES, Landscape
from demos.plots import optimizers as plots
from demos.training import evaluate, train_epoch

LECTURE = "Lecture 3"

RACERS = {
    "SGD": optim.SGD,
    "momentum": partial(optim.SGD, momentum=0.9),
    "Nesterov": partial(optim.SGD, momentum=0.9, nesterov=True),
    "AdaGrad": optim.Adagrad,
    "RMSProp": partial(optim.RMSprop, alpha=0.9),
    "Adam": optim.Adam,
    "AdamW": optim.AdamW,
}
RATES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)


class Run(NamedTuple):
    """Where a race led: the path of the first run, and the mean loss of all runs at each step."""

    rate: float
    path: np.ndarray
    losses: np.ndarray

    @property
    def score(self) -> float:
        """The mean loss on the way, which rewards haste and a good end; infinite where it ran away."""
        return np.nan_to_num(self.losses.mean(), nan=np.inf, posinf=np.inf)

    @property
    def steps(self) -> int | None:
        """After how many steps a hundredth of the loss was left."""
        there = np.flatnonzero(self.losses <= 0.01 * self.losses[0])
        return int(there[0]) if len(there) else None

    @property
    def end(self) -> float:
        """The mean loss in the last ten steps."""
        return self.losses[-10:].mean()


@np.errstate(over="ignore", invalid="ignore")
def race(landscape: Landscape, make: Callable, rate: float, steps: int, seed: int) -> Run:
    """Let an optimizer walk the landscape; the same seed draws the same noise for each."""
    autograd.manual_seed(seed)
    position = autograd.tensor([landscape.start] * landscape.runs, dtype=autograd.float64, requires_grad=True)
    optimizer = make([position], lr=rate)
    path, losses = [], []
    for _ in range(steps + 1):
        loss = landscape.loss(*position.unbind(dim=1))
        noise = landscape.noise * autograd.randn_like(position)
        path.append(position[0].tolist())
        losses.append(loss.mean().item())
        optimizer.zero_grad()
        (loss + (noise * position).sum(dim=1)).sum().backward()
        optimizer.step()
    return Run(rate, np.array(path), np.array(losses))


def race_all(steps: int, seed: int) -> dict[str, dict[str, Run]]:
    """Every optimizer on every landscape, at its best rate."""
    return {
        name: {
            racer: min((race(landscape, make, rate, steps, seed) for rate in RATES), key=lambda run: run.score)
            for racer, make in RACERS.items()
        }
        for name, landscape in LANDSCAPES.items()
    }


class Training(NamedTuple):
    """How the net learnt the digits."""

    rate: float
    losses: list[float]  # of each epoch, in training
    accuracies: list[float]  # of each epoch, on the test images


def learn(data: datasets.Data, make: Callable, rate: float, epochs: int, seed: int) -> Training:
    """Train a two-layer net; the same seed gives the same weights at the start and the same batches."""
    autograd.manual_seed(seed)
    model = nn.Sequential(nn.Flatten(), nn.Linear(64, 100), nn.ReLU(), nn.Linear(100, 10))
    loader = DataLoader(data.training, batch_size=64, shuffle=True)
    optimizer = make(model.parameters(), lr=rate)
    losses, accuracies = [], []
    for _ in range(epochs):
        losses.append(train_epoch(model, loader, optimizer)[0])
        accuracies.append(evaluate(model, *data.test.tensors)[1])
    return Training(rate, losses, accuracies)


def learn_all(epochs: int, seed: int, rates: tuple[float, ...]) -> dict[str, Training]:
    """Every optimizer on the digits, at the rate whose training loss ends lowest; the test images choose nothing."""
    data, best = datasets.load(seed=seed), {}
    with extra("tqdm").tqdm(total=len(RACERS) * len(rates), desc="digits", unit="training") as bar:
        for racer, make in RACERS.items():
            for rate in rates:
                training = learn(data, make, rate, epochs, seed)
                if racer not in best or training.losses[-1] < best[racer].losses[-1]:
                    best[racer] = training
                bar.update()
    return best


def summary(run: Run, landscape: Landscape, steps: int) -> str:
    reached = f"{run.steps or f'over {steps}'} steps" if not landscape.noise else f"{run.end:.2f}"
    return f"{reached} at {run.rate:g}"


def main(
    steps: int = 60, epochs: int = 15, seed: int = 0, out: str = "runs/optimizers", quick: bool = False
) -> tuple[dict, dict]:
    """Race on three landscapes and on the digits; return the runs and the trainings.

    Parameters
    ----------
    steps : how long the race on the landscapes is
    seed : of the noise, the split, the weights and the batches
    quick : two epochs at most, at three rates
    """
    require(1, steps=steps, epochs=epochs)
    require(0, seed=seed)
    extra("tqdm"), extra("matplotlib")
    folder, start = files.folder(out), perf_counter()
    runs = race_all(steps, seed)
    trainings = learn_all(min(epochs, 2), seed, (0.01, 0.1, 1.0)) if quick else learn_all(epochs, seed, RATES)
    plots.paths(LANDSCAPES, runs, folder / "paths.png")
    plots.races(LANDSCAPES, runs, folder / "race.png")
    plots.trainings(trainings, folder / "digits.png")
    rows = [
        [
            racer,
            *(summary(each[racer], LANDSCAPES[name], steps) for name, each in runs.items()),
            f"{training.losses[-1]:.4f} at {training.rate:g}",
            f"{training.accuracies[-1]:.1%}",
        ]
        for racer, training in trainings.items()
    ]
    print(
        "Steps to a hundredth of the loss on ravine and saddle; the loss in the end in the noisy bowl and, in training,"
    )
    print("on the digits; each at the best rate\n")
    print(report.table(["", *runs, "digits", "test"], rows))
    print(f"\n{perf_counter() - start:.1f} s")
    report.print_files(folder, ["paths.png", "race.png", "digits.png"])
    return runs, trainings
