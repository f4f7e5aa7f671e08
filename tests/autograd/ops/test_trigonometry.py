"""Functions of angles, circular and hyperbolic."""
import numpy as np
from oprows import Row, check_rows

INSIDE, ABOVE_1 = (-0.9, 0.9), (1.1, 3.0)

ROWS = [
    Row("sin", oracle=np.sin),
    Row("cos", oracle=np.cos),
    Row("tan", oracle=np.tan, domain=(-1.2, 1.2)),
    Row("asin", oracle=np.arcsin, domain=INSIDE),
    Row("acos", oracle=np.arccos, domain=INSIDE),
    Row("atan", oracle=np.arctan),
    Row("sinh", oracle=np.sinh),
    Row("cosh", oracle=np.cosh),
    Row("tanh", oracle=np.tanh),
    Row("asinh", oracle=np.arcsinh),
    Row("acosh", oracle=np.arccosh, domain=ABOVE_1),
    Row("atanh", oracle=np.arctanh, domain=INSIDE),
    Row("deg2rad", oracle=np.deg2rad),
    Row("rad2deg", oracle=np.rad2deg),
]
test_row = check_rows(ROWS)
