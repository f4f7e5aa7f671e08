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


def paths(landscapes: Mapping, runs: Mapping[str, Mapping], path: Path) -> None:
    """The path of each optimizer, a column, over the contours of each landscape, a row.

    landscapes : name -> a Landscape of demos.optimizers; runs : name -> racer -> a Run
    """
    figure = new_figure(
        15, 7, "Seven optimizers, each at the rate that serves it best: from the white dot, step by step"
    )
    grid = figure.subplots(len(landscapes), len(FORMULAS), sharex="row", sharey="row")
    for (name, landscape), row in zip(landscapes.items(), grid, strict=True):
        row[0].set_ylabel(f"{name}\ny")
        for racer, axes in zip(FORMULAS, row, strict=True):
            steps = runs[name][racer].path
            draw_contours(axes, landscape.loss, runs[name])
            axes.plot(*steps.T, ".-", color=COLOURS[racer], linewidth=1.3, markersize=4)
            axes.plot(*steps[0], "o", color=BLACK, markersize=7, markerfacecolor="white", zorder=3)
            axes.tick_params(labelsize=8)
            axes.set_title(f"rate {runs[name][racer].rate:g}", loc="right", fontsize=9, color=QUIET)
    for racer, top, bottom in zip(FORMULAS, grid[0], grid[-1], strict=True):
        top.set_title(racer, loc="left")
        bottom.set_xlabel("x")
    save(figure, path)


def races(landscapes: Mapping, runs: Mapping[str, Mapping], path: Path) -> None:
    """The losses step by step, landscape beside landscape."""
    figure = new_figure(13, 5, "How fast they fall")
    for (name, landscape), axes in zip(landscapes.items(), figure.subplots(1, len(landscapes)), strict=True):
        for racer, run in runs[name].items():
            axes.plot(run.losses, linewidth=1.4, markevery=10, **look(racer))
        label = f"loss, mean of {landscape.runs} runs" if landscape.noise else "loss"
        axes.set(title=name, xlabel="step", ylabel=label)
        losses = np.stack([run.losses for run in runs[name].values()])
        if losses.min() < 0.1:  # a fall over several powers of ten, of which five are shown
            axes.set(yscale="log", ylim=(max(1e-5, losses.min()), 2 * losses.max()))
    legend_below(figure, axes, columns=3)
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
