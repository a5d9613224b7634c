"""What is handed over with a document that is not public, so that whoever has it can tell that it is the attested one (format.md, Package).

    package.json             what it is of: {"format":1,"kind":"evidence","id":…,"salt":…,"center":…,"release":…,"document":…, …}
    README.txt               for people, with a check by hand; binds nothing
    document/NAME            the very bytes whose SHA-256 is bound: a file, a declaration, a register, a withheld control's record
    exhibit/NAME             the file that a declaration is about
    records/CONTROL.json     canonical records of public controls that rest on it: their digests stand in the signed statement
    assessment.json          where only the record as a whole names it (a paper that a register names)
    bundle.sigstore.json     the release that attested it

A plain ZIP (``stored_zip``). Nothing in it is believed because it is there: id, salt and document make the commitment, and the
commitment has to stand in what was signed. Parsing refuses every other file, every field it does not know, and what is too large.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from attest.errors import Unreadable
from attest.wire import jcs, strict_json
from attest.wire.bundle import MAX_BYTES as BUNDLE_MOST
from attest.wire.commitment import SECRET_BYTES, commit
from attest.wire.stored_zip import parse_zip, print_zip

FORMAT: Final = 1
MOST: Final = 256 * 2**20
"""Bytes of the document, and of the file it is about."""
MOST_BYTES: Final = 2 * MOST + 128 * 2**20
"""Of a whole package."""
MOST_RECORDS: Final = 1000
_MOST_RECORD: Final = 2**20
_MOST_TEXT: Final = 2**18
MANIFEST: Final = "package.json"
README: Final = "README.txt"
ASSESSMENT: Final = "assessment.json"
BUNDLE: Final = "bundle.sigstore.json"

Kind = Literal["evidence", "control"]

_FIELDS: Final = ("center", "check", "document", "exhibit", "format", "id", "kind", "readAs", "release", "salt", "title")
_READ: Final = ("format", "columns", "passValues", "failValues")
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_HEX: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Named:
    """A file in a package, by its name alone."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Package:
    """What one package says. Nothing of it is checked against anything signed yet."""

    kind: Kind
    ident: str
    """Of the evidence, or of the withheld control: as it stands in the commitment."""
    salt: bytes
    center: str
    """The center's id, a URI."""
    center_name: str
    release: int
    """The release whose bundle this is."""
    title: str
    check: str
    """In one sentence: how to check it."""
    document: Named
    exhibit: Named | None = None
    read_as: Mapping[str, Any] | None = None
    """How a report or a record is read (format.md, Record): of private evidence it stands nowhere else."""
    records: tuple[bytes, ...] = ()
    assessment: bytes | None = None
    bundle: bytes = b""
    readme: bytes = b""
    digest: str = ""
    """Hex SHA-256 of the document, as package.json names it; empty for a package that is being made."""

    @property
    def real_digest(self) -> str:
        """Hex SHA-256 of the document that is there."""
        return hashlib.sha256(self.document.data).hexdigest()

    def commitment(self, digest: str) -> str:
        """The commitment that a document of that hex SHA-256 would have under this id and salt."""
        return commit(self.salt, self.ident, bytes.fromhex(digest))


def print_package(package: Package) -> bytes:
    """Package -> its file. ValueError for what ``parse_package`` would refuse."""
    document, exhibit = package.document, package.exhibit
    files = {
        MANIFEST: _manifest(package), README: package.readme, f"document/{document.name}": document.data, **({f"exhibit/{exhibit.name}": exhibit.data} if exhibit else {}),
        **{f"records/{_id_of(record)}.json": record for record in package.records}, **({ASSESSMENT: package.assessment} if package.assessment else {}), BUNDLE: package.bundle,
    }  # fmt: skip
    return print_zip(files)


def parse_package(data: bytes) -> Package:
    """A package's bytes -> Package. Raises Unreadable, naming what is wrong."""
    if len(data) > MOST_BYTES:
        raise Unreadable(f"the package is larger than {MOST_BYTES // 2**20} MiB")
    files = parse_zip(data)
    order = list(files)
    said = _said(files.pop(MANIFEST, b""))
    document, exhibit = _named(files, "document", said["document"]), _named(files, "exhibit", said["exhibit"])
    records = tuple(_record(files.pop(name), name) for name in sorted(files) if name.startswith("records/"))
    readme, assessment, bundle = files.pop(README, b""), files.pop(ASSESSMENT, None), files.pop(BUNDLE, b"")
    if files:
        raise Unreadable(f"the package holds {next(iter(files))}, which is no part of one")
    if document is None or not bundle or len(records) > MOST_RECORDS:
        raise Unreadable("the package lacks its document or its bundle, or holds too many records")
    _refuse_large({README: (readme, _MOST_TEXT), BUNDLE: (bundle, BUNDLE_MOST), ASSESSMENT: (assessment or b"", strict_json.MAX_BYTES)})
    package = Package(
        said["kind"], said["id"], bytes.fromhex(said["salt"]), said["center"]["id"], said["center"]["name"], said["release"], said["title"], said["check"],
        document, exhibit, said["readAs"], records, assessment, bundle, readme, said["document"]["sha256"],
    )  # fmt: skip
    if order != _order(package):
        raise Unreadable("the files of the package are not in their order")
    return package


def _manifest(package: Package) -> bytes:
    said = {
        "format": FORMAT, "kind": package.kind, "id": package.ident, "salt": package.salt.hex(), "center": {"id": package.center, "name": package.center_name},
        "release": package.release, "title": package.title, "check": package.check, "document": _by_digest(package.document), "exhibit": _by_digest(package.exhibit),
        "readAs": package.read_as,
    }  # fmt: skip
    return jcs.canonical(said) + b"\n"


def _by_digest(file: Named | None) -> dict[str, str] | None:
    return None if file is None else {"name": file.name, "sha256": hashlib.sha256(file.data).hexdigest()}


def _order(package: Package) -> list[str]:
    exhibit = [f"exhibit/{package.exhibit.name}"] if package.exhibit is not None else []
    records = [f"records/{_id_of(record)}.json" for record in package.records]
    return [MANIFEST, README, f"document/{package.document.name}", *exhibit, *records, *([ASSESSMENT] if package.assessment is not None else []), BUNDLE]


def _said(data: bytes) -> dict[str, Any]:
    """package.json, of exactly the fields it has."""
    _refuse_large({MANIFEST: (data, _MOST_TEXT)})
    said = strict_json.parse(data, MANIFEST)
    if not isinstance(said, dict):
        raise Unreadable(f"{MANIFEST} is not an object")
    if said.get("format") != FORMAT or isinstance(said.get("format"), bool):
        raise Unreadable(f"{MANIFEST}: format {said.get('format')!r:.40} is not known, expected {FORMAT}")
    wrong = [key for key, holds in _shape(said).items() if not holds]
    if set(said) != set(_FIELDS) or wrong:
        raise Unreadable(f"{MANIFEST}: {wrong[0] if wrong else min(set(said) ^ set(_FIELDS))!r:.60} is not as it should be")
    if _canonical(said, MANIFEST) + b"\n" != data:
        raise Unreadable(f"{MANIFEST} is not in canonical form")
    return said


def _shape(said: Mapping[str, Any]) -> dict[str, bool]:
    center, release = said.get("center"), said.get("release")
    return {
        "kind": said.get("kind") in ("evidence", "control"),
        "id": _is_text(said.get("id"), 200),
        "salt": _is_hex(said.get("salt")),
        "center": isinstance(center, dict) and set(center) == {"id", "name"} and all(_is_text(text, 2000) for text in center.values()),
        "release": type(release) is int and release > 0,
        "title": _is_text(said.get("title"), 2000),
        "check": _is_text(said.get("check"), 2000),
        "document": _is_named(said.get("document")),
        "exhibit": said.get("exhibit") is None or _is_named(said.get("exhibit")),
        "readAs": said.get("readAs") is None or _is_reading(said.get("readAs")),
    }


def _is_text(value: Any, most: int) -> bool:
    return isinstance(value, str) and 0 < len(value) <= most


def _is_hex(value: Any) -> bool:
    return isinstance(value, str) and _HEX.fullmatch(value) is not None and len(value) == 2 * SECRET_BYTES


def _is_named(value: Any) -> bool:
    return isinstance(value, dict) and set(value) == {"name", "sha256"} and isinstance(value["name"], str) and _NAME.fullmatch(value["name"]) is not None and _is_hex(value["sha256"])


def _is_reading(value: Any) -> bool:
    """``readAs`` as the record has it."""
    if not isinstance(value, dict) or set(value) - {"sheet"} != set(_READ):
        return False
    columns, texts = value["columns"], [value["passValues"], value["failValues"]]
    named = columns is None or (isinstance(columns, dict) and set(columns) <= {"row", "outcome", "subject", "severity"} and all(isinstance(text, str) for text in columns.values()))
    listed = all(isinstance(one, list) and all(isinstance(text, str) for text in one) for one in texts)
    return named and listed and all(value.get(key) is None or isinstance(value[key], str) for key in ("format", "sheet"))


def _named(files: dict[str, bytes], folder: str, said: Mapping[str, str] | None) -> Named | None:
    """The file that package.json names in a folder of the package, taken out of ``files``."""
    if said is None:
        return None
    data = files.pop(f"{folder}/{said['name']}", None)
    if data is None:
        raise Unreadable(f"the package lacks {folder}/{said['name']}")
    _refuse_large({f"{folder}/{said['name']}": (data, MOST)})
    return Named(said["name"], data)


def _record(data: bytes, name: str) -> bytes:
    """A canonical record, under the id that it has."""
    _refuse_large({name: (data, _MOST_RECORD)})
    if name != f"records/{_id_of(data)}.json" or _canonical(strict_json.parse(data, name), name) != data:
        raise Unreadable(f"{name} is not the canonical record of that control")
    return data


def _id_of(record: bytes) -> str:
    value = strict_json.parse(record, "a record")
    ident = value.get("id") if isinstance(value, dict) else None
    if not isinstance(ident, str):
        raise Unreadable("a record in the package names no control")
    return ident


def _canonical(value: Any, what: str) -> bytes:
    try:
        return jcs.canonical(value)
    except ValueError as error:
        raise Unreadable(f"{what} has no canonical form: {error}") from None


def _refuse_large(sizes: Mapping[str, tuple[bytes, int]]) -> None:
    for name, (data, most) in sizes.items():
        if len(data) > most:
            raise Unreadable(f"{name} in the package is larger than {most // 2**10} KiB")


def file_name(text: str) -> str:
    """What a file is called in a package: its own name, with what some system trips over replaced."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", text.rpartition("/")[2]).lstrip("._-")
    return plain[-100:].lstrip("._-") or "document"


def in_order(records: Sequence[bytes]) -> tuple[bytes, ...]:
    """Records as a package has them."""
    return tuple(sorted(records, key=lambda record: f"records/{_id_of(record)}.json"))
