"""Where everything stands: a small layout for each distinct module, all made by one run of the layout program.

A whole network is never laid out at once. Each module is a *scene* of its own: its steps, its modules as closed cards,
and a port for each value that comes in or goes out. The page puts the scenes of opened modules into one another.
"""

import math
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import takewhile

from autograd.drawing.layout import pure_program, run
from autograd.inspection.records import Graph, Step, shape_text, text_of

CIRCUIT_STEPS = 150  # up to so many scalars are drawn as the lecture draws them
SCENE_ITEMS = 300  # a scene of more items is folded ...
RUN_ITEMS = 100  # ... into runs of so many
UNCUT_WIRES, UNCUT_USES = 80, 4  # in a scene of so few wires, from a leaf of so few uses, none is too long
SPLIT = 24  # the length in which a wire parts behind its copy point
LEAF_SPAN, STEP_SPAN = 3, 12  # over how many ranks a wire from a leaf and from another item may go

# What stands in a scene: ("step", id), ("module", scope); ("in", id) and ("out", id), the ports of a value from outside
# and of one that is used there; ("again", id, n), a value shown a second time, beside a distant use of it. In a circuit
# also ("wire", id), the piece of wire behind a gate with its two numbers, and ("use", id, slot), that in front of it.
Item = tuple
Use = tuple[int, int]  # the value of one step as an input of another: (source, user)


@dataclass
class Scope:
    """A module, a run of steps, or (the first) the whole graph."""

    name: str
    kind: str = ""
    description: str = ""
    parent: int | None = None
    items: list[Item] = field(default_factory=list)
    ports: dict[Item, None] = field(default_factory=dict)  # a dict for its order
    wires: dict[tuple[Item, Item], list[Use]] = field(default_factory=dict)
    folded: bool = False

    def wire(self, source: Item, target: Item, use: Use):
        """Let a wire between two items also carry this use."""
        uses = self.wires.setdefault((source, target), [])
        if not uses or uses[-1] != use:  # (x * x uses x twice, by one wire)
            uses.append(use)


@dataclass
class Scene:
    """The items and wires of a scope, and which layout says where they are."""

    layout: int
    items: list[Item]
    wires: list[list[Use]]  # in the layout's order


@dataclass
class Layout:
    """Places in points: of each item its centre, width and height; of each wire its ends and its Bezier points."""

    width: float
    height: float
    boxes: list[list[float]] = field(default_factory=list)
    curves: list[tuple[int, int, list[float]]] = field(default_factory=list)


def is_circuit(graph: Graph) -> bool:
    """Whether the page draws gates as circles, with the numbers on the wires."""
    return len(graph.steps) <= CIRCUIT_STEPS and graph.scalar


def scenes(graph: Graph) -> tuple[list[Scope], list[Scene], list[Layout]]:
    """The scopes of a graph, the scene in each of them, and the layouts that the scenes share."""
    scopes, place = scopes_of(graph)
    connect(graph, scopes, place)
    sources: dict[str, int] = {}
    made = []
    for scope in scopes:
        depth = depths(scope)
        if not is_circuit(graph):
            cut(graph, scope, depth)
        items = scope.items + list(scope.ports)
        index = {item: i for i, item in enumerate(items)}
        wires = sorted((index[a], index[b], uses) for (a, b), uses in scope.wires.items())
        source = dot_source(graph, scopes, items, wires, depth)
        made.append(Scene(sources.setdefault(source, len(sources)), items, [uses for _, _, uses in wires]))
    return scopes, made, lay_out(list(sources))


# The tree of scopes


def scopes_of(graph: Graph) -> tuple[list[Scope], list[int]]:
    """The scopes with their items in the order of the forward, and the scope of each step."""
    scopes, numbers = [Scope(graph.title)], {(): 0}

    def number_of(path):
        if path not in numbers:
            module, parent = graph.modules.get(path), number_of(path[:-1])
            numbers[path] = len(scopes)
            scopes.append(Scope(path[-1], module.kind if module else "", module.description if module else "", parent))
        return numbers[path]

    place = [number_of(step.module) for step in graph.steps]
    entered = {0}
    for step in graph.steps:
        scope = place[step.id]
        scopes[scope].items.append(("step", step.id))
        while scope not in entered:
            entered.add(scope)
            scopes[scopes[scope].parent].items.append(("module", scope))
            scope = scopes[scope].parent
    for scope in range(len(scopes)):
        fold(graph, scopes, scope, place)
    return scopes, place


def fold(graph: Graph, scopes: list[Scope], scope: int, place: list[int]):
    """Put the items of an overfull scope into runs, as often as it takes; a leaf of several runs stays outside."""
    shared: set[Item] = set()
    while len(items := scopes[scope].items) > SCENE_ITEMS:
        if not shared:
            shared = shared_leaves(graph, items)
        members = [item for item in items if item not in shared]
        scopes[scope].items = [item for item in items if item in shared]
        scopes[scope].folded = True
        for first in range(0, len(members), RUN_ITEMS):
            number = len(scopes)
            run_of = members[first : first + RUN_ITEMS]
            scopes.append(Scope(f"{first + 1:,}–{first + len(run_of):,}", "run of steps", "", scope, run_of))
            scopes[scope].items.append(("module", number))
            for kind, member in run_of:
                if kind == "step":
                    place[member] = number
                else:
                    scopes[member].parent = number


def shared_leaves(graph: Graph, items: list[Item]) -> set[Item]:
    """The leaves among some items whose uses are so far apart that no run could hold them all."""
    uses = graph.uses()
    far = {i for i, of in enumerate(uses) if of and graph.steps[i].kind != "operation" and of[-1][0] - i > RUN_ITEMS}
    shared = {item for item in items if item[0] == "step" and item[1] in far}
    return shared if len(shared) <= SCENE_ITEMS / 4 else set()


# Wires


def connect(graph: Graph, scopes: list[Scope], place: list[int]):
    """Lead each value to its uses: out of the modules around it by their ports, and into those around the user."""
    circuit = is_circuit(graph)
    chains = [tuple(chain(scopes, scope)) for scope in range(len(scopes))]
    if circuit:
        add_wire_pieces(graph, scopes, place)
    for user in graph.steps:
        for slot, number in enumerate(user.inputs):
            if number is None:
                continue
            use = (number, user.id)
            outer, inner = chains[place[number]], chains[place[user.id]]
            common = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(outer, inner, strict=False)))

            def start(scope, outer=outer, number=number):
                return item_within(scope, outer, ("wire" if circuit else "step", number))

            def end(scope, inner=inner, user=user, slot=slot):
                return item_within(scope, inner, ("use", user.id, slot) if circuit else ("step", user.id))

            shared = outer[common - 1]
            scopes[shared].wire(start(shared), end(shared), use)
            for scope in outer[common:]:
                scopes[scope].ports["out", number] = None
                scopes[scope].wire(start(scope), ("out", number), use)
            for scope in inner[common:]:
                scopes[scope].ports["in", number] = None
                scopes[scope].wire(("in", number), end(scope), use)


def chain(scopes: list[Scope], scope: int | None) -> list[int]:
    """From the whole graph down to a scope."""
    result = []
    while scope is not None:
        result.append(scope)
        scope = scopes[scope].parent
    return result[::-1]


def item_within(scope: int, path: tuple[int, ...], own: Item) -> Item:
    """What stands in a scope for something at the end of a path through it: itself, or the module that holds it."""
    depth = path.index(scope)
    return own if depth == len(path) - 1 else ("module", path[depth + 1])


def add_wire_pieces(graph: Graph, scopes: list[Scope], place: list[int]):
    """A circuit's numbers stand on pieces of wire: one behind each gate, and one in front of each of its inputs."""
    for step in graph.steps:
        scope = scopes[place[step.id]]
        scope.items.append(("wire", step.id))
        scope.wires[("step", step.id), ("wire", step.id)] = []
        for slot, source in enumerate(step.inputs):
            if source is not None:
                scope.items.append(("use", step.id, slot))
                scope.wire(("use", step.id, slot), ("step", step.id), (source, step.id))


def cut(graph: Graph, scope: Scope, depth: dict[Item, int]):
    """Replace wires over many ranks, which tangle a picture and take a layout minutes, by showing their value again."""
    rank = ranks(scope, depth)
    branches = Counter(source for source, _ in scope.wires)
    large = len(scope.wires) > UNCUT_WIRES or scope.folded
    left = Counter(branches)
    shown: dict[tuple[int, Item], Item] = {}
    for (source, target), uses in list(scope.wires.items()):
        leaf = is_leaf(graph, source)
        apart = leaf and (source[0] == "in" or branches[source] > UNCUT_USES)
        span = LEAF_SPAN if leaf else STEP_SPAN
        if target[0] == "out" or rank[target] - rank[source] <= span or not (large or apart):
            continue
        del scope.wires[source, target]
        for use in uses:
            again = shown.setdefault((use[0], target), ("again", use[0], len(shown)))
            scope.ports[again] = None
            scope.wire(again, target, use)
        left[source] -= 1
        if source[0] == "in" and not left[source]:
            del scope.ports[source]


def is_leaf(graph: Graph, item: Item) -> bool:
    """Whether an item stands for a value that no operation made."""
    return item[0] != "module" and graph.steps[item[1]].kind != "operation"


def depths(scope: Scope) -> dict[Item, int]:
    """The length of the longest way to each item."""
    after: dict[Item, list[Item]] = {}
    waiting: dict[Item, int] = {}
    for source, target in scope.wires:
        if source != target:
            after.setdefault(source, []).append(target)
            waiting[target] = waiting.get(target, 0) + 1
    depth = dict.fromkeys([item for wire in scope.wires for item in wire], 0)
    ready = [item for item in after if item not in waiting]
    for item in ready:  # (grows as it is walked; what leads back to itself keeps 0)
        for target in after.get(item, ()):
            depth[target] = max(depth[target], depth[item] + 1)
            waiting[target] -= 1
            if not waiting[target]:
                ready.append(target)
    return depth


def ranks(scope: Scope, depth: dict[Item, int]) -> dict[Item, int]:
    """How far down each item comes to stand: after all that lead to it, and just above its first use."""
    rank = dict(depth)
    after: dict[Item, list[Item]] = {}
    for source, target in scope.wires:
        after.setdefault(source, []).append(target)
    for item in sorted(after, key=lambda item: -depth[item]):
        if item[0] != "in":
            rank[item] = max(rank[item], min(rank[target] for target in after[item]) - 1)
    return rank


# Layout


def dot_source(graph: Graph, scopes: list[Scope], items: list[Item], wires, depth: dict[Item, int]) -> str:
    """A scene in the layout program's language: boxes of known size, no text. Equal scenes have equal sources."""
    lines = []
    for i, item in enumerate(items):
        width, height = size(graph, scopes, item)
        round_ = "shape=circle," if is_gate(graph, item) else ""
        lines.append(f"{i}[{round_}width={width / 72:.4f},height={height / 72:.4f}];")
    for kind, end in (("in", "min"), ("out", "max")):
        members = [str(i) for i, item in enumerate(items) if item[0] == kind]
        if members:
            lines.append(f"{{rank={end};{';'.join(members)}}}")
    branches = Counter(a for a, _, _ in wires)
    for a, b, _ in wires:
        if is_circuit(graph):
            lines.append(f"{a}->{b}{circuit_wire(graph, items[a], items[b], branches[a] == 1)};")
        else:
            lines.append(f"{a}->{b}{'[weight=8]' if is_main(graph, items[a], items[b], depth) else ''};")
    circuit = is_circuit(graph)
    space = "rankdir=LR,nodesep=.16,ranksep=.22" if circuit else "nodesep=.26,ranksep=.28"
    head = f'digraph{{graph[{space},pad=0];node[shape=box,fixedsize=true,label=""];edge[dir=none];'
    return head + "".join(lines) + "}"


def is_gate(graph: Graph, item: Item) -> bool:
    """Whether an item is a circle."""
    return item[0] == "step" and is_circuit(graph) and graph.steps[item[1]].kind == "operation"


def is_main(graph: Graph, source: Item, target: Item, depth: dict[Item, int]) -> bool:
    """Whether a wire belongs to a longest way through its scene, which is drawn straight."""
    on_the_way = source in depth and depth[target] == depth[source] + 1
    return on_the_way and target[0] != "out" and (source[0] == "in" or not is_leaf(graph, source))


def circuit_wire(graph: Graph, source: Item, target: Item, only: bool) -> str:
    """How a circuit's wire runs: from the middle of a side to that of another, and straight if it is the only one."""
    ports = ([] if is_gate(graph, source) else ["tailport=e"]) + ([] if is_gate(graph, target) else ["headport=w"])
    weight = 50 if target[0] == "wire" else 20 if only and source[0] == "wire" else 1
    return f"[{','.join([*ports, f'weight={weight}'])}]"


def size(graph: Graph, scopes: list[Scope], item: Item) -> tuple[int, int]:
    """An item's width and height, from the number of its characters: browsers differ in their fonts."""
    kind, number = item[:2]
    if kind == "module":
        scope = scopes[number]
        return rounded(max(232, 8.4 * len(scope.name) + 6.8 * len(scope.kind) + 64)), 56
    if kind in ("in", "out"):
        return 6, 6
    step = graph.steps[number]
    if kind == "again":
        return rounded(7.2 * len(shortened(step.label)) + 40), 24
    if is_circuit(graph):
        return circuit_size(graph, item, step)
    shape = shape_text(step.shape)
    if step.kind == "constant":
        return rounded(7.6 * len(shortened(step.label)) + 6.4 * len(shape) + 36), 26
    title = 8.6 * len(shortened(step.label))
    name = 7.4 * len(shortened(step.name)) + 8 if step.kind == "operation" and step.name else 0
    return rounded(max(136, title + name + 6.4 * len(shape) + 36)), 46


def circuit_size(graph: Graph, item: Item, step: Step) -> tuple[int, int]:
    """A gate, a name, or a piece of wire that is as long as its numbers."""
    if is_gate(graph, item):
        return 46, 46
    if item[0] == "step":
        return rounded((10 * len(shortened(step.label)) if step.name else 0) + 12), 30
    if item[0] == "wire":
        value, grad = (summary.number if summary else None for summary in (step.value, step.grad))
        name = 8 * len(shortened(step.name)) + 10 if step.kind == "operation" else 0
        terms = "= " + " + ".join(f"({text_of(term.number)})" for term in step.contributions)
        several = len(step.contributions) > 1  # then it ends in a copy point, and its gradient is their sum
        width = max(56, 9.2 * len(text_of(value)) + name, 9.2 * len(text_of(grad)), 6.6 * len(terms) * several)
        return rounded(width + 14 + SPLIT * several), 76 if several else 48
    source = step.inputs[item[2]]
    for term in graph.steps[source].contributions if source is not None else ():
        if (term.sender, term.slot) == (step.id, item[2]):
            upstream = step.grad.number if step.grad else None
            above, below = f"{text_of(upstream)} × {text_of(term.local)}", f"= {text_of(term.number)}"
            return rounded(6.8 * max(len(above), len(below)) + 14), 44
    return 32, 44


def shortened(text: str, limit: int = 22) -> str:
    """A long name without its middle."""
    return text if len(text) <= limit else text[: limit - 9] + "…" + text[-8:]


def rounded(width: float) -> int:
    """The next multiple of 8, so that blocks that differ by a digit share their layout."""
    return math.ceil(width / 8) * 8


def lay_out(sources: list[str]) -> list[Layout]:
    """The layout of each source. The pure program comes first, as its layouts are the same everywhere."""
    program = pure_program() or shutil.which("dot")
    if program is None:
        raise RuntimeError(
            "draw: neither the graphviz-pure wheel nor Graphviz's `dot` is there to lay the page out: "
            "pip install graphviz-pure, or install Graphviz"
        )
    text = run([program, "-Kdot", "-Tplain"], "\n".join(sources)).decode()
    layouts = list(parsed(text))
    if len(layouts) != len(sources):
        raise RuntimeError(f"draw: {program} laid out {len(layouts)} of {len(sources)} modules")
    return layouts


def parsed(text: str) -> Iterator[Layout]:
    """The layouts in the program's plain output, where lengths are in inches and y grows upwards."""
    for line in text.splitlines():
        word, *rest = line.split()
        if word == "graph":
            height = float(rest[2])
            layout, boxes = Layout(points(rest[1]), points(height)), {}
        elif word == "node":
            x, y, *extent = rest[1:5]
            boxes[int(rest[0])] = [points(x), points(height - float(y)), *map(points, extent)]
        elif word == "edge":
            places = rest[3 : 3 + 2 * int(rest[2])]
            curve = [points(height - float(v)) if i % 2 else points(v) for i, v in enumerate(places)]
            layout.curves.append((int(rest[0]), int(rest[1]), curve))
        elif word == "stop":
            layout.boxes = [boxes[i] for i in range(len(boxes))]
            layout.curves.sort()
            yield layout


def points(inches: str | float) -> float:
    """Inches as points, to a tenth."""
    return round(float(inches) * 72, 1)
