"""The reference trust center as its visitors meet it: published twice, a quarter apart, and signed.

    folder / "public"      the second release, as of AS_OF, with the first one's records kept
    VISITED                when visitors come: a noon at which the second release is fresh

The first release is made from today's sources with the days of the last quarter put back by one, so that it says much the same of an
earlier time, but for three things that have changed since: a promise got worse, one got better, and one is new.
"""

from __future__ import annotations

import contextlib
import io
import re
import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from openpyxl import load_workbook

from attest.cli import main
from attest.times import print_moment
from tests.conftest import ROOT
from tests.test_reference import AS_OF, FILES, collected

__all__ = ["AS_OF", "BETTER", "NEW", "VISITED", "WORSE", "both", "orders", "published", "sources"]

QUARTER = timedelta(days=62)
EARLIER = AS_OF - QUARTER
VISITED = datetime(2026, 12, 2, 12, tzinfo=UTC)
DAY = re.compile(r"(?<![\d-])20\d\d-\d\d-\d\d(?!\d)")
WORSE, BETTER, NEW = "everyone-trained", "strong-passwords", "warned-of-attacks"


def sources(folder: Path) -> Path:
    """Harbourline's sources, with small stand-ins for what `make site` collects."""
    for name in ("controls", "content", "theme"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("collected"))
    shutil.copy(ROOT / "mkdocs.yml", folder)
    (folder / FILES / "collected").mkdir()
    for name, data in collected().items():
        (folder / FILES / "collected" / name).write_bytes(data)
    return folder


def published(folder: Path) -> Path:
    """Two releases under ``folder``; the link that is served."""
    both(folder)
    _attest("keys", "new", "--keys", str(folder / "keys"), "--no-passphrase")
    for words in orders(folder):
        _attest(*words)
    return folder / "public"


def both(folder: Path) -> None:
    """The sources of both releases: ``folder / "then"`` and ``folder / "now"``."""
    sources(folder / "now")
    then = sources(folder / "then")
    _put_back(then)
    _as_it_was(then)


def orders(folder: Path) -> tuple[list[str], list[str]]:
    """What to tell attest, so that both are published with the keys in ``folder / "keys"``."""
    return _order(folder, "then", EARLIER, "--first"), _order(folder, "now", AS_OF)


def _order(folder: Path, name: str, moment: datetime, *more: str) -> list[str]:
    at = print_moment(moment)
    return ["publish", str(folder / "public"), "--dir", str(folder / name), "--keys", str(folder / "keys"), "--as-of", at, "--at", at, *more]


def _attest(*words: str) -> None:
    """What it says is told where it fails, and nowhere else."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        code = main(list(words))
    assert code == 0, said.getvalue()


def _put_back(root: Path) -> None:
    for file in sorted(root.rglob("*")):
        if file.suffix == ".xlsx":
            _in_workbook(file)
        elif file.suffix in {".yml", ".csv", ".md", ".json", ".xml", ".sarif"} and file.parent.name != "notices":
            file.write_text(DAY.sub(_earlier, file.read_text("utf-8")), "utf-8")


def _earlier(found: re.Match[str]) -> str:
    return _back(date.fromisoformat(found[0])).isoformat()


def _back(day: date) -> date:
    """What was done in the last quarter was done in the one before; older days, and days agreed for later, stay as they are."""
    return day - QUARTER if EARLIER.date() < (day.date() if isinstance(day, datetime) else day) <= AS_OF.date() else day


def _in_workbook(file: Path) -> None:
    book = load_workbook(file)
    for cell in (cell for sheet in book for row in sheet.iter_rows() for cell in row):
        if isinstance(cell.value, date):
            cell.value = _back(cell.value)
        elif isinstance(cell.value, str):
            cell.value = DAY.sub(_earlier, cell.value)
    book.save(file)


def _as_it_was(root: Path) -> None:
    """What differed then. A notice keeps its words for ever, so those of then stand as they were said, and later ones do not stand."""
    for notice in (root / "controls/notices").glob("*.yml"):
        if notice.name != "passwords-tried-2026-09.yml":
            notice.unlink()
    _edit(root / "controls/notices/passwords-tried-2026-09.yml", lambda text: text.partition("  - date: 2026-10-06")[0])
    _edit(root / FILES / "training-register.csv", lambda text: text.replace(",open,", ",done,"))
    _edit(root / FILES / "password-settings.csv", lambda text: text.replace("Deskline,15,yes,10,as promised", "Deskline,8,no,10,weaker"))
    (root / f"controls/customers/{NEW}.yml").unlink()


def _edit(file: Path, change: Callable[[str], str]) -> None:
    file.write_text(change(file.read_text("utf-8")), "utf-8")
