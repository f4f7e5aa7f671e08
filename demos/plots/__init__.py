"""What the pictures of several demos share: one quiet style, colours that everyone can tell apart, grids of images.

A demo's own pictures are in the file of its name here.
"""

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from demos import extra, files

# Okabe and Ito's colours, which the colour-blind tell apart as well. Yellow is left out: on white it is hard to see.
BLUE, ORANGE, GREEN, VERMILION, PURPLE, SKY, BLACK = PALETTE = (
    "#0072B2",
    "#E69F00",
    "#009E73",
    "#D55E00",
    "#CC79A7",
    "#56B4E9",
    "#000000",
)
WRONG = VERMILION  # what a net got wrong
QUIET = "#6b7280"  # axes, notes, what should not shout
FAINT = "#d1d5db"  # frames, what should hardly be seen
MARKERS = "osD^vPX"  # one for each colour: told apart in print, too
SIGNED = "RdBu_r"  # the colour map of weights: red above zero, blue below

STYLE = {
    "axes.axisbelow": True,
    "axes.edgecolor": QUIET,
    "axes.grid": True,
    "axes.labelsize": 10,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlesize": 11,
    "figure.constrained_layout.wspace": 0.04,
    "figure.titlesize": 13,
    "font.size": 10,
    "grid.alpha": 0.25,
    "grid.linewidth": 0.6,
    "image.interpolation": "nearest",
    "legend.fontsize": 9,
    "legend.frameon": False,
    "lines.linewidth": 1.8,
    "lines.markersize": 4.5,
    "savefig.dpi": 150,
    "xtick.color": QUIET,
    "xtick.labelcolor": BLACK,
    "xtick.labelsize": 9,
    "ytick.color": QUIET,
    "ytick.labelcolor": BLACK,
    "ytick.labelsize": 9,
}


def new_figure(width: float, height: float, title: str = ""):
    """An empty figure in the demos' style, measured in inches; `save` writes it."""
    matplotlib = extra("matplotlib")
    # Figure itself, not pyplot: no window, no state to clean up, any backend.
    from matplotlib.figure import Figure

    matplotlib.rcParams.update(STYLE)
    matplotlib.rcParams["axes.prop_cycle"] = matplotlib.cycler(color=PALETTE)
    figure = Figure(figsize=(width, height), layout="constrained")
    if title:
        figure.suptitle(title)
    return figure


def save(figure, path: Path) -> None:
    with files.replacing(path) as temporary:
        figure.savefig(temporary)


def bare(axes) -> None:
    """Leave only the picture: no frame, no ticks, no grid."""
    axes.axis("off")


def frame(axes) -> None:
    """Draw a thin line around an image, for its paper is as white as the page; no ticks, no grid."""
    axes.set(xticks=[], yticks=[])
    axes.grid(False)
    axes.spines[:].set(visible=True, color=FAINT, linewidth=0.6)


def legend_below(figure, axes, columns: int = 4) -> None:
    """One legend for the whole figure, under it, where it hides nothing."""
    figure.legend(*axes.get_legend_handles_labels(), loc="outside lower center", ncols=columns)


def count_epochs(axes, label: str = "epoch") -> None:
    """Mark whole epochs only, however few there are."""
    from matplotlib.ticker import MaxNLocator

    axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    axes.set_xlabel(label)


def image_grid(
    figure, images: np.ndarray, titles: Sequence[str] = (), columns: int = 8, colours: Sequence[str] = (), **options
) -> np.ndarray:
    """Fill the figure with images, row by row; return the axes (rows, columns), those left over emptied.

    Shapes: images (N, H, W), dark where they are large, or (N, H, W, 3), in colour.

    Parameters
    ----------
    figure : a figure or a part of one (``figure.subfigures``)
    titles, colours : one for each image, or none
    options : for imshow, such as cmap, vmin and vmax
    """
    columns = min(columns, len(images))
    grid = figure.subplots(math.ceil(len(images) / columns), columns, squeeze=False)
    for axes in grid.flat[len(images) :]:
        bare(axes)
    for index, (axes, image) in enumerate(zip(grid.flat, images, strict=False)):
        frame(axes)
        axes.imshow(image, **({"cmap": "gray_r"} | options))
        if len(titles):
            axes.set_title(titles[index], fontsize=9, color=colours[index] if len(colours) else BLACK)
    return grid


def weight_grid(figure, weights: np.ndarray, titles: Sequence[str] = (), columns: int = 8) -> np.ndarray:
    """Weights as images, all on one scale with its bar: red above zero, blue below; those in colour as colours.

    Shapes: (N, H, W), or (N, 3, H, W) whose middle grey is zero.
    """
    limit = np.abs(weights).max()
    if weights.ndim == 4:
        return image_grid(figure, (weights / limit / 2 + 0.5).transpose(0, 2, 3, 1), titles, columns)
    grid = image_grid(figure, weights, titles, columns, cmap=SIGNED, vmin=-limit, vmax=limit)
    bar = figure.colorbar(grid[0, 0].images[0], ax=grid, fraction=0.03, aspect=30, label="weight")
    bar.outline.set_visible(False)
    return grid


def pictures(images: np.ndarray) -> np.ndarray:
    """What imshow takes of a batch (N, C, H, W): grey images (N, H, W), or in colour (N, H, W, 3) between 0 and 1."""
    if images.shape[1] == 1:
        return images[:, 0]
    low, high = images.min(), images.max()
    return ((images - low) / (high - low)).transpose(0, 2, 3, 1)


def history_curves(history: list[dict], path: Path, title: str = "", note: str = "") -> None:
    """The loss and the accuracy of each epoch that ``demos.training.fit`` returned, in training and on the test images.

    `note` says in the legend how the training figures were taken, such as "with dropout".
    """
    figure = new_figure(9, 3.8, title)
    epochs = np.arange(1, len(history) + 1)
    for axes, name in zip(figure.subplots(1, 2), ("loss", "accuracy"), strict=True):
        axes.plot(epochs, [epoch[name] for epoch in history], "o-", label=f"training{note and f' ({note})'}")
        axes.plot(epochs, [epoch[f"test {name}"] for epoch in history], "s-", label="test")
        axes.set_ylabel(name)
        count_epochs(axes)
        if name == "accuracy":
            axes.yaxis.set_major_formatter("{x:.0%}")
    legend_below(figure, axes)
    save(figure, path)
