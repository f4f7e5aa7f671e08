"""torch.amp: mixed precision, which is for GPUs. Turned off its lines run; turned on for the CPU they say why not."""

import warnings
from contextlib import ContextDecorator

from autograd.devices import device

__all__ = ["GradScaler", "autocast", "custom_bwd", "custom_fwd", "is_autocast_available"]


def is_autocast_available(device_type: str) -> bool:
    """Whether `autocast` does anything there: never."""
    return False


def enabled_here(name, device_type, enabled) -> bool:
    """False, unless mixed precision is asked of the CPU: then an error."""
    if enabled and device(device_type).type == "cpu":
        raise RuntimeError(
            f"{name}: gategrad computes in float32 and float64; mixed precision is for GPUs: pass enabled=False"
        )
    if enabled:
        warnings.warn(f"{name}: there is no device {device_type!r} here, so it does nothing", UserWarning, stacklevel=3)
    return False


class autocast(ContextDecorator):
    """A block, or a decorated function, in mixed precision: here as without it. Source: torch.autocast."""

    def __init__(self, device_type, dtype=None, enabled=True, cache_enabled=None):
        self.device, self.fast_dtype = device_type, dtype
        self._enabled = enabled_here("autocast", device_type, enabled)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return False


class GradScaler:
    """Scales a loss against underflow in half precision: here a pass-through. Source: torch.amp.GradScaler."""

    def __init__(
        self,
        device="cuda",
        init_scale=65536.0,
        growth_factor=2.0,
        backoff_factor=0.5,
        growth_interval=2000,
        enabled=True,
    ):
        self._enabled = enabled_here("GradScaler", device, enabled)

    def scale(self, outputs):
        """The outputs as they are."""
        return outputs

    def unscale_(self, optimizer) -> None:
        """Nothing was scaled."""

    def step(self, optimizer, *args, **kwargs):
        """``optimizer.step()``."""
        return optimizer.step(*args, **kwargs)

    def update(self, new_scale=None) -> None:
        """There is no scale to adapt."""

    def get_scale(self) -> float:
        """1."""
        return 1.0

    def is_enabled(self) -> bool:
        """Whether anything is scaled: no."""
        return False

    def state_dict(self) -> dict:
        """Empty: there is no state."""
        return {}

    def load_state_dict(self, state_dict: dict) -> None:
        """There is no state to load, so whatever a GPU has left in it is not needed."""


def custom_fwd(fwd=None, **settings):
    """The forward of a Function as it is. Source: torch.amp.custom_fwd."""
    return fwd if fwd is not None else custom_fwd


def custom_bwd(bwd=None, **settings):
    """The backward of a Function as it is. Source: torch.amp.custom_bwd."""
    return bwd if bwd is not None else custom_bwd
