"""`attest notify` on a small center (tests/cases/notify/center): the clock, drafts, records, decisions, the public notice; and incidents that cannot be meant."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from attest.cli import main
from attest.cli.clock import now_or
from attest.drafts import draft, names_in
from attest.duties import STATES, duties, terms_of
from attest.load import load
from attest.load.deadlines import deadlines
from attest.load.incident_sanity import incident_hints, incident_problems
from attest.load.parties import read_parties
from attest.model.incident import Incident, Words
from attest.model.parties import Parties
from attest.model.register import Notice
from attest.noticed import next_version, why_not, words_digest
from attest.times import parse_day, parse_moment, print_moment
from attest.yaml_lines import parse
from tests.attaching import changed, files
from tests.test_check import BASE
from tests.test_init import ROOT, read_all

CASES = Path(__file__).parent / "cases" / "notify"
NOW = "2026-11-11T08:00:00Z"
FILE = "controls/parties/incidents/i-1.yml"
NOTICE = "controls/notices/i-1.yml"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    shutil.copytree(BASE, tmp_path / "trust")
    return Path(shutil.copytree(CASES / "center", tmp_path / "trust", dirs_exist_ok=True))


def notify(site: Path, *words: str | Path, at: str = NOW) -> int:
    return main(["notify", *map(str, words), "--dir", str(site), "--at", at])


def clock(site: Path, capsys: pytest.CaptureFixture[str], ident: str = "i-1", at: str = NOW) -> dict[str, Any]:
    capsys.readouterr()
    notify(site, ident, "--json", at=at)
    (found,) = json.loads(capsys.readouterr().out)["incidents"]
    return {duty["id"]: duty for duty in found["duties"]} | {"": found}


# The clock.


def test_the_clock_says_what_is_owed_and_its_exit_code_whether_it_is_late(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert notify(site, "i-1") == 0
    said = capsys.readouterr()
    assert re.search(r"^  due +2026-11-11 20:00  in 12 hours  tell-aspen +tell Aspen Freight \(fictional\)$", said.out, re.MULTILINE)
    assert "contract, section 9, within 24 hours" in said.out
    assert "nothing is overdue, 6 due, 1 undecided; next on 2026-11-11 20:00 UTC" in said.err
    assert "not legal advice" in said.err
    assert notify(site, "i-1", at="2026-11-11T21:00:00Z") == 1
    said = capsys.readouterr()
    assert re.search(r"^  undecided, overdue  2026-11-11 20:00  60 minutes ago  decide-others ", said.out, re.MULTILINE)
    assert "4 overdue, 3 due, 0 undecided" in said.err


def test_all_incidents_in_one(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (site / FILE).with_name("i-2.yml").write_text("title: Rehearsed\nstate: confirmed\nexercise: 'yes'\nlearned: 2026-01-01T00:00:00Z\nwhat: w\nparties: [aspen]\n")
    assert notify(site, "--all") == 0
    said = capsys.readouterr().out
    exercise = said[said.index("EXERCISE i-2: Rehearsed") :]
    rows = [line for line in exercise.splitlines()[2:] if re.match(r"  \S", line)]
    assert rows, "each line of an exercise says so"
    assert all(line.startswith("  exercise") for line in rows)
    assert notify(site, "--all", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert [one["incident"] for one in found["incidents"]] == ["i-1", "i-2"]
    assert found["incidents"][1]["exercise"] is True
    assert found["incidents"][1]["overdue"] == 0
    assert "Not legal advice" in found["notice"]


def test_the_laws_are_listed_with_where_they_were_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["notify", "--laws", "--dir", str(tmp_path)]) == 0
    said = capsys.readouterr()
    assert "gdpr-authority: Article 33(1): The data protection authority, 72 hours" in said.out
    assert "Not legal advice" in said.err
    assert main(["notify", "--laws", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)["deadlines"]
    assert {one["id"] for one in listed} == {one.id for one in deadlines().deadlines}
    assert all(one["address"].startswith("https://") for one in listed)


def test_no_incident_at_all(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (site / FILE).unlink()
    assert notify(site, "--all") == 0
    assert "there is no incident in controls/parties/incidents/; begin one with `attest notify --new NAME`" in capsys.readouterr().err


# What is wrong use.


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((), "no incident is named"),
        (("i-3",), "there is no incident 'i-3' in controls/parties/incidents/"),
        (("i-1", "--sent", "tell-aspn", "--by", "Us"), "i-1 has no duty 'tell-aspn'"),
        (("i-1", "--sent", "tell-aspen"), "--by is needed: who, as a role"),
        (("i-1", "--decide", "others", "maybe", "--by", "Us", "--why", "w"), "--decide others maybe is not understood"),
        (("i-1", "--decide", "others", "yes", "--by", "Us"), "--why is needed: why"),
        (("i-1", "--sent", "tell-aspen", "--notice", "--by", "Us"), "--sent and --notice are two things"),
        (("i-1", "--all"), "--all goes with nothing else"),
        (("--new", "I 3"), "'I 3' is no name for an incident"),
        (("--new", "../i-3"), "'../i-3' is no name for an incident"),
        (("--new", "i-3"), "--title is needed"),
        (("--new", "i-3", "--title", "t", "--what", "w", "--party", "aspn"), "there is no party 'aspn' in controls/parties"),
    ],
)
def test_wrong_use_changes_nothing(site: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], says: str) -> None:
    before = files(site)
    assert notify(site, *words) == 2
    assert says in capsys.readouterr().err
    assert not changed(before, files(site))


def test_what_was_done_before_it_was_known_is_wrong_use(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for words in (("--sent", "tell-aspen", "--by", "Us"), ("--decide", "others", "no", "--by", "Us", "--why", "w")):
        assert notify(site, "i-1", *words, at="2026-11-10T19:59:59Z") == 2
        assert "is before anybody learned of the incident" in capsys.readouterr().err


# Records.


def _added(before: bytes, after: bytes) -> list[str]:
    old = before.decode().splitlines()
    rest = iter(after.decode().splitlines())
    assert all(line in rest for line in old), "every line stands, in its order, comments too"
    return [line for line in after.decode().splitlines() if line not in old]


def test_what_was_sent_is_recorded_and_every_comment_stays(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (site / FILE).read_bytes()
    assert notify(site, "i-1", "--sent", "tell-aspen", "--by", "Head of Security", "--channel", "telephone", "--to", "Ida: the #1", "--note", "yes") == 0
    assert _added(before, (site / FILE).read_bytes()) == ["sent:", "  - duty: tell-aspen", f"    at: {NOW}", "    by: Head of Security", "    channel: telephone", '    to: "Ida: the #1"', '    note: "yes"']
    duty = clock(site, capsys)["tell-aspen"]
    assert (duty["state"], duty["at"], duty["by"]) == ("sent", NOW, "Head of Security")
    assert notify(site, "i-1", "--sent", "tell-aspen", "--by", "Us", at="2026-12-01T00:00:00Z") == 0
    assert "it stood there already" in capsys.readouterr().err
    assert clock(site, capsys, at="2026-12-02T00:00:00Z")["tell-aspen"]["state"] == "sent"


def test_what_was_sent_before_something_else_was_done_can_be_written_down_later(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert notify(site, "i-1", "--sent", "action-1", "--by", "IT operations", at="2026-11-20T08:00:00Z") == 0
    assert notify(site, "i-1", "--sent", "tell-aspen", "--by", "Us", at="2026-11-11T09:00:00Z") == 0
    assert clock(site, capsys, at="2026-11-20T08:00:00Z")["tell-aspen"]["state"] == "sent"


def test_what_is_written_down_later_leaves_what_is_left_now(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever notes at midnight that they called at ten is not told how things stood at ten."""
    learned = now_or(None, "now") - timedelta(days=2, hours=12)  # no deadline of whole days passes while this runs
    assert notify(site, "--new", "i-3", "--title", "Odd mail", "--what", "One of a series", "--party", "aspen", at=print_moment(learned)) == 0
    before = int(re.search(r"^(\d+) overdue", capsys.readouterr().err, re.MULTILINE)[1])  # type: ignore[index]
    assert notify(site, "i-3", "--sent", "tell-aspen", "--by", "Us", at=print_moment(learned + timedelta(hours=1))) == 0
    assert before > 1, "a day has passed, and two"
    assert f"\n{before - 1} overdue" in capsys.readouterr().err
    assert notify(site, "i-3", at=print_moment(learned + timedelta(hours=1))) == 0, "the clock itself shows the moment that is asked for"


def test_a_message_that_went_out_late_is_late(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert notify(site, "i-1", "--sent", "insurer-cyber", "--by", "Us", at="2026-11-11T20:00:01Z") == 0
    assert clock(site, capsys, at="2026-11-12T00:00:00Z")["insurer-cyber"]["state"] == "late"


def test_management_counsel_and_actions_are_recorded_where_they_belong(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert notify(site, "i-1", "--sent", "management-aspen", "--by", "Us") == 1
    assert "name the person or role with --to" in capsys.readouterr().err
    assert notify(site, "i-1", "--sent", "management-aspen", "--by", "Us", "--to", "Managing Director") == 0
    assert notify(site, "i-1", "--sent", "counsel", "--by", "Legal counsel") == 0
    assert notify(site, "i-1", "--sent", "action-1", "--by", "IT operations") == 0
    assert notify(site, "i-1", "--sent", "action-1", "--by", "IT operations") == 1
    incident = Incident.model_validate(parse((site / FILE).read_bytes(), FILE).value, by_alias=True)
    assert incident.cause.management is not None
    assert incident.cause.management.whom == "Managing Director"
    assert incident.counsel is not None
    assert incident.public is not None
    assert incident.counsel.words == words_digest(incident.public)
    assert incident.actions[0].done == parse_day("2026-11-11")
    assert b"# agreed on Monday" in (site / FILE).read_bytes()
    found = clock(site, capsys)
    assert [found[ident]["state"] for ident in ("management-aspen", "counsel", "action-1")] == ["sent", "done", "done"]


def test_an_earlier_approval_is_kept(site: Path) -> None:
    assert notify(site, "i-1", "--sent", "counsel", "--by", "Legal counsel") == 0
    assert notify(site, "i-1", "--sent", "counsel", "--by", "Outside counsel", at="2026-11-12T08:00:00Z") == 0
    incident = Incident.model_validate(parse((site / FILE).read_bytes(), FILE).value, by_alias=True)
    assert [(one.duty, one.by) for one in incident.sent] == [("counsel", "Legal counsel")]
    assert incident.counsel is not None
    assert incident.counsel.by == "Outside counsel"


def test_others_are_decided_and_an_earlier_decision_is_kept(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert notify(site, "i-1", "--decide", "others", "no", "--by", "Us", "--why", "Nothing of theirs was reached") == 0
    assert "tell-birch" not in clock(site, capsys)
    assert notify(site, "i-1", "--decide", "others", "yes", "--by", "Head of Security", "--why", "They share the sign-in", at="2026-11-11T10:00:00Z") == 0
    found = clock(site, capsys, at="2026-11-11T10:00:00Z")
    assert found["tell-birch"]["state"] == "due"
    assert found["decide-others"]["note"] == "they are told: They share the sign-in"
    incident = Incident.model_validate(parse((site / FILE).read_bytes(), FILE).value, by_alias=True)
    assert [(one.tell, one.why) for one in incident.others_before] == [("no", "Nothing of theirs was reached")]


def test_what_does_not_apply_is_waived_with_its_reason(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for duty in ("insurer-cyber", "tell-aspen"):
        assert notify(site, "i-1", "--waive", duty, "--by", "Managing Director", "--why", "Below: the excess") == 0
    assert clock(site, capsys)["insurer-cyber"]["note"] == f"Below: the excess (Managing Director, {NOW})"
    assert clock(site, capsys)["tell-aspen"]["state"] == "waived"
    assert notify(site, "i-1", "--waive", "insurer-cyber", "--by", "Us", "--why", "w") == 1
    assert "is waived already" in capsys.readouterr().err


def test_a_file_with_problems_is_not_written_into_and_the_clock_says_it_could_not_tell(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (site / FILE).write_text((site / FILE).read_text().replace("parties: [aspen]", "parties: [aspen, gone]"))
    before = files(site)
    assert notify(site, "i-1", "--sent", "tell-aspen", "--by", "Us") == 1
    assert "there is no party 'gone'" in capsys.readouterr().err
    assert not changed(before, files(site))
    assert notify(site, "i-1") == 3
    said = capsys.readouterr()
    assert "there is no party 'gone'" in said.err
    assert "tell-gone" in said.out


def test_a_broken_file_of_another_party_does_not_hold_up_a_record(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (site / "controls/parties/birch.yml").write_text("name: [")
    assert notify(site, "i-1", "--sent", "tell-aspen", "--by", "Us") == 0
    assert notify(site, "i-1") == 3
    assert "controls/parties/birch.yml:" in capsys.readouterr().err


def test_an_incident_that_cannot_be_read_names_its_lines(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (site / FILE).write_text("title: t\nstate: open\n")
    assert notify(site, "i-1") == 1
    assert f"{FILE}:2: state: 'open' is not one of" in capsys.readouterr().err


# Beginning.


def test_a_new_incident_is_one_and_what_it_proposes_is_understood(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert notify(site, "--new", "i-3", "--title", "Odd: mail", "--what", "#1 of a series", "--party", "aspen", "--party", "birch") == 0
    made = (site / FILE).with_name("i-3.yml")
    assert "it is private, and never published" in capsys.readouterr().err
    incident = Incident.model_validate(parse(made.read_bytes(), "i-3.yml").value, by_alias=True)
    assert (incident.title, incident.what, incident.parties, incident.state) == ("Odd: mail", "#1 of a series", ("aspen", "birch"), "suspected")
    proposed = re.sub(r"^# (?=[a-z_]+:|  - )", "", made.read_text().replace("2026-01-31", "2026-11-30").replace("2026-02-14", "2026-12-14"), flags=re.MULTILINE).replace("began: 2026-11-30", "began: 2026-10-30")
    whole = Incident.model_validate(parse(proposed.encode(), "i-3.yml").value, by_alias=True)
    assert whole.actions
    assert whole.public is not None
    before = files(site)
    assert notify(site, "--new", "i-3", "--title", "t", "--what", "w") == 1
    assert "is there already" in capsys.readouterr().err
    assert not changed(before, files(site))


def test_on_a_terminal_it_asks(site: Path) -> None:
    import pty

    leader, follower = pty.openpty()
    command = [sys.executable, "-m", "attest", "notify", "--new", "i-4", "--exercise"]
    with subprocess.Popen(command, cwd=site, env={**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"}, stdin=follower, stdout=subprocess.DEVNULL, stderr=follower) as process:
        os.write(leader, b"\nWe rehearse\nA stolen laptop\n")
        assert process.wait(timeout=60) == 0
        os.close(follower)
        shown = read_all(leader)
    assert "is empty, write it out" in shown
    text = (site / FILE).with_name("i-4.yml").read_text()
    assert text.startswith('title: We rehearse\nstate: suspected\nexercise: "yes"\nlearned: ')
    assert "what: A stolen laptop\n" in text


# Drafts.


def test_drafts_say_what_has_to_be_said_and_mark_what_is_missing(site: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert notify(site, "i-1", "--decide", "others", "yes", "--by", "Us", "--why", "They share the sign-in") == 0
    assert notify(site, "i-1", "--draft", tmp_path / "out") == 0
    made = {path.name.removeprefix("i-1-").removesuffix(".md"): path.read_text() for path in (tmp_path / "out").iterdir()}
    assert set(made) == {"tell-aspen", "tell-birch", "management-aspen", "insurer-cyber"}
    aspen = made["tell-aspen"]
    for text in made.values():
        assert [line for line in text.splitlines() if line.startswith("## ")][-1] == "## Whom to talk to", "whom to talk to is what a message ends with"
    for heading in ("What happened", "Which data or systems", "What we have done and will do", "What you should do", "What we do not know yet", "When we write again", "Whom to talk to"):
        assert f"## {heading}\n" in aspen
    assert "Eleven accounts were opened" in aspen, "its own name may stand in what it is told"
    assert "- The accounts are locked\n- Still to come, by 15 December 2026: Hold bulk tries" in aspen
    assert "[Fill in: what we do not know yet. In the incident's file: unknown]" in aspen
    assert "Security contact, security@aspen.example" in aspen
    assert "attest notify i-1 --sent tell-aspen --by ROLE" in aspen
    assert "Passwords were read from a browser" in made["management-aspen"]
    assert "Passwords were read from a browser" in made["insurer-cyber"]


def test_other_customers_are_told_in_public_words_and_never_whom_it_began_with(site: Path, tmp_path: Path) -> None:
    assert notify(site, "i-1", "--decide", "others", "yes", "--by", "Us", "--why", "They share the sign-in") == 0
    assert notify(site, "i-1", "--draft", tmp_path / "out") == 0
    birch = (tmp_path / "out/i-1-tell-birch.md").read_text()
    assert "Somebody tried stolen names and passwords." in birch
    assert "Switch on a second factor." in birch
    for private in ("Aspen", "aspen", "Eleven", "browser", "They share"):
        assert private not in birch


def test_a_text_that_names_another_party_is_left_out(site: Path, tmp_path: Path) -> None:
    text = (site / FILE).read_text().replace("parties: [aspen]", "parties: [aspen, birch]")
    (site / FILE).write_text(text)
    assert notify(site, "i-1", "--draft", tmp_path / "with") == 0
    assert "## What happened\n\nSomebody tried stolen names and passwords.\n" in (tmp_path / "with/i-1-tell-birch.md").read_text(), "the public words stand in its place"
    (site / FILE).write_text(text[: text.index("public:")])
    assert notify(site, "i-1", "--draft", tmp_path / "out") == 0
    birch = (tmp_path / "out/i-1-tell-birch.md").read_text()
    assert "[Fill in: what happened. Left out, since the text we have names somebody else]" in birch
    assert "- Left out, since it names somebody else: what happened" in birch
    assert "Aspen" not in birch


@pytest.mark.parametrize(("text", "found"), [
    ("Aspen Freight called", True), ("ASPEN FREIGHT", True), ("by Aspen Fragt ApS.", True), ("Aspen Freighters", False), ("the aspen tree", False), ("", False),
    ("Aspen\nFreight called", True), ("Aspen\u00a0Freight", True), ("aspen-freight", True), ("write to security@aspen.example", True),
])  # fmt: skip
def test_names_in_a_text(site: Path, text: str, found: bool) -> None:
    shelf, _ = read_parties(site, load(site).profile)
    assert names_in(text, shelf.parties.parties) == (("aspen",) if found else ())


def test_the_decision_about_others_is_made_and_not_waived(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (site / FILE).read_bytes()
    assert notify(site, "i-1", "--waive", "decide-others", "--by", "Sales", "--why", "They would only worry") == 1
    assert "decide it: --decide others yes|no" in capsys.readouterr().err
    assert (site / FILE).read_bytes() == before


def test_an_exercise_says_so_in_every_draft_and_is_owed_to_nobody(site: Path, tmp_path: Path) -> None:
    (site / FILE).write_text((site / FILE).read_text().replace("state: confirmed", 'state: confirmed\nexercise: "yes"'))
    assert notify(site, "i-1", at="2027-11-11T08:00:00Z") == 3  # the register has it: somebody hides one behind the word
    register = site / "controls/registers/incidents.yml"
    register.write_text(register.read_text().replace("i-1", "i-0"))
    assert notify(site, "i-1", at="2027-11-11T08:00:00Z") == 0
    assert notify(site, "i-1", "--draft", tmp_path / "out") == 0
    made = [path.read_text() for path in (tmp_path / "out").iterdir()]
    assert len(made) == 3
    for text in made:
        head, body = text.split("\n---\n", 1)
        assert head.startswith("EXERCISE: nothing has happened")
        assert "**EXERCISE. Nothing has happened.**" in body


def test_a_draft_that_somebody_changed_is_not_overwritten(site: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert notify(site, "i-1", "--draft", tmp_path / "out") == 0
    assert notify(site, "i-1", "--draft", tmp_path / "out", at="2026-11-11T09:00:00Z") == 0
    mine = tmp_path / "out/i-1-tell-aspen.md"
    mine.write_text(mine.read_text() + "My words.\n")
    (tmp_path / "out/i-1-insurer-cyber.md").unlink()
    before = files(tmp_path)
    assert notify(site, "i-1", "--draft", tmp_path / "out") == 1
    assert "i-1-tell-aspen.md is there, and somebody may have written in it" in capsys.readouterr().err
    assert not changed(before, files(tmp_path))


@pytest.mark.parametrize("place", ["content", "content/x", "controls/parties", "public", "public/../content", "published/deeper"])
def test_drafts_lie_nowhere_that_is_published(site: Path, place: str, capsys: pytest.CaptureFixture[str]) -> None:
    (site / "published/attestation").mkdir(parents=True)
    (site / "published/attestation/assessment.json").touch()
    before = files(site)
    assert notify(site, "i-1", "--draft", site / place) == 1
    assert "and this is private" in capsys.readouterr().err
    assert not changed(before, files(site))


def test_drafts_lie_in_no_repository_that_would_take_them(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    subprocess.run(["git", "init", "-q"], cwd=site, check=True)
    assert notify(site, "i-1", "--draft", site / "out") == 1
    assert not (site / "out").exists()
    (site / ".gitignore").write_text("out/\n")
    assert notify(site, "i-1", "--draft", site / "out") == 0


def test_every_field_of_an_incident_stays_out_of_what_other_customers_read(site: Path) -> None:
    """Each text of the model with a canary in it; those under public alone may come through."""
    center = load(site)
    shelf, _ = read_parties(site, center.profile)
    from attest.cli.notify import sender_of

    incident = _canaried()
    known = Parties(parties={**shelf.parties.parties})
    terms = terms_of(center, deadlines())
    found = {duty.id: duty for duty in duties("i", incident, known, terms, parse_moment(NOW))}
    text = draft(found["tell-birch"], incident, known, sender_of(center), parse_moment(NOW)).text.split("\n---\n", 1)[1]
    assert set(re.findall(r"canary-[\w.]+", text)) == {"canary-public.happened", "canary-public.affected", "canary-public.doing", "canary-public.you", "canary-again"}


def _canaried() -> Incident:
    moment = "2026-11-10T21:00:00Z"
    return Incident.model_validate({
        "title": "canary-title", "state": "confirmed", "learned": "2026-11-10T20:00:00Z", "what": "canary-what", "data": ["canary-data"], "parties": ["aspen"], "systems": ["web"],
        "cause": {"by": "customer-employee", "party": "aspen", "what": "canary-cause", "management": {"told": moment, "by": "canary-by", "whom": "canary-whom"}},
        "counsel": {"approved": moment, "by": "canary-counsel"}, "forensics": {"firm": "canary-firm"}, "done": ["canary-done"], "consequences": "canary-consequences", "advice": "canary-advice",
        "unknown": "canary-unknown", "again": "canary-again", "others": {"tell": "yes", "why": "canary-why", "by": "canary-by", "decided": moment},
        "others_before": [{"tell": "no", "why": "canary-before", "by": "canary-by", "decided": moment}],
        "actions": [{"what": "canary-action", "owner": "canary-owner", "due": "2026-12-01"}], "waived": {"insurer-cyber": "canary-waived"},
        "sent": [{"duty": "insurer-cyber", "at": moment, "by": "canary-by", "channel": "canary-channel", "to": "canary-to", "note": "canary-note"}],
        "public": {"title": "canary-public.title", "happened": "canary-public.happened", "affected": "canary-public.affected", "doing": "canary-public.doing", "you": "canary-public.you"},
    })  # fmt: skip


# The public notice.


def test_a_notice_waits_for_counsel_and_for_these_very_words(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = files(site)
    assert notify(site, "i-1", "--notice", "--by", "Us") == 1
    assert "legal counsel has not approved it" in capsys.readouterr().err
    assert not changed(before, files(site))
    assert notify(site, "i-1", "--sent", "counsel", "--by", "Legal counsel") == 0
    (site / FILE).write_text((site / FILE).read_text().replace("The accounts are locked.", "The accounts are gone."))
    assert notify(site, "i-1", "--notice", "--by", "Us") == 1
    assert "the words have changed since Legal counsel approved them" in capsys.readouterr().err
    assert not (site / NOTICE).exists()


def test_a_notice_holds_the_words_for_the_public_and_nothing_else(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert notify(site, "i-1", "--decide", "others", "yes", "--by", "Us", "--why", "They share the sign-in") == 0
    assert notify(site, "i-1", "--sent", "counsel", "--by", "Legal counsel") == 0
    assert notify(site, "i-1", "--notice", "--by", "Head of Security") == 0
    assert (site / NOTICE).read_text() == (
        'title: "An incident: Web application"\nkind: incident\nvisibility: public\nsystems: [web]\nothers_told: Other customers on the same platform are told, without naming anybody.\n'
        "approved_by: Legal counsel\nversions:\n  - date: 2026-11-11\n    happened: Somebody tried stolen names and passwords.\n    affected: Shipments of one customer may have been seen.\n"
        "    doing: The accounts are locked.\n    you: Switch on a second factor.\n"
    )
    assert clock(site, capsys)["notice"]["state"] == "done"
    assert not [one for one in load(site).notices["i-1"].versions if "Aspen" in str(one)]
    before = files(site)
    assert notify(site, "i-1", "--notice", "--by", "Us") == 0
    assert "says so already; nothing was written" in capsys.readouterr().err
    assert not changed(before, files(site))


def test_a_later_version_is_appended_and_the_earlier_stands(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert notify(site, "i-1", "--sent", "counsel", "--by", "Legal counsel") == 0
    assert notify(site, "i-1", "--notice", "--by", "Us") == 0
    first = (site / NOTICE).read_bytes()
    (site / FILE).write_text((site / FILE).read_text().replace("The accounts are locked.", "It is over.").replace("state: confirmed", "state: closed\nclosed: 2026-11-12T07:00:00Z"))
    later = "2026-11-12T08:00:00Z"
    assert notify(site, "i-1", "--notice", "--by", "Us", at=later) == 1
    assert notify(site, "i-1", "--sent", "counsel", "--by", "Legal counsel", at=later) == 0
    assert notify(site, "i-1", "--notice", "--by", "Us", at=later) == 0
    second = (site / NOTICE).read_bytes()
    assert second.startswith(first)
    assert second[len(first) :].decode() == (
        "  - date: 2026-11-12\n    happened: Somebody tried stolen names and passwords.\n    affected: Shipments of one customer may have been seen.\n    doing: It is over.\n"
        '    you: Switch on a second factor.\n    closed: "yes"\n'
    )


def test_what_would_give_something_away_is_not_written(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for said, reason in (("Aspen Freight is mending it.", "the words for the public name Aspen Freight"), ("See wiki.harbourline-intern.example.", "would publish an internal host name")):
        text = (site / FILE).read_text()
        (site / FILE).write_text(text.replace("The accounts are locked.", said))
        assert notify(site, "i-1", "--sent", "counsel", "--by", "Legal counsel") == 0
        assert notify(site, "i-1", "--notice", "--by", "Us") == 1
        assert reason in capsys.readouterr().err
        assert not (site / NOTICE).exists()
        (site / FILE).write_text(text)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"exercise": "yes"}, "it is an exercise, and nothing of one is published"),
        ({"state": "none"}, "it turned out to be none"),
        ({"public": None}, "there are no words for the public"),
        ({"counsel": None}, "legal counsel has not approved it"),
        ({"counsel": {"approved": NOW, "by": "C", "words": "0" * 64}}, "the words have changed since C approved them"),
    ],
)
def test_every_reason_against_a_notice(change: dict[str, Any], reason: str) -> None:
    good = {"title": "t", "state": "confirmed", "learned": "2026-11-10", "what": "w", "public": {"happened": "h"}, "counsel": {"approved": NOW, "by": "C", "words": words_digest(Words(happened="h"))}}
    day = parse_day("2026-11-12")
    assert why_not(Incident.model_validate(good), None, Parties(), day) == ()
    said = {key: value for key, value in (good | change).items() if value is not None}
    assert any(reason in one for one in why_not(Incident.model_validate(said), None, Parties(), day))


def test_an_approval_by_hand_names_no_words_and_so_publishes_none() -> None:
    there = Notice.model_validate({"title": "t", "kind": "incident", "versions": [{"date": "2026-11-11", "happened": "before"}]})
    said = {"title": "t", "state": "confirmed", "learned": "2026-11-10", "what": "w", "public": {"happened": "h"}}
    day, approval = parse_day("2026-11-13"), {"approved": "2026-11-12T09:00:00Z", "by": "C"}
    bare = Incident.model_validate(said | {"counsel": approval})
    assert bare.public is not None
    for before in (None, there):
        (why,) = why_not(bare, before, Parties(), day)
        assert "nothing says which words C approved" in why
    bound = Incident.model_validate(said | {"counsel": {**approval, "words": words_digest(bare.public)}})
    assert why_not(bound, None, Parties(), day) == why_not(bound, there, Parties(), day) == ()
    same = Incident.model_validate(said | {"public": {"happened": "before"}, "counsel": approval})
    assert next_version(same, there, day) is None
    assert why_not(same, there, Parties(), day) == (), "what stands there already is published"


# Incidents that cannot be meant.


@pytest.mark.parametrize("file", sorted((CASES / "bad").glob("*.yml")), ids=lambda file: file.stem)
def test_bad_incidents_are_named_at_their_lines(file: Path, site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (site / FILE).write_bytes(file.read_bytes())
    expected = [line.removeprefix("#! ") for line in file.read_text().splitlines() if line.startswith("#! ")]
    assert main(["check", str(site), "--as-of", NOW]) == 1
    said = [line.removeprefix(f"{FILE}:") for line in capsys.readouterr().err.splitlines() if line.startswith(FILE)]
    assert said == [re.sub(r"^(\d+): : ", r"\1: ", line) for line in expected]


def test_an_incident_that_the_register_does_not_know_is_a_hint(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copy(site / FILE, (site / FILE).with_name("i-9.yml"))
    center = load(site)
    shelf, _ = read_parties(site, center.profile)
    assert [str(hint) for hint in incident_hints(shelf, center)] == ["controls/parties/incidents/i-9.yml: the register of incidents has no row 'i-9', add one to controls/registers/incidents.yml"]
    assert list(incident_problems(shelf, center, terms_of(center, deadlines()), parse_moment(NOW))) == []
    assert notify(site, "i-9") == 0
    assert "hint: controls/parties/incidents/i-9.yml" in capsys.readouterr().err


def test_another_repository_of_parties(site: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.move(site / "controls/parties", tmp_path / "elsewhere")
    with (site / "controls/center.yml").open("a") as file:
        file.write(f"parties: {tmp_path / 'elsewhere'}\n")
    assert notify(site, "i-1", "--sent", "tell-aspen", "--by", "Us") == 0
    assert "tell-aspen" in (tmp_path / "elsewhere/incidents/i-1.yml").read_text()
    assert notify(site, "--new", "i-5", "--title", "t", "--what", "w") == 0
    assert (tmp_path / "elsewhere/incidents/i-5.yml").is_file()


# The page about it.


def test_the_page_tells_every_state_and_shows_words_that_are_understood() -> None:
    page = (ROOT / "docs/incidents.md").read_text()
    told = re.findall(r"`(\w+)`", page.split("| state | means |", 1)[1].split("\n\n", 1)[0])
    assert sorted(told) == sorted(STATES)
    public, profile = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    Words.model_validate(parse(public.encode(), "shown.yml").value["public"])
    assert set(parse(profile.encode(), "shown.yml").value["laws"]) <= {law.id for law in deadlines().laws}


def test_every_duty_that_the_page_names_begins_as_it_says(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = (ROOT / "docs/incidents.md").read_text()
    table = page.split("| who | from where | the duty's name |", 1)[1].split("\n\n", 1)[0]
    named = {word for row in table.splitlines()[2:] for word in re.findall(r"`([a-z0-9-]+)`", row.split("|")[3])}
    found = set(clock(site, capsys)) | {one.id for one in deadlines().deadlines}
    assert all(any(ident.startswith(word) for ident in found) for word in named)
    assert {"tell-", "management-", "decide-others", "insurer-", "counsel", "notice", "action-1"} <= named
