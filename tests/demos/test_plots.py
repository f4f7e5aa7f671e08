import numpy as np
import pytest

pytest.importorskip("matplotlib")

from demos import plots

pytestmark = pytest.mark.demo
PNG = b"\x89PNG\r\n\x1a\n"


def history(epochs):
    return [{"loss": 1 / n, "accuracy": 0.5, "test loss": 2 / n, "test accuracy": 0.4} for n in range(1, epochs + 1)]


def random(*shape):
    return np.random.default_rng(0).random(shape)


@pytest.mark.parametrize(
    "draw",
    [
        lambda path: plots.curves(history(1), path),
        lambda path: plots.confusion(np.arange(10), np.array([*range(9), 0]), path),
        lambda path: plots.hardest(random(4, 8, 8), np.arange(4), np.eye(4), path),
        lambda path: plots.hardest(random(40, 8, 8), np.arange(40) % 10, random(40, 10), path),
        lambda path: plots.filters(random(16, 3, 3) - 0.5, path),
        lambda path: plots.filters(random(3, 5, 5), path),
    ],
)
def test_every_picture_is_written(draw, tmp_path):
    draw(tmp_path / "picture.png")
    assert (tmp_path / "picture.png").read_bytes().startswith(PNG)
    assert len(list(tmp_path.iterdir())) == 1


def test_mistakes_come_before_narrow_cases(tmp_path, monkeypatch):
    figures = []
    monkeypatch.setattr(plots, "save", lambda figure, path: figures.append(figure))
    chances = np.array([[0.9, 0.1], [0.45, 0.55], [0.4, 0.6], [0.6, 0.4]])
    plots.hardest(random(4, 8, 8), np.array([0, 1, 0, 0]), chances, tmp_path, rows=1, columns=3)
    assert [axes.get_title() for axes in figures[0].axes] == ["1, but it is a 0", "1, sure to 55%", "0, sure to 60%"]


def test_confusion_counts(tmp_path, monkeypatch):
    figures = []
    monkeypatch.setattr(plots, "save", lambda figure, path: figures.append(figure))
    plots.confusion(np.array([0, 0, 1, 1, 1]), np.array([0, 1, 1, 1, 1]), tmp_path)
    axes = figures[0].axes[0]
    cells = {(text.get_position()[1], text.get_position()[0]): text.get_text() for text in axes.texts}
    assert cells == {(0, 0): "1", (0, 1): "1", (1, 1): "3"} and axes.get_title() == "4 of 5 right"
