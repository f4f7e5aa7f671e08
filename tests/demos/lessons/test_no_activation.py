import autograd
from demos.data.spiral import spiral
from demos.lessons import no_activation
from demos.spiral import accuracy


def test_no_activation_is_a_linear_classifier_again():
    points, labels = map(autograd.tensor, spiral(seed=0))
    points = points.float()
    autograd.manual_seed(0)
    model = no_activation.make_net(None)
    no_activation.learn_spiral(model, points, labels, epochs=200)
    assert 0.4 < accuracy(model, points, labels) < 0.6
    single = no_activation.collapsed(model)
    assert single.weight.shape == (3, 2)
    assert autograd.allclose(single(points), model(points), atol=1e-5)
