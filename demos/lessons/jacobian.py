"""Vectors, the second half of the circuit demo: the local slope is a Jacobian, which backward never forms."""

import time
from pathlib import Path
from typing import NamedTuple

import autograd
from autograd import Tensor, functional
from demos import report
from demos.plots import circuit as plots


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
    print("\ny = max(0, x), number by number: downstream = upstream^T Jacobian\n")
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


def vectors(folder: Path) -> None:
    """The lecture's four numbers; a layer's Jacobian, formed, drawn and done without; what it would take in memory."""
    print_worked()
    layer = make_layer(inputs=10, outputs=12, batch=5)
    plots.jacobian(Layer(*[part.numpy() for part in layer]), folder / "jacobian.png")
    formed = layer.upstream @ layer.jacobian
    error = (formed - layer.downstream).abs().max().item()
    print("\ny = max(0, W x), with 10 inputs and 12 outputs: 12 backwards form the Jacobian, a row each;")
    print(f"upstream^T Jacobian and what one backward finds without it differ by at most {error:.0e}\n")
    print_sizes(features=4096, batch=100)
    print()
