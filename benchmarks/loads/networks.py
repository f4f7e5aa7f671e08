"""Whole training steps of small networks: forward, cross entropy, backward and the optimizer's update."""

import autograd
import nn
import nn.functional as F
import optim


def training(model, images, optimizer):
    labels = autograd.randint(0, 10, (len(images),))

    def step():
        loss = F.cross_entropy(model(images), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    return step


def mlp():
    autograd.manual_seed(0)
    model = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))
    return training(model, autograd.randn(32, 64), optim.SGD(model.parameters(), lr=0.01))


def convnet():
    """The network of the digits demo, with its optimizer and its batch."""
    from demos.networks import ConvNet

    autograd.manual_seed(0)
    model = ConvNet()
    return training(model, autograd.rand(64, 1, 8, 8), optim.Adam(model.parameters(), lr=3e-3))
