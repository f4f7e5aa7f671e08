"""What a training program needs around the engine: ``autograd.utils.data`` feeds it batches.  Source: torch.utils."""

from autograd.utils import data

__all__ = ["data"]
