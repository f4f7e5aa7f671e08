"""Calls spread over the cores of the machine."""

import contextlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor

from demos import extra


def parallel(function: Callable, *arguments: Sequence, name: str = "") -> list:
    """``list(map(function, *arguments))``, each call in one of as many processes as there are cores.

    A process begins by importing the function, which therefore stands at the top of its module, and draws its own
    random numbers: seed them in the function, and the results do not depend on how the calls were dealt out.

    Parameters
    ----------
    name : what the progress bar is called
    """
    context = multiprocessing.get_context("spawn")  # the same on every system, and nothing is inherited
    pool = ProcessPoolExecutor(min(cores(), len(arguments[0])), context, initializer=end_with_parent)
    try:
        with ctrl_c_put_off():
            results = pool.map(function, *arguments)  # starts the processes
        return list(extra("tqdm").tqdm(results, total=len(arguments[0]), desc=name, unit="run"))
    finally:
        pool.shutdown(cancel_futures=True)


@contextlib.contextmanager
def ctrl_c_put_off() -> Iterator[None]:
    """Let Ctrl-C wait for the end of the block; processes that begin in it never hear it, where a system can do that.

    A terminal sends it to them too, but it is for their parent to hear: they finish their call, and begin no other.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def end_with_parent() -> None:
    """Let this process end when its parent is no more, be it killed, and leave Ctrl-C to it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def wait():
        multiprocessing.parent_process().join()
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()
