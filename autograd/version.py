"""Which gategrad this is, under the names of torch.version."""

__version__ = "0.1.0"
debug = False
cuda = hip = xpu = git_version = None  # what it was built with, and it was not built
