"""The pictures of the optimizers demo: the paths of the race, and the curves of the losses."""

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

from demos.plots import BLACK, MARKERS, PALETTE, QUIET, count_epochs, legend_below, new_figure, save

FORMULAS = {
    "SGD": r"$p \leftarrow p - \alpha g$",
    "momentum": r"$v \leftarrow \rho v + g,\ \ p \leftarrow p - \alpha v$",
    "Nesterov": r"$v \leftarrow \rho v + g,\ \ p \leftarrow p - \alpha (g + \rho v)$",
    "AdaGrad": r"$s \leftarrow s + g^2,\ \ p \leftarrow p - \alpha\, g / \sqrt{s}$",
    "RMSProp": r"$s \leftarrow \beta s + (1 - \beta) g^2,\ \ p \leftarrow p - \alpha\, g / \sqrt{s}$",
    "Adam": r"momentum and RMSProp:  $p \leftarrow p - \alpha\, \hat m / \sqrt{\hat s}$",
    "AdamW": r"$p \leftarrow (1 - \alpha\lambda)\, p$,  then Adam",
}
COLOURS = dict(zip(FORMULAS, PALETTE, strict=True))
DASHES = {"AdamW": (0, (3, 1.5))}  # it keeps close to Adam, and lets it show through


def look(racer: str) -> dict:
    return {
        "color": COLOURS[racer],
        "linestyle": DASHES.get(racer, "-"),
        "marker": MARKERS[list(FORMULAS).index(racer)],
        "markersize": 4,
        "label": f"{racer}:  {FORMULAS[racer]}",
    }


def races(landscapes: Mapping, runs: Mapping[str, Mapping], path: Path) -> None:
    """Above the paths on the contours of each landscape, below the losses step by step.

    landscapes : name -> a Landscape of demos.optimizers; runs : name -> racer -> a Run
    """
    figure = new_figure(13, 8.6, "Seven optimizers, each at the rate that serves it best")
    grid = figure.subplots(2, len(landscapes), height_ratios=(1.25, 1))
    for (name, landscape), top, bottom in zip(landscapes.items(), *grid, strict=True):
        draw_contours(top, landscape.loss, runs[name])
        for racer, run in runs[name].items():
            top.plot(*run.path.T, linewidth=1, alpha=0.85, **look(racer) | {"markersize": 3})
            bottom.plot(run.losses, linewidth=1.4, markevery=10, **look(racer))
        top.plot(*run.path[0], "o", color=BLACK, markersize=10, markerfacecolor="white", zorder=3)
        top.set(title=name, xlabel="x", ylabel="y")
        bottom.set(xlabel="step", ylabel=f"loss, mean of {landscape.runs} runs" if landscape.noise else "loss")
        losses = np.stack([run.losses for run in runs[name].values()])
        if losses.min() < 0.1:  # a fall over several powers of ten, of which five are shown
            bottom.set(yscale="log", ylim=(max(1e-5, losses.min()), 2 * losses.max()))
    legend_below(figure, bottom, columns=3)
    save(figure, path)


def draw_contours(axes, loss: Callable, runs: Mapping) -> None:
    """The loss as levels, each twice as high as the one below, wherever a path goes."""
    paths = np.concatenate([run.path for run in runs.values()])
    low, high = paths.min(axis=0), paths.max(axis=0)
    margin = 0.12 * (high - low)
    (left, lower), (right, upper) = low - margin, high + margin
    x, y = np.meshgrid(np.linspace(left, right, 200), np.linspace(lower, upper, 200))
    heights = loss(x, y)
    levels = heights.max() * 0.5 ** np.arange(12)[::-1]
    axes.contourf(x, y, heights, levels=[0, *levels], cmap="Greys", alpha=0.35, norm="symlog")
    axes.contour(x, y, heights, levels=levels, colors=QUIET, linewidths=0.4)
    axes.grid(False)


def trainings(results: Mapping, path: Path) -> None:
    """The training loss and the test accuracy of the net on the digits, epoch by epoch.

    results : racer -> a Training of demos.optimizers
    """
    figure = new_figure(10, 5, "A two-layer net learns the digits")
    left, right = figure.subplots(1, 2)
    for racer, training in results.items():
        epochs = np.arange(1, len(training.losses) + 1)
        label = {"label": f"{racer} at {training.rate:g}"}
        left.plot(epochs, training.losses, **look(racer) | label)
        right.plot(epochs, training.accuracies, **look(racer) | label)
    left.set(ylabel="training loss", yscale="log")
    right.set(ylabel="test accuracy")
    right.yaxis.set_major_formatter("{x:.0%}")
    for axes in (left, right):
        count_epochs(axes)
    legend_below(figure, left)
    save(figure, path)
