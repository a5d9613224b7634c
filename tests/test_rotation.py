"""One statement key follows another: announced in the log, taking over on its day, retired, and what readers of any pin are told meanwhile."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from attest import keys
from attest.cli import main
from attest.errors import Refused, Unreadable, WrongUse
from attest.fetch import Folder
from attest.keys import Keys, open_keys
from attest.later import KeyChange, Withdrawal, parse_later
from attest.publish import publish, publish_later
from attest.publishing.rotation import Announced, SaidAlready, retire, rotate
from attest.publishing.turning import others, turned
from attest.times import print_moment
from attest.trust import Pin, Trust, parse_trust
from attest.verify.answer import Answer
from attest.verify.question import Question
from attest.verify.verifier import verify_bundle, verify_site
from attest.wire import openssh
from attest.wire.bundle import parse_bundle
from attest.words import MANIFEST_NAMESPACE
from tests import sites, small_site
from tests.small_site import AT, CENTER
from tests.test_publish_crash import die_at

DAY = timedelta(days=1)
MONTH = 30 * DAY


def never() -> bytes:
    raise AssertionError("the keys are not locked")


@dataclass
class Center:
    """A center that publishes, a day at a time."""

    root: Path
    day: int = 0

    @property
    def now(self) -> datetime:
        return AT + self.day * DAY

    @property
    def dest(self) -> Path:
        return self.root / "public"

    @property
    def folder(self) -> Path:
        return self.root / "keys"

    def opened(self) -> Keys:
        return open_keys(self.folder, never)

    def release(self) -> str:
        """Publishes; the fingerprint of the key that signed."""
        made = small_site.release(self.dest, self.opened(), self.now, first=not self.dest.exists())
        return openssh.fingerprint(made.head.statement.spki)

    def place(self) -> small_site.Place:
        return small_site.place(self.dest, self.opened())

    def rotate(self, overlap: timedelta = MONTH) -> Announced:
        return rotate(self.place(), overlap, "p256", self.now)

    def retire(self, fingerprint: str, trusted_before: int | None = None) -> int:
        return retire(self.place(), fingerprint, self.now, compromised=trusted_before is not None, trusted_before=trusted_before).index

    def ask(self, *pinned: str) -> Answer:
        pins = tuple(Pin(CENTER, "issuer", key, source="contract of 2026-11-01") for key in pinned)
        return verify_site(Folder(self.dest), Question(Trust(pins), self.now))

    @property
    def log(self) -> str:
        return str(json.loads((self.dest / "attestation/statement.json").read_bytes())["predicate"]["log"]["vkey"])


@pytest.fixture
def center(tmp_path: Path) -> Center:
    small_site.new_keys(tmp_path / "keys")
    made = Center(tmp_path)
    made.release()
    return made


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def key_of(announced: Announced) -> str:
    return openssh.fingerprint(announced.change.spki)


def said(answer: Answer) -> str:
    return " | ".join(finding.what for step in answer.steps.values() for finding in step.findings if finding.code)


# the whole drill


def test_the_whole_drill(center: Center, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """First release, contract, rotation, overlap, the next key's release under the old pin, retirement, a thief, compromise."""
    for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "HOME"):
        monkeypatch.setenv(name, str(center.root / "home"))
    monkeypatch.setenv("NO_COLOR", "1")
    old = center.opened().signer.fingerprint
    assert main(["trust", "add", CENTER, old, "--from", "contract of 2026-11-01"]) == 0

    def verify(*words: str) -> tuple[int, str]:
        capsys.readouterr()
        code = main(["verify", str(center.dest), "--at", print_moment(center.now), *words])
        return code, capsys.readouterr().out

    def do(*words: str) -> dict[str, object]:
        capsys.readouterr()
        assert main(["keys", *words, "--keys", str(center.folder), "--at", print_moment(center.now), "--json"]) == 0, capsys.readouterr().err
        found: dict[str, object] = json.loads(capsys.readouterr().out)
        return found

    center.day = 1
    announced = do("rotate", str(center.dest), "--overlap", "30d")
    new = str(announced["announced"])
    assert (announced["by"], announced["entry"], announced["signsFrom"]) == (old, 1, "2026-12-22T12:00:00Z")
    assert announced["dns"] == {"name": "_attest.trust.kestrel.example.", "records": [f"v=attest1; key={key}; log={center.log}" for key in (old, new)]}
    assert verify()[0] == 0

    center.day = 10
    assert center.release() == old, "in the overlap the present key signs"
    assert verify()[0] == 0

    center.day = 32
    assert center.release() == new, "after it the next one does, by itself"
    code, out = verify()
    assert code == 0
    assert f"ok   signer     {new}, announced in entry 1 by {old}, which is pinned (contract of 2026-11-01)\n" in out
    assert verify("--key", new)[0] == 0, "whoever has the new one already reads the old releases, too"
    bundle = center.dest / "attestation/bundle.sigstore.json"
    alone = verify_bundle(bundle.read_bytes(), Question(Trust((Pin(CENTER, "issuer", old),)), center.now))
    assert (alone.word, alone.exit_code) == ("unknown-signer", 3), "a bundle alone brings no log to show it"

    code, out = verify("--remember")
    kept = parse_trust((center.root / "home/attest/trust.toml").read_text(), "t")
    assert [pin.key for pin in kept] == [old, new]
    assert kept[1].source.startswith(f"announced in entry 1 of the log by {old} (contract of 2026-11-01), on ")

    center.day = 33
    retired = do("retire", old, str(center.dest))
    assert (retired["by"], retired["entry"], retired["trustedBefore"]) == (new, 4, 4)
    assert verify()[0] == 0

    thief = forge(center, old)
    code, out = thief_serves(center, thief)
    assert code == 1
    assert f"key {old} was retired in entry 4 of the log" in out

    center.day = 34
    taken_back = do("retire", old, str(center.dest), "--compromised", "--trusted-before", "2")
    assert taken_back["entry"] == 5
    assert verify()[0] == 0, "what the old key announced before that still leads to the new one"
    assert "release 2 is signed by a key that is not believed from entry 2 of the log on" in verify()[1]


def forge(center: Center, stolen: str) -> Path:
    """Whoever has everything of the publisher but the key that signs now: publishes on with the old one."""
    copy = center.root / "thief"
    shutil.copytree(center.folder, copy)
    for ending in ("pem", "pub"):
        (copy / f"statement-1.{ending}").replace(copy / f"statement.{ending}")
    assert keys.public_of(copy) == center.opened().ours[stolen]
    return copy


def thief_serves(center: Center, folder: Path) -> tuple[int, str]:
    """Attest itself refuses to sign so; the thief's own does not. Then the site is put in the place of the real one, and a reader looks."""
    thief = replace(open_keys(folder, never), former=tuple(center.opened().ours.values()))
    with pytest.raises(Refused, match="was retired in entry 4"):
        small_site.release(center.dest, thief, center.now + timedelta(hours=1))
    served = center.root / "served"
    shutil.copytree(center.root / "public.releases", served / "public.releases", symlinks=True)
    (served / "public").symlink_to(center.dest.readlink())
    with pytest.MonkeyPatch.context() as own:
        own.setattr("attest.publish.turned", lambda place, standing, now: place)
        own.setattr("attest.publishing.sealing._verify", lambda *words: None)
        publish(small_site.order(center.now + timedelta(hours=1)), small_site.place(served / "public", thief), small_site.drawn(thief.secret, center.now + timedelta(hours=1)))
    pins = tuple(Pin(CENTER, "issuer", key) for key in center.opened().ours)
    answer = verify_site(Folder(served / "public"), Question(Trust(pins[:1]), center.now + timedelta(hours=2)))
    assert answer.word == "wrong-signer"
    return answer.exit_code, said(answer)


# rotation


def test_an_announcement_is_signed_by_the_present_key_and_changes_nothing_yet(center: Center) -> None:
    old, center.day = center.opened().signer.fingerprint, 1
    found = center.rotate()
    (bundle,) = (center.dest / "attestation/statements").iterdir()
    later = parse_later(parse_bundle(bundle.read_bytes()).payload)
    assert isinstance(later.body, KeyChange)
    assert (later.kind, openssh.fingerprint(later.spki), later.body.change, later.body.reason) == ("key-change", old, "announce", "planned")
    assert (later.body.start, later.body.until) == (center.now, center.now + MONTH)
    assert center.dest.readlink().name == "1.1", "no new release"
    opened = center.opened()
    assert (opened.signer.fingerprint, opened.next and opened.next.fingerprint) == (old, key_of(found))
    assert center.ask(old).word == "valid"
    assert names(center.dest) == names(center.root / "public.releases/1"), "the listed files stay as they were"


def test_asking_twice_announces_once(center: Center) -> None:
    center.day = 1
    first = center.rotate()
    center.day = 2
    again = center.rotate(7 * DAY)
    assert (again.published, again.change, again.said.path) == (None, first.change, first.said.path)


def test_without_an_overlap_the_next_release_is_the_next_keys(center: Center) -> None:
    old, center.day = center.opened().signer.fingerprint, 1
    new = key_of(center.rotate(timedelta()))
    assert center.ask(old).word == "valid", "the release that is served is still the old key's"
    center.day = 2
    assert center.release() == new
    assert center.ask(old).word == center.ask(new).word == "valid"
    assert center.opened().former == (center.opened().ours[old],)


def test_three_keys_one_after_the_other(center: Center) -> None:
    used = [center.opened().signer.fingerprint]
    for _ in range(2):
        center.day += 1
        used.append(key_of(center.rotate(timedelta())))
        center.day += 1
        assert center.release() == used[-1]
    answer = center.ask(used[0])
    assert answer.word == "valid"
    assert [(one.by, one.key) for one in answer.facts.announced] == list(itertools.pairwise(used))
    assert list(center.opened().ours) == used
    assert {"statement-1.pub", "statement-2.pub", "statement.pub"} <= (names(center.folder))


def test_what_is_said_later_is_said_by_whichever_key_signs_then(center: Center) -> None:
    center.day = 1
    new = key_of(center.rotate(timedelta()))
    place = center.place()
    made = publish_later(lambda log, standing: replace(_withdrawal(place, log, standing), spki=place.keys.signer.spki), place, center.now)
    assert openssh.fingerprint(made.said.later.spki) == new
    assert center.ask(*list(center.opened().ours)[:1]).word == "withdrawn"


def _withdrawal(place, log, standing):
    from attest.later import Later

    return Later("withdrawal", CENTER, "Kestrel Parcels", 1, AT + DAY, place.keys.signer.spki, log, Withdrawal(standing.head.payload, "a mistake"))


def test_a_key_that_was_made_and_not_announced_does_not_sign(center: Center) -> None:
    old = center.opened().signer.fingerprint
    keys.make_next(center.folder, "p256", never)
    center.day = 40
    assert center.release() == old
    assert center.rotate(timedelta()).change.spki == center.opened().next.spki  # type: ignore[union-attr]
    center.day = 41
    assert center.release() != old


def test_without_a_log_nothing_can_be_announced(tmp_path: Path) -> None:
    made = small_site.new_keys(tmp_path / "keys", log=False)
    small_site.release(tmp_path / "public", made, first=True)
    with pytest.raises(Refused, match="no log yet"):
        Center(tmp_path, 1).rotate()


def test_what_was_begun_under_the_old_key_is_finished_under_it(center: Center, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed after its payload was signed, on the last day of the overlap; run again when the next key signs."""
    old, center.day = center.opened().signer.fingerprint, 1
    new = key_of(center.rotate(3 * DAY))
    center.day = 3
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr("attest.publish.complete", _stop)
        center.release()
    center.day = 5
    assert center.release() == new
    answer = center.ask(old)
    assert (answer.word, answer.facts.held) == ("valid", (2, 1))
    assert openssh.fingerprint(parse_spki(center, 2)) == old


def _stop(*words: object) -> None:
    raise KeyboardInterrupt


def parse_spki(center: Center, n: int) -> bytes:
    from attest.statement import parse_statement

    return parse_statement((center.dest / f"attestation/releases/{n}/statement.json").read_bytes()).spki


def test_a_private_half_that_is_gone_is_missed_only_where_it_is_needed(center: Center) -> None:
    center.day = 1
    center.rotate(timedelta())
    center.day = 2
    center.release()
    (center.folder / "statement-1.pem").unlink()
    center.day = 3
    center.release()
    with pytest.raises(Refused, match="no private half of"):
        center.opened().signer_of(center.opened().former[0])


# retirement


def test_the_key_that_signs_is_not_retired_before_another_follows(center: Center) -> None:
    center.day = 1
    with pytest.raises(Refused, match="none follows it") as refused:
        center.retire(center.opened().signer.fingerprint)
    assert "attest keys rotate" in refused.value.hint
    assert center.dest.readlink().name == "1"


def test_retiring_the_present_key_lets_the_announced_one_take_over_at_once(center: Center) -> None:
    old, center.day = center.opened().signer.fingerprint, 1
    new = key_of(center.rotate())
    center.day = 2
    assert center.retire(old) == 2
    assert center.opened().signer.fingerprint == new
    assert center.ask(old).word == "valid", "it signed what is served before it was retired"
    center.day = 3
    assert center.release() == new
    assert center.ask(old).word == "valid"


def test_retiring_twice_says_it_once(center: Center) -> None:
    old, center.day = center.opened().signer.fingerprint, 1
    center.rotate(timedelta())
    center.day = 2
    center.release()
    center.retire(old)
    with pytest.raises(SaidAlready):
        center.retire(old)
    with pytest.raises(SaidAlready):
        center.retire(old, trusted_before=3)
    assert center.retire(old, trusted_before=2) == 4, "reaching further back is something new"


def test_a_key_that_was_to_follow_may_be_retired_before_it_does(center: Center) -> None:
    old, center.day = center.opened().signer.fingerprint, 1
    first = key_of(center.rotate())
    center.retire(first)
    center.day = 40
    assert center.release() == old
    second = center.rotate(timedelta())
    assert key_of(second) != first
    assert second.published is not None
    center.day = 41
    assert center.release() == key_of(second)
    assert center.ask(old).word == "valid"
    assert [openssh.fingerprint(spki) for spki in center.opened().former] == [first, old]


@pytest.mark.parametrize(("before", "why"), [(0, "would no longer be led to"), (1, "would no longer be led to"), (99, "is behind its end")])
def test_reaching_back_too_far_is_refused(center: Center, before: int, why: str) -> None:
    old, center.day = center.opened().signer.fingerprint, 1
    center.rotate(timedelta())
    center.day = 2
    center.release()
    with pytest.raises((Refused, WrongUse), match=why):
        center.retire(old, trusted_before=before)
    assert center.ask(old).word == "valid"


def test_what_is_served_is_not_taken_back(center: Center) -> None:
    old, center.day = center.opened().signer.fingerprint, 1
    center.rotate()
    center.day = 2
    center.release()
    with pytest.raises(Refused, match="release 2, which is served, is entry 2 and signed by that key"):
        center.retire(old, trusted_before=2)


def test_a_key_of_nobody_is_not_retired(center: Center) -> None:
    with pytest.raises(Refused, match="is no statement key of this center"):
        center.retire(openssh.fingerprint(sites.SPKI))


def test_a_copy_of_the_keys_that_was_left_behind_signs_nothing(center: Center) -> None:
    """Two machines publish; one of them was not given the new key."""
    shutil.copytree(center.folder, center.root / "behind")
    old, center.day = center.opened().signer.fingerprint, 1
    center.rotate(timedelta())
    center.day = 2
    center.release()
    center.retire(old)
    with pytest.raises(Refused):
        small_site.release(center.dest, open_keys(center.root / "behind", never), center.now + DAY)
    assert center.ask(old).word == "valid"


# what is published of it


def test_the_keys_of_a_release(center: Center) -> None:
    first, center.day = center.opened().signer.spki, 1
    new = center.rotate()
    center.day = 2
    center.release()
    found = others(center.place(), _standing(center))
    assert [(one.number, one.spki, one.start, one.end, one.coming, one.stolen) for one in found] == [(2, new.change.spki, AT + DAY, None, True, False)]
    center.day = 40
    center.release()
    found = others(center.place(), _standing(center))
    assert [(one.number, one.spki, one.start, one.end, one.coming, one.stolen) for one in found] == [(1, first, None, AT + DAY + MONTH, False, False)]
    center.retire(openssh.fingerprint(first), trusted_before=2)
    found = others(center.place(), _standing(center))
    assert [(one.spki, one.end, one.stolen) for one in found] == [(first, AT + DAY + MONTH, True)]


def _standing(center: Center):
    from attest.publishing.settling import settle

    return settle(center.place()).standing


def outputs(center: Center) -> dict[str, bytes]:
    """The files that a real build would write for the next release."""
    from attest.pages.drawn import Edition
    from attest.pages.outputs import outputs

    standing = _standing(center)
    place = turned(center.place(), standing, center.now)
    release = replace(sites.RELEASE, spki=place.keys.signer.spki, fingerprint=place.keys.signer.fingerprint, others=others(place, standing))
    return outputs(small_site.sources().record, Edition(AT, AT + 35 * DAY, release))


def test_windows_are_read_by_ssh_keygen(center: Center, require_tool: Callable[[str], str]) -> None:
    """The old key's signature of the manifest holds within its window and not after it; the next key's not before its own."""
    tool, center.day = require_tool("ssh-keygen"), 1
    kept = {path: (center.dest / path).read_bytes() for path in ("attestation/SHA256SUMS", "attestation/SHA256SUMS.sig")}
    center.rotate()
    center.day = 40
    center.release()
    made = outputs(center)
    (center.root / "signers").write_bytes(made["attestation/keys/allowed_signers"])
    lines = made["attestation/keys/allowed_signers"].decode().splitlines()
    assert lines[0].startswith(f'{CENTER} namespaces="{MANIFEST_NAMESPACE}" ')
    assert f'{CENTER} namespaces="{MANIFEST_NAMESPACE}",valid-before="20261222120000Z" ' in lines[1]

    def holds(manifest: bytes, signature: bytes, at: str) -> bool:
        (center.root / "sig").write_bytes(signature)
        words = [tool, "-Y", "verify", "-f", str(center.root / "signers"), "-I", CENTER, "-n", MANIFEST_NAMESPACE, "-s", str(center.root / "sig"), "-O", f"verify-time={at}"]
        return subprocess.run(words, input=manifest, capture_output=True).returncode == 0

    old = (kept["attestation/SHA256SUMS"], kept["attestation/SHA256SUMS.sig"])
    assert holds(*old, "20261221000000Z")
    assert not holds(*old, "20261223000000Z")
    new = ((center.dest / "attestation/SHA256SUMS").read_bytes(), (center.dest / "attestation/SHA256SUMS.sig").read_bytes())
    assert holds(*new, "20270101000000Z")


def test_a_coming_key_has_its_beginning_and_a_stolen_one_stands_in_no_list(center: Center) -> None:
    old, center.day = center.opened().signer, 1
    new = center.rotate()
    made = outputs(center)
    assert made["attestation/keys/next.pub"].split()[:2] == openssh.public_line(new.change.spki).encode().split()
    assert b'valid-after="20261122120000Z"' in made["attestation/keys/allowed_signers"]
    index = json.loads(made["attestation/index.json"])
    assert index["otherKeys"] == [{"fingerprint": key_of(new), "file": "keys/next.pub", "state": "next", "from": "2026-11-22T12:00:00Z", "until": None}]
    center.day = 40
    center.release()
    center.retire(old.fingerprint, trusted_before=2)
    made = outputs(center)
    assert made["attestation/keys/statement-1.pub"].split()[:2] == openssh.public_line(old.spki).encode().split()
    assert len(made["attestation/keys/allowed_signers"].splitlines()) == 1
    assert json.loads(made["attestation/index.json"])["otherKeys"][0]["state"] == "compromised"


def test_one_key_is_published_as_ever(center: Center) -> None:
    made = outputs(center)
    assert sorted(path for path in made if path.startswith("attestation/keys/")) == [f"attestation/keys/{name}" for name in ("allowed_signers", "statement.pem", "statement.pub")]
    assert "otherKeys" not in json.loads(made["attestation/index.json"])


# the folder


def test_the_next_key_is_locked_like_the_present_one(tmp_path: Path) -> None:
    keys.create(tmp_path / "keys", "p256", b"harbour light")
    made = keys.make_next(tmp_path / "keys", "ed25519", lambda: b"harbour light")
    assert b"ENCRYPTED" in (tmp_path / "keys/next.pem").read_bytes()
    assert openssh.algorithm(made.next.spki) == openssh.ED25519  # type: ignore[union-attr]
    assert keys.make_next(tmp_path / "keys", "p256", lambda: b"harbour light").next.spki == made.next.spki  # type: ignore[union-attr]
    with pytest.raises(Refused, match="does not open"):
        keys.make_next(tmp_path / "keys", "p256", lambda: b"something else")


def test_half_of_a_next_key_is_no_key(tmp_path: Path) -> None:
    keys.create(tmp_path / "keys", "ed25519", None)
    made = keys.make_next(tmp_path / "keys", "ed25519", never)
    (tmp_path / "keys/next.pub").unlink()
    assert open_keys(tmp_path / "keys", never).next is None
    assert keys.make_next(tmp_path / "keys", "ed25519", never).next.spki == made.next.spki  # type: ignore[union-attr]


def test_a_damaged_number_is_unreadable_and_a_stranger_is_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    keys.take_over(keys.make_next(keys.create(folder, "ed25519", None).folder, "ed25519", never))
    (folder / "statement-x.pub").write_text("not ours")
    assert len(keys.former_of(folder)) == 1
    (folder / "statement-1.pub").write_text("damaged")
    with pytest.raises(Unreadable, match=r"statement-1\.pub is not an OpenSSH public key"):
        open_keys(folder, never)


def killed(k: int, act: Callable[[], object]) -> bool:
    """Does it in a child that dies at its k-th moment; False where it ended before that."""
    child = os.fork()
    if child == 0:
        try:
            sys.setprofile(die_at(k))
            act()
        except BaseException:
            os._exit(1)
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WIFSIGNALED(status)


def test_taking_over_may_be_stopped_anywhere(tmp_path: Path) -> None:
    original = tmp_path / "original"
    old = keys.create(original, "ed25519", None)
    new = keys.make_next(original, "ed25519", never).next
    assert new is not None
    k = 0
    while True:
        k += 1
        folder = tmp_path / f"keys-{k}"
        shutil.copytree(original, folder)
        died = killed(k, lambda folder=folder: keys.take_over(open_keys(folder, never)))
        opened = open_keys(folder, never)
        assert keys.public_of(folder) == opened.signer.spki
        assert opened.signer.spki in (old.signer.spki, new.spki)
        done = keys.take_over(opened) if opened.next is not None else opened
        assert (done.signer.spki, done.next, done.former) == (new.spki, None, (old.signer.spki,))
        again = open_keys(folder, never)
        assert (again.signer.spki, again.next, again.former) == (new.spki, None, (old.signer.spki,))
        assert again.signer_of(old.signer.spki).spki == old.signer.spki
        if not died:
            break
    assert k > 10


@pytest.mark.slow
def test_rotating_may_be_stopped_anywhere_and_is_finished_by_running_it_again(tmp_path: Path) -> None:
    small_site.new_keys(tmp_path / "original/keys")
    Center(tmp_path / "original").release()
    small_site.sources(AT + 2 * DAY)  # so that no child prepares it
    k, deaths = 0, 0
    while True:
        k += 7
        center = Center(tmp_path / f"at-{k}", 1)
        shutil.copytree(tmp_path / "original", center.root, symlinks=True)
        (center.dest).unlink()
        center.dest.symlink_to((tmp_path / "original/public").readlink())
        old = center.opened().signer.fingerprint
        died = killed(k, lambda center=center: center.rotate(timedelta()))
        deaths += died
        new = key_of(center.rotate(timedelta()))
        center.day = 2
        assert center.release() == new
        answer = center.ask(old)
        assert answer.word == "valid", said(answer)
        assert len(list((center.dest / "attestation/statements").iterdir())) == 1, "announced once, whenever it was stopped"
        shutil.rmtree(center.root)
        if not died:
            break
    assert deaths > 5


# the command


def test_the_command_says_what_to_do_next(center: Center, capsys: pytest.CaptureFixture[str]) -> None:
    folder, old = str(center.folder), center.opened().signer.fingerprint
    words = ["--keys", folder, "--at", "2026-11-22T12:00:00Z"]
    assert main(["keys", "rotate", str(center.dest), *words]) == 0
    shown = capsys.readouterr()
    assert "signs from  2026-12-22T12:00:00Z" in shown.out
    assert "attest keys show --contract" in shown.err
    assert main(["keys", "rotate", str(center.dest), *words]) == 0
    assert "nothing was done" in capsys.readouterr().err
    assert main(["keys", "show", "--keys", folder, "--json"]) == 0
    described = json.loads(capsys.readouterr().out)
    assert len(described["dns"]["records"]) == 2
    assert described["log"] in described["contract"]
    assert "unless this key announced that one in the log of the trust center" in described["contract"]
    assert main(["keys", "retire", old, str(center.dest), "--keys", folder, "--at", "2026-11-23T12:00:00Z"]) == 0
    assert "not believed  from entry 2 on" in capsys.readouterr().out
    assert main(["keys", "retire", old, str(center.dest), "--keys", folder, "--at", "2026-11-23T12:00:00Z"]) == 0
    assert "nothing was done" in capsys.readouterr().err


@pytest.mark.parametrize(("words", "code"), [
    (["rotate", "{dest}", "--overlap", "soon"], 2),
    (["rotate", "{dest}x"], 1),
    (["retire", "SHA256:x", "{dest}"], 2),
    (["retire", "{key}", "{dest}", "--trusted-before", "1"], 2),
    (["retire", "{key}", "{dest}", "--compromised", "--trusted-before", "one"], 2),
    (["retire", "{key}", "{dest}", "--compromised", "--trusted-before", "01"], 2),
    (["retire", "{key}", "{dest}"], 1),
])
def test_wrong_use(center: Center, words: list[str], code: int) -> None:
    center.day = 1
    filled = [word.format(dest=center.dest, key=center.opened().signer.fingerprint) for word in words]
    assert main(["keys", *filled, "--keys", str(center.folder), "--at", print_moment(center.now)]) == code
    assert center.dest.readlink().name == "1"
