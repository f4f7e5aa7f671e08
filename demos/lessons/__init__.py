"""Parts of a lecture that stand for themselves, each told by the demo that its docstring names."""
