"""How to verify, with this center's own id, fingerprint and predicate type filled in; and what each way does not show.

Each block of commands is ``<pre><code data-verify="NAME">``: tests take them from the built page and run them as they stand, in
the folder of the site. Commands write into a folder of their own, so that the site's stays as it was published.
"""

from __future__ import annotations

import shlex
from functools import partial
from typing import Final

from jinja2 import Environment

from attest.pages import view
from attest.pages.drawn import Drawn, Edition, Heading
from attest.pages.outputs import principal
from attest.published import Record
from attest.wire import openssh
from attest.words import MANIFEST_NAMESPACE, PAYLOAD_TYPE, PREDICATE_TYPE

PATH: Final = "verify.html"
_SCRIPTS: Final = ("assets/verify.js", "assets/verify-page.js")
"""The verifier, and the form that asks it: loaded by this page alone."""
_UNKNOWN: Final = "SHA256:THE-FINGERPRINT-YOU-WERE-TOLD"


def draw(record: Record, edition: Edition, templates: Environment) -> Drawn:
    """verify.html."""
    release, center = edition.release, record["center"]["id"]
    html = partial(
        view.fill, templates, "verify.html", PATH, record, edition,
        fingerprint=release.fingerprint if release else _UNKNOWN, ed25519=release is not None and openssh.algorithm(release.spki) == openssh.ED25519,
        predicate_type=PREDICATE_TYPE, payload_type=PAYLOAD_TYPE, namespace=MANIFEST_NAMESPACE, principal=shlex.quote(principal(center)),
        address=shlex.quote(center), site=shlex.quote(center.rstrip("/")),
    )  # fmt: skip
    headings = (
        Heading("fingerprint", "First: whose key is it?"), Heading("attest", "With attest"), Heading("one-file", "With one file"), Heading("browser", "In this browser"),
        Heading("download", "Fetch the site"), Heading("signature", "With tools you already own"),
        Heading("files", "Every file"), *((Heading("log", "The log"),) if release and release.vkey else ()), Heading("affirmation", "Has a person affirmed it?"),
        Heading("limits", "What no signature can show"),
    )  # fmt: skip
    return Drawn(PATH, "How to verify this", "Verify", "Check who signed this trust center, and that nothing in it was changed, with tools you already own.", html, headings, lead=True, scripts=_SCRIPTS)
