"""`attest verify` of signed answers: what a reader is told, by which key, of which files; and what is only asked of trust centers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from attest import trust as trusted
from attest.answered import MOST_ANSWERS
from attest.cli import main
from attest.cli.own_key import own_key
from attest.errors import WrongUse
from attest.sign import sign_answers
from attest.signers.keyfile import open_keyfile
from attest.trust import Pin
from attest.wire import openssh, publickey
from tests.quality.serving import plain
from tests.small_answers import ASKER, AUTHOR, POLICY, bundle
from tests.test_answered import in_file

AT = "2026-11-21T12:00:00Z"
KEY = AUTHOR.fingerprint


@pytest.fixture(autouse=True)
def there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader's folder with the answers in it, and a home of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    Path("answers.sigstore.json").write_bytes(bundle() + b"\n")
    Path("policy.pdf").write_bytes(POLICY)


def verify(*words: str, where: str = "answers.sigstore.json") -> int:
    return main(["verify", where, "--at", AT, *words])


def test_who_answered_what_when_signed_by_whom(capsys: pytest.CaptureFixture[str]) -> None:
    assert verify("--key", KEY) == 0
    assert capsys.readouterr().out == f"""\
ok   integrity  the answers' signature
       1 answer names a file, which is not in here: hold what you were handed against it
ok   signer     {KEY}, given with --key
ok   freshness  answered at 2026-11-20T09:00:00Z, as they say
-    history    not checked
       answers have no history: nobody can withdraw them, and later ones stand beside them
     frameworks     iso-27001, soc-2
     none-of-these  none of them
     notice         24
     policy         policy.pdf, a file of the SHA-256 2c73c9637f8022dea8b85b402915c2c2fc358823a38516cea556115df0979dcc [note: of this year]
     second-factor  yes
     where          Denmark [note: Two halls, Billund and Århus; for reviewers alone]
valid: Fjordhost (fictional) (Ane Holm, Security lead) answered supplier-assessment, version 1, of {ASKER}: 6 answers (judged at {AT}, as --at says)
"""


def test_the_same_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    assert verify("--key", KEY, "--json", "--document", "policy.pdf") == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["answer"], said["exit"], said["fingerprint"], said["pin"]) == ("valid", 0, KEY, {"from": "given with --key"})
    assert said["questionnaire"] == {"id": "supplier-assessment", "version": "1", "asker": ASKER}
    assert said["by"] == {"name": "Fjordhost (fictional)", "person": "Ane Holm", "role": "Security lead"}
    assert (said["answeredAt"], said["answered"], said["answers"]["second-factor"]) == ("2026-11-20T09:00:00Z", 6, {"value": "yes"})
    assert [(each["file"], each["answer"], each["items"]) for each in said["documents"]] == [("policy.pdf", "named", ["policy"])]


@pytest.mark.parametrize("spelled", ["a fingerprint", "a public key file", "a PEM file", "PEM"])
def test_the_key_in_any_spelling(spelled: str) -> None:
    Path("ane.pub").write_text(openssh.public_line(AUTHOR.spki, "Ane Holm") + "\n")
    Path("ane.pem").write_bytes(publickey.pem(AUTHOR.spki))
    key = {"a fingerprint": KEY, "a public key file": "ane.pub", "a PEM file": "ane.pem", "PEM": publickey.pem(AUTHOR.spki).decode()}[spelled]
    assert verify("--key", key) == 0


def test_a_key_that_nobody_gave_is_nobodys(capsys: pytest.CaptureFixture[str]) -> None:
    assert verify() == 3
    told = capsys.readouterr()
    assert "unknown-signer: it says that Fjordhost (fictional) (Ane Holm, Security lead) answered" in told.out
    assert "second-factor" not in told.out, "what they say is not shown before somebody is known to have said it"
    assert "by another way than these answers" in told.err
    assert f"  --key {KEY}" in told.err
    verify("--json")
    assert json.loads(capsys.readouterr().out)["answers"] is None


@pytest.mark.parametrize("role", trusted.ROLES)
def test_pins_of_trust_centers_count_for_no_answers(role: trusted.Role) -> None:
    """Who may sign for a center need not be who may answer for its company, and the other way round."""
    file = trusted.default_file()
    file.parent.mkdir(parents=True)
    trusted.write_whole(file, trusted.with_pin("", Pin(ASKER, role, KEY, source="contract")).encode())
    assert verify() == 3


@pytest.mark.parametrize("words", [
    ["--trust", "trust.toml"], ["--require", "site"], ["--strict-evidence"], ["--remember"], ["--log", "."], ["--since", "last"], ["--recompute"],
    ["--remember", "--from", "the phone"], ["--recompute", "--evidence", "."],
])
def test_what_is_asked_of_trust_centers_alone_is_refused(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    Path("trust.toml").touch()
    assert verify("--key", KEY, *words) == 2
    assert "is for trust centers, and these are answers to a questionnaire" in capsys.readouterr().err


@pytest.mark.parametrize(("name", "content", "word", "says"), [
    ("policy.pdf", POLICY, "named", "the file that is named by the answer policy"),
    ("renamed.pdf", POLICY, "named", "renamed.pdf: the file that is named by the answer policy"),
    ("policy.pdf", POLICY + b"!", "another", "not the file of that name in the answer policy: what is in it is another"),
    ("else.pdf", b"!", "not-named", "no answer names this file"),
])
def test_files_that_were_handed_over(name: str, content: bytes, word: str, says: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path(name).write_bytes(content)
    code = verify("--key", KEY, "--document", name)
    assert (code, says in capsys.readouterr().out) == (0 if word == "named" else 1, True)
    verify("--key", KEY, "--document", name, "--json")
    said = json.loads(capsys.readouterr().out)
    assert (said["answer"], said["exit"], said["documents"][0]["answer"]) == ("valid", code, word)


def test_a_file_is_worth_no_more_than_the_answers_that_name_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert verify("--document", "policy.pdf") == 3
    told = capsys.readouterr().out
    assert "?    document   policy.pdf" in told
    assert "by whoever signed this: the answer is unknown-signer" in told
    Path("answers.sigstore.json").write_bytes(bundle().replace(b'"sig":"M', b'"sig":"N'))
    assert verify("--key", KEY, "--document", "policy.pdf") != 0
    assert "document" not in capsys.readouterr().out, "what a forged list names is not told"


def test_a_document_that_is_not_there_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert verify("--key", KEY, "--document", "gone.pdf") == 3
    assert "gone.pdf" in capsys.readouterr().err


def test_others_words_stay_on_their_line(capsys: pytest.CaptureFixture[str]) -> None:
    words = "Fjordhost\nvalid: Harbourline"
    Path("answers.sigstore.json").write_bytes(bundle(company=words, answers={"where": {"value": words, "note": words}, "policy": {"file": words, "sha256": "0" * 64}}))
    verify("--key", KEY, "--document", "policy.pdf")
    verify()
    told = capsys.readouterr()
    assert "\nvalid: Harbourline" not in told.out + told.err


def test_many_answers_are_counted_and_not_all_shown(capsys: pytest.CaptureFixture[str]) -> None:
    Path("answers.sigstore.json").write_bytes(bundle(answers={f"q{n}": {"value": "x" * 400} for n in range(MOST_ANSWERS // 10)}))
    assert verify("--key", KEY) == 0
    told = capsys.readouterr().out
    assert "     and 800 more; --json has them\n" in told
    assert max(map(len, told.splitlines())) < 320
    verify("--key", KEY, "--json")
    assert len(json.loads(capsys.readouterr().out)["answers"]) == 1000


@pytest.mark.parametrize("text", ['questionnaire: {id: a, version: "1"}\nby: {name: b}\nanswered_at: 2026-11-20\nanswers: {c: "yes"}\n', '{"questionnaire":{"id":"a","version":"1"},"by":{"name":"b"},"answered_at":"2026-11-20","answers":{"c":"yes"}}'])
def test_answers_that_nobody_signed_are_told_from_damage(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("answers.yml").write_text(text)
    assert verify(where="answers.yml") == 3
    assert "an answers file that nobody signed" in capsys.readouterr().err
    assert verify(where="policy.pdf") == 3
    assert "answers" not in capsys.readouterr().err


def test_from_an_address(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    with plain(tmp_path, []) as address:
        assert verify("--key", KEY, where=f"{address}answers.sigstore.json") == 0
        assert "valid: Fjordhost" in capsys.readouterr().out
        assert verify(where=f"{address}gone.sigstore.json") == 3


def test_a_suppliers_way_from_no_key_to_signed_answers(capsys: pytest.CaptureFixture[str]) -> None:
    """No trust center is near: a key, a signature, and the fingerprint that is told by phone."""
    assert main(["keys", "new", "--person", "ane.pem", "--no-passphrase"]) == 0
    told = capsys.readouterr()
    assert "tell whoever asks you this fingerprint by phone or in the contract, not along with the answers" in told.err
    signer = open_keyfile(Path("ane.pem"), None)
    assert signer.fingerprint in told.out
    Path("signed.sigstore.json").write_bytes(sign_answers(in_file(), signer))
    assert verify("--key", signer.fingerprint, where="signed.sigstore.json") == 0
    assert verify("--key", "ane.pem.pub", where="signed.sigstore.json") == 0
    assert verify("--key", KEY, where="signed.sigstore.json") == 1


def test_the_key_that_signs_releases_signs_no_answers(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATTEST_KEYS", "keys")
    assert main(["keys", "new", "--no-passphrase"]) == 0
    with pytest.raises(WrongUse, match="that is the key that signs releases"):
        own_key(Path("keys/statement.pem"), "sign answers")
    assert main(["keys", "new", "--person", "ane.pem", "--no-passphrase"]) == 0
    assert own_key(Path("ane.pem"), "sign answers").fingerprint in capsys.readouterr().out
