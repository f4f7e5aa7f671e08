"""What is done to images before a net sees them, under torchvision's names; each takes one image or a whole batch.

>>> import autograd
>>> from autograd.utils.data import transforms
>>> prepare = transforms.Compose(
...     [
...         transforms.RandomCrop(32, padding=4),
...         transforms.RandomHorizontalFlip(),
...         transforms.ToDtype(autograd.float32, scale=True),
...         transforms.Normalize(mean=(0.4914, 0.4822, 0.4465), std=(0.2470, 0.2435, 0.2616)),
...     ]
... )
>>> prepare(autograd.zeros(8, 3, 32, 32, dtype=autograd.uint8)).shape
torch.Size([8, 3, 32, 32])

The random ones draw anew for every image of a batch (torchvision moves a whole batch alike), from the generator behind
``autograd.manual_seed``: a run that goes on from a saved ``get_rng_state`` sees the images it would have seen. In a
worker of a DataLoader they draw from the worker's own generator, which that seed leads to: such runs repeat as well.

Source: torchvision.transforms.v2.
"""

from collections.abc import Callable, Iterable, Sequence
from numbers import Integral

import numpy as np

from autograd.creation import as_tensor, from_numpy
from autograd.dtypes import dtype, float32, float64
from autograd.functions.joining import pad
from autograd.functions.selection import where
from autograd.random import source
from autograd.tensors import Tensor
from autograd.utils.data.worker import get_worker_info

BORDERS = {"constant": "constant", "edge": "replicate", "reflect": "reflect"}  # torchvision's names and F.pad's


class Compose:
    """One transform after the other.  Source: torchvision.transforms.v2.Compose."""

    def __init__(self, transforms: Iterable[Callable]) -> None:
        if not isinstance(transforms, Iterable):
            raise TypeError(f"Compose: transforms should be a list of callables, not a {type(transforms).__name__}")
        self.transforms = list(transforms)

    def __call__(self, images: Tensor) -> Tensor:
        for transform in self.transforms:
            images = transform(images)
        return images


class ToDtype:
    """Convert the numbers; with `scale`, whole numbers from their full range to [0, 1], as bytes / 255.

    Floats count as scaled already.
    Shapes: (*, C, H, W) -> (*, C, H, W).  Source: torchvision.transforms.v2.ToDtype.
    """

    def __init__(self, dtype: dtype, scale: bool = False) -> None:
        self.dtype = dtype
        self.scale = scale

    def __call__(self, images: Tensor) -> Tensor:
        images = check("ToDtype", images)
        if not self.scale or images.dtype == self.dtype:
            return images.to(self.dtype)
        if not self.dtype.is_floating_point:
            raise NotImplementedError(
                f"ToDtype: images of {images.dtype} are scaled to floats only, not to {self.dtype}: compute it, "
                "as in (255 * images).to(autograd.uint8)"
            )
        kind = images.payload.dtype
        return images.to(self.dtype) / (np.iinfo(kind).max if kind.kind in "iu" else 1)


class ToTensor(ToDtype):
    """Bytes from 0 to 255 to float32 from 0 to 1: ``ToDtype(float32, scale=True)``.

    Shapes: (*, C, H, W) -> (*, C, H, W).  Source: torchvision.transforms.ToTensor (which also reads PIL images).
    """

    def __init__(self) -> None:
        super().__init__(float32, scale=True)


class Normalize:
    """Centre and scale each channel: ``out = (images - mean) / std``.

    Shapes: (*, C, H, W) -> (*, C, H, W).  Source: torchvision.transforms.v2.Normalize.

    Parameters
    ----------
    mean, std : a number for each channel; the data sets have theirs, such as ``CIFAR10.mean``
    """

    def __init__(self, mean: Sequence[float], std: Sequence[float]) -> None:
        self.mean, self.std = (as_tensor(v, dtype=float64).reshape(-1, 1, 1) for v in (mean, std))
        if not self.std.all():
            raise ValueError(f"Normalize: std = {std} holds a zero, and pixels cannot be divided by it")

    def __call__(self, images: Tensor) -> Tensor:
        images = check("Normalize", images)
        if not images.dtype.is_floating_point:
            raise TypeError(
                f"Normalize: Input tensor should be a float tensor. Got {images.dtype}: "
                "put ToDtype(autograd.float32, scale=True) before it"
            )
        for name, values in (("mean", self.mean), ("std", self.std)):
            if len(values) not in (1, images.shape[-3]):
                raise ValueError(
                    f"Normalize: {name} has {len(values)} numbers, the images {images.shape[-3]} channels: "
                    f"their shape is {tuple(images.shape)}"
                )
        return (images - self.mean.to(images.dtype)) / self.std.to(images.dtype)


class RandomHorizontalFlip:
    """Mirror each image left to right with probability p.

    Shapes: (*, C, H, W) -> (*, C, H, W).  Source: torchvision.transforms.v2.RandomHorizontalFlip.
    """

    def __init__(self, p: float = 0.5) -> None:
        if not 0 <= p <= 1:
            raise ValueError(f"RandomHorizontalFlip: p is a probability, from 0 to 1, not {p}")
        self.p = p

    def __call__(self, images: Tensor) -> Tensor:
        images = check("RandomHorizontalFlip", images)
        chosen = from_numpy(generator().random((*images.shape[:-3], 1, 1, 1)) < self.p)
        return where(chosen, images.flip(-1), images)


class RandomCrop:
    """Cut a window out of each image, at a place drawn for it, after a border was added.

    Shapes: (C, H, W) -> (C, height, width); (N, C, H, W) -> (N, C, height, width).
    Source: torchvision.transforms.v2.RandomCrop.

    Parameters
    ----------
    size : of the window: (height, width), or one number for both
    padding : of the border: one number, (left and right, top and bottom), or (left, top, right, bottom)
    fill : what a constant border consists of
    padding_mode : "constant"; "edge", the outermost pixels repeated; or "reflect", the inside mirrored
    """

    def __init__(
        self,
        size: int | Sequence[int],
        padding: int | Sequence[int] | None = None,
        *,
        fill: float = 0,
        padding_mode: str = "constant",
    ) -> None:
        if padding_mode not in BORDERS:
            raise ValueError(f"RandomCrop: padding_mode {padding_mode!r} is none of {', '.join(BORDERS)}")
        border = tuple(padding) if isinstance(padding, Sequence) else (padding or 0,)
        if len(border) not in (1, 2, 4):
            raise ValueError(f"RandomCrop: padding has 1, 2 or 4 numbers, not {len(border)}: {padding}")
        lengths = tuple(size) if isinstance(size, Sequence) else (size,)
        if len(lengths) not in (1, 2) or not all(isinstance(n, Integral) and n > 0 for n in lengths):
            raise ValueError(f"RandomCrop: size is one whole number above 0, or (height, width), not {size!r}")
        self.height, self.width = lengths * (2 // len(lengths))
        left, top, right, bottom = border * (4 // len(border))
        self.padding = (left, right, top, bottom)
        self.fill = fill
        self.padding_mode = padding_mode

    def __call__(self, images: Tensor) -> Tensor:
        images = check("RandomCrop", images)
        if images.ndim not in (3, 4):
            raise ValueError(f"RandomCrop: expected (C, H, W) or (N, C, H, W), got the shape {tuple(images.shape)}")
        batch = images if images.ndim == 4 else images.unsqueeze(0)
        if any(self.padding):
            value = self.fill if self.padding_mode == "constant" else None
            batch = pad(batch, self.padding, BORDERS[self.padding_mode], value)
        if batch.shape[-2] < self.height or batch.shape[-1] < self.width:
            raise ValueError(
                f"RandomCrop: Required crop size {(self.height, self.width)} is larger than input image size "
                f"{tuple(batch.shape[-2:])}: give padding="
            )
        windows = batch.unfold(-2, self.height, 1).unfold(-2, self.width, 1)
        _, _, tops, lefts, _, _ = windows.shape
        top, left = (generator().integers(places, size=len(batch)) for places in (tops, lefts))
        crops = windows[np.arange(len(batch)), :, top, left]
        return crops if images.ndim == 4 else crops.squeeze(0)


def generator() -> np.random.Generator:
    """Where chance comes from: the default generator or, in a DataLoader's worker, the worker's own."""
    worker = get_worker_info()
    return source() if worker is None else worker.rng.numpy_generator


def check(name: str, images: Tensor) -> Tensor:
    """The images, if they are a Tensor that can hold some."""
    if not isinstance(images, Tensor):
        raise TypeError(
            f"{name}: expected a Tensor (C, H, W) or (N, C, H, W), got a {type(images).__name__}: "
            "make one with autograd.from_numpy()"
        )
    if images.ndim < 3:
        raise ValueError(f"{name}: expected (C, H, W) or (N, C, H, W), got the shape {tuple(images.shape)}")
    return images
