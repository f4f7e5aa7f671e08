"""The texts of a drawing, as Graphviz takes them: HTML-like labels and tooltips."""

import textwrap
from html import escape

from autograd.drawing.theme import MUTED
from autograd.inspection.text import printable


def heading(title, notes, legend) -> str:
    """The title, notes, and what the colours say."""
    lines = []
    if title:
        lines.append(f'<FONT POINT-SIZE="17"><B>{escape(printable(title, 120))}</B></FONT>')
    lines += notes
    lines.append(text("      ", MUTED).join(legend))
    rows = "".join(f'<TR><TD ALIGN="LEFT">{line} </TD></TR>' for line in lines if line)
    return (
        f'<<TABLE BORDER="0" CELLSPACING="2" CELLPADDING="2">{rows}<TR><TD HEIGHT="6"></TD></TR></TABLE>>'
        if rows
        else ""
    )


def wrapped(words) -> list[str]:
    """A sentence in lines."""
    return textwrap.wrap(printable(words, 300), 92)


def text(words, color, bold=False, size=10) -> str:
    """A run of text in its colour."""
    words = escape(words)
    return f'<FONT POINT-SIZE="{size}" COLOR="{color}">{f"<B>{words}</B>" if bold else words}</FONT>'


def quoted(words) -> str:
    """A text as a tooltip takes it."""
    return printable(words, 200).replace("\\", "\\\\")
