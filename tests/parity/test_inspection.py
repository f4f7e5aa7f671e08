"""Random programs beside torch, while they are recorded: recording changes nothing, and its terms add up."""

import numpy as np
import pytest

import autograd
from autograd.graph import Hooked, collect
from autograd.inspection.naming import Names
from autograd.inspection.reading import Reader

torch = pytest.importorskip("torch")

PIECES = ("split", "unbind", "SumAndProduct")  # their terms are pieces of the gradient, not summands


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("first", range(0, 120, 40))
def test_recorded_programs(first):
    from parity import fuzz

    sums = 0
    for seed in range(first, first + 40):
        with autograd.inspect() as record:
            try:
                fuzz.program(seed)
            except fuzz.Unfit:
                continue
        for ledger in record.backwards:
            if len(ledger.roots) == 1 and ledger.finished:
                sums += check(record, ledger, f"seed {seed}")
    assert sums > 100


def check(record, ledger, label):
    """Senders come first, slots are theirs, terms sum to the gradient; returns how many sums were checked."""
    (root,) = ledger.roots
    reader = Reader(record, ledger, Names(None, None))
    steps = reader.graph(root, collect([root], {root: None})).steps
    node_of = {step: node for node, step in reader.ids.items()}
    sums = 0
    for step in steps:
        for term in step.contributions:
            sender = steps[term.sender]
            assert sender.order < step.order and sender.inputs[term.slot] == step.id, label
        hooked = type(node_of[step.id]) is not int and isinstance(
            node_of[step.id].op, Hooked
        )  # may change what arrived
        few = step.contributions and all(term.numbers is not None for term in step.contributions)
        if few and not hooked and step is not steps[-1] and step.op not in PIECES:
            total = sum(np.array(term.numbers) for term in step.contributions)
            np.testing.assert_allclose(total, step.grad.numbers, rtol=1e-4, atol=1e-5, err_msg=f"{label}, {step.op}")
            sums += 1
    return sums
