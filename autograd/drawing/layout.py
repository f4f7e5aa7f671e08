"""The program that lays a picture out: the system's `dot`, or the one of the graphviz-pure wheel."""

import os
import shutil
import subprocess
import sysconfig
from pathlib import Path

LIMIT_SECONDS = 120
WHEEL_WRITES = "svg", "png", "jpg", "jpeg", "dot", "json", "plain", "xdot"


def layout_program(kind="svg") -> str:
    """The program that can write this kind of picture: the system's `dot` if it is there, else the wheel's."""
    system = shutil.which("dot") if os.environ.get("GATEGRAD_DOT") != "pure" else None
    if system is not None:
        return system
    program = pure_program()
    if program is None:
        raise RuntimeError(
            "draw: neither Graphviz's `dot` nor the graphviz-pure wheel is there to lay the graph out: "
            "pip install graphviz-pure, or install Graphviz; .save('graph.dot') works without"
        )
    if kind not in WHEEL_WRITES:
        raise RuntimeError(
            f"draw: the graphviz-pure wheel can't write {kind}: save as .svg, .png or .html, "
            f"or install Graphviz, whose `dot` writes {kind}"
        )
    return program


def pure_program() -> str | None:
    """The layout program of the graphviz-pure wheel: beside this Python's scripts, or on PATH."""
    folders = sysconfig.get_path("scripts"), sysconfig.get_path("scripts", f"{os.name}_user"), None
    return next((found for folder in folders if (found := shutil.which("graphviz-pure", path=folder))), None)


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
