"""torch.jit: there is nothing to compile, so all that is decorated or scripted stays as it is."""

__all__ = ["export", "ignore", "is_scripting", "is_tracing", "script", "trace", "unused"]


def script(obj, *args, **settings):
    """The module or function itself. Source: torch.jit.script."""
    return obj


def trace(func, example_inputs=None, *args, **settings):
    """The module or function itself. Source: torch.jit.trace."""
    return func


def ignore(drop=False, **settings):
    """The decorated function itself. Source: torch.jit.ignore."""
    return drop if callable(drop) else lambda function: function


def export(fn):
    """The decorated function itself. Source: torch.jit.export."""
    return fn


script_method = unused = export


def is_scripting() -> bool:
    """Whether this runs as a script: never."""
    return False


is_tracing = is_scripting
