"""Schedules made of schedules: what they refuse. Their rates are in test_lr_scheduler.py."""

import pytest
from schedules import sgd

from optim.lr_scheduler import ChainedScheduler, ExponentialLR, ReduceLROnPlateau, SequentialLR, StepLR


def sequence(schedulers, optimizer):
    return SequentialLR(optimizer, schedulers, [1] * (len(schedulers) - 1))


@pytest.mark.parametrize("make", [sequence, ChainedScheduler])
@pytest.mark.parametrize(
    ("schedulers", "error", "text"),
    [
        (lambda o: [], ValueError, "expects at least one scheduler"),
        (lambda o: [StepLR(o, 1), 3], TypeError, r"schedulers\[1\] .* got int"),
        (lambda o: [ReduceLROnPlateau(o)], ValueError, "needs a metric, but got one at index 0"),
        (lambda o: [StepLR(sgd(), 1)], ValueError, r"same optimizer, but schedulers\[0\], a StepLR"),
    ],
)
def test_misuse(make, schedulers, error, text):
    optimizer = sgd()
    with pytest.raises(error, match=text):
        make(schedulers(optimizer), optimizer)


def test_a_chain_has_the_optimizer_of_its_first_schedule():
    optimizer = sgd()
    assert ChainedScheduler([StepLR(optimizer, 1)]).optimizer is optimizer
    with pytest.raises(ValueError, match=r"ChainedScheduler .* schedulers\[1\], a ExponentialLR, has another one"):
        ChainedScheduler([StepLR(optimizer, 1), ExponentialLR(sgd(), 0.9)])


def test_milestones_part_the_schedules():
    optimizer = sgd()
    with pytest.raises(ValueError, match="1 schedulers and 1 milestones"):
        SequentialLR(optimizer, [StepLR(optimizer, 1)], [3])
