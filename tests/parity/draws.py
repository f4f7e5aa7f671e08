"""What the fuzz's statements work on: the variables of a library, and chance, which is the same for either.

A Draw also leaves out what torch's behaviour makes an accident: each such property says which.
"""

import random
from functools import cached_property

import numpy as np

import nn
import nn.functional
from autograd.memory import is_dense

NUMBERS = [2, -1, 0.5, 3.0, 0, 1, True]


class Side:
    """One library and its variables."""

    def __init__(self, lib):
        self.lib, self.vars = lib, []
        self.odd = set()  # the variables that lie in memory in another order than the other library's
        self.frozen = False  # whether a leaf of an older graph has lost requires_grad
        self.loose = self.written = False  # whether a float32 has taken part, and whether anything was written
        self.blind = False  # whether there is a view of a leaf that no graph has seen
        self.hooked = False  # whether a view has a hook
        self.mine = lib.__name__ == "autograd"
        self.grad = lib.grad if self.mine else lib.autograd.grad
        self.F = nn.functional if self.mine else lib.nn.functional
        self.functions = custom_functions(lib.Function if self.mine else lib.autograd.Function)


class LeftOut(Exception):
    """This statement does not run on these variables: torch's behaviour there is an accident of its implementation."""


class Draw:
    """What one statement works on, and its chance: both sides draw the same, since they have the same seed."""

    def __init__(self, side, i, j, seed):
        self.side, self.lib, self.i, self.seed = side, side.lib, i, seed
        self.random = random.Random(seed)
        if side.vars:
            self.x, self.y = side.vars[i], side.vars[j]

    def choice(self, *options):
        return self.random.choice(options)

    def chance(self, p):
        return self.random.random() < p

    @cached_property
    def ndim(self):
        return self.x.dim()

    @cached_property
    def dim(self):
        """An axis of x, counted from either end; now and then one that is not there."""
        if self.chance(0.02):
            return self.ndim + 1
        return self.random.randrange(-self.ndim, self.ndim) if self.ndim else self.choice(0, -1)

    @property
    def real_dim(self):
        """An axis that is there: of two mistakes, which comes first is of no interest."""
        if self.dim > self.ndim:
            raise LeftOut
        return self.dim

    @cached_property
    def size(self):
        """The length of that axis."""
        return self.x.shape[self.dim] if -self.ndim <= self.dim < self.ndim else 1

    @cached_property
    def at(self):
        """A place on that axis."""
        return self.random.randrange(-self.size, self.size) if self.size else 0

    @cached_property
    def first(self):
        """A place on the first axis."""
        n = self.x.shape[0] if self.ndim else 1
        return self.random.randrange(-n, n) if n else 0

    @cached_property
    def second(self):
        """A place on the second axis."""
        n = self.x.shape[1] if self.ndim > 1 else 1
        return self.random.randrange(-n, n) if n else 0

    @cached_property
    def slice(self):
        return slice(self.choice(None, 0, 1, -1), self.choice(None, 1, 2, -1), self.choice(None, 1, 2))

    @property
    def part(self):
        """A slice that does not hold all of x: torch takes that for x itself."""
        if self.ndim and len(range(*self.slice.indices(self.x.shape[0]))) == self.x.shape[0]:
            raise LeftOut
        return self.slice

    @property
    def number(self):
        return self.choice(*NUMBERS)

    @cached_property
    def pair(self):
        """x and y. torch keeps an operand of another type for backward and refuses later writes to it; here its cast is
        kept, so copies stand in for two types."""
        return (self.x, self.y) if self.x.dtype == self.y.dtype else (self.x.clone(), self.y.clone())

    @cached_property
    def value(self):
        """A tensor or a number to write into x; no gradient for integers, which torch would let require grad."""
        if self.chance(0.4):
            return self.number
        y = self.pair[1] if self.x.is_floating_point() else self.y.detach()
        return apart(y, self.x)

    @property
    def divisor(self):
        """y, with 1 for 0: the sign of a 0 is an accident, and it would decide between inf and -inf."""
        y = self.pair[1]
        return y + (y == 0) if y.is_floating_point() else y

    @property
    def nonzero_value(self):
        """The value, with 1 for 0 as in the divisor."""
        value = self.value
        floats = hasattr(value, "is_floating_point") and value.is_floating_point()
        return value + (value == 0) if floats else value

    @property
    def something(self):
        """A value that is not empty, which fits where nothing is written, but not by the rules."""
        if hasattr(self.value, "numel") and self.value.numel() == 0:
            raise LeftOut
        return self.value

    def value_at(self, index):
        """What to write into a part of x."""
        try:
            place, value = self.x[index], self.value
        except (IndexError, ValueError):
            return self.value
        alike = getattr(value, "shape", None) == place.shape and place.numel() > 1
        return apart(value, place) if alike or not hasattr(value, "clone") else value.clone()

    @property
    def whole_division(self):
        """x, unless dividing it may stop halfway at a 0, as in torch, which leaves the first half written."""
        if not self.x.is_floating_point():
            raise LeftOut
        return self.x

    @property
    def unseen(self):
        """x, for a write that nobody counts: only while no graph may have saved what it overwrites."""
        if not all(t.is_leaf for t in self.side.vars):
            raise LeftOut
        return self.x

    @property
    def laid_out(self):
        """x, but for new tensors whose axes NumPy has laid out in another order: they have other views."""
        if self.i in self.side.odd:
            raise LeftOut
        return self.x

    @property
    def filled(self):
        """x, but for empty ones: there torch loses gradients or gives them another shape."""
        if self.x.numel() == 0:
            raise LeftOut
        return self.x

    @property
    def unretained(self):
        """x, for a write that no graph sees: torch then forgets what a view retains, its hooks, and that one is a leaf."""
        if self.side.hooked or any(
            t.retains_grad or t.is_leaf and t.requires_grad and t._is_view() for t in self.side.vars
        ):
            raise LeftOut
        return self.filled

    @property
    def several(self):
        """x, but for single elements, of which torch calls the variance's slope nan or inf."""
        if self.x.numel() <= 1 or self.size <= 1:
            raise LeftOut
        return self.x

    @property
    def spread(self):
        """x, but for elements that are all alike along some axis: rounding decides whether they have a deviation."""
        x = self.several.detach().double()
        if any(((x.amax(k) - x.amin(k)) < 1e-6).any() for k in range(self.ndim) if x.shape[k] > 1):
            raise LeftOut
        return self.x

    @property
    def solid(self):
        """x, but for expanded ones: to these, some functions of torch still write, by accident or with a warning."""
        if any(n > 1 and step == 0 for n, step in zip(self.x.shape, self.x.stride(), strict=True)):
            raise LeftOut
        return self.filled

    @cached_property
    def twin(self):
        """A tensor of x's shape and type: y, if it is that."""
        alike = self.x.shape == self.y.shape and self.x.dtype == self.y.dtype
        return self.y if alike else self.x.clone()

    def slices(self, index):
        """Slices of the twin along the axis `dim`, one for each place in the index."""
        self.filled
        return self.twin.index_select(self.dim, index)

    @cached_property
    def numbers(self):
        """The pair with floats for bools, for which some derivatives of torch fail."""
        return [t.double() if t.dtype == self.lib.bool else t for t in self.pair]

    @property
    def powers(self):
        """The numbers, without negative exponents of integers: they raise here, and torch gives 0."""
        x, y = self.numbers
        return x, y if x.is_floating_point() or y.is_floating_point() else y.clamp(min=0)

    @property
    def exponent(self):
        """y as the exponent of a write to x. torch keeps the result of two types as it was cast and refuses later
        writes to it; here it is kept as it was computed: so y comes in x's type."""
        y = self.powers[1]
        return y.to(self.x.dtype) if self.x.is_floating_point() else y

    @property
    def keep(self):
        return self.chance(0.3)

    @cached_property
    def place(self):
        """That place, counted from the front, as an index."""
        return self.ints(self.at % max(self.size, 1))

    def ints(self, *values):
        return self.lib.tensor(values)

    def places(self):
        """For each element of x a place on the axis `dim`, 0 or 1."""
        return (self.x > 0).long().clamp(max=max(self.size - 1, 0))

    def matrix(self):
        """x with two axes, so that more statements about matrices come to something."""
        x = self.x.double() if self.x.dtype == self.lib.bool else self.x
        return x if self.ndim == 2 else x.reshape(1, -1)


def apart(value, target):
    """The value, or a copy if it lies over the target in a way that torch sees by accident: over parts with gaps, which
    it does not notice, or as another view of all of it, of which it may compare even steps along axes of length 1."""
    if not hasattr(value, "numpy"):
        return value
    a, b = value.detach().numpy(), target.detach().numpy()
    alike = value is not target and a.shape == b.shape and 1 in a.shape
    return value.clone() if np.shares_memory(a, b) and (alike or not (is_dense(a) and is_dense(b))) else value


def custom_functions(Function):
    """Custom operations: one plain, one that returns its input as it is, one that writes, one with two outputs."""

    class Cube(Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return x**3

        @staticmethod
        def backward(ctx, g):
            (x,) = ctx.saved_tensors
            return 3 * g * x**2

    class Same(Function):
        @staticmethod
        def forward(ctx, x):
            return x

        @staticmethod
        def backward(ctx, g):
            return 5 * g

    class Triple(Function):
        @staticmethod
        def forward(ctx, x):
            ctx.mark_dirty(x)
            return x.mul_(3)

        @staticmethod
        def backward(ctx, g):
            return 3 * g

    class SumAndProduct(Function):
        @staticmethod
        def forward(ctx, x, y):
            ctx.save_for_backward(x, y)
            return x + y, x * y

        @staticmethod
        def backward(ctx, g, h):
            x, y = ctx.saved_tensors
            return g + h * y, g + h * x

    return {function.__name__: function for function in (Cube, Same, Triple, SumAndProduct)}
