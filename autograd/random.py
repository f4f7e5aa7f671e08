"""Sources of randomness: `manual_seed` makes a run repeat itself (its numbers are ours, not torch's)."""

import secrets
from contextlib import contextmanager

import numpy as np

from autograd import devices
from autograd.record import wrap


class Generator:
    """A stream of random numbers. Source: torch.Generator.

    `numpy` is the np.random.Generator behind it.
    """

    def __init__(self, device="cpu"):
        devices.check_device(device)
        self.device = devices.device(device)
        self.manual_seed(67280421310721)

    def manual_seed(self, seed: int) -> "Generator":
        """Begin the stream that belongs to this seed."""
        seed = int(seed)
        self._seed = seed
        self.numpy = np.random.Generator(np.random.PCG64(seed if seed >= 0 else seed + 2**64))
        return self

    def seed(self) -> int:
        """Begin an unpredictable stream, and return its seed."""
        self.manual_seed(secrets.randbits(63))
        return self._seed

    def initial_seed(self) -> int:
        """The seed with which this stream began."""
        return self._seed

    def get_state(self):
        """Where the stream stands, as a ByteTensor (37 bytes: state, increment, spare bits)."""
        state = self.numpy.bit_generator.state
        raw = (
            state["state"]["state"].to_bytes(16, "little")
            + state["state"]["inc"].to_bytes(16, "little")
            + bytes([state["has_uint32"]])
            + state["uinteger"].to_bytes(4, "little")
        )
        return wrap(np.frombuffer(raw, np.uint8).copy())

    def set_state(self, new_state) -> None:
        """Continue from where another stream stood."""
        raw = new_state.numpy().tobytes() if hasattr(new_state, "payload") else b""
        if len(raw) != 37:
            raise RuntimeError("set_state: expected the ByteTensor of 37 elements that get_state() gave")
        self.numpy.bit_generator.state = {
            "bit_generator": "PCG64",
            "has_uint32": raw[32],
            "uinteger": int.from_bytes(raw[33:], "little"),
            "state": {"state": int.from_bytes(raw[:16], "little"), "inc": int.from_bytes(raw[16:32], "little")},
        }


default_generator = Generator()
default_generator.seed()


def source(generator=None) -> np.random.Generator:
    """NumPy's generator behind one of ours, or behind the default one."""
    return (default_generator if generator is None else generator).numpy


def manual_seed(seed: int) -> Generator:
    """Seed the default generator. Source: torch.manual_seed."""
    return default_generator.manual_seed(seed)


def seed() -> int:
    """Seed the default generator unpredictably, and return the seed. Source: torch.seed."""
    return default_generator.seed()


def initial_seed() -> int:
    """The default generator's seed. Source: torch.initial_seed."""
    return default_generator.initial_seed()


def get_rng_state():
    """Where the default generator stands. Source: torch.get_rng_state."""
    return default_generator.get_state()


def set_rng_state(new_state) -> None:
    """Continue the default generator from a state. Source: torch.set_rng_state."""
    default_generator.set_state(new_state)


@contextmanager
def fork_rng(devices=(), enabled: bool = True):
    """A block after which the default generator stands where it stood before. Source: torch.random.fork_rng."""
    state = get_rng_state()
    try:
        yield
    finally:
        if enabled:
            set_rng_state(state)
