"""Learning-rate schedules: how the rate falls, how it warms up, and how it grows with the batch.

The rate is bold: left as it is, the net never comes to rest. Every schedule that lets it fall ends at a lower loss. On
so small a net a warm-up decides nothing; a large one may fall apart without.

With batches N times as large there are N times fewer steps. The linear scaling rule makes each N times as long, after a
warm-up: the training loss at the end stays what it was, until N is so large that the steps overshoot.
"""

import math
from collections.abc import Callable, Sequence
from itertools import pairwise
from time import perf_counter
from typing import NamedTuple

import numpy as np

import autograd
import nn
import optim
from autograd.utils.data import DataLoader
from demos import data as datasets
from demos import extra, files, report, require
from demos.plots import schedules as plots
from demos.training import evaluate, train_epoch
from optim import lr_scheduler

LECTURE = "Lecture 3"

BATCH, RATE = 32, 0.2  # at which the schedules are compared
SMALL_BATCH, SMALL_RATE = 8, 0.01  # from which batch and rate grow together
FACTORS = (1, 2, 4, 8, 16, 32, 64, 128)


def constant(optimizer, steps: int):
    """lr = base_lr"""
    return lr_scheduler.ConstantLR(optimizer, factor=1.0)


def step(optimizer, steps: int):
    """lr = base_lr, a tenth of it after half of the steps, and a hundredth for the last quarter"""
    return lr_scheduler.MultiStepLR(optimizer, [steps // 2, steps * 3 // 4], gamma=0.1)


def cosine(optimizer, steps: int):
    """lr = base_lr * (1 + cos(pi * t / T)) / 2"""
    return lr_scheduler.CosineAnnealingLR(optimizer, T_max=steps)


def linear(optimizer, steps: int):
    """lr = base_lr * (1 - t / T)"""
    return lr_scheduler.LinearLR(optimizer, start_factor=1.0, end_factor=0.0, total_iters=steps)


def inverse_sqrt(optimizer, steps: int):
    """lr = base_lr / sqrt(1 + 10 t / T)"""
    return lr_scheduler.LambdaLR(optimizer, lambda t: (1 + 10 * t / steps) ** -0.5)


def restarts(optimizer, steps: int):
    """The cosine three times over, each twice as long as the one before"""
    return lr_scheduler.CosineAnnealingWarmRestarts(optimizer, T_0=math.ceil(steps / 7), T_mult=2)


def one_cycle(optimizer, steps: int):
    """Up for three tenths of the steps, then down to almost nothing; the momentum goes the other way"""
    return lr_scheduler.OneCycleLR(
        optimizer, max_lr=[group["lr"] for group in optimizer.param_groups], total_steps=steps + 1
    )


def warmed_up(schedule: Callable, share: float = 0.1) -> Callable:
    """The schedule, after a share of the steps in which the rate rises in a straight line to its start."""

    def with_warmup(optimizer, steps: int):
        warmup = max(1, int(share * steps))
        rise = lr_scheduler.LinearLR(optimizer, start_factor=0.01, total_iters=warmup)
        return lr_scheduler.SequentialLR(optimizer, [rise, schedule(optimizer, steps - warmup)], milestones=[warmup])

    return with_warmup


DECAYS = {"constant": constant, "step": step, "cosine": cosine, "linear": linear, "inverse sqrt": inverse_sqrt}
GROUPS = {
    "from the start": DECAYS,
    "after a warm-up": {name: warmed_up(schedule) for name, schedule in DECAYS.items()},
    "up again": {"cosine restarts": restarts, "one-cycle": one_cycle},
}


def rates(schedule: Callable, steps: int, rate: float = RATE) -> list[float]:
    """The learning rate of each step."""
    optimizer = optim.SGD([autograd.zeros(1, requires_grad=True)], lr=rate, momentum=0.9)
    scheduler, seen = schedule(optimizer, steps), []
    for _ in range(steps):
        seen += scheduler.get_last_lr()
        optimizer.step()
        scheduler.step()
    return seen


class Training(NamedTuple):
    """After each epoch: the loss on the training images, and the accuracy on the test images."""

    losses: list[float]
    accuracies: list[float]


@np.errstate(over="ignore", invalid="ignore")
def train(
    data: datasets.Data, schedule: Callable, epochs: int, seed: int, sizes=(64, 100, 100, 10), batch=BATCH, rate=RATE
) -> Training:
    """Train a net with layers of these sizes by SGD with momentum; the same seed gives it the same start."""
    autograd.manual_seed(seed)
    layers = [layer for size in pairwise(sizes) for layer in (nn.Linear(*size), nn.ReLU())]
    model = nn.Sequential(nn.Flatten(), *layers[:-1])
    loader = DataLoader(data.training, batch_size=batch, shuffle=True, drop_last=True)
    optimizer = optim.SGD(model.parameters(), lr=rate, momentum=0.9)
    scheduler = schedule(optimizer, epochs * len(loader))
    training = Training([], [])
    for _ in range(epochs):
        train_epoch(model, loader, optimizer, scheduler)
        training.losses.append(evaluate(model, *data.training.tensors)[0])
        training.accuracies.append(evaluate(model, *data.test.tensors)[1])
    return training


class Scaling(NamedTuple):
    """What batches of N times the size come to, by N."""

    scaled: dict[int, Training]  # the rate times N too, after a warm-up
    kept: dict[int, Training]  # the rate as it was

    def ratio(self, factor: int, kept: bool = False) -> float:
        """The training loss at the end, measured by that of N = 1: near 1 where the rule holds."""
        return (self.kept if kept else self.scaled)[factor].losses[-1] / self.scaled[1].losses[-1]


def scale(data: datasets.Data, epochs: int, seed: int, factors: Sequence[int] = FACTORS) -> Scaling:
    """Let the batch grow, with the rate and without."""

    def trained(factor: int, rate: float) -> Training:
        schedule = warmed_up(constant, share=0.2)
        return train(data, schedule, epochs, seed, (64, 100, 10), factor * SMALL_BATCH, rate)

    return Scaling(
        {factor: trained(factor, factor * SMALL_RATE) for factor in factors},
        {factor: trained(factor, SMALL_RATE) for factor in factors},
    )


def main(
    epochs: int = 10, seed: int = 0, out: str = "runs/schedules", quick: bool = False
) -> tuple[dict[str, dict[str, Training]], Scaling]:
    """Train under each schedule, then with ever larger batches; return what came of it.

    Parameters
    ----------
    seed : of the split, the weights and the batches
    quick : five epochs at most, and three sizes of batches
    """
    require(1, epochs=epochs)
    require(0, seed=seed)
    extra("tqdm"), extra("matplotlib")
    folder, start = files.folder(out), perf_counter()
    epochs, factors = (min(epochs, 5), (1, 8, 128)) if quick else (epochs, FACTORS)
    data = datasets.load(seed=seed)
    trainings = {group: {} for group in GROUPS}
    with extra("tqdm").tqdm(total=sum(map(len, GROUPS.values())), desc="schedules", unit="training") as bar:
        for group, schedules in GROUPS.items():
            for name, schedule in schedules.items():
                trainings[group][name] = train(data, schedule, epochs, seed)
                bar.update()
    scaling = scale(data, epochs, seed, factors)
    steps = epochs * (len(data.training) // BATCH)
    curves = {group: {name: rates(each, steps) for name, each in GROUPS[group].items()} for group in GROUPS}
    plots.schedules(curves, trainings, folder / "schedules.png")
    plots.scaling(scaling, folder / "scaling.png")
    print_tables(trainings, scaling)
    print(f"\n{perf_counter() - start:.1f} s")
    report.print_files(folder, ["schedules.png", "scaling.png"])
    return trainings, scaling


def print_tables(trainings: dict[str, dict[str, Training]], scaling: Scaling) -> None:
    rows = [
        (name, group, f"{training.losses[-1]:.4f}", f"{training.accuracies[-1]:.1%}")
        for group, each in trainings.items()
        for name, training in each.items()
    ]
    print(f"At the end, with batches of {BATCH} and the rate {RATE:g}:\n")
    print(report.table(["schedule", "", "training loss", "test accuracy"], rows))
    rows = [
        (N, N * SMALL_BATCH, f"{N * SMALL_RATE:g}", f"{scaling.ratio(N):.2f}", f"{scaling.ratio(N, kept=True):.2f}")
        for N in scaling.scaled
    ]
    print("\nThe training loss at the end, divided by that at N = 1, with the rate times N and with the rate kept:\n")
    print(report.table(["N", "batch", "rate", "times N", "kept"], rows))
