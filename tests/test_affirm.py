"""A person's affirmation: signed, checked with the sources, carried by releases, held against a reader's pin, and gone when it has run out."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attest import affirmation, keys
from attest.affirmation import PATH, Affirmation, affirmed, parse_affirmation, parse_affirmed, print_affirmation, print_affirmed, read_affirmation
from attest.cli import main
from attest.errors import Refused, Unreadable
from attest.fetch import Folder
from attest.load import check_sources
from attest.load.affirmed import find_affirmation
from attest.pages.environment import environment
from attest.prepare import prepare, released
from attest.sign import bundle_of
from attest.signers.keyfile import create_keyfile, open_keyfile
from attest.times import end_of, parse_moment
from attest.trust import Pin, Trust
from attest.verify.answer import Answer
from attest.verify.question import Question
from attest.verify.verifier import verify_bundle, verify_site
from attest.wire import jcs, openssh
from tests import signed_site, sites, small_site
from tests.signed_site import EDWARDS, KEY, OTHER, Files, Key

AT = small_site.AT
MADE = "2026-11-21T11:00:00Z"
OFFICER = EDWARDS
ACT = Affirmation(signed_site.CENTER, "Harbourline (fictional)", "I stand by it.\nAll of it.", "Managing Director", parse_moment("2026-11-01T05:00:00Z"), date(2026, 12, 1), OFFICER.spki)


# the format


def test_what_is_printed_reads_back() -> None:
    payload = print_affirmation(ACT)
    assert parse_affirmation(payload) == ACT
    assert read_affirmation(signed_site.enveloped(payload, OFFICER)) == (ACT, True)
    assert parse_affirmed(print_affirmed(affirmed(ACT, 3)), 7) == affirmed(ACT, 3)


def test_another_signature_under_the_same_name_is_told_apart() -> None:
    payload = print_affirmation(ACT)
    assert read_affirmation(signed_site.enveloped(payload, OTHER))[1] is False, "the hint names another key"
    bundle = json.loads(signed_site.enveloped(payload, OFFICER))
    other = json.loads(signed_site.enveloped(print_affirmation(replace(ACT, text="I do not.")), OFFICER))
    bundle["dsseEnvelope"]["signatures"] = other["dsseEnvelope"]["signatures"]
    assert read_affirmation(jcs.canonical(bundle))[1] is False


@given(st.text(min_size=1, max_size=200).filter(str.strip), st.integers(0, 366))
def test_any_text_and_any_term_up_to_a_year(text: str, days: int) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        return
    made = replace(ACT, text=text, until=ACT.affirmed_at.date() + timedelta(days=days))
    assert parse_affirmation(print_affirmation(made)) == made


@pytest.mark.parametrize("change", [
    {"text": " "}, {"text": "a" * 4001}, {"role": "\n"}, {"role": "a" * 201}, {"until": date(2026, 10, 31)}, {"until": date(2027, 11, 3)},
])
def test_what_nobody_may_affirm_is_not_printed(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"has to say something|for a year at most"):
        print_affirmation(replace(ACT, **change))


def _changed(payload: bytes, change: dict[str, Any], inside: str | None = "predicate") -> bytes:
    said = json.loads(payload)
    (said[inside] if inside else said).update(change)
    return jcs.canonical(said)


@pytest.mark.parametrize(("change", "inside", "why"), [
    ({"predicateType": "https://w3id.org/attest-center/withdrawal/v0.1"}, None, "not that of an affirmation"),
    ({"subject": []}, None, "one form"),
    ({"until": "2028-11-01"}, "predicate", "for a year at most"),
    ({"until": "2026-12-01T00:00:00Z"}, "predicate", "dates"),
    ({"affirmedAt": "2026-11-01T05:00:00+00:00"}, "predicate", "dates"),
    ({"text": ""}, "predicate", "text is not text"),
    ({"extra": 1}, "predicate", "one form"),
    ({"keys": {"officer": "AAAA"}}, "predicate", "not a public key"),
    ({"keys": {}}, "predicate", "keys.officer is not text"),
    ({"center": []}, "predicate", "center is not an object"),
])
def test_other_payloads_are_unreadable(change: dict[str, Any], inside: str | None, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        parse_affirmation(_changed(print_affirmation(ACT), change, inside))


@pytest.mark.parametrize("data", [b"", b"{}", b"x" * (affirmation.MOST_BYTES + 1), signed_site.enveloped(print_affirmation(ACT), OFFICER, "text/plain")])
def test_other_files_are_unreadable(data: bytes) -> None:
    with pytest.raises(Unreadable):
        read_affirmation(data)


@pytest.mark.parametrize("change", [{"since": 0}, {"since": 8}, {"since": True}, {"key": "SHA256:short"}, {"role": None}, {"until": "soon"}])
def test_a_statement_that_tells_it_wrong_is_unreadable(change: dict[str, Any]) -> None:
    with pytest.raises(Unreadable):
        parse_affirmed({**print_affirmed(affirmed(ACT, 3)), **change}, 7)


def test_it_stands_through_its_last_day() -> None:
    said = affirmed(ACT, 1)
    assert not said.stands(ACT.affirmed_at - timedelta(seconds=1))
    assert said.stands(ACT.affirmed_at)
    assert said.stands(end_of(ACT.until) - timedelta(seconds=1))
    assert not said.stands(end_of(ACT.until))


# with the sources


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The smallest center, with a managing director who has a key in ../ana.pem."""
    folder = Path(shutil.copytree(small_site.SOURCES, tmp_path / "center"))
    signer = create_keyfile(tmp_path / "ana.pem", "ed25519", None)
    with (folder / "controls/center.yml").open("a") as center:
        center.write(f'signatories:\n  - {{role: Head of Security}}\n  - {{role: Managing Director, name: Ana Example, key: "{signer.fingerprint}"}}\n')
    return folder


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ATTEST_KEYS", str(tmp_path / "keys"))
    monkeypatch.delenv("ATTEST_PASSPHRASE", raising=False)
    monkeypatch.setenv("NO_COLOR", "1")


def affirm(root: Path, *words: str, at: str = MADE) -> int:
    return main(["affirm", "--key", str(root.parent / "ana.pem"), "--dir", str(root), "--at", at, *(words or ("--yes",))])


def problems(root: Path, at: datetime = AT) -> list[str]:
    return [str(problem) for problem in check_sources(root, at)[2]]


def test_affirmed_and_found_good(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert affirm(root, "--yes", "--json") == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["role"], said["affirmedAt"], said["until"], said["file"]) == ("Managing Director", MADE, "2027-11-21", "controls/affirmation.sigstore.json")
    assert problems(root) == []
    made, signed = read_affirmation((root / said["file"]).read_bytes())
    assert signed
    assert made.text == "I have read what this trust center says of Kestrel Parcels. To the best of my knowledge it is true, and Kestrel Parcels stands by it."
    assert affirm(root, "--yes", "--text", "Again.") == 0, "a new act takes the place of the old one"
    assert find_affirmation(root, check_sources(root, AT)[0].profile, AT).affirmation.text == "Again."  # type: ignore[union-attr]


def test_what_is_signed_is_shown_and_needs_a_person(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert affirm(root, "--text", "All of it is true.") == 2
    said = capsys.readouterr().err
    assert "All of it is true." in said
    assert "has to see what is signed" in said
    assert not (root / "controls/affirmation.sigstore.json").exists()


@pytest.mark.parametrize(("words", "code", "why"), [
    (("--until", "2028-01-01"), 2, "for a year at most"),
    (("--until", "2026-11-20"), 2, "for a year at most"),
    (("--until", "next year"), 2, "is not a day"),
    (("--role", "Head of Security"), 1, "no signatory of center.yml has the key"),
    (("--text", "<b>bold</b>"), 1, "holds markup"),
    (("--text", "a\u202eb"), 1, "direction override"),
    (("--text", "ask ana@kestrel.example"), 1, "an e-mail address that is no contact"),
    (("--text", "see crm.corp.kestrel.example"), 1, "would publish"),
    (("--text", " "), 2, "has to say something"),
    (("--text", "a" * 5000), 2, "at most 4000"),
    (("--text-file", "nowhere.txt"), 2, "cannot be read"),
])
def test_what_may_not_be_affirmed_is_not_written(root: Path, words: tuple[str, ...], code: int, why: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert affirm(root, "--yes", *words) == code
    assert why in capsys.readouterr().err
    assert not (root / "controls/affirmation.sigstore.json").exists()


def test_the_key_that_signs_releases_is_no_persons(root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    opened = keys.create(tmp_path / "keys", "p256", None)
    assert main(["affirm", "--key", str(tmp_path / "keys/statement.pem"), "--dir", str(root), "--yes"]) == 2
    assert "the key that signs releases" in capsys.readouterr().err
    _sign(root, replace(ACT, center=small_site.CENTER, center_name="Kestrel Parcels", spki=opened.signer.spki, affirmed_at=parse_moment(MADE)), tmp_path / "keys/statement.pem")
    center = root / "controls/center.yml"
    center.write_text(center.read_text().replace("name: Ana Example, key: ", f'name: Ana Example, key: "{opened.signer.fingerprint}", # '))
    text = center.read_text()
    center.write_text(text[: text.index(", # ")] + "}\n")
    assert problems(root) == []
    with pytest.raises(Refused, match="the key that signs releases"):
        released(prepare(root, AT, None, bytes(32), as_unknown=False), replace(sites.RELEASE, spki=opened.signer.spki), bytes(32), None)


def _sign(root: Path, made: Affirmation, key: Path) -> None:
    (root / "controls/affirmation.sigstore.json").write_bytes(bundle_of(print_affirmation(made), open_keyfile(key, None)))


def _good(root: Path) -> Affirmation:
    spki = open_keyfile(root.parent / "ana.pem", None).spki
    return replace(ACT, center=small_site.CENTER, center_name="Kestrel Parcels", spki=spki, affirmed_at=parse_moment(MADE))


@pytest.mark.parametrize(("change", "why"), [
    ({"center": "https://trust.other.example/"}, "is of 'https://trust.other.example/'"),
    ({"role": "Chief Wizard"}, "no signatory of center.yml has that role"),
    ({"role": "Head of Security"}, "center.yml names no key for Head of Security"),
    ({"affirmed_at": parse_moment("2026-11-21T12:00:01Z")}, "has not come yet"),
    ({"text": "a\u200bb"}, "zero-width space"),
    ({"text": "[a](javascript:b)"}, "javascript: address"),
])
def test_check_names_what_is_wrong_with_it(root: Path, change: dict[str, Any], why: str) -> None:
    _sign(root, _good(root), root.parent / "ana.pem")
    assert problems(root) == []
    _sign(root, replace(_good(root), **change), root.parent / "ana.pem")
    found = problems(root)
    assert len(found) == 1
    assert why in found[0]
    assert found[0].startswith("controls/affirmation.sigstore.json: ")


def test_check_tells_a_forged_one_from_a_damaged_one(root: Path) -> None:
    create_keyfile(root.parent / "mallory.pem", "ed25519", None)
    _sign(root, _good(root), root.parent / "mallory.pem")
    assert "is not signed by the key it names" in problems(root)[0]
    (root / "controls/affirmation.sigstore.json").write_text("{}")
    assert "cannot be read" in problems(root)[0]


def test_a_link_in_its_place_is_not_followed(root: Path) -> None:
    (root / "controls/affirmation.sigstore.json").symlink_to(root.parent / "ana.pem")
    found = problems(root)
    assert any("symbolic link" in problem for problem in found)
    assert not any("PRIVATE" in problem for problem in found)


def test_a_key_that_is_no_fingerprint_is_named(root: Path) -> None:
    center = root / "controls/center.yml"
    center.write_text(center.read_text().replace("SHA256:", "MD5:"))
    assert "signatories[1].key: 'MD5:" in problems(root)[0]


def test_one_that_ran_out_stops_nothing_and_is_said(root: Path) -> None:
    _sign(root, _good(root), root.parent / "ana.pem")
    day = parse_moment("2026-12-01T23:59:59Z")
    assert prepare(root, day, None, None, as_unknown=True).record["affirmation"]["until"] == "2026-12-01"
    late = prepare(root, day + timedelta(seconds=1), None, None, as_unknown=True)
    assert "affirmation" not in late.record
    assert PATH not in late.files
    assert any("ran out on 2026-12-01" in str(warning) for warning in late.warnings)
    assert not any("affirmation" in problem for problem in problems(root, day + timedelta(seconds=1)))


def test_status_tells_until_when(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def status(at: str, *words: str) -> str:
        capsys.readouterr()
        assert main(["status", str(root), "--as-of", at, *words]) == 0
        return capsys.readouterr().out

    assert json.loads(status(MADE, "--json"))["affirmation"] is None
    assert "affirmed" not in status(MADE)
    _sign(root, _good(root), root.parent / "ana.pem")
    assert json.loads(status(MADE, "--json"))["affirmation"] == {"role": "Managing Director", "affirmedAt": MADE, "until": "2026-12-01", "stands": True}
    assert "affirmed by Managing Director until 2026-12-01\n" in status(MADE)
    assert "until 2026-12-01, which has passed: `attest affirm`" in status("2026-12-02")


def test_a_persons_key(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["keys", "new", "--person", str(tmp_path / "bo.pem"), "--algorithm", "ed25519", "--no-passphrase", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert open_keyfile(tmp_path / "bo.pem", None).fingerprint == shown["fingerprint"]
    assert openssh.fingerprint(openssh.spki_of_line((tmp_path / "bo.pem.pub").read_text())) == shown["fingerprint"]
    assert not (tmp_path / "keys").exists(), "the keys folder is not touched"
    assert main(["keys", "new", "--person", str(tmp_path / "bo.pem"), "--no-passphrase"]) == 1
    assert "there already" in capsys.readouterr().err


# carried by releases


@pytest.fixture
def dest(root: Path, tmp_path: Path) -> Iterator[Path]:
    assert main(["keys", "new", "--no-passphrase"]) == 0
    yield tmp_path / "public"


def publish(root: Path, dest: Path, at: str, *words: str) -> Answer:
    assert main(["publish", str(dest), "--dir", str(root), "--at", at, *words]) == 0
    return ask(dest, at)


def ask(dest: Path, at: str, officer: Pin | None = None) -> Answer:
    ours = keys.public_of(dest.parent / "keys")
    issuer = Pin(small_site.CENTER, "issuer", openssh.fingerprint(ours))
    return verify_site(Folder(dest), Question(Trust((issuer, *filter(None, [officer]))), parse_moment(at)))


def said(answer: Answer) -> str:
    return " | ".join(finding.what for step in answer.steps.values() for finding in step.findings)


@pytest.mark.slow
def test_releases_carry_it_and_say_so(root: Path, dest: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answer = publish(root, dest, "2026-11-21T12:00:00Z", "--first")
    assert (answer.word, answer.facts.statement.affirmation) == ("valid", None)  # type: ignore[union-attr]
    assert "There is no current affirmation by a person." in (dest / "verify.html").read_text()

    affirm(root, "--yes", "--until", "2026-11-25", at="2026-11-22T11:00:00Z")
    answer = publish(root, dest, "2026-11-22T12:00:00Z")
    assert answer.word == "valid"
    assert "affirmed by Managing Director on 2026-11-22, until 2026-11-25; " in said(answer)
    assert "not pinned as officer" in said(answer)
    assert "Affirmed by Managing Director (Ana Example) on" in (dest / "index.html").read_text()
    assert "This is the first release that carries it." in (dest / "report.html").read_text()
    assert "I have read what this trust center says" in (dest / "verify.html").read_text()

    answer = publish(root, dest, "2026-11-23T12:00:00Z")
    assert "carried over since release 2 and issued automatically" in said(answer)
    for page in ("index.html", "report.html", "verify.html"):
        assert "Carried over since release 2: this release was issued automatically." in (dest / page).read_text()
    late = ask(dest, "2026-11-26T00:00:00Z")
    assert (late.word, "there is no current affirmation" in said(late)) == ("valid", True)

    key = answer.facts.statement.affirmation.key  # type: ignore[union-attr]
    pinned = ask(dest, "2026-11-23T13:00:00Z", Pin(small_site.CENTER, "officer", key, source="told by phone"))
    assert (pinned.word, pinned.facts.officer.source) == ("valid", "told by phone")  # type: ignore[union-attr]
    assert "pinned as officer (told by phone)" in said(pinned)
    elsewhere = ask(dest, "2026-11-23T13:00:00Z", Pin("https://trust.other.example/", "officer", key))
    assert elsewhere.facts.officer is None, "a pin is good for one center"

    affirm(root, "--yes", "--until", "2026-11-25", "--text", "Still so.", at="2026-11-24T11:00:00Z")
    assert "issued automatically" not in said(publish(root, dest, "2026-11-24T12:00:00Z")), "a new act"

    answer = publish(root, dest, "2026-11-26T12:00:00Z")
    assert (answer.word, answer.facts.statement.affirmation) == ("valid", None)  # type: ignore[union-attr]
    assert not (dest / PATH).exists()
    assert "Still so." not in "".join((dest / page).read_text() for page in ("index.html", "report.html", "verify.html"))
    assert "ran out on 2026-11-25" in capsys.readouterr().err
    assert verify_bundle((dest / "attestation/releases/3/bundle.sigstore.json").read_bytes(), Question(Trust(), parse_moment("2026-11-23T13:00:00Z"))).word == "unknown-signer"


# what a verifier holds against it


def site(act: Affirmation | None = ACT, key: Key = OFFICER, told: dict[str, Any] | None = None) -> Files:
    """A signed site that lists an affirmation and tells of one."""

    def tell(made: dict[str, Any]) -> None:
        if told is not None:
            made["affirmation"] = told

    def add(files: Files) -> None:
        if act is not None:
            files[PATH] = signed_site.enveloped(print_affirmation(act), key)

    return signed_site.site(1, on_record=tell, on_files=add)


def findings(answer: Answer) -> list[tuple[int, str, str]]:
    return [(finding.number, finding.outcome, finding.what) for step in answer.steps.values() for finding in step.findings if finding.code]


TOLD = print_affirmed(affirmed(ACT, 1))


def test_the_act_that_is_told_is_the_one_that_is_listed() -> None:
    assert signed_site.ask(site(told=TOLD)).word == "valid"


@pytest.mark.parametrize(("files", "why"), [
    (lambda: site(None, told=TOLD), "and attestation/affirmation.sigstore.json is not listed"),
    (lambda: site(told=None), "the statement names no affirmation"),
    (lambda: site(told={**TOLD, "text": "I stand by nothing."}), "tells of another affirmation"),
    (lambda: site(told={**TOLD, "until": "2026-12-02"}), "tells of another affirmation"),
    (lambda: site(told={**TOLD, "role": "Head of Security"}), "tells of another affirmation"),
    (lambda: site(told={**TOLD, "key": OTHER.fingerprint}), "tells of another affirmation"),
    (lambda: site(key=OTHER, told=TOLD), "is not signed by the key it names"),
    (lambda: site(replace(ACT, center="https://trust.other.example/"), told=TOLD), "is of another center"),
    (lambda: site(replace(ACT, spki=KEY.spki), KEY, print_affirmed(affirmed(replace(ACT, spki=KEY.spki), 1))), "no person's own act"),
    (lambda: site(early := replace(ACT, affirmed_at=parse_moment("2025-11-01T05:00:00Z"), until=date(2026, 10, 31)), told=print_affirmed(affirmed(early, 1))), "did not stand at its as-of"),
    (lambda: site(ahead := replace(ACT, affirmed_at=parse_moment("2026-11-01T07:00:00Z")), told=print_affirmed(affirmed(ahead, 1))), "did not stand at its as-of"),
])
def test_a_publisher_that_tells_another_act_is_found(files: Any, why: str) -> None:
    answer = signed_site.ask(files())
    assert answer.word == "forged"
    assert [(number, outcome) for number, outcome, what in findings(answer) if why in what] == [(8, "no")], findings(answer)


@pytest.mark.parametrize(("before", "since", "word"), [
    ({**TOLD, "since": 1}, 1, "valid"),
    ({**TOLD, "since": 1}, 2, "forged"),
    (None, 2, "valid"),
    (None, 1, "forged"),
    ({**TOLD, "since": 1, "text": "Another."}, 2, "valid"),
    ({**TOLD, "since": 1, "text": "Another."}, 1, "forged"),
])
def test_an_old_act_does_not_become_new_by_being_told_anew(before: dict[str, Any] | None, since: int, word: str) -> None:
    first = signed_site.site(1, on_record=lambda made: made.update(affirmation=before) if before else None)
    second = signed_site.site(
        2, before=first, on_record=lambda made: made.update(affirmation={**TOLD, "since": since}), on_files=lambda files: files.update({PATH: signed_site.enveloped(print_affirmation(ACT), OFFICER)}),
    )  # fmt: skip
    answer = signed_site.ask(second, 2)
    assert answer.word == word, findings(answer)
    pruned = {path: data for path, data in second.items() if "releases/1/" not in path}
    assert signed_site.ask(pruned, 2).word == "valid", "what the release before said is then not known"


def test_a_changed_act_is_a_changed_file() -> None:
    files = site(told=TOLD)
    files[PATH] += b" "
    assert (7, "no", f"{PATH} is not as listed") in findings(signed_site.ask(files))


def test_something_else_in_its_place_is_not_read() -> None:
    def add(files: Files) -> None:
        files[PATH] = b"{}"

    answer = signed_site.ask(signed_site.site(1, on_record=lambda made: made.update(affirmation=TOLD), on_files=add))
    assert answer.word == "could-not-tell"


def test_another_key_than_the_officers_is_the_wrong_signer() -> None:
    trust = Trust((signed_site.pin(), signed_site.pin(OTHER, role="officer")))
    answer = signed_site.ask(site(told=TOLD), trust=trust)
    assert answer.word == "wrong-signer"
    assert findings(answer)[0][0] == 4
    gone = Trust((signed_site.pin(), signed_site.pin(OFFICER, role="officer", not_after=signed_site.FIRST)))
    assert signed_site.ask(site(told=TOLD), trust=gone).word == "wrong-signer", "a pin out of its time"
    both = Trust((signed_site.pin(), signed_site.pin(OTHER, role="officer"), signed_site.pin(OFFICER, role="officer")))
    assert signed_site.ask(site(told=TOLD), trust=both).word == "valid"
    assert signed_site.ask(site(None), trust=trust).word == "valid", "nobody affirmed, and nobody has to"


def test_an_officers_key_signs_no_release() -> None:
    assert signed_site.ask(signed_site.site(1), trust=Trust((signed_site.pin(role="officer"),))).word != "valid"


def test_hostile_words_of_an_affirmation_stay_words() -> None:
    bad = sites.BREAKS_OUT
    made = sites.hostile()
    record = {**made.record, "affirmation": print_affirmed(affirmed(replace(ACT, text=bad, role=bad), 3))}
    from attest.pages import draw
    from attest.pages.drawn import Edition

    edition = Edition(sites.AS_OF, sites.UNTIL, sites.RELEASE)
    pages = {drawn.path: drawn.html for drawn in draw(record, edition, made.center.frameworks, environment(None)) if drawn.path in ("index.html", "report.html", "verify.html")}  # type: ignore[arg-type]
    assert len(pages) == 3
    for html in pages.values():
        assert "Carried over since release 3" in html
        assert "<script>window" not in html
        assert "<img src=x" not in html
