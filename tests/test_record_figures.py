"""What Harbourline's records say of themselves: the word in a row follows from the figures beside it, lists keep the rhythm they stand for,
none knows of days after it was made, and none still passes once part of it is missing.

A rule reads one word a row (`in time`, `complete`). Whoever typed it could have typed anything; here the dates and numbers of the same row
are worked out again. Records whose word is itself what was seen (`AES-256`, `security key`) are named in ``AS_SEEN``.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from fnmatch import fnmatchcase
from itertools import pairwise
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml

from attest.authoring.shelf import offers
from attest.judge import judge
from attest.judge_register import judge_register
from attest.load import load
from attest.model.center import Center
from attest.model.evidence import Description
from attest.model.register import REGISTERS
from attest.readings.interface import Observation
from attest.words import RegisterName
from tests.conftest import ROOT
from tests.test_reference import AS_OF, EXPECTED, FILES, center, harbourline, observations  # noqa: F401  # fixtures

pytestmark = pytest.mark.slow

Cells = dict[str, str]
Follows = Callable[[Cells], str]
"""A row -> the word that its figures mean."""

CENTER = load(ROOT)
RECORDS = {ident: item.description for ident, item in CENTER.evidence.items() if item.description.kind == "record" and item.register_name is None}


def rows_of(description: Description) -> list[Cells]:
    """A record as text, cell by cell."""
    path = ROOT / "controls/evidence" / str(description.file)
    if path.suffix == ".yml":
        return [{key: str(value) for key, value in row.items()} for row in yaml.safe_load(path.read_text("utf-8"))]
    if path.suffix == ".csv":
        return list(csv.DictReader(path.read_text("utf-8").splitlines()))
    head, *rows = openpyxl.load_workbook(path).active.iter_rows(values_only=True)  # type: ignore[union-attr]
    return [{str(name): str(cell.date() if isinstance(cell, datetime) else cell) for name, cell in zip(head, row, strict=True)} for row in rows]


# Reading cells.


def day(text: str) -> date:
    return date.fromisoformat(text[:10])


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", ""))


def days(row: Cells, since: str, until: str) -> int:
    return (day(row[until]) - day(row[since])).days


def hours(row: Cells, since: str, until: str) -> float:
    return (moment(row[until]) - moment(row[since])) / timedelta(hours=1)


def working_days(row: Cells, since: str, until: str) -> int:
    """Mondays to Fridays after the one day, up to the other."""
    return sum((day(row[since]) + timedelta(days=one + 1)).weekday() < 5 for one in range(days(row, since, until)))


def minutes_at(pace: int, words: str) -> int:
    return math.ceil(int(words) / pace)


def if_(holds: bool, word: str, otherwise: str = "(does not follow)") -> str:
    return word if holds else otherwise


# What follows from what.

LIMITS = {"critical": 7, "high": 30, "medium": 90, "low": 90}
"""flaws-mended: days for a flaw of each severity."""


def _change(row: Cells) -> str:
    if row["approved_by"] == row["written_by"]:
        return "seen by one"
    if row["kind"] == "emergency":
        return if_(0 <= working_days(row, "released", "approved") <= 2, "second look in time")
    return if_(day(row["approved"]) <= day(row["released"]), "seen by two")


def _left(row: Cells) -> str:
    open_long_enough, letter = days(row, "left", "open_for_export_until") >= 30, days(row, "deleted", "letter_sent") >= 0
    free = row["taken_as"] in ("CSV", "JSON") and row["charged"] == "nothing"
    gone = days(row, "open_for_export_until", "deleted") >= 0 and days(row, "left", "deleted") <= 90 and days(row, "deleted", "out_of_backups") <= 90
    return if_(open_long_enough and free and letter and gone, "done")


def _deleted(row: Cells) -> str:
    from_backups = row["out_of_backups_by"] == "-" or days(row, "deleted_on", "out_of_backups_by") <= 90
    return if_(0 <= days(row, "ended", "deleted_on") <= 30 and row["left_over"] == "0" and from_backups, "complete")


def _news(row: Cells) -> str:
    if row["customers_told"] != "-":
        return if_(0 <= hours(row, "heard_at", "customers_told") <= 24, "decided and told")
    return if_(row["decided"] in ("-", "nothing to do"), "nothing for us", "decided")


def _supplier_account(row: Cells) -> str:
    observed = RECORDS["supplier-access"].observed
    assert observed is not None
    if row["closed_on"] == "-":
        return if_(day(row["work_ends"]) > observed.date(), "work runs", "open after end")
    return if_(row["closed_on"] == row["work_ends"], "closed", "closed late")


def _password(row: Cells) -> str:
    none = row["shortest"] == "no passwords, keys only"
    return if_(none or (int(row["shortest"]) >= 15 and row["stolen_ones_refused"] == "yes" and int(row["locked_after_tries"]) <= 10), "as promised", "weaker")


def _chosen(row: Cells) -> str:
    if row["tried"] == "new account":
        return "off until chosen"
    as_easy = int(row["clicks_to_switch_off"]) <= int(row["clicks_to_switch_on"])
    return if_(as_easy and int(row["counted_after_hours"]) <= 48, "counts in time", "counts late")


def _risk(row: Cells) -> str:
    decided = all(row[name] not in ("", "-") for name in ("owner", "decision", "decided_on", "look_again"))
    return if_(decided, if_(row["decision"] == "lived with", if_(row["reason"] != "-", "lived with, reason given"), "something is done"))


def _release(row: Cells) -> str:
    all_ran = int(row["tests_between_customers_passed"]) >= 24 and int(row["tests_passed"]) > 1000 and int(row["parts_listed"]) > 0
    if row["went_out"] == "no":
        return if_(int(row["tests_failed"]) > 0, "held back")
    return if_(all_ran and row["tests_failed"] == "0", "all passed before", "something failed")


def _port_scan(row: Cells) -> str:
    assert int(row["unexpected"]) == int(row["doors_open"]) - int(row["on_the_list"])
    return if_(row["factory_passwords_that_work"] == "0", if_(row["unexpected"] == "0", "nothing unexpected", "closed the same day"))


def _look_at_supplier(row: Cells) -> str:
    read = row["papers_read"] == row["incidents_asked"] == "yes" and row["certificate_looked_up"] != "no"
    if row["began"] == "-":
        return if_(read, "not begun")
    return if_(read and row["decision"].startswith("yes") and day(row["looked_on"]) < day(row["began"]), "before")


def _folder(row: Cells) -> str:
    locked = row["connection"] in ("TLS 1.2", "TLS 1.3") and row["at_rest"] == "AES-256"
    return if_(locked and int(row["named_people"]) > 0 and int(row["oldest_file_days"]) <= 30 and bool(row["needed_for"]) and bool(row["owner"]), "in order")


def _log_looked_at(row: Cells) -> str:
    month_after = (day(row["month"] + "-28") + timedelta(days=4)).replace(day=1)
    a_year_back = day(row["oldest_entry"]) <= month_after - timedelta(days=365)
    rung = row["odd"] == "none" or row["supplier_rung"] != "-"
    return if_(a_year_back and rung and month_after <= day(row["looked_at_on"]) <= month_after + timedelta(days=7), "looked at", "skipped")


FIGURES: dict[str, Follows] = {
    "access-review": lambda row: if_(row["reviewed_by"] != row["holder"], row["result"], "not reviewed"),
    "accounts-compared": lambda row: if_(row["without_a_person"] == "0", "none left over", if_(row["closed_on"] == row["on"], "closed the same day")),
    "administrator-log-read": lambda row: if_(row["holds_such_a_key"] == "no" and bool(row["read_on"]), "read", "read by a holder"),
    "administrators": lambda row: if_(row["accounts_for_that_alone"] == row["recorded"] == "yes", str(len(row["holders"].split("; ")))),
    "agreements": lambda row: if_(days(row, "agreement_signed", "first_data") >= 0, "signed before", "signed after"),
    "alarm-drills": lambda row: if_(int(row["minutes_to_answer"]) <= 15, "in time", "late"),
    "announced-ahead": lambda row: if_(days(row, "announced", "in_force") >= 30, "30 days ahead", "later"),
    "answers-drawn": lambda row: if_(row["holds"] == "yes", "holds", if_(row["holds"] == "no" and working_days(row, "drawn_on", "corrected_on") <= 5, "corrected in time")),
    "backup-report": lambda row: if_(row["sent_over"].startswith("TLS") and row["laid_down"] == "Linz" and int(row["gigabytes"]) > 0, "made and encrypted", "missing"),
    "changes-sample": _change,
    "choices-tried": _chosen,
    "customer-reviews": lambda row: if_(days(row, "before_that", "gone_through_on") <= (366 if row["customer"] == "all others" else 200), "in time", "late"),
    "customers-left": _left,
    "deletion-log": _deleted,
    "flaw-reports": lambda row: if_(working_days(row, "received", "first_answer") <= 3, "in time", "late"),
    "guidance-read": lambda row: if_(minutes_at(200, row["words"]) <= int(row["minutes_to_read"]) < 10 and row["read_again"] >= "2025-10-13", "current", "out of date"),
    "incident-review": lambda row: if_(bool(row["cause"]) and 0 <= days(row, "opened", "changed_on") <= 30, "changed in time", "late"),
    "insurance-conditions": lambda row: if_(EXPECTED[row["promise"]][0] == "met", "kept", "not kept"),
    "joiners": lambda row: if_(0 <= days(row, "first_day", "signed") <= 7, "in the first week", "later"),
    "known-flaws": lambda row: if_(int(row["allowed_days"]) == LIMITS[row["severity"]] and days(row, "found", "mended") <= LIMITS[row["severity"]], "in time", "late"),
    "laws": lambda row: if_(row["gap"] == "none", "met", if_(row["owner"] != "-" and row["due"] != "-", "gap has owner and date", "gap without owner")),
    "leadership-briefings": lambda row: if_(bool(row["went_wrong"] and row["missing"] and row["decided"]), "heard and decided"),
    "leavers": lambda row: if_(moment(row["accounts_closed"]) <= moment(row["last_day"]) and row["things_back"] in (row["last_day"][:10], "-"), "in time", "late"),
    "lost-devices": lambda row: if_(0 <= hours(row, "told_us", "wiped") <= 24, "within a day", "later"),
    "machines-compared": lambda row: if_(row["unlisted"] == "0" and int(row["seen_on_our_networks"]) <= int(row["on_the_list"]), "all listed", "unlisted one shut out"),
    "misuse-alarms": lambda row: if_(int(row["noticed_after_minutes"]) <= 10, row["state"], "noticed late"),
    "notices-sent": lambda row: if_(0 <= hours(row, "learned", "sent") <= int(row["allowed_hours"]) and (row["counsel"] == "read before" or row["to"] == "supplier"), "in time", "late"),
    "open-ports": lambda row: if_(bool(row["why"]), "reason given", "no reason"),
    "password-safe": lambda row: if_(row["used_twice"] == row["known_stolen"] == row["shared"] == "0" and int(row["shortest"]) >= 15, "clean", "too short"),
    "password-settings": _password,
    "policies-signed": lambda row: if_(bool(row["read_on"]), "signed", "on leave"),
    "port-scans": _port_scan,
    "privacy-weighed": lambda row: if_(row["began"] == "-", "not begun", if_(row["began"] != "-" and row["weighed_on"] < row["began"], "weighed before", "weighed after")),
    "releases": _release,
    "requests": lambda row: if_(0 <= days(row, "asked", "answered") <= 30 and (row["kind"] in ("access", "portability") or row["others_told"] != "-"), "in time", "late"),
    "restore-tests": lambda row: if_(row["machine"] == "separate" and days(row, "copy_of", "restored_on") == 1 and bool(row["looked_at_by"]), "restored", "failed"),
    "risks": _risk,
    "rooms": lambda row: if_(days(row, "report_of", "read_on") in range(366) and day(row["read_on"]).year == 2026, "read this year", "older report"),
    "shared-folders": _folder,
    "shared-plans": lambda row: if_(row["grade"] == "critical" and row["agreed_on"] <= row["tried_on"] and row["tried_on"] > "2025-10-22", "agreed and tried"),
    "store-keys": lambda row: if_(row["keys_changed"] >= "2025-10-20" and bool(row["keys_kept_by"]), "apart, changed within a year", "apart, not changed"),
    "supplier-access": _supplier_account,
    "supplier-contracts": lambda row: if_(row["data_protection"] == row["notice_in_24_hours"] == row["access_and_looking"] == "yes", "all clauses", "clause missing"),
    "supplier-log-read": _log_looked_at,
    "suppliers-first-look": _look_at_supplier,
    "support-views": lambda row: if_(row["case_opened"] <= row["on"] <= row["case_closed"], if_(row["logged"] == "yes", "case open", "not logged"), "no case"),
    "switch-over-tests": lambda row: if_(int(row["minutes"]) <= int(row["allowed_minutes"]), "in time", "too slow"),
    "threat-news": _news,
    "training-register": lambda row: if_(bool(row["on"]) and int(row["minutes"]) >= 60, "done", "open"),
    "weekly-scans": lambda row: if_(int(row["machines"]) == len(rows_of(RECORDS["servers-current"])), "ran over all", "ran over some"),
}  # fmt: skip

AS_SEEN = {
    "backup-locks", "connection-tests", "corner-trials", "devices-current", "devices-encrypted", "devices-lock", "devices-protected", "devices-wipe", "incident-exercise",
    "log-trials", "sensitive-fields", "servers-current", "servers-protected", "sign-in-settings", "sign-in-staff", "sign-in-systems", "stores-encrypted",
}  # fmt: skip
"""The word is the figure: what a setting said, what a trial came to."""


def test_every_record_is_worked_out_or_named() -> None:
    assert not FIGURES.keys() & AS_SEEN
    assert FIGURES.keys() | AS_SEEN == RECORDS.keys()


@pytest.mark.parametrize("ident", sorted(FIGURES))
def test_the_word_in_a_row_follows_from_its_figures(ident: str) -> None:
    columns = RECORDS[ident].columns
    assert columns is not None
    rows = rows_of(RECORDS[ident])
    assert rows
    assert [row for row in rows if row[columns.outcome] != FIGURES[ident](row)] == []


def test_a_switch_over_is_held_against_the_times_that_the_product_register_says() -> None:
    said = {"4 hours": 240, "1 day": 1440}
    systems = {system.id: system.name.split(" by ")[0] for system in CENTER.profile.systems}
    allowed = {row["system"]: int(row["allowed_minutes"]) for row in rows_of(RECORDS["switch-over-tests"])}
    assert allowed == {systems[row.id]: said[str(getattr(row, "rto"))] for row in CENTER.registers["product"].rows}  # noqa: B009


def test_conditions_of_the_insurance_stand_in_the_register_and_in_the_record() -> None:
    asked = [condition.control for row in CENTER.registers["insurance"].rows for condition in getattr(row, "conditions")]  # noqa: B009
    assert sorted(asked) == sorted(row["promise"] for row in rows_of(RECORDS["insurance-conditions"]))


def test_every_kind_of_data_on_the_list_is_in_the_log_of_deletions() -> None:
    kinds = {row.id for row in CENTER.registers["data"].rows}
    assert kinds | {"disks"} == {row["kind_of_data"] for row in rows_of(RECORDS["deletion-log"])}


def test_everybody_is_on_every_list_of_people() -> None:
    """25 people: in training, under the rules, in the password safe, at sign-in, in the review of access; 25 laptops."""
    people = {ident: len(rows_of(RECORDS[ident])) for ident in ("training-register", "policies-signed", "password-safe")}
    assert set(people.values()) == {25}
    assert sum(row["kind"] == "person" for row in rows_of(RECORDS["sign-in-staff"])) == 25
    assert sum(not row["account"].startswith("adm-") for row in rows_of(RECORDS["access-review"])) == 25
    assert sum(row["kind"] == "laptop" for row in rows_of(RECORDS["devices-current"])) == 25


# Rhythm.

RHYTHMS = {
    "backup-report": ("night", 1), "weekly-scans": ("on", 10), "releases": ("on", 10), "threat-news": ("read_on", 10),
    "machines-compared": ("on", 40), "port-scans": ("on", 40), "administrator-log-read": ("read_on", 40), "supplier-log-read": ("looked_at_on", 40),
    "restore-tests": ("restored_on", 100), "accounts-compared": ("on", 100), "leadership-briefings": ("on", 100), "corner-trials": ("on", 100),
    "alarm-drills": ("set_off", 200), "answers-drawn": ("drawn_on", 200),
}  # fmt: skip
"""Of lists that stand for something done again and again: the column of days, and the most days between two of them."""


@pytest.mark.parametrize("ident", sorted(RHYTHMS))
def test_a_list_of_what_is_done_again_and_again_keeps_its_rhythm(ident: str) -> None:
    column, most = RHYTHMS[ident]
    found = sorted({day(row[column]) for row in rows_of(RECORDS[ident])})
    observed = RECORDS[ident].observed
    assert observed is not None
    assert len(found) >= 2
    assert max((later - earlier).days for earlier, later in pairwise([*found, observed.date()])) <= most


# Days.

AHEAD = {
    "work_ends", "out_of_backups_by", "in_force", "look_again", "due",
}  # fmt: skip
"""Columns that may name a day after the list was made: ends that were agreed, and what is planned."""


@pytest.mark.parametrize("ident", sorted(RECORDS))
def test_no_list_knows_of_days_after_it_was_made(ident: str) -> None:
    observed = RECORDS[ident].observed
    assert observed is not None
    late = [(column, cell) for row in rows_of(RECORDS[ident]) for column, cell in row.items() if column not in AHEAD and _day_in(cell) > observed.date()]
    assert late == []


def _day_in(cell: str) -> date:
    try:
        return day(cell)
    except ValueError:
        return date.min


# Parts that are missing.


def _record_checks(center: Center) -> Iterator[tuple[str, Any]]:  # noqa: F811
    yield from ((control.id, check) for control in center.controls for check in control.checks if check.evidence in RECORDS)


@pytest.mark.parametrize("at", range(sum(1 for _ in _record_checks(CENTER))))
def test_a_list_that_lost_a_third_of_its_rows_shows_nothing(at: int, center: Center, observations: Mapping[str, Observation]) -> None:  # noqa: F811
    """Of the rows that a rule looks at, whichever third it is: cut off, or left out here and there."""
    _, check = list(_record_checks(center))[at]
    reading = observations[check.evidence].reading
    assert reading is not None
    subject = (check.rule.where and check.rule.where.subject) or "*"
    looked_at = tuple(row for row in reading.rows if fnmatchcase(row.subject, subject))
    cut_off, left_out = looked_at[: len(looked_at) - math.ceil(len(looked_at) / 3)], tuple(row for place, row in enumerate(looked_at) if place % 3 != 0)
    for left in (cut_off, left_out):
        assert judge(check.rule, replace(reading, rows=left, examined=len(left))).verdict != "met", check.evidence


def _register_checks(center: Center) -> Iterator[tuple[RegisterName, Any]]:  # noqa: F811
    for control in center.controls:
        for check in control.checks:
            if check.ask is not None:
                yield CENTER.evidence[check.evidence].register_name, check  # type: ignore[misc]


def test_a_register_that_lost_a_third_of_its_rows_shows_nothing(center: Center) -> None:  # noqa: F811
    for name, check in _register_checks(center):
        register = center.registers[name]
        fits = [row for row in register.rows if all(str(getattr(row, column)) in values for column, values in (check.ask.only or {}).items())]
        gone = {row.id for row in fits[len(fits) - math.ceil(len(fits) / 3) :]}
        left = register.model_copy(update={"rows": tuple(row for row in register.rows if row.id not in gone)})
        assert judge_register(check.ask, check.rule.min_rows, left, AS_OF)[0].verdict != "met", (name, check.ask)


def test_a_register_is_asked_for_what_may_be_blank() -> None:
    """A column that every row has to fill in says nothing by being filled in."""
    here = [(name, check.ask.filled or ()) for name, check in _register_checks(CENTER)]
    library = [(way.register, way.rule.get("filled") or ()) for offer in offers().values() for way in offer.shown_by if way.register is not None]
    asked = {(name, column) for name, columns in (*here, *library) for column in columns}
    assert {(name, column) for name, column in asked if REGISTERS[name].model_fields[column].is_required()} == set()  # type: ignore[index]


def test_files_are_all_described(center: Center) -> None:  # noqa: F811
    """Nothing lies among the evidence that no description names."""
    named = {Path(item.description.file).name for item in center.evidence.values() if item.description.file is not None}
    assert {path.name for path in (ROOT / FILES).iterdir() if path.is_file()} <= named
