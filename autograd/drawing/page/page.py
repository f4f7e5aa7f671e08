"""A graph as one HTML file: its records as JSON, and the style and the program that show them."""

import base64
import hashlib
import html
import json
import math
import re
from collections.abc import Iterable
from importlib import resources

from autograd.drawing.page.scenes import Layout, Scene, Scope, is_circuit, scenes
from autograd.inspection.records import Contribution, Graph, Line, Step, Summary

PROGRAM = (
    "model.js",
    "geometry.js",
    "cards.js",
    "canvas.js",
    "outline.js",
    "panel.js",
    "stepping.js",
    "search.js",
    "input.js",
    "page.js",
)
LEVELS = "0123456789abcdefghijklmnopqrstuvwxyz"  # a bin of a histogram is one character, its height
DIGITS = 3  # what the page shows of a number


def write_page(graph: Graph) -> str:
    """The inspector of a graph: HTML that needs no other file and no network.

    The same graph gives the same text, byte for byte, where the graphviz-pure wheel lays it out.
    """
    style = text_of_file("page.css")
    program = "\n".join(text_of_file(name) for name in PROGRAM)
    parts = {
        "title": html.escape(graph.title or f"{graph.output.label}: backpropagation"),
        "policy": f"default-src 'none'; style-src '{digest(style)}'; script-src '{digest(program)}'; base-uri 'none'",
        "style": style,
        "graph": as_json(content(graph)),
        "program": program,
    }
    return re.sub(r"\{\{(\w+)\}\}", lambda found: parts[found[1]], text_of_file("page.html"))


def text_of_file(name: str) -> str:
    """One of the files beside this one."""
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8").replace("\r\n", "\n")


def digest(text: str) -> str:
    """How a Content-Security-Policy names the one style and the one program that may run."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def as_json(value) -> str:
    """JSON that is harmless within HTML: no name in it can end the script element around it."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


# The content, as model.js reads it


class Table:
    """What many steps share, each once."""

    def __init__(self) -> None:
        self.index: dict = {}

    def number(self, entry) -> int | None:
        """Where an entry stands; None for one that is empty."""
        return self.index.setdefault(entry, len(self.index)) if entry else None


def content(graph: Graph) -> dict:
    """Everything that the page knows."""
    scopes, made, layouts = scenes(graph)
    place = {item[1]: number for number, scope in enumerate(scopes) for item in scope.items if item[0] == "step"}
    lines, rules, slots = Table(), Table(), Table()
    steps = [step_record(step, place[step.id], lines, rules, slots) for step in graph.steps]
    return {
        "title": graph.title,
        "note": graph.note,
        "circuit": is_circuit(graph),
        "steps": steps,
        "lines": [line_record(line) for line in lines.index],
        "rules": list(rules.index),
        "slots": list(slots.index),
        "findings": [
            {"kind": f.kind, "title": f.title, "text": f.text, "where": f.where, "steps": f.steps}
            for f in graph.findings
        ],
        "scopes": [scope_record(scope, scene) for scope, scene in zip(scopes, made, strict=True)],
        "layouts": [layout_record(layout) for layout in layouts],
    }


def step_record(step: Step, scope: int, lines: Table, rules: Table, slots: Table) -> dict:
    """A step; what it lacks is left out, and what most steps are."""
    record = {
        "op": step.op,
        "kind": step.kind if step.kind != "operation" else "",
        "name": step.name,
        "label": step.label if step.kind != "operation" and step.label != step.name else "",
        "shape": step.shape,
        "dtype": step.dtype if step.dtype != "float32" or step.shape is None else "",
        "scope": scope,
        "inputs": step.inputs,
        "order": step.order,
        "line": lines.number(step.line),
        "rule": rules.number(step.rule),
        "slots": slots.number(step.slots) if len(step.inputs) > 1 else None,
        "hooked": step.hooked or None,
        "value": summary_record(step.value),
        "grad": summary_record(step.grad),
        "terms": [term_record(term, step) for term in step.contributions],
    }
    return {key: value for key, value in record.items() if value not in (None, "") and (value or key != "terms")}


def summary_record(summary: Summary | None) -> list | None:
    """A summary as a list, in the order of its fields."""
    if summary is None:
        return None
    s = summary
    moments = [number(value) for value in (s.norm, s.mean, s.std, s.minimum, s.maximum)]
    return trimmed([s.size, *moments, s.zeros, s.nan, s.inf, bars(s.histogram), numbers(s.numbers)])


def term_record(term: Contribution, step: Step) -> list:
    """A contribution as a list, in the order of its fields; the only term of a gradient is that gradient."""
    fields = [term.sender, term.slot, number(term.norm), number(term.total), int(term.finite)]
    is_all = len(step.contributions) == 1 and step.grad is not None and step.grad.numbers == term.numbers
    return trimmed([*fields, None if is_all else numbers(term.numbers), number(term.local)])


def scope_record(scope: Scope, scene: Scene) -> dict:
    """A scope and the scene in it."""
    return {
        "name": scope.name,
        "kind": scope.kind,
        "description": scope.description,
        "parent": scope.parent,
        "layout": scene.layout,
        "items": scene.items,
        "wires": scene.wires,
    }


def layout_record(layout: Layout) -> dict:
    """A layout."""
    return {"width": layout.width, "height": layout.height, "boxes": layout.boxes, "curves": layout.curves}


def line_record(line: Line) -> list:
    """A source line: the file's name without its folders, which are nobody else's business."""
    return [str(line), line.text.strip()]


def trimmed(values: list) -> list:
    """A list without the Nones and empty texts at its end."""
    while values and values[-1] in (None, ""):
        values.pop()
    return values


def bars(histogram: Iterable[int]) -> str:
    """A histogram as one character a bin; a bin that is not empty is never 0."""
    histogram = tuple(histogram)
    highest = max(histogram, default=0)
    return "".join(LEVELS[-(-(len(LEVELS) - 1) * count // highest)] for count in histogram) if highest else ""


def number(value: float | None):
    """A number in a few digits; a text for one that JSON does not know."""
    if value is None or (value == value and math.isfinite(value)):
        return value if value is None else short(value)
    return "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"


def short(value: float) -> int | float:
    """A number rounded for people to read."""
    rounded = float(f"{value:.{DIGITS}g}")
    return int(rounded) if rounded.is_integer() and abs(rounded) < 1e15 else rounded


def numbers(values):
    """The elements of a small array, nested as it is."""
    return [numbers(v) for v in values] if isinstance(values, list) else number(values)
