import math

import numpy as np
import pytest
from published import publish_mnist

import autograd
from demos import two_layer
from demos.__main__ import run
from demos.data import load
from demos.two_layer import Trial


@pytest.fixture(scope="module")
def images():
    return two_layer.standardized(load("digits"))


@pytest.fixture(autouse=True)
def seed():
    autograd.manual_seed(0)


def test_the_net_is_two_affine_maps_and_a_relu():
    model = two_layer.TwoLayerNet(features=12, classes=3, hidden=5)
    images = autograd.randn(2, 3, 2, 2)
    w1, b1, w2, b2 = model.parameters()
    by_hand = np.maximum(images.numpy().reshape(2, 12) @ w1.detach().numpy().T + b1.detach().numpy(), 0)
    by_hand = by_hand @ w2.detach().numpy().T + b2.detach().numpy()
    assert np.allclose(model(images).detach().numpy(), by_hand, atol=1e-5)


def test_the_training_pixels_are_standardized(images):
    pixels, raw = images.training.tensors[0], load("digits").training.tensors[0]
    assert abs(pixels.mean().item()) < 1e-4 and abs(pixels.std().item() - 1) < 1e-4
    factor = (images.test.tensors[0].max() - images.test.tensors[0].min()).item()
    assert factor == pytest.approx(1 / raw.std().item(), rel=1e-4)  # the test images by the same numbers


def test_validation_images_are_not_trained_on(images):
    training, validation = two_layer.validation_split(images.training, fold=0)
    assert len(training) == 1150 and len(validation) == 287
    seen = {image.tobytes() for image in training.tensors[0].numpy()}
    assert sum(image.tobytes() in seen for image in validation.tensors[0].numpy()) == 0
    again = two_layer.validation_split(images.training, fold=1)[1]
    assert not autograd.equal(validation.tensors[0], again.tensors[0])


@pytest.mark.demo
def test_a_trial_repeats_itself_and_survives_a_rate_that_is_too_high():
    good = two_layer.try_out(0.1, 1e-4, 2, 1, "digits", None, 0)
    assert good == two_layer.try_out(0.1, 1e-4, 2, 1, "digits", None, 0) and good.accuracy > 0.85
    wild = two_layer.try_out(1e6, 1e-1, 2, 1, "digits", None, 0)
    assert wild.accuracy < 0.3 and math.isfinite(wild.loss)


@pytest.mark.demo
def test_quick_reaches_its_floor_and_writes_everything(tmp_path, capsys):
    assert np.mean(two_layer.main(quick=True, out=str(tmp_path))) >= 0.955
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == [
        "checkpoint-0.npz",
        "checkpoint-1.npz",
        "checks.png",
        "curves.png",
        "search.npz",
        "search.png",
        "weights.png",
    ]
    said = capsys.readouterr().out
    assert all(name in said for name in names) and "log 10 = 2.303" in said and "mean of 2 splits" in said


@pytest.mark.demo
def test_a_resumed_run_searches_no_more(tmp_path, monkeypatch):
    stages = {name: [Trial(0.1, 1e-4, 0.9, 0.1), Trial(0.2, 1e-3, 0.8, 0.2)] for name in ("grid", "random", "fine")}
    monkeypatch.setattr(two_layer, "search", lambda *args: stages)
    first = two_layer.main(epochs=1, splits=1, out=str(tmp_path))
    monkeypatch.delattr(two_layer, "search")
    assert two_layer.main(epochs=1, splits=1, out=str(tmp_path), resume=True) == first
    assert run(["two_layer", "--epochs", "2", "--splits", "1", "--out", str(tmp_path), "--resume"]) == 1


@pytest.mark.demo
def test_a_published_set_is_learnt(tmp_path, capsys):
    publish_mnist(tmp_path, images=200)
    accuracy = two_layer.main("mnist", data_dir=str(tmp_path), quick=True, out=str(tmp_path / "out"))[0]
    assert accuracy > 0.5
    assert "out holds" in capsys.readouterr().out.replace("\\", "/")
