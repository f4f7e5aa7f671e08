import numpy as np
import pytest

pytest.importorskip("matplotlib")

from demos.plots import BLACK, WRONG
from demos.plots import digits as plots

pytestmark = pytest.mark.demo
PNG = b"\x89PNG\r\n\x1a\n"


def random(*shape):
    return np.random.default_rng(0).random(shape)


@pytest.fixture
def figures(monkeypatch):
    """What would have been saved."""
    saved = []
    monkeypatch.setattr(plots, "save", lambda figure, path: saved.append(figure))
    return saved


@pytest.mark.parametrize(
    "draw",
    [
        lambda path: plots.confusion(np.arange(10), np.array([*range(9), 0]), path),
        lambda path: plots.hardest(random(4, 8, 8), np.arange(4), np.eye(4), path),
        lambda path: plots.hardest(random(40, 8, 8, 3), np.arange(40) % 10, random(40, 10), path, tuple("abcdefghij")),
        lambda path: plots.filters(random(16, 1, 3, 3) - 0.5, path),
        lambda path: plots.filters(random(3, 3, 5, 5), path),
    ],
)
def test_every_picture_is_written(draw, tmp_path):
    draw(tmp_path / "picture.png")
    assert (tmp_path / "picture.png").read_bytes().startswith(PNG)
    assert len(list(tmp_path.iterdir())) == 1


def test_mistakes_come_before_narrow_cases(tmp_path, figures):
    chances = np.array([[0.9, 0.1], [0.45, 0.55], [0.4, 0.6], [0.6, 0.4]])
    plots.hardest(random(4, 8, 8), np.array([0, 1, 0, 0]), chances, tmp_path, rows=1, columns=3)
    titles = [axes.title for axes in figures[0].axes]
    assert [title.get_text() for title in titles] == ["1, but it is 0", "1, 55% sure", "0, 60% sure"]
    assert [title.get_color() for title in titles] == [WRONG, BLACK, BLACK]
    assert figures[0].get_suptitle() == "The hardest of 4 test images: 1 mistaken, in orange"


def test_a_perfect_answer_speaks_of_no_mistake(tmp_path, figures):
    plots.hardest(random(2, 8, 8), np.arange(2), np.eye(2), tmp_path)
    assert figures[0].get_suptitle() == "The hardest of 2 test images: all right"


def test_confusion_counts(tmp_path, figures):
    plots.confusion(np.array([0, 0, 1, 1, 1]), np.array([0, 1, 1, 1, 1]), tmp_path, ("no", "yes"))
    axes = figures[0].axes[0]
    cells = {(text.get_position()[1], text.get_position()[0]): text.get_text() for text in axes.texts}
    assert cells == {(0, 0): "1", (0, 1): "1", (1, 1): "3"} and axes.get_title() == "4 of 5 right"
    assert [label.get_text() for label in axes.get_xticklabels()] == ["no", "yes"]
