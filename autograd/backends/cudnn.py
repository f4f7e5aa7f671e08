"""torch.backends.cudnn: NVIDIA's layers, not there. Its switches can be set; runs repeat themselves anyway."""

enabled = True
benchmark = False
deterministic = False
allow_tf32 = True


def is_available() -> bool:
    """Whether cuDNN can be used: never."""
    return False


def version() -> None:
    """cuDNN's version: None."""
