"""The pictures of the activations demo: functions and slopes, ten layers of histograms, regions on the spiral."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from demos.plots import BLUE, GREEN, QUIET, VERMILION, legend_below, new_figure, save
from demos.plots.spiral import Panel, draw_regions


def functions(x: np.ndarray, curves: Mapping[str, tuple[np.ndarray, np.ndarray]], path: Path) -> None:
    """Each function with its slope."""
    figure = new_figure(12, 6, "Activation functions, and the slopes that multiply the gradient")
    for axes, (name, (y, slope)) in zip(
        figure.subplots(2, 4, sharex=True, sharey=True).flat, curves.items(), strict=True
    ):
        steps = np.abs(np.diff(slope)) > 0.5
        slope = np.where([*steps, False], np.nan, slope)  # a jump is no line
        axes.axhline(0, color=QUIET, linewidth=0.8)
        axes.axvline(0, color=QUIET, linewidth=0.8)
        axes.plot(x, y, color=BLUE, label="function")
        axes.plot(x, slope, "--", color=VERMILION, label="slope")
        axes.set(title=f"{name}:  max(x - 0.5, -x/2)" if name == "Maxout" else name, ylim=(-1.6, 3.2))
    legend_below(figure, axes)
    save(figure, path)


def histograms(probes: Mapping, path: Path) -> None:
    """The activations in each layer: a row for each initialisation, a column for each activation.

    probes : initialisation -> activation -> a Probe of demos.activations
    """
    title = "The activations of ten layers: a good initialisation keeps their spread from the first to the last"
    grid_of_layers(probes, lambda probe: probe.activations, title, "activation", BLUE, path)


def gradients(probes: Mapping, path: Path) -> None:
    """The size of the gradients in each layer, in powers of ten: likewise."""

    def sizes(probe) -> list[np.ndarray]:
        return [np.log10(np.abs(each[each != 0])) for each in probe.gradients]

    title = "The gradients of ten layers, which run from the last to the first: their size in powers of ten"
    grid_of_layers(probes, sizes, title, "log10 |gradient|", GREEN, path, sharey="row")


def grid_of_layers(
    probes: Mapping, values: Callable, title: str, label: str, colour: str, path: Path, sharey: str = "none"
) -> None:
    names = list(next(iter(probes.values())))
    figure = new_figure(2.1 * len(names), 2 * len(probes) + 0.6, title)
    grid = figure.subplots(len(probes), len(names), sharex=True, sharey=sharey, squeeze=False)
    for (initialisation, group), row in zip(probes.items(), grid, strict=True):
        row[0].set_ylabel(f"{initialisation} weights\n{label}")
        for axes, probe in zip(row, group.values(), strict=True):
            draw_layers(axes, values(probe), colour)
    for name, top, bottom in zip(names, grid[0], grid[-1], strict=True):
        top.set_title(name)
        bottom.set_xlabel("layer")
    save(figure, path)


def draw_layers(axes, layers: Sequence[np.ndarray], colour: str, bins: int = 60) -> None:
    """A histogram for each layer, standing upright; as wide as the root of the counts, to show also what is rare."""
    edges = [np.percentile(each, (0.5, 99.5)) for each in layers if each.size]
    low, high = np.min(edges), np.max(edges)
    margin = 0.05 * (high - low)
    borders = np.linspace(low - margin, high + margin, bins + 1)
    middle = np.repeat(np.arange(1, len(layers) + 1), bins + 2)
    widths, filled = [], []
    for each in layers:
        counts = np.histogram(each, bins=borders)[0]
        widths += [*0.45 * np.sqrt(counts / max(1, counts.max())), 0, 0]
        filled += [*np.append(counts > 0, False) | np.append(False, counts > 0), False]  # a bin, up to its upper border
    places = np.tile([*borders, borders[-1]], len(layers))
    look = {"step": "post", "where": filled, "color": colour, "linewidth": 0}
    axes.fill_betweenx(places, middle - widths, middle + widths, **look)  # all at once: ten times as fast
    axes.set(xlim=(0.2, len(layers) + 0.8), xticks=(1, 5, 10))
    axes.locator_params(axis="y", nbins=4)
    axes.ticklabel_format(axis="y", scilimits=(-2, 3))
    axes.tick_params(labelsize=8)


def spirals(accuracies: Mapping[str, float], regions: Sequence[np.ndarray], points, labels, path: Path) -> None:
    """What a net makes of the plane under each activation."""
    title = "Three layers without an activation between them draw straight lines, as one does"
    figure = new_figure(10.5, 11.5, title)
    for axes, (name, share), region in zip(figure.subplots(3, 3).flat, accuracies.items(), regions, strict=True):
        draw_regions(axes, Panel(f"{name}: {share:.1%}", region, 1.1, points.numpy(), labels.numpy()))
    save(figure, path)
