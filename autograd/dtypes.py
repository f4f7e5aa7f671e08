"""torch's element types and its rules of promotion, on NumPy's dtypes."""

import builtins

import numpy as np

RANK = {"b": 0, "u": 1, "i": 1, "f": 2, "c": 3}  # NumPy's kind letters: bool < integer < float < complex
PYTHON_RANK = {builtins.bool: 0, int: 1, float: 2, complex: 3}


class dtype:
    """An element type, one object each: ``autograd.float32``, printed as torch prints it.

    NumPy takes it wherever it takes a dtype. Source: torch.dtype.
    """

    __slots__ = ("dtype", "long_name", "name")

    def __init__(self, name: str, long_name: str):
        self.name = name
        self.long_name = long_name  # as torch's error messages say it
        self.dtype = np.dtype(name)  # the attribute by which NumPy recognises a dtype

    @property
    def numpy(self) -> np.dtype:
        """The NumPy dtype."""
        return self.dtype

    @property
    def itemsize(self) -> int:
        """Bytes per element."""
        return self.dtype.itemsize

    @property
    def is_floating_point(self) -> builtins.bool:
        """Whether the elements are real numbers, so that gradients exist."""
        return self.dtype.kind == "f"

    @property
    def is_complex(self) -> builtins.bool:
        """Always false: complex tensors do not exist here."""
        return False

    @property
    def is_signed(self) -> builtins.bool:
        """Whether negative numbers can be held."""
        return self.dtype.kind in "if"

    def __repr__(self) -> str:
        return f"torch.{self.name}"

    def __reduce__(self):
        return (as_dtype, (self.name,))


float16 = half = dtype("float16", "Half")
float32 = float_ = dtype("float32", "Float")
float64 = double = dtype("float64", "Double")
int8 = dtype("int8", "Char")
int16 = short = dtype("int16", "Short")
int32 = int_ = dtype("int32", "Int")
int64 = long = dtype("int64", "Long")
uint8 = dtype("uint8", "Byte")
bool = bool_ = dtype("bool", "Bool")

BY_NUMPY = {t.dtype: t for t in (float16, float32, float64, int8, int16, int32, int64, uint8, bool)}
BY_PYTHON = {builtins.bool: bool, int: int64, float: float64}
BY_TENSOR_TYPE = {f"torch.{t.long_name}Tensor": t for t in BY_NUMPY.values()}
default = np.dtype(np.float32)


def as_dtype(value) -> dtype:
    """The dtype for one of ours, a NumPy dtype, a tensor type, the name of either, or Python's bool, int and float."""
    if isinstance(value, dtype):
        return value
    if isinstance(getattr(value, "dtype", None), dtype):
        return value.dtype
    if value in BY_TENSOR_TYPE:
        return BY_TENSOR_TYPE[value]
    if value in BY_PYTHON:
        return BY_PYTHON[value]
    try:
        return BY_NUMPY[np.dtype(value)]
    except (KeyError, TypeError):
        raise TypeError(f"dtype must be one of {', '.join(map(repr, BY_NUMPY.values()))}, not {value!r}") from None


def raw_dtype(value) -> np.dtype:
    """The NumPy dtype for anything `as_dtype` takes."""
    return value.dtype if type(value) is dtype else as_dtype(value).dtype


def set_default_dtype(d) -> None:
    """Make floats be of this type when nothing else says otherwise. Source: torch.set_default_dtype."""
    global default
    chosen = as_dtype(d)
    if not chosen.is_floating_point:
        raise TypeError(f"set_default_dtype: only floating-point types can be the default, not {chosen}")
    default = chosen.dtype


def get_default_dtype() -> dtype:
    """The type of floats when nothing else says otherwise, float32 unless it was set."""
    return BY_NUMPY[default]


def common_dtype(values) -> np.dtype:
    """torch's promotion of arrays, 0-d arrays or scalars, and Python numbers, in that order of strength.

    The highest kind (bool < integer < float) decides; within it arrays with dimensions outrank 0-d ones, and
    these outrank Python numbers. A Python float among integers gives the default float type.
    """
    strong: list[np.dtype] = []
    weak: list[np.dtype] = []
    python, top = [], 0
    for value in values:
        rank = PYTHON_RANK.get(type(value))
        if rank is None:
            (strong if value.ndim else weak).append(value.dtype)
            rank = RANK[value.dtype.kind]
        else:
            python.append(rank)
        top = max(top, rank)
    for dtypes in (strong, weak):
        chosen = [d for d in dtypes if RANK[d.kind] == top]
        if chosen:
            return np.result_type(*chosen)
    return {0: np.dtype(np.bool_), 1: np.dtype(np.int64), 2: default}[top]


def cast(value, target: np.dtype):
    """A payload or Python number as this type; integers wrap around as in torch."""
    if type(value) in PYTHON_RANK:
        if target.kind in "iu" and type(value) is not float:
            return np.array(value).astype(target)[()]
        return target.type(value)
    return value if value.dtype == target else value.astype(target)


def can_write(source: np.dtype, target: np.dtype) -> builtins.bool:
    """Whether an in-place result of type `source` may be stored as `target`: its kind must not be higher."""
    return RANK[source.kind] <= RANK[target.kind] and not (target.kind == "b" and source.kind != "b")


def result_type(tensor1, tensor2) -> dtype:
    """The type in which two tensors or numbers meet. Source: torch.result_type."""
    return BY_NUMPY[common_dtype([getattr(value, "payload", value) for value in (tensor1, tensor2)])]


def promote_types(type1, type2) -> dtype:
    """The smallest type that holds both. Source: torch.promote_types."""
    return BY_NUMPY[common_dtype([np.empty(0, as_dtype(type1)), np.empty(0, as_dtype(type2))])]


def can_cast(from_, to) -> builtins.bool:
    """Whether promotion allows it: to the same kind (bool < integer < float) or higher. Source: torch.can_cast."""
    return can_write(raw_dtype(from_), raw_dtype(to))


class finfo:
    """Limits of a floating-point type: bits, eps, max, min, tiny, smallest_normal, resolution. Source: torch.finfo."""

    def __init__(self, type=None):
        info = np.finfo(default if type is None else raw_dtype(type))
        self.bits, self.dtype = info.bits, str(info.dtype)
        self.eps, self.max, self.min = float(info.eps), float(info.max), float(info.min)
        self.tiny = self.smallest_normal = float(info.tiny)
        self.resolution = float(info.resolution)


class iinfo:
    """Limits of an integer type: bits, max, min. Source: torch.iinfo."""

    def __init__(self, type):
        info = np.iinfo(raw_dtype(type))
        self.bits, self.dtype, self.max, self.min = info.bits, str(info.dtype), int(info.max), int(info.min)
