"""Three layers on the spiral: without an activation, a linear classifier again (told by the activations demo)."""

import autograd
import nn
import nn.functional as F
import optim
from autograd import Tensor


def make_net(activation: nn.Module | None, pieces: int = 1, hidden: int = 50) -> nn.Sequential:
    """Three layers from points of the plane to three scores, with an activation between them, or none.

    A unit of the activation takes `pieces` inputs: one, but for Maxout.
    """
    layers: list[nn.Module] = []
    for fan_in in (2, hidden):
        layers.append(nn.Linear(fan_in, hidden * pieces))
        if activation:
            layers.append(activation)
    return nn.Sequential(*layers, nn.Linear(hidden, 3))


def learn_spiral(model: nn.Module, points: Tensor, labels: Tensor, epochs: int) -> None:
    """Let the net learn to tell the arms of the spiral, as well as it can."""
    optimizer = optim.Adam(model.parameters(), lr=0.01)
    for _ in range(epochs):
        loss = F.cross_entropy(model(points), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


@autograd.no_grad()
def collapsed(model: nn.Sequential) -> nn.Linear:
    """The one linear layer that equals several in a row: W3 (W2 (W1 x + b1) + b2) + b3 = W x + b."""
    first, *others = model
    weight, bias = first.weight, first.bias
    for layer in others:
        weight, bias = layer.weight @ weight, layer.weight @ bias + layer.bias
    single = nn.Linear(weight.shape[1], weight.shape[0])
    single.load_state_dict({"weight": weight, "bias": bias})
    return single
