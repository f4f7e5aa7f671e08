"""Random programs of ops, views, in-place writes and backwards, run on autograd and on torch side by side.

After each statement both sides must agree on the exception type, or on value, shape, dtype, `requires_grad`, `is_leaf`
and gradient of every live variable. A program is its seed: `python tests/parity/fuzz.py --seed 17 --programs 1 --show`
prints one. statements.py has the statements, draws.py what they work on.
"""

import argparse
import random
import sys
import warnings
from collections import Counter
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve()
sys.path[:0] = [str(HERE.parents[2]), str(HERE.parents[1])]

import torch  # noqa: E402
from parity.draws import Draw, Side  # noqa: E402
from parity.statements import KINDS, SILENT, WEIGHTS  # noqa: E402

import autograd  # noqa: E402

EXACT, LOOSE = 1e-9, 1e-3  # the largest difference beside the largest entry; loose once a float32 has taken part

LARGE = 100

# These step from one number to another, so a last bit may decide: they take values that are equal to it.
JUMPS = frozenset(
    "floor ceil round trunc frac sign remainder fmod floor_divide div_floor div_trunc eq ne lt le gt ge "
    "where where_method where_number mask masked_select masked_fill masked_fill_tensor".split()
)
PERIODIC = frozenset("sin cos tan".split())  # and so do these, of a large number


class Disagreement(AssertionError):
    """The two sides differ."""


class Unfit(Exception):
    """torch refuses to say more about a variable: the program ends."""


def program(seed, length=14, show=False, counts=None):
    """Run one program; raise Disagreement at the first difference. Returns how many statements raised."""
    rng = random.Random(seed)
    sides = ours, theirs = Side(autograd), Side(torch)
    counts = Counter() if counts is None else counts
    for step in range(length):
        kind = "leaf" if step < 3 else rng.choices([*WEIGHTS], WEIGHTS.values())[0]
        name = rng.choice([*KINDS[kind]])
        n = len(ours.vars)
        i, j, bits = (rng.randrange(n), rng.randrange(n), rng.getrandbits(32)) if n else (0, 0, rng.getrandbits(32))
        if kind == "write" and (ours.frozen or ours.vars[i].numel() == 0):
            continue  # after a write to nothing torch may lose the gradients of views
        if name.rstrip("_") in JUMPS and any(rounded_apart(ours.vars[k], theirs.vars[k]) for k in {i, j}):
            continue
        if name in PERIODIC and rounded_apart(ours.vars[i], theirs.vars[i]) and is_large(theirs.vars[i]):
            continue
        label = f"seed {seed}, step {step}, {kind} {name} of {i}, {j}"
        (a, error), (b, expected) = [
            attempt(lambda side=side: KINDS[kind][name](Draw(side, i, j, bits))) for side in sides
        ]
        ours.written = theirs.written = ours.written or kind == "write"
        counts[kind, name] += 1
        counts["raised", kind, name] += expected is not None
        if show:
            print(label, "->", brief(b, expected), "| ours:", brief(a, error))
        if name == "backward(inputs)" and went_on(theirs.vars[j], error, expected):
            return
        if kind == "backward" and saved_for_nobody(theirs, error, expected):
            return
        check_errors(error, expected, label)
        if expected is None and kind not in SILENT and b is not None:
            ours.vars.append(a)
            theirs.vars.append(b)
        if expected is not None and kind == "backward" and not early(expected):
            return
        try:
            compare(ours, theirs, label)
        except Unfit:
            return
    finish(rng, ours, theirs, f"seed {seed}", show)


def rounded_apart(a, b):
    """Whether the two sides differ in the last bits, which a step from one whole number to the next would show."""
    return not np.array_equal(a.detach().numpy(), b.detach().numpy(), equal_nan=a.is_floating_point())


def is_large(tensor):
    """Whether some finite element is so large that rounding it moves it along its period."""
    return bool((tensor.detach().nan_to_num(posinf=0, neginf=0).abs() > LARGE).any())


def went_on(input, error, expected):
    """Whether torch failed in the step behind an input that is no leaf: it runs that step, though for nothing."""
    return not input.is_leaf and error is None and expected is not None


def saved_for_nobody(side, error, expected):
    """Whether only we miss a value, freed or overwritten, beside a view of a leaf that was made under no_grad: of what
    the slope of such a view would take, torch saves nothing."""
    missing = "second time" in str(error) or "modified by an inplace operation" in str(error)
    return side.blind and missing and expected is None


def finish(rng, ours, theirs, label, show):
    """Backward from every variable, in a random order."""
    for k in rng.sample(range(len(ours.vars)), len(ours.vars)):
        scale, retain = rng.choice([1.0, 2.0]), rng.random() < 0.5
        (_, error), (_, expected) = [
            attempt(lambda side=side: (side.vars[k] * scale).sum().backward(retain_graph=retain))
            for side in (ours, theirs)
        ]
        if show:
            print("backward of", k, "->", brief(None, expected), "| ours:", brief(None, error))
        if saved_for_nobody(theirs, error, expected):
            return
        check_errors(error, expected, f"{label}, backward of {k}")
        if expected is not None and not early(expected):
            return
        compare_gradients(ours, theirs, f"{label}, backward of {k}")


def attempt(action):
    """The result of an action, or its exception."""
    try:
        return action(), None
    except Exception as error:
        return None, error


def early(error):
    """Whether a backward failed before it began; how far another one got is not part of the contract."""
    return "does not require grad" in str(error) or "implicitly created only for scalar" in str(error)


def brief(result, error):
    return str(result).replace("\n", "") if error is None else repr(error)[:300]


def check_errors(ours, theirs, label):
    """Both raised the same type, or neither raised."""
    if (ours is None) != (theirs is None) or ours is not None and not isinstance(ours, type(theirs)):
        raise Disagreement(f"{label}: {ours!r} against torch's {theirs!r}")


def compare(ours, theirs, label):
    """All variables are alike."""
    ours.odd = theirs.odd = {
        k for k, (a, b) in enumerate(zip(ours.vars, theirs.vars, strict=True)) if steps(a) != steps(b)
    }
    theirs.loose |= any(t.dtype is torch.float32 for t in theirs.vars)
    for k, (a, b) in enumerate(zip(ours.vars, theirs.vars, strict=True)):
        found, expected = describe(a, ours.vars), describe(b, theirs.vars)
        if found != expected:
            raise Disagreement(f"{label}: variable {k} is {found} against torch's {expected}")
        same(a, b, theirs.loose, f"{label}: variable {k}")
    if any(t.is_leaf and t.requires_grad and t._is_view() for t in theirs.vars):
        ours.blind = theirs.blind = True
    compare_gradients(ours, theirs, label)


def steps(tensor):
    """How far apart neighbours are in memory, along each axis that has any."""
    return [step for n, step in zip(tensor.shape, tensor.stride(), strict=True) if n > 1] if tensor.numel() else None


def describe(tensor, variables):
    """What is known of a variable beside its values; with the first variable that is the same object."""
    same = next(k for k, other in enumerate(variables) if other is tensor)
    try:
        return tuple(tensor.shape), str(tensor.dtype), tensor.requires_grad, tensor.is_leaf, tensor.retains_grad, same
    except RuntimeError as error:
        raise Unfit from error


def compare_gradients(ours, theirs, label):
    """All gradients are alike."""
    for k, (a, b) in enumerate(zip(ours.vars, theirs.vars, strict=True)):
        if b.is_leaf or b.retains_grad:
            if (a.grad is None) != (b.grad is None):
                raise Disagreement(f"{label}: gradient of {k} is {a.grad} against torch's {b.grad}")
            if b.grad is not None:
                same(a.grad, b.grad, theirs.loose, f"{label}: gradient of {k}")


def same(ours, theirs, loose, label):
    """Two tensors hold the same numbers, up to rounding measured by the largest."""
    a, b = ours.detach().numpy(), theirs.detach().numpy()
    if a.shape != b.shape or a.dtype != b.dtype:
        raise Disagreement(f"{label}: {a.dtype} {a.shape} against torch's {b.dtype} {b.shape}")
    if a.tobytes() == b.tobytes():
        return
    scale = np.max(np.abs(b), initial=1, where=np.isfinite(b))
    if not np.allclose(a, b, rtol=0, atol=scale * (LOOSE if loose else EXACT), equal_nan=True):
        raise Disagreement(f"{label}: {a.tolist()} against torch's {b.tolist()}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", type=int, default=20000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--show", action="store_true", help="print each statement")
    parser.add_argument("--keep-going", action="store_true", help="go on after a disagreement")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    failures, counts = 0, Counter()
    for seed in range(options.seed, options.seed + options.programs):
        try:
            program(seed, show=options.show, counts=counts)
        except Disagreement as difference:
            failures += 1
            print(difference)
            if not options.keep_going:
                return 1
    report(counts)
    print(f"{options.programs} programs, {failures} disagreements")
    return int(failures > 0)


def report(counts):
    """How often each statement ran, and how often it raised."""
    for kind, table in KINDS.items():
        entries = [f"{name} {counts[kind, name]} ({counts['raised', kind, name]} raised)" for name in table]
        print(f"{kind}: {', '.join(entries)}")


if __name__ == "__main__":
    sys.exit(main())
