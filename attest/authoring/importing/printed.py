"""A Catalogue, and what its user says of it, as a framework file: plain block YAML, ids in quotes, in the publisher's order.

    id: csa-ccm-4
    title: Cloud Controls Matrix
    …
    clauses:
      - id: "A&A-01"
        title: "Audit policy"
        group: "Audit & Assurance"

With ``ids_only`` no title of the publisher's is written: not every catalogue may be shown to everybody.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from attest.authoring.importing.interface import Catalogue, Chapter, Found
from attest.authoring.yaml_edit import scalar
from attest.errors import Refused
from attest.yaml_lines import MAX_BYTES

LONGEST_TITLE: Final = 200
_LONGEST_ID: Final = 80
NEUTRAL: Final = "See the publisher's own text"
_DASHES: Final = re.compile("[‐‑‒–—―−]")


@dataclass(frozen=True, slots=True)
class About:
    """What its user says of a catalogue."""

    id: str
    title: str
    version: str
    publisher: str
    url: str
    licence: str


def framework_yaml(catalogue: Catalogue, about: About, ids_only: bool) -> bytes:
    """The text of ``controls/frameworks/<about.id>.yml``. Raises Refused on ids that stand twice or nearly, and on what is too large."""
    refuse_alike(catalogue.clauses)
    chapters = [] if ids_only else [Chapter(one.id, shortened(one.title)) for one in catalogue.chapters]
    known = {chapter.id for chapter in chapters}
    lines = [f"{key}: {scalar(getattr(about, key))}" for key in ("id", "title", "version", "publisher", "url", "licence")]
    lines += ["groups:", *(line for chapter in chapters for line in _entry(chapter.id, chapter.title, None))] if chapters else []
    lines.append("clauses:")
    for clause in catalogue.clauses:
        lines += _entry(clause.id, NEUTRAL if ids_only else shortened(clause.title), clause.group if clause.group in known else None)
    data = ("\n".join(lines) + "\n").encode("utf-8", "surrogatepass")
    if len(data) > MAX_BYTES:
        raise Refused(f"the framework would be larger than {MAX_BYTES // 2**20} MiB", "import a part of it")
    return data


def _entry(ident: str, title: str, group: str | None) -> Iterator[str]:
    yield f"  - id: {_quoted(ident)}"
    yield f"    title: {scalar(title)}"
    if group is not None:
        yield f"    group: {_quoted(group)}"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def refuse_alike(clauses: tuple[Found, ...]) -> None:
    """Raises Refused, naming both places, where two ids are equal or differ by case, blanks or the kind of dash alone; or one is too long."""
    seen: dict[str, Found] = {}
    for clause in clauses:
        if len(clause.id) > _LONGEST_ID:
            raise Refused(f"{clause.place}: the id {clause.id[:40]!r}… is longer than {_LONGEST_ID} characters", "name the column that holds the ids")
        first = seen.setdefault(_bare(clause.id), clause)
        if first is not clause:
            said = "stands twice" if first.id == clause.id else f"and {first.id!r} could be taken for each other"
            raise Refused(f"the id {clause.id!r} {said}: {first.place} and {clause.place}", "mend the file: each clause has an id of its own")


def _bare(ident: str) -> str:
    return "".join(_DASHES.sub("-", unicodedata.normalize("NFKC", ident)).casefold().split())


def shortened(title: str) -> str:
    """A title of no more than ``LONGEST_TITLE`` characters, cut between words and marked with an ellipsis."""
    return title if len(title) <= LONGEST_TITLE else title[:LONGEST_TITLE].rsplit(" ", 1)[0].rstrip(" ,;:") + " …"


def count_shortened(catalogue: Catalogue) -> int:
    """How many clauses have a title that will be cut."""
    return sum(len(clause.title) > LONGEST_TITLE for clause in catalogue.clauses)
