"""What runs out: listed, walked through on a terminal, and as a calendar."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from attest.authoring.expiring import Expiry
from attest.authoring.ical import calendar
from attest.load import load
from tests.attaching import FILES, attest, center, changed, commit, files
from tests.test_keys import attest as command
from tests.test_keys import on_a_terminal

LATE = "2027-12-01"
"""Past everything in the center."""
WORD = "kind: declaration\ntitle: Decoys stand\nby: Head of Platform   # who else\nstatement: Two decoys stand in every network.\nobserved: 2026-03-01\nuntil: 2027-02-28\n"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    made = center(tmp_path)
    (made / "controls/evidence/word.yml").write_text(WORD)
    with (made / "controls/customers/decoys.yml").open("a") as stream:
        stream.write("checks:\n  - evidence: word\n    max_age: 1y\nplan: {owner: Platform, due: 2026-12-31, why: More of them}\ntreatment: {decision: accepted, owner: Head, reason: Small, until: 2027-06-30}\n")
    commit(made)
    return made


def walk(site: Path, answers: list[str], as_of: str = LATE, *words: str) -> tuple[int, str]:
    return on_a_terminal(site, command("renew", "--as-of", as_of, *words), [f"{answer}\n".encode() for answer in answers])


# The list.


def test_elsewhere_it_is_a_list_soonest_first(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert attest(site, "renew", "--within", "1y") == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["2027-02-01", "2027-03-01", "2027-07-01", "2027-10-05"]
    assert re.match(r"2027-02-01 +62 days +rules-written.1 +Rules +rules-written +Office$", lines[0])


def test_what_has_run_out_answers_one(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert attest(site, "renew", as_of="2027-02-15") == 1
    out = capsys.readouterr().out
    assert "out of date" in out
    assert "14 days" in out
    assert "admins" not in out, "not within 30 days"


def test_one_owners_alone(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert attest(site, "renew", "--owner", "it OPERATIONS", as_of=LATE) == 1
    assert capsys.readouterr().out.count("\n") == 1
    assert attest(site, "renew", "--owner", "IT operation") == 2
    assert "did you mean 'IT operations'?" in capsys.readouterr().err
    assert attest(site, "renew", "--within", "soon") == 2


def test_the_list_for_programs(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert attest(site, "renew", "--json", "--within", "90d") == 0
    first, second = json.loads(capsys.readouterr().out)["renew"]
    assert first == {
        "expires": "2027-02-01T00:00:00Z", "daysLeft": 62, "what": "evidence", "evidence": "rules-written.1", "title": "Rules",
        "controls": ["rules-written"], "owners": ["Office"], "collect": False,
    }  # fmt: skip
    assert second["evidence"] == "word"


# The walk.


def test_a_new_file_is_taken_as_attach_takes_it(site: Path) -> None:
    before = files(site)
    code, talk = walk(site, ["f", f"'{FILES / 'admins.csv'}'", "2027-11-20"], LATE, "--owner", "IT operations")
    assert code == 0, talk
    assert changed(before, files(site)) == ["controls/evidence/admins.yml", "controls/evidence/files/admins.csv"]
    assert "observed: 2027-11-20   # the day of the export" in (site / "controls/evidence/admins.yml").read_text()
    assert "our-second-factor: unknown -> not-met" in talk


def test_a_declaration_is_stood_by_again(site: Path) -> None:
    code, talk = walk(site, ["date", "yes", "", "2027-11-30", ""], "2027-12-01", "--owner", "Platform")
    assert "Two decoys stand in every network." in talk
    assert "decoys: unknown -> met" in talk, talk
    described = load(site).evidence["word"].description
    assert (described.by, described.observed, described.until) == ("Head of Platform", datetime(2027, 11, 30, tzinfo=UTC), date(2028, 11, 29))
    assert "by: Head of Platform   # who else\n" in (site / "controls/evidence/word.yml").read_text()
    assert "somebody has to decide: edit treatment" in talk
    assert code == 1, "the accepted risk is past its day, and nobody but its owner can renew it"


def test_whoever_does_not_say_yes_stands_by_nothing(site: Path) -> None:
    before = files(site)
    code, talk = walk(site, ["date", "well", "quit"], LATE, "--owner", "Platform")
    assert code == 1
    assert "nothing was written" in talk
    assert files(site) == before


def test_a_document_is_gone_over_again_where_it_is_written(site: Path) -> None:
    code, talk = walk(site, ["d", "yes", "2027-11-30"], LATE, "--owner", "Office")
    assert code == 0, talk
    assert "observed: 2027-11-30, visibility: public}   # inline" in (site / "controls/customers/rules-written.yml").read_text()


def test_rows_grow_no_younger_by_a_new_day(site: Path) -> None:
    before = files(site)
    code, talk = walk(site, ["date", "quit"], LATE, "--owner", "IT operations")
    assert "[d]ate" not in talk
    assert "[f]ile, [s]kip, [q]uit" in talk
    assert code == 1
    assert files(site) == before


def test_a_mistake_is_said_and_asked_again(site: Path) -> None:
    code, talk = walk(site, ["f", "nowhere.csv", "f", str(FILES / "policy.md"), "skip"], LATE, "--owner", "IT operations")
    assert "there is no file 'nowhere.csv'" in talk
    assert "policy.md: " in talk
    assert code == 1


def test_skip_goes_on_and_the_end_of_input_stops(site: Path) -> None:
    before = files(site)
    pid_code, talk = on_a_terminal(site, command("renew", "--as-of", LATE), [b"s\n", b"s\n", b"\x04"])
    assert pid_code == 1, talk
    assert "1 of 4" in talk
    assert "3 of 4" in talk
    assert files(site) == before


def test_a_day_to_come_is_not_taken(site: Path) -> None:
    code, talk = walk(site, ["d", "yes", "2027-12-24", "2027-11-30"], LATE, "--owner", "Office")
    assert "that is still to come" in talk
    assert code == 0


# Status and the calendar.


def test_status_says_who_is_next(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert attest_status(site, "--json", "--owner", "Platform") == 0
    found = json.loads(capsys.readouterr().out)
    assert [(one["evidence"], one["what"], one["daysLeft"], one["owners"]) for one in found["expiring"]] == [("word", "evidence", 90, ["Platform"]), (None, "treatment", 212, ["Platform"])]
    assert found["expired"] == []
    assert len(found["controls"]) == 4, "an owner narrows what runs out, not the verdicts"
    assert attest_status(site) == 0
    assert "next to run out: 2027-02-01  rules-written.1 (Office)" in capsys.readouterr().out


def attest_status(site: Path, *words: str) -> int:
    from attest.cli import main

    return main(["status", str(site), "--as-of", "2026-12-01", *words])


def test_the_calendar_is_one_and_always_the_same(site: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert attest_status(site, "--calendar") == 0
    data = capfdbinary.readouterr().out
    assert attest_status(site, "--calendar") == 0
    assert capfdbinary.readouterr().out == data
    assert data.count(b"\n") == data.count(b"\r\n")
    assert max(map(len, data.split(b"\r\n"))) <= 75, "RFC 5545, 3.1"
    found = Calendar.from_ical(data)
    events = list(found.walk("VEVENT"))
    assert [str(event["summary"]) for event in events] == [
        "Renew: Rules", "Renew: Decoys stand", "Decide again on an accepted risk: Decoys stand in every network", "Renew: Administrators' sign-in",
    ]  # fmt: skip
    first = events[0]
    assert first.decoded("dtstart") == date(2027, 1, 31), "the last day it counts"
    assert first.decoded("dtstamp") == datetime(2026, 12, 1, tzinfo=UTC)
    assert str(first["uid"]).endswith("@trust.tern.example")
    assert str(first["description"]) == "Shows: rules-written"
    (alarm,) = first.walk("VALARM")
    assert (str(alarm["action"]), alarm.decoded("trigger")) == ("DISPLAY", timedelta(days=-7))
    assert not any(secret in data for secret in (b"Office", b"Platform", b"Head of", b"decoys stand in every network.", b"files/"))


TITLES = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=120)


@given(TITLES, st.datetimes(datetime(1971, 1, 1), datetime(2998, 1, 1)))
def test_titles_and_days_survive_the_calendar(title: str, expires: datetime) -> None:
    thing = Expiry(expires.replace(tzinfo=UTC), "evidence", "a", title, ("b",), ("c",))
    data = calendar([thing], "https://trust.tern.example/", "x", datetime(2026, 12, 1, tzinfo=UTC))
    (event,) = Calendar.from_ical(data).walk("VEVENT")
    assert str(event["summary"]) == f"Renew: {title}"
    assert event.decoded("dtend") - event.decoded("dtstart") == timedelta(days=1)


def test_a_uid_is_the_things_and_not_its_days() -> None:
    def uid(**changes: object) -> str:
        said = {"expires": datetime(2027, 1, 1, tzinfo=UTC), "what": "evidence", "id": "a", "title": "A", "controls": ("b",), "owners": ("c",), **changes}
        (event,) = Calendar.from_ical(calendar([Expiry(**said)], "https://a.example/", "x", datetime(2026, 12, 1, tzinfo=UTC))).walk("VEVENT")  # type: ignore[arg-type]
        return str(event["uid"])

    assert uid() == uid(expires=datetime(2028, 1, 1, tzinfo=UTC), title="B", controls=("d",))
    assert len({uid(), uid(id="b"), uid(what="plan")}) == 3


def test_evidence_that_cannot_be_read_is_named(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (site / "controls/evidence/files/admins-2026-10.csv").unlink()
    assert attest(site, "renew") == 0
    assert "admins.yml:4: file: the file 'files/admins-2026-10.csv' is missing" in capsys.readouterr().err


def test_piped_away_it_is_a_list_for_whoever_sits_at_a_terminal_too(site: Path) -> None:
    code, talk = on_a_terminal(site, ["/bin/bash", "-c", 'set -o pipefail; "$@" | cat', "-", *command("renew", "--as-of", LATE)], [])
    assert code == 1, talk
    assert "what now" not in talk
    assert "word" in talk


def test_a_table_for_a_report_is_refused_without_a_list_of_every_format(site: Path) -> None:
    assert attest(site, "attach", "encrypted-in-transit", FILES.parent.parent / "readings/good/testssl-flat.json", "--covers", "api,web", "--observed", "2026-11-20", "--id", "scan") == 0
    commit(site)
    _, talk = walk(site, ["f", str(FILES / "devices.csv"), "q"], "2026-12-31", "--owner", "Platform")
    assert "devices.csv is no report that is read, and evidence 'scan' is one" in talk
    assert "its format has been testssl so far" in talk
