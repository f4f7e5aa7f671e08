"""Files that appear whole or not at all."""

import contextlib
import errno
import io
import os
import secrets
import stat
from collections.abc import Iterator
from typing import IO


@contextlib.contextmanager
def replacing(path: str) -> Iterator[IO[bytes]]:
    """A file to write that takes the place of `path` when all went well, and vanishes otherwise."""
    target = os.path.realpath(path)  # a link stays one, as it would under open()
    folder = os.path.dirname(target)
    if not path or not os.path.isdir(folder):
        raise RuntimeError(f"save: Parent directory {folder!r} of {path!r} does not exist: make it with os.makedirs()")
    mode = None
    if os.path.exists(target):
        mode = os.stat(target).st_mode
        if not stat.S_ISREG(mode):
            # A device or a pipe is written to, never replaced; a folder raises here.
            with open(target, "wb") as file:
                whole = io.BytesIO()
                yield whole
                file.write(whole.getvalue())
            return
        if not os.access(target, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)
    temporary = os.path.join(folder, f".save-{secrets.token_hex(8)}.tmp")
    try:
        with open(temporary, "xb") as file:
            if mode is not None:
                os.chmod(temporary, stat.S_IMODE(mode))
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, target)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(temporary)
        raise
    if os.name == "posix":
        # The new name itself must reach the disk; not every file system can promise that.
        with contextlib.suppress(OSError):
            descriptor = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
