"""What the gradient inspector costs: recording, the page and its opening in Chromium, the pictures.

The nets are those of `python -m demos inspect`: one of about 3,000 operations, and a recurrent net unrolled over 200
steps that share their weights. Each figure is the median of the rounds, beside what we mean to keep.
"""

import os
import shutil
import statistics
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import autograd
import nn.functional as F
from autograd.drawing import draw
from demos import inspect as gallery


class Figure(NamedTuple):
    """Something that is measured, and what it must stay below."""

    name: str
    goal: float
    unit: str


FIGURES = {
    "record": Figure("3,000 ops: recorded, beside a plain step", 30, "x"),
    "page": Figure("3,000 ops: the page", 2, "s"),
    "size": Figure("3,000 ops: its size", 2.5, "MB"),
    "open": Figure("3,000 ops: open it in Chromium", 1, "s"),
    "expand": Figure("3,000 ops: expand a module there", 0.15, "s"),
    "svg": Figure("3,000 ops: the SVG", 6, "s"),
    "whole svg": Figure("3,000 ops: the SVG with every module open", 6, "s"),
    "recurrent page": Figure("200 recurrent steps: the page", 1, "s"),
    "recurrent svg": Figure("200 recurrent steps: the SVG", 1, "s"),
}


def add_options(parser: ArgumentParser) -> None:
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="how often all is measured (default: 5)")


def main(rounds: int = 5) -> int:
    """Measure, print the table, return the exit status: 1 where a goal is missed."""
    if rounds < 1:
        print("inspect: --rounds starts at 1")
        return 2
    os.environ["GATEGRAD_DOT"] = "pure"  # the layout program that everybody has
    samples: dict[str, list[float]] = {key: [] for key in FIGURES}
    for _ in range(rounds):
        for key, value in measure().items():
            samples[key].append(value)
    missed = False
    for key, figure in FIGURES.items():
        if not samples[key]:
            print(f"{figure.name:44} not measured: it needs Chromium on PATH, and pip install playwright")
            continue
        middle = statistics.median(samples[key])
        missed |= middle >= figure.goal
        verdict = f"< {figure.goal:g}" if middle < figure.goal else f"not below {figure.goal:g}, missed"
        print(f"{figure.name:44} {middle:7.3g} {figure.unit:2}  {verdict}")
    return int(missed)


def measure() -> dict[str, float]:
    """One round."""
    autograd.manual_seed(0)
    images, labels = gallery.digits(32)
    model = gallery.deep_net()
    plain, _ = timed(lambda: F.cross_entropy(model(images), labels).backward())
    recorded, record = timed(lambda: gallery.recorded(model, images, labels))
    found = {"record": recorded / plain}
    found["page"], page = timed(lambda: draw(record).page())
    found["size"] = len(page.encode()) / 1e6
    found |= in_browser(page)
    found["svg"], _ = timed(lambda: draw(record).pipe("svg"))
    found["whole svg"], _ = timed(lambda: draw(record, depth=9).pipe("svg"))
    rows = autograd.rand(4, 1, 200, 8)
    record = gallery.recorded(gallery.Recurrent(), rows, labels[:4])
    found["recurrent page"], _ = timed(lambda: draw(record).page())
    found["recurrent svg"], _ = timed(lambda: draw(record).pipe("svg"))
    return found


def timed(run: Callable[[], Any]) -> tuple[float, Any]:
    """The seconds that a call takes, and its result."""
    start = time.perf_counter()
    result = run()
    return time.perf_counter() - start, result


OPENED = "() => new Promise(done => requestAnimationFrame(() => setTimeout(() => done(performance.now()))))"
EXPANDED = """async () => {
  const drawn = () => new Promise(done => requestAnimationFrame(() => setTimeout(done)));
  let slowest = 0;
  for (let i = 0; i < 12; i++) {
    const closed = [...document.querySelectorAll('#world .module[aria-expanded=false]')];
    if (!closed.length) break;
    const start = performance.now();
    closed[i * 7 % closed.length].dispatchEvent(new MouseEvent('click', {bubbles: true}));
    await drawn();
    slowest = Math.max(slowest, performance.now() - start);
  }
  return slowest;
}"""


def in_browser(page: str) -> dict[str, float]:
    """The seconds until the page is drawn, and the most that it takes to expand a module; nothing without Chromium."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    try:
        from playwright.sync_api import sync_playwright
    except ModuleNotFoundError:
        program = None
    if program is None:
        return {}
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as engine:
        file = Path(folder) / "page.html"
        file.write_text(page, encoding="utf-8")
        browser = engine.chromium.launch(executable_path=program, args=["--no-sandbox"])
        tab = browser.new_page(viewport={"width": 1440, "height": 900})
        tab.goto(file.as_uri())
        opened, expanded = tab.evaluate(OPENED) / 1e3, tab.evaluate(EXPANDED) / 1e3
        browser.close()
    return {"open": opened, "expand": expanded}
