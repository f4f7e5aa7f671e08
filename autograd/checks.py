"""Gradient checks: every rule against finite differences."""

import numpy as np

from autograd.differentiation import grad
from autograd.modes import enable_grad, no_grad
from autograd.record import wrap
from autograd.tensors import Tensor


class GradcheckError(RuntimeError):
    """What gradcheck raises. Source: torch.autograd.gradcheck.GradcheckError."""


def numerical_gradient(f, x, h: float = 1e-5, centered: bool = True):
    """The gradient of a function of arrays by its definition: nudge one number at a time, and look.

    Centred: ``df/dx = (f(x + h) - f(x - h)) / 2h``, whose error shrinks as h**2; forward: ``(f(x + h) - f(x)) / h``,
    as h. Slow (two calls of f for each number) and approximate, but it can hardly be wrong: it is what analytic
    gradients are checked against.

    Parameters
    ----------
    f : function of a Tensor to a Tensor of one element, or a number
    x : Tensor; it is written into while f runs, and left as it was
    h : the step, in the units of x
    centered : whether to step both ways

    Returns a Tensor of x's shape. Source: lecture, numeric gradient.
    """
    with no_grad():
        point = x.detach()
        places = point.numpy().reshape(-1) if point.numpy().flags.c_contiguous else point.numpy().flat
        slope = np.zeros(point.numpy().shape, point.numpy().dtype)
        slopes = slope.reshape(-1)
        here = float(f(x)) if not centered else 0.0
        for i in range(slopes.size):
            before = places[i]
            try:
                places[i] = before + h
                above = float(f(x))
                if centered:
                    places[i] = before - h
                    slopes[i] = (above - float(f(x))) / (2 * h)
                else:
                    slopes[i] = (above - here) / h
            finally:
                places[i] = before
    return wrap(slope)


def numerical_jacobian(f, x, eps):
    """d f(x)_j / d x_i by centred differences, of shape (size of x, size of f(x)); f maps Tensors to one Tensor."""
    places = x.payload.reshape(-1) if x.payload.flags.c_contiguous else x.payload.flat
    columns = []
    for i in range(x.payload.size):
        before = places[i]
        try:
            places[i] = before + eps
            above = np.array(f().payload, np.float64).reshape(-1)
            places[i] = before - eps
            below = np.array(f().payload, np.float64).reshape(-1)
        finally:
            places[i] = before
        columns.append((above - below) / (2 * eps))
    return np.array(columns).reshape(x.payload.size, -1)


def analytical_jacobian(output, x):
    """The same by backward, one row of the output at a time."""
    rows = []
    for j in range(output.payload.size):
        seed = np.zeros(output.payload.size, output.payload.dtype)
        seed[j] = 1
        (g,) = grad(output, x, wrap(seed.reshape(output.payload.shape)), retain_graph=True, allow_unused=True)
        if g is not None and (g.payload.shape != x.payload.shape or g.payload.dtype != x.payload.dtype):
            raise GradcheckError(
                f"gradcheck: backward gave a gradient of shape {tuple(g.shape)} and {g.dtype} for an input of "
                f"shape {tuple(x.shape)} and {x.dtype}"
            )
        rows.append(np.zeros(x.payload.size) if g is None else np.array(g.payload, np.float64).reshape(-1))
    return np.array(rows).reshape(-1, x.payload.size).T


def gradcheck(
    func,
    inputs,
    eps=1e-6,
    atol=1e-5,
    rtol=1e-3,
    raise_exception=True,
    nondet_tol=0.0,
    check_undefined_grad=True,
    check_grad_dtypes=False,
    check_batched_grad=False,
    check_batched_forward_grad=False,
    check_forward_ad=False,
    check_backward_ad=True,
    fast_mode=False,
    masked=None,
) -> bool:
    """Compare the backward of `func` with centred differences, entry by entry; True if they agree.

    Entries agree when ``|analytical - numerical| <= atol + rtol * |numerical|``. Inputs that require grad should be
    float64. A failure raises GradcheckError, which shows the worst entry of both side by side, or gives False
    without `raise_exception`. Source: torch.autograd.gradcheck; lecture, gradient check.
    """
    try:
        inputs = inputs if isinstance(inputs, (tuple, list)) else (inputs,)
        wanted = [(i, t) for i, t in enumerate(inputs) if isinstance(t, Tensor) and t.requires_grad]
        if not wanted:
            raise ValueError(
                "gradcheck expects at least one input tensor to require gradient, but none of the them have "
                "requires_grad=True."
            )
        for _, t in wanted:
            if not isinstance(t.payload, np.ndarray):
                t.payload = np.array(t.payload)
        outputs = as_outputs(func(*inputs))
        for k, output in enumerate(outputs):
            if not output.requires_grad:
                continue
            for i, x in wanted:
                with no_grad():
                    numerical = numerical_jacobian(lambda k=k: as_outputs(func(*inputs))[k], x, eps)
                analytical = analytical_jacobian(output, x)
                compare(analytical, numerical, atol, rtol, i, k, x)
                if nondet_tol == 0.0 and not np.array_equal(analytical, analytical_jacobian(output, x), equal_nan=True):
                    raise GradcheckError(f"gradcheck: backward is not reentrant: two runs for input {i} differ")
    except GradcheckError:
        if raise_exception:
            raise
        return False
    return True


def gradgradcheck(
    func,
    inputs,
    grad_outputs=None,
    eps=1e-6,
    atol=1e-5,
    rtol=1e-3,
    gen_non_contig_grad_outputs=False,
    raise_exception=True,
    nondet_tol=0.0,
    check_undefined_grad=True,
    check_grad_dtypes=False,
    check_batched_grad=False,
    check_fwd_over_rev=False,
    check_rev_over_rev=True,
    fast_mode=False,
    masked=False,
) -> bool:
    """Compare the recorded backward of `func`'s backward with centred differences of the first derivative.

    Source: torch.autograd.gradgradcheck.
    """
    inputs = inputs if isinstance(inputs, (tuple, list)) else (inputs,)
    wanted = [i for i, t in enumerate(inputs) if isinstance(t, Tensor) and t.requires_grad]
    outputs = [t for t in as_outputs(func(*inputs)) if t.requires_grad]
    if grad_outputs is None:
        rng = np.random.default_rng(0)
        grad_outputs = [wrap(np.asarray(rng.standard_normal(t.payload.shape), t.payload.dtype)) for t in outputs]
        for t in grad_outputs:
            t.requires_grad = True
    grad_outputs = as_outputs(grad_outputs)

    def first(*args):
        values, gs = args[: len(inputs)], args[len(inputs) :]
        results = [t for t in as_outputs(func(*values)) if t.requires_grad]
        gradients = grad(results, [values[i] for i in wanted], gs, create_graph=True, allow_unused=True)
        return tuple([g for g in gradients if g is not None])

    def under_grad(*args):
        with enable_grad():
            return first(*args)

    return gradcheck(under_grad, (*inputs, *grad_outputs), eps, atol, rtol, raise_exception, nondet_tol)


def as_outputs(result):
    """The Tensors that a function returned."""
    result = result if isinstance(result, (tuple, list)) else (result,)
    return [t for t in result if isinstance(t, Tensor)]


def compare(analytical, numerical, atol, rtol, i, k, x):
    """Raise, showing the worst entry, unless the two Jacobians agree."""
    excess = np.abs(analytical - numerical) - (atol + rtol * np.abs(numerical))
    excess[np.isnan(analytical) != np.isnan(numerical)] = np.inf
    if excess.size and np.nanmax(excess) > 0:
        at, j = np.unravel_index(np.nanargmax(excess), excess.shape)
        place = tuple(int(n) for n in np.unravel_index(at, x.payload.shape)) if x.payload.ndim else ()
        raise GradcheckError(
            f"Jacobian mismatch for output {k} with respect to input {i}: the worst entry is d output[{j}] (flat) / d input"
            f"{list(place)}:\n  analytical {analytical[at, j]:.10g}\n  numerical  {numerical[at, j]:.10g}\n"
            f"analytical:\n{analytical}\nnumerical:\n{numerical}"
        )
