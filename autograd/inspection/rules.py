"""The local rule of an op in words: how its backward makes the gradient of each input."""

import ast
import inspect
import linecache
from functools import cache

from autograd.ops import TABLE

# The gates that the lecture draws, in its words; G is the gradient that arrives. All others show their own source.
WORDS = {
    "add": "distributes: dL/dx = G, dL/dy = G",
    "sub": "dL/dx = G, dL/dy = -G",
    "mul": "swaps: dL/dx = G * y, dL/dy = G * x",
    "div": "dL/dx = G / y, dL/dy = -G * x / y^2",
    "neg": "dL/dx = -G",
    "square": "dL/dx = 2 x * G",
    "power_of": "dL/dx = G * n x^(n-1)",
    "sqrt": "dL/dx = G / (2 out)",
    "exp": "dL/dx = G * out",
    "log": "dL/dx = G / x",
    "reciprocal": "dL/dx = -G * out^2",
    "sigmoid": "dL/dx = G * out (1 - out)",
    "tanh": "dL/dx = G * (1 - out^2)",
    "relu": "passes where out > 0: dL/dx = G * [out > 0]",
    "abs": "dL/dx = G * sign(x)",
    "maximum": "routes: G to the larger input, half to each where they are equal",
    "minimum": "routes: G to the smaller input, half to each where they are equal",
    "max_of_all": "routes: G to the largest element, in equal parts if there are several",
    "min_of_all": "routes: G to the smallest element, in equal parts if there are several",
    "amax": "routes: G to the largest elements, in equal parts",
    "mm": "dL/dX = G W^T, dL/dW = X^T G",
    "matmul": "dL/dX = G W^T, dL/dW = X^T G",
    "linear": "dL/dX = G W, dL/dW = G^T X, dL/db = sum of G over the batch",
    "sum": "copies: dL/dx = G, repeated to the shape of x",
    "mean": "dL/dx = G / n, repeated to the shape of x",
    "softmax": "dL/dx = out * (G - sum of G * out)",
    "log_softmax": "dL/dx = G - softmax(x) * sum of G",
    "cross_entropy": "dL/dx = G * (softmax(x) - one-hot(target)) / N",
    "reshape": "dL/dx = G, reshaped to the shape of x",
    "transpose": "dL/dx = G, transposed back",
    "t": "dL/dX = G^T",
    "cat": "cuts G into the pieces that were joined",
    "stack": "cuts G into the slices that were stacked",
    "look": "dL/dx = G, put back into its places",
    "write_flat": "what was overwritten gets 0; what was written gets its part of G",
}


@cache
def rule_of(name: str) -> str:
    """How the op of this name carries a gradient back; '' for a Function of the user's own."""
    if name in WORDS:
        return WORDS[name]
    op = TABLE.get(name)
    if op is None:
        return ""
    return ", ".join([f"dL/d{input} = {expression(rule)}" for input, rule in op.rules.items()])


def expression(rule) -> str:
    """The source of a rule: the body of a lambda, or a function's name with its arguments."""
    names = list(inspect.signature(rule).parameters)
    if hasattr(rule, "__code__"):
        for part in lambdas(rule.__code__.co_filename):
            if part.lineno == rule.__code__.co_firstlineno and [a.arg for a in part.args.args] == names:
                return ast.unparse(part.body).replace("np.", "")
    return f"{getattr(rule, '__name__', 'rule')}({', '.join(names)})"


@cache
def lambdas(file: str) -> list[ast.Lambda]:
    """The lambdas of a source file."""
    tree = ast.parse("".join(linecache.getlines(file)))
    return [part for part in ast.walk(tree) if isinstance(part, ast.Lambda)]
