"""Programs in which the engine is seen at work: ``python -m demos`` lists them by lecture.

To write a demo called NAME, add

- ``demos/NAME.py``: its docstring, whose first line the list shows; ``LECTURE``, where CS231n teaches it; and ``main``,
  whose parameters become its options. It reads top to bottom like the lecture, on the public API.
- ``demos/plots/NAME.py``, if it draws: functions from plain arrays to one file each, on what ``demos.plots`` offers.
- ``tests/demos/test_NAME.py``: what it teaches, and that ``main(quick=True, out=...)`` reaches its floor.
- its NAME in DEMOS below, at its place in the course.

An option has a default and a line ``option : what it means`` in main's docstring, unless it means what it means
elsewhere (COMMON in ``__main__.py``). A bool is a switch, a Literal a choice, a ``str | None`` may be left out. Every
demo has `out`, the folder (``runs/NAME``), and `quick`, a few seconds in place of up to a minute; what is drawn at
random takes a `seed`, what trains takes `epochs`, and `resume` where it takes long, and a classifier takes `data` and
`data_dir` and hands them to ``demos.data.load``. ``demos.training`` has the training loop, ``demos.report`` the table at
the end, ``demos.files`` the folder; a part of the lecture that stands for itself may have a file in ``demos/lessons``.
Raise DemoError where the user must act; import what only a demo needs (matplotlib, scikit-image) with `extra`, so that
the list comes at once, and without it.
"""

import importlib
import os
from types import ModuleType

# NumPy reads this when it is loaded. Matrices as small as these take several times as long when threads share them on
# a busy machine; whoever sets the variable himself is obeyed.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import autograd

if not hasattr(autograd, "gategrad"):
    raise ImportError(
        f"demos belongs to gategrad, but `import autograd` found another package of that name in {autograd.__file__}: "
        "run `pip uninstall autograd`, or use a fresh virtual environment"
    )

DEMOS = (
    "knn",
    "linear",
    "gradcheck",
    "optimizers",
    "schedules",
    "activations",
    "spiral",
    "circuit",
    "matmul",
    "inspect",
    "two_layer",
    "features",
    "convnet",
    "digits",
)


class DemoError(Exception):
    """A reason not to go on that a person can act on; told without a traceback."""


def require(least: int, **options: int) -> None:
    """Raise for an option that is too small to make sense, or too large for a seed: ``require(1, epochs=epochs)``."""
    for name, value in options.items():
        if not least <= value < 2**31:
            edge = f"starts at {least}" if value < least else "ends below 2**31"
            raise DemoError(f"--{name.replace('_', '-')} {value}: it {edge}")


def extra(name: str) -> ModuleType:
    """Import a module that only the demos need."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name != name.partition(".")[0]:
            raise
        raise DemoError(
            f"this demo needs {error.name}, which comes with the extra `demos`: pip install 'gategrad[demos]', "
            "or pip install -e '.[demos]' in a clone"
        ) from None
