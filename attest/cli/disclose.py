"""Hand over a document that is not public, so that its reader can tell that it is the one that was attested.

    attest disclose cryptography-policy --to policy.zip --recipient age1…

EVIDENCE is the id of evidence that is shown on request, or of a withheld control. The package holds the document, the salt that
opens its commitment, the records that rest on it, and the bundle of the release that attested it. Its reader runs
`attest verify WHERE --package FILE`, or computes it by hand as its README says.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attest.cli import ui
from attest.cli.folder import root_of
from attest.cli.keys import add_folder, folder_of
from attest.errors import CouldNotTell, Refused, WrongUse
from attest.fetch import Absent, Folder, Source

if TYPE_CHECKING:
    from attest.disclose import Made, Signed

_USUAL = "public"
_CAP = 64 * 2**20


def add(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument("ident", metavar="EVIDENCE", help="the id of the evidence, or of a withheld control")
    parser.add_argument("--to", metavar="FILE", type=Path, required=True, help="where to write the package")
    parser.add_argument("--recipient", metavar="KEY", action="append", default=[], help="encrypt it with age to this public key: age1…, an SSH key in quotes, or a file of such keys")
    parser.add_argument("--from", dest="source", metavar="WHERE", help=f"the release that attested it: the published folder, its address, or a bundle file (default: {_USUAL} in the trust center's folder)")
    parser.add_argument("--private", action="store_true", help="hand it over although it is private, or a withheld control")
    parser.add_argument("--force", action="store_true", help="overwrite FILE")
    parser.add_argument("--dir", metavar="DIR", help="the trust center's folder (default: the one this folder is in)")
    add_folder(parser)
    parser.add_argument("--json", action="store_true", help="the result as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Writes one package and says what to tell its reader; 0, or an AttestError with nothing written."""
    from attest.disclose import center_of, disclose
    from attest.keys import public_of, secret_of

    root, folder = root_of(arguments.dir), folder_of(arguments.keys)
    _refuse_place(arguments.to, arguments.force)
    recipients = [key for text in arguments.recipient for key in _keys(text)]
    secret = secret_of(folder)
    if secret is None:
        raise WrongUse(f"there is no center secret in {folder}", "salts come from it: name the folder with the keys that signed with --keys")
    center = center_of(root)
    signed = _signed(root, arguments.source, public_of(folder), center.profile.id)
    made = disclose(root, center, arguments.ident, secret, signed)
    _refuse_unmeant(made, arguments.private)
    _write(arguments.to, made, recipients)
    if arguments.json:
        ui.data_json(_described(made, arguments.to, recipients))
    else:
        _say(made, root, arguments.to, recipients)
    return 0


def _refuse_place(to: Path, force: bool) -> None:
    if to.is_dir():
        raise WrongUse(f"{to} is a folder", "name the file to write")
    if os.path.lexists(to) and not force:
        raise Refused(f"{to} is there already", "name another place, or overwrite it with --force")
    if any((folder / "attestation/bundle.sigstore.json").exists() for folder in to.absolute().parents):
        raise Refused(f"{to} would lie in a published site, where everybody could have it", "write it somewhere else")


def _keys(text: str) -> list[str]:
    """A recipient's key, or those of a file: a line each, as age and ssh-keygen write them."""
    if text.startswith(("age1", "ssh-")) or not Path(text).is_file():
        return [text]
    try:
        lines = [line.strip() for line in Path(text).read_text(encoding="utf-8").splitlines()]
    except (OSError, UnicodeDecodeError):
        raise CouldNotTell(f"{text} cannot be read") from None
    found = [line for line in lines if line and not line.startswith("#")]
    if not found:
        raise WrongUse(f"{text} holds no key", "it needs one a line")
    return found


def _signed(root: Path, where: str | None, spki: bytes, center: str) -> Signed:
    """The release that attested it, where it lies."""
    from attest.cli.address import find_bundle, find_site
    from attest.disclose import signed_by
    from attest.fetch import read_file
    from attest.wire.bundle import MAX_BYTES

    if where is None and not (root / _USUAL).is_dir():
        raise WrongUse(f"there is no {root / _USUAL}", f"say with --from where the release is that attested it: the folder you publish to, or {center}")
    place = where or str(root / _USUAL)
    if "://" in place:
        bundle = find_bundle(place)
        return signed_by(bundle, None, spki, center) if bundle is not None else _of_site(find_site(place)[0], spki, center)
    if Path(place).is_dir():
        return _of_site(Folder(Path(place)), spki, center)
    return signed_by(read_file(Path(place), MAX_BYTES), None, spki, center)


def _of_site(source: Source, spki: bytes, center: str) -> Signed:
    from attest.disclose import signed_by
    from attest.wire.bundle import MAX_BYTES

    try:
        return signed_by(source.read("attestation/bundle.sigstore.json", MAX_BYTES), source.read("attestation/assessment.json", _CAP), spki, center)
    except Absent:
        raise WrongUse(f"{source.describe()} is no signed site", "name the folder or address of a release; a preview attests nothing") from None


def _refuse_unmeant(made: Made, meant: bool) -> None:
    if made.private and not meant:
        what = "a withheld control" if made.package.kind == "control" else "private: nobody is told even its title"
        raise Refused(f"{made.package.ident} is {what}", "to hand it over all the same, add --private; nothing was written")


def _write(to: Path, made: Made, recipients: list[str]) -> None:
    from attest.age import sealed
    from attest.trust import write_whole
    from attest.wire.package import parse_package, print_package

    data = print_package(made.package)
    assert parse_package(data).real_digest == made.package.real_digest
    write_whole(to, sealed(data, recipients) if recipients else data)


def _described(made: Made, to: Path, recipients: list[str]) -> dict[str, Any]:
    package = made.package
    return {
        "file": str(to), "kind": package.kind, "id": package.ident, "title": package.title, "release": package.release, "sha256": package.real_digest,
        "commitment": package.commitment(package.real_digest), "controls": list(made.controls), "withheldControls": list(made.withheld), "encryptedTo": recipients,
    }  # fmt: skip


def _say(made: Made, root: Path, to: Path, recipients: list[str]) -> None:
    package = made.package
    ui.data(str(to))
    ui.say(f"{ui.plain(package.title)} ({package.ident}), as release {package.release} attested it{f', for {_list(made.controls)}' if made.controls else ''}")
    if made.withheld and package.kind == "evidence" and not made.controls:
        ui.warn(f"no control that is shown rests on it: its reader needs the package of {_list(made.withheld)} as well, and learns of it that way")
    if package.exhibit is not None:
        ui.say("the file that the declaration is about is in it")
    if recipients:
        ui.say(f"encrypted to {len(recipients)} key{'' if len(recipients) == 1 else 's'}; its reader opens it with `age -d -i KEYFILE {to.name} > package.zip`")
    else:
        ui.warn("it is not encrypted: whoever gets hold of it can read it and show that it is ours; --recipient encrypts it")
        if to.resolve().is_relative_to(root.resolve()):
            ui.warn(f"it lies among the sources: take care that {to.name} is never committed")
    ui.say(f"its reader verifies it with `attest verify {package.center} --package {'package.zip' if recipients else to.name}`")


def _list(names: tuple[str, ...]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
