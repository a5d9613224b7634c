"""Is this file the one that was attested, and from which release to which? Every good case, and for every bad one which word it gets and why."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from attest.cli import main
from attest.wire import jcs
from attest.wire.package import Named, Package, parse_package, print_package
from attest.wire.package_readme import print_readme
from tests.conftest import ROOT
from tests.handover import Ferries

Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _nobody_is_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Ferries:
    """A center with one release; tests leave it as it is."""
    return Ferries(tmp_path_factory.mktemp("ferries"))


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> tuple[Ferries, dict[str, Path]]:
    """Three releases: crews were counted anew before the third, and its first file came back to nobody."""
    there = Ferries(tmp_path_factory.mktemp("three"))
    handed = {"rules": there.hand_over("rules"), "crews": there.hand_over("crews"), "watch-kept": there.hand_over("watch-kept"), "watches": there.hand_over("watches"), "boats": there.folder / "boats-1.csv"}
    handed["boats"].write_bytes(there.evidence("boats.csv").read_bytes())
    there.release()
    with there.evidence("crews.csv").open("a") as file:
        file.write("Dora,Tern,yes\n")
    there.release()
    handed |= {"watches-now": there.hand_over("watches"), "crews-now": there.hand_over("crews"), "watch-kept-now": there.hand_over("watch-kept")}
    return there, handed


def asked(there: Ferries, capsys: Capture, *words: str, where: Path | None = None) -> tuple[int, dict[str, Any], dict[str, Any]]:
    """Exit code, the answer, and what is said of its one document."""
    code, said = there.verify(capsys, *words, where=where)
    assert said["exit"] == code
    (document,) = said["documents"]
    return code, said, document


def in_package(package: Package, folder: Path, **changes: Any) -> str:
    """A package that somebody changed, as its file."""
    file = folder / "changed.zip"
    file.write_bytes(print_package(replace(package, **changes)))
    return str(file)


# The one that was attested.


@pytest.mark.parametrize("ident", ["rules", "crews", "engines", "sworn.3", "letter", "register.reviews", "register.documents", "watch-kept"])
@pytest.mark.parametrize("where", ["site", "bundle", "package"])
def test_what_was_handed_over_is_the_one(one: Ferries, capsys: Capture, ident: str, where: str) -> None:
    file = one.hand_over(ident)
    words = [] if where == "package" else ["--package", str(file)]
    code, said, document = asked(one, capsys, *words, where={"site": None, "bundle": one.bundle(), "package": file}[where])
    assert (code, said["answer"], document["answer"]) == (0, "valid", "attested"), document["why"]
    assert document["attestedBy"]
    assert document["releases"] == {"first": 1, "last": 1, "beginningSeen": True, "onlyThisOne": False}


def test_the_file_itself_is_named_with_its_package(one: Ferries, capsys: Capture) -> None:
    file = one.hand_over("crews")
    _, _, document = asked(one, capsys, "--document", str(one.evidence("crews.csv")), "--package", str(file))
    assert document["file"] == "crews.csv"
    assert document["attestedBy"] == [{"kind": "check", "control": "boats-checked", "evidence": "crews", "title": "Crews, trained", "verdict": "met"}]


def test_private_evidence_is_found_without_a_name_in_the_record(one: Ferries, capsys: Capture) -> None:
    file = one.hand_over("engines")
    _, _, document = asked(one, capsys, "--package", str(file))
    assert document["attestedBy"] == [{"kind": "check", "control": "boats-checked", "evidence": None, "title": None, "verdict": "met"}]


def test_public_evidence_needs_no_package(one: Ferries, capsys: Capture) -> None:
    for name in ("boats.csv", "image-scan.json"):
        code, _, document = asked(one, capsys, "--document", str(one.evidence(name)))
        assert (code, document["answer"]) == (0, "attested")
    code, _, document = asked(one, capsys, "--document", str(one.evidence("boats.csv")), where=one.bundle())
    assert (code, document["answer"]) == (3, "could-not-tell")
    assert "a bundle alone does not name evidence" in document["why"]


def test_a_withheld_control_opens_what_it_alone_rests_on(one: Ferries, capsys: Capture) -> None:
    watches, control = one.hand_over("watches"), one.hand_over("watch-kept")
    for where in (None, one.bundle()):
        code, _, document = asked(one, capsys, "--package", str(watches), where=where)
        assert (code, document["answer"]) == (3, "could-not-tell")
        assert "ask for the package of the withheld one" in document["why"]
        code, said = one.verify(capsys, "--package", str(watches), "--package", str(control), where=where)
        assert (code, [each["answer"] for each in said["documents"]]) == (0, ["attested", "attested"])
        assert said["documents"][0]["attestedBy"][0]["control"] == "watch-kept"
        assert said["documents"][1]["attestedBy"] == [{"kind": "withheld control", "control": "watch-kept", "evidence": None, "title": "A watch is kept at night", "verdict": "met"}]


# From which release to which.


def test_a_document_is_told_from_its_first_release_to_its_last(three: tuple[Ferries, dict[str, Path]], capsys: Capture) -> None:
    there, handed = three
    code, _, document = asked(there, capsys, "--package", str(handed["rules"]))
    assert (code, document["answer"], document["releases"]) == (0, "attested", {"first": 1, "last": 3, "beginningSeen": True, "onlyThisOne": False})
    _, _, document = asked(there, capsys, "--document", str(handed["boats"]))
    assert (document["answer"], document["releases"]["first"]) == ("attested", 1)
    _, _, document = asked(there, capsys, "--package", str(handed["crews-now"]))
    assert document["releases"] == {"first": 3, "last": 3, "beginningSeen": True, "onlyThisOne": False}


def test_one_that_was_renewed_is_no_longer_the_one(three: tuple[Ferries, dict[str, Path]], capsys: Capture) -> None:
    there, handed = three
    code, said, document = asked(there, capsys, "--package", str(handed["crews"]))
    assert (code, said["answer"], document["answer"]) == (4, "valid", "attested-before")
    assert document["releases"] == {"first": 1, "last": 2, "beginningSeen": True, "onlyThisOne": False}
    assert "release 2 named it, and release 3 does not" in document["why"]


def test_a_withheld_control_is_good_for_one_release(three: tuple[Ferries, dict[str, Path]], capsys: Capture) -> None:
    """Withheld in three releases, disclosed against the first and the third."""
    there, handed = three
    code, _, document = asked(there, capsys, "--package", str(handed["watch-kept"]))
    assert (code, document["answer"], document["releases"]["last"]) == (4, "attested-before", 1)
    assert "a withheld control is bound anew in each" in document["why"]
    code, _, document = asked(there, capsys, "--package", str(handed["watch-kept-now"]))
    assert (code, document["answer"], document["releases"]["first"]) == (0, "attested", 3)
    assert parse_package(handed["watch-kept"].read_bytes()).salt != parse_package(handed["watch-kept-now"].read_bytes()).salt
    code, _, document = asked(there, capsys, "--package", str(handed["watch-kept"]), where=there.bundle(3))
    assert (code, document["answer"]) == (3, "could-not-tell")
    assert "its package is of release 1, which is not at hand here" in document["why"]


def test_what_a_withheld_control_alone_rests_on_is_good_for_as_long(three: tuple[Ferries, dict[str, Path]], capsys: Capture) -> None:
    there, handed = three
    for when, answer in (("", "attested-before"), ("-now", "attested")):
        _, said = there.verify(capsys, "--package", str(handed[f"watches{when}"]), "--package", str(handed[f"watch-kept{when}"]))
        assert [each["answer"] for each in said["documents"]] == [answer, answer]
    _, _, document = asked(there, capsys, "--package", str(handed["watches"]))
    assert "no control that is shown rests on it" in document["why"]


def test_a_bundle_alone_tells_of_its_own_release(three: tuple[Ferries, dict[str, Path]], capsys: Capture) -> None:
    there, handed = three
    code, _, document = asked(there, capsys, "--package", str(handed["crews-now"]), where=there.bundle(3))
    assert (code, document["releases"]) == (0, {"first": 3, "last": 3, "beginningSeen": False, "onlyThisOne": True})
    code, _, document = asked(there, capsys, "--package", str(handed["crews"]), where=there.bundle(3))
    assert (code, document["answer"]) == (3, "could-not-tell")


def test_where_older_releases_are_gone_only_those_that_are_held_are_told(tmp_path: Path, capsys: Capture) -> None:
    there = Ferries(tmp_path)
    first = there.hand_over("rules")
    there.release()
    crews = there.hand_over("crews")
    with there.evidence("crews.csv").open("a") as file:
        file.write("Dora,Tern,yes\n")
    there.release()
    for number in (1, 2):
        for path in (there.dest.resolve() / f"attestation/releases/{number}").iterdir():
            path.unlink()
    _, _, document = asked(there, capsys, "--package", str(first))
    assert document["releases"] == {"first": 3, "last": 3, "beginningSeen": False, "onlyThisOne": True}
    code, _, document = asked(there, capsys, "--package", str(crews))
    assert (code, document["answer"]) == (3, "could-not-tell"), "the release that it is of is gone: that is no no"


# Not the one.


def test_another_file_is_not_the_one(one: Ferries, capsys: Capture, tmp_path: Path) -> None:
    file = one.hand_over("crews")
    wrong = tmp_path / "crews.csv"
    wrong.write_bytes(one.evidence("crews.csv").read_bytes().replace(b"Cleo", b"Clea"))
    for where in (None, one.bundle(), file):
        words = [] if where == file else ["--package", str(file)]
        code, said, document = asked(one, capsys, "--document", str(wrong), *words, where=where)
        assert (code, said["answer"], document["answer"]) == (1, "valid", "not-attested"), "the answer on the bundle stays what it is"
        assert "the package was made for another file" in document["why"]


@pytest.mark.parametrize(
    "changes",
    [
        {"salt": bytes(32)},
        {"ident": "boats"},
        {"document": Named("crews.csv", b"name,boat,trained\nAna,Albatross,no\n")},
    ],
    ids=["salt", "id", "document"],
)
@pytest.mark.parametrize("where", ["site", "bundle"])
def test_a_package_that_was_tampered_with_is_not_the_one(one: Ferries, capsys: Capture, tmp_path: Path, changes: dict[str, Any], where: str) -> None:
    """Each part of what makes the commitment; whoever changes it also makes its digest fit."""
    package = one.package("crews")
    file = in_package(package, tmp_path, **changes)
    code, said, document = asked(one, capsys, "--package", file, where=None if where == "site" else one.bundle())
    assert (code, said["answer"], document["answer"]) == (1, "valid", "not-attested")
    assert "nothing that release 1 signed is bound to this file" in document["why"]


@pytest.mark.parametrize("changes", [{"kind": "control"}, {"title": "Something grand"}, {"release": 9}, {"read_as": None}, {"check": "No need."}, {"center_name": "Somebody"}])
def test_what_a_package_says_of_itself_decides_nothing(one: Ferries, capsys: Capture, tmp_path: Path, changes: dict[str, Any]) -> None:
    code, _, document = asked(one, capsys, "--package", in_package(one.package("crews"), tmp_path, **changes))
    assert (code, document["answer"], document["attestedBy"][0]["title"]) == (0, "attested", "Crews, trained")


def test_records_that_were_tampered_with_are_no_ground(one: Ferries, capsys: Capture, tmp_path: Path) -> None:
    """A bundle alone needs them; the site has its own."""
    package = one.package("crews")
    record = json.loads(package.records[0])
    record["checks"][2]["verdict"] = "not-met"
    file = in_package(package, tmp_path, records=(jcs.canonical(record),))
    code, _, document = asked(one, capsys, "--package", file, where=one.bundle())
    assert (code, document["answer"]) == (1, "not-attested")
    code, _, document = asked(one, capsys, "--package", file)
    assert (code, document["answer"], document["attestedBy"][0]["verdict"]) == (0, "attested", "met")


def test_a_record_made_up_to_fit_is_no_ground(one: Ferries, capsys: Capture, tmp_path: Path) -> None:
    """Another file with its own salt, and a record that names it: the statement does not name that record."""
    package = one.package("crews")
    forged = replace(package, document=Named("crews.csv", b"made up"))
    record = json.loads(package.records[0])
    record["checks"][2]["commitment"] = forged.commitment(forged.real_digest)
    file = in_package(forged, tmp_path, records=(jcs.canonical(record),))
    for where in (None, one.bundle()):
        code, _, document = asked(one, capsys, "--package", file, where=where)
        assert (code, document["answer"]) == (1, "not-attested")


def test_the_whole_record_has_to_be_the_signed_one(one: Ferries, capsys: Capture, tmp_path: Path) -> None:
    package = one.package("letter")
    assert package.assessment is not None
    forged = replace(package, document=Named("letter.txt", b"made up"))
    made_up = package.assessment.replace(package.commitment(package.real_digest).encode(), forged.commitment(forged.real_digest).encode())
    code, _, document = asked(one, capsys, "--package", in_package(forged, tmp_path, assessment=made_up), where=one.bundle())
    assert (code, document["answer"]) == (3, "could-not-tell"), "the record it brings is not the signed one, and there is no other"
    code, _, document = asked(one, capsys, "--package", in_package(forged, tmp_path, assessment=made_up))
    assert (code, document["answer"]) == (1, "not-attested")


def test_the_bundle_of_a_package_is_verified_like_any_other(one: Ferries, capsys: Capture, tmp_path: Path) -> None:
    package = one.package("crews")
    other = Ferries(tmp_path / "other")
    file = Path(in_package(package, tmp_path, bundle=other.bundle().read_bytes()))
    code, said, document = asked(one, capsys, where=file)
    assert (code, said["answer"], document["answer"]) == (1, "unknown-signer", "not-attested")
    torn = Path(in_package(package, tmp_path, bundle=package.bundle[:-9]))
    code, said, document = asked(one, capsys, where=torn)
    assert (code, said["answer"], document["answer"]) == (3, "could-not-tell", "could-not-tell")
    assert "not signed, or could not be read" in document["why"]


def test_a_bundle_whose_signature_is_not_good_holds_no_document(one: Ferries, capsys: Capture, tmp_path: Path) -> None:
    package = one.package("crews")
    bundle = json.loads(package.bundle)
    signature = bundle["dsseEnvelope"]["signatures"][0]
    signature["sig"] = ("A" if signature["sig"][0] != "A" else "B") + signature["sig"][1:]
    code, said, document = asked(one, capsys, where=Path(in_package(package, tmp_path, bundle=jcs.canonical(bundle))))
    assert (code, said["answer"], document["answer"]) == (1, "forged", "could-not-tell")


def test_another_centers_package_is_not_the_one(one: Ferries, capsys: Capture, tmp_path: Path) -> None:
    package = one.package("crews")
    other = Ferries(tmp_path / "other")
    theirs = other.hand_over("crews")
    code, _, document = asked(one, capsys, "--package", in_package(package, tmp_path, center="https://trust.tern.example/"))
    assert (code, document["answer"]) == (1, "not-attested")
    assert "of another trust center, https://trust.tern.example/" in document["why"]
    code, _, document = asked(one, capsys, "--package", str(theirs))
    assert (code, document["answer"]) == (1, "not-attested"), "the same file under another secret has another salt"


def test_an_unknown_file_may_be_one_that_is_not_public(one: Ferries, capsys: Capture, tmp_path: Path) -> None:
    wrong = tmp_path / "boats.csv"
    wrong.write_bytes(one.evidence("boats.csv").read_bytes() + b"\n")
    code, said, document = asked(one, capsys, "--document", str(wrong))
    assert (code, said["answer"], document["answer"]) == (3, "valid", "could-not-tell")
    assert "only the package that comes with such a file can tell" in document["why"]


def test_where_everything_is_public_an_unknown_file_is_not_the_one(tmp_path: Path, capsys: Capture) -> None:
    there = Ferries(tmp_path / "center")

    def open_all(record: dict[str, Any]) -> None:
        for bound in (*(check for control in record["controls"] for check in control["checks"]), *record["papers"]):
            bound["commitment"] = None
        record |= {"commitments": [], "withheld": dict.fromkeys(record["withheld"], 0), "totals": record["totals"] | {"met": record["totals"]["met"] - 1}}
        record["basis"]["record"] -= 1

    there.release(open_all)
    (tmp_path / "x").write_text("x")
    code, said, document = asked(there, capsys, "--document", str(tmp_path / "x"))
    assert (code, said["answer"], document["answer"]) == (1, "valid", "not-attested")


# The worst counts.


def test_the_worst_answer_counts(one: Ferries, capsys: Capture) -> None:
    file = str(one.hand_over("crews"))
    code, said, document = asked(one, capsys, "--package", file, "--at", "2027-12-01")
    assert (code, said["answer"], document["answer"]) == (4, "stale", "attested")
    code, said, _ = asked(one, capsys, "--document", str(one.evidence("engines.csv")), "--package", file, "--at", "2027-12-01")
    assert (code, said["answer"]) == (1, "stale")
    code, said = one.verify(capsys, "--document", str(one.evidence("crews.csv")), "--document", str(one.evidence("engines.csv")), "--package", file)
    assert (code, [each["answer"] for each in said["documents"]]) == (3, ["attested", "could-not-tell"])


def test_without_being_asked_nothing_changes(one: Ferries, capsys: Capture) -> None:
    code, said = one.verify(capsys)
    assert code == 0
    assert not {"documents", "recompute"} & said.keys()


def test_it_is_said_in_words(three: tuple[Ferries, dict[str, Path]], capsys: Capture) -> None:
    there, handed = three
    there.ask("--package", str(handed["rules"]))
    out = capsys.readouterr().out
    assert "document   rules-for-boats.md: the one that was attested, from release 1 to 3" in out
    assert "attested by boats-checked (Rules for boats), which says met" in out
    there.ask("--package", str(handed["crews"]))
    assert "attested from release 1 to 2, and no longer: release 2 named it" in capsys.readouterr().out
    there.ask("--package", str(handed["crews-now"]), where=there.bundle(3))
    assert "the one that was attested, in release 3; since when, the site tells" in capsys.readouterr().out


def test_a_yes_looks_no_better_than_the_answer_it_hangs_on(one: Ferries, capsys: Capture) -> None:
    """Nobody pinned the key: the document is that of whoever signed, and that is said."""
    file = one.hand_over("rules")
    capsys.readouterr()
    assert main(["verify", str(file), "--at", "2026-11-21T12:00:00Z", "--no-state"]) == 3
    out = capsys.readouterr().out
    assert "?    document   rules-for-boats.md: the one that was attested" in out
    assert "by whoever signed this: the answer above is unknown-signer" in out


def test_a_readme_that_says_otherwise_is_named(one: Ferries, capsys: Capture, tmp_path: Path) -> None:
    package = one.package("crews")
    file = in_package(package, tmp_path, readme=package.readme + b"It is genuine, no need to check.\n")
    assert one.ask("--package", file) == 0
    assert "is not the one that this version writes: go by this answer, not by it" in capsys.readouterr().out
    assert print_readme(package) == package.readme


# Packages that cannot be read, and encrypted ones.


@pytest.mark.parametrize(("data", "why"), [(b"PK\x03\x04garbage", "cut short"), (b"plain text", "is no package"), (b"", "is no package")])
def test_a_package_that_cannot_be_read_leaves_it_open(one: Ferries, capsys: Capture, tmp_path: Path, data: bytes, why: str) -> None:
    (tmp_path / "p.zip").write_bytes(data)
    assert one.ask("--package", str(tmp_path / "p.zip")) == 3
    assert why in capsys.readouterr().err


def test_what_is_not_there_is_said(one: Ferries, capsys: Capture, tmp_path: Path) -> None:
    assert one.ask("--package", str(tmp_path / "none.zip")) == 3
    assert one.ask("--document", str(tmp_path / "none.csv")) == 3
    assert one.ask("--identity", str(tmp_path / "key")) == 2
    assert "--identity opens packages" in capsys.readouterr().err


def test_an_encrypted_package_takes_its_readers_key(one: Ferries, capsys: Capture, tmp_path: Path, require_tool: Callable[[str], str]) -> None:
    pytest.importorskip("pyrage")
    keygen, keys = require_tool("age-keygen"), [tmp_path / "key", tmp_path / "other"]
    for key in keys:
        subprocess.run([keygen, "-o", str(key)], check=True, capture_output=True)
    public = subprocess.run([keygen, "-y", str(keys[0])], check=True, capture_output=True, text=True).stdout.strip()
    sealed = one.folder / "crews.zip.age"
    assert one.disclose("crews", sealed, "--recipient", public, "--force") == 0
    for words, where in ((["--package", str(sealed)], None), ([], sealed)):
        code, _, document = asked(one, capsys, *words, "--identity", str(keys[0]), where=where)
        assert (code, document["answer"]) == (0, "attested")
        assert one.ask(*words, where=where) == 3
        assert "is encrypted with age" in capsys.readouterr().err
        assert one.ask(*words, "--identity", str(keys[1]), where=where) == 1
        assert "it is encrypted to other keys than this one" in capsys.readouterr().err
    torn = tmp_path / "torn.age"
    torn.write_bytes(sealed.read_bytes()[:-20])
    assert one.ask("--package", str(torn), "--identity", str(keys[0])) == 3
    assert "damaged" in capsys.readouterr().err


def test_one_encrypted_by_others_opens_too(one: Ferries, capsys: Capture, tmp_path: Path, require_tool: Callable[[str], str]) -> None:
    """By the age program itself, armoured."""
    pytest.importorskip("pyrage")
    keygen, key = require_tool("age-keygen"), tmp_path / "key"
    subprocess.run([keygen, "-o", str(key)], check=True, capture_output=True)
    public = subprocess.run([keygen, "-y", str(key)], check=True, capture_output=True, text=True).stdout.strip()
    clear = one.hand_over("crews")
    subprocess.run([require_tool("age"), "-a", "-r", public, "-o", str(tmp_path / "p.age"), str(clear)], check=True)
    code, _, document = asked(one, capsys, "--package", str(tmp_path / "p.age"), "--identity", str(key))
    assert (code, document["answer"]) == (0, "attested")


def test_it_takes_nothing_but_the_standard_library_and_cryptography(one: Ferries, tmp_path: Path) -> None:
    """A stranger's verifier: what is heavy, and what reads sources, is not even loaded."""
    words = ["verify", str(one.dest), "--key", one.keys.signer.fingerprint, "--at", "2026-11-21T12:00:00Z", "--no-state", "--package", str(one.hand_over("crews"))]
    code = f"import sys; from attest.cli import main; assert main({words!r}) == 0; print(*(m for m in ('yaml', 'pydantic', 'jinja2', 'mkdocs', 'pyrage', 'attest.model', 'attest.load', 'attest.readings') if m in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env={"HOME": str(tmp_path), "PATH": "/usr/bin"}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == ""
