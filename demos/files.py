"""Files that appear whole or not at all."""

import contextlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from demos import DemoError


def folder(path: str) -> Path:
    """Make the folder `path` where it is missing, and see that files can be put there."""
    made = Path(path)
    try:
        made.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DemoError(f"--out {path}: this folder cannot be made: {error.strerror}") from None
    if not os.access(made, os.W_OK):
        raise DemoError(f"--out {path}: this folder cannot be written to: choose another")
    return made


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A file to write under another name of the same ending, which becomes `path` if the block ends well."""
    temporary = path.with_name(f".{secrets.token_hex(4)}-{path.name}")
    try:
        yield temporary
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
