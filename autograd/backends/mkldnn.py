"""torch.backends.mkldnn: Intel's layers, not there."""

from autograd.backends.cuda import is_built
from autograd.backends.cudnn import is_available

__all__ = ["is_available", "is_built"]
