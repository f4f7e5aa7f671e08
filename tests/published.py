"""Small sets of images in the formats of the published ones."""

import struct
from pathlib import Path

import numpy as np


def publish_mnist(folder: Path, images: int) -> np.ndarray:
    """Write files in MNIST's format, unpacked, with as many images to learn from as to test; return their pixels.

    Each class is a pattern of its own, so that there is something to learn.
    """
    patterns = np.random.RandomState(0).randint(256, size=(10, 7, 7)).astype(np.uint8)
    labels = (np.arange(images) % 10).astype(np.uint8)
    pixels = patterns[labels].repeat(4, axis=1).repeat(4, axis=2)
    for part in ("train", "t10k"):
        (folder / f"{part}-images-idx3-ubyte").write_bytes(
            struct.pack(">IIII", 0x803, images, 28, 28) + pixels.tobytes()
        )
        (folder / f"{part}-labels-idx1-ubyte").write_bytes(struct.pack(">II", 0x801, images) + labels.tobytes())
    return pixels
