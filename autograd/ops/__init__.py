"""The gates, by family: a forward in plain NumPy and, for each input, the rule for its gradient.

`@op(input=rule, other=rule)` over a forward makes it an Op. A rule asks by name for what it needs: the upstream
gradient `g`, an input, a setting, `out`, the shape or dtype of an input (`input_shape`, `input_dtype`), or a
by-product that the forward returns beside `out` and that `keep` names. The node saves just those, raw.

Called with raw arrays an Op runs; called with Tensors it is recorded (record.py makes that call). So rules may call
NumPy or other Ops: in first order they run at full speed, and under `create_graph` the same line records itself.
"""
import inspect
from collections.abc import Sequence

import numpy as np

from autograd.graph import PAYLOAD, NOWHERE, Step, make_node, raise_freed

Array = np.ndarray              # annotates a setting that may come as a Tensor, but gets no gradient (index, mask)
Arrays = Sequence[np.ndarray]   # annotates an input that is a sequence of Tensors (cat, einsum), or a setting of several arrays

TABLE: dict[str, "Op"] = {}


class Op(Step):
    """A forward on raw arrays and the rules for its gradients.

    Attributes
    ----------
    inputs : names of the parameters that have a rule, in order
    settings : names of the others
    reads : for each input, the names that its rule asks for
    needs : those, and the names that the formulas of its by-products ask for
    promote : how input types meet: "same" (one common type), "float" (that, and integers become floats), None
    view : the result may share the input's memory
    in_place : there is a form that writes into its first input (`mul_`)
    """

    def __init__(self, forward, rules, keep=None, promote="same", view=False, in_place=False, method=True,
                 function=True, varargs=None, casts=False, aliases=(), numpy=(), title=None, accept=None, apart=False,
                 saves=False):
        super().__init__(forward.__name__.rstrip("_"), None)
        if title is not None:
            self.title = title
        self.forward, self.__doc__ = forward, forward.__doc__
        self.parameters = inspect.signature(forward).parameters
        self.rules, self.keep = rules, keep or {}
        self.inputs = tuple(rules)
        self.settings = tuple(name for name in self.parameters if name not in rules)
        self.arrays = tuple(name for name in self.settings if self.parameters[name].annotation is Array)
        self.sequence = bool(rules) and self.parameters[self.inputs[0]].annotation is Arrays
        self.reads = {name: tuple(inspect.signature(rule).parameters)[1:] for name, rule in rules.items()}
        self.needs = {name: {*names, *[p for kept in names if self.keep.get(kept) is not None
                                       for p in inspect.signature(self.keep[kept]).parameters]}
                      for name, names in self.reads.items()}
        asked = set().union(*self.needs.values())
        self.asked = asked
        inputs = self.inputs if self.sequence else self.inputs[2:]         # two have slots of their own
        self.rest = tuple(name for name in (*inputs, *self.shapes(asked), *self.settings, *self.keep) if name in asked)
        constants = [s for s in self.settings if self.parameters[s].annotation in (Array, Arrays)]
        held = {"out", *self.inputs, *self.keep, *constants}
        self.saves = saves or bool(asked & held)
        self.saves_always = saves or all([names & held for names in self.needs.values()])
        self.promote, self.view, self.in_place, self.varargs, self.casts = promote, view, in_place, varargs, casts
        self.accept, self.apart = accept, apart
        self.method, self.function, self.aliases = method, function, tuple(aliases)
        self.numpy = numpy if type(numpy) is tuple else (numpy,)
        self.call = None
        self.freed = Step(self.name, raise_freed)
        self.freed.title = self.title
        unknown = asked - {"out", *self.parameters, *self.shapes(asked), *self.keep}
        if unknown:
            raise TypeError(f"{self.name}: its rules ask for {sorted(unknown)}, which it does not have")

    def shapes(self, asked):
        """The asked names that mean the shape or the dtype of an input."""
        return [f"{name}_{what}" for name in self.inputs for what in ("shape", "dtype") if f"{name}_{what}" in asked]

    def __call__(self, *args, **settings):
        """Run on raw arrays; record on Tensors."""
        for value in args[0] if self.sequence else args:
            if not isinstance(value, PAYLOAD) and hasattr(value, "payload"):
                return self.call(*args, **settings)
        result = self.forward(*args, **settings)
        return result[0] if self.keep else result

    def lift(self, node):
        """A copy of the node whose saved payloads are Tensors at the nodes they came from, for recorded rules."""
        parents = (node.left, node.right, *(node.more or ()))
        lifted = make_node(self, node.left, node.right, node.more, out=self.wrapped(node.out, node),
                           x=self.wrapped(node.x, node.left), y=self.wrapped(node.y, node.right))
        if node.rest is not None:
            rest = dict(zip(self.rest, node.rest, strict=True))
            for i, name in enumerate(self.inputs):
                if self.sequence and name in rest:
                    rest[name] = tuple([self.wrapped(v, p) for v, p in zip(rest[name], node.more, strict=True)])
                elif name in rest:
                    rest[name] = self.wrapped(rest[name], parents[i])
            values = {**rest, "out": lifted.out, **dict(zip(self.inputs[:2], (lifted.x, lifted.y), strict=False))}
            for name, formula in self.keep.items():
                if name in rest and formula is not None:
                    rest[name] = formula(*[values[p] for p in inspect.signature(formula).parameters])
            lifted.rest = tuple(rest.values())
        return lifted

    @staticmethod
    def wrapped(value, node):
        """A saved payload as a Tensor at its node: the one behind a copy gate, since it was saved before it was repeated."""
        if not isinstance(value, PAYLOAD):
            return value
        return Op.wrap(value, node.left if node.op.name == "broadcast" else node)


def op(*, keep=None, promote="same", view=False, in_place=False, method=True, function=True, varargs=None,
       casts=False, aliases=(), numpy=(), title=None, accept=None, apart=False, saves=False, **rules):
    """Make the forward below an Op, entered in TABLE under its name.

    A keep formula is a function of inputs, settings or `out` that rebuilds a by-product under `create_graph`, or
    None for one without slope (a mask, an index). `varargs` names the setting that a method takes as several
    arguments (`x.reshape(2, 3)`), `casts` adds torch's `dtype=`, `numpy` lists the NumPy functions it stands for,
    `accept` raises for inputs whose types must not meet. The operands of the in-place form must lie `apart` from what
    it writes, or may be the same; `saves` frees a node after backward, as torch does, though no rule needs an array.
    """
    def define(forward):
        made = Op(forward, rules, keep, promote, view, in_place, method, function, varargs, casts, aliases, numpy, title,
                  accept, apart, saves)
        TABLE[made.name] = made
        return made
    return define


def flat(**options):
    """Make the forward below an Op without slope: comparisons, argmax, rounding to integers."""
    return op(**options)


__all__ = ["NOWHERE", "TABLE", "Array", "Arrays", "Op", "flat", "op"]
