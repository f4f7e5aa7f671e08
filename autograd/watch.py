"""Who watches: told of each node as it is made, each module as it is called, and each gradient as it is sent on."""

import linecache
import sys
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

from autograd.modes import recording, watching

HERE = Path(__file__).parent
OURS = (str(HERE) + "/", str(HERE.parent / "nn") + "/", str(HERE.parent / "optim") + "/", "<the ")


@dataclass(frozen=True, eq=False)
class Call:
    """One call of a module, inside the call of another or of none."""

    module: Any
    parent: "Call | None"


calling: ContextVar[Call | None] = ContextVar("calling", default=None)  # the innermost call that is watched


class Watch:
    """All that watch now, as one: what the engine tells it, it tells each of them."""

    def __init__(self, watchers):
        self.watchers = watchers

    def saw(self, node, value=None, inputs=()):
        """A node was made."""
        for watcher in self.watchers:
            watcher.saw(node, value, inputs)

    def ledger(self, seeds) -> dict:
        """What a backward that begins will gather its gradients in."""
        grads = dict(seeds)
        for watcher in self.watchers:
            grads = watcher.ledger(grads)
        return grads

    def pulled(self, node, g, grads):
        """A node has just sent its gradients on."""
        for watcher in self.watchers:
            watcher.pulled(node, g, grads)

    def enter(self, module):
        """A module is being called."""
        calling.set(Call(module, calling.get()))

    def leave(self, module):
        """Its call has ended."""
        call = calling.get()
        calling.set(call.parent if call is not None else None)

    def line(self) -> str:
        """The user's line that runs now, as a message names it."""
        return line_text(place())

    def line_of(self, node) -> str:
        """The user's line that made a node."""
        for watcher in self.watchers:
            if (where := watcher.place_of(node)) is not None:
                return line_text(where)
        return "an unknown line (outside detect_anomaly)"


def watchers() -> tuple:
    """Those that watch now."""
    watch = watching.get()
    return watch.watchers if watch is not None else ()


class watched:
    """A block that these watch, and no others."""

    def __init__(self, *watchers):
        self.watch = Watch(watchers) if watchers else None

    def __enter__(self):
        mode = False if recording.get() is False else self.watch or True
        self.tokens = watching.set(self.watch), recording.set(mode)

    def __exit__(self, *_):
        watching.reset(self.tokens[0])
        recording.reset(self.tokens[1])


def place() -> tuple[str, int]:
    """The file and the number of the innermost source line outside this library."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and frame.f_code.co_filename.startswith(OURS):
        frame = frame.f_back
    return ("", 0) if frame is None else (frame.f_code.co_filename, frame.f_lineno)


def line_text(where: tuple[str, int]) -> str:
    """A source line as a message names it."""
    name, number = where
    if not name:
        return "an unknown line"
    code = linecache.getline(name, number).strip()
    return f"{name}:{number}" + (f" `{code}`" if code else "")
