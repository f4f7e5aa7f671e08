"""IDX, the format of MNIST: an array of bytes after a header that tells its shape."""

from pathlib import Path

import numpy as np

from autograd.utils.data.release import contents

UNSIGNED_BYTE = 0x08


def read_idx(path: Path, ndim: int) -> np.ndarray:
    """The array in an IDX file of unsigned bytes, plain or packed with gzip.

    The header is two zero bytes, the element type, the number of dimensions, then each dimension as a big-endian int32.
    Source: Y. LeCun, C. Cortes, C. Burges, The MNIST database of handwritten digits.

    Parameters
    ----------
    path : the file
    ndim : how many dimensions its array must have: 3 for images, 1 for labels
    """
    raw = contents(path)
    magic, expected = raw[:4], bytes([0, 0, UNSIGNED_BYTE, ndim])
    if magic != expected:
        raise ValueError(
            f"{path} is not an IDX file of unsigned bytes with {ndim} dimensions: it begins with the bytes "
            f"{magic.hex(' ')}, not {expected.hex(' ')}"
        )
    start = 4 + 4 * ndim
    shape = np.frombuffer(raw[4:start], ">i4").tolist() if len(raw) >= start else None
    if shape is None or len(raw) - start != np.prod(shape, dtype=np.int64):
        told = "is cut off" if shape is None else f"tells of the shape {tuple(shape)}"
        raise ValueError(f"{path} is damaged: its header {told}, and {max(len(raw) - start, 0)} bytes follow")
    return np.frombuffer(raw, np.uint8, offset=start).reshape(shape).copy()
