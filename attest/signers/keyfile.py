"""A key in a file: PKCS#8 in PEM, P-256 or Ed25519, locked with a passphrase or plain.

    -----BEGIN ENCRYPTED PRIVATE KEY-----     opens with its passphrase, whoever may read the file
    -----BEGIN PRIVATE KEY-----               opens only where it is ours and nobody else may read it (0600)

Refused: a link, a plain key that others may read, a wrong passphrase. Unreadable: whatever is not exactly one such block, RSA and
other curves. Every signature is verified before it leaves: a faulty one from an Ed25519 key would give the key away.
"""

from __future__ import annotations

import errno
import os
import re
import secrets
import stat
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal, TypeAlias

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from attest.errors import AttestError, CouldNotTell, Refused, Unreadable, WrongUse
from attest.signers.interface import Signer
from attest.wire import openssh, pkcs8, publickey

PrivateKey: TypeAlias = EllipticCurvePrivateKey | Ed25519PrivateKey
Algorithm = Literal["p256", "ed25519"]

MAX_BYTES: Final = 64 * 1024
_PEM = re.compile(rb"\s*-----BEGIN ((?:ENCRYPTED )?PRIVATE KEY)-----[A-Za-z0-9+/=\s]+-----END \1-----\s*")


@dataclass(frozen=True, slots=True)
class FileSigner:
    """A key that was opened; the private part stays out of its ``repr``."""

    spki: bytes
    fingerprint: str
    key: PrivateKey = field(repr=False, compare=False)

    def sign(self, message: bytes) -> bytes:
        """See ``Signer``. Raises CouldNotTell where the fresh signature does not verify."""
        signature = self.key.sign(message) if isinstance(self.key, Ed25519PrivateKey) else self.key.sign(message, ECDSA(SHA256()))
        if not publickey.verify(self.spki, signature, message):
            raise CouldNotTell("the signature just made does not verify", "the machine or the key file is damaged: do not use it")
        return signature


def open_keyfile(path: Path, passphrase: Callable[[], bytes] | None) -> Signer:
    """Opens a key; ``passphrase`` is called only for a locked one.

    Raises WrongUse (no such file, or locked and no way to ask), Refused (a link, open permissions, another's, wrong passphrase) and
    Unreadable (not one PKCS#8 block, or another kind of key).
    """
    text, found = read_regular(path)
    block = _PEM.fullmatch(text)
    if block is None:
        raise Unreadable(f"{path} is not one private key in PKCS#8", "convert it with `openssl pkcs8 -topk8`, or make one with `attest keys new`")
    if block[1] == b"PRIVATE KEY":
        refuse_shared(path, found)
        return _signer(_load(path, text, None))
    if passphrase is None:
        raise WrongUse(f"{path} is locked with a passphrase", "set ATTEST_PASSPHRASE, or run it on a terminal")
    return _signer(_load(path, text, passphrase()))


def create_keyfile(path: Path, algorithm: Algorithm, passphrase: bytes | None) -> Signer:
    """Makes a key and writes it, mode 0600, locked unless ``passphrase`` is None. Raises Refused where something is there already."""
    key: PrivateKey = Ed25519PrivateKey.generate() if algorithm == "ed25519" else generate_private_key(SECP256R1())
    write_new(path, _print(key, passphrase))
    return _signer(key)


def read_regular(path: Path) -> tuple[bytes, os.stat_result]:
    """A small regular file's bytes and status. Raises WrongUse (not there), Refused (a link or no file), CouldNotTell, Unreadable (large)."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        raise WrongUse(f"there is no {path}", "make keys with `attest keys new`, or say where they are with --keys DIR") from None
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise Refused(f"{path} is a link", "name the file itself") from None
        raise CouldNotTell(f"cannot open {path}: {error.strerror}") from None
    try:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):
            raise Refused(f"{path} is not a file")
        with os.fdopen(handle, "rb", closefd=False) as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise CouldNotTell(f"cannot read {path}: {error.strerror}") from None
    finally:
        os.close(handle)
    if len(data) > MAX_BYTES:
        raise Unreadable(f"{path} is too large for what it should hold")
    return data, found


def refuse_shared(path: Path, found: os.stat_result) -> None:
    """Raises Refused unless the file is ours and nobody else may read or write it."""
    if found.st_mode & 0o077:
        raise Refused(f"{path} is open to others (mode {stat.S_IMODE(found.st_mode):04o})", f"chmod 600 {path}")
    if found.st_uid != os.geteuid():
        raise Refused(f"{path} belongs to another user", "run as its owner, or give it to the user that signs")


def write_new(path: Path, data: bytes) -> None:
    """Writes a file that must not be there yet, mode 0600, and waits until it is on the disk. Raises Refused, CouldNotTell."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except FileExistsError:
        raise Refused(f"{path} is there already", "nothing was overwritten; choose another place") from None
    except OSError as error:
        raise CouldNotTell(f"cannot write {path}: {error.strerror}") from None
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(handle)
    except OSError as error:
        path.unlink(missing_ok=True)
        raise CouldNotTell(f"cannot write {path}: {error.strerror}") from None


def _print(key: PrivateKey, passphrase: bytes | None) -> bytes:
    if passphrase is None:
        return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    if not passphrase:
        raise WrongUse("an empty passphrase locks nothing", "choose one, or ask for a plain key with --no-passphrase")
    der = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return pkcs8.print_locked(der, passphrase, secrets.token_bytes(pkcs8.SALT_BYTES), secrets.token_bytes(pkcs8.IV_BYTES))


def _load(path: Path, text: bytes, passphrase: bytes | None) -> PrivateKey:
    try:
        key = load_pem_private_key(text, passphrase)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise _unopened(path, passphrase) from None
    if isinstance(key, Ed25519PrivateKey) or (isinstance(key, EllipticCurvePrivateKey) and isinstance(key.curve, SECP256R1)):
        return key
    raise Unreadable(f"{path} holds a key of another kind", "only ECDSA P-256 and Ed25519 keys sign here: `attest keys new` makes one")


def _unopened(path: Path, passphrase: bytes | None) -> AttestError:
    if passphrase is None:
        return Unreadable(f"{path} holds no key that can be read")
    return Refused(f"{path} does not open with this passphrase", "try again; a damaged file looks the same, restore it from your copy")


def _signer(key: PrivateKey) -> FileSigner:
    spki = publickey.spki(key.public_key())
    return FileSigner(spki, openssh.fingerprint(spki), key)
