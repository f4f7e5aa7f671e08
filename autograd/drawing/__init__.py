"""Draw a graph: every value and every gradient, as the lecture's circuit or as a network of modules."""

import sys

from autograd.drawing.circuit import circuit
from autograd.drawing.drawing import Drawing
from autograd.drawing.network import network
from autograd.inspection.reading import read
from autograd.inspection.recording import Recording
from autograd.tensors import Tensor

__all__ = ["Drawing", "draw"]

MANY = 60  # gates; a larger circuit is drawn as a network


def draw(
    output: Tensor | Recording,
    params=None,
    style: str | None = None,
    direction: str | None = None,
    title: str | None = None,
    depth: int | None = None,
    show_grads: bool = True,
) -> Drawing:
    """Draw the graph that made a tensor, with the gradient of every step.

    Inside or after ``with autograd.inspect():`` it shows what was recorded there. Otherwise the gradients come from a
    backward of their own, which runs the tensors' hooks but leaves `.grad` of every leaf as it is, and the values are
    those that the graph still holds. A graph that a backward has freed is drawn without gradients, and says so.

    Parameters
    ----------
    output : Tensor or Recording
        What was computed, usually the loss; of a recording the output of its last backward.
    params : Module, dict of names to Tensors, or None
        Who the leaves are. Without it they are named after the caller's variables.
    style : "circuit", "network" or None
        Gates with numbers on the wires, or boxes with shapes and gradient norms. By default a circuit where every
        value is a single number.
    direction : "LR", "TB" or None
        From left to right or from top to bottom; by default a circuit lies and a network stands.
    title : str, optional
    depth : int, optional
        How many levels of modules a network shows open, the deeper ones as single boxes; by default as many as are
        legible.
    show_grads : bool
        Whether a network tells of gradients.

    Returns
    -------
    A graphviz.Digraph that notebooks show: ``.save("graph.svg")`` writes it (svg, png, pdf, html or dot), ``.show()``
    opens the interactive page, `print` gives the tree, and ``.graph`` holds the records.

    >>> import autograd
    >>> x = autograd.tensor(3.0, requires_grad=True)
    >>> drawing = autograd.draw(x * x + 1)
    >>> drawing.save("graph.svg")                           # doctest: +SKIP
    """
    if not isinstance(output, Tensor | Recording):
        raise TypeError(
            f"draw: expected a Tensor, the result of a computation, or a recording, not {type(output).__name__}"
        )
    if style not in (None, "circuit", "network"):
        raise ValueError(f"draw: style must be 'circuit', 'network' or None, not {style!r}")
    if direction not in (None, "LR", "TB"):
        raise ValueError(f"draw: direction must be 'LR', 'TB' or None, not {direction!r}")
    if depth is not None and (not isinstance(depth, int) or depth < 0):
        raise ValueError(f"draw: depth must be a number of levels, 0 or more, or None, not {depth!r}")
    graph = read(output, params, caller=sys._getframe(1), title=title or "")
    if style is None:
        style = "circuit" if graph.scalar and len(graph.steps) <= MANY else "network"
    if style == "circuit" and not graph.scalar:
        raise ValueError(
            "draw: a circuit shows single numbers, and this graph holds tensors with dimensions: use style='network'"
        )
    if style == "circuit":
        return circuit(graph, direction, title)
    return network(graph, depth, show_grads, direction, title)
