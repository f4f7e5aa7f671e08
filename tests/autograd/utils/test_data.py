"""autograd.utils.data: datasets, samplers, collation, and the DataLoader with and without worker threads."""

import collections
import contextlib
import functools
import gc
import subprocess
import sys
import threading
import time
import traceback
from concurrent.futures import Future

import numpy as np
import pytest

import autograd
from autograd.utils.data import (
    BatchSampler,
    ChainDataset,
    ConcatDataset,
    DataLoader,
    Dataset,
    IterableDataset,
    RandomSampler,
    Sampler,
    SequentialSampler,
    StackDataset,
    Subset,
    SubsetRandomSampler,
    TensorDataset,
    WeightedRandomSampler,
    default_collate,
    default_convert,
    get_worker_info,
    random_split,
)

Point = collections.namedtuple("Point", "x y")


def promptly(test):
    """Run the test in a thread of its own, and fail it where it hangs."""

    @functools.wraps(test)
    def run(*args, **kwargs):
        future = Future()

        def work():
            try:
                future.set_result(test(*args, **kwargs))
            except BaseException as error:
                future.set_exception(error)

        threading.Thread(target=work, daemon=True).start()
        future.result(timeout=8)

    return run


def workers_running() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("DataLoader worker")]


@pytest.fixture(autouse=True)
def no_thread_left():
    yield
    assert workers_running() == []


def plain(batch):
    """A batch with its Tensors as (dtype, nested list): comparable by ==."""
    if isinstance(batch, autograd.Tensor):
        return str(batch.dtype), batch.tolist()
    if isinstance(batch, tuple) and hasattr(batch, "_fields"):
        return type(batch)(*map(plain, batch))
    if isinstance(batch, list | tuple):
        return type(batch)(map(plain, batch))
    if isinstance(batch, dict):
        return type(batch)((key, plain(value)) for key, value in batch.items())
    return batch


def batches(*args, **kwargs):
    return [plain(batch) for batch in DataLoader(*args, **kwargs)]


def seeded(seed=0):
    return autograd.Generator().manual_seed(seed)


class Squares(Dataset):
    def __init__(self, size=10):
        self.size = size

    def __len__(self):
        return self.size

    def __getitem__(self, index):
        return index, float(index) ** 2


class Slow(Squares):
    """Later samples come sooner."""

    def __getitem__(self, index):
        time.sleep(0.002 * (self.size - index))
        return index


class Stream(IterableDataset):
    """Worker w of many yields 100 w, 100 w + 1, ...: `lengths[w]` of them."""

    def __init__(self, *lengths):
        self.lengths = lengths

    def __iter__(self):
        worker = get_worker_info()
        number = 0 if worker is None else worker.id
        return iter(range(100 * number, 100 * number + self.lengths[number]))


class Failing(Squares):
    def __getitem__(self, index):
        if index == 5:
            raise LookupError("sample 5 is broken")
        return index


# Datasets


def test_tensor_dataset():
    x, y = autograd.arange(6.0).reshape(3, 2), autograd.tensor([7, 8, 9])
    pairs = TensorDataset(x, y)
    assert len(pairs) == 3
    assert plain(pairs[1]) == (("torch.float32", [2.0, 3.0]), ("torch.int64", 8))
    assert plain(pairs[-1][1]) == ("torch.int64", 9)
    assert plain(pairs[1:][1]) == ("torch.int64", [8, 9])


def test_concat_dataset():
    joined = Squares(2) + Squares(3)
    assert isinstance(joined, ConcatDataset)
    assert [sample[0] for sample in joined] == [0, 1, 0, 1, 2]
    assert joined[-1] == (2, 4.0) and joined[-5] == (0, 0.0)
    assert joined.cumulative_sizes == [2, 5]
    assert ConcatDataset([[], [1], [], [2]])[1] == 2


def test_chain_dataset():
    chain = Stream(2) + Stream(3)
    assert isinstance(chain, ChainDataset)
    assert list(chain) == [0, 1, 0, 1, 2]


def test_stack_dataset():
    assert StackDataset(Squares(2), "ab")[1] == ((1, 1.0), "b")
    by_name = StackDataset(square=Squares(2), letter="ab")
    assert by_name[0] == {"square": (0, 0.0), "letter": "a"} and len(by_name) == 2
    assert batches(by_name, batch_size=2) == [
        {"square": [("torch.int64", [0, 1]), ("torch.float64", [0.0, 1.0])], "letter": ["a", "b"]}
    ]


def test_subset():
    part = Subset(Squares(), [7, 2])
    assert len(part) == 2 and part[0] == (7, 49.0)
    assert batches(part, batch_size=2) == [[("torch.int64", [7, 2]), ("torch.float64", [49.0, 4.0])]]


def test_a_subset_that_overrides_getitem_alone_is_refused():
    class Doubled(Subset):
        def __getitem__(self, index):
            return 2 * self.dataset[self.indices[index]]

    with pytest.raises(NotImplementedError, match="__getitems__"):
        Doubled(range(3), [0])


@pytest.mark.parametrize(
    ("size", "lengths", "expected"),
    [
        (10, [3, 7], [3, 7]),
        (10, [0.33, 0.33, 0.34], [4, 3, 3]),
        (11, [0.5, 0.5], [6, 5]),
        (10, [1.0], [10]),
        (10, [10], [10]),
        (0, [0, 0], [0, 0]),
    ],
)
def test_random_split_partitions(size, lengths, expected):
    parts = random_split(range(size), lengths, generator=seeded())
    assert [len(part) for part in parts] == expected
    assert sorted(sample for part in parts for sample in part) == list(range(size))


def test_random_split_repeats_under_a_generator():
    def split(seed):
        return [part.indices for part in random_split(range(50), [20, 30], generator=seeded(seed))]

    assert split(1) == split(1) != split(2)
    autograd.manual_seed(5)
    first = random_split(range(50), [50])[0].indices
    autograd.manual_seed(5)
    assert random_split(range(50), [50])[0].indices == first


def test_random_split_warns_of_an_empty_part():
    with pytest.warns(UserWarning, match="Length of split at index 2 is 0") as caught:
        random_split(range(2), [0.4, 0.3, 0.3])
    assert caught[0].filename == __file__


# Samplers


def test_sequential_sampler():
    sampler = SequentialSampler("abc")
    assert list(sampler) == [0, 1, 2] and len(sampler) == 3


def test_random_sampler_permutes_anew_each_pass():
    sampler = RandomSampler(range(40), generator=seeded())
    first, second = list(sampler), list(sampler)
    assert sorted(first) == sorted(second) == list(range(40)) and first != second
    assert list(RandomSampler(range(40), generator=seeded())) == first


def test_random_sampler_follows_manual_seed_and_ignores_draws_during_the_pass():
    autograd.manual_seed(3)
    first = list(RandomSampler(range(5), num_samples=15))
    autograd.manual_seed(3)
    drawn = []
    for index in RandomSampler(range(5), num_samples=15):
        drawn.append(index)
        autograd.rand(1)
    assert drawn == first
    assert list(RandomSampler(range(5), num_samples=15)) != first


@pytest.mark.parametrize(("number", "rounds"), [(3, [3]), (5, [5]), (12, [5, 5, 2])])
def test_random_sampler_without_replacement_comes_in_rounds(number, rounds):
    sampler = RandomSampler(range(5), num_samples=number, generator=seeded())
    drawn = list(sampler)
    assert len(drawn) == len(sampler) == number
    for length in rounds:
        part, drawn = drawn[:length], drawn[length:]
        assert len(set(part)) == length and set(part) <= set(range(5))


def test_random_sampler_with_replacement():
    drawn = list(RandomSampler(range(4), replacement=True, num_samples=4000, generator=seeded()))
    counts = np.bincount(drawn, minlength=4)
    assert len(drawn) == 4000 and counts.min() > 850


def test_subset_random_sampler():
    sampler = SubsetRandomSampler([3, 1, 4, 15], generator=seeded())
    assert sorted(sampler) == [1, 3, 4, 15] and len(sampler) == 4


def test_weighted_sampler_draws_in_proportion():
    drawn = list(WeightedRandomSampler([0.0, 1.0, 3.0], 4000, generator=seeded()))
    share = np.bincount(drawn, minlength=3) / 4000
    np.testing.assert_allclose(share, [0, 0.25, 0.75], atol=0.03)


def test_weighted_sampler_without_replacement_draws_each_once_by_weight():
    generator = seeded()
    weights = autograd.tensor([0.0, 1.0, 3.0])
    runs = [list(WeightedRandomSampler(weights, 3, replacement=False, generator=generator)) for _ in range(800)]
    assert all(sorted(run) == [0, 1, 2] and run[-1] == 0 for run in runs)
    assert np.mean([run[0] == 2 for run in runs]) == pytest.approx(0.75, abs=0.05)


@pytest.mark.parametrize("size", range(7))
@pytest.mark.parametrize("drop_last", [False, True])
def test_batch_sampler(size, drop_last):
    sampler = BatchSampler(range(size), 3, drop_last)
    expected = {
        False: [[], [[0]], [[0, 1]], [[0, 1, 2]], [[0, 1, 2], [3]], [[0, 1, 2], [3, 4]], [[0, 1, 2], [3, 4, 5]]],
        True: [[], [], [], [[0, 1, 2]], [[0, 1, 2]], [[0, 1, 2]], [[0, 1, 2], [3, 4, 5]]],
    }[drop_last][size]
    assert list(sampler) == expected and len(sampler) == len(expected)


# Collation


@pytest.mark.parametrize(
    ("batch", "expected"),
    [
        ([1, 2], ("torch.int64", [1, 2])),
        ([True, False], ("torch.bool", [True, False])),
        ([1.0, 2], ("torch.float64", [1.0, 2.0])),
        ([np.float32(1), np.float32(2)], ("torch.float32", [1.0, 2.0])),
        ([np.uint8(1), np.uint8(2)], ("torch.uint8", [1, 2])),
        ([np.bool_(True)], ("torch.bool", [True])),
        ([np.ones(2), np.zeros(2)], ("torch.float64", [[1.0, 1.0], [0.0, 0.0]])),
        ([np.array(1), np.array(2)], ("torch.int64", [1, 2])),
        (["a", "b"], ["a", "b"]),
        ([b"a"], [b"a"]),
        ([(1, 2.0), (3, 4.0)], [("torch.int64", [1, 3]), ("torch.float64", [2.0, 4.0])]),
        ([[1, "a"], [3, "b"]], [("torch.int64", [1, 3]), ("a", "b")]),
        ([{"a": 1, "b": [2]}, {"a": 3, "b": [4]}], {"a": ("torch.int64", [1, 3]), "b": [("torch.int64", [2, 4])]}),
        ([Point(1, "u"), Point(2, "v")], Point(("torch.int64", [1, 2]), ("u", "v"))),
        ([range(2), range(2)], [("torch.int64", [0, 0]), ("torch.int64", [1, 1])]),
    ],
    ids=repr,
)
def test_default_collate(batch, expected):
    assert plain(default_collate(batch)) == expected


def test_collate_keeps_the_type_of_containers():
    ordered = default_collate([collections.OrderedDict(a=1), collections.OrderedDict(a=2)])
    assert type(ordered) is collections.OrderedDict
    counted = default_collate([collections.defaultdict(list, a=1)])
    assert type(counted) is collections.defaultdict and counted.default_factory is list
    assert type(default_collate([collections.deque([1])])) is collections.deque


def test_collate_leaves_the_samples_alone():
    samples = [{"a": 1, "b": [2]}, {"a": 3, "b": [4]}]
    default_collate(samples)
    assert samples == [{"a": 1, "b": [2]}, {"a": 3, "b": [4]}]


def test_collate_carries_gradients():
    rows = [autograd.ones(2, requires_grad=True), autograd.zeros(2)]
    stacked = default_collate(rows)
    assert stacked.shape == (2, 2)
    stacked.sum().backward()
    assert rows[0].grad.tolist() == [1.0, 1.0]


def test_default_convert():
    converted = default_convert({"a": np.ones(1), "b": (np.int32(3), "text"), "c": [np.array("x")]})
    assert plain(converted["a"]) == ("torch.float64", [1.0])
    assert plain(converted["b"]) == [("torch.int32", 3), "text"]
    assert type(converted["c"][0]) is np.ndarray
    assert plain(default_convert(Point(np.array(1), 2))) == Point(("torch.int64", 1), 2)
    tensor = autograd.ones(1)
    assert default_convert(tensor) is tensor


# DataLoader


@promptly
@pytest.mark.parametrize("num_workers", [0, 1, 3])
@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, [[0], [1], [2], [3], [4]]),
        ({"batch_size": 2}, [[0, 1], [2, 3], [4]]),
        ({"batch_size": 2, "drop_last": True}, [[0, 1], [2, 3]]),
        ({"batch_size": 9}, [[0, 1, 2, 3, 4]]),
        ({"batch_size": None}, [0, 1, 2, 3, 4]),
        ({"sampler": [3, 3, 0], "batch_size": 2}, [[3, 3], [0]]),
        ({"batch_sampler": [[4, 0], (1,)]}, [[4, 0], [1]]),
    ],
    ids=repr,
)
def test_loader_batches(options, expected, num_workers):
    loader = DataLoader([0, 1, 2, 3, 4], num_workers=num_workers, **options)
    assert len(loader) == len(expected)
    for _ in range(2):
        assert [np.asarray(batch).tolist() for batch in loader] == expected


@promptly
def test_workers_keep_the_order():
    assert batches(Slow(12), num_workers=4) == [("torch.int64", [i]) for i in range(12)]


@promptly
def test_shuffle_is_the_same_with_any_number_of_workers():
    def order(num_workers):
        loader = DataLoader(range(30), 4, shuffle=True, generator=seeded(), num_workers=num_workers)
        return [sample for batch in loader for sample in batch.tolist()]

    orders = [order(0), order(1), order(3)]
    assert orders[0] == orders[1] == orders[2] != sorted(orders[0])
    assert sorted(orders[0]) == list(range(30))


def test_loader_with_a_collate_fn():
    assert batches(range(5), batch_size=2, collate_fn=sum) == [1, 5, 4]
    assert batches(TensorDataset(autograd.arange(5)), batch_size=2, collate_fn=len) == [2, 2, 1]


def test_loader_asks_getitems():
    class Bulk(Squares):
        def __getitems__(self, indices):
            return [10 * index for index in indices]

    assert batches(Bulk(3), batch_size=2) == [("torch.int64", [0, 10]), ("torch.int64", [20])]


def one_by_one(batch):
    return default_collate(batch)


def twice_cut(dataset):
    return Subset(Subset(dataset, [5, 3, 1, 0]), [2, 0, 1])


@pytest.mark.parametrize("wrap", [lambda dataset: dataset, twice_cut], ids=["whole", "subset"])
@pytest.mark.parametrize("sampler", [None, [0, 0, -1], np.array([1, 2]), (0,)], ids=str)
def test_gathered_batches_equal_collated_ones(wrap, sampler):
    x = autograd.arange(72.0).reshape(6, 3, 4).transpose(1, 2)
    dataset = wrap(TensorDataset(x, autograd.arange(6), autograd.ones(6, 2, 2, dtype=autograd.float16)))
    gathered, collated = (
        list(DataLoader(dataset, 2, sampler=sampler, collate_fn=collate_fn)) for collate_fn in (None, one_by_one)
    )
    assert plain(gathered) == plain(collated)
    assert all(tensor.is_contiguous() for batch in gathered for tensor in batch)


def test_a_tensor_dataset_is_not_fetched_one_by_one(monkeypatch):
    monkeypatch.setattr(TensorDataset, "__getitem__", None)
    dataset = TensorDataset(autograd.arange(5))
    assert batches(dataset, batch_size=3) == [[("torch.int64", [0, 1, 2])], [("torch.int64", [3, 4])]]
    assert batches(Subset(dataset, [4, 2]), batch_size=3) == [[("torch.int64", [4, 2])]]


def test_a_subclass_of_tensor_dataset_is_asked():
    class Negated(TensorDataset):
        def __getitem__(self, index):
            return tuple(-tensor for tensor in super().__getitem__(index))

    assert batches(Negated(autograd.arange(3)), batch_size=3) == [[("torch.int64", [0, -1, -2])]]


def test_gathered_batches_carry_gradients_and_own_their_memory():
    x = autograd.ones(4, requires_grad=True)
    (batch,) = next(iter(DataLoader(TensorDataset(x), 4, sampler=[1, 1, 3])))
    batch.sum().backward()
    assert x.grad.tolist() == [0.0, 2.0, 0.0, 1.0]
    y = autograd.zeros(3)
    (batch,) = next(iter(DataLoader(TensorDataset(y), 3)))
    batch.add_(1)
    assert y.tolist() == [0.0, 0.0, 0.0]


def test_gathering_out_of_range_raises():
    with pytest.raises(IndexError):
        list(DataLoader(TensorDataset(autograd.arange(3)), sampler=[3]))


@promptly
@pytest.mark.parametrize(
    ("lengths", "options", "expected"),
    [
        ((5,), {"batch_size": 2}, [[0, 1], [2, 3], [4]]),
        ((5,), {"batch_size": 2, "drop_last": True}, [[0, 1], [2, 3]]),
        ((3,), {"batch_size": None}, [0, 1, 2]),
        ((5,), {"batch_size": 2, "num_workers": 1}, [[0, 1], [2, 3], [4]]),
        ((3, 1), {"num_workers": 2}, [[0], [100], [1], [2]]),
        ((1, 5, 0), {"num_workers": 3, "batch_size": 2}, [[0], [100, 101], [102, 103], [104]]),
        ((0, 0), {"num_workers": 2}, []),
        ((0, 20), {"num_workers": 2}, [[100 + i] for i in range(20)]),
        (
            (40, 2),
            {"num_workers": 2, "batch_size": 20, "prefetch_factor": 1},
            [list(range(20)), [100, 101], list(range(20, 40))],
        ),
    ],
)
def test_streams(lengths, options, expected):
    assert [np.asarray(batch).tolist() for batch in DataLoader(Stream(*lengths), **options)] == expected


def test_len_of_a_stream():
    class Measured(Stream):
        def __len__(self):
            return 5

    assert len(DataLoader(Measured(5), 2)) == 3
    assert len(DataLoader(Measured(5), 2, drop_last=True)) == 2
    assert len(DataLoader(Measured(5), None)) == 5
    with pytest.raises(TypeError, match="no len"):
        len(DataLoader(Stream(5)))


@pytest.mark.parametrize("num_workers", [0, 2])
@promptly
def test_an_exception_reaches_the_loop_and_the_loop_can_go_on(num_workers):
    iterator = iter(DataLoader(Failing(8), 2, num_workers=num_workers))
    seen = []
    for _ in range(4):
        try:
            seen.append(next(iterator).tolist())
        except LookupError as error:
            seen.append(str(error))
    assert seen == [[0, 1], [2, 3], "sample 5 is broken", [6, 7]]


@promptly
def test_the_exception_of_a_worker_is_the_very_one():
    error = LookupError("the one")

    class Raising(Squares):
        def __getitem__(self, index):
            raise error

    with pytest.raises(LookupError) as caught:
        list(DataLoader(Raising(), num_workers=2))
    assert caught.value is error
    text = "".join(traceback.format_exception(caught.value))
    assert "raise error" in text and "DataLoader worker 0" in text


def broken(*args):
    raise ZeroDivisionError("on purpose")


def stop_the_program(batch):
    raise SystemExit("enough")


class BrokenStream(IterableDataset):
    def __iter__(self):
        yield 1
        raise ZeroDivisionError("on purpose")


@promptly
@pytest.mark.parametrize(
    ("dataset", "options", "error"),
    [
        (range(5), {"collate_fn": broken}, ZeroDivisionError),
        (range(5), {"worker_init_fn": broken}, ZeroDivisionError),
        (range(5), {"worker_init_fn": broken, "persistent_workers": True}, ZeroDivisionError),
        (range(5), {"collate_fn": stop_the_program}, SystemExit),
        (BrokenStream(), {}, ZeroDivisionError),
        ([None], {}, TypeError),
        (range(5), {"sampler": [0, 9]}, IndexError),
    ],
)
def test_whatever_fails_in_a_worker_reaches_the_loop(dataset, options, error):
    with pytest.raises(error):
        list(DataLoader(dataset, num_workers=2, **options))


@promptly
def test_a_failing_sampler_reaches_the_loop():
    with pytest.raises(ZeroDivisionError):
        list(DataLoader(range(9), sampler=(1 // (3 - i) for i in range(9)), num_workers=2))


@promptly
def test_leaving_early_drops_what_was_asked_for():
    fetched = []

    class Counting(Squares):
        def __getitem__(self, index):
            time.sleep(0.01)
            fetched.append(index)
            return index

    for _ in DataLoader(Counting(100), num_workers=1, prefetch_factor=100):
        break
    assert len(fetched) < 10


@promptly
def test_leaving_early_leaves_no_thread():
    for _ in DataLoader(range(1000), num_workers=3):
        assert len(workers_running()) == 3
        break
    assert workers_running() == []

    with pytest.raises(LookupError):
        for _ in DataLoader(Failing(50), num_workers=3):
            pass
    assert workers_running() == []

    with pytest.raises(KeyError):
        for _ in DataLoader(range(1000), num_workers=3):
            raise KeyError
    assert workers_running() == []

    iterator = iter(DataLoader(range(4), num_workers=2))
    assert len(list(iterator)) == 4
    assert workers_running() == [], "the end of the data ends the threads, though the iterator still lives"


def test_a_failure_makes_no_cycle_that_keeps_threads():
    gc.disable()
    try:
        with contextlib.suppress(LookupError):
            list(DataLoader(Failing(50), num_workers=2))
        assert workers_running() == []
    finally:
        gc.enable()


@promptly
def test_a_worker_that_blocks_times_out():
    gate = threading.Event()

    class Blocking(Squares):
        def __getitem__(self, index):
            gate.wait(8)
            return index

    loader = DataLoader(Blocking(2), num_workers=1, timeout=0.05)
    iterator = iter(loader)
    with pytest.raises(RuntimeError, match=r"timed out after 0.05 seconds"):
        next(iterator)
    gate.set()
    assert [next(iterator).item(), next(iterator).item()] == [0, 1], "nothing is lost by a timeout"


@promptly
def test_workers_fetch_ahead_but_not_further():
    fetched = []

    class Counting(Squares):
        def __getitem__(self, index):
            fetched.append(index)
            return index

    iterator = iter(DataLoader(Counting(50), num_workers=2, prefetch_factor=3))
    next(iterator)
    deadline = time.monotonic() + 5
    while len(fetched) < 7 and time.monotonic() < deadline:
        time.sleep(0.001)
    time.sleep(0.02)
    assert sorted(fetched) == list(range(7))
    del iterator


def who(index):
    info = get_worker_info()
    return info.id, info.num_workers, info.seed


@promptly
def test_worker_info():
    assert get_worker_info() is None
    loader = DataLoader(range(4), num_workers=2, collate_fn=who)
    (first, second, *others) = list(loader)
    assert first[:2] == (0, 2) and second[:2] == (1, 2) and others == [first, second]
    assert second[2] == first[2] + 1, "the seeds of workers follow each other"
    assert next(iter(loader)) != first, "each pass has its own seeds"
    assert get_worker_info() is None


@promptly
def test_workers_have_their_own_dataset_object():
    class Range(IterableDataset):
        def __init__(self, start, end):
            self.start, self.end = start, end

        def __iter__(self):
            return iter(range(self.start, self.end))

    def split(worker_id):
        info = get_worker_info()
        share = (info.dataset.end - info.dataset.start) // info.num_workers
        info.dataset.start += worker_id * share
        info.dataset.end = info.dataset.start + share

    dataset = Range(3, 7)
    loaded = [batch.item() for batch in DataLoader(dataset, num_workers=2, worker_init_fn=split)]
    assert loaded == [3, 5, 4, 6]
    assert (dataset.start, dataset.end) == (3, 7)


@promptly
def test_what_a_worker_draws_from_its_own_generator_repeats():
    class Noisy(Squares):
        def __getitem__(self, index):
            rng = get_worker_info().rng
            return (
                autograd.rand(2, generator=rng.torch_generator),
                rng.random_generator.random(),
                rng.numpy_generator.random(),
            )

    def run():
        return batches(Noisy(8), batch_size=2, num_workers=2, generator=seeded(4))

    assert run() == run()


@promptly
def test_workers_see_the_grad_mode_of_the_loop():
    seen = []

    def note(batch):
        seen.append(autograd.is_grad_enabled())
        return batch

    with autograd.no_grad():
        list(DataLoader(range(2), num_workers=1, collate_fn=note))
    list(DataLoader(range(2), num_workers=1, collate_fn=note))
    assert seen == [False, False, True, True]


@promptly
def test_persistent_workers_stay_and_start_afresh():
    started = []
    loader = DataLoader(Stream(3, 2), num_workers=2, persistent_workers=True, worker_init_fn=started.append)
    for _ in loader:
        break
    assert len(workers_running()) == 2
    for _ in range(2):
        assert [batch.item() for batch in loader] == [0, 100, 1, 101, 2]
    assert sorted(started) == [0, 1]
    one, other = iter(loader), iter(loader)
    assert [(next(one).item(), next(other).item()) for _ in range(2)] == [(0, 0), (100, 100)]
    del loader, one, other, _
    assert workers_running() == []


def test_a_program_can_end_with_an_open_iterator():
    program = """if True:
        import time
        from autograd.utils.data import DataLoader
        class Stuck:
            def __len__(self): return 9
            def __getitem__(self, i): time.sleep(60 if i > 3 else 0); return i
        iterator = iter(DataLoader(range(100), num_workers=2))
        print(next(iterator).item())
        """
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=20)
    assert (done.returncode, done.stdout, done.stderr) == (0, "0\n", "")


def test_options_that_need_nothing_here_are_accepted():
    loader = DataLoader(
        range(3),
        num_workers=1,
        pin_memory=True,
        pin_memory_device="cpu",
        multiprocessing_context="spawn",
        in_order=False,
        worker_init_fn=None,
    )
    assert [batch.item() for batch in loader] == [0, 1, 2]
    assert loader.prefetch_factor == 2 and loader.pin_memory


def set_batch_size():
    DataLoader(range(3)).batch_size = 2


class Bare(Dataset):
    pass


MISUSES = [
    (lambda: TensorDataset(np.ones(3)), TypeError, "argument 0 is a ndarray"),
    (lambda: TensorDataset(autograd.tensor(1.0)), IndexError, "no dimensions"),
    (lambda: TensorDataset(autograd.ones(3), autograd.ones(2, 3)), AssertionError, r"\(3,\), \(2, 3\)"),
    (lambda: ConcatDataset([]), AssertionError, "empty"),
    (lambda: ConcatDataset([Stream(1)]), AssertionError, "ChainDataset"),
    (lambda: ConcatDataset([[1], [2]])[2], IndexError, "index 2 is out of range for 2"),
    (lambda: ConcatDataset([[1], [2]])[-3], ValueError, "index -3"),
    (lambda: list(ChainDataset([[1]])), AssertionError, "ConcatDataset"),
    (lambda: StackDataset(), ValueError, "At least one"),
    (lambda: StackDataset([1], a=[1]), ValueError, "not both"),
    (lambda: StackDataset([1], [1, 2]), ValueError, r"\[1, 2\]"),
    (lambda: Bare()[0], NotImplementedError, "Bare.*__getitem__"),
    (lambda: IterableDataset(), TypeError, "abstract"),
    (lambda: list(Sampler()), NotImplementedError, "__iter__"),
    (lambda: random_split(range(10), [3, 6]), ValueError, r"\[3, 6\] sum to 9, not 10"),
    (lambda: random_split(range(10), [0.5, 0.4]), ValueError, "sum to 0.9"),
    (lambda: random_split(range(10), [1.5, -0.5]), ValueError, "index 0 is not between 0 and 1: 1.5"),
    (lambda: random_split(range(10), [12, -2]), ValueError, r"lengths\[1\] = -2 is negative"),
    (lambda: random_split(range(10), [3.0, 7.0]), TypeError, r"lengths\[0\] = 3.0"),
    (lambda: random_split(range(2), [2], generator=3), TypeError, "autograd.Generator"),
    (lambda: RandomSampler([1], replacement=1), TypeError, "boolean"),
    (lambda: RandomSampler([1], num_samples=0), ValueError, "num_samples=0"),
    (lambda: RandomSampler([]), ValueError, "the dataset is empty"),
    (lambda: list(RandomSampler([1], generator=np.random.default_rng())), TypeError, "autograd.Generator"),
    (lambda: WeightedRandomSampler([1.0], 0), ValueError, "num_samples=0"),
    (lambda: WeightedRandomSampler([1.0], 1, 1), ValueError, "boolean"),
    (lambda: WeightedRandomSampler([[1.0]], 1), ValueError, r"\(1, 1\)"),
    (lambda: list(WeightedRandomSampler([1.0, -2.0], 1)), RuntimeError, r"weights\[1\] = -2.0"),
    (lambda: list(WeightedRandomSampler([1.0, np.nan], 1)), RuntimeError, r"weights\[1\] = nan"),
    (lambda: list(WeightedRandomSampler([0.0], 1)), RuntimeError, "sum"),
    (lambda: list(WeightedRandomSampler([1.0], 2, replacement=False)), RuntimeError, "num_samples=2 from 1"),
    (lambda: BatchSampler([1], 0, False), ValueError, "batch_size=0"),
    (lambda: BatchSampler([1], True, False), ValueError, "batch_size=True"),
    (lambda: BatchSampler([1], np.int64(2), False), ValueError, r"int\(batch_size\)"),
    (lambda: BatchSampler([1], 1, 1), ValueError, "drop_last=1"),
    (lambda: default_collate([1j]), TypeError, "complex"),
    (lambda: default_collate([None]), TypeError, "NoneType.*collate_fn"),
    (lambda: default_collate([np.array(["a"])]), TypeError, "<U1"),
    (lambda: default_collate([np.array([None])]), TypeError, "object"),
    (lambda: default_collate([]), IndexError, "the batch is empty"),
    (lambda: default_collate([{"a": 1}, {"b": 1}]), KeyError, "a"),
    (lambda: default_collate([[1, 2], [1]]), RuntimeError, r"\[2, 1\]"),
    (
        lambda: default_collate([autograd.ones(2), autograd.ones(3)]),
        RuntimeError,
        r"\(2,\) at entry 0 and \(3,\) at entry 1",
    ),
    (lambda: DataLoader([1], batch_size=0), ValueError, "batch_size=0"),
    (lambda: DataLoader([1], num_workers=-1), ValueError, "non-negative, got -1"),
    (lambda: DataLoader([1], timeout=-1), ValueError, "non-negative, got -1"),
    (lambda: DataLoader([1], prefetch_factor=2), ValueError, "needs num_workers > 0"),
    (lambda: DataLoader([1], num_workers=1, prefetch_factor=-2), ValueError, "got -2"),
    (lambda: iter(DataLoader([1], num_workers=1, prefetch_factor=0)), AssertionError, "greater than 0"),
    (lambda: iter(DataLoader([1], timeout=1)), AssertionError, "num_workers > 0"),
    (lambda: DataLoader([1], persistent_workers=True), ValueError, "num_workers > 0"),
    (lambda: DataLoader([1], multiprocessing_context="fork"), ValueError, "num_workers > 0"),
    (lambda: DataLoader([1], num_workers=1, multiprocessing_context="x"), ValueError, "'x'"),
    (lambda: DataLoader([1], num_workers=1, multiprocessing_context=1), TypeError, "context"),
    (lambda: DataLoader([1], sampler=[0], shuffle=True), ValueError, "mutually exclusive"),
    (lambda: DataLoader([1], batch_sampler=[[0]], batch_size=2), ValueError, "batch_size=2"),
    (lambda: DataLoader([1], batch_sampler=[[0]], shuffle=True), ValueError, "shuffle=True"),
    (lambda: DataLoader([1], batch_sampler=[[0]], sampler=[0]), ValueError, r"sampler=\[0\]"),
    (lambda: DataLoader([1], batch_sampler=[[0]], drop_last=True), ValueError, "drop_last=True"),
    (lambda: DataLoader([1], batch_size=None, drop_last=True), ValueError, "drop_last"),
    (lambda: DataLoader([], shuffle=True), ValueError, "the dataset is empty"),
    (lambda: DataLoader(Stream(1), shuffle=True), ValueError, "shuffle=True"),
    (lambda: DataLoader(Stream(1), sampler=[0]), ValueError, r"sampler=\[0\]"),
    (lambda: DataLoader(Stream(1), batch_sampler=[[0]]), ValueError, r"batch_sampler=\[\[0\]\]"),
    (lambda: list(DataLoader(Bare())), TypeError, "'Bare' has no len.*IterableDataset"),
    (lambda: DataLoader(Bare(), shuffle=True), TypeError, "'Bare' has no len"),
    (lambda: list(DataLoader(iter([1]))), TypeError, "no len"),
    (lambda: list(DataLoader([1], shuffle=True, generator=1)), TypeError, "autograd.Generator"),
    (set_batch_size, ValueError, "batch_size attribute should not be set"),
]


@pytest.mark.parametrize(("misuse", "error", "message"), MISUSES, ids=[m[2] for m in MISUSES])
def test_misuse_teaches(misuse, error, message):
    with pytest.raises(error, match=message):
        misuse()
