"""Adamax."""

from collections.abc import Iterable

import numpy as np

from autograd import Tensor
from optim.checks import check_betas, check_number
from optim.optimizer import Optimizer


class Adamax(Optimizer):
    """Step along the running mean of the gradient, divided by its largest size so far, which is slowly forgotten.

    g = g + weight_decay * p;  m = b1*m + (1-b1)*g;  u = max(b2*u, |g| + eps);  p -= lr / (1-b1**t) * m / u, t from 1
    It is Adam with the maximum norm in place of the root mean square: u needs no correction of its start at zero. With
    maximize, -g takes the place of g.

    Source: torch.optim.Adamax; Kingma & Ba 2015, algorithm 2.

    Parameters
    ----------
    params : iterable of Tensors, of (name, Tensor) pairs, or of dicts (parameter groups)
    lr : float or 1-element Tensor, >= 0
    betas : (b1, b2), floats in [0, 1): how much of the mean and of the maximum is kept
    eps : float >= 0
    weight_decay : float >= 0, the factor of an L2 penalty's gradient
    maximize : bool
    foreach, capturable : accepted for torch's sake, they change no result
    differentiable : must be False
    """

    elementwise = True

    def __init__(
        self,
        params: Iterable,
        lr: float | Tensor = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        foreach: bool | None = None,
        *,
        maximize: bool = False,
        differentiable: bool = False,
        capturable: bool = False,
    ) -> None:
        check_number("Adamax", "learning rate", lr)
        check_number("Adamax", "epsilon value", eps)
        check_betas("Adamax", betas)
        check_number("Adamax", "weight_decay value", weight_decay)
        super().__init__(
            params,
            {
                "lr": lr,
                "betas": tuple(betas),
                "eps": eps,
                "weight_decay": weight_decay,
                "foreach": foreach,
                "maximize": maximize,
                "differentiable": differentiable,
                "capturable": capturable,
            },
        )

    def slots(self, group):
        return {"step": 0, "exp_avg": 0, "exp_inf": 0}

    def update(self, p, g, state, lr, betas, eps, weight_decay, maximize):
        (b1, b2), m, u, t = betas, state["exp_avg"], state["exp_inf"], int(state["step"])
        if maximize:
            g = -g
        if weight_decay:
            g = g + weight_decay * p
        m *= b1
        m += (1 - b1) * g
        u *= b2
        u = np.maximum(u, np.abs(g) + eps, out=u if u.ndim else None)
        state["exp_avg"], state["exp_inf"] = m, u
        p -= lr / (1 - b1**t) * m / u
        return p
