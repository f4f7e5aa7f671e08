import numpy as np
import pytest

import autograd
from demos import DemoError, optimizers
from demos.data.landscapes import saddle


@pytest.fixture(scope="module")
def runs():
    return optimizers.race_all(steps=60, seed=0)


FORMULAS = {  # what the docstring says, for two steps from p = 1 along the gradients g and h
    "SGD": lambda lr, g, h: 1 - lr * g - lr * h,
    "momentum": lambda lr, g, h: 1 - lr * g - lr * (0.9 * g + h),
    "Nesterov": lambda lr, g, h: 1 - lr * (g + 0.9 * g) - lr * (h + 0.9 * (0.9 * g + h)),
    "AdaGrad": lambda lr, g, h: 1 - lr * np.sign(g) - lr * h / np.sqrt(g**2 + h**2),
    "RMSProp": lambda lr, g, h: 1 - lr * np.sign(g) / np.sqrt(0.1) - lr * h / np.sqrt(0.09 * g**2 + 0.1 * h**2),
    "Adam": lambda lr, g, h: 1 - lr * np.sign(g) - lr * second_step_of_adam(g, h),
    "AdamW": lambda lr, g, h: ((1 - 0.01 * lr) - lr * np.sign(g)) * (1 - 0.01 * lr) - lr * second_step_of_adam(g, h),
}


def second_step_of_adam(g, h):
    m, s = 0.9 * 0.1 * g + 0.1 * h, 0.999 * 0.001 * g**2 + 0.001 * h**2
    return m / (1 - 0.9**2) / np.sqrt(s / (1 - 0.999**2))


@pytest.mark.parametrize("name", optimizers.RACERS)
def test_the_formulas_are_those_of_the_docstring(name):
    p = autograd.tensor(1.0, dtype=autograd.float64, requires_grad=True)
    optimizer = optimizers.RACERS[name]([p], lr=0.01)
    for slope in (3.0, -2.0):
        p.grad = autograd.tensor(slope, dtype=autograd.float64)
        optimizer.step()
    assert p.item() == pytest.approx(FORMULAS[name](0.01, 3.0, -2.0), rel=1e-8)
    assert f"    {name} " in optimizers.__doc__


def test_the_lowest_value_is_zero_and_the_saddle_is_flat():
    zero, one = autograd.tensor(0.0, requires_grad=True), autograd.tensor(1.0)
    for landscape in optimizers.LANDSCAPES.values():
        assert min(landscape.loss(zero, y).item() for y in (zero, one)) == 0
    (slope,) = autograd.grad(saddle(autograd.tensor(0.0), zero), zero)
    assert slope.item() == 0 and saddle(zero, zero).item() == 0.25


def test_momentum_runs_along_the_ravine(runs):
    steps = {racer: run.steps for racer, run in runs["ravine"].items()}
    assert steps["Nesterov"] < steps["momentum"] < steps["SGD"] / 2


def test_scaled_steps_leave_the_saddle_at_once(runs):
    steps = {racer: run.steps for racer, run in runs["saddle"].items()}
    assert max(steps[racer] for racer in ("AdaGrad", "RMSProp", "Adam", "AdamW")) < 10 < 40 < steps["SGD"]


def test_shrinking_steps_settle_in_the_noise(runs):
    ends = {racer: run.end for racer, run in runs["noisy bowl"].items()}
    assert min(ends, key=ends.get) == "AdaGrad" and ends["AdaGrad"] < 0.6 * ends["SGD"]


def test_every_racer_has_its_best_rate(runs):
    landscape = optimizers.LANDSCAPES["ravine"]
    scores = [optimizers.race(landscape, optimizers.RACERS["SGD"], rate, 60, 0).score for rate in optimizers.RATES]
    assert runs["ravine"]["SGD"].score == min(scores) and scores[-1] > 1e100


def test_a_run_that_ran_away_scores_infinity():
    assert optimizers.Run(1.0, np.zeros((2, 2)), np.array([1.0, np.nan])).score == np.inf
    assert optimizers.Run(1.0, np.zeros((2, 2)), np.array([1.0, np.inf])).score == np.inf
    assert optimizers.Run(1.0, np.zeros((2, 2)), np.array([1.0, 0.5])).steps is None


def test_the_same_seed_draws_the_same_noise():
    once, again, other = (
        optimizers.race(optimizers.LANDSCAPES["noisy bowl"], optimizers.optim.SGD, 0.1, 5, seed) for seed in (1, 1, 2)
    )
    assert (once.path == again.path).all() and (once.path != other.path).any()


@pytest.mark.parametrize("wrong", [{"steps": 0}, {"epochs": 0}, {"seed": -1}])
def test_bad_options_are_told(wrong, tmp_path):
    with pytest.raises(DemoError, match="starts at"):
        optimizers.main(out=str(tmp_path), **wrong)


@pytest.mark.demo
def test_all_learn_the_digits_and_are_drawn(tmp_path, capsys):
    runs, trainings = optimizers.main(quick=True, out=str(tmp_path))
    assert set(runs) == set(optimizers.LANDSCAPES) and set(trainings) == set(optimizers.RACERS)
    for training in trainings.values():
        assert training.losses[-1] < 0.6 * training.losses[0] and training.accuracies[-1] > 0.7
    printed = capsys.readouterr().out
    assert all(f"\n{racer} " in printed for racer in optimizers.RACERS)
    for name in ("paths.png", "race.png", "digits.png"):
        assert (tmp_path / name).read_bytes().startswith(b"\x89PNG")
    assert len(list(tmp_path.iterdir())) == 3


@pytest.mark.demo
def test_the_same_seed_gives_the_same_numbers():
    data = optimizers.datasets.load()
    once, again = (optimizers.learn(data, optimizers.RACERS["Adam"], 0.01, 1, seed=3) for _ in range(2))
    assert once == again
