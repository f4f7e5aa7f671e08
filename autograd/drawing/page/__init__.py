"""The inspector: a graph as one HTML page that needs nothing else."""

from autograd.drawing.page.page import write_page

__all__ = ["write_page"]
