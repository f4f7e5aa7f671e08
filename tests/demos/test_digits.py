import numpy as np
import pytest

import autograd
from demos import DemoError, digits
from demos.__main__ import run

FILES = ["checkpoint.npz", "confusion.png", "curves.png", "filters.png", "graph.svg", "mistakes.png"]


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


def test_the_two_parts_share_no_image():
    training, test = digits.datasets(seed=0)
    assert len(training) == 1437 and len(test) == 360
    images, labels = test.tensors
    assert images.shape == (360, 1, 8, 8) and images.dtype == autograd.float32 and labels.dtype == autograd.int64
    assert images.min().item() == 0 and images.max().item() == 1


@pytest.mark.parametrize("wrong", [{"epochs": 0}, {"splits": 0}, {"seed": -1}])
def test_bad_options_are_told(wrong, tmp_path):
    with pytest.raises(DemoError, match="epochs and splits start at 1, seed at 0"):
        digits.main(out=str(tmp_path), **wrong)


@pytest.mark.demo
def test_two_epochs_learn_and_write_everything(tmp_path, capsys):
    (accuracy,) = digits.main(quick=True, out=str(tmp_path))
    assert accuracy > 0.8
    assert sorted(path.name for path in tmp_path.iterdir()) == FILES
    assert f"split 0: test accuracy {accuracy:.2%} after 2 epochs" in capsys.readouterr().out
    state = autograd.load(tmp_path / "checkpoint.npz")
    model = digits.ConvNet()
    model.load_state_dict(state["model"])
    assert state["epoch"] == 2
    assert digits.evaluate(model, *digits.datasets(seed=0)[1].tensors)[1] == accuracy
    graph = (tmp_path / "graph.svg").read_text()
    assert "features" in graph and "classifier" in graph


@pytest.mark.demo
def test_the_same_seed_gives_the_same_numbers():
    def once():
        autograd.manual_seed(3)
        training, test = digits.datasets(seed=3)
        return digits.train(digits.ConvNet(), training, test, epochs=1)

    assert once() == once()


@pytest.mark.demo
def test_splits_take_their_seeds_in_turn(tmp_path, monkeypatch, capsys):
    seeds = []
    history = [{"test accuracy": 0.9}]
    monkeypatch.setattr(digits, "train", lambda *args: seeds.append(autograd.initial_seed()) or history)
    monkeypatch.setattr(digits, "write_pictures", lambda *args: ())
    digits.main(splits=3, seed=5, out=str(tmp_path))
    assert seeds == [5, 6, 7]
    last = capsys.readouterr().out.splitlines()[-1]
    assert last == "mean of 3 splits: 90.00% (standard deviation 0.00%, lowest 90.00%)"


@pytest.mark.demo
def test_ctrl_c_keeps_the_last_whole_epoch(tmp_path, monkeypatch, capsys):
    evaluate, calls = digits.evaluate, []

    def interrupted(*args):
        calls.append(args)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return evaluate(*args)

    monkeypatch.setattr(digits, "evaluate", interrupted)
    assert run(["digits", "--epochs", "3", "--out", str(tmp_path)]) == 130
    assert "checkpoint.npz keeps the last epoch that was completed" in capsys.readouterr().out
    assert [path.name for path in tmp_path.iterdir()] == ["checkpoint.npz"]
    assert autograd.load(tmp_path / "checkpoint.npz")["epoch"] == 1
