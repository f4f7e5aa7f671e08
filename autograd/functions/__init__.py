"""Functions of the public face that choose among ops or combine them, as torch's overloads do.

`@function` enters one in FUNCTIONS: it becomes `autograd.f` and, unless told otherwise, `Tensor.f`.
"""

from autograd.functions import (
    contraction,
    indexing,
    joining,
    linalg,
    masking,
    normalization,
    pieces,
    pointwise,
    reduction,
    selection,
    shape,
    values,
)
from autograd.functions.table import FUNCTIONS, call_of, function

__all__ = [
    "FUNCTIONS",
    "call_of",
    "contraction",
    "function",
    "indexing",
    "joining",
    "linalg",
    "masking",
    "normalization",
    "pieces",
    "pointwise",
    "reduction",
    "selection",
    "shape",
    "values",
]
