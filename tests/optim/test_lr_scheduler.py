"""Schedules against their closed forms."""

import copy
import math

import pytest
from schedules import curve, sgd

from optim.lr_scheduler import (
    ChainedScheduler,
    ConstantLR,
    CosineAnnealingLR,
    CosineAnnealingWarmRestarts,
    CyclicLR,
    ExponentialLR,
    InverseSqrtLR,
    LambdaLR,
    LinearLR,
    MultiplicativeLR,
    MultiStepLR,
    OneCycleLR,
    PolynomialLR,
    SequentialLR,
    StepLR,
)


def peaks(optimizer):
    return [group["lr"] for group in optimizer.param_groups]


def triangle(epoch):
    """From 0.1 in 5 epochs up to 1, in 10 down again."""
    x = epoch % 15
    return 0.1 + 0.9 * (x / 5 if x <= 5 else (15 - x) / 10)


CLOSED_FORMS = {  # name: scheduler of an optimizer, factor of an epoch
    "StepLR": (lambda o: StepLR(o, 7, gamma=0.5), lambda e: 0.5 ** (e // 7)),
    "MultiStepLR": (lambda o: MultiStepLR(o, [20, 3, 20], gamma=0.5), lambda e: 0.5 ** ((e >= 3) + 2 * (e >= 20))),
    "ConstantLR": (lambda o: ConstantLR(o, 0.25, total_iters=6), lambda e: 0.25 if e < 6 else 1),
    "LinearLR": (lambda o: LinearLR(o, 0.1, 0.7, total_iters=20), lambda e: 0.1 + 0.6 * min(e, 20) / 20),
    "ExponentialLR": (lambda o: ExponentialLR(o, 0.9), lambda e: 0.9**e),
    "CosineAnnealingLR": (lambda o: CosineAnnealingLR(o, 15), lambda e: (1 + math.cos(math.pi * e / 15)) / 2),
    "LambdaLR": (lambda o: LambdaLR(o, lambda e: 1 / (1 + e)), lambda e: 1 / (1 + e)),
    "InverseSqrtLR": (lambda o: InverseSqrtLR(o, 10), lambda e: min((e + 1) / 10, math.sqrt(10 / (e + 1)))),
    "MultiplicativeLR": (lambda o: MultiplicativeLR(o, lambda e: e / (1 + e)), lambda e: 1 / (1 + e)),
    "PolynomialLR": (lambda o: PolynomialLR(o, 20, power=3), lambda e: (1 - min(e, 20) / 20) ** 3),
    "CosineAnnealingWarmRestarts": (
        lambda o: CosineAnnealingWarmRestarts(o, 4, T_mult=3),  # 4 and 12 and 36 epochs long
        lambda e: (1 + math.cos(math.pi * (e / 4 if e < 4 else (e - 4) / 12 if e < 16 else (e - 16) / 36))) / 2,
    ),
    "CyclicLR": (lambda o: CyclicLR(o, [0.1 * lr for lr in peaks(o)], peaks(o), 5, 10), triangle),
    "OneCycleLR": (
        lambda o: OneCycleLR(o, peaks(o), 44, pct_start=0.25, anneal_strategy="linear"),  # 10 steps up and 33 down
        lambda e: 0.04 + 0.96 * e / 10 if e <= 10 else 1 + (4e-6 - 1) * (e - 10) / 33,
    ),
    "SequentialLR": (
        lambda o: SequentialLR(o, [LinearLR(o, 0.2, total_iters=5), ExponentialLR(o, 0.9)], [5]),
        lambda e: 0.2 + 0.8 * e / 5 if e < 5 else 0.9 ** (e - 5),
    ),
    "ChainedScheduler": (
        lambda o: ChainedScheduler([LinearLR(o, 0.2, total_iters=5), ExponentialLR(o, 0.9)]),
        lambda e: (0.2 + 0.8 * min(e, 5) / 5) * 0.9**e,
    ),
}
every_schedule = pytest.mark.parametrize(("make", "factor"), CLOSED_FORMS.values(), ids=CLOSED_FORMS)


@every_schedule
@pytest.mark.filterwarnings("error")
def test_closed_form(make, factor):
    optimizer = sgd()
    rates = curve(optimizer, make(optimizer))
    assert rates == pytest.approx([0.4 * factor(epoch) for epoch in range(41)], rel=1e-12, abs=1e-15)


@every_schedule
def test_groups_keep_their_ratio(make, factor):
    optimizer = sgd(groups=2)
    scheduler = make(optimizer)
    curve(optimizer, scheduler, epochs=4)
    assert scheduler.get_last_lr() == pytest.approx([0.4 * factor(4), 0.2 * factor(4)])


@every_schedule
def test_a_loaded_schedule_goes_on(make, factor):
    first = sgd()
    scheduler = make(first)
    curve(first, scheduler, epochs=17)
    second = sgd(lr=5.0)
    resumed = make(second)
    second.load_state_dict(first.state_dict())
    resumed.load_state_dict(copy.deepcopy(scheduler.state_dict()))
    assert curve(second, resumed, epochs=9) == curve(first, scheduler, epochs=9)
    assert "optimizer" not in scheduler.state_dict()
    assert types_in(scheduler.state_dict()) <= {dict, list, str, int, float, bool, type(None)}


def types_in(value):
    inner = [*value, *value.values()] if isinstance(value, dict) else value if isinstance(value, list) else []
    return {type(value)}.union(*map(types_in, inner))


@pytest.mark.filterwarnings("ignore:The epoch parameter")
def test_loaded_milestones_serve_the_closed_form_too():
    optimizer = sgd()
    scheduler = MultiStepLR(optimizer, [3, 5, 5], gamma=0.5)
    scheduler.load_state_dict(scheduler.state_dict())
    optimizer.step()
    scheduler.step(6)
    assert scheduler.get_last_lr() == [0.05]


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (lambda o: ExponentialLR(o, 0.9, last_epoch=6), "ExponentialLR"),
        (lambda o: LinearLR(o, 0.1, 0.7, total_iters=20, last_epoch=6), "LinearLR"),
        (lambda o: CosineAnnealingLR(o, 15, last_epoch=6), "CosineAnnealingLR"),
        (lambda o: LambdaLR(o, lambda e: 1 / (1 + e), last_epoch=6), "LambdaLR"),
        (lambda o: InverseSqrtLR(o, 10, last_epoch=6), "InverseSqrtLR"),
    ],
)
def test_a_schedule_resumes_at_an_epoch(make, name):
    factor = CLOSED_FORMS[name][1]
    optimizer = sgd(lr=0.4 * factor(7))
    optimizer.param_groups[0]["initial_lr"] = 0.4
    assert curve(optimizer, make(optimizer), 20) == pytest.approx([0.4 * factor(7 + epoch) for epoch in range(21)])


def test_schedules_chain():
    optimizer = sgd()
    one, two = ExponentialLR(optimizer, 0.9), StepLR(optimizer, 2, gamma=0.5)
    for _ in range(5):
        optimizer.step()
        one.step()
        two.step()
    assert optimizer.param_groups[0]["lr"] == pytest.approx(0.4 * 0.9**5 * 0.25)


def test_cosine_rises_again_after_its_minimum():
    optimizer = sgd()
    rates = curve(optimizer, CosineAnnealingLR(optimizer, 10, eta_min=0.1))
    assert rates[10] == pytest.approx(0.1)
    assert rates[20] == pytest.approx(0.4)
    assert rates[40] == pytest.approx(0.4)


def test_inverse_sqrt_peaks_after_the_warmup():
    optimizer = sgd()
    rates = curve(optimizer, InverseSqrtLR(optimizer, warmup_steps=4), epochs=15)
    assert rates[:4] == pytest.approx([0.1, 0.2, 0.3, 0.4])
    assert rates[15] == pytest.approx(0.2)
    with pytest.raises(ValueError, match="warmup_steps expected to be at least 1, got 0"):
        InverseSqrtLR(optimizer, 0)


def test_lambda_state_keeps_objects_and_no_functions():
    class Power:
        def __init__(self, base):
            self.base = base

        def __call__(self, epoch):
            return self.base**epoch

    optimizer = sgd(groups=2)
    scheduler = LambdaLR(optimizer, [Power(0.5), lambda epoch: 1.0])
    saved = scheduler.state_dict()
    assert saved["lr_lambdas"] == [{"base": 0.5}, None]
    other = LambdaLR(sgd(groups=2), [Power(0.9), lambda epoch: 1.0])
    other.load_state_dict(saved)
    assert other.lr_lambdas[0].base == 0.5
    assert saved["lr_lambdas"] == [{"base": 0.5}, None]
    assert LambdaLR(sgd(), math.exp).state_dict()["lr_lambdas"] == [None]


@pytest.mark.parametrize(
    ("make", "error", "text"),
    [
        (lambda o: LambdaLR(o, [abs, abs]), ValueError, "Expected 1 lr_lambdas, .* got 2"),
        (lambda o: LinearLR(o, start_factor=0), ValueError, "Starting multiplicative factor .* got 0"),
        (lambda o: LinearLR(o, end_factor=1.5), ValueError, "Ending multiplicative factor .* between 0 and 1, got 1.5"),
        (lambda o: ConstantLR(o, factor=-1), ValueError, "Constant multiplicative factor .* between 0 and 1, got -1"),
        (lambda o: MultiplicativeLR(o, [abs, abs]), ValueError, "MultiplicativeLR: Expected 1 lr_lambdas, .* got 2"),
        (lambda o: LambdaLR(o, 0.9), TypeError, "LambdaLR: lr_lambda should be a function of the epoch, got float"),
    ],
)
def test_misuse(make, error, text):
    with pytest.raises(error, match=text):
        make(sgd())


def test_a_refused_schedule_leaves_the_rate():
    optimizer = sgd()
    with pytest.raises(ValueError, match="between 0 and 1"):
        LinearLR(optimizer, end_factor=2)
    assert optimizer.param_groups[0]["lr"] == 0.4
