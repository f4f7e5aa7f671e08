import numpy as np
import pytest
from published import publish_mnist

import autograd
import nn
import nn.functional as F
from autograd.utils.data import DataLoader, TensorDataset
from demos import convnet, digits
from demos.networks import ConvNet
from demos.training import train_epoch


def test_a_convolution_by_hand():
    image = autograd.arange(16.0).view(4, 4)
    assert convnet.by_hand(image, autograd.tensor([[0.0, 1], [0, 0]])).tolist() == image[:3, 1:].tolist()
    assert convnet.by_hand(image, autograd.ones(3, 3)).tolist() == [[45, 54], [81, 90]]


def test_edges_answer_where_the_image_changes():
    image = autograd.zeros(6, 6)
    image[:, 3:] = 1
    responses = convnet.filter_photograph(autograd.cat([image, image], dim=1).repeat(2, 1))
    assert responses["vertical edges"][0].tolist() == [0, 4, 4, 0, -4, -4, 0, 4, 4, 0]
    assert responses["horizontal edges"].abs().max() == 0


@pytest.mark.parametrize("kernel, stride, padding", [(3, 1, 1), (2, 2, 0), (3, 2, 1), (5, 1, 0), (3, 3, 0)])
def test_the_output_size(kernel, stride, padding):
    out = F.conv2d(autograd.zeros(1, 1, 11, 11), autograd.zeros(1, 1, kernel, kernel), stride=stride, padding=padding)
    assert convnet.output_size(11, kernel, stride, padding) == out.shape[-1]


@pytest.mark.parametrize("name, shape", [("digits", (1, 8, 8)), ("mnist", (1, 28, 28)), ("cifar10", (3, 32, 32))])
def test_sizes_and_parameters_by_formula(name, shape):
    model = ConvNet(shape, 10, digits.RECIPES[name].blocks)
    rows = convnet.sizes(model, shape)
    assert sum(row[-1] for row in rows) == sum(p.numel() for p in model.parameters())
    for _, _, formula, count in rows:
        assert not formula or eval(formula.replace("x", "*")) == count
    assert rows[-2][1] == " x ".join(map(str, model.features(autograd.zeros(1, *shape)).shape[1:]))


def test_the_receptive_field_is_what_the_formula_says():
    autograd.manual_seed(0)
    fields = convnet.receptive_fields(ConvNet().features)
    assert [field.side for field in fields] == [field.measured for field in fields] == [3, 5, 6, 10]
    assert [field.layer for field in fields] == ["conv", "conv", "max pool", "conv"]
    for field in fields:  # a full square, dark in the middle
        assert (field.gradient > 0).sum() == field.side**2


def test_a_wider_filter_shows_in_what_is_measured():
    autograd.manual_seed(0)
    layers = nn.Sequential(nn.Conv2d(1, 4, 5, padding=2), nn.ReLU(), nn.Conv2d(4, 4, 3, padding=1, stride=2), nn.ReLU())
    assert [field.measured for field in convnet.receptive_fields(layers)] == [5, 7]


def test_pooling_is_the_lectures():
    out, gradient = convnet.pool(F.max_pool2d)
    assert out.tolist() == [[6, 8], [3, 4]]
    assert gradient.tolist() == [[0, 0, 0, 0], [0, 1, 0, 1], [1, 0, 0, 0], [0, 0, 0, 1]]
    out, gradient = convnet.pool(F.avg_pool2d)
    assert out.tolist() == [[3.25, 5.25], [2, 2]] and (gradient == 0.25).all()


def test_a_1x1_convolution_is_a_linear_layer_at_every_pixel():
    assert convnet.one_by_one(autograd.randn(8, 3, 5, 5)) < 1e-6


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
