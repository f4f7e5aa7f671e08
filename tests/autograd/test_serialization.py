"""autograd.save and autograd.load: what comes back, what is refused, and that no file on disk is ever half written."""

import collections
import io
import json
import math
import os
import pickle
import random
import stat
import struct
import threading
import warnings
import zipfile
from pathlib import Path

import numpy as np
import pytest

import autograd
from autograd import serialization
from autograd.serialization import load, save

DTYPES = ["float16", "float32", "float64", "int8", "int16", "int32", "int64", "uint8", "bool"]


def round_trip(value):
    file = io.BytesIO()
    save(value, file)
    return load(file)


def packed(value) -> bytes:
    file = io.BytesIO()
    save(value, file)
    return file.getvalue()


def same(a, b) -> bool:
    """Equal in type, dtype, shape and every bit of value, down through containers, in order."""
    if type(a) is not type(b):
        return False
    if isinstance(a, autograd.Tensor):
        flags = (a.dtype, a.shape, a.requires_grad) == (b.dtype, b.shape, b.requires_grad)
        return flags and np.array_equal(a.detach().numpy(), b.detach().numpy())
    if isinstance(a, np.ndarray | np.generic):
        return (a.dtype, a.shape, a.tobytes()) == (b.dtype, b.shape, b.tobytes())
    if isinstance(a, dict):
        return list(map(type, a)) == list(map(type, b)) and list(a) == list(b) and all(same(a[k], b[k]) for k in a)
    if isinstance(a, list | tuple):
        return len(a) == len(b) and all(map(same, a, b))
    return repr(a) == repr(b)


# What comes back


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        0,
        -(2**63),
        -(2**63) - 1,
        2**63,
        1.5,
        -0.0,
        5e-324,
        math.nan,
        math.inf,
        -math.inf,
        complex(1.5, -0.0),
        complex(math.nan, math.inf),
        "",
        "text ✓ \x00 \ud800",
        b"",
        b"\x00\xff",
        [],
        (),
        {},
        [1, (2, [3, (None,)]), "4"],
        {"a": {1: 2.0, False: "no", None: [], 2.5: (), (1, "x"): b"", b"k": 1j}},
        {1: "int", "1": "str"},
        collections.OrderedDict([("b", 1), ("a", 2)]),
        autograd.float32,
        autograd.device("cpu"),
        autograd.ones(2, 3).shape,
        np.float32(0.1),
        np.float64("nan"),
        np.int8(-1),
        np.bool_(True),
        np.complex64(1j),
        np.str_("text"),
        np.str_(""),
        np.bytes_(b"x"),
        np.datetime64("2020-01-02"),
        np.arange(6, dtype=">i4").reshape(2, 3),
        np.array(["a", "bcd"]),
        np.array([], dtype="S3"),
        np.zeros((0, 4)),
        np.array(1.5),
        np.asfortranarray(np.arange(6.0).reshape(2, 3)),
        {np.int64(3): 1},
    ],
    ids=lambda value: repr(value)[:30],
)
def test_values_come_back(value):
    assert same(round_trip(value), value)


def test_an_int_too_long_for_decimal_comes_back():
    assert round_trip([-(10**5000)]) == [-(10**5000)]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 0, 3), (2, 3)], ids=str)
def test_tensors_come_back(dtype, shape):
    tensor = autograd.from_numpy(np.arange(math.prod(shape)).reshape(shape).astype(dtype))
    loaded = round_trip({"t": tensor})["t"]
    assert same(loaded, tensor) and loaded is not tensor


def test_special_numbers_in_a_tensor_come_back():
    values = np.array([np.nan, np.inf, -np.inf, -0.0, 5e-324])
    assert round_trip(autograd.from_numpy(values)).numpy().tobytes() == values.tobytes()


def test_a_loaded_tensor_is_a_leaf_that_can_train():
    x = autograd.ones(3, requires_grad=True)
    loaded = round_trip([x, x * 2, autograd.tensor(2.0, requires_grad=True), x.detach()])
    assert [tensor.requires_grad for tensor in loaded] == [True, True, True, False]
    assert all(tensor.is_leaf for tensor in loaded)
    (loaded[0] * loaded[2]).sum().backward()
    assert loaded[0].grad.tolist() == [2, 2, 2] and loaded[2].grad.item() == 3
    with autograd.no_grad():
        loaded[0].add_(1)
    assert loaded[0].tolist() == [2, 2, 2] and x.tolist() == [1, 1, 1]


def test_gradients_are_not_saved():
    x = autograd.ones(2, requires_grad=True)
    x.sum().backward()
    assert round_trip(x).grad is None


def test_a_subclass_of_tensor_is_saved_as_a_tensor():
    class Weight(autograd.Tensor):
        pass

    weight = autograd.ones(2).as_subclass(Weight) if hasattr(autograd.Tensor, "as_subclass") else Weight([1.0, 1.0])
    assert type(weight) is Weight
    assert type(round_trip(weight)) is autograd.Tensor


def test_views_are_saved_without_what_they_are_cut_from():
    big = autograd.zeros(1000, 100)
    assert len(packed(big[:2, ::5])) < 2000
    assert same(round_trip(big[:2, ::5].T), big[:2, ::5].T)


def test_one_tensor_twice_is_one_tensor():
    t = autograd.tensor(1.0)
    u = autograd.ones(2)
    a, b, c, d = round_trip([t, u, {"again": t}, (u,)])
    assert c["again"] is a and d[0] is b and a is not b


def test_shared_memory_is_saved_once_and_shared_again():
    weight = autograd.zeros(100, 100)
    state = {"embedding": weight, "decoder": weight.detach(), "array": weight.numpy()}
    assert len(packed(state)) < 1.1 * len(packed({"embedding": weight}))
    loaded = round_trip(state)
    loaded["embedding"].add_(1)
    assert loaded["decoder"].sum().item() == 10_000 == loaded["array"].sum()


def test_views_that_begin_at_one_address_are_told_apart():
    array = np.arange(4, dtype=np.int64).reshape(2, 2)
    x = autograd.from_numpy(array)
    state = [x, x.T, x[:1], x[0], array.view(np.float64)]
    assert same(round_trip(state), state)


def test_a_loaded_scalar_is_as_light_as_a_made_one():
    made = autograd.tensor(1.0)
    assert type(round_trip(made).payload) is type(made.payload)


def test_equal_tensors_stay_apart():
    a, b = round_trip([autograd.zeros(2), autograd.zeros(2)])
    a.add_(1)
    assert b.tolist() == [0, 0]
    scalars = round_trip([autograd.tensor(float(i)) for i in range(50)])
    assert [t.item() for t in scalars] == list(range(50))


def test_the_metadata_of_a_state_dict_comes_back():
    state = collections.OrderedDict(weight=autograd.ones(1))
    state._metadata = collections.OrderedDict([("", {"version": 2})])
    loaded = round_trip({"model": state})["model"]
    assert same(loaded, state) and loaded._metadata == state._metadata


def test_the_state_of_an_optimizer_comes_back():
    state = {
        "state": {
            0: {"step": autograd.tensor(3.0), "exp_avg": autograd.rand(2, 3), "max_exp_avg_sq": None},
            1: {"step": autograd.tensor(3.0), "exp_avg": autograd.rand(3), "momentum_buffer": None},
        },
        "param_groups": [
            {"lr": 1e-3, "betas": (0.9, 0.999), "amsgrad": False, "foreach": None, "params": [0, 1]},
            {"lr": np.float64(0.1), "initial_lr": 0.1, "params": []},
        ],
    }
    assert same(round_trip(state), state)


def test_equal_states_make_equal_files():
    def state():
        return {"w": autograd.arange(5), "epoch": 3}

    assert packed(state()) == packed(state())
    with zipfile.ZipFile(io.BytesIO(packed(state()))) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_numpy_can_open_the_file(tmp_path):
    path = tmp_path / "state"
    save([autograd.ones(2), np.zeros(3)], path)
    with np.load(path, allow_pickle=False) as arrays:
        assert arrays["0"].tolist() == [1, 1] and arrays["1"].tolist() == [0, 0, 0]


# Where it goes


@pytest.mark.parametrize("name", ["state", "state.pt", "state.npz", "ünï cödé", "x" * 250])
@pytest.mark.parametrize("kind", [str, Path])
def test_the_name_is_used_as_given(tmp_path, name, kind):
    save({"a": 1}, kind(tmp_path / name))
    assert os.listdir(tmp_path) == [name]
    assert load(kind(tmp_path / name)) == {"a": 1}


def test_a_relative_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    save(1, "here")
    assert os.listdir(tmp_path) == ["here"] and load("here") == 1


def test_file_objects(tmp_path):
    with open(tmp_path / "f", "w+b") as file:
        save({"a": autograd.ones(2)}, file)
        assert load(file)["a"].tolist() == [1, 1]
    with open(tmp_path / "f", "rb") as file:
        assert load(file)["a"].tolist() == [1, 1]


def test_a_pipe_can_be_written_and_read():
    read, write = os.pipe()
    with open(read, "rb") as source:
        with open(write, "wb") as sink:
            save([autograd.ones(2), "x"], sink)
        loaded = load(source)
    assert loaded[0].tolist() == [1, 1] and loaded[1] == "x"


@pytest.mark.skipif(os.name != "posix", reason="mode bits of POSIX")
def test_mode_bits_are_those_of_open(tmp_path):
    save(1, tmp_path / "saved")
    open(tmp_path / "opened", "wb").close()
    assert os.stat(tmp_path / "saved").st_mode == os.stat(tmp_path / "opened").st_mode
    os.chmod(tmp_path / "saved", 0o640)
    save(2, tmp_path / "saved")
    assert stat.S_IMODE(os.stat(tmp_path / "saved").st_mode) == 0o640 and load(tmp_path / "saved") == 2


@pytest.mark.skipif(os.name != "posix", reason="links of POSIX")
def test_a_link_stays_a_link(tmp_path):
    (tmp_path / "there").mkdir()
    os.symlink(tmp_path / "there" / "state", tmp_path / "link")
    for value in (1, 2):
        save(value, tmp_path / "link")
        assert (tmp_path / "link").is_symlink() and load(tmp_path / "there" / "state") == value


@pytest.mark.skipif(os.name != "posix", reason="named pipes of POSIX")
def test_what_is_no_regular_file_is_written_to_and_not_replaced(tmp_path):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    try:
        save({"a": 1}, path)
        assert stat.S_ISFIFO(os.stat(path).st_mode)
        assert load(io.BytesIO(os.read(reader, 65536))) == {"a": 1}
    finally:
        os.close(reader)


def fail(*args, **kwargs):
    raise OSError("disk failure")


def interrupt(*args, **kwargs):
    raise KeyboardInterrupt


@pytest.mark.parametrize("existing", [True, False])
@pytest.mark.parametrize(
    ("owner", "name", "failure", "error"),
    [
        (os, "fsync", fail, OSError),
        (os, "replace", fail, OSError),
        (os, "replace", interrupt, KeyboardInterrupt),
        (np.lib.format, "write_array", fail, OSError),
        (np.lib.format, "write_array", interrupt, KeyboardInterrupt),
        (zipfile.ZipFile, "writestr", fail, OSError),
    ],
)
def test_a_failure_leaves_the_folder_as_it_was(tmp_path, monkeypatch, existing, owner, name, failure, error):
    path = tmp_path / "state"
    if existing:
        save("old", path)
    before = os.listdir(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(owner, name, failure)
        with pytest.raises(error):
            save([autograd.ones(1000)], path)
    assert os.listdir(tmp_path) == before
    assert not existing or load(path) == "old"


def test_what_cannot_be_saved_touches_nothing(tmp_path):
    save("old", tmp_path / "state")
    with pytest.raises(TypeError):
        save([autograd.ones(3), object()], tmp_path / "state")
    assert os.listdir(tmp_path) == ["state"] and load(tmp_path / "state") == "old"
    file = io.BytesIO()
    with pytest.raises(TypeError):
        save([autograd.ones(3), object()], file)
    assert file.getvalue() == b""


def test_two_threads_saving_one_file_leave_a_whole_one(tmp_path):
    path = tmp_path / "state"
    states = [[i, autograd.full((2000,), float(i))] for i in range(2)]

    def keep_saving(state):
        for _ in range(10):
            save(state, path)

    threads = [threading.Thread(target=keep_saving, args=(state,), daemon=True) for state in states]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        if path.exists():
            number, tensor = load(path)
            assert tensor.sum().item() == 2000 * number
    for thread in threads:
        thread.join(timeout=5)
    assert os.listdir(tmp_path) == ["state"]


# What save refuses


class Model:
    def state_dict(self):
        return {}


Pair = collections.namedtuple("Pair", "a b")


def cyclic_list():
    items = [1]
    items.append({"deeper": (items,)})
    return items


def deep(levels):
    value = 0
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("value", "error", "message"),
    [
        (Model(), TypeError, r"state is a Model: save its state_dict\(\)"),
        ({"model": Model()}, TypeError, r"state\['model'\] is a Model: save its state_dict\(\)"),
        ({"optimizer": [1, 2, 3, object()]}, TypeError, r"state\['optimizer'\]\[3\] is a object"),
        ({0: (1, {"f": print})}, TypeError, r"state\[0\]\[1\]\['f'\] is a builtin_function_or_method"),
        ([{1, 2}], TypeError, r"state\[0\] is a set"),
        ([Model], TypeError, r"state\[0\] is a type, which cannot be saved"),
        ([Pair(1, 2)], TypeError, r"state\[0\] is a Pair.*plain tuple"),
        ({"d": collections.defaultdict(int)}, TypeError, r"state\['d'\] is a defaultdict.*plain dict"),
        ([True, stat.ST_MODE, threading.Lock()], TypeError, r"state\[2\] is a lock"),
        ([bytearray(b"x")], TypeError, r"state\[0\] is a bytearray"),
        ({"a": np.array([None])}, TypeError, r"state\['a'\] is a NumPy ndarray of dtype object"),
        ([np.ndarray(2, "<U0")], TypeError, r"state\[0\] is a NumPy ndarray of dtype <U0"),
        ([np.zeros(2, "i4,f4")], TypeError, r"state\[0\] is a NumPy ndarray of dtype"),
        ([np.ma.masked_array([1, 2], [True, False])], TypeError, r"state\[0\] is a MaskedArray"),
        ({autograd.ones(1): 1}, TypeError, r"state has the key .*Tensor: use a string or a number"),
        ({"a": {frozenset(): 1}}, TypeError, r"state\['a'\] has the key frozenset"),
        ({(1, (Pair(1, 2),)): 1}, TypeError, "state has the key"),
        (cyclic_list(), ValueError, r"state\[1\]\['deeper'\]\[0\] contains itself"),
        (deep(5000), ValueError, "nested more than 100 deep"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_save_refuses(value, error, message):
    with pytest.raises(error, match=message):
        packed(value)


def test_a_container_met_twice_is_no_cycle():
    part = [autograd.ones(1)]
    loaded = round_trip([part, {"again": part}])
    assert loaded[0][0] is loaded[1]["again"][0]
    assert same(round_trip(deep(100)), deep(100))


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda folder: save(1, None), AttributeError, r"'write'.*NoneType.*save\(obj, f\)"),
        (lambda folder: save("state", {"a": 1}), AttributeError, r"dict.*save\(obj, f\)"),
        (lambda folder: save(1, io.StringIO()), TypeError, "'wb'"),
        (lambda folder: save(1, folder), IsADirectoryError, ""),
        (lambda folder: save(1, ""), RuntimeError, "Parent directory"),
        (lambda folder: save(1, folder / "no" / "state"), RuntimeError, "Parent directory .*no' of .* does not exist"),
        (lambda folder: load(folder / "nothing"), FileNotFoundError, "nothing"),
        (lambda folder: load(folder), IsADirectoryError, ""),
        (lambda folder: load(3), AttributeError, "int"),
        (lambda folder: load(None), AttributeError, "NoneType"),
        (lambda folder: load(io.StringIO()), TypeError, "'rb'"),
        (lambda folder: load(folder / "state", map_location="cuda"), RuntimeError, "CPU"),
        (lambda folder: load(folder / "state", map_location={"cuda:0": "cuda:1"}), RuntimeError, "CPU"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_misuse_teaches(tmp_path, call, error, message):
    save("old", tmp_path / "state")
    with pytest.raises(error, match=message or None):
        call(tmp_path)
    assert os.listdir(tmp_path) == ["state"] and load(tmp_path / "state") == "old"


def test_a_file_that_may_not_be_written_is_not_replaced(tmp_path, monkeypatch):
    save("old", tmp_path / "state")
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK)
    with pytest.raises(PermissionError, match="state"):
        save("new", tmp_path / "state")
    assert load(tmp_path / "state") == "old"


@pytest.mark.parametrize(
    "location",
    ["cpu", None, {"cuda:0": "cpu"}, lambda storage, place: storage],
    ids=["cpu", "None", "dict", "function"],
)
def test_map_locations_that_end_on_the_cpu(location):
    assert load(io.BytesIO(packed(1)), map_location=location) == 1
    assert load(io.BytesIO(packed(1)), location, weights_only=False, mmap=False) == 1


# What load refuses


def zipped(**entries) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return file.getvalue()


def npy(array, allow_pickle=False) -> bytes:
    file = io.BytesIO()
    np.lib.format.write_array(file, np.asarray(array), allow_pickle=allow_pickle)
    return file.getvalue()


def forged(state, *arrays, tensors=(), **changes) -> bytes:
    """A file whose structure says `state`, whatever save would say."""
    document = {"format": serialization.FORMAT, "version": 1, "state": state, "tensors": list(tensors)} | changes
    entries = {f"{i}.npy": array if isinstance(array, bytes) else npy(array) for i, array in enumerate(arrays)}
    return zipped(**{serialization.STRUCTURE: json.dumps(document)}, **entries)


def header(shape, descr="<f4", text=None) -> bytes:
    text = text or repr({"descr": descr, "fortran_order": False, "shape": shape})
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text) + 1) + text.encode() + b"\n"


def npz(**arrays) -> bytes:
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


def deflated() -> bytes:
    file = io.BytesIO()
    source = zipfile.ZipFile(io.BytesIO(packed([np.zeros(100_000)])))
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in source.namelist():
            archive.writestr(name, source.read(name))
    return file.getvalue()


def twice() -> bytes:
    file = io.BytesIO(packed([np.zeros(1)]))
    with warnings.catch_warnings(), zipfile.ZipFile(file, "a") as archive:
        warnings.simplefilter("ignore")
        archive.writestr("0.npy", npy(np.ones(1, np.float32)))
    return file.getvalue()


def overlapping() -> bytes:
    """Many entries of the table of contents on one stretch of data."""
    content = npy(np.zeros(1000))
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        document = {"format": serialization.FORMAT, "version": 1, "state": None, "tensors": []}
        archive.writestr(serialization.STRUCTURE, json.dumps(document))
        archive.writestr("0.npy", content)
        for number in range(1, 20):
            twin = zipfile.ZipInfo(f"{number}.npy")
            original = archive.getinfo("0.npy")
            for field in ("header_offset", "CRC", "compress_size", "file_size", "compress_type"):
                setattr(twin, field, getattr(original, field))
            archive.filelist.append(twin)
            archive.NameToInfo[twin.filename] = twin
    return file.getvalue()


def bad_checksum() -> bytes:
    content = bytearray(packed([np.ones(100, np.float32)]))
    content[content.index(np.float32(1).tobytes() * 50)] ^= 1
    return bytes(content)


FOREIGN = {
    "nothing": (b"", "is empty"),
    "text": (b"hello, this is no checkpoint", "is not a file that save wrote"),
    "zeros": (bytes(1000), "is not a file that save wrote"),
    "pickle": (pickle.dumps({"a": 1}), "is a pickle, which could run code"),
    "npy": (npy(np.ones(3)), r"is a .npy array.*np\.load"),
    "npz": (npz(a=np.ones(3)), r"is an .npz archive.*np\.load"),
    "npz of objects": (npz(a=np.array([{}])), "is an .npz archive"),
    "torch": (zipped(**{"archive/data.pkl": pickle.dumps(1), "archive/data/0": b"x"}), "is a torch.save archive"),
    "zip": (zipped(a="b"), "is a zip archive, but not one that save wrote"),
    "empty zip": (zipped(), "is a zip archive, but not one that save wrote"),
    "deflated": (deflated(), "compressed"),
    "duplicate entry": (twice(), "same one twice"),
    "overlapping entries": (overlapping(), "more data than it holds|Overlapped"),
    "bad checksum": (bad_checksum(), "corrupt.*CRC"),
    "path tricks": (zipped(**{"structure.json": "{}", "../../etc/passwd": "x"}), "entries that save does not write"),
    "absolute path": (zipped(**{"structure.json": "{}", "/0.npy": "x"}), "entries that save does not write"),
    "gap in the numbers": (zipped(**{"structure.json": "{}", "1.npy": "x"}), "entries that save does not write"),
    "other json": (zipped(**{"structure.json": "[]"}), "its structure is unknown"),
    "other format": (forged(None, format="other"), "its structure is unknown"),
    "newer version": (forged(None, version=2), "has version 2 of the format, not 1: update"),
    "no json": (zipped(**{"structure.json": "{"}), "corrupt"),
    "not text": (zipped(**{"structure.json": b"\xff\xfe\x00"}), "corrupt"),
    "deep json": (zipped(**{"structure.json": "[" * 100_000}), "corrupt"),
    "huge number": (zipped(**{"structure.json": "1" * 5000}), "corrupt"),
    "no state": (zipped(**{"structure.json": '{"format": "gategrad state", "version": 1}'}), "corrupt"),
    "unknown tag": (forged({"__import__": "os"}), "corrupt"),
    "two tags": (forged({"int": "0x1", "float": "nan"}), "corrupt"),
    "no tag": (forged({}), "corrupt"),
    "bad int": (forged({"int": "zz"}), "corrupt"),
    "bad bytes": (forged({"bytes": "%%"}), "corrupt"),
    "bad dtype": (forged({"dtype": "object"}), "corrupt"),
    "bad pairs": (forged({"dict": [[1, 2, 3]]}), "corrupt"),
    "unhashable key": (forged({"dict": [[[], 1]]}), "corrupt"),
    "metadata on a tensor": (forged({"annotated": [{"tensor": 0}, 1]}, np.ones(2), tensors=[[0, False]]), "corrupt"),
    "metadata elsewhere": (forged({"annotated": [[], 1]}), "corrupt"),
    "tensor out of range": (forged({"tensor": 0}), "corrupt"),
    "array out of range": (forged({"array": 3}, np.ones(2)), "corrupt"),
    "tensor of text": (forged({"tensor": 0}, np.array(["a"]), tensors=[[0, False]]), "no tensor"),
    "tensor of an odd dtype": (forged({"tensor": 0}, np.ones(2, np.uint32), tensors=[[0, False]]), "no tensor"),
    "ints that require grad": (forged({"tensor": 0}, np.ones(2, int), tensors=[[0, True]]), "corrupt"),
    "object array": (forged({"array": 0}, npy(np.array([{}]), allow_pickle=True)), "which is not what it holds"),
    "structured array": (forged({"array": 0}, np.zeros(2, "i4,i4")), "which is not what it holds"),
    "huge shape": (forged({"array": 0}, header((10**15,)) + bytes(4)), "which is not what it holds"),
    "overflowing shape": (forged({"array": 0}, header((2**40, 2**40)) + bytes(4)), "which is not what it holds"),
    "huge empty shape": (forged({"array": 0}, header((0, 2**40, 2**40))), "corrupt"),
    "negative shape": (forged({"array": 0}, header((-1, -1)) + bytes(4)), "which is not what it holds"),
    "huge nothing": (forged({"array": 0}, header((10**15,), "<U0")), "which is not what it holds"),
    "too little data": (forged({"array": 0}, header((3,)) + bytes(8)), "which is not what it holds"),
    "too much data": (forged({"array": 0}, header((3,)) + bytes(16)), "which is not what it holds"),
    "no header": (forged({"array": 0}, b"\x93NUMPY\x01\x00"), "corrupt"),
    "header of code": (forged({"array": 0}, header(0, text="__import__('os').getcwd()")), "corrupt"),
    "deep header": (forged({"array": 0}, header(0, text="(" * 9000)), "corrupt"),
    "long header": (forged({"array": 0}, header(0, text=" " * 60000)), "corrupt"),
    "other npy version": (forged({"array": 0}, b"\x93NUMPY\x03\x00" + npy(np.ones(1))[8:]), "unknown .npy version"),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_what_load_refuses(tmp_path, name):
    content, message = FOREIGN[name]
    path = tmp_path / "state"
    path.write_bytes(content)
    with pytest.raises(RuntimeError, match=message) as caught:
        load(path)
    assert str(caught.value).startswith(f"load: {path} ")
    with pytest.raises(RuntimeError, match=message):
        load(io.BytesIO(content))


class Trap:
    """Unpickling one of these leaves a mark."""

    sprung = False

    def __reduce__(self):
        return (exec, (f"import sys; sys.modules[{__name__!r}].Trap.sprung = True",))


def test_nothing_in_a_file_is_executed():
    bombs = [
        pickle.dumps(Trap()),
        npz(a=np.array([Trap()])),
        npy(np.array([Trap()]), allow_pickle=True),
        forged({"array": 0}, npy(np.array([Trap()]), allow_pickle=True)),
        zipped(**{"archive/data.pkl": pickle.dumps(Trap())}),
        zipped(**{"structure.json": pickle.dumps(Trap())}),
    ]
    for bomb in bombs:
        with pytest.raises(RuntimeError):
            load(io.BytesIO(bomb))
        with pytest.raises(RuntimeError):
            load(io.BytesIO(bomb), weights_only=False)
    assert not Trap.sprung


def example():
    return {
        "model": collections.OrderedDict(weight=autograd.ones(3, 2), bias=autograd.tensor(2.0)),
        "optimizer": {"state": {0: {"step": autograd.tensor(1.0)}}, "betas": (0.9, 0.999)},
        "array": np.arange(3),
        "note": "text",
    }


def test_every_truncation_is_noticed():
    whole = packed(example())
    for length in range(len(whole)):
        with pytest.raises(RuntimeError):
            load(io.BytesIO(whole[:length]))


def test_no_flipped_bit_passes_for_other_data():
    whole = packed(example())
    chance = random.Random(0)
    noticed = 0
    for position in range(0, len(whole), 2):
        damaged = bytearray(whole)
        damaged[position] ^= 1 << chance.randrange(8)
        try:
            loaded = load(io.BytesIO(damaged))
        except RuntimeError:
            noticed += 1
        else:
            assert same(loaded, example()), f"bit of byte {position}"
    assert noticed > 0.4 * len(whole)
