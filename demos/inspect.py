"""A gallery of the gradient inspector: pages to walk through in a browser, and pictures for a slide.

Each entry is a small program that one wants to look into. What it records is drawn twice: `NAME.html` is the page
(every value, every gradient and where it comes from, the backward step by step, what is wrong), `NAME.svg` the picture.

    with autograd.inspect(model):
        loss = F.cross_entropy(model(images), labels)
        loss.backward()
    autograd.draw(loss).save("mlp.html")
"""

from collections.abc import Callable
from pathlib import Path
from typing import Literal

import autograd
import nn
import nn.functional as F
from autograd.inspection import Recording
from demos import circuit, files
from demos.data import load_digits
from demos.digits import ConvNet

LECTURE = "Lecture 4"
BLOCKS = 32  # of each of the deep net's four stages


def digits(n: int) -> tuple[autograd.Tensor, autograd.Tensor]:
    """The first images (n, 1, 8, 8) between 0 and 1, and their labels."""
    images, labels = load_digits()
    return autograd.tensor(images[:n] / 16, dtype=autograd.float32).unsqueeze(1), autograd.tensor(labels[:n]).long()


def recorded(model: nn.Module, images: autograd.Tensor, labels: autograd.Tensor) -> Recording:
    """One forward and backward of a classifier."""
    with autograd.inspect(model) as record:
        loss = F.cross_entropy(model(images), labels)
        loss.backward()
    return record


def lecture(example: circuit.Circuit) -> Recording:
    """One of the lecture's circuits, run forward and back."""
    with autograd.inspect() as record:
        values = circuit.forward(example)
        values["f"].backward()
    record.params = values
    return record


def mlp() -> Recording:
    """A two-layer net on 32 digits."""
    model = nn.Sequential(nn.Flatten(), nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10))
    return recorded(model, *digits(32))


def convnet() -> Recording:
    """The net of the demo `digits`."""
    return recorded(ConvNet(), *digits(16))


class Recurrent(nn.Module):
    """h = tanh(W x + U h + b), row after row of the image: written with plain operations.

    Shapes: (N, 1, 8, 8) -> logits (N, 10).
    """

    def __init__(self, hidden: int = 16) -> None:
        super().__init__()
        self.W = nn.Parameter(autograd.randn(8, hidden) / 8**0.5)
        self.U = nn.Parameter(autograd.randn(hidden, hidden) / hidden**0.5)
        self.b = nn.Parameter(autograd.zeros(hidden))
        self.V = nn.Parameter(autograd.randn(hidden, 10) / hidden**0.5)

    def forward(self, images):
        h = autograd.zeros(len(images), len(self.b))
        for x in images.squeeze(1).unbind(1):
            h = autograd.tanh(x @ self.W + h @ self.U + self.b)
        return h @ self.V


def recurrent() -> Recording:
    """A recurrent net unrolled over the eight rows of an image: each use of U sends its share."""
    return recorded(Recurrent(), *digits(16))


class Norm(nn.Module):
    """Batch normalisation with a well-known fault: a constant feature has std 0, where the slope of sqrt is infinite.

    Adding eps under the root instead of beside it is the cure.  Shapes: (N, D) -> (N, D).
    """

    def __init__(self, features: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(autograd.ones(features))
        self.bias = nn.Parameter(autograd.zeros(features))

    def forward(self, x):
        centred = x - x.mean(0)
        std = centred.square().mean(0).sqrt()
        return centred / (std + 1e-5) * self.weight + self.bias


class Block(nn.Module):
    """x + f(x), where f is two linear layers, each normalised."""

    def __init__(self, features: int) -> None:
        super().__init__()
        self.linear1, self.norm1 = nn.Linear(features, features, bias=False), Norm(features)
        self.linear2, self.norm2 = nn.Linear(features, features, bias=False), Norm(features)

    def forward(self, x):
        h = F.relu(self.norm1(self.linear1(x)))
        return F.relu(x + self.norm2(self.linear2(h)))


def deep_net() -> nn.Sequential:
    """A residual net of about 3,000 operations in four stages."""
    stages = [nn.Sequential(*[Block(32) for _ in range(BLOCKS)]) for _ in range(4)]
    return nn.Sequential(nn.Flatten(), nn.Linear(64, 32), *stages, nn.Linear(32, 10))


def deep() -> Recording:
    """It, with a feature that never varies: where is the NaN born?"""
    model = deep_net()
    with autograd.no_grad():
        model[3][BLOCKS // 2].linear2.weight[5] = 0.0
    return recorded(model, *digits(32))


def dead() -> Recording:
    """A net one of whose layers a bias has switched off: no gradient comes past it."""
    layers = [layer for _ in range(3) for layer in (nn.Linear(64, 64), nn.ReLU())]
    model = nn.Sequential(nn.Flatten(), *layers, nn.Linear(64, 10))
    with autograd.no_grad():
        model[3].bias.fill_(-10.0)
    return recorded(model, *digits(32))


GALLERY: dict[str, tuple[str, Callable[[], Recording]]] = {
    "product": (circuit.PRODUCT.title, lambda: lecture(circuit.PRODUCT)),
    "gates": (circuit.GATES.title, lambda: lecture(circuit.GATES)),
    "neuron": (circuit.NEURON.title, lambda: lecture(circuit.NEURON)),
    "mlp": ("A two-layer net", mlp),
    "convnet": ("A convolutional net", convnet),
    "recurrent": ("A recurrent net, unrolled", recurrent),
    "deep": ("A residual net with a NaN", deep),
    "dead": ("A net with a dead layer", dead),
}


Entry = Literal["all", "product", "gates", "neuron", "mlp", "convnet", "recurrent", "deep", "dead"]


def main(out: str = "runs/inspect", only: Entry = "all", seed: int = 0, quick: bool = False) -> list[Path]:
    """Write the page and the picture of each entry, and say what was found in it.

    Parameters
    ----------
    out : the folder for the pages and pictures
    only : one entry of the gallery
    seed : for the nets' weights
    quick : pages only
    """
    folder, written = files.folder(out), []
    for name in GALLERY if only == "all" else [only]:
        title, make = GALLERY[name]
        autograd.manual_seed(seed)
        record = make()
        drawing = autograd.draw(record, title=title)
        for ending in ("html",) if quick else ("html", "svg", "png"):
            written.append(folder / f"{name}.{ending}")
            drawing.save(written[-1])
        operations = sum(step.kind == "operation" for step in drawing.graph.steps)
        print(f"{name:10} {operations:5,} operations  {title}")
        for finding in drawing.graph.findings:
            print(f"{'':10} {finding.title}: {finding.text} ({finding.where})")
    print(f"\nopen {written[0]} in a browser; {folder} holds {', '.join(path.name for path in written)}")
    return written
