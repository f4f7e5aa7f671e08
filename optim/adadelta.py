"""Adadelta."""

from collections.abc import Iterable

import numpy as np

from autograd import Tensor
from optim.checks import check_number
from optim.optimizer import Optimizer


class Adadelta(Optimizer):
    """Step against the gradient, scaled so that a step is as long as the steps before it.

    g = g + weight_decay * p;  v = rho*v + (1-rho)*g*g
    d = sqrt(u + eps) / sqrt(v + eps) * g;  u = rho*u + (1-rho)*d*d;  p -= lr * d
    v is the running mean square of the gradient, u that of the steps: d has the unit of p, and lr none. With maximize,
    -g takes the place of g.

    Source: torch.optim.Adadelta; Zeiler 2012, algorithm 1.

    Parameters
    ----------
    params : iterable of Tensors, of (name, Tensor) pairs, or of dicts (parameter groups)
    lr : float or 1-element Tensor, >= 0
    rho : float in [0, 1], how much of the running means is kept
    eps : float >= 0, with which the first steps begin: u starts at zero
    weight_decay : float >= 0, the factor of an L2 penalty's gradient
    maximize : bool
    foreach, capturable : accepted for torch's sake, they change no result
    differentiable : must be False
    """

    elementwise = True

    def __init__(
        self,
        params: Iterable,
        lr: float | Tensor = 1.0,
        rho: float = 0.9,
        eps: float = 1e-6,
        weight_decay: float = 0,
        foreach: bool | None = None,
        *,
        capturable: bool = False,
        maximize: bool = False,
        differentiable: bool = False,
    ) -> None:
        check_number("Adadelta", "learning rate", lr)
        check_number("Adadelta", "rho value", rho)
        if rho > 1:
            raise ValueError(f"Adadelta: Invalid rho value: {rho}, expected a number in [0, 1]")
        check_number("Adadelta", "epsilon value", eps)
        check_number("Adadelta", "weight_decay value", weight_decay)
        super().__init__(
            params,
            {
                "lr": lr,
                "rho": rho,
                "eps": eps,
                "weight_decay": weight_decay,
                "maximize": maximize,
                "capturable": capturable,
                "foreach": foreach,
                "differentiable": differentiable,
            },
        )

    def slots(self, group):
        return {"step": 0, "square_avg": 0, "acc_delta": 0}

    def update(self, p, g, state, lr, rho, eps, weight_decay, maximize):
        v, u = state["square_avg"], state["acc_delta"]
        if maximize:
            g = -g
        if weight_decay:
            g = g + weight_decay * p
        v *= rho
        v += (1 - rho) * g * g
        d = np.sqrt(u + eps) / np.sqrt(v + eps) * g
        u *= rho
        u += (1 - rho) * d * d
        state["square_avg"], state["acc_delta"] = v, u
        p -= lr * d
        return p
