"""Anomaly mode: which op, in which module, on which source line, gave the first NaN of a backward."""

import numpy as np

from autograd.watch import Call, calling, line_text, place, watched, watchers


class Anomaly:
    """Notes where each node was made, and looks for NaN in each gradient that is sent."""

    def __init__(self, check_nan=True):
        self.check_nan = check_nan
        self.notes = {}  # a node's sequence number -> (source line, module path)

    def saw(self, node, value, inputs):
        """Note where a new node comes from."""
        self.notes[node.seq] = place(), path_of(calling.get())

    def place_of(self, node):
        """Where a node was made; None if that was not seen."""
        return self.notes.get(node.seq, (None, ""))[0]

    def ledger(self, grads):
        """A backward begins: nothing is to be kept of it."""
        return grads

    def pulled(self, node, g, grads):
        """A node has just sent its gradients on: raise if one of them holds a NaN."""
        if not self.check_nan:
            return
        for i, parent in enumerate((node.left, node.right, *(node.more or ()))):
            g = dict.get(grads, parent)  # (a recording's ledger would not tell)
            g = getattr(g, "payload", g)
            if isinstance(g, (np.ndarray, np.generic)) and g.dtype.kind == "f" and np.isnan(g).any():
                where, module = self.notes.get(node.seq, (None, ""))
                line = "an unknown line (outside detect_anomaly)" if where is None else line_text(where)
                raise RuntimeError(
                    f"{node.op.name}: Function '{node.op.title}' returned nan values in its {i}th output. Its "
                    f"forward ran at {line}{f' in module {module}' if module else ''}.{cause(node)}"
                )


def path_of(call: Call | None) -> str:
    """The path of a module that is being called, e.g. ``Net.layers.1``."""
    if call is None:
        return ""
    kind = type(call.module).__name__
    if call.parent is None:
        return kind
    names = (name for name, module in call.parent.module.named_modules() if module is call.module and name)
    return f"{path_of(call.parent)}.{next(names, kind)}"


def cause(node) -> str:
    """What was odd about the values that a node saved."""
    saved = [v for v in (node.out, node.x, node.y) if isinstance(v, (np.ndarray, np.generic)) and v.dtype.kind == "f"]
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
        self.block = watched(*others(), Anomaly(self.check_nan))
        self.block.__enter__()
        return self

    def __exit__(self, *error):
        self.block.__exit__(*error)


class set_detect_anomaly(detect_anomaly):
    """Turn anomaly mode on or off from here, or for a block. Source: torch.autograd.set_detect_anomaly."""

    def __init__(self, mode: bool, check_nan: bool = True):
        self.block = watched(*others(), *([Anomaly(check_nan)] if mode else []))
        self.block.__enter__()

    def __enter__(self):
        return self


def others() -> list:
    """All that watch now, but for anomaly mode: a recording goes on."""
    return [watcher for watcher in watchers() if not isinstance(watcher, Anomaly)]


def is_anomaly_enabled() -> bool:
    """Whether anomaly mode is on. Source: torch.is_anomaly_enabled."""
    return any(isinstance(watcher, Anomaly) for watcher in watchers())
