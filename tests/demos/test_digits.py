import numpy as np
import pytest

import autograd
from demos import DemoError, digits
from demos.data import load
from demos.training import evaluate

FILES = ["checkpoint-0.npz", "confusion.png", "curves.png", "filters.png", "graph.svg", "hardest.png"]


def test_the_net_answers_with_a_number_for_each_digit():
    model = digits.ConvNet()
    assert model(autograd.rand(3, 1, 8, 8)).shape == (3, 10)
    assert sum(p.numel() for p in model.parameters()) == 33_658


def test_shifted_images_are_windows_of_the_padded_ones():
    autograd.manual_seed(0)
    images = autograd.rand(200, 1, 5, 4)
    before, after = images.numpy(), digits.shifted(images).numpy()
    assert after.shape == before.shape
    padded = np.pad(before, ((0, 0), (0, 0), (1, 1), (1, 1)))
    found = {
        next((dy, dx) for dy in range(3) for dx in range(3) if (old[0, dy : dy + 5, dx : dx + 4] == new[0]).all())
        for old, new in zip(padded, after, strict=True)
    }
    assert len(found) == 9


def test_the_net_fits_its_images():
    assert digits.ConvNet(3, 12, 10, classes=4)(autograd.rand(2, 3, 12, 10)).shape == (2, 4)


def test_colours_move_together():
    autograd.manual_seed(0)
    grey = autograd.rand(50, 1, 4, 4)
    moved = digits.shifted(grey.expand(-1, 3, -1, -1))
    assert autograd.equal(moved[:, 0], moved[:, 1]) and autograd.equal(moved[:, 0], moved[:, 2])


@pytest.mark.parametrize(
    "wrong, told", [({"epochs": 0}, "--epochs 0"), ({"splits": 0}, "--splits 0"), ({"seed": -1}, "--seed -1")]
)
def test_bad_options_are_told(wrong, told, tmp_path):
    with pytest.raises(DemoError, match=f"{told}: it starts at"):
        digits.main(out=str(tmp_path), **wrong)


@pytest.mark.demo
def test_a_few_epochs_learn_and_write_everything(tmp_path, capsys):
    (accuracy,) = digits.main(quick=True, out=str(tmp_path))
    assert accuracy >= 0.97
    assert sorted(path.name for path in tmp_path.iterdir()) == FILES
    said = capsys.readouterr().out
    assert f"{accuracy:.2%}" in said and all(name in said for name in FILES)
    state = autograd.load(tmp_path / "checkpoint-0.npz")
    model = digits.ConvNet()
    model.load_state_dict(state["model"])
    assert len(state["history"]) == 4
    assert evaluate(model, *load("digits").test.tensors)[1] == accuracy
    graph = (tmp_path / "graph.svg").read_text()
    assert "features" in graph and "classifier" in graph


@pytest.mark.demo
def test_splits_take_their_seeds_in_turn(tmp_path, monkeypatch, capsys):
    seeds = []
    history = [{"accuracy": 1.0, "test accuracy": 0.9}]
    monkeypatch.setattr(digits, "train", lambda *args: seeds.append(autograd.initial_seed()) or history)
    monkeypatch.setattr(digits, "write_pictures", lambda *args: [])
    assert digits.main(splits=3, seed=5, out=str(tmp_path)) == [0.9, 0.9, 0.9]
    assert seeds == [5, 6, 7]
    said = capsys.readouterr().out
    assert "mean of 3 splits: 90.00% (standard deviation 0.00%, lowest 90.00%)" in said
