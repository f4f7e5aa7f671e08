"""Look into a graph: what each step computed, what gradient it got, and from whom."""
