"""einsum: products summed over named axes, worked out two tensors at a time as matrix products."""

import math
from functools import lru_cache
from string import ascii_letters

import numpy as np

from autograd.functions.table import call_of, function
from autograd.tensors import Tensor


@function(method=False)
def einsum(equation, *operands):
    """Multiply tensors whose axes are named by letters, and sum over the letters that the output does not have.

    ``einsum("ik,kj->ij", a, b)`` is a matrix product. A letter twice on one tensor means its diagonal, ``...`` any
    further axes, which broadcast; without ``->`` the output has the letters that occur once, in order.
    Lists of numbers may name the axes, too: ``einsum(a, [0, 1], b, [1, 2], [0, 2])``.  Source: torch.einsum.
    """
    if isinstance(equation, Tensor):
        equation, operands = spelled((equation, *operands))
    if len(operands) == 1 and isinstance(operands[0], (tuple, list)):
        operands = operands[0]
    terms, output = parse(equation, tuple([t.ndim for t in operands]))
    named = [with_diagonals(t, term) for t, term in zip(operands, terms, strict=True)]
    check_sizes(operands, terms)
    for pair in order(named, output):
        chosen = [named.pop(i) for i in sorted(pair, reverse=True)][::-1]
        needed = set(output).union(*[letters for _, letters in named])
        named.append(contract(*chosen, needed) if len(chosen) == 2 else chosen[0])
    tensor, letters = summed(*named[0], set(output))
    return tensor.permute(*[letters.index(c) for c in output]) if letters != output else tensor


def spelled(items):
    """The equation for axes named by numbers, and the tensors."""

    def letters(numbers):
        return "".join(["..." if n is Ellipsis else ascii_letters[n] for n in numbers])

    tensors, names = items[: len(items) // 2 * 2 : 2], items[1::2]
    equation = ",".join(map(letters, names))
    return equation + (f"->{letters(items[-1])}" if len(items) % 2 else ""), tensors


@lru_cache
def parse(equation, ndims):
    """The letters of each tensor's axes and of the output's; ``...`` gets letters of its own."""
    left, arrow, output = equation.replace(" ", "").partition("->")
    terms = left.split(",")
    if len(terms) != len(ndims):
        raise RuntimeError(
            f"einsum: einsum(): {'more' if len(terms) < len(ndims) else 'fewer'} operands were provided "
            f"than specified in the equation: {len(ndims)} for '{equation}'"
        )
    spare = [c for c in ascii_letters if c not in equation]
    shared = max([0, *[ndim - len(term) + 3 for term, ndim in zip(terms, ndims, strict=True) if "..." in term]])
    for i, (term, ndim) in enumerate(zip(terms, ndims, strict=True)):
        known = len(term.replace("...", ""))
        for c in term.replace("...", ""):
            if c not in ascii_letters:
                raise RuntimeError(
                    f"einsum: einsum(): invalid subscript {c!r} given in the equation string "
                    f"'{equation}', subscripts must be in [a-zA-Z]"
                )
        if known > ndim or (known < ndim and "..." not in term):
            raise RuntimeError(
                f"einsum: einsum(): the number of subscripts in the equation ({known}: '{term}') does "
                f"not match the number of dimensions ({ndim}) for operand "
                f"{i}{'' if '...' in term else ' and no ellipsis was given'}"
            )
        terms[i] = term.replace("...", "".join(spare[shared - (ndim - known) : shared]))
    joined = "".join(terms)
    if arrow:
        output = output.replace("...", "".join(spare[:shared]))
    else:
        once = sorted(c for c in set(joined) - set(spare[:shared]) if joined.count(c) == 1)
        output = "".join(spare[:shared] + once)
    for c in output:
        if c not in joined:
            raise RuntimeError(
                f"einsum: einsum(): output subscript {c} does not appear in the equation '{equation}' "
                "for any input operand"
            )
        if output.count(c) > 1:
            raise RuntimeError(
                f"einsum: einsum(): output subscript {c} appears more than once in the output of '{equation}'"
            )
    return terms, output


def check_sizes(operands, terms):
    """Raise unless each letter has one size, or 1."""
    sizes = {}
    for i, (tensor, term) in enumerate(zip(operands, terms, strict=True)):
        for c, n in zip(term, tensor.shape, strict=True):
            if n != 1 and sizes.setdefault(c, n) != n:
                raise RuntimeError(
                    f"einsum: einsum(): subscript {c} has size {n} for operand {i} which does not "
                    f"broadcast with previously seen size {sizes[c]}: shapes "
                    f"{', '.join(str(tuple(t.shape)) for t in operands)}"
                )


def with_diagonals(tensor, letters):
    """A tensor in which each letter names one axis: a letter that occurs twice becomes a diagonal."""
    for c in dict.fromkeys(letters):
        while letters.count(c) > 1:
            first, second = letters.index(c), letters.rindex(c)
            if tensor.shape[first] != tensor.shape[second]:
                raise RuntimeError(
                    f"einsum: einsum(): subscript {c} is repeated for operand of shape "
                    f"{tuple(tensor.shape)}, but the sizes don't match, {tensor.shape[second]} != "
                    f"{tensor.shape[first]}"
                )
            tensor = call_of("diagonal")(tensor, 0, first, second)
            letters = "".join([x for i, x in enumerate(letters) if i not in (first, second)]) + c
    return tensor, letters


def order(named, output):
    """Which of the tensors to multiply, step by step; for more than two, as cheaply as NumPy finds out."""
    if len(named) < 3:
        return [tuple(range(len(named)))]
    equation = ",".join([letters for _, letters in named]) + "->" + output
    path, _ = np.einsum_path(equation, *[tensor.payload for tensor, _ in named], optimize="greedy")
    return path[1:]


def summed(tensor, letters, needed):
    """A tensor without the axes that nobody needs any more."""
    gone = [i for i, c in enumerate(letters) if c not in needed]
    return (tensor.sum(gone), "".join([c for c in letters if c in needed])) if gone else (tensor, letters)


def contract(first, second, needed):
    """The product of two tensors, summed over the letters that are not needed, with the letters that are left."""
    (a, x), (b, y) = first, second
    for c in set(x) & set(y):  # an axis of length 1 broadcasts, and needs no name
        one, other = a.shape[x.index(c)] == 1, b.shape[y.index(c)] == 1
        if one and (not other or c not in needed):
            a, x = a.squeeze(x.index(c)), x.replace(c, "")
        if other and (not one or c not in needed):
            b, y = b.squeeze(y.index(c)), y.replace(c, "")
    a, x = summed(a, x, needed | set(y))
    b, y = summed(b, y, needed | set(x))
    batch = [c for c in x if c in y and c in needed]
    inner = [c for c in x if c in y and c not in needed]
    left, right = [c for c in x if c not in y], [c for c in y if c not in x]
    size = dict(zip(x + y, (*a.shape, *b.shape), strict=True))
    a = a.permute(*[x.index(c) for c in (*batch, *left, *inner)]) if x else a
    b = b.permute(*[y.index(c) for c in (*batch, *inner, *right)]) if y else b
    n, k, m = [math.prod([size[c] for c in group]) for group in (left, inner, right)]
    stack = [size[c] for c in batch]
    if not inner:
        out = a.reshape(*stack, n, 1) * b.reshape(*stack, 1, m)
    elif k == 0:
        out = (a.reshape(*stack, n, 0, 1) * b.reshape(*stack, 1, 0, m)).sum(-2)
    else:
        out = call_of("mm")(a.reshape(*stack, n, k), b.reshape(*stack, k, m))
    return out.reshape([size[c] for c in (*batch, *left, *right)]), "".join([*batch, *left, *right])
