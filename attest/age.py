"""Files for named readers alone: encrypted with age (age-encryption.org/v1) to their public keys, and opened with a private one.

    sealed(data, ["age1…", "ssh-ed25519 AAAA…"])     what `age -d -i KEY` opens
    opened(sealed, text of a key file)               of age-keygen, or an OpenSSH private key without a passphrase

The one place, beside the vault, that asks for pyrage, which is an extra.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from types import ModuleType
from typing import Any, Final

from attest.errors import CouldNotTell, Refused, Unreadable, WrongUse

MAGIC: Final = b"age-encryption.org/v1"
ARMOR: Final = b"-----BEGIN AGE ENCRYPTED FILE-----"
_SECRET: Final = "AGE-SECRET-KEY-1"  # noqa: S105 - how every such key begins


def pyrage(what: str) -> ModuleType:
    """The module. Raises CouldNotTell, beginning with ``what`` needs it, where it is not installed."""
    try:
        import pyrage as module  # type: ignore[import-untyped]
    except ModuleNotFoundError:
        raise CouldNotTell(f"{what} needs pyrage, which is not installed", 'pip install "attest-center[site,vault]"') from None
    found: ModuleType = module
    return found


def is_sealed(head: bytes) -> bool:
    """Whether a file that begins so is encrypted with age."""
    return head.startswith((MAGIC, ARMOR))


def sealed(data: bytes, recipients: Sequence[str]) -> bytes:
    """The data, encrypted to every one of them: public keys of age, or of SSH (Ed25519, RSA). Raises WrongUse for a key that is none, CouldNotTell."""
    age = pyrage("encrypting")
    return bytes(age.encrypt(data, [_recipient(age, text) for text in recipients]))


def opened(data: bytes, key: bytes) -> bytes:
    """What was encrypted. ``key``: the text of a file of keys. Raises Refused where it is encrypted to others, Unreadable, CouldNotTell."""
    age = pyrage("opening what is encrypted with age")
    try:
        return bytes(age.decrypt(data, list(_identities(age, key))))
    except age.DecryptError as error:
        if "No matching keys" in str(error):
            raise Refused("it is encrypted to other keys than this one", "name the key file whose public key you gave to whom it is from, or ask for it again") from None
        raise Unreadable(f"it is damaged, or not encrypted with age ({error})", "ask for it again") from None


def _recipient(age: ModuleType, text: str) -> Any:
    if text.startswith(_SECRET):
        raise WrongUse("a recipient is a public key, and this is a private one", "give the age1… that `age-keygen -y KEYFILE` prints; treat the private key as lost")
    try:
        return age.ssh.Recipient.from_str(text) if text.startswith("ssh-") else age.x25519.Recipient.from_str(text)
    except age.RecipientError:
        raise WrongUse(f"{text[:24]!r}… is no public key that a package can be encrypted to", "give an age1…, as age-keygen prints it, or an SSH public key (Ed25519 or RSA) in quotes") from None


def _identities(age: ModuleType, key: bytes) -> Iterator[Any]:
    lines = [line.strip() for line in key.decode("utf-8", "replace").splitlines()]
    secrets = [line for line in lines if line.startswith(_SECRET)]
    try:
        if not secrets:
            yield age.ssh.Identity.from_buffer(key)
        yield from (age.x25519.Identity.from_str(line) for line in secrets)
    except (age.IdentityError, ValueError):
        raise Unreadable("that is no key that is read here", "name the file that age-keygen made, or an OpenSSH private key without a passphrase") from None
