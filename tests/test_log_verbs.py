"""`attest log`, `attest verify --log` and `--since`, as they are typed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from attest import seen as memory
from attest.cli import main
from attest.history import Before, begin, follow, print_history
from attest.seen import Seen, SeenLog
from attest.wire.checkpoint import open_checkpoint
from attest.wire.merkle import leaf_hash, verify_inclusion
from attest.wire.note import print_vkey
from attest.wire.tlog_proof import parse_proof
from tests.signed_site import BUNDLE, CENTER, KEY, ORIGIN, OTHER, Files, Publisher, write

AT = ["--at", "2026-11-03T12:00:00Z"]
ASSESSMENT = "attestation/assessment.json"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path


@pytest.fixture
def pinned(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["trust", "add", CENTER, KEY.fingerprint, "--from", "contract of 2026-11-01"]) == 0
    capsys.readouterr()


def worse(made: dict[str, Any]) -> None:
    """One promise worse, one reworded, one dropped, a subprocessor more."""
    made["controls"][0] |= {"verdict": "not-met", "reason": "1 of 3 fails.", "basis": None}
    made["controls"][0]["checks"][0] |= {"verdict": "not-met", "basis": "tool"}
    made["controls"][2]["promise"] = "We keep it mostly."
    made["controls"].pop(1)


def center() -> Publisher:
    made = Publisher().release().notice().announce(OTHER).killed()
    made.key = OTHER
    return made.release().withdraw(1).release(on_record=worse)


def said(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    code = main([str(word) for word in words])
    out, err = capsys.readouterr()
    return code, out, err


def test_a_log_is_shown_as_a_table_and_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write(center().files, tmp_path / "site")
    code, out, _ = said(capsys, "log", "show", folder, "--key", KEY.fingerprint)
    lines = [line.split() for line in out.splitlines()]
    assert code == 0
    assert lines[0] == ["entry", "kind", "release", "time", "digest", "standing", "signed", "by"]
    assert [(line[1], line[2], line[5]) for line in lines[1:]] == [
        ("release", "1", "withdrawn"), ("notice", "1", "signed"), ("key-change", "1", "signed"), ("release", "2", "void"), ("release", "2", "signed"),
        ("withdrawal", "1", "signed"), ("release", "3", "signed"),
    ]  # fmt: skip
    code, out, _ = said(capsys, "log", "show", folder, "--json")
    assert code == 0
    assert [(row["entry"], row["signedBy"]) for row in json.loads(out)][3:5] == [(3, None), (4, OTHER.fingerprint)]


def test_a_log_that_does_not_hold_is_not_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = center().files
    tile = next(path for path in files if "tile/entries" in path and path.endswith(".p/7"))
    folder = write({**files, tile: files[tile].replace(b'"n":2', b'"n":9', 1)}, tmp_path / "site")
    code, out, err = said(capsys, "log", "show", folder)
    assert (code, out) == (1, "")
    assert "do not lead to the root" in err
    assert said(capsys, "log", "proof", folder, "1")[0] == 1
    assert said(capsys, "log", "show", write(Publisher().release(logged=False).files, tmp_path / "none"))[0] == 3
    assert said(capsys, "log", "show", tmp_path / "nowhere")[0] == 2


@pytest.mark.usefixtures("pinned")
def test_a_log_is_verified_by_itself(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = center()
    folder = write({**made.files, "index.html": b"another page"}, tmp_path / "site")
    code, out, _ = said(capsys, "log", "verify", folder, "--at", "2029-01-01T00:00:00Z")
    assert code == 0
    assert f"valid: the log holds: 7 entries, root {made.log.root(7).hex()}" in out
    assert f"announced in entry 2 by {KEY.fingerprint}, which is pinned (contract of 2026-11-01)" in out
    assert json.loads(said(capsys, "log", "verify", folder, "--json")[1])["log"]["size"] == 7
    assert said(capsys, "log", "verify", folder, "--key", OTHER.fingerprint)[0] == 0


def test_a_log_of_nobody_is_not_verified(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = said(capsys, "log", "verify", write(center().files, tmp_path / "site"))
    assert (code, "unknown-signer" in out) == (3, True)


@pytest.mark.parametrize("which", [lambda _: "2", lambda made: json.loads(made.log.entries[5])["digest"]], ids=["release", "digest"])
def test_a_proof_of_any_entry_is_printed(which: Callable[[Publisher], str], tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    made = center()
    assert main(["log", "proof", str(write(made.files, tmp_path / "site")), which(made)]) == 0
    proof = parse_proof(capfdbinary.readouterr().out)
    checkpoint, _ = open_checkpoint(proof.checkpoint)
    assert proof.checkpoint == made.files["attestation/log/checkpoint"]
    assert verify_inclusion(leaf_hash(made.log.entries[proof.index]), proof.index, checkpoint.size, proof.hashes, checkpoint.root)


@pytest.mark.parametrize(("which", "code"), [("9", 1), ("ab" * 32, 1), ("release", 2), ("AB" * 32, 2)])
def test_a_proof_of_what_is_not_there_is_refused(which: str, code: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, "log", "proof", write(center().files, tmp_path / "site"), which)[:2] == (code, "")


@pytest.mark.usefixtures("pinned")
def test_a_bundle_that_was_kept_is_held_against_the_log(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = center()
    folder = write(made.files, tmp_path / "site")
    kept = folder / "attestation" / "releases" / "1" / "bundle.sigstore.json"
    code, out, _ = said(capsys, "verify", kept, "--log", folder, *AT)
    assert code == 4
    assert "withdrawn: Harbourline (fictional), release 1 is genuine, but release 1 was withdrawn" in out
    assert "entry 0 of the 7 in the log, followed by release 2, 3" in out
    code, out, err = said(capsys, "verify", kept, *AT)
    assert (code, "withdrawal not checked" in out, "add --log" in err) == (0, True, True)
    assert said(capsys, "verify", folder, "--log", folder)[0] == 2


@pytest.mark.usefixtures("pinned")
def test_what_changed_is_told_the_worst_first(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = Publisher().release()
    old = write(made.files, tmp_path / "old")
    new = write(made.release().release(on_record=worse).files, tmp_path / "new")
    code, out, _ = said(capsys, "verify", new, "--since", old, *AT)
    told = out[out.index("since release 1") :].splitlines()
    assert code == 0
    assert told[0].startswith("since release 1 (shown by the log): ")
    titles = [line for line in told if line.startswith("  ") and not line.startswith("    ")]
    assert titles == ["  Worse than before", "  No longer shown", "  Checks, decisions and wording", "  Renewed, or as it was again"]
    assert "    “The promise backups” was shown by evidence; now it is not in place." in told
    assert any("Reworded: “The promise logs”" in line for line in told)
    assert any("“The promise encrypted”, which was shown by evidence" in line for line in told)
    for since in ("1", old / BUNDLE):
        assert said(capsys, "verify", new, "--since", since, *AT)[1].endswith("\n".join(told) + "\n")


@pytest.mark.usefixtures("pinned")
def test_what_changed_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write(Publisher().release().release(on_record=worse).files, tmp_path / "site")
    since = json.loads(said(capsys, "verify", folder, "--since", "1", "--json", *AT)[1])["since"]
    assert (since["release"], since["shownBy"], since["toldBy"]) == (1, "log", "records")
    assert since["changes"][0] | {"said": ""} == {"kind": "worsened", "what": "backups", "title": "The promise backups", "was": "met", "now": "not-met", "group": "worse", "said": ""}
    assert json.loads(said(capsys, "verify", folder, "--json", *AT)[1])["since"] is None


@pytest.mark.usefixtures("pinned")
def test_what_changed_since_the_last_visit(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = Publisher().release()
    assert said(capsys, "verify", write(made.files, tmp_path / "new"), "--since", "last", *AT)[0] == 3
    assert said(capsys, "verify", tmp_path / "new", *AT)[0] == 0
    folder = write(made.release(on_record=worse).files, tmp_path / "newer")
    assert "since release 1 (shown by the log)" in said(capsys, "verify", folder, "--since", "last", *AT)[1]
    assert "since release 2 (the same release): nothing changed" in said(capsys, "verify", folder, "--since", "last", *AT)[1]


@pytest.mark.usefixtures("pinned")
def test_what_is_not_an_ancestor_is_a_fork_and_what_is_not_shown_is_open(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = write(Publisher().release(on_record=worse).files, tmp_path / "other")
    folder = write(Publisher().release().release().files, tmp_path / "site")
    code, out, _ = said(capsys, "verify", folder, "--since", other, *AT)
    assert (code, "release 1 is not the one you have" in out, "since release" in out) == (1, True, False)
    assert said(capsys, "verify", folder, "--since", "7", *AT)[0] == 1
    unlogged = {path: data for path, data in three_unlogged().items() if "/releases/1/" not in path and "/releases/2/" not in path}
    assert said(capsys, "verify", write(unlogged, tmp_path / "unlogged"), "--since", "1", *AT)[0] == 3
    assert said(capsys, "verify", folder, "--since", tmp_path / "nowhere", *AT)[0] == 2
    assert said(capsys, "verify", folder / BUNDLE, "--since", "1", *AT)[0] == 2


def three_unlogged() -> Files:
    return Publisher().release(logged=False).release(logged=False).release(logged=False).files


@pytest.mark.usefixtures("pinned")
def test_where_the_record_is_gone_the_sites_history_tells(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = Publisher().release()
    first = json.loads(made.files[ASSESSMENT])

    def with_history(files: Files) -> None:
        before = Before(1, first, "2026-12-06T06:00:00Z", begin(1, first, "2026-12-06T06:00:00Z"))
        files["history/releases.json"] = print_history(follow(before, 2, json.loads(files[ASSESSMENT]), "2026-12-07T06:00:00Z"))

    made.release(on_record=worse, on_files=with_history)
    pruned = {path: data for path, data in made.files.items() if "/releases/1/" not in path}
    code, out, _ = said(capsys, "verify", write(pruned, tmp_path / "site"), "--since", "1", *AT)
    assert code == 0
    assert "as the site's own history tells it" in out
    assert "“The promise backups” was shown by evidence; now it is not in place." in out
    without = {path: data for path, data in Publisher().release().release().files.items() if "/releases/1/" not in path}
    code, _, err = said(capsys, "verify", write(without, tmp_path / "without"), "--since", "1", "--no-state", *AT)
    assert (code, "cannot be told" in err) == (3, True)


@pytest.mark.usefixtures("pinned")
def test_what_a_reader_kept_is_enough(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = Publisher().release()
    old = write(made.files, tmp_path / "old")
    pruned = {path: data for path, data in made.release(on_record=worse).files.items() if "/releases/1/" not in path}
    code, out, _ = said(capsys, "verify", write(pruned, tmp_path / "site"), "--since", old, *AT)
    assert (code, "since release 1 (shown by the log): " in out) == (0, True)


@pytest.mark.usefixtures("pinned")
def test_the_memory_keeps_the_log_and_names_what_goes_back(tmp_path: Path, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = Publisher().release()
    old = write(made.files, tmp_path / "old")
    assert said(capsys, "verify", write(made.withdraw(1).files, tmp_path / "new"), *AT)[0] == 4
    file = home / "state" / "attest" / "seen.json"
    assert memory.read_seen(file)[CENTER, ORIGIN].log == SeenLog(2, made.log.root(2).hex(), print_vkey(made.log.verifier))
    code, out, _ = said(capsys, "verify", old, *AT)
    assert (code, "rolled-back" in out) == (1, True)
    assert memory.read_seen(file)[CENTER, ORIGIN].log == SeenLog(2, made.log.root(2).hex(), print_vkey(made.log.verifier))


@pytest.mark.usefixtures("pinned")
def test_an_older_memory_is_read_and_carried_on_under_the_logs_name(tmp_path: Path, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = Publisher().release(logged=False)
    assert said(capsys, "verify", write(made.files, tmp_path / "one"), *AT)[0] == 0
    file = home / "state" / "attest" / "seen.json"
    assert set(memory.read_seen(file)) == {(CENTER, "")}
    assert said(capsys, "verify", write(made.release().files, tmp_path / "two"), *AT)[0] == 0
    assert set(memory.read_seen(file)) == {(CENTER, ORIGIN)}


def test_a_memory_with_a_log_is_read_back_and_one_that_is_none_refused(tmp_path: Path) -> None:
    file = tmp_path / "seen.json"
    seen = {(CENTER, ORIGIN): Seen(3, "ab" * 32, SeenLog(5, "cd" * 32, "a+b+c")), ("https://older.example/", "o"): Seen(3, "ab" * 32, SeenLog(5, "cd" * 32)), ("https://other.example/", ""): Seen(1, "ef" * 32)}
    memory.write_seen(file, seen)
    assert memory.read_seen(file) == seen
    for log in ('{"size":0,"root":"' + "ab" * 32 + '"}', '{"size":true,"root":"' + "ab" * 32 + '"}', '{"size":1,"root":"x"}', "[]", "7", '{"size":1,"root":"' + "ab" * 32 + '","vkey":7}'):
        file.write_text(f'{{"c":{{"o":{{"release":1,"payload":"{"ab" * 32}","log":{log}}}}}}}')
        with pytest.raises(Exception, match="cannot be read"):
            memory.read_seen(file)
