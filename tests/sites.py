"""Small sites for tests: the one in cases/site/mini, and one in whose every declared text somebody tries to break out."""

from __future__ import annotations

import contextlib
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import TypeAdapter
from pydantic.fields import FieldInfo

from attest.assess import Assessment, assess
from attest.build import Prepared, prepare
from attest.model.register import REGISTERS, Header, Notice, Register, Row
from attest.record import project
from attest.release import Previous, Release
from attest.wire import openssh, publickey
from attest.words import RegisterName
from tests.centers import FRAMEWORK, PROFILE, center, control, evidence, observed, reading

MINI = Path(__file__).parent / "cases" / "site" / "mini"
AS_OF = datetime(2026, 11, 21, 12, tzinfo=UTC)
UNTIL = AS_OF + timedelta(days=35)
SPKI = publickey.spki(Ed25519PrivateKey.from_private_bytes(bytes(range(32))).public_key())
RELEASE = Release(7, Previous(6, "cd" * 32), UNTIL, SPKI, openssh.fingerprint(SPKI))
SECRET = bytes(range(32))

BREAKS_OUT = "\"'></title></textarea><script>window.broken=1</script><img src=x onerror=window.broken=1> [x](javascript:window.broken=1) <b>&amp;"
"""Tried as every declared text: titles, names, promises, reasons, the site's name."""


def mini(folder: Path) -> Path:
    """A copy of the small site, to be changed at will."""
    return Path(shutil.copytree(MINI, folder))


def prepared(root: Path, release: Release | None = RELEASE) -> Prepared:
    """The small site at its one moment."""
    return prepare(root, AS_OF, release, SECRET, as_unknown=False)


def hostile(release: Release | None = RELEASE) -> Prepared:
    """A center that says the breaking text wherever it says anything; made in memory, because ``load`` would refuse it."""
    made = _hostile_assessment()
    return Prepared(made.center, made, project(made, SECRET, release.n if release else None, "0"), release, ())


def _hostile_assessment() -> Assessment:
    bad = BREAKS_OUT
    every: dict[str, Any] = {"title": bad, "promise": bad, "yours": bad, "maps": {"short": ["S.1"]}}
    profile = {
        **PROFILE, "name": bad, "summary": bad, "notice": bad, "systems": [{"id": "api", "name": bad}], "areas": [{"id": "data", "title": bad, "summary": bad}],
        "out_of_scope": [{"name": bad, "why": bad}], "contacts": [{"role": bad, "email": bad, "url": "javascript:window.broken=1"}], "signatories": [{"role": bad, "name": bad}],
    }  # fmt: skip
    found = [
        evidence("scan", {"kind": "report", "title": bad, "file": "a.json", "covers": ["api"], "observed": "2026-11-20", "visibility": "public", "issuer": bad, "collected": {"by": "ci", "tool": bad}}),
        evidence("word", {"kind": "declaration", "title": bad, "by": bad, "statement": bad, "observed": "2026-11-20", "until": "2027-01-01", "visibility": "public"}),
    ]
    controls = [
        control("met", {**every, "applies_to": ["api"]}, [("scan", {"rows": [bad]}), ("word", {})]),
        control("failing", {**every, "treatment": {"decision": bad, "owner": bad, "reason": bad, "until": "2027-01-01"}}, [("scan", {"max": {"high": 0}})]),
        control("planned", {**every, "plan": {"owner": bad, "due": "2027-01-01", "why": bad}}),
        control("none", {**every, "not-applicable": {"reason": bad, "decided_by": bad, "until": "2027-01-01"}}),
    ]
    readings = {"scan": observed(reading([{"row": bad, "outcome": "pass"}], tool=bad, version=bad)), "word": observed(None)}
    framework = {**FRAMEWORK, "title": bad, "version": bad, "publisher": bad, "licence": bad, "clauses": [{"id": "S.1", "title": bad}]}
    made = center(controls, found, profile)
    more = {"frameworks": {"short": type(made.frameworks["short"]).model_validate(framework)}, "registers": hostile_registers(), "notices": {"broken": _hostile_notice()}}
    return assess(made.model_copy(update=more), readings, AS_OF)


def hostile_registers() -> dict[RegisterName, Register]:
    """Every register with one row that says the breaking text in each cell that takes text."""
    return {name: _hostile_register(name, row) for name, row in REGISTERS.items()}


def _hostile_register(name: RegisterName, row: type[Row]) -> Register:
    header = Header(observed=AS_OF.date(), visibility="public", intro=BREAKS_OUT, rows=())
    made = row.model_validate({column: _hostile_cell(name, column, field) for column, field in row.model_fields.items()})
    return Register(name=name, header=header, rows=(made,), file=f"controls/registers/{name}.yml", source=f"controls/registers/{name}.yml")


_NAMES = {
    "id": "api", "visibility": "public", "controls": ["met"], "protection": ["met"], "control": "met", "conditions": [{"text": BREAKS_OUT, "control": "met"}], "systems": ["api"],
    "evidence": "scan", "letter": "scan", "proof": "scan", "notice": "broken", "framework": "short",
}  # fmt: skip


def _hostile_cell(name: RegisterName, column: str, field: FieldInfo) -> Any:
    """What names something has to name it; the rest breaks out wherever its type lets it."""
    if column == "document":
        return "api" if name == "clauses" else "scan"
    words = next((get_args(one) for one in (field.annotation, *get_args(field.annotation)) if get_origin(one) is Literal), ())
    kind = TypeAdapter(Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation)
    for tried in (*([_NAMES[column]] if column in _NAMES else []), BREAKS_OUT, [BREAKS_OUT], "2026-11-20", "30d", *words, "3"):
        with contextlib.suppress(ValueError):
            kind.validate_python(tried)
            return tried
    raise AssertionError(column)


def _hostile_notice() -> Notice:
    said = {"date": "2026-11-20", "happened": BREAKS_OUT, "affected": BREAKS_OUT, "doing": BREAKS_OUT, "you": BREAKS_OUT}
    return Notice.model_validate({"title": BREAKS_OUT, "kind": "incident", "visibility": "public", "systems": ["api"], "others_told": BREAKS_OUT, "versions": [said]})
