"""optim beside torch.optim: the same parameters, state, state dicts, learning rates, warnings and errors."""

import copy
import math
import warnings

import numpy as np
import pytest

import autograd
import optim

torch = pytest.importorskip("torch")

SHAPES = [(3, 4), (4,), (), (0, 2)]

OPTIMIZERS = [
    ("SGD", {}),
    ("SGD", {"lr": 0.1, "momentum": 0.9}),
    ("SGD", {"lr": 0.1, "momentum": 0.9, "dampening": 0.3}),
    ("SGD", {"lr": 0.1, "momentum": 0.9, "nesterov": True, "weight_decay": 0.02}),
    ("SGD", {"lr": 0.1, "momentum": 0.5, "dampening": 1, "weight_decay": 0.1, "maximize": True}),
    ("SGD", {"lr": 0.1, "weight_decay": 0.1, "foreach": True}),
    ("SGD", {"lr": 0.1, "maximize": True, "fused": True}),
    ("Adagrad", {}),
    ("Adagrad", {"lr": 0.1, "lr_decay": 0.1, "weight_decay": 0.02, "eps": 1e-3}),
    ("Adagrad", {"lr": 0.1, "initial_accumulator_value": 0.5, "maximize": True}),
    ("Adagrad", {"lr": 0.1, "foreach": True}),
    ("RMSprop", {}),
    ("RMSprop", {"lr": 0.05, "alpha": 0.8, "eps": 1e-3, "weight_decay": 0.02}),
    ("RMSprop", {"lr": 0.05, "momentum": 0.9}),
    ("RMSprop", {"lr": 0.05, "centered": True, "eps": 1e-3}),
    ("RMSprop", {"lr": 0.05, "momentum": 0.5, "centered": True, "eps": 1e-2, "maximize": True, "foreach": False}),
    ("Adam", {}),
    ("Adam", {"lr": 0.1, "betas": (0.5, 0.9), "eps": 1e-3}),
    ("Adam", {"lr": 0.1, "betas": (0.0, 0.9)}),
    ("Adam", {"lr": 0.1, "weight_decay": 0.1, "maximize": True}),
    ("Adam", {"lr": 0.1, "amsgrad": True, "betas": (0.8, 0.5)}),
    ("Adam", {"lr": 0.1, "weight_decay": 0.1, "decoupled_weight_decay": True, "fused": True}),
    ("AdamW", {}),
    ("AdamW", {"lr": 0.1, "weight_decay": 0.3}),
    ("AdamW", {"lr": 0.1, "amsgrad": True, "betas": (0.8, 0.5), "maximize": True, "foreach": True}),
    ("Adadelta", {}),
    ("Adadelta", {"lr": 0.5, "rho": 0.7, "eps": 1e-3, "weight_decay": 0.1}),
    ("Adadelta", {"lr": 0.5, "maximize": True, "foreach": True}),
    ("Adamax", {}),
    ("Adamax", {"lr": 0.1, "betas": (0.5, 0.9), "eps": 1e-3, "weight_decay": 0.1}),
    ("Adamax", {"lr": 0.1, "betas": (0.9, 0.0), "maximize": True, "foreach": True}),
    ("NAdam", {}),
    ("NAdam", {"lr": 0.1, "betas": (0.5, 0.9), "eps": 1e-3, "weight_decay": 0.1, "momentum_decay": 0.3}),
    ("NAdam", {"lr": 0.1, "weight_decay": 0.1, "decoupled_weight_decay": True, "maximize": True, "foreach": True}),
    ("RAdam", {}),
    ("RAdam", {"lr": 0.1, "betas": (0.5, 0.9), "eps": 1e-3, "weight_decay": 0.1}),
    ("RAdam", {"lr": 0.1, "betas": (0.9, 0.5), "maximize": True}),
    ("RAdam", {"lr": 0.1, "weight_decay": 0.1, "decoupled_weight_decay": True, "foreach": True}),
]
CASES = pytest.mark.parametrize(("name", "options"), OPTIMIZERS, ids=[f"{name}-{given}" for name, given in OPTIMIZERS])
BY_NAME = pytest.mark.parametrize("name", sorted({name for name, _ in OPTIMIZERS}))


def draw(dtype, seed=0):
    rng = np.random.default_rng(seed)
    return [np.asarray(rng.normal(size=shape), dtype=dtype) for shape in SHAPES]


def parameters(library, arrays):
    return [library.tensor(array, requires_grad=True) for array in arrays]


def pair(name, options, dtype="float64"):
    """One optimizer over the same parameters, ours and torch's."""
    ours, theirs = parameters(autograd, draw(dtype)), parameters(torch, draw(dtype))
    return getattr(optim, name)(ours, **options), getattr(torch.optim, name)(theirs, **options)


def give_gradients(optimizer, library, dtype, seed, missing=None):
    for index, (p, g) in enumerate(zip(all_parameters(optimizer), draw(dtype, seed), strict=True)):
        p.grad = None if index == missing else library.tensor(g)


def all_parameters(optimizer):
    return [p for group in optimizer.param_groups for p in group["params"]]


def train(mine, theirs, dtype="float64", steps=20, first_seed=1):
    for seed in range(first_seed, first_seed + steps):
        missing = 1 if seed == 3 else None  # one parameter lacks a gradient once, and is left out of the step
        give_gradients(mine, autograd, dtype, seed, missing)
        give_gradients(theirs, torch, dtype, seed, missing)
        mine.step()
        theirs.step()


def same(ours, theirs, tolerance):
    """Equal in structure, type, dtype, shape, and value up to `tolerance` of the largest entry."""
    if isinstance(theirs, torch.Tensor):
        assert isinstance(ours, autograd.Tensor)
        assert (str(ours.dtype), tuple(ours.shape)) == (str(theirs.dtype), tuple(theirs.shape))
        values, expected = ours.detach().numpy(), theirs.detach().numpy()
        assert np.abs(values - expected).max(initial=0) <= tolerance * max(1, np.abs(expected).max(initial=0))
    elif isinstance(theirs, dict):
        assert list(ours) == list(theirs)
        for key in theirs:
            same(ours[key], theirs[key], tolerance)
    elif isinstance(theirs, list | tuple):
        assert type(ours) is type(theirs) and len(ours) == len(theirs)
        for each, other in zip(ours, theirs, strict=True):
            same(each, other, tolerance)
    else:
        assert type(ours) is type(theirs) and ours == theirs


def translated(value, library):
    """A state dict with its Tensors those of the other library."""
    if isinstance(value, torch.Tensor | autograd.Tensor):
        return library.tensor(value.detach().numpy().copy())
    if isinstance(value, dict):
        return {key: translated(each, library) for key, each in value.items()}
    return [translated(each, library) for each in value] if isinstance(value, list) else value


@CASES
@pytest.mark.parametrize(("dtype", "tolerance"), [("float64", 1e-12), ("float32", 1e-6)])
def test_twenty_steps(name, options, dtype, tolerance):
    mine, theirs = pair(name, options, dtype)
    train(mine, theirs, dtype)
    same(all_parameters(mine), all_parameters(theirs), tolerance)
    same(mine.state_dict(), theirs.state_dict(), tolerance)


@CASES
def test_first_state_dict_and_repr(name, options):
    mine, theirs = pair(name, options)
    same(mine.state_dict(), theirs.state_dict(), 0)
    assert repr(mine) == repr(theirs)
    assert mine.defaults == theirs.defaults


@CASES
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_state_dicts_load_across(name, options, dtype):
    tolerance = 1e-12 if dtype == "float64" else 2e-6
    mine, theirs = pair(name, options, dtype)
    train(mine, theirs, dtype, steps=4)
    my_copy = getattr(optim, name)(all_parameters(mine), lr=7.0)
    their_copy = getattr(torch.optim, name)(all_parameters(theirs), lr=7.0)
    my_copy.load_state_dict(translated(theirs.state_dict(), autograd))
    their_copy.load_state_dict(translated(mine.state_dict(), torch))
    train(my_copy, their_copy, dtype, steps=5, first_seed=9)
    same(all_parameters(my_copy), all_parameters(their_copy), tolerance)
    same(my_copy.state_dict(), their_copy.state_dict(), tolerance)


@BY_NAME
@pytest.mark.parametrize("lr", [0.1, 0])
def test_lr_as_a_tensor(name, lr):
    mine, theirs = (
        getattr(lib, name)(parameters(tensors, draw("float32")), lr=tensors.tensor(lr))
        for lib, tensors in ((optim, autograd), (torch.optim, torch))
    )
    train(mine, theirs, "float32")
    same(all_parameters(mine), all_parameters(theirs), 1e-6)


@pytest.mark.parametrize("name", ["SGD", "Adam"])
def test_groups_with_hyperparameters_and_names(name):
    def grouped(library, optimizers):
        w, b, s, e = parameters(library, draw("float64"))
        optimizer = getattr(optimizers, name)(
            [{"params": [("w", w), ("b", b)], "lr": 0.3}, {"params": [("s", s)]}], weight_decay=0.1
        )
        optimizer.add_param_group({"params": [("e", e)], "weight_decay": 0.5, "note": "mine"})
        return optimizer

    mine, theirs = grouped(autograd, optim), grouped(torch, torch.optim)
    train(mine, theirs)
    same(all_parameters(mine), all_parameters(theirs), 1e-12)
    same(mine.state_dict(), theirs.state_dict(), 1e-12)
    assert repr(mine) == repr(theirs)


@BY_NAME
def test_gradients_of_a_graph(name):
    def fit(library, optimizers):
        w, b = (library.tensor(value, requires_grad=True) for value in ([[0.5, -1.0]], 0.25))
        x, y = library.tensor([[1.0, 2.0], [3.0, -1.0]]), library.tensor([1.0, -2.0])
        optimizer, losses = getattr(optimizers, name)([w, b], lr=0.05), []
        for _ in range(10):
            optimizer.zero_grad()
            loss = (((x * w).sum(1) + b - y) ** 2).mean()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        return losses

    np.testing.assert_allclose(fit(autograd, optim), fit(torch, torch.optim), rtol=1e-5)


def test_hyperparameters_changed_between_steps():
    for name, first, then in [
        ("SGD", {"momentum": 0.9}, {"momentum": 0}),
        ("SGD", {}, {"momentum": 0.9}),
        ("Adam", {"weight_decay": 0.1}, {"lr": 0.5, "betas": (0.1, 0.2), "eps": 0.1}),
    ]:
        mine, theirs = pair(name, first)
        train(mine, theirs, steps=3)
        mine.param_groups[0].update(then)
        theirs.param_groups[0].update(then)
        train(mine, theirs, steps=3, first_seed=9)
        same(all_parameters(mine), all_parameters(theirs), 1e-12)


def in_sequence(schedulers, optimizer, name, milestones, **options):
    return schedulers.SequentialLR(optimizer, [getattr(schedulers, name)(optimizer, **options)], milestones)


def step_often(scheduler, times):
    for _ in range(times):
        scheduler.optimizer.step()
        scheduler.step()


MISUSES = [  # f(library, optimizers, p) with p a leaf of shape (2,)
    lambda lib, opt, p: opt.SGD(p),
    lambda lib, opt, p: opt.SGD([]),
    lambda lib, opt, p: opt.SGD([p * 2]),
    lambda lib, opt, p: opt.SGD([3.0]),
    lambda lib, opt, p: opt.SGD(None),
    lambda lib, opt, p: opt.SGD([{"params": {p}}]),
    lambda lib, opt, p: opt.SGD([{"lr": 1.0}]),
    lambda lib, opt, p: opt.SGD([{"params": [p]}, {"params": [p]}]),
    lambda lib, opt, p: opt.SGD([{"params": [p]}, p]),
    lambda lib, opt, p: opt.SGD([("name", p), p.detach()]),
    lambda lib, opt, p: opt.SGD([("name", p)]).add_param_group({"params": [p.detach()]}),
    lambda lib, opt, p: opt.SGD([p]).add_param_group({"params": [p]}),
    lambda lib, opt, p: opt.SGD([p]).add_param_group([p]),
    lambda lib, opt, p: opt.SGD([p], lr=-1),
    lambda lib, opt, p: opt.SGD([p], lr="fast"),
    lambda lib, opt, p: opt.SGD([p], lr=lib.tensor([0.1, 0.2])),
    lambda lib, opt, p: opt.SGD([p], momentum=-0.1),
    lambda lib, opt, p: opt.SGD([p], weight_decay=-0.1),
    lambda lib, opt, p: opt.SGD([p], nesterov=True),
    lambda lib, opt, p: opt.SGD([p], nesterov=True, momentum=0.9, dampening=0.1),
    lambda lib, opt, p: opt.SGD([p], fused=True, foreach=True),
    lambda lib, opt, p: opt.SGD([p], 0.1, 0.9, 0, 0, False, True),
    lambda lib, opt, p: opt.Adam([p], lr=-1),
    lambda lib, opt, p: opt.Adam([p], lr=math.nan),
    lambda lib, opt, p: opt.Adam([p], betas=(1.0, 0.9)),
    lambda lib, opt, p: opt.Adam([p], betas=(0.9, -0.1)),
    lambda lib, opt, p: opt.Adam([p], eps=-1e-8),
    lambda lib, opt, p: opt.Adam([p], weight_decay=-1),
    lambda lib, opt, p: opt.AdamW([p], weight_decay=-1),
    lambda lib, opt, p: opt.AdamW([p], decoupled_weight_decay=False),
    lambda lib, opt, p: opt.Adagrad([p], lr=-1),
    lambda lib, opt, p: opt.Adagrad([p], lr_decay=-1),
    lambda lib, opt, p: opt.Adagrad([p], weight_decay=-1),
    lambda lib, opt, p: opt.Adagrad([p], initial_accumulator_value=-1),
    lambda lib, opt, p: opt.Adagrad([p], eps=-1),
    lambda lib, opt, p: opt.RMSprop([p], lr=-1),
    lambda lib, opt, p: opt.RMSprop([p], alpha=-1),
    lambda lib, opt, p: opt.RMSprop([p], eps=-1),
    lambda lib, opt, p: opt.RMSprop([p], momentum=-1),
    lambda lib, opt, p: opt.RMSprop([p], weight_decay=-1),
    lambda lib, opt, p: opt.Adadelta([p], lr=-1),
    lambda lib, opt, p: opt.Adadelta([p], rho=1.5),
    lambda lib, opt, p: opt.Adadelta([p], eps=-1),
    lambda lib, opt, p: opt.Adadelta([p], weight_decay=-1),
    lambda lib, opt, p: opt.Adamax([p], lr=-1),
    lambda lib, opt, p: opt.Adamax([p], betas=(0.9, 1.0)),
    lambda lib, opt, p: opt.Adamax([p], eps=-1),
    lambda lib, opt, p: opt.Adamax([p], weight_decay=-1),
    lambda lib, opt, p: opt.NAdam([p], lr=-1),
    lambda lib, opt, p: opt.NAdam([p], betas=(-0.1, 0.9)),
    lambda lib, opt, p: opt.NAdam([p], eps=-1),
    lambda lib, opt, p: opt.NAdam([p], weight_decay=-1),
    lambda lib, opt, p: opt.NAdam([p], momentum_decay=-1),
    lambda lib, opt, p: opt.RAdam([p], lr=-1),
    lambda lib, opt, p: opt.RAdam([p], betas=(0.9, 1.0)),
    lambda lib, opt, p: opt.RAdam([p], eps=-1),
    lambda lib, opt, p: opt.RAdam([p], weight_decay=-1),
    lambda lib, opt, p: opt.SGD([p]).load_state_dict({"state": {}, "param_groups": []}),
    lambda lib, opt, p: opt.SGD([p]).load_state_dict({"state": {}, "param_groups": [{"params": [0, 1], "lr": 1.0}]}),
    lambda lib, opt, p: opt.SGD([p]).load_state_dict({"weight": p}),
    lambda lib, opt, p: opt.lr_scheduler.StepLR([p], 3),
    lambda lib, opt, p: opt.lr_scheduler.StepLR(opt.SGD([p]), 3, last_epoch=2),
    lambda lib, opt, p: opt.lr_scheduler.LambdaLR(opt.SGD([p]), [abs, abs]),
    lambda lib, opt, p: opt.lr_scheduler.LinearLR(opt.SGD([p]), start_factor=0),
    lambda lib, opt, p: opt.lr_scheduler.LinearLR(opt.SGD([p]), end_factor=1.5),
    lambda lib, opt, p: opt.lr_scheduler.ConstantLR(opt.SGD([p]), factor=-0.5),
    lambda lib, opt, p: opt.lr_scheduler.ReduceLROnPlateau(opt.SGD([p]), factor=1.0),
    lambda lib, opt, p: opt.lr_scheduler.ReduceLROnPlateau(opt.SGD([p]), mode="best"),
    lambda lib, opt, p: opt.lr_scheduler.ReduceLROnPlateau(opt.SGD([p]), threshold_mode="best"),
    lambda lib, opt, p: opt.lr_scheduler.ReduceLROnPlateau(opt.SGD([p]), min_lr=[0.1, 0.2]),
    lambda lib, opt, p: opt.lr_scheduler.ReduceLROnPlateau([p]),
    lambda lib, opt, p: opt.lr_scheduler.SequentialLR(opt.SGD([p]), [], []),
    lambda lib, opt, p: opt.lr_scheduler.SequentialLR(opt.SGD([p]), [3], []),
    lambda lib, opt, p: opt.lr_scheduler.SequentialLR(
        opt.SGD([p]), [opt.lr_scheduler.ExponentialLR(opt.SGD([p]), 0.9)], []
    ),
    lambda lib, opt, p: opt.lr_scheduler.LambdaLR(opt.SGD([p]), 0.9),
    lambda lib, opt, p: opt.lr_scheduler.MultiplicativeLR(opt.SGD([p]), 0.9),
    lambda lib, opt, p: opt.lr_scheduler.MultiplicativeLR(opt.SGD([p]), [abs, abs]),
    lambda lib, opt, p: opt.lr_scheduler.CosineAnnealingWarmRestarts(opt.SGD([p]), 0),
    lambda lib, opt, p: opt.lr_scheduler.CosineAnnealingWarmRestarts(opt.SGD([p]), 2.0),
    lambda lib, opt, p: opt.lr_scheduler.CosineAnnealingWarmRestarts(opt.SGD([p]), 2, T_mult=0),
    lambda lib, opt, p: opt.lr_scheduler.CosineAnnealingWarmRestarts(opt.SGD([p]), 2, T_mult=1.5),
    lambda lib, opt, p: opt.lr_scheduler.CosineAnnealingWarmRestarts(opt.SGD([p]), 2, eta_min="0"),
    lambda lib, opt, p: opt.lr_scheduler.CosineAnnealingWarmRestarts(opt.SGD([p]), 2).step(-1),
    lambda lib, opt, p: opt.lr_scheduler.CosineAnnealingWarmRestarts([p], 2),
    lambda lib, opt, p: opt.lr_scheduler.CyclicLR([p], 0.1, 1),
    lambda lib, opt, p: opt.lr_scheduler.CyclicLR(opt.SGD([p]), [0.1, 0.2], 1),
    lambda lib, opt, p: opt.lr_scheduler.CyclicLR(opt.SGD([p]), 0.1, [1, 2]),
    lambda lib, opt, p: opt.lr_scheduler.CyclicLR(opt.SGD([p]), 0.1, 1, mode="sine"),
    lambda lib, opt, p: opt.lr_scheduler.CyclicLR(opt.Adagrad([p]), 0.1, 1),
    lambda lib, opt, p: opt.lr_scheduler.CyclicLR(opt.SGD([p]), 0.1, 1, base_momentum=[0.1, 0.2]),
    lambda lib, opt, p: opt.lr_scheduler.OneCycleLR([p], 1, 9),
    lambda lib, opt, p: opt.lr_scheduler.OneCycleLR(opt.SGD([p]), 1),
    lambda lib, opt, p: opt.lr_scheduler.OneCycleLR(opt.SGD([p]), 1, 0),
    lambda lib, opt, p: opt.lr_scheduler.OneCycleLR(opt.SGD([p]), 1, 9.5),
    lambda lib, opt, p: opt.lr_scheduler.OneCycleLR(opt.SGD([p]), 1, epochs=3),
    lambda lib, opt, p: opt.lr_scheduler.OneCycleLR(opt.SGD([p]), 1, epochs=-3, steps_per_epoch=2),
    lambda lib, opt, p: opt.lr_scheduler.OneCycleLR(opt.SGD([p]), 1, epochs=3, steps_per_epoch=0.5),
    lambda lib, opt, p: opt.lr_scheduler.OneCycleLR(opt.SGD([p]), 1, 9, pct_start=1.5),
    lambda lib, opt, p: opt.lr_scheduler.OneCycleLR(opt.SGD([p]), 1, 9, pct_start=1),
    lambda lib, opt, p: opt.lr_scheduler.OneCycleLR(opt.SGD([p]), 1, 9, anneal_strategy="sine"),
    lambda lib, opt, p: opt.lr_scheduler.OneCycleLR(opt.SGD([p]), [1, 2], 9),
    lambda lib, opt, p: opt.lr_scheduler.OneCycleLR(opt.SGD([p]), 1, 9, max_momentum=[0.1, 0.2]),
    lambda lib, opt, p: opt.lr_scheduler.OneCycleLR(opt.RAdam([p]), 1, 9, last_epoch=2),
    lambda lib, opt, p: opt.lr_scheduler.OneCycleLR(opt.Adadelta([p]), 1, 9),
    lambda lib, opt, p: step_often(opt.lr_scheduler.OneCycleLR(opt.SGD([p]), 1, 8), 9),
    lambda lib, opt, p: opt.lr_scheduler.ChainedScheduler([]),
    lambda lib, opt, p: opt.lr_scheduler.ChainedScheduler([3], opt.SGD([p])),
    lambda lib, opt, p: opt.lr_scheduler.ChainedScheduler([opt.lr_scheduler.ReduceLROnPlateau(opt.SGD([p]))]),
    lambda lib, opt, p: opt.lr_scheduler.ChainedScheduler(
        [opt.lr_scheduler.ExponentialLR(opt.SGD([p]), 0.9)], opt.SGD([p])
    ),
    lambda lib, opt, p: opt.lr_scheduler.ChainedScheduler(
        [opt.lr_scheduler.ExponentialLR(opt.SGD([p]), 0.9), opt.lr_scheduler.ExponentialLR(opt.SGD([p]), 0.9)]
    ),
    lambda lib, opt, p: in_sequence(opt.lr_scheduler, opt.SGD([p]), "ReduceLROnPlateau", []),
    lambda lib, opt, p: in_sequence(opt.lr_scheduler, opt.SGD([p]), "StepLR", [3], step_size=2),
]


@pytest.mark.parametrize("misuse", range(len(MISUSES)))
def test_misuse_raises_as_torch_does(misuse):
    with pytest.raises(Exception) as theirs:
        MISUSES[misuse](torch, torch.optim, torch.ones(2, requires_grad=True))
    with pytest.raises(type(theirs.value)):
        MISUSES[misuse](autograd, optim, autograd.tensor([1.0, 1.0], requires_grad=True))


SCHEDULES = {  # name: f(lr_scheduler, optimizer)
    "StepLR": lambda s, o: s.StepLR(o, step_size=7),
    "StepLR-gamma": lambda s, o: s.StepLR(o, 3, gamma=0.7),
    "MultiStepLR": lambda s, o: s.MultiStepLR(o, [5, 20, 20, 33], gamma=0.3),
    "ConstantLR": lambda s, o: s.ConstantLR(o),
    "ConstantLR-long": lambda s, o: s.ConstantLR(o, factor=0.3, total_iters=12),
    "LinearLR": lambda s, o: s.LinearLR(o),
    "LinearLR-down": lambda s, o: s.LinearLR(o, start_factor=1.0, end_factor=0.05, total_iters=30),
    "ExponentialLR": lambda s, o: s.ExponentialLR(o, gamma=0.93),
    "CosineAnnealingLR": lambda s, o: s.CosineAnnealingLR(o, T_max=50),
    "CosineAnnealingLR-waves": lambda s, o: s.CosineAnnealingLR(o, T_max=9, eta_min=0.003),
    "LambdaLR": lambda s, o: s.LambdaLR(o, lambda epoch: 0.95**epoch),
    "LambdaLR-list": lambda s, o: s.LambdaLR(o, [lambda epoch: 1 / (1 + epoch), lambda epoch: epoch // 10]),
    "SequentialLR": lambda s, o: s.SequentialLR(
        o, [s.LinearLR(o, 0.1, total_iters=4), s.CosineAnnealingLR(o, 20), s.ExponentialLR(o, 0.9)], [4, 25]
    ),
    "SequentialLR-nested": lambda s, o: s.SequentialLR(
        o, [s.SequentialLR(o, [s.ConstantLR(o, 0.5, 3), s.StepLR(o, 2)], [5]), s.StepLR(o, 4)], milestones=[11]
    ),
    "SequentialLR-restarts": lambda s, o: s.SequentialLR(
        o, [s.LinearLR(o, 0.1, total_iters=4), s.CosineAnnealingWarmRestarts(o, 6, T_mult=2)], [4]
    ),
    "ChainedScheduler": lambda s, o: s.ChainedScheduler(
        [s.ConstantLR(o, 0.1, total_iters=4), s.ExponentialLR(o, 0.9)], optimizer=o
    ),
    "MultiplicativeLR": lambda s, o: s.MultiplicativeLR(o, lambda epoch: 1 - 1 / (1 + epoch)),
    "MultiplicativeLR-list": lambda s, o: s.MultiplicativeLR(o, [lambda epoch: 0.95, lambda epoch: 0.9**epoch]),
    "PolynomialLR": lambda s, o: s.PolynomialLR(o),
    "PolynomialLR-power": lambda s, o: s.PolynomialLR(o, total_iters=40, power=2.5),
    "CosineAnnealingWarmRestarts": lambda s, o: s.CosineAnnealingWarmRestarts(o, 7),
    "CosineAnnealingWarmRestarts-longer": lambda s, o: s.CosineAnnealingWarmRestarts(o, 5, T_mult=3, eta_min=0.01),
    "CyclicLR": lambda s, o: s.CyclicLR(o, 0.01, 0.1, step_size_up=6),
    "CyclicLR-triangular2": lambda s, o: s.CyclicLR(o, 0.01, [0.1, 0.2], 6, 3, mode="triangular2", base_momentum=0.5),
    "CyclicLR-exp_range": lambda s, o: s.CyclicLR(
        o, [0.01, 0.02], 0.1, 4, 9, mode="exp_range", gamma=0.95, cycle_momentum=False
    ),
    "CyclicLR-scale_fn": lambda s, o: s.CyclicLR(o, 0.01, 0.1, 5, scale_fn=lambda x: 0.7**x, scale_mode="cycle"),
    "CyclicLR-iterations": lambda s, o: s.CyclicLR(
        o, 0.01, 0.1, 5, scale_fn=lambda x: 0.97**x, scale_mode="iterations"
    ),
    "OneCycleLR": lambda s, o: s.OneCycleLR(o, 0.5, total_steps=51),
    "OneCycleLR-epochs": lambda s, o: s.OneCycleLR(
        o, [0.5, 0.1], epochs=10, steps_per_epoch=5, pct_start=0.4, anneal_strategy="linear", cycle_momentum=False
    ),
    "OneCycleLR-three_phase": lambda s, o: s.OneCycleLR(
        o, 0.5, 50, three_phase=True, div_factor=10, final_div_factor=100, base_momentum=[0.7, 0.8], max_momentum=0.9
    ),
}


def scheduled(lib, optimizers, lr_as_tensor=False, resumed=False):
    """An optimizer with two groups that have gradients."""
    one, two = (lib.tensor(value, requires_grad=True) for value in ([1.0, 2.0], 3.0))
    wrapped = lib.tensor if lr_as_tensor else float
    optimizer = optimizers.SGD([{"params": [one], "lr": wrapped(0.1)}, {"params": [two], "lr": wrapped(0.037)}])
    if resumed:
        for group in optimizer.param_groups:
            group["initial_lr"] = 2 * group["lr"]
    one.grad, two.grad = lib.tensor([1.0, -1.0]), lib.tensor(0.5)
    return optimizer


def rates(optimizer, scheduler):
    last = [float(lr) for lr in scheduler.get_last_lr()]
    assert last == [float(group["lr"]) for group in optimizer.param_groups]
    return last


def lr_curve(lib, optimizers, make, epochs=50, **kwargs):
    optimizer = scheduled(lib, optimizers, **kwargs)
    scheduler = make(optimizers.lr_scheduler, optimizer)
    curve = [rates(optimizer, scheduler)]
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for _ in range(epochs):
            optimizer.step()
            scheduler.step()
            curve.append(rates(optimizer, scheduler))
    return [*curve, len(caught)], scheduler


@pytest.mark.parametrize("lr_as_tensor", [False, True])
@pytest.mark.parametrize("make", SCHEDULES.values(), ids=SCHEDULES)
def test_schedules_equal_torch_to_the_last_bit(make, lr_as_tensor):
    ours, mine = lr_curve(autograd, optim, make, lr_as_tensor=lr_as_tensor)
    expected, theirs = lr_curve(torch, torch.optim, make, lr_as_tensor=lr_as_tensor)
    assert ours == expected
    same(sorted_by_key(mine.state_dict()), sorted_by_key(theirs.state_dict()), 0)


def sorted_by_key(value):
    if isinstance(value, list):
        return [sorted_by_key(each) for each in value]
    return {key: sorted_by_key(value[key]) for key in sorted(value)} if isinstance(value, dict) else value


@pytest.mark.parametrize("make", SCHEDULES.values(), ids=SCHEDULES)
def test_schedules_resume_from_torch_state(make):
    expected, _ = lr_curve(torch, torch.optim, make)
    _, theirs = lr_curve(torch, torch.optim, make, epochs=17)
    optimizer = scheduled(autograd, optim)
    scheduler = make(optim.lr_scheduler, optimizer)
    optimizer.load_state_dict(translated(theirs.optimizer.state_dict(), autograd))
    scheduler.load_state_dict(copy.deepcopy(theirs.state_dict()))
    for epoch in range(18, 51):
        optimizer.step()
        scheduler.step()
        assert rates(optimizer, scheduler) == expected[epoch]


CHAINABLE = [name for name in SCHEDULES if not name.startswith(("Sequential", "Chained", "Multiplicative"))]


@pytest.mark.filterwarnings("ignore:The epoch parameter")
@pytest.mark.parametrize("name", CHAINABLE)
def test_step_to_an_epoch_uses_the_closed_form(name):
    def jump(lib, optimizers):
        optimizer = scheduled(lib, optimizers)
        scheduler = SCHEDULES[name](optimizers.lr_scheduler, optimizer)
        optimizer.step()
        curve = []
        for epoch in (3, 40, 8):
            scheduler.step(epoch)
            curve.append(rates(optimizer, scheduler))
        return curve

    assert jump(autograd, optim) == jump(torch, torch.optim)


RESUMED = {
    "StepLR": lambda s, o: s.StepLR(o, 4, last_epoch=6),
    "MultiStepLR": lambda s, o: s.MultiStepLR(o, [7, 12], last_epoch=6),
    "LinearLR": lambda s, o: s.LinearLR(o, 0.2, total_iters=10, last_epoch=6),
    "ConstantLR": lambda s, o: s.ConstantLR(o, 0.2, total_iters=10, last_epoch=6),
    "ExponentialLR": lambda s, o: s.ExponentialLR(o, 0.9, last_epoch=6),
    "CosineAnnealingLR": lambda s, o: s.CosineAnnealingLR(o, 15, 0.01, last_epoch=6),
    "LambdaLR": lambda s, o: s.LambdaLR(o, lambda epoch: 0.9**epoch, last_epoch=6),
    "MultiplicativeLR": lambda s, o: s.MultiplicativeLR(o, lambda epoch: 0.9, last_epoch=6),
    "PolynomialLR": lambda s, o: s.PolynomialLR(o, total_iters=20, power=2, last_epoch=6),
    "CosineAnnealingWarmRestarts": lambda s, o: s.CosineAnnealingWarmRestarts(o, 5, T_mult=2, last_epoch=6),
    "CyclicLR": lambda s, o: s.CyclicLR(o, 0.01, 0.1, 4, last_epoch=6),
}


@pytest.mark.parametrize("make", RESUMED.values(), ids=RESUMED)
def test_schedules_resume_at_an_epoch(make):
    ours, _ = lr_curve(autograd, optim, make, epochs=20, resumed=True)
    assert ours == lr_curve(torch, torch.optim, make, epochs=20, resumed=True)[0]


MOMENTUM_CYCLES = {
    "CyclicLR": lambda s, o: s.CyclicLR(o, 0.01, 0.1, 4, 9, mode="triangular2", max_momentum=0.95),
    "OneCycleLR": lambda s, o: s.OneCycleLR(o, 0.5, 30, base_momentum=0.5),
    "OneCycleLR-three_phase": lambda s, o: s.OneCycleLR(o, 0.5, 30, three_phase=True, anneal_strategy="linear"),
    "OneCycleLR-off": lambda s, o: s.OneCycleLR(o, 0.5, 30, cycle_momentum=False),
}


@pytest.mark.parametrize("name", ["SGD", "RMSprop", "Adam", "NAdam"])
@pytest.mark.parametrize("make", MOMENTUM_CYCLES.values(), ids=MOMENTUM_CYCLES)
def test_cycles_move_the_momentum_and_what_it_moves(make, name):
    mine, theirs = pair(name, {})
    ours, other = make(optim.lr_scheduler, mine), make(torch.optim.lr_scheduler, theirs)
    for seed in range(30):
        groups = (optimizer.state_dict()["param_groups"] for optimizer in (mine, theirs))
        same(*map(sorted_by_key, groups), 0)
        train(mine, theirs, steps=1, first_seed=seed)
        ours.step()
        other.step()
    same(all_parameters(mine), all_parameters(theirs), 1e-12)


def test_restarts_go_to_a_part_of_an_epoch():
    def jump(lib, optimizers):
        optimizer = scheduled(lib, optimizers)
        scheduler = optimizers.lr_scheduler.CosineAnnealingWarmRestarts(optimizer, 5, T_mult=2)
        curve = []
        for epoch in (2.5, 5, 17.25, 36, None, None, 0.75, 5.5):
            scheduler.step(epoch)
            curve.append((rates(optimizer, scheduler), scheduler.T_cur, scheduler.T_i, scheduler.last_epoch))
        return curve

    assert jump(autograd, optim) == jump(torch, torch.optim)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"patience": 2, "factor": 0.5},
        {"threshold": 0.05, "patience": 0},
        {"mode": "max", "patience": 1, "cooldown": 3},
        {"threshold_mode": "abs", "threshold": 0.2, "patience": 1, "min_lr": [0.02, 0.001]},
        {"mode": "max", "threshold_mode": "abs", "patience": 3, "eps": 0.02},
    ],
)
def test_plateau(options):
    def curve(lib, optimizers):
        optimizer = scheduled(lib, optimizers)
        scheduler = optimizers.lr_scheduler.ReduceLROnPlateau(optimizer, **options)
        metrics, rng = [], np.random.default_rng(0)
        for epoch in range(50):
            scheduler.step(lib.tensor(1 / (1 + 0.2 * epoch) + 0.1 * rng.normal()))
            metrics.append(rates(optimizer, scheduler))
        return metrics, sorted_by_key(scheduler.state_dict())

    assert curve(autograd, optim) == curve(torch, torch.optim)


def overridden(optimizer):
    step = optimizer.step
    optimizer.step = lambda: step()


WARNINGS = {  # name: f(optimizer, scheduler)
    "none": lambda o, s: (o.step(), s.step(), s.step(), o.step()),
    "order": lambda o, s: (s.step(), o.step(), s.step()),
    "never": lambda o, s: (s.step(), s.step()),
    "override": lambda o, s: (overridden(o), o.step(), s.step()),
    "get_lr": lambda o, s: s.get_lr(),
    "epoch": lambda o, s: (o.step(), s.step(3)),
}


@pytest.mark.parametrize("before", [False, True])
@pytest.mark.parametrize("use", WARNINGS.values(), ids=WARNINGS)
def test_warnings(use, before):
    def seen(lib, optimizers):
        optimizer = scheduled(lib, optimizers)
        if before:
            optimizer.step()
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            use(optimizer, optimizers.lr_scheduler.ExponentialLR(optimizer, 0.9))
        return [warning.category for warning in caught]

    assert seen(autograd, optim) == seen(torch, torch.optim)
