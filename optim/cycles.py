"""Schedules whose rate rises again, and those that move the momentum against it."""

import math
from collections.abc import Callable, Sequence
from typing import Any

from optim.optimizer import Optimizer
from optim.schedule import LRScheduler, attributes, checked, own, set_lr


class CosineAnnealingWarmRestarts(LRScheduler):
    """Let the rate fall along half a cosine wave to `eta_min`, jump back up, and fall again, each time more slowly.

    lr = eta_min + (base_lr - eta_min) * (1 + cos(pi * T_cur / T_i)) / 2
    T_cur counts the epochs since the last restart; after T_i of them comes the next one, and T_i grows by `T_mult`.
    ``step(epoch)`` goes to any epoch, also to a part of one: ``scheduler.step(epoch + batch / batches)``.

    Source: torch.optim.lr_scheduler.CosineAnnealingWarmRestarts; Loshchilov & Hutter 2017.

    Parameters
    ----------
    T_0 : int > 0, the epochs until the first restart
    T_mult : int >= 1
    eta_min : float
    """

    def __init__(
        self, optimizer: Optimizer, T_0: int, T_mult: int = 1, eta_min: float = 0.0, last_epoch: int = -1
    ) -> None:
        check_count("CosineAnnealingWarmRestarts: T_0", T_0)
        check_count("CosineAnnealingWarmRestarts: T_mult", T_mult)
        if not isinstance(eta_min, int | float):
            raise ValueError(
                f"CosineAnnealingWarmRestarts: Expected float or int eta_min, but got {eta_min!r}, "
                f"a {type(eta_min).__name__}"
            )
        self.T_0 = self.T_i = T_0
        self.T_mult, self.eta_min = T_mult, eta_min
        self.T_cur: float = last_epoch
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list:
        self._warn_outside_step()
        height = 1 + math.cos(math.pi * self.T_cur / self.T_i)
        return [self.eta_min + (lr - self.eta_min) * height / 2 for lr in self.base_lrs]

    def step(self, epoch: float | None = None) -> None:
        """Go on to the next epoch, or to the given one."""
        if epoch is None and self.last_epoch >= 0:
            epoch = self.last_epoch + 1
            self.T_cur += 1
            if self.T_cur >= self.T_i:
                self.T_cur %= self.T_i
                self.T_i *= self.T_mult
        else:
            epoch = 0 if epoch is None else epoch
            if epoch < 0:
                raise ValueError(f"CosineAnnealingWarmRestarts: Expected non-negative epoch, but got {epoch}")
            self.T_cur, self.T_i = epoch, self.T_0
            while self.T_cur >= self.T_i:
                self.T_cur -= self.T_i
                self.T_i *= self.T_mult
        self._update_lr(math.floor(epoch))


class MomentumCycle(LRScheduler):
    """A schedule that can move the momentum against the rate: high momentum while the steps are short."""

    cycle_momentum: bool
    use_beta1: bool  # an Adam's momentum is its first beta

    def _start_momentum(self, base: float | Sequence[float], top: float | Sequence[float], start: bool) -> tuple:
        """Give the bounds of the momentum for each group, and begin at the upper one."""
        where, optimizer = type(self).__name__, self.optimizer
        if not {"momentum", "betas"} & optimizer.defaults.keys():
            raise ValueError(
                f"{where}: optimizer must support momentum or beta1 with `cycle_momentum` option enabled, "
                f"{type(optimizer).__name__} has neither: set cycle_momentum=False"
            )
        self.use_beta1 = "betas" in optimizer.defaults
        tops = per_group(f"{where}: max_momentum", optimizer, top)
        bases = per_group(f"{where}: base_momentum", optimizer, base)
        if start:
            for group, low, high in zip(optimizer.param_groups, bases, tops, strict=True):
                self._set_momentum(group, high)
                group["max_momentum"], group["base_momentum"] = high, low
        return bases, tops

    def _set_momentum(self, group: dict[str, Any], momentum: float) -> None:
        if self.use_beta1:
            group["betas"] = (momentum, *group["betas"][1:])
        else:
            group["momentum"] = momentum


class CyclicLR(MomentumCycle):
    """Let the rate go up and down in straight lines between `base_lr` and `max_lr`, and the momentum down and up.

    lr = base_lr + (max_lr - base_lr) * x * scale;  momentum = max_momentum - (max_momentum - base_momentum) * x * scale
    x rises from 0 to 1 in `step_size_up` steps and falls in `step_size_down`. Step it after every optimizer step.

    Source: torch.optim.lr_scheduler.CyclicLR; Smith 2017.

    Parameters
    ----------
    base_lr, max_lr, base_momentum, max_momentum : float, or a list with one for each group
    step_size_up : int
    step_size_down : int, by default as many as up
    mode : "triangular", scale = 1; "triangular2", scale = 1 / 2 ** (cycle - 1); "exp_range", scale = gamma ** step
    gamma : float, for "exp_range"
    scale_fn : callable, optional, takes the place of `mode`
    scale_mode : "cycle" or "iterations", what `scale_fn` gets: the number of the cycle, from 1, or of the step
    cycle_momentum : bool, move the momentum too, or the first beta of an Adam
    """

    def __init__(
        self,
        optimizer: Optimizer,
        base_lr: float | Sequence[float],
        max_lr: float | Sequence[float],
        step_size_up: int = 2000,
        step_size_down: int | None = None,
        mode: str = "triangular",
        gamma: float = 1.0,
        scale_fn: Callable[[float], float] | None = None,
        scale_mode: str = "cycle",
        cycle_momentum: bool = True,
        base_momentum: float | Sequence[float] = 0.8,
        max_momentum: float | Sequence[float] = 0.9,
        last_epoch: int = -1,
    ) -> None:
        self.optimizer = checked(optimizer)
        base_lrs = per_group("CyclicLR: base_lr", optimizer, base_lr)
        self.max_lrs = per_group("CyclicLR: max_lr", optimizer, max_lr)
        if scale_fn is None:
            if mode not in ("triangular", "triangular2", "exp_range"):
                raise ValueError(
                    f"CyclicLR: mode {mode!r} is invalid and scale_fn is None: choose 'triangular', 'triangular2' or "
                    "'exp_range', or give a scale_fn"
                )
            scale_mode = "iterations" if mode == "exp_range" else "cycle"
        up = float(step_size_up)
        self.total_size = up + (up if step_size_down is None else float(step_size_down))
        self.step_ratio = up / self.total_size
        self.mode, self.gamma, self._scale_fn_custom, self.scale_mode = mode, gamma, scale_fn, scale_mode
        self.cycle_momentum = cycle_momentum
        if cycle_momentum:
            bounds = self._start_momentum(base_momentum, max_momentum, start=last_epoch == -1)
            self.base_momentums, self.max_momentums = bounds
        if last_epoch == -1:
            for group, lr in zip(optimizer.param_groups, base_lrs, strict=True):
                set_lr(group, lr)
        super().__init__(optimizer, last_epoch)
        self.base_lrs = base_lrs

    def scale_fn(self, x: float) -> float:
        """The height of cycle, or step, `x`."""
        if self._scale_fn_custom is not None:
            return self._scale_fn_custom(x)
        if self.mode == "triangular2":
            return 0.5 ** (x - 1)
        return self.gamma**x if self.mode == "exp_range" else 1.0

    def get_lr(self) -> list:
        self._warn_outside_step()
        cycle = math.floor(1 + self.last_epoch / self.total_size)
        passed = 1.0 + self.last_epoch / self.total_size - cycle
        rising = passed <= self.step_ratio
        x = passed / self.step_ratio if rising else (passed - 1) / (self.step_ratio - 1)
        scale = self.scale_fn(cycle if self.scale_mode == "cycle" else self.last_epoch)
        if self.cycle_momentum:
            bounds = zip(self.optimizer.param_groups, self.base_momentums, self.max_momentums, strict=True)
            for group, low, high in bounds:
                self._set_momentum(group, high - (high - low) * x * scale)
        return [low + (high - low) * x * scale for low, high in zip(self.base_lrs, self.max_lrs, strict=True)]

    def state_dict(self) -> dict[str, Any]:
        custom = self._scale_fn_custom
        return {**super().state_dict(), "_scale_fn_custom": None if custom is None else attributes(custom)}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        super().load_state_dict({name: value for name, value in state_dict.items() if name != "_scale_fn_custom"})
        if state_dict["_scale_fn_custom"] is not None:
            vars(self._scale_fn_custom).update(state_dict["_scale_fn_custom"])


class OneCycleLR(MomentumCycle):
    """Warm up to `max_lr`, then let the rate fall to almost nothing, and move the momentum down and up meanwhile.

    initial_lr = max_lr / div_factor -> max_lr in the first pct_start of the steps -> initial_lr / final_div_factor,
    along half cosine waves or straight lines; with `three_phase`, back to initial_lr as fast as up, then down.
    Step it after every optimizer step; it ends after `total_steps` of them. The rate that the optimizer had is lost.

    Source: torch.optim.lr_scheduler.OneCycleLR; Smith & Topin 2017, whose own cycle is `three_phase`.

    Parameters
    ----------
    max_lr, base_momentum, max_momentum : float, or a list with one for each group
    total_steps : int > 0, or else epochs * steps_per_epoch
    pct_start : float in [0, 1], the share of the steps that goes up
    anneal_strategy : "cos" or "linear"
    cycle_momentum : bool, move the momentum too, or the first beta of an Adam
    div_factor, final_div_factor : float
    three_phase : bool
    """

    def __init__(
        self,
        optimizer: Optimizer,
        max_lr: float | Sequence[float],
        total_steps: int | None = None,
        epochs: int | None = None,
        steps_per_epoch: int | None = None,
        pct_start: float = 0.3,
        anneal_strategy: str = "cos",
        cycle_momentum: bool = True,
        base_momentum: float | Sequence[float] = 0.85,
        max_momentum: float | Sequence[float] = 0.95,
        div_factor: float = 25.0,
        final_div_factor: float = 1e4,
        three_phase: bool = False,
        last_epoch: int = -1,
    ) -> None:
        self.optimizer = checked(optimizer)
        self.total_steps = steps_in_all(total_steps, epochs, steps_per_epoch)
        if not isinstance(pct_start, float) or not 0 <= pct_start <= 1:
            raise ValueError(f"OneCycleLR: Expected float between 0 and 1 pct_start, but got {pct_start!r}")
        if anneal_strategy not in ("cos", "linear"):
            raise ValueError(
                f"OneCycleLR: anneal_strategy must be one of 'cos' or 'linear', instead got {anneal_strategy!r}"
            )
        max_lrs = per_group("OneCycleLR: max_lr", optimizer, max_lr)
        # What each phase goes from and to, by names of entries in the parameter groups.
        up = ("initial_lr", "max_lr", "max_momentum", "base_momentum")
        down = ("max_lr", "initial_lr", "base_momentum", "max_momentum")
        out = ("initial_lr", "min_lr", "max_momentum", "max_momentum")
        down_and_out = ("max_lr", "min_lr", "base_momentum", "max_momentum")
        peak, end = pct_start * self.total_steps - 1, self.total_steps - 1
        if three_phase:
            phases = [(peak, *up), (2 * peak, *down), (end, *out)]
        else:
            phases = [(peak, *up), (end, *down_and_out)]
        names = ("end_step", "start_lr", "end_lr", "start_momentum", "end_momentum")
        self._schedule_phases: list[dict[str, Any]] = [dict(zip(names, phase, strict=True)) for phase in phases]
        self._anneal_func_type = anneal_strategy
        self.cycle_momentum = cycle_momentum
        if cycle_momentum:
            self._start_momentum(base_momentum, max_momentum, start=last_epoch == -1)
        if last_epoch == -1:
            for group, lr in zip(optimizer.param_groups, max_lrs, strict=True):
                group["initial_lr"], group["max_lr"] = lr / div_factor, lr
                group["min_lr"] = group["initial_lr"] / final_div_factor
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list:
        self._warn_outside_step()
        if self.last_epoch > self.total_steps:
            raise ValueError(
                f"OneCycleLR: Tried to step {self.last_epoch} times. The specified number of total steps is "
                f"{self.total_steps}: make the schedule with as many as the training takes"
            )
        phases = self._schedule_phases
        index = next((i for i, phase in enumerate(phases) if self.last_epoch <= phase["end_step"]), len(phases) - 1)
        phase, start = phases[index], phases[index - 1]["end_step"] if index else 0.0
        passed = (self.last_epoch - start) / (phase["end_step"] - start)
        groups = self.optimizer.param_groups
        if self.cycle_momentum:
            for group in groups:
                ends = group[phase["start_momentum"]], group[phase["end_momentum"]]
                self._set_momentum(group, self._between(*ends, passed))
        return [self._between(group[phase["start_lr"]], group[phase["end_lr"]], passed) for group in groups]

    def _between(self, start: float, end: float, passed: float) -> float:
        """From `start` to `end` as `passed` goes from 0 to 1."""
        if self._anneal_func_type == "linear":
            return (end - start) * passed + start
        return end + (start - end) / 2.0 * (math.cos(math.pi * passed) + 1)


def check_count(what: str, count: int) -> int:
    """Refuse what is not a positive integer."""
    if not isinstance(count, int) or count <= 0:
        raise ValueError(f"{what}: Expected a positive integer, but got {count!r}")
    return count


def steps_in_all(total_steps: int | None, epochs: int | None, steps_per_epoch: int | None) -> int:
    """How long one cycle is, by either way to say it."""
    if total_steps is not None:
        return check_count("OneCycleLR: total_steps", total_steps)
    if epochs is None or steps_per_epoch is None:
        raise ValueError("OneCycleLR: You must define either total_steps OR (epochs AND steps_per_epoch)")
    return check_count("OneCycleLR: epochs", epochs) * check_count("OneCycleLR: steps_per_epoch", steps_per_epoch)


def per_group(what: str, optimizer: Optimizer, value: Any) -> list:
    """Give a value for each parameter group; a list must have one for each already."""
    count = len(optimizer.param_groups)
    values = list(value) if isinstance(value, list | tuple) else [value] * count
    if len(values) != count:
        raise ValueError(
            f"{what} has {len(values)} values, the optimizer has {count} parameter groups: give one for each"
        )
    return [own(each) for each in values]
