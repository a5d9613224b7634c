"""Key files: what opens, what is refused and why, and that nothing is ever overwritten or half-written."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Literal

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, KeySerializationEncryption, NoEncryption, PrivateFormat

from attest.errors import AttestError, CouldNotTell, Refused, Unreadable, WrongUse
from attest.signers.keyfile import FileSigner, create_keyfile, open_keyfile
from attest.wire import openssh, publickey

algorithms = pytest.mark.parametrize("algorithm", ["p256", "ed25519"])
Algorithm = Literal["p256", "ed25519"]


def pem(key: object, form: PrivateFormat = PrivateFormat.PKCS8, lock: KeySerializationEncryption | None = None) -> bytes:
    return key.private_bytes(Encoding.PEM, form, lock or NoEncryption())  # type: ignore[attr-defined, no-any-return]


def write(path: Path, data: bytes, mode: int = 0o600) -> Path:
    path.write_bytes(data)
    path.chmod(mode)
    return path


def never() -> bytes:
    raise AssertionError("nobody is to be asked")


def refusal(path: Path, passphrase: bytes | None = None) -> AttestError:
    with pytest.raises(AttestError) as caught:
        open_keyfile(path, None if passphrase is None else lambda: passphrase)
    return caught.value


@algorithms
@pytest.mark.parametrize("passphrase", [None, b"harbour light", "hafen lücht".encode(), b"\xff\x00"])
def test_a_key_made_is_the_key_opened(tmp_path: Path, algorithm: Algorithm, passphrase: bytes | None) -> None:
    path = tmp_path / "key"
    made = create_keyfile(path, algorithm, passphrase)
    opened = open_keyfile(path, never if passphrase is None else lambda: passphrase)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert opened.spki == made.spki
    assert opened.fingerprint == openssh.fingerprint(opened.spki)
    assert openssh.algorithm(opened.spki) == (openssh.ED25519 if algorithm == "ed25519" else openssh.P256)
    assert publickey.verify(made.spki, opened.sign(b"message"), b"message")


def test_two_keys_are_two(tmp_path: Path) -> None:
    assert create_keyfile(tmp_path / "a", "p256", None).spki != create_keyfile(tmp_path / "b", "p256", None).spki


def test_a_locked_key_is_locked_by_scrypt(tmp_path: Path) -> None:
    """``cryptography`` would lock with 2,048 rounds of PBKDF2."""
    create_keyfile(tmp_path / "a", "ed25519", b"x")
    create_keyfile(tmp_path / "b", "ed25519", b"x")
    texts = [(tmp_path / name).read_text() for name in "ab"]
    assert all(text.startswith("-----BEGIN ENCRYPTED PRIVATE KEY-----\n") for text in texts)
    assert texts[0][:140] != texts[1][:140], "a fresh salt each time"


def test_the_private_key_is_not_in_the_repr(tmp_path: Path) -> None:
    signer = create_keyfile(tmp_path / "key", "ed25519", None)
    assert isinstance(signer, FileSigner)
    assert "PrivateKey" not in repr(signer)


def test_a_signature_that_does_not_verify_never_leaves(tmp_path: Path) -> None:
    """A faulty Ed25519 signature gives the key away; here the fault is a public half of another key."""
    signer, other = (create_keyfile(tmp_path / name, "ed25519", None) for name in "ab")
    assert isinstance(signer, FileSigner)
    with pytest.raises(CouldNotTell, match="does not verify"):
        FileSigner(other.spki, other.fingerprint, signer.key).sign(b"message")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o620, 0o601, 0o777])
def test_a_plain_key_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    path = write(tmp_path / "key", pem(ed25519.Ed25519PrivateKey.generate()), mode)
    error = refusal(path)
    assert isinstance(error, Refused)
    assert error.message == f"{path} is open to others (mode {mode:04o})"
    assert error.hint == f"chmod 600 {path}"


@pytest.mark.parametrize("mode", [0o600, 0o400])
def test_a_plain_key_that_only_we_may_read_opens(tmp_path: Path, mode: int) -> None:
    open_keyfile(write(tmp_path / "key", pem(ed25519.Ed25519PrivateKey.generate()), mode), never)


def test_a_locked_key_may_be_readable(tmp_path: Path) -> None:
    create_keyfile(tmp_path / "key", "p256", b"x")
    (tmp_path / "key").chmod(0o644)
    open_keyfile(tmp_path / "key", lambda: b"x")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_plain_key_of_another_user_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "key", pem(ed25519.Ed25519PrivateKey.generate()))
    os.chown(path, 65534, -1)
    error = refusal(path)
    assert isinstance(error, Refused)
    assert "belongs to another user" in error.message


@algorithms
@pytest.mark.parametrize("wrong", [b"harbour dark", b"", b"harbour light\n"])
def test_a_wrong_passphrase_is_refused(tmp_path: Path, algorithm: Algorithm, wrong: bytes) -> None:
    create_keyfile(tmp_path / "key", algorithm, b"harbour light")
    error = refusal(tmp_path / "key", wrong)
    assert isinstance(error, Refused)
    assert "does not open with this passphrase" in error.message


def test_a_locked_key_without_anyone_to_ask(tmp_path: Path) -> None:
    create_keyfile(tmp_path / "key", "p256", b"x")
    error = refusal(tmp_path / "key")
    assert isinstance(error, WrongUse)
    assert "locked with a passphrase" in error.message


def test_an_empty_passphrase_locks_nothing(tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match="empty passphrase"):
        create_keyfile(tmp_path / "key", "p256", b"")
    assert not (tmp_path / "key").exists()


RSA = rsa.generate_private_key(65537, 2048)


@pytest.mark.parametrize("lock", [None, b"x"], ids=["plain", "locked"])
@pytest.mark.parametrize("key", [RSA, ec.generate_private_key(ec.SECP384R1()), ec.generate_private_key(ec.SECP256K1()), ed448.Ed448PrivateKey.generate()], ids=["rsa", "p384", "secp256k1", "ed448"])
def test_another_kind_of_key_cannot_be_used(tmp_path: Path, key: object, lock: bytes | None) -> None:
    path = write(tmp_path / "key", pem(key, lock=BestAvailableEncryption(lock) if lock else None))
    error = refusal(path, lock)
    assert isinstance(error, Unreadable)
    assert "holds a key of another kind" in error.message


GOOD = pem(ed25519.Ed25519PrivateKey.generate())
P256 = ec.generate_private_key(ec.SECP256R1())


@pytest.mark.parametrize(("data", "says"), [
    (b"", "not one private key in PKCS#8"),
    (b"hello", "not one private key in PKCS#8"),
    (GOOD + GOOD, "not one private key in PKCS#8"),
    (b"our key:\n" + GOOD, "not one private key in PKCS#8"),
    (GOOD[:-10], "not one private key in PKCS#8"),
    (GOOD.replace(b"PRIVATE KEY-----\n", b"PRIVATE KEY-----\n\0", 1), "not one private key in PKCS#8"),
    (GOOD.replace(b"END PRIVATE", b"END ENCRYPTED PRIVATE"), "not one private key in PKCS#8"),
    (pem(P256, PrivateFormat.TraditionalOpenSSL), "not one private key in PKCS#8"),
    (pem(P256, PrivateFormat.OpenSSH), "not one private key in PKCS#8"),
    (P256.public_key().public_bytes(Encoding.PEM, publickey.PublicFormat.SubjectPublicKeyInfo), "not one private key in PKCS#8"),
    (b"-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n", "holds no key that can be read"),
    (GOOD.replace(b"MC4CAQ", b"MC4CBQ"), "holds no key that can be read"),
    (b"A" * 70_000, "too large"),
], ids=["empty", "text", "two", "text-before", "cut-short", "nul", "other-end", "ec-private-key", "openssh", "public", "empty-der", "damaged-der", "large"])
def test_what_is_no_key_cannot_be_read(tmp_path: Path, data: bytes, says: str) -> None:
    error = refusal(write(tmp_path / "key", data))
    assert isinstance(error, Unreadable)
    assert says in error.message


def test_a_damaged_locked_key_is_refused(tmp_path: Path) -> None:
    create_keyfile(tmp_path / "key", "p256", b"x")
    text = (tmp_path / "key").read_bytes()
    write(tmp_path / "key", text[:200] + (b"A" if text[200:201] != b"A" else b"B") + text[201:])
    assert isinstance(refusal(tmp_path / "key", b"x"), AttestError)


def test_a_link_is_refused(tmp_path: Path) -> None:
    create_keyfile(tmp_path / "key", "p256", None)
    (tmp_path / "link").symlink_to(tmp_path / "key")
    error = refusal(tmp_path / "link")
    assert isinstance(error, Refused)
    assert "is a link" in error.message


def test_a_folder_or_a_pipe_is_refused_and_nobody_waits(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "pipe"):
        error = refusal(path)
        assert isinstance(error, Refused)
        assert "is not a file" in error.message


def test_a_missing_key_is_wrong_use(tmp_path: Path) -> None:
    error = refusal(tmp_path / "key")
    assert isinstance(error, WrongUse)
    assert "attest keys new" in error.hint


def test_nothing_is_overwritten_not_even_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "precious").write_bytes(b"precious")
    (tmp_path / "link").symlink_to(tmp_path / "precious")
    (tmp_path / "dangling").symlink_to(tmp_path / "nothing")
    for name in ("precious", "link", "dangling"):
        with pytest.raises(Refused, match="is there already"):
            create_keyfile(tmp_path / name, "p256", None)
    assert (tmp_path / "precious").read_bytes() == b"precious"
    assert not (tmp_path / "nothing").exists()


def test_a_folder_that_is_not_there_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(CouldNotTell, match="cannot write"):
        create_keyfile(tmp_path / "no" / "key", "p256", None)


FULL_DISK = """
import resource, sys
from pathlib import Path
from attest import keys
from attest.errors import CouldNotTell
from attest.signers.keyfile import create_keyfile
resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
try:
    {call}
except CouldNotTell as error:
    sys.exit(f"{{error.message}}")
"""


def run_without_room(call: str) -> str:
    """Runs the call where no file may grow beyond 100 bytes: what a full disk looks like to a writer."""
    root = Path(__file__).parent.parent
    done = subprocess.run([sys.executable, "-c", FULL_DISK.format(call=call)], capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1"})
    assert done.returncode == 1, done.stderr
    return done.stderr


def test_without_room_no_half_key_stays(tmp_path: Path) -> None:
    said = run_without_room(f"create_keyfile(Path({str(tmp_path / 'key')!r}), 'p256', None)")
    assert "cannot write" in said
    assert list(tmp_path.iterdir()) == []
