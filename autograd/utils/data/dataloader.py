"""DataLoader: batches of a dataset, in the sampler's order, fetched in the loop itself or ahead of it by threads."""

import itertools
import multiprocessing
import multiprocessing.context
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any, Generic, TypeVar

from autograd.utils.data.collate import default_collate, default_convert
from autograd.utils.data.dataset import Dataset, IterableDataset, fetch_samples, gather_batch
from autograd.utils.data.sampler import (
    BatchSampler,
    RandomSampler,
    Sampler,
    SequentialSampler,
    size_of,
    source_of_randomness,
)
from autograd.utils.data.worker import EXHAUSTED, Pool, ThreadedPass

T = TypeVar("T", covariant=True)

FIXED = ("batch_size", "batch_sampler", "sampler", "drop_last", "dataset", "persistent_workers")


class DataLoader(Generic[T]):
    """Iterate over batches of a dataset.

    Source: torch.utils.data.DataLoader. Workers are threads here: NumPy releases Python's lock in its loops, nothing is
    copied or pickled, and an exception arrives as it was raised. What a worker should draw at random it draws from
    ``get_worker_info().rng``, which repeats from run to run; the global generator is shared by all threads.

    Parameters
    ----------
    dataset : Dataset, IterableDataset, or anything with ``__getitem__`` and ``__len__``
    batch_size : samples a batch; None yields single samples
    shuffle : a fresh random order each pass
    sampler, batch_sampler : an own order of samples, or of whole batches
    num_workers : threads that fetch ahead; 0 fetches in the loop itself
    collate_fn : list of samples -> batch, `default_collate` by default
    drop_last : leave out a last batch that is shorter
    timeout : seconds to wait for a worker's batch, 0 for no limit
    worker_init_fn : called in each worker with its number, before it fetches
    generator : Generator of the random order, by default the one behind ``autograd.manual_seed``
    prefetch_factor : batches each worker fetches ahead, 2 by default
    persistent_workers : keep the threads from pass to pass
    pin_memory, pin_memory_device, multiprocessing_context, in_order : accepted; memory needs no pinning for a CPU,
        workers need no processes, and the order is always kept
    """

    _initialized = False

    def __init__(
        self,
        dataset: Dataset[T],
        batch_size: int | None = 1,
        shuffle: bool | None = None,
        sampler: Sampler | Iterable | None = None,
        batch_sampler: Sampler[list] | Iterable[list] | None = None,
        num_workers: int = 0,
        collate_fn: Callable[[list], Any] | None = None,
        pin_memory: bool = False,
        drop_last: bool = False,
        timeout: float = 0,
        worker_init_fn: Callable[[int], object] | None = None,
        multiprocessing_context=None,
        generator=None,
        *,
        prefetch_factor: int | None = None,
        persistent_workers: bool = False,
        pin_memory_device: str = "",
        in_order: bool = True,
    ) -> None:
        check_worker_options(num_workers, timeout, prefetch_factor, persistent_workers, multiprocessing_context)
        is_stream = isinstance(dataset, IterableDataset)
        if is_stream:
            for name, value in (("shuffle", shuffle or None), ("sampler", sampler), ("batch_sampler", batch_sampler)):
                if value is not None:
                    raise ValueError(
                        f"DataLoader with IterableDataset: expected unspecified {name} option, but got {name}={value}: "
                        "a stream comes in its own order, which its __iter__ decides"
                    )
        if sampler is not None and shuffle:
            raise ValueError(
                "DataLoader: sampler option is mutually exclusive with shuffle: "
                "the sampler decides the order; leave one of them out"
            )
        if batch_sampler is not None:
            if batch_size != 1 or shuffle or sampler is not None or drop_last:
                raise ValueError(
                    "DataLoader: batch_sampler option is mutually exclusive with batch_size, shuffle, sampler, and "
                    f"drop_last: it makes whole batches itself; got batch_size={batch_size}, shuffle={shuffle}, "
                    f"sampler={sampler}, drop_last={drop_last}"
                )
            batch_size = None
        elif batch_size is None and drop_last:
            raise ValueError(
                "DataLoader: batch_size=None option disables auto-batching and is mutually exclusive with drop_last"
            )
        if sampler is None:
            if is_stream:
                sampler = itertools.repeat(None)
            else:
                sampler = RandomSampler(dataset, generator=generator) if shuffle else SequentialSampler(dataset)
        if batch_size is not None:
            batch_sampler = BatchSampler(sampler, batch_size, drop_last)

        self.dataset = dataset
        self.batch_size = batch_size
        self.sampler = sampler
        self.batch_sampler = batch_sampler
        self.num_workers = num_workers
        self.collate_fn = collate_fn or (default_convert if batch_sampler is None else default_collate)
        self.pin_memory = pin_memory
        self.drop_last = drop_last
        self.timeout = timeout
        self.worker_init_fn = worker_init_fn
        self.multiprocessing_context = multiprocessing_context
        self.generator = generator
        self.prefetch_factor = 2 if num_workers and prefetch_factor is None else prefetch_factor
        self.persistent_workers = persistent_workers
        self.pin_memory_device = pin_memory_device
        self.in_order = in_order
        self._pool: Pool | None = None
        self._initialized = True

    def __setattr__(self, name: str, value) -> None:
        if self._initialized and name in FIXED:
            raise ValueError(
                f"{name} attribute should not be set after {type(self).__name__} is initialized: make a new one"
            )
        super().__setattr__(name, value)

    def __iter__(self) -> Iterator[Any]:
        base_seed = int(source_of_randomness(self.generator).integers(2**62))
        indices = iter(self.sampler if self.batch_sampler is None else self.batch_sampler)
        open_dataset = partial(
            fetcher, batched=self.batch_sampler is not None, drop_last=self.drop_last, collate_fn=self.collate_fn
        )
        if not self.num_workers:
            if self.timeout:
                raise AssertionError(f"DataLoader: timeout={self.timeout} needs num_workers > 0: only they can be late")
            return SerialPass(indices, open_dataset(self.dataset))
        if not self.prefetch_factor:
            raise AssertionError("DataLoader: prefetch_factor must be greater than 0 when num_workers > 0")
        pool = self._pool or Pool(self.dataset, self.num_workers, base_seed, self.worker_init_fn, open_dataset)
        if self.persistent_workers:
            self._pool = pool
        ahead = self.prefetch_factor * self.num_workers
        return ThreadedPass(pool, indices, ahead, self.timeout, keep_pool=self.persistent_workers)

    def __len__(self) -> int:
        if not isinstance(self.dataset, IterableDataset):
            return size_of(self.sampler if self.batch_sampler is None else self.batch_sampler)
        length = size_of(self.dataset)
        if self.batch_size is None:
            return length
        return length // self.batch_size if self.drop_last else -(-length // self.batch_size)


class SerialPass:
    """One pass over the data without workers."""

    def __init__(self, indices: Iterator, fetch: Callable) -> None:
        self.indices = indices
        self.fetch = fetch

    def __iter__(self) -> "SerialPass":
        return self

    def __next__(self):
        batch = self.fetch(next(self.indices))
        if batch is EXHAUSTED:
            raise StopIteration
        return batch


def fetcher(dataset, batched: bool, drop_last: bool, collate_fn: Callable) -> Callable:
    """The function from what a sampler yields to a batch; for a stream, it ends with EXHAUSTED."""
    if isinstance(dataset, IterableDataset):
        samples = iter(dataset)

        def fetch(index):
            wanted = len(index) if batched else 1
            found = list(itertools.islice(samples, wanted))
            if not found or (drop_last and len(found) < wanted):
                return EXHAUSTED
            return collate_fn(found if batched else found[0])

    elif not batched:

        def fetch(index):
            return collate_fn(dataset[index])

    else:

        def fetch(index):
            batch = gather_batch(dataset, index) if collate_fn is default_collate else None
            return collate_fn(fetch_samples(dataset, index)) if batch is None else batch

    return fetch


def check_worker_options(num_workers, timeout, prefetch_factor, persistent_workers, multiprocessing_context) -> None:
    """Raise for options about workers that contradict each other."""
    if num_workers < 0:
        raise ValueError(
            f"DataLoader: num_workers option should be non-negative, got {num_workers}; "
            "use num_workers=0 to fetch in the loop itself"
        )
    if timeout < 0:
        raise ValueError(f"DataLoader: timeout option should be non-negative, got {timeout}; use 0 for no limit")
    if prefetch_factor is not None and num_workers == 0:
        raise ValueError(
            f"DataLoader: prefetch_factor={prefetch_factor} needs num_workers > 0: only workers fetch ahead"
        )
    if prefetch_factor is not None and prefetch_factor < 0:
        raise ValueError(f"DataLoader: prefetch_factor option should be non-negative, got {prefetch_factor}")
    if persistent_workers and num_workers == 0:
        raise ValueError("DataLoader: persistent_workers option needs num_workers > 0")
    if multiprocessing_context is None:
        return
    if num_workers == 0:
        raise ValueError("DataLoader: multiprocessing_context can only be used with num_workers > 0")
    if isinstance(multiprocessing_context, str):
        methods = multiprocessing.get_all_start_methods()
        if multiprocessing_context not in methods:
            raise ValueError(
                f"DataLoader: multiprocessing_context option should specify a valid start method in {methods}, but got "
                f"multiprocessing_context={multiprocessing_context!r}"
            )
    elif not isinstance(multiprocessing_context, multiprocessing.context.BaseContext):
        raise TypeError(
            "DataLoader: multiprocessing_context option should be a valid context object or a string specifying the "
            f"start method, but got multiprocessing_context={multiprocessing_context!r}"
        )
