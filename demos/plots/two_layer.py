"""The pictures of the two_layer demo."""

from pathlib import Path

import numpy as np

from demos.plots import BLACK, BLUE, GREEN, QUIET, VERMILION, new_figure, save, weight_grid


def checks(by_heart: list[float], losses: list[float], ratios: list[float], chance: float, path: Path) -> None:
    """What is watched before any long run: the loss on 20 images, the loss on all, the size of the steps."""
    figure = new_figure(12, 3.6)
    first, second, third = figure.subplots(1, 3)
    first.semilogy(by_heart, color=BLUE)
    first.set(title="20 images, learnt by heart", ylabel="loss")
    second.plot(losses, color=BLUE)
    second.set(title="all training images", ylabel="loss of the batch", ylim=(0, None))
    for axes in (first, second):
        axes.axhline(chance, color=QUIET, linestyle="--", linewidth=1)
        axes.annotate(
            "log C, guessing", (1, chance), (-2, 3), ("axes fraction", "data"), "offset points", ha="right", color=QUIET
        )
    third.semilogy(ratios, color=GREEN)
    third.axhline(1e-3, color=QUIET, linestyle="--", linewidth=1)
    third.annotate("1e-3", (1, 1e-3), (-2, 3), ("axes fraction", "data"), "offset points", ha="right", color=QUIET)
    third.set(title="how far a step moves the first layer", ylabel="|update| / |weights|")
    for axes in (first, second, third):
        axes.set_xlabel("step")
    save(figure, path)


def search(stages: dict, winner, path: Path) -> None:
    """The trials of each stage, a dot each; behind the coarse ones the surface that they make together."""
    coarse = [trial for stage, trials in stages.items() if stage != "fine" for trial in trials]
    figure = new_figure(13.5, 4.2)
    grid = figure.subplots(1, 3)
    scale = colour_scale(coarse)
    for axes, (stage, trials) in zip(grid, stages.items(), strict=True):
        if stage == "fine":
            scale = colour_scale(trials)
        else:
            levels = np.linspace(scale["vmin"], scale["vmax"], 12)
            axes.contourf(*surface(coarse), levels, alpha=0.45, extend="both", **scale)
            foot = axes.get_xaxis_transform()  # on the axis, the rates that this stage has tried
            axes.plot([trial.rate for trial in trials], [0.018] * len(trials), "|", color=BLACK, transform=foot)
        rates, decays, accuracies = zip(*[trial[:3] for trial in trials], strict=True)
        dots = axes.scatter(
            rates, decays, c=accuracies, s=70, edgecolors="white", linewidths=0.8, zorder=3, clip_on=False, **scale
        )
        axes.set(xscale="log", yscale="log", xlabel="learning rate")
        axes.set_title(f"{stage}: {len(trials)} trials, the best {max(accuracies):.1%}")
        if stage != "grid":
            figure.colorbar(
                dots,
                ax=axes,
                label="validation accuracy",
                format="{x:.0%}" if stage == "random" else "{x:.1%}",
                extend="min",
            ).outline.set_visible(False)
    grid[0].set_ylabel("weight decay")
    mark_decades(grid[2])
    grid[2].scatter(winner.rate, winner.decay, s=220, facecolors="none", edgecolors=VERMILION, linewidths=2, zorder=4)
    grid[2].annotate(
        "chosen", (winner.rate, winner.decay), (0, 13), textcoords="offset points", color=VERMILION, ha="center"
    )
    save(figure, path)


def colour_scale(trials: list) -> dict:
    """Colours for the better two thirds; what is worse has the colour of the worst of these."""
    accuracies = [trial.accuracy for trial in trials]
    highest = max(accuracies)
    return {"cmap": "viridis", "vmin": min(np.quantile(accuracies, 0.33), highest - 0.01), "vmax": highest}


def surface(trials: list, size: int = 80) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rates, decays (size,) and the accuracy between the trials (size, size), where each counts by its nearness."""
    points = np.log10([trial[:2] for trial in trials])
    low, high = points.min(axis=0), points.max(axis=0)
    steps = np.linspace(low, high, size)
    mesh = np.stack(np.meshgrid(*steps.T), axis=-1)
    distance = np.linalg.norm((mesh[:, :, None] - points) / (high - low), axis=-1)
    nearness = 1 / (distance + 0.02) ** 4
    accuracies = nearness @ [trial.accuracy for trial in trials] / nearness.sum(axis=-1)
    return *(10**steps).T, accuracies


def mark_decades(axes) -> None:
    """Write 1, 2 and 5 times a power of ten on both axes, for a span of a decade or so."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.0e}" if value < 0.01 else f"{value:g}"))
        axis.set_minor_locator(NullLocator())


def weights(weight: np.ndarray, path: Path, count: int = 48) -> None:
    """The first layer's longest weight vectors as images (hidden, C, H, W): what each hidden unit looks for."""
    size = np.linalg.norm(weight.reshape(len(weight), -1), axis=1)
    strongest = weight[np.argsort(-size)[:count]]
    rows = -(-len(strongest) // 12)
    title = f"First-layer weights: the {len(strongest)} longest of {len(weight)}"
    figure = new_figure(10, 0.76 * rows + 0.6, title)
    weight_grid(figure, strongest[:, 0] if strongest.shape[1] == 1 else strongest, columns=12)
    save(figure, path)
