"""Grad modes, and the state of mind of a thread: recorded or not, watched or not, quiet or not."""

from contextvars import ContextVar
from functools import wraps
from inspect import isgeneratorfunction
from typing import Any

from numpy._core.umath import _extobj_contextvar as float_errors
from numpy._core.umath import _make_extobj

new = object.__new__

recording: ContextVar[Any] = ContextVar("recording", default=True)  # False, True, or the watch that sees each new node
watching: ContextVar[Any] = ContextVar("watching", default=None)  # the watch that is told of all, or None


def is_grad_enabled() -> bool:
    """Whether operations are recorded now, in this thread. Source: torch.is_grad_enabled."""
    return recording.get() is not False


outer: ContextVar[tuple] = ContextVar("outer", default=())  # the modes around the blocks that are open, in this thread


class Mode:
    """A grad mode for a block, a function or a generator."""

    enabled = True

    def __enter__(self):
        outer.set((*outer.get(), recording.get()))
        self.switch()

    def __exit__(self, *_):
        *modes, before = outer.get()
        outer.set(tuple(modes))
        recording.set(before)

    def switch(self):
        """Be in this mode from here."""
        recording.set((watching.get() or True) if self.enabled else False)

    def __call__(self, function):
        if isgeneratorfunction(function):

            @wraps(function)
            def within(*args, **kwargs):
                values = function(*args, **kwargs)
                resume, sent = values.send, None
                while True:
                    try:
                        with self:
                            value = resume(sent)
                    except StopIteration as end:
                        return end.value
                    try:
                        resume, sent = values.send, (yield value)
                    except GeneratorExit:
                        with self:
                            values.close()
                        raise
                    except BaseException as error:
                        resume, sent = values.throw, error
        else:

            @wraps(function)
            def within(*args, **kwargs):
                with self:
                    return function(*args, **kwargs)

        return within


class BareMode(Mode):
    """A mode that also decorates without being called: ``@no_grad``."""

    def __new__(cls, function=None):
        return new(cls) if function is None else new(cls)(function)


class no_grad(BareMode):
    """A block, or a decorated function, in which nothing is recorded. Source: torch.no_grad."""

    enabled = False


class enable_grad(BareMode):
    """A block, or a decorated function, in which operations are recorded. Source: torch.enable_grad."""


class inference_mode(Mode):
    """``no_grad`` under the name that promises never to differentiate. Source: torch.inference_mode."""

    def __new__(cls, mode=True):
        return new(cls)(mode) if callable(mode) else new(cls)

    def __init__(self, mode=True):
        self.enabled = not mode


class set_grad_enabled(Mode):
    """Turn recording on or off from here, or for a block. Source: torch.set_grad_enabled."""

    def __init__(self, mode: bool):
        self.enabled = bool(mode)
        self.before = recording.get()
        self.switch()

    def __enter__(self):
        outer.set((*outer.get(), self.before))
        self.switch()

    def __call__(self, function):
        recording.set(self.before)
        return (enable_grad if self.enabled else no_grad)(function)


QUIET = _make_extobj(all="ignore")


class quiet:
    """A block without NumPy's floating-point warnings: inf and nan are values here. User settings stay as they are."""

    __slots__ = ("token",)

    def __enter__(self):
        self.token = float_errors.set(QUIET)

    def __exit__(self, *_):
        float_errors.reset(self.token)
