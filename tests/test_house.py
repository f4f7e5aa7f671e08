"""The house keeps its shape: floors, file sizes, public names, what the packages say of themselves."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

# From the cellar up: a module imports from lower floors only. Within a floor a package may import its own parts.
FLOORS = [
    [
        "autograd.dtypes",
        "autograd.modes",
        "autograd.devices",
        "autograd.return_types",
        "autograd.files",
        "autograd.formats",
        "autograd.memory",
    ],
    ["autograd.clock", "autograd.watch"],
    ["autograd.graph"],
    ["autograd.errors", "autograd.kernels", "autograd.templates"],
    ["autograd.ops"],
    ["autograd.record"],
    [
        "autograd.random",
        "autograd.views",
        "autograd.conversion",
        "autograd.printing",
        "autograd.protocols",
        "autograd.layout",
    ],
    ["autograd.filling"],
    ["autograd.tensors"],
    ["autograd.functions"],
    ["autograd.methods", "autograd.creation", "autograd.differentiation", "autograd.translations", "autograd.linalg"],
    [
        "autograd.sampling",
        "autograd.custom",
        "autograd.anomaly",
        "autograd.checks",
        "autograd.functional",
        "autograd.serialization",
        "autograd.utils",
    ],
    ["autograd.inspection"],
    ["autograd.drawing"],
]


def modules(package):
    for path in sorted((ROOT / package).rglob("*.py")):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        yield name, path


def imported(path, name, lazily=False):
    """The modules that a file imports, at its top or (lazily) also inside functions."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = ast.walk(tree) if lazily else tree.body
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def floor_of(name):
    for level, floor in enumerate(FLOORS):
        for member in floor:
            if name == member or name.startswith(member + "."):
                return level, member
    return None


def test_imports_point_down():
    wrong = []
    homeless = {name for name, _ in modules("autograd") if floor_of(name) is None} - {"autograd"}
    for name, path in modules("autograd"):
        here = floor_of(name)
        if here is None:
            continue  # the public face, which imports from every floor
        for other in imported(path, name):
            there = floor_of(other)
            if there is None and other in homeless:
                wrong.append(f"{name} imports {other}, which stands on no floor: give it one in FLOORS")
            if there is not None and there[1] != here[1] and there[0] >= here[0]:
                wrong.append(f"{name} (floor {here[0]}) imports {other} (floor {there[0]})")
    assert not wrong, "\n".join(wrong)


def test_the_engine_never_imports_what_stands_on_it():
    above = ("nn", "optim", "demos", "benchmarks", "torch")
    wrong = [
        f"{name} imports {other}"
        for name, path in modules("autograd")
        for other in imported(path, name)
        if other.split(".")[0] in above
    ]
    wrong += [
        f"{name} imports {other}"
        for package, rivals in (("nn", ("optim", "demos", "torch")), ("optim", ("nn", "demos", "torch")))
        for name, path in modules(package)
        for other in imported(path, name, lazily=True)
        if other.split(".")[0] in rivals
    ]
    assert not wrong, "\n".join(wrong)


def test_ops_never_see_a_tensor():
    for name, path in modules("autograd/ops"):
        text = path.read_text(encoding="utf-8")
        assert "autograd.tensors" not in text, f"{name} names autograd.tensors"


def test_numpy_is_the_only_hard_dependency_of_the_engine():
    allowed = {"numpy", "autograd", "graphviz", "__future__"}
    import sys

    for name, path in modules("autograd"):
        for other in imported(path, name):
            root = other.split(".")[0]
            assert root in allowed or root in sys.stdlib_module_names, f"{name} imports {other}"
            assert root != "graphviz" or name.startswith("autograd.drawing"), f"{name} imports graphviz"


@pytest.mark.parametrize("package", ["autograd", "nn", "optim", "demos", "benchmarks"])
def test_files_stay_small(package):
    long = {
        name: n for name, path in modules(package) if (n := len(path.read_text(encoding="utf-8").splitlines())) > 420
    }
    assert not long, f"well over 400 lines: {long}"


def test_every_public_name_is_documented():
    bare = []
    for package in ("autograd", "nn", "optim"):
        for name, path in modules(package):
            for node in ast.parse(path.read_text(encoding="utf-8")).body:
                public = isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_")
                if public and not ast.get_docstring(node) and not internal(node):
                    bare.append(f"{name}.{node.name}")
    assert not bare, bare


def internal(node):
    """A one-line helper, or a function whose name and signature say it all."""
    return isinstance(node, ast.FunctionDef) and node.end_lineno - node.lineno <= 4


def test_import_is_light():
    """Importing the engine pulls in neither the layers nor the drawing."""
    import subprocess
    import sys

    code = (
        "import sys, autograd; print([m for m in ('nn', 'optim', 'graphviz', 'autograd.drawing') if m in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT).stdout
    assert out.strip() == "[]"


def test_the_marker_is_there():
    import autograd

    assert autograd.gategrad is True
