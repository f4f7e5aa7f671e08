"""What a classifier of points in the plane makes of every place in it."""

from pathlib import Path
from typing import NamedTuple

import numpy as np

from demos.plots import BLUE, GREEN, ORANGE, new_figure, save

COLOURS = (BLUE, ORANGE, GREEN)


class Panel(NamedTuple):
    title: str
    regions: np.ndarray  # (size, size): the class seen at each place of the square, lowest row first
    reach: float  # the square goes from -reach to reach, both ways
    points: np.ndarray  # (N, 2)
    labels: np.ndarray  # (N,)


def regions(panels: list[Panel], title: str, path: Path) -> None:
    """Draw the points over the regions in which the classifier sees each class, a panel for each classifier."""
    figure = new_figure(4 * len(panels), 4.7, title)
    for axes, panel in zip(figure.subplots(1, len(panels), squeeze=False).flat, panels, strict=True):
        draw_regions(axes, panel)
    save(figure, path)


def draw_regions(axes, panel: Panel) -> None:
    from matplotlib.colors import ListedColormap

    square = (-panel.reach, panel.reach) * 2
    paint = {"cmap": ListedColormap(COLOURS), "vmin": 0, "vmax": len(COLOURS) - 1}
    axes.imshow(panel.regions, extent=square, origin="lower", alpha=0.3, **paint)
    for label in np.unique(panel.regions):  # the borders, also where two colours are hard to tell apart
        axes.contour(panel.regions == label, [0.5], extent=square, colors="white", linewidths=1.5)
    for label, marker in enumerate("os^"):
        x, y = panel.points[panel.labels == label].T
        axes.scatter(x, y, s=16, color=COLOURS[label], marker=marker, edgecolors="white", linewidths=0.5, zorder=3)
    axes.set(title=panel.title, xticks=[-1, 0, 1], yticks=[-1, 0, 1], xlim=square[:2], ylim=square[:2])
    axes.set_aspect("equal")
    axes.grid(False)
