"""The statements of which the fuzz makes its programs: each a function of a Draw, the same for either library."""

import copy
import operator

import numpy as np
from parity.draws import apart

SHAPES = [(), (), (1,), (2,), (3,), (2, 3), (3, 2), (3, 3), (1, 3), (3, 1), (2, 1, 3), (2, 3, 2), (0,), (2, 0)]
LETTERS = "ijkl"


def leaf(d):
    shape, data = d.choice(*SHAPES), np.random.default_rng(d.seed)
    dtype = d.random.choices(["float64", "float32", "int64", "bool"], [8, 2, 1, 0.5])[0]
    array = np.round(data.uniform(-2, 2, shape), 2) + 0.0 if dtype[0] == "f" else data.integers(0, 3, shape)
    array = np.asarray(array, dtype)
    tensor = d.lib.tensor(array.tolist(), dtype=getattr(d.lib, dtype))
    tensor = tensor.reshape(array.shape) if array.size == 0 else tensor
    return tensor.requires_grad_() if dtype[0] == "f" and d.chance(0.6) else tensor


def methods(names, *args):
    """Statements that call a method of x."""
    return {name: lambda d, name=name: getattr(d.x, name)(*args) for name in names.split()}


def functions_of_two(names):
    return {name: lambda d, name=name: getattr(d.lib, name)(*d.pair) for name in names.split()}


UNARY = (
    methods(
        "exp sin cos tanh sigmoid relu neg abs square log1p sqrt log clone sign floor erf atan expm1 ceil round "
        "trunc frac rsqrt exp2 log2 log10 sinh cosh tan erfc asinh nan_to_num isnan logical_not detach double float"
    )
    | {
        "contiguous": lambda d: d.laid_out.contiguous(),
        "reciprocal": lambda d: (d.x + (d.x == 0)).reciprocal(),
    }
    | {
        name: lambda d, name=name: getattr(d.side.F, name)(d.x)
        for name in "softplus elu leaky_relu silu gelu logsigmoid".split()
    }
    | {
        # behind a nan torch's slope is 0 or 1, as the element falls into a full vector or into the rest
        name: lambda d, name=name: getattr(d.side.F, name)(d.x.nan_to_num())
        for name in "hardtanh relu6".split()
    }
)

BINARY = functions_of_two(
    "add sub mul maximum minimum fmax fmin remainder fmod hypot eq ne lt le gt ge logical_and"
) | {
    "pow": lambda d: d.lib.pow(*d.powers),
    "atan2": lambda d: d.lib.atan2(*d.numbers),
    "logaddexp": lambda d: d.lib.logaddexp(*d.numbers),
    "where": lambda d: d.lib.where(d.x > 0, *d.pair),
    "where_method": lambda d: d.x.where(d.x > 0, d.y),
    "where_number": lambda d: d.lib.where(d.x > 0, d.number, d.y),
    "lerp": lambda d: d.lib.lerp(*d.pair, 0.25),
    "lerp_tensor": lambda d: d.lib.lerp(*d.pair, d.pair[0]),
    "addcmul": lambda d: d.lib.addcmul(d.pair[0], *d.pair, value=0.5),
    "addcdiv": lambda d: d.lib.addcdiv(d.x.double(), d.x.double(), d.y.double(), value=2),
    "add_alpha": lambda d: d.lib.add(*d.pair, alpha=d.number),
    "sub_alpha": lambda d: d.lib.sub(*d.pair, alpha=d.number),
    "div": lambda d: d.lib.div(d.pair[0], d.divisor),
    "floor_divide": lambda d: d.pair[0] // d.divisor,
    "div_floor": lambda d: d.lib.div(d.pair[0], d.divisor, rounding_mode="floor"),
    "div_trunc": lambda d: d.lib.div(*d.pair, rounding_mode="trunc"),
    "clamp_tensors": lambda d: d.pair[0].clamp(d.pair[1], d.pair[1] + 1),
}

SCALAR = {
    "x+n": lambda d: d.x + d.number,
    "n-x": lambda d: d.number - d.x,
    "x-n": lambda d: d.x - d.number,
    "x*n": lambda d: d.x * d.number,
    "n*x": lambda d: d.number * d.x,
    "n/x": lambda d: d.number / (d.x + (d.x == 0)),
    "x/n": lambda d: d.x / d.number,
    "x**n": lambda d: d.x**d.number,
    "n**x": lambda d: d.choice(2, -1, 0.5, 0) ** (d.x + 0.0),
    "x>n": lambda d: d.x > d.number,
    "x==n": lambda d: d.x == d.number,
    "x%n": lambda d: d.x % d.number + 0,
    "x//n": lambda d: d.x // d.number,
    "clamp(min)": lambda d: d.x.clamp(min=d.choice(2, -1, 0.5, 0)),
    "clamp": lambda d: d.x.clamp(-0.5, 0.7),
    "float()": lambda d: d.x * float(d.y),
    "bool()": lambda d: d.x * bool(d.y),
    "item": lambda d: d.x + d.y.item(),
}

REDUCE = (
    {name: lambda d, name=name: getattr(d.x, name)() for name in "sum mean amax amin max min norm argmax".split()}
    | {
        f"{name}(dim)": lambda d, name=name: getattr(d.x, name)(dim=d.dim, keepdim=d.keep)
        for name in "sum mean amax amin logsumexp argmax argmin any all".split()
    }
    | {f"{name}(dim)[0]": lambda d, name=name: getattr(d.x, name)(d.dim, d.keep)[0] for name in ("max", "min")}
    | {name: lambda d, name=name: getattr(d.x, name)(d.dim) for name in "softmax log_softmax cumsum".split()}
    | {
        "var": lambda d: d.several.var(),
        "std": lambda d: d.spread.std(correction=0),
        "var(dim)": lambda d: d.several.var(dim=d.dim, keepdim=d.keep),
        "std(dim)": lambda d: d.spread.std(d.dim),
        # a nan, here or in the gradient, spoils more or less in torch
        "logcumsumexp": lambda d: d.x.detach().logcumsumexp(d.dim),
        # torch keeps the product, though the factors are enough, and refuses later writes to it: clone() hides it
        "cumprod": lambda d: d.x.nan_to_num().cumprod(d.dim),
        "prod": lambda d: d.x.nan_to_num().prod().clone(),
        "prod(dim)": lambda d: d.x.nan_to_num().prod(d.dim, d.keep).clone(),
        "norm(dim)": lambda d: d.x.norm(d.choice(1, 2, 3, float("inf")), d.dim),
        "sum(dims)": lambda d: d.x.sum((0, -1), d.keep),
        "sort": lambda d: d.x.sort(dim=d.dim, descending=d.keep, stable=True)[0],
        # of equal elements torch takes any: no gradients
        "topk": lambda d: d.x.detach().topk(min(d.size, 2), d.dim)[0],
        # along an expanded axis torch's median gives memory that it has never written
        "median": lambda d: d.x.detach().contiguous().median(d.dim, d.keep)[0],
        "cummax": lambda d: d.filled.clone().cummax(d.dim)[0],
        "kthvalue": lambda d: d.x.detach().kthvalue(1, d.dim, d.keep)[0],
    }
)

VIEW = methods("squeeze t view_as_itself") | {
    "slice": lambda d: d.x[d.slice],
    "int": lambda d: d.x[d.first],
    "second int": lambda d: d.x[:, d.first],
    "none": lambda d: d.x[None],
    "ellipsis": lambda d: d.x[..., d.slice] if d.chance(0.5) else d.x[...],
    "transpose": lambda d: d.x.transpose(d.dim, d.random.randrange(max(d.ndim, 1))),
    "movedim": lambda d: d.x.movedim(d.dim, 0),
    "reshape": lambda d: d.laid_out.reshape(new_shape(d)),
    "flatten": lambda d: d.laid_out.flatten(),
    "view": lambda d: d.laid_out.view(new_shape(d)),
    "expand": lambda d: d.x.expand(2, *d.x.shape) if d.chance(0.6) else d.x.expand(3, 3),
    "unsqueeze": lambda d: d.x.unsqueeze(d.dim),
    "squeeze(dim)": lambda d: d.x.squeeze(d.dim),
    "permute": lambda d: d.x.permute(d.random.sample(range(d.ndim), d.ndim)),
    "diagonal": lambda d: d.x.diagonal(d.choice(0, 1, -1)),
    "select": lambda d: d.x.select(d.dim, d.at),
    "narrow": lambda d: d.x.narrow(d.dim, 0, max(d.size - 1, 0)),
    "unfold": lambda d: d.x.unfold(d.dim, d.choice(1, 2), 2),
    "detach": lambda d: d.filled.detach(),
    "mT": lambda d: d.x.mT,
    "data_of": lambda d: d.x.data.clone(),
    "view_as_itself": lambda d: d.x.view_as(d.x),
    "under no_grad": lambda d: under(d.lib.no_grad(), lambda: d.x.unsqueeze(0)),
}


def new_shape(d):
    n = d.x.numel()
    return d.choice((-1,), (n,), (1, n), (n, 1), (2, -1), (3, -1))


def under(mode, call):
    with mode:
        return call()


WRITE = (
    methods("exp_ sigmoid_ tanh_ relu_ neg_ sqrt_ square_ abs_ floor_ round_")
    | {name: lambda d, name=name: getattr(d.x, name)(d.value) for name in "add_ sub_ mul_".split()}
    | {
        "remainder_": lambda d: d.whole_division.remainder_(d.value),
        "floor_divide_": lambda d: d.whole_division.floor_divide_(d.value),
        "iadd": lambda d: operator.iadd(d.x, d.value),
        "isub": lambda d: operator.isub(d.x, d.value),
        "imul": lambda d: operator.imul(d.x, d.value),
        "itruediv": lambda d: operator.itruediv(d.x, d.nonzero_value),
        "div_": lambda d: d.x.div_(d.nonzero_value),
        "pow_": lambda d: d.x.pow_(apart(d.exponent, d.x)),
        "pow_number_": lambda d: d.x.pow_(d.choice(2, 3, 0.5)),
        "zero_": lambda d: d.solid.zero_(),
        "fill_": lambda d: d.solid.fill_(d.number),
        # torch lets integers and the results of comparisons require grad, where what is written does
        "fill_tensor_": lambda d: d.solid.fill_(d.y if d.x.is_floating_point() else d.y.detach()),
        "gt_": lambda d: d.x.gt_(d.y.detach()),
        "logical_not_": lambda d: d.unretained.detach().logical_not_(),
        # of others, torch may refuse to read what it has saved
        "detach_": lambda d: detach_leaf(d) if d.x.is_leaf else None,
        "copy_": lambda d: d.x.copy_(apart(d.y, d.x)),
        "clamp_": lambda d: d.filled.clamp_(-0.5, 0.5),
        "clamp_min_": lambda d: d.filled.clamp_min_(d.choice(2, -1, 0.5, 0)),
        "addcmul_": lambda d: d.x.addcmul_(d.x, apart(d.y.to(d.x.dtype), d.x), value=0.5),
        "lerp_": lambda d: d.x.lerp_(apart(d.y, d.x), 0.25),
        "masked_fill_": lambda d: d.solid.masked_fill_(d.x > 0, d.number),
        "masked_fill_tensor_": lambda d: d.solid.masked_fill_(
            d.x > 0, d.y if d.x.is_floating_point() else d.y.detach()
        ),
        "x[i] = v": lambda d: operator.setitem(d.x, d.first, d.value_at(d.first)),
        "x[..., i] = v": lambda d: operator.setitem(d.x, (..., d.at), d.value_at((..., d.at))),
        "x[a:b] = v": lambda d: operator.setitem(d.x, d.part, d.value_at(d.part)),
        "x[mask] = v": lambda d: operator.setitem(d.solid, d.x > 0, d.something),
        "x[[i, j]] = v": lambda d: operator.setitem(d.solid, d.ints(d.first, 0), d.value),
        "x[:, [i]] = v": lambda d: operator.setitem(d.solid, (slice(None), d.ints(d.second)), d.value),
        "x[i] += v": lambda d: operator.setitem(d.x, d.first, operator.iadd(d.x[d.first], d.value_at(d.first))),
        "index_add_": lambda d: d.solid.index_add_(d.real_dim, d.place, d.slices(d.place)),
        "index_copy_": lambda d: d.solid.index_copy_(d.real_dim, d.place, d.slices(d.place)),
        "index_fill_": lambda d: d.solid.index_fill_(d.dim, d.place, d.number),
        "index_put_": lambda d: d.solid.index_put_((d.ints(d.first, 0),), d.twin[0] * 2, accumulate=d.chance(0.5)),
        "scatter_": lambda d: d.solid.scatter_(d.real_dim, d.places(), d.twin),
        "scatter_number_": lambda d: d.solid.scatter_(d.dim, d.places(), d.number),
        "scatter_add_": lambda d: d.solid.scatter_add_(d.real_dim, d.places(), d.twin),
        "tril_": lambda d: d.solid.tril_(),
        "detached": lambda d: d.unretained.detach().mul_(d.number),
        "through data": lambda d: d.unseen.data.add_(d.number),
        "through numpy": lambda d: operator.setitem(d.unseen.detach().numpy(), ..., 1),
        "under no_grad": lambda d: under(d.lib.no_grad(), lambda: d.unretained.mul_(d.value)),
        "x[i] = v under no_grad": lambda d: under(
            d.lib.no_grad(), lambda: operator.setitem(d.unretained, d.first, d.value_at(d.first))
        ),
    }
)

OTHER = {
    "cat": lambda d: d.lib.cat([d.filled if d.x.shape == d.y.shape == (0,) else d.x, d.y, d.x], d.dim),
    "stack": lambda d: d.lib.stack([d.x, d.y], d.dim),
    # of unequal numbers of axes, torch may copy what it keeps; of unequal types, it may not notice where nothing is added
    "matmul": lambda d: (
        d.x @ d.y if d.x.shape == d.y.shape and d.x.dtype == d.y.dtype else d.x.clone() @ d.y.to(d.x.dtype, copy=True)
    ),
    "matmul_t": lambda d: d.matrix() @ d.matrix().mT,
    "index": lambda d: d.x[d.ints(d.first, d.first, 0)],
    "index_two": lambda d: d.x[..., d.ints(d.at, 0)],
    "mask": lambda d: d.x[d.x > 0],
    # torch keeps the input here too, though only its shape is needed
    "gather": lambda d: d.x.clone().gather(d.dim, d.places()),
    "index_select": lambda d: d.filled.index_select(d.dim, d.place),
    "take_along_dim": lambda d: d.x.clone().take_along_dim(d.places(), d.dim),
    "flip": lambda d: d.x.flip(d.dim),
    "roll": lambda d: d.x.roll(1, d.dim if d.x.numel() else d.real_dim),  # of nothing, torch does not look at the axis
    "tril": lambda d: d.x.tril(),
    "triu": lambda d: d.x.triu(1),
    "diag": lambda d: d.x.diag(),
    "einsum": lambda d: d.lib.einsum("ij,kj->ik", d.matrix(), d.matrix()),
    "einsum_two": lambda d: d.lib.einsum("...i,...i->...", d.x.double(), d.y.double()),
    "einsum_sum": lambda d: d.lib.einsum(LETTERS[: d.ndim] + "->" + LETTERS[: d.ndim - 1], d.x),
    "masked_fill": lambda d: d.x.masked_fill(d.x > 0.5, 1.5),
    "masked_select": lambda d: d.x.clone().masked_select(d.x > 0),
    "index_put": lambda d: d.filled.index_put((d.ints(d.first, 0),), d.twin[0], accumulate=d.chance(0.5)),
    "scatter": lambda d: d.x.scatter(d.dim, d.places(), d.twin),
    "scatter_add": lambda d: d.x.scatter_add(d.dim, d.places(), d.twin),
    "index_add": lambda d: d.x.index_add(d.dim, d.place, d.slices(d.place), alpha=d.choice(1, 2)),
    "index_copy": lambda d: d.x.index_copy(d.dim, d.place, d.slices(d.place)),
    # a write to a piece is an error in torch, and works here: the pieces are used, not kept
    "split": lambda d: d.x.split(2, d.dim)[0].clone(),
    "chunk": lambda d: d.lib.cat(d.x.chunk(2, d.dim)[::-1], d.dim),
    "unbind": lambda d: d.lib.stack(d.x.unbind(d.dim)[::-1]),
    "iterate": lambda d: d.lib.stack([row * k for k, row in enumerate(d.x)]),
    "repeat": lambda d: d.x.repeat(2, *[1] * d.ndim),
    # torch's result is a view of a tensor that nobody holds
    "repeat_interleave": lambda d: d.x.repeat_interleave(2, d.dim).clone(),
    "pad": lambda d: d.side.F.pad(d.x, (1, 1), value=0.5),
    "pad_cut": lambda d: d.side.F.pad(d.x, (-1, 1)),
    "deepcopy": lambda d: copy.deepcopy(d.x),
    "mse_loss": lambda d: d.side.F.mse_loss(*d.pair),
    "l1_loss": lambda d: d.side.F.l1_loss(d.x.clone(), d.y.clone(), reduction="sum"),  # torch keeps their difference
    "normalize": lambda d: d.side.F.normalize(d.x, dim=d.dim),
    "long": lambda d: d.x.long(),
    "to": lambda d: d.x.to(d.y.dtype),
    "requires_grad_": lambda d: d.x.detach().clone().requires_grad_(),
    "zeros_like": lambda d: d.lib.zeros_like(d.x),
    "ones_like": lambda d: d.lib.ones_like(d.x, requires_grad=True),
    "under no_grad": lambda d: under(d.lib.no_grad(), lambda: d.x * 2),
    # writes to the tensor behind a NumPy array are noticed here, not in torch
    "as_tensor": lambda d: d.lib.as_tensor(d.x.detach().numpy().copy()),
    # torch counts a rearrangement of a tensor itself as a write to its values
    "t_": lambda d: d.x.clone().t_(),
    "squeeze_": lambda d: d.x.clone().squeeze_(),
    "set data": lambda d: other_data(d),
}


def other_data(d):
    """A copy of x whose values come from another tensor."""
    t = d.x.detach().clone().requires_grad_(d.x.requires_grad)
    t.data = d.y.data.clone()
    return t


def freeze(d, change):
    """Take requires_grad away; from then on no more writes, since torch refuses one to a leaf of an older graph late."""
    change()
    d.side.frozen = True


def detach_leaf(d):
    if d.x.requires_grad:
        freeze(d, d.x.detach_)
    else:
        d.x.detach_()


def hook(d, change):
    d.x.register_hook(change)
    d.side.hooked |= d.x._is_view()


CUSTOM = {
    "cube": lambda d: d.side.functions["Cube"].apply(d.x),
    "same": lambda d: d.side.functions["Same"].apply(d.x),
    "sum of two": lambda d: d.side.functions["SumAndProduct"].apply(d.x, d.x * 2)[0],
    "product of two": lambda d: d.side.functions["SumAndProduct"].apply(d.x, d.y)[1],
}

STATE = methods("retain_grad") | {
    # once its base was written, torch gives an older view a way back to a base that requires grad only now
    "requires_grad_": lambda d: d.x.requires_grad_() if not d.side.written else None,
    "requires_grad_(False)": lambda d: freeze(d, lambda: d.x.requires_grad_(False)),
    # where the write of a view is refused, torch has already dropped the gradient that the view retains
    "custom write": lambda d: (
        None if d.x.retains_grad and d.x._is_view() else d.side.functions["Triple"].apply(d.filled)
    ),
    "drop": lambda d: operator.setitem(d.side.vars, d.i, d.y),
    "hook": lambda d: hook(d, lambda g: g * 2),
    "hook that looks": lambda d: hook(d, lambda g: None),
    "hook after": lambda d: d.x.register_post_accumulate_grad_hook(lambda t: None),
    "no grad": lambda d: setattr(d.x, "grad", None),
    "zero grad": lambda d: d.x.grad.zero_(),
    "step": lambda d: under(d.lib.no_grad(), lambda: d.x.sub_(0.1 * d.x.grad)),
}

BACKWARD = {
    "backward": lambda d: d.x.sum().backward(retain_graph=d.chance(0.5)),
    "backward as it is": lambda d: d.x.backward(retain_graph=d.chance(0.5)),
    # torch may keep the tensor that is given here as the gradient of a leaf, and add to it later
    "backward(gradient)": lambda d: d.x.backward(d.y.detach().clone(), retain_graph=d.chance(0.5)),
    "backward(inputs)": lambda d: (d.x * d.x).sum().backward(inputs=[d.y], retain_graph=True),
    "backward(create_graph)": lambda d: (d.x * d.x).sum().backward(create_graph=True),
    "grad": lambda d: gradient(d, d.x.sum(), d.y, retain_graph=d.chance(0.5), allow_unused=d.chance(0.8)),
    "grad of square": lambda d: gradient(d, (d.y * d.y).sum(), d.x, create_graph=True, allow_unused=d.chance(0.8)),
    "grad of weighted": lambda d: gradient(d, d.x, d.y, d.x * 2, create_graph=True, allow_unused=True),
    "materialized": lambda d: gradient(d, d.x.sum(), d.y, retain_graph=True, materialize_grads=True),
}


def gradient(d, output, input, given=None, **options):
    """A gradient, in memory of its own: torch may give one whose elements are one."""
    g = d.side.grad(output, input, given, **options)[0]
    return None if g is None else g.clone()


KINDS = {
    "leaf": {"leaf": leaf},
    "unary": UNARY,
    "binary": BINARY,
    "scalar": SCALAR,
    "reduce": REDUCE,
    "view": VIEW,
    "write": WRITE,
    "other": OTHER,
    "custom": CUSTOM,
    "state": STATE,
    "backward": BACKWARD,
}
WEIGHTS = dict(leaf=2, unary=4, binary=4, scalar=2, reduce=3, view=7, write=7, other=4, custom=0.5, state=1, backward=2)
SILENT = ("write", "state")  # statements that make no new variable
