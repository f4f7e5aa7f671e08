"""torch.backends.mkl: Intel's linear algebra; NumPy brings its own."""

from autograd.backends.cuda import is_built
from autograd.backends.cudnn import is_available

__all__ = ["is_available", "is_built"]
