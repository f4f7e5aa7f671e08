"""Two ways to search for weights, and why one follows the slope instead (told by the linear demo)."""

import numpy as np

import autograd
import nn.functional as F
import optim
from autograd import Tensor
from autograd.utils.data import TensorDataset


def search(data: TensorDataset, classes: int, looks: int, rate: float) -> dict[str, list[float]]:
    """The lowest softmax loss found after each look at it, by three ways of looking for W.

    Random search draws W anew each time, nudging changes the best W so far a little, and the last follows the slope, at
    a rate that is meant for images of length 1.
    """
    images, labels = data[:1000]
    length = images.square().sum(dim=1).mean().sqrt().item()
    zero = autograd.zeros(classes, images.shape[1])

    def loss(W: Tensor) -> Tensor:
        return F.cross_entropy(images @ W.T, labels)

    drawn = [loss(autograd.randn_like(zero) * 0.4 / length).item() for _ in range(looks)]

    best, nudged = zero, [loss(zero).item()]
    while len(nudged) < looks:
        W = best + autograd.randn_like(zero) * 0.1 / length
        nudged.append(loss(W).item())
        best = W if nudged[-1] == min(nudged) else best

    W, followed = zero.clone().requires_grad_(), []
    optimizer = optim.SGD([W], lr=rate / length**2)
    for _ in range(looks):
        followed.append(loss(W))
        optimizer.zero_grad()
        followed[-1].backward()
        optimizer.step()

    ways = {"random search": drawn, "random nudges": nudged, "follow the slope": [each.item() for each in followed]}
    return {way: np.minimum.accumulate(losses).tolist() for way, losses in ways.items()}
