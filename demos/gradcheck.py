"""Measure slopes by nudging every weight, and judge by them what backward says.

    measured, forward    (L(w + h) - L(w)) / h         one more loss for every weight; its error shrinks as h
    measured, centred    (L(w + h) - L(w - h)) / 2h    two losses for every weight; its error shrinks as h * h
    analytic             one loss and one backward     exact and fast, but easy to get wrong

Rounding adds an error that grows as 1 / h, so there is a best h; and where h reaches over a kink, measuring errs.
"""

import time
from typing import NamedTuple

import numpy as np

import autograd
import nn
import nn.functional as F
from autograd import Tensor, numerical_gradient
from demos import DemoError, files, report, require
from demos.data import load_digits
from demos.lessons.faults import OPERATIONS, inputs_for, name_fault
from demos.plots import gradcheck as plots
from nn.utils import parameters_to_vector

LECTURE = "Lecture 3"


class Problem(NamedTuple):
    """A net of two layers, and some digits on which its loss is taken."""

    model: nn.Sequential
    images: Tensor
    labels: Tensor

    def loss(self, *_) -> Tensor:
        return F.cross_entropy(self.model(self.images), self.labels)


def make_problem(
    seed: int, hidden: int, images: int, activation: type[nn.Module] = nn.Tanh, dtype=autograd.float64
) -> Problem:
    autograd.manual_seed(seed)
    pixels, digits = load_digits()
    model = nn.Sequential(nn.Linear(64, hidden), activation(), nn.Linear(hidden, 10)).to(dtype)
    inputs = autograd.tensor(pixels[:images].reshape(-1, 64) / 16, dtype=dtype)
    return Problem(model, inputs, autograd.tensor(digits[:images]).long())


def relative_error(a: Tensor, b: Tensor) -> float:
    """``|a - b| / max(|a|, |b|)``, each the length of a whole gradient.  Source: lecture notes, gradient checks."""
    return ((a - b).norm() / max(a.norm(), b.norm())).item()


def race(problem: Problem) -> dict[str, tuple[int, float, float]]:
    """The gradient of every weight in three ways: how many losses, how many seconds, how far from the analytic one."""
    weights = list(problem.model.parameters())
    count = sum(weight.numel() for weight in weights)
    losses = {"forward": count + len(weights), "centred": 2 * count, "analytic": 1}
    ways = {
        "forward": lambda: [numerical_gradient(problem.loss, weight, centered=False) for weight in weights],
        "centred": lambda: [numerical_gradient(problem.loss, weight) for weight in weights],
        "analytic": lambda: autograd.grad(problem.loss(), weights),
    }
    analytic, result = parameters_to_vector(ways["analytic"]()), {}
    for way, compute in ways.items():
        seconds = []
        for _ in range(20 if way == "analytic" else 1):  # it is over so soon that one run tells little
            start = time.perf_counter()
            gradients = compute()
            seconds.append(time.perf_counter() - start)
        result[way] = losses[way], min(seconds), relative_error(parameters_to_vector(gradients), analytic)
    return result


def errors_by_step(problem: Problem, steps: np.ndarray, centered: bool) -> np.ndarray:
    """How wrong the measured gradient of the hidden biases is, for each step h: much, little, much again."""
    bias = problem.model[0].bias
    (analytic,) = autograd.grad(problem.loss(), bias)
    return np.array([relative_error(numerical_gradient(problem.loss, bias, h, centered), analytic) for h in steps])


def kinks(problem: Problem, h: float) -> tuple[Tensor, Tensor]:
    """What nudging the bias of each hidden ReLU by h does: on how many images it switches, and how wrong its slope is.

    A bias moves the input of its unit as far as itself, so the images that switch are those whose input is within h.
    """
    first = problem.model[0]
    (analytic,) = autograd.grad(problem.loss(), first.bias)
    measured = numerical_gradient(problem.loss, first.bias, h)
    switched = (first(problem.images).abs() < h).sum(dim=0)
    return switched, (measured - analytic).abs() / autograd.maximum(measured.abs(), analytic.abs()).clamp(min=1e-12)


def slopes_along(problem: Problem, h: float) -> tuple[np.ndarray, np.ndarray, np.ndarray, float]:
    """Along the bias whose slope is measured worst: nudges, the slope at each, where the kinks lie, the measured slope."""
    bias = problem.model[0].bias
    switched, error = kinks(problem, h)
    unit = (error * (switched > 0)).argmax().item()
    measured = numerical_gradient(problem.loss, bias, h)[unit].item()
    kinks_at = -problem.model[0](problem.images)[:, unit].detach().numpy()
    nudges, slopes, start = np.linspace(-3 * h, 3 * h, 601), [], bias[unit].item()
    for nudge in nudges:
        with autograd.no_grad():
            bias[unit] = start + nudge
        slopes.append(autograd.grad(problem.loss(), bias)[0][unit].item())
    with autograd.no_grad():
        bias[unit] = start
    return nudges, np.array(slopes), kinks_at, measured


def report_speed(seed: int, widths: list[int]) -> dict[int, dict[str, tuple[int, float, float]]]:
    """Race the ways for nets of these widths; the times by the number of weights."""
    times = {}
    for width in widths:
        problem = make_problem(seed, width, images=32)
        times[sum(weight.numel() for weight in problem.model.parameters())] = race(problem)
    rows = [
        (f"{weights:,}", way, f"{losses:,}", f"{seconds:.4f}", f"{error:.0e}")
        for weights, ways in times.items()
        for way, (losses, seconds, error) in ways.items()
    ]
    print("1. Speed\n" + report.table(["weights", "gradient", "losses", "seconds", "error"], rows))
    ways = times[max(times)]
    ratio = ways["centred"][1] / ways["analytic"][1]
    print(f"Backward is {ratio:,.0f} times as fast as centred measuring; the gap grows with the number of weights.\n")
    return times


def report_steps(seed: int, steps: np.ndarray) -> dict[tuple[str, str], np.ndarray]:
    """Find the best step of either way in either precision; the errors of all steps."""
    errors, rows = {}, []
    for name in ("float32", "float64"):
        dtype = getattr(autograd, name)
        for way, root in (("forward", 2), ("centred", 3)):
            wrong = errors[name, way] = errors_by_step(make_problem(seed, 16, 32, dtype=dtype), steps, way == "centred")
            theory = f"eps**(1/{root}) = {autograd.finfo(dtype).eps ** (1 / root):.0e}"
            rows.append((name, way, f"{steps[wrong.argmin()]:.0e}", f"{wrong.min():.0e}", theory))
    print("2. The step\n" + report.table(["dtype", "slopes", "best h", "error", "in theory, best h is about"], rows))
    print("A larger h leaves the tangent, as h or as h * h; a smaller one drowns in rounding, as eps / h.\n")
    return errors


def report_kinks(seed: int, h: float) -> None:
    """Count the ReLUs that a nudge switches, and the slopes that are off by more than a thousandth."""
    rows = []
    for images, step in ((100, 10 * h), (100, h), (10, h), (100, h / 10), (100, h / 100)):
        switched, error = kinks(make_problem(seed, 100, images, nn.ReLU), step)
        moved, wrong = switched > 0, error > 1e-3
        rows.append((f"{step:.0e}", images, *[each.sum().item() for each in (moved, moved & wrong, ~moved & wrong)]))
    print(
        "3. Kinks\n" + report.table(["h", "images", "ReLUs that switch", "of these wrong", "of the others wrong"], rows)
    )
    x = autograd.tensor(-1e-6, dtype=autograd.float64)
    slope = numerical_gradient(autograd.relu, x, h=1e-5).item()
    print(f"The slope of max(0, x) at x = {x.item():.0e} is 0; measured with h = 1e-05 it is {slope:.2f}.")
    print(
        "Only where a ReLU switches between -h and h is its slope measured wrongly: use a smaller h, or fewer images.\n"
    )


def report_faults(seed: int) -> None:
    """Check every operation, and name what is wrong with its backward."""
    autograd.manual_seed(seed)
    rows = [(each.name, each.written, name_fault(each, *inputs_for(each)) or "none") for each in OPERATIONS]
    print("4. A wrong backward, g being the gradient from above")
    print(report.table(["out", "backward", "fault"], rows) + "\n")


def main(hidden: int = 64, h: float = 1e-3, seed: int = 0, out: str = "runs/gradcheck", quick: bool = False) -> None:
    """Time both kinds of gradient, find the best step, explain where kinks mislead, and catch wrong backwards.

    Parameters
    ----------
    hidden : the units of the hidden layer of the net that is timed
    h : the step that meets kinks
    seed : of the weights
    quick : a smaller net and fewer steps
    """
    require(1, hidden=hidden)
    require(0, seed=seed)
    if not 0 < h < 1:
        raise DemoError(f"--h {h}: a step is above 0 and below 1")
    folder = files.folder(out)
    steps = np.logspace(-13, 0, 14 if quick else 53)
    times = report_speed(seed, [2, 8] if quick else [max(hidden // 16, 1), max(hidden // 4, 1), hidden])
    errors = report_steps(seed, steps)
    report_kinks(seed, h)
    report_faults(seed)
    plots.speed(times, folder / "speed.png")
    plots.steps(steps, errors, folder / "steps.png")
    plots.kinks(*slopes_along(make_problem(seed, 100, 100, nn.ReLU), h), h, folder / "kinks.png")
    report.print_files(folder, ["speed.png", "steps.png", "kinks.png"])
