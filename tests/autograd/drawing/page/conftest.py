"""Small graphs as records, made by hand so that a test knows every number in them; and a browser."""

import shutil

import pytest

from autograd.inspection.records import Contribution, Finding, Graph, Line, Module, Step, Summary


def one(value) -> Summary:
    """The summary of a single number."""
    value = float(value)
    if value != value:
        return Summary(1, 0.0, 0.0, 0.0, 0.0, 0.0, 0, 1, 0, (), value)
    return Summary(1, abs(value), value, 0.0, value, value, int(value == 0), 0, 0, (), value)


def many(size, norm, histogram=(1, 2, 3), numbers=None, nan=0, zeros=0) -> Summary:
    """The summary of an array."""
    return Summary(size, norm, 0.0, 1.0, -2.0, 2.0, zeros, nan, 0, histogram, numbers)


@pytest.fixture
def circuit() -> Graph:
    """f = x*y + max(x, z) at x=3, y=-4, z=1: x is used twice, z is blocked."""
    line = Line("/home/someone/lecture.py", 7, "f = x * y + maximum(x, z)")
    return Graph(
        [
            leaf(
                0, "x", 3, -3, 3, [Contribution(4, 0, 1, 1, True, 1.0, 1.0), Contribution(2, 0, 4, 3, True, -4.0, -4.0)]
            ),
            leaf(1, "y", -4, 3, 5, [Contribution(2, 1, 3, 3, True, 3.0, 3.0)]),
            operation(2, "mul", (0, 1), -12, 1, 2, [Contribution(5, 0, 1, 1, True, 1.0, 1.0)], line, "swaps"),
            leaf(3, "z", 1, 0, 4, [Contribution(4, 1, 0, 0, True, 0.0, 0.0)]),
            operation(4, "maximum", (0, 3), 3, 1, 1, [Contribution(5, 1, 1, 1, True, 1.0, 1.0)], line, "routes"),
            operation(5, "add", (2, 4), -9, 1, 0, [], line, "distributes", name="f"),
        ],
        title="a circuit",
    )


def leaf(id, name, value, grad, order, contributions):
    """A leaf that is a single number."""
    return Step(id, "leaf", "", name, (), "float32", (), (), order, None, one(value), one(grad), contributions)


def operation(id, op, inputs, value, grad, order, contributions, line=None, rule="", name=""):
    """An operation on single numbers."""
    value, grad = one(value), one(grad)
    return Step(id, "operation", op, name, (), "float32", (), inputs, order, line, value, grad, contributions, rule)


@pytest.fixture
def network():
    """A function that makes a network of blocks."""
    return make_network


@pytest.fixture
def chain():
    """A function that makes a long chain."""
    return make_chain


def make_network(title="a network", name="weight", depth=3) -> Graph:
    """`depth` blocks of x = x + relu(x W), then a sum; the first block's mm sends NaN."""
    steps: list[Step] = []
    modules = {("model",): Module(("model",), "Residual", f"depth={depth}")}
    line = Line("/home/someone/train.py", 12, "loss = model(x).sum()")

    def add(kind, op="", name="", shape=(2, 2), module=(), inputs=(), value=None):
        value = value or many(4, 2.0, numbers=[[1.0, -1.0], [1.0, 1.0]])
        steps.append(Step(len(steps), kind, op, name, shape, "float32", module, inputs, None, line, value))
        return len(steps) - 1

    x = add("constant", name="x")
    for i in range(depth):
        path = ("model", str(i))
        modules[path] = Module(path, "Block")
        weight = add("parameter", name=f"{i}.{name}", module=path)
        product = add("operation", "mm", module=path, inputs=(x, weight))
        bent = add("operation", "relu", module=path, inputs=(product,))
        x = add("operation", "add", module=path, inputs=(x, bent))
    add("operation", "sum", "loss", (), (), (x,), one(5))
    send_back(steps)
    graph = Graph(steps, modules, title)
    spoiled = next(step for step in steps if step.op == "mm")
    graph.findings = [
        Finding("nan", "NaN starts here", "mm sends NaN", "model.0 · train.py:12", (spoiled.id,)),
        Finding(
            "dead",
            "Dead ReLU",
            "two of them are mostly zero",
            "model.0",
            tuple(s.id for s in steps if s.op == "relu")[:2],
        ),
    ]
    return graph


def send_back(steps):
    """Let every step send a gradient of length 1 to each of its inputs that wants one."""
    order = 0
    for step in reversed(steps):
        if step.kind == "constant":
            continue
        step.order, order = order, order + 1
        lost = step.kind == "parameter" and step.id == 1
        step.grad = one(1) if step.shape == () else many(4, 1.0, numbers=[[0.5, 0.5], [0.5, 0.5]], nan=int(lost))
        for slot, source in enumerate(step.inputs):
            total = 1.0 + len(steps[source].contributions)
            part = [[0.25, 0.25], [0.25, 0.25]]
            bad = steps[source].kind == "parameter" and source == 1
            if steps[source].kind != "constant":
                steps[source].contributions.append(Contribution(step.id, slot, 1.0, total, not bad, part))


def make_chain(length) -> Graph:
    """`length` steps in a row without modules, and a leaf that each of them uses."""
    steps = [Step(0, "leaf", "", "w", (3,), "float32"), Step(1, "leaf", "", "x", (3,), "float32")]
    for i in range(2, length + 2):
        steps.append(Step(i, "operation", "mul", "", (3,), "float32", (), (i - 1, 0)))
    return Graph(steps, {}, "a chain")


@pytest.fixture(scope="module")
def browser():
    """Chromium, driven by Playwright; closed when the module is done, for it allows no second Playwright beside it."""
    playwright = pytest.importorskip("playwright.sync_api", reason="needs `pip install playwright`")
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("needs Chromium on PATH: `apt-get install chromium`")
    with playwright.sync_playwright() as engine:
        running = engine.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield running
        running.close()
