"""Loops over raw arrays that plain NumPy does slowly, each behind one function."""

import numpy as np

# glibc hands memory that is freed at the top of its heap back to the system, and each page of it costs a fault when it
# is next used: a third of a convolution's time. It learns to keep as much as twice the largest block freed so far, at
# most 32 MB, so this one line, which touches no page, teaches it.
np.empty(31 << 20, np.uint8)
