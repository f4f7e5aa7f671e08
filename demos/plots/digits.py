"""The pictures of the digits demo, which other classifiers share."""

from pathlib import Path

import numpy as np

from demos.plots import BLACK, WRONG, image_grid, new_figure, save, weight_grid


def confusion(truth: np.ndarray, said: np.ndarray, path: Path, classes: tuple[str, ...] = tuple("0123456789")) -> None:
    """How often each class, a row, was taken for each class, a column."""
    size = len(classes)
    counts = np.zeros((size, size), dtype=int)
    np.add.at(counts, (truth, said), 1)
    figure = new_figure(5.5, 5.5)
    axes = figure.subplots()
    axes.imshow(counts, cmap="Blues")
    for row, column in np.argwhere(counts):
        dark = counts[row, column] > counts.max() / 2
        colour = "white" if dark else BLACK if row == column else WRONG
        axes.text(column, row, counts[row, column], ha="center", va="center", color=colour)
    axes.set(
        xlabel="the net's answer",
        ylabel="true class",
        xticks=range(size),
        yticks=range(size),
        title=f"{np.trace(counts)} of {len(truth)} right",
    )
    axes.set_xticklabels(classes, rotation=0 if max(map(len, classes)) < 3 else 90)
    axes.set_yticklabels(classes)
    axes.grid(False)
    save(figure, path)


def hardest(
    images: np.ndarray,
    truth: np.ndarray,
    chances: np.ndarray,
    path: Path,
    classes: tuple[str, ...] = tuple("0123456789"),
    rows: int = 3,
    columns: int = 6,
) -> None:
    """The images whose true class was found least likely: every mistake, as far as there is room, and the narrow cases.

    Shapes: images (N, H, W) or (N, H, W, 3), truth (N,), chances (N, C).
    """
    likely = chances[np.arange(len(truth)), truth]
    said = chances.argmax(axis=1)
    order = np.lexsort((likely, said == truth))[: rows * columns]
    titles = [
        f"{classes[said[i]]}, {likely[i]:.0%} sure"
        if said[i] == truth[i]
        else f"{classes[said[i]]}, but it is {classes[truth[i]]}"
        for i in order
    ]
    colours = [BLACK if said[i] == truth[i] else WRONG for i in order]
    mistakes = (said != truth).sum()
    heading = f"The hardest of {len(truth)} test images: " + (
        f"{mistakes} mistaken, in orange" if mistakes else "all right"
    )
    figure = new_figure(1.5 * columns, 1.75 * rows + 0.4, heading)
    image_grid(figure, images[order], titles, columns, colours)
    save(figure, path)


def filters(weights: np.ndarray, path: Path, columns: int = 8) -> None:
    """The filters of the first layer (N, C, H, W), on one scale."""
    weights = weights[:, 0] if weights.shape[1] == 1 else weights
    columns = min(columns, len(weights))
    figure = new_figure(columns + 0.8, -(-len(weights) // columns) + 0.6, "Filters of the first layer")
    weight_grid(figure, weights, columns=columns)
    save(figure, path)
