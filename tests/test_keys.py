"""The keys folder, its high-water mark, and ``attest keys``."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from attest import keys
from attest.cli import main
from attest.cli.passphrase import passphrase_source
from attest.errors import CouldNotTell, Refused, Unreadable, WrongUse
from attest.keys import HighWater
from attest.wire import openssh, publickey

from .test_signers import run_without_room

CENTER = "https://trust.harbourline.example/"
ROOT = Path(__file__).parent.parent


def never() -> bytes:
    raise AssertionError("nobody is to be asked")


def mark(release: int, payload: str = "a0", center: str = CENTER) -> HighWater:
    return HighWater(center, release, payload * 32)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    keys.create(tmp_path / "keys", "ed25519", None)
    return tmp_path / "keys"


# the folder


@pytest.mark.parametrize("passphrase", [None, b"harbour light"])
def test_keys_made_are_the_keys_opened(tmp_path: Path, passphrase: bytes | None) -> None:
    folder = tmp_path / "deep" / "keys"
    made = keys.create(folder, "p256", passphrase)
    opened = keys.open_keys(folder, never if passphrase is None else lambda: passphrase)
    assert (made.folder, made.secret, made.signer.spki) == (opened.folder, opened.secret, opened.signer.spki)
    assert keys.public_of(folder) == opened.signer.spki
    assert keys.secret_of(folder) == opened.secret
    assert len(opened.secret) == 32


def test_what_lies_in_the_folder(folder: Path) -> None:
    assert {path.name for path in folder.iterdir()} == {".gitignore", "statement.pem", "statement.pub", "log.pem", "log.pub", "center.secret"}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in folder.iterdir())
    assert (folder / ".gitignore").read_text() == "*\n"
    assert re.fullmatch(r"[0-9a-f]{64}\n", (folder / "center.secret").read_text())
    assert [path.name for path in folder.parent.iterdir()] == ["keys"], "nothing else stays behind"


def test_secrets_are_not_in_the_repr(folder: Path) -> None:
    opened = keys.open_keys(folder, never)
    assert opened.secret.hex() not in repr(opened)
    assert repr(opened.secret) not in repr(opened)


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()
    keys.create(tmp_path / "keys", "p256", None)
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700


def test_keys_are_never_overwritten(folder: Path) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(Refused, match=r"something in .* already"):
        keys.create(folder, "p256", None)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


@pytest.mark.parametrize("occupant", ["file", "link", "dangling"])
def test_no_folder_of_its_own_is_refused(tmp_path: Path, occupant: str) -> None:
    place = tmp_path / "keys"
    if occupant == "file":
        place.write_text("")
    else:
        place.symlink_to(tmp_path if occupant == "link" else tmp_path / "nothing")
    with pytest.raises(Refused, match="already"):
        keys.create(place, "p256", None)


def test_without_room_no_half_folder_stays(tmp_path: Path) -> None:
    assert "cannot write" in run_without_room(f"keys.create(Path({str(tmp_path / 'keys')!r}), 'p256', None)")
    assert list(tmp_path.iterdir()) == []
    keys.create(tmp_path / "keys", "p256", None)


def test_what_a_killed_run_left_is_not_in_the_way(tmp_path: Path) -> None:
    (tmp_path / ".keys.left").mkdir()
    keys.create(tmp_path / "keys", "p256", None)


def test_no_keys_is_wrong_use(tmp_path: Path) -> None:
    for call in (lambda: keys.open_keys(tmp_path / "keys", never), lambda: keys.public_of(tmp_path / "keys")):
        with pytest.raises(WrongUse) as caught:
            call()
        assert "attest keys new" in caught.value.hint
    assert keys.secret_of(tmp_path / "keys") is None


@pytest.mark.parametrize("name", ["statement.pem", "center.secret"])
def test_open_permissions_are_refused(folder: Path, name: str) -> None:
    (folder / name).chmod(0o644)
    with pytest.raises(Refused, match="open to others") as caught:
        keys.open_keys(folder, never)
    assert caught.value.hint == f"chmod 600 {folder / name}"


@pytest.mark.parametrize("text", ["", "00" * 32, "00" * 31 + "\n", "00" * 33 + "\n", "AA" * 32 + "\n", "zz" * 32 + "\n", "00" * 32 + "\r\n"])
def test_a_secret_in_another_form_is_unreadable(folder: Path, text: str) -> None:
    (folder / "center.secret").write_bytes(text.encode())
    for call in (lambda: keys.open_keys(folder, never), lambda: keys.secret_of(folder)):
        with pytest.raises(Unreadable, match="not 64 hex digits"):
            call()


def test_a_lost_secret_is_restored_and_not_made_anew(folder: Path) -> None:
    (folder / "center.secret").unlink()
    with pytest.raises(WrongUse, match=r"there is no .*center\.secret") as refused:
        keys.open_keys(folder, never)
    assert "restore the secret from your copy" in refused.value.hint


@pytest.mark.parametrize("name", ["statement.pem", "statement.pub", "center.secret"])
def test_a_missing_part_or_a_link_in_its_place(folder: Path, name: str) -> None:
    (folder / name).rename(folder / "elsewhere")
    with pytest.raises(WrongUse, match="there is no"):
        keys.open_keys(folder, never)
    (folder / name).symlink_to(folder / "elsewhere")
    with pytest.raises(Refused, match="is a link"):
        keys.open_keys(folder, never)


def test_halves_of_two_keys_are_refused(folder: Path, tmp_path: Path) -> None:
    keys.create(tmp_path / "other", "ed25519", None)
    (tmp_path / "other" / "statement.pub").replace(folder / "statement.pub")
    with pytest.raises(Refused, match="not the public half"):
        keys.open_keys(folder, never)


@pytest.mark.parametrize("data", [b"", b"ssh-rsa AAAA", b"\xff", b"ssh-ed25519 !!"])
def test_a_damaged_public_half_is_unreadable(folder: Path, data: bytes) -> None:
    (folder / "statement.pub").write_bytes(data)
    with pytest.raises(Unreadable, match="not an OpenSSH public key"):
        keys.public_of(folder)


# the high-water mark


def test_the_mark_rises(folder: Path) -> None:
    assert keys.read_highwater(folder) is None
    for one in (mark(1), mark(2), mark(2), mark(7, "b1")):
        keys.write_highwater(folder, one)
        assert keys.read_highwater(folder) == one
    assert (folder / "highwater.json").read_text() == '{"center":"https://trust.harbourline.example/","payload":"' + "b1" * 32 + '","release":7}\n'
    assert stat.S_IMODE((folder / "highwater.json").stat().st_mode) == 0o600
    assert len(list(folder.iterdir())) == 7, "no temporary file stays"


@pytest.mark.parametrize(("after", "why"), [
    (mark(1), "is below it"),
    (mark(2, "b1"), "another release 2 was signed already"),
    (mark(3, center="https://trust.other.example/"), "these keys sign for"),
])
def test_the_mark_never_falls_forks_or_moves(folder: Path, after: HighWater, why: str) -> None:
    keys.write_highwater(folder, mark(2))
    with pytest.raises(Refused, match=why):
        keys.write_highwater(folder, after)
    assert keys.read_highwater(folder) == mark(2)


@pytest.mark.parametrize("bad", [HighWater("", 1, "00" * 32), mark(0), mark(-1), mark(2**53), HighWater(CENTER, 1, "00"), HighWater(CENTER, 1, "AA" * 32)])
def test_a_mark_that_is_none_is_not_written(folder: Path, bad: HighWater) -> None:
    with pytest.raises(ValueError, match="no high-water mark"):
        keys.write_highwater(folder, bad)


@pytest.mark.parametrize("text", [
    "", "{}", "[]", "null", "42",
    '{"center":"x","payload":"' + "00" * 32 + '","release":true}',
    '{"center":"x","payload":"' + "00" * 32 + '","release":1.0}',
    '{"center":"x","payload":"' + "00" * 32 + '","release":"1"}',
    '{"center":"x","payload":"00","release":1}',
    '{"center":"x","payload":"' + "00" * 32 + '","release":1,"root":""}',
    '{"center":"x","payload":"' + "00" * 32 + '","release":2,"release":1}',
])
def test_a_mark_that_cannot_be_trusted_is_unreadable_not_absent(folder: Path, text: str) -> None:
    (folder / "highwater.json").write_text(text)
    with pytest.raises(Unreadable):
        keys.read_highwater(folder)
    with pytest.raises(Unreadable):
        keys.write_highwater(folder, mark(1))


def test_a_mark_behind_a_link_is_refused(folder: Path, tmp_path: Path) -> None:
    (folder / "highwater.json").symlink_to(tmp_path / "nothing")
    with pytest.raises(Refused, match="is a link"):
        keys.read_highwater(folder)


def test_without_room_the_old_mark_stands(folder: Path) -> None:
    keys.write_highwater(folder, mark(1))
    said = run_without_room(f"keys.write_highwater(Path({str(folder)!r}), keys.HighWater({CENTER!r}, 2, {'b1' * 32!r}))")
    assert "cannot write" in said
    assert keys.read_highwater(folder) == mark(1)
    assert len(list(folder.iterdir())) == 7


def test_where_nothing_can_be_written(tmp_path: Path) -> None:
    with pytest.raises(CouldNotTell, match="cannot write"):
        keys.write_highwater(tmp_path / "no", mark(1))


# the verb


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ATTEST_KEYS", raising=False)
    monkeypatch.delenv("ATTEST_PASSPHRASE", raising=False)
    monkeypatch.setenv("NO_COLOR", "1")
    return tmp_path


def test_new_and_show(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["keys", "new", "--no-passphrase"]) == 0
    made = capsys.readouterr()
    assert main(["keys", "show"]) == 0
    shown = capsys.readouterr()
    assert made.out == shown.out
    assert shown.err == ""
    spki = keys.public_of(here / ".attest" / "keys")
    for part in (openssh.fingerprint(spki), "ECDSA P-256", ".attest/keys", publickey.pem(spki).decode(), openssh.public_line(spki)):
        assert part in shown.out
    assert f"signed with the key {openssh.fingerprint(spki)}. A statement" in shown.out
    assert "keep a copy" in made.err
    assert "PRIVATE" not in made.out + made.err


def test_show_as_json(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["keys", "new", "--no-passphrase", "--algorithm", "ed25519", "--keys", "k", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown.keys() == {"fingerprint", "algorithm", "folder", "pem", "openssh", "contract", "center", "log", "dns", "next", "former"}
    assert (shown["algorithm"], shown["folder"]) == ("Ed25519", "k")
    assert openssh.fingerprint(publickey.from_pem(shown["pem"].encode())) == shown["fingerprint"]
    assert main(["keys", "show", "--keys", "k", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == shown


def test_the_folder_from_the_environment(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATTEST_KEYS", "from-environment")
    assert main(["keys", "new", "--no-passphrase"]) == 0
    assert main(["keys", "new", "--no-passphrase", "--keys", "from-flag"]) == 0
    assert {path.name for path in here.iterdir()} == {"from-environment", "from-flag"}


def test_the_passphrase_from_the_environment(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATTEST_PASSPHRASE", "harbour light")
    assert main(["keys", "new"]) == 0
    assert keys.open_keys(here / ".attest" / "keys", passphrase_source()).secret
    monkeypatch.setenv("ATTEST_PASSPHRASE", "harbour dark")
    with pytest.raises(Refused, match="does not open"):
        keys.open_keys(here / ".attest" / "keys", passphrase_source())


def test_a_second_new_is_refused_before_anything_is_asked(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["keys", "new", "--no-passphrase"]) == 0
    assert main(["keys", "new"]) == 1
    assert "already" in capsys.readouterr().err


def test_show_without_keys(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["keys", "show"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "attest: hint: make keys with `attest keys new`" in said.err


def attest(*words: str) -> list[str]:
    return [sys.executable, "-m", "attest", *words]


def environment(**more: str) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if key not in ("ATTEST_PASSPHRASE", "ATTEST_KEYS")}
    return {**kept, "PYTHONPATH": str(ROOT), "NO_COLOR": "1", **more}


def test_nobody_to_ask_is_wrong_use(tmp_path: Path) -> None:
    done = subprocess.run(attest("keys", "new"), cwd=tmp_path, env=environment(), stdin=subprocess.DEVNULL, capture_output=True, text=True, start_new_session=True)
    assert done.returncode == 2
    assert "there is no terminal to ask on" in done.stderr
    assert "hint: set ATTEST_PASSPHRASE" in done.stderr
    assert list(tmp_path.iterdir()) == []


def on_a_terminal(folder: Path, words: list[str], answers: list[bytes]) -> tuple[int, str]:
    """Runs a command on a terminal of its own; types an answer at every prompt that ends in a colon."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(folder)
        os.execve(words[0], words, environment())
    said, waiting, left = b"", b"", list(answers)
    while select.select([terminal], [], [], 60)[0]:
        try:
            more = os.read(terminal, 4096)
        except OSError:  # Linux's way to say that the other side is gone
            break
        if not more:
            break
        said, waiting = said + more, waiting + more
        if waiting.endswith(b": ") and left:
            os.write(terminal, left.pop(0))
            waiting = b""
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), said.decode()


def test_the_passphrase_is_asked_twice_and_not_shown(tmp_path: Path) -> None:
    code, said = on_a_terminal(tmp_path, attest("keys", "new"), [b"harbour light\n", b"harbour light\n"])
    assert code == 0, said
    assert "harbour light" not in said
    assert "the same again" in said
    assert keys.open_keys(tmp_path / ".attest" / "keys", lambda: b"harbour light").secret


@pytest.mark.parametrize(("answers", "says"), [
    ([b"harbour light\n", b"harbour dark\n"], "the two passphrases differ"),
    ([b"\n"], "no passphrase was given"),
    ([b"\x04"], "no passphrase was given"),
    ([b"\x03"], "interrupted"),
])
def test_answers_that_make_no_key(tmp_path: Path, answers: list[bytes], says: str) -> None:
    code, said = on_a_terminal(tmp_path, attest("keys", "new"), answers)
    assert code == (3 if says == "interrupted" else 2), said
    assert says in said
    assert list(tmp_path.iterdir()) == []


# The log's key and its mark


def log_mark(size: int, root: str = "a0", origin: str = "trust.harbourline.example/attestation/log") -> keys.LogMark:
    return keys.LogMark(origin, size, root * 32)


def test_a_folder_of_an_older_version_gets_a_log_key_once(folder: Path) -> None:
    for name in (keys.LOG_PRIVATE, keys.LOG_PUBLIC):
        (folder / name).unlink()
    assert keys.open_keys(folder, lambda: b"").log is None
    assert keys.log_public_of(folder) is None
    made = keys.add_log(folder, lambda: b"")
    assert made.log is not None
    assert keys.open_keys(folder, lambda: b"").log == made.log
    assert keys.log_public_of(folder) == made.log.spki
    with pytest.raises(Refused, match=r"log.pem already"):
        keys.add_log(folder, lambda: b"")
    assert sorted(path.name for path in folder.iterdir()) == sorted([".gitignore", "statement.pem", "statement.pub", "log.pem", "log.pub", "center.secret"])


def test_a_log_key_is_locked_like_the_statement_key(tmp_path: Path) -> None:
    keys.create(tmp_path / "keys", "p256", b"lantern on the quay")
    for name in (keys.LOG_PRIVATE, keys.LOG_PUBLIC):
        (tmp_path / "keys" / name).unlink()
    asked = []

    def passphrase() -> bytes:
        asked.append(1)
        return b"lantern on the quay"

    keys.add_log(tmp_path / "keys", passphrase)
    assert asked == [1]
    assert b"ENCRYPTED" in (tmp_path / "keys" / keys.LOG_PRIVATE).read_bytes()
    assert keys.open_keys(tmp_path / "keys", lambda: b"lantern on the quay").log is not None
    with pytest.raises(Refused):
        keys.open_keys(tmp_path / "keys", lambda: b"another")


def test_halves_of_two_log_keys_are_refused(folder: Path, tmp_path: Path) -> None:
    keys.create(tmp_path / "others", "ed25519", None)
    (folder / keys.LOG_PUBLIC).write_bytes((tmp_path / "others" / keys.LOG_PUBLIC).read_bytes())
    with pytest.raises(Refused, match=r"log.pub is not the public half of log.pem"):
        keys.open_keys(folder, lambda: b"")


def test_the_marks_log_rises_before_anything_is_signed(folder: Path) -> None:
    def sign() -> bytes:
        mark = keys.read_highwater(folder)
        assert mark is not None
        assert mark.log == log_mark(1)
        return b"signed"

    assert keys.vouch(folder, CENTER, log_mark(1), sign) == b"signed"
    assert keys.read_highwater(folder) == HighWater(CENTER, 0, "", log_mark(1))
    keys.write_highwater(folder, mark(1))
    assert keys.read_highwater(folder) == HighWater(CENTER, 1, "a0" * 32, log_mark(1))
    assert keys.vouch(folder, CENTER, log_mark(1), lambda: b"again") == b"again"


@pytest.mark.parametrize(
    ("after", "why"),
    [
        (log_mark(4), "5 entries already, 4 is below"),
        (log_mark(5, "b1"), "another log of 5 entries was signed already"),
        (log_mark(6, origin="elsewhere.example/attestation/log"), "sign for the log trust.harbourline.example"),
    ],
)
def test_nothing_is_signed_below_the_marks_log_or_beside_it(folder: Path, after: keys.LogMark, why: str) -> None:
    keys.vouch(folder, CENTER, log_mark(5), lambda: b"")
    signed: list[bytes] = []
    with pytest.raises(Refused, match=why):
        keys.vouch(folder, CENTER, after, lambda: signed.append(b"x") or b"")
    assert signed == []
    assert keys.read_highwater(folder) == HighWater(CENTER, 0, "", log_mark(5))


@pytest.mark.parametrize("bad", [log_mark(-1), log_mark(10**16), log_mark(1, "AA"), log_mark(1, origin="")])
def test_a_log_that_is_none_is_not_marked(folder: Path, bad: keys.LogMark) -> None:
    with pytest.raises(ValueError, match="no high-water mark"):
        keys.write_highwater(folder, HighWater(CENTER, 1, "a0" * 32, bad))
