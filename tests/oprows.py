"""The op-table driver: a Row says what an op computes and on which shapes, and every check runs on every row.

A test file of ops holds ``ROWS = [Row(...), ...]`` and ``test_row = check_rows(ROWS)``; the parity tests run the same
rows against torch. The arguments of one call are written as a tuple, in which

- a tuple of ints is the shape of a float input, filled with random numbers from the row's domain;
- a list of such shapes is an input that is a sequence of tensors;
- a NumPy array is a tensor with just these values: a float one wants its gradient, an index or a mask does not;
- a dict at the end holds keyword arguments, where a tuple is just a tuple;
- anything else (a number, a dim, None) is passed as it is.
"""

import importlib.util
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from opchecks import CHECKS

import autograd
from autograd.functions import FUNCTIONS
from autograd.ops import TABLE

UNARY = [((3, 4),), ((5,),), ((2, 1, 3),), ((),), ((0,),), ((2, 0, 3),)]
BINARY = [
    ((3, 4), (3, 4)),
    ((3, 4), (4,)),
    ((3, 1), (1, 4)),
    ((4,), (2, 3, 4)),
    ((), ()),
    ((2, 3), ()),
    ((), (2, 3)),
    ((0, 3), (3,)),
    ((0,), ()),
    ((2, 3), 1.5),
    (1.5, (2, 3)),
    ((), 1.5),
    (2, ()),
]
TENSORS = [entry for entry in BINARY if all(type(value) is tuple for value in entry)]
TERNARY = [((3, 4), (3, 4), (3, 4)), ((3, 4), (4,), ()), ((3, 1), (1, 4), (2, 1, 1)), ((), (), ()), ((0, 3), (3,), ())]


@dataclass
class Row:
    """What is known of one op.

    Attributes
    ----------
    name : as in torch: ``mul``, ``Tensor.fill_``, or ``nn.functional.gelu`` for one that only lives there
    oracle : the same function of arrays, called with the same arguments; a closed form or NumPy's
    shapes : the calls to make
    dtype : of the result, where it is not the inputs'
    domain : the range that float inputs are drawn from, one for all or a list of one each
    kinks : where the slope jumps: values that parity draws inputs from, beside -1, 0, 1 and 2
    integers, bools : the dtype that such inputs give: "same", "float", "bool", "int64"; None where they are refused,
        "skip" where they are not to be tried; by default what the op's `promote` says
    grad, second : whether the first and second order are checked; second="smooth": not at kinks
    raises : calls that fail: the arguments, the exception type, and a part of its message
    inexact : torch's own error, where it is larger than the tolerance
    parity : what is compared with torch: "all", "infinite" (all but nan), "ties" (no inf either), "smooth", or None
    """

    name: str
    oracle: Callable
    shapes: list = None
    dtype: type | None = None
    domain: tuple | list = (-2.0, 2.0)
    kinks: tuple = ()
    integers: str | None = "default"
    bools: str | None = "default"
    grad: bool = True
    second: bool | str = True
    raises: tuple | list = ()
    inexact: float = 0.0
    parity: str | None = "all"

    def __post_init__(self):
        self.key = self.name.rpartition(".")[2]
        self.op = TABLE.get(self.key)
        self.shapes = UNARY if self.shapes is None else self.shapes
        if self.op is not None and not self.op.inputs:
            self.grad = self.second = False
        promote = self.op.promote if self.op is not None and self.op.inputs else "same"
        if self.integers == "default":
            self.integers = {"float": "float", "same": "same"}.get(promote, "skip")
        if self.bools == "default":
            self.bools = self.integers

    def __str__(self):
        return self.key

    def call(self, library=autograd):
        """The function under test, of our library or of torch."""
        if library is autograd and self.name == f"nn.functional.{self.key}" and (self.op or self.key in FUNCTIONS):
            return FUNCTIONS.get(self.key) or self.op.call
        found = library
        for part in self.name.split("."):
            found = getattr(found, part)
        return found

    def random(self, salt=0):
        """Random numbers of this row's own, the same in every run."""
        return np.random.default_rng(zlib.crc32(self.key.encode()) + salt)


def check_rows(rows):
    """A test that runs every check on every row."""

    @pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__.removeprefix("check_"))
    @pytest.mark.parametrize("row", rows, ids=str)
    def test_row(row, check):
        check(row)

    return test_row


@cache
def all_rows() -> tuple:
    """The rows of every test file of ops."""
    rows = []
    for path in sorted(Path(__file__).parent.joinpath("autograd", "ops").glob("test_*.py")):
        spec = importlib.util.spec_from_file_location(f"rows_of_{path.stem}", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        rows += getattr(module, "ROWS", [])
    return tuple(rows)


def without_row() -> list:
    """The public ops and functions that no row tests."""
    known = {row.key for row in all_rows()}
    public = {name for name, op in TABLE.items() if op.function or op.method}
    public |= {name for name, call in FUNCTIONS.items() if (call.public or call.method) and not call.attribute}
    return sorted(public - known)
