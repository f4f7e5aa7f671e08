"""A network of tensors: boxes with op, shape and gradient norm, parameters by name, nested as the modules are."""

import math
from html import escape

from autograd.drawing.drawing import Drawing
from autograd.drawing.folding import Box, Folded, Wire, fold, written_inside
from autograd.drawing.labels import heading, quoted, text, wrapped
from autograd.drawing.theme import (
    CARD,
    FINDING,
    FINDING_FILL,
    FLOW,
    GRADIENT,
    GROUPS,
    INK,
    LINE,
    MUTED,
    PARAMETER,
    PARAMETER_LINE,
    VALUE,
    WIRE,
)
from autograd.inspection.records import Graph, Path, Step, shape_text, text_of
from autograd.inspection.repeats import repeats
from autograd.inspection.text import plural, printable

FINDINGS = 3  # told in full above the picture
THIN, THICK, DECADE = 0.7, 6.0, 0.9  # the width of wires in points, and what a tenth of the gradient takes off


def network(
    graph: Graph,
    depth: int | None = None,
    show_grads: bool = True,
    direction: str | None = None,
    title: str | None = None,
) -> Drawing:
    """A graph of tensors; a wire is as wide as the logarithm of the gradient that flows back on it.

    Parameters
    ----------
    depth : how many levels of modules are open, the deeper ones are single boxes; None for as many as are legible
    show_grads : whether to tell of gradients at all
    direction : "TB" or "LR"
    """
    folded = fold(graph, depth)
    drawing = Drawing(
        "network",
        graph_attr={
            "rankdir": direction or "TB",
            "nodesep": "0.22",
            "ranksep": "0.3",
            "fontname": "Helvetica",
            "fontcolor": INK,
            "fontsize": "10",
            "pad": "0.2",
            "label": heading(title or graph.title, notes_of(graph, folded), legend_of(graph, show_grads)),
            "labelloc": "t",
            "labeljust": "l",
        },
        node_attr={
            "shape": "box",
            "style": "rounded,filled",
            "fontname": "Helvetica",
            "fontsize": "10",
            "fontcolor": INK,
            "color": LINE,
            "fillcolor": CARD,
            "margin": "0.07,0.03",
            "height": "0.3",
        },
        edge_attr={"color": FLOW if show_grads else WIRE, "arrowsize": "0.5"},
    )
    drawing.graph, drawing.caption = graph, printable(title or graph.title or "computational graph", 200)
    painter = Painter(drawing, graph, show_grads)
    painter.module((), folded.boxes)
    for wire in folded.wires:
        painter.wire(wire, folded.boxes[wire.source].key, folded.boxes[wire.target].key)
    for number, wire in enumerate(folded.ghosts):
        painter.ghost(number, wire, folded.boxes[wire.source], folded.boxes[wire.target])
    return drawing


class Painter:
    """Puts boxes and wires into a drawing."""

    def __init__(self, drawing, graph, show_grads):
        self.drawing, self.graph, self.show_grads = drawing, graph, show_grads
        self.marks: dict[int, list[int]] = {}  # of a step, its findings by their place in the list, the gravest first
        for place, finding in enumerate(graph.findings):
            for step in finding.steps:
                self.marks.setdefault(step, []).append(place)
        lengths = [term.norm for step in graph.steps for term in step.contributions if term.finite]
        self.largest = max(lengths, default=0.0)
        self.clusters = 0

    def module(self, place: Path, boxes: list[Box], parent=None):
        """The boxes of an open module, and the modules open within it."""
        parent = parent if parent is not None else self.drawing
        inside: dict[Path, list[Box]] = {}
        for box in boxes:
            if box.place == place:
                self.box(parent, box)
            else:
                inside.setdefault(box.place[: len(place) + 1], []).append(box)
        for path, within in inside.items():
            module = self.graph.modules.get(path)
            kind, settings = (module.kind, module.description) if module else ("", "")
            if len(within) == 1 and within[0].place == path:  # a box around a box says no more than its name
                self.box(parent, within[0], f"{path[-1]} · {kind}" if kind else path[-1])
                continue
            self.clusters += 1
            with parent.subgraph(name=f"cluster{self.clusters}") as cluster:
                name = f"<B>{escape(printable(path[-1], 40))}</B>"
                cluster.attr(
                    label=f"<{name} {text(printable(kind, 40), MUTED)}>" if kind else f"<{name}>",
                    labeljust="l",
                    style="rounded,filled",
                    color=LINE,
                    fillcolor=GROUPS[len(place) % 2],
                    fontcolor=INK,
                    fontsize="12",
                    margin="10",
                    tooltip=quoted(f"{'.'.join(path)}: {kind}({settings})"),
                    id=f"module{self.clusters}",
                    **{"class": "module"},
                )
                self.module(path, within, cluster)

    def box(self, parent, box, caption=""):
        """One box: what it is, its shape or its size, its gradient, and what is to be looked at."""
        if box.step is not None:
            rows, look, tooltip = self.step_rows(box.step)
        else:
            rows, look, tooltip = self.group_rows(box)
        if caption:
            rows.insert(0, (text(printable(caption, 40), MUTED, size=9), ""))
        places = sorted({place for step in box.steps for place in self.marks.get(step.id, ())})
        found = dict.fromkeys(self.graph.findings[place].title for place in places)
        rows += [(text(title, FINDING, bold=True), "") for title in list(found)[:2]]
        if found:
            look = look | {"color": FINDING, "fillcolor": FINDING_FILL, "penwidth": "2"}
        kind = box.step.kind if box.step is not None else "closed" if box.closed else "run"
        parent.node(box.key, table(rows), id=box.key, tooltip=tooltip, **look, **{"class": kind})

    def step_rows(self, step: Step):
        """A step's lines, its look and its tooltip."""
        own_name = step.kind == "operation" and step.name
        inside = [self.graph.steps[i] for i in step.inputs if i is not None]
        numbers = [text_of(s.value.number) for s in inside if s.value is not None and written_inside(self.graph, s)]
        head = f'<FONT POINT-SIZE="11"><B>{escape(printable(step.label, 28))}</B></FONT>'
        if own_name:
            head = f'<FONT POINT-SIZE="11"><I>{escape(printable(step.name, 28))}</I> = </FONT>{head}'
        if numbers:
            head += text(f" {', '.join(numbers)}", MUTED)
        number = step.value.number if step.value is not None else None
        size = text(shape_text(step.shape), MUTED) if number is None else text(text_of(number, 4), VALUE, bold=True)
        rows = [(head, size)]
        if self.show_grads and step.grad is not None:
            rows.append((text("grad", MUTED), grad_text(step)))
        elif self.show_grads and step.wants_grad and self.graph.backward_order:
            rows.append((text("no gradient", MUTED, size=9), ""))
        look = {}
        if step.kind == "parameter":
            look = {"fillcolor": PARAMETER, "color": PARAMETER_LINE}
        elif step.kind == "constant":
            look = {"style": "rounded,filled,dashed", "color": WIRE}
        elif step.kind == "leaf":
            look = {"color": WIRE}
        return rows, look, self.tooltip(step)

    def tooltip(self, step):
        """What there is no room for in the box."""
        lines = [f"{step.name or step.label}: shape {shape_text(step.shape)}, {step.dtype}"]
        if step.value is not None:
            lines.append(
                f"value: norm {text_of(step.value.norm)}, from {text_of(step.value.minimum)} to "
                f"{text_of(step.value.maximum)}"
            )
        else:
            lines.append("value not kept: record with autograd.inspect()")
        if step.grad is not None and self.show_grads:
            lines.append(f"gradient: norm {text_of(step.grad_norm)}")
        if step.rule:
            lines.append(step.rule)
        if step.line is not None:
            lines.append(f"{step.line}: {step.line.text}")
        return "\\n".join(map(quoted, lines))

    def group_rows(self, box: Box):
        """The lines of a closed module or a run, its look and its tooltip."""
        operations = box.operations
        counts = pattern_of(box) or counts_of(operations) or plural(len(box.steps), "constant")
        module = self.graph.modules.get(box.closed) if box.closed else None
        total = f"{plural(operations.total(), 'op')}"
        if box.closed:
            kind = text(printable(module.kind, 30), MUTED) if module else ""
            rows = [(f'<FONT POINT-SIZE="11"><B>{escape(printable(box.closed[-1], 28))}</B></FONT>', kind)]
            if box.parameters:
                total += f", {plural(len(box.parameters), 'parameter')}"
        else:
            rows = [
                (
                    f'<FONT POINT-SIZE="11"><B>{plural(len(box.steps), "step")}</B></FONT>',
                    text(f"{box.steps[0].id} to {box.steps[-1].id}", MUTED),
                )
            ]
        rows.append((text(total if box.closed else printable(counts, 48), MUTED, size=9), ""))
        if box.leaves:
            names = [printable(self.graph.steps[i].label, 16) for i in box.leaves]
            more = f" and {len(names) - 4} more" if len(names) > 5 else ""
            rows.append((text(f"with {', '.join(names[: 4 if more else 5])}{more}", MUTED, size=9), ""))
        if self.show_grads:
            rows += [(text("grad", MUTED), grads)] if (grads := grad_range(box)) else []
        look = {"fillcolor": GROUPS[len(box.place) % 2], "color": WIRE}
        if not box.closed:
            look["style"] = "rounded,filled,dashed"
        tooltip = f"{'.'.join(box.closed)}: {total}\\n" if box.closed else ""
        return rows, look, quoted(tooltip) + quoted(counts)

    def wire(self, wire: Wire, source: str, target: str):
        """A wire between two boxes, as wide as its gradient is long."""
        trunk = {} if source.startswith("ghost") or not self.graph.steps[wire.first].inputs else {"weight": "4"}
        self.drawing.edge(source, target, **trunk, **self.wire_look(wire))

    def wire_look(self, wire) -> dict[str, str]:
        if not wire.wants_grad:
            return {"style": "dashed", "color": WIRE, "tooltip": "no gradient flows back to a constant"}
        if not self.show_grads or wire.norm is None:
            return {"color": WIRE}
        if not wire.finite:
            tooltip = "the gradient that flows back here is not finite"
            return {"penwidth": "2.5", "color": FINDING, "tooltip": tooltip}
        width = THIN
        if wire.norm > 0 and self.largest > 0:
            width = min(THICK, max(THIN, THICK - 2 + DECADE * math.log10(wire.norm / self.largest)))
        return {"penwidth": f"{width:.2f}", "tooltip": f"gradient that flows back: norm {text_of(wire.norm)}"}

    def ghost(self, number, wire: Wire, source: Box, target: Box):
        """In place of a very long wire: the name of its source beside its target."""
        step = self.graph.steps[wire.first]
        name = text(f"↑ {printable(step.label, 24)}", MUTED)
        look = {"style": "rounded,dashed", "color": PARAMETER_LINE if step.kind == "parameter" else LINE}
        tooltip = quoted(f"{step.name or step.label}, from {source.key}")
        key = f"ghost{number}"
        self.drawing.node(key, f"<{name}>", tooltip=tooltip, height="0.2", **look, **{"class": "ghost"})
        self.wire(wire, key, target.key)


def notes_of(graph: Graph, folded: Folded) -> list[str]:
    """What is missing from the picture, and what to look at in it."""
    notes = [text(line, FINDING, size=11) for line in wrapped(graph.note)]
    size = plural(sum(step.kind == "operation" for step in graph.steps), "op")
    if folded.depth is not None:
        notes.append(text(f"{size}; modules are closed below depth={folded.depth}", MUTED))
    if folded.runs:
        notes.append(text(f"{size}; long sequences are folded", MUTED))
    for finding in graph.findings[:FINDINGS]:
        first, *rest = wrapped(f"{finding.title}: {finding.text} ({finding.where})" if finding.where else finding.text)
        title, _, first = first.partition(": ")
        notes.append(text(title, FINDING, bold=True) + text(f": {first}", MUTED))
        notes += [text(line, MUTED) for line in rest]
    if len(graph.findings) > FINDINGS:
        notes.append(text(f"and {len(graph.findings) - FINDINGS} more findings", FINDING))
    return notes


def legend_of(graph: Graph, show_grads) -> list[str]:
    """What the picture's signs mean, as far as it has them."""
    legend = []
    kinds = {step.kind for step in graph.steps}
    if "parameter" in kinds:
        legend.append(text("■ ", PARAMETER_LINE) + text("parameter", MUTED))
    if any(step.kind == "constant" and not written_inside(graph, step) for step in graph.steps):
        legend.append(text("- - - constant", MUTED))
    if show_grads and any(step.contributions for step in graph.steps):
        legend.append(text("grad", GRADIENT) + text(" norm of the gradient; wires widen with its logarithm", MUTED))
    return legend


def table(rows) -> str:
    """Lines of a left and a right text, as an HTML-like label."""
    cells = "".join(
        f'<TR><TD ALIGN="LEFT">{left} </TD><TD ALIGN="RIGHT">   {right}</TD></TR>'
        if right
        else f'<TR><TD COLSPAN="2" ALIGN="LEFT">{left} </TD></TR>'
        for left, right in rows
    )  # (a blank beside each text: Graphviz sets lines of a single font lower than others)
    return f'<<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="1">{cells}</TABLE>>'


def grad_text(step) -> str:
    """A gradient's norm in its colour."""
    finite = step.grad.finite
    return text(
        text_of(step.grad_norm) if finite else "NaN" if step.grad.nan else "Inf", GRADIENT if finite else FINDING
    )


def grad_range(box) -> str:
    """The smallest and the largest gradient norm within: of the parameters, or else of all steps."""
    steps = [step for step in box.parameters or box.steps if step.grad is not None]
    if not steps:
        return ""
    if not all(step.grad.finite for step in steps):
        return text("not finite", FINDING, bold=True)
    low, high = min(step.grad_norm for step in steps), max(step.grad_norm for step in steps)
    return text(text_of(high) if text_of(low) == text_of(high) else f"{text_of(low)} to {text_of(high)}", GRADIENT)


def counts_of(operations) -> str:
    """How many operations of which kind, the most frequent first."""
    kinds = [f"{op} {n}" if n > 1 else op for op, n in list(operations.items())[:3]]
    return ", ".join(kinds) + (", ..." if len(operations) > 3 else "")


def pattern_of(box) -> str:
    """What a run repeats: "17 x (matmul, add, tanh)"; nothing if it is not all one pattern."""
    ops = [step.op for step in box.steps if step.kind == "operation"]
    start, period, count = max(repeats(ops), key=lambda part: part[1] * part[2], default=(0, 1, 1))
    if box.closed or count == 1 or len(ops) - period * count > period:
        return ""
    pattern = ", ".join(ops[start : start + period])
    return f"{count} x {pattern if period == 1 else f'({pattern})'}"
