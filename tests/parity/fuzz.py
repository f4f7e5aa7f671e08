"""Random programs of ops, views and in-place writes, run on autograd and on torch side by side.

After each statement both sides must agree on the exception type, or on value, shape, dtype, `requires_grad` and
`is_leaf` of every live variable; at the end on every leaf's gradient, or again on the exception type. A program is
its seed: `python tests/parity/fuzz.py --seed 17 --programs 1 --show` prints one.
"""
import argparse
import random
import sys
import warnings
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import torch  # noqa: E402

import autograd  # noqa: E402

SHAPES = [(), (1,), (2,), (3,), (2, 3), (3, 2), (3, 3), (1, 3), (3, 1), (2, 1, 3), (2, 3, 2), (0,), (2, 0)]
UNARY = ["exp", "sin", "cos", "tanh", "sigmoid", "relu", "neg", "abs", "square", "log1p", "sqrt", "log", "clone", "softplus_",
         "sign", "floor", "reciprocal", "detach", "erf", "atan", "expm1"]
BINARY = ["add", "sub", "mul", "div", "maximum", "minimum", "pow", "atan2", "where", "lerp", "addcmul"]
REDUCE = ["sum", "mean", "amax", "amin", "prod", "logsumexp", "softmax", "log_softmax", "cumsum", "var", "std", "norm", "max",
          "min", "argmax", "cumprod", "sort"]
VIEWS = ["slice", "int", "none", "transpose", "reshape", "view", "expand", "unsqueeze", "squeeze", "flatten", "permute", "detach",
         "diagonal", "select", "narrow", "data", "ellipsis", "t", "movedim", "as_is"]
WRITES = ["add_", "mul_", "sub_", "div_", "exp_", "sigmoid_", "tanh_", "relu_", "zero_", "fill_", "copy_", "setitem", "clamp_",
          "masked_fill_", "setslice", "setmask", "neg_", "sqrt_", "square_", "pow_", "setindex", "iadd", "imul", "index_add_"]
OTHER = ["cat", "stack", "matmul", "index", "mask", "gather", "clamp", "flip", "tril", "einsum", "masked_fill", "index_select",
         "split", "repeat", "roll", "pad"]
MODES = ["no_grad", "requires_grad_", "drop", "float", "double", "long", "early_backward", "retain_grad", "hook", "grad_of"]


class Side:
    """One library and its variables."""

    def __init__(self, lib):
        self.lib, self.vars = lib, []
        self.mine = lib is autograd

    def make(self, array, requires_grad):
        t = self.lib.tensor(array.tolist(), dtype=getattr(self.lib, str(array.dtype)))
        t = t.reshape(array.shape) if array.size == 0 else t
        return t.requires_grad_() if requires_grad else t


class Disagreement(AssertionError):
    """The two sides differ."""


def statement(rng, shapes, dtypes):
    """A random statement: its kind, its operands (variable numbers) and its parameters, enough to run on either side."""
    n = len(shapes)
    kind = rng.choices(["leaf", "unary", "binary", "scalar", "reduce", "view", "write", "other", "mode"],
                       [2, 4, 4, 2, 2, 6, 6, 3, 2])[0] if n else "leaf"
    i = rng.randrange(n) if n else 0
    j = rng.choice([k for k in range(n)]) if n else 0
    return kind, i, j, rng.getrandbits(32)


def run(side, kind, i, j, bits):
    """Run a statement on one side: the new variable, or None. All choices come from `bits`, so both sides do the same."""
    rng, lib, v = random.Random(bits), side.lib, side.vars
    if kind == "leaf":
        shape = rng.choice(SHAPES)
        data = np.random.default_rng(bits)
        dtype = rng.choices(["float64", "float32", "int64", "bool"], [8, 2, 1, 0.5])[0]
        array = np.round(data.uniform(-2, 2, shape), 2) if dtype[0] == "f" else data.integers(0, 3, shape)
        return side.make(np.asarray(array, dtype), dtype[0] == "f" and rng.random() < 0.6)
    x = v[i]
    nd = x.dim()
    dim = rng.randrange(-nd, nd) if nd else rng.choice([0, -1])
    if rng.random() < 0.02:
        dim = nd + 1
    if kind == "unary":
        name = rng.choice(UNARY)
        if name == "softplus_":
            return lib.nn.functional.softplus(x) if not side.mine else softplus(x)
        return getattr(x, name)()
    y = v[j]
    number = rng.choice([2, -1, 0.5, 3.0, 0, 1, True])
    if kind == "binary":
        name = rng.choice(BINARY)
        if name == "where":
            return lib.where(x > 0, x, y)
        if name == "lerp":
            return lib.lerp(x, y, 0.25)
        if name == "addcmul":
            return lib.addcmul(x, x, y, value=0.5)
        return getattr(lib, name)(x, y)
    if kind == "scalar":
        name = rng.choice(["x+n", "n-x", "x*n", "n/x", "x/n", "x**n", "n*x", "x-n", "x>n", "x==n", "x%n", "x//n", "n**x"])
        return eval(name, {"x": x, "n": number})
    if kind == "reduce":
        name = rng.choice(REDUCE)
        keep = rng.random() < 0.3
        if name in ("softmax", "log_softmax", "cumsum", "cumprod"):
            return getattr(x, name)(dim)
        if name == "sort":
            return x.sort(dim=dim, stable=True)[0]
        if name in ("max", "min"):
            return getattr(x, name)(dim, keep)[0] if rng.random() < 0.5 else getattr(x, name)()
        if name in ("sum", "mean", "prod", "argmax", "var", "std", "norm", "amax", "amin") and rng.random() < 0.5:
            return getattr(x, name)()
        if name == "norm":
            return x.norm(2, dim)
        return getattr(x, name)(dim=dim, keepdim=keep)
    if kind == "view":
        return view(rng, lib, x, nd, dim, rng.choice(VIEWS))
    if kind == "write":
        return write(rng, lib, x, y, nd, dim, number, rng.choice(WRITES))
    if kind == "other":
        return other(rng, lib, side, x, y, nd, dim, rng.choice(OTHER))
    return mode(rng, lib, side, x, y, i, rng.choice(MODES))


def softplus(x):
    import nn.functional as F
    return F.softplus(x)


def view(rng, lib, x, nd, dim, name):
    size = x.shape[dim] if nd and -nd <= dim < nd else 1
    at = rng.randrange(-size, size) if size else 0
    if name == "slice":
        a, b, s = rng.choice([None, 0, 1, -1]), rng.choice([None, 1, 2, -1]), rng.choice([None, 1, 2])
        return x[a:b:s]
    if name == "int":
        return x[at] if nd == 0 or dim % max(nd, 1) == 0 else x[:, at] if nd > 1 else x[at]
    if name == "none":
        return x[None]
    if name == "ellipsis":
        return x[..., at] if nd else x[...]
    if name == "transpose":
        return x.transpose(dim, rng.randrange(nd) if nd else 0)
    if name == "t":
        return x.t()
    if name == "movedim":
        return x.movedim(dim, 0)
    if name in ("reshape", "view"):
        n = x.numel()
        return getattr(x, name)(rng.choice([(-1,), (n,), (1, n), (n, 1), (2, -1), (3, -1)]))
    if name == "expand":
        return x.expand(2, *x.shape) if rng.random() < 0.6 else x.expand(3, 3)
    if name == "unsqueeze":
        return x.unsqueeze(dim)
    if name == "squeeze":
        return x.squeeze() if rng.random() < 0.5 else x.squeeze(dim)
    if name == "permute":
        order = list(range(nd))
        rng.shuffle(order)
        return x.permute(order)
    if name == "diagonal":
        return x.diagonal(rng.choice([0, 1, -1]))
    if name == "select":
        return x.select(dim, at)
    if name == "narrow":
        return x.narrow(dim, 0, max(size - 1, 0))
    if name == "data":
        return x.data
    if name == "as_is":
        return x.view_as(x)
    return getattr(x, name)()


def write(rng, lib, x, y, nd, dim, number, name):
    size = x.shape[0] if nd else 1
    at = rng.randrange(-size, size) if size else 0
    value = y if rng.random() < 0.6 else number
    if name in ("add_", "mul_", "sub_", "div_"):
        getattr(x, name)(value)
    elif name == "iadd":
        x += value
        return None
    elif name == "imul":
        x *= value
        return None
    elif name == "pow_":
        x.pow_(rng.choice([2, 3, 0.5, y]))
    elif name == "fill_":
        x.fill_(number)
    elif name == "copy_":
        x.copy_(y)
    elif name == "clamp_":
        x.clamp_(-0.5, 0.5)
    elif name == "masked_fill_":
        x.masked_fill_(x > 0, number)
    elif name == "setitem":
        x[at] = value
    elif name == "setslice":
        x[1:] = value
    elif name == "setmask":
        x[x > 0] = number
    elif name == "setindex":
        x[lib.tensor([at])] = value
    elif name == "index_add_":
        x.index_add_(0, lib.tensor([at]), y)
    else:
        getattr(x, name)()
    return None


def other(rng, lib, side, x, y, nd, dim, name):
    size = x.shape[dim] if nd and -nd <= dim < nd else 1
    at = rng.randrange(-size, size) if size else 0
    if name in ("cat", "stack"):
        return getattr(lib, name)([x, y, x], dim)
    if name == "matmul":
        return x @ y
    if name == "index":
        return x[lib.tensor([at, at, 0])]
    if name == "mask":
        return x[x > 0]
    if name == "gather":
        return x.gather(dim, (x > 0).long())
    if name == "index_select":
        return x.index_select(dim, lib.tensor([max(at, 0), 0]))
    if name == "clamp":
        return x.clamp(-0.5, 0.7)
    if name == "flip":
        return x.flip(dim)
    if name == "roll":
        return x.roll(1, dim)
    if name == "tril":
        return x.tril()
    if name == "einsum":
        return lib.einsum("ij,kj->ik", x, y) if rng.random() < 0.7 else lib.einsum("...i,...i->...", x, y)
    if name == "masked_fill":
        return x.masked_fill(x > 0.5, 1.5)
    if name == "split":
        return x.split(2, dim)[0].clone()
    if name == "repeat":
        return x.repeat(2, *[1] * nd)
    if side.mine:
        import nn.functional as F
        return F.pad(x, (1, 1), value=0.5)
    return lib.nn.functional.pad(x, (1, 1), value=0.5)


def mode(rng, lib, side, x, y, i, name):
    if name == "no_grad":
        with lib.no_grad():
            if rng.random() < 0.5:
                return x * 2 if rng.random() < 0.5 else x.unsqueeze(0)
            x.mul_(0.5)
        return None
    if name == "requires_grad_":
        x.requires_grad_(rng.random() < 0.7)
        return None
    if name == "drop":
        side.vars[i] = y
        return None
    if name == "early_backward":
        x.sum().backward(retain_graph=rng.random() < 0.5)
        return None
    if name == "retain_grad":
        x.retain_grad()
        return None
    if name == "hook":
        x.register_hook(lambda g: g * 2)
        return None
    if name == "grad_of":
        g, = lib.autograd.grad((y * y).sum(), x, create_graph=True, allow_unused=rng.random() < 0.8)
        return g
    return getattr(x, name)()


def describe(t):
    return tuple(t.shape), str(t.dtype), t.requires_grad, t.is_leaf


def attempt(action):
    """The result of an action, or its exception."""
    try:
        return action(), None
    except Exception as error:
        return None, error


def compare(ours, theirs, what):
    loose = any(b.dtype is torch.float32 for b in theirs.vars)
    for a, b in zip(ours.vars, theirs.vars, strict=True):
        if describe(a) != describe(b):
            raise Disagreement(f"{what}: {describe(a)} against torch's {describe(b)}")
        same(a.detach().numpy(), b.detach().numpy(), what, loose)


def same(a, b, what, loose):
    tolerance = 1e-4 if loose else 1e-9
    if a.shape != b.shape or not np.allclose(a, b, rtol=tolerance, atol=tolerance, equal_nan=True):
        raise Disagreement(f"{what}: {a.tolist()} against torch's {b.tolist()}")


def gradients(side):
    return [t.grad for t in side.vars if t.is_leaf or t.retains_grad]


def program(seed, length=14, show=False):
    """Run one program; raise Disagreement at the first difference. Returns how many statements raised."""
    rng = random.Random(seed)
    ours, theirs = Side(autograd), Side(torch)
    raised = 0
    for step in range(length):
        what = statement(rng, ours.vars, None) if step > 2 else ("leaf", 0, 0, rng.getrandbits(32))
        a, error_a = attempt(lambda what=what: run(ours, *what))
        b, error_b = attempt(lambda what=what: run(theirs, *what))
        if show:
            print(what, "->", b if error_b is None else repr(error_b)[:150], "| ours:", a if error_a is None else repr(error_a)[:200])
        label = f"seed {seed}, step {step}, {what}"
        check_errors(error_a, error_b, label)
        raised += error_a is not None
        if error_a is None and a is not None:
            ours.vars.append(a)
            theirs.vars.append(b)
        compare(ours, theirs, label)
        if what[0] == "mode":
            compare_gradients(ours, theirs, label)
    for k in rng.sample(range(len(ours.vars)), len(ours.vars)):
        scale = rng.choice([1.0, 2.0])
        retain = rng.random() < 0.5
        a, error_a = attempt(lambda k=k, r=retain, s=scale: (ours.vars[k] * s).sum().backward(retain_graph=r))
        b, error_b = attempt(lambda k=k, r=retain, s=scale: (theirs.vars[k] * s).sum().backward(retain_graph=r))
        label = f"seed {seed}, backward of variable {k}"
        if show:
            print(label, repr(error_a)[:200], "| torch:", repr(error_b)[:200])
        check_errors(error_a, error_b, label)
        if error_a is not None:
            break               # how far a failing backward got is not part of the contract
        compare_gradients(ours, theirs, label)
    return raised


def check_errors(a, b, label):
    """Both raised the same type, or neither raised."""
    if (a is None) != (b is None) or (a is not None and not same_type(a, b)):
        raise Disagreement(f"{label}: {a!r} against torch's {b!r}")


def same_type(a, b):
    return type(a) is type(b) or isinstance(a, type(b)) or type(b).__name__ == type(a).__name__


def compare_gradients(ours, theirs, label):
    loose = any(b.dtype is torch.float32 for b in theirs.vars)
    for p, q in zip(ours.vars, theirs.vars, strict=True):
        if p.is_leaf or p.retains_grad:
            a, b = p.grad, q.grad
            if (a is None) != (b is None):
                raise Disagreement(f"{label}: gradient {a} against torch's {b}")
            if a is not None:
                same(a.detach().numpy(), b.detach().numpy(), label + ", gradient", loose)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", type=int, default=20000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--show", action="store_true")
    parser.add_argument("--keep-going", action="store_true")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    failures = raised = 0
    for seed in range(options.seed, options.seed + options.programs):
        try:
            raised += program(seed, show=options.show)
        except Disagreement as difference:
            failures += 1
            print(difference)
            if not options.keep_going:
                return 1
    print(f"{options.programs} programs, {raised} statements raised alike, {failures} disagreements")
    return int(failures > 0)


if __name__ == "__main__":
    sys.exit(main())
