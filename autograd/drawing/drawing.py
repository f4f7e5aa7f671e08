"""A graphviz.Digraph that needs no system program: where `dot` is missing, the graphviz-pure wheel does the layout."""

import sys
import tempfile
import webbrowser
from html import escape
from pathlib import Path
from typing import Any

import graphviz

from autograd.drawing.layout import layout_program, run
from autograd.drawing.theme import themed
from autograd.files import replacing
from autograd.inspection.records import Graph

INCHES = 60  # a bitmap's longer side, at 192 dots to the inch
ENDINGS = "svg", "png", "pdf", "html", "dot", "gv"
BITMAPS = "png", "jpg", "jpeg"


class Drawing(graphviz.Digraph):
    """The drawing of a graph: `save` writes it, `show` opens its page, a notebook shows it, `print` gives its tree.

    `graph` holds the records it was made from, `source` is its DOT text. Graphviz's own `dot` does the layout where
    it is installed, else the graphviz-pure wheel; ``GATEGRAD_DOT=pure`` in the environment asks for the wheel, whose
    pictures are the same on every machine.
    """

    graph: Graph | None = None
    caption: str = "computational graph"  # what a screen reader says of the picture

    def save(self, filename, directory=None, **_) -> str:
        """Write the drawing; the name's ending (svg, png, pdf, html, dot or gv) says how. Returns the path.

        The file is complete or not there: it is written aside first.
        """
        path = Path(directory or ".") / filename
        kind = path.suffix.lower().removeprefix(".")
        if kind not in ENDINGS:
            endings = f"{', '.join(f'.{e}' for e in ENDINGS[:-1])} or .{ENDINGS[-1]}"
            raise ValueError(f"draw: can't save as '{path.name}': the name must end in {endings}")
        if kind == "html":
            data = self.page().encode()
        elif kind in ("dot", "gv"):
            data = self.source.encode()
        else:
            data = self.pipe(format=kind)
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(str(path)) as file:
            file.write(data)
        return str(path)

    def page(self) -> str:
        """The interactive page: one HTML text that needs nothing else."""
        from autograd.drawing.page.page import write_page

        if self.graph is None:
            raise RuntimeError("draw: this drawing was not made by autograd.draw, it has no records to make a page of")
        return write_page(self.graph)

    def show(self) -> None:
        """Open the page: in a notebook below the cell, else in the browser."""
        page = self.page()
        if in_notebook():
            from IPython.display import display

            frame = f'<iframe srcdoc="{escape(page)}" sandbox="allow-scripts" title="computational graph"'
            frame += ' style="width:100%;height:640px;border:0"></iframe>'
            display({"text/html": frame, "text/plain": str(self)}, raw=True)
            return
        path = Path(tempfile.mkdtemp(prefix="gategrad-")) / "graph.html"
        path.write_text(page, encoding="utf-8")
        webbrowser.open(path.as_uri())

    def pipe(self, format=None, renderer=None, formatter=None, *_, engine=None, encoding=None, **__) -> Any:
        """The picture as bytes (or as text, given an encoding). An SVG is transparent, a bitmap white."""
        kind = format or self.format
        asked = ":".join(part for part in (kind, renderer, formatter) if part)
        data = self.laid_out(kind, f"-K{engine or self.engine}", f"-T{asked}")
        if kind == "svg":
            data = themed(data.decode(), self.caption).encode()
        return data if encoding is None else data.decode(encoding)

    def laid_out(self, kind, *options) -> bytes:
        """What the layout program makes of the drawing."""
        ground = "-Gbgcolor=transparent" if kind == "svg" else "-Gbgcolor=white"
        sharp = ["-Gdpi=192", f"-Gsize={INCHES},{INCHES}"] if kind in BITMAPS else []  # (a larger picture is scaled)
        return run([layout_program(kind), *options, ground, *sharp], self.source)

    def render(
        self, filename=None, directory=None, view=False, cleanup=False, format=None, *_, outfile=None, **options
    ):
        """Write the picture beside its DOT text, as graphviz does. Returns the path."""
        if outfile is not None:
            path = Path(outfile)
            kind = format or path.suffix.removeprefix(".") or self.format
        else:
            kind = format or self.format
            path = Path(directory or self.directory or ".") / f"{filename or self.filename}.{kind}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(self.pipe(format=kind, engine=options.get("engine")))
        if not cleanup:
            path.with_suffix(".gv").write_text(self.source, encoding="utf-8")
        if view:
            graphviz.view(str(path))
        return str(path)

    def __str__(self) -> str:
        from autograd.inspection.tree import tree

        return tree(self.graph) if self.graph is not None else self.source

    def _repr_mimebundle_(self, include=None, exclude=None, **_) -> dict[str, str]:
        return {"image/svg+xml": self._repr_svg_(), "text/plain": str(self)}

    def _repr_svg_(self) -> str:
        return themed(self.laid_out("svg", f"-K{self.engine}", "-Tsvg").decode(), self.caption, grounded=True)


def in_notebook() -> bool:
    """Whether this runs in a notebook's kernel."""
    ipython = sys.modules.get("IPython")
    return ipython is not None and hasattr(ipython.get_ipython(), "kernel")
