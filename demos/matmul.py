"""The gradients of a matrix product, found by dimension analysis.

In D = W @ X, with the gradient dD coming back from above, dW has the shape of W and is a product of dD and X, as it is
when all of them are single numbers. Either may stand first, either may be transposed: eight candidates. One fits.

    dW (5, 10) from dD (5, 3) and X (10, 3)

    dD @ X        (5, 3) @ (10, 3)    rejected: 3 meets 10
    dD @ X.T      (5, 3) @ (3, 10)    is (5, 10), and equals the slopes that nudging W shows
    dD.T @ X      (3, 5) @ (10, 3)    rejected: 5 meets 10
    dD.T @ X.T    (3, 5) @ (3, 10)    rejected: 5 meets 3
    X @ dD        (10, 3) @ (5, 3)    rejected: 3 meets 5
    X @ dD.T      (10, 3) @ (3, 5)    rejected: is (10, 5)
    X.T @ dD      (3, 10) @ (5, 3)    rejected: 10 meets 5
    X.T @ dD.T    (3, 10) @ (3, 5)    rejected: 10 meets 3
"""

from collections.abc import Callable
from itertools import permutations, product
from typing import NamedTuple

import autograd
from autograd import Tensor
from demos import files, report, require
from demos.plots import matmul as plots

LECTURE = "Lecture 4"


class Candidate(NamedTuple):
    """Two matrices that might be multiplied, such as dD and X.T, and how far that gets towards the gradient."""

    formula: str
    left: tuple[int, ...]
    right: tuple[int, ...]
    verdict: str  # "no product", "another shape", "other numbers" or "the gradient"


class Search(NamedTuple):
    """The gradient of one matrix, sought among the products of two others."""

    name: str
    shapes: dict[str, tuple[int, ...]]
    candidates: list[Candidate]

    def formulas(self, *verdicts: str) -> list[str]:
        return [candidate.formula for candidate in self.candidates if candidate.verdict in verdicts]


def search(name: str, slope: Tensor, **factors: Tensor) -> Search:
    """Judge every product of the two factors, in either order, each as it is or transposed."""
    ways = [[(factor, matrix), (f"{factor}.T", matrix.T)] for factor, matrix in factors.items()]
    candidates = [
        Candidate(f"{a} @ {b}", tuple(left.shape), tuple(right.shape), judge(left, right, slope))
        for first, second in permutations(ways)
        for (a, left), (b, right) in product(first, second)
    ]
    shapes = {name: slope} | factors
    return Search(name, {each: tuple(matrix.shape) for each, matrix in shapes.items()}, candidates)


def judge(left: Tensor, right: Tensor, slope: Tensor) -> str:
    """Whether ``left @ right`` is the gradient `slope`. The shapes settle it but for the last line."""
    if left.shape[1] != right.shape[0]:
        return "no product"
    if (left.shape[0], right.shape[1]) != slope.shape:
        return "another shape"
    return "the gradient" if autograd.allclose(left @ right, slope, atol=1e-6) else "other numbers"


def find_gradients(function: Callable[[Tensor, Tensor], Tensor], W: Tensor, X: Tensor) -> tuple[Search, Search]:
    """Seek dW and dX of D = function(W, X), for some dD from above; what they should be is measured by nudging."""
    dD = autograd.randn_like(function(W, X))
    dW = autograd.numerical_gradient(lambda W: (function(W, X) * dD).sum(), W)
    dX = autograd.numerical_gradient(lambda X: (function(W, X) * dD).sum(), X)
    return search("dW", dW, dD=dD, X=X), search("dX", dX, W=W, dD=dD)


def listing(found: Search) -> list[str]:
    """The candidates, one a line, and what becomes of each."""
    (name, wanted), *factors = found.shapes.items()
    lines = [f"{name} {wanted} from {' and '.join(f'{factor} {shape}' for factor, shape in factors)}", ""]
    for formula, left, right, verdict in found.candidates:
        meaning = {
            "no product": f"rejected: {left[1]} meets {right[0]}",
            "another shape": f"rejected: is {(left[0], right[1])}",
            "other numbers": f"is {wanted}, but has other numbers",
            "the gradient": f"is {wanted}, and equals the slopes that nudging {name[1:]} shows",
        }
        lines.append(f"{formula:12}  {f'{left} @ {right}':18}  {meaning[verdict]}")
    return lines


def survivors(cases: dict[str, tuple[Search, Search]]) -> list[tuple]:
    """For each gradient: how many candidates have a product, how many of the right shape, how many the right numbers."""
    rows = []
    for case, searches in cases.items():
        for found in searches:
            right = found.formulas("the gradient")
            fitting = right + found.formulas("other numbers")
            existing = fitting + found.formulas("another shape")
            rows.append((case, found.name, len(existing), len(fitting), len(right), " or ".join(right)))
    return rows


def main(
    rows: int = 5, inner: int = 10, columns: int = 3, seed: int = 0, out: str = "runs/matmul", quick: bool = False
) -> None:
    """List the candidates for dW and dX, reject those that do not fit, and verify the one that does.

    Parameters
    ----------
    rows : the height of W
    inner : the width of W, and the height of X
    columns : the width of X
    seed : of the numbers in the matrices
    out : the folder for the picture
    quick : the same, for it takes no time
    """
    require(1, rows=rows, inner=inner, columns=columns)
    require(0, seed=seed)
    folder = files.folder(out)
    autograd.manual_seed(seed)
    shapes = [(rows, inner), (inner, columns), (rows, rows), (rows, rows)]
    W, X, V, Y = [autograd.randn(shape, dtype=autograd.float64) for shape in shapes]
    cases = {
        "W @ X": find_gradients(lambda W, X: W @ X, W, X),
        "X @ W.T (nn.Linear)": find_gradients(lambda W, X: X @ W.T, W, X.T),  # a row of X is an example
        f"W @ X, all {rows} by {rows}": find_gradients(lambda W, X: W @ X, V, Y),
    }
    for found in cases["W @ X"]:
        print(*listing(found), "", sep="\n")
    print("Of eight candidates, how many have a product, one of the right shape, one with the right numbers:\n")
    print(report.table(["D", "gradient", "product", "shape", "numbers", "formula"], survivors(cases)))
    print("\nSquare matrices fit every way round, so shapes tell nothing: try your formulas on sizes that differ.\n")
    plots.candidates(cases["W @ X"], folder / "shapes.png")
    report.print_files(folder, ["shapes.png"])
