"""torch.cuda where there is no GPU: questions are answered, precautions do nothing, and real work raises."""

from autograd.devices import check_device

__all__ = ["device_count", "is_available", "manual_seed", "manual_seed_all"]


def is_available() -> bool:
    """Whether a GPU can be used: never."""
    return False


def device_count() -> int:
    """The number of GPUs: 0."""
    return 0


is_initialized = is_bf16_supported = is_available
memory_allocated = max_memory_allocated = memory_reserved = max_memory_reserved = lambda device=None: 0


def get_rng_state_all() -> list:
    """The states of the GPUs' generators: none."""
    return []


def precaution(*args, **settings) -> None:
    """Do nothing: what programs call just in case, to seed, wait for or tidy up a GPU."""


manual_seed = manual_seed_all = seed = seed_all = set_rng_state_all = precaution
synchronize = empty_cache = ipc_collect = reset_peak_memory_stats = reset_max_memory_allocated = precaution


def needs_gpu(*args, **settings):
    """Raise: this needs a GPU."""
    check_device("cuda")


init = current_device = set_device = get_device_name = get_device_properties = get_device_capability = needs_gpu
device = stream = Stream = Event = memory_summary = needs_gpu
