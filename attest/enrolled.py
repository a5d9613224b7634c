"""Registers and notices as they are published, and what binds a register that is not.

    Register  ->  {"name": "subprocessors", "observed": "2026-11-02", "rows": [{"id": "cloud-host", "transferGround": null, …}], "withheld": 1, …}

Keys are lowerCamelCase, days RFC 3339, spans as written (``30d``), what was left blank null. The digest of a register is that of its RFC 8785
form with every row in it: where no row is withheld, that of what is published.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from pydantic import BaseModel

from attest.model.register import DATED, NAMES_IN, Notice, NoticeVersion, Register, Row
from attest.model.report import Report
from attest.published import NoticeRecord, RegisterRecord
from attest.times import print_span
from attest.wire import jcs


def register_record(register: Register, *, whole: bool = False) -> RegisterRecord:
    """A register as published; ``whole`` leaves no row out."""
    shown = [row for row in register.rows if whole or row.visibility == "public"]
    return {
        "name": register.name,
        "title": register.title,
        "observed": register.header.observed.isoformat(),
        "intro": register.header.intro,
        "withheld": len(register.rows) - len(shown),
        "rows": [_row(row) for row in shown],
    }


def register_digest(register: Register) -> str:
    """Hex SHA-256 of the whole register."""
    return hashlib.sha256(jcs.canonical(register_record(register, whole=True))).hexdigest()


def registers_shown(registers: Iterable[Register]) -> list[RegisterRecord]:
    """Those that are public, by name."""
    return [register_record(register) for register in sorted(registers, key=lambda register: register.name) if register.header.visibility == "public"]


def notices_shown(notices: dict[str, Notice]) -> list[NoticeRecord]:
    """Those that are public, the newest first."""
    shown = sorted(((notice.versions[-1].date, ident, notice) for ident, notice in notices.items() if notice.visibility == "public"), reverse=True, key=lambda item: item[:2])
    return [_notice(ident, notice) for _, ident, notice in shown]


def _notice(ident: str, notice: Notice) -> NoticeRecord:
    made: NoticeRecord = {
        "id": ident,
        "title": notice.title,
        "kind": notice.kind,
        "systems": list(notice.systems),
        "othersTold": notice.others_told,
        "versions": [_version(version) for version in notice.versions],
    }
    return made if notice.subprocessor is None else {**made, "subprocessor": notice.subprocessor}


def _version(version: NoticeVersion) -> dict[str, Any]:
    """Days that it does not say are left out, and not null: what was signed before there were such days stays, byte for byte."""
    unsaid = {camel(name) for name in DATED if getattr(version, name) is None}
    return {name: value for name, value in _fields(version).items() if name not in unsaid}


def evidence_of(row: Row) -> list[str]:
    """The ids of evidence that a row names."""
    columns = [column for column, kind in NAMES_IN.get(type(row), {}).items() if kind == "evidence"]
    return [found for column in columns if (found := getattr(row, column)) is not None]


def _row(row: Row) -> dict[str, Any]:
    return {name: value for name, value in _fields(row).items() if name != "visibility"}


def _fields(model: BaseModel) -> dict[str, Any]:
    return {camel(name): _json(getattr(model, name)) for name in type(model).model_fields}


def _json(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return _fields(value)
    if isinstance(value, tuple):
        return [_json(one) for one in value]
    if isinstance(value, timedelta):
        return print_span(value)
    return value.isoformat() if isinstance(value, date) else value


def report_said(report: Report) -> dict[str, Any]:
    """``report:`` of center.yml as published: what it leaves away is left away; rows of a private register are not named."""
    made = {name: value for name, value in _fields(report).items() if value not in (None, [])}
    return made if "incidents" not in made else {**made, "incidents": [{"date": one["date"], "says": one["says"]} for one in made["incidents"]]}


def camel(name: str) -> str:
    """``transfer_ground`` -> ``transferGround``."""
    first, *rest = name.split("_")
    return first + "".join(part.title() for part in rest)
