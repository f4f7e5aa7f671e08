"""Tensor's methods and operators: the ops and functions of the tables, under torch's names."""

from autograd.functions import FUNCTIONS
from autograd.ops import TABLE
from autograd.ops.indexing import split_index
from autograd.tensors import Tensor, swapped
from autograd.views import in_place

REFLECTED = {
    "add": "add",
    "sub": "sub",
    "mul": "mul",
    "div": "truediv",
    "floor_divide": "floordiv",
    "remainder": "mod",
    "pow": "pow",
    "bitwise_and": "and",
    "bitwise_or": "or",
    "bitwise_xor": "xor",
    "bitwise_left_shift": "lshift",
    "bitwise_right_shift": "rshift",
}
part, index, reciprocal = [TABLE[name].call for name in ("part", "index", "reciprocal")]
COMPARISONS = ("lt", "le", "gt", "ge", "eq", "ne")


def with_varargs(call, name):
    """The method form of a call whose setting `name` may come as several arguments: ``x.reshape(2, 3)``."""

    def method(self, *values, **settings):
        if name in settings:
            values = settings.pop(name)
        elif not values:
            raise TypeError(f'{call.__name__}() missing 1 required positional arguments: "{name}"')
        elif len(values) == 1 and not hasattr(values[0], "__index__"):
            values = values[0]
        return call(self, tuple([v if v is None else v.__index__() for v in values]), **settings)

    method.__name__ = method.__qualname__ = call.__name__
    method.__doc__ = call.__doc__
    return method


def operator_of(call):
    """A binary operator that leaves what is no number or tensor to the other operand."""

    def method(self, other):
        try:
            return call(self, other)
        except TypeError:
            if hasattr(other, "payload") or isinstance(other, (int, float)) or hasattr(other, "dtype"):
                raise
            return NotImplemented

    method.__name__ = method.__qualname__ = call.__name__
    return method


def getitem(self, where):
    """``self[where]``: a view for ints and slices, a copy for arrays and masks."""
    basic, advanced = split_index(where)
    return part(self, basic) if advanced is None else index(self, basic, advanced)


def where(self, condition: Tensor, other):
    """`self` where the condition holds, else `other`.  Source: torch.Tensor.where."""
    return FUNCTIONS["where"](condition, self, other)


def over(self, number):
    """``number / self``, computed as torch does: the reciprocal is kept for the gradient, so self may be written."""
    return reciprocal(self) * number


def attach():
    """Give Tensor its methods and operators."""
    for name, op in TABLE.items():
        method = with_varargs(op.call, op.varargs) if op.varargs else op.call
        for alias in (name, *op.aliases):
            if op.method and alias not in vars(Tensor):
                setattr(Tensor, alias, method)
            if op.in_place:
                setattr(Tensor, alias + "_", in_place(op.call, op.apart))
    for name, function in FUNCTIONS.items():
        method = with_varargs(function, function.varargs) if function.varargs else function
        for alias in (name, *function.aliases):
            if function.method:
                setattr(Tensor, alias, property(method) if function.attribute else method)
            if function.in_place:
                setattr(Tensor, alias + "_", in_place(function, function.apart))
    for name, symbol in REFLECTED.items():
        if name in TABLE or name in FUNCTIONS:
            call = TABLE[name].call if name in TABLE else FUNCTIONS[name]
            setattr(Tensor, f"__{symbol}__", call)
            setattr(Tensor, f"__r{symbol}__", swapped(call))
            setattr(Tensor, f"__i{symbol}__", in_place(call))
    Tensor.__rtruediv__ = over
    Tensor.__radd__, Tensor.__rmul__ = Tensor.__add__, Tensor.__mul__
    for name in COMPARISONS:
        if name in TABLE:
            setattr(Tensor, f"__{name}__", operator_of(TABLE[name].call))
    Tensor.__neg__, Tensor.__abs__ = TABLE["neg"].call, TABLE["abs"].call
    Tensor.__pos__, Tensor.__invert__ = FUNCTIONS["positive"], TABLE["bitwise_not"].call
    Tensor.__matmul__, Tensor.__rmatmul__ = FUNCTIONS["matmul"], swapped(FUNCTIONS["matmul"])
    Tensor.__getitem__, Tensor.where = getitem, where
    Tensor.__hash__ = object.__hash__


attach()
