"""Bad input, as a table: each row raises, names the op and the offending values, and says what to do.

A row's function gets the library (autograd or torch), so that the parity tests can ask torch for the same type.
`words` is what our message must contain (a regular expression).
"""
from dataclasses import dataclass
from typing import Any


@dataclass
class Misuse:
    name: str
    call: Any
    error: type
    words: str
    torch_differs: str = ""         # why torch answers otherwise, where it does


def leaf(t, *shape):
    return t.ones(*shape, requires_grad=True)


def written_after_save(t):
    x = leaf(t, 2) * 1
    y = x.exp()
    y.add_(1)
    y.sum().backward()


def backward_twice(t):
    x = leaf(t, 2)
    loss = (x * x).sum()
    loss.backward()
    loss.backward()


def deep_copy_of_a_result(t):
    import copy
    copy.deepcopy(leaf(t, 2) * 2)


def half_loaded(t):
    model = t.nn.Linear(2, 3)
    model.load_state_dict({"weight": t.ones(3, 2)})


def wrong_size_loaded(t):
    t.nn.Linear(2, 3).load_state_dict({"weight": t.ones(2, 3), "bias": t.ones(3)})


def backward_of(t, values, gradient):
    (values * 2).backward(gradient)


MISUSES = [
    # shapes
    Misuse("add shapes", lambda t: t.ones(2, 3) + t.ones(4), RuntimeError, r"add: shapes \(2, 3\) and \(4,\) do not broadcast"),
    Misuse("mul shapes", lambda t: t.ones(3, 2) * t.ones(3), RuntimeError, r"mul: shapes .*unsqueeze\(-1\)"),
    Misuse("maximum shapes", lambda t: t.maximum(t.ones(2), t.ones(3)), RuntimeError, r"maximum: shapes \(2,\) and \(3,\)"),
    Misuse("where shapes", lambda t: t.where(t.ones(2) > 0, t.ones(3), t.ones(3)), RuntimeError, r"where: "),
    Misuse("matmul inner", lambda t: t.ones(32, 784) @ t.ones(10, 784), RuntimeError,
           r"matmul: .*\(32, 784\) @ \(10, 784\).*did you mean .*\.T"),
    Misuse("matmul 0-d", lambda t: t.tensor(1.0) @ t.ones(2), RuntimeError, r"matmul: "),
    Misuse("mm of vectors", lambda t: t.mm(t.ones(2), t.ones(2)), RuntimeError, r"mm: "),
    Misuse("bmm of matrices", lambda t: t.bmm(t.ones(2, 2), t.ones(2, 2)), RuntimeError, r"bmm: "),
    Misuse("dot lengths", lambda t: t.dot(t.ones(2), t.ones(3)), RuntimeError, r"dot: "),
    Misuse("reshape size", lambda t: t.ones(2, 3).reshape(4), RuntimeError, r"reshape: shape '\[4\]' is invalid for input of size 6"),
    Misuse("reshape two -1", lambda t: t.ones(2, 3).reshape(-1, -1), RuntimeError, r"reshape: only one dimension can be inferred"),
    Misuse("view of transposed", lambda t: t.ones(2, 3).t().view(6), RuntimeError, r"view size is not compatible.*\[3, 2\] as \[6\].*reshape"),
    Misuse("expand", lambda t: t.ones(2).expand(3), RuntimeError, r"expand: .*\(3\).*\(2\)"),
    Misuse("expand fewer", lambda t: t.ones(2, 3).expand(3), RuntimeError, r"expand: the number of sizes"),
    Misuse("cat shapes", lambda t: t.cat([t.ones(2, 3), t.ones(2, 4)]), RuntimeError, r"cat: .*\(?2, 4\)?"),
    Misuse("cat of nothing", lambda t: t.cat([]), (RuntimeError, ValueError), r"cat: .*non-empty"),
    Misuse("cat of a tensor", lambda t: t.cat(t.ones(2)), TypeError, r"cat\(\): argument 'tensors'"),
    Misuse("stack shapes", lambda t: t.stack([t.ones(2), t.ones(3)]), RuntimeError, r"stack: .*\[?2\]?.*3"),
    Misuse("split size", lambda t: t.ones(5).split([2, 2]), RuntimeError, r"split.*: .*5"),
    Misuse("einsum subscripts", lambda t: t.einsum("ij,jk->ik", t.ones(2, 3)), (RuntimeError, ValueError), r"einsum: "),
    Misuse("einsum sizes", lambda t: t.einsum("ij,jk->ik", t.ones(2, 3), t.ones(4, 2)), RuntimeError, r"einsum: .*j"),
    Misuse("linear features", lambda t: t.nn.Linear(784, 10)(t.ones(64, 1, 28, 28)), RuntimeError,
           r"linear: input \(64, 1, 28, 28\).*784.*flatten\(1\)"),
    Misuse("conv channels", lambda t: t.nn.Conv2d(3, 8, 3)(t.ones(1, 1, 8, 8)), RuntimeError, r"conv2d: .*3.*channels"),
    Misuse("conv dims", lambda t: t.nn.Conv2d(3, 8, 3)(t.ones(8, 8)), RuntimeError, r"conv2d: "),
    Misuse("conv kernel too large", lambda t: t.nn.Conv2d(1, 1, 9)(t.ones(1, 1, 4, 4)), RuntimeError, r"conv2d: .*Kernel size: \(9 x 9\)"),
    Misuse("pool too large", lambda t: t.nn.MaxPool2d(9)(t.ones(1, 1, 4, 4)), RuntimeError, r"max_pool2d: "),
    Misuse("batch norm features", lambda t: t.nn.BatchNorm1d(3)(t.ones(2, 4)), (RuntimeError, ValueError), r"batch_norm: .*3.*4|4.*3"),
    Misuse("batch norm of one value", lambda t: t.nn.BatchNorm1d(3)(t.ones(1, 3)), ValueError, r"batch_norm: .*more than 1 value"),
    Misuse("layer norm shape", lambda t: t.nn.LayerNorm(3)(t.ones(2, 4)), RuntimeError, r"layer_norm: "),
    # dims and indices
    Misuse("sum dim", lambda t: t.ones(2, 3).sum(dim=2), IndexError, r"sum: Dimension out of range .*\[-2, 1\], but got 2"),
    Misuse("max dim", lambda t: t.ones(2, 3).max(5), IndexError, r"max: Dimension out of range .* but got 5"),
    Misuse("max of a dim without elements", lambda t: t.ones(0, 3).max(0), IndexError, r"max: .* dim 0 .*non-zero size"),
    Misuse("max of several dims", lambda t: t.ones(2, 3).max((0, 1)), TypeError, r"max\(\): argument 'dim' must be int, not tup"),
    Misuse("min dim", lambda t: t.ones(2, 3).min(-3), IndexError, r"min: Dimension out of range"),
    Misuse("aminmax dim", lambda t: t.ones(2, 3).aminmax(dim=2), IndexError, r"aminmax: Dimension out of range"),
    Misuse("sort dim", lambda t: t.ones(2, 3).sort(5), IndexError, r"sort: Dimension out of range"),
    Misuse("sort by name", lambda t: t.ones(2, 3).sort("x"), TypeError, r"sort\(\): argument 'dim' must be int, not str"),
    Misuse("mode dim", lambda t: t.ones(2, 3).mode(5), IndexError, r"mode: Dimension out of range"),
    Misuse("mode of a dim without elements", lambda t: t.ones(0, 3).mode(0), IndexError, r"mode: .* dim 0 .*non-zero size"),
    Misuse("cummax dim", lambda t: t.ones(2, 3).cummax(5), IndexError, r"cummax: Dimension out of range"),
    Misuse("cummin dim", lambda t: t.ones(2, 3).cummin(5), IndexError, r"cummin: Dimension out of range"),
    Misuse("softmax dim", lambda t: t.ones(2).softmax(1), IndexError, r"softmax: Dimension out of range"),
    Misuse("transpose dim", lambda t: t.ones(2, 3).transpose(0, 3), IndexError, r"transpose: Dimension out of range"),
    Misuse("unsqueeze dim", lambda t: t.ones(2).unsqueeze(4), IndexError, r"unsqueeze: Dimension out of range"),
    Misuse("permute count", lambda t: t.ones(2, 3).permute(0), RuntimeError, r"permute: "),
    Misuse("index out of range", lambda t: t.ones(3)[5], IndexError, r"index: index 5 is out of bounds for dimension 0 with size 3"),
    Misuse("write out of range", lambda t: t.ones(3).__setitem__(5, 1.0), IndexError, r"index 5 is out of bounds for dimension 0 with size 3"),
    Misuse("too many indices", lambda t: t.ones(3)[0, 0], IndexError, r"index: too many indices"),
    Misuse("array index out of range", lambda t: t.ones(3)[t.tensor([0, 7])], IndexError, r"index: index 7 is out of bounds"),
    Misuse("float index", lambda t: t.ones(3)[t.tensor([0.5])], IndexError, r"index.*must be long, int, byte or bool"),
    Misuse("mask shape", lambda t: t.ones(3)[t.ones(2) > 0], IndexError, r"index: .*mask.*\[2\].*\[3\]"),
    Misuse("negative step", lambda t: t.ones(3)[::-1], ValueError, r"step must be greater than zero"),
    Misuse("gather index type", lambda t: t.ones(3).gather(0, t.tensor([0.0])), RuntimeError, r"gather: .*int64"),
    Misuse("gather out of range", lambda t: t.ones(3).gather(0, t.tensor([3])), RuntimeError, r"gather: index 3 is out of bounds"),
    Misuse("embedding out of range", lambda t: t.nn.Embedding(3, 2)(t.tensor([3])), IndexError, r"embedding: .*3"),
    Misuse("select", lambda t: t.ones(3).select(0, 4), IndexError, r"select: .*4"),
    Misuse("narrow", lambda t: t.ones(3).narrow(0, 2, 3), RuntimeError, r"narrow: "),
    Misuse("topk", lambda t: t.ones(3).topk(4), RuntimeError, r"topk: "),
    Misuse("length of a scalar", lambda t: len(t.tensor(1.0)), TypeError, r"len\(\) of a 0-d tensor"),
    Misuse("iterate a scalar", lambda t: list(t.tensor(1.0)), TypeError, r"iteration over a 0-d tensor"),
    # types
    Misuse("not a tensor", lambda t: t.exp(3.0), TypeError, r"exp\(\): argument 'input' \(position 1\) must be Tensor, not float"),
    Misuse("add a string", lambda t: t.ones(2) + "a", TypeError, r"str"),
    Misuse("mean of integers", lambda t: t.tensor([1, 2]).mean(), RuntimeError, r"mean\(\): .*floating point.*int64.*\.float\(\)"),
    Misuse("matmul types", lambda t: t.ones(2, 2) @ t.ones(2, 2, dtype=t.float64), RuntimeError, r"m.*: expected .* same dtype.*Float.*Double"),
    Misuse("negative bool", lambda t: -(t.ones(2) > 0), RuntimeError, r"neg: .*bool"),
    Misuse("integer to negative power", lambda t: t.tensor([2]) ** -1, RuntimeError, r"pow: Integers to negative integer powers"),
    Misuse("integers requiring grad", lambda t: t.tensor([1, 2], requires_grad=True), RuntimeError, r"floating point"),
    Misuse("ragged list", lambda t: t.tensor([[1, 2], [3]]), ValueError, r"expected .*equal length|tensor: expected a sequence"),
    Misuse("strings as data", lambda t: t.tensor(["a"]), (ValueError, TypeError), r"tensor: .*str"),
    Misuse("unknown keyword", lambda t: t.ones(2).sum(dimension=0), TypeError, r"sum\(\) got an unexpected keyword argument 'dimension'"),
    Misuse("item of many", lambda t: t.ones(2).item(), RuntimeError, r"2 elements cannot be converted to Scalar"),
    Misuse("truth of many", lambda t: bool(t.ones(2)), RuntimeError, r"Boolean value of Tensor with more than one value"),
    Misuse("numpy of a recorded tensor", lambda t: leaf(t, 2).numpy(), RuntimeError, r"detach\(\)\.numpy\(\)"),
    Misuse("float as index", lambda t: [1, 2][t.tensor(1.0)], TypeError, r"only integer tensors of a single element"),
    Misuse("target type", lambda t: t.nn.functional.nll_loss(t.ones(2, 3), t.tensor([0.0, 1.0])), RuntimeError, r"nll_loss: .*Long|int64"),
    Misuse("target out of range", lambda t: t.nn.functional.cross_entropy(t.ones(2, 3), t.tensor([0, 3])), IndexError,
           r"cross_entropy: .*3.*out of bounds"),
    Misuse("target count", lambda t: t.nn.functional.cross_entropy(t.ones(2, 3), t.tensor([0])), ValueError, r"cross_entropy: .*batch"),
    Misuse("mse types", lambda t: t.nn.functional.binary_cross_entropy(t.ones(2), t.ones(3)), ValueError, r"binary_cross_entropy: .*size"),
    Misuse("bce out of range", lambda t: t.nn.functional.binary_cross_entropy(t.tensor([2.0]), t.ones(1)), RuntimeError,
           r"binary_cross_entropy: .*between 0 and 1"),
    Misuse("no such device", lambda t: t.ones(2).to("gpu"), RuntimeError, r"device"),
    # autograd
    Misuse("backward of many", lambda t: (leaf(t, 2) * 2).backward(), RuntimeError,
           r"backward: grad can be implicitly created only for scalar outputs.*\(2,\)"),
    Misuse("backward of a constant", lambda t: t.ones(()).backward(), RuntimeError, r"backward: .*does not require grad"),
    Misuse("backward twice", backward_twice, RuntimeError, r"mul: .*second time.*retain_graph=True"),
    Misuse("gradient shape", lambda t: backward_of(t, leaf(t, 2), t.ones(3)), RuntimeError, r"backward: Mismatch in shape.*3.*2"),
    Misuse("gradient type", lambda t: backward_of(t, leaf(t, 2), 1.0), TypeError, r"backward: gradients can be either Tensors or None"),
    Misuse("grad unused", lambda t: t.autograd.grad(leaf(t, 2).sum(), leaf(t, 2)), RuntimeError, r"grad: .*allow_unused=True"),
    Misuse("grad of a constant", lambda t: t.autograd.grad(leaf(t, 2).sum(), t.ones(2)), RuntimeError, r"grad: .*require.* grad"),
    Misuse("write to a leaf", lambda t: leaf(t, 2).add_(1), RuntimeError, r"a leaf Variable that requires grad.*no_grad"),
    Misuse("write to a view of a leaf", lambda t: leaf(t, 2)[0].add_(1), RuntimeError, r"a view of a leaf Variable"),
    Misuse("write after save", written_after_save, RuntimeError, r"exp: .*modified by an inplace operation.*\[2\]"),
    Misuse("write changes shape", lambda t: t.ones(2).add_(t.ones(3, 2)), RuntimeError, r"output with shape \[2\] doesn't match"),
    Misuse("write changes type", lambda t: t.tensor([1]).mul_(0.5), RuntimeError, r"result type Float can't be cast to .* Long"),
    Misuse("write to expanded", lambda t: t.ones(1).expand(3).add_(1), RuntimeError, r"single memory location.*clone\(\)"),
    Misuse("hook on a constant", lambda t: t.ones(2).register_hook(print), RuntimeError, r"doesn't require gradient"),
    Misuse("retain a constant's grad", lambda t: t.ones(2).retain_grad(), RuntimeError, r"requires_grad=False"),
    Misuse("grad of another shape", lambda t: setattr(leaf(t, 2), "grad", t.ones(3)), RuntimeError, r"assigned grad .*different size"),
    Misuse("unset requires_grad of a result", lambda t: (leaf(t, 2) * 2).requires_grad_(False), RuntimeError, r"leaf variables"),
    Misuse("deepcopy of a result", deep_copy_of_a_result, RuntimeError, r"deepcopy.*detach\(\)"),
    # layers and optimizers
    Misuse("missing keys", half_loaded, RuntimeError, r"Missing key\(s\) in state_dict: \"bias\""),
    Misuse("size mismatch", wrong_size_loaded, RuntimeError, r"size mismatch for weight"),
    Misuse("groups", lambda t: t.nn.Conv2d(3, 4, 3, groups=2), ValueError, r"in_channels must be divisible by groups"),
    Misuse("dropout probability", lambda t: t.nn.Dropout(1.5), ValueError, r"dropout probability has to be between 0 and 1, but got 1.5"),
    Misuse("padding of pool", lambda t: t.nn.MaxPool2d(2, padding=2)(t.ones(1, 1, 4, 4)), RuntimeError, r"max_pool2d: .*pad"),
    Misuse("negative lr", lambda t: t.optim.SGD([leaf(t, 2)], lr=-1), ValueError, r"learning rate.*-1"),
    Misuse("betas", lambda t: t.optim.Adam([leaf(t, 2)], betas=(1.0, 0.9)), ValueError, r"beta.*1\.0"),
    Misuse("nesterov without momentum", lambda t: t.optim.SGD([leaf(t, 2)], lr=1, nesterov=True), ValueError, r"[Nn]esterov"),
    Misuse("no parameters", lambda t: t.optim.SGD([], lr=1), ValueError, r"empty parameter list"),
    Misuse("optimize a result", lambda t: t.optim.SGD([leaf(t, 2) * 2], lr=1), ValueError, r"non-leaf"),
    Misuse("optimize a list", lambda t: t.optim.SGD([[1.0]], lr=1), TypeError, r"list"),
    Misuse("batch size", lambda t: t.utils.data.DataLoader([1, 2], batch_size=0), ValueError, r"batch_size.*0"),
    Misuse("shuffle with sampler", lambda t: t.utils.data.DataLoader([1, 2], shuffle=True, sampler=[0]), ValueError, r"sampler.*shuffle|shuffle.*sampler"),
    Misuse("split lengths", lambda t: t.utils.data.random_split([1, 2, 3], [1, 1]), ValueError, r"[Ss]um|length"),
]

MISUSES += [
    Misuse("loss given to the constructor", lambda t: t.nn.CrossEntropyLoss(t.zeros(2, 3), t.tensor([0, 1])), RuntimeError,
           r"made first and then called, nn\.CrossEntropyLoss\(\)\(input, target\)"),
    Misuse("index is named once", lambda t: t.ones(3)[7], IndexError, r"^index: index 7 is out of bounds for dimension 0 with size 3"),
]
