"""A network of tensors: boxes with op, shape and gradient norm, parameters by name, grouped by module."""

import math
from html import escape

from autograd.drawing.layout import Drawing

INK, MUTED, GRADIENT, PARAMETER, INPUT, GATE, GROUP = (
    "#1c1917",
    "#78716c",
    "#c2410c",
    "#ecfdf5",
    "#eff6ff",
    "#ffffff",
    "#faf7f2",
)

LABELS = {"mm": "matmul", "native_dropout": "dropout"}  # what the user called


def network(graph, direction="LR", title=None) -> Drawing:
    """A graph of tensors; a wire is as wide as the logarithm of the gradient that flows back on it."""
    drawing = Drawing(
        "network",
        graph_attr={
            "rankdir": direction,
            "nodesep": "0.2",
            "ranksep": "0.35",
            "bgcolor": "white",
            "fontname": "Helvetica",
            "fontsize": "12",
            "pad": "0.2",
            "compound": "true",
            **({"label": title, "labelloc": "t"} if title else {}),
        },
        node_attr={
            "shape": "box",
            "style": "rounded,filled",
            "fontname": "Helvetica",
            "fontsize": "11",
            "color": "#d6d3d1",
            "fontcolor": INK,
            "fillcolor": GATE,
            "margin": "0.09,0.05",
            "height": "0.3",
        },
        edge_attr={"color": "#a8a29e", "arrowsize": "0.6"},
    )
    largest = max([step.grad_norm for step in graph.steps if math.isfinite(step.grad_norm)], default=0.0)
    groups: dict = {}
    for step in graph.steps:
        groups.setdefault(step.module, []).append(step)
    draw_group(drawing, (), groups, graph.modules)
    for wire in graph.wires:
        draw_wire(drawing, graph.steps[wire.source], wire, largest)
    return drawing


def draw_group(parent, path, groups, modules):
    """A module's own steps, and its children as boxes within."""
    for step in groups.get(path, ()):
        draw_step(parent, step)
    children = sorted(
        {p[: len(path) + 1] for p in groups if len(p) > len(path) and p[: len(path)] == path},
        key=lambda child: min(s.id for p, steps in groups.items() if p[: len(child)] == child for s in steps),
    )
    for child in children:
        kind = modules.get(child, "")
        with parent.subgraph(name="cluster_" + ".".join(child)) as box:
            name = escape(child[-1])
            box.attr(
                label=f'<<B>{name}</B> <FONT COLOR="{MUTED}">{escape(kind)}</FONT>>',
                labeljust="l",
                style="rounded,filled",
                color="#e7e5e4",
                fillcolor=GROUP,
                fontcolor=INK,
                fontsize="11",
                tooltip=f"{'.'.join(child)}: {kind}",
            )
            draw_group(box, child, groups, modules)


def draw_step(box, step):
    """One box: what it is, its shape, and the norm of its gradient."""
    shape = " × ".join(map(str, step.shape)) if step.shape else "scalar"
    leaf = step.op == "leaf"
    name = (step.name.split(".")[-1] if leaf and step.module else step.name) or (
        "input" if leaf else LABELS.get(step.op, step.op)
    )
    head = f"<B>{escape(name)}</B>" if leaf else escape(LABELS.get(step.op, step.op))
    value = f' <FONT COLOR="#047857">{step.value:.4g}</FONT>' if step.value is not None else ""
    grad = f"grad {step.grad_norm:.3g}" if step.grad is not None else "no gradient"
    label = (
        f'<{head}{value}<BR/><FONT POINT-SIZE="9" COLOR="{MUTED}">{shape} </FONT>'
        f'<BR/><FONT POINT-SIZE="9" COLOR="{GRADIENT}">{grad}</FONT>>'
    )
    named = step.name if leaf else step.op
    box.node(
        f"step{step.id}",
        label,
        fillcolor=(PARAMETER if step.name else INPUT) if leaf else GATE,
        tooltip=f"{named}: shape {shape}, gradient norm {step.grad_norm:.6g}",
    )


def draw_wire(drawing, source, wire, largest):
    """A wire from the source's box, as wide as its gradient is large."""
    norm = source.grad_norm
    width = 1.0
    if largest > 0 and 0 < norm < math.inf:
        width = max(0.5, 3.5 + 0.8 * math.log10(norm / largest))
    drawing.edge(
        f"step{wire.source}",
        f"step{wire.target}",
        penwidth=f"{width:.2f}",
        tooltip=f"gradient norm {norm:.6g} flows back here",
    )
