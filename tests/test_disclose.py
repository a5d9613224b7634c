"""Handing over: what a package holds, what is refused and why, and that nothing is half-written; with age's own program on the other side."""

from __future__ import annotations

import hashlib
import json
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from attest.cli import main
from attest.wire.package import parse_package
from tests.handover import CENTER, Ferries


@pytest.fixture
def there(tmp_path: Path) -> Ferries:
    return Ferries(tmp_path)


def refused(there: Ferries, capsys: pytest.CaptureFixture[str], code: int, ident: str, *words: str, to: Path | None = None) -> str:
    """What is said of it; and nothing was written."""
    to = to or there.folder / "out.zip"
    before = to.read_bytes() if to.is_file() else None
    capsys.readouterr()
    assert there.disclose(ident, to, *words) == code
    assert (to.read_bytes() if to.is_file() else None) == before
    assert not list(to.parent.glob(f".{to.name}*")), "nothing half-written either"
    captured = capsys.readouterr()
    assert captured.out == ""
    return captured.err


def test_a_gated_document(there: Ferries, capsys: pytest.CaptureFixture[str]) -> None:
    to = there.folder / "rules.zip"
    assert there.disclose("rules", to, "--json") == 0
    said = json.loads(capsys.readouterr().out)
    package = parse_package(to.read_bytes())
    assert (package.kind, package.ident, package.center, package.release, package.title) == ("evidence", "rules", CENTER, 1, "Rules for boats")
    assert (package.document.name, package.document.data) == ("rules-for-boats.md", there.evidence("rules for boats.md").read_bytes())
    assert [json.loads(record)["id"] for record in package.records] == ["boats-checked"]
    assert package.commitment(package.real_digest) == json.loads(package.records[0])["checks"][1]["commitment"] == said["commitment"]
    assert package.bundle == there.bundle().read_bytes()
    assert stat.S_IMODE(to.stat().st_mode) == 0o600
    assert said["controls"] == ["boats-checked"]


def test_equal_inputs_give_equal_bytes(there: Ferries) -> None:
    first = there.hand_over("crews").read_bytes()
    assert there.hand_over("crews").read_bytes() == first


@pytest.mark.parametrize(
    ("ident", "document", "read_as", "exhibit", "records"),
    [
        ("crews", "crews.csv", "csv", None, ["boats-checked"]),
        ("engines", "engines.csv", "csv", None, ["boats-checked"]),
        ("letter", "letter.txt", None, None, None),
        ("sworn.3", "declaration.json", None, "keys.png", ["sworn"]),
        ("register.reviews", "reviews.json", None, None, ["helpers-looked-at"]),
        ("register.documents", "documents.json", None, None, ["helpers-looked-at"]),
        ("watches", "watches.csv", "csv", None, []),
        ("watch-kept", "control.json", None, None, []),
    ],
)
def test_every_kind_of_thing_that_is_bound(there: Ferries, ident: str, document: str, read_as: str | None, exhibit: str | None, records: list[str] | None) -> None:
    package = there.package(ident)
    assert package.document.name == document
    assert (package.read_as or {}).get("format") == read_as
    assert (package.exhibit.name if package.exhibit else None) == exhibit
    assert [json.loads(record)["id"] for record in package.records] == (records or [])
    assert (package.assessment is not None) == (records is None), "only a paper needs the whole record"
    assert f"document/{document}" in package.readme.decode()


def test_a_declaration_is_handed_over_in_the_form_that_is_bound(there: Ferries) -> None:
    package = there.package("sworn.3")
    said = json.loads(package.document.data)
    assert set(said) == {"by", "observed", "sha256", "statement", "until"}
    assert package.exhibit is not None
    assert said["sha256"] == hashlib.sha256(package.exhibit.data).hexdigest()


def test_what_is_private_takes_a_second_word(there: Ferries, capsys: pytest.CaptureFixture[str]) -> None:
    for ident in ("engines", "watch-kept", "watches", "register.reviews", "register.documents"):
        assert "add --private; nothing was written" in refused(there, capsys, 1, ident)
    assert "engines is private" in refused(there, capsys, 1, "engines")
    assert "watch-kept is a withheld control" in refused(there, capsys, 1, "watch-kept")


def test_what_is_public_is_not_handed_over(there: Ferries, capsys: pytest.CaptureFixture[str]) -> None:
    assert f"everybody can download it: {CENTER}evidence/boats.csv" in refused(there, capsys, 1, "boats")
    assert "its SHA-256 is published: hand over the file itself" in refused(there, capsys, 1, "image-scan")
    assert "everybody can read the list on its page" in refused(there, capsys, 1, "register.subprocessors")
    assert "name its evidence: boats, rules, crews, engines" in refused(there, capsys, 1, "boats-checked")


def test_an_id_that_is_none_gets_those_that_are_near(there: Ferries, capsys: pytest.CaptureFixture[str]) -> None:
    assert "did you mean rules (Rules for boats)?" in refused(there, capsys, 2, "rule")
    assert "letter (The inspectors' letter)" in refused(there, capsys, 2, "inspectors")
    assert "watch-kept (A watch is kept at night)" in refused(there, capsys, 2, "watch-keep")
    assert "ids stand on the page" in refused(there, capsys, 2, "xyzzy")


def test_a_file_that_is_another_than_the_attested_one_is_refused(there: Ferries, capsys: pytest.CaptureFixture[str]) -> None:
    there.evidence("crews.csv").write_text("name,boat,trained\nAna,Albatross,yes\n")
    said = refused(there, capsys, 1, "crews")
    assert "release 1 attested another file as crews than the one at hand, or none" in said
    assert "publish what is there now" in said
    there.evidence("crews.csv").unlink()
    assert "no such file" in refused(there, capsys, 3, "crews")


def test_evidence_that_came_after_the_release_is_refused(there: Ferries, capsys: pytest.CaptureFixture[str]) -> None:
    text = (there.root / "controls/evidence/crews.yml").read_text()
    (there.root / "controls/evidence/later.yml").write_text(text)
    assert "or none" in refused(there, capsys, 1, "later")


def test_a_withheld_control_that_changed_since_is_refused(there: Ferries, capsys: pytest.CaptureFixture[str]) -> None:
    file = there.root / "controls/customers/watch-kept.yml"
    file.write_text(file.read_text().replace("Somebody is awake", "Two are awake"))
    assert "release 1 withheld another record of watch-kept than the sources come to now" in refused(there, capsys, 1, "watch-kept", "--private")
    assert "attested another file as watches" in refused(there, capsys, 1, "watches", "--private"), "what it alone rests on goes with it"


def test_evidence_of_a_withheld_control_alone_says_what_else_it_takes(there: Ferries, capsys: pytest.CaptureFixture[str]) -> None:
    there.hand_over("watches")
    assert "its reader needs the package of watch-kept as well" in capsys.readouterr().err


def test_from_a_bundle_alone_the_records_are_made_again(there: Ferries) -> None:
    assert there.hand_over("crews", "--from", str(there.bundle())).read_bytes() == there.hand_over("crews").read_bytes()


def test_from_where_nothing_is_said_it_is_public_in_the_folder(there: Ferries, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["disclose", "rules", "--to", str(there.folder / "a.zip"), "--dir", str(there.root), "--keys", str(there.keys.folder)]
    assert main(words) == 2
    assert "say with --from" in capsys.readouterr().err
    (there.root / "public").symlink_to(there.dest.resolve())
    assert main(words) == 0


def test_another_key_or_center_has_nothing_to_hand_over(there: Ferries, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = Ferries(tmp_path / "other")
    assert "the keys folder has" in refused(there, capsys, 1, "rules", "--from", str(other.dest))
    file = there.root / "controls/center.yml"
    file.write_text(file.read_text().replace("trust.gull.example", "trust.tern.example"))
    assert f"that release is of {CENTER}, and these sources are of https://trust.tern.example/" in refused(there, capsys, 1, "rules")


def test_a_record_that_was_tampered_with_is_no_ground(there: Ferries, capsys: pytest.CaptureFixture[str]) -> None:
    record = there.dest.resolve() / "attestation/assessment.json"
    record.write_bytes(record.read_bytes().replace(b"Rules for boats", b"Rules for goats"))
    assert "assessment.json is not the one that was signed" in refused(there, capsys, 1, "rules")


def test_what_is_there_is_not_overwritten(there: Ferries, capsys: pytest.CaptureFixture[str]) -> None:
    to = there.folder / "mine.zip"
    to.write_bytes(b"mine")
    assert "is there already" in refused(there, capsys, 1, "rules", to=to)
    assert "is a folder" in refused(there, capsys, 2, "rules", to=there.folder)
    assert there.disclose("rules", to, "--force") == 0
    assert to.read_bytes() != b"mine"


def test_it_is_not_written_where_everybody_could_have_it(there: Ferries, capsys: pytest.CaptureFixture[str]) -> None:
    for folder in (there.dest, there.dest.resolve()):
        assert "would lie in a published site" in refused(there, capsys, 1, "rules", to=folder / "rules.zip")


def test_without_the_secret_there_is_no_salt(there: Ferries, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "there is no center secret" in refused(there, capsys, 2, "rules", "--keys", str(tmp_path / "none"))


# Encrypted to its reader.


def keypair(folder: Path, keygen: str) -> tuple[Path, str]:
    """A key of age's own making, and its public half."""
    file = folder / "key.txt"
    subprocess.run([keygen, "-o", str(file)], check=True, capture_output=True)
    return file, next(line.rpartition(" ")[2] for line in file.read_text().splitlines() if "public key" in line)


def test_the_age_program_opens_it(there: Ferries, require_tool: Callable[[str], str]) -> None:
    pytest.importorskip("pyrage")
    key, public = keypair(there.folder, require_tool("age-keygen"))
    to = there.folder / "rules.zip.age"
    assert there.disclose("rules", to, "--recipient", public) == 0
    assert to.read_bytes().startswith(b"age-encryption.org/v1")
    assert b"Rules for boats" not in to.read_bytes()
    opened = subprocess.run([require_tool("age"), "-d", "-i", str(key), str(to)], check=True, capture_output=True).stdout
    assert opened == there.hand_over("rules").read_bytes()


def test_ssh_keys_and_files_of_keys_open_it_too(there: Ferries, require_tool: Callable[[str], str]) -> None:
    pytest.importorskip("pyrage")
    for kind in ("ed25519", "rsa"):
        subprocess.run([require_tool("ssh-keygen"), "-q", "-t", kind, "-N", "", "-f", str(there.folder / kind)], check=True)
    to = there.folder / "rules.zip.age"
    assert there.disclose("rules", to, "--recipient", (there.folder / "ed25519.pub").read_text().strip(), "--recipient", str(there.folder / "rsa.pub")) == 0
    for kind in ("ed25519", "rsa"):
        opened = subprocess.run([require_tool("age"), "-d", "-i", str(there.folder / kind), str(to)], check=True, capture_output=True).stdout
        assert parse_package(opened).ident == "rules"


@pytest.mark.parametrize("key", ["age1nonsense", "ssh-rsa nonsense", "somebody@example.org"])
def test_a_key_that_is_none_is_refused(there: Ferries, capsys: pytest.CaptureFixture[str], key: str) -> None:
    pytest.importorskip("pyrage")
    assert "is no public key that a package can be encrypted to" in refused(there, capsys, 2, "rules", "--recipient", key)


def test_a_private_key_is_not_taken_for_a_public_one(there: Ferries, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("pyrage")
    said = refused(there, capsys, 2, "rules", "--recipient", "AGE-SECRET-KEY-1QQQQ")
    assert "this is a private one" in said
    assert "QQQQ" not in said


def test_without_pyrage_it_says_what_to_install(there: Ferries, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyrage", None)
    said = refused(there, capsys, 3, "rules", "--recipient", "age1qqqq")
    assert "encrypting needs pyrage, which is not installed" in said
    assert "[site,vault]" in said


# From a vault.


def test_out_of_a_vault_it_is_the_clear_file(there: Ferries, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pyrage")
    from attest import vault

    monkeypatch.delenv(vault.ENVIRONMENT, raising=False)
    clear = there.evidence("crews.csv").read_bytes()
    center, crews = there.root / "controls/center.yml", there.root / "controls/evidence/crews.yml"
    center.write_text(center.read_text() + "vault: vault\n")
    vault.new_key(there.root, "vault")
    vault.add(vault.vault_of(there.root, "vault"), "people/crews.csv", clear, replace=False)
    there.evidence("crews.csv").unlink()
    crews.write_text(crews.read_text().replace("files/crews.csv", "vault:people/crews.csv"))
    package = there.package("crews")
    assert (package.document.name, package.document.data) == ("crews.csv", clear)
    shutil.move(there.root / vault.KEY, there.folder / "elsewhere")
    assert "the vault is locked" in refused(there, capsys, 3, "crews")
