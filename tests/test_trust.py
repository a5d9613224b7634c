"""Pins, memory, and the two verbs that use them."""

from __future__ import annotations

import io
import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attest import seen as memory
from attest.cli import main
from attest.errors import CouldNotTell, WrongUse
from attest.seen import Seen
from attest.times import parse_moment, print_moment
from attest.trust import ROLES, Pin, parse_trust, print_pin, with_pin, without_pins
from attest.wire import base64_strict, openssh, publickey
from tests.signed_site import CENTER, EDWARDS, KEY, OTHER, noon, pin, site, write

HAND_WRITTEN = f"""# whom we trust
# reviewed every January

[[pin]]
center = "{CENTER}"          # our carrier
role = "issuer"
key = "{KEY.fingerprint}"
from = "contract of 2026-11-01"

# told by phone, by Ms Fictional
[[pin]]
center = "https://trust.somebody-else.example/"
role = "witness"
key = "{OTHER.fingerprint}"
not_before = 2026-11-01
not_after = 2027-10-31

# the end
"""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path


def trust_file(home: Path) -> Path:
    return home / "config" / "attest" / "trust.toml"


def seen_file(home: Path) -> Path:
    return home / "state" / "attest" / "seen.json"


def test_a_trust_file_is_read_as_it_is_written() -> None:
    first, second = parse_trust(HAND_WRITTEN, "trust.toml")
    assert first == pin()
    assert (second.role, second.not_before, second.not_after) == ("witness", parse_moment("2026-11-01T00:00:00Z"), parse_moment("2027-11-01T00:00:00Z"))
    assert parse_trust("", "trust.toml") == ()


BAD = {
    "keys = 1\n": "trust.toml:1: 'keys' is not known",
    "[[pins]]\n": "trust.toml:1: 'pins' is not known",
    "pin = 3\n": "trust.toml:1: pin is not a list",
    "[pin]\ncenter = 'x'\n": "trust.toml:1: pin is not a list",
    "[[pin]]\ncenter = \n": "trust.toml: ",
    f"[[pin]]\nrole = 'issuer'\nkey = '{KEY.fingerprint}'\n": "pin[0].center: is missing",
    f"[[pin]]\ncenter = 'c'\nkey = '{KEY.fingerprint}'\n": "pin[0].role: is missing",
    "[[pin]]\ncenter = 'c'\nrole = 'issuer'\n": "pin[0].key: is missing",
    f"[[pin]]\ncenter = 'c'\nrole = 'king'\nkey = '{KEY.fingerprint}'\n": "trust.toml:3: pin[0].role: 'king' is no role",
    f"[[pin]]\ncenter = 'c'\nrole = 'issuer'\nkey = '{KEY.fingerprint}='\n": "trust.toml:4: pin[0].key: is no fingerprint",
    f"[[pin]]\ncenter = 'c'\nrole = 'issuer'\nkey = '{KEY.fingerprint}'\nkee = 'x'\n": "trust.toml:5: pin[0].kee: not known",
    f"[[pin]]\ncenter = 'c'\nrole = 'issuer'\nkey = '{KEY.fingerprint}'\nspki = '{base64_strict.encode(OTHER.spki)}'\n": "trust.toml:5: pin[0].spki: is another key",
    f"[[pin]]\ncenter = 'c'\nrole = 'issuer'\nkey = '{KEY.fingerprint}'\nspki = 'e30='\n": "trust.toml:5: pin[0].spki: not a public key",
    f"[[pin]]\ncenter = 'c'\nrole = 'issuer'\nkey = '{KEY.fingerprint}'\nnot_after = 2027-01-01T00:00:00\n": "trust.toml:5: pin[0].not_after: is a time without a zone",
    f"[[pin]]\ncenter = 'c'\nrole = 'issuer'\nkey = '{KEY.fingerprint}'\nnot_after = 'soon'\n": "trust.toml:5: pin[0].not_after: 'soon'",
    f"[[pin]]\ncenter = 'c'\nrole = 'issuer'\nkey = '{KEY.fingerprint}'\nnot_after = 7\n": "trust.toml:5: pin[0].not_after: is neither",
    f"[[pin]]\ncenter = 7\nrole = 'issuer'\nkey = '{KEY.fingerprint}'\n": "trust.toml:2: pin[0].center: is not text",
    f"# one\n[[pin]]\ncenter = 'c'\nrole = 'issuer'\nkey = '{KEY.fingerprint}'\n\n[[pin]]\ncenter = 'c'\nrole = 'issuer'\nkey = '{KEY.fingerprint}'\nfrom = 3\n": "trust.toml:11: pin[1].from: is not text",
}


@pytest.mark.parametrize("text", BAD, ids=range(len(BAD)))
def test_a_trust_file_that_is_not_one_is_refused_at_its_line(text: str) -> None:
    with pytest.raises(WrongUse) as error:
        parse_trust(text, "trust.toml")
    assert BAD[text] in error.value.message


def test_a_pin_is_appended_and_taken_away_and_the_rest_stays() -> None:
    added = with_pin(HAND_WRITTEN, pin(EDWARDS, spki=EDWARDS.spki, not_after=parse_moment("2027-01-01T00:00:00Z")))
    assert added.startswith(HAND_WRITTEN.rstrip())
    assert len(parse_trust(added, "t")) == 3
    assert without_pins(added, [2]).rstrip() == HAND_WRITTEN.rstrip()
    left = without_pins(HAND_WRITTEN, [1])
    assert left.startswith("# whom we trust\n# reviewed every January\n")
    assert "phone" not in left
    assert parse_trust(left, "t") == (pin(),)
    assert "phone" in without_pins(HAND_WRITTEN, [0])


@pytest.mark.parametrize("text", [
    f"pin = [{{center = 'c', role = 'issuer', key = '{KEY.fingerprint}'}}]\n",
    f"[[pin]]\ncenter = 'c'\nrole = 'issuer'\nkey = '{KEY.fingerprint}'\nfrom = '''\n[[pin]]\n'''\n",
])  # fmt: skip
def test_a_layout_that_cannot_be_changed_safely_is_left_alone(text: str) -> None:
    assert len(parse_trust(text, "t")) == 1
    with pytest.raises(WrongUse, match="plain"):
        without_pins(text, [0])


MOMENTS = st.none() | st.datetimes(min_value=parse_moment("1970-01-01T00:00:00Z").replace(tzinfo=None), max_value=parse_moment("2999-01-01T00:00:00Z").replace(tzinfo=None)).map(
    lambda moment: moment.replace(microsecond=0, tzinfo=noon(1).tzinfo)
)
TEXT = st.text(st.characters(exclude_categories=("Cs",)), min_size=1)
PINS = st.builds(
    Pin, center=TEXT, role=st.sampled_from(ROLES), key=st.just(KEY.fingerprint), spki=st.none() | st.just(KEY.spki), log=st.none() | TEXT, not_before=MOMENTS, not_after=MOMENTS, source=st.just("") | TEXT,
)  # fmt: skip


@given(st.lists(PINS, max_size=4))
def test_what_is_written_is_read_back(pins: list[Pin]) -> None:
    text = ""
    for one in pins:
        text = with_pin(text, one)
    assert parse_trust(text, "t") == tuple(pins)
    assert parse_trust("\n".join(map(print_pin, pins)), "t") == tuple(pins)


def test_the_verb_adds_lists_and_removes(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    key_file = home / "harbourline.pem"
    key_file.write_bytes(publickey.pem(KEY.spki))
    assert main(["trust", "list"]) == 0
    assert main(["trust", "add", CENTER, str(key_file), "--from", "contract of 2026-11-01", "--not-after", "2027-11-01"]) == 0
    assert main(["trust", "add", CENTER, OTHER.fingerprint, "--from", "DNS", "--role", "witness"]) == 0
    assert stat.S_IMODE(trust_file(home).stat().st_mode) == 0o600
    capsys.readouterr()
    assert main(["trust", "list", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert [(one["key"], one["role"], one.get("not_after"), one["from"]) for one in shown["pins"]] == [
        (KEY.fingerprint, "issuer", "2027-11-02T00:00:00Z", "contract of 2026-11-01"), (OTHER.fingerprint, "witness", None, "DNS"),
    ]  # fmt: skip
    assert main(["trust", "add", CENTER, KEY.fingerprint, "--from", "elsewhere"]) == 2
    assert main(["trust", "remove", CENTER, KEY.fingerprint]) == 0
    assert main(["trust", "remove", CENTER, KEY.fingerprint]) == 1
    assert main(["trust", "remove", CENTER]) == 0
    assert main(["trust", "list", "--json"]) == 0


def test_a_wrong_key_is_wrong_use(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    secret = home / "secret.pem"
    secret.write_text("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")
    for wrong in ("SHA256:short", str(home / "nowhere.pem"), str(home), str(secret), "\x00"):
        assert main(["trust", "add", CENTER, wrong, "--from", "x"]) == 2, wrong
    assert not trust_file(home).exists()
    assert "private key" in capsys.readouterr().err


def test_an_openssh_line_is_a_key_too(home: Path) -> None:
    file = home / "key.pub"
    file.write_text(openssh.public_line(EDWARDS.spki, "comment") + "\n")
    assert main(["trust", "add", CENTER, str(file), "--from", "DNS"]) == 0
    assert parse_trust(trust_file(home).read_text(), "t")[0].spki == EDWARDS.spki


def test_a_link_to_the_trust_file_stays_a_link(home: Path) -> None:
    real = home / "dotfiles" / "trust.toml"
    real.parent.mkdir()
    real.write_text(HAND_WRITTEN)
    trust_file(home).parent.mkdir(parents=True)
    trust_file(home).symlink_to(real)
    assert main(["trust", "add", CENTER, OTHER.fingerprint, "--from", "DNS"]) == 0
    assert trust_file(home).is_symlink()
    assert len(parse_trust(real.read_text(), "t")) == 3


def test_nothing_is_half_written(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trust_file(home).parent.mkdir(parents=True)
    trust_file(home).write_text(HAND_WRITTEN)

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert main(["trust", "add", CENTER, OTHER.fingerprint, "--from", "DNS"]) == 3
    assert trust_file(home).read_text() == HAND_WRITTEN
    assert list(trust_file(home).parent.iterdir()) == [trust_file(home)]


def verify(where: Path | str, *words: str, n: int = 1) -> int:
    return main(["verify", str(where), "--at", print_moment(noon(n)), *words])


def test_a_stranger_is_told_the_fingerprint_and_what_to_do(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write(site(), home / "site")
    assert verify(folder) == 3
    shown = capsys.readouterr()
    assert "unknown-signer" in shown.out
    assert f"attest trust add {CENTER} {KEY.fingerprint}" in shown.err
    assert "contract" in shown.err
    assert not trust_file(home).exists()
    assert not seen_file(home).exists()


def test_verifying_answers_with_words_and_codes(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write(site(), home / "site")
    pem = home / "key.pem"
    pem.write_bytes(publickey.pem(KEY.spki))
    assert verify(folder, "--key", KEY.fingerprint) == 0
    assert verify(folder, "--key", str(pem)) == 0
    assert verify(folder, "--key", pem.read_text()) == 0
    out = capsys.readouterr().out
    assert "valid: Harbourline (fictional), release 1, state on 2026-11-01, valid until 2026-12-06; 4 of 8 promises shown by evidence, 1 not in place" in out
    assert "as --at says" in out
    assert verify(folder, "--key", OTHER.fingerprint) == 1
    assert main(["verify", str(folder), "--key", KEY.fingerprint, "--at", "2027-01-01"]) == 4
    assert main(["verify", str(folder), "--key", KEY.fingerprint, "--at", "2026-12-01", "--strict-evidence"]) == 1
    assert verify(folder, "--key", "nonsense") == 2
    assert verify(folder, "--trust", str(home / "nowhere.toml")) == 2
    assert main(["verify", str(folder), "--at", "yesterday"]) == 2
    assert verify(folder, "--require", "everything") == 2
    assert verify(folder / "attestation") == 2
    assert verify(folder / "index.html") == 2
    assert verify("ftp://trust.harbourline.example/") == 2
    assert verify(home / "nowhere") == 3
    assert verify(folder / "attestation/bundle.sigstore.json", "--key", KEY.fingerprint) == 0
    assert verify(folder / "attestation/bundle.sigstore.json", "--key", KEY.fingerprint, "--require", "site,history") == 3
    assert verify(folder / "attestation/assessment.json", "--key", KEY.fingerprint) == 3
    assert verify("/dev/null", "--key", KEY.fingerprint) == 3


def test_the_answer_as_json(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write(site(2), home / "site")
    assert verify(folder, "--key", KEY.fingerprint, "--json", n=2) == 0
    shown = json.loads(capsys.readouterr().out)
    assert (shown["answer"], shown["exit"], shown["release"], shown["filesChecked"], shown["filesListed"]) == ("valid", 0, 2, 11, 11)
    assert shown["center"] == {"id": CENTER, "name": "Harbourline (fictional)"}
    assert shown["fingerprint"] == KEY.fingerprint
    assert set(shown["steps"]) == {"integrity", "signer", "freshness", "history", "claims"}
    assert shown["totals"]["met"] == 4
    (folder / "index.html").write_text("x")
    assert verify(folder, "--key", KEY.fingerprint, "--json", n=2) == 1
    step = json.loads(capsys.readouterr().out)["steps"]["integrity"]
    assert step["outcome"] == "no"
    assert (step["findings"][0]["step"], step["findings"][0]["what"]) == (7, "index.html is not as listed")
    assert verify(home / "nowhere", "--json") == 3
    assert json.loads(capsys.readouterr().out)["answer"] == "could-not-tell"


def test_others_text_cannot_draw_over_ours(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def shout(made: dict[str, Any]) -> None:
        made["center"]["name"] = "\x1b[2J\u202eevil\nvalid: everything"

    folder = write(site(on_record=shout), home / "site")
    verify(folder, "--key", KEY.fingerprint)
    out = capsys.readouterr().out
    assert "\x1b[2J" not in out
    assert "\u202e" not in out
    assert not any(line.startswith("valid: everything") for line in out.splitlines())


def test_a_pin_and_a_memory_make_a_rollback_show(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, second = write(site(1), home / "first"), write(site(2), home / "second")
    assert main(["trust", "add", CENTER, KEY.fingerprint, "--from", "contract"]) == 0
    assert verify(first) == 0
    assert memory.read_seen(seen_file(home))[CENTER, ""].release == 1
    assert stat.S_IMODE(seen_file(home).stat().st_mode) == 0o600
    assert verify(second, n=2) == 0
    assert memory.read_seen(seen_file(home))[CENTER, ""].release == 2
    capsys.readouterr()
    assert verify(first) == 1
    shown = capsys.readouterr()
    assert "rolled-back" in shown.out
    assert "--no-state" in shown.err
    assert verify(first, "--no-state") == 0
    assert memory.read_seen(seen_file(home))[CENTER, ""].release == 2
    forked = write(site(2, before=site(1, on_record=lambda made: made["tool"].update(version="other"))), home / "forked")
    assert verify(forked, n=2) == 1
    assert "forked" in capsys.readouterr().out


def test_what_does_not_hold_or_is_not_pinned_is_not_remembered(home: Path) -> None:
    folder = write(site(), home / "site")
    assert verify(folder, "--key", KEY.fingerprint) == 0
    assert not seen_file(home).exists()
    assert main(["trust", "add", CENTER, KEY.fingerprint, "--from", "contract"]) == 0
    assert verify(folder / "attestation/bundle.sigstore.json") == 0
    (folder / "index.html").write_text("x")
    assert verify(folder) == 1
    assert main(["verify", str(folder), "--at", "2027-01-01"]) == 1
    assert not seen_file(home).exists()


def test_what_is_genuine_and_out_of_date_is_remembered_so_that_older_ones_show(home: Path) -> None:
    first, second = write(site(1), home / "first"), write(site(2), home / "second")
    assert main(["trust", "add", CENTER, KEY.fingerprint, "--from", "contract"]) == 0
    assert main(["verify", str(second), "--at", "2027-01-01"]) == 4
    assert memory.read_seen(seen_file(home))[CENTER, ""].release == 2
    assert verify(first) == 1


def test_a_memory_never_moves_back(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two run at once: the one that began with an empty memory ends after the one that saw a newer release."""
    first, newer = write(site(1), home / "first"), {(CENTER, ""): Seen(5, "ab" * 32)}
    assert main(["trust", "add", CENTER, KEY.fingerprint, "--from", "contract"]) == 0
    memories = iter([{}, newer])
    monkeypatch.setattr(memory, "read_seen", lambda file: next(memories))
    memory.write_seen(seen_file(home), newer)
    assert verify(first) == 0
    monkeypatch.undo()
    assert json.loads(seen_file(home).read_text())[CENTER][""]["release"] == 5


def test_remembering_adds_no_second_key_to_a_pinned_center(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever talks the reader into one more --key does not become the center for good."""
    folder = write(site(key=OTHER), home / "site")
    assert main(["trust", "add", CENTER, KEY.fingerprint, "--from", "contract"]) == 0
    before = trust_file(home).read_text()
    verify(folder, "--key", OTHER.fingerprint, "--remember")
    assert "is pinned already" in capsys.readouterr().err
    assert trust_file(home).read_text() == before
    assert verify(folder) == 1


def test_remembering_pins_what_was_given_and_held(home: Path) -> None:
    folder = write(site(), home / "site")
    assert verify(folder, "--remember") == 2
    assert verify(folder, "--from", "x") == 2
    assert verify(folder, "--key", OTHER.fingerprint, "--remember") == 1
    assert not trust_file(home).exists()
    assert verify(folder, "--key", KEY.fingerprint, "--remember", "--from", "told by phone") == 0
    (kept,) = parse_trust(trust_file(home).read_text(), "t")
    assert (kept.center, kept.key, kept.source, kept.spki) == (CENTER, KEY.fingerprint, "told by phone", KEY.spki)
    assert memory.read_seen(seen_file(home))[CENTER, ""].release == 1, "this visit is one that `--since last` may begin with"
    assert verify(folder) == 0
    assert verify(folder, "--key", KEY.fingerprint, "--remember") == 0
    assert len(parse_trust(trust_file(home).read_text(), "t")) == 1


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("typed", "code"), [("yes\n", 0), ("no\n", 3), ("\n", 3), ("", 3), ("y\n", 3)])
def test_remembering_on_a_terminal_asks_first(home: Path, monkeypatch: pytest.MonkeyPatch, typed: str, code: int) -> None:
    folder = write(site(), home / "site")
    screen = Terminal()
    monkeypatch.setattr(sys, "stdin", Terminal(typed))
    monkeypatch.setattr(sys, "stderr", screen)
    assert verify(folder, "--remember") == code
    assert KEY.fingerprint in screen.getvalue()
    assert trust_file(home).exists() == (code == 0)


def test_a_memory_that_cannot_be_read_is_an_error_and_no_empty_memory(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write(site(), home / "site")
    seen_file(home).parent.mkdir(parents=True)
    for broken in ("{", "[]", '{"c": 1}', '{"c": {"": {"release": 0, "payload": "x"}}}', '{"c": {"": {"release": 1}}}', '{"c": {"": {"release": true, "payload": "' + "a" * 64 + '"}}}'):
        seen_file(home).write_text(broken)
        assert verify(folder, "--key", KEY.fingerprint) == 3, broken
        assert "--no-state" in capsys.readouterr().err
        assert verify(folder, "--key", KEY.fingerprint, "--no-state") == 0


def test_a_memory_that_cannot_be_written_is_said_and_changes_no_answer(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write(site(), home / "site")
    (home / "state").write_text("a file where a folder should be")
    assert main(["trust", "add", CENTER, KEY.fingerprint, "--from", "contract"]) == 0
    capsys.readouterr()
    code = verify(folder)
    assert code in (0, 3)
    assert "seen.json" in capsys.readouterr().err


@given(st.dictionaries(st.tuples(TEXT, st.text(st.characters(exclude_categories=("Cs",)))), st.builds(Seen, st.integers(1, 2**40), st.from_regex("[0-9a-f]{64}", fullmatch=True)), max_size=5))
def test_a_memory_is_read_back(tmp_path_factory: pytest.TempPathFactory, seen: dict[tuple[str, str], Seen]) -> None:
    file = tmp_path_factory.mktemp("seen") / "seen.json"
    memory.write_seen(file, seen)
    assert memory.read_seen(file) == seen
    with pytest.raises(CouldNotTell):
        memory.read_seen(file.parent)


def test_verifying_needs_no_home(home: Path) -> None:
    folder = write(site(), home / "site")
    environment = {"PATH": os.environ["PATH"]}
    done = subprocess.run([sys.executable, "-m", "attest", "verify", str(folder), "--at", print_moment(noon(1)), "--key", KEY.fingerprint], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
