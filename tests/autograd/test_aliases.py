"""`import autograd as torch`: torch's module names lead to the very same modules, and only when they are asked for."""

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

import autograd
import nn
import nn.functional
import optim
from autograd import aliases

ROOT = Path(__file__).resolve().parents[2]


def run(code):
    """What this program prints in a fresh interpreter."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_attributes_are_the_modules_themselves():
    assert autograd.nn is nn
    assert autograd.nn.functional is nn.functional
    assert autograd.optim is optim
    assert autograd.optim.lr_scheduler is optim.lr_scheduler
    assert autograd.autograd is autograd
    assert autograd.utils.data is sys.modules["autograd.utils.data"]


def test_import_statements_lead_to_the_same_modules():
    import autograd.autograd
    import autograd.nn as torch_nn
    import autograd.nn.functional as F
    import autograd.optim
    import autograd.optim.lr_scheduler as lr_scheduler
    from autograd import nn as from_nn
    from autograd import optim as from_optim
    from autograd.autograd import Function, grad
    from autograd.nn import functional, init
    from autograd.nn.utils import clip_grad_norm_
    from autograd.optim import SGD
    from autograd.utils.data import DataLoader

    assert torch_nn is nn and from_nn is nn and from_optim is optim and autograd.optim is optim
    assert F is nn.functional and functional is nn.functional and init is nn.init
    assert lr_scheduler is optim.lr_scheduler
    assert Function is autograd.Function and grad is autograd.grad and SGD is optim.SGD
    assert clip_grad_norm_ is nn.utils.clip_grad_norm_
    assert DataLoader is autograd.utils.data.DataLoader
    assert sys.modules["autograd.nn"] is nn and sys.modules["autograd.autograd"] is autograd


def test_the_real_modules_stay_as_they_were():
    import autograd.nn.functional

    assert autograd.nn.functional.__name__ == "nn.functional"
    assert nn.__spec__.name == "nn" and nn.functional.__spec__.name == "nn.functional"
    assert importlib.util.find_spec("autograd.nn") is not None


@pytest.mark.parametrize(
    "first",
    [
        "import autograd.nn.functional as F",
        "import autograd as torch; F = torch.nn.functional",
        "from autograd.nn import functional as F",
    ],
)
def test_nn_is_loaded_once_whatever_comes_first(first):
    code = f"{first}\nimport sys, nn.functional\nprint(F is nn.functional, 'autograd.nn.linear' in sys.modules)"
    assert run(code) == "True False"


def test_importing_the_engine_imports_nothing_that_stands_on_it():
    modules = (
        "nn",
        "optim",
        "graphviz",
        "autograd.utils",
        "autograd.cuda",
        "autograd.serialization",
        "autograd.drawing",
    )
    code = f"import sys, autograd\nprint([name for name in {modules} if name in sys.modules])"
    assert run(code) == "[]"


def test_modules_that_are_not_there():
    with pytest.raises(ModuleNotFoundError, match=r"nn\.nothing"):
        import autograd.nn.nothing  # noqa: F401
    with pytest.raises(ImportError, match="nothing"):
        from autograd import nothing  # noqa: F401


def test_attributes_that_are_not_there_bring_a_suggestion():
    with pytest.raises(AttributeError, match="no attribute 'zeroes': did you mean 'zeros'"):
        autograd.zeroes
    with pytest.raises(AttributeError, match="no attribute 'optimm': did you mean 'optim'"):
        autograd.optimm
    assert not hasattr(autograd, "__wrapped__")


def test_what_torch_has_and_we_lack_is_said_without_a_false_hint():
    for name in aliases.ABSENT:
        with pytest.raises(AttributeError, match=f"torch has {name}, gategrad does not yet"):
            getattr(autograd, name)


def test_the_list_of_what_is_missing_is_known_to_the_hints():
    """Of docs/parity.md: what it calls functions and modules, without what it says of them."""
    text = " ".join((ROOT / "docs" / "parity.md").read_text(encoding="utf-8").split()).partition("## Not there")[2]
    missing = ", ".join(re.search(rf"{kind}: ([^;]*?)[;.] ", text)[1] for kind in ("Modules", "Functions"))
    names = [name.removeprefix("autograd.") for name in re.sub(r" \(.*?\)|`", "", missing).split(", ")]
    assert len(names) > 80
    unknown = [name for name in names if "." not in name and name not in aliases.ABSENT]
    assert not unknown, unknown
    unlisted = aliases.ABSENT - set(re.findall(r"\w+", text))
    assert not unlisted, unlisted


def test_what_comes_on_first_use_is_listed():
    assert {"nn", "optim", "draw", "save", "load", "cuda", "relu", "Tensor"} <= set(dir(autograd))
    for name in [*aliases.MODULES, *aliases.ELSEWHERE]:
        assert getattr(autograd, name) is not None


@pytest.mark.parametrize("package", ["nn", "optim", "demos"])
def test_another_package_named_autograd_is_told_apart(package, tmp_path):
    (tmp_path / "autograd").mkdir()
    (tmp_path / "autograd" / "__init__.py").write_text("def grad(f): return f\n")
    code = f"""
import sys
sys.path.insert(0, {str(tmp_path)!r})
try:
    import {package}
except ImportError as error:
    print(error)
"""
    message = run(code)
    assert "belongs to gategrad" in message and str(tmp_path) in message and "fresh virtual environment" in message
