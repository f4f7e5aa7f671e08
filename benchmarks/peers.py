"""The engines that are compared: how each comes to answer to the names `autograd`, `nn` and `optim`."""

import importlib
import importlib.metadata
import importlib.util
import sys
import types

PEERS = ("ours", "torch", "micrograd")


def installed(peer: str) -> bool:
    return peer == "ours" or importlib.util.find_spec(peer) is not None


def become(peer: str) -> str:
    """Let this process's `autograd`, `nn` and `optim` be the peer's; return the peer's name and version.

    It works before anything has imported them, and a process can become one peer only.
    """
    if peer == "torch":
        become_torch()
    elif peer == "micrograd":
        become_micrograd()
    return "ours" if peer == "ours" else f"{peer} {importlib.metadata.version(peer)}"


def become_torch() -> None:
    import torch

    torch.set_num_threads(1)
    torch.gategrad = True  # the mark by which the demos know the `autograd` they were written for
    sys.modules["autograd"] = torch
    for name in ("nn", "nn.functional", "optim", "utils.data"):
        module = importlib.import_module(f"torch.{name}")
        sys.modules[name if name.startswith(("nn", "optim")) else f"autograd.{name}"] = module


def become_micrograd() -> None:
    """micrograd's Value as it is shipped, and the update of its own demo as an optimizer."""
    from micrograd.engine import Value

    class SGD:
        def __init__(self, parameters, lr):
            self.parameters, self.lr = list(parameters), lr

        def zero_grad(self):
            for p in self.parameters:
                p.grad = 0

        def step(self):
            for p in self.parameters:
                p.data -= self.lr * p.grad

    sys.setrecursionlimit(10**6)  # its backward calls itself once for every gate in the chain
    sys.modules["autograd"] = types.SimpleNamespace(tensor=lambda value, **_: Value(value), float64=None)
    sys.modules["optim"] = types.SimpleNamespace(SGD=SGD)
