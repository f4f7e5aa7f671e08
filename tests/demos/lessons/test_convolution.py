import pytest

import autograd
import nn
import nn.functional as F
from demos import digits
from demos.lessons import convolution
from demos.networks import ConvNet


def test_a_convolution_by_hand():
    image = autograd.arange(16.0).view(4, 4)
    assert convolution.by_hand(image, autograd.tensor([[0.0, 1], [0, 0]])).tolist() == image[:3, 1:].tolist()
    assert convolution.by_hand(image, autograd.ones(3, 3)).tolist() == [[45, 54], [81, 90]]


def test_edges_answer_where_the_image_changes():
    image = autograd.zeros(6, 6)
    image[:, 3:] = 1
    responses = convolution.filter_photograph(autograd.cat([image, image], dim=1).repeat(2, 1))
    assert responses["vertical edges"][0].tolist() == [0, 4, 4, 0, -4, -4, 0, 4, 4, 0]
    assert responses["horizontal edges"].abs().max() == 0


@pytest.mark.parametrize("kernel, stride, padding", [(3, 1, 1), (2, 2, 0), (3, 2, 1), (5, 1, 0), (3, 3, 0)])
def test_the_output_size(kernel, stride, padding):
    out = F.conv2d(autograd.zeros(1, 1, 11, 11), autograd.zeros(1, 1, kernel, kernel), stride=stride, padding=padding)
    assert convolution.output_size(11, kernel, stride, padding) == out.shape[-1]


@pytest.mark.parametrize("name, shape", [("digits", (1, 8, 8)), ("mnist", (1, 28, 28)), ("cifar10", (3, 32, 32))])
def test_sizes_and_parameters_by_formula(name, shape):
    model = ConvNet(shape, 10, digits.RECIPES[name].blocks)
    rows = convolution.sizes(model, shape)
    assert sum(row[-1] for row in rows) == sum(p.numel() for p in model.parameters())
    for _, _, formula, count in rows:
        assert not formula or eval(formula.replace("x", "*")) == count
    assert rows[-2][1] == " x ".join(map(str, model.features(autograd.zeros(1, *shape)).shape[1:]))


def test_the_receptive_field_is_what_the_formula_says():
    autograd.manual_seed(0)
    fields = convolution.receptive_fields(ConvNet().features)
    assert [field.side for field in fields] == [field.measured for field in fields] == [3, 5, 6, 10]
    assert [field.layer for field in fields] == ["conv", "conv", "max pool", "conv"]
    for field in fields:  # a full square, dark in the middle
        assert (field.gradient > 0).sum() == field.side**2


def test_a_wider_filter_shows_in_what_is_measured():
    autograd.manual_seed(0)
    layers = nn.Sequential(nn.Conv2d(1, 4, 5, padding=2), nn.ReLU(), nn.Conv2d(4, 4, 3, padding=1, stride=2), nn.ReLU())
    assert [field.measured for field in convolution.receptive_fields(layers)] == [5, 7]


def test_pooling_is_the_lectures():
    out, gradient = convolution.pool(F.max_pool2d)
    assert out.tolist() == [[6, 8], [3, 4]]
    assert gradient.tolist() == [[0, 0, 0, 0], [0, 1, 0, 1], [1, 0, 0, 0], [0, 0, 0, 1]]
    out, gradient = convolution.pool(F.avg_pool2d)
    assert out.tolist() == [[3.25, 5.25], [2, 2]] and (gradient == 0.25).all()


def test_a_1x1_convolution_is_a_linear_layer_at_every_pixel():
    assert convolution.one_by_one(autograd.randn(8, 3, 5, 5)) < 1e-6
