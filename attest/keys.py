"""The keys folder: what a publisher must neither lose nor show. ``.attest/keys``, unless ``--keys`` or ``$ATTEST_KEYS`` says otherwise.

    statement.pem    the key that signs (``signers/keyfile``), locked or mode 0600
    statement.pub    its public half, one OpenSSH line: what may be shown without opening it
    next.pem next.pub   the key that follows: made before it is announced, and in the place of statement.pem from the day its announcement names
    statement-<n>.pub statement-<n>.pem   keys that signed before, the oldest first; a private half may go once its key is retired in the log
    log.pem log.pub  the same of the log's key, Ed25519, under the same passphrase; not there in folders of older versions
    center.secret    64 hex digits and a line feed: salts the commitments; mode 0600. A new one would change every commitment
    highwater.json   {"center":"https://trust.harbourline.example/","log":{"origin":…,"root":"<hex>","size":57},"payload":"<hex sha256>","release":42}
    .gitignore       *

The folder is made whole, beside its place, and moved there: there is never half of one. Nothing in it is ever overwritten but the
high-water mark, which only rises, and ``statement.pem`` by the key that follows it, which first gets a second name. Whatever is half
done is finished when the folder is opened next. The mark names the last release that was kept, and the largest state of the log that was ever about to be
signed: it is raised before the key is used. A release below it or a second one beside it, a smaller log or another one of that size, is
never signed.
"""

from __future__ import annotations

import fcntl
import os
import re
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, Final

from attest.errors import CouldNotTell, Refused, Unreadable, WrongUse
from attest.signers.interface import Signer
from attest.signers.keyfile import Algorithm, create_keyfile, open_keyfile, read_regular, refuse_shared, write_new
from attest.wire import jcs, openssh, strict_json
from attest.wire.checkpoint import MAX_SIZE
from attest.wire.commitment import SECRET_BYTES

DEFAULT: Final = Path(".attest/keys")
ENVIRONMENT: Final = "ATTEST_KEYS"

PRIVATE: Final = "statement.pem"
PUBLIC: Final = "statement.pub"
NEXT_PRIVATE: Final = "next.pem"
NEXT_PUBLIC: Final = "next.pub"
LOG_PRIVATE: Final = "log.pem"
LOG_PUBLIC: Final = "log.pub"
SECRET: Final = "center.secret"  # noqa: S105 - a file's name
HIGHWATER: Final = "highwater.json"

_SECRET = re.compile(rb"([0-9a-f]{%d})\n" % (2 * SECRET_BYTES))
_FORMER = re.compile(r"statement-([1-9][0-9]{0,5})\.(?:pub|pem)")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_FIELDS = {"center": str, "release": int, "payload": str}
_LOG_FIELDS = {"origin": str, "size": int, "root": str}


@dataclass(frozen=True, slots=True)
class Keys:
    """A keys folder that was opened."""

    folder: Path
    signer: Signer
    secret: bytes = field(repr=False)
    """The center secret, 32 bytes."""
    log: Signer | None = None
    """The log's key, Ed25519; None in a folder that has none."""
    next: Signer | None = None
    """The statement key that follows; None where none was made."""
    former: tuple[bytes, ...] = ()
    """Public halves of the statement keys that signed before, SPKI DER, the oldest first."""
    ask: Callable[[], bytes] | None = field(default=None, repr=False, compare=False)
    """The passphrase, for a former key."""

    @property
    def ours(self) -> dict[str, bytes]:
        """Every statement key of this folder, former ones first: fingerprint -> SPKI DER."""
        coming = () if self.next is None else (self.next.spki,)
        return {openssh.fingerprint(spki): spki for spki in (*self.former, self.signer.spki, *coming)}

    def signer_of(self, spki: bytes) -> Signer:
        """The private half of one of them: what was begun under a key is finished under it. Raises Refused where it is not here any more."""
        for one in (self.signer, self.next):
            if one is not None and one.spki == spki:
                return one
        number = _numbered(self.folder).get(spki)
        if number is None or not os.path.lexists(path := self.folder / f"statement-{number}.pem"):
            raise Refused(f"there is no private half of {openssh.fingerprint(spki)} in {self.folder}", "restore it from your copy: something that it signed has to be finished")
        return open_keyfile(path, self.ask)


@dataclass(frozen=True, slots=True)
class LogMark:
    """The largest state of the log that was signed, or was about to be."""

    origin: str
    size: int
    root: str
    """Hex SHA-256."""


@dataclass(frozen=True, slots=True)
class HighWater:
    """The last release that was signed with these keys, and the log."""

    center: str
    """The center's id, a URI."""
    release: int
    """From 1; 0 where only the log was touched yet."""
    payload: str
    """Hex SHA-256 of that release's DSSE payload; empty for 0."""
    log: LogMark | None = None
    """None where no log was signed yet."""


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
    return Keys(folder, keys.signer, keys.secret, keys.log)


def add_log(folder: Path, passphrase: Callable[[], bytes]) -> Keys:
    """Makes the log's key in a folder that has none, locked like the statement key. Raises as ``open_keys``, and Refused where it has one."""
    if os.path.lexists(folder / LOG_PRIVATE):
        raise Refused(f"there is a {folder / LOG_PRIVATE} already", "nothing was overwritten: a log keeps its key")
    asked: list[bytes] = []

    def ask() -> bytes:
        asked.append(passphrase())
        return asked[-1]

    keys = open_keys(folder, ask)
    fresh = folder / f".{LOG_PRIVATE}.{secrets.token_hex(8)}"
    log = create_keyfile(fresh, "ed25519", asked[-1] if asked else None)
    _replace(folder / LOG_PUBLIC, _public_line(log, "log"))
    fresh.rename(folder / LOG_PRIVATE)
    _sync(folder)
    return replace(keys, log=log)


def refuse_occupied(folder: Path) -> None:
    """Raises Refused where the folder is there and not empty, or is no folder of its own: keys are never overwritten."""
    try:
        occupied = os.path.lexists(folder) and (folder.is_symlink() or not folder.is_dir() or any(folder.iterdir()))
    except OSError as error:
        raise CouldNotTell(f"cannot look into {folder}: {error.strerror}") from None
    if occupied:
        raise Refused(f"there is something in {folder} already", "nothing was overwritten; `attest keys show` tells what it is, --keys DIR names another place")


def open_keys(folder: Path, passphrase: Callable[[], bytes]) -> Keys:
    """Opens a keys folder; ``passphrase`` is called only for a locked key, and once.

    Raises WrongUse (no keys there), Refused (open permissions, wrong passphrase, halves of two keys) and Unreadable.
    """
    secret, once = _read_secret(folder), cache(passphrase)
    _finish_turn(folder)
    signer = _opened(folder, PRIVATE, public_of(folder), once)
    log, coming = log_public_of(folder), next_public_of(folder)
    return Keys(
        folder, signer, secret, None if log is None else _opened(folder, LOG_PRIVATE, log, once), None if coming is None else _opened(folder, NEXT_PRIVATE, coming, once),
        tuple(spki for spki in former_of(folder) if spki != signer.spki), once,
    )  # fmt: skip


def _opened(folder: Path, private: str, expected: bytes, passphrase: Callable[[], bytes]) -> Signer:
    signer = open_keyfile(folder / private, passphrase)
    if signer.spki != expected:
        raise Refused(f"{folder / private.replace('.pem', '.pub')} is not the public half of {private}", "two folders were mixed: restore both files from one copy")
    return signer


def public_of(folder: Path) -> bytes:
    """The signing key's public half, SPKI DER, without opening the key. Raises WrongUse (no keys there), Refused, Unreadable."""
    return _public(folder / (NEXT_PUBLIC if _is_turning(folder) else PUBLIC))


def next_public_of(folder: Path) -> bytes | None:
    """The public half of the key that follows, SPKI DER; None where there is none, or only half of one. Raises Refused, Unreadable."""
    whole = os.path.lexists(folder / NEXT_PRIVATE) and os.path.lexists(folder / NEXT_PUBLIC)
    return _public(folder / NEXT_PUBLIC) if whole else None


def former_of(folder: Path) -> tuple[bytes, ...]:
    """Public halves of the keys that signed before, SPKI DER, the oldest first. Raises Refused, Unreadable."""
    return tuple(_numbered(folder))


def make_next(folder: Path, algorithm: Algorithm, passphrase: Callable[[], bytes]) -> Keys:
    """Makes the key that follows, locked like the one that signs; the one that is there already, where it is. Raises as ``open_keys``."""
    asked: list[bytes] = []

    def ask() -> bytes:
        asked.append(passphrase())
        return asked[-1]

    keys = open_keys(folder, once := cache(ask))
    with _alone(folder):
        if not os.path.lexists(folder / NEXT_PRIVATE):
            fresh = folder / f".{NEXT_PRIVATE}.{secrets.token_hex(8)}"
            create_keyfile(fresh, algorithm, asked[-1] if asked else None)
            fresh.rename(folder / NEXT_PRIVATE)
        signer = open_keyfile(folder / NEXT_PRIVATE, once)
        if not os.path.lexists(folder / NEXT_PUBLIC):
            _replace(folder / NEXT_PUBLIC, _public_line(signer, "next statement"))
        _sync(folder)
    return replace(keys, next=_opened(folder, NEXT_PRIVATE, _public(folder / NEXT_PUBLIC), once))


def take_over(keys: Keys) -> Keys:
    """The key that follows signs from now on; the one before keeps its files under a number. ValueError where none follows.

    In an order that can be stopped anywhere: what signed gets its second name, then the private half is exchanged in one step, then the
    public one. Between the last two there is a next.pub and no next.pem, which whoever opens the folder finishes.
    """
    if keys.next is None:
        raise ValueError("no key follows")
    with _alone(keys.folder):
        _give_number(keys.folder, keys.signer.spki, PRIVATE, PUBLIC)
        (keys.folder / NEXT_PRIVATE).replace(keys.folder / PRIVATE)
        _sync(keys.folder)
        (keys.folder / NEXT_PUBLIC).replace(keys.folder / PUBLIC)
        _sync(keys.folder)
    return replace(keys, signer=keys.next, next=None, former=(*keys.former, keys.signer.spki))


def set_aside(keys: Keys) -> Keys:
    """The key that was to follow never will: its files get a number. ValueError where none follows."""
    if keys.next is None:
        raise ValueError("no key follows")
    with _alone(keys.folder):
        _give_number(keys.folder, keys.next.spki, NEXT_PRIVATE, NEXT_PUBLIC)
        for name in (NEXT_PUBLIC, NEXT_PRIVATE):
            (keys.folder / name).unlink(missing_ok=True)
        _sync(keys.folder)
    return replace(keys, next=None, former=(*keys.former, keys.next.spki))


def _give_number(folder: Path, spki: bytes, private: str, public: str) -> None:
    """Second names for a key's two files; the public half first, since that is how a number is found again."""
    taken = {int(match[1]) for path in folder.iterdir() if (match := _FORMER.fullmatch(path.name)) is not None}
    number = _numbered(folder).get(spki) or max(taken, default=0) + 1
    for name, ending in ((public, "pub"), (private, "pem")):
        target = folder / f"statement-{number}.{ending}"
        if not os.path.lexists(target):
            _replace(target, read_regular(folder / name)[0])


def _numbered(folder: Path) -> dict[bytes, int]:
    """SPKI DER -> number, the lowest number first."""
    numbers = sorted(int(match[1]) for path in folder.iterdir() if path.suffix == ".pub" and (match := _FORMER.fullmatch(path.name)) is not None) if folder.is_dir() else []
    return {_public(folder / f"statement-{number}.pub"): number for number in numbers}


def _is_turning(folder: Path) -> bool:
    """Whether somebody was stopped between the two halves of ``take_over``."""
    return os.path.lexists(folder / NEXT_PUBLIC) and not os.path.lexists(folder / NEXT_PRIVATE)


def _finish_turn(folder: Path) -> None:
    if not _is_turning(folder):
        return
    with _alone(folder):
        if _is_turning(folder):
            (folder / NEXT_PUBLIC).replace(folder / PUBLIC)
            _sync(folder)


def log_public_of(folder: Path) -> bytes | None:
    """The log key's public half, SPKI DER; None where the folder has no log key. Raises as ``public_of``."""
    if not os.path.lexists(folder / LOG_PRIVATE):
        return None
    spki = _public(folder / LOG_PUBLIC)
    if openssh.algorithm(spki) != openssh.ED25519:
        raise Unreadable(f"{folder / LOG_PUBLIC} is not an Ed25519 key", "restore log.pem and log.pub from your copy: a log is signed with no other kind")
    return spki


def _public(path: Path) -> bytes:
    data, _ = read_regular(path)
    try:
        return openssh.spki_of_line(data.decode("ascii"))
    except (Unreadable, UnicodeDecodeError):
        raise Unreadable(f"{path} is not an OpenSSH public key", "restore it from your copy") from None


def _public_line(signer: Signer, what: str) -> bytes:
    return openssh.public_line(signer.spki, f"attest {what} key").encode("ascii") + b"\n"


def secret_of(folder: Path) -> bytes | None:
    """The center secret (32 bytes) for a preview, None where there are no keys yet. Raises Refused, Unreadable like ``open_keys``."""
    return _read_secret(folder) if (folder / SECRET).exists() else None


def read_highwater(folder: Path) -> HighWater | None:
    """The high-water mark, None where nothing was signed yet. Raises Unreadable for one that cannot be trusted."""
    path = folder / HIGHWATER
    if not os.path.lexists(path):
        return None
    value = strict_json.parse(read_regular(path)[0], str(path))
    if isinstance(value, dict) and (mark := _mark(value)) is not None and _plausible(mark):
        return mark
    raise Unreadable(f"{path} is not a high-water mark", "restore it from your copy, or from the last release published")


def _mark(value: dict[str, Any]) -> HighWater | None:
    log = value.pop("log", None)
    if not _typed(value, _FIELDS) or (log is not None and not _typed(log, _LOG_FIELDS)):
        return None
    return HighWater(**value, log=None if log is None else LogMark(**log))


def _typed(value: Any, fields: dict[str, type]) -> bool:
    return isinstance(value, dict) and {key: type(inner) for key, inner in value.items()} == fields


def write_highwater(folder: Path, mark: HighWater) -> None:
    """Raises the mark and waits until it is on the disk; a mark that says nothing of the log leaves what is known of it. Refused where it
    would fall, name a second release of that number, or another center; CouldNotTell where it cannot be written (the old mark stands).
    ValueError for a mark that is none.
    """
    if not _plausible(mark):
        raise ValueError(f"{mark} is no high-water mark")
    with _alone(folder):
        _raise(folder, mark)


def vouch(folder: Path, center: str, log: LogMark, sign: Callable[[], bytes]) -> bytes:
    """Raises the log's part of the mark, and signs only then; nobody else raises it meanwhile. Returns what ``sign`` does.

    So no two states of one size are ever signed with these keys, and none below one that was. Raises as ``write_highwater``.
    """
    with _alone(folder):
        old = read_highwater(folder)
        _raise(folder, replace(old, center=center, log=log) if old is not None else HighWater(center, 0, "", log))
        return sign()


def _raise(folder: Path, mark: HighWater) -> None:
    old = read_highwater(folder)
    refuse_lower(old, mark)
    log = mark.log or (old.log if old is not None else None)
    known = asdict(replace(mark, log=log))
    _replace(folder / HIGHWATER, jcs.canonical({key: value for key, value in known.items() if value is not None}) + b"\n")


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Between reading the mark and what follows from it, nobody else writes it. The folder itself is what is locked."""
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise CouldNotTell(f"cannot write into {folder}: {error.strerror}") from None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def refuse_lower(old: HighWater | None, new: HighWater) -> None:
    """Raises Refused where ``new`` may not follow ``old``: to be asked before signing, and asked again on writing."""
    if old is None or new == old:
        return
    if new.center != old.center:
        raise Refused(f"these keys sign for {old.center}, not for {new.center}", "one keys folder serves one center: name another with --keys DIR")
    if new.release < old.release:
        raise Refused(f"release {old.release} was signed already, {new.release} is below it", "an older state was restored: fetch what was published last")
    if new.release == old.release and new.payload != old.payload:
        raise Refused(f"another release {old.release} was signed already", "publishing a second one would fork the history: take the next number")
    if old.log is not None and new.log is not None:
        _refuse_lower_log(old.log, new.log)


def _refuse_lower_log(old: LogMark, new: LogMark) -> None:
    if new.origin != old.origin:
        raise Refused(f"these keys sign for the log {old.origin}, not for {new.origin}", "a log never changes its name; one keys folder serves one center")
    if new.size < old.size:
        raise Refused(f"the log was signed with {old.size} entries already, {new.size} is below that", "an older state was restored: fetch what was published last")
    if new.size == old.size and new.root != old.root:
        raise Refused(f"another log of {old.size} entries was signed already", "signing a second one would show that this log cannot be trusted: restore the one signed, from your copy")


def _fill(folder: Path, algorithm: Algorithm, passphrase: bytes | None) -> Keys:
    secret = secrets.token_bytes(SECRET_BYTES)
    write_new(folder / ".gitignore", b"*\n")
    write_new(folder / SECRET, secret.hex().encode("ascii") + b"\n")
    signer = create_keyfile(folder / PRIVATE, algorithm, passphrase)
    write_new(folder / PUBLIC, _public_line(signer, "statement"))
    log = create_keyfile(folder / LOG_PRIVATE, "ed25519", passphrase)
    write_new(folder / LOG_PUBLIC, _public_line(log, "log"))
    return Keys(folder, signer, secret, log)


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
    released = 0 < mark.release < 2**53 and bool(_DIGEST.fullmatch(mark.payload))
    begun = (mark.release, mark.payload) == (0, "") and mark.log is not None
    return bool(mark.center) and (released or begun) and (mark.log is None or _plausible_log(mark.log))


def _plausible_log(log: LogMark) -> bool:
    return bool(log.origin) and 0 <= log.size <= MAX_SIZE and bool(_DIGEST.fullmatch(log.root))


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
