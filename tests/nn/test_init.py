"""nn.init against its formulas."""

import math
from functools import partial

import numpy as np
import pytest

import autograd
import nn
from nn import init

SHAPES = [(80, 50), (32, 16, 3, 3)]


def fans(shape):
    kernel = math.prod(shape[2:])
    return shape[1] * kernel, shape[0] * kernel


def filled(fill, shape, seed=0):
    """The values that a function leaves in a parameter, with what must always hold."""
    parameter = nn.Parameter(autograd.full(shape, math.nan))
    assert fill(parameter, autograd.Generator().manual_seed(seed)) is parameter
    assert parameter.is_leaf and parameter.requires_grad and parameter.dtype == autograd.float32
    return parameter.detach().numpy()


def is_uniform(values, k):
    return abs(values).max() <= k and abs(values).max() > 0.98 * k and abs(values.std() / (k / math.sqrt(3)) - 1) < 0.05


def is_normal(values, std):
    inside = (abs(values) < std).mean()
    return abs(values.mean()) < 0.08 * std and abs(values.std() / std - 1) < 0.05 and abs(inside - 0.683) < 0.03


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("gain", [1.0, 3.0])
def test_xavier(shape, gain):
    total = sum(fans(shape))
    uniform = filled(lambda p, g: init.xavier_uniform_(p, gain, generator=g), shape)
    assert is_uniform(uniform, gain * math.sqrt(6 / total))
    normal = filled(lambda p, g: init.xavier_normal_(p, gain, generator=g), shape)
    assert is_normal(normal, gain * math.sqrt(2 / total))


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("mode", ["fan_in", "fan_out"])
@pytest.mark.parametrize(
    "a, nonlinearity, gain",
    [
        (0, "leaky_relu", math.sqrt(2)),
        (2, "leaky_relu", math.sqrt(2 / 5)),
        (0, "relu", math.sqrt(2)),
        (0, "tanh", 5 / 3),
    ],
)
def test_kaiming(shape, mode, a, nonlinearity, gain):
    fan = fans(shape)[mode == "fan_out"]
    settings = {"a": a, "mode": mode, "nonlinearity": nonlinearity}
    uniform = filled(lambda p, g: init.kaiming_uniform_(p, **settings, generator=g), shape)
    assert is_uniform(uniform, gain * math.sqrt(3 / fan))
    normal = filled(lambda p, g: init.kaiming_normal_(p, **settings, generator=g), shape)
    assert is_normal(normal, gain / math.sqrt(fan))


def test_uniform_normal_and_constants():
    values = filled(lambda p, g: init.uniform_(p, -3, 5, generator=g), (2000,))
    assert values.min() >= -3 and values.max() < 5 and is_uniform(values - 1, 4)
    assert is_normal(filled(lambda p, g: init.normal_(p, 2, 3, generator=g), (2000,)) - 2, 3)
    assert (filled(lambda p, g: init.constant_(p, 0.3), (2, 3)) == np.float32(0.3)).all()
    assert (filled(lambda p, g: init.ones_(p), (2, 3)) == 1).all()
    assert (filled(lambda p, g: init.zeros_(p), ()) == 0).all()


@pytest.mark.parametrize(
    "mean, std, a, b", [(0, 1, -2, 2), (1, 2, -1, 8), (0, 0.02, -2, 2), (0, 1, 1, 3), (5, 1, -1, 1)]
)
@pytest.mark.filterwarnings("ignore:trunc_normal_")
def test_trunc_normal_has_the_bell_between_its_bounds(mean, std, a, b):
    values = filled(lambda p, g: init.trunc_normal_(p, mean, std, a, b, generator=g), (20000,)).astype(np.float64)
    assert values.min() >= a and values.max() <= b

    def below(x):  # the normal distribution function
        return (1 + math.erf((x - mean) / std / math.sqrt(2))) / 2

    for x in np.quantile(values, [0.05, 0.25, 0.5, 0.75, 0.95]):
        expected = (below(x) - below(a)) / (below(b) - below(a))
        assert abs((values <= x).mean() - expected) < 0.012


def test_trunc_normal_far_out_and_degenerate():
    with pytest.warns(UserWarning, match="more than 2 std from"):
        values = filled(lambda p, g: init.trunc_normal_(p, 0, 1, 30, math.inf, generator=g), (5000,))
    assert values.min() >= 30 and abs((values - 30).mean() - 1 / 30) < 0.003  # the tail falls off as exp(-30 x)
    assert (filled(lambda p, g: init.trunc_normal_(p, 1, 0), (3,)) == 1).all()
    with pytest.raises(RuntimeError, match=r"the interval \[a, b\] is empty"):
        init.trunc_normal_(autograd.ones(3), a=5, b=3)


def test_eye_and_dirac_pass_inputs_on():
    assert filled(lambda p, g: init.eye_(p), (2, 3)).tolist() == [[1, 0, 0], [0, 1, 0]]
    weight = filled(lambda p, g: init.dirac_(p, 2), (6, 2, 3, 5))
    expected = np.zeros((6, 2, 3, 5))
    for out, channel in [(0, 0), (1, 1), (3, 0), (4, 1)]:  # the third of each group has no channel left
        expected[out, channel, 1, 2] = 1
    assert (weight == expected).all()
    assert (filled(lambda p, g: init.dirac_(p), (3, 3, 4)) == np.eye(3)[:, :, None] * [0, 0, 1, 0]).all()


@pytest.mark.parametrize("shape", [(5, 5), (4, 7), (7, 4), (3, 2, 3)])
def test_orthogonal(shape):
    matrix = filled(lambda p, g: init.orthogonal_(p, 2.0, generator=g), shape).reshape(shape[0], -1)
    small = matrix @ matrix.T if matrix.shape[0] <= matrix.shape[1] else matrix.T @ matrix
    np.testing.assert_allclose(small, 4 * np.eye(len(small)), atol=1e-5)


def test_orthogonal_gives_rotations_and_reflections():
    squares = [filled(lambda p, g: init.orthogonal_(p, generator=g), (2, 2), seed) for seed in range(40)]
    assert 5 < sum(np.linalg.det(square) > 0 for square in squares) < 35


def test_sparse():
    values = filled(lambda p, g: init.sparse_(p, 0.25, std=2.0, generator=g), (10, 200))
    assert ((values == 0).sum(axis=0) == 3).all() and is_normal(values[values != 0], 2.0)
    assert len({tuple(column) for column in (values == 0).T}) > 50


def test_a_generator_repeats_and_the_seed_too():
    for fill in (init.kaiming_uniform_, init.orthogonal_, init.trunc_normal_, partial(init.sparse_, sparsity=0.5)):
        first = filled(lambda p, g, fill=fill: fill(p, generator=g), (4, 4))
        assert (first == filled(lambda p, g, fill=fill: fill(p, generator=g), (4, 4))).all()
        assert (first != filled(lambda p, g, fill=fill: fill(p, generator=g), (4, 4), seed=1)).any()
        autograd.manual_seed(3)
        seeded = filled(lambda p, g, fill=fill: fill(p), (4, 4))
        autograd.manual_seed(3)
        assert (seeded == filled(lambda p, g, fill=fill: fill(p), (4, 4))).all()


@pytest.mark.parametrize(
    "nonlinearity, param, gain",
    [
        ("linear", None, 1),
        ("conv2d", None, 1),
        ("conv_transpose3d", None, 1),
        ("sigmoid", None, 1),
        ("tanh", None, 5 / 3),
        ("relu", None, math.sqrt(2)),
        ("selu", None, 0.75),
        ("leaky_relu", None, math.sqrt(2 / 1.0001)),
        ("leaky_relu", 1, 1),
    ],
)
def test_gain(nonlinearity, param, gain):
    assert init.calculate_gain(nonlinearity, param) == pytest.approx(gain)


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: init.calculate_gain("swish"), "unsupported nonlinearity 'swish', please use one of"),
        (lambda: init.calculate_gain("leaky_relu", "steep"), "must be a number, got 'steep'"),
        (lambda: init.calculate_gain("leaky_relu", True), "must be a number, got True"),
        (lambda: init.eye_(autograd.ones(3)), r"eye_: only tensors with 2 dimensions are supported, got shape \(3,\)"),
        (lambda: init.dirac_(autograd.ones(3, 3)), "dirac_: only tensors with 3 or 4 or 5 dimensions"),
        (
            lambda: init.dirac_(autograd.ones(3, 2, 3), 2),
            "dim 0 must be divisible by groups, got 3 channels in 2 groups",
        ),
        (
            lambda: init.xavier_uniform_(autograd.ones(3)),
            r"fewer than 2 dimensions, got shape \(3,\): a bias has no fan",
        ),
        (lambda: init.kaiming_normal_(autograd.ones(3)), "fewer than 2 dimensions"),
        (lambda: init.kaiming_normal_(autograd.ones(3, 3), mode="fan"), "Mode 'fan' not supported, please use one of"),
        (lambda: init.orthogonal_(autograd.ones(3)), "2 or more dimensions"),
        (lambda: init.sparse_(autograd.ones(3), 0.1), "sparse_: only tensors with 2 dimensions"),
    ],
)
def test_misuse(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_nothing_to_fill():
    for fill in (init.kaiming_uniform_, init.kaiming_normal_):
        with pytest.warns(UserWarning, match="Initializing zero-element tensors is a no-op"):
            assert fill(autograd.ones(0, 2)).shape == (0, 2)
    assert init.orthogonal_(autograd.ones(0, 2)).shape == (0, 2)
