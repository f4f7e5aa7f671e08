"""What all schedules have in common."""

import pytest

import autograd
import optim
from optim.lr_scheduler import ExponentialLR, LambdaLR, LRScheduler


@pytest.fixture
def sgd():
    return optim.SGD([autograd.tensor([1.0], requires_grad=True)], lr=0.4)


def test_a_subclass_writes_get_lr(sgd):
    class Countdown(LRScheduler):
        def get_lr(self):
            return [base / (1 + self.last_epoch) for base in self.base_lrs]

    scheduler = Countdown(sgd)
    assert (scheduler.last_epoch, scheduler.get_last_lr()) == (0, [0.4])
    sgd.step()
    scheduler.step()
    assert (scheduler.last_epoch, scheduler.get_last_lr(), sgd.param_groups[0]["lr"]) == (1, [0.2], 0.2)


def test_a_schedule_without_get_lr(sgd):
    with pytest.raises(NotImplementedError, match="LRScheduler has no get_lr"):
        LRScheduler(sgd)


def test_wrong_order_warns_once(sgd):
    scheduler = ExponentialLR(sgd, 0.9)
    with pytest.warns(UserWarning, match=r"`lr_scheduler.step\(\)` before `optimizer.step\(\)`") as caught:
        for _ in range(3):
            scheduler.step()
    assert len(caught) == 1


@pytest.mark.filterwarnings("error")
def test_right_order_is_silent(sgd):
    scheduler = ExponentialLR(sgd, 0.9)
    sgd.step()
    scheduler.step()
    ExponentialLR(sgd, 0.9).step()  # a second schedule, later


def test_steps_before_the_schedule_was_made_do_not_count(sgd):
    sgd.step()
    with pytest.warns(UserWarning, match="before"):
        ExponentialLR(sgd, 0.9).step()


def test_an_overridden_step_warns(sgd):
    scheduler = ExponentialLR(sgd, 0.9)
    sgd.step = lambda: None
    with pytest.warns(UserWarning, match="overridden"):
        scheduler.step()


def test_get_lr_points_to_get_last_lr(sgd):
    scheduler = ExponentialLR(sgd, 0.9)
    with pytest.warns(UserWarning, match="get_last_lr"):
        scheduler.get_lr()


def test_step_to_an_epoch(sgd):
    scheduler = ExponentialLR(sgd, 0.5)
    sgd.step()
    with pytest.warns(UserWarning, match="epoch parameter"):
        scheduler.step(3)
    assert (scheduler.last_epoch, scheduler.get_last_lr()) == (3, [0.05])


def test_a_tensor_keeps_its_identity_and_is_not_handed_out():
    lr = autograd.tensor(0.5)
    optimizer = optim.SGD([autograd.tensor([1.0], requires_grad=True)], lr=lr)
    scheduler = ExponentialLR(optimizer, 0.5)
    optimizer.step()
    scheduler.step()
    assert optimizer.param_groups[0]["lr"] is lr
    assert (lr.item(), scheduler.get_last_lr()[0].item(), scheduler.base_lrs[0].item()) == (0.25, 0.25, 0.5)
    scheduler.get_last_lr()[0].fill_(7.0)
    assert lr.item() == 0.25


def test_resuming_needs_the_initial_rate(sgd):
    with pytest.raises(KeyError, match=r"'initial_lr' is not specified in param_groups\[0\] .*last_epoch=3"):
        ExponentialLR(sgd, 0.9, last_epoch=3)


def test_only_optimizers_are_scheduled():
    with pytest.raises(TypeError, match="list is not an Optimizer"):
        ExponentialLR([], 0.9)


def test_a_group_added_later(sgd):
    scheduler = LambdaLR(sgd, lambda epoch: 0.5**epoch)
    sgd.add_param_group({"params": autograd.tensor(1.0, requires_grad=True)})
    sgd.step()
    with pytest.raises(ValueError, match="1 learning rates for 2 parameter groups"):
        scheduler.step()
    assert [group["lr"] for group in sgd.param_groups] == [0.4, 0.4]
