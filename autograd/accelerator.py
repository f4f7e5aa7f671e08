"""torch.accelerator: whatever GPU there is, and there is none."""

from autograd.cuda import device_count, is_available, needs_gpu, synchronize

__all__ = ["current_accelerator", "current_device_index", "device_count", "is_available", "synchronize"]


def current_accelerator(check_available: bool = False) -> None:
    """The device to compute on, if there is one beside the CPU: None."""


current_device_index = set_device_index = needs_gpu
