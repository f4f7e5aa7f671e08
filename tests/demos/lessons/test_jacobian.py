import autograd
from demos.lessons import jacobian


def test_four_numbers_through_max(capsys):
    jacobian.print_worked()
    rows = [line.split()[-4:] for line in capsys.readouterr().out.splitlines()[3:]]
    assert [list(map(int, row)) for row in rows] == [
        [1, -2, 3, -1],
        [1, 0, 3, 0],
        [4, -1, 5, 9],
        [1, 0, 0, 0],
        [0, 0, 0, 0],
        [0, 0, 1, 0],
        [0, 0, 0, 0],
        [4, 0, 5, 0],
    ]


def test_the_jacobian_of_a_layer_is_its_masked_matrix():
    autograd.manual_seed(0)
    layer = jacobian.make_layer(inputs=4, outputs=6, batch=3)
    assert 0 < layer.mask.sum() < 6
    assert layer.jacobian.equal(layer.W * layer.mask.unsqueeze(1))
    assert autograd.allclose(layer.downstream, layer.upstream @ layer.jacobian)
    blocks = layer.minibatch.reshape(3, 6, 3, 4)
    assert blocks[0, :, 0].equal(layer.jacobian)
    for i in range(3):
        assert blocks[i, :, i].any() and not blocks[i, :, (i + 1) % 3].any() and not blocks[i, :, i - 1].any()


def test_the_size_of_a_jacobian(capsys):
    jacobian.print_sizes(features=8, batch=10)
    shown = " ".join(capsys.readouterr().out.split())
    assert "minibatch of 10 80 x 80 6,400 0.0 MB mask, minibatch of 10 10 x 8 80 0.0 MB" in shown
    assert "one entry in 80 of that" in shown and "downstream = mask * upstream: True" in shown
