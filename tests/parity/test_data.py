"""autograd.utils.data against torch.utils.data: the same batches, lengths and exception types."""

import collections
import collections.abc
import inspect
import re
import types
import warnings

import numpy as np
import pytest

import autograd
import autograd.utils.data

torch = pytest.importorskip("torch")

NAMES = set(autograd.utils.data.__all__) - {"datasets", "transforms"}  # these two are torchvision's

Point = collections.namedtuple("Point", "x y")


def plain(value):
    """The value with its Tensors as (dtype, nested list), comparable across the two libraries."""
    if isinstance(value, torch.Tensor | autograd.Tensor):
        return str(value.dtype), value.tolist()
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*map(plain, value))
    if isinstance(value, list | tuple | collections.deque):
        return type(value)(map(plain, value))
    if isinstance(value, collections.abc.Mapping):
        return type(value), [(key, plain(item)) for key, item in value.items()]
    if isinstance(value, np.ndarray):
        return str(value.dtype), value.tolist()
    return value


def outcome(program, lib):
    """What a program gives under torch's names as `lib` has them: its plain value, or the type it raises."""
    names = {name: getattr(lib.utils.data, name) for name in NAMES}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return plain(program(types.SimpleNamespace(tensor=lib.tensor, ones=lib.ones, **names)))
        except Exception as error:
            return type(error)


def bare(lib):
    class Bare(lib.Dataset):
        pass

    return Bare()


def sized(lib):
    class Sized(lib.Dataset):
        def __len__(self):
            return 2

    return Sized()


def stream(lib, *lengths):
    class Stream(lib.IterableDataset):
        def __iter__(self):
            worker = lib.get_worker_info()
            number = 0 if worker is None else worker.id
            return iter(range(100 * number, 100 * number + lengths[number]))

    return Stream()


def pairs(lib):
    return lib.TensorDataset(lib.tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]), lib.tensor([7, 8, 9]))


def reset(attribute):
    def program(lib):
        setattr(lib.DataLoader([1]), attribute, 2)

    return program


BATCHES = [
    [1, 2],
    [1, 2.5],
    [2.5, 1],
    [True, False],
    [np.float32(1), np.float32(2)],
    [np.float64(1), np.float64(2)],
    [np.int32(1)],
    [np.bool_(True)],
    [np.float16(1)],
    [np.uint8(1)],
    [np.ones(2), np.zeros(2)],
    [np.array(1.0), np.array(2.0)],
    [np.ones(2), np.ones(2, np.float32)],
    [np.ones(2), np.ones(3)],
    [np.array(["a"])],
    [np.array([None])],
    [np.datetime64("2020-01-01")],
    [np.str_("a")],
    ["a", "b"],
    [b"a"],
    ("a", "b"),
    (1, 2),
    [(1, 2.0), (3, 4.0)],
    [[1, "a"], [3, "b"]],
    [[1, 2], [3]],
    [range(2), range(2)],
    [Point(1, "u"), Point(2, "v")],
    [{"a": 1}, {"a": 2, "b": 3}],
    [{"a": 1}, {"b": 2}],
    [{"a": {"b": [1, (2.0,)]}}, {"a": {"b": [3, (4.0,)]}}],
    [collections.OrderedDict(a=1)],
    [collections.deque([1, 2]), collections.deque([3, 4])],
    [types.MappingProxyType({"a": 1})],
    [None],
    [1j],
    [{1, 2}],
    [object()],
    [],
]


@pytest.mark.parametrize("batch", BATCHES, ids=lambda batch: re.sub(" at 0x.*", "", repr(batch)[:40]))
def test_default_collate(batch):
    assert outcome(lambda lib: lib.default_collate(batch), autograd) == outcome(
        lambda lib: lib.default_collate(batch), torch
    )


@pytest.mark.parametrize(
    "sample", [batch[0] for batch in BATCHES if batch and type(batch[0]) is not object], ids=lambda s: repr(s)[:40]
)
def test_default_convert(sample):
    assert outcome(lambda lib: lib.default_convert(sample), autograd) == outcome(
        lambda lib: lib.default_convert(sample), torch
    )


PROGRAMS = [
    lambda lib: [pairs(lib)[1], pairs(lib)[-1], len(pairs(lib))],
    lambda lib: pairs(lib)[3],
    lambda lib: list(lib.DataLoader(pairs(lib), 2)),
    lambda lib: list(lib.DataLoader(pairs(lib), 2, drop_last=True)),
    lambda lib: list(lib.DataLoader(pairs(lib), None)),
    lambda lib: list(lib.DataLoader(pairs(lib), batch_sampler=[[0, 0], (2,), lib.tensor([1, -1])])),
    lambda lib: list(lib.DataLoader(pairs(lib), batch_sampler=[[]])),
    lambda lib: list(lib.DataLoader(pairs(lib), batch_sampler=[[5]])),
    lambda lib: list(lib.DataLoader(pairs(lib), sampler=[lib.tensor(2), lib.tensor(0)], batch_size=2)),
    lambda lib: list(lib.DataLoader(lib.Subset(pairs(lib), [2, 0]), 2)),
    lambda lib: list(lib.DataLoader(lib.Subset(pairs(lib), lib.tensor([2, 0])), 2)),
    lambda lib: list(lib.DataLoader(lib.Subset(pairs(lib), np.array([2, 0])), 2)),
    lambda lib: lib.Subset(pairs(lib), [2, 0])[[1, 0]],
    lambda lib: lib.Subset(pairs(lib), [2, 0])[2],
    lambda lib: list(lib.DataLoader(pairs(lib) + pairs(lib), 4)),
    lambda lib: list(lib.DataLoader(lib.StackDataset(a=pairs(lib), b="xyz"), 2)),
    lambda lib: list(lib.DataLoader(lib.StackDataset(pairs(lib), lib.Subset("xyz", [2, 1, 0])), 2)),
    lambda lib: list(lib.DataLoader(lib.tensor([1.0, 2.0, 3.0]), 2)),
    lambda lib: list(lib.DataLoader(np.arange(3.0), 2)),
    lambda lib: list(lib.DataLoader({"a": 1}, sampler=["a"])),
    lambda lib: list(lib.DataLoader([])),
    lambda lib: list(lib.DataLoader(range(5), 2, collate_fn=sum)),
    lambda lib: sorted(batch.item() for batch in lib.DataLoader(range(5), shuffle=True)),
    lambda lib: [len(lib.DataLoader(range(5), 2)), len(lib.DataLoader(range(5), 2, drop_last=True))],
    lambda lib: len(lib.DataLoader(range(5), None)),
    lambda lib: len(lib.DataLoader(range(5), batch_sampler=[[1, 2], [3]])),
    lambda lib: [type(lib.DataLoader(range(5)).sampler).__name__, lib.DataLoader(range(5)).batch_size],
    lambda lib: lib.DataLoader(range(5), batch_sampler=[[1]]).batch_size,
    lambda lib: [lib.DataLoader([1]).prefetch_factor, lib.DataLoader([1], num_workers=1).prefetch_factor],
    lambda lib: list(lib.DataLoader(stream(lib, 5), 2)),
    lambda lib: list(lib.DataLoader(stream(lib, 5), 2, drop_last=True)),
    lambda lib: list(lib.DataLoader(stream(lib, 2), None)),
    lambda lib: list(stream(lib, 2) + stream(lib, 3)),
    lambda lib: [list(lib.SequentialSampler("abc")), len(lib.SequentialSampler("abc"))],
    lambda lib: [len(lib.RandomSampler("abc")), len(lib.RandomSampler("abc", num_samples=7))],
    lambda lib: sorted(lib.RandomSampler("abc", num_samples=6)),
    lambda lib: sorted(lib.SubsetRandomSampler([5, 3, 9])),
    lambda lib: [list(lib.BatchSampler(range(7), 3, last)) for last in (True, False)],
    lambda lib: [len(lib.BatchSampler(range(7), 3, last)) for last in (True, False)],
    lambda lib: sorted(lib.WeightedRandomSampler([1, 2, 3], 3, replacement=False)),
    lambda lib: list(lib.WeightedRandomSampler([1.0, 0.0], 2, replacement=False)),
    lambda lib: lib.WeightedRandomSampler([1, 2, 3], 3).weights,
    lambda lib: [len(part) for part in lib.random_split(range(10), [3, 7])],
    lambda lib: [len(part) for part in lib.random_split(range(11), [0.33, 0.33, 0.34])],
    lambda lib: [len(part) for part in lib.random_split(range(2), [0.2] * 5)],
    lambda lib: [len(part) for part in lib.random_split(range(0), [0.5, 0.5])],
    lambda lib: sorted(sample for part in lib.random_split(range(9), [4, 5]) for sample in part),
    # Misuse
    lambda lib: lib.TensorDataset(np.ones(3)),
    lambda lib: lib.TensorDataset(lib.tensor(1.0)),
    lambda lib: lib.TensorDataset(lib.ones(3), lib.ones(2)),
    lambda lib: len(lib.TensorDataset()),
    lambda lib: lib.ConcatDataset([]),
    lambda lib: lib.ConcatDataset([stream(lib, 1)]),
    lambda lib: lib.ConcatDataset([[1], [2]])[2],
    lambda lib: lib.ConcatDataset([[1], [2]])[-3],
    lambda lib: list(lib.ChainDataset([[1]])),
    lambda lib: lib.StackDataset(),
    lambda lib: lib.StackDataset([1], a=[1]),
    lambda lib: lib.StackDataset([1], [1, 2]),
    lambda lib: bare(lib)[0],
    lambda lib: lib.Dataset()[0],
    lambda lib: lib.IterableDataset(),
    lambda lib: list(lib.Sampler()),
    lambda lib: len(lib.Sampler()),
    lambda lib: lib.random_split(range(10), [3, 6]),
    lambda lib: lib.random_split(range(10), [0.5, 0.4]),
    lambda lib: lib.random_split(range(10), [1.5, -0.5]),
    lambda lib: lib.random_split(range(10), [3.0, 7.0]),
    lambda lib: lib.RandomSampler([1], replacement=1),
    lambda lib: lib.RandomSampler([1], num_samples=0),
    lambda lib: lib.RandomSampler([1], num_samples=1.0),
    lambda lib: lib.RandomSampler([]),
    lambda lib: list(lib.RandomSampler([1], generator=1)),
    lambda lib: list(lib.SubsetRandomSampler([1], generator=1)),
    lambda lib: lib.random_split([1], [1], generator=1),
    lambda lib: lib.WeightedRandomSampler([1.0], 0),
    lambda lib: lib.WeightedRandomSampler([1.0], 1, 1),
    lambda lib: lib.WeightedRandomSampler([[1.0]], 1),
    lambda lib: list(lib.WeightedRandomSampler([1.0, -2.0], 1)),
    lambda lib: list(lib.WeightedRandomSampler([1.0, float("nan")], 1)),
    lambda lib: list(lib.WeightedRandomSampler([0.0], 1)),
    lambda lib: list(lib.WeightedRandomSampler([], 1)),
    lambda lib: list(lib.WeightedRandomSampler([1.0], 2, replacement=False)),
    lambda lib: lib.BatchSampler([1], 0, False),
    lambda lib: lib.BatchSampler([1], True, False),
    lambda lib: lib.BatchSampler([1], np.int64(1), False),
    lambda lib: lib.BatchSampler([1], 1, 1),
    lambda lib: lib.DataLoader([1], batch_size=0),
    lambda lib: lib.DataLoader([1], batch_size=2.0),
    lambda lib: lib.DataLoader([1], drop_last=1),
    lambda lib: lib.DataLoader([1], num_workers=-1),
    lambda lib: lib.DataLoader([1], timeout=-1),
    lambda lib: iter(lib.DataLoader([1], timeout=1)),
    lambda lib: lib.DataLoader([1], prefetch_factor=2),
    lambda lib: lib.DataLoader([1], num_workers=1, prefetch_factor=-2),
    lambda lib: lib.DataLoader([1], persistent_workers=True),
    lambda lib: lib.DataLoader([1], multiprocessing_context="fork"),
    lambda lib: lib.DataLoader([1], num_workers=1, multiprocessing_context="x"),
    lambda lib: lib.DataLoader([1], num_workers=1, multiprocessing_context=1),
    lambda lib: lib.DataLoader([1], sampler=[0], shuffle=True),
    lambda lib: lib.DataLoader([1], batch_sampler=[[0]], batch_size=2),
    lambda lib: lib.DataLoader([1], batch_sampler=[[0]], shuffle=True),
    lambda lib: lib.DataLoader([1], batch_sampler=[[0]], sampler=[0]),
    lambda lib: lib.DataLoader([1], batch_sampler=[[0]], drop_last=True),
    lambda lib: lib.DataLoader([1], batch_size=None, drop_last=True),
    lambda lib: lib.DataLoader([], shuffle=True),
    lambda lib: lib.DataLoader(stream(lib, 1), shuffle=True),
    lambda lib: lib.DataLoader(stream(lib, 1), sampler=[0]),
    lambda lib: lib.DataLoader(stream(lib, 1), batch_sampler=[[0]]),
    lambda lib: len(lib.DataLoader(stream(lib, 1))),
    lambda lib: list(lib.DataLoader(bare(lib))),
    lambda lib: lib.DataLoader(bare(lib), shuffle=True),
    lambda lib: list(lib.DataLoader(sized(lib))),
    lambda lib: list(lib.DataLoader([1], shuffle=True, generator=1)),
    *map(reset, ["batch_size", "batch_sampler", "sampler", "drop_last", "dataset", "persistent_workers"]),
]


@pytest.mark.parametrize("program", PROGRAMS, ids=[f"{program.__code__.co_firstlineno}" for program in PROGRAMS])
def test_programs(program):
    ours, theirs = outcome(program, autograd), outcome(program, torch)
    if isinstance(theirs, type):
        assert isinstance(ours, type) and issubclass(ours, theirs)
    else:
        assert ours == theirs


def test_streams_over_workers_come_in_the_same_order():
    def program(lib):
        return list(lib.DataLoader(stream(lib, 1, 7), 2, num_workers=2, prefetch_factor=2))

    assert outcome(program, autograd) == outcome(program, torch)


@pytest.mark.parametrize("name", sorted(NAMES - {"Dataset", "IterableDataset", "Sampler"}))
def test_signatures(name):
    ours, theirs = (inspect.signature(getattr(lib.utils.data, name)).parameters for lib in (autograd, torch))
    missing = [key for key in theirs if key not in ours]
    assert not missing
    for key, parameter in theirs.items():
        assert ours[key].kind == parameter.kind
        if isinstance(parameter.default, int | str | None):
            assert ours[key].default == parameter.default
    assert [key for key in ours if key in theirs] == list(theirs)
