"""What Python makes of a tensor (numbers, text, copies, operators with foreign types), expression by expression."""

import copy
import math
import operator
import pickle

import numpy as np
import pytest

torch = pytest.importorskip("torch")

import autograd  # noqa: E402
import nn  # noqa: E402

EXPRESSIONS = """
f"{P(t.tensor(1.5))}"
f"{t.ones(2):.2f}"
f"{t.ones(1):.2f}"
f"{t.tensor(True)}"
int(t.tensor([5]))
float(t.tensor([[2.5]]))
float(t.ones(2))
int(t.ones(0))
operator.index(t.tensor(2.))
operator.index(t.tensor([3]))
operator.index(t.tensor(True))
[1,2,3][t.tensor([1])]
"a" in t.ones(2)
None in t.ones(2)
t.tensor(1.) in t.ones(2)
t.tensor([1.,1.]) in t.ones(2)
1 in t.ones(0)
bool(t.ones(0))
bool(t.tensor([[1.]]))
bool(t.tensor(float('nan')))
round(t.tensor(1.5))
divmod(t.tensor(3), 2)
list(reversed(t.arange(3)))
reversed(t.arange(4).reshape(2,2))
t.arange(3).__reversed__()
t.ones(2) == None
t.ones(2) != None
t.ones(2) == "a"
t.ones(2) == [1,1]
t.ones(2) < "a"
t.ones(2) + "a"
t.ones(2) + None
t.ones(2) * [1,2]
[1,2] * t.ones(2)
(1,2) + t.ones(2)
2 ** t.arange(3)
2 ** t.arange(3.)
5 // t.tensor([2,3])
5 % t.tensor([2,3])
5 - t.tensor([2,3])
5 / t.tensor([2,3])
5 & t.tensor([2,3])
5 << t.tensor([2,3])
True + t.tensor([2,3])
1.5 * t.tensor([2,3])
1.5 * t.tensor(2)
t.ones(2) @ 2
~t.tensor([True])
-t.tensor([True])
+t.tensor([True])
abs(t.tensor([-1]))
t.tensor(3) and 5
not t.tensor(0)
t.tensor([1,2]).tolist()
t.tensor(1.5).tolist()
t.tensor(7).item()
t.ones(2).item()
t.ones(0).item()
len(t.ones(0,3))
len(t.tensor(1))
iter(t.tensor(1))
[x for x in t.ones(2,0)]
copy.copy(t.ones(2)*2)
copy.copy(t.ones(2,requires_grad=True)*2).is_leaf
copy.deepcopy(t.ones(2,requires_grad=True)*2)
copy.deepcopy(t.ones(2,2).t()).stride()
pickle.loads(pickle.dumps(t.ones(2,requires_grad=True)*2)).is_leaf
pickle.loads(pickle.dumps(t.ones(2,2).t())).stride()
copy.deepcopy(P(t.ones(2)))
pickle.loads(pickle.dumps(P(t.ones(2))))
copy.copy(P(t.ones(2)))
t.ones(2)[::-1]
t.ones(2)[0.5]
t.ones(2)[5]
t.ones(2,2)[0,0,0]
t.ones(2).to(t.ones(1).double()).dtype
t.ones(2).to(t.device("cpu"), t.float64).dtype
t.ones(2).to("cpu", t.int64).dtype
t.ones(2).to(dtype=t.int32, copy=True).dtype
t.ones(2).to(float).dtype
t.ones(2).to(int).dtype
t.ones(2).to(None)
t.ones(2).type("torch.DoubleTensor").dtype
t.ones(2).type(t.LongTensor).dtype
t.ones(2).type(t.int8).type()
t.ones(2, requires_grad=True).numpy()
t.ones(2, requires_grad=True).numpy(force=True)
np.from_dlpack(t.ones(2))
t.from_dlpack(np.ones(2))
t.ones(2).new_zeros(3)
t.ones(2).new_tensor([1,2])
t.Size([1,2]).numel()
t.Size([2,3])[0]
t.Size([2,3])[:1]
t.Size([2,3]) + (1,)
t.Size((2,3)) == (2,3)
copy.copy(t.Size([1]))
pickle.loads(pickle.dumps(t.Size([1,2])))
str(t.float32), repr(t.int64), t.float32.itemsize, t.bool.is_signed, t.uint8.is_signed
t.float32 == t.float, t.float32 == "float32", hash(t.float32) == hash(t.float)
t.device("cpu", 0)
t.device("cpu") == "cpu"
t.device("cpu:0") == t.device("cpu")
t.ones(2).is_leaf, t.ones(2).requires_grad, t.ones(2).grad_fn, t.ones(2).grad, t.ones(2).layout
t.ones(2).is_sparse, t.ones(2).is_quantized
t.ones(2).nonexistent
t.tensor(1.).requires_grad_().requires_grad
t.ones(2, dtype=t.int64).requires_grad_()
t.tensor([]).dtype
t.tensor([[], []]).shape
t.tensor("a")
t.tensor(None)
t.tensor([None])
t.tensor({1:2})
t.tensor(range(3))
t.tensor((1,2.))
t.tensor([t.tensor(1), t.tensor(2)])
t.tensor([t.ones(2), t.ones(2)])
t.tensor(t.ones(2))
t.tensor([np.float32(1), 2.])
t.tensor(np.float64(1)).dtype
t.tensor(np.int32(1)).dtype
t.tensor([True, 2])
t.tensor(2**40)
t.tensor(2**70)
t.tensor([1,2], dtype=t.float16)
t.tensor(300, dtype=t.uint8)
t.tensor(-1, dtype=t.uint8)
t.tensor(1.5, dtype=t.int64)
t.Tensor(2).shape
t.Tensor(2, 3).shape
t.Tensor([2, 3])
t.Tensor((2, 3))
t.Tensor(np.ones(2)).dtype
t.Tensor().shape
t.Tensor(t.ones(2, dtype=t.float32))
t.as_tensor([1,2])
t.is_tensor(3)
t.get_default_dtype()
t.set_default_dtype(t.int64)
t.typename(t.ones(2))
t.numel(t.ones(2,3))
t.is_floating_point(t.ones(2))
t.result_type(t.ones(2), t.ones(2, dtype=t.int64))
t.promote_types(t.float32, t.int64)
t.can_cast(t.float32, t.int64)
t.from_numpy([1])
t.from_numpy(np.ones(3)[::-1])
t.frombuffer(bytearray(8), dtype=t.float32)
t.ones(2).__array__().dtype
t.ones(2, requires_grad=True).__array__()
t.ones(2).data.requires_grad
t.ones(2).T.shape
t.ones(2,3).mT.shape
t.get_rng_state().dtype
t.relu_(t.tensor([-1.]))
t.tensor(1.) is t.tensor(1.)
t.e, t.pi, t.inf
t.ones(2).element_size(), t.ones(2).itemsize, t.ones(2).nbytes
t.manual_seed("a")
t.compiler.is_compiling()
t.linalg.norm(t.ones(2))
t.testing.assert_close(t.ones(2), t.ones(2))
t.testing.assert_close(t.ones(2), t.zeros(2))
"""


def outcome(expression, t):
    """What an expression gives, as text, or the type of its error."""
    parameter = nn.Parameter if t is autograd else torch.nn.Parameter
    names = {"t": t, "P": parameter, "np": np, "copy": copy, "math": math, "operator": operator, "pickle": pickle}
    try:
        return repr(eval(expression, names))
    except Exception as error:
        return type(error)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("expression", EXPRESSIONS.strip().splitlines())
def test_expression(expression):
    assert outcome(expression, autograd) == outcome(expression, torch)
