"""The tests are of gategrad's `autograd`, not of another package of that name."""

import autograd

if not hasattr(autograd, "gategrad"):
    raise ImportError(
        f"the tests belong to gategrad, but `import autograd` found another package of that name, {autograd.__file__}: "
        "run `pip uninstall autograd`, or use a fresh virtual environment"
    )
