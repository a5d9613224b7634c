"""The Content-Security-Policy of a site: what a page may load and do, and the element of each page that says so.

    script-src 'self' 'sha256-…'     the scripts that lie beside the pages, and Material's own few lines in each page, by their hashes

Nothing needs ``unsafe-inline`` or ``unsafe-eval``. The element serves hosts that cannot set headers, and saved copies; hosts that can
send the same as a header (``attest.hosting``), with what browsers ignore in an element.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable
from typing import Final

_INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_CHARSET: Final = '<meta charset="utf-8">'


def hashes(html: str) -> frozenset[str]:
    """The sources ``'sha256-…'`` of the inline scripts of a page."""
    return frozenset(map(source_of, _INLINE_SCRIPT.findall(html)))


def source_of(inside: str) -> str:
    """What stands in a policy for a script or style within a page: ``'sha256-…'`` of what is between its tags."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()}'"


def policy(scripts: Iterable[str]) -> str:
    """What a page may load and do, whichever way it is told."""
    allowed = " ".join(["'self'", *sorted(scripts)])
    return (
        f"default-src 'none'; script-src {allowed}; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
        "worker-src 'self'; base-uri 'none'; form-action 'self'"
    )


def with_policy(html: str) -> str:
    """A page -> the same with its policy as its first element but the character set, before anything it governs."""
    return html.replace(_CHARSET, f'{_CHARSET}\n<meta http-equiv="Content-Security-Policy" content="{policy(hashes(html))}">', 1)
