"""Schedules: the learning rate as a function of the epoch. torch.optim.lr_scheduler is optim.lr_scheduler."""

import math
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from optim.composition import ChainedScheduler, SequentialLR
from optim.cycles import CosineAnnealingWarmRestarts, CyclicLR, OneCycleLR
from optim.optimizer import Optimizer
from optim.plateau import ReduceLROnPlateau
from optim.schedule import LRScheduler, attributes, checked

__all__ = [
    "ChainedScheduler",
    "ConstantLR",
    "CosineAnnealingLR",
    "CosineAnnealingWarmRestarts",
    "CyclicLR",
    "ExponentialLR",
    "InverseSqrtLR",
    "LRScheduler",
    "LambdaLR",
    "LinearLR",
    "MultiStepLR",
    "MultiplicativeLR",
    "OneCycleLR",
    "PolynomialLR",
    "ReduceLROnPlateau",
    "SequentialLR",
    "StepLR",
]


class LambdaLR(LRScheduler):
    """Multiply the initial rate by any function of the epoch: lr = base_lr * lr_lambda(epoch).

    Source: torch.optim.lr_scheduler.LambdaLR.

    Parameters
    ----------
    lr_lambda : callable, or a list with one for each group
        The state dict keeps the attributes of a callable object, but nothing of a function.
    """

    def __init__(
        self,
        optimizer: Optimizer,
        lr_lambda: Callable[[int], float] | list[Callable[[int], float]],
        last_epoch: int = -1,
    ) -> None:
        count = len(checked(optimizer).param_groups)
        self.lr_lambdas = list(lr_lambda) if isinstance(lr_lambda, list | tuple) else [lr_lambda] * count
        if len(self.lr_lambdas) != count:
            raise ValueError(
                f"{type(self).__name__}: Expected {count} lr_lambdas, one for each parameter group, but got "
                f"{len(self.lr_lambdas)}"
            )
        for factor in self.lr_lambdas:
            if not callable(factor):
                raise TypeError(
                    f"{type(self).__name__}: lr_lambda should be a function of the epoch, got {type(factor).__name__}"
                )
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list:
        self._warn_outside_step()
        return [lr * factor(self.last_epoch) for factor, lr in zip(self.lr_lambdas, self.base_lrs, strict=True)]

    def state_dict(self) -> dict[str, Any]:
        return {**super().state_dict(), "lr_lambdas": [attributes(factor) for factor in self.lr_lambdas]}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        super().load_state_dict({name: value for name, value in state_dict.items() if name != "lr_lambdas"})
        for factor, saved in zip(self.lr_lambdas, state_dict["lr_lambdas"], strict=True):
            if saved is not None:
                vars(factor).update(saved)


class MultiplicativeLR(LambdaLR):
    """Multiply the rate in every epoch by a function of that epoch: lr = lr * lr_lambda(epoch).

    Source: torch.optim.lr_scheduler.MultiplicativeLR.

    Parameters
    ----------
    lr_lambda : callable, or a list with one for each group
        The state dict keeps the attributes of a callable object, but nothing of a function.
    """

    def get_lr(self) -> list:
        self._warn_outside_step()
        if self._is_initial:
            return self._current()
        return [lr * factor(self.last_epoch) for factor, lr in zip(self.lr_lambdas, self._current(), strict=True)]


class StepLR(LRScheduler):
    """Multiply the rate by gamma every `step_size` epochs: lr = base_lr * gamma ** (epoch // step_size).

    Source: torch.optim.lr_scheduler.StepLR; lecture, annealing the learning rate.
    """

    def __init__(self, optimizer: Optimizer, step_size: int, gamma: float = 0.1, last_epoch: int = -1) -> None:
        self.step_size, self.gamma = step_size, gamma
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list:
        self._warn_outside_step()
        if self.last_epoch == 0 or self.last_epoch % self.step_size:
            return self._current()
        return [lr * self.gamma for lr in self._current()]

    def _get_closed_form_lr(self) -> list:
        return [lr * self.gamma ** (self.last_epoch // self.step_size) for lr in self.base_lrs]


class MultiStepLR(LRScheduler):
    """Multiply the rate by gamma at each milestone: lr = base_lr * gamma ** (number of milestones <= epoch).

    Source: torch.optim.lr_scheduler.MultiStepLR.
    """

    def __init__(
        self, optimizer: Optimizer, milestones: Iterable[int], gamma: float = 0.1, last_epoch: int = -1
    ) -> None:
        self.milestones, self.gamma = Counter(milestones), gamma
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list:
        self._warn_outside_step()
        if self.last_epoch not in self.milestones:
            return self._current()
        return [lr * self.gamma ** self.milestones[self.last_epoch] for lr in self._current()]

    def _get_closed_form_lr(self) -> list:
        passed = bisect_right(sorted(self.milestones.elements()), self.last_epoch)
        return [lr * self.gamma**passed for lr in self.base_lrs]

    def state_dict(self) -> dict[str, Any]:
        return {**super().state_dict(), "milestones": dict(self.milestones)}  # a plain dict, which a file can hold

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        super().load_state_dict({**state_dict, "milestones": Counter(state_dict["milestones"])})


class ConstantLR(LRScheduler):
    """Multiply the rate by `factor` until epoch `total_iters`: lr = base_lr * factor, then base_lr.

    Source: torch.optim.lr_scheduler.ConstantLR.
    """

    def __init__(
        self, optimizer: Optimizer, factor: float = 1.0 / 3, total_iters: int = 5, last_epoch: int = -1
    ) -> None:
        check_factor("ConstantLR: Constant multiplicative factor", factor)
        self.factor, self.total_iters = factor, total_iters
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list:
        self._warn_outside_step()
        if self.last_epoch == 0:
            return [lr * self.factor for lr in self._current()]
        if self.last_epoch != self.total_iters:
            return self._current()
        return [lr * (1.0 / self.factor) for lr in self._current()]

    def _get_closed_form_lr(self) -> list:
        return [lr * (self.factor + (self.last_epoch >= self.total_iters) * (1 - self.factor)) for lr in self.base_lrs]


class LinearLR(LRScheduler):
    """Let the rate's factor go in a straight line from `start_factor` to `end_factor` in `total_iters` epochs.

    lr = base_lr * (start_factor + (end_factor - start_factor) * min(epoch, total_iters) / total_iters)

    Source: torch.optim.lr_scheduler.LinearLR.
    """

    def __init__(
        self,
        optimizer: Optimizer,
        start_factor: float = 1.0 / 3,
        end_factor: float = 1.0,
        total_iters: int = 5,
        last_epoch: int = -1,
    ) -> None:
        if start_factor > 1.0 or start_factor <= 0:
            raise ValueError(
                "LinearLR: Starting multiplicative factor expected to be greater than 0 and less or equal "
                f"to 1, got {start_factor}"
            )
        check_factor("LinearLR: Ending multiplicative factor", end_factor)
        self.start_factor, self.end_factor, self.total_iters = start_factor, end_factor, total_iters
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list:
        self._warn_outside_step()
        if self.last_epoch == 0:
            return [lr * self.start_factor for lr in self._current()]
        if self._is_initial or self.last_epoch > self.total_iters:
            return self._current()
        rise = self.end_factor - self.start_factor
        before = self.total_iters * self.start_factor + (self.last_epoch - 1) * rise
        return [lr * (1.0 + rise / before) for lr in self._current()]

    def _get_closed_form_lr(self) -> list:
        rise = self.end_factor - self.start_factor
        passed = min(self.total_iters, self.last_epoch)
        return [lr * (self.start_factor + rise * passed / self.total_iters) for lr in self.base_lrs]


class ExponentialLR(LRScheduler):
    """Multiply the rate by gamma in every epoch: lr = base_lr * gamma ** epoch.

    Source: torch.optim.lr_scheduler.ExponentialLR; lecture, annealing the learning rate.
    """

    def __init__(self, optimizer: Optimizer, gamma: float, last_epoch: int = -1) -> None:
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list:
        self._warn_outside_step()
        return self._current() if self._is_initial else [lr * self.gamma for lr in self._current()]

    def _get_closed_form_lr(self) -> list:
        return [lr * self.gamma**self.last_epoch for lr in self.base_lrs]


class PolynomialLR(LRScheduler):
    """Let the rate fall to zero in `total_iters` epochs, along a power of the time that is left.

    lr = base_lr * (1 - min(epoch, total_iters) / total_iters) ** power; with power 1 this is a straight line.

    Source: torch.optim.lr_scheduler.PolynomialLR.
    """

    def __init__(self, optimizer: Optimizer, total_iters: int = 5, power: float = 1.0, last_epoch: int = -1) -> None:
        self.total_iters, self.power = total_iters, power
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list:
        self._warn_outside_step()
        if self._is_initial or self.last_epoch > self.total_iters:
            return self._current()
        left, before = (1.0 - epoch / self.total_iters for epoch in (self.last_epoch, self.last_epoch - 1))
        return [lr * (left / before) ** self.power for lr in self._current()]

    def _get_closed_form_lr(self) -> list:
        passed = min(self.total_iters, self.last_epoch)
        return [lr * (1.0 - passed / self.total_iters) ** self.power for lr in self.base_lrs]


class CosineAnnealingLR(LRScheduler):
    """Let the rate fall along half a cosine wave to `eta_min` in `T_max` epochs, and rise again after that.

    lr = eta_min + (base_lr - eta_min) * (1 + cos(pi * epoch / T_max)) / 2, computed from the rate of the epoch before.

    Source: torch.optim.lr_scheduler.CosineAnnealingLR; Loshchilov & Hutter 2017, without the restarts.
    """

    def __init__(self, optimizer: Optimizer, T_max: int, eta_min: float = 0.0, last_epoch: int = -1) -> None:
        self.T_max, self.eta_min = T_max, eta_min
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list:
        self._warn_outside_step()
        if self._is_initial:
            return self._current()
        if (self.last_epoch - 1 - self.T_max) % (2 * self.T_max) == 0:  # just past a minimum, where `before` is 0
            rise, rates = 1 - math.cos(math.pi / self.T_max), zip(self._current(), self.base_lrs, strict=True)
            return [lr + (base - self.eta_min) * rise / 2 for lr, base in rates]
        now = 1 + math.cos(math.pi * self.last_epoch / self.T_max)
        before = 1 + math.cos(math.pi * (self.last_epoch - 1) / self.T_max)
        return [now / before * (lr - self.eta_min) + self.eta_min for lr in self._current()]

    def _get_closed_form_lr(self) -> list:
        height = 1 + math.cos(math.pi * self.last_epoch / self.T_max)
        return [self.eta_min + (lr - self.eta_min) * height / 2 for lr in self.base_lrs]


class InverseSqrtLR(LRScheduler):
    """Warm up in a straight line, then let the rate fall with the root of time.

    lr = base_lr * min(t / warmup_steps, sqrt(warmup_steps / t)), t = epoch + 1: it peaks at base_lr, t = warmup_steps.
    Step it after every optimizer step. torch has no such schedule: there one writes it as a LambdaLR.

    Source: Vaswani et al. 2017, section 5.3, with base_lr in place of (d_model * warmup_steps) ** -0.5.

    Parameters
    ----------
    warmup_steps : int >= 1
    """

    def __init__(self, optimizer: Optimizer, warmup_steps: int, last_epoch: int = -1) -> None:
        if warmup_steps < 1:
            raise ValueError(f"InverseSqrtLR: warmup_steps expected to be at least 1, got {warmup_steps}")
        self.warmup_steps = warmup_steps
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list:
        self._warn_outside_step()
        return self._get_closed_form_lr()

    def _get_closed_form_lr(self) -> list:
        t = self.last_epoch + 1
        factor = min(t / self.warmup_steps, math.sqrt(self.warmup_steps / t))
        return [lr * factor for lr in self.base_lrs]


def check_factor(what: str, factor: float) -> None:
    """Refuse a factor outside of [0, 1]."""
    if factor > 1.0 or factor < 0:
        raise ValueError(f"{what} expected to be between 0 and 1, got {factor}")
