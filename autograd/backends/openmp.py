"""torch.backends.openmp: threads of compiled loops; NumPy's linear algebra has its own."""

from autograd.backends.cuda import is_built
from autograd.backends.cudnn import is_available

__all__ = ["is_available", "is_built"]
