"""A layer's constructor bears the layer's name, also where it is shared."""

import copy
import inspect

import pytest

import nn


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: nn.Conv2d(1, 2), r"^Conv2d.__init__\(\) missing 1 required positional argument: 'kernel_size'"),
        (lambda: nn.Conv2d(1, 2, 3, colour=1), r"^Conv2d.__init__\(\) got an unexpected keyword argument 'colour'"),
        (lambda: nn.ConvTranspose1d(1), r"^ConvTranspose1d.__init__\(\) missing 2 .* 'out_channels' and 'kernel_size'"),
        (lambda: nn.MaxPool2d(), r"^MaxPool2d.__init__\(\) missing 1 .* 'kernel_size'"),
        (lambda: nn.BatchNorm2d(), r"^BatchNorm2d.__init__\(\) missing 1 .* 'num_features'"),
        (lambda: nn.Dropout(0.5, False, 1), r"^Dropout.__init__\(\) takes from 1 to 3 positional arguments"),
        (lambda: nn.Sigmoid(1), r"^Sigmoid.__init__\(\) takes 1 positional argument but 2 were given"),
        (lambda: nn.Sigmoid(colour=1), r"^Sigmoid.__init__\(\) got an unexpected keyword argument 'colour'"),
        (lambda: nn.Module(1, 2), r"^Module.__init__\(\) takes 1 positional argument but 3 were given"),
    ],
)
def test_errors_name_the_layer(call, message):
    with pytest.raises(TypeError, match=message):
        call()


def test_every_layer_has_its_own():
    layers = [value for value in vars(nn).values() if isinstance(value, type) and issubclass(value, nn.Module)]
    assert len(layers) > 80
    named = {f"{layer.__name__}.__init__" for layer in layers if layer.__init__ is not nn.Module.__init__}
    assert len(named) > 60 and named == {layer.__init__.__qualname__ for layer in layers} - {"Module.__init__"}


def test_a_class_with_a_second_base_gets_that_ones_constructor():
    class Named(nn.Module):
        def __init__(self, name):
            super().__init__()
            self.name = name

    class NamedSigmoid(nn.Sigmoid, Named):
        pass

    assert NamedSigmoid("squash").name == "squash"


def test_an_argument_too_many_for_the_base_is_told_under_its_name():
    class Net(nn.Module):
        def __init__(self, width):
            super().__init__(width)

    with pytest.raises(TypeError, match=r"^Module.__init__\(\) takes 1 positional argument but 2 were given"):
        Net(3)


def test_a_copy_does_the_same():
    shared = nn.Conv2d.__mro__[1].__init__
    assert nn.Conv2d.__init__ is not shared and inspect.signature(nn.Conv2d.__init__) == inspect.signature(shared)
    assert repr(copy.deepcopy(nn.Conv2d(1, 2, 3, bias=False))) == repr(nn.Conv2d(1, 2, 3, bias=False))


def test_a_users_class_is_left_alone():
    class Filter(nn.Conv2d):
        pass

    assert "__init__" not in vars(Filter)
    with pytest.raises(TypeError, match=r"^Conv2d.__init__\(\) missing"):
        Filter(1)
