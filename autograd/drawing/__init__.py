"""Draw a graph: every value and every gradient, as the lecture's circuit or as a network of modules."""

import sys

from autograd.drawing.circuit import circuit
from autograd.drawing.layout import Drawing
from autograd.drawing.network import network
from autograd.drawing.records import read
from autograd.tensors import Tensor

__all__ = ["Drawing", "draw"]


def draw(
    output: Tensor, params=None, style: str | None = None, direction: str = "LR", title: str | None = None
) -> Drawing:
    """Draw the graph that made a tensor, with the gradient of every step.

    The gradients come from a backward of their own; `.grad` of every leaf stays as it is. Draw before
    ``loss.backward()``, or pass it ``retain_graph=True``: a graph whose saved values were freed can't be drawn.

    Parameters
    ----------
    output : Tensor
        What was computed, usually the loss.
    params : Module, dict of names to Tensors, or None
        Who the leaves are. Without it they are named after the caller's variables.
    style : "circuit", "network" or None
        Gates with numbers on the wires, or boxes with shapes and gradient norms. By default a circuit where every
        value is a single number.
    direction : "LR" or "TB"
        From left to right or from top to bottom.
    title : str, optional

    Returns
    -------
    A graphviz.Digraph that notebooks show; ``.save("graph.svg")`` writes it (svg, png, pdf or dot).

    >>> import autograd
    >>> x = autograd.tensor(3.0, requires_grad=True)
    >>> drawing = autograd.draw(x * x + 1)
    >>> drawing.save("graph.svg")                           # doctest: +SKIP
    """
    if not isinstance(output, Tensor):
        raise TypeError(f"draw: expected a Tensor, the result of a computation, not {type(output).__name__}")
    if style not in (None, "circuit", "network"):
        raise ValueError(f"draw: style must be 'circuit', 'network' or None, not {style!r}")
    if direction not in ("LR", "TB"):
        raise ValueError(f"draw: direction must be 'LR' or 'TB', not {direction!r}")
    graph = read(output, params, caller=sys._getframe(1))
    if style is None:
        style = "circuit" if graph.scalar and len(graph.steps) <= 60 else "network"
    if style == "circuit" and not graph.scalar:
        raise ValueError(
            "draw: a circuit shows single numbers, and this graph holds tensors with dimensions: use style='network'"
        )
    return (circuit if style == "circuit" else network)(graph, direction, title)
