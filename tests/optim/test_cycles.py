"""Schedules that rise again: momentum, scales, restarts. Their rates are in test_lr_scheduler.py as well."""

import math

import pytest
from schedules import curve, sgd

import autograd
import optim
from optim.lr_scheduler import CosineAnnealingWarmRestarts, CyclicLR, OneCycleLR


def test_restarts_go_to_any_part_of_an_epoch():
    optimizer = sgd()
    scheduler = CosineAnnealingWarmRestarts(optimizer, 10, T_mult=2, eta_min=0.1)
    for epoch, passed in [(2.5, 0.25), (10, 0.0), (25, 0.75), (30, 0.0), (69.5, 39.5 / 40), (70, 0.0), (5, 0.5)]:
        scheduler.step(epoch)
        assert scheduler.get_last_lr()[0] == pytest.approx(0.1 + 0.3 * (1 + math.cos(math.pi * passed)) / 2)
        assert scheduler.last_epoch == int(epoch)


def test_restarts_fall_exactly_on_the_power():
    # math.log(1000, 10) is 2.9999999999999996: counted with it, the third restart would come an epoch late
    scheduler = CosineAnnealingWarmRestarts(sgd(), 9, T_mult=10)
    scheduler.step(999)
    assert (scheduler.T_cur, scheduler.T_i, scheduler.get_last_lr()) == (0, 9000, [0.4])


@pytest.mark.parametrize(
    ("options", "tops"),
    [
        ({"mode": "triangular"}, [1, 1, 1]),
        ({"mode": "triangular2"}, [1, 1 / 2, 1 / 4]),
        ({"mode": "exp_range", "gamma": 0.9}, [0.9**2, 0.9**6, 0.9**10]),
        ({"scale_fn": lambda cycle: 1 / cycle}, [1, 1 / 2, 1 / 3]),
        ({"scale_fn": lambda step: 1 / step if step else 1, "scale_mode": "iterations"}, [1 / 2, 1 / 6, 1 / 10]),
    ],
)
def test_tops_of_the_cycles(options, tops):
    optimizer = sgd()
    rates = curve(optimizer, CyclicLR(optimizer, 0.1, 0.5, step_size_up=2, **options), epochs=12)
    assert rates[2::4] == pytest.approx([0.1 + 0.4 * top for top in tops])
    assert rates[::4] == pytest.approx([0.1] * 4)


def test_momentum_mirrors_the_rate():
    optimizer = sgd()
    scheduler = CyclicLR(optimizer, 0.1, 0.5, 4, base_momentum=0.6, max_momentum=0.9)
    for _ in range(20):
        group = optimizer.param_groups[0]
        assert (0.9 - group["momentum"]) / 0.3 == pytest.approx((group["lr"] - 0.1) / 0.4)
        optimizer.step()
        scheduler.step()


def test_the_momentum_of_an_adam_is_its_first_beta():
    optimizer = optim.Adam([autograd.tensor(1.0, requires_grad=True)], betas=(0.5, 0.99))
    scheduler = OneCycleLR(optimizer, 1.0, 10, pct_start=0.5)
    seen = [optimizer.param_groups[0]["betas"]]
    for _ in range(9):
        optimizer.step()
        scheduler.step()
        seen.append(optimizer.param_groups[0]["betas"])
    assert [seen[0], seen[4], seen[9]] == [(0.95, 0.99), (0.85, 0.99), (0.95, 0.99)]


def test_one_cycle_in_three_phases():
    optimizer = sgd()
    scheduler = OneCycleLR(optimizer, 1.0, 20, pct_start=0.25, three_phase=True, div_factor=10, final_div_factor=100)
    rates = curve(optimizer, scheduler, epochs=19)
    assert [rates[0], rates[2], rates[4], rates[8], rates[19]] == pytest.approx([0.1, 0.55, 1, 0.1, 0.001])
    assert optimizer.param_groups[0]["momentum"] == 0.95


def test_one_cycle_ends():
    optimizer = sgd()
    scheduler = OneCycleLR(optimizer, 1.0, epochs=2, steps_per_epoch=3)
    curve(optimizer, scheduler, epochs=6)
    with pytest.raises(ValueError, match=r"Tried to step 7 times.*total steps is 6"):
        scheduler.step()


def test_a_scale_that_is_an_object_is_saved():
    class Fade:
        def __init__(self, base):
            self.base = base

        def __call__(self, cycle):
            return self.base**cycle

    saved = CyclicLR(sgd(), 0.1, 0.5, 2, scale_fn=Fade(0.5)).state_dict()
    assert saved["_scale_fn_custom"] == {"base": 0.5}
    other = CyclicLR(sgd(), 0.1, 0.5, 2, scale_fn=Fade(0.9))
    other.load_state_dict(saved)
    assert other.scale_fn(2) == 0.25
    assert CyclicLR(sgd(), 0.1, 0.5, 2, scale_fn=lambda cycle: 1.0).state_dict()["_scale_fn_custom"] is None


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda o: CosineAnnealingWarmRestarts(o, 2.0), "T_0: Expected a positive integer, but got 2.0"),
        (lambda o: CosineAnnealingWarmRestarts(o, 2, 0), "T_mult: Expected a positive integer, but got 0"),
        (lambda o: CosineAnnealingWarmRestarts(o, 2, eta_min="0"), "float or int eta_min, but got '0', a str"),
        (lambda o: CosineAnnealingWarmRestarts(o, 2).step(-1), "non-negative epoch, but got -1"),
        (lambda o: CyclicLR(o, 0.1, [0.1, 0.2]), "max_lr has 2 values, the optimizer has 1 parameter groups"),
        (lambda o: CyclicLR(o, 0.1, 1, mode="sine"), "mode 'sine' is invalid"),
        (lambda o: OneCycleLR(o, 1, epochs=3), r"either total_steps OR \(epochs AND steps_per_epoch\)"),
        (lambda o: OneCycleLR(o, 1, 9, pct_start=2.0), "between 0 and 1 pct_start, but got 2.0"),
        (lambda o: OneCycleLR(o, 1, 9, anneal_strategy="sine"), "'cos' or 'linear', instead got 'sine'"),
        (lambda o: OneCycleLR(optim.Adagrad(o.param_groups[0]["params"]), 1, 9), "Adagrad has neither"),
    ],
)
def test_misuse(make, text):
    optimizer = sgd()
    with pytest.raises(ValueError, match=text):
        make(optimizer)
    assert optimizer.param_groups[0]["lr"] == 0.4
