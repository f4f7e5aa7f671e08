import numpy as np
import pytest

pytest.importorskip("matplotlib")

from demos.plots import two_layer as plots
from demos.two_layer import Trial

pytestmark = pytest.mark.demo


def test_the_surface_goes_through_the_trials():
    trials = [Trial(rate, decay, rate * decay, 0) for rate in (1, 10, 100) for decay in (1, 2, 4)]
    rates, decays, accuracies = plots.surface(trials, size=41)
    assert rates[[0, 20, 40]] == pytest.approx([1, 10, 100]) and decays[[0, 40]] == pytest.approx([1, 4])
    assert accuracies[0, 0] == pytest.approx(1, abs=0.5)
    assert accuracies[40, 20] == pytest.approx(40, rel=0.05) and accuracies[20, 40] == pytest.approx(200, rel=0.05)


def test_the_longest_weights_are_drawn(tmp_path, monkeypatch):
    figures = []
    monkeypatch.setattr(plots, "save", lambda figure, path: figures.append(figure))
    weight = np.arange(5.0)[:, None, None, None] * np.ones((1, 1, 2, 2))
    plots.weights(weight, tmp_path, count=2)
    shown = [axes.images[0].get_array()[0, 0] for axes in figures[0].axes if axes.images]
    assert shown == [4, 3] and "2 longest of 5" in figures[0].get_suptitle()


def test_trials_that_all_failed_are_drawn_too(tmp_path):
    stages = {name: [Trial(0.1, 0.1, 0.1, 1), Trial(1, 1, 0.1, 1)] for name in ("grid", "random", "fine")}
    plots.search(stages, stages["fine"][0], tmp_path / "search.png")
    assert (tmp_path / "search.png").exists()
