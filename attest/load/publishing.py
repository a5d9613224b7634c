"""Which declared texts are about to be published, so that ``leaks`` is asked about these and no others.

    center.yml       all but the contacts' addresses, internal_domains, vault, parties, look, and what reports call a system
    controls         the public ones: all but the top-level owner, and of evidence written in place what the description's rule says
    evidence         public and gated: title, issuer, columns and values; public besides: by, statement, tool; whoever asks it
    frameworks       all
    registers        of the public ones: intro, and rows that are not withheld
    notices          the public ones: all but who approved them
    questionnaires   the public ones: all but tips, flags and scores
    acceptance       the public ones: title, summary, clauses and requirements

The record (``attest.record``) publishes by allow-list; this list is wider where in doubt. The built site is searched again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from attest.load.files import CENTER
from attest.model.center import Center
from attest.model.evidence import Evidence
from attest.model.register import Register
from attest.observe import place_of
from attest.yaml_lines import Document, Path

_NAMED = ("title", "issuer", "columns", "sheet", "pass_values", "fail_values")
_SHOWN = (*_NAMED, "by", "statement", "collected")
_REQUIRED = ("title", "version", "summary", "questionnaires", "clauses", "requirements")
_KEPT = ("tip", "flags", "score")


def published_texts(center: Center, documents: Mapping[str, Document]) -> Iterator[tuple[Document, Path, str]]:
    """(document, path, text) of everything declared that reaches a reader."""
    public = {control.file for control in center.controls if control.promise.visibility == "public"}
    for file, document in documents.items():
        if file == CENTER:
            yield from _chosen(document, _of_profile)
        elif file in public:
            yield from _chosen(document, _of_control)
        elif file.startswith("controls/frameworks/"):
            yield from _chosen(document, lambda path: True)
    for evidence in center.evidence.values():
        if evidence.register_name is None:
            yield from _of_evidence(evidence, documents[evidence.file])
    for register in center.registers.values():
        if register.header.visibility == "public":
            yield from _chosen(documents[register.file], lambda path: path[0] == "intro")
            yield from _of_rows(register, documents[register.source])
    for ident, notice in center.notices.items():
        if notice.visibility == "public":
            yield from _chosen(documents[f"controls/notices/{ident}.yml"], lambda path: path[0] != "approved_by")
    yield from _of_asked(center, documents)


def _of_asked(center: Center, documents: Mapping[str, Document]) -> Iterator[tuple[Document, Path, str]]:
    for ident, questionnaire in center.questionnaires.items():
        if questionnaire.visibility == "public":
            yield from _chosen(documents[f"controls/questionnaires/{ident}.yml"], lambda path: path[4:5] not in [(key,) for key in _KEPT])
    for ident, policy in center.acceptance.items():
        if policy.visibility == "public":
            yield from _chosen(documents[f"controls/acceptance/{ident}.yml"], lambda path: path[0] in _REQUIRED)


def _chosen(document: Document, wanted: Callable[[Path], bool]) -> Iterator[tuple[Document, Path, str]]:
    yield from ((document, path, text) for path, text in document.scalars() if wanted(path))


def _of_profile(path: Path) -> bool:
    hidden = path[0] in ("internal_domains", "vault", "parties", "look") or (path[0] == "systems" and path[2:3] == ("targets",))
    return not hidden and not (path[0] == "contacts" and path[-1] == "email")


def _of_control(path: Path) -> bool:
    """Not what is written of evidence in place: that has a visibility of its own."""
    return path[0] != "owner" and not (path[0] == "checks" and path[2:3] == ("evidence",) and len(path) > 3)


def _of_rows(register: Register, document: Document) -> Iterator[tuple[Document, Path, str]]:
    shown = {index for index, row in enumerate(register.rows) if row.visibility == "public"}
    return _chosen(document, lambda path: path[0] == "rows" and path[1] in shown)


def _of_evidence(evidence: Evidence, document: Document) -> Iterator[tuple[Document, Path, str]]:
    visibility = evidence.description.visibility
    keys = {"public": _SHOWN, "gated": _NAMED, "private": ()}[visibility]
    base = place_of(evidence)
    for path, text in document.scalars():
        if path[: len(base)] == base and path[len(base) : len(base) + 1] and path[len(base)] in keys:
            yield document, path, text

