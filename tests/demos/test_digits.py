import numpy as np
import pytest
from published import publish_mnist

import autograd
from demos import DemoError, digits
from demos.data import load
from demos.networks import ConvNet
from demos.training import evaluate

FILES = ["checkpoint-0.npz", "confusion.png", "curves.png", "filters.png", "graph.svg", "hardest.png"]


def test_the_net_answers_with_a_number_for_each_digit():
    model = ConvNet()
    assert model(autograd.rand(3, 1, 8, 8)).shape == (3, 10)
    assert sum(p.numel() for p in model.parameters()) == 33_658


def test_the_net_fits_its_images():
    model = ConvNet((3, 12, 10), classes=4, blocks=((2,), (3,), (5, 7)))
    assert model(autograd.rand(2, 3, 12, 10)).shape == (2, 4)
    assert [layer.out_channels for layer in model.features if hasattr(layer, "out_channels")] == [2, 3, 5, 7]


def test_the_digits_are_moved_by_a_pixel_at_most():
    autograd.manual_seed(0)
    image = autograd.zeros(8, 8)
    image[4, 4] = 1
    seen = digits.RECIPES["digits"].augment(image.expand(200, 1, 8, 8)).numpy()
    assert {tuple(np.argwhere(moved)[0]) for moved in seen[:, 0]} == {(r, c) for r in (3, 4, 5) for c in (3, 4, 5)}


def test_epochs_are_the_recipes_unless_told_otherwise():
    assert digits.choose("digits", None, quick=False).epochs == 30
    assert digits.choose("cifar10", None, quick=False).epochs == 10
    assert digits.choose("digits", 7, quick=False).epochs == 7
    assert digits.choose("digits", None, quick=True).epochs == 4
    assert digits.choose("digits", 2, quick=True).epochs == 2


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
    model = ConvNet()
    model.load_state_dict(state["model"])
    assert len(state["history"]) == 4
    assert evaluate(model, *load("digits").test.tensors)[1] == accuracy
    graph = (tmp_path / "graph.svg").read_text()
    assert "features" in graph and "classifier" in graph


@pytest.mark.demo
def test_splits_take_their_seeds_in_turn(tmp_path, monkeypatch, capsys):
    seeds = []
    history = [{"accuracy": 1.0, "test accuracy": 0.9}]
    monkeypatch.setattr(digits, "train", lambda *args: (seeds.append(args[2]), (None, history))[1])
    monkeypatch.setattr(digits, "write_pictures", lambda *args: [])
    assert digits.main(splits=3, seed=5, out=str(tmp_path)) == [0.9, 0.9, 0.9]
    assert seeds == [5, 6, 7]
    said = capsys.readouterr().out
    assert "mean of 3 splits: 90.00% (standard deviation 0.00%, lowest 90.00%)" in said


@pytest.mark.demo
def test_a_published_set_is_learnt(tmp_path, capsys):
    publish_mnist(tmp_path, images=200)
    (accuracy,) = digits.main("mnist", data_dir=str(tmp_path), quick=True, out=str(tmp_path / "out"))
    assert accuracy > 0.5
    assert "out holds" in capsys.readouterr().out.replace("\\", "/")
