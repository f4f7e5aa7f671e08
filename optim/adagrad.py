"""Adagrad."""

from collections.abc import Iterable

import numpy as np

from autograd import Tensor
from optim.checks import check_number
from optim.optimizer import Optimizer, fresh_state


class Adagrad(Optimizer):
    """Step against the gradient, divided by the root of the sum of all its squares so far.

    g = g + weight_decay * p;  s = s + g*g;  p -= lr / (1 + (t-1) * lr_decay) * g / (sqrt(s) + eps), t from 1
    s starts at initial_accumulator_value and only grows: an element that has moved much moves ever less. With maximize,
    -g takes the place of g.

    Source: torch.optim.Adagrad; Duchi, Hazan & Singer 2011; lecture, parameter updates.

    Parameters
    ----------
    params : iterable of Tensors, of (name, Tensor) pairs, or of dicts (parameter groups)
    lr : float or 1-element Tensor, >= 0
    lr_decay : float >= 0
    weight_decay : float >= 0, the factor of an L2 penalty's gradient
    initial_accumulator_value : float >= 0
    eps : float >= 0
    maximize : bool
    foreach, fused : accepted for torch's sake, they change no result
    differentiable : must be False
    """

    elementwise = True

    def __init__(
        self,
        params: Iterable,
        lr: float | Tensor = 1e-2,
        lr_decay: float = 0,
        weight_decay: float = 0,
        initial_accumulator_value: float = 0,
        eps: float = 1e-10,
        foreach: bool | None = None,
        *,
        maximize: bool = False,
        differentiable: bool = False,
        fused: bool | None = None,
    ) -> None:
        check_number("Adagrad", "learning rate", lr)
        check_number("Adagrad", "lr_decay value", lr_decay)
        check_number("Adagrad", "weight_decay value", weight_decay)
        check_number("Adagrad", "initial_accumulator_value value", initial_accumulator_value)
        check_number("Adagrad", "epsilon value", eps)
        super().__init__(
            params,
            {
                "lr": lr,
                "lr_decay": lr_decay,
                "eps": eps,
                "weight_decay": weight_decay,
                "initial_accumulator_value": initial_accumulator_value,
                "foreach": foreach,
                "maximize": maximize,
                "differentiable": differentiable,
                "fused": fused,
            },
        )
        for group in self.param_groups:
            for p in group["params"]:
                self.state[p] = fresh_state(p, self.slots(group))

    def slots(self, group):
        return {"step": 0, "sum": self.defaults["initial_accumulator_value"]}

    def update(self, p, g, state, lr, lr_decay, eps, weight_decay, maximize):
        s, t = state["sum"], int(state["step"])
        if maximize:
            g = -g
        if weight_decay:
            g = g + weight_decay * p
        s += g * g
        state["sum"] = s
        p -= lr / (1 + (t - 1) * lr_decay) * g / (np.sqrt(s) + eps)
        return p
