"""The lecture's circuit: gates as circles; on each wire its value in green above, its gradient in red below."""

from dataclasses import dataclass
from html import escape
from math import isfinite, isnan

from autograd.drawing.drawing import Drawing
from autograd.drawing.labels import heading, quoted, text, wrapped
from autograd.drawing.theme import BLOCKED, CARD, FINDING, GRADIENT, INK, LOCAL, MUTED, VALUE, WIRE
from autograd.inspection.records import Graph, Step
from autograd.inspection.text import printable

SIGNS = {
    "add": "+",
    "sub": "-",
    "mul": "×",
    "div": "÷",
    "neg": "×-1",
    "maximum": "max",
    "minimum": "min",
    "matmul": "@",
    "reciprocal": "1/x",
    "sigmoid": "σ",
    "square": "x²",
    "sqrt": "√x",
    "abs": "|x|",
}
GRAVE = "nan", "inf"  # the findings that concern a circuit of single numbers
LONG = 5  # gates in a row; a longer tail of a circuit continues on the next row


@dataclass
class Use:
    """One use of a value: by which gate, and the chain rule there. A number that is None is not known."""

    source: int
    gate: int
    slot: int
    upstream: float | None = None
    local: float | None = None
    downstream: float | None = None

    @property
    def blocked(self) -> bool:
        """Whether the gate lets nothing back through, like a max to its smaller input."""
        return self.local == 0 or (self.downstream is None and self.upstream is not None)


@dataclass
class Gate:
    """A leaf or a gate, with what its output wire carries."""

    step: Step
    sign: str = ""  # HTML; of a leaf its name
    uses_of_inputs: tuple[Use, ...] = ()

    @property
    def id(self) -> int:
        return self.step.id


def circuit(graph: Graph, direction: str | None = None, title: str | None = None) -> Drawing:
    """A graph of single numbers as a circuit.

    Each use of a value carries its own chain-rule line, upstream × local = downstream; where a value is used more
    than once the wire splits at a point, and its gradient is the sum of what comes back. A long tail continues on a
    second row, so that a circuit fits a slide.
    """
    direction = direction or "LR"
    gates = gates_of(graph)
    uses: dict[int, list[Use]] = {gate.id: [] for gate in gates}
    for gate in gates:
        for use in gate.uses_of_inputs:
            uses[use.source].append(use)
    drawing = Drawing(
        "circuit",
        graph_attr={
            "rankdir": direction,
            "nodesep": "0.22",
            "ranksep": "0.16",
            "fontname": "Helvetica",
            "fontcolor": INK,
            "fontsize": "10",
            "pad": "0.2",
            "label": heading(title or graph.title, notes_of(graph), legend_of(gates, uses)),
            "labelloc": "t",
            "labeljust": "l",
        },
        node_attr={"shape": "plain", "fontname": "Helvetica", "fontsize": "14", "color": INK, "fontcolor": INK},
        edge_attr={"color": WIRE, "arrowsize": "0.6", "arrowhead": "none"},
    )
    drawing.graph, drawing.caption = graph, printable(title or graph.title or "computational graph", 200)
    marks = {i: found.title for found in graph.findings if found.kind in GRAVE for i in found.steps}
    turns = rows_of(gates, uses) if direction == "LR" else set()
    painter = Painter(drawing, gates, direction == "TB", turns, marks)
    for gate in gates:
        painter.gate(gate, uses[gate.id])
    return drawing


def gates_of(graph: Graph) -> list[Gate]:
    """The steps as gates: a nameless constant is written into its gate, and c / x is one gate."""
    sent = graph.sent()
    users = graph.uses()
    within: dict[int, Step] = {}  # a reciprocal that is drawn with the multiplication after it -> that one
    for step in graph.steps:
        constants, others = split(graph, step)
        if step.op == "mul" and len(constants) == 1 and len(others) == 1:
            source = graph.steps[others[0][1]]
            if source.op == "reciprocal" and len(users[source.id]) == 1 and not source.name:
                within[source.id] = step
    gates = []
    for step in graph.steps:
        if step.id in within or (hidden(step) and users[step.id]):
            continue
        constants, others = split(graph, step)
        factor, first = 1.0, step
        if others and others[0][1] in within:
            factor, first = graph.steps[constants[0][1]].value.number, graph.steps[others[0][1]]
            others = split(graph, first)[1]
        uses = []
        for slot, source in others:
            use = Use(source, step.id, slot, step.grad.number if step.grad else None)
            _, term = sent.get((first.id, slot), (0, None))
            if term is not None:
                use.local = None if term.local is None else term.local * factor
                use.downstream = term.number
            if graph.steps[source].kind == "constant":
                use.upstream = None
            uses.append(use)
        if not step.inputs and step.kind != "operation":
            sign = symbol_of(step.name)
        elif first is not step:
            sign = f"{factor:.3g}/x"
        else:
            sign = sign_of(step, [(slot, graph.steps[i].value.number) for slot, i in constants])
        gates.append(Gate(step, sign, tuple(uses)))
    return gates


def hidden(step: Step) -> bool:
    """Whether a step is a number that is written into the gates that use it."""
    return step.kind == "constant" and not step.name and step.value is not None and step.value.number is not None


def split(graph, step):
    """The (slot, step) pairs of a step's inputs: the constants that go into the gate, and the wires."""
    pairs = [(slot, source) for slot, source in enumerate(step.inputs) if source is not None]
    inside = [pair for pair in pairs if hidden(graph.steps[pair[1]])]
    return inside, [pair for pair in pairs if pair not in inside]


def sign_of(step, constants) -> str:
    """What stands in a gate's circle, as HTML; a constant stands with it."""
    sign = escape(SIGNS.get(step.op, printable(step.op, 18)))
    if len(constants) != 1:
        exponent = step.settings.get("exponent")
        return sign if exponent is None else f"x^{exponent:.3g}"
    slot, value = constants[0]
    number = f"{value:.3g}"
    if step.op == "pow":
        return f"{number}^x" if slot == 0 else f"x^{number}"
    if step.op == "add" and value < 0:
        return number
    if step.op in ("sub", "div") and slot == 0:
        return f"{number}-x" if step.op == "sub" else f"{number}/x"
    return f"{sign}{number}" if step.op in SIGNS else f"{sign} {number}"


def symbol_of(name) -> str:
    """A variable's name as mathematics sets it: italic, its trailing digits as an index."""
    name = printable(name, 24)
    letters = name.rstrip("0123456789")
    index = name[len(letters) :]
    if not letters or not index:
        return f"<I>{escape(name)}</I>"
    return f'<I>{escape(letters)}</I><FONT POINT-SIZE="10"><SUB>{index}</SUB></FONT>'


def rows_of(gates, uses) -> set[int]:
    """The gates that begin a new row: a circuit whose end is one long chain of gates is folded like a line of text."""
    depth: dict[int, int] = {}
    for gate in gates:
        depth[gate.id] = 1 + max((depth[use.source] for use in gate.uses_of_inputs), default=-1)
    tail: list[int] = []
    for gate in reversed(gates):
        if len(gate.uses_of_inputs) != 1 or len(uses[gate.id]) != (1 if tail else 0):
            break
        if tail and uses[gate.id][0].gate != tail[-1]:
            break
        tail.append(gate.id)
    before = depth[gates[-1].id] - len(tail)
    if depth[gates[-1].id] <= LONG or len(tail) < 2:
        return set()
    tail.reverse()
    return set(tail[LONG - 1 if before <= 0 else 0 :: max(before + 1, LONG - 1)])


class Painter:
    """Puts the gates and wires of a circuit into a drawing."""

    def __init__(self, drawing, gates, upright, turns, findings):
        self.drawing, self.upright, self.turns, self.findings = drawing, upright, turns, findings
        self.length = longest([use for gate in gates for use in gate.uses_of_inputs])
        self.enter, self.leave = ("wire:n", "wire:s") if upright else ("wire:w", "wire:e")

    def gate(self, gate, uses):
        """A leaf's name or a gate's circle, the wire that leaves it, and its uses."""
        step, name, value = gate.step, f"gate{gate.id}", f"value{gate.id}"
        leaf = not step.inputs and step.kind != "operation"
        color = FINDING if gate.id in self.findings else INK
        if leaf:
            nameless = {"shape": "circle", "width": "0.08", "fixedsize": "true"}
            look = {} if step.name else nameless
            self.drawing.node(name, f"<{gate.sign}>" if step.name else "", id=name, **look, **{"class": step.kind})
        else:
            shape = {"shape": "circle", "fixedsize": "true", "width": "0.5"}
            if len(gate.sign.partition("<")[0]) > LONG:
                shape = {"shape": "box", "style": "rounded,filled", "height": "0.4", "margin": "0.08,0.02"}
            label = f'<<FONT POINT-SIZE="{15 if len(gate.sign) < 3 else 12}">{gate.sign}</FONT>>'
            attributes = {"style": "filled", "fillcolor": CARD, "penwidth": "1.4", "color": color, **shape}
            line = f" at {step.line}" if step.line else ""
            tooltip = quoted(f"{step.op} gate{line}") + (f"\\n{quoted(step.rule)}" if step.rule else "")
            self.drawing.node(name, label, id=name, tooltip=tooltip, **attributes, **{"class": "gate"})
        self.drawing.edge(name, f"{value}:{self.enter}")
        self.value(gate, value, uses)
        end = f"{value}:{self.leave}"
        if len(uses) > 1:
            copy = f"copy{gate.id}"
            tooltip = "copy: the value goes to each use, their gradients add up"
            self.drawing.node(copy, "", shape="point", width="0.09", tooltip=tooltip, **{"class": "copy"})
            self.drawing.edge(end, copy)
            end = copy
        for use in uses:
            self.use(use, end, alone=len(uses) == 1)
        if not uses:
            self.drawing.node(f"end{gate.id}", "", shape="none", width="0.1", height="0.1")
            self.drawing.edge(end, f"end{gate.id}", arrowhead="normal")

    def value(self, gate, name, uses):
        """The wire out of a gate: the value above it; below it the gradient, and how it came about."""
        step = gate.step
        number = step.value.number if step.value is not None else None
        above = [large(number, VALUE) if step.value is not None else text("not kept", MUTED)]
        if step.name and step.kind == "operation":
            above = [f'<FONT POINT-SIZE="12">{symbol_of(step.name)} </FONT>{above[0]}']
        below = []
        gradient = step.grad.number if step.grad is not None else None
        if step.grad is not None:
            below.append(large(gradient, GRADIENT))
        elif step.wants_grad:
            below.append(text("no gradient", MUTED))
        if len(uses) == 1 and uses[0].upstream is not None:
            below.append(chain(uses[0]))
        elif len(uses) > 1 and step.grad is not None:
            terms = [number_text(use.downstream) for use in uses if use.downstream is not None]
            terms = [*terms[:4], f"... {len(terms) - 4} more"] if len(terms) > 5 else terms
            signed = [term if i == 0 or term[0] != "-" else f"({term})" for i, term in enumerate(terms)]
            below.append(text(f"= {' + '.join(signed)}", GRADIENT))
        if step.id in self.findings:
            below.append(text(self.findings[step.id], FINDING, bold=True))
        known = step.value is not None and number is not None
        tooltip = f"value {number if known else 'not kept'}\\ngradient {'none' if gradient is None else gradient}"
        blocked = len(uses) == 1 and uses[0].blocked
        label = self.segment(above, below, blocked)
        self.drawing.node(name, label, id=name, tooltip=tooltip, **{"class": "wire"})

    def use(self, use, start, alone):
        """The wire into a gate; after a copy point it carries a chain-rule line of its own."""
        end = f"gate{use.gate}"
        style = {"style": "dashed", "color": BLOCKED} if use.blocked else {}
        if use.gate in self.turns:
            return self.turn(start, use.gate, style)
        if alone:
            self.drawing.edge(start, end, arrowhead="normal", **style)
            return
        name = f"use{use.source}_{use.gate}_{use.slot}"
        tooltip = f"upstream {use.upstream}\\n× local {use.local}\\n= downstream {use.downstream}"
        label = self.segment([], [chain(use)] if use.upstream is not None else [], use.blocked)
        self.drawing.node(name, label, tooltip=tooltip, **{"class": "use"})
        self.drawing.edge(start, f"{name}:{self.enter}", **style)
        self.drawing.edge(f"{name}:{self.leave}", end, arrowhead="normal", **style)

    def turn(self, start, gate, style):
        """The wire from the end of one row back to the beginning of the next."""
        right, left = f"right{gate}", f"left{gate}"
        corner = {"shape": "point", "width": "0.01", "color": WIRE}
        self.drawing.node(right, "", **corner)
        with self.drawing.subgraph(graph_attr={"rank": "min"}) as first:
            first.node(left, "", **corner)
        self.drawing.edge(start, f"{right}:n", **style)
        self.drawing.edge(left, right, weight="9", tailclip="false", headclip="false", **style)
        self.drawing.edge(f"{left}:s", f"gate{gate}:w", arrowhead="normal", **style)

    def segment(self, above, below, blocked=False) -> str:
        """A piece of wire with its texts: a table in which a thin cell is the wire."""
        side = "L" if self.upright else "T"
        length = "" if self.upright else f'WIDTH="{self.length:.0f}"'
        line = f'BORDER="1" SIDES="{side}" STYLE="dashed" COLOR="{BLOCKED}"' if blocked else f'BGCOLOR="{WIRE}"'
        wire = f'<TD PORT="wire" CELLPADDING="0" {"WIDTH" if self.upright else "HEIGHT"}="1" {length} {line}></TD>'
        table = '<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="1">'
        if self.upright:
            left = "".join(f'{part} <BR ALIGN="RIGHT"/>' for part in above) or " "
            right = "".join(f' {part}<BR ALIGN="LEFT"/>' for part in below) or " "
            return f'<{table}<TR><TD ALIGN="RIGHT">{left}</TD>{wire}<TD ALIGN="LEFT">{right}</TD></TR></TABLE>>'
        row = '<TR><TD ALIGN="LEFT">'
        rows = [f"{row}{part}</TD></TR>" for part in above]
        rows.append(f"<TR>{wire}</TR>")
        rows += [f"{row}{part}</TD></TR>" for part in below or [text(" ", MUTED)]]
        return f"<{table}{''.join(rows)}</TABLE>>"


def longest(uses) -> float:
    """The length of all wires in points, for the longest chain-rule line: Graphviz leaves gaps beside shorter ones."""
    numbers = ((use.upstream, use.local, use.downstream) for use in uses if use.local is not None)
    lines = [" × = " + "".join(map(number_text, triple)) for triple in numbers]
    return max((sum(3.2 if letter in " .-" else 6.0 for letter in line) for line in lines), default=60.0)


def legend_of(gates, uses) -> list[str]:
    """What the colours and signs of this circuit mean."""
    legend = [text("value", VALUE, bold=True)]
    if any(gate.step.grad for gate in gates):
        legend.append(text("gradient", GRADIENT, bold=True))
        rule = f"{text('upstream', GRADIENT)}{text(' × ', MUTED)}{text('local', LOCAL)}{text(' = ', MUTED)}"
        legend.append(rule + text("downstream", GRADIENT, bold=True))
        if any(len(several) > 1 for several in uses.values()):
            legend.append(text("● copy: gradients add up", MUTED))
        if any(use.blocked for several in uses.values() for use in several):
            legend.append(text("- - - no gradient passes", MUTED))
    return legend


def notes_of(graph: Graph) -> list[str]:
    """What is missing from the picture, and where a number is not finite."""
    notes = [text(line, FINDING, size=11) for line in wrapped(graph.note)]
    for finding in graph.findings:
        if finding.kind in GRAVE:
            notes += [text(line, FINDING) for line in wrapped(f"{finding.title}: {finding.text}")]
    return notes


def chain(use) -> str:
    """The chain rule of one use, in its colours."""
    if use.downstream is None:
        return text(f"{number_text(use.upstream)} × nothing", MUTED)
    if use.local is None:
        return text("gives ", MUTED) + text(number_text(use.downstream), GRADIENT, bold=True)
    return (
        text(number_text(use.upstream), GRADIENT)
        + text(" × ", MUTED)
        + text(number_text(use.local), LOCAL)
        + text(" = ", MUTED)
        + text(number_text(use.downstream), GRADIENT, bold=True)
    )


def large(value, color) -> str:
    """A value or a gradient."""
    return text(number_text(value), FINDING if value is not None and not isfinite(value) else color, True, 14)


def number_text(value) -> str:
    """A number in a few characters."""
    if value is None:
        return "?"
    if isnan(value):
        return "NaN"
    if value == 0 or 0.01 <= abs(value) < 1000:
        return f"{value:.2f}"
    mantissa, _, exponent = f"{value:.1e}".partition("e")
    return f"{mantissa}e{int(exponent)}" if exponent else mantissa
