import numpy as np
import pytest

import autograd
import nn.functional as F
from autograd.utils.data import TensorDataset
from demos import DemoError, linear
from demos.data import Data, load
from demos.training import Checkpoint, evaluate

FILES = ["checkpoints", "lines.png", "penalties.png", "search.png", "templates.png"]


@pytest.fixture(scope="module")
def training():
    return linear.flat(load())[0]


def test_the_penalties():
    W = autograd.tensor([[1.0, -2.0], [0.0, 3.0]])
    found = {name: float(penalty(W)) for name, penalty in linear.REGULARISERS.items()}
    assert found == {"none": 0, "L2": 14, "L1": 6, "elastic net": 10}


class Watched(Checkpoint):
    """A checkpoint that counts the epochs it saves, and stops the training after some of them."""

    def __init__(self, path, resume=False, stop=None):
        super().__init__(path, resume)
        self.saved, self.stop = 0, stop

    def save(self, history, **parts):
        super().save(history, **parts)
        self.saved += 1
        if self.saved == self.stop:
            raise KeyboardInterrupt


def test_a_training_that_was_stopped_ends_as_if_it_had_not_been(training, tmp_path):
    def train(checkpoint):
        autograd.manual_seed(0)
        return linear.train(training, 10, linear.LOSSES["SVM"], "L1", 3, checkpoint).weight.tolist()

    whole = train(Watched(tmp_path / "whole.npz"))
    with pytest.raises(KeyboardInterrupt):
        train(Watched(tmp_path / "stopped.npz", stop=2))
    resumed = Watched(tmp_path / "stopped.npz", resume=True)
    assert train(resumed) == whole and resumed.saved == 1


def test_the_plane_keeps_the_two_directions_of_largest_spread(training):
    plane = linear.in_the_plane(training)
    points, labels = [each.numpy() for each in plane.tensors]
    assert points.shape == (len(labels), 2) and set(labels) == {0, 1, 2} and np.abs(points).max() == 1
    assert points.var(axis=0)[0] > points.var(axis=0)[1]
    assert np.corrcoef(points.T)[0, 1] == pytest.approx(0, abs=0.05)
    autograd.manual_seed(0)
    model = linear.train(plane, 3, linear.LOSSES["softmax"], "none", 20)
    assert evaluate(model, *plane.tensors)[1] > 0.9


def test_larger_images_are_learnt_with_smaller_steps(training):
    images, labels = training.tensors
    autograd.manual_seed(0)
    model = linear.train(TensorDataset(images * 30, labels), 10, linear.LOSSES["softmax"], "none", 5)
    assert F.cross_entropy(model(images * 30), labels) < 0.5


def test_class_means():
    images = autograd.tensor([[[[1.0]]], [[[3.0]]], [[[10.0]]]])
    means = linear.class_means(TensorDataset(images, autograd.tensor([0, 0, 1])), 2)
    assert means.tolist() == [[[[2.0]]], [[[10.0]]]]


@pytest.mark.parametrize("wrong", [{"epochs": 0}, {"splits": 0}, {"seed": -1}])
def test_bad_options_are_told(wrong, tmp_path):
    with pytest.raises(DemoError, match="starts at"):
        linear.main(out=str(tmp_path), **wrong)


@pytest.mark.demo
def test_every_loss_and_penalty_reaches_the_figure(tmp_path, capsys):
    accuracies = linear.main(quick=True, out=str(tmp_path))
    assert list(accuracies) == linear.RUNS
    for run, reached in accuracies.items():
        assert len(reached) == 5 and np.mean(reached) >= 0.93, run
    said = capsys.readouterr().out
    assert "log C" in said and "2.3026" in said and "(C - 1) * delta" in said and "9.0000" in said
    assert sorted(path.name for path in tmp_path.iterdir()) == FILES
    assert len(list((tmp_path / "checkpoints").iterdir())) == 30


@pytest.mark.demo
def test_the_same_seed_gives_the_same_numbers_and_another_does_not(tmp_path):
    def once(seed):
        return linear.main(quick=True, epochs=2, splits=1, seed=seed, out=str(tmp_path))

    assert once(3) == once(3) != once(4)


@pytest.mark.demo
def test_images_in_colour_have_templates_in_colour(tmp_path, monkeypatch):
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 10, 600)
    images = rng.standard_normal((600, 3, 6, 6)) + rng.standard_normal((10, 3, 6, 6))[labels]
    everything = autograd.tensor(images, dtype=autograd.float32), autograd.tensor(labels)
    training, test = zip(*[part.split(300) for part in everything], strict=True)
    data = Data(TensorDataset(*training), TensorDataset(*test), tuple("abcdefghij"))
    monkeypatch.setattr(linear, "load", lambda *args: data)
    accuracies = linear.main(data="cifar10", quick=True, epochs=5, out=str(tmp_path))
    assert all(len(reached) == 1 and reached[0] > 0.5 for reached in accuracies.values())
    assert sorted(path.name for path in tmp_path.iterdir()) == FILES


@pytest.mark.demo
def test_l1_leaves_fewer_weights_than_l2_and_l2_smaller_ones(training):
    largest, small = {}, {}
    for penalty in linear.REGULARISERS:
        autograd.manual_seed(0)
        W = linear.train(training, 10, linear.LOSSES["softmax"], penalty, 30).weight.detach().abs()
        largest[penalty], small[penalty] = W.max().item(), (W / W.max() < 0.01).float().mean().item()
    assert largest["L2"] < 0.8 * largest["none"] and small["L1"] > 2 * small["L2"]
    assert largest["L2"] < largest["elastic net"] < largest["L1"]
