"""The work that is measured, the same lines for every peer.

A load is a function without arguments that prepares its tensors and returns `step`, which does one unit of the work.
It speaks `autograd`, `nn` and `optim`; which engine answers to those names is up to the worker process it runs in.
"""

from typing import NamedTuple


class Load(NamedTuple):
    """Where a load is found, who can run it, and how many times faster than each peer we mean to be."""

    function: str
    peers: tuple[str, ...]
    goals: dict[str, float]
    unit: str = "s"  # what step is judged by: its seconds, or the number "B" of bytes that it returns


LOADS = {
    "scalar chain, 1000 ops": Load("scalars.chain", ("torch", "micrograd"), {"torch": 4.5, "micrograd": 1.4}),
    "scalar chain with tanh": Load("scalars.tanh_chain", ("torch",), {}),
    "scalar MLP 3-16-1, 100 steps": Load("scalars.mlp", ("torch", "micrograd"), {}),
    "(16,) chain, 99 ops": Load("chains.short", ("torch",), {"torch": 2.4}),
    "(32, 32) chain, 99 ops": Load("chains.square", ("torch",), {"torch": 1.6}),
    "MLP 64-64-64-10, batch 32": Load("networks.mlp", ("torch",), {"torch": 1.7}),
    "digits ConvNet, batch 64": Load("networks.convnet", ("torch",), {"torch": 0.7}),
    "scalar chain, 100,000 ops": Load("scalars.deep_chain", ("torch", "micrograd"), {}),
    "bytes per scalar node": Load("scalars.bytes_per_node", ("micrograd",), {}, unit="B"),
}
