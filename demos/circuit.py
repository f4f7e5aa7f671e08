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
max(0, z) has nothing but ones and zeros on its diagonal, so a mask of the upstream gradient does all its work
(demos/lessons/jacobian.py).
"""

from collections.abc import Callable
from inspect import signature
from typing import NamedTuple

import autograd
from autograd import Tensor
from demos import files, report, require
from demos.lessons.jacobian import vectors

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
NOTES = Circuit(
    "f = 2 * (x*y + max(z, w)), the notes' example: add hands on, mul swaps, max chooses",
    {"x": 3.0, "y": -4.0, "z": 2.0, "w": -1.0},
    [
        Gate("p", "x * y", lambda x, y: x * y),
        Gate("m", "max(z,w)", lambda z, w: autograd.maximum(z, w)),
        Gate("s", "p + m", lambda p, m: p + m),
        Gate("f", "2 * s", lambda s: 2 * s),
    ],
)
GATES = Circuit(
    "f = x * (x*y + max(z, w)): add, multiply, max, and x copied, whose two gradients add up",
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
CIRCUITS = {"product": PRODUCT, "notes": NOTES, "gates": GATES, "neuron": NEURON}


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


def main(out: str = "runs/circuit", seed: int = 0, quick: bool = False) -> None:
    """Run the circuits forward and back, print the chain rule at every gate, and draw them; then do it with vectors.

    Parameters
    ----------
    seed : of the layer's weights and inputs
    quick : draw the circuits as svg only
    """
    require(0, seed=seed)
    folder, endings = files.folder(out), ("svg",) if quick else ("svg", "png")
    for name, circuit in CIRCUITS.items():
        with autograd.inspect() as record:
            values = forward(circuit)
            values["f"].backward()
        given = ", ".join(f"{wire} = {value:g}" for wire, value in circuit.inputs.items())
        print(f"{circuit.title}\nwith {given}\n", *table(circuit, values), "", sep="\n")
        drawing = autograd.draw(record, params={wire: values[wire] for wire in circuit.inputs})
        for ending in endings:
            drawing.save(folder / f"{name}.{ending}")
    print_sigmoid(values["s"])
    autograd.manual_seed(seed)
    vectors(folder)
    report.print_files(folder, sorted(path.name for path in folder.iterdir()))
