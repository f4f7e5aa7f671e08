"""Look into a graph: what each step computed, what gradient it got, and from whom.

`inspect` records a block; `read` gives the records of a graph, with what was recorded or with what it still holds.
"""

from autograd.inspection.reading import read
from autograd.inspection.recording import Recording, inspect
from autograd.inspection.records import Contribution, Finding, Graph, Line, Module, Step, Summary

__all__ = ["Contribution", "Finding", "Graph", "Line", "Module", "Recording", "Step", "Summary", "inspect", "read"]
