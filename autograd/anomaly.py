"""Anomaly mode: which op, in which module, on which source line, gave the first NaN of a backward."""

import linecache
import sys
from pathlib import Path
from types import FrameType

import numpy as np

from autograd.modes import recording, watching

HERE = Path(__file__).parent
OURS = (str(HERE) + "/", str(HERE.parent / "nn") + "/", str(HERE.parent / "optim") + "/", "<the ")


class Watch:
    """Sees every node as it is made, and every gradient as it is sent."""

    anomaly = True  # whether it watches for anomalies

    def __init__(self, check_nan=True):
        self.check_nan = check_nan
        self.notes = {}  # a node's sequence number -> (source line, module path)
        self.modules = []  # the modules being called, outermost first

    def saw(self, node, value=None, inputs=()):
        """Note where a new node comes from."""
        self.notes[node.seq] = self.line(), self.path()

    @staticmethod
    def place() -> tuple[str, int]:
        """The file and the number of the innermost source line outside this library."""
        frame: FrameType | None = sys._getframe(1)
        while frame is not None and frame.f_code.co_filename.startswith(OURS):
            frame = frame.f_back
        return ("", 0) if frame is None else (frame.f_code.co_filename, frame.f_lineno)

    def line(self) -> str:
        """That line, as a message names it."""
        name, number = self.place()
        if not name:
            return "an unknown line"
        code = linecache.getline(name, number).strip()
        return f"{name}:{number}" + (f" `{code}`" if code else "")

    def line_of(self, node) -> str:
        """Where a node was made."""
        return self.notes.get(node.seq, ("an unknown line (outside detect_anomaly)", ""))[0]

    def enter(self, module):
        """A module is being called."""
        self.modules.append(module)

    def leave(self, module):
        """Its call has ended."""
        self.modules.pop()

    def path(self) -> str:
        """The path of the module being called, e.g. ``Net.layers.1``."""
        names = [type(module).__name__ for module in self.modules[:1]]
        for parent, child in zip(self.modules, self.modules[1:], strict=False):
            names.append(
                next((name for name, m in parent.named_modules() if m is child and name), type(child).__name__)
            )
        return ".".join(names)

    def ledger(self, seeds) -> dict:
        """What a sweep that begins will gather its gradients in."""
        return dict(seeds)

    def pulled(self, node, g, grads):
        """A node has just sent its gradients on: raise if one of them holds a NaN."""
        if not self.check_nan:
            return
        for i, parent in enumerate((node.left, node.right, *(node.more or ()))):
            g = dict.get(grads, parent)  # (a ledger's own `get` does not tell)
            g = getattr(g, "payload", g)
            if isinstance(g, (np.ndarray, np.generic)) and g.dtype.kind == "f" and np.isnan(g).any():
                line, module = self.notes.get(node.seq, ("an unknown line (outside detect_anomaly)", ""))
                raise RuntimeError(
                    f"{node.op.name}: Function '{node.op.title}' returned nan values in its {i}th output. Its "
                    f"forward ran at {line}{f' in module {module}' if module else ''}.{self.cause(node)}"
                )

    def cause(self, node) -> str:
        """What was odd about the values that the node saved."""
        saved = [
            v for v in (node.out, node.x, node.y) if isinstance(v, (np.ndarray, np.generic)) and v.dtype.kind == "f"
        ]
        for word, test in (("NaN", np.isnan), ("inf", np.isinf)):
            if any([test(v).any() for v in saved]):
                return f" Its forward values already held {word}: look further up for where it began."
        return " Its forward values are finite: this is where the NaN began."


class detect_anomaly:
    """A block in which a NaN gradient raises, naming the op, the module and the source line that made it.

    In-place errors name both source lines, too. Slow: for finding a fault. Source: torch.autograd.detect_anomaly.
    """

    def __init__(self, check_nan: bool = True):
        self.check_nan = check_nan

    def __enter__(self):
        watch = Watch(self.check_nan)
        self.tokens = watching.set(watch), recording.set(watch if recording.get() is not False else False)
        return self

    def __exit__(self, *_):
        watching.reset(self.tokens[0])
        recording.reset(self.tokens[1])


class set_detect_anomaly(detect_anomaly):
    """Turn anomaly mode on or off from here, or for a block. Source: torch.autograd.set_detect_anomaly."""

    def __init__(self, mode: bool, check_nan: bool = True):
        watch = Watch(check_nan) if mode else None
        self.tokens = watching.set(watch), recording.set((watch or True) if recording.get() is not False else False)

    def __enter__(self):
        return self


def is_anomaly_enabled() -> bool:
    """Whether anomaly mode is on. Source: torch.is_anomaly_enabled."""
    return getattr(watching.get(), "anomaly", False)
