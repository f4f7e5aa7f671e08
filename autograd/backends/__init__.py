"""torch.backends: the switches of libraries that torch may be built with. They can be set, and are not there."""

from autograd.backends import cuda, cudnn, mkl, mkldnn, mps, openmp

__all__ = ["cuda", "cudnn", "mkl", "mkldnn", "mps", "openmp"]
