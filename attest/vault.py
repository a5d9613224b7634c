"""The vault: evidence that is not public, in a repository that is. A folder of files encrypted with age (age-encryption.org/v1).

    controls/center.yml        vault: vault                        a folder here, or ~/… or /…, outside the tree
    vault/recipients.txt       age1…, one a line                   everybody whose key opens what is added from now on
    vault/contracts/soc.pdf.age
    evidence                   file: vault:contracts/soc.pdf       opened decrypted, in memory alone; its digest is the clear file's
    .attest/vault.key          AGE-SECRET-KEY-1…, mode 0600        or $ATTEST_VAULT_KEY: a path, or the key itself

The ``age`` program opens and makes the same files. Names are not encrypted: whoever reads the repository reads them. In a folder outside the
tree files may also lie in clear. Without a key what lies encrypted cannot be read, and what rests on it is unknown.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from attest.age import pyrage
from attest.errors import AttestError, CouldNotTell, Refused, Unreadable, WrongUse
from attest.inside import open_inside, parts_of
from attest.signers.keyfile import read_regular, refuse_shared, write_new
from attest.trust import write_whole

PREFIX: Final = "vault:"
ENDING: Final = ".age"
RECIPIENTS: Final = "recipients.txt"
ENVIRONMENT: Final = "ATTEST_VAULT_KEY"
KEY: Final = ".attest/vault.key"
"""Beside the keys that sign, not among them: those are made as a whole folder, and the vault may come before or after."""
MOST: Final = 256 * 2**20
"""Bytes of one file, which is held in memory."""
_SECRET: Final = "AGE-SECRET-KEY-1"  # noqa: S105 - how every such key begins
_PUBLIC: Final = "age1"


@dataclass(frozen=True, slots=True)
class Vault:
    """A vault's folder, and what opens it."""

    base: Path
    """The folder that paths are opened under: the trust center's, or the vault itself where it lies outside."""
    within: str
    """The vault's path under ``base``, with a slash at its end; empty where it lies outside."""
    secrets: tuple[str, ...] = field(repr=False)
    """Keys as text; none where it is locked."""
    locked: str = ""
    """Why there is no key, and nothing where there is one."""

    @property
    def outside(self) -> bool:
        """Whether it lies outside the trust center's folder."""
        return not self.within

    @property
    def folder(self) -> Path:
        """Where it is."""
        return self.base / self.within if self.within else self.base


def folder_of(root: Path, named: str) -> tuple[Path, str]:
    """What center.yml names -> the folder to open under and the path within it. ValueError, in words that follow the name."""
    if named.startswith("~"):
        folder = Path(named).expanduser()
    elif named.startswith("/"):
        folder = Path(named)
    else:
        return root, "/".join(parts_of(named.removesuffix("/"))) + "/"
    here = folder.resolve()
    return (root, here.relative_to(root.resolve()).as_posix() + "/") if here.is_relative_to(root.resolve()) else (folder, "")


def vault_of(root: Path, named: str) -> Vault:
    """The vault that center.yml of ``root`` names, opened with the key this machine has, or locked. ValueError as ``folder_of``."""
    base, within = folder_of(root, named)
    try:
        return Vault(base, within, _secrets(root))
    except AttestError as error:
        return Vault(base, within, (), error.message)


def open_clear(vault: Vault, path: str) -> io.BytesIO:
    """A file of the vault, decrypted. ``path`` is without ``.age``.

    Raises ValueError where it is no plain path to a regular file, OSError where it is missing or may not be read, CouldNotTell where the
    vault is locked, the file is damaged, or encrypted to others.
    """
    plain = "/".join(parts_of(path))
    try:
        sealed = _bytes(vault, plain + ENDING)
    except FileNotFoundError:
        if not vault.outside:
            raise
        return io.BytesIO(_bytes(vault, plain))
    return io.BytesIO(_decrypted(vault, sealed))


def seal(vault: Vault, data: bytes) -> bytes:
    """Encrypts to every recipient of the vault, and opens it again where there is a key. Raises CouldNotTell, Refused, WrongUse."""
    age = _age()
    recipients = [_recipient(line) for line in recipients_of(vault)]
    if not recipients:
        raise WrongUse(f"{vault.folder / RECIPIENTS} names nobody", "make a key with `attest vault new`")
    sealed = bytes(age.encrypt(data, recipients))
    if vault.secrets and _decrypted(vault, sealed) != data:
        raise CouldNotTell("what was encrypted does not open again", "nothing was written; report it")
    return sealed


def add(vault: Vault, path: str, data: bytes, *, replace: bool) -> None:
    """Puts a file into the vault, encrypted. Raises Refused where it is there already, WrongUse for a path that is not plain."""
    try:
        plain = "/".join(parts_of(path))
    except ValueError as error:
        raise WrongUse(f"{path!r} {error}") from None
    if len(data) > MOST:
        raise Refused(f"{path!r} is larger than {MOST // 2**20} MiB")
    target = vault.folder / (plain + ENDING)
    if os.path.lexists(target) and not replace:
        raise Refused(f"{target} is there already", "--replace puts the new one in its place, --as NAME beside it")
    write_whole(target, seal(vault, data))


def remove(vault: Vault, path: str) -> None:
    """Takes a file out of the vault. Raises WrongUse where there is none of that name."""
    if path not in names(vault):
        raise WrongUse(f"there is no {path!r} in the vault", "`attest vault list` names what there is")
    (vault.folder / (path + ENDING)).unlink()


def names(vault: Vault) -> tuple[str, ...]:
    """What lies encrypted in the vault, without the ending, sorted."""
    return tuple(sorted(_files(vault)))


def recipients_of(vault: Vault) -> tuple[str, ...]:
    """The public keys that the vault is encrypted to, as text. Raises CouldNotTell."""
    try:
        with open_inside(vault.base, vault.within + RECIPIENTS) as stream:
            text = stream.read(2**20).decode("utf-8")
    except FileNotFoundError:
        return ()
    except (OSError, ValueError) as error:
        raise CouldNotTell(f"{vault.folder / RECIPIENTS} cannot be read: {error}") from None
    return tuple(line for line in _lines(text) if line.startswith(_PUBLIC))


def new_key(root: Path, named: str) -> tuple[Path, str]:
    """Makes a key, 0600, and puts its public half among the vault's recipients. Returns the key's file and the public half.

    Raises Refused where there is a key already.
    """
    vault, key = vault_of(root, named), root / KEY
    identity = _age().x25519.Identity.generate()
    public = str(identity.to_public())
    key.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_new(key, f"# public key: {public}\n{identity}\n".encode())
    ignoring = key.parent / ".gitignore"
    if not os.path.lexists(ignoring):
        write_whole(ignoring, b"*\n")
    write_whole(vault.folder / RECIPIENTS, "".join(f"{line}\n" for line in (*recipients_of(vault), public)).encode())
    return key, public


def _secrets(root: Path) -> tuple[str, ...]:
    """The keys of $ATTEST_VAULT_KEY or of the key's file. Raises an AttestError whose message ends a sentence."""
    said = os.environ.get(ENVIRONMENT, "").strip()
    text = said if said.startswith(_SECRET) else _key_text(Path(said).expanduser() if said else root / KEY)
    found = tuple(line for line in _lines(text) if line.startswith(_SECRET))
    if not found:
        raise Unreadable(f"{ENVIRONMENT if said else KEY} holds no key")
    return found


def _key_text(path: Path) -> str:
    try:
        data, status = read_regular(path)
    except WrongUse:
        raise Unreadable(f"there is no key in {path.name}") from None
    refuse_shared(path, status)
    return data.decode("utf-8", "replace")


def _lines(text: str) -> Iterator[str]:
    return (line.strip() for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#"))


def _bytes(vault: Vault, path: str) -> bytes:
    with open_inside(vault.base, vault.within + path) as stream:
        data = stream.read(MOST + 2**20)
    if len(data) >= MOST + 2**20:
        raise Unreadable(f"the file is larger than {MOST // 2**20} MiB, which is as much as a vault opens")
    return data


def _decrypted(vault: Vault, sealed: bytes) -> bytes:
    if not vault.secrets:
        raise Unreadable(f"the vault is locked: {vault.locked}", f"put its key into {KEY}, or name it with ${ENVIRONMENT}")
    age = _age()
    try:
        return bytes(age.decrypt(sealed, [_identity(text) for text in vault.secrets]))
    except age.DecryptError as error:
        if "No matching keys" in str(error):
            raise Unreadable("the vault is locked: it is encrypted to other keys than the one here", "have a colleague add it again, to all in recipients.txt") from None
        raise Unreadable(f"it is damaged, or not encrypted with age ({error})", "restore it, or add it again") from None


def _identity(text: str) -> Any:
    try:
        return _age().x25519.Identity.from_str(text)
    except _age().IdentityError:
        raise Unreadable("the vault is locked: its key is not one of age's", "restore it from your copy") from None


def _recipient(text: str) -> Any:
    try:
        return _age().x25519.Recipient.from_str(text)
    except _age().RecipientError:
        raise Unreadable(f"{RECIPIENTS}: {text[:20]!r}… is not an X25519 public key of age", "write one a line, as age-keygen prints them") from None


def _files(vault: Vault) -> Iterator[str]:
    for at, folders, files in os.walk(vault.folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        within = Path(at).relative_to(vault.folder)
        yield from ((within / name).as_posix().removesuffix(ENDING) for name in files if name.endswith(ENDING))


def _age() -> ModuleType:
    return pyrage("the vault")


def sources(files: Sequence[Path]) -> list[tuple[Path, bytes]]:
    """The bytes of files that are to be added. Raises WrongUse, Refused, CouldNotTell."""
    found = []
    for file in files:
        try:
            if not file.is_file():
                raise WrongUse(f"there is no file {str(file)!r}")
            found.append((file, file.read_bytes()))
        except OSError as error:
            raise CouldNotTell(f"{file} cannot be read: {error.strerror}") from None
    return found
