"""The page as text: complete, harmless, exact, and the same every time."""

import json
import os
import re
import subprocess
import sys

import pytest

from autograd.drawing.page import write_page
from autograd.drawing.page.page import bars, digest, number, numbers
from autograd.inspection.records import Graph, Step, Summary


def data_of(page):
    """The JSON in a page."""
    return json.loads(re.search(r'<script type="application/json" id="graph">(.*?)</script>', page, re.S)[1])


def test_the_page_holds_every_record(circuit):
    data = data_of(write_page(circuit))
    x, product = data["steps"][0], data["steps"][2]
    assert data["circuit"]
    assert (x["name"], x["kind"], x["order"]) == ("x", "leaf", 3)
    assert x["grad"] == [1, 3, -3, 0, -3, -3, 0, 0, 0, "", -3]
    assert x["terms"] == [[4, 0, 1, 1, 1, 1, 1], [2, 0, 4, 3, 1, -4, -4]]
    assert data["lines"] == [["lecture.py:7", "f = x * y + maximum(x, z)"]]
    assert data["rules"][product["rule"]] == "swaps"


def test_a_parameter_is_called_by_its_name_within_its_module(network):
    data = data_of(write_page(network()))
    assert next((s["name"], s["label"]) for s in data["steps"] if s.get("kind") == "parameter") == (
        "0.weight",
        "weight",
    )


def test_folders_of_the_user_stay_his_own(network):
    assert "someone" not in write_page(network())


@pytest.mark.parametrize("name", ["</script><script>alert(1)</script>", "\"'&<b>", "{{program}}", "\u2028", "<!--"])
def test_hostile_names_are_only_names(network, name):
    page = write_page(network(title=name, name=name))
    assert page.count("<script") == 2
    assert page.count("</script") == 2
    assert data_of(page)["title"] == name
    assert name not in page.split("<title>")[1].split("</title>")[0] or name in ("{{program}}", "\u2028")


def test_nothing_is_fetched_and_only_our_own_program_may_run(circuit):
    page = write_page(circuit)
    policy = re.search(r'http-equiv="Content-Security-Policy" content="(.*?)"', page)[1]
    style, program = (re.search(f"<{tag}>(.*?)</{tag}>", page, re.S)[1] for tag in ("style", "script"))
    assert policy == (
        f"default-src 'none'; style-src '{digest(style)}'; script-src '{digest(program)}'; base-uri 'none'"
    )
    assert not re.search(r"https?://|url\(|@import|<link|src=", page)


def test_the_same_graph_gives_the_same_bytes(network):
    assert write_page(network()) == write_page(network())


def test_the_bytes_do_not_depend_on_the_hash_seed():
    program = """
import hashlib, autograd
from autograd.drawing.page import write_page
from autograd.inspection.reading import read
x = autograd.tensor([1.0, 2.0], requires_grad=True)
print(hashlib.sha256(write_page(read((x * x + x).sum())).encode()).hexdigest())
"""
    seen = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(seen) == 1


def test_a_graph_without_values_and_gradients_says_so():
    steps = [Step(0, "leaf", name="x"), Step(1, "operation", "exp", inputs=(0, None))]
    data = data_of(write_page(Graph(steps, note="the graph was freed")))
    assert data["note"] == "the graph was freed"
    assert all("value" not in step and "grad" not in step and "order" not in step for step in data["steps"])
    assert data["steps"][1]["inputs"] == [0, None]


def test_numbers_that_json_does_not_know_come_as_texts():
    assert numbers([[1.0, float("nan")], [float("inf"), -float("inf")]]) == [[1, "NaN"], ["Infinity", "-Infinity"]]
    assert number(None) is None
    assert number(1.23456789e-7) == 1.23e-7
    steps = [Step(0, "leaf", name="x", shape=(), value=Summary(1, float("inf"), 0.0, 0.0, 0.0, 0.0, 0, 0, 1))]
    assert data_of(write_page(Graph(steps)))["steps"][0]["value"][1] == "Infinity"


def test_a_bin_that_is_not_empty_can_be_seen():
    assert bars((0, 1, 100_000)) == "01z"
    assert bars(()) == ""


def test_a_large_network_stays_small(network):
    page = write_page(network(depth=700))
    assert len(page.encode()) < 2_500_000


def test_a_page_without_a_title_is_named_after_its_output(circuit):
    circuit.title = ""
    circuit.steps[-1].op = "add"
    assert "<title>add: backpropagation</title>" in write_page(circuit)


def test_the_only_term_of_a_gradient_is_told_once(circuit):
    terms = data_of(write_page(circuit))["steps"][1]["terms"]
    assert terms == [[2, 1, 3, 3, 1, None, 3]]
