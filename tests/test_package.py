"""Packages and the plain ZIP they are: what is printed is read back, by others too, and whatever else comes is refused and says why."""

from __future__ import annotations

import hashlib
import io
import json
import struct
import subprocess
import sys
import warnings
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from zlib import crc32

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attest.errors import Unreadable
from attest.wire import jcs
from attest.wire.commitment import commit
from attest.wire.package import MOST, Named, Package, file_name, in_order, parse_package, print_package
from attest.wire.package_readme import print_readme
from attest.wire.stored_zip import parse_zip, print_zip

RECORD = jcs.canonical({"checks": [], "id": "boats"})
READ = {"format": "csv", "columns": {"row": "a", "outcome": "b"}, "passValues": ["yes"], "failValues": []}


def package(**changes: object) -> Package:
    """A package of evidence, and its README."""
    made = Package(
        "evidence", "rules", bytes(range(32)), "https://trust.gull.example/", "Gull Ferries", 3, "Rules for boats", "Compute it.", Named("rules.md", b"# Rules\n"),
        Named("picture.png", b"PNG"), READ, (RECORD,), None, b'{"bundle":1}',
    )  # fmt: skip
    made = replace(made, **changes)
    return replace(made, readme=print_readme(made))


GOOD = print_package(package())


def repacked(change: Callable[[dict[str, bytes]], object], data: bytes = GOOD) -> bytes:
    """The archive with its files changed, and whole again."""
    files = parse_zip(data)
    change(files)
    return print_zip(files)


def respelt(change: Callable[[dict[str, object]], object]) -> bytes:
    """The package with its package.json changed, in canonical form."""

    def edit(files: dict[str, bytes]) -> None:
        said = json.loads(files["package.json"])
        change(said)
        files["package.json"] = jcs.canonical(said) + b"\n"

    return repacked(edit)


def put_at(name: str, data: bytes) -> Callable[[dict[str, bytes]], object]:
    return lambda files: files.update({name: data})


# What is printed is read.


@given(st.dictionaries(st.from_regex(r"[A-Za-z0-9][a-z._-]{0,9}(/[A-Za-z0-9][a-z._-]{0,9})?", fullmatch=True), st.binary(max_size=60), min_size=1, max_size=6))
def test_an_archive_comes_back(files: dict[str, bytes]) -> None:
    assert list(parse_zip(print_zip(files)).items()) == list(files.items())


@given(st.data())
def test_an_archive_that_was_touched_anywhere_is_none_or_another(data: st.DataObject) -> None:
    """One byte: refused, or, where nothing checks it, read as it now stands; never taken for what it was."""
    at = data.draw(st.integers(0, len(GOOD) - 1))
    touched = GOOD[:at] + bytes([GOOD[at] ^ data.draw(st.integers(1, 255))]) + GOOD[at + 1 :]
    with pytest.raises(Unreadable):
        parse_zip(touched)


@given(st.binary(max_size=300))
def test_garbage_is_unreadable(data: bytes) -> None:
    for start in (b"", b"PK\x03\x04", GOOD[:70]):
        with pytest.raises(Unreadable):
            parse_package(start + data)


def test_a_package_comes_back() -> None:
    made = package()
    assert parse_package(GOOD) == replace(made, digest=made.real_digest)
    alone = package(exhibit=None, read_as=None, records=(), assessment=b'{"controls":[]}', kind="control")
    assert parse_package(print_package(alone)) == replace(alone, digest=alone.real_digest)


def test_the_same_is_the_same_bytes_and_its_members_stand_in_order() -> None:
    assert print_package(package()) == GOOD
    assert list(parse_zip(GOOD)) == ["package.json", "README.txt", "document/rules.md", "exhibit/picture.png", "records/boats.json", "bundle.sigstore.json"]
    assert in_order((jcs.canonical({"id": "b"}), jcs.canonical({"id": "a-1"}))) == (jcs.canonical({"id": "a-1"}), jcs.canonical({"id": "b"}))


def test_others_open_it(tmp_path: Path, require_tool: Callable[[str], str]) -> None:
    with zipfile.ZipFile(io.BytesIO(GOOD)) as opened:
        assert opened.testzip() is None
        assert opened.read("document/rules.md") == b"# Rules\n"
    (tmp_path / "package.zip").write_bytes(GOOD)
    subprocess.run([require_tool("unzip"), "-q", "package.zip", "-d", "out"], cwd=tmp_path, check=True)
    assert (tmp_path / "out/records/boats.json").read_bytes() == RECORD
    assert (tmp_path / "out/document/rules.md").stat().st_mode & 0o777 == 0o644


def test_the_readme_checks_it_by_hand(tmp_path: Path) -> None:
    """Its lines of Python, run where it is unpacked, with nothing of ours to be found."""
    text = parse_zip(GOOD)["README.txt"].decode()
    assert max(map(len, text.splitlines())) < 130
    for name, data in parse_zip(GOOD).items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(data)
    script = text.partition("<<'END'\n")[2].partition("END\n")[0]
    done = subprocess.run([sys.executable, "-I", "-"], input=script, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == commit(bytes(range(32)), "rules", hashlib.sha256(b"# Rules\n").digest())


@pytest.mark.parametrize(
    ("given", "name"),
    [("files/rules for boats.md", "rules-for-boats.md"), ("Ärger.pdf", "rger.pdf"), ("../../x", "x"), ("...", "document"), (".hidden", "hidden"), ("日本", "document"), ("a" * 300 + ".pdf", "a" * 96 + ".pdf")],
)
def test_a_name_that_no_system_trips_over(given: str, name: str) -> None:
    assert file_name(given) == name


# What comes otherwise is refused.


def named(name: bytes, data: bytes = b"x") -> bytes:
    """An archive with one file of any name, printed as ours are."""
    return print_zip({"a" * len(name): data}).replace(b"a" * len(name), name)


@pytest.mark.parametrize("name", [b"../evil", b"/etc/passwd", b"a/../../b", b"C:\\evil", b"a//b", b"a/", b".ssh", b"a\0b", "é".encode(), b"a/b/c/d/e", b"-rf"])
def test_a_name_that_leads_elsewhere_is_refused(name: bytes) -> None:
    with pytest.raises(Unreadable, match="which is none that is unpacked"):
        parse_zip(named(name))


def written(*entries: tuple[str, bytes], method: int = zipfile.ZIP_STORED, **more: object) -> bytes:
    """What Python's own zipfile writes."""
    out = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(out, "w", method) as archive:
        warnings.simplefilter("ignore")  # of a name that stands twice, which is meant
        for name, data in entries:
            info = zipfile.ZipInfo(name)
            info.compress_type = method
            for key, value in more.items():
                setattr(info, key, value)
            archive.writestr(info, data)
    return out.getvalue()


def test_a_bomb_is_refused_unopened() -> None:
    """A gigabyte of nothing, in a megabyte."""
    bomb = written(("document/x", bytes(2**24)), method=zipfile.ZIP_DEFLATED)
    assert len(bomb) < 2**17
    with pytest.raises(Unreadable, match="is compressed"):
        parse_package(bomb)


def test_sizes_that_lie_are_refused() -> None:
    """The header says four gigabytes, and nothing is reserved for them."""
    lying = bytearray(print_zip({"a": b"xyz"}))
    struct.pack_into("<L", lying, 22, 2**32 - 1)
    with pytest.raises(Unreadable, match="cut short"):
        parse_zip(bytes(lying))


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (written(("a", b"1"), ("a", b"2")), "twice"),
        (written(("a", b"1"), extra=b"\x01\x00\x00\x00"), "extra fields"),
        (written(("a", b"1")) + b"behind", "damaged, or not one of the plain kind"),
        (b"before" + print_zip({"a": b"1"}), "damaged, or not one of the plain kind"),
        (print_zip({"a": b"1"}) + print_zip({"b": b"2"}), "damaged, or not one of the plain kind"),
        (print_zip({"a": b"1"})[:-10], "damaged, or not one of the plain kind"),
        (print_zip({"a": b"1"})[:20], "cut short"),
        (written(("a", b"1"), comment=b"hidden"), "damaged, or not one of the plain kind"),
        (written(("a", b"1"), date_time=(2026, 11, 21, 12, 0, 0)), "damaged, or not one of the plain kind"),
        (b"", "damaged, or not one of the plain kind"),
        (print_zip({}), "damaged, or not one of the plain kind"),
    ],
    ids=["a name twice", "extra field", "bytes behind", "bytes in front", "two archives", "no end", "half a header", "comment", "dated", "nothing", "empty"],
)
def test_an_archive_in_any_other_form_is_refused(data: bytes, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        parse_zip(data)


def test_a_file_that_the_list_at_the_end_hides_is_refused() -> None:
    """Two readers would see two archives: the one that walks the files, and the one that reads the list."""
    two = print_zip({"a": b"1", "b": b"2"})
    one = print_zip({"a": b"1"})
    hidden = two[: two.index(b"PK\x01\x02")] + one[one.index(b"PK\x01\x02") :]
    with pytest.raises(Unreadable, match="damaged"):
        parse_zip(hidden)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (repacked(put_at("evil.sh", b"rm")), "holds evil.sh, which is no part"),
        (repacked(put_at("document/second.md", b"x")), "holds document/second.md"),
        (repacked(put_at("records/other.json", RECORD)), "records/other.json is not the canonical record"),
        (repacked(put_at("records/boats.json", b'{"id": "boats"}')), "is not the canonical record"),
        (repacked(put_at("records/boats.json", b"[]")), "names no control"),
        (repacked(put_at("records/boats.json", b"{")), "not strict JSON"),
        (repacked(lambda files: files.pop("document/rules.md")), "lacks document/rules.md"),
        (repacked(lambda files: files.pop("exhibit/picture.png")), "lacks exhibit/picture.png"),
        (repacked(lambda files: files.pop("bundle.sigstore.json")), "lacks its document or its bundle"),
        (repacked(lambda files: files.pop("package.json")), "not strict JSON"),
        (repacked(lambda files: files.update({"README.txt": files.pop("README.txt")})), "not in their order"),
        (repacked(lambda files: files.pop("README.txt")), "not in their order"),
        (repacked(put_at("README.txt", b"x" * 2**19)), "README.txt in the package is larger"),
        (repacked(put_at("package.json", b'{"format": 1}\n')), "is not as it should be"),
        (repacked(lambda files: files.update({"package.json": files["package.json"][:-1]})), "not in canonical form"),
        (respelt(lambda said: said.update({"format": 2})), "format 2 is not known, expected 1"),
        (respelt(lambda said: said.update({"format": True})), "format True is not known"),
        (respelt(lambda said: said.update({"more": 1})), "'more' is not as it should be"),
        (respelt(lambda said: said.pop("salt")), "'salt' is not as it should be"),
        (respelt(lambda said: said.update({"salt": "AB" * 32})), "'salt' is not"),
        (respelt(lambda said: said.update({"kind": "policy"})), "'kind' is not"),
        (respelt(lambda said: said.update({"release": 0})), "'release' is not"),
        (respelt(lambda said: said.update({"release": True})), "'release' is not"),
        (respelt(lambda said: said.update({"id": ""})), "'id' is not"),
        (respelt(lambda said: said.update({"center": {"id": "x"}})), "'center' is not"),
        (respelt(lambda said: said.update({"document": {"name": "../x", "sha256": "ab" * 32}})), "'document' is not"),
        (respelt(lambda said: said.update({"document": {"name": "records", "sha256": "ab" * 32}})), "lacks document/records"),
        (respelt(lambda said: said.update({"readAs": {"format": "csv"}})), "'readAs' is not"),
        (respelt(lambda said: said.update({"readAs": {**READ, "columns": {"owner": "x"}}})), "'readAs' is not"),
        (respelt(lambda said: said.update({"exhibit": None})), "holds exhibit/picture.png"),
    ],
)
def test_a_package_that_is_not_quite_one_says_what_is_wrong(data: bytes, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        parse_package(data)


def test_a_damaged_file_in_it_is_named() -> None:
    damaged = GOOD.replace(b"# Rules", b"# Rulez", 1)
    with pytest.raises(Unreadable, match=r"document/rules\.md in the archive is damaged"):
        parse_package(damaged)
    mended = damaged.replace(struct.pack("<L", crc32(b"# Rules\n")), struct.pack("<L", crc32(b"# Rulez\n")))
    read = parse_package(mended)
    assert read.digest != read.real_digest, "what package.json says is kept beside what is there"


def test_too_many_files_are_refused() -> None:
    many = {f"records/r{number}.json": b"{}" for number in range(2001)}
    with pytest.raises(ValueError, match="more files"):
        print_zip(many)
    assert MOST < 2**29
