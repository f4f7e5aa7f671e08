"""The pictures of the schedules demo: rates and losses, and what becomes of them when the batch grows."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from demos.plots import BLUE, MARKERS, PALETTE, QUIET, VERMILION, count_epochs, new_figure, save


def schedules(rates: Mapping, trainings: Mapping, path: Path) -> None:
    """Above the rate step by step, below the training loss after each epoch: a column for each group.

    rates : group -> schedule -> the rate of each step; trainings : group -> schedule -> a Training of demos.schedules
    """
    figure = new_figure(12, 6.6, "The learning rate, and the training loss that it leads to")
    grid = figure.subplots(2, len(rates), sharex=True, sharey="row")
    colours = dict(zip((name for group in rates.values() for name in group), 2 * PALETTE, strict=False))
    for group, top, bottom in zip(rates, *grid, strict=True):
        for name, rate in rates[group].items():
            losses = trainings[group][name].losses
            look = {"color": colours[name], "label": name}
            top.plot(np.arange(len(rate)) / len(rate) * len(losses), rate, **look)
            bottom.plot(range(1, len(losses) + 1), losses, marker=MARKERS[PALETTE.index(colours[name])], **look)
        top.set_title(group)
        bottom.set_yscale("log")
        count_epochs(bottom)
        bottom.legend(loc="lower left")
    grid[0, 0].set_ylabel("learning rate")
    grid[1, 0].set_ylabel("training loss")
    save(figure, path)


def scaling(result, path: Path) -> None:
    """At the left the loss at the end against N, at the right the losses on the way there.

    result : a Scaling of demos.schedules
    """
    figure = new_figure(11, 4.6, "Batches N times as large: the linear scaling rule holds, and breaks")
    left, right = figure.subplots(1, 2)
    factors = list(result.scaled)
    left.axhspan(1 / 1.25, 1.25, color=BLUE, alpha=0.12, linewidth=0, label="within a quarter of N = 1")
    left.plot(factors, [result.ratio(N) for N in factors], "o-", color=BLUE, label="rate times N, with warm-up")
    kept = [result.ratio(N, kept=True) for N in factors]
    left.plot(factors, kept, "s--", color=VERMILION, label="rate kept")
    left.axhline(np.log(10) / result.scaled[1].losses[-1], color=QUIET, linestyle=":", label="nothing learnt, log 10")
    left.set(xlabel="N", ylabel="training loss at the end, N = 1 is 1", xscale="log", yscale="log")
    left.set_xticks(factors, factors, minor=False)
    left.minorticks_off()
    left.legend(loc="upper left", bbox_to_anchor=(0, 0.94))
    for factor, shade, marker in zip(factors, shades_of(len(factors)), 2 * MARKERS, strict=False):
        losses = result.scaled[factor].losses
        right.plot(range(1, len(losses) + 1), losses, marker=marker, color=shade, label=f"N = {factor}")
    right.set(ylabel="training loss, rate times N", yscale="log")
    count_epochs(right)
    right.legend(ncols=2)
    save(figure, path)


def shades_of(count: int) -> list:
    """Colours from dark to light, in the order of what they stand for."""
    import matplotlib

    return [matplotlib.colormaps["viridis"](share) for share in np.linspace(0, 0.9, count)]
