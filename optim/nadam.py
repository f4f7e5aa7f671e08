"""NAdam."""

from collections.abc import Iterable

import numpy as np

from autograd import Tensor
from optim.checks import check_betas, check_number
from optim.optimizer import Optimizer


class NAdam(Optimizer):
    """Adam with Nesterov's momentum: the step looks ahead by mixing the newest gradient into the running mean.

    g = g + weight_decay * p;  m = b1*m + (1-b1)*g;  v = b2*v + (1-b2)*g*g
    mu(t) = b1 * (1 - 0.96**(t * momentum_decay) / 2);  c(t) = mu(1) * ... * mu(t), t from 1
    p -= lr * ((1-mu(t)) / (1-c(t)) * g + mu(t+1) / (1-c(t+1)) * m) / (sqrt(v / (1-b2**t)) + eps)
    The momentum mu warms up from b1 / 2 to b1. With decoupled_weight_decay, p *= 1 - lr * weight_decay takes the place
    of the first formula. With maximize, -g takes the place of g.

    Source: torch.optim.NAdam; Dozat 2016; Sutskever et al. 2013 for the warm-up of the momentum.

    Parameters
    ----------
    params : iterable of Tensors, of (name, Tensor) pairs, or of dicts (parameter groups)
    lr : float or 1-element Tensor, >= 0
    betas : (b1, b2), floats in [0, 1): how much of the running means is kept
    eps : float >= 0
    weight_decay : float >= 0, the factor of an L2 penalty's gradient
    momentum_decay : float >= 0, how fast the momentum warms up
    decoupled_weight_decay : bool, shrink p itself as AdamW does
    maximize : bool
    foreach, capturable : accepted for torch's sake, they change no result
    differentiable : must be False
    """

    # Not elementwise: mu_product, the c of the formula, is one number for all elements and moves once in a step.

    def __init__(
        self,
        params: Iterable,
        lr: float | Tensor = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        momentum_decay: float = 4e-3,
        decoupled_weight_decay: bool = False,
        *,
        foreach: bool | None = None,
        maximize: bool = False,
        capturable: bool = False,
        differentiable: bool = False,
    ) -> None:
        check_number("NAdam", "learning rate", lr)
        check_number("NAdam", "epsilon value", eps)
        check_betas("NAdam", betas)
        check_number("NAdam", "weight_decay value", weight_decay)
        check_number("NAdam", "momentum_decay value", momentum_decay)
        super().__init__(
            params,
            {
                "lr": lr,
                "betas": tuple(betas),
                "eps": eps,
                "weight_decay": weight_decay,
                "momentum_decay": momentum_decay,
                "decoupled_weight_decay": decoupled_weight_decay,
                "maximize": maximize,
                "foreach": foreach,
                "capturable": capturable,
                "differentiable": differentiable,
            },
        )

    def slots(self, group):
        return {"step": 0, "mu_product": None, "exp_avg": 0, "exp_avg_sq": 0}

    def update(self, p, g, state, lr, betas, eps, weight_decay, momentum_decay, decoupled_weight_decay, maximize):
        (b1, b2), m, v, t = betas, state["exp_avg"], state["exp_avg_sq"], int(state["step"])
        if maximize:
            g = -g
        if weight_decay and decoupled_weight_decay:
            p *= 1 - lr * weight_decay
        elif weight_decay:
            g = g + weight_decay * p
        mu, mu_next = (b1 * (1 - 0.5 * 0.96 ** (step * momentum_decay)) for step in (t, t + 1))
        before = state.get("mu_product")
        state["mu_product"] = (np.float32(1) if before is None else before) * mu
        c = float(state["mu_product"])
        m *= b1
        m += (1 - b1) * g
        v *= b2
        v += (1 - b2) * g * g
        state["exp_avg"], state["exp_avg_sq"] = m, v
        ahead = (1 - mu) / (1 - c) * g + mu_next / (1 - c * mu_next) * m
        p -= lr * ahead / (np.sqrt(v / (1 - b2**t)) + eps)
        return p
