"""Publishing into the log: what appears, what an entry stands for, what is begun once, and every old state that somebody may put back."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from attest import keys
from attest.append import append, read_edge, root
from attest.errors import CouldNotTell, Refused
from attest.keys import Keys, open_keys, read_highwater
from attest.later import Later, Withdrawal
from attest.logs.directory import DirectoryLog
from attest.logs.interface import LogStore, TreeHead
from attest.publish import Published, PublishedLater, publish, publish_later
from attest.publishers.directory import Directory
from attest.publishing.later import payload_of_release
from attest.publishing.place import Place, Standing
from attest.wire.checkpoint import open_checkpoint
from attest.wire.log_entry import Entry, parse_entry, print_entry
from attest.wire.note import parse_vkey, signature_of
from attest.wire.tlog_proof import parse_proof
from tests.log_checks import accounted, entries_of, one_history, remembering
from tests.small_site import AT, CENTER, SOURCES, answer, drawn, new_keys, order, place, release
from tests.test_publish import listing, notice, noticed

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
ORIGIN = "trust.kestrel.example/attestation/log"


@pytest.fixture
def opened(tmp_path: Path) -> Keys:
    return remembering(new_keys(tmp_path / "keys"), tmp_path / "signed")


@pytest.fixture
def dest(tmp_path: Path) -> Path:
    return tmp_path / "public"


def log_of(dest: Path) -> Path:
    return Path(f"{dest}.releases/.log")


def whole(dest: Path, opened: Keys, at=AT) -> dict[int, str]:
    """What stands for each entry of the served log; everything that has to hold of it does."""
    assert answer(dest, opened, at).word in ("valid", "withdrawn")
    one_history(dest.parent / "signed", log_of(dest))
    return accounted(dest)


def withdraw(dest: Path, opened: Keys, n: int, at, why: str = "It was wrong.") -> PublishedLater:
    there = place(dest, opened)

    def make(log, standing: Standing) -> Later:
        return Later("withdrawal", CENTER, "Kestrel Parcels", n, at, opened.signer.spki, log, Withdrawal(payload_of_release(there, standing, n), why))

    return publish_later(make, there, at)


def junk(dest: Path, count: int, n: int = 2) -> None:
    """Entries of publishers that died right after they had won their places."""
    store = DirectoryLog(log_of(dest))
    head = store.head()
    assert head is not None
    made = append(read_edge(head.size, store.read), [print_entry(Entry(f"{head.size + index:064x}", "release", n, "2026-11-21T13:00:00Z")) for index in range(count)])
    assert store.swap(head, TreeHead(head.origin, made.edge.size, root(made.edge)), made.files)


# What appears


def test_a_release_is_an_entry_and_proves_it(dest: Path, opened: Keys) -> None:
    published = release(dest, opened, first=True)
    (entry,) = entries_of(dest / "attestation/log")
    assert parse_entry(entry) == Entry(published.head.payload, "release", 1, "2026-11-21T12:00:00Z")
    proof = parse_proof((dest / "attestation/proof.tlog-proof").read_bytes())
    assert (proof.index, proof.hashes) == (0, ())
    assert proof.checkpoint == (dest / "attestation/log/checkpoint").read_bytes()
    checkpoint, note = open_checkpoint(proof.checkpoint)
    log = published.head.statement.log
    assert log is not None
    assert (checkpoint.origin, checkpoint.size, signature_of(note, parse_vkey(log.vkey))) == (ORIGIN, 1, "good")
    assert (dest / "attestation/releases/1/proof.tlog-proof").read_bytes() == (dest / "attestation/proof.tlog-proof").read_bytes()
    assert whole(dest, opened) == {0: "bundle.sigstore.json"}


def test_an_old_release_keeps_the_proof_it_was_published_with(dest: Path, opened: Keys) -> None:
    release(dest, opened, first=True)
    first = (dest / "attestation/proof.tlog-proof").read_bytes()
    for n in range(1, 4):
        release(dest, opened, AT + n * DAY)
    assert (dest / "attestation/releases/1/proof.tlog-proof").read_bytes() == first
    assert len(whole(dest, opened, AT + 3 * DAY)) == 4


def test_the_log_is_none_of_the_files_of_what_is_served(dest: Path, opened: Keys) -> None:
    """Who damages a served file has not damaged the log."""
    release(dest, opened, first=True)
    release(dest, opened, AT + DAY)
    served = {path.stat().st_ino for path in dest.resolve().rglob("*") if path.is_file()}
    assert not served & {path.stat().st_ino for path in log_of(dest).rglob("*") if path.is_file()}


def test_new_versions_of_notices_are_entries_before_the_release(dest: Path, opened: Keys) -> None:
    noticed(dest, opened, AT, notice("It broke.", "It works."))
    noticed(dest, opened, AT + HOUR, notice("Another.", ident="new"), notice("It broke.", "It works.", "It is over."))
    noticed(dest, opened, AT + 2 * HOUR, notice("Another.", ident="new"), notice("It broke.", "It works.", "It is over."))
    assert answer(dest, opened, AT + 2 * HOUR).word == "valid"
    said = [parse_entry(entry) for entry in entries_of(dest / "attestation/log")]
    assert [(entry.kind, entry.n) for entry in said] == [("notice", 0), ("notice", 0), ("release", 1), ("notice", 1), ("notice", 1), ("release", 2), ("release", 3)]
    assert len(list((dest / "attestation/statements").iterdir())) == 4
    whole(dest, opened, AT + 2 * HOUR)


# A log is begun once, and keeps its key


def test_a_log_begins_with_an_older_history(tmp_path: Path, dest: Path) -> None:
    old = new_keys(tmp_path / "keys", log=False)
    assert release(dest, old, first=True).head.statement.log is None
    noticed(dest, old, AT + HOUR, notice("It broke."))
    made = remembering(keys.add_log(tmp_path / "keys", lambda: b""), tmp_path / "signed")
    noticed(dest, made, AT + 2 * HOUR, notice("It broke."))
    said = [parse_entry(entry) for entry in entries_of(dest / "attestation/log")]
    assert [(entry.kind, entry.n) for entry in said] == [("notice", 2), ("release", 3)], "what its pages say is in the log is in the log"
    whole(dest, made, AT + 2 * HOUR)


def test_a_log_is_never_given_up(dest: Path, opened: Keys) -> None:
    release(dest, opened, first=True)
    before = listing(dest.parent)
    with pytest.raises(Refused, match=r"has a log, and there is no log.pem"):
        release(dest, replace(opened, log=None), AT + DAY)
    assert listing(dest.parent) == before


def test_a_log_keeps_its_key(dest: Path, opened: Keys, tmp_path: Path) -> None:
    release(dest, opened, first=True)
    before = listing(dest.parent)
    other = replace(opened, log=new_keys(tmp_path / "others").log)
    with pytest.raises(Refused, match="in the log of another key") as refused:
        release(dest, other, AT + DAY)
    assert "restore log.pem" in refused.value.hint
    shutil.rmtree(tmp_path / "others")
    assert listing(dest.parent) == before


def test_a_keys_folder_that_lost_its_log_key_signs_nothing_new(dest: Path, opened: Keys) -> None:
    """Even where the site is gone too: the mark remembers that there is a log."""
    release(dest, opened, first=True)
    shutil.rmtree(f"{dest}.releases")
    dest.unlink()
    mark = read_highwater(opened.folder)
    assert mark is not None
    keys._replace(opened.folder / keys.HIGHWATER, json.dumps({"center": mark.center, "release": 0, "payload": "", "log": {"origin": ORIGIN, "size": 1, "root": "00" * 32}}).encode())
    with pytest.raises(Refused, match=r"there is no log.pem"):
        release(dest, replace(opened, log=None), AT + DAY, first=True)


# Old states put back


def test_a_deleted_log_is_made_again_from_the_site(dest: Path, opened: Keys) -> None:
    for n in range(3):
        release(dest, opened, AT + n * DAY, first=n == 0)
    before = {path: value for path, value in listing(log_of(dest)).items() if path.startswith(("tile", "checkpoint"))}
    shutil.rmtree(log_of(dest))
    release(dest, opened, AT + 3 * DAY)
    assert before.items() - listing(log_of(dest)).items() == {("checkpoint", before["checkpoint"])}
    assert len(whole(dest, opened, AT + 3 * DAY)) == 4


def test_an_older_log_catches_up_with_the_site(dest: Path, opened: Keys, tmp_path: Path) -> None:
    release(dest, opened, first=True)
    shutil.copytree(log_of(dest), tmp_path / "old")
    release(dest, opened, AT + DAY)
    shutil.rmtree(log_of(dest))
    (tmp_path / "old").rename(log_of(dest))
    release(dest, opened, AT + 2 * DAY)
    assert len(whole(dest, opened, AT + 2 * DAY)) == 3


def test_an_older_log_in_which_a_publisher_had_died_catches_up_too(dest: Path, opened: Keys, tmp_path: Path) -> None:
    release(dest, opened, first=True)
    shutil.copytree(log_of(dest), tmp_path / "old")
    junk(dest, 1)
    release(dest, opened, AT + DAY)
    release(dest, opened, AT + 2 * DAY)
    shutil.rmtree(log_of(dest))
    (tmp_path / "old").rename(log_of(dest))
    junk(dest, 2, n=9)
    assert release(dest, opened, AT + 3 * DAY).head.n == 4
    assert whole(dest, opened, AT + 3 * DAY)[1] == "void"


def test_another_log_of_that_size_is_refused(dest: Path, opened: Keys, tmp_path: Path) -> None:
    """The keys' own, of another place: signed twice it would be proof that the log cannot be trusted."""
    release(dest, opened, first=True)
    mark = (opened.folder / keys.HIGHWATER).read_bytes()
    (opened.folder / keys.HIGHWATER).unlink()
    other = replace(opened, log=opened.log.signer)
    release(tmp_path / "elsewhere", other, first=True, said=" otherwise")
    (opened.folder / keys.HIGHWATER).write_bytes(mark)
    shutil.rmtree(log_of(dest))
    shutil.copytree(log_of(tmp_path / "elsewhere"), log_of(dest))
    with pytest.raises(Refused, match="is another one than that of"):
        release(dest, opened, AT + DAY)


@pytest.mark.parametrize("what", ["releases", "releases and link"])
def test_an_older_backup_of_everything_beside_dest_is_refused(dest: Path, opened: Keys, tmp_path: Path, what: str) -> None:
    release(dest, opened, first=True)
    shutil.copytree(f"{dest}.releases", tmp_path / "backup", symlinks=True)
    release(dest, opened, AT + DAY)
    shutil.rmtree(f"{dest}.releases")
    (tmp_path / "backup").rename(f"{dest}.releases")
    if what != "releases":
        dest.unlink()
        dest.symlink_to("public.releases/1")
    with pytest.raises(Refused, match=r"release 2, which is not in|release 2 was signed already"):
        release(dest, opened, AT + 2 * DAY)


def test_an_older_backup_after_a_withdrawal_is_refused_by_the_marks_log(dest: Path, opened: Keys, tmp_path: Path) -> None:
    """No release was published since: only the log's size tells."""
    release(dest, opened, first=True)
    shutil.copytree(f"{dest}.releases", tmp_path / "backup", symlinks=True)
    withdraw(dest, opened, 1, AT + HOUR)
    shutil.rmtree(f"{dest}.releases")
    (tmp_path / "backup").rename(f"{dest}.releases")
    dest.unlink()
    dest.symlink_to("public.releases/1")
    with pytest.raises(Refused, match="has 1 entries, and by the high-water mark it had 2") as refused:
        release(dest, opened, AT + DAY)
    assert "an older state was restored" in refused.value.hint


def test_an_older_backup_of_the_keys_goes_on_from_what_was_published(dest: Path, opened: Keys) -> None:
    release(dest, opened, first=True)
    old = (opened.folder / keys.HIGHWATER).read_bytes()
    release(dest, opened, AT + DAY)
    (opened.folder / keys.HIGHWATER).write_bytes(old)
    assert release(dest, opened, AT + 2 * DAY).head.n == 3
    assert len(whole(dest, opened, AT + 2 * DAY)) == 3


def test_a_withdrawal_that_was_removed_with_its_folder_is_missed(dest: Path, opened: Keys) -> None:
    """A withdrawal never becomes void: the log has it, and nothing is signed until it is back."""
    release(dest, opened, first=True)
    later = withdraw(dest, opened, 1, AT + HOUR)
    moved = later.folder.rename(dest.parent / "moved")
    dest.unlink()
    dest.symlink_to("public.releases/1")
    with pytest.raises(Refused, match=r'knows of 1: its next is .*"kind":"withdrawal"'):
        release(dest, opened, AT + DAY)
    moved.rename(later.folder)
    assert release(dest, opened, AT + DAY).finished == ()
    assert answer(dest, opened, AT + DAY).word == "valid"


def test_a_statement_that_was_planted_is_not_taken_along(dest: Path, opened: Keys, tmp_path: Path) -> None:
    release(dest, opened, first=True)
    release(tmp_path / "elsewhere", stranger := remembering(new_keys(tmp_path / "others"), tmp_path / "others/signed"), first=True)
    theirs = withdraw(tmp_path / "elsewhere", stranger, 1, AT + HOUR)
    (dest / "attestation/statements").mkdir()
    shutil.copy(tmp_path / "elsewhere" / theirs.said.path, dest / theirs.said.path)
    with pytest.raises(Refused, match="was not signed by the key of"):
        release(dest, opened, AT + DAY)


def test_a_checkpoint_that_was_taken_away_is_missed(dest: Path, opened: Keys) -> None:
    release(dest, opened, first=True)
    (dest / "attestation/log/checkpoint").unlink()
    with pytest.raises(Refused, match="has no attestation/log/checkpoint"):
        release(dest, opened, AT + DAY)


@pytest.mark.parametrize(
    ("path", "said"),
    [("tile/entries/000.p/2", "not those of its last tile"), ("tile/0/000.p/2", "not those of its last tile"), ("head", "tile/entries/000.p/3 is not there"), ("checkpoint", "was not signed by log.pem")],
)
def test_a_damaged_log_is_refused_and_the_site_mends_it(dest: Path, opened: Keys, path: str, said: str) -> None:
    release(dest, opened, first=True)
    release(dest, opened, AT + DAY)
    damaged = log_of(dest) / path
    data = bytearray(damaged.read_bytes())
    data[-3] ^= 1
    damaged.write_bytes(data)
    if path.startswith("tile"):
        head = json.loads((log_of(dest) / "head").read_bytes())
        (log_of(dest) / "head").write_text(json.dumps({**head, "files": {}}))
    with pytest.raises((Refused, CouldNotTell), match=said):
        release(dest, opened, AT + 2 * DAY)
    shutil.rmtree(log_of(dest))
    release(dest, opened, AT + 2 * DAY)
    assert len(whole(dest, opened, AT + 2 * DAY)) == 3


def test_the_clock_may_not_go_back(dest: Path, opened: Keys) -> None:
    release(dest, opened, first=True)
    withdraw(dest, opened, 1, AT + DAY)
    with pytest.raises(Refused, match="the last statement was issued at 2026-11-22T12:00:00Z"):
        withdraw(dest, opened, 1, AT + HOUR)
    with pytest.raises(Refused, match="was issued at 2026-11-22T12:00:00Z"):
        release(dest, opened, AT + HOUR)


# Void entries


@pytest.mark.parametrize("count", [1, 254, 255, 256, 1000])
def test_entries_of_publishers_that_died_are_declared_void(dest: Path, opened: Keys, count: int) -> None:
    release(dest, opened, first=True)
    junk(dest, count)
    published = release(dest, opened, AT + DAY)
    assert published.head.statement.log is not None
    assert (published.head.statement.log.size_before, published.head.statement.log.void) == (count + 1, tuple(range(1, count + 1)))
    assert list(whole(dest, opened, AT + DAY).values()).count("void") == count


def test_more_void_entries_than_one_statement_may_declare_are_a_matter_for_people(dest: Path, opened: Keys) -> None:
    release(dest, opened, first=True)
    junk(dest, 1001)
    with pytest.raises(Refused, match="1001 entries of the log were never published"):
        release(dest, opened, AT + DAY)


@dataclass(frozen=True)
class OvertakenLog:
    """A store in which others append right before we swap, a number of times."""

    store: LogStore
    others: list[Callable[[], None]]

    def __getattr__(self, name: str) -> object:
        return getattr(self.store, name)

    def swap(self, old: TreeHead | None, new: TreeHead, files: Mapping[str, bytes]) -> bool:
        if self.others:
            self.others.pop()()
        return self.store.swap(old, new, files)


@dataclass(frozen=True)
class Overtaken(Directory):
    others: list[Callable[[], None]] | None = None

    def log(self) -> LogStore:
        return OvertakenLog(super().log(), self.others or [])


def overtaken(dest: Path, opened: Keys, times: int) -> Published:
    said: list[str] = []
    store = Overtaken(dest, 10, [lambda: junk(dest, 1)] * times)
    before = (dest.parent / "signed").read_bytes()

    def render(folder: Path, release) -> None:
        assert (dest.parent / "signed").read_bytes() == before, "a loser has signed nothing"
        drawn(opened.secret, AT + DAY)(folder, release)

    return publish(order(AT + DAY), Place(CENTER, store, opened, said.append), render)


def test_who_is_overtaken_builds_again_and_has_signed_nothing(dest: Path, opened: Keys) -> None:
    release(dest, opened, first=True)
    log = overtaken(dest, opened, 2).head.statement.log
    assert log is not None
    assert (log.size_before, log.void) == (3, (1, 2))
    assert one_history(dest.parent / "signed", log_of(dest)) == 2
    whole(dest, opened, AT + DAY)


def test_who_is_always_overtaken_says_so(dest: Path, opened: Keys) -> None:
    release(dest, opened, first=True)
    with pytest.raises(CouldNotTell, match="other publishers were faster 3 times"):
        overtaken(dest, opened, 9)
    assert one_history(dest.parent / "signed", log_of(dest)) == 1
    release(dest, opened, AT + 2 * DAY)
    whole(dest, opened, AT + 2 * DAY)


def test_what_has_to_be_stored_elsewhere_is_before_anything_is_signed(dest: Path, opened: Keys) -> None:
    release(dest, opened, first=True)
    before, seen = (dest.parent / "signed").read_bytes(), []

    def entered() -> None:
        head = DirectoryLog(log_of(dest)).head()
        seen.append(head and head.size)
        assert (dest.parent / "signed").read_bytes() == before
        assert not list(Path(f"{dest}.releases").glob(".staging-*/site/attestation/bundle.sigstore.json"))

    publish(order(AT + DAY), replace(place(dest, opened), entered=entered), drawn(opened.secret, AT + DAY))
    assert seen == [2]
    assert len(whole(dest, opened, AT + DAY)) == 2


def test_the_verb_signs_nothing_where_it_cannot_be_stored(dest: Path, opened: Keys) -> None:
    release(dest, opened, first=True)
    signed = read_highwater(opened.folder)
    for verb in (("publish", dest, "--dir", SOURCES), ("withdraw", "1", dest, "--why", "Wrong.")):
        done = attest(*verb, "--keys", opened.folder, "--at", "2026-11-22T12:00:00Z", "--entered", "sh -c 'exit 7'")
        assert (done.returncode, "ended with 7, so nothing was signed" in done.stderr) == (1, True), done.stderr
    for command, code, said in (("no-such-program --at-all", 1, "cannot be run"), ("sh -c 'exit", 2, "--entered")):
        done = attest("withdraw", "1", dest, "--why", "Wrong.", "--keys", opened.folder, "--at", "2026-11-22T12:00:00Z", "--entered", command)
        assert (done.returncode, said in done.stderr) == (code, True), done.stderr
    assert read_highwater(opened.folder) == signed
    assert str(dest.readlink()) == "public.releases/1"
    assert attest("withdraw", "1", dest, "--why", "Wrong.", "--keys", opened.folder, "--at", "2026-11-22T12:00:00Z", "--entered", "true").returncode == 0
    assert list(whole(dest, opened, AT + DAY).values()).count("void") == 3


# Statements that come later


def test_a_withdrawal_is_served_beside_the_release(dest: Path, opened: Keys) -> None:
    release(dest, opened, first=True)
    old = listing(Path(f"{dest}.releases/1"))
    later = withdraw(dest, opened, 1, AT + HOUR)
    assert (str(dest.readlink()), later.index) == ("public.releases/1.1", 1)
    assert listing(Path(f"{dest}.releases/1")) == old
    assert answer(dest, opened, AT + HOUR).word == "withdrawn"
    assert answer(Path(f"{dest}.releases/1"), opened, AT + HOUR).word == "valid"
    second = release(dest, opened, AT + DAY)
    assert (str(dest.readlink()), second.head.n) == ("public.releases/2", 2)
    assert answer(dest, opened, AT + DAY).word == "valid"
    assert list(whole(dest, opened, AT + DAY).values()) == ["bundle.sigstore.json", Path(later.said.path).name, "bundle.sigstore.json"]


def test_the_next_release_is_told_what_was_withdrawn(dest: Path, opened: Keys) -> None:
    release(dest, opened, first=True)
    later = withdraw(dest, opened, 1, AT + HOUR, "The scan was of another system.")
    told = []

    def render(folder: Path, release) -> None:
        told.extend(release.withdrawn)
        drawn(opened.secret, AT + DAY)(folder, release)

    publish(order(AT + DAY), place(dest, opened), render)
    assert [(one.release, one.at, one.why, one.path) for one in told] == [(1, AT + HOUR, "The scan was of another system.", later.said.path)]


def test_several_statements_one_after_the_other(dest: Path, opened: Keys) -> None:
    release(dest, opened, first=True)
    release(dest, opened, AT + DAY)
    junk(dest, 1, n=3)
    withdraw(dest, opened, 1, AT + DAY + HOUR)
    junk(dest, 1, n=3)
    withdraw(dest, opened, 2, AT + DAY + 2 * HOUR)
    assert str(dest.readlink()) == "public.releases/2.2"
    assert list(whole(dest, opened, AT + DAY + 2 * HOUR).values()).count("void") == 2
    release(dest, opened, AT + 2 * DAY)
    assert len(whole(dest, opened, AT + 2 * DAY)) == 7


@pytest.mark.parametrize("made", ["nothing", "no log"])
def test_nothing_is_said_where_nothing_is_published_or_no_log_is_kept(tmp_path: Path, dest: Path, made: str) -> None:
    opened = new_keys(tmp_path / "keys", log=False)
    if made == "no log":
        release(dest, opened, first=True)
    with pytest.raises(Refused, match="nothing was published" if made == "nothing" else "has no log yet") as refused:
        withdraw(dest, opened, 1, AT + HOUR)
    assert made == "nothing" or "attest keys new --log" in refused.value.hint


def test_a_release_from_before_the_log_can_be_withdrawn(tmp_path: Path, dest: Path) -> None:
    first = release(dest, new_keys(tmp_path / "keys", log=False), first=True)
    made = remembering(keys.add_log(tmp_path / "keys", lambda: b""), tmp_path / "signed")
    release(dest, made, AT + DAY)
    later = withdraw(dest, made, 1, AT + DAY + HOUR)
    assert isinstance(later.said.later.body, Withdrawal)
    assert later.said.later.body.payload == first.head.payload
    whole(dest, made, AT + DAY + HOUR)


# What is kept


def test_old_releases_leave_and_the_chain_holds(dest: Path, opened: Keys) -> None:
    for n in range(6):
        if n == 2:
            junk(dest, 1, n=3)
        publish(order(AT + n * DAY, first=n == 0, keep=timedelta(days=2)), place(dest, opened), drawn(opened.secret, AT + n * DAY))
    assert sorted(path.name for path in (dest / "attestation/releases").iterdir()) == ["3", "4", "5", "6"], "release 3 declares an entry void"
    told = answer(dest, opened, AT + 5 * DAY)
    assert (told.word, set(told.facts.pruned) >= {1, 2}) == ("valid", True)
    assert len(entries_of(dest / "attestation/log")) == 7
    withdraw(dest, opened, 1, AT + 5 * DAY + HOUR)
    assert answer(dest, opened, AT + 5 * DAY + HOUR).word == "valid"


def test_old_folders_leave_and_a_lost_link_is_led_back(dest: Path, opened: Keys) -> None:
    for n in range(5):
        publish(order(AT + n * DAY, first=n == 0, folders=2), place(dest, opened), drawn(opened.secret, AT + n * DAY))
    assert sorted(path.name for path in Path(f"{dest}.releases").iterdir()) == [".attest", ".lock", ".log", "4", "5"]
    dest.unlink()
    assert release(dest, opened, AT + 5 * DAY).finished == (4, 5)
    assert len(whole(dest, opened, AT + 5 * DAY)) == 6


# The verb


def attest(*words: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "attest", *map(str, words)], capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["1", "--why", " "], 2, "--why has to say something"),
        (["1", "--why", "x" * 2001], 2, "at most 2000 characters"),
        (["1", "--why", "ask ana@corp.example"], 1, "an e-mail address that is no contact"),
        (["1", "--why", "turned \u202e round"], 1, "U+202E"),
        (["2", "--why", "Wrong."], 1, "there is no release 2"),
        (["0", "--why", "Wrong."], 1, "there is no release 0"),
    ],
)
def test_the_verb_refuses_and_nothing_is_said(dest: Path, opened: Keys, words: list[str], code: int, said: str) -> None:
    release(dest, opened, first=True)
    before = listing(dest)
    done = attest("withdraw", words[0], dest, *words[1:], "--keys", opened.folder, "--at", "2026-11-22T12:00:00Z")
    assert (done.returncode, said in done.stderr) == (code, True), done.stderr
    assert listing(dest) == before


def test_the_verb_withdraws_once(dest: Path, opened: Keys) -> None:
    release(dest, opened, first=True)
    words = ("withdraw", "1", dest, "--why", "The scan was of another system.", "--keys", opened.folder, "--at", "2026-11-22T12:00:00Z", "--json")
    done = attest(*words)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert (said["withdrawn"], said["entry"], said["served"]) == (1, 1, 1)
    assert "publish the next one" in done.stderr
    assert (dest / said["statement"]).is_file()
    again = attest(*words)
    assert (again.returncode, "was withdrawn already" in again.stderr) == (1, True)


@pytest.mark.slow
def test_the_pages_of_the_next_release_say_it(dest: Path, opened: Keys) -> None:
    words = ("publish", dest, "--dir", SOURCES, "--keys", opened.folder)
    assert attest(*words, "--first", "--at", "2026-11-21T12:00:00Z").returncode == 0
    assert attest("withdraw", "1", dest, "--why", "A <b>wrong</b> scan.", "--keys", opened.folder, "--at", "2026-11-21T13:00:00Z").returncode == 0
    assert attest(*words, "--at", "2026-11-22T12:00:00Z").returncode == 0
    page = (dest / "history/index.html").read_text()
    assert page.count("Release 1 was withdrawn on") == 2
    assert "A &lt;b&gt;wrong&lt;/b&gt; scan." in page
    assert (dest / "attestation/keys/log.vkey").read_text().startswith(f"{ORIGIN}+")
    index = json.loads((dest / "attestation/index.json").read_text())["addresses"]
    for name in ("log", "checkpoint", "proof", "statements", "logKey"):
        assert (dest / "attestation" / index[name]).exists(), name


def test_a_locked_folder_asks_for_its_passphrase_once(tmp_path: Path) -> None:
    keys.create(tmp_path / "keys", "p256", b"open sesame")
    asked: list[int] = []
    opened = open_keys(tmp_path / "keys", lambda: asked.append(1) or b"open sesame")
    assert opened.log is not None
    assert asked == [1]
