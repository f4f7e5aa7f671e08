"""The files of a published data set: found in a folder, or fetched from a mirror, and checked against their sums."""

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path
from textwrap import shorten

EXTRA = "comes with the extra `demos`: pip install 'gategrad[demos]'"


@dataclass(frozen=True)
class Release:
    """What a data set's authors published, and where it is kept.

    Parameters
    ----------
    name : what the set is called
    checksums : the SHA-256 sum of each file
    mirrors : addresses that serve these files, tried in this order; each ends in a slash
    place : the folder below the root in which the files lie; they may also lie in the root itself
    """

    name: str
    checksums: dict[str, str]
    mirrors: tuple[str, ...]
    place: str = "."

    def find(self, file: str, root: Path, download: bool) -> Path:
        """The path of a file, checked; of its unpacked form, without the ending .gz, where that is there."""
        for folder in (root / self.place, root):
            for path in (folder / file.removesuffix(".gz"), folder / file):
                if path.is_file():
                    return self.checked(path)
        if not download:
            raise RuntimeError(
                f"{self.name}: Dataset not found in {root}: download=True fetches it. {self.by_hand(root)}"
            )
        return self.fetch(file, root)

    def checked(self, path: Path) -> Path:
        """The path, if its file is the published one; unpacked files have no published sum and pass."""
        expected = self.checksums.get(path.name)
        if expected is not None:
            with open(path, "rb") as stream:
                found = hashlib.file_digest(stream, "sha256").hexdigest()
            if found != expected:
                raise ValueError(
                    f"{self.name}: {path} is damaged, or is another file: its SHA-256 sum is {found}, that of the "
                    f"published file {expected}: delete it, and put the published one there or let it be downloaded"
                )
        return path

    def fetch(self, file: str, root: Path) -> Path:
        """Download a file from the first mirror that serves it whole; nothing is left of one that does not."""
        pooch = downloader(self.name)
        failures = []
        for mirror in self.mirrors:
            try:
                found = pooch.retrieve(
                    mirror + file,
                    known_hash=f"sha256:{self.checksums[file]}",
                    fname=file,
                    path=root / self.place,
                    downloader=pooch.HTTPDownloader(progressbar=True, chunk_size=2**16, timeout=30),
                )
            except (OSError, ValueError) as error:  # no connection, no such file; not the published one
                failures.append(f"\n  {mirror}{file}: {type(error).__name__}: {shorten(str(error), 200)}")
            else:
                return Path(found)
        raise RuntimeError(f"{self.name}: Error downloading {file}:{''.join(failures)}\n{self.by_hand(root)}")

    def by_hand(self, root: Path) -> str:
        """Which files to put where."""
        return (
            f"To do without a download, put these files into {root / self.place}: {', '.join(self.checksums)}. "
            f"They are at {' and '.join(self.mirrors)}"
        )


def downloader(name: str):
    """The module that downloads, with the one that shows its progress."""
    try:
        import pooch
        import tqdm  # noqa: F401
    except ModuleNotFoundError as error:
        raise ImportError(
            f"{name}: a download needs {error.name}, which {EXTRA}; or give root=, a folder that holds the files"
        ) from None
    return pooch


def cache_folder(name: str) -> Path:
    """Where downloads are kept when no folder is named: the user's cache."""
    return Path(downloader(name).os_cache("gategrad"))


def contents(path: Path) -> bytes:
    """The bytes of a file, unpacked if its name ends in .gz."""
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
