"""What a demo says at its end: a small table, the figure over its splits, the files it wrote."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np


def table(head: Sequence[str], rows: Iterable[Sequence]) -> str:
    """Lines of cells, one under the other; what is a number, or ends like one, stands to the right.

    >>> print(table(["net", "accuracy"], [["linear", "95.1%"], ["two layers", "97.8%"]]))
    net         accuracy
    linear         95.1%
    two layers     97.8%
    """
    lines = [[str(cell) for cell in row] for row in [head, *rows]]
    columns = list(zip(*lines, strict=True))
    widths = [max(map(len, column)) for column in columns]
    numeric = [all(cell[:1] in "+-.0123456789" for cell in column[1:]) for column in columns]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if right else cell.ljust(width)
            for cell, width, right in zip(line, widths, numeric, strict=True)
        ).rstrip()
        for line in lines
    )


def spread(values: Sequence[float]) -> str:
    """The mean and the standard deviation of shares, for a cell: 99.33% ± 0.37%."""
    return f"{np.mean(values):.2%}" + (f" ± {np.std(values, ddof=1):.2%}" if len(values) > 1 else "")


def over_splits(values: Sequence[float]) -> str:
    """The mean and the spread of what was reached on each split, as a sentence."""
    mean, deviation = np.mean(values), np.std(values, ddof=1)
    return f"mean of {len(values)} splits: {mean:.2%} (standard deviation {deviation:.2%}, lowest {min(values):.2%})"


def print_files(folder: Path, names: Iterable[str]) -> None:
    """Say which files were written."""
    print(f"{folder} holds {', '.join(names)}")
