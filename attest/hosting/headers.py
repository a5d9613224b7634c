"""``_headers``, the file that travels with the site: Netlify, Cloudflare and others read it. And back: a site's policy out of its own file.

    /*
      Content-Security-Policy: default-src 'none'; script-src 'self' 'sha256-…'; …; frame-ancestors 'none'
      X-Content-Type-Options: nosniff
    /evidence/*
      Content-Security-Policy: sandbox; default-src 'none'

Where two rules name one header, some hosts send the one and some send both, joined by a comma. Two policies that are joined both hold, so
evidence is sandboxed either way. Nothing else is named twice for one path: these hosts let copies be asked for anew by themselves.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from attest.errors import Unreadable
from attest.hosting.interface import Hosted
from attest.hosting.rules import EVIDENCE, FEEDS, KEPT, OPEN, SANDBOX, TEXT, TYPES, common, text_paths

_POLICY = re.compile(r"^/\*\n(?:  [^\n]+\n)*?  Content-Security-Policy: (?P<policy>[^\n]+)$", re.MULTILINE)


def print_headers(hosted: Hosted) -> bytes:
    """The file."""
    rules: dict[str, Mapping[str, str]] = {"*": common(hosted, cache=False), f"{EVIDENCE}*": {"Content-Security-Policy": SANDBOX}}
    rules |= {f"{folder}*": {"Access-Control-Allow-Origin": "*"} for folder in OPEN}
    rules |= {path: {"Content-Type": TYPES[TEXT]} for path in text_paths()}
    rules |= {path: {"Content-Type": TYPES[pattern]} for path, pattern in FEEDS.items()}
    rules |= {path: {"Cache-Control": KEPT} for path in hosted.hashed}
    return "".join(_rule(path, headers) for path, headers in rules.items()).encode()


def _rule(path: str, headers: Mapping[str, str]) -> str:
    return f"/{path}\n" + "".join(f"  {name}: {value}\n" for name, value in headers.items())


def read_policy(content: bytes) -> str:
    """The policy of a site's pages. Raises Unreadable for a file that has none."""
    found = _POLICY.search(content.decode("utf-8", "replace"))
    if found is None:
        raise Unreadable("_headers names no Content-Security-Policy for all pages", "build the site anew with this version of attest")
    return found["policy"]
