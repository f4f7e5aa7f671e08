"""Programs in which the engine is seen at work: ``python -m demos`` lists them.

A demo is a module with a docstring, whose first line the list shows, and a function ``main``, whose parameters with
their defaults and descriptions become its options. It is named in DEMOS.
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

DEMOS = ("circuit", "digits")


class DemoError(Exception):
    """A reason not to go on that a person can act on; told without a traceback."""


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
