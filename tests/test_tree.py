"""What is hashed of a built folder, what is refused in it, and which files stand beside the manifest by design."""

from __future__ import annotations

import hashlib
import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attest import tree
from attest.errors import CouldNotTell, Refused
from attest.published import unlisted_by_design
from attest.wire.sha256sums import print_manifest

HEX = "0f" * 32


def write(folder: Path, files: dict[str, bytes]) -> Path:
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


def test_every_file_by_its_own_bytes(tmp_path: Path) -> None:
    files = {"index.html": b"<p>", "a/b.txt": b"", ".well-known/security.txt": b"Contact:", "a/.hidden": b"x"}
    found = tree.digests(write(tmp_path, files))
    assert found == {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    assert list(found) == sorted(found)


def test_sha256sum_agrees(tmp_path: Path, require_tool) -> None:
    tool = require_tool("sha256sum")
    site = write(tmp_path / "site", {"index.html": b"<p>", "a/b.txt": b"b", "a-b.txt": b"c"})
    (tmp_path / "SHA256SUMS").write_bytes(print_manifest(tree.digests(site)))
    subprocess.run([tool, "--check", "--strict", "--quiet", tmp_path / "SHA256SUMS"], cwd=site, check=True)


def test_an_empty_folder_is_an_empty_manifest(tmp_path: Path) -> None:
    assert tree.digests(tmp_path) == {}


def test_what_no_site_may_hold_is_told_all_at_once(tmp_path: Path) -> None:
    site = write(tmp_path / "site", {"ok.html": b"", "Ok.html": b"", "a b.txt": b"", "ü.txt": b""})
    (site / "linked").symlink_to("ok.html")
    (site / "linked-folder").symlink_to(tmp_path)
    os.mkfifo(site / "pipe")
    with pytest.raises(Refused) as refused:
        tree.digests(site)
    said = refused.value.message
    for part in ("'linked' is a link", "'linked-folder' is a link", "'pipe' is a device, pipe or socket", "'a b.txt' has a character", "'ok.html' and 'Ok.html' differ only in case"):
        assert part in said


def test_a_folder_that_a_name_hides_in_is_refused_too(tmp_path: Path) -> None:
    site = write(tmp_path / "site", {"a b/c.txt": b""})
    with pytest.raises(Refused, match="'a b' has a character"):
        tree.digests(site)


def test_a_long_list_of_wrongs_is_cut_and_counted(tmp_path: Path) -> None:
    site = write(tmp_path / "site", {f"a {number}": b"" for number in range(30)})
    with pytest.raises(Refused, match="and 10 more"):
        tree.digests(site)


def test_a_folder_that_is_not_there_could_not_be_told(tmp_path: Path) -> None:
    with pytest.raises(CouldNotTell, match="No such file"):
        tree.digests(tmp_path / "gone")


def test_a_link_swapped_in_after_looking_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("s")
    (tmp_path / "page.html").symlink_to("secret")
    with pytest.raises(CouldNotTell):
        tree.digest_of(tmp_path / "page.html")


@pytest.mark.slow
def test_memory_stays_flat_for_a_file_of_a_gigabyte(tmp_path: Path) -> None:
    with (tmp_path / "big.bin").open("wb") as stream:
        stream.truncate(2**30)
    code = (
        "import resource, sys; from pathlib import Path; from attest import tree;"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss; tree.digests(Path(sys.argv[1]));"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)"
    )
    grown = subprocess.run([os.sys.executable, "-c", code, tmp_path], capture_output=True, text=True, check=True)
    assert int(grown.stdout) < 20_000  # KiB


@pytest.mark.parametrize(
    "path",
    [
        "_headers",
        "_redirects",
        ".nojekyll",
        "CNAME",
        "attestation/SHA256SUMS",
        "attestation/SHA256SUMS.sig",
        "attestation/statement.json",
        "attestation/bundle.sigstore.json",
        "attestation/proof.tlog-proof",
        "attestation/log/checkpoint",
        "attestation/log/tile/0/000",
        "attestation/log/tile/0/x001/x234/067",
        "attestation/log/tile/0/x001/067.p/255",
        "attestation/log/tile/entries/000.p/1",
        "attestation/log/tile/63/000",
        *(f"attestation/releases/12/{name}" for name in ("bundle.sigstore.json", "statement.json", "assessment.json", "SHA256SUMS", "proof.tlog-proof")),
        f"attestation/releases/1/cosignatures/{HEX}.sigstore.json",
        f"attestation/statements/{HEX}.sigstore.json",
    ],
)
def test_the_closed_list(path: str) -> None:
    assert unlisted_by_design(path)


@pytest.mark.parametrize(
    "path",
    [
        "index.html",
        "attestation/index.json",
        "attestation/assessment.json",
        "attestation/keys/statement.pem",
        ".well-known/security.txt",
        "en/_headers",
        "_headers/x",
        "_Headers",
        "cname",
        "attestation/sha256sums",
        "attestation/SHA256SUMS\n",
        "attestation/releases/0/statement.json",
        "attestation/releases/01/statement.json",
        "attestation/releases/1/index.html",
        "attestation/releases/1/statement.json/x",
        "attestation/releases/statement.json",
        "attestation/releases/1/cosignatures/abc.sigstore.json",
        f"attestation/releases/1/cosignatures/{HEX.upper()}.sigstore.json",
        f"attestation/statements/{HEX}.json",
        "attestation/statements/latest.sigstore.json",
        "attestation/log/index.html",
        "attestation/log/tile/64/000",
        "attestation/log/tile/00/000",
        "attestation/log/tile/0/067.p/0",
        "attestation/log/tile/0/067.p/256",
        "attestation/log/tile/0/67",
        "attestation/log/tile/data/000",
        "x/attestation/SHA256SUMS",
    ],
)
def test_anything_else_has_to_be_listed(path: str) -> None:
    assert not unlisted_by_design(path)


@given(st.text())
def test_no_other_text_slips_in(text: str) -> None:
    assert not unlisted_by_design(text) or text in ("_headers", "_redirects", ".nojekyll", "CNAME") or text.startswith("attestation/")
