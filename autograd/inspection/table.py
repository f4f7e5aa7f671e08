"""A graph as text: all its steps in a table, in any order."""

import textwrap
from collections.abc import Callable
from difflib import get_close_matches
from functools import partial
from typing import Any

from autograd.inspection.records import Graph, Step, shape_text, text_of
from autograd.inspection.text import aligned, norm_text, printable, terminal_width

WORDS: dict[str, Callable[[Step], Any]] = {  # sorted upwards
    "id": lambda step: step.id,
    "order": lambda step: step.order,
    "kind": lambda step: step.kind,
    "op": lambda step: step.op or None,
    "name": lambda step: step.name or None,
    "module": lambda step: ".".join(step.module) or None,
    "dtype": lambda step: step.dtype or None,
    "shape": lambda step: step.shape,
    "line": lambda step: (step.line.file, step.line.number) if step.line else None,
}


def statistic_of(what, statistic, step) -> float | None:
    """A number of the summary of a step's value or gradient; the norm of what is not finite is above all others."""
    summary = getattr(step, what)
    if summary is None:
        return None
    return float("inf") if statistic == "norm" and not summary.finite else getattr(summary, statistic)


STATISTICS = "norm", "mean", "std", "minimum", "maximum", "zeros", "nan", "inf", "size"
NUMBERS: dict[str, Callable[[Step], Any]] = {  # sorted downwards
    f"{what}_{statistic}": partial(statistic_of, what, statistic)
    for what in ("value", "grad")
    for statistic in STATISTICS
}


def table(graph: Graph, sort: str = "grad_norm", width: int | None = None) -> str:
    """All steps of a graph, a line each.

    Parameters
    ----------
    sort : what to sort by: "id", "order", "kind", "op", "name", "module", "dtype", "shape", "line", or a statistic of
        the value or the gradient, such as "grad_norm" or "value_std": statistics downwards and what is not finite
        first, all else upwards. What a step does not have comes last.
    width : the longest line; by default the terminal's
    """
    if sort not in WORDS and sort not in NUMBERS:
        near = get_close_matches(sort, [*WORDS, *NUMBERS], 1) if isinstance(sort, str) else []
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise ValueError(f"table: can't sort by {sort!r}: the choices are {', '.join([*WORDS, *NUMBERS])}{hint}")
    width = terminal_width() if width is None else width
    found = titles_of(graph)
    special = sort if sort in NUMBERS and not sort.endswith("_norm") else "dtype" if sort == "dtype" else ""
    special = "kind" if sort == "kind" else special
    rows = [("id", "module", "step", "shape", "|value|", "|grad|", special, "order", "line", "")]
    for step in in_order(graph.steps, sort):
        extra = (WORDS | NUMBERS)[special](step) if special else ""
        label = f"{step.name} = {step.label}" if step.kind == "operation" and step.name else step.label
        rows.append(
            (
                str(step.id),
                ".".join(step.module),
                printable(label),
                shape_text(step.shape),
                norm_text(step.value),
                norm_text(step.grad) if step.wants_grad else "",
                extra if isinstance(extra, str) else text_of(extra),
                "" if step.order is None else str(step.order),
                str(step.line) if step.line else "",
                ", ".join(found.get(step.id, ())),
            )
        )
    empty = [not any(cells) for cells in zip(*rows[1:], strict=True)]
    titles = ["" if empty[i] else title for i, title in enumerate(rows[0])]
    lines = aligned(
        [titles, *rows[1:]],
        (True, False, False, True, True, True, True, True, False, False),
        width,
        (len(rows[-1][0]), 6, 10, 6, 7, 7, 7, 5, 4, 4),
    )
    return "\n".join([*textwrap.wrap(graph.note, width), *lines])


def in_order(steps, sort) -> list[Step]:
    """The steps as the table shows them; equal ones in the order of the graph."""
    if sort in WORDS:
        present = [step for step in steps if WORDS[sort](step) is not None]
        present.sort(key=WORDS[sort])
        return present + [step for step in steps if WORDS[sort](step) is None]
    present = [step for step in steps if NUMBERS[sort](step) is not None]
    present.sort(key=NUMBERS[sort], reverse=True)
    return present + [step for step in steps if NUMBERS[sort](step) is None]


def titles_of(graph) -> dict[int, dict[str, None]]:
    """The titles of the findings at each step."""
    found: dict[int, dict[str, None]] = {}
    for finding in graph.findings:
        for step in finding.steps:
            found.setdefault(step, {})[finding.title] = None
    return found
