"""Publishing into a directory: what appears, what chains, and what is refused with everything left as it was."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from attest import keys, tree
from attest.errors import AttestError, CouldNotTell, Problems, Refused, WrongUse
from attest.keys import HighWater, Keys, read_highwater
from attest.publish import publish
from attest.published import RELEASE_FILES, NoticeRecord, unlisted_by_design
from attest.publishers.directory import Directory
from attest.statement import parse_statement
from attest.wire.bundle import parse_bundle
from attest.wire.sha256sums import parse_manifest
from tests.small_site import AT, CENTER, SOURCES, answer, drawn, new_keys, order, place, release

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def opened(tmp_path: Path) -> Keys:
    return new_keys(tmp_path / "keys")


@pytest.fixture
def dest(tmp_path: Path) -> Path:
    return tmp_path / "www" / "public"


def listing(folder: Path) -> dict[str, tuple[int, str]]:
    """Everything under a folder: kind and content; two equal listings are two equal folders."""
    found = {}
    for path in sorted(folder.rglob("*")):
        said = str(path.readlink()) if path.is_symlink() else "" if path.is_dir() else hashlib.sha256(path.read_bytes()).hexdigest()
        found[str(path.relative_to(folder))] = (path.lstat().st_mode, said)
    return found


def unchanged(dest: Path, before: dict[str, tuple[int, str]]) -> bool:
    """Nothing differs but the lock, which holds nothing."""
    lock = f"{dest.name}.releases/.lock"
    now = listing(dest.parent)
    return {path: value for path, value in now.items() if path != lock} == {path: value for path, value in before.items() if path != lock}


# What appears


def test_a_first_release_verifies_and_is_served_by_a_link(dest: Path, opened: Keys) -> None:
    published = release(dest, opened, first=True)
    assert published.head.n == 1
    assert str(dest.readlink()) == "public.releases/1"
    assert answer(dest, opened).word == "valid"
    mark = read_highwater(opened.folder)
    assert mark is not None
    assert (mark.center, mark.release, mark.payload) == (CENTER, 1, published.head.payload)
    assert mark.log is not None
    assert mark.log.size == 1
    assert sorted(path.name for path in Path(f"{dest}.releases").iterdir()) == [".attest", ".lock", ".log", "1"]


def test_the_manifest_lists_every_file_and_no_control_file(dest: Path, opened: Keys) -> None:
    published = release(dest, opened, first=True)
    there = tree.digests(dest)
    listed = parse_manifest((dest / "attestation/SHA256SUMS").read_bytes())
    assert listed == {path: digest for path, digest in there.items() if not unlisted_by_design(path)}
    assert published.files == len(listed) == 3
    assert sorted(set(there) - set(listed)) == [
        ".nojekyll",
        "attestation/SHA256SUMS",
        "attestation/SHA256SUMS.sig",
        "attestation/bundle.sigstore.json",
        "attestation/log/checkpoint",
        "attestation/log/tile/0/000.p/1",
        "attestation/log/tile/entries/000.p/1",
        "attestation/proof.tlog-proof",
        *(f"attestation/releases/1/{name}" for name in sorted(RELEASE_FILES)),
        "attestation/statement.json",
    ]


def test_what_is_signed_is_what_was_built(dest: Path, opened: Keys) -> None:
    release(dest, opened, first=True)
    payload = parse_bundle((dest / "attestation/bundle.sigstore.json").read_bytes()).payload
    statement = parse_statement(payload)
    assert payload == (dest / "attestation/statement.json").read_bytes()
    assert (statement.as_of, statement.issued_at, statement.valid_until) == (AT, AT, AT + timedelta(days=35))
    assert statement.assessment == hashlib.sha256((dest / "attestation/assessment.json").read_bytes()).hexdigest()
    assert statement.log is not None
    assert (statement.log.origin, statement.log.size_before, statement.log.void) == ("trust.kestrel.example/attestation/log", 0, ())
    assert statement.predicate["source"] is None


def test_the_second_release_names_the_first_and_takes_it_along(dest: Path, opened: Keys) -> None:
    first = release(dest, opened, first=True)
    second = release(dest, opened, AT + DAY)
    assert second.head.statement.previous == (1, first.head.payload)
    assert str(dest.readlink()) == "public.releases/2"
    for name in ("bundle.sigstore.json", "statement.json", "assessment.json", "SHA256SUMS"):
        assert (dest / "attestation/releases/1" / name).read_bytes() == (Path(f"{dest}.releases/1") / "attestation" / name).read_bytes()
    assert (dest / "attestation/releases/2/statement.json").read_bytes() == (dest / "attestation/statement.json").read_bytes()
    second_told = answer(dest, opened, AT + DAY)
    assert (second_told.word, second_told.facts.held) == ("valid", (1,))
    assert answer(Path(f"{dest}.releases/1"), opened).word == "valid"


def test_releases_chain_on(dest: Path, opened: Keys) -> None:
    release(dest, opened, first=True)
    for n in range(2, 6):
        assert release(dest, opened, AT + n * HOUR).head.n == n
    assert answer(dest, opened, AT + 5 * HOUR).word == "valid"
    assert sorted(path.name for path in (dest / "attestation/releases").iterdir()) == ["1", "2", "3", "4", "5"]


def test_what_was_planted_among_old_releases_is_left_behind(dest: Path, opened: Keys) -> None:
    release(dest, opened, first=True)
    (dest / "attestation/releases/1/index.html").write_text("planted")
    release(dest, opened, AT + DAY)
    assert not (dest / "attestation/releases/1/index.html").exists()
    assert answer(dest, opened, AT + DAY).word == "valid"


def test_equal_input_gives_equal_bytes_but_for_the_signatures(tmp_path: Path, opened: Keys) -> None:
    sites = []
    for name in ("a", "b"):
        release(tmp_path / name / "public", opened, first=True)
        (opened.folder / keys.HIGHWATER).unlink()
        sites.append(tree.digests(tmp_path / name / "public"))
    assert sites[0] == sites[1]  # Ed25519 signs alike each time


def test_ssh_keygen_and_sha256sum_agree(dest: Path, opened: Keys, tmp_path: Path, require_tool) -> None:
    release(dest, opened, first=True)
    manifest = dest / "attestation/SHA256SUMS"
    subprocess.run([require_tool("sha256sum"), "--check", "--strict", "--quiet", manifest], cwd=dest, check=True)
    signers = tmp_path / "signers"
    signers.write_text(f"center {(opened.folder / keys.PUBLIC).read_text()}")
    command = [require_tool("ssh-keygen"), "-Y", "verify", "-f", signers, "-I", "center", "-n", "attest-manifest@v1", "-s", f"{manifest}.sig"]
    subprocess.run(command, stdin=manifest.open("rb"), check=True, stdout=subprocess.DEVNULL)


def test_stages_are_told(dest: Path, opened: Keys) -> None:
    said: list[str] = []
    publish(order(first=True), place(dest, opened, said), drawn(opened.secret))
    assert [line.split()[0] for line in said] == ["building", "hashing", "signing", "verifying", "release"]


# How a history begins


def test_without_first_nothing_begins(dest: Path, opened: Keys) -> None:
    with pytest.raises(Refused, match="nothing was published") as refused:
        release(dest, opened)
    assert "--first" in refused.value.hint
    assert not dest.parent.exists()


def test_a_second_first_is_refused(dest: Path, opened: Keys) -> None:
    release(dest, opened, first=True)
    before = listing(dest.parent)
    with pytest.raises(Refused, match="--first begins a history"):
        release(dest, opened, AT + DAY, first=True)
    assert unchanged(dest, before)


@pytest.mark.parametrize("first", [True, False])
def test_an_emptied_destination_is_refused(dest: Path, opened: Keys, first: bool) -> None:
    release(dest, opened, first=True)
    subprocess.run(["rm", "-r", dest, f"{dest}.releases"], check=True)
    with pytest.raises(Refused, match="holds nothing, and release 1 was signed already") as refused:
        release(dest, opened, AT + DAY, first=first)
    assert "restore release 1" in refused.value.hint
    assert ("fork" in refused.value.hint) is first


def test_a_restored_older_state_is_refused(dest: Path, opened: Keys) -> None:
    release(dest, opened, first=True)
    release(dest, opened, AT + DAY)
    subprocess.run(["rm", "-r", f"{dest}.releases/2"], check=True)
    dest.unlink()
    dest.symlink_to("public.releases/1")
    with pytest.raises(Refused, match="holds release 1 and none after it, and release 2 was signed already"):
        release(dest, opened, AT + 2 * DAY)


def test_another_release_of_the_same_number_is_refused(dest: Path, opened: Keys, tmp_path: Path) -> None:
    release(dest, opened, first=True)
    (opened.folder / keys.HIGHWATER).unlink()
    release(tmp_path / "elsewhere", opened, first=True, said=" told otherwise")
    with pytest.raises(Refused, match="another release 1 than the one signed last"):
        release(dest, opened, AT + DAY)


def test_without_a_mark_the_release_served_is_the_last_one(dest: Path, opened: Keys) -> None:
    release(dest, opened, first=True)
    (opened.folder / keys.HIGHWATER).unlink()
    assert release(dest, opened, AT + DAY).head.n == 2


def test_the_mark_catches_up_with_the_release_served(dest: Path, opened: Keys) -> None:
    release(dest, opened, first=True)
    old = (opened.folder / keys.HIGHWATER).read_bytes()
    release(dest, opened, AT + DAY)
    (opened.folder / keys.HIGHWATER).write_bytes(old)
    assert release(dest, opened, AT + 2 * DAY).head.n == 3


def test_a_link_led_back_by_hand_is_led_on_before_anything_new(dest: Path, opened: Keys) -> None:
    release(dest, opened, first=True)
    release(dest, opened, AT + DAY)
    dest.unlink()
    dest.symlink_to("public.releases/1")
    published = release(dest, opened, AT + 2 * DAY)
    assert (published.head.n, published.finished) == (3, (2,))


def test_a_lost_link_is_made_again_from_the_releases_beside_it(dest: Path, opened: Keys) -> None:
    release(dest, opened, first=True)
    release(dest, opened, AT + DAY)
    dest.unlink()
    with pytest.raises(Refused, match="--first begins a history"):
        release(dest, opened, AT + 2 * DAY, first=True)
    assert str(dest.readlink()) == "public.releases/2"
    dest.unlink()
    published = release(dest, opened, AT + 2 * DAY)
    assert (published.head.n, published.finished) == (3, (1, 2))


# Places that are not ours


def foreign(kind: str, dest: Path, opened: Keys) -> None:
    """Makes DEST, or what lies beside it, somebody else's."""
    beside = Path(f"{dest}.releases")
    dest.parent.mkdir(parents=True)
    if kind == "folder":
        dest.mkdir()
        (dest / "index.html").write_text("somebody's")
    elif kind == "file":
        dest.write_text("somebody's")
    elif kind == "link":
        (dest.parent / "elsewhere").mkdir()
        dest.symlink_to("elsewhere")
    elif kind == "link beside":
        (dest.parent / "elsewhere").mkdir()
        beside.symlink_to("elsewhere")
    elif kind == "unmarked":
        (beside / "1").mkdir(parents=True)
    elif kind == "other content":
        release(dest, opened, first=True)
        (beside / "notes.txt").write_text("mine")
    elif kind == "dangling":
        release(dest, opened, first=True)
        dest.unlink()
        dest.symlink_to("public.releases/7")
    else:
        assert kind == "climbing link"
        (dest.parent / "1").mkdir()
        beside.mkdir()
        dest.symlink_to("public.releases/../1")


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("folder", "is a folder"),
        ("file", "is a file"),
        ("link", "is a link to 'elsewhere'"),
        ("climbing link", "is a link to 'public.releases/../1'"),
        ("link beside", "is not a folder"),
        ("unmarked", "does not say whose"),
        ("other content", "holds 'notes.txt', which is not ours"),
        ("dangling", "leads to release 7, which is not"),
    ],
)
@pytest.mark.parametrize("first", [True, False])
def test_a_place_that_is_not_ours_is_never_converted(dest: Path, opened: Keys, kind: str, said: str, first: bool) -> None:
    foreign(kind, dest, opened)
    before = listing(dest.parent)
    with pytest.raises(Refused, match=said):
        release(dest, opened, AT + DAY, first=first)
    assert unchanged(dest, before)


def test_another_centers_releases_are_refused(dest: Path, opened: Keys) -> None:
    release(dest, opened, first=True)
    before = listing(dest.parent)
    with pytest.raises(Refused, match=r"holds releases of https://trust.kestrel.example/, not of https://other.example/"):
        publish(order(AT + DAY), place(dest, opened, center="https://other.example/"), drawn(opened.secret))
    assert unchanged(dest, before)


def test_another_keys_releases_are_refused(dest: Path, opened: Keys, tmp_path: Path) -> None:
    release(dest, opened, first=True)
    before = listing(dest.parent)
    with pytest.raises(Refused, match="was not signed by the key of") as refused:
        release(dest, new_keys(tmp_path / "others"), AT + DAY)
    assert opened.signer.fingerprint in refused.value.hint
    assert unchanged(dest, before)


def test_keys_of_another_center_are_refused(dest: Path, opened: Keys) -> None:
    keys.write_highwater(opened.folder, HighWater("https://other.example/", 1, "00" * 32))
    with pytest.raises(Refused, match=r"these keys sign for https://other.example/"):
        release(dest, opened, first=True)


def test_a_release_moved_to_another_number_is_refused(dest: Path, opened: Keys) -> None:
    release(dest, opened, first=True)
    Path(f"{dest}.releases/1").rename(f"{dest}.releases/2")
    dest.unlink()
    dest.symlink_to("public.releases/2")
    with pytest.raises(Refused, match="is number 1"):
        release(dest, opened, AT + DAY)


# Moments


@pytest.mark.parametrize(
    ("changes", "kind", "said"),
    [
        ({"as_of": AT + HOUR, "now": AT}, WrongUse, "is later than now"),
        ({"as_of": AT - 25 * HOUR, "now": AT}, Refused, "more than a day old"),
        ({"as_of": AT - 13 * HOUR, "now": AT, "valid_for": 12 * HOUR}, Refused, "has run out already"),
    ],
)
def test_moments_that_cannot_be(dest: Path, opened: Keys, changes: dict, kind: type[AttestError], said: str) -> None:
    with pytest.raises(kind, match=said):
        publish(order(first=True, **changes), place(dest, opened), drawn(opened.secret))
    assert not dest.parent.exists()


def test_a_day_old_is_not_too_old(dest: Path, opened: Keys) -> None:
    published = publish(order(AT, first=True, now=AT + DAY), place(dest, opened), drawn(opened.secret))
    assert published.head.statement.valid_until == AT + timedelta(days=35)


@pytest.mark.parametrize(
    ("changes", "said"),
    [({"as_of": AT - HOUR, "now": AT + HOUR}, "is before that of release 1"), ({"as_of": AT, "now": AT + HOUR / 2}, "was issued at 2026-11-21T13:00:00Z")],
)
def test_time_never_runs_backwards(dest: Path, opened: Keys, changes: dict, said: str) -> None:
    publish(order(AT, first=True, now=AT + HOUR), place(dest, opened), drawn(opened.secret))
    before = listing(dest.parent)
    with pytest.raises(Refused, match=said):
        publish(order(**changes), place(dest, opened), drawn(opened.secret))
    assert unchanged(dest, before)


# What must not come out


def spoilt(opened: Keys, spoil):
    """A generator that writes the small site and then something more."""

    def render(folder: Path, asked) -> None:
        drawn(opened.secret, AT + DAY)(folder, asked)
        spoil(folder)

    return render


def leaks_a_host(folder: Path) -> None:
    (folder / "notes.html").write_text("<p>see build7.corp.kestrel.example</p>")


def links_out(folder: Path) -> None:
    (folder / "linked.html").symlink_to("/etc/hostname")


def differs_in_case(folder: Path) -> None:
    (folder / "Index.html").write_text("")


def says_another_verdict(folder: Path) -> None:
    page = folder / "customers/drivers-vetted.html"
    page.write_text(page.read_text().replace('"met"', '"unknown"'))


def has_no_page(folder: Path) -> None:
    (folder / "customers/drivers-vetted.html").unlink()


def fails(folder: Path) -> None:
    raise CouldNotTell("the generator broke")


@pytest.mark.parametrize(
    ("spoil", "kind", "said"),
    [
        (leaks_a_host, Problems, "notes.html.*an internal host name"),
        (links_out, Refused, "'linked.html' is a link"),
        (differs_in_case, Refused, "differ only in case"),
        (says_another_verdict, Refused, "what came out does not verify, forged"),
        (has_no_page, Refused, "what came out does not verify, forged"),
        (fails, CouldNotTell, "the generator broke"),
    ],
)
def test_what_must_not_come_out_leaves_everything_as_it_was(dest: Path, opened: Keys, spoil, kind: type[AttestError], said: str) -> None:
    """What is found wanting only when it is verified has its entry in the log by then: that entry is void, and the next release says so."""
    first = release(dest, opened, first=True)
    before = listing(dest.parent)
    with pytest.raises(kind, match=said):
        publish(order(AT + DAY), place(dest, opened), spoilt(opened, spoil))
    entered = "does not verify" in said
    now = {path: value for path, value in listing(dest.parent).items() if not entered or "/.log" not in path}
    assert now.items() <= {**before, f"{dest.name}.releases/.lock": now[f"{dest.name}.releases/.lock"]}.items()
    mark = read_highwater(opened.folder)
    assert mark is not None
    assert (mark.release, mark.payload, mark.log and mark.log.size) == (1, first.head.payload, 2 if entered else 1)
    second = release(dest, opened, AT + DAY).head
    assert second.n == 2
    assert second.statement.log is not None
    assert (second.statement.log.size_before, second.statement.log.void) == ((2, (1,)) if entered else (1, ()))
    assert answer(dest, opened, AT + DAY).word == "valid"


def test_a_host_name_that_became_internal_later_does_not_stop_what_follows(dest: Path, opened: Keys) -> None:
    release(dest, opened, first=True)
    published = publish(order(AT + DAY, internal_domains=("nowhere.example",)), place(dest, opened), drawn(opened.secret, AT + DAY))
    assert published.head.n == 2


# Two at once


def test_whoever_comes_second_waits_and_follows(dest: Path, opened: Keys) -> None:
    release(dest, opened, first=True)
    said: list[str] = []
    with (Path(f"{dest}.releases") / ".lock").open("wb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(Refused, match="another publisher still holds"):
            publish(order(AT + DAY), place(dest, opened, said, patience=0.3), drawn(opened.secret))
    assert said == [f"waiting for another publisher of {dest}"]


def test_many_at_once_make_one_history(dest: Path, opened: Keys) -> None:
    release(dest, opened, first=True)
    children = []
    for _ in range(6):
        child = os.fork()
        if child == 0:
            try:
                release(dest, opened)
            except BaseException:
                os._exit(1)
            os._exit(0)
        children.append(child)
    assert [os.waitpid(child, 0)[1] for child in children] == [0] * 6
    assert str(dest.readlink()) == "public.releases/7"
    assert answer(dest, opened).word == "valid"


# The verb


def attest(*words: str | Path, **more) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "attest", *map(str, words)], capture_output=True, text=True, **more)


@pytest.mark.slow
def test_the_verb_publishes_and_says_how_to_verify(dest: Path, opened: Keys) -> None:
    words = ("publish", dest, "--dir", SOURCES, "--keys", opened.folder, "--at", "2026-11-21T12:00:00Z")
    refused = attest(*words)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "attest: hint: begin its history with --first, once" in refused.stderr
    first = attest(*words, "--first")
    assert first.returncode == 0, first.stderr
    assert opened.signer.fingerprint in first.stdout
    assert f"attest verify {dest} --key {opened.signer.fingerprint}" in first.stdout
    second = attest(*words, "--json")
    said = json.loads(second.stdout)
    assert (said["release"], said["asOf"], said["validUntil"]) == (2, "2026-11-21T12:00:00Z", "2026-12-26T12:00:00Z")
    assert answer(dest, opened).word == "valid"


def test_the_verb_names_what_is_wrong_with_the_sources_and_touches_nothing(tmp_path: Path, dest: Path, opened: Keys) -> None:
    subprocess.run(["cp", "-r", SOURCES, tmp_path / "center"], check=True)
    with (tmp_path / "center/controls/customers/drivers-vetted.yml").open("a") as stream:
        stream.write("status: met\n")
    done = attest("publish", dest, "--dir", tmp_path / "center", "--keys", opened.folder, "--first")
    assert done.returncode == 1
    assert "controls/customers/drivers-vetted.yml:15: status" in done.stderr
    assert not dest.parent.exists()


def test_the_verb_without_keys_says_how_to_make_them(tmp_path: Path, dest: Path) -> None:
    done = attest("publish", dest, "--dir", SOURCES, "--keys", tmp_path / "none", "--first")
    assert done.returncode == 2
    assert "attest keys new" in done.stderr


def test_a_destination_that_cannot_be_written_is_told(tmp_path: Path, opened: Keys) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CouldNotTell, match="cannot publish to"):
        publish(order(first=True), place(tmp_path / "file" / "public", opened), drawn(opened.secret))


def test_the_store_is_what_the_interface_says(tmp_path: Path) -> None:
    from attest.publishers.interface import Publisher

    store: Publisher = Directory(tmp_path / "public")
    assert store.empty()
    assert store.served() is None


@pytest.mark.slow
def test_missing_evidence_stops_it_unless_it_may_be_unknown(tmp_path: Path, dest: Path, opened: Keys) -> None:
    shutil.copytree(SOURCES, tmp_path / "center")
    promise = tmp_path / "center/controls/customers/drivers-vetted.yml"
    head = promise.read_text().partition("checks:")[0]
    promise.write_text(f"{head}checks:\n  - evidence: {{kind: document, file: files/vetting.txt, observed: 2026-11-01, visibility: public}}\n    max_age: 1y\n")
    words = ("publish", dest, "--dir", tmp_path / "center", "--keys", opened.folder, "--first", "--at", "2026-11-21T12:00:00Z")
    stopped = attest(*words)
    assert (stopped.returncode, dest.parent.exists()) == (1, False)
    assert "vetting.txt" in stopped.stderr
    went = attest(*words, "--as-unknown")
    assert went.returncode == 0, went.stderr
    assert "attest: warning: " in went.stderr
    assert json.loads((dest / "attestation/assessment.json").read_bytes())["controls"][0]["verdict"] == "unknown"


@pytest.mark.slow
def test_whoever_serves_it_may_read_every_file(dest: Path, opened: Keys) -> None:
    done = attest("publish", dest, "--dir", SOURCES, "--keys", opened.folder, "--first", "--at", "2026-11-21T12:00:00Z", umask=0o022)
    assert done.returncode == 0, done.stderr
    assert {oct(path.stat().st_mode & 0o777) for path in dest.rglob("*")} == {"0o755", "0o644"}


# Notices


def notice(*happened: str, ident: str = "outage", title: str = "T", kind: str = "incident", systems: Sequence[str] = ("api",), told: str | None = "They were.") -> NoticeRecord:
    versions = [{"date": f"2026-11-{day:02}", "happened": said} for day, said in enumerate(happened, 1)]
    return {"id": ident, "title": title, "kind": kind, "systems": list(systems), "othersTold": told, "versions": versions}


def noticed(dest: Path, opened: Keys, at: datetime, *notices: NoticeRecord) -> None:
    publish(order(at, first=at == AT), place(dest, opened), drawn(opened.secret, at, "", notices))


def test_a_notice_is_amended(dest: Path, opened: Keys) -> None:
    noticed(dest, opened, AT, notice("It broke."))
    noticed(dest, opened, AT + HOUR, notice("It broke.", "It works.", systems=("web", "api"), told="They were. All of them."), notice("Another.", ident="new"))
    assert answer(dest, opened, AT + HOUR).word == "valid"


@pytest.mark.parametrize(
    ("later", "said"),
    [
        ((notice("It hardly broke.", "It works."),), "version 1 of notice outage (2026-11-01) is another"),
        ((notice("It broke."),), "version 2 of notice outage (2026-11-02) is another"),
        ((), "notice outage is gone"),
        ((notice("It broke.", "Half of it works.", title="U"),), "the title of notice outage is another"),
        ((notice("It broke.", "Half of it works.", kind="maintenance"),), "the kind of notice outage is another"),
        ((notice("It broke.", "Half of it works.", systems=()),), "notice outage names fewer systems"),
        ((notice("It broke.", "Half of it works.", told=None),), "how others were told of notice outage is another"),
    ],
    ids=["reworded", "taken back", "taken away", "titled otherwise", "of another kind", "of less", "told to nobody"],
)
def test_a_notice_is_never_rewritten(dest: Path, opened: Keys, later: tuple[NoticeRecord, ...], said: str) -> None:
    noticed(dest, opened, AT, notice("It broke.", "Half of it works."))
    before = listing(dest.parent)
    with pytest.raises(Refused, match=re.escape(said)):
        noticed(dest, opened, AT + HOUR, *later)
    assert str(dest.readlink()) == "public.releases/1"
    assert listing(dest) == {path.removeprefix("public.releases/1/"): value for path, value in before.items() if path.startswith("public.releases/1/")}
