"""What a small op, a small net and a graph node cost, beside torch eager and micrograd in the same minutes.

Every peer lives in its own process, on one thread. In each round each load runs for a moment in one process after the
other, so that a slow spell of the machine falls on all of them; a ratio is taken within the round, and the median and
the extremes of the rounds are shown.
"""

import json
import os
import platform
import statistics
from argparse import ArgumentParser
from pathlib import Path

import numpy as np

from benchmarks import peers
from benchmarks.loads import LOADS, Load
from benchmarks.worker import Worker

SLICE = 0.15  # seconds that one load gets in one process, once a round


def add_options(parser: ArgumentParser) -> None:
    parser.add_argument("--rounds", type=int, default=9, metavar="N", help="how often all is measured (default: 9)")
    parser.add_argument("--quick", action="store_true", help="one round of single steps: to see that all of it runs")
    parser.add_argument("--only", default="", metavar="TEXT", help="only the loads with this in their name")
    parser.add_argument("--json", dest="file", type=Path, metavar="FILE", help="write all that was measured to FILE")


def main(rounds: int = 9, quick: bool = False, only: str = "", file: Path | None = None) -> int:
    """Measure, print the table, return the exit status: 1 where one of our own loads fails."""
    loads = {name: load for name, load in LOADS.items() if only in name}
    if rounds < 1 or not loads:
        print(f"overhead: --rounds starts at 1, --only takes a part of one of: {'; '.join(LOADS)}")
        return 2
    workers = {peer: Worker(peer) for peer in peers.PEERS if peers.installed(peer)}
    try:
        report = {
            "machine": machine(),
            "peers": {peer: worker.version for peer, worker in workers.items()},
            "loads": measure(loads, workers, rounds=1 if quick else rounds, slice=0 if quick else SLICE),
        }
    finally:
        for worker in workers.values():
            worker.close()
    print("\n".join(table(report)))
    if file:
        file.write_text(json.dumps(report, indent=1) + "\n")
    return int(any("ours" in load["errors"] for load in report["loads"].values()))


def measure(loads: dict[str, Load], workers: dict[str, Worker], rounds: int, slice: float) -> dict:
    """For each load the samples of each peer, one a round, and the errors of those that could not run it."""
    results = {name: {"unit": load.unit, "samples": {}, "errors": {}} for name, load in loads.items()}
    times = {}

    def run(name: str, peer: str, times: int) -> float | None:
        answer = workers[peer].run(loads[name].function, times)
        if "error" in answer:
            results[name]["samples"].pop(peer, None)
            results[name]["errors"][peer] = answer["error"]
            return None
        return answer["seconds"] if loads[name].unit == "s" else answer["result"]

    for name, load in loads.items():
        for peer in ("ours", *load.peers):
            # The first run pays for imports and caches, so the second one sets the pace.
            if peer in workers and run(name, peer, 1) is not None and (pace := run(name, peer, 1)) is not None:
                results[name]["samples"][peer] = []
                times[name, peer] = max(1, round(slice / pace)) if load.unit == "s" else 1
    for turn in range(rounds):
        for name in loads:
            samples = results[name]["samples"]
            for peer in list(samples) if turn % 2 == 0 else list(samples)[::-1]:
                sample = run(name, peer, times[name, peer])
                if sample is not None:
                    samples[peer].append(sample)
    return results


def table(report: dict) -> list[str]:
    """The report as lines: our own figure of each load, and how many times as much every other peer takes."""
    others = [peer for peer in report["peers"] if peer != "ours"]
    lines = [
        ", ".join(report["machine"].values()),
        "times as much as ours: median (lowest to highest of the rounds), >= goal",
        "",
        f"{'':30}{'ours':>10}" + "".join(f"  {report['peers'][peer]:30}" for peer in others),
    ]
    for name, load in report["loads"].items():
        samples = load["samples"]
        ours = quantity(statistics.median(samples["ours"]), load["unit"]) if "ours" in samples else "failed"
        cells = [cell(samples.get("ours"), samples.get(peer), LOADS[name].goals.get(peer)) for peer in others]
        lines.append(f"{name:30}{ours:>10}" + "".join(f"  {text:30}" for text in cells).rstrip())
    for name, load in report["loads"].items():
        lines += [f"{name}: {peer} failed: {error}" for peer, error in load["errors"].items()]
    return lines


def cell(ours: list[float] | None, other: list[float] | None, goal: float | None) -> str:
    if not ours or not other:
        return ""
    ratios = [b / a for a, b in zip(ours, other, strict=True)]
    middle = statistics.median(ratios)
    verdict = "" if goal is None else f" >= {goal}" if middle >= goal else f" < {goal}, missed"
    return f"{middle:5.2f} ({min(ratios):.2f} to {max(ratios):.2f}){verdict}"


def quantity(value: float, unit: str) -> str:
    """Seconds or bytes with three digits and a unit that fits."""
    if unit == "B":
        return f"{value:.0f} B"
    scale, unit = next(((1, "s"), (1e3, "ms"), (1e6, "us"))[i] for i in range(3) if value >= (1, 1e-3, 0)[i])
    return f"{value * scale:.3g} {unit}"


def machine() -> dict[str, str]:
    """What the figures depend on."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        processor = next(line.partition(": ")[2] for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        processor = platform.processor() or platform.machine()
    return {
        "processor": processor,
        "cores": f"{os.cpu_count()} cores",
        "system": platform.system(),
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "numpy": f"NumPy {np.__version__}",
    }
