"""Adam and AdamW."""

from collections.abc import Iterable
from math import sqrt

import numpy as np

from autograd import Tensor
from optim.checks import check_betas, check_number
from optim.optimizer import Optimizer


class Adam(Optimizer):
    """Step along the running mean of the gradient, divided by its running root mean square.

    g = g + weight_decay * p;  m = b1*m + (1-b1)*g;  v = b2*v + (1-b2)*g*g
    p -= lr / (1-b1**t) * m / (sqrt(v) / sqrt(1-b2**t) + eps)
    m and v start at zero and stay biased towards it: only the step divides that out, t from 1. With amsgrad, the step
    takes in place of v the largest v so far. With maximize, -g takes the place of g.

    Source: torch.optim.Adam; Kingma & Ba 2015, algorithm 1; Reddi et al. 2018 for amsgrad; lecture, parameter updates.

    Parameters
    ----------
    params : iterable of Tensors, of (name, Tensor) pairs, or of dicts (parameter groups)
    lr : float or 1-element Tensor, >= 0
    betas : (b1, b2), floats in [0, 1): how much of the running means is kept
    eps : float >= 0
    weight_decay : float >= 0, the factor of an L2 penalty's gradient
    amsgrad, maximize : bool
    foreach, fused, capturable : accepted for torch's sake, they change no result
    differentiable : must be False
    decoupled_weight_decay : bool, shrink p itself as AdamW does
    """

    elementwise = True

    def __init__(
        self,
        params: Iterable,
        lr: float | Tensor = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        amsgrad: bool = False,
        *,
        foreach: bool | None = None,
        maximize: bool = False,
        capturable: bool = False,
        differentiable: bool = False,
        fused: bool | None = None,
        decoupled_weight_decay: bool = False,
    ) -> None:
        name = type(self).__name__
        check_number(name, "learning rate", lr)
        check_number(name, "epsilon value", eps)
        check_betas(name, betas)
        check_number(name, "weight_decay value", weight_decay)
        super().__init__(
            params,
            {
                "lr": lr,
                "betas": tuple(betas),
                "eps": eps,
                "weight_decay": weight_decay,
                "amsgrad": amsgrad,
                "maximize": maximize,
                "foreach": foreach,
                "capturable": capturable,
                "differentiable": differentiable,
                "fused": fused,
                "decoupled_weight_decay": decoupled_weight_decay,
            },
        )

    def slots(self, group):
        return {"step": 0, "exp_avg": 0, "exp_avg_sq": 0, **({"max_exp_avg_sq": 0} if group["amsgrad"] else {})}

    def update(self, p, g, state, lr, betas, eps, weight_decay, amsgrad, maximize, decoupled_weight_decay):
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
        state["exp_avg"], state["exp_avg_sq"] = m, v  # of a single number m *= b1 has made a new one
        if amsgrad:
            top = state["max_exp_avg_sq"]
            # v is the largest in this step only: exp_avg_sq goes on from the mean.
            v = state["max_exp_avg_sq"] = np.maximum(top, v, out=top if top.ndim else None)
        p -= lr / (1 - b1**t) * m / (np.sqrt(v) / sqrt(1 - b2**t) + eps)
        return p


class AdamW(Adam):
    """Adam with decoupled weight decay: it shrinks the parameter itself and does not pass through the moments.

    p *= 1 - lr * weight_decay;  then Adam's step with the plain g:
    m = b1*m + (1-b1)*g;  v = b2*v + (1-b2)*g*g;  p -= lr / (1-b1**t) * m / (sqrt(v) / sqrt(1-b2**t) + eps)

    Source: torch.optim.AdamW; Loshchilov & Hutter 2019.

    Parameters
    ----------
    weight_decay : float >= 0, by default 0.01
    the others : as in Adam
    """

    def __init__(
        self,
        params: Iterable,
        lr: float | Tensor = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
        amsgrad: bool = False,
        *,
        maximize: bool = False,
        foreach: bool | None = None,
        capturable: bool = False,
        differentiable: bool = False,
        fused: bool | None = None,
    ) -> None:
        super().__init__(
            params,
            lr,
            betas,
            eps,
            weight_decay,
            amsgrad,
            foreach=foreach,
            maximize=maximize,
            capturable=capturable,
            differentiable=differentiable,
            fused=fused,
            decoupled_weight_decay=True,
        )

    def __setstate__(self, state):
        super().__setstate__(state)
        for group in self.param_groups:  # the state of an Adam may be loaded, but the decay stays decoupled
            group["decoupled_weight_decay"] = True
