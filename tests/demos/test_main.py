import importlib
import inspect
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from demos import DEMOS, DemoError, extra, require
from demos.__main__ import parser, run

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("words", [[], ["--help"], ["-h"]])
def test_lists_every_demo_with_one_line(words, capsys):
    assert run(words) == 0
    lines = capsys.readouterr().out.splitlines()
    for name in DEMOS:
        assert any(re.match(rf"  {name} +\S.+[.:]$", line) for line in lines)


def test_the_list_goes_by_lecture(capsys):
    run([])
    lines = capsys.readouterr().out.splitlines()
    order = [importlib.import_module(f"demos.{name}").LECTURE for name in DEMOS]
    heads = [line for line in lines if re.fullmatch(r"(Lecture|Assignment) \d", line)]
    assert heads == [head for head, before in zip(order, [None, *order], strict=False) if head != before]
    assert len(set(heads)) == len(heads)


def test_the_list_needs_no_extra():
    block = "import sys; sys.modules |= dict.fromkeys(['matplotlib', 'tqdm', 'skimage', 'pooch']); "
    code = block + "from demos.__main__ import run; sys.exit(run([]))"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True)


@pytest.mark.parametrize("typo, near", [("digit", "digits"), ("circiut", "circuit")])
def test_a_wrong_name_suggests_the_nearest(typo, near, capsys):
    assert run([typo]) == 2
    assert capsys.readouterr().err == f"demos: no demo is called '{typo}': did you mean {near}?\n"


def test_a_name_near_to_none_gets_the_list(capsys):
    assert run(["xyzzy"]) == 2
    assert capsys.readouterr().err == f"demos: no demo is called 'xyzzy': there are {', '.join(DEMOS)}\n"


@pytest.mark.parametrize("name", DEMOS)
def test_help_explains_every_option(name, capsys):
    with pytest.raises(SystemExit) as stop:
        run([name, "--help"])
    assert stop.value.code == 0
    words = " ".join(capsys.readouterr().out.split())
    main = importlib.import_module(f"demos.{name}").main
    for option, parameter in inspect.signature(main).parameters.items():
        assert f"--{option.replace('_', '-')}" in words
        assert parameter.default in (None, False) or f"(default: {parameter.default})" in words


def options(name, *words):
    return vars(parser(name, importlib.import_module(f"demos.{name}")).parse_args(words))


def test_options_come_from_the_signature_of_main():
    given = options("digits", "--data", "mnist", "--data-dir", "here", "--epochs", "3", "--resume")
    assert given == {
        "data": "mnist",
        "data_dir": "here",
        "epochs": 3,
        "splits": 1,
        "seed": 0,
        "out": "runs/digits",
        "quick": False,
        "resume": True,
    }
    assert options("digits")["data_dir"] is None


@pytest.mark.parametrize("name", DEMOS)
def test_every_demo_has_the_common_options(name):
    given = options(name)
    assert given["out"] == f"runs/{name}" and given["quick"] is False
    for one, other in (("data", "data_dir"), ("resume", "epochs")):
        assert one not in given or other in given


def test_a_wrong_choice_is_told_the_right_ones(capsys):
    with pytest.raises(SystemExit):
        run(["digits", "--data", "letters"])
    assert re.search("invalid choice: 'letters'.*digits.*mnist.*fashion-mnist.*cifar10", capsys.readouterr().err)


def test_an_option_starts_somewhere():
    require(1, epochs=1)
    with pytest.raises(DemoError, match=r"--batch-size 0: it starts at 1"):
        require(1, epochs=3, batch_size=0)
    with pytest.raises(DemoError, match=r"--seed 4294967296: it ends below 2\*\*31"):
        require(0, seed=2**32)


def test_an_unknown_option_exits_with_2(capsys):
    with pytest.raises(SystemExit) as stop:
        run(["digits", "--epoch", "many"])
    assert stop.value.code == 2
    assert "invalid int value: 'many'" in capsys.readouterr().err


@pytest.mark.parametrize("error, status", [(DemoError("no room"), 1), (KeyboardInterrupt(), 130)])
def test_a_demo_that_stops_is_told_without_a_traceback(error, status, monkeypatch, capsys):
    def main(out: str = "here"):
        """Stop.

        out : a folder
        """
        raise error

    monkeypatch.setattr("demos.circuit.main", main)
    assert run(["circuit"]) == status
    assert capsys.readouterr().err == f"circuit: {error if status == 1 else 'stopped'}\n"


def test_a_missing_extra_is_named():
    with pytest.raises(DemoError, match=r"needs no_such_module.*pip install 'gategrad\[demos\]'"):
        extra("no_such_module")
    assert extra("math").pi > 3


def test_a_module_broken_inside_is_not_called_missing(tmp_path, monkeypatch):
    (tmp_path / "broken_inside.py").write_text("import no_such_module\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ModuleNotFoundError, match="no_such_module"):
        extra("broken_inside")


def test_blas_keeps_to_one_thread_unless_told_otherwise():
    show = "import demos, os; print(os.environ['OPENBLAS_NUM_THREADS'])"
    for given, kept in ((None, "1"), ("2", "2")):
        env = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
        env |= {} if given is None else {"OPENBLAS_NUM_THREADS": given}
        out = subprocess.run([sys.executable, "-c", show], env=env, cwd=ROOT, capture_output=True, text=True).stdout
        assert out.strip() == kept
