"""torch's module names: `autograd.nn` is `nn`, `autograd.optim` is `optim`, `autograd.autograd` is `autograd` itself.

They resolve when asked for, as attributes (``torch.nn.Linear``) and in import statements (``from autograd.nn import
functional as F``), to the very same module objects. So the engine imports nothing that stands on it.
"""

import difflib
import sys
from importlib import import_module
from importlib.machinery import ModuleSpec

ALIASES = {"autograd.nn": "nn", "autograd.optim": "optim", "autograd.autograd": "autograd"}  # name -> the real module's
MODULES = (
    "accelerator",
    "backends",
    "compiler",
    "cuda",
    "distributed",
    "functional",
    "jit",
    "mps",
    "testing",
    "utils",
    "xpu",
)  # ours
ELSEWHERE = {
    "draw": "autograd.drawing",
    "inspect": "autograd.inspection",
    "load": "autograd.serialization",
    "save": "autograd.serialization",
}
# Names of torch that are not here, though one may look for them: a name that merely looks like theirs is no help.
ABSENT = frozenset(
    """bfloat16 complex complex32 complex64 complex128 chalf cfloat cdouble uint16 uint32 uint64 qint8 quint8 qint32
    special fft func vmap function distributions hub profiler sparse signal fx masked nested quantization package
    angle real imag conj polar view_as_complex view_as_real binomial gradient histogram stft istft fill pdist
    quantile nanquantile nanmedian combinations matrix_exp matrix_rank lgamma digamma polygamma igamma igammac mvlgamma
    heaviside gcd lcm frexp ldexp i0 copysign xlogy logaddexp2 sinc nextafter unique_consecutive index_reduce isreal
    chain_matmul cholesky cholesky_solve qr svd svd_lowrank pca_lowrank eig symeig lstsq lu lu_solve triangular_solve
    solve geqrf ormqr lobpcg embedding_bag nuclear_norm frobenius_norm rnn_relu rnn_tanh lstm gru ctc_loss""".split()
)


class Finder:
    """Answers the import system for every name in ALIASES, and for the modules below it."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        for alias, real in ALIASES.items():
            if name == alias or name.startswith(alias + "."):
                return ModuleSpec(name, Loader(real + name[len(alias) :]))
        return None


class Loader:
    """Loads an alias by handing over the real module as it is."""

    def __init__(self, real):
        self.real = real

    def create_module(self, spec):
        module = import_module(self.real)
        self.spec = module.__spec__
        return module

    def exec_module(self, module):
        module.__spec__ = self.spec  # the import system has just put the alias's in its place


def resolve(name):
    """An attribute of `autograd` that is not there yet: a module, or a function of one that is imported when needed."""
    if f"autograd.{name}" in ALIASES or name in MODULES:
        value = import_module(f"autograd.{name}")
    elif name in ELSEWHERE:
        value = getattr(import_module(ELSEWHERE[name]), name)
    else:
        raise AttributeError(f"module 'autograd' has no attribute {name!r}{hint(name)}", name=name)
    return vars(sys.modules["autograd"]).setdefault(name, value)


def hint(name):
    """What to say of a name that is not there: that torch has it, or which one was meant."""
    if name in ABSENT:
        return f": torch has {name}, gategrad does not yet (docs/parity.md lists what is missing)"
    close = [] if name.startswith("_") else difflib.get_close_matches(name, offered(), 1, cutoff=0.7)
    return f": did you mean {close[0]!r}?" if close else ""


def offered():
    """The names of `autograd`, with those that come on first use."""
    return sorted({*vars(sys.modules["autograd"]), *ELSEWHERE, *MODULES, "nn", "optim", "autograd"})


def install() -> None:
    """Let the import system ask here first, lest it find the files of `nn` and load them once more."""
    if not any(finder is Finder for finder in sys.meta_path):
        sys.meta_path.insert(0, Finder)
