"""RAdam."""

from collections.abc import Iterable
from math import sqrt

import numpy as np

from autograd import Tensor
from optim.checks import check_betas, check_number
from optim.optimizer import Optimizer


class RAdam(Optimizer):
    """Adam that divides by the root mean square only once it has seen enough gradients to trust it.

    g = g + weight_decay * p;  m = b1*m + (1-b1)*g;  v = b2*v + (1-b2)*g*g
    n = 2 / (1-b2) - 1;  rho = n - 2 * t * b2**t / (1-b2**t), the number of gradients that v remembers, t from 1
    r = sqrt((rho-4) * (rho-2) * n / ((n-4) * (n-2) * rho)), from 0 to 1 as v settles
    p -= lr / (1-b1**t) * m * r * sqrt(1-b2**t) / (sqrt(v) + eps), or p -= lr / (1-b1**t) * m as long as rho <= 5
    It warms up by itself. With decoupled_weight_decay, p *= 1 - lr * weight_decay takes the place of the first formula.
    With maximize, -g takes the place of g.

    Source: torch.optim.RAdam; Liu et al. 2020, algorithm 2.

    Parameters
    ----------
    params : iterable of Tensors, of (name, Tensor) pairs, or of dicts (parameter groups)
    lr : float or 1-element Tensor, >= 0
    betas : (b1, b2), floats in [0, 1): how much of the running means is kept
    eps : float >= 0
    weight_decay : float >= 0, the factor of an L2 penalty's gradient
    decoupled_weight_decay : bool, shrink p itself as AdamW does
    maximize : bool
    foreach, capturable : accepted for torch's sake, they change no result
    differentiable : must be False
    """

    elementwise = True

    def __init__(
        self,
        params: Iterable,
        lr: float | Tensor = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        decoupled_weight_decay: bool = False,
        *,
        foreach: bool | None = None,
        maximize: bool = False,
        capturable: bool = False,
        differentiable: bool = False,
    ) -> None:
        check_number("RAdam", "learning rate", lr)
        check_number("RAdam", "epsilon value", eps)
        check_betas("RAdam", betas)
        check_number("RAdam", "weight_decay value", weight_decay)
        super().__init__(
            params,
            {
                "lr": lr,
                "betas": tuple(betas),
                "eps": eps,
                "weight_decay": weight_decay,
                "maximize": maximize,
                "foreach": foreach,
                "capturable": capturable,
                "decoupled_weight_decay": decoupled_weight_decay,
                "differentiable": differentiable,
            },
        )

    def slots(self, group):
        return {"step": 0, "exp_avg": 0, "exp_avg_sq": 0}

    def update(self, p, g, state, lr, betas, eps, weight_decay, decoupled_weight_decay, maximize):
        (b1, b2), m, v, t = betas, state["exp_avg"], state["exp_avg_sq"], int(state["step"])
        if maximize:
            g = -g
        if weight_decay and decoupled_weight_decay:
            p *= 1 - lr * weight_decay
        elif weight_decay:
            g = g + weight_decay * p
        m *= b1
        m += (1 - b1) * g
        v *= b2
        v += (1 - b2) * g * g
        state["exp_avg"], state["exp_avg_sq"] = m, v
        n = 2 / (1 - b2) - 1
        rho = n - 2 * t * b2**t / (1 - b2**t)
        step = lr / (1 - b1**t) * m
        if rho > 5:
            r = sqrt((rho - 4) * (rho - 2) * n / ((n - 4) * (n - 2) * rho))
            step *= r * sqrt(1 - b2**t) / (np.sqrt(v) + eps)
        p -= step
        return p
