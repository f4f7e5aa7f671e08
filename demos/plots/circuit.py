"""The Jacobian of a layer as a picture, beside what backward computes in its place."""

from pathlib import Path

import numpy as np

from demos.plots import FAINT, QUIET, SIGNED, bare, new_figure, save


def jacobian(layer, path: Path) -> None:
    """Draw v^T J; the same by the mask and W, as backward has it; and the Jacobian of a minibatch.

    layer : a Layer of demos.circuit, as arrays
    """
    figure = new_figure(
        13, 5.2, "The Jacobian of y = max(0, z), z = Wx, is W with nothing left in the rows where z < 0"
    )
    formed, backward, batch = figure.subplots(1, 3, width_ratios=[13, 20, 15])
    v, mask = layer.upstream[:, None], layer.mask[:, None].astype(float)
    outputs, inputs = layer.W.shape
    examples, strongest = len(layer.minibatch) // outputs, np.abs(layer.W).max()

    formed.set_title(f"formed: {outputs} backwards,\none for each row of J")
    draw(formed, 0, 0, v, "v")
    draw(formed, 2, 0, layer.jacobian, "J = ∂y/∂x", strongest)
    draw(formed, 2, outputs + 1, layer.downstream[None], "vᵀJ = ∂L/∂x", below=True)

    backward.set_title("what backward does: the mask times v = ∂L/∂y,\nthen one product with W")
    draw(backward, 0, 0, v, "v")
    backward.text(2, outputs / 2, "×", ha="center", va="center", fontsize=14)
    draw(backward, 3, 0, mask, "z > 0", cmap="Greys", vmin=0, vmax=1.5)
    backward.text(5, outputs / 2, "=", ha="center", va="center", fontsize=14)
    draw(backward, 6, 0, v * mask, "u", np.abs(v).max())
    draw(backward, 8, 0, layer.W, "W = ∂z/∂x")
    draw(backward, 8, outputs + 1, layer.downstream[None], "uᵀW = ∂L/∂x", below=True)

    batch.set_title(f"J of a minibatch of {examples}: nothing\noutside the blocks on its diagonal")
    sides = "{} × {}: red above 0, blue below".format(*layer.minibatch.shape)
    draw(batch, 0, 0, layer.minibatch, sides, strongest, below=True)
    batch.hlines(np.arange(1, examples) * outputs, 0, examples * inputs, color=FAINT, linewidth=0.6)
    batch.vlines(np.arange(1, examples) * inputs, 0, examples * outputs, color=FAINT, linewidth=0.6)

    for axes, width, height in (
        (formed, inputs + 2, outputs + 2),
        (backward, inputs + 8, outputs + 2),
        (batch, examples * inputs, examples * outputs),
    ):
        margin = 0.12 * height
        axes.set(xlim=(-0.02 * width, 1.02 * width), ylim=(height + margin, -margin / 2), aspect="equal")
        bare(axes)
    save(figure, path)


def draw(axes, left: int, top: int, values: np.ndarray, name: str, limit=None, below: bool = False, **paint) -> None:
    """A matrix at a place of the axes, counted in cells, with its name over or under it; what is 0 stays white.

    limit : the size of a number in full colour, by default the largest
    """
    from matplotlib.patches import Rectangle

    rows, columns = values.shape
    limit = np.abs(values).max() if limit is None else limit
    paint = {"cmap": SIGNED, "vmin": -limit, "vmax": limit} | paint
    axes.imshow(np.where(values == 0, np.nan, values), extent=(left, left + columns, top + rows, top), **paint)
    axes.add_patch(Rectangle((left, top), columns, rows, fill=False, edgecolor=QUIET, linewidth=0.8))
    place, gap, va = (top + rows, -3, "top") if below else (top, 3, "bottom")
    axes.annotate(name, (left + columns / 2, place), (0, gap), textcoords="offset points", ha="center", va=va)
