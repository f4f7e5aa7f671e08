"""ReduceLROnPlateau on metrics made by hand."""

import pytest

import autograd
import optim
from optim.lr_scheduler import ReduceLROnPlateau


def rates(metrics, groups=1, **options):
    optimizer = optim.SGD([{"params": autograd.tensor(1.0, requires_grad=True)} for _ in range(groups)], lr=1.0)
    scheduler = ReduceLROnPlateau(optimizer, factor=0.5, **options)
    result = []
    for metric in metrics:
        scheduler.step(metric)
        assert scheduler.get_last_lr() == [group["lr"] for group in optimizer.param_groups]
        result.append(scheduler.get_last_lr()[-1])
    return result


def test_patience_is_borne_then_the_rate_falls():
    assert rates([5, 5, 5, 5, 5, 5], patience=1) == [1, 1, 0.5, 0.5, 0.25, 0.25]
    assert rates([5, 4, 3, 2], patience=0) == [1, 1, 1, 1]


def test_max_mode():
    assert rates([1, 2, 2, 3], mode="max", patience=0) == [1, 1, 0.5, 0.5]


def test_thresholds():
    assert rates([10, 9.5, 8], patience=0, threshold=0.1) == [1, 0.5, 0.5]
    assert rates([10, 9.5, 8], patience=0, threshold=0.4, threshold_mode="abs") == [1, 1, 1]
    assert rates([10, 10.5, 12], patience=0, threshold=0.1, mode="max") == [1, 0.5, 0.5]


def test_cooldown_does_not_count():
    assert rates([5, 5, 5, 5, 5], patience=0, cooldown=2) == [1, 0.5, 0.5, 0.5, 0.25]


def test_lower_bounds():
    assert rates([5] * 5, patience=0, min_lr=0.2) == [1, 0.5, 0.25, 0.2, 0.2]
    assert rates([5] * 5, groups=2, patience=0, min_lr=[0, 0.4]) == [1, 0.5, 0.4, 0.4, 0.4]
    assert rates([5] * 4, patience=0, eps=0.3) == [1, 0.5, 0.5, 0.5]


def test_a_metric_may_be_a_tensor_and_nan_is_bad():
    assert rates([autograd.tensor(5.0), autograd.tensor(5.0)], patience=0) == [1, 0.5]
    assert rates([5, float("nan")], patience=0) == [1, 0.5]


def test_a_loaded_schedule_goes_on():
    optimizer = optim.SGD([autograd.tensor(1.0, requires_grad=True)], lr=1.0)
    first, second = (ReduceLROnPlateau(optimizer, patience=2) for _ in range(2))
    for metric in (3.0, 4.0, 4.0):
        first.step(metric)
    second.load_state_dict(first.state_dict())
    second.step(4.0)
    assert (second.last_epoch, second.best, optimizer.param_groups[0]["lr"]) == (4, 3.0, 0.1)


@pytest.mark.parametrize(
    ("options", "error", "text"),
    [
        ({"factor": 1.0}, ValueError, "Factor should be < 1.0, got 1.0"),
        ({"mode": "best"}, ValueError, "mode best is unknown"),
        ({"threshold_mode": "near"}, ValueError, "threshold mode near is unknown"),
        ({"min_lr": [0.1, 0.2]}, ValueError, "expected 1 min_lrs, .* got 2"),
    ],
)
def test_misuse(options, error, text):
    optimizer = optim.SGD([autograd.tensor(1.0, requires_grad=True)])
    with pytest.raises(error, match=text):
        ReduceLROnPlateau(optimizer, **options)


def test_a_group_added_later_needs_its_bound():
    optimizer = optim.SGD([autograd.tensor(1.0, requires_grad=True)], lr=1.0)
    scheduler = ReduceLROnPlateau(optimizer, patience=0, min_lr=[0.1])
    optimizer.add_param_group({"params": autograd.tensor(1.0, requires_grad=True)})
    scheduler.step(1.0)
    with pytest.raises(RuntimeError, match="2 parameter groups, min_lr was given for 1"):
        scheduler.step(1.0)
