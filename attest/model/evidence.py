"""Evidence: a thing observed at a time. A description, and for all kinds but a declaration a file.

    report        a tool's output; read by ``readings``
    record        rows kept in a list (CSV, YAML or XLSX), read with ``columns`` and ``pass_values``
    document      a policy, a certificate, a test report: bound by its digest, decides by its dates
    declaration   a named role says so, dated, expiring; with a ``file``, what the role says it shows: a screenshot, an export
"""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Literal, Self

from pydantic import Field, model_validator

from attest.model.base import Day, Id, Model, Moment, Text, Whole
from attest.model.register import Register
from attest.words import Basis, Kind, RegisterName, Visibility


class Collected(Model):
    """How the file came to be."""

    by: Literal["command", "ci", "hand"]
    tool: Text | None = None


class Collector(Model):
    """How ``attest collect`` makes the file anew: exactly one of the four. Nothing else ever runs it."""

    run: tuple[Text, ...] | None = Field(default=None, min_length=1)
    """A program and its arguments, started without a shell in the trust center's folder; what it prints is the file."""
    get: Text | None = None
    """An http(s) address."""
    copy_of: Text | None = Field(default=None, alias="copy")
    """A file elsewhere on this machine."""
    tls: Text | None = None
    """A host, or host:port, whose certificate chain is taken down."""
    timeout: Whole = Field(default=60, ge=1)
    """Seconds."""

    @model_validator(mode="after")
    def _one(self) -> Self:
        if sum(way is not None for way in (self.run, self.get, self.copy_of, self.tls)) != 1:
            raise ValueError("needs exactly one of run, get, copy and tls")
        return self


class Columns(Model):
    """Which column of a record plays which part."""

    row: Text
    outcome: Text
    subject: Text | None = None
    severity: Text | None = None


class Description(Model):
    """What a file in ``controls/evidence/`` says, or the same written under a check."""

    kind: Kind
    title: Text | None = None
    format: Id | None = None
    """A reader's name (``attest.readings``); left out, it is told from the content."""
    file: Text | None = None
    """Relative to ``controls/evidence/``; never leaves the trust center's folder."""
    covers: tuple[Id, ...] = ()
    """Systems of center.yml that were looked at; left out, none."""
    collected: Collected | None = None
    collect: Collector | None = None
    observed: Moment | None = None
    """When it was true. A report's own time wins; a conflict is an error; needed where the file has none."""
    until: Day | None = None
    """The last day it counts, whatever ``max_age`` says; a declaration needs it."""
    visibility: Visibility = "private"
    publish: Literal["file"] | None = None
    """``file`` puts the file itself on the site; only with visibility public."""
    issuer: Text | None = None
    """The independent party that wrote the document or ran the examination: makes its basis third-party."""
    by: Text | None = None
    """The role that declares."""
    statement: Text | None = None
    """What is declared."""
    columns: Columns | None = None
    sheet: Text | None = None
    """Of an XLSX file: which sheet; left out, its only one."""
    pass_values: tuple[Text, ...] = ()
    fail_values: tuple[Text, ...] = ()
    """Left out, every other value fails; given, a value in neither list neither passes nor fails."""

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Self:
        for wrong, said in self._misfits():
            if wrong:
                raise ValueError(said)
        return self

    def _misfits(self) -> tuple[tuple[bool, str], ...]:
        declares = self.kind == "declaration"
        return (
            (declares and not (self.by and self.statement), "a declaration needs by (a role) and statement"),
            (declares and not (self.observed and self.until), "a declaration needs observed and until"),
            (not declares and self.file is None, f"a {self.kind} needs file"),
            (not declares and bool(self.by or self.statement), "by and statement belong to a declaration"),
            (self.kind == "record" and not (self.columns and self.pass_values), "a record needs columns and pass_values"),
            (self.kind != "record" and bool(self.columns or self.pass_values or self.fail_values), "columns and pass_values belong to a record"),
            (self.kind in ("record", "document") and self.observed is None, f"a {self.kind} needs observed"),
            (self.publish is not None and self.visibility != "public", "publish: file needs visibility: public"),
            (self.publish is not None and self.file is None, "there is no file to publish"),
            (self.sheet is not None and self.kind != "record", "sheet belongs to a record"),
            (self.collect is not None and self.file is None, "collect needs file: where to put what it makes"),
            (self.issuer is not None and self.kind not in ("document", "report"), "issuer belongs to a document or a report"),
        )

    @property
    def basis(self) -> Basis:
        """What a claim resting on this is shown by."""
        if self.issuer is not None:
            return "third-party"
        return "tool" if self.kind == "report" else self.kind


class Evidence(Model):
    """A description with the id it is known by.

    A register that checks ask is evidence too: a record without a file of its own, described from the register's header.
    """

    id: str
    description: Description
    title: Text
    file: str = Field(description="the YAML file it was written in, relative to the trust center's folder")
    line: int
    register_name: RegisterName | None = None
    withholds: bool = False
    """Of a register: whether rows of it are withheld, so that it is bound by a commitment and not by its digest."""


def of_register(register: Register) -> Evidence:
    """A register as evidence, under the id ``register.<name>``. Built past the rules for what people write: it has rows, and no file or columns of its own."""
    header = register.header
    began = datetime.combine(header.observed, time(), UTC)
    described = Description.model_construct(kind="record", title=register.title, covers=header.covers, observed=began, visibility=header.visibility)
    withholds = any(row.visibility == "private" for row in register.rows)
    ident, title = f"register.{register.name}", register.title
    return Evidence.model_construct(id=ident, description=described, title=title, file=register.file, line=1, register_name=register.name, withholds=withholds)
