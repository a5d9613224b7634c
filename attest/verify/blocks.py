"""Step 9: what a page says of itself to machines, against the record. The block's one form is ``published.block_of``'s.

Any element with the block's id counts, however its tag is spelled: capitals, another order of attributes, a ``>`` in the value of
one, character references in the id. Every ``<`` before a letter is read as a tag, also where a browser would see none, so no second
block hides. The block itself has to lie in the open: not in a comment, and in no element whose inside is no part of the page.
What a page says to people, in sentences and pictures, is not read: that is under its digest alone.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from attest.errors import Unreadable
from attest.published import block_of, page_of
from attest.verify.answer import Finding, no

ID: Final = "attest-control"
ROUNDS: Final = 2
"""How often a page may be read over, tag within tag; ordinary ones need less than one."""

_TAG = re.compile(rb"<[a-z][^\t\n\f\r />]*+", re.IGNORECASE)
_ATTRIBUTE = re.compile(rb"""[\t\n\f\r /]*+([^\t\n\f\r />][^\t\n\f\r />=]*+)(?:[\t\n\f\r ]*+=[\t\n\f\r ]*+("[^"]*+"|'[^']*+'|[^\t\n\f\r >]*+))?""")
"""One attribute as browsers take it (HTML, 13.2.5.32 to 13.2.5.38)."""
_HIDES: Final = (b"template", b"textarea", b"title", b"style", b"script", b"noscript", b"iframe", b"xmp", b"noembed", b"noframes")


def blocks_of(controls: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """The public controls of assessment.json -> page path: the block it has to carry."""
    return {page_of(control): block_of(control) for control in controls}


def block_findings(path: str, page: bytes, block: str | None) -> Iterator[Finding]:
    """What is wrong with the blocks of one page; ``block``: the one it has to carry, None for none."""
    if b"\0" in page:
        yield no(9, f"{path} is not UTF-8 text: what it says depends on who reads it")
        return
    try:
        marked = list(_marked(page))
    except Unreadable as error:
        yield no(9, f"{path} {error.message}")
        return
    wanted = 0 if block is None else 1
    if len(marked) != wanted:
        yield no(9, f"{path} carries {len(marked)} machine-readable blocks", str(wanted), str(len(marked)))
    elif block is not None and not page.startswith(block.encode(), marked[0]):
        yield no(9, f"{path} carries another block than the record gives", block, _shown(page, marked[0]))
    elif marked and (where := _hidden_in(page[: marked[0]].lower())):
        yield no(9, f"{path} carries its block where no reader looks, in {where}")


def unlisted_pages(blocks: Mapping[str, str], manifest: Mapping[str, str]) -> Iterator[Finding]:
    """Controls without a page in the manifest."""
    for path in sorted(blocks.keys() - manifest.keys()):
        yield no(9, f"{path}, a control's page, is not listed")


def _marked(page: bytes) -> Iterator[int]:
    """Where tags with the block's id begin. Raises Unreadable for tags within tags that would be read over and over."""
    left = ROUNDS * len(page) + 2**16
    for tag in _TAG.finditer(page):
        at = tag.end()
        while (attribute := _ATTRIBUTE.match(page, at)) is not None:
            left -= attribute.end() - at
            at = attribute.end()
            if left < 0:
                raise Unreadable("has tags that do not end: no reader can say what they hold")
            if attribute[1].lower() == b"id" and _is_ours(attribute[2] or b""):
                yield tag.start()
                break


def _is_ours(value: bytes) -> bool:
    bare = value[1:-1] if value[:1] in (b'"', b"'") else value
    return html.unescape(bare.decode("utf-8", "replace")).strip().lower() == ID


def _hidden_in(before: bytes) -> str:
    """What the place after these bytes (in lower case) lies inside of, or nothing."""
    if before.rfind(b"<!--") > before.rfind(b"-->"):
        return "a comment"
    return next((f"<{name.decode()}>" for name in _HIDES if before.rfind(b"<" + name) > before.rfind(b"</" + name)), "")


def _shown(page: bytes, at: int) -> str:
    return page[at : at + 300].decode("utf-8", "replace").partition("</")[0]
