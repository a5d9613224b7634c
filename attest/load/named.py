"""Customers named where everybody reads it: their file is private, and whether they are named in public is theirs to say.

    controls/notices/late-mail.yml:9: versions[0].affected: names the customer Aspen Freight, …

A hint, never a problem: a customer may have agreed. Suppliers are left alone, since subprocessors have to be named.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from attest.drafts import folded, whole_words
from attest.errors import Problem
from attest.load.publishing import published_texts
from attest.model.center import Center
from attest.model.parties import Parties
from attest.yaml_lines import Document, shown

_TODO: Final = "have their consent, or say it without the name"
_SHORTEST: Final = 4
"""A shorter name would be found in other words' place."""
_MOST: Final = 20


def named(root: Path, center: Center, documents: Mapping[str, Document], parties: Parties) -> tuple[Problem, ...]:
    """Every place of public text that names a customer, sorted; the first twenty."""
    names = dict(_names(parties))
    if not names:
        return ()
    pattern = whole_words(names)
    found = [document.at(path, f"names the customer {names[folded(match[0])]}", _TODO) for document, path, text in published_texts(center, documents) if (match := pattern.search(text))]
    found += [Problem(file, text.count("\n", 0, match.start()) + 1, "", f"names the customer {names[folded(match[0])]}", _TODO) for file, text in _prose(root) for match in pattern.finditer(text)]
    return tuple(sorted(set(found))[:_MOST])


def _names(parties: Parties) -> Iterator[tuple[str, str]]:
    """How customers are called, in lower case, and how they are shown."""
    for party in parties.parties.values():
        for name in party.called if party.kind == "customer" else ():
            if len(name) >= _SHORTEST:
                yield folded(name), name


def _prose(root: Path) -> Iterator[tuple[str, str]]:
    """Markdown of content/; what cannot be read is named elsewhere."""
    for path in sorted((root / "content").rglob("*.md")):
        if path.is_file() and not path.is_symlink():
            yield shown(path.relative_to(root).as_posix(), 200), path.read_text("utf-8", "replace")
