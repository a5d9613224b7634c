"""README.txt of a package: what was handed over, and how to check it, with Attest and by hand. A package -> text.

It binds nothing, and a reader goes by its own checks. It is the same for equal packages, so that a changed one can be told.
"""

from __future__ import annotations

import shlex

from attest.wire.package import ASSESSMENT, BUNDLE, Package

_WIDTH = 72

_TEXT = """\
{rule}
{title}
handed over by {name}, {center}
{rule}

{what}

1. Is it the one that was attested?

   With Attest (pip install attest-center), where this package lies:

     attest verify {address} --package THIS-FILE

   or, from the bundle in it and with no network:

     attest verify THIS-FILE

   Both tell you besides whose signature it is and whether it is current. Give
   the key's fingerprint from your contract with --key, or pin it once with
   `attest trust add`. What a package says of itself proves nothing.

2. By hand, in the folder where you unpacked it, with Python and nothing else:

python3 - <<'END'
import json
from hashlib import sha256
said = json.load(open("package.json"))
digest = sha256(open("document/" + said["document"]["name"], "rb").read()).digest()
name = said["id"].encode()
print(sha256(b"attest/commitment/v1\\0" + bytes.fromhex(said["salt"]) + len(name).to_bytes(4, "big") + name + digest).hexdigest())
END

   {where}

   This prints what was signed:

python3 -c 'import base64, json
print(base64.b64decode(json.load(open("{bundle}"))["dsseEnvelope"]["payload"]).decode())'

   Whose signature the bundle bears is the one thing that this leaves open.

What is in here

{members}

It was given to you, not to everybody: whoever has the file and the salt in
package.json can show that it is the attested one.
"""


def print_readme(package: Package) -> bytes:
    """The text for a package; its own ``readme`` is not looked at."""
    said = _TEXT.format(
        rule="=" * _WIDTH, title=_plain(package.title), name=_plain(package.center_name), center=_plain(package.center), address=shlex.quote(_plain(package.center)), what=_what(package), where=_where(package),
        bundle=BUNDLE, members="\n".join(f"  {name:<30} {text}" for name, text in _members(package)),
    )  # fmt: skip
    return said.encode("utf-8")


def _plain(text: str) -> str:
    """On one line, and nothing that a terminal would obey."""
    return "".join(char if char.isprintable() else " " for char in text)


def _what(package: Package) -> str:
    if package.kind == "control":
        return f"This is the record of a control that the trust center counts and does not\nshow: {_plain(package.ident)}, as of release {package.release}."
    return f"This is evidence that the trust center names and does not publish:\n{_plain(package.ident)}, as of release {package.release}."


def _where(package: Package) -> str:
    if package.kind == "control":
        return 'It prints a number that has to stand among the "commitments" in what was\n   signed.'
    if package.records:
        return (
            'It prints a number that has to stand as a "commitment" in a file of records/,\n'
            '   and what `sha256sum` prints of that file has to stand as the "record" of that\n   control among the "claims" in what was signed.'
        )
    if package.assessment is not None:
        return (
            f'It prints a number that has to stand as a "commitment" in {ASSESSMENT}, and\n'
            "   what `sha256sum` prints of that file has to stand as the digest of\n   attestation/assessment.json in what was signed."
        )
    return 'It prints a number that has to stand as a "commitment" in the record of a\n   withheld control, which is a package of its own: ask for that as well.'


def _members(package: Package) -> list[tuple[str, str]]:
    found = [("package.json", "id, salt, and how to check"), (f"document/{package.document.name}", "what is bound, byte for byte")]
    if package.exhibit is not None:
        found.append((f"exhibit/{package.exhibit.name}", "what the declaration is about; its SHA-256 stands in it"))
    if package.records:
        found.append(("records/", "the published records of the controls that rest on it"))
    if package.assessment is not None:
        found.append((ASSESSMENT, "the whole published record"))
    return [*found, (BUNDLE, f"what release {package.release} signed")]
