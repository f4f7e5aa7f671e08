"""The gates of arithmetic."""
import numpy as np
from oprows import BINARY, TERNARY, Row, check_rows

APART = [((2, 3), (4,), RuntimeError, "shapes (2, 3) and (4,) do not broadcast"), ("text", (3,), TypeError, "must be Tensor")]

ROWS = [
    Row("add", oracle=np.add, shapes=BINARY, raises=APART),
    Row("sub", oracle=np.subtract, shapes=BINARY, bools=None, raises=APART),
    Row("mul", oracle=np.multiply, shapes=BINARY, raises=APART),
    Row("div", oracle=np.divide, shapes=BINARY, domain=[(-2, 2), (0.5, 2)] * 3, raises=APART),
    Row("neg", oracle=np.negative, bools=None),
    Row("lerp", oracle=lambda input, end, weight: input + weight * (end - input), shapes=TERNARY, integers="skip"),
]
test_row = check_rows(ROWS)
