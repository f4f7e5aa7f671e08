"""Names and numbers as a reader can be shown them, and lines that keep to their width."""

import shutil
from collections.abc import Sequence
from unicodedata import combining, east_asian_width

from autograd.inspection.records import Summary, text_of

GAP = 2


def printable(text: str, limit: int = 60) -> str:
    """A text in one line of at most `limit` columns: its middle gives way, and what can't be seen is a `?`."""
    text = "".join(character if character.isprintable() else "?" for character in text)
    if columns(text) <= limit:
        return text
    if limit < 3:
        return "…"[:limit]
    head, tail = "", ""
    while True:  # letters are taken from both ends in turn
        letter = text[len(head)] if len(head) <= len(tail) else text[-1 - len(tail)]
        if columns(head + tail + letter) > limit - 1:
            return f"{head}…{tail}"
        if len(head) <= len(tail):
            head += letter
        else:
            tail = letter + tail


def columns(text: str) -> int:
    """How many columns of a terminal a text takes."""
    if text.isascii():
        return len(text)
    return sum(0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in text)


def plural(count: int, word: str) -> str:
    """So many of something: 1 op, 3,000 ops."""
    return f"{count:,} {word}{'' if count == 1 else 's'}"


def norm_text(summary: Summary | None) -> str:
    """An array's norm; NaN or Inf if it has such an element, a dash if the array was not kept."""
    if summary is None:
        return "-"
    return text_of(summary.norm) if summary.finite else "NaN" if summary.nan else "Inf"


def terminal_width() -> int:
    """How wide a line may be."""
    return shutil.get_terminal_size().columns


def aligned(rows: Sequence[Sequence[str]], right: Sequence[bool], width: int, least: Sequence[int]) -> list[str]:
    """Rows of cells as lines of at most `width` columns; where it is too narrow, the widest columns give way.

    Parameters
    ----------
    rows : the cells; an empty column takes no room
    right : for each column whether it is flush right
    least : what each column keeps, if the line can hold it
    """
    rows = [[printable(cell, width) if cell else "" for cell in row] for row in rows]
    room = [max((columns(row[i]) for row in rows), default=0) for i in range(len(right))]
    used = [i for i, most in enumerate(room) if most]
    spare = sum(room[i] + GAP for i in used) - GAP - width
    while spare > 0:
        longest = max(used, key=lambda i: (room[i] - least[i] if room[i] > least[i] else -999, room[i]))
        if room[longest] <= 1:
            break
        room[longest] -= 1
        spare -= 1
    lines = []
    for row in rows:
        cells = [printable(row[i], room[i]) for i in used]
        blanks = [" " * (room[i] - columns(cell)) for i, cell in zip(used, cells, strict=True)]
        padded = [
            blank + cell if right[i] else cell + blank for i, cell, blank in zip(used, cells, blanks, strict=True)
        ]
        lines.append(printable((" " * GAP).join(padded).rstrip(), width))
    return lines
