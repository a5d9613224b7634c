"""A folder replaced whole or not at all: what is new is made beside it, and two renames put it in its place.

    with beside(folder) as held:          .folder.x1y2/             beside the folder, so on the same disk
        make(held / "new")                .folder.x1y2/new          what is to stand there
        swap(held, folder)                .folder.x1y2/old          what stood there; both are gone at the end
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from attest.errors import CouldNotTell


@contextmanager
def beside(folder: Path) -> Iterator[Path]:
    """A hidden folder beside another, gone at the end. Raises CouldNotTell where it, or what is made inside the block, cannot be written."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        held = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.absolute().parent))
    except OSError as error:
        raise CouldNotTell(f"cannot write beside {folder}: {error.strerror}") from None
    try:
        yield held
    except OSError as error:
        raise CouldNotTell(f"cannot write {folder}: {error.strerror or error}", "nothing was changed") from None
    finally:
        shutil.rmtree(held, ignore_errors=True)


def swap(held: Path, folder: Path) -> None:
    """Puts ``held/new`` into the folder's place. Where the second rename fails, the old one goes back. Raises OSError."""
    old = held / "old"
    if folder.exists():
        folder.rename(old)
    try:
        (held / "new").rename(folder)
    except OSError:
        if old.exists():
            old.rename(folder)
        raise
