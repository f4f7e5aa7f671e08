"""How fast the engine is beside others: ``python -m benchmarks`` lists what can be measured."""
