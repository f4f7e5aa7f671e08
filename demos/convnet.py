"""What a convolution computes, what it sees, and a small ConvNet that puts it to work.

First come the parts, in demos/lessons/convolution.py: filters written by hand and a photograph, the sizes and
parameters of a stack, the receptive field that grows with its layers, max and average pooling, the 1x1 convolution.
Then the net of the digits demo is trained, on five splits, and once more with people it has never seen in the test:

    test images                 accuracy
    a fifth of every digit      99.33% ± 0.37%
    360 by other writers        98.89%
"""

from pathlib import Path
from time import perf_counter

import numpy as np

import autograd
import nn
from autograd import Tensor
from demos import extra, files, report, require
from demos.data import Name, load
from demos.digits import choose, train
from demos.lessons.convolution import explain
from demos.networks import ConvNet
from demos.plots import convnet as plots
from demos.plots import history_curves, pictures
from demos.plots.digits import filters as draw_filters
from demos.training import Checkpoint

LECTURE = "Lecture 5"


@autograd.no_grad()
def activations(model: ConvNet, image: Tensor) -> list[np.ndarray]:
    """What each ReLU lets through of one image: (filters, height, width) for each of them."""
    model.eval()
    maps, out = [], image[None]
    for layer in model.features:
        out = layer(out)
        if isinstance(layer, nn.ReLU):
            maps.append(out[0].numpy())
    return maps


def show_training(model: ConvNet, image: Tensor, history: list[dict], folder: Path) -> list[str]:
    """Draw the curves, the filters that were learnt, and what they find in one image; return the names of the files."""
    history_curves(history, folder / "curves.png", note="with shifts, dropout, smooth labels")
    draw_filters(model.features[0].weight.detach().numpy(), folder / "filters.png")
    plots.activations(pictures(image[None].numpy())[0], activations(model, image), folder / "activations.png")
    return ["curves.png", "filters.png", "activations.png"]


def planned(data: Name, seed: int, splits: int) -> list[tuple[str, str, int]]:
    """Each training there will be: what it is tested on, how the images are split for that, and its seed."""
    if data != "digits":
        return [(f"those of {data}", "class", seed)]
    stratified = [("a fifth of every digit", "class", split) for split in range(seed, seed + splits)]
    return [*stratified, ("360 by other writers", "writer", seed)]


def main(
    data: Name = "digits",
    data_dir: str | None = None,
    epochs: int | None = None,
    splits: int = 5,
    seed: int = 0,
    out: str = "runs/convnet",
    quick: bool = False,
    resume: bool = False,
) -> dict[str, list[float]]:
    """Show what convolutions do, then train the net. Return the test accuracies of each kind of test.

    Parameters
    ----------
    data : the images to learn from (for cifar10, 40 minutes that aim at 75% in ten epochs, a figure yet to be measured)
    epochs : how often the training images are gone through (default: 30 for the digits, 5 to 10 for the others)
    out : the folder for the checkpoints and the pictures
    quick : one split and four epochs at most
    """
    recipe = choose(data, epochs, quick)
    require(1, epochs=recipe.epochs, splits=splits)
    require(0, seed=seed)
    extra("tqdm"), extra("matplotlib"), extra("skimage")
    folder, start = files.folder(out), perf_counter()
    runs = planned(data, seed, 1 if quick else splits)
    checkpoints = [
        Checkpoint(folder / f"checkpoint-{number}.npz", resume, data=data, epochs=recipe.epochs, by=by, seed=split)
        for number, (_, by, split) in enumerate(runs)
    ]
    autograd.manual_seed(seed)
    accuracies: dict[str, list[float]] = {}
    for number, ((kind, by, split), checkpoint) in enumerate(zip(runs, checkpoints, strict=True)):
        images = load(data, data_dir, split, by)
        if number == 0:
            written = explain(ConvNet(images.shape, len(images.classes), recipe.blocks), images.shape, folder)
        model, history = train(images, recipe, split, f"{by} {split}", checkpoint)
        accuracies.setdefault(kind, []).append(history[-1]["test accuracy"])
        if number == 0:
            written += show_training(model, images.test.tensors[0][0], history, folder)
    rows = [[kind, report.spread(found)] for kind, found in accuracies.items()]
    print(report.table(["test images", "accuracy"], rows))
    print(f"{perf_counter() - start:.1f} s")
    report.print_files(folder, [*written, *(checkpoint.path.name for checkpoint in checkpoints)])
    return accuracies
