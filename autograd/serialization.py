"""save and load: state dicts as files, without pickle.

A file is a zip of ``.npy`` entries, one an array, beside one JSON entry that says how they hang together. So
``np.load`` shows the arrays of a checkpoint, and reading one, whoever wrote it, never runs code. In the JSON, null,
true, numbers, strings and lists stand for themselves; an object has one key, which says what its value is:
``{"tuple": [1, 2]}``.
"""

import base64
import io
import json
import math
import os
import zipfile
from collections import OrderedDict

import numpy as np

from autograd import dtypes
from autograd.devices import check_device, device
from autograd.files import replacing
from autograd.tensors import Size, Tensor, raw_array, wrap

FORMAT = "gategrad state"
VERSION = 1
STRUCTURE = "structure.json"
MAX_DEPTH = 100
SEQUENCES: dict[str, type] = {"tuple": tuple, "Size": Size}
MAPPINGS: dict[str, type] = {"dict": dict, "OrderedDict": OrderedDict}


def save(obj, f) -> None:
    """Write `obj`, a state dict or any nest of tensors and plain values, to the file `f`; `load` reads it back.

    Saved are dict, OrderedDict, list, tuple, None, bool, int, float, complex, str, bytes, dtype, device, Tensors (a
    Parameter as a Tensor), NumPy arrays and scalars. A Tensor met twice is one Tensor again after loading, and two of
    them on the same memory share it again. A file of that name is replaced in one step, when the new one is complete
    and on disk; after any failure it is as it was.

    >>> import autograd, io
    >>> file = io.BytesIO()
    >>> autograd.save({"weight": autograd.ones(2), "epoch": 3}, file)
    >>> autograd.load(file)
    {'weight': tensor([1., 1.]), 'epoch': 3}

    Source: torch.save.

    Parameters
    ----------
    obj : what to save
    f : a path, used exactly as given, or a file object open for writing bytes
    """
    writer = Writer()
    document = {"format": FORMAT, "version": VERSION, "state": writer.describe(obj, "state"), "tensors": writer.tensors}
    if isinstance(f, str | os.PathLike):
        with replacing(os.fsdecode(f)) as file:
            write_archive(file, document, writer.arrays)
    elif hasattr(f, "write"):
        if isinstance(f, io.TextIOBase):
            raise TypeError("save: the file is open for text: open it with mode 'wb'")
        write_archive(f, document, writer.arrays)
    else:
        raise AttributeError(
            "save: expected 'f' to be string, path, or a file-like object with a 'write' attribute, "
            f"got a {type(f).__name__}: the call is save(obj, f)"
        )


def load(f, map_location=None, *, weights_only: bool | None = True, mmap: bool | None = None):
    """Read what `save` wrote to the file `f`. Nothing in the file is ever executed.

    Source: torch.load.

    Parameters
    ----------
    f : a path or a file object open for reading bytes
    map_location : accepted for the CPU, where every tensor is
    weights_only, mmap : accepted; loading is as safe as ``weights_only=True`` always
    """
    check_map_location(map_location)
    if isinstance(f, str | os.PathLike):
        with open(f, "rb") as file:
            return read_archive(file, os.fsdecode(f))
    if not hasattr(f, "read"):
        raise AttributeError(f"load: expected a path or a file object with 'read' and 'seek', got a {type(f).__name__}")
    if isinstance(f, io.TextIOBase):
        raise TypeError("load: the file is open for text: open it with mode 'rb'")
    seekable = hasattr(f, "seekable") and f.seekable()
    return read_archive(f if seekable else io.BytesIO(f.read()), getattr(f, "name", f"this {type(f).__name__}"))


def check_map_location(map_location) -> None:
    """Raise where tensors are to go to another device than the CPU."""
    if not callable(map_location):
        for target in map_location.values() if isinstance(map_location, dict) else [map_location]:
            check_device(target)


class Writer:
    """Describes a nest of values as JSON, and collects its arrays."""

    def __init__(self) -> None:
        self.arrays: list[np.ndarray] = []
        self.tensors: list[list] = []  # [number of its array, requires_grad] of each Tensor
        self._array_numbers: dict[tuple, int] = {}
        self._tensor_numbers: dict[int, int] = {}
        self._open: set[int] = set()  # the containers being described now

    def describe(self, value, path: str):
        """The JSON for `value`, which is to be found at `path`."""
        kind = type(value)
        if value is None or kind in (bool, str):
            return value
        if kind is int:
            return value if -(2**63) <= value < 2**63 else {"int": hex(value)}
        if kind is float:
            return value if math.isfinite(value) else {"float": repr(value)}
        if kind is complex:
            return {"complex": [self.describe(value.real, path), self.describe(value.imag, path)]}
        if kind is bytes:
            return {"bytes": base64.b64encode(value).decode()}
        if kind is dtypes.dtype:
            return {"dtype": value.name}
        if kind is device:
            return {"device": str(value)}
        if isinstance(value, Tensor):
            return {"tensor": self._tensor(value)}
        if kind in (np.ndarray, np.memmap) or isinstance(value, np.generic):
            array = np.asarray(value)
            if not is_plain_dtype(array.dtype):
                raise TypeError(
                    f"save: {path} is a NumPy {kind.__name__} of dtype {array.dtype}, which cannot be saved: "
                    "save plain numbers or strings"
                )
            return {"scalar" if isinstance(value, np.generic) else "array": self._array(array)}
        if kind in (list, *SEQUENCES.values(), *MAPPINGS.values()):
            return self._container(value, kind, path)
        raise self._unsupported(value, path)

    def _container(self, value, kind: type, path: str):
        if id(value) in self._open:
            raise ValueError(f"save: {path} contains itself: only trees of values can be saved")
        if len(self._open) == MAX_DEPTH:
            raise ValueError(f"save: {path} is nested more than {MAX_DEPTH} deep: flatten it")
        self._open.add(id(value))
        try:
            if kind in MAPPINGS.values():
                return self._mapping(value, kind, path)
            items = [self.describe(item, f"{path}[{i}]") for i, item in enumerate(value)]
            return items if kind is list else {kind.__name__: items}
        finally:
            self._open.discard(id(value))

    def _mapping(self, value, kind: type, path: str):
        pairs = []
        for key, item in value.items():
            if not is_plain_key(key):
                raise TypeError(f"save: {path} has the key {key!r}, a {type(key).__name__}: use a string or a number")
            pairs.append([self.describe(key, path), self.describe(item, f"{path}[{key!r}]")])
        described = {kind.__name__: pairs}
        metadata = getattr(value, "_metadata", None)
        if metadata is not None:
            # What Module.state_dict() hangs on its OrderedDict: the version of each module.
            return {"annotated": [described, self.describe(metadata, f"{path}._metadata")]}
        return described

    def _tensor(self, tensor: Tensor) -> int:
        number = self._tensor_numbers.get(id(tensor))
        if number is None:
            number = self._tensor_numbers[id(tensor)] = len(self.tensors)
            self.tensors.append([self._array(raw_array(tensor)), tensor.requires_grad])
        return number

    def _array(self, array: np.ndarray) -> int:
        # Kept in `arrays` until the end, no other array can come to lie at its address.
        memory = (array.__array_interface__["data"][0], array.shape, array.strides, array.dtype)
        number = self._array_numbers.setdefault(memory, len(self.arrays))
        if number == len(self.arrays):
            self.arrays.append(array)
        return number

    def _unsupported(self, value, path: str) -> TypeError:
        name = type(value).__name__
        if callable(getattr(value, "state_dict", None)) and not isinstance(value, type):
            return TypeError(f"save: {path} is a {name}: save its state_dict(), and restore it with load_state_dict()")
        hint = "save tensors and plain values"
        for base in (dict, list, tuple, str, int, float):
            if isinstance(value, base):
                hint = f"save it as a plain {base.__name__}: {base.__name__}(...)"
                break
        return TypeError(f"save: {path} is a {name}, which cannot be saved: {hint}")


def is_plain_key(key) -> bool:
    """Whether a dict's key can be saved: a plain immutable value, or a tuple of such."""
    if type(key) is tuple:
        return all(map(is_plain_key, key))
    plain = (type(None), bool, int, float, complex, str, bytes, dtypes.dtype)
    return type(key) in plain or isinstance(key, np.generic)


def is_plain_dtype(dtype: np.dtype) -> bool:
    """Whether elements are numbers, strings or times: no objects, nothing that needs pickle."""
    return dtype.kind in "biufcSUmM" and dtype.itemsize > 0


class Reader:
    """Rebuilds the values that a Writer described."""

    def __init__(self, arrays: list[np.ndarray], tensors: list) -> None:
        self.arrays = arrays
        self.tensors = [self._tensor(*fields) for fields in tensors]
        self.builders = {
            "int": lambda digits: int(digits, 16),
            "float": float,
            "complex": lambda parts: complex(*map(self.rebuild, parts)),
            "bytes": lambda text: base64.b64decode(text, validate=True),
            "dtype": dtypes.as_dtype,
            "device": device,
            "tensor": lambda number: self.tensors[number],
            "array": lambda number: self.arrays[number],
            "scalar": lambda number: self.arrays[number][()],
            "annotated": self._annotated,
        }
        for name, cls in SEQUENCES.items():
            self.builders[name] = lambda items, cls=cls: cls(map(self.rebuild, items))
        for name, cls in MAPPINGS.items():
            self.builders[name] = lambda pairs, cls=cls: cls((self.rebuild(k), self.rebuild(v)) for k, v in pairs)

    def rebuild(self, description):
        """The value that `description` describes."""
        if isinstance(description, list):
            return [self.rebuild(item) for item in description]
        if isinstance(description, dict):
            ((name, content),) = description.items()
            return self.builders[name](content)
        return description

    def _tensor(self, number: int, requires_grad: bool) -> Tensor:
        array = self.arrays[number]
        array = array.astype(array.dtype.newbyteorder("="), copy=False)
        if array.dtype not in dtypes.BY_NUMPY:
            raise ValueError(f"{entry_name(number)} is no tensor: it holds {array.dtype}")
        return wrap(array if array.ndim else array[()]).requires_grad_(requires_grad)

    def _annotated(self, content):
        mapping, metadata = map(self.rebuild, content)
        if type(mapping) is not OrderedDict:
            raise ValueError("only an OrderedDict has metadata")
        mapping._metadata = metadata
        return mapping


def write_archive(file, document: dict, arrays: list[np.ndarray]) -> None:
    """Write the JSON entry and the arrays into a zip."""
    # Entries carry no time, so that equal states make equal files.
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(zipfile.ZipInfo(STRUCTURE), json.dumps(document, allow_nan=False))
        for number, array in enumerate(arrays):
            with archive.open(entry_name(number), "w", force_zip64=True) as entry:
                np.lib.format.write_array(entry, array, version=(1, 0), allow_pickle=False)


def entry_name(number: int) -> str:
    """The archive's entry of an array."""
    return f"{number}.npy"


def read_archive(file, name: str):
    """The state in an archive; a RuntimeError that says what is wrong for any other file."""
    file.seek(0)
    start = file.read(8)
    try:
        with zipfile.ZipFile(file) as archive:
            document = read_document(archive, size=file.seek(0, os.SEEK_END))
            arrays = [read_array(archive, entry_name(number)) for number in range(len(archive.namelist()) - 1)]
            return Reader(arrays, document["tensors"]).rebuild(document["state"])
    except MemoryError:
        raise
    except Foreign as error:
        raise RuntimeError(f"load: {name} {error}") from None
    except Exception as error:
        raise RuntimeError(f"load: {name} {diagnosis(start)} ({type(error).__name__}: {error})") from error


class Foreign(Exception):
    """A sound archive, yet not one that `save` of this version wrote."""


def read_document(archive: zipfile.ZipFile, size: int) -> dict:
    """The JSON entry, after the archive's own table was found free of tricks."""
    entries = archive.infolist()
    names = [entry.filename for entry in entries]
    if STRUCTURE not in names:
        raise Foreign(foreign_archive(names))
    if set(names) != {STRUCTURE, *map(entry_name, range(len(names) - 1))}:
        raise Foreign("has entries that save does not write, or the same one twice: it was altered; do not trust it")
    # Entries stored as they are, together no larger than the file, can be read without fear of a bomb.
    if any(entry.file_size != entry.compress_size for entry in entries):
        raise Foreign("holds compressed entries, which save does not write: it was packed again by another program")
    if sum(entry.file_size for entry in entries) > size:
        raise Foreign("declares more data than it holds: it was altered; do not trust it")
    document = json.loads(archive.read(STRUCTURE))
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise Foreign("was not written by save: its structure is unknown")
    if document.get("version") != VERSION:
        raise Foreign(
            f"has version {document.get('version')!r} of the format, not {VERSION}: update gategrad to read it"
        )
    return document


def read_array(archive: zipfile.ZipFile, name: str) -> np.ndarray:
    """One array, after its header was found to promise just what follows it."""
    with archive.open(name) as entry:
        if np.lib.format.read_magic(entry) != (1, 0):
            raise ValueError(f"{name} has an unknown .npy version")
        shape, _, dtype = np.lib.format.read_array_header_1_0(entry)
        header = entry.tell()
    # Before NumPy makes room for what the header promises, see that it is there.
    held = archive.getinfo(name).file_size - header
    plausible = is_plain_dtype(dtype) and min(shape, default=0) >= 0
    if not plausible or math.prod(shape) * dtype.itemsize != held:
        raise ValueError(f"{name} promises {dtype} of shape {shape}, which is not what it holds")
    with archive.open(name) as entry:
        return np.lib.format.read_array(entry, allow_pickle=False)  # to the end, where the checksum is compared


def foreign_archive(names: list[str]) -> str:
    """What a zip that save did not write probably is, by its entries."""
    if any(name.endswith("data.pkl") for name in names):
        return (
            "is a torch.save archive, which holds a pickle: where torch is installed, convert it with "
            "autograd.save({k: autograd.from_numpy(v.numpy()) for k, v in torch.load(path).items()}, new_path)"
        )
    if names and all(name.endswith(".npy") for name in names):
        return "is an .npz archive of arrays, not a state written by save: read it with np.load(path)"
    return "is a zip archive, but not one that save wrote"


def diagnosis(start: bytes) -> str:
    """What a file that cannot be read probably is, by its first bytes."""
    if not start:
        return "is empty: the write of it was probably cut short"
    if start.startswith(b"PK"):
        return "is truncated or corrupt: use another copy, or save it again"
    if start.startswith(b"\x80"):
        return "is a pickle, which could run code: it is not read; save the state with autograd.save"
    if start.startswith(b"\x93NUMPY"):
        return "is a .npy array, not a state written by save: read it with np.load(path)"
    return "is not a file that save wrote, or its beginning is lost"
