"""What is known of a graph, in plain records: every step, its value, its gradient, and who sent which part of it."""

from dataclasses import dataclass, field
from math import isfinite
from typing import Any

Path = tuple[str, ...]  # a module's place: ("model", "layers", "0"); a second call of it ends in "0#2"


@dataclass(frozen=True)
class Summary:
    """What is told of an array: its moments and a histogram over its finite elements, and the elements if few."""

    size: int
    norm: float  # the Euclidean length
    mean: float
    std: float
    minimum: float
    maximum: float
    zeros: int  # how many elements are exactly 0
    nan: int
    inf: int
    histogram: tuple[int, ...] = ()  # counts in bins of equal width from minimum to maximum; () where all are equal
    numbers: list | float | None = None  # the elements themselves, nested as the array is, of a small one

    @property
    def finite(self) -> bool:
        """Whether no element is nan or infinite."""
        return not (self.nan or self.inf)

    @property
    def number(self) -> float | None:
        """The value of a single number; None for a tensor with dimensions."""
        return self.numbers if isinstance(self.numbers, float) else None


@dataclass(frozen=True)
class Contribution:
    """One term of a gradient's sum: who sent it back, from which of its inputs, and how the sum has grown."""

    sender: int  # the step that used the value
    slot: int  # as which of its inputs
    norm: float
    total: float  # the norm of the sum so far, this term included
    finite: bool = True
    numbers: list | float | None = None  # the term itself, of a small one
    local: float | None = None  # between single numbers: d(sender)/d(this), so that upstream x local = downstream

    @property
    def number(self) -> float | None:
        """The term, if it is a single number."""
        return self.numbers if isinstance(self.numbers, float) else None


@dataclass(frozen=True)
class Line:
    """Where in the user's program an operation was called."""

    file: str
    number: int
    text: str = ""

    def __str__(self) -> str:
        return f"{self.file.replace(chr(92), '/').rpartition('/')[2]}:{self.number}"


@dataclass
class Step:
    """A leaf, a constant, or an operation with its result. What is None was not kept."""

    id: int  # its index in `Graph.steps`
    kind: str  # "operation", "parameter" (a leaf that `params` names), "leaf" or "constant"
    op: str = ""
    name: str = ""  # "weight", "x"; of a parameter with several names all of them
    shape: tuple[int, ...] | None = None
    dtype: str = ""
    module: Path = ()
    inputs: tuple[int | None, ...] = ()  # by slot; None where a constant was not kept
    order: int | None = None  # its turn in the backward; None where no gradient arrived
    line: Line | None = None
    value: Summary | None = None
    grad: Summary | None = None
    contributions: list[Contribution] = field(default_factory=list)  # in order of arrival
    rule: str = ""  # its backward: "dL/dx = g * y"
    settings: dict[str, Any] = field(default_factory=dict)  # what else its rules read: exponent, dim
    slots: tuple[str, ...] = ()  # what the op calls its inputs: "input", "weight"; '' where that is not known
    hooked: bool = False  # a hook put `grad` in the place of the contributions' sum

    @property
    def label(self) -> str:
        """What it is called where its module is known: an operation, or a name without the module's."""
        if self.kind == "operation":
            return self.op
        owner, _, last = self.name.rpartition(".")
        around = ".".join(part.partition("#")[0] for part in self.module)
        inside = "," not in self.name and bool(owner) and f".{around}".endswith(f".{owner}")
        return (last if inside else self.name) or self.kind

    @property
    def wants_grad(self) -> bool:
        """Whether a gradient flows back to here."""
        return self.kind != "constant"

    @property
    def grad_norm(self) -> float | None:
        """The length of the gradient; nan where an element of it is not finite, None where there is none."""
        if self.grad is None:
            return None
        return self.grad.norm if self.grad.finite else float("nan")


@dataclass(frozen=True)
class Module:
    """One call of a module."""

    path: Path
    kind: str  # its class
    description: str = ""  # its settings: "in_features=4, out_features=2"

    @property
    def name(self) -> str:
        """The last part of its path."""
        return self.path[-1]

    @property
    def parent(self) -> Path:
        """The path of the call around it; () outside all modules."""
        return self.path[:-1]


@dataclass(frozen=True)
class Finding:
    """Something that a person should look at."""

    kind: str  # "nan", "inf", "dead", "vanishing", "exploding", "unreached" or "broadcast"
    title: str  # "NaN starts here"
    text: str  # what was seen, and what it means
    where: str  # the module and source line of the first step
    steps: tuple[int, ...]  # none, if it is of parameters outside the graph


@dataclass
class Graph:
    """The steps behind an output: inputs before users, a leaf just before its first use, the output last."""

    steps: list[Step]
    modules: dict[Path, Module] = field(default_factory=dict)  # in order of their calls, each after its parent
    title: str = ""
    note: str = ""  # why gradients or values are missing, if they are
    findings: list[Finding] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)  # the parameters, by name, that no step uses

    @property
    def output(self) -> Step:
        """What was computed, usually the loss."""
        return self.steps[-1]

    @property
    def backward_order(self) -> list[Step]:
        """The steps in the order in which the backward took them up, the output first."""
        return sorted((step for step in self.steps if step.order is not None), key=lambda step: step.order or 0)

    @property
    def scalar(self) -> bool:
        """Whether every value is a single number, as in the lecture's circuits."""
        return all(step.shape == () for step in self.steps)

    def uses(self) -> list[list[tuple[int, int]]]:
        """For each step, the (step, slot) pairs that use it."""
        result: list[list[tuple[int, int]]] = [[] for _ in self.steps]
        for step in self.steps:
            for slot, source in enumerate(step.inputs):
                if source is not None:
                    result[source].append((step.id, slot))
        return result

    def sent(self) -> dict[tuple[int, int], tuple[int, Contribution]]:
        """What each step sent back through each of its inputs: (sender, slot) -> (receiver, contribution)."""
        return {(c.sender, c.slot): (step.id, c) for step in self.steps for c in step.contributions}


def text_of(value: float | None, digits: int = 3) -> str:
    """A number in a few characters: 0, 0.0123, 12.3, 1.2e-7, nan."""
    if value is None:
        return "-"
    if value == 0:
        return "0"
    if not isfinite(value):
        return str(float(value))
    if 1e-3 <= abs(value) < 1e5:
        return f"{value:.{digits}g}" if abs(value) < 1000 else f"{value:.0f}"
    mantissa, exponent = f"{value:.1e}".split("e")
    return f"{mantissa}e{int(exponent)}"


def shape_text(shape: tuple[int, ...] | None) -> str:
    """A shape as it is read: 32×100, scalar, or ? where it was not kept."""
    if shape is None:
        return "?"
    return "×".join(map(str, shape)) if shape else "scalar"
