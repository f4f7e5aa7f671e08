"""The pictures of the convnet demo."""

from pathlib import Path

import numpy as np

from demos.plots import BLACK, BLUE, FAINT, ORANGE, SIGNED, bare, frame, new_figure, save


def edges(photograph: np.ndarray, kernels: dict[str, list], responses: dict[str, np.ndarray], path: Path) -> None:
    """The photograph, and what each kernel, in the corner, makes of it; one that sums to 0 is drawn about a white 0."""
    figure = new_figure(2.6 * (len(responses) + 1), 2.95)
    first, *others = figure.subplots(1, len(responses) + 1)
    first.imshow(photograph, cmap="gray")
    first.set_title("photograph")
    bare(first)
    for axes, (name, response) in zip(others, responses.items(), strict=True):
        if np.sum(kernels[name]) == 0:
            limit = np.quantile(np.abs(response), 0.99)
            axes.imshow(response, cmap=SIGNED, vmin=-limit, vmax=limit)
        else:
            axes.imshow(response, cmap="gray", vmin=0, vmax=1)
        axes.set_title(name)
        bare(axes)
        corner = axes.inset_axes([0.69, 0.69, 0.28, 0.28])
        limit = np.abs(kernels[name]).max()
        corner.imshow(kernels[name], cmap=SIGNED, vmin=-1.6 * limit, vmax=1.6 * limit)
        frame(corner)
        kernel = np.array(kernels[name])
        if len(kernel) == 3:
            for row, column in np.ndindex(3, 3):
                corner.text(column, row, kernel[row, column], ha="center", va="center", fontsize=8)
        else:
            text = f"{len(kernel)} x {len(kernel)}\nof 1/{kernel.size}"
            corner.text(0.5, 0.5, text, ha="center", va="center", fontsize=8, transform=corner.transAxes)
    save(figure, path)


def receptive_fields(stacks: dict[str, list[tuple[str, int, np.ndarray]]], path: Path) -> None:
    """What one output pixel sees after each layer of some stacks: its gradient in the image, in a frame.

    A layer comes with its name, the side of the frame, as the formula has it, and the gradient, (size, size).
    """
    from matplotlib.patches import Rectangle

    longest = max(map(len, stacks.values()))
    figure = new_figure(2.1 * longest, 2.5 * len(stacks) + 0.3, "What one output pixel sees: its gradient in the image")
    for part, (name, layers) in zip(figure.subfigures(len(stacks), 1), stacks.items(), strict=True):
        part.suptitle(name, fontsize=11, color=BLUE)
        row = part.subplots(1, longest)
        for axes in row[len(layers) :]:
            bare(axes)
        for axes, (layer, side, field) in zip(row, layers, strict=False):
            seen = np.where(field > 0, field / field.max(), np.nan)
            axes.imshow(seen, cmap="Blues", vmin=-0.25, vmax=1)
            top, left = (index.min() - 0.5 for index in np.nonzero(field))
            axes.add_patch(Rectangle((left, top), side, side, fill=False, edgecolor=ORANGE, linewidth=2))
            axes.set_title(f"{layer}: {side} x {side}", fontsize=10)
            frame(axes)
    save(figure, path)


def pooling(numbers: np.ndarray, poolings: dict[str, tuple[np.ndarray, np.ndarray]], path: Path) -> None:
    """The numbers, what each pooling leaves of them, and where it sends a gradient of 1 from each output."""
    figure = new_figure(9, 2.9 * len(poolings))
    rows = figure.subplots(len(poolings), 3, width_ratios=[2, 1, 2])
    for row, (name, (out, gradient)) in zip(rows, poolings.items(), strict=True):
        cells(row[0], numbers, "input")
        cells(row[1], out, f"{name} pooling, 2x2")
        cells(row[2], gradient, "gradient of their sum", shade=gradient)
    save(figure, path)


def cells(axes, numbers: np.ndarray, title: str, shade: np.ndarray | None = None) -> None:
    """Numbers in boxes, in the colour of the 2x2 window they belong to, or shaded by size."""
    from matplotlib.colors import to_rgb

    height, width = numbers.shape
    half = np.ceil(np.array([height, width]) / 2)
    if shade is None:
        tints = np.array(
            [[to_rgb(colour) for colour in row] for row in (("#cfe3f1", "#fbe6bf"), ("#c9ebe0", "#f3dbe6"))]
        )
        rows, columns = (np.arange(size) // part for size, part in zip(numbers.shape, half.astype(int), strict=True))
        axes.imshow(tints[rows[:, None], columns])
    else:
        axes.imshow(shade, cmap="Blues", vmin=0, vmax=1.6)
    for row, column in np.ndindex(height, width):
        axes.text(column, row, f"{numbers[row, column]:g}", ha="center", va="center", fontsize=12, color=BLACK)
    axes.set_xticks(np.arange(width + 1) - 0.5, [])
    axes.set_yticks(np.arange(height + 1) - 0.5, [])
    axes.tick_params(length=0)
    axes.grid(color="white", linewidth=2, alpha=1)
    axes.set_axisbelow(False)
    axes.spines[:].set(visible=True, color=FAINT)
    axes.set_title(title)


def activations(image: np.ndarray, maps: list[np.ndarray], path: Path, columns: int = 16, rows: int = 2) -> None:
    """One image, and the first maps that each layer makes of it, dark where a filter found what it looks for."""
    shown = [layer[: rows * columns] for layer in maps]
    heights = [-(-len(layer) // columns) for layer in shown]
    figure = new_figure(0.62 * columns + 1.8, sum(heights) * 0.62 + 0.3 * len(maps))
    grid = figure.add_gridspec(len(maps), 2, width_ratios=[2, columns], height_ratios=heights)
    axes = figure.add_subplot(grid[:, 0])
    axes.imshow(image, cmap="gray_r")
    axes.set_title("image")
    frame(axes)
    for number, (layer, part) in enumerate(zip(maps, shown, strict=True), start=1):
        axes = figure.add_subplot(grid[number - 1, 1])
        axes.imshow(mosaic(part, columns) ** 0.6, cmap="Purples", vmin=0)  # the root lets weak answers show
        count = len(layer) if len(part) == len(layer) else f"{len(part)} of {len(layer)}"
        axes.set_title(f"after ReLU {number}: {count} maps", fontsize=10)
        axes.set_facecolor(FAINT)  # shows between the maps
        frame(axes)
    save(figure, path)


def mosaic(tiles: np.ndarray, columns: int, size: int = 160, gap: int = 4) -> np.ndarray:
    """Tiles (N, H, W) side by side in one image, each about `size` pixels high, parted by lines of NaN."""
    zoom = max(1, size // tiles.shape[1])
    tiles = tiles.repeat(zoom, axis=1).repeat(zoom, axis=2)
    tiles = np.pad(tiles, [(0, -len(tiles) % columns), (0, gap), (0, gap)], constant_values=np.nan)
    _, height, width = tiles.shape
    rows = tiles.reshape(-1, columns, height, width).swapaxes(1, 2)
    return rows.reshape(-1, columns * width)[:-gap, :-gap]
