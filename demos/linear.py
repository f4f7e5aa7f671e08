"""Scores W x + b: a linear classifier seen from three sides, and the losses it learns by.

algebraic    a row of W for each class, multiplied with the pixels
visual       each row is an image, the template of its class
geometric    each row is a direction: the score rises on one side of a line and falls on the other

The losses are in demos/lessons/losses.py; here they are followed downhill, with one penalty or another on large weights.
"""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np

import autograd
import nn
import optim
from autograd.utils.data import DataLoader, TensorDataset
from demos import extra, files, report, require
from demos.data import Data, Name, load
from demos.lessons.losses import LOSSES, Loss, algebra, first_losses, losses_by_hand
from demos.lessons.random_search import search
from demos.plots import linear as plots
from demos.training import Checkpoint, evaluate

LECTURE = "Lecture 2"
PENALTY = 1e-3  # lambda. It and the rates were chosen inside the training images of split 0.

REGULARISERS: dict[str, Callable] = {
    "none": lambda W: 0,
    "L2": lambda W: (W * W).sum(),
    "L1": lambda W: W.abs().sum(),
    "elastic net": lambda W: (W * W + W.abs()).sum() / 2,
}
RUNS = [("SVM", "L2"), ("squared SVM", "L2"), *(("softmax", regulariser) for regulariser in REGULARISERS)]


class Learnt(NamedTuple):
    model: nn.Linear
    accuracy: float
    test_accuracy: float


def make_model(inputs: int, classes: int) -> nn.Linear:
    """W nearly 0, so that at first all scores are equal."""
    model = nn.Linear(inputs, classes)
    nn.init.normal_(model.weight, std=1e-4)
    nn.init.zeros_(model.bias)
    return model


def train(
    data: TensorDataset, classes: int, loss: Loss, regulariser: str, epochs: int, checkpoint: Checkpoint | None = None
) -> nn.Linear:
    """Follow the slope of ``mean of the losses + PENALTY * R(W)``, batch by batch."""
    images, _ = data.tensors
    model = make_model(images.shape[1], classes)
    # The slope along W is as long as the images are, so the rate goes by their squared length.
    optimizer = optim.SGD(model.parameters(), lr=loss.rate / images.square().sum(dim=1).mean().item(), momentum=0.9)
    scheduler = optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=epochs)
    parts = {"model": model, "optimizer": optimizer, "scheduler": scheduler}
    history = checkpoint.restore(**parts) if checkpoint else []
    loader = DataLoader(data, batch_size=100, shuffle=True)
    while len(history) < epochs:
        for images, labels in loader:
            objective = loss.function(model(images), labels) + PENALTY * REGULARISERS[regulariser](model.weight)
            optimizer.zero_grad()
            objective.backward()
            optimizer.step()
        scheduler.step()
        history.append({"objective": objective.item()})
        if checkpoint:
            checkpoint.save(history, **parts)
    return model


def in_the_plane(data: TensorDataset) -> TensorDataset:
    """The images of the first three classes as points, along the two directions in which they differ most."""
    images, labels = data.tensors
    shown = labels < 3
    centred = (images[shown] - images[shown].mean(dim=0)).numpy()
    directions = np.linalg.svd(centred[:1000], full_matrices=False)[2][:2]
    points = centred @ directions.T
    return TensorDataset(autograd.tensor(points / np.abs(points).max()), labels[shown])


def class_means(data: TensorDataset, classes: int) -> np.ndarray:
    images, labels = data.tensors
    return np.stack([images[labels == label].mean(dim=0).numpy() for label in range(classes)])


def flat(data: Data) -> tuple[TensorDataset, TensorDataset]:
    """Both parts with each image as a row of numbers."""
    return tuple(TensorDataset(part.tensors[0].flatten(1), part.tensors[1]) for part in (data.training, data.test))


def results(learnt: dict[tuple[str, str], list[Learnt]]) -> str:
    """The accuracies over the splits, and the weights on the first."""
    rows = []
    for run, splits in learnt.items():
        W = splits[0].model.weight.detach().abs()
        nearly_0 = (W / W.max() < 0.01).float().mean().item()
        shares = [report.spread([each[part] for each in splits]) for part in (1, 2)]
        rows.append((*run, *shares, f"{W.max().item():.2f}", f"{nearly_0:.0%}"))
    return report.table(["loss", "penalty", "training", "test", "largest weight", "nearly 0"], rows)


def main(
    data: Name = "digits",
    data_dir: str | None = None,
    epochs: int | None = None,
    splits: int = 5,
    seed: int = 0,
    out: str = "runs/linear",
    quick: bool = False,
    resume: bool = False,
) -> dict[tuple[str, str], list[float]]:
    """Train with every loss and regulariser, and draw the classifier from its sides. Return the test accuracies.

    Parameters
    ----------
    epochs : how often the training images are gone through (default: 60 for the digits, 10 for the others)
    out : the folder for the checkpoints and the pictures
    quick : 10 epochs at most
    """
    epochs = (60 if data == "digits" else 10) if epochs is None else epochs
    epochs, looks = (min(epochs, 10), 200) if quick else (epochs, 1000)
    require(1, epochs=epochs, splits=splits)
    require(0, seed=seed)
    extra("matplotlib")
    folder, checkpoints = files.folder(out), files.folder(f"{out}/checkpoints")
    sets = {split: load(data, data_dir, split) for split in range(seed, seed + (splits if data == "digits" else 1))}
    training, classes = flat(sets[seed])[0], sets[seed].classes

    autograd.manual_seed(seed)
    images, labels = training[:1000]
    first = first_losses(make_model(images.shape[1], len(classes))(images), labels)
    print(algebra(), losses_by_hand(), first, sep="\n\n", end="\n\n")
    learnt: dict[tuple[str, str], list[Learnt]] = {run: [] for run in RUNS}
    for loss, penalty in extra("tqdm").tqdm(RUNS, unit="classifier", leave=False):
        for split, images in sets.items():
            path = checkpoints / f"{loss}-{penalty}-{split}.npz".replace(" ", "-")
            checkpoint = Checkpoint(path, resume, data=data, epochs=epochs, seed=split)
            autograd.manual_seed(split)
            parts = flat(images)
            model = train(parts[0], len(classes), LOSSES[loss], penalty, epochs, checkpoint)
            learnt[loss, penalty].append(Learnt(model, *[evaluate(model, *part.tensors)[1] for part in parts]))
    print(results(learnt) + "\n")
    autograd.manual_seed(seed)
    found = search(training, len(classes), looks, rate=LOSSES["softmax"].rate)
    rows = [(way, *[f"{lowest[n - 1]:.3f}" for n in (1, 10, 100, looks)]) for way, lowest in found.items()]
    print(report.table(["lowest softmax loss after", "1 look", "10", "100", f"{looks:,}"], rows) + "\n")

    plots.searches(found, folder / "search.png")
    draw_views({run: each[0].model for run, each in learnt.items()}, sets[seed], folder)
    report.print_files(folder, ["templates.png", "penalties.png", "search.png", "lines.png", "checkpoints"])
    return {run: [each.test_accuracy for each in splits] for run, splits in learnt.items()}


def draw_views(models: dict[tuple[str, str], nn.Linear], data: Data, folder: Path) -> None:
    """The visual view of every loss and of every penalty, and the geometric view."""
    classes = data.classes
    rows_of = {run: model.weight.detach().numpy().reshape(-1, *data.shape) for run, model in models.items()}
    plots.templates(
        {loss: rows_of[loss, "L2"] for loss in LOSSES},
        classes,
        folder / "templates.png",
        "The visual view: where ink speaks for a class (red) and against it (blue)",
        means=class_means(data.training, len(classes)),
    )
    plots.templates(
        {penalty: rows_of["softmax", penalty] for penalty in REGULARISERS},
        classes,
        folder / "penalties.png",
        "L2 evens the weights out, L1 leaves few of them, an elastic net does some of both",
    )
    plane = in_the_plane(flat(data)[0])
    planar = {loss: train(plane, 3, LOSSES[loss], "none", 100) for loss in ("SVM", "softmax")}
    plots.lines(
        {loss: (model.weight.detach().numpy(), model.bias.detach().numpy()) for loss, model in planar.items()},
        *[each.numpy() for each in plane.tensors],
        classes,
        folder / "lines.png",
    )
