"""Devices by torch's names. Only the CPU is there; code that asks for another learns so."""

import re


class device:
    """Where a tensor lives: ``device("cpu")``. Source: torch.device."""

    __slots__ = ("index", "type")

    type: str
    index: int | None

    def __init__(self, type, index: int | None = None):
        if isinstance(type, device):
            type, index = type.type, type.index
        elif isinstance(type, int):
            type, index = "cuda", type
        match = re.fullmatch(r"(cpu|cuda|mps|xpu|meta)(?::(\d+))?", str(type))
        if match is None:
            raise RuntimeError(
                f"Expected one of cpu, cuda, mps, xpu, meta as the device type at start of device string: {type}"
            )
        self.type = match[1]
        self.index = int(match[2]) if match[2] else index

    def __enter__(self) -> "device":
        check_device(self)  # new tensors are made on the CPU anyway
        return self

    def __exit__(self, *_) -> None:
        pass

    def __str__(self) -> str:
        return self.type if self.index is None else f"{self.type}:{self.index}"

    def __repr__(self) -> str:
        return (
            f"device(type='{self.type}')" if self.index is None else f"device(type='{self.type}', index={self.index})"
        )

    def __eq__(self, other) -> bool:
        return isinstance(other, device) and (self.type, self.index) == (other.type, other.index)

    def __hash__(self) -> int:
        return hash((self.type, self.index))


CPU = device("cpu")


def check_device(target) -> None:
    """Raise unless the target is the CPU (or None)."""
    if target is not None and target is not CPU and device(target).type != "cpu":
        raise RuntimeError(
            f"{device(target)}: gategrad computes on the CPU only: ask autograd.cuda.is_available() before "
            'choosing a device, e.g. device = "cuda" if autograd.cuda.is_available() else "cpu"'
        )
