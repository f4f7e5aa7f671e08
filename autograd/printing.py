"""`repr` and `str` of Tensors, as torch prints them."""


class Printing:
    """The part of Tensor that prints."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"tensor({self.payload.tolist()})"
