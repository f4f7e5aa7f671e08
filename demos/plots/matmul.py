"""The candidates of dimension analysis, as rectangles as high and wide as the matrices have rows and columns."""

from pathlib import Path

from demos.plots import BLACK, BLUE, QUIET, VERMILION, bare, new_figure, save


def candidates(found, path: Path) -> None:
    """Draw both matrices of every candidate; the two sizes that meet are blue where they agree, red where not.

    found : a Search of demos.matmul for each gradient
    """
    title = "The sizes that meet must agree (blue), and the product must have the gradient's shape"
    figure = new_figure(10, 4.3 * len(found) + 0.4, title)
    largest = max(size for each in found for shape in each.shapes.values() for size in shape)
    for each, part in zip(found, figure.subfigures(len(found), 1, squeeze=False)[:, 0], strict=True):
        rows, columns = each.shapes[each.name]
        part.suptitle(f"{each.name}, which is {rows} × {columns}", fontsize=12, color=QUIET)
        for axes, candidate in zip(part.subplots(2, 4).flat, each.candidates, strict=True):
            draw_product(axes, candidate, largest)
    save(figure, path)


def draw_product(axes, candidate, largest: int) -> None:
    """The left matrix, the right matrix, and below them what becomes of their product."""
    (rows, inner), (other, columns) = candidate.left, candidate.right
    gap = 0.45 * largest
    left = -(inner + gap + columns) / 2
    right = left + inner + gap
    meeting = {"color": BLUE if inner == other else VERMILION}
    draw_matrix(axes, left, rows, inner)
    draw_matrix(axes, right, other, columns)
    axes.plot([left, left + inner], [rows / 2] * 2, linewidth=3, solid_capstyle="butt", **meeting)
    axes.plot([right, right], [-other / 2, other / 2], linewidth=3, solid_capstyle="butt", **meeting)
    axes.text(left + inner / 2, rows / 2 + 0.04 * largest, inner, ha="center", va="bottom", weight="bold", **meeting)
    axes.text(right - 0.04 * largest, 0, other, ha="right", va="center", weight="bold", **meeting)
    axes.text(left - 0.04 * largest, 0, rows, ha="right", va="center")
    axes.text(right + columns / 2, other / 2 + 0.04 * largest, columns, ha="center", va="bottom")
    said = {
        "no product": f"{inner} ≠ {other}",
        "another shape": f"{rows} × {columns}: wrong shape",
        "other numbers": f"{rows} × {columns}: wrong numbers",
        "the gradient": f"{rows} × {columns}: the gradient",
    }[candidate.verdict]
    found = candidate.verdict == "the gradient"
    weight = "bold" if found else "normal"
    axes.set_title(candidate.formula, family="monospace", weight=weight, color=BLUE if found else BLACK)
    axes.text(0, -0.68 * largest, said, ha="center", va="top", weight=weight, color=BLUE if found else VERMILION)
    axes.set(xlim=(-1.15 * largest, 1.15 * largest), ylim=(-0.9 * largest, 0.75 * largest), aspect="equal")
    bare(axes)


def draw_matrix(axes, x: float, rows: int, columns: int) -> None:
    from matplotlib.patches import Rectangle

    axes.add_patch(Rectangle((x, -rows / 2), columns, rows, facecolor="#eef2f6", edgecolor=QUIET))
