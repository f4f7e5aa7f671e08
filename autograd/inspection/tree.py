"""A graph as text: its modules and steps as a tree, each line with shape, norms and findings."""

import math
import textwrap
from collections.abc import Hashable
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush

from autograd.inspection.records import Graph, Path, Step, shape_text, text_of
from autograd.inspection.repeats import repeats
from autograd.inspection.text import aligned, norm_text, plural, printable, terminal_width

SCREEN = 60  # a tree of more lines is folded
TITLES = "", "shape", "|value|", "|grad|", ""


@dataclass
class Branch:
    """A step, a module, or several of them that are alike."""

    label: str
    kind: str  # the module's class, or the op
    steps: list[Step]
    signature: Hashable = None  # equal for branches that are built alike
    children: list["Branch"] = field(default_factory=list)
    cells: tuple[str, str, str] = ("", "", "")
    findings: dict[int, str] = field(default_factory=dict)  # place in the graph's list -> title
    name: str = ""  # a module's own


def tree(graph: Graph, width: int | None = None) -> str:
    """A graph as a tree of its modules: op or name, shape, norm of the value and of the gradient, findings.

    A module's norms are those of its parameters together. In a long graph equal neighbours share a line, and as many
    modules are open as fit two screens or so, those with findings first.
    """
    width = terminal_width() if width is None else width
    top = Planter(graph).branches((), graph.steps)
    if sum(map(lines_of, top)) > SCREEN:
        top = folded(top)
        open_branches = opened(top)
    else:
        open_branches = None
    rows = [(0, branch) for branch in reversed(top)]
    cells = [TITLES]
    while rows:
        depth, branch = rows.pop()
        is_open = bool(branch.children) and (open_branches is None or id(branch) in open_branches)
        found = [] if is_open else list(dict.fromkeys(branch.findings.values()))
        cells.append(("  " * depth + branch.label, *branch.cells, ", ".join(found)))
        if is_open:
            rows += [(depth + 1, child) for child in reversed(branch.children)]
    lines = [printable(headline(graph), width), *textwrap.wrap(graph.note, width)]
    lines += aligned(cells, (False, True, True, True, False), width, (20, 6, 7, 7, 8))
    for finding in graph.findings:
        place = f" ({finding.where})" if finding.where else ""
        words = printable(f"! {finding.title}: {finding.text}{place}", 1000)
        lines += textwrap.wrap(words, width, subsequent_indent="  " if width > 4 else "")
    return "\n".join(lines)


def headline(graph) -> str:
    """What the graph is, in a line."""
    output = graph.output
    number = output.value.number if output.value is not None else None
    name = output.name or output.label
    result = name if number is None else f"{name} = {text_of(number, 4)}"
    operations = sum(step.kind == "operation" for step in graph.steps)
    title = f"{graph.title}: " if graph.title else ""
    return f"{title}{result}, {plural(operations, 'operation')}"


class Planter:
    """Makes the branches of a graph."""

    def __init__(self, graph):
        self.graph = graph
        self.marks: dict[int, dict[int, str]] = {}
        for place, finding in enumerate(graph.findings):
            for step in finding.steps:
                self.marks.setdefault(step, {})[place] = finding.title

    def branches(self, path: Path, steps: list[Step]) -> list[Branch]:
        """The steps and modules within a module, in the order of their first steps."""
        units: dict[Hashable, list[Step]] = {}
        for step in steps:
            key = step.id if step.module == path else step.module[: len(path) + 1]
            units.setdefault(key, []).append(step)
        return [self.step(s[0]) if isinstance(key, int) else self.module(key, s) for key, s in units.items()]

    def step(self, step) -> Branch:
        """A step's line."""
        label = f"{step.name} = {step.label}" if step.kind == "operation" and step.name else step.label
        name = step.label if step.kind == "parameter" else ""
        cells = shape_text(step.shape), norm_text(step.value), norm_text(step.grad) if step.wants_grad else ""
        findings = self.marks.get(step.id, {})
        signature = (step.kind, step.op, name, step.shape, tuple(findings.values()))
        return Branch(printable(label), printable(step.label), [step], signature, [], cells, findings)

    def module(self, path, steps) -> Branch:
        """A module's line, with what is within."""
        module = self.graph.modules.get(path)
        kind = printable(module.kind, 40) if module else ""
        children = self.branches(path, steps)
        name = printable(path[-1], 40)
        label = f"{name}  {kind}".rstrip()
        if len(children) == 1 and not children[0].children:
            only = children[0]
            signature = (kind, only.signature)
            return Branch(f"{label}: {only.label}", kind, steps, signature, [], only.cells, only.findings, name)
        findings = dict(sorted(pair for child in children for pair in child.findings.items()))
        signature = (kind, tuple(child.signature for child in children))
        cells = (
            "",
            together(step.value for step in parameters(steps)),
            together(step.grad for step in parameters(steps)),
        )
        return Branch(label, kind, steps, signature, children, cells, findings, name)


def parameters(steps) -> list[Step]:
    """The parameters among some steps."""
    return [step for step in steps if step.kind == "parameter"]


def together(summaries) -> str:
    """The norm of several arrays as if they were one."""
    kept = [summary for summary in summaries if summary is not None]
    if not kept:
        return ""
    odd = next((summary for summary in kept if not summary.finite), None)
    return norm_text(odd) if odd else text_of(math.hypot(*(summary.norm for summary in kept)))


def lines_of(branch) -> int:
    """How many lines a branch takes when all is open."""
    return 1 + sum(map(lines_of, branch.children))


def folded(branches: list[Branch]) -> list[Branch]:
    """The branches with equal neighbours in one; what has a finding of its own stays by itself."""
    for branch in branches:
        branch.children = folded(branch.children)
    result = []
    for start, period, count in repeats([branch.signature for branch in branches]):
        part = branches[start : start + period * count]
        result += part if count == 1 else [folded_branch(part, period, count)]
    if len(result) > SCREEN:
        middle = result[SCREEN // 3 : -SCREEN // 3]
        result[SCREEN // 3 : -SCREEN // 3] = [folded_branch(middle, len(middle), 1)]
    return result


def folded_branch(part, period, count) -> Branch:
    """One line for `count` repetitions of `period` branches."""
    steps = [step for branch in part for step in branch.steps]
    first = part[:period]
    what = kinds_of(first)
    label = f"{count:,} x {what}" if count > 1 else f"{plural(len(steps), 'step')}: {what}"
    if all(branch.name for branch in first):
        label = f"{part[0].name} to {part[-1].name}: {label}"
    chosen = parameters(steps) or [step for step in steps if step.kind == "operation"]
    cells = first[-1].cells[0], spread([s.value for s in chosen]), spread([s.grad for s in chosen])
    findings = dict(sorted(pair for branch in part for pair in branch.findings.items()))
    return Branch(label, what, steps, None, [], cells, findings)


def kinds_of(branches) -> str:
    """What repeats: "BasicBlock", "(matmul, add, tanh)"."""
    names = [branch.kind for branch in branches if branch.name or branch.steps[0].kind == "operation"]
    names = names or [branch.kind for branch in branches]
    shown = names if len(names) <= 6 else [*names[:5], f"and {len(names) - 5} more"]
    return shown[0] if len(shown) == 1 else f"({', '.join(shown)})"


def spread(summaries) -> str:
    """The smallest and the largest norm."""
    kept = [summary for summary in summaries if summary is not None]
    if not kept or not all(summary.finite for summary in kept):
        return norm_text(next((summary for summary in kept if not summary.finite), None))
    low, high = (text_of(pick(summary.norm for summary in kept), 2) for pick in (min, max))
    return low if low == high else f"{low}..{high}"


def opened(top: list[Branch]) -> set[int]:
    """Which branches to open so that the tree has about SCREEN lines: those with findings first, then from the top."""
    lines, order, chosen = len(top), 0, set()
    waiting = []
    for branch in top:
        waiting.append((not branch.findings, 0, order, branch))
        order += 1
    heapify(waiting)
    while waiting:
        _, depth, _, branch = heappop(waiting)
        if not branch.children or lines + len(branch.children) > SCREEN:
            continue
        lines += len(branch.children)
        chosen.add(id(branch))
        for child in branch.children:
            heappush(waiting, (not child.findings, depth + 1, order, child))
            order += 1
    return chosen
