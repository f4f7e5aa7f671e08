import numpy as np
import pytest

pytest.importorskip("matplotlib")

from demos import plots

pytestmark = pytest.mark.demo


def random(*shape):
    return np.random.default_rng(0).random(shape)


def history(epochs):
    return [{"loss": 1 / n, "accuracy": 0.5, "test loss": 2 / n, "test accuracy": 0.4} for n in range(1, epochs + 1)]


@pytest.mark.parametrize("epochs", [1, 2, 3, 30])
def test_epochs_are_whole_and_the_legend_hides_nothing(epochs, tmp_path, monkeypatch):
    figures = []
    monkeypatch.setattr(plots, "save", lambda figure, path: figures.append(figure))
    plots.history_curves(history(epochs), tmp_path, note="with dropout")
    (figure,) = figures
    figure.draw_without_rendering()
    for axes in figure.axes:
        assert all(tick == round(tick) for tick in axes.get_xticks())
        assert axes.get_legend() is None
    (legend,) = figure.legends
    assert [text.get_text() for text in legend.get_texts()] == ["training (with dropout)", "test"]
    assert legend.get_window_extent().y1 <= min(axes.get_tightbbox().y0 for axes in figure.axes)


def test_curves_are_written_whole(tmp_path):
    plots.history_curves(history(3), tmp_path / "curves.png")
    assert [path.name for path in tmp_path.iterdir()] == ["curves.png"]


def test_a_grid_shows_each_image_once():
    images = random(5, 4, 4)
    grid = plots.image_grid(plots.new_figure(4, 3), images, titles="abcde", columns=3)
    assert grid.shape == (2, 3)
    assert all((axes.images[0].get_array() == image).all() for axes, image in zip(grid.flat, images, strict=False))
    assert [axes.get_title() for axes in grid.flat] == [*"abcde", ""] and not grid[1, 2].images


def test_weights_share_one_scale_about_zero():
    weights = random(4, 3, 3) - 0.7
    grid = plots.weight_grid(plots.new_figure(4, 3), weights)
    limit = np.abs(weights).max()
    assert {axes.images[0].get_clim() for axes in grid.flat} == {(-limit, limit)}


def test_weights_of_colours_are_colours_and_zero_is_grey():
    grid = plots.weight_grid(plots.new_figure(4, 3), np.stack([np.zeros((3, 2, 2)), -np.ones((3, 2, 2))]))
    first, second = (axes.images[0].get_array() for axes in grid.flat)
    assert first.shape == (2, 2, 3) and (first == 0.5).all() and (second == 0).all()


def test_pictures_are_what_imshow_takes():
    assert plots.pictures(random(2, 1, 4, 5)).shape == (2, 4, 5)
    coloured = plots.pictures(5 * random(2, 3, 4, 5) - 2)
    assert coloured.shape == (2, 4, 5, 3) and coloured.min() == 0 and coloured.max() == 1
