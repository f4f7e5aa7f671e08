import pytest

from benchmarks import inspect
from benchmarks.__main__ import run


def measured(monkeypatch, *rounds):
    """Let these be what is measured, round by round."""
    monkeypatch.setenv("GATEGRAD_DOT", "pure")
    remaining = iter(rounds)
    monkeypatch.setattr(inspect, "measure", lambda: next(remaining))
    return len(rounds)


def test_the_median_of_the_rounds_is_held_against_the_goal(monkeypatch, capsys):
    assert inspect.main(measured(monkeypatch, {"page": 1.0}, {"page": 9.0}, {"page": 1.5})) == 0
    assert "3,000 ops: the page                              1.5 s   < 2\n" in capsys.readouterr().out
    assert inspect.main(measured(monkeypatch, {"page": 9.0}, {"page": 1.0}, {"page": 2.0})) == 1
    assert "  2 s   not below 2, missed\n" in capsys.readouterr().out


def test_what_needs_a_browser_is_no_failure_without_one(monkeypatch, capsys):
    assert inspect.main(measured(monkeypatch, {name: 0.0 for name in inspect.FIGURES if name != "open"})) == 0
    line = next(line for line in capsys.readouterr().out.splitlines() if "open it" in line)
    assert line.split("  ")[-1].strip() == "not measured: it needs Chromium on PATH, and pip install playwright"


def test_a_round_is_the_least(capsys):
    assert run(["inspect", "--rounds", "0"]) == 2
    assert "--rounds starts at 1" in capsys.readouterr().out


@pytest.mark.demo
def test_everything_is_measured():
    found = inspect.measure()
    assert found.keys() | {"open", "expand"} == inspect.FIGURES.keys() and min(found.values()) > 0
