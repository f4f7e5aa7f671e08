"""Type stubs, written from what the package holds when it is imported: most methods and functions come from the tables
of ops, where no editor and no type checker sees them.

``python -m autograd.stubs`` writes the stubs, ``python -m autograd.stubs --check`` fails if they are stale.
"""

import inspect
import re
import sys
from pathlib import Path
from types import FunctionType, ModuleType

import autograd
from autograd import aliases, tensors
from autograd.functions import FUNCTIONS
from autograd.ops import TABLE, Array, Arrays

HERE = Path(autograd.__file__).parent
Tensor = autograd.Tensor

# The types of parameters, by their names; those that are not here are known by an annotation or by their default.
PARAMETERS = {
    "Tensor": """input mat mat1 mat2 vec vec1 vec2 batch1 batch2 tensor tensor1 tensor2 mask index indices src weight source
        running_mean running_var input1 input2 boundaries sorted_sequence x1 x2 g fweights aweights weights bias sorter a b
        condition inputs gradient y""",
    "Tensor | Number": "other exponent value values min max end elements test_elements fill_value x",
    "Sequence[Tensor]": "tensors",
    "Dims": """dim dims size shape stride padding dilation kernel_size output_padding output_size normalized_shape shifts
        repeats sizes""",
    "Dims | Tensor": "split_size_or_sections indices_or_sections",
    "Sequence[builtins.int]": "split_sizes pad",
    "builtins.int": "dim0 dim1 dim2 dimension groups num_groups k n length chunks start_dim end_dim num_classes offset row col",
    "builtins.bool": "keepdim training train requires_grad non_blocking copy retain_graph unbiased create_graph",
    "Number": "p lambd threshold eps momentum maxnorm start step mean std lower upper",
    "builtins.str": "equation reduce rounding_mode",
    "_dtype": "dtype",
    "_device | builtins.str": "device",
    "Generator": "generator",
}
TYPE_OF = {name: kind for kind, names in PARAMETERS.items() for name in names.split()}

# What a call gives, where it is not a Tensor and not annotated.
RETURNS = {
    "tuple[Tensor, ...]": """split split_with_sizes chunk tensor_split hsplit vsplit dsplit unbind meshgrid broadcast_tensors
        var_mean std_mean slogdet grad atleast_1d atleast_2d atleast_3d""",
    "builtins.bool": "equal allclose is_nonzero is_tensor is_floating_point is_complex __bool__ __contains__",
    "builtins.int": "numel ndim itemsize nbytes __len__ __int__ __index__",
    "builtins.float": "__float__",
    "builtins.complex": "__complex__",
    "Iterator[Tensor]": "__iter__",
    "Size": "shape broadcast_shapes",
    "Node | None": "grad_fn",
    "Tensor | None": "grad",
    "HookHandle": "register_hook register_post_accumulate_grad_hook",
    "ValuesIndices": "sort topk kthvalue mode cummax cummin",
    "MinMax": "aminmax",
    "_device": "device",
    "_layout": "layout",
    "Any": """item tolist __array__ __array_ufunc__ __array_function__ __reduce_ex__ __dlpack__ __dlpack_device__ _steps _axis
        compile""",
    "builtins.str": "__format__",
    "None": "__setitem__",
}
RETURN_OF = {name: kind for kind, names in RETURNS.items() for name in names.split()}

# Calls whose result depends on what they are given.
OF_ALL, OF_AXIS = "({self}) -> Tensor", "({self}, dim: builtins.int, keepdim: builtins.bool = ...) -> ValuesIndices"
OVERLOADS = {
    "max": [OF_ALL, OF_AXIS, "({self}, other: Tensor) -> Tensor"],
    "min": [OF_ALL, OF_AXIS, "({self}, other: Tensor) -> Tensor"],
    "median": [OF_ALL, OF_AXIS],
    "nanmedian": [OF_ALL, OF_AXIS],
    "nonzero": ["({self}) -> Tensor", "({self}, *, as_tuple: builtins.bool) -> Any"],
    "unique": [
        "({self}, sorted: builtins.bool = ..., *, dim: builtins.int | None = ...) -> Tensor",
        "({self}, sorted: builtins.bool = ..., return_inverse: builtins.bool = ..., return_counts: builtins.bool = ..., "
        "dim: builtins.int | None = ...) -> Any",
    ],
    "size": ["({self}) -> Size", "({self}, dim: builtins.int) -> builtins.int"],
    "stride": ["({self}) -> tuple[builtins.int, ...]", "({self}, dim: builtins.int) -> builtins.int"],
    "type": ["({self}) -> builtins.str", "({self}, dtype: Any) -> Tensor"],
    "where": [
        "({self}, input: Tensor | Number, other: Tensor | Number) -> Tensor",
        "({self}) -> tuple[Tensor, ...]",
    ],
}

HEADER = """# Written by `python -m autograd.stubs`: do not edit.
import builtins
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple, TypeAlias, overload

import numpy as np

from autograd.devices import device as _device
from autograd.dtypes import dtype as _dtype
from autograd.formats import layout as _layout
from autograd.graph import HookHandle, Node
from autograd.random import Generator as Generator
"""
TYPES = """
Number: TypeAlias = builtins.int | builtins.float | builtins.bool
Dims: TypeAlias = builtins.int | Sequence[builtins.int]

class ValuesIndices(NamedTuple):
    values: Tensor
    indices: Tensor

class MinMax(NamedTuple):
    min: Tensor
    max: Tensor

class Size(tuple[builtins.int, ...]):
    def numel(self) -> builtins.int: ...
"""


# One signature


def annotation(kind) -> str:
    """An annotation as it is written in a stub, where `int`, `float` and `bool` are taken by methods and dtypes."""
    text = kind if isinstance(kind, str) else inspect.formatannotation(kind)
    text = re.sub(r"\b(?:autograd\.[\w.]+|collections\.abc|typing)\.(\w+)", r"\1", text).replace("numpy.", "np.")
    text = re.sub(r"(?<![\w.])(device|dtype|layout)\b", r"_\1", text)
    return re.sub(r"(?<![\w.])(int|float|bool|str|complex|type)\b", r"builtins.\1", text)


def parameter_type(parameter) -> str:
    """The type of a parameter: annotated, known by name, or that of its default."""
    if parameter.annotation is Array:
        return "Tensor"
    if parameter.annotation is Arrays:
        return "Sequence[Tensor]"
    default = parameter.default
    if parameter.annotation is not parameter.empty:
        return annotation(parameter.annotation)
    if isinstance(default, bool) or parameter.name not in TYPE_OF:
        known = type(default) in (bool, int, float, str)
        return f"builtins.{'float' if type(default) is int else type(default).__name__}" if known else "Any"
    return TYPE_OF[parameter.name] + (" | None" if default is None else "")


def parameters_of(call) -> list:
    """The parameters of a call; a decorator's own keywords count, NumPy's spellings of dim and keepdim do not."""
    inner = inspect.signature(call).parameters
    outer = inspect.signature(call, follow_wrapped=False).parameters
    added = [p for p in outer.values() if p.kind is p.KEYWORD_ONLY and p.name not in inner]
    return [p for p in [*inner.values(), *added] if p.name != "aliases"]


def signature(name, call, method=False) -> str:
    """The parameters and the result of a call; a method's first parameter is `self`."""
    parts, starred = [], False
    for position, parameter in enumerate(parameters_of(call)):
        if parameter.kind is parameter.VAR_KEYWORD:
            parts.append(f"**{parameter.name}: Any")
        elif method and position == 0:
            parts.append("self")
        elif parameter.kind is parameter.VAR_POSITIONAL:
            starred = True
            parts.append(f"*{parameter.name}: Any")
        else:
            if parameter.kind is parameter.KEYWORD_ONLY and not starred:
                parts, starred = [*parts, "*"], True
            default = "" if parameter.default is parameter.empty else " = ..."
            parts.append(f"{parameter.name}: {parameter_type(parameter)}{default}")
    return f"({', '.join(parts)}) -> {result_type(name, call)}"


def result_type(name, call) -> str:
    """What a call gives: annotated, known by name, or a Tensor."""
    returned = inspect.signature(call, follow_wrapped=False).return_annotation
    return RETURN_OF.get(name, "Tensor") if returned is inspect.Signature.empty else annotation(returned)


def documented(head, summary="") -> str:
    """A definition in a stub, with one line of documentation."""
    summary = summary.strip().split("\n")[0].replace("\\", "\\\\").replace('"', "'")
    return f'{head}\n    """{summary}"""\n    ...' if summary else f"{head} ..."


def definition(name, call, method=False) -> str:
    """A function of a stub: one definition, or several where the result depends on the arguments."""
    bare = name if name.startswith("__") else name.rstrip("_")
    if name not in OVERLOADS:
        return documented(f"def {name}{signature(bare, call, method)}:", call.__doc__ or "")
    first = "self" if method else f"{next(iter(inspect.signature(call).parameters))}: Tensor"
    heads = [f"@overload\ndef {name}{form.format(self=first)}:" for form in OVERLOADS[name]]
    return "\n".join(documented(head, call.__doc__ or "") for head in heads)


# Tensor's methods


def original(name):
    """The call behind a method: that of the op or function, whose parameters have their names; None if it is a method only."""
    bare = name.rstrip("_")
    for table in (TABLE, FUNCTIONS):
        for key, entry in table.items():
            if bare == key or bare in entry.aliases:
                return entry
    return None


def method_stub(name, value) -> str:
    """A method, property or attribute of Tensor."""
    if isinstance(value, property):
        kind = RETURN_OF.get(name) or result_type(name, value.fget)
        return (
            documented(f"@property\ndef {name}(self) -> {kind}:", value.__doc__ or "")
            if value.fset is None
            else f"{name}: {kind}"
        )
    if not isinstance(value, FunctionType):
        return f"{name}: {'builtins.bool' if isinstance(value, bool) else 'Any'}"
    if re.fullmatch(r"__[ri]?(add|sub|mul|truediv|floordiv|mod|pow|and|or|xor|lshift|rshift|matmul)__", name):
        return f"def {name}(self, other: Any) -> Tensor: ..."
    if name in ("__eq__", "__ne__"):
        return f"def {name}(self, other: Any) -> Tensor: ...  # type: ignore[override]"
    entry = None if name.startswith("__") else original(name)
    if entry is not None and not entry.method and "args" not in inspect.signature(value).parameters:
        # the method of that name takes other arguments than the function
        return documented(f"def {name}{signature(name, value, method=True)}:", value.__doc__ or "")
    call = getattr(entry, "call", entry) or value
    if entry is not None and getattr(entry, "varargs", None):
        return documented(f"def {name}(self, *{entry.varargs}: Any, **settings: Any) -> Tensor:", call.__doc__ or "")
    return definition(name, call, method=True)


def tensors_stub() -> str:
    """The stub of autograd/tensors.py: Tensor with all that is attached to it."""
    members: dict = {}
    for cls in Tensor.__mro__[-2::-1]:
        members.update(vars(cls))
    hidden = {"__module__", "__doc__", "__slots__", "__dict__", "__weakref__", "__hash__", "__new__"}
    body = ["def __new__(cls, *data: Any, device: Any = ...) -> Tensor: ...", "def __hash__(self) -> builtins.int: ..."]
    body += [method_stub(name, members[name]) for name in sorted(members.keys() - hidden)]
    other = [
        definition(name, value)
        for name, value in vars(tensors).items()
        if isinstance(value, FunctionType) and value.__module__ == "autograd.tensors"
    ]
    lent = sorted(
        f"from {value.__module__} import {name} as {name}"
        for name, value in vars(tensors).items()
        if isinstance(value, FunctionType) and value.__module__ != "autograd.tensors"
    )
    return "\n".join(
        [
            HEADER + "\n".join(lent),
            TYPES,
            "class Tensor:",
            f'    """{(Tensor.__doc__ or "").splitlines()[0]}"""\n',
            indented(body),
            "",
            *other,
            "",
        ]
    )


def indented(definitions) -> str:
    """Definitions as the body of a class."""
    return "\n".join("    " + line for text in definitions for line in text.splitlines())


# The public face


def face_stub() -> str:
    """The stub of autograd/__init__.py: every public name."""
    lines = [HEADER, "from autograd.tensors import Dims, MinMax, Number, ValuesIndices", "import autograd as autograd"]
    lines += [f"import {name} as {name}" for name in ("nn", "optim")]
    modules = sorted({*aliases.MODULES, "linalg", "random", "amp", "return_types"})
    lines += [f"from autograd import {name} as {name}" for name in modules]
    lines += [f"from {module} import {name} as {name}" for name, module in sorted(aliases.ELSEWHERE.items())]
    for name, value in sorted(vars(autograd).items()):
        if name.startswith("_") or isinstance(value, ModuleType) or name in aliases.ELSEWHERE:
            continue
        if isinstance(value, FunctionType):
            lines.append(function_stub(name, value))
        elif isinstance(value, type):
            lines.append(f"from {value.__module__} import {value.__name__} as {name}")
        else:
            kind = type(value)
            lines.append(f"{name}: {constant_type(kind)}")
    return "\n".join(lines) + "\n"


def constant_type(kind) -> str:
    """How the stub names the type of a constant."""
    if kind in (bool, float):
        return f"builtins.{kind.__name__}"
    known = {"dtype": "_dtype", "layout": "_layout", "Generator": "Generator", "memory_format": "memory_format"}
    return known.get(kind.__name__, "Any")


def function_stub(name, value) -> str:
    """A public function; the in-place form of an op has the op's parameters."""
    entry = original(name)
    return definition(name, getattr(entry, "call", entry) or value)


# Files


def alias_stubs() -> dict:
    """Stubs that let type checkers follow `from autograd.nn import functional` and its like."""
    packages = {"nn": ("functional", "init", "utils"), "optim": ("lr_scheduler",)}
    stubs = {"autograd.pyi": "from autograd import *\n"}
    for package, parts in packages.items():
        reexports = "".join(f"from {package} import {part} as {part}\n" for part in parts)
        stubs[f"{package}/__init__.pyi"] = f"from {package} import *\n{reexports}"
        stubs.update({f"{package}/{part}.pyi": f"from {package}.{part} import *\n" for part in parts})
    return stubs


def stubs() -> dict:
    """The text of every stub, by its path in the package."""
    return {"__init__.pyi": face_stub(), "tensors.pyi": tensors_stub(), **alias_stubs()}


def main(arguments) -> int:
    """Write the stubs, or with --check say which are stale."""
    made = {HERE / path: text for path, text in stubs().items()}
    stale = [path for path, text in made.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    if "--check" in arguments:
        for path in stale:
            print(f"{path.relative_to(HERE.parent)} is stale: run python -m autograd.stubs")
        return 1 if stale else 0
    for path in stale:
        path.parent.mkdir(exist_ok=True)
        path.write_text(made[path], encoding="utf-8")
        print(f"wrote {path.relative_to(HERE.parent)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
