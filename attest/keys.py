"""The keys folder: what a publisher must neither lose nor show. ``.attest/keys``, unless ``--keys`` or ``$ATTEST_KEYS`` says otherwise.

    statement.pem    the key that signs (``signers/keyfile``), locked or mode 0600
    statement.pub    its public half, one OpenSSH line: what may be shown without opening it
    center.secret    64 hex digits and a line feed: salts the commitments; mode 0600. A new one would change every commitment
    highwater.json   {"center":"https://trust.harbourline.example/","payload":"<hex sha256>","release":42}: the last release signed
    .gitignore       *

The folder is made whole, beside its place, and moved there: there is never half of one. Nothing in it is ever overwritten but the
high-water mark, which only rises: a release below it, or a second one beside it, is never signed.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

from attest.errors import CouldNotTell, Refused, Unreadable, WrongUse
from attest.signers.interface import Signer
from attest.signers.keyfile import Algorithm, create_keyfile, open_keyfile, read_regular, refuse_shared, write_new
from attest.wire import jcs, openssh, strict_json
from attest.wire.commitment import SECRET_BYTES

DEFAULT: Final = Path(".attest/keys")
ENVIRONMENT: Final = "ATTEST_KEYS"

PRIVATE: Final = "statement.pem"
PUBLIC: Final = "statement.pub"
SECRET: Final = "center.secret"  # noqa: S105 - a file's name
HIGHWATER: Final = "highwater.json"

_SECRET = re.compile(rb"([0-9a-f]{%d})\n" % (2 * SECRET_BYTES))
_DIGEST = re.compile(r"[0-9a-f]{64}")
_FIELDS = {"center": str, "release": int, "payload": str}


@dataclass(frozen=True, slots=True)
class Keys:
    """A keys folder that was opened."""

    folder: Path
    signer: Signer
    secret: bytes = field(repr=False)
    """The center secret, 32 bytes."""


@dataclass(frozen=True, slots=True)
class HighWater:
    """The last release that was signed with these keys."""

    center: str
    """The center's id, a URI."""
    release: int
    """From 1."""
    payload: str
    """Hex SHA-256 of that release's DSSE payload."""


def create(folder: Path, algorithm: Algorithm, passphrase: bytes | None) -> Keys:
    """Makes a keys folder, mode 0700. Raises Refused where something is there already, CouldNotTell where it cannot be written."""
    refuse_occupied(folder)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    except OSError as error:
        raise CouldNotTell(f"cannot write beside {folder}: {error.strerror}") from None
    try:
        keys = _fill(fresh, algorithm, passphrase)
        _sync(fresh)
        fresh.rename(folder)
        _sync(folder.parent)
    except OSError as error:
        raise CouldNotTell(f"cannot write {folder}: {error.strerror}") from None
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return Keys(folder, keys.signer, keys.secret)


def refuse_occupied(folder: Path) -> None:
    """Raises Refused where the folder is there and not empty, or is no folder of its own: keys are never overwritten."""
    try:
        occupied = os.path.lexists(folder) and (folder.is_symlink() or not folder.is_dir() or any(folder.iterdir()))
    except OSError as error:
        raise CouldNotTell(f"cannot look into {folder}: {error.strerror}") from None
    if occupied:
        raise Refused(f"there is something in {folder} already", "nothing was overwritten; `attest keys show` tells what it is, --keys DIR names another place")


def open_keys(folder: Path, passphrase: Callable[[], bytes]) -> Keys:
    """Opens a keys folder; ``passphrase`` is called only for a locked key.

    Raises WrongUse (no keys there), Refused (open permissions, wrong passphrase, halves of two keys) and Unreadable.
    """
    secret = _read_secret(folder)
    expected = public_of(folder)
    signer = open_keyfile(folder / PRIVATE, passphrase)
    if signer.spki != expected:
        raise Refused(f"{folder / PUBLIC} is not the public half of {PRIVATE}", "two folders were mixed: restore both files from one copy")
    return Keys(folder, signer, secret)


def public_of(folder: Path) -> bytes:
    """The signing key's public half, SPKI DER, without opening the key. Raises WrongUse (no keys there), Refused, Unreadable."""
    data, _ = read_regular(folder / PUBLIC)
    try:
        return openssh.spki_of_line(data.decode("ascii"))
    except (Unreadable, UnicodeDecodeError):
        raise Unreadable(f"{folder / PUBLIC} is not an OpenSSH public key", "restore it from your copy") from None


def secret_of(folder: Path) -> bytes | None:
    """The center secret (32 bytes) for a preview, None where there are no keys yet. Raises Refused, Unreadable like ``open_keys``."""
    return _read_secret(folder) if (folder / SECRET).exists() else None


def read_highwater(folder: Path) -> HighWater | None:
    """The high-water mark, None where nothing was signed yet. Raises Unreadable for one that cannot be trusted."""
    path = folder / HIGHWATER
    if not os.path.lexists(path):
        return None
    value = strict_json.parse(read_regular(path)[0], str(path))
    if isinstance(value, dict) and {key: type(inner) for key, inner in value.items()} == _FIELDS and _plausible(mark := HighWater(**value)):
        return mark
    raise Unreadable(f"{path} is not a high-water mark", "restore it from your copy, or from the last release published")


def write_highwater(folder: Path, mark: HighWater) -> None:
    """Raises the mark and waits until it is on the disk. Refused where it would fall, name a second release of that number, or
    another center; CouldNotTell where it cannot be written (the old mark stands). ValueError for a mark that is none.
    """
    if not _plausible(mark):
        raise ValueError(f"{mark} is no high-water mark")
    refuse_lower(read_highwater(folder), mark)
    _replace(folder / HIGHWATER, jcs.canonical(asdict(mark)) + b"\n")


def refuse_lower(old: HighWater | None, new: HighWater) -> None:
    """Raises Refused where ``new`` may not follow ``old``: to be asked before signing, and asked again on writing."""
    if old is None or new == old:
        return
    if new.center != old.center:
        raise Refused(f"these keys sign for {old.center}, not for {new.center}", "one keys folder serves one center: name another with --keys DIR")
    if new.release < old.release:
        raise Refused(f"release {old.release} was signed already, {new.release} is below it", "an older state was restored: fetch what was published last")
    if new.release == old.release:
        raise Refused(f"another release {old.release} was signed already", "publishing a second one would fork the history: take the next number")


def _fill(folder: Path, algorithm: Algorithm, passphrase: bytes | None) -> Keys:
    secret = secrets.token_bytes(SECRET_BYTES)
    write_new(folder / ".gitignore", b"*\n")
    write_new(folder / SECRET, secret.hex().encode("ascii") + b"\n")
    signer = create_keyfile(folder / PRIVATE, algorithm, passphrase)
    write_new(folder / PUBLIC, openssh.public_line(signer.spki, "attest statement key").encode("ascii") + b"\n")
    return Keys(folder, signer, secret)


def _read_secret(folder: Path) -> bytes:
    path = folder / SECRET
    if not folder.is_dir():
        raise WrongUse(f"there are no keys in {folder}", "make them with `attest keys new`, or say where they are with --keys DIR")
    if (folder / PRIVATE).exists() and not os.path.lexists(path):
        raise WrongUse(f"there is no {path}", "the signing key is there: restore the secret from your copy, with another one every commitment would change")
    data, found = read_regular(path)
    refuse_shared(path, found)
    match = _SECRET.fullmatch(data)
    if match is None:
        raise Unreadable(f"{path} is not {2 * SECRET_BYTES} hex digits and a line feed", "restore it from your copy")
    return bytes.fromhex(match[1].decode("ascii"))


def _plausible(mark: HighWater) -> bool:
    return bool(mark.center) and 0 < mark.release < 2**53 and bool(_DIGEST.fullmatch(mark.payload))


def _replace(path: Path, data: bytes) -> None:
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    write_new(fresh, data)
    try:
        fresh.replace(path)
        _sync(path.parent)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        raise CouldNotTell(f"cannot write {path}: {error.strerror}") from None


def _sync(folder: Path) -> None:
    """A rename is on the disk once its folder is."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
