"""torch.cuda.amp: `autocast` and `GradScaler` for a GPU, which turn themselves off where there is none."""

from autograd import amp

__all__ = ["GradScaler", "autocast"]


class autocast(amp.autocast):
    """`autograd.amp.autocast` for the device "cuda". Source: torch.cuda.amp.autocast."""

    def __init__(self, enabled=True, dtype=None, cache_enabled=None):
        super().__init__("cuda", dtype, enabled, cache_enabled)


GradScaler = amp.GradScaler
