import numpy as np
import pytest

import autograd


@pytest.fixture
def descend():
    """Give a function that gives the values of a parameter after each step along given gradients."""

    def values_after(kind, gradients, shape=(), **options):
        p = autograd.tensor(np.ones(shape), requires_grad=True)
        optimizer, values = kind([p], **options), []
        for g in gradients:
            p.grad = autograd.tensor(np.full(shape, float(g)))
            optimizer.step()
            assert p.dtype is autograd.float64
            assert len(set(np.ravel(p.tolist()))) == 1  # all elements alike
            values.append(float(np.ravel(p.tolist())[0]))
        return np.array(values)

    return values_after
