"""What a person should look at in a graph; each finding is a pure function of the records."""

from math import inf

from autograd.inspection.records import Finding, Graph, Step, shape_text, text_of
from autograd.inspection.text import plural

MOSTLY = 0.9  # a ReLU with more zeros than this is called dead
TINY, HUGE = 1e-5, 1e3  # the length of a parameter's gradient over that of the parameter
GATES = ("relu", "threshold", "clamp", "hardtanh", "relu6")
LOSSES = ("sub", "mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss")


def findings_of(graph: Graph) -> list[Finding]:
    """All findings, the gravest first."""
    return [
        finding
        for look in (not_finite_values, not_finite_gradients, dead, exploding, vanishing, unreached, broadcast)
        for finding in look(graph)
    ]


def where(step: Step) -> str:
    """The module and the source line of a step, as far as they are known."""
    name = step.name if step.kind == "parameter" else ""
    parts = [".".join(step.module), name, str(step.line) if step.line else ""]
    return " · ".join(part for part in parts if part)


def finite(summary) -> bool:
    """Whether an array, as far as it is known, holds neither NaN nor Inf."""
    return summary is None or summary.finite


def word(summary) -> str:
    """What an array that is not finite holds."""
    return "NaN" if summary.nan else "Inf"


def not_finite_values(graph):
    """Operations whose inputs are finite and whose result is not: here the NaN or Inf of a forward is born."""
    for step in graph.steps:
        sources = [graph.steps[i] for i in step.inputs if i is not None]
        if finite(step.value) or not all(finite(s.value) for s in sources):
            continue
        name = word(step.value)
        kind = "its own value is" if step.kind != "operation" else "all its known inputs are finite, its result is"
        count = step.value.nan + step.value.inf
        text = f"{step.label}: {kind} not, in {count:,} of {step.value.size:,} elements"
        yield Finding(name.lower(), f"{name} starts here", text, where(step), (step.id,))


def not_finite_gradients(graph):
    """Operations that receive a finite gradient and send one that is not: here it is born on the way back."""
    sent = graph.sent()
    for step in graph.steps:
        if step.grad is None or not step.grad.finite:
            continue
        bad = [
            receiver
            for slot in range(len(step.inputs))
            for receiver, term in [sent.get((step.id, slot), (0, None))]
            if term is not None and not term.finite
        ]
        if bad:
            name = word(graph.steps[bad[0]].grad) if not finite(graph.steps[bad[0]].grad) else "NaN"
            lost = sum(not finite(other.grad) for other in graph.steps)
            gone = "the gradient of 1 step is" if lost == 1 else f"the gradients of {lost:,} steps are"
            text = f"{step.label} receives a finite gradient and sends {name}; {gone} lost"
            yield Finding(name.lower(), f"{name} gradient starts here", text, where(step), (step.id,))


def dead(graph):
    """Activations that let almost nothing through."""
    for step in graph.steps:
        if step.op in GATES and step.value is not None and step.value.size > 1:
            share = step.value.zeros / step.value.size
            if share > MOSTLY:
                text = f"{share:.0%} of its {step.value.size:,} outputs are 0, and no gradient flows back through those"
                yield Finding("dead", "Dead ReLU", text, where(step), (step.id,))


def ratio(step) -> float | None:
    """The length of a parameter's gradient over that of the parameter."""
    if step.kind != "parameter" or step.grad is None or step.value is None or not step.grad.finite:
        return None
    if step.value.norm == 0 or not step.value.finite:
        return None
    return step.grad.norm / step.value.norm


def of_parameters(graph, kind, title, low, high, means):
    """One finding for all parameters whose ratio lies between two bounds."""
    found = [(r, step) for step in graph.steps if (r := ratio(step)) is not None and low <= r < high]
    if found:
        r, step = min(found, key=lambda pair: pair[0]) if high <= 1 else max(found, key=lambda pair: pair[0])
        many = plural(len(found), "parameter")
        text = f"{many}: the gradient's length over the parameter's is {means}, at {step.name} {text_of(r)}"
        yield Finding(kind, title, text, where(step), tuple(s.id for _, s in found))


def exploding(graph):
    """Parameters whose gradient is very long beside them."""
    return of_parameters(graph, "exploding", "Exploding gradient", HUGE, inf, f"over {HUGE:,.0f}")


def vanishing(graph):
    """Parameters whose gradient is very short beside them. (In a circuit of numbers a gate may well block one.)"""
    return () if graph.scalar else of_parameters(graph, "vanishing", "Vanishing gradient", 0.0, TINY, "below 1e-5")


def unreached(graph):
    """Parameters to which no gradient came, though the backward ran."""
    if graph.note or not any(step.grad for step in graph.steps):
        return
    found = [step for step in graph.steps if step.kind == "parameter" and step.grad is None]
    names = [step.name for step in found] + graph.absent
    if names:
        shown = ", ".join(names[:3]) + (f" and {len(names) - 3:,} more" if len(names) > 3 else "")
        text = f"the backward never came to {shown}: nothing to learn from; is a branch unused, or detached?"
        place = where(found[0]) if found else ""
        yield Finding("unreached", "No gradient", text, place, tuple(step.id for step in found))


def broadcast(graph):
    """Losses that compare (N, 1) with (N,): broadcasting makes that (N, N), which is hardly meant."""
    for step in graph.steps:
        if step.op not in LOSSES:
            continue
        shapes = [graph.steps[i].shape for i in step.inputs if i is not None]
        if len(shapes) < 2 or None in shapes[:2]:
            continue
        wide, flat = sorted(shapes[:2], key=len, reverse=True)
        if len(wide) == 2 and len(flat) == 1 and wide == (flat[0], 1) and flat[0] > 1:
            text = (
                f"{step.op} compares {shape_text(shapes[0])} with {shape_text(shapes[1])}: that is every prediction "
                f"with every target, {flat[0]}×{flat[0]}; squeeze(1) or unsqueeze(1) one of them"
            )
            yield Finding("broadcast", "Broadcast in a loss", text, where(step), (step.id,))
