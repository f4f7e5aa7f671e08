"""torch.mps where there is no such device: as torch.cuda."""

from autograd.cuda import device_count, empty_cache, is_available, manual_seed, seed, synchronize

__all__ = ["device_count", "empty_cache", "is_available", "manual_seed", "seed", "synchronize"]
