"""torch's names for ways to lie in memory. Tensors here are strided; other wishes are heard and not needed."""


class Named:
    """A constant that prints as torch's."""

    __slots__ = ("name",)

    def __init__(self, name: str):
        self.name = name

    def __repr__(self) -> str:
        return f"torch.{self.name}"

    def __reduce__(self):
        return self.name  # pickled by name: there is one of each


class layout(Named):
    """How elements are found: here always by strides. Source: torch.layout."""

    __slots__ = ()


class memory_format(Named):
    """In which order axes lie in memory. Source: torch.memory_format."""

    __slots__ = ()


strided = layout("strided")
contiguous_format = memory_format("contiguous_format")
preserve_format = memory_format("preserve_format")
channels_last = memory_format("channels_last")
channels_last_3d = memory_format("channels_last_3d")
