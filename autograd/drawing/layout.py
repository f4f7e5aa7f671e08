"""A graphviz.Digraph that needs no system program: where `dot` is missing, the graphviz-pure wheel does the layout."""

import os
import shutil
import subprocess
import sysconfig
from pathlib import Path

import graphviz

from autograd.files import replacing

LIMIT_SECONDS = 120


class Drawing(graphviz.Digraph):
    """The drawing of a graph: a notebook shows it, `save` writes it, `source` is its DOT text."""

    def save(self, filename, directory=None, **_) -> str:
        """Write the drawing; the name's ending (svg, png, pdf, dot or gv) says how. Returns the path.

        The file is complete or not there: it is written aside first.
        """
        path = Path(directory or ".") / filename
        kind = path.suffix.lower().removeprefix(".")
        if kind in ("dot", "gv"):
            data = self.source.encode()
        elif kind in ("svg", "png", "pdf"):
            data = self.pipe(format=kind)
        else:
            raise ValueError(f"draw: can't save as '{path.name}': the name must end in .svg, .png, .pdf, .dot or .gv")
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(str(path)) as file:
            file.write(data)
        return str(path)

    def pipe(self, format=None, encoding=None, **options):
        """The picture as bytes (or text, given an encoding)."""
        kind = format or self.format
        if shutil.which("dot") is not None:
            data = run(["dot", f"-T{kind}"], self.source)
        else:
            program = pure_program()
            if program is None:
                raise RuntimeError(
                    "draw: neither Graphviz's `dot` nor the graphviz-pure wheel is there to lay the graph out: "
                    "pip install graphviz-pure, or install Graphviz; .save('graph.dot') works without"
                )
            if kind == "pdf":
                raise RuntimeError(
                    "draw: the graphviz-pure wheel can't write pdf: save as .svg or .png, or install Graphviz"
                )
            data = run([program, "-Kdot", f"-T{kind}"], self.source)
        return data if encoding is None else data.decode(encoding)

    def _repr_svg_(self) -> str:
        return self.pipe(format="svg", encoding="utf-8")


def pure_program() -> str | None:
    """The layout program of the graphviz-pure wheel: beside this Python's scripts, or on PATH."""
    for scheme in (None, "user"):
        folder = sysconfig.get_path("scripts", f"{os.name}_user") if scheme else sysconfig.get_path("scripts")
        found = shutil.which("graphviz-pure", path=folder)
        if found:
            return found
    return shutil.which("graphviz-pure")


def run(command, source) -> bytes:
    """What the layout program makes of a DOT text."""
    try:
        done = subprocess.run(command, input=source.encode(), capture_output=True, timeout=LIMIT_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise RuntimeError(f"draw: the layout of this graph took over {LIMIT_SECONDS} s: draw a part of it") from None
    if done.returncode != 0 or not done.stdout:
        raise RuntimeError(
            f"draw: {Path(command[0]).name} failed: {done.stderr.decode(errors='replace').strip()[:300]}"
        )
    return done.stdout
