"""Who hears what by when: cases in tests/cases/duties, one file each, and what holds of every one of them.

    why; parties, incident, tells, insurance, clauses, laws, frameworks, notices; at; expect: every duty there is, by id, and what is said of it
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attest.duties import OPEN, Duty, Terms, duties
from attest.load.deadlines import deadlines
from attest.model.deadline import Deadlines, Period, parse_period
from attest.model.incident import Incident
from attest.model.parties import Parties
from attest.model.party import Party
from attest.model.register import Clause, Insurance, NoticeTerm
from attest.times import parse_day, parse_moment, print_moment
from attest.yaml_lines import parse

CASES = sorted((Path(__file__).parent / "cases" / "duties").glob("*.yml"))


def case(file: Path) -> dict[str, Any]:
    return dict(parse(file.read_bytes(), file.name).value)


def terms(said: dict[str, Any]) -> Terms:
    return Terms(
        tells=tuple(map(NoticeTerm.model_validate, said.get("tells", ()))),
        insurance=tuple(map(Insurance.model_validate, said.get("insurance", ()))),
        clauses=tuple(map(Clause.model_validate, said.get("clauses", ()))),
        laws=said.get("laws"),
        taken_on=frozenset(said.get("frameworks", ())),
        deadlines=deadlines(),
        notices={ident: parse_day(day) for ident, day in said.get("notices", {}).items()},
    )


def reckoned(said: dict[str, Any], at: datetime | None = None) -> dict[str, Duty]:
    known = Parties(parties={ident: Party.model_validate(party) for ident, party in said.get("parties", {}).items()})
    found = duties("i", Incident.model_validate(said["incident"]), known, terms(said), at or parse_moment(said["at"]))
    assert len({duty.id for duty in found}) == len(found)
    return {duty.id: duty for duty in found}


def _holds(duty: Duty, key: str, wanted: Any) -> bool:
    if key in ("due", "at"):
        moment = getattr(duty, key)
        return moment is not None and print_moment(moment) == wanted
    if key == "overdue":
        return duty.overdue is (wanted == "yes")
    if key == "because":
        return any(wanted in ground.source for ground in duty.grounds)
    if key == "why":
        return any(wanted in ground.why for ground in duty.grounds)
    if key == "unknown":
        return any(wanted in unknown for ground in duty.grounds for unknown in ground.unknown)
    if key == "contacts":
        return list(duty.contacts) == wanted
    if key == "holds":
        return all(any(one in piece.says for piece in duty.contains) for one in wanted)
    return bool(getattr(duty, key) == wanted)


@pytest.mark.parametrize("file", CASES, ids=lambda file: file.stem)
def test_case(file: Path) -> None:
    said = case(file)
    found = reckoned(said)
    assert sorted(found) == sorted(said["expect"])
    for ident, wanted in said["expect"].items():
        for key, value in wanted.items():
            assert _holds(found[ident], key, value), (ident, key, value, found[ident])
        if "due" not in wanted and wanted.get("state") in ("due", "undecided") and "overdue" not in wanted:
            assert not found[ident].overdue


def test_every_state_occurs() -> None:
    assert {duty.state for file in CASES for duty in reckoned(case(file)).values()} == {"due", "overdue", "undecided", "sent", "done", "late", "waived", "exercise"}


# What holds of all.

hours = st.integers(-100, 20_000)


@given(st.sampled_from(CASES), hours, hours)
def test_what_is_overdue_stays_so_while_nobody_acts(file: Path, one: int, other: int) -> None:
    said = case(file)
    said["incident"] = {key: value for key, value in said["incident"].items() if key not in ("sent", "counsel", "others", "cause", "notice")} | {"state": "confirmed"}
    said["incident"].pop("closed", None)
    begin = parse_moment(said["incident"]["learned"])
    before, after = (reckoned(said, begin + timedelta(hours=moment)) for moment in sorted((one, other)))
    assert all(after[ident].overdue for ident, duty in before.items() if duty.overdue)
    assert {ident: duty.due for ident, duty in before.items()} == {ident: duty.due for ident, duty in after.items()}


@given(st.sampled_from(CASES), st.sampled_from(["personal_data", "high_risk", "significant", "role", "people", "data"]))
def test_not_knowing_never_takes_a_duty_away(file: Path, fact: str) -> None:
    """Whoever deletes what is known finds each duty still there, decided or not."""
    said = case(file)
    known = reckoned(said)
    said["incident"] = {key: value for key, value in said["incident"].items() if key != fact}
    assert set(known) <= set(reckoned(said))


@given(st.sampled_from(CASES), hours)
def test_nothing_is_owed_in_an_exercise(file: Path, moment: int) -> None:
    said = case(file)
    said["incident"] = {**{key: value for key, value in said["incident"].items() if key != "notice"}, "exercise": "yes"}
    found = reckoned(said, parse_moment(said["incident"]["learned"]) + timedelta(hours=moment))
    assert not any(duty.owed or duty.overdue for duty in found.values())
    assert all(duty.exercise for duty in found.values())


@given(st.sampled_from(CASES))
def test_the_owed_come_first_and_the_late_before_them(file: Path) -> None:
    order = [(not duty.owed, not duty.overdue) for duty in reckoned(case(file)).values()]
    assert order == sorted(order)
    assert all(duty.state in OPEN for duty in reckoned(case(file)).values() if duty.overdue)


# Periods.

moments = st.datetimes(datetime(2000, 1, 1), datetime(2090, 12, 31), timezones=st.just(UTC)).map(lambda moment: moment.replace(microsecond=0))


@given(moments, st.integers(1, 60))
def test_months_end_on_the_same_day_or_the_last_one(moment: datetime, count: int) -> None:
    end = Period(count, "mo").after(moment)
    assert (end.year * 12 + end.month) - (moment.year * 12 + moment.month) == count
    assert end.time() == moment.time()
    assert end.day == moment.day or (end.day < moment.day and (end + timedelta(days=1)).day == 1)


@given(moments, st.integers(1, 30))
def test_business_days(moment: datetime, count: int) -> None:
    end = Period(count, "bd").after(moment)
    between = [moment.date() + timedelta(days=day) for day in range(1, (end.date() - moment.date()).days + 1)]
    assert sum(day.weekday() < 5 for day in between) == count
    assert end.weekday() < 5
    assert end <= datetime(end.year, end.month, end.day, 21, tzinfo=UTC)


@given(moments, st.integers(1, 99), st.sampled_from(["h", "d", "mo", "bd"]))
def test_a_longer_period_ends_no_earlier_and_reads_back(moment: datetime, count: int, unit: Any) -> None:
    period = Period(count, unit)
    assert parse_period(str(period)) == period
    assert period.after(moment) <= Period(count + 1, unit).after(moment)
    assert period.after(moment) > moment or unit == "bd"


@pytest.mark.parametrize(
    ("begins", "period", "ends"),
    [
        ("2027-01-31T10:00:00Z", "1mo", "2027-02-28T10:00:00Z"),
        ("2028-01-31T10:00:00Z", "1mo", "2028-02-29T10:00:00Z"),
        ("2026-12-31T23:59:59Z", "1mo", "2027-01-31T23:59:59Z"),
        ("2026-03-28T23:30:00Z", "72h", "2026-03-31T23:30:00Z"),
        ("2026-09-11T22:30:00Z", "4bd", "2026-09-17T21:00:00Z"),
        ("2026-09-12T10:00:00Z", "4bd", "2026-09-17T10:00:00Z"),
        ("2026-09-13T10:00:00Z", "1bd", "2026-09-14T10:00:00Z"),
    ],
)
def test_periods_by_hand(begins: str, period: str, ends: str) -> None:
    assert print_moment(parse_period(period).after(parse_moment(begins))) == ends


@pytest.mark.parametrize("text", ["", "0h", "-1h", "72", "72 h", "1m", "1.5d", "١h", "99999h", "P3D"])
def test_what_is_no_period(text: str) -> None:
    with pytest.raises(ValueError, match="is not a period, write it as 72h"):
        parse_period(text)


# The library's deadlines.

TIMES = {
    "gdpr-authority": ("Article 33(1)", "learned", "72h"),
    "gdpr-people": ("Article 34(1)", "learned", None),
    "gdpr-customer": ("Article 33(2)", "learned", None),
    "uk-gdpr-authority": ("UK GDPR, Article 33(1)", "learned", "72h"),
    "nis2-early-warning": ("Article 23(4)(a)", "learned", "24h"),
    "nis2-notification": ("Article 23(4)(b)", "learned", "72h"),
    "nis2-final": ("Article 23(4)(d)", "sent", "1mo"),
    "dora-initial": ("DORA Article 19(4)(a); Delegated Regulation 2025/301, Article 5", "classified", "4h"),
    "dora-intermediate": ("DORA Article 19(4)(b); Delegated Regulation 2025/301, Article 5", "sent", "72h"),
    "dora-final": ("DORA Article 19(4)(c); Delegated Regulation 2025/301, Article 5", "sent", "1mo"),
    "cra-incident-early-warning": ("Article 14(4)(a)", "learned", "24h"),
    "cra-incident-notification": ("Article 14(4)(b)", "learned", "72h"),
    "cra-incident-final": ("Article 14(4)(c)", "sent", "1mo"),
    "cra-flaw-early-warning": ("Article 14(2)(a)", "learned", "24h"),
    "cra-flaw-notification": ("Article 14(2)(b)", "learned", "72h"),
    "cra-flaw-final": ("Article 14(2)(c)", "contained", "14d"),
    "hipaa-covered-entity": ("45 CFR 164.410", "learned", "60d"),
    "hipaa-people": ("45 CFR 164.404", "learned", "60d"),
    "hipaa-media": ("45 CFR 164.406", "learned", "60d"),
    "hipaa-secretary": ("45 CFR 164.408(b)", "learned", "60d"),
    "hipaa-secretary-yearly": ("45 CFR 164.408(c)", "year-end", "60d"),
    "us-ca-people": ("Section 1798.82(a)", "learned", "30d"),
    "us-ca-attorney-general": ("Section 1798.82(f)", "sent", "15d"),
    "us-sec-filing": ("Form 8-K, Item 1.05", "classified", "4bd"),
    "us-nydfs-superintendent": ("23 NYCRR 500.17(a)", "confirmed", "72h"),
}
"""What the laws say, written out a second time."""


def test_the_times_are_those_of_the_laws() -> None:
    known = {one.id: (one.article, one.start, str(one.within) if one.within else None) for one in deadlines().deadlines}
    assert {ident: known[ident] for ident in TIMES} == TIMES
    assert {ident for ident, (_, _, within) in known.items() if within is not None} <= set(TIMES)


def test_each_says_where_it_was_read_and_when() -> None:
    assert "Not legal advice" in deadlines().about
    for one in deadlines().deadlines:
        assert one.address.startswith("https://"), one.id
        assert one.read.startswith("https://"), one.id
        assert date(2026, 11, 1) <= one.checked <= date(2027, 12, 31), one.id
        assert one.contains, one.id


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"law": "other"}, "names laws that are not listed: other"),
        ({"from": "sent"}, "follows another message without naming it"),
        ({"from": "sent", "after": "a"}, "does not stand before it"),
        ({"cap": {"from": "learned", "within": "24h"}}, "has a second limit and no first one"),
        ({"within": "1y"}, "is not a period"),
    ],
)
def test_a_deadline_that_cannot_be_meant_is_refused(change: dict[str, Any], says: str) -> None:
    one = {"id": "a", "law": "l", "article": "1", "told": "people", "to": "them", "from": "learned", "address": "https://x.example", "read": "https://x.example", "checked": "2026-11-30", "by": "wording"}
    good = {"about": "n", "laws": [{"id": "l", "title": "L"}], "deadlines": [one]}
    assert Deadlines.model_validate(good, by_alias=True).deadlines[0].id == "a"
    with pytest.raises(ValueError, match=says):
        Deadlines.model_validate({**good, "deadlines": [{**one, **change}]}, by_alias=True)
