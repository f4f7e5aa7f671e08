"""Stochastic gradient descent."""

from collections.abc import Iterable

from autograd import Tensor
from optim.checks import check_number
from optim.optimizer import Optimizer


class SGD(Optimizer):
    """Step against the gradient, or along a velocity b that sums up past gradients.

    g = g + weight_decay * p;  b = momentum * b + (1 - dampening) * g, at the first step b = g;  p -= lr * b
    With nesterov, p -= lr * (g + momentum * b). Without momentum, p -= lr * g. With maximize, -g takes the place of g.
    The velocity is a sum of gradients, and lr scales it as a whole: a change of lr acts at once on all of it.

    Source: torch.optim.SGD; Sutskever et al. 2013 for both forms of momentum; lecture, parameter updates.

    Parameters
    ----------
    params : iterable of Tensors, of (name, Tensor) pairs, or of dicts (parameter groups)
    lr : float or 1-element Tensor, >= 0
    momentum : float >= 0
    dampening : float
    weight_decay : float >= 0, the factor of an L2 penalty's gradient
    nesterov : bool, needs momentum > 0 and dampening = 0
    maximize : bool
    foreach, fused : accepted for torch's sake, they change no result
    differentiable : must be False
    """

    elementwise = True

    def __init__(
        self,
        params: Iterable,
        lr: float | Tensor = 1e-3,
        momentum: float = 0,
        dampening: float = 0,
        weight_decay: float | Tensor = 0,
        nesterov: bool = False,
        *,
        maximize: bool = False,
        foreach: bool | None = None,
        differentiable: bool = False,
        fused: bool | None = None,
    ) -> None:
        check_number("SGD", "learning rate", lr)
        check_number("SGD", "momentum value", momentum)
        check_number("SGD", "weight_decay value", weight_decay)
        if nesterov and (momentum <= 0 or dampening != 0):
            raise ValueError(
                "SGD: Nesterov momentum requires a momentum and zero dampening, "
                f"got momentum={momentum}, dampening={dampening}"
            )
        super().__init__(
            params,
            {
                "lr": lr,
                "momentum": momentum,
                "dampening": dampening,
                "weight_decay": weight_decay,
                "nesterov": nesterov,
                "maximize": maximize,
                "foreach": foreach,
                "differentiable": differentiable,
                "fused": fused,
            },
        )

    def slots(self, group):
        return {"momentum_buffer": None} if group["momentum"] else {}

    def update(self, p, g, state, lr, momentum, dampening, weight_decay, nesterov, maximize):
        if maximize:
            g = -g
        if weight_decay:
            g = g + weight_decay * p
        if momentum:
            b = state.get("momentum_buffer")
            if b is None:
                b = g.copy()
            else:
                b *= momentum
                b += (1 - dampening) * g
            state["momentum_buffer"] = b
            g = g + momentum * b if nesterov else b
        p -= lr * g
        return p
