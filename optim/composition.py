"""Schedules made of other schedules."""

from bisect import bisect_right
from collections.abc import Sequence
from typing import Any

from optim.optimizer import Optimizer
from optim.plateau import ReduceLROnPlateau
from optim.schedule import LRScheduler, set_lr


class Composition(LRScheduler):
    """What holds ``self._schedulers`` saves and loads them with itself."""

    _schedulers: Sequence[LRScheduler]

    def state_dict(self) -> dict[str, Any]:
        """Give everything but the optimizer, with the states of the schedulers."""
        return {**super().state_dict(), "_schedulers": [scheduler.state_dict() for scheduler in self._schedulers]}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take over what `state_dict` gave, in the schedulers too."""
        super().load_state_dict({name: value for name, value in state_dict.items() if name != "_schedulers"})
        for scheduler, saved in zip(self._schedulers, state_dict["_schedulers"], strict=True):
            scheduler.load_state_dict(saved)


class SequentialLR(Composition):
    """Run one schedule after another: the next one starts, at its own epoch 0, at each milestone.

    Source: torch.optim.lr_scheduler.SequentialLR.

    Parameters
    ----------
    schedulers : list of LRSchedulers on `optimizer`
    milestones : list of ints, one fewer
    """

    def __init__(
        self, optimizer: Optimizer, schedulers: Sequence[LRScheduler], milestones: list[int], last_epoch: int = -1
    ) -> None:
        check_schedulers("SequentialLR", schedulers, optimizer)
        if len(milestones) != len(schedulers) - 1:
            raise ValueError(
                "SequentialLR expects number of schedulers provided to be one more than the number of "
                f"milestone points, but got {len(schedulers)} schedulers and {len(milestones)} milestones"
            )
        self._schedulers, self._milestones = schedulers, milestones
        self.last_epoch = last_epoch + 1
        self.optimizer = optimizer
        # Making the schedulers has set the rates and counted an epoch in each: undo that, then begin with one of them.
        for group in optimizer.param_groups:
            set_lr(group, group["initial_lr"])
        self.recursive_undo()
        first = schedulers[bisect_right(milestones, 0)]
        first._initial_step()
        self._last_lr = first.get_last_lr()

    def recursive_undo(self, sched: LRScheduler | None = None) -> None:
        """Take back one epoch from each scheduler, also from those inside of others."""
        sched = self if sched is None else sched
        if hasattr(sched, "_schedulers"):
            for inner in sched._schedulers:
                self.recursive_undo(inner)
        elif hasattr(sched, "last_epoch"):
            sched.last_epoch -= 1

    def step(self) -> None:  # type: ignore[override]
        """Go on to the next epoch."""
        self.last_epoch += 1
        index = bisect_right(self._milestones, self.last_epoch)
        scheduler = self._schedulers[index]
        if index > 0 and self._milestones[index - 1] == self.last_epoch:
            scheduler._update_lr(0)
        else:
            scheduler.step()
        self._last_lr = scheduler.get_last_lr()


class ChainedScheduler(Composition):
    """Step several schedules together, one on top of another: their factors multiply.

    That holds for schedules that go on from the current rate, as most do; one that starts from the rate of epoch 0
    (`LambdaLR`, `OneCycleLR`, the restarts) undoes what stands before it.

    Source: torch.optim.lr_scheduler.ChainedScheduler.

    Parameters
    ----------
    schedulers : list of LRSchedulers on one optimizer
    optimizer : Optimizer, by default that of the first schedule
    """

    def __init__(self, schedulers: Sequence[LRScheduler], optimizer: Optimizer | None = None) -> None:
        check_schedulers("ChainedScheduler", schedulers, optimizer)
        self._schedulers, self.optimizer = schedulers, schedulers[0].optimizer
        self._last_lr = self._current()

    def step(self) -> None:  # type: ignore[override]
        """Go on to the next epoch."""
        for scheduler in self._schedulers:
            scheduler.step()
        self._last_lr = self._current()


def check_schedulers(where: str, schedulers: Sequence[LRScheduler], optimizer: Optimizer | None) -> None:
    """Refuse what does not share one optimizer (that of the first, where None is given), or needs more than a step."""
    if not schedulers:
        raise ValueError(f"{where} expects at least one scheduler, but got no scheduler")
    for index, scheduler in enumerate(schedulers):
        if not hasattr(scheduler, "optimizer"):
            raise TypeError(
                f"{where}: schedulers[{index}] should have `optimizer` as its attribute, got {type(scheduler).__name__}"
            )
        if isinstance(scheduler, ReduceLROnPlateau):
            raise ValueError(
                f"{where} does not support `ReduceLROnPlateau` scheduler, whose step needs a metric, but got one at "
                f"index {index}"
            )
        optimizer = optimizer or scheduler.optimizer
        if scheduler.optimizer is not optimizer:
            raise ValueError(
                f"{where} expects all schedulers to belong to the same optimizer, but schedulers[{index}], a "
                f"{type(scheduler).__name__}, has another one"
            )
