"""Worker threads: each fetches its batches in turn, ahead of the loop that uses them.

Batch k goes to worker k modulo their number, and every worker answers in order: so the loop knows at whose door to
wait, batches come as without workers, and what a worker draws from its own ``get_worker_info().rng`` repeats.
"""

import copy
import itertools
import queue
import random
import threading
import time
import weakref
from collections import deque
from collections.abc import Callable, Iterator
from contextvars import ContextVar, copy_context
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd.random import Generator
from autograd.utils.data.dataset import Dataset

EXHAUSTED: Any = object()  # what a fetch returns when its stream has ended
NO_INDEX = object()
PATIENCE = 5.0  # seconds to wait for a thread that should end, or before asking whether one still lives


@dataclass(frozen=True)
class WorkerRandom:
    """A worker's own sources of randomness, all seeded by its `seed`."""

    random_generator: random.Random
    torch_generator: Generator
    numpy_generator: np.random.Generator


@dataclass(frozen=True)
class WorkerInfo:
    """Who a worker is: its number among how many, its seed, its copy of the dataset, its randomness.

    The copy is shallow: attributes set on it are the worker's own, the data behind them is shared.
    """

    id: int
    num_workers: int
    seed: int
    dataset: Any
    rng: WorkerRandom
    worker_method: str = "thread"


current_worker: ContextVar[WorkerInfo | None] = ContextVar("current_worker", default=None)


def get_worker_info() -> WorkerInfo | None:
    """The DataLoader worker that this code runs in; None outside of one.  Source: torch.utils.data.get_worker_info."""
    return current_worker.get()


def make_info(worker_id: int, num_workers: int, base_seed: int, dataset) -> WorkerInfo:
    """What worker `worker_id` will know about itself."""
    seed = base_seed + worker_id
    generator = Generator()
    generator.manual_seed(seed)
    own = copy.copy(dataset) if isinstance(dataset, Dataset) else dataset
    return WorkerInfo(worker_id, num_workers, seed, own, WorkerRandom(random.Random(seed), generator, generator.numpy))


class Worker(threading.Thread):
    """Fetches what comes into `jobs`, a (lane, index) at a time, until None comes.

    It runs in a copy of its maker's context, so that grad mode and the like are the same in it.
    """

    def __init__(self, info: WorkerInfo, init_fn: Callable[[int], object] | None, open_dataset: Callable) -> None:
        super().__init__(name=f"DataLoader worker {info.id}", daemon=True)
        self.info = info
        self.init_fn = init_fn
        self.open_dataset = open_dataset
        self.jobs: queue.SimpleQueue = queue.SimpleQueue()
        self.context = copy_context()
        self.failure: Failure | None = None

    def run(self) -> None:
        """Work, in the maker's context."""
        self.context.run(self._work)

    def _work(self) -> None:
        current_worker.set(self.info)
        try:
            if self.init_fn is not None:
                self.init_fn(self.info.id)
        except BaseException as error:
            self.failure = Failure(error, self.info.id)
        for lane, index in iter(self.jobs.get, None):
            if not lane.closed:
                lane.results.put(self.failure or self._fetch(lane, index))

    def _fetch(self, lane: "Lane", index):
        try:
            if lane.fetch is None:
                lane.fetch = self.open_dataset(self.info.dataset)
            return lane.fetch(index)
        except BaseException as error:
            return Failure(error, self.info.id)


class Failure:
    """An exception on its way from a worker to the loop."""

    def __init__(self, error: BaseException, worker_id: int) -> None:
        error.add_note(f"This was raised in DataLoader worker {worker_id}.")
        self.error = error


class Lane:
    """One worker's share of one pass over the data: its batches arrive here in order."""

    def __init__(self, worker: Worker) -> None:
        self.worker = worker
        self.results: queue.SimpleQueue = queue.SimpleQueue()
        self.fetch: Callable | None = None
        self.exhausted = False
        self.closed = False

    def wait(self, timeout: float):
        """The next batch, Failure or EXHAUSTED of this lane."""
        while True:
            try:
                return self.results.get(timeout=timeout or PATIENCE)
            except queue.Empty:
                if timeout:
                    raise RuntimeError(
                        f"DataLoader timed out after {timeout} seconds: {self.worker.name} is still fetching; "
                        "raise timeout=, or look for what blocks in the dataset's __getitem__"
                    ) from None
                if not self.worker.is_alive() and self.results.empty():
                    raise RuntimeError(
                        f"{self.worker.name} is gone: iterate in the process that made the iterator, "
                        "threads do not survive a fork"
                    ) from None


class Pool:
    """The workers of a DataLoader; they end when the pool is dropped."""

    def __init__(
        self, dataset, num_workers: int, base_seed: int, init_fn: Callable[[int], object] | None, open_dataset: Callable
    ) -> None:
        self.workers = [
            Worker(make_info(i, num_workers, base_seed, dataset), init_fn, open_dataset) for i in range(num_workers)
        ]
        self.stop = weakref.finalize(self, stop, self.workers)
        for worker in self.workers:
            worker.start()


def stop(workers: list[Worker]) -> None:
    """Let workers end after what they are doing, and wait for it a while."""
    for worker in workers:
        worker.jobs.put(None)
    deadline = time.monotonic() + PATIENCE
    for worker in workers:
        if worker.is_alive() and worker is not threading.current_thread():
            worker.join(max(0.0, deadline - time.monotonic()))


class ThreadedPass:
    """One pass over the data with workers: keeps `ahead` batches asked for beyond the one in use."""

    def __init__(self, pool: Pool, indices: Iterator, ahead: int, timeout: float, keep_pool: bool) -> None:
        self.indices = indices
        self.timeout = timeout
        self.lanes = [Lane(worker) for worker in pool.workers]
        self.turns = itertools.cycle(self.lanes)
        self.pending: deque[Lane] = deque()
        self.close = weakref.finalize(self, close, self.lanes, pool if not keep_pool else None)
        for _ in range(ahead):
            self._ask()

    def __iter__(self) -> "ThreadedPass":
        return self

    def __next__(self):
        while self.pending:
            lane = self.pending[0]
            if lane.exhausted:
                self.pending.popleft()
                continue
            batch = lane.wait(self.timeout)
            self.pending.popleft()
            lane.exhausted = batch is EXHAUSTED
            self._ask()
            if type(batch) is Failure:
                try:
                    raise batch.error
                finally:
                    # The traceback holds this frame: it should keep neither the error, a cycle, nor the threads.
                    del batch, self
            if batch is not EXHAUSTED:
                return batch
        self.close()
        raise StopIteration

    def _ask(self) -> None:
        """Hand the next index to the next worker that still has data."""
        for lane in itertools.islice(self.turns, len(self.lanes)):
            if not lane.exhausted:
                index = next(self.indices, NO_INDEX)
                if index is not NO_INDEX:
                    self.pending.append(lane)
                    lane.worker.jobs.put((lane, index))
                return


def close(lanes: list[Lane], pool: Pool | None) -> None:
    """End a pass: batches asked for but not begun are dropped, and the workers end unless others need them."""
    for lane in lanes:
        lane.closed = True
    if pool is not None:
        pool.stop()
