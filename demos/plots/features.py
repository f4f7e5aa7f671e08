"""What the features of an image are, and how much they help."""

from pathlib import Path

import numpy as np

from demos.plots import BLUE, ORANGE, QUIET, frame, new_figure, save


def descriptors(
    pictures: np.ndarray, gradients: np.ndarray, histograms: np.ndarray, names: tuple[str, ...], path: Path
) -> None:
    """A column for each image: it, its edges in each cell, the histogram of its shades or hues.

    Shapes: pictures (N, H, W) or (N, H, W, 3), gradients (N, cells * cells * directions), histograms (N, bins).
    """
    count = len(pictures)
    figure = new_figure(1.25 * count + 0.6, 4.7, "What the classifier is shown beside the pixels")
    images, edges, shades = figure.subplots(3, count, squeeze=False)
    for axes, picture, name in zip(images, pictures, names, strict=True):
        frame(axes)
        axes.imshow(picture, cmap="gray_r")
        axes.set_title(name)
    strongest = gradients.max()
    for axes, picture, gradient in zip(edges, pictures, gradients, strict=True):
        frame(axes)
        axes.imshow(picture, cmap="gray_r", alpha=0.2)
        draw_edges(axes, gradient / strongest, picture.shape[0], picture.shape[1])
    bins = histograms.shape[1]
    for axes, histogram in zip(shades, histograms, strict=True):
        axes.bar((np.arange(bins) + 0.5) / bins, histogram, width=0.9 / bins, color=ORANGE)
        axes.set(ylim=(0, histograms.max() * 1.05), xlim=(0, 1), xticks=(), yticks=())
        axes.spines["left"].set_visible(False)
        axes.set_xlabel("light … dark" if pictures.ndim == 3 else "hue", color=QUIET, fontsize=9)
    what = "shades" if pictures.ndim == 3 else "hues"
    for row, text in ((images, "pixels"), (edges, "oriented\ngradients"), (shades, f"histogram\nof {what}")):
        row[0].set_ylabel(text)
    save(figure, path)


def draw_edges(axes, gradient: np.ndarray, height: int, width: int, cells: int = 4) -> None:
    """In the middle of each cell, a stroke along every direction an edge may have, as long as the edge is strong."""
    from matplotlib.collections import LineCollection

    strength = gradient.reshape(cells * cells, -1, 1)
    directions = strength.shape[1]
    rows, columns = np.divmod(np.arange(cells * cells), cells)
    middles = np.stack([(columns + 0.5) * width / cells, (rows + 0.5) * height / cells], axis=1)[:, None] - 0.5
    angles = (np.arange(directions) + 0.5) * np.pi / directions  # of the gradient: the edge is at right angles to it
    along = 0.55 * np.stack([-np.sin(angles) * width, np.cos(angles) * height], axis=1) / cells
    strokes = np.stack([middles - strength * along, middles + strength * along], axis=2).reshape(-1, 2, 2)
    axes.add_collection(LineCollection(strokes, colors=BLUE, linewidths=1.6, capstyle="round"), autolim=False)


def gains(accuracies: dict[str, tuple[list[float], list[float]]], path: Path) -> None:
    """For each classifier a line a split, from the accuracy on pixels to that on pixels with features."""
    figure = new_figure(7.5, 4.4, "Pixels alone, and pixels with features: test accuracy")
    for axes, (classifier, pair) in zip(
        figure.subplots(1, len(accuracies), sharey=True), accuracies.items(), strict=True
    ):
        axes.plot([0, 1], np.array(pair), "o-", color=QUIET, alpha=0.45, linewidth=1)
        means = [np.mean(values) for values in pair]
        axes.plot([0, 1], means, "s-", color=BLUE, linewidth=3, markersize=8, label="mean")
        for side, mean in enumerate(means):
            place = {"ha": ("right", "left")[side], "xytext": ((-12, 12)[side], 0), "textcoords": "offset points"}
            axes.annotate(f"{mean:.2%}", (side, mean), va="center", color=BLUE, weight="bold", **place)
        axes.set(xlim=(-0.55, 1.55), title=classifier)
        axes.set_xticks([0, 1], ["pixels", "with features"])
        axes.yaxis.set_major_formatter("{x:.1%}")
    axes.plot([], [], "o-", color=QUIET, alpha=0.45, linewidth=1, label="a split")
    axes.legend(loc="lower right")
    save(figure, path)
