"""Step 9: what a page says of itself to machines, against the record. The block's one form is ``published.block_of``'s.

Any element with the block's id counts, in any spelling of its tag, so that no second block hides behind another order of
attributes or a capital letter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from attest.published import block_of, page_of
from attest.verify.answer import Finding, no

_MARKED = re.compile(rb"""<[a-z][^>]*?[\s"'/]id\s*=\s*["']?\s*attest-control(?![\w-])""", re.IGNORECASE)


def blocks_of(controls: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """The public controls of assessment.json -> page path: the block it has to carry."""
    return {page_of(control): block_of(control) for control in controls}


def block_findings(path: str, page: bytes, block: str | None) -> Iterator[Finding]:
    """What is wrong with the blocks of one page; ``block``: the one it has to carry, None for none."""
    count = len(_MARKED.findall(page))
    wanted = 0 if block is None else 1
    if count != wanted:
        yield no(9, f"{path} carries {count} machine-readable blocks", str(wanted), str(count))
    elif block is not None and block.encode() not in page:
        yield no(9, f"{path} carries another block than the record gives", block, _found(page))


def unlisted_pages(blocks: Mapping[str, str], manifest: Mapping[str, str]) -> Iterator[Finding]:
    """Controls without a page in the manifest."""
    for path in sorted(blocks.keys() - manifest.keys()):
        yield no(9, f"{path}, a control's page, is not listed")


def _found(page: bytes) -> str:
    match = _MARKED.search(page)
    assert match is not None
    return page[match.start() : match.start() + 300].decode("utf-8", "replace").partition("</")[0]
