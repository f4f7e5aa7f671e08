"""The pictures of the demos: each function draws plain arrays into one file."""

from pathlib import Path

import numpy as np

from demos import extra, files

WRONG = "#c2410c"


def new_figure(width: float, height: float):
    # Figure itself, not pyplot: no window, no state to clean up, any backend.
    extra("matplotlib")
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), layout="constrained")


def save(figure, path: Path) -> None:
    with files.replacing(path) as temporary:
        figure.savefig(temporary, dpi=150)


def curves(history: list[dict], path: Path) -> None:
    """The loss and the accuracy of each epoch, in training and on the test images."""
    figure = new_figure(9, 3.6)
    epochs = np.arange(1, len(history) + 1)
    for axes, name in zip(figure.subplots(1, 2), ("loss", "accuracy"), strict=True):
        axes.plot(epochs, [epoch[name] for epoch in history], ".-", label="training (shifts, dropout, smooth labels)")
        axes.plot(epochs, [epoch[f"test {name}"] for epoch in history], ".-", label="test")
        axes.set(xlabel="epoch", ylabel=name)
        axes.grid(alpha=0.3)
        axes.legend()
    save(figure, path)


def confusion(truth: np.ndarray, said: np.ndarray, path: Path) -> None:
    """How often each class, a row, was taken for each class, a column."""
    size = int(truth.max()) + 1
    counts = np.zeros((size, size), dtype=int)
    np.add.at(counts, (truth, said), 1)
    figure = new_figure(5.5, 5.5)
    axes = figure.subplots()
    axes.imshow(counts, cmap="Blues")
    for row, column in np.argwhere(counts):
        colour = "white" if row == column else WRONG
        axes.text(column, row, counts[row, column], ha="center", va="center", color=colour)
    axes.set(
        xlabel="the net's answer",
        ylabel="true class",
        xticks=range(size),
        yticks=range(size),
        title=f"{np.trace(counts)} of {len(truth)} right",
    )
    save(figure, path)


def hardest(images: np.ndarray, truth: np.ndarray, chances: np.ndarray, path: Path, rows: int = 3, columns: int = 6):
    """The images whose true class was found least likely: every mistake, as far as there is room, and the narrow cases.

    Shapes: images (N, H, W), truth (N,), chances (N, C).
    """
    likely = chances[np.arange(len(truth)), truth]
    figure = new_figure(1.5 * columns, 1.8 * rows)
    figure.suptitle("The test images of whose true digit the net was least sure; mistakes in red")
    said = chances.argmax(axis=1)
    order = np.lexsort((likely, said == truth))
    for axes, index in zip(figure.subplots(rows, columns).flat, order, strict=False):
        right = said[index] == truth[index]
        title = f"{said[index]}, sure to {likely[index]:.0%}" if right else f"{said[index]}, but it is a {truth[index]}"
        axes.imshow(images[index], cmap="gray_r")
        axes.set_title(title, fontsize=9, color="black" if right else WRONG)
        axes.axis("off")
    save(figure, path)


def filters(weights: np.ndarray, path: Path, columns: int = 8) -> None:
    """The weights of the filters (N, H, W), red above zero and blue below, all on one scale."""
    rows = -(-len(weights) // columns)
    figure = new_figure(columns, rows + 0.4)
    figure.suptitle("Filters of the first layer")
    limit = np.abs(weights).max()
    grid = figure.subplots(rows, columns, squeeze=False)
    for axes in grid.flat:
        axes.axis("off")
    for axes, weight in zip(grid.flat, weights, strict=False):
        image = axes.imshow(weight, cmap="RdBu_r", vmin=-limit, vmax=limit)
    figure.colorbar(image, ax=grid, fraction=0.02)
    save(figure, path)
