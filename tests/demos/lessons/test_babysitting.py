import math

import numpy as np
import pytest

import autograd
from demos.data import load
from demos.lessons import babysitting
from demos.two_layer import net_for, standardized


@pytest.fixture(scope="module")
def images():
    return standardized(load("digits"))


@pytest.fixture
def net(images):
    autograd.manual_seed(0)
    return net_for(images)


def test_the_loss_at_the_start_is_that_of_guessing(net, images):
    assert babysitting.initial_loss(net, images) == pytest.approx(math.log(10), abs=1e-3)


def test_twenty_images_are_learnt_by_heart(net, images):
    losses = babysitting.overfit(net, images, images=20)
    assert losses[0] > 1 and losses[-1] < 1e-3


def test_the_loss_falls_and_a_step_is_a_thousandth_of_the_weights(net, images):
    losses, ratios = babysitting.watch(net, images)
    assert np.mean(losses[-20:]) < 0.1 * np.mean(losses[:5])
    assert 3e-4 < np.median(ratios) < 3e-3


def test_a_far_greater_rate_shows_in_the_ratio(net, images):
    assert np.median(babysitting.watch(net, images, rate=0.5, epochs=1)[1]) > 1e-2
