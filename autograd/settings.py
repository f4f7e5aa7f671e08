"""Settings of the whole process under torch's names: threads, determinism, the default device, compilation."""

import warnings

from autograd.devices import CPU, check_device, device

threads: int | None = None  # as set_num_threads left it


def set_num_threads(int: int) -> None:
    """Let linear algebra use so many threads (with the package threadpoolctl; else it is only noted).

    Source: torch.set_num_threads.
    """
    global threads
    if isinstance(int, bool) or not hasattr(int, "__index__"):
        raise RuntimeError(f"set_num_threads expects an int, but got {type(int).__name__}")
    if int < 1:
        raise RuntimeError(f"set_num_threads: expected a positive number of threads, not {int}")
    threads = int.__index__()
    pools = thread_pools()
    if pools is not None:
        pools.threadpool_limits(threads)


def get_num_threads() -> int:
    """How many threads linear algebra uses. Source: torch.get_num_threads."""
    pools = thread_pools()
    if pools is not None:
        return max([pool["num_threads"] for pool in pools.threadpool_info()], default=threads or 1)
    return threads or 1


def thread_pools():
    """The package threadpoolctl, if it is installed."""
    try:
        import threadpoolctl
    except ImportError:
        return None
    return threadpoolctl


def set_num_interop_threads(int: int) -> None:
    """Nothing: operations run one after the other. Source: torch.set_num_interop_threads."""


def get_num_interop_threads() -> int:
    """1: operations run one after the other. Source: torch.get_num_interop_threads."""
    return 1


deterministic = False


def use_deterministic_algorithms(mode: bool, *, warn_only: bool = False) -> None:
    """Note the wish; every computation here repeats itself anyway. Source: torch.use_deterministic_algorithms."""
    global deterministic
    deterministic = bool(mode)


def are_deterministic_algorithms_enabled() -> bool:
    """What `use_deterministic_algorithms` was told last."""
    return deterministic


precision = "highest"


def set_float32_matmul_precision(precision: str) -> None:
    """Note the wish; float32 products are always computed in float32. Source: torch.set_float32_matmul_precision."""
    if precision not in ("highest", "high", "medium"):
        warnings.warn(
            f"set_float32_matmul_precision: {precision!r} is not highest, high or medium: ignored", stacklevel=2
        )
        return
    globals()["precision"] = precision


def get_float32_matmul_precision() -> str:
    """What `set_float32_matmul_precision` was told last."""
    return precision


def set_default_device(device) -> None:
    """The CPU, or an error: there is no other device. Source: torch.set_default_device."""
    check_device(device)


def get_default_device() -> device:
    """Where new tensors live: on the CPU. Source: torch.get_default_device."""
    return CPU


def compile(model=None, *, fullgraph=False, dynamic=None, backend="inductor", mode=None, options=None, disable=False):
    """The model or function itself: there is nothing to compile. Source: torch.compile."""
    return model if model is not None else lambda function: function
