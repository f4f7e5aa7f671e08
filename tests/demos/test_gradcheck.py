import re

import numpy as np
import pytest

import autograd
import nn
from demos import DemoError, gradcheck


def test_the_three_ways_agree_and_are_counted():
    problem = gradcheck.make_problem(0, hidden=2, images=8)
    ways = gradcheck.race(problem)
    weights = 64 * 2 + 2 + 2 * 10 + 10
    assert {way: losses for way, (losses, _, _) in ways.items()} == {
        "forward": weights + 4,  # the loss itself, once for each of four tensors
        "centred": 2 * weights,
        "analytic": 1,
    }
    assert ways["analytic"][2] == 0 < ways["centred"][2] < 1e-7 < ways["forward"][2] < 1e-3


@pytest.mark.parametrize("way, power", [("forward", 1), ("centred", 2)])
def test_the_error_falls_with_its_power_of_h_and_rises_again(way, power):
    problem = gradcheck.make_problem(0, hidden=4, images=8)
    large, half, tiny = gradcheck.errors_by_step(problem, np.array([1e-2, 5e-3, 1e-13]), way == "centred")
    assert large / half == pytest.approx(2**power, rel=0.05)
    assert tiny > large


def test_float32_needs_a_larger_step_than_float64():
    steps = np.logspace(-8, 0, 17)
    best = {}
    for dtype in (autograd.float32, autograd.float64):
        errors = gradcheck.errors_by_step(gradcheck.make_problem(0, 4, 8, dtype=dtype), steps, centered=True)
        best[dtype] = steps[errors.argmin()], errors.min()
    assert best[autograd.float32][0] > 30 * best[autograd.float64][0]
    assert best[autograd.float64][1] < 1e-8 < 1e-5 < best[autograd.float32][1]


@pytest.mark.parametrize("seed", [0, 1])
def test_slopes_are_wrong_just_where_a_relu_switches(seed):
    problem = gradcheck.make_problem(seed, 50, 60, nn.ReLU)
    switched, error = gradcheck.kinks(problem, h=1e-3)
    wrong = error > 1e-3
    assert (switched[wrong] > 0).all()
    assert wrong.sum() >= 0.8 * (switched > 0).sum() > 0  # a kink right at the end of the step hardly counts
    switched, error = gradcheck.kinks(problem, h=1e-7)
    assert (switched == 0).all() and (error < 1e-3).all()


def test_a_smooth_net_has_no_kinks():
    _, error = gradcheck.kinks(gradcheck.make_problem(0, 50, 60, nn.Tanh), h=1e-3)
    assert (error < 1e-3).all()


def test_the_measured_slope_is_the_mean_of_the_staircase():
    problem = gradcheck.make_problem(0, 50, 60, nn.ReLU)
    before = problem.model[0].bias.tolist()
    nudges, slopes, kinks_at, measured = gradcheck.slopes_along(problem, h=1e-3)
    assert problem.model[0].bias.tolist() == before
    inside = np.abs(nudges) < 1e-3
    assert slopes[inside].mean() == pytest.approx(measured, rel=0.02)
    assert abs(slopes[len(slopes) // 2] - measured) > 0.1 * abs(measured)
    assert (np.abs(kinks_at) < 1e-3).any()


@pytest.mark.parametrize("wrong", [{"hidden": 0}, {"h": 0.0}, {"h": float("nan")}, {"h": float("inf")}, {"seed": -1}])
def test_bad_options_are_told(wrong, tmp_path):
    with pytest.raises(DemoError, match="starts at|above 0"):
        gradcheck.main(out=str(tmp_path), **wrong)


@pytest.mark.demo
def test_everything_is_reported_and_drawn(tmp_path, capsys):
    gradcheck.main(quick=True, out=str(tmp_path))
    said = capsys.readouterr().out
    assert all(heading in said for heading in ("1. Speed", "2. The step", "3. Kinks", "4. A wrong backward"))
    assert re.search(r"x \* x +g \* x +gradient 0 is 0.5 times what it should be", said)
    assert re.search(r"Backward is [\d,]+ times as fast", said)
    assert "at x = -1e-06 is 0; measured with h = 1e-05 it is 0.45" in said
    assert sorted(path.name for path in tmp_path.iterdir()) == ["kinks.png", "speed.png", "steps.png"]
