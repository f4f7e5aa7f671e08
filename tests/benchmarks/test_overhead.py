import json
import subprocess
import sys

import pytest

from benchmarks import overhead
from benchmarks.__main__ import run
from benchmarks.loads import LOADS
from benchmarks.worker import Worker


def report(**samples):
    loads = {"(16,) chain, 99 ops": {"unit": "s", "samples": samples, "errors": {}}}
    return {"machine": {"processor": "P"}, "peers": {"ours": "ours", "torch": "torch 2"}, "loads": loads}


def test_ratios_are_taken_within_a_round():
    line = overhead.table(report(ours=[1e-3, 2e-3, 1e-3], torch=[3e-3, 6e-3, 2e-3]))[4]
    assert " ".join(line.split()) == "(16,) chain, 99 ops 1 ms 3.00 (2.00 to 3.00) >= 2.4"


def test_a_missed_goal_and_an_absent_peer_are_told():
    assert overhead.table(report(ours=[1.0], torch=[2.0]))[4].endswith("2.00 (2.00 to 2.00) < 2.4, missed")
    assert " ".join(overhead.table(report(ours=[1.0]))[4].split()) == "(16,) chain, 99 ops 1 s"


@pytest.mark.parametrize(
    "value, unit, text",
    [(2.5, "s", "2.5 s"), (0.0125, "s", "12.5 ms"), (3.456e-5, "s", "34.6 us"), (156.4, "B", "156 B")],
)
def test_quantities(value, unit, text):
    assert overhead.quantity(value, unit) == text


def test_a_worker_answers_what_a_step_returns_and_why_it_fails():
    worker = Worker("ours")
    try:
        answer = worker.run("scalars.chain", 2)
        assert answer["seconds"] > 0 and answer["result"] is None
        assert "AttributeError" in worker.run("scalars.no_such_load", 1)["error"]
        assert worker.run("scalars.chain", 1)["seconds"] > 0
    finally:
        worker.close()


def test_a_quick_run_writes_what_it_prints(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("benchmarks.peers.installed", lambda peer: peer == "ours")
    assert run(["overhead", "--quick", "--only", "(16,)", "--json", str(tmp_path / "times.json")]) == 0
    written = json.loads((tmp_path / "times.json").read_text())
    assert "\n".join(overhead.table(written)) + "\n" == capsys.readouterr().out
    assert len(written["loads"]["(16,) chain, 99 ops"]["samples"]["ours"]) == 1


def test_nothing_to_measure_is_told(capsys):
    assert run(["overhead", "--only", "no such load"]) == 2
    assert "digits ConvNet" in capsys.readouterr().out


def test_every_load_is_there():
    for load in LOADS.values():
        module, _, function = load.function.partition(".")
        assert f"def {function}(" in (overhead.Path(overhead.__file__).parent / "loads" / f"{module}.py").read_text()
        assert set(load.goals) <= set(load.peers)


def test_a_worker_that_dies_is_told():
    worker = Worker("ours")
    worker.process.kill()
    worker.process.wait()
    assert worker.run("scalars.chain", 1) == {"error": "the process ended with status -9"}
    worker.close()


def test_the_command_lists_its_benchmarks():
    root = overhead.Path(overhead.__file__).parents[1]
    shown = subprocess.run([sys.executable, "-m", "benchmarks", "--help"], capture_output=True, text=True, cwd=root)
    assert shown.returncode == 0 and "overhead" in shown.stdout
