"""Pictures of measured slopes: what they cost, which step suits them, and how a kink misleads them."""

from pathlib import Path

import numpy as np

from demos.plots import BLUE, GREEN, QUIET, VERMILION, legend_below, new_figure, save

WAYS = {"centred": BLUE, "forward": VERMILION, "analytic": GREEN}


def speed(times: dict[int, dict[str, tuple[int, float, float]]], path: Path) -> None:
    """The seconds that each way takes for nets with more and more weights."""
    figure = new_figure(6.5, 4)
    axes = figure.subplots()
    weights = list(times)
    for way, colour in WAYS.items():
        seconds = [times[count][way][1] for count in weights]
        axes.loglog(weights, seconds, "o-", color=colour)
        name = "one backward" if way == "analytic" else f"measured, {way}"
        axes.annotate(name, (weights[-1], seconds[-1]), (8, 0), textcoords="offset points", color=colour, va="center")
    axes.set(xlabel="weights of the net", ylabel="seconds", title="What the gradient of one loss costs")
    axes.set_xticks(weights, [f"{count:,}" for count in weights])
    axes.minorticks_off()
    axes.set_xlim(weights[0] * 0.8, weights[-1] * (weights[-1] / weights[0]) ** 0.4)
    save(figure, path)


def steps(h: np.ndarray, errors: dict[tuple[str, str], np.ndarray], path: Path) -> None:
    """The error of measured slopes against the step, in both precisions, with the steps that theory calls best."""
    figure = new_figure(10, 4.4, "A measured slope is wrong for large steps and for small ones")
    for axes, dtype in zip(figure.subplots(1, 2, sharey=True), ("float32", "float64"), strict=True):
        for way, root in (("forward", 2), ("centred", 3)):
            best = float(np.finfo(dtype).eps) ** (1 / root)
            axes.loglog(h, errors[dtype, way], ".-", color=WAYS[way], label=way)
            axes.axvline(best, color=WAYS[way], linestyle=":", label=f"eps$^{{1/{root}}}$, in theory best when {way}")
        axes.set(xlabel="step h", title=dtype, ylim=(1e-11, 10))
    first, second = figure.axes
    first.set_ylabel("relative error")
    first.text(h[0], 2, "the nudge is rounded away: slope 0", color=QUIET)
    second.text(1e-12, 1e-6, "rounding:\neps / h", color=QUIET)
    second.text(1e-3, 3e-2, "step: h", color=QUIET, ha="right")
    second.text(1e-2, 1e-7, "step: h²", color=QUIET)
    legend_below(figure, first)
    save(figure, path)


def kinks(nudges: np.ndarray, slopes: np.ndarray, kinks_at: np.ndarray, measured: float, h: float, path: Path) -> None:
    """The slope of the loss along one bias: a staircase, which jumps wherever the ReLU switches on one more image."""
    figure = new_figure(7.5, 4.4, "A step over a kink measures a mean of the slopes on both sides")
    axes = figure.subplots()
    axes.axvspan(-h, h, color=BLUE, alpha=0.1, linewidth=0, label="from -h to h")
    for index, at in enumerate(kinks_at[np.abs(kinks_at) < nudges[-1]]):
        axes.axvline(at, color=QUIET, linestyle=":", label="" if index else "the ReLU switches on one more image")
    axes.plot(nudges, slopes, color=GREEN, label="analytic slope")
    axes.plot([-h, h], [measured] * 2, color=BLUE, label="measured slope: the mean from -h to h")
    axes.plot(0, slopes[len(slopes) // 2], "o", color=GREEN, markersize=7)
    axes.set(xlabel="what is added to the bias of one hidden unit", ylabel="slope of the loss along it")
    axes.set_xlim(nudges[0], nudges[-1])
    axes.ticklabel_format(scilimits=(-2, 2))
    legend_below(figure, axes, columns=2)
    save(figure, path)
