import re

import pytest

import autograd
from demos.lessons import faults


@pytest.mark.parametrize(
    "operation, fault",
    [
        (faults.OPERATIONS[i], fault)
        for i, fault in enumerate(
            (
                None,
                "gradient 0 is 0.5 times what it should be",
                "gradient 0 has the wrong sign",
                "gradient 0 ignores what comes from above",
                "gradient 0 flows through .* places where the operation is flat",
                "gradient 1 is transposed",
                "gradient 1 is 0.25 times what it should be",
            )
        )
    ],
)
def test_every_fault_is_named(operation, fault):
    for seed in range(3):
        autograd.manual_seed(seed)
        named = faults.name_fault(operation, *faults.inputs_for(operation))
        assert named is None if fault is None else re.fullmatch(fault, named)


def test_a_fault_without_a_pattern_is_caught_too():
    cube = faults.Operation("x**3", "g * x", lambda x: x**3, lambda g, x: g * x)
    x = autograd.tensor([[0.5, -1.0, 2.0]], dtype=autograd.float64, requires_grad=True)
    assert faults.name_fault(cube, x) == "it is wrong in no way known here"
