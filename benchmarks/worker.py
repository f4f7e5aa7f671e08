"""A peer in a process of its own: ``python -m benchmarks.worker PEER`` runs loads as it is told through its pipes.

It answers each line of JSON with one line: first its version; then, to {"load": "scalars.chain", "times": 5}, the
seconds that a step took on average, and what the last one returned.
"""

import contextlib
import gc
import importlib
import json
import os
import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from benchmarks import peers


class Worker:
    """The near end: starts the process, hands it work and waits for the answer."""

    def __init__(self, peer: str) -> None:
        single = {f"{library}_NUM_THREADS": "1" for library in ("OMP", "OPENBLAS", "MKL", "NUMBA")}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.worker", peer],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[1],
            env=os.environ | single,
        )
        self.version = self.answer().get("version", f"{peer} (did not start)")

    def run(self, load: str, times: int) -> dict:
        """The answer: `seconds` for a step and `result`, or `error`, a line that says why it could not be run."""
        with contextlib.suppress(BrokenPipeError):  # the answer tells of a process that is gone
            self.process.stdin.write(json.dumps({"load": load, "times": times}) + "\n")
            self.process.stdin.flush()
        return self.answer()

    def answer(self) -> dict:
        line = self.process.stdout.readline()
        return json.loads(line) if line else {"error": f"the process ended with status {self.process.wait()}"}

    def close(self) -> None:
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


def serve(peer: str) -> None:
    """The far end: answer requests until there are no more."""
    # The pipe carries answers only: what a load prints goes where errors go.
    pipe, sys.stdout = sys.stdout, sys.stderr
    steps: dict[str, Callable] = {}
    print(json.dumps({"version": peers.become(peer)}), file=pipe, flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = measure(request["load"], request["times"], steps)
        except Exception as error:
            where = traceback.extract_tb(error.__traceback__)[-1]
            answer = {"error": f"{type(error).__name__}: {error} ({where.filename}:{where.lineno})"}
        print(json.dumps(answer), file=pipe, flush=True)


def measure(load: str, times: int, steps: dict[str, Callable]) -> dict:
    if load not in steps:
        module, _, function = load.partition(".")
        steps[load] = getattr(importlib.import_module(f"benchmarks.loads.{module}"), function)()
    step, result = steps[load], None
    gc.collect()  # what an earlier load left in cycles is not this one's to pay for
    start = time.perf_counter()
    for _ in range(times):
        result = step()
    return {"seconds": (time.perf_counter() - start) / times, "result": result}


if __name__ == "__main__":
    serve(sys.argv[1])
