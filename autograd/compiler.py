"""torch.compiler: there is nothing to compile."""

from autograd.jit import export, is_scripting

__all__ = ["allow_in_graph", "disable", "is_compiling", "reset"]

is_compiling = is_dynamo_compiling = is_scripting
allow_in_graph = export


def disable(fn=None, recursive: bool = True, **settings):
    """The function itself. Source: torch.compiler.disable."""
    return fn if fn is not None else lambda function: function


def reset() -> None:
    """Nothing: no compiled code is kept."""
