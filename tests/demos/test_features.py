import numpy as np
import pytest

import autograd
from autograd.utils.data import TensorDataset
from demos import DemoError, features


def stripes(angle, size=8):
    """Waves whose shade changes in one direction."""
    down, across = np.mgrid[:size, :size]
    return 0.5 + 0.5 * np.sin(across * np.cos(angle) + down * np.sin(angle))


@pytest.mark.demo
@pytest.mark.parametrize("size", [8, 28, 32])
@pytest.mark.parametrize("direction", [0, 2, 4, 7])
def test_the_strongest_gradient_has_the_direction_of_the_waves(size, direction):
    waves = stripes((direction + 0.5) * np.pi / features.DIRECTIONS, size)
    (found,) = features.oriented_gradients(waves[None])
    assert found.shape == (features.CELLS**2 * features.DIRECTIONS,)
    inside = found.reshape(features.CELLS, features.CELLS, -1)[1:3, 1:3].sum(axis=(0, 1))  # borders see half of it
    assert inside.argmax() == direction


@pytest.mark.demo
def test_in_colour_hues_are_counted():
    red, green = np.zeros((2, 8, 8, 3))
    red[..., 0], green[..., 1] = 1, 1
    red[0, 0] = green[0, 0, :] = [0, 0, 1]  # a blue pixel, which is the last hue of all
    found = features.histograms(np.stack([red, green]))
    assert np.allclose(found[:, [0, 4, 7]], [[63 / 64, 0, 1 / 64], [0, 63 / 64, 1 / 64]])
    assert features.oriented_gradients(np.stack([red, green])).shape == (2, 144)


def test_shades_are_counted():
    images = np.array([[[0, 0], [1, 0.5]], [[1, 1], [1, 1]]])
    assert features.histograms(images)[:, [0, 4, 7]].tolist() == [[0.5, 0.25, 0.25], [0, 0, 1]]


def test_each_kind_is_as_strong_as_the_pixels_by_the_measure_of_the_training_images():
    rng = np.random.RandomState(0)
    training = [rng.randn(50, 16) * 3 + 1, rng.randn(50, 4) * 100]
    vectors, same = features.scaled(training, training)
    assert vectors.shape == (50, 20) and autograd.equal(vectors, same)
    assert np.allclose(vectors.numpy().mean(axis=0), 0, atol=1e-5)
    variance = vectors.numpy().var(axis=0)
    assert np.isclose(variance[:16].sum(), 16, rtol=1e-4) and np.isclose(variance[16:].sum(), 16, rtol=1e-4)
    _, moved = features.scaled(training, [kind + 3 for kind in training])
    assert (moved.numpy() > vectors.numpy()).all()


def test_the_setting_is_tuned_on_training_images_alone():
    autograd.manual_seed(0)
    points = autograd.randn(200, 2)
    data = TensorDataset(points, (points[:, 0] > 0).long())
    assert features.tune("linear", data, 5, 0, [(1e-6, 0.0), (1e-1, 0.0)]) == (1e-1, 0.0)


@pytest.mark.parametrize("classifier", features.CLASSIFIERS)
def test_the_same_seed_gives_the_same_classifier(classifier):
    data = TensorDataset(autograd.rand(40, 6), autograd.arange(40) % 3)
    first, second = (features.fitted(classifier, data, 1e-2, 0.1, epochs=2, seed=1) for _ in range(2))
    for a, b in zip(first.parameters(), second.parameters(), strict=True):
        assert autograd.equal(a, b)
    assert first(autograd.rand(1, 6)).shape == (1, 3)


@pytest.mark.parametrize("wrong", [{"splits": 0}, {"epochs": 0}, {"seed": -1}])
def test_bad_options_are_told(wrong, tmp_path):
    with pytest.raises(DemoError, match="starts at"):
        features.main(out=str(tmp_path), **wrong)


@pytest.mark.demo
def test_features_help_and_the_pictures_are_drawn(tmp_path, capsys):
    accuracies = features.main(quick=True, out=str(tmp_path))
    for classifier, floor in {"linear": 0.96, "two layers": 0.97}.items():
        plain, rich = np.mean(accuracies[classifier], axis=1)
        assert rich > plain and rich >= floor
    assert sorted(path.name for path in tmp_path.iterdir()) == ["accuracy.png", "features.png"]
    said = capsys.readouterr().out
    assert all(f"{np.mean(values):.2%}" in said for pair in accuracies.values() for values in pair)
