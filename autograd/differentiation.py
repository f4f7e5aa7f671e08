"""The two ways to ask for gradients: `backward` fills `.grad` of the leaves, `grad` returns them."""

import numpy as np

from autograd.graph import NOWHERE, sweep
from autograd.record import converted, wrap
from autograd.tensors import Tensor
from autograd.views import is_shadow


def backward(tensors, grad_tensors=None, retain_graph=None, create_graph=False, inputs=None) -> None:
    """Add the gradients of the sum of `tensors` to the `grad` of the leaves they depend on.

    Parameters
    ----------
    tensors : Tensor or sequence of Tensors
    grad_tensors : Tensor, None, or a sequence of them
        What arrives from above, of each tensor's shape; 1 for a tensor of one element.
    retain_graph : bool, optional
        Keep what the rules have saved, so that backward can run again; as `create_graph` if not given.
    create_graph : bool
        Record the backward itself, for derivatives of higher order.
    inputs : Tensor or sequence of Tensors, optional
        Only these receive a gradient.

    Source: torch.autograd.backward.
    """
    roots = as_tuple(tensors)
    seeds = make_seeds("backward", roots, grad_tensors, create_graph)
    targets = None
    if inputs is not None:
        inputs = as_tuple(inputs)
        if not inputs:
            raise RuntimeError("backward: `inputs` argument to `backward()` cannot be empty.")
        for tensor in inputs:
            require_grad("backward", tensor)
            tensor.retain_grad()
        targets = {tensor.node for tensor in inputs}
    sweep(seeds, create_graph if retain_graph is None else retain_graph, create_graph, targets)


def grad(
    outputs,
    inputs,
    grad_outputs=None,
    retain_graph=None,
    create_graph=False,
    allow_unused=None,
    is_grads_batched=False,
    materialize_grads=False,
):
    """d(sum of outputs)/d(input) for each input, as a tuple; no `.grad` is touched.

    Parameters
    ----------
    outputs, inputs : Tensor or sequence of Tensors
    grad_outputs : what arrives from above at each output; 1 for an output of one element
    retain_graph, create_graph : as in `backward`
    allow_unused : bool, optional
        Give None for an input that the outputs do not depend on, rather than raise.
    materialize_grads : bool
        Give zeros for such an input.

    Source: torch.autograd.grad.
    """
    if is_grads_batched:
        raise NotImplementedError(
            "grad: is_grads_batched is not supported: call grad once for each row of grad_outputs"
        )
    outputs, inputs = as_tuple(outputs), as_tuple(inputs)
    if materialize_grads and allow_unused is False:
        raise ValueError(
            "grad: Expected allow_unused to be True or not passed when materialize_grads=True, but got: "
            "allow_unused=False."
        )
    for tensor in inputs:
        require_grad("grad", tensor)
    seeds = make_seeds("grad", outputs, grad_outputs, create_graph)
    caught = sweep(
        seeds,
        create_graph if retain_graph is None else retain_graph,
        create_graph,
        {tensor.node for tensor in inputs},
        accumulate=False,
    )
    results = [None if is_shadow(tensor.node) else caught.get(tensor.node) for tensor in inputs]
    for i, tensor in enumerate(inputs):
        if results[i] is None and materialize_grads:
            results[i] = np.zeros_like(tensor.payload)
        elif results[i] is None and not allow_unused:
            raise RuntimeError(
                f"grad: One of the differentiated Tensors (input {i}, shape {tuple(tensor.shape)}) appears to not "
                "have been used in the graph. Set allow_unused=True if this is the desired behavior."
            )
    return tuple([None if g is None else as_tensor(g) for g in results])


def as_tuple(tensors) -> tuple:
    """One Tensor or several, as a tuple."""
    return (tensors,) if isinstance(tensors, Tensor) else tuple(tensors)


def as_tensor(g):
    """A gradient for the user: his own, not a buffer that others hold."""
    return g if isinstance(g, Tensor) else wrap(g.copy())


def require_grad(name, tensor):
    """Raise unless this is a Tensor that requires grad."""
    if not isinstance(tensor, Tensor):
        raise TypeError(f"{name}: inputs must be Tensors, not {type(tensor).__name__}")
    if tensor.node is NOWHERE:
        raise RuntimeError(
            f"{name}: One of the differentiated Tensors does not require grad: set requires_grad=True when making it"
        )


def make_seeds(name, roots, given, create_graph) -> dict:
    """The gradient with which each root's node starts."""
    given = tuple(given) if isinstance(given, (tuple, list)) else (given,) * len(roots)
    if len(given) != len(roots):
        raise RuntimeError(f"{name}: got {len(roots)} tensors and {len(given)} gradients")
    seeds: dict = {}
    for tensor, gradient in zip(roots, given, strict=True):
        if not isinstance(tensor, Tensor):
            raise TypeError(f"{name}: expected a Tensor, not {type(tensor).__name__}")
        payload = tensor.payload
        if tensor.node is NOWHERE or is_shadow(tensor.node):
            raise RuntimeError(
                f"{name}: element 0 of tensors does not require grad and does not have a grad_fn: no leaf with "
                "requires_grad=True leads to it"
            )
        if gradient is None:
            if payload.size != 1:
                raise RuntimeError(
                    f"{name}: grad can be implicitly created only for scalar outputs, not for shape "
                    f"{tuple(payload.shape)}: reduce it (.sum(), .mean()) or pass gradient="
                )
            seed = np.ones_like(payload) if type(payload) is np.ndarray else type(payload)(1)
            seed = wrap(seed) if create_graph else seed
        else:
            if not isinstance(gradient, Tensor):
                raise TypeError(f"{name}: gradients can be either Tensors or None, but got {type(gradient).__name__}")
            if gradient.payload.shape != payload.shape:
                raise RuntimeError(
                    f"{name}: Mismatch in shape: grad_output[0] has a shape of {gradient.shape} and output[0] has a "
                    f"shape of {tensor.shape}."
                )
            gradient = converted(gradient, payload.dtype)
            seed = gradient if create_graph else gradient.payload.copy()
        before = seeds.get(tensor.node)
        seeds[tensor.node] = seed if before is None else before + seed
    return seeds
