"""RMSprop."""

from collections.abc import Iterable

import numpy as np

from autograd import Tensor
from optim.checks import check_number
from optim.optimizer import Optimizer


class RMSprop(Optimizer):
    """Step against the gradient, divided by its running root mean square.

    g = g + weight_decay * p;  v = alpha*v + (1-alpha)*g*g;  p -= lr * g / (sqrt(v) + eps)
    With centered, v - m*m takes the place of v in the step (a variance), m = alpha*m + (1-alpha)*g. With momentum,
    b = momentum*b + g / (sqrt(v) + eps) and p -= lr * b. With maximize, -g takes the place of g.

    Source: torch.optim.RMSprop; Tieleman & Hinton 2012, lecture 6.5; Graves 2013 for centered; lecture, RMSprop.

    Parameters
    ----------
    params : iterable of Tensors, of (name, Tensor) pairs, or of dicts (parameter groups)
    lr : float or 1-element Tensor, >= 0
    alpha : float >= 0, how much of the running means is kept
    eps : float >= 0
    weight_decay : float >= 0, the factor of an L2 penalty's gradient
    momentum : float >= 0
    centered, maximize : bool
    foreach, capturable : accepted for torch's sake, they change no result
    differentiable : must be False
    """

    elementwise = True

    def __init__(
        self,
        params: Iterable,
        lr: float | Tensor = 1e-2,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0,
        momentum: float = 0,
        centered: bool = False,
        capturable: bool = False,
        foreach: bool | None = None,
        maximize: bool = False,
        differentiable: bool = False,
    ) -> None:
        check_number("RMSprop", "learning rate", lr)
        check_number("RMSprop", "epsilon value", eps)
        check_number("RMSprop", "momentum value", momentum)
        check_number("RMSprop", "weight_decay value", weight_decay)
        check_number("RMSprop", "alpha value", alpha)
        super().__init__(
            params,
            {
                "lr": lr,
                "momentum": momentum,
                "alpha": alpha,
                "eps": eps,
                "centered": centered,
                "weight_decay": weight_decay,
                "capturable": capturable,
                "foreach": foreach,
                "maximize": maximize,
                "differentiable": differentiable,
            },
        )

    def slots(self, group):
        return {
            "step": 0,
            "square_avg": 0,
            **({"momentum_buffer": 0} if group["momentum"] else {}),
            **({"grad_avg": 0} if group["centered"] else {}),
        }

    def update(self, p, g, state, lr, alpha, eps, weight_decay, momentum, centered, maximize):
        v = state["square_avg"]
        if maximize:
            g = -g
        if weight_decay:
            g = g + weight_decay * p
        v *= alpha
        v += (1 - alpha) * g * g
        state["square_avg"] = v
        if centered:
            m = state["grad_avg"]
            m *= alpha
            m += (1 - alpha) * g
            state["grad_avg"] = m
            v = v - m * m
        if momentum:
            b = state["momentum_buffer"]
            b *= momentum
            b += g / (np.sqrt(v) + eps)
            state["momentum_buffer"] = b
            p -= lr * b
        else:
            p -= lr * g / (np.sqrt(v) + eps)
        return p
