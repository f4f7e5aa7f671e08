"""Nearest neighbours: cross-validation with its error bars, queries beside their neighbours, the two unit balls."""

from pathlib import Path

import numpy as np

from demos.plots import BLACK, BLUE, GREEN, MARKERS, ORANGE, QUIET, VERMILION, WRONG, bare, frame, new_figure, save

COLOURS = {"L1": ORANGE, "L2": BLUE}
CLASS_COLOURS = (BLUE, ORANGE, GREEN)


def cross_validation(neighbours: list[int], results: dict[str, np.ndarray], metric: str, k: int, path: Path) -> None:
    """For each metric, the accuracy on every fold against k, with the mean and the standard deviation.

    Shapes: results of a metric (K, folds).
    """
    figure = new_figure(8, 4.6, "Which distance, and how many neighbours? Ask the folds")
    axes = figure.subplots()
    for side, marker, (name, accuracies) in zip((-1, 1), MARKERS, results.items(), strict=False):
        colour = COLOURS[name]
        places = np.array(neighbours) * 1.02**side  # beside each other, not one on the other
        mean, deviation = accuracies.mean(axis=1), accuracies.std(axis=1, ddof=1)
        axes.plot(np.repeat(places, accuracies.shape[1]), accuracies.ravel(), ".", color=colour, alpha=0.35)
        axes.errorbar(
            places,
            mean,
            deviation,
            color=colour,
            marker=marker,
            capsize=3,
            label=f"{name}: mean and deviation of the folds",
        )
    best = results[metric][neighbours.index(k)].mean()
    axes.annotate(
        f"chosen: {metric}, k = {k}, {best:.1%}",
        (k * 1.02 ** (1 if metric == "L2" else -1), best),
        xytext=(0.3, 0.5),
        textcoords="axes fraction",
        arrowprops={"arrowstyle": "->", "color": QUIET, "shrinkB": 6},
    )
    axes.set_xscale("log")
    axes.set_xticks(neighbours, neighbours)
    axes.minorticks_off()
    axes.yaxis.set_major_formatter("{x:.0%}")
    axes.set(xlabel="k, the number of neighbours that vote (log scale)", ylabel="accuracy on the fold held out")
    axes.legend(loc="lower left")
    save(figure, path)


def neighbours(queries: list[tuple], metric: str, k: int, path: Path) -> None:
    """A row for each query: it, what is said of it, then its nearest images, each with its label and distance.

    queries : (image, truth, said, [(neighbour, label, distance), ...]); an image is (H, W) or (H, W, 3)
    """
    columns = len(queries[0][3])
    voters = "one decides" if k == 1 else f"{k}, framed, vote"
    title = f"Queries, and the images nearest to them by {metric} (below: how far); the first {voters}"
    figure = new_figure(1.05 * (columns + 2), 1.35 * len(queries) + 0.5, title)
    grid = figure.subplots(len(queries), columns + 2, squeeze=False)
    for (query, truth, said, nearest), (first, gap, *others) in zip(queries, grid, strict=True):
        show(first, query, f"a {truth}", BLACK)
        bare(gap)
        text, colour = (f"“{said}”\nright", BLACK) if said == truth else (f"“{said}”\nwrong", WRONG)
        gap.text(0.5, 0.5, text, ha="center", va="center", color=colour, transform=gap.transAxes)
        for rank, (axes, (image, label, distance)) in enumerate(zip(others, nearest, strict=True)):
            colour = BLACK if label == truth else WRONG
            show(axes, image, label, colour)
            axes.set_xlabel(f"{distance:.2f}", fontsize=8, color=QUIET, labelpad=2)
            if rank < k:
                axes.spines[:].set(color=colour, linewidth=2)
    save(figure, path)


def show(axes, image: np.ndarray, title: str, colour: str) -> None:
    frame(axes)
    axes.imshow(image, cmap="gray_r")
    axes.set_title(title, fontsize=9, color=colour, pad=4)


def unit_balls(points: np.ndarray, labels: np.ndarray, regions: dict[str, np.ndarray], path: Path) -> None:
    """Above, the points at distance 1 from the origin; below, which point of a few is the nearest, by each metric.

    Shapes: points (N, 2) in [-1, 1], labels (N,); regions of a metric (H, W), the label of each place there.
    """
    figure = new_figure(8, 8.2, "The unit balls of the two distances, and the regions they draw")
    grid = figure.subplots(2, 2)
    across, down = np.meshgrid(*[np.linspace(-1.5, 1.5, 301)] * 2)
    distances = {"L1": np.abs(across) + np.abs(down), "L2": np.hypot(across, down)}
    formulas = {"L1": "L1: |x| + |y|", "L2": "L2: √(x² + y²)"}
    for axes, (name, distance) in zip(grid[0], distances.items(), strict=True):
        axes.contour(across, down, distance, levels=np.arange(0.25, 3, 0.25), colors=QUIET, linewidths=0.5, alpha=0.5)
        axes.contourf(across, down, distance, levels=[0, 1], colors=[COLOURS[name]], alpha=0.15)
        axes.contour(across, down, distance, levels=[1], colors=[COLOURS[name]], linewidths=2.5)
        draw_turn(axes, name)
        axes.set(title=f"{formulas[name]} = 1", aspect="equal", xlabel="x", ylabel="y")
        axes.set(xticks=(-1, 0, 1), yticks=(-1, 0, 1))
    for axes, (name, region) in zip(grid[1], regions.items(), strict=True):
        colour_regions(axes, region, points, labels)
        axes.set(title=f"the nearest of {len(points)} points by {name}", aspect="equal")
    save(figure, path)


def draw_turn(axes, name: str) -> None:
    """An arrow of length 1, and the same arrow turned by 45 degrees, with what the metric makes of them."""
    half = np.sqrt(0.5)
    for x, y, text in ((1, 0, "1"), (half, half, f"{2 * half:.2f}" if name == "L1" else "1")):
        axes.annotate("", (x, y), (0, 0), arrowprops={"arrowstyle": "-|>", "color": BLACK, "shrinkA": 0, "shrinkB": 0})
        axes.text(x + 0.07, y + 0.07, text, weight="bold")
    note = "turned by 45°, the arrow is longer" if name == "L1" else "turned by 45°, it is as long as before"
    box = {"facecolor": "white", "edgecolor": "none", "pad": 2}
    axes.text(0, -1.3, note, ha="center", color=VERMILION if name == "L1" else BLACK, bbox=box)


def colour_regions(axes, region: np.ndarray, points: np.ndarray, labels: np.ndarray) -> None:
    """Places in the colour of their label, with the points on top."""
    from matplotlib.colors import ListedColormap

    extent = (-1, 1, -1, 1)
    axes.imshow(region, cmap=ListedColormap(CLASS_COLOURS), vmin=0, vmax=2, alpha=0.3, extent=extent, origin="lower")
    for label, colour in enumerate(CLASS_COLOURS):
        axes.plot(*points[labels == label].T, MARKERS[label], color=colour, markeredgecolor="white", markersize=8)
    frame(axes)
