"""Steps 7 and 9 over a site's files: each is read once, hashed, and if it is a page looked through for its block.

    SHA256SUMS + source  ->  how many files were checked, of how many; every one that is not as listed, not there, or not listed

A path that is neither listed nor one of the control files of format.md (Files) is unlisted: a folder that holds one is not what
was signed. Over http(s) nobody can list, so that is said and not decided.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from attest.fetch import Source
from attest.published import unlisted_by_design
from attest.statement import ASSESSMENT
from attest.verify.answer import Finding, no, note, unsure
from attest.verify.blocks import block_findings
from attest.verify.subjects import attempt

FILE_CAP: Final = 2**30
"""Bytes of any one file."""
PAGE_CAP: Final = 32 * 2**20
"""Bytes of one page, which is held in memory."""
PAGES: Final = (".html", ".htm", ".xhtml", ".svg")
"""What browsers show as a document of its own, and what is looked through for blocks."""
GIVE_UP: Final = 8
"""Files that cannot be read before the rest is left unread: a host that is down stays down for all of them."""

_RELEASE = re.compile(r"attestation/releases/([0-9]+)/(.*)")
_COSIGNED = re.compile(r"attestation/releases/[0-9]+/cosignatures/.*")
_HOST = re.compile(r"_headers|_redirects|\.nojekyll|CNAME")
_LOGGED = re.compile(r"attestation/(?:log/.*|proof\.tlog-proof)")


@dataclass(frozen=True, slots=True)
class Files:
    """How many of the listed files were read and found as listed, and what else was found."""

    checked: int
    findings: tuple[Finding, ...]


def check_files(
    source: Source, manifest: Mapping[str, str], blocks: Mapping[str, str] | None, watch: Callable[[Sequence[str]], Iterable[str]]
) -> Files:
    """Reads every listed file. ``blocks``: page path -> the block it has to carry, every other page none; without blocks none is looked for."""
    findings = list(_not_listable(manifest))
    checked = doubts = 0
    for path in watch(sorted(manifest)):
        found = _check(source, path, manifest[path], blocks)
        checked += not any(finding.number == 7 for finding in found)
        doubts += any(finding.outcome == "could-not-tell" for finding in found)
        findings += found
        if doubts >= GIVE_UP:
            findings.append(unsure(7, f"{doubts} files cannot be read, the rest was left unread"))
            break
    return Files(checked, tuple(findings))


def _not_listable(manifest: Mapping[str, str]) -> Iterator[Finding]:
    if not any(path.endswith(".html") for path in manifest):
        yield no(7, "SHA256SUMS lists no page", "at least 1", "0")
    if ASSESSMENT not in manifest:
        yield no(7, f"SHA256SUMS does not list {ASSESSMENT}")
    for path in manifest:
        if unlisted_by_design(path):
            yield no(7, f"SHA256SUMS lists {path}, which is never listed")


def _check(source: Source, path: str, digest: str, blocks: Mapping[str, str] | None) -> list[Finding]:
    if not path.lower().endswith(PAGES):
        return list(_compare(path, digest, attempt(7, path, lambda: source.sha256(path, FILE_CAP))))
    page = attempt(7, path, lambda: source.read(path, PAGE_CAP))
    if isinstance(page, Finding):
        return [page]
    wrong = list(_compare(path, digest, hashlib.sha256(page).hexdigest()))
    return wrong if wrong or blocks is None else list(block_findings(path, page, blocks.get(path)))


def _compare(path: str, digest: str, got: str | Finding) -> Iterator[Finding]:
    if isinstance(got, Finding):
        yield got
    elif got != digest:
        yield no(7, f"{path} is not as listed", digest, got)


def check_unlisted(source: Source, manifest: Mapping[str, str], release: int, logged: bool) -> Iterator[Finding]:
    """Every path of the source that nothing vouches for. Without a signed log the log's files are such paths too."""
    paths = source.paths()
    if paths is None:
        yield note(7, "files that are not listed cannot be seen over http(s)")
        return
    for path in sorted(paths):
        if path not in manifest:
            yield from _unlisted(path, release, logged)
            yield from _special(source, path)


def _unlisted(path: str, release: int, logged: bool) -> Iterator[Finding]:
    kept = _RELEASE.fullmatch(path)
    top = f"attestation/{kept[2]}" if kept is not None and int(kept[1]) == release else path
    if not unlisted_by_design(path) or (_LOGGED.fullmatch(top) and not logged) or (kept is not None and int(kept[1]) > release):
        yield no(7, f"{path} is not listed")
    elif _COSIGNED.fullmatch(path):
        yield unsure(10, f"{path} is a cosignature, which this version does not read")


def _special(source: Source, path: str) -> Iterator[Finding]:
    """A host's file may say what it likes, but it is a file: every link in a site is refused (format.md, Files)."""
    if _HOST.fullmatch(path):
        found = attempt(7, path, lambda: source.sha256(path, FILE_CAP))
        if isinstance(found, Finding):
            yield found
