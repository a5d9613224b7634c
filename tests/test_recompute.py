"""Verdicts once more from the evidence at hand: everything that is at hand comes out the same, a difference is named, the rest is said."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from attest.disclose import Signed, disclose
from attest.errors import Refused
from attest.observe import clear_bytes
from attest.prepare import Prepared, prepare
from attest.published import claims_of
from attest.recompute import Again, AtHand, ControlAgain, recompute
from attest.record import project
from attest.statement import ASSESSMENT, MANIFEST, parse_statement, print_statement, release_fields
from attest.wire.package import Named, Package, print_package
from tests.conftest import ROOT
from tests.handover import AT, Ferries
from tests.test_lists import root
from tests.test_reference import AS_OF

__all__ = ["root"]

Capture = pytest.CaptureFixture[str]
ALL = ("rules", "crews", "engines", "sworn.3", "register.reviews", "register.documents")
"""What no reader has without a package."""


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Ferries:
    """A center with one release; tests leave it as it is."""
    return Ferries(tmp_path_factory.mktemp("ferries"))


def files_of(there: Ferries, folder: Path, *changes: tuple[str, bytes, bytes]) -> str:
    """A reader's folder with all of its evidence, some of it changed."""
    mine = Path(shutil.copytree(there.root / "controls/evidence/files", folder / "mine"))
    for name, old, new in changes:
        data = (mine / name).read_bytes()
        assert old in data
        (mine / name).write_bytes(data.replace(old, new))
    return str(mine)


def again(there: Ferries, capsys: Capture, *words: str, where: Path | None = None) -> tuple[int, dict[str, Any]]:
    """Exit code, and what is said of recomputing."""
    code, said = there.verify(capsys, "--recompute", *words, where=where)
    assert said["exit"] == code
    return code, said["recompute"]


def checks(said: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """By control and number."""
    return {f"{control['control']}.{check['number']}": check for control in said["controls"] for check in control["checks"]}


def packages(there: Ferries, *idents: str) -> list[str]:
    return [word for ident in idents for word in ("--package", str(there.hand_over(ident)))]


# All the same.


def test_what_is_public_comes_out_the_same(one: Ferries, capsys: Capture, tmp_path: Path) -> None:
    code, said = again(one, capsys, "--evidence", files_of(one, tmp_path))
    assert (code, said["answer"], said["same"], said["different"], said["notAtHand"]) == (0, "same", 5, 0, 6)
    words = {name: check["answer"] for name, check in checks(said).items()}
    assert {name for name, word in words.items() if word == "same"} == {"boats-checked.1", "flaws-weighed.1", "helpers-looked-at.1", "sworn.1", "sworn.2"}


def test_with_every_package_all_of_it_does_withheld_controls_too(one: Ferries, capsys: Capture, tmp_path: Path) -> None:
    code, said = again(one, capsys, "--evidence", files_of(one, tmp_path), *packages(one, *ALL, "watches", "watch-kept"))
    assert (code, said["answer"], said["same"], said["different"], said["notAtHand"]) == (0, "same", 12, 0, 0)
    assert checks(said)["watch-kept.1"]["answer"] == "same"
    assert all(control["verdict"] == control["recomputed"] for control in said["controls"])


def test_the_sites_own_files_and_lists_are_at_hand_anyway(one: Ferries, capsys: Capture) -> None:
    _, said = again(one, capsys)
    assert {name for name, check in checks(said).items() if check["answer"] == "same"} == {"boats-checked.1", "helpers-looked-at.1", "sworn.1"}


def test_a_package_alone_brings_what_it_takes(one: Ferries, capsys: Capture) -> None:
    """Its bundle, one record, one document: no site."""
    code, said = again(one, capsys, where=one.hand_over("crews"))
    assert (code, said["answer"], said["same"], said["notAtHand"]) == (0, "same", 1, 3)
    assert checks(said)["boats-checked.3"]["answer"] == "same"


def test_an_earlier_last_day_is_taken_as_the_record_says(one: Ferries, capsys: Capture) -> None:
    """`until` stands in no record; what it does to `expires` does."""
    _, said = again(one, capsys, *packages(one, "rules"))
    record = json.loads((one.dest.resolve() / ASSESSMENT).read_text())
    check = next(control for control in record["controls"] if control["id"] == "boats-checked")["checks"][1]
    assert (check["expires"], checks(said)["boats-checked.2"]["answer"]) == ("2027-02-01T00:00:00Z", "same")


def test_unreadable_evidence_comes_out_unknown_again(tmp_path: Path, capsys: Capture) -> None:
    there = Ferries(tmp_path / "center")
    there.evidence("image-scan.json").write_text("{")
    there.evidence("ropes.png").write_bytes(b"")
    there.release()
    _, said = again(there, capsys, "--evidence", files_of(there, tmp_path))
    found = {control["control"]: control["recomputed"] for control in said["controls"]}
    assert (checks(said)["flaws-weighed.1"]["answer"], found["flaws-weighed"]) == ("same", "unknown")
    assert (checks(said)["sworn.2"]["answer"], found["sworn"]) == ("same", "unknown")


# Differences are named.


def test_a_flipped_byte_of_evidence_is_named(one: Ferries, capsys: Capture, tmp_path: Path) -> None:
    code, said = again(one, capsys, "--evidence", files_of(one, tmp_path, ("image-scan.json", b"0.69.1", b"0.69.2")))
    assert (code, said["answer"]) == (1, "different")
    check = checks(said)["flaws-weighed.1"]
    assert "image-scan.json is named like it, and is another file" in check["why"]
    assert check["differences"][0]["field"] == "the file"


def test_a_flipped_byte_of_a_published_file_is_named(tmp_path: Path, capsys: Capture) -> None:
    """Verifying says it as well: the file is not as listed."""
    there = Ferries(tmp_path)
    file = there.dest.resolve() / "evidence/boats.csv"
    file.write_bytes(file.read_bytes().replace(b"Tern", b"Fern"))
    code, answer = there.verify(capsys, "--recompute")
    assert (code, answer["answer"], answer["recompute"]["answer"]) == (1, "forged", "different")
    assert "evidence/boats.csv on the site is another file" in checks(answer["recompute"])["boats-checked.1"]["why"]


def test_a_file_that_is_named_otherwise_is_not_at_hand(one: Ferries, capsys: Capture, tmp_path: Path) -> None:
    folder = files_of(one, tmp_path, ("image-scan.json", b"0.69.1", b"0.69.2"))
    Path(folder, "image-scan.json").rename(Path(folder, "scan-of-today.json"))
    code, said = again(one, capsys, "--evidence", folder)
    assert (code, checks(said)["flaws-weighed.1"]["answer"]) == (0, "not-at-hand")
    assert any(name.endswith("scan-of-today.json") for name in said["unused"])


def doctored(control: str, number: int, **changes: Any) -> Callable[[dict[str, Any]], None]:
    """A publisher who types into the record before signing it; totals and all that verifying adds up are made to fit."""

    def doctor(record: dict[str, Any]) -> None:
        (found,) = [one for one in record["controls"] if one["id"] == control]
        found["checks"][number - 1] |= changes

    return doctor


@pytest.mark.parametrize(
    ("control", "number", "changes", "field"),
    [
        ("boats-checked", 1, {"summary": {"examined": 30, "passed": 30, "failed": 0, "other": 0}}, "summary"),
        ("boats-checked", 1, {"reason": "All 30 pass."}, "reason"),
        ("boats-checked", 1, {"ruleText": "Every boat must be new."}, "ruleText"),
        ("boats-checked", 1, {"expires": "2027-01-08T07:00:00Z"}, "expires"),
        ("flaws-weighed", 1, {"tool": {"name": "trivy", "version": "9.9"}}, "tool"),
        ("flaws-weighed", 1, {"observed": "2026-11-21T03:10:00Z"}, "observed"),
        ("helpers-looked-at", 1, {"reason": "All 20 rows looked at are as asked."}, "reason"),
    ],
)
def test_a_doctored_record_is_named_though_the_same_key_signed_it(tmp_path: Path, capsys: Capture, control: str, number: int, changes: dict[str, Any], field: str) -> None:
    there = Ferries(tmp_path / "center")
    there.dest.unlink()
    shutil.rmtree(there.folder / "public.releases")
    there = _again(there, doctored(control, number, **changes))
    code, said = there.verify(capsys, "--recompute", "--evidence", files_of(there, tmp_path))
    assert (code, said["answer"], said["recompute"]["answer"]) == (1, "valid", "different"), "what verifying asks of it still holds"
    check = checks(said["recompute"])[f"{control}.{number}"]
    assert field in [one["field"] for one in check["differences"]]
    assert [name for name, one in checks(said["recompute"]).items() if one["answer"] == "different"] == [f"{control}.{number}"]


def _again(there: Ferries, doctor: Callable[[dict[str, Any]], None]) -> Ferries:
    """The same center from the beginning, its first release doctored."""
    (there.keys.folder / "highwater.json").unlink()
    there.count = 0
    there.release(doctor)
    return there


def test_a_typed_verdict_is_named_and_so_is_its_control(tmp_path: Path, capsys: Capture) -> None:
    """A boat is found rotten, the record still says that all is well, and it is signed: only whoever holds the list can tell."""
    there = Ferries(tmp_path / "center")
    there.evidence("boats.csv").write_text("boat,state\nAlbatross,sound\nPetrel,rotten\nTern,laid up\n")

    def all_is_well(record: dict[str, Any]) -> None:
        (boats,) = [one for one in record["controls"] if one["id"] == "boats-checked"]
        boats |= {"verdict": "met", "basis": "record", "reason": "All 4 checks are met."}
        boats["checks"][0] |= {"verdict": "met", "reason": "All that was asked for passes: Albatross, Petrel."}
        record["totals"] = record["totals"] | {"met": record["totals"]["met"] + 1, "not-met": record["totals"]["not-met"] - 1}
        record["basis"]["record"] += 1

    there.release(all_is_well)
    code, said = there.verify(capsys, "--recompute")
    assert (code, said["answer"], said["recompute"]["answer"]) == (1, "valid", "different")
    (control,) = [one for one in said["recompute"]["controls"] if one["control"] == "boats-checked"]
    assert (control["verdict"], control["recomputed"]) == ("met", "not-met")
    assert control["checks"][0]["differences"][0] == {"field": "verdict", "said": "met", "found": "not-met"}
    there.ask("--recompute")
    out = capsys.readouterr().out
    assert "boats-checked, check 1 (boats): verdict is not-met, and the record says met" in out
    assert "boats-checked comes to not-met, and the record says met" in out


def test_a_finding_set_aside_by_nobody_is_not_passed(tmp_path: Path, capsys: Capture, one: Ferries) -> None:
    """Without the VEX document nothing shows that the finding may be left out."""
    folder = files_of(one, tmp_path)
    Path(folder, "weighed.json").unlink()
    _, said = again(one, capsys, "--evidence", folder)
    check = checks(said)["flaws-weighed.1"]
    assert (check["answer"], check["why"]) == ("not-at-hand", "a VEX statement sets findings of it aside, and no file at hand is that statement")


def test_a_finding_left_out_without_a_word_is_named(tmp_path: Path, capsys: Capture) -> None:
    there = Ferries(tmp_path / "center")

    def silent(record: dict[str, Any]) -> None:
        doctored("flaws-weighed", 1, lifted=[], basis="tool", reason="2 examined, nothing beyond what the rule allows.")(record)
        next(control for control in record["controls"] if control["id"] == "flaws-weighed")["basis"] = "tool"
        record["basis"] |= {"tool": record["basis"]["tool"] + 1, "declaration": record["basis"]["declaration"] - 1}

    there.release(silent)
    code, said = again(there, capsys, "--evidence", files_of(there, tmp_path))
    assert (code, checks(said)["flaws-weighed.1"]["differences"][0]["field"]) == (1, "verdict")


# What is not at hand.


def test_why_something_was_not_recomputed_is_said(one: Ferries, capsys: Capture) -> None:
    _, said = again(one, capsys)
    why = {name: check["why"] for name, check in checks(said).items() if check["answer"] == "not-at-hand"}
    assert why["boats-checked.2"] == why["boats-checked.4"] == "it is not public: it takes the package that it is handed over in"
    assert why["flaws-weighed.1"] == "no file at hand is the one whose digest the record names"
    assert why["helpers-looked-at.2"] == why["helpers-looked-at.3"] == "the list that it asks is not public, or not whole: it takes the package that it is handed over in"
    assert why["sworn.2"] == "its last day, or the file that it is about, cannot be told from the record"
    one.ask("--recompute")
    out = capsys.readouterr().out
    assert "3 of 11 checks recomputed from the evidence, all the same" in out
    assert "4 not recomputed: it is not public: it takes the package" in out


def test_where_nothing_is_at_hand_it_could_not_be_told(one: Ferries, capsys: Capture, tmp_path: Path) -> None:
    code, said = again(one, capsys, where=one.bundle())
    assert (code, said["answer"]) == (3, "could-not-tell")
    assert "a bundle alone does not hold the record" in said["why"]
    code, said = again(one, capsys, where=one.hand_over("letter"))
    assert (code, said["answer"]) == (0, "same"), "that one brings the whole record, whose lists are at hand"


def test_rules_that_are_not_known_are_not_recomputed(tmp_path: Path, capsys: Capture) -> None:
    there = Ferries(tmp_path)

    def newer(record: dict[str, Any]) -> None:
        record["ruleset"] = "attest-rules/v9"

    with pytest.raises(Refused):
        there.release(newer)
    control = json.loads((there.dest.resolve() / ASSESSMENT).read_text())["controls"][0]
    control["checks"][0]["rule"] |= {"median": "7"}
    (found,) = recompute([control], (), AT, AtHand(published={}, files={}))
    assert found.checks[0].word == "not-at-hand"


def test_a_rule_of_another_shape_is_not_passed(one: Ferries) -> None:
    """A key that this version does not know, over evidence that is at hand: it may ask more."""
    (control,) = [each for each in json.loads((one.dest.resolve() / ASSESSMENT).read_text())["controls"] if each["id"] == "boats-checked"]
    file = one.evidence("boats.csv")
    at_hand = AtHand({control["checks"][0]["sha256"]: file.read_bytes})
    assert recompute([control], (), AT, at_hand)[0].checks[0].word == "same"
    for rule in ({"median": "7"}, {"minRows": "many"}, {"where": {"owner": "x"}}):
        changed = {**control, "checks": [{**control["checks"][0], "rule": {**control["checks"][0]["rule"], **rule}}]}
        found = recompute([changed], (), AT, at_hand)[0].checks[0]
        assert (found.word, found.why) == ("not-at-hand", "its record is written in a way that this version does not know")


def test_a_tampered_package_is_no_evidence(one: Ferries, capsys: Capture, tmp_path: Path) -> None:
    """Its document makes another commitment, so it is nobody's; and as a document it is not the one."""
    package = one.package("crews")
    file = tmp_path / "changed.zip"
    file.write_bytes(print_package(replace(package, document=Named("crews.csv", package.document.data + b"Dora,Tern,no\n"))))
    code, said = one.verify(capsys, "--recompute", "--package", str(file))
    assert (code, said["documents"][0]["answer"]) == (1, "not-attested")
    assert checks(said["recompute"])["boats-checked.3"]["answer"] == "not-at-hand"


def test_a_private_record_is_read_as_its_package_says(one: Ferries, capsys: Capture, tmp_path: Path) -> None:
    """That is bound by nothing, and said so in format.md; gated evidence is read as the record says."""
    file = tmp_path / "changed.zip"
    for ident, answer in (("engines", "different"), ("crews", "same")):
        package = one.package(ident)
        assert package.read_as is not None
        file.write_bytes(print_package(replace(package, read_as={**package.read_as, "passValues": ["never"]})))
        _, said = again(one, capsys, "--package", str(file))
        assert checks(said)[f"boats-checked.{4 if ident == 'engines' else 3}"]["answer"] == answer


# The command.


def test_evidence_belongs_to_recomputing(one: Ferries, capsys: Capture, tmp_path: Path) -> None:
    assert one.ask("--evidence", str(tmp_path)) == 2
    assert "add --recompute" in capsys.readouterr().err
    assert one.ask("--recompute", "--evidence", str(tmp_path / "none")) == 2


def test_without_the_readers_it_says_what_to_install(one: Ferries, tmp_path: Path) -> None:
    words = ["verify", str(one.dest), "--key", one.keys.signer.fingerprint, "--at", "2026-11-21T12:00:00Z", "--no-state", "--recompute"]
    code = f"import sys; sys.modules['pydantic'] = None; from attest.cli import main; sys.exit(main({words!r}))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env={"HOME": str(tmp_path), "PATH": "/usr/bin"}, capture_output=True, text=True)
    assert done.returncode == 3
    assert 'pip install "attest-center[site]"' in done.stderr


# Harbourline, whole.


@pytest.fixture(scope="module")
def harbourline(root: Path) -> tuple[Path, Prepared]:
    return root, prepare(root, AS_OF, None, bytes(32), as_unknown=False)


def evidence_of(base: Path, ready: Prepared) -> AtHand:
    """Every file that its evidence names, by digest."""
    found: dict[str, Callable[[], bytes]] = {}
    for ident, evidence in ready.center.evidence.items():
        if evidence.description.file is not None:
            seen = ready.assessment.observations[ident]
            found[seen.exhibit or seen.digest or ""] = lambda file=evidence.description.file: clear_bytes(base, ready.center, file)  # type: ignore[misc]
    return AtHand(found)


def words_of(found: tuple[ControlAgain, ...]) -> Counter[str]:
    return Counter(check.word for control in found for check in control.checks)


def test_harbourlines_public_evidence_comes_to_its_verdicts(harbourline: tuple[Path, Prepared]) -> None:
    base, ready = harbourline
    found = recompute(ready.record["controls"], ready.record["registers"], AS_OF, evidence_of(base, ready))
    public = [check for control in ready.record["controls"] for check in control["checks"] if check["sha256"] is not None]
    assert words_of(found)["different"] == 0, [check for control in found for check in control.checks if check.word == "different"]
    assert words_of(found)["same"] == len(public) > 60
    assert all(control.found == control.said for control in found)


@pytest.mark.slow
def test_harbourline_handed_over_whole_comes_to_all_of_them(harbourline: tuple[Path, Prepared]) -> None:
    base, ready = harbourline
    record = project(ready.assessment, bytes(32), 1, "0.1.0")
    payload = print_statement(record, claims_of(record["controls"]), {MANIFEST: "ab" * 32, ASSESSMENT: "cd" * 32}, release_fields(1, None, AS_OF, datetime(2027, 1, 1, tzinfo=UTC), b"key", None))
    signed = Signed(b"{}", parse_statement(payload), None)
    made: list[Package] = []
    for ident in (*ready.center.evidence, *(control.id for control in ready.center.controls if control.promise.visibility == "private")):
        try:
            made.append(disclose(base, ready.center, ident, bytes(32), signed).package)
        except Refused as error:
            assert "is public" in error.message or ident in {paper["id"] for paper in record["papers"]}, "a bundle alone does not name papers"
    withheld = [json.loads(package.document.data) for package in made if package.kind == "control"]
    at_hand = replace(evidence_of(base, ready), packages=made)
    found = recompute([*record["controls"], *withheld], record["registers"], AS_OF, at_hand)
    assert words_of(found) == {"same": sum(words_of(found).values())}, [check for control in found for check in control.checks if check.word != "same"]
    assert len(withheld) >= 2


def test_every_byte_of_a_list_counts(one: Ferries) -> None:
    """Another row in a public register is another register: its digest is the check's."""
    record = json.loads((one.dest.resolve() / ASSESSMENT).read_text())
    (control,) = [each for each in record["controls"] if each["id"] == "helpers-looked-at"]

    def first(registers: list[dict[str, Any]]) -> Again:
        return recompute([control], registers, AT, AtHand())[0].checks[0]

    assert first(record["registers"]).word == "same"
    (subprocessors,) = [each for each in record["registers"] if each["name"] == "subprocessors"]
    subprocessors["rows"][0]["reviewed"] = "2025-10-01"
    changed = first(record["registers"])
    assert changed.word == "different"
    assert {"verdict", "sha256", "reason"} <= {difference.what for difference in changed.differences}
