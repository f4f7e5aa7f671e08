import math

import numpy as np
import pytest

import autograd
import nn
from demos import DemoError, spiral

NAMES = ["classifiers.png", "decay.png", "sizes.png"]


@pytest.mark.parametrize("hidden, count", [(0, 2 * 3 + 3), (6, 2 * 6 + 6 + 6 * 3 + 3)])
def test_the_loss_begins_at_log_3(hidden, count):
    autograd.manual_seed(0)
    model = spiral.make_model(hidden)
    assert sum(parameter.numel() for parameter in model.parameters()) == count
    points, labels = spiral.make_points(spiral.CLASSIFIERS[0], 100, seed=0)
    (first,) = spiral.train(model, points, labels, epochs=1, decay=0)
    assert first == pytest.approx(math.log(3), abs=0.01)


def test_decay_pulls_at_weights_and_not_at_biases():
    points, labels = autograd.zeros(3, 2), autograd.tensor([0, 1, 2])
    model = spiral.make_model(0)
    for parameter in model.parameters():
        nn.init.ones_(parameter)  # with points at the origin, and one of each class, the loss has no slope
    spiral.train(model, points, labels, epochs=1, decay=0.25)
    assert model[0].weight.tolist() == [[0.75, 0.75]] * 3 and model[0].bias.tolist() == pytest.approx([1, 1, 1])


def test_points_are_drawn_by_their_seed_and_moved_by_noise():
    plain, noisy = spiral.CLASSIFIERS[0], spiral.DECAYS[0]
    there, labels = spiral.make_points(plain, 30, seed=3)
    moved, same = spiral.make_points(noisy, 30, seed=3)
    assert labels.tolist() == same.tolist() == np.repeat([0, 1, 2], 30).tolist()
    assert (moved - there).std().item() == pytest.approx(0.1, rel=0.2)
    assert spiral.make_points(plain, 30, seed=3)[0].tolist() == there.tolist()
    assert spiral.make_points(plain, 30, seed=4)[0].tolist() != there.tolist()


def test_regions_are_an_image_of_the_plane_with_the_lowest_row_first():
    model = nn.Sequential(nn.Linear(2, 3))
    with autograd.no_grad():
        model[0].weight[:] = autograd.tensor([[0.0, -1.0], [1.0, 1.0], [-1.0, 1.0]])
        model[0].bias[:] = 0
    seen = spiral.regions(model, reach=1.0, size=5)
    assert seen.shape == (5, 5)
    assert (seen[0] == 0).all() and seen[4, 4] == 1 and seen[4, 0] == 2


@pytest.mark.parametrize("wrong", [{"epochs": 0}, {"splits": 0}, {"seed": -1}])
def test_bad_options_are_told(wrong, tmp_path):
    with pytest.raises(DemoError, match="starts at"):
        spiral.main(out=str(tmp_path), **wrong)


@pytest.mark.demo
def test_the_figures_are_reached(tmp_path, capsys):
    mean = {name: np.mean(each) for name, each in spiral.main(quick=True, out=str(tmp_path)).items()}
    assert 0.45 < mean["softmax classifier"] < 0.56
    assert mean["two-layer net"] >= 0.96
    assert mean["3 hidden units"] < mean["6 hidden units"] - 0.1 < mean["20 hidden units"] - 0.1
    assert mean["noisy, decay 0.0001"] > mean["noisy, decay 0.001"] - 0.02 > mean["noisy, decay 0.01"] + 0.1
    assert sorted(path.name for path in tmp_path.iterdir()) == NAMES
    assert "log 3 = 1.0986" in capsys.readouterr().out


@pytest.mark.demo
def test_a_net_between_too_free_and_too_stiff_knows_fresh_points_best():
    fresh = [np.mean([spiral.learn(case, 500, seed).fresh for seed in range(5)]) for case in spiral.DECAYS]
    assert fresh[1] > fresh[0] and fresh[1] > fresh[2]


@pytest.mark.demo
def test_the_same_seed_gives_the_same_numbers():
    once, again = [spiral.learn(spiral.SIZES[1], 20, seed=3) for _ in range(2)]
    assert (once.accuracy, once.fresh) == (again.accuracy, again.fresh)
    assert once.model[0].weight.tolist() == again.model[0].weight.tolist()
