import numpy as np
import pytest
from published import publish_mnist

import autograd
from autograd.utils.data import DataLoader, TensorDataset
from demos import convnet, digits
from demos.networks import ConvNet
from demos.training import train_epoch


def test_the_activation_maps_of_each_relu():
    maps = convnet.activations(ConvNet(), autograd.rand(1, 8, 8))
    assert [layer.shape for layer in maps] == [(16, 8, 8), (32, 8, 8), (64, 4, 4)]
    assert all(layer.min() == 0 for layer in maps)


@pytest.mark.parametrize(
    "name, shape", [("mnist", (1, 28, 28)), ("fashion-mnist", (1, 28, 28)), ("cifar10", (3, 32, 32))]
)
def test_a_step_with_each_recipe(name, shape):
    recipe = digits.RECIPES[name]
    data = TensorDataset(autograd.rand(4, *shape), autograd.arange(4))
    model = ConvNet(shape, 10, recipe.blocks)
    optimizer = digits.optim.Adam(model.parameters())
    scheduler = digits.optim.lr_scheduler.CosineAnnealingLR(optimizer, 2)
    loss, _ = train_epoch(model, DataLoader(data, batch_size=2), optimizer, scheduler, recipe.augment)
    assert np.isfinite(loss)


@pytest.mark.demo
def test_quick_reaches_its_floors_and_writes_everything(tmp_path, capsys):
    found = convnet.main(quick=True, out=str(tmp_path))
    assert np.mean(found["a fifth of every digit"]) >= 0.97
    assert np.mean(found["360 by other writers"]) >= 0.945
    said = capsys.readouterr().out
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == [
        "activations.png",
        "checkpoint-0.npz",
        "checkpoint-1.npz",
        "curves.png",
        "edges.png",
        "filters.png",
        "pooling.png",
        "receptive_field.png",
    ]
    assert all(name in said for name in names)
    assert "by formula [3, 5, 6, 10], by backprop [3, 5, 6, 10]" in said and "33,658 parameters" in said


@pytest.mark.demo
def test_a_published_set_is_learnt(tmp_path, capsys):
    publish_mnist(tmp_path, images=200)
    found = convnet.main("mnist", data_dir=str(tmp_path), quick=True, out=str(tmp_path / "out"))
    (accuracy,) = found["those of mnist"]
    assert accuracy > 0.5
    assert "out holds" in capsys.readouterr().out.replace("\\", "/")
