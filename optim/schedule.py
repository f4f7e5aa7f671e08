"""What all learning-rate schedules have in common."""

import warnings
from collections.abc import Callable
from types import BuiltinFunctionType, FunctionType
from typing import Any

from autograd import Tensor
from optim.optimizer import Optimizer


class LRScheduler:
    """Set the learning rate of each parameter group anew at each `step`: the base class of the schedules.

    A subclass writes `get_lr`, the learning rates at epoch ``self.last_epoch``. Most compute them from the current ones
    (they chain: two schedules on one optimizer multiply), others from ``self.base_lrs``, the rates at epoch 0.
    Making a scheduler sets the rates of epoch 0. Call ``scheduler.step()`` after ``optimizer.step()``.

    Source: torch.optim.lr_scheduler.LRScheduler.

    Parameters
    ----------
    optimizer : Optimizer
    last_epoch : int, the epoch after which to resume; -1 for a start from the beginning
    """

    # All attributes but the optimizer are the state dict, so they bear torch's names.
    _get_lr_called_within_step = False
    _is_initial = False

    def __init__(self, optimizer: Optimizer, last_epoch: int = -1) -> None:
        self.optimizer = checked(optimizer)
        for index, group in enumerate(optimizer.param_groups):
            if last_epoch == -1:
                group.setdefault("initial_lr", own(group["lr"]))
            elif "initial_lr" not in group:
                raise KeyError(
                    f"{type(self).__name__}: param 'initial_lr' is not specified in param_groups[{index}] "
                    f"when resuming scheduler with last_epoch={last_epoch}: load the optimizer's state "
                    "first, or start with last_epoch=-1"
                )
        self.base_lrs = [own(group["initial_lr"]) for group in optimizer.param_groups]
        self.last_epoch = last_epoch
        optimizer._opt_called = bool(optimizer._opt_called)
        self._initial_step()

    def _initial_step(self) -> None:
        """Set the rates of the first epoch."""
        self._step_count = 0
        self._is_initial = True
        self.step()
        self._is_initial = False

    def get_lr(self) -> list:
        """Compute the learning rates of epoch ``self.last_epoch``. To read the present ones, use `get_last_lr`."""
        raise NotImplementedError(f"{type(self).__name__} has no get_lr method")

    def get_last_lr(self) -> list:
        """Give the learning rates that the last step has set."""
        return self._last_lr

    def step(self, epoch: int | None = None) -> None:
        """Go on to the next epoch."""
        if self._step_count == 1:
            if "step" in vars(self.optimizer):
                warnings.warn(
                    "Seems like `optimizer.step()` has been overridden: make sure to call it before "
                    "`lr_scheduler.step()`",
                    stacklevel=2,
                )
            elif not self.optimizer._opt_called:
                warnings.warn(
                    "Detected call of `lr_scheduler.step()` before `optimizer.step()`. Call them in the "
                    "opposite order: otherwise the first value of the schedule is skipped",
                    stacklevel=2,
                )
        if epoch is not None:
            warnings.warn("The epoch parameter in `scheduler.step()` is deprecated: leave it out", stacklevel=2)
        self._step_count += 1
        self._update_lr(epoch)

    def _update_lr(self, epoch: int | None = None) -> None:
        self.last_epoch = self.last_epoch + 1 if epoch is None else epoch
        self._get_lr_called_within_step = True
        try:
            rates = self.get_lr() if epoch is None else getattr(self, "_get_closed_form_lr", self.get_lr)()
        finally:
            self._get_lr_called_within_step = False
        groups = self.optimizer.param_groups
        if len(rates) != len(groups):
            raise ValueError(
                f"{type(self).__name__}: {len(rates)} learning rates for {len(groups)} parameter groups: "
                "was a group added after the scheduler was made?"
            )
        for group, lr in zip(groups, rates, strict=True):
            set_lr(group, lr)
        self._last_lr = self._current()

    def _current(self) -> list:
        """Give the groups' learning rates; a Tensor that holds one is copied."""
        return [own(group["lr"]) for group in self.optimizer.param_groups]

    def _warn_outside_step(self) -> None:
        if not self._get_lr_called_within_step:
            warnings.warn(
                "To get the last learning rate computed by the scheduler, please use `get_last_lr()`", stacklevel=3
            )

    def state_dict(self) -> dict[str, Any]:
        """Give everything but the optimizer."""
        return {name: value for name, value in vars(self).items() if name != "optimizer"}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take over what `state_dict` gave. The rates themselves are the optimizer's: load its state too."""
        vars(self).update(state_dict)


def checked(optimizer: Any) -> Optimizer:
    """Give back an Optimizer; refuse anything else."""
    if not isinstance(optimizer, Optimizer):
        raise TypeError(
            f"{type(optimizer).__name__} is not an Optimizer: a scheduler takes the optimizer whose "
            "learning rates it sets"
        )
    return optimizer


def own(lr: Any) -> Any:
    """Copy a learning rate that is a Tensor, so that a later change of it in place does not change this one."""
    return lr.clone() if isinstance(lr, Tensor) else lr


def set_lr(group: dict[str, Any], lr: Any) -> None:
    """Set a group's learning rate; one that is a Tensor keeps its identity."""
    if isinstance(group["lr"], Tensor):
        group["lr"].fill_(lr)
    else:
        group["lr"] = lr


def attributes(function: Callable) -> dict[str, Any] | None:
    """Give what a callable object remembers, for the state dict; a function has nothing that a file could hold."""
    return None if isinstance(function, FunctionType | BuiltinFunctionType) else dict(vars(function))
