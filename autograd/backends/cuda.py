"""torch.backends.cuda: switches of computations on a GPU, not there."""

from types import SimpleNamespace

matmul = SimpleNamespace(allow_tf32=False, allow_fp16_reduced_precision_reduction=True)


def is_built() -> bool:
    """Whether this was built for CUDA: no."""
    return False
