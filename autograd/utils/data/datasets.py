"""Published sets of images, under torchvision's names: MNIST, FashionMNIST and CIFAR10.

>>> from autograd.utils.data.datasets import MNIST
>>> digits = MNIST("data", train=True)                              # doctest: +SKIP
>>> image, target = digits[0]                                       # doctest: +SKIP
>>> image.shape, digits.classes[target]                             # doctest: +SKIP
(torch.Size([1, 28, 28]), '5 - five')

The files are read from the folder `root` or, where they are missing, downloaded into it; without a root they are kept
in the user's cache. An image is a Tensor (C, H, W) of bytes from 0 to 255, not a PIL image. To train on whole batches:

>>> batches = TensorDataset(digits.images, digits.labels)           # doctest: +SKIP

Source: torchvision.datasets.
"""

import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

import numpy as np

from autograd.creation import as_tensor, from_numpy
from autograd.dtypes import int64
from autograd.tensors import Tensor
from autograd.utils.data.dataset import Dataset
from autograd.utils.data.idx import read_idx
from autograd.utils.data.release import Release, cache_folder


class ImageDataset(Dataset[tuple[Tensor, int]]):
    """Images and the class of each: what the published sets below have in common.

    Shapes: images (N, C, H, W) of uint8, labels (N,) of int64; sample i is ``(images[i], targets[i])``.

    Parameters
    ----------
    root : the folder of the files; by default the user's cache
    train : the training images, or else the test images
    transform, target_transform : what is done to each image and to each target when a sample is fetched
    download : whether files that `root` lacks may be downloaded into it
    """

    release: ClassVar[Release]
    classes: ClassVar[list[str]]
    mean: ClassVar[tuple[float, ...]]
    std: ClassVar[tuple[float, ...]]

    def __init__(
        self,
        root: str | Path | None = None,
        train: bool = True,
        transform: Callable | None = None,
        target_transform: Callable | None = None,
        download: bool = True,
    ) -> None:
        self.root = cache_folder(self.release.name) if root is None else Path(root).expanduser()
        self.train = train
        self.transform = transform
        self.target_transform = target_transform
        self.data, self.targets = self._load(download)

    def _load(self, download: bool):
        raise NotImplementedError

    @property
    def images(self) -> Tensor:
        """All images.  Shapes: (N, C, H, W)."""
        raise NotImplementedError

    @property
    def labels(self) -> Tensor:
        """All targets.  Shapes: (N,)."""
        return as_tensor(self.targets, dtype=int64)

    @property
    def class_to_idx(self) -> dict[str, int]:
        """The number of each class."""
        return {name: number for number, name in enumerate(self.classes)}

    def __len__(self) -> int:
        return len(self.data)

    def __getitem__(self, index):
        image, target = self.images[index].clone(), int(self.targets[index])  # a transform may write to its own copy
        if self.transform is not None:
            image = self.transform(image)
        if self.target_transform is not None:
            target = self.target_transform(target)
        return image, target

    def _check(self, images: np.ndarray, labels: np.ndarray) -> None:
        """See that there are as many labels as images, and none beyond the classes."""
        if len(images) != len(labels):
            raise ValueError(f"{self.release.name}: {len(images)} images with {len(labels)} labels in {self.root}")
        if labels.max(initial=0) >= len(self.classes):
            raise ValueError(
                f"{self.release.name}: a label in {self.root} is {labels.max()}, the last class {len(self.classes) - 1}"
            )


class MNIST(ImageDataset):
    """70,000 handwritten digits, 60,000 of them for training: `data` (N, 28, 28) and `targets` (N,) are Tensors.

    `mean` and `std` are those of the training pixels, scaled to [0, 1], as in PyTorch's MNIST example.
    Source: torchvision.datasets.MNIST; LeCun, Bottou, Bengio, Haffner 1998.
    """

    release = Release(
        "MNIST",
        {
            "train-images-idx3-ubyte.gz": "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
            "train-labels-idx1-ubyte.gz": "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
            "t10k-images-idx3-ubyte.gz": "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
            "t10k-labels-idx1-ubyte.gz": "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
        },
        (
            "https://ossci-datasets.s3.amazonaws.com/mnist/",
            "https://storage.googleapis.com/cvdf-datasets/mnist/",
        ),
        place="MNIST/raw",
    )
    classes: ClassVar[list[str]] = [
        f"{digit} - {word}"
        for digit, word in enumerate(["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"])
    ]
    mean, std = (0.1307,), (0.3081,)

    def _load(self, download: bool) -> tuple[Tensor, Tensor]:
        part = "train" if self.train else "t10k"
        images = read_idx(self.release.find(f"{part}-images-idx3-ubyte.gz", self.root, download), ndim=3)
        labels = read_idx(self.release.find(f"{part}-labels-idx1-ubyte.gz", self.root, download), ndim=1)
        self._check(images, labels)
        return from_numpy(images), as_tensor(labels, dtype=int64)

    @property
    def images(self) -> Tensor:
        """All images.  Shapes: (N, 1, 28, 28)."""
        return self.data.unsqueeze(1)


class FashionMNIST(MNIST):
    """70,000 photographs of clothes in MNIST's format: `data` (N, 28, 28) and `targets` (N,) are Tensors.

    `mean` and `std` are those of the training pixels, scaled to [0, 1].
    Source: torchvision.datasets.FashionMNIST; Xiao, Rasul, Vollgraf 2017.
    """

    release = Release(
        "FashionMNIST",
        {
            "train-images-idx3-ubyte.gz": "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
            "train-labels-idx1-ubyte.gz": "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
            "t10k-images-idx3-ubyte.gz": "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
            "t10k-labels-idx1-ubyte.gz": "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
        },
        (
            "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
            "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
        ),
        place="FashionMNIST/raw",
    )
    classes: ClassVar[list[str]] = [
        "T-shirt/top",
        "Trouser",
        "Pullover",
        "Dress",
        "Coat",
        "Sandal",
        "Shirt",
        "Sneaker",
        "Bag",
        "Ankle boot",
    ]
    mean, std = (0.2860,), (0.3530,)


class CIFAR10(ImageDataset):
    """60,000 small colour photographs, 50,000 for training: `data` (N, 32, 32, 3) is an array, `targets` a list.

    Read from the *binary* version, an archive or the files in it: a record is a label byte, then the red, the green
    and the blue plane. (torchvision reads the Python version, whose pickles could run any code.)
    `mean` and `std` are those of the training pixels, scaled to [0, 1], channel by channel.
    Source: torchvision.datasets.CIFAR10; Krizhevsky 2009, Learning Multiple Layers of Features from Tiny Images.
    """

    archive: ClassVar[str] = "cifar-10-binary.tar.gz"
    release = Release(
        "CIFAR10",
        {archive: "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd"},
        ("https://www.cs.toronto.edu/~kriz/", "https://cave.cs.toronto.edu/kriz/"),
    )
    classes: ClassVar[list[str]] = [
        "airplane",
        "automobile",
        "bird",
        "cat",
        "deer",
        "dog",
        "frog",
        "horse",
        "ship",
        "truck",
    ]
    mean, std = (0.4914, 0.4822, 0.4465), (0.2470, 0.2435, 0.2616)
    records: ClassVar[int] = 10_000  # in every file

    def _load(self, download: bool) -> tuple[np.ndarray, list[int]]:
        names = [f"data_batch_{i}.bin" for i in range(1, 6)] if self.train else ["test_batch.bin"]
        records = np.concatenate([self._records(*file) for file in self._contents(names, download)])
        labels, images = records[:, 0], records[:, 1:].reshape(-1, 3, 32, 32)
        self._check(images, labels)
        return np.ascontiguousarray(images.transpose(0, 2, 3, 1)), labels.tolist()

    def _contents(self, names: list[str], download: bool) -> list[tuple[Path, bytes]]:
        """The bytes of these files: unpacked ones if all are there, else those in the archive."""
        for folder in (self.root / "cifar-10-batches-bin", self.root):
            paths = [folder / name for name in names]
            if all(path.is_file() for path in paths):
                return [(path, path.read_bytes()) for path in paths]
        archive = self.release.find(self.archive, self.root, download)
        members = [f"cifar-10-batches-bin/{name}" for name in names]
        found = {}
        with tarfile.open(archive) as tar:
            for entry in tar:  # in the order of the archive: going back would unpack it again
                if entry.name in members and (stream := tar.extractfile(entry)):
                    found[entry.name] = stream.read()
        return [(archive / member, found[member]) for member in members]

    def _records(self, path: Path, raw: bytes) -> np.ndarray:
        size = 1 + 3 * 32 * 32
        if len(raw) != self.records * size:
            raise ValueError(
                f"{path} is damaged: {self.records} records of {size} bytes make {self.records * size} bytes, "
                f"and it has {len(raw)}"
            )
        return np.frombuffer(raw, np.uint8).reshape(-1, size)

    @property
    def images(self) -> Tensor:
        """All images.  Shapes: (N, 3, 32, 32)."""
        return from_numpy(self.data.transpose(0, 3, 1, 2))
