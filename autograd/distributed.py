"""torch.distributed: one process works alone. Programs that ask before they communicate run as they are."""

__all__ = ["get_rank", "get_world_size", "is_available", "is_initialized"]


def is_available() -> bool:
    """Whether processes can work together: not yet."""
    return False


is_initialized = is_available


def get_rank(group=None) -> int:
    """This process among those that work together: the first."""
    return 0


def get_world_size(group=None) -> int:
    """How many processes work together: 1."""
    return 1
