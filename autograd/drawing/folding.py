"""What is drawn as one box: a step, a module that stays closed, or a run of steps; and the wires between the boxes."""

import math
from collections import Counter
from dataclasses import dataclass, field

from autograd.inspection.records import Graph, Path, Step
from autograd.inspection.repeats import repeats

BUDGET = 120  # boxes in a picture, if nothing else was asked for
MOST = 1000  # boxes in one module, however deep a picture was asked for
HEAD, TAIL, RUNS = 4, 8, 12  # a folded sequence shows its first steps, its last, and so many runs between
NEAR_LEAF, NEAR = 3, 12  # the longest wires in ranks; Graphviz takes minutes over a weight with distant uses


@dataclass
class Box:
    """One box of a picture."""

    id: int
    place: Path  # the open module that it stands in
    steps: list[Step]
    closed: Path = ()  # the module that it stands for
    leaves: dict[int, None] = field(default_factory=dict)  # the leaves that it uses and whose wires are not drawn

    @property
    def step(self) -> Step | None:
        """The step, if it is a single one."""
        return self.steps[0] if len(self.steps) == 1 and not self.closed else None

    @property
    def key(self) -> str:
        return f"step{self.step.id}" if self.step else f"box{self.id}"

    @property
    def operations(self) -> Counter:
        """How many operations of each kind are within, the most frequent first."""
        found = Counter(step.op for step in self.steps if step.kind == "operation")
        return Counter(dict(found.most_common()))

    @property
    def parameters(self) -> list[Step]:
        return [step for step in self.steps if step.kind == "parameter"]


@dataclass
class Wire:
    """All that flows between two boxes."""

    source: int
    target: int
    square: float | None = None  # the squared length of the gradient that flows back; None where none does
    finite: bool = True
    wants_grad: bool = False
    first: int = 0  # a step that it comes from

    @property
    def norm(self) -> float | None:
        return None if self.square is None else math.sqrt(self.square)


@dataclass
class Folded:
    """A graph as boxes and wires."""

    boxes: list[Box]
    wires: list[Wire]
    ghosts: list[Wire]  # wires too long to draw: the source is named beside the target instead
    depth: int | None  # below which modules are closed; None where all are open
    runs: bool  # whether steps were folded into runs


def fold(graph: Graph, depth: int | None = None) -> Folded:
    """The boxes of a picture: modules deeper than `depth` are closed; without it, as many are open as are legible."""
    shown = [step for step in graph.steps if not written_inside(graph, step)]
    deepest = max((len(step.module) for step in shown), default=0)
    limit = MOST
    if depth is None:
        limit = BUDGET
        fitting = (d for d in range(deepest, 0, -1) if len({unit(step, d) for step in shown}) <= BUDGET)
        depth = next(fitting, 0)
    boxes = group(graph, shown, depth, limit)
    of = {step.id: box.id for box in boxes for step in box.steps}
    wires = wires_between(graph, of)
    wires, ghosts = cut(boxes, wires)
    folded = any(not box.closed and len(box.steps) > 1 for box in boxes)
    return Folded(boxes, wires, ghosts, depth if depth < deepest else None, folded)


def written_inside(graph: Graph, step: Step) -> bool:
    """Whether a step is a nameless number, which is written into the box that uses it."""
    nameless = step.kind == "constant" and not step.name and step.id != len(graph.steps) - 1
    return nameless and step.value is not None and step.value.number is not None


def unit(step, depth):
    """What a step is drawn as: itself, or the module around it that stays closed."""
    return step.id if len(step.module) <= depth else step.module[: depth + 1]


def group(graph, shown, depth, limit) -> list[Box]:
    """The boxes, in the order of their first steps."""
    places: dict[Path, dict] = {}  # an open module -> its units, each with its steps
    for step in shown:
        place = step.module[:depth]
        places.setdefault(place, {}).setdefault(unit(step, depth), []).append(step)
    users = graph.uses()
    found = []
    for place, units in places.items():
        parts = [(steps, key if isinstance(key, tuple) else ()) for key, steps in units.items()]
        if len(parts) > limit:
            parts = into_runs(parts, users)
        found += [Box(0, place, steps, closed) for steps, closed in parts]
    found.sort(key=lambda box: box.steps[0].id)
    for i, box in enumerate(found):
        box.id = i
    return found


def into_runs(parts, users):
    """A long sequence of units as its beginning, runs of equal length, and its end. Hubs stay by themselves."""
    hubs = [part for part in parts if len(part[0]) == 1 and not part[0][0].inputs and len(users[part[0][0].id]) > 3]
    line = [part for part in parts if part not in hubs] if len(hubs) < HEAD * RUNS else parts
    hubs = hubs if len(hubs) < HEAD * RUNS else []
    start, period, _ = max(repeats([signature(part) for part in line]), key=lambda found: found[1] * found[2])
    head = start + period if start + period <= 3 * RUNS else HEAD
    middle = line[head:-TAIL]
    length = -(-len(middle) // RUNS)
    length = -(-length // period) * period
    runs = [middle[i : i + length] for i in range(0, len(middle), length)]
    joined = [([step for steps, _ in run for step in steps], ()) for run in runs]
    return hubs + line[:head] + joined + line[-TAIL:]


def signature(part):
    """What makes two units alike."""
    steps, closed = part
    return tuple((step.kind, step.op, step.shape) for step in steps[:50]), len(steps), bool(closed)


def wires_between(graph, of) -> list[Wire]:
    """The wires from box to box."""
    sent = graph.sent()
    wires: dict[tuple[int, int], Wire] = {}
    for step in graph.steps:
        for slot, source in enumerate(step.inputs):
            if source not in of or step.id not in of or of[source] == of[step.id]:
                continue
            ends = of[source], of[step.id]
            wire = wires.setdefault(ends, Wire(*ends, first=source))
            wire.wants_grad |= graph.steps[source].wants_grad
            _, term = sent.get((step.id, slot), (0, None))
            if term is not None:
                wire.square = (wire.square or 0.0) + term.norm**2
                wire.finite &= term.finite
    return list(wires.values())


def cut(boxes, wires):
    """Part the wires into those to draw and those too long to; those from leaves into runs are noted in the runs."""
    ranks = ranks_of(boxes, wires)
    kept, ghosts = [], []
    for wire in wires:
        source, target = boxes[wire.source], boxes[wire.target]
        leaf = source.step is not None and not source.step.inputs
        if ranks[wire.target] - ranks[wire.source] <= (NEAR_LEAF if leaf else NEAR):
            kept.append(wire)
        elif leaf and target.step is None:
            target.leaves[source.step.id] = None
        else:
            ghosts.append(wire)
    return kept, ghosts


def ranks_of(boxes, wires) -> list[int]:
    """The length of the longest path to each box; a leaf, and what needs only leaves, stands just before its first use."""
    after: list[list[int]] = [[] for _ in boxes]
    waiting = [0] * len(boxes)
    for wire in wires:
        after[wire.source].append(wire.target)
        waiting[wire.target] += 1
    waiting_at_first = list(waiting)
    ranks = [0] * len(boxes)
    ready = [i for i, count in enumerate(waiting) if count == 0]
    for box in ready:  # (grows as it is read)
        for target in after[box]:
            ranks[target] = max(ranks[target], ranks[box] + 1)
            waiting[target] -= 1
            if not waiting[target]:
                ready.append(target)
    free = {*range(len(boxes))} - {wire.target for wire in wires if waiting_at_first[wire.source]}
    for box in reversed(ready):  # those that need only leaves come before the leaves
        if box in free:
            ranks[box] = min((ranks[target] for target in after[box]), default=ranks[box] + 1) - 1
    return ranks
