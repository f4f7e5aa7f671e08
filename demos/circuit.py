"""The lecture's worked examples: values run forward through a circuit, gradients run back.

Every gate multiplies the gradient that arrives from above (upstream) by its own slope (local) and hands the product
down to each input (downstream). A wire that feeds several gates adds up what comes back:

    f = (x + y) * z  with x = -2, y = 5, z = -4

    gate          wire   value   upstream x  local = downstream
    f = q * z     q       3.00       1.00 x  -4.00 =      -4.00
                  z      -4.00       1.00 x   3.00 =       3.00
    q = x + y     x      -2.00      -4.00 x   1.00 =      -4.00
                  y       5.00      -4.00 x   1.00 =      -4.00

With vectors the local slope is a Jacobian, and downstream = upstream^T Jacobian. Backward never forms it: that of
max(0, z) has nothing but ones and zeros on its diagonal, so a mask of the upstream gradient does all its work.
"""

import time
from collections.abc import Callable
from inspect import signature
from typing import NamedTuple

import autograd
from autograd import Tensor, functional
from demos import files, report
from demos.plots import circuit as plots

LECTURE = "Lecture 4"


class Gate(NamedTuple):
    """One step of a circuit; its function takes the wires by their names."""

    out: str
    formula: str
    function: Callable[..., Tensor]

    @property
    def wires(self) -> list[str]:
        return list(signature(self.function).parameters)


class Circuit(NamedTuple):
    title: str
    inputs: dict[str, float]
    gates: list[Gate]


PRODUCT = Circuit(
    "f = (x + y) * z",
    {"x": -2.0, "y": 5.0, "z": -4.0},
    [
        Gate("q", "x + y", lambda x, y: x + y),
        Gate("f", "q * z", lambda q, z: q * z),
    ],
)
GATES = Circuit(
    "f = x * (x*y + max(z, w)), with every gate of the lecture: add, mul, max, and x copied",
    {"x": 3.0, "y": -4.0, "z": 2.0, "w": -1.0},
    [
        Gate("p", "x * y", lambda x, y: x * y),
        Gate("m", "max(z,w)", lambda z, w: autograd.maximum(z, w)),
        Gate("s", "p + m", lambda p, m: p + m),
        Gate("f", "x * s", lambda x, s: x * s),
    ],
)
NEURON = Circuit(
    "f = 1 / (1 + exp(-(w0*x0 + w1*x1 + w2))), a neuron with two inputs and a sigmoid",
    {"w0": 2.0, "x0": -1.0, "w1": -3.0, "x1": -2.0, "w2": -3.0},
    [
        Gate("a", "w0 * x0", lambda w0, x0: w0 * x0),
        Gate("b", "w1 * x1", lambda w1, x1: w1 * x1),
        Gate("c", "a + b", lambda a, b: a + b),
        Gate("s", "c + w2", lambda c, w2: c + w2),
        Gate("n", "-s", lambda s: -s),
        Gate("e", "exp(n)", lambda n: n.exp()),
        Gate("d", "1 + e", lambda e: 1 + e),
        Gate("f", "1 / d", lambda d: 1 / d),
    ],
)


def forward(circuit: Circuit) -> dict[str, Tensor]:
    """The value of every wire; each will keep its gradient."""
    values = {name: autograd.tensor(value, requires_grad=True) for name, value in circuit.inputs.items()}
    for gate in circuit.gates:
        values[gate.out] = gate.function(*[values[wire] for wire in gate.wires])
        values[gate.out].retain_grad()
    return values


def table(circuit: Circuit, values: dict[str, Tensor]) -> list[str]:
    """The chain rule at every gate, last gate first, and the sums where a wire was copied, as lines to print."""
    lines = [f"{'gate':12}  {'wire':4} {'value':>7}   {'upstream':>8} x {'local':>6} = {'downstream':>10}"]
    arrived: dict[str, list[float]] = {}
    for gate in reversed(circuit.gates):
        left, upstream = f"{gate.out} = {gate.formula}", values[gate.out].grad.item()
        for wire, local in slopes(gate, values).items():
            product = f"{upstream:8.2f} x {local:6.2f} = {upstream * local:10.2f}"
            lines.append(f"{left:12}  {wire:4} {values[wire].item():7.2f}   {product}")
            arrived.setdefault(wire, []).append(upstream * local)
            left = ""
    for wire, shares in arrived.items():
        if len(shares) > 1:
            total = " + ".join(f"{share:.2f}" for share in shares)
            lines.append(
                f"{'copy ' + wire:12}  {wire:4} {values[wire].item():7.2f}   {total:>17} = {sum(shares):10.2f}"
            )
    return lines


def slopes(gate: Gate, values: dict[str, Tensor]) -> dict[str, float]:
    """How fast the gate's output follows each of its wires: the gate on its own, differentiated."""
    alone = [values[wire].detach().requires_grad_() for wire in gate.wires]
    return dict(zip(gate.wires, [g.item() for g in autograd.grad(gate.function(*alone), alone)], strict=True))


def print_sigmoid(s: Tensor) -> None:
    """Show that the last four gates of the neuron make one: the sigmoid, whose slope is (1 - f) * f."""
    s = s.detach().requires_grad_()
    f = s.sigmoid()
    f.backward()
    print(f"-, exp, 1 + and 1 / as one gate: f = sigmoid(s) = {f.item():.2f}, slope (1 - f) * f = {s.grad.item():.2f}")


class Layer(NamedTuple):
    """y = max(0, W x): its Jacobian, and what backward does instead."""

    W: Tensor  # (M, D)
    mask: Tensor  # (M,): where W x > 0
    jacobian: Tensor  # (M, D): dy/dx, a row for each output (the lecture writes its transpose)
    upstream: Tensor  # (M,): dL/dy
    downstream: Tensor  # (D,): dL/dx, as backward finds it
    minibatch: Tensor  # (N M, N D): the Jacobian of N such outputs along all N inputs


def make_layer(inputs: int, outputs: int, batch: int) -> Layer:
    """Draw W, inputs and upstream at random."""
    W, X, upstream = autograd.randn(outputs, inputs), autograd.randn(batch, inputs), autograd.randn(outputs)
    x = X[0].clone().requires_grad_()
    (W @ x).relu().backward(upstream)
    jacobian = functional.jacobian(lambda x: (W @ x).relu(), X[0])
    minibatch = functional.jacobian(lambda X: (X @ W.T).relu(), X).reshape(batch * outputs, batch * inputs)
    return Layer(W, W @ X[0] > 0, jacobian, upstream, x.grad, minibatch)


def print_worked() -> None:
    """The lecture's four numbers through max(0, x): each depends on itself only."""
    x, upstream = autograd.tensor([1.0, -2.0, 3.0, -1.0]), autograd.tensor([4.0, -1.0, 5.0, 9.0])
    jacobian = functional.jacobian(autograd.relu, x)
    y, downstream = functional.vjp(autograd.relu, x, upstream)
    rows = [("x", x), ("y", y), ("upstream", upstream)]
    rows += [("" if i else "Jacobian", row) for i, row in enumerate(jacobian)]
    print("y = max(0, x), number by number: downstream = upstream^T Jacobian\n")
    for name, row in [*rows, ("downstream", downstream)]:
        print(f"{name:12}", *[f"{number:5.0f}" for number in row.tolist()])


def print_sizes(features: int, batch: int) -> None:
    """What the Jacobian of max(0, z) would take at the lecture's size, beside what backward needs."""
    z = autograd.randn(batch, features, requires_grad=True)
    upstream, mask = autograd.randn(batch, features), z > 0
    y = z.relu()
    start = time.perf_counter()
    y.backward(upstream)
    seconds = time.perf_counter() - start
    rows = [
        (name, f"{side:,} x {other:,}", f"{side * other:,}", f"{side * other * size / 1e6:,.1f} MB")
        for name, side, other, size in [
            ("Jacobian, one vector", features, features, 4),
            (f"Jacobian, minibatch of {batch}", batch * features, batch * features, 4),
            (f"mask, minibatch of {batch}", batch, features, mask.element_size()),
        ]
    ]
    print(f"y = max(0, z) with {features} numbers a vector, as in the lecture:\n")
    print(report.table(["", "shape", "entries", "memory"], rows))
    print(f"\none entry in {batch * features:,} of that Jacobian can be other than 0, so backward works with the mask:")
    same = z.grad.equal(mask * upstream)
    print(f"it took {seconds * 1e3:.1f} ms, and downstream = mask * upstream: {same}")


def main(out: str = "runs/circuit", seed: int = 0, quick: bool = False) -> None:
    """Run the circuits forward and back, print the chain rule at every gate, and draw them; then do it with vectors.

    Parameters
    ----------
    out : the folder for the drawings
    seed : for the layer's weights and inputs
    quick : draw the circuits as svg only
    """
    folder, endings = files.folder(out), ("svg",) if quick else ("svg", "png")
    for name, circuit in {"product": PRODUCT, "gates": GATES, "neuron": NEURON}.items():
        with autograd.inspect() as record:
            values = forward(circuit)
            values["f"].backward()
        given = ", ".join(f"{wire} = {value:g}" for wire, value in circuit.inputs.items())
        print(f"{circuit.title}\nwith {given}\n", *table(circuit, values), "", sep="\n")
        drawing = autograd.draw(record, params={wire: values[wire] for wire in circuit.inputs})
        for ending in endings:
            drawing.save(folder / f"{name}.{ending}")
    print_sigmoid(values["s"])
    print()
    print_worked()

    autograd.manual_seed(seed)
    layer = make_layer(inputs=10, outputs=12, batch=5)
    plots.jacobian(Layer(*[part.numpy() for part in layer]), folder / "jacobian.png")
    formed = layer.upstream @ layer.jacobian
    error = (formed - layer.downstream).abs().max().item()
    print("\ny = max(0, W x), with 10 inputs and 12 outputs: 12 backwards form the Jacobian, a row each;")
    print(f"upstream^T Jacobian and what one backward finds without it differ by at most {error:.0e}\n")
    print_sizes(features=4096, batch=100)
    print()
    report.print_files(folder, sorted(path.name for path in folder.iterdir()))
