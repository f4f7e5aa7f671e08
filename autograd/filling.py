"""Writing over a Tensor: with a number, with another tensor, with chance.

Each is one recorded write. What was there before gets a gradient of zeros; what is written gets its own.
"""

import numpy as np

from autograd import dtypes
from autograd.memory import need_apart
from autograd.ops import TABLE
from autograd.random import source
from autograd.record import converted, wrap
from autograd.views import write


class Filling:
    """The part of Tensor that overwrites itself."""

    __slots__ = ()

    def zero_(self):
        """Fill with zeros."""
        return self.fill_(0)

    def fill_(self, value):
        """Fill with one number, which may be a 0-d tensor."""
        if getattr(value, "ndim", 0):
            raise RuntimeError(
                f"fill_: fill_ only supports 0-dimension value tensor but got tensor with {value.ndim} dimensions: "
                "use copy_() for several numbers"
            )
        value = value if hasattr(value, "payload") else wrap(dtypes.cast(value, self.payload.dtype))
        return write(
            self, lambda tensor: TABLE["copy"].call(tensor, converted(value, tensor.payload.dtype)), repeated=True
        )

    def copy_(self, src, non_blocking: bool = False):
        """Write another tensor, broadcast to this shape and cast to this dtype; it gets the gradient."""
        if not hasattr(src, "payload"):
            raise TypeError(
                f"copy_(): argument 'other' (position 1) must be Tensor, not {type(src).__name__}: use fill_() for "
                "a number, autograd.as_tensor() for an array"
            )
        need_apart(self.payload, src.payload)
        return write(self, lambda tensor: TABLE["copy"].call(tensor, converted(src, tensor.payload.dtype)))

    def uniform_(self, start=0.0, to=1.0, *, generator=None):
        """Fill with uniform numbers from [start, to)."""
        if start > to:
            raise RuntimeError(
                f"uniform_: uniform_ expects to return a [from, to) range, but found from={start} > to={to}"
            )
        return write_numbers(
            self, "uniform_", lambda random, shape: start + (to - start) * random.random(shape), generator
        )

    def normal_(self, mean=0.0, std=1.0, *, generator=None):
        """Fill with normal numbers."""
        if std < 0:
            raise RuntimeError(f"normal_: normal expects std >= 0.0, but found std {std}")
        return write_numbers(
            self, "normal_", lambda random, shape: mean + std * random.standard_normal(shape), generator
        )

    def exponential_(self, lambd=1.0, *, generator=None):
        """Fill with exponential numbers of this rate."""
        if lambd <= 0:
            raise RuntimeError(f"exponential_: exponential_ expects lambda > 0.0, but found lambda={lambd}")
        return write_numbers(
            self, "exponential_", lambda random, shape: random.standard_exponential(shape) / lambd, generator
        )

    def bernoulli_(self, p=0.5, *, generator=None):
        """Fill with 1 where chance wants it, of probability p (a number or a tensor), else with 0."""
        p = getattr(p, "payload", p)
        if not np.all((p >= 0) & (p <= 1)):
            raise RuntimeError(f"bernoulli_: bernoulli_ expects p to be in [0, 1], but got p={p}")
        return self.copy_(wrap((source(generator).random(self.payload.shape) < p).astype(self.payload.dtype)))

    def random_(self, start=0, to=None, *, generator=None):
        """Fill with whole numbers from [start, to); random_(to) starts at 0.

        Without `to`, from 0 to the largest that the dtype holds (of floats: the largest of an unbroken row).
        """
        dtype = self.payload.dtype
        if to is None and start:
            start, to = 0, start
        if to is None:
            to = (
                2
                if dtype.kind == "b"
                else 2 ** (np.finfo(dtype).nmant + 1) + 1
                if dtype.kind == "f"
                else int(np.iinfo(dtype).max) + (dtype != np.int64)
            )
        if start >= to:
            raise RuntimeError(f"random_: random_ expects 'from' to be less than 'to', but got from={start} >= to={to}")
        return self.copy_(wrap(source(generator).integers(start, to, self.payload.shape).astype(dtype)))


def write_numbers(tensor, name, draw, generator):
    """Write what `draw` gives for a np.random.Generator and a shape."""
    payload = tensor.payload
    if payload.dtype.kind != "f":
        raise NotImplementedError(f"{name}: not implemented for {tensor.dtype}: only floats can hold such numbers")
    return tensor.copy_(wrap(np.asarray(draw(source(generator), payload.shape), payload.dtype)))
