"""The pictures of the linear classifier: templates, lines in the plane, and the ways to look for weights."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from demos.plots import BLUE, QUIET, SIGNED, VERMILION, new_figure, pictures, save
from demos.plots.spiral import COLOURS, Panel, draw_regions


def templates(
    weights: Mapping[str, np.ndarray],
    classes: Sequence[str],
    path: Path,
    title: str,
    means: np.ndarray | None = None,
) -> None:
    """The rows of W as images, a line of them for each name, each line on its own scale; above them the mean images.

    Shapes: weights and means (classes, channels, H, W).
    """
    lines = len(weights) + (means is not None)
    figure = new_figure(len(classes) * 1.05 + 1.2, lines * 1.15 + 0.7, title)
    grid = figure.subplots(lines, 1, squeeze=False)[:, 0]
    if means is not None:
        draw_line(grid[0], "mean image", pictures(means), cmap="gray_r")
    for axes, (name, images) in zip(grid[lines - len(weights) :], weights.items(), strict=True):
        limit = np.abs(images).max()
        if images.shape[1] == 3:
            draw_line(axes, name, (images / limit / 2 + 0.5).transpose(0, 2, 3, 1))
        else:
            draw_line(axes, name, images[:, 0], cmap=SIGNED, vmin=-limit, vmax=limit)
    width = weights[name].shape[3]
    grid[0].set_xticks([(width - 1) / 2 + number * 1.1 * width for number in range(len(classes))], classes)
    save(figure, path)


def draw_line(axes, name: str, images: np.ndarray, **options) -> None:
    """Images side by side in one pair of axes, which is drawn much faster than a pair for each."""
    height, width = images.shape[1:3]
    for number, image in enumerate(images):
        left = number * 1.1 * width - 0.5
        axes.imshow(image, extent=(left, left + width, height - 0.5, -0.5), **options)
    axes.set(xlim=(-0.5, left + width), ylim=(height - 0.5, -0.5), xticks=[], yticks=[])
    axes.set_ylabel(name, rotation=0, ha="right", va="center")
    axes.tick_params(length=0, top=False, bottom=False, labeltop=True, labelbottom=False, labelsize=11)
    axes.spines[:].set_visible(False)
    axes.grid(False)


def searches(found: Mapping[str, Sequence[float]], path: Path) -> None:
    """The lowest loss that each way has found after every look."""
    figure = new_figure(6.5, 4)
    axes = figure.subplots()
    for (way, lowest), colour in zip(found.items(), (QUIET, VERMILION, BLUE), strict=True):
        axes.semilogx(np.arange(1, len(lowest) + 1), lowest, color=colour)
        axes.annotate(way, (len(lowest), lowest[-1]), (6, 0), textcoords="offset points", va="center", color=colour)
    axes.set(xlabel="looks at the loss", ylabel="lowest softmax loss so far", title="Do not search: follow the slope")
    axes.set_xlim(1, len(lowest) * 8)
    axes.set_ylim(0)
    save(figure, path)


def lines(
    models: Mapping[str, tuple], points: np.ndarray, labels: np.ndarray, classes: Sequence[str], path: Path
) -> None:
    """Three classes in the plane with, for each, the line where its score is 0 and the way in which it rises.

    models : name -> W (3, 2) and b (3,)
    """
    from matplotlib.patheffects import withStroke

    reach = 1.15
    ticks = np.linspace(-reach, reach, 300)
    places = np.stack(np.meshgrid(ticks, ticks), axis=-1)
    figure = new_figure(4.6 * len(models), 5, "The geometric view: on the dashed line of a class, its score is 0")
    for axes, (name, (W, b)) in zip(figure.subplots(1, len(models)), models.items(), strict=True):
        shown = slice(None, 240)  # enough to see where a class is
        draw_regions(axes, Panel(name, (places @ W.T + b).argmax(axis=-1), reach, points[shown], labels[shown]))
        for w, bias, colour, label in zip(W, b, COLOURS, classes, strict=False):
            length = np.hypot(*w)
            foot, rise = -bias * w / length**2, w / length  # where the line is nearest to the origin; the way up
            axes.axline(foot, foot + np.array([-rise[1], rise[0]]), color=colour, linestyle="--")
            axes.annotate(
                "", foot + 0.35 * rise, foot, arrowprops={"arrowstyle": "-|>", "color": colour, "linewidth": 2}
            )
            halo = [withStroke(linewidth=3, foreground="white")]
            axes.text(
                *(foot + 0.43 * rise), label, color=colour, weight="bold", ha="center", va="center", path_effects=halo
            )
        axes.set(xlabel="first principal direction", ylabel="second principal direction")
    save(figure, path)
