"""The stubs that editors read say what the package holds."""

import ast
from pathlib import Path

import autograd
from autograd import stubs


def test_they_are_fresh():
    assert stubs.main(["--check"]) == 0


def test_they_parse_and_know_methods_and_functions():
    made = stubs.stubs()
    for text in made.values():
        ast.parse(text)
    assert "def relu(self) -> Tensor" in made["tensors.pyi"]
    assert "def relu_(self) -> Tensor" in made["tensors.pyi"]
    assert "def einsum(" in made["__init__.pyi"]


def test_a_stale_stub_is_found(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(stubs, "HERE", tmp_path)
    assert stubs.main(["--check"]) == 1
    assert "__init__.pyi is stale: run python -m autograd.stubs" in capsys.readouterr().out
    stubs.main([])
    assert stubs.main(["--check"]) == 0


def test_every_public_name_of_the_face_is_there():
    text = Path(stubs.__file__).with_name("__init__.pyi").read_text(encoding="utf-8")
    missing = [
        name
        for name in vars(autograd)
        if name.islower() and not name.startswith("_") and callable(vars(autograd)[name]) and f" {name}" not in text
    ]
    assert not missing
