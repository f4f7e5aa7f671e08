"""What convolutions and poolings compute and see: the first half of the convnet demo, in figures and pictures.

A photograph meets filters written by hand; then come the sizes and parameters of a stack, the receptive field that
grows with its layers (measured by backprop from one output pixel), max and average pooling, and the 1x1 convolution.
"""

from pathlib import Path
from typing import NamedTuple

import numpy as np

import autograd
import nn
import nn.functional as F
from autograd import Tensor
from demos import extra, report
from demos.networks import ConvNet
from demos.plots import convnet as plots

KERNELS = {
    "vertical edges": [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]],
    "horizontal edges": [[-1, -2, -1], [0, 0, 0], [1, 2, 1]],
    "sharper": [[0, -1, 0], [-1, 5, -1], [0, -1, 0]],
    "blur": [[1 / 81] * 9] * 9,
}
POOLED = [[1, 1, 2, 4], [5, 6, 7, 8], [3, 2, 1, 0], [1, 2, 3, 4]]  # the lecture's example


def by_hand(image: Tensor, kernel: Tensor) -> Tensor:
    """Slide the kernel over the image; every output pixel is the sum of a window times the kernel.

    Shapes: image (H, W), kernel (K, K) -> (H - K + 1, W - K + 1).
    """
    size = len(kernel)
    height, width = image.shape[0] - size + 1, image.shape[1] - size + 1
    out = autograd.zeros(height, width)
    for row in range(size):  # all windows at once: each weight meets the image, shifted to its place
        for column in range(size):
            out += kernel[row, column] * image[row : row + height, column : column + width]
    return out


def filter_photograph(image: Tensor) -> dict[str, Tensor]:
    """The response of each kernel to the image, computed by hand; conv2d must agree."""
    responses = {}
    for name, weights in KERNELS.items():
        kernel = autograd.tensor(weights, dtype=autograd.float32)
        responses[name] = by_hand(image, kernel)
        assert autograd.allclose(responses[name], F.conv2d(image[None, None], kernel[None, None])[0, 0], atol=1e-4)
    return responses


def output_size(size: int, kernel: int, stride: int, padding: int) -> int:
    """How many windows fit: (W - F + 2P) / S + 1."""
    return (size - kernel + 2 * padding) // stride + 1


class Window(NamedTuple):
    """A layer whose outputs each look at a window of its input."""

    layer: nn.Module
    name: str
    kernel: int
    stride: int
    padding: int


def windows(layers: nn.Sequential) -> list[Window]:
    """The convolutions and poolings among the layers."""
    found = []
    for layer in layers:
        if isinstance(layer, nn.Conv2d):
            found.append(Window(layer, "conv", layer.kernel_size[0], layer.stride[0], layer.padding[0]))
        elif isinstance(layer, nn.MaxPool2d):
            found.append(Window(layer, "max pool", layer.kernel_size, layer.stride, layer.padding))
    return found


def sizes(model: ConvNet, shape: tuple[int, int, int]) -> list[list]:
    """Each layer's output and number of parameters by formula: a convolution has F filters of C x K x K weights.

    Its bias is that of the BatchNorm after it, which scales and moves each channel; a pooling learns nothing.
    """
    channels, height, width = shape
    rows = [["image", f"{channels} x {height} x {width}", "", 0]]
    for layer, name, kernel, stride, padding in windows(model.features):
        height, width = (output_size(size, kernel, stride, padding) for size in (height, width))
        formula, count, norm = "", 0, []
        if isinstance(layer, nn.Conv2d):
            filters = layer.out_channels
            formula, count = f"{filters} x {channels} x {kernel} x {kernel}", filters * channels * kernel**2
            channels = filters
            norm = [["  norm, ReLU", f"{channels} x {height} x {width}", f"2 x {channels}", 2 * channels]]
        rows += [[f"{name} {kernel}x{kernel}", f"{channels} x {height} x {width}", formula, count], *norm]
    features, classes = channels * height * width, model.classifier[-1].out_features
    return [*rows, ["linear", str(classes), f"({features} + 1) x {classes}", (features + 1) * classes]]


class Field(NamedTuple):
    """What one output pixel of a layer sees: the side of the square, by formula, and its gradient in the image."""

    layer: str
    side: int
    gradient: np.ndarray

    @property
    def measured(self) -> int:
        """The side of the square in which the gradient is not zero."""
        rows, columns = np.nonzero(self.gradient)
        return int(max(np.ptp(rows), np.ptp(columns))) + 1


def receptive_fields(layers: nn.Sequential, size: int = 16, trials: int = 200) -> list[Field]:
    """The receptive field after each convolution and pooling, by formula and by backprop from a pixel in the middle.

    The formula: side += (K - 1) * jump, jump *= S. As ReLU and max pooling let only some of the gradient through, its
    size is averaged over many random images.
    """
    layers.eval()  # BatchNorm, in training, would let every image see all others
    found = {window.layer: window for window in windows(layers)}
    images = autograd.randn(trials, layers[0].in_channels, size, size, requires_grad=True)
    out, side, jump = images, 1, 1
    fields = []
    for layer in layers:
        out = layer(out)
        if layer in found:
            side += (found[layer].kernel - 1) * jump
            jump *= found[layer].stride
            middle = out.shape[-1] // 2
            (gradient,) = autograd.grad(out[:, :, middle, middle].sum(), images, retain_graph=True)
            fields.append(Field(found[layer].name, side, gradient.abs().mean(dim=(0, 1)).numpy()))
    return fields


def pool(function) -> tuple[np.ndarray, np.ndarray]:
    """The lecture's 4 x 4 numbers pooled by 2 x 2, and the gradient of the sum of what remains."""
    numbers = autograd.tensor([[POOLED]], dtype=autograd.float32, requires_grad=True)
    out = function(numbers, 2)
    out.sum().backward()
    return out.detach().numpy()[0, 0], numbers.grad.numpy()[0, 0]


def one_by_one(images: Tensor, channels: int = 4) -> float:
    """How far a 1x1 convolution is from the same Linear layer at every pixel, at most."""
    convolution, linear = nn.Conv2d(images.shape[1], channels, kernel_size=1), nn.Linear(images.shape[1], channels)
    linear.load_state_dict({"weight": convolution.weight[:, :, 0, 0], "bias": convolution.bias})
    pixels = images.permute(0, 2, 3, 1)  # channels last: each pixel is a row of features
    return (convolution(images) - linear(pixels).permute(0, 3, 1, 2)).abs().max().item()


def explain(model: ConvNet, shape: tuple[int, int, int], folder: Path) -> list[str]:
    """Print the figures, draw the pictures into the folder, and return their names."""
    photograph = extra("skimage.data").camera()
    responses = filter_photograph(autograd.tensor(photograph / 255, dtype=autograd.float32))
    drawn = {name: response.numpy() for name, response in responses.items()}
    plots.edges(photograph, KERNELS, drawn, folder / "edges.png")

    print(report.table(["layer", "output", "parameters", "="], sizes(model, shape)))
    print(f"all: {sum(p.numel() for p in model.parameters()):,} parameters\n")

    stacks = {
        "convolutions of 3x3": receptive_fields(ConvNet(blocks=((16, 32, 64, 64),)).features),
        "the same with a pooling of 2x2": receptive_fields(ConvNet(blocks=((16, 32), (64,))).features),
    }
    for name, fields in stacks.items():
        formula, measured = [field.side for field in fields], [field.measured for field in fields]
        print(f"receptive field of {name}: by formula {formula}, by backprop {measured}")
    plots.receptive_fields(stacks, folder / "receptive_field.png")

    poolings = {"max": pool(F.max_pool2d), "average": pool(F.avg_pool2d)}
    plots.pooling(np.array(POOLED), poolings, folder / "pooling.png")
    apart = one_by_one(autograd.randn(8, 3, 5, 5))
    print(f"a 1x1 convolution is a Linear at every pixel: they differ by {apart:.1g}\n")
    return ["edges.png", "receptive_field.png", "pooling.png"]
