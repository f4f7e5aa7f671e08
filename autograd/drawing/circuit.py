"""The lecture's circuit: gates as circles; on each wire its value in green above, its gradient in red below."""

from html import escape

from autograd.drawing.layout import Drawing

INK, WIRE, VALUE, GRADIENT, LOCAL, BLOCKED = "#1c1917", "#8a8580", "#047857", "#c2410c", "#1d4ed8", "#a8a29e"
SYMBOLS = {
    "add": "+",
    "sub": "-",
    "mul": "×",
    "div": "÷",
    "neg": "×-1",
    "maximum": "max",
    "minimum": "min",
    "mm": "@",
    "reciprocal": "1/x",
    "sigmoid": "σ",
    "square": "x²",
    "sqrt": "√",
    "abs": "|x|",
}


def circuit(graph, direction="LR", title=None) -> Drawing:
    """A graph of single numbers as a circuit.

    Each use of a value carries its own chain-rule line, upstream × local = downstream; where a value is used more
    than once the wire splits at a point, and its gradient is the sum of what comes back.
    """
    drawing = Drawing(
        "circuit",
        graph_attr={
            "rankdir": direction,
            "nodesep": "0.18",
            "ranksep": "0.18",
            "bgcolor": "white",
            "fontname": "Helvetica",
            "pad": "0.2",
            **({"label": title, "labelloc": "t"} if title else {}),
        },
        node_attr={"shape": "plain", "fontname": "Helvetica", "fontsize": "14", "color": INK, "fontcolor": INK},
        edge_attr={"color": WIRE, "arrowsize": "0.6"},
    )
    uses: dict = {step.id: [] for step in graph.steps}
    for wire in graph.wires:
        uses[wire.source].append(wire)
    for step in graph.steps:
        draw_step(drawing, step, uses[step.id])
    return drawing


def draw_step(drawing, step, uses):
    """A leaf's name or a gate's circle, the wire that leaves it, and a segment for each use."""
    value, source = f"value{step.id}", f"gate{step.id}"
    if step.op == "leaf":
        drawing.node(source, label_of(step.name or f"x{step.id}"))
    else:
        drawing.node(
            source,
            symbol(step),
            shape="circle",
            fixedsize="true",
            width="0.5",
            penwidth="1.4",
            tooltip=f"{step.op} gate",
        )
    drawing.edge(source, f"{value}:w", dir="none")
    below = [number(step.grad, GRADIENT)]
    if len(uses) > 1:
        below.append(small((" + ".join(f"({text_of(w.downstream)})" for w in uses), GRADIENT)))
    above = number(step.value, VALUE)
    if step.op != "leaf" and step.name:
        above = f'<FONT POINT-SIZE="11"><I>{escape(step.name)}</I></FONT> ' + above
    drawing.node(value, segment([above], below), tooltip=f"value {step.value}, gradient {step.grad}")
    end = f"{value}:e"
    if len(uses) > 1:
        copy = f"copy{step.id}"
        drawing.node(copy, "", shape="point", width="0.08", tooltip="copy gate: its gradients add up")
        drawing.edge(end, copy, dir="none")
        end = copy
    for wire in uses:
        draw_use(drawing, wire, end)
    if not uses:
        drawing.node(f"end{step.id}", "", width="0.1", height="0.1")
        drawing.edge(end, f"end{step.id}")


def draw_use(drawing, wire, start):
    """The piece of wire into a gate, with its chain-rule line; dashed where the gate lets nothing through."""
    name, blocked = f"use{wire.source}_{wire.target}_{wire.slot}", wire.local == 0
    color = BLOCKED if blocked else WIRE
    style = {"style": "dashed", "color": color} if blocked else {}
    line = small(
        (text_of(wire.upstream), GRADIENT),
        (" × ", WIRE),
        (text_of(wire.local), LOCAL),
        (" = ", WIRE),
        (text_of(wire.downstream), GRADIENT, True),
    )
    drawing.node(
        name, segment([line], [""], color), tooltip=f"upstream {wire.upstream} x local {wire.local} = {wire.downstream}"
    )
    drawing.edge(start, f"{name}:w", dir="none", **style)
    drawing.edge(f"{name}:e", f"gate{wire.target}", **style)


def segment(above, below, color=WIRE) -> str:
    """A table whose rule is the wire: rows above it, rows below it, as many of each so that it stays in the middle."""
    rows = max(len(above), len(below))
    above, below = [""] * (rows - len(above)) + above, below + [""] * (rows - len(below))

    def cells(lines):
        return "".join(f'<TR><TD ALIGN="LEFT" HEIGHT="17">{line or " "}</TD></TR>' for line in lines)

    table = f'TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="1" COLOR="{color}"'
    return f"<<{table}>{cells(above)}<HR/>{cells(below)}</TABLE>>"


def number(value, color) -> str:
    """A value or gradient in its colour; a dash where there is none."""
    return f'<FONT FACE="Courier" COLOR="{color}" POINT-SIZE="13"><B>{text_of(value)}</B></FONT>'


def small(*runs) -> str:
    """A chain-rule line: runs of text, each with its colour, and bold if it says so."""
    return "".join(
        f'<FONT FACE="Courier" POINT-SIZE="9" COLOR="{color}">{"<B>" + text + "</B>" if bold else text}</FONT>'
        for text, color, *bold in runs
    )


def text_of(value) -> str:
    """A number in a few characters (ASCII: the layout sizes text by its bytes)."""
    if value is None:
        return "-"
    value = float(value)
    if value == 0 or 0.01 <= abs(value) < 1000:
        return f"{value:.2f}"
    return f"{value:.1e}"


def label_of(name) -> str:
    """A variable's name as mathematics sets it: italic, its trailing digits as an index."""
    letters = name.rstrip("0123456789")
    index = name[len(letters) :]
    return f"<<I>{escape(letters)}</I>{f'<SUB>{index}</SUB>' if letters and index else index}>"


def symbol(step) -> str:
    """What stands in a gate's circle; a constant stands with it."""
    sign = SYMBOLS.get(step.op, step.op)
    if step.constant is None:
        return sign
    constant = f"{step.constant:.3g}"
    if step.op == "pow":
        return f"{constant}^x" if step.constant_first else f"x^{constant}"
    if step.op == "add" and step.constant < 0:
        return constant
    return f"{constant}{sign}" if step.constant_first and step.op in ("sub", "div") else f"{sign}{constant}"
