"""What must not leave the house, found in text that is about to be published.

    find("reach 10.1.2.3 as ana@harbourline.example", frozenset(), ())
        ->  (Leak("a private address", "10.1…", 6), Leak("an e-mail address that is no contact of center.yml", "ana@h…", 18))

Looked for: private network addresses, home folders, e-mail addresses other than the published contacts, internal host names,
private keys, tokens of well-known services. A net, not a proof: it knows shapes, not secrets. 127.0.0.1 and localhost are left
alone, guidance names them. What is found is never printed whole.
"""

from __future__ import annotations

import html
import ipaddress
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO, Final

from attest.errors import Problem
from attest.inside import open_inside

REMEDY: Final = "remove it before it is published"
_NO_TEXT: Final = (
    ".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".ico", ".woff", ".woff2", ".ttf", ".otf", ".eot", ".pdf", ".mp3", ".mp4", ".webm",
    ".zip", ".gz", ".xz", ".zst", ".7z", ".docx", ".xlsx", ".pptx", ".odt", ".ods",
)  # fmt: skip
"""What ``scan_tree`` leaves out: packed bytes, in which a shape would be chance. A file of any other name may be text."""

_CHUNK = 1 << 20
_OVERLAP = 4096
"""No leak that is looked for is longer: each is seen whole, with what stands around it, in one of two neighbouring chunks."""
_MOST = 50


@dataclass(frozen=True, slots=True)
class Leak:
    """Something that must not be published."""

    what: str
    excerpt: str
    """Its first characters, then ``…``."""
    at: int
    """Index of its first character."""


@dataclass(frozen=True, slots=True)
class _Shape:
    what: str
    pattern: re.Pattern[str]
    holds: Callable[[str], bool] = lambda _: True
    needs: tuple[str, ...] = ()
    """One of these stands in every match: looking for a word is many times faster than trying a pattern everywhere."""

    def may_stand_in(self, text: str) -> bool:
        return not self.needs or any(word in text for word in self.needs)


def _is_private_v4(text: str) -> bool:
    return all(int(part) < 256 for part in text.split("."))


def _is_private_v6(text: str) -> bool:
    try:
        return ipaddress.IPv6Address(text.rstrip(":") if text.endswith(":") and not text.endswith("::") else text) is not None
    except ValueError:
        return False


_TOKENS: Final = (
    "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "xox", "k_live_", "k_test_", "whsec_", "npm_", "pypi-AgE", "SG.", "sk-", "hooks.slack.com/",
    "eyJ", "earer ",
)  # fmt: skip

_SHAPES: Final = (
    _Shape("a private address", re.compile(r"(?<![\w.])(?:10\.\d{1,3}|172\.(?:1[6-9]|2\d|3[01])|192\.168|169\.254|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7]))\.\d{1,3}(?:\.\d{1,3})(?![\w]|\.\d)|(?<![\w.])10(?:\.\d{1,3}){3}(?![\w]|\.\d)"), _is_private_v4, needs=("10.", "172.", "192.168", "169.254", "100.")),
    _Shape("a private address", re.compile(r"(?<![\w:.])(?:f[cd][0-9a-f]{2}|fe[89ab][0-9a-f]):[0-9a-f:]{1,40}(?![\w:])", re.IGNORECASE), _is_private_v6, needs=(":",)),
    _Shape("a home folder", re.compile(r"(?:(?<![\w.:/-])|\bfile://)/(?:home|Users)/[\w.-]+|(?:(?<![\w.:/-])|\bfile://)/root/[\w.-]|\b[A-Za-z]:[\\/]{1,2}Users[\\/]{1,2}[\w.-]+"), needs=("/home/", "/root/", "Users")),
    _Shape("a private key", re.compile(r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----|AGE-SECRET-KEY-1[A-Z0-9]{20,}"), needs=("PRIVATE KEY", "AGE-SECRET-KEY")),
    _Shape("a cloud access key", re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|\bAIza[\w-]{35}(?![\w-])|\bAccountKey=[A-Za-z0-9/+]{40,}"), needs=("AKIA", "ASIA", "AIza", "AccountKey=")),
    _Shape("a cloud access key", re.compile(r"(?i:aws_secret_access_key)(?:[\"']|&(?:quot|#34|#39);)?\s*[:=]\s*(?:[\"']|&(?:quot|#34|#39);)?[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+])"), needs=("_",)),
    _Shape("a token", re.compile(
        r"\bgh[pousr]_[A-Za-z0-9]{36,}|\bgithub_pat_\w{22,}|\bglpat-[\w-]{20,}|\bxox[abeprs]-[\w-]{10,}|\b[rs]k_(?:live|test)_[A-Za-z0-9]{16,}|\bwhsec_[A-Za-z0-9]{24,}"
        r"|\bnpm_[A-Za-z0-9]{36}\b|\bpypi-AgE[\w-]{20,}|\bSG\.[\w-]{16,}\.[\w-]{16,}|\bsk-(?:ant-|proj-)?[A-Za-z0-9_-]{32,}|hooks\.slack\.com/services/T\w+/B\w+/\w+"
        r"|\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]*|\b[Bb]earer [A-Za-z0-9._~+/-]{20,}=*"
    ), needs=_TOKENS),
    _Shape("a password in an address", re.compile(r"\b[a-z][a-z0-9+.-]{1,20}://[^\s/:@\"'<>]{1,100}:[^\s/:@\"'<>]{1,200}@[\w.-]+"), needs=("@",)),
)  # fmt: skip

_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}(?![\w-])")
_NO_MAIL_ENDINGS = (".png", ".svg", ".jpg", ".jpeg", ".gif", ".webp", ".css", ".js", ".map")
"""``logo@2x.png`` is a file."""
_ENTITY = re.compile(r"&[#\w]+;")
_HARMLESS: Final = frozenset({"&amp;", "&lt;", "&gt;", "&quot;", "&#34;", "&#39;"})
"""What every page holds; no shape holds one of these characters but for quotes, which the one that does takes in both spellings."""
_ALWAYS_INTERNAL = ("internal", "local", "corp", "lan", "intranet")


def find(text: str, allowed_emails: frozenset[str], internal_domains: tuple[str, ...]) -> tuple[Leak, ...]:
    """Everything in ``text`` that must not be published, in its order.

    ``allowed_emails`` are the published contacts, compared without case; ``internal_domains`` the domains that are refused with every
    host under them, beside those no public name ends in (.internal, .local, .corp, .lan).
    """
    allowed = {mail.lower() for mail in allowed_emails}
    found = [Leak(shape.what, _masked(match[0]), match.start()) for shape in _SHAPES if shape.may_stand_in(text) for match in shape.pattern.finditer(text) if shape.holds(match[0])]
    found += [Leak("an e-mail address that is no contact of center.yml", _masked(mail), at) for at, mail in _mails(text) if mail.lower() not in allowed]
    found += [Leak("an internal host name", _masked(match[0]), match.start()) for match in _hosts(internal_domains).finditer(text)]
    return tuple(sorted(set(found), key=lambda leak: (leak.at, leak.what)))


def _mails(text: str) -> Iterator[tuple[int, str]]:
    for match in _MAIL.finditer(text) if "@" in text else ():
        remote = match[0].lower().startswith("git@") and text[match.end() : match.end() + 1] in (":", "/")
        if not remote and not match[0].lower().endswith(_NO_MAIL_ENDINGS):
            yield match.start(), match[0]


@lru_cache(maxsize=16)
def _hosts(internal_domains: tuple[str, ...]) -> re.Pattern[str]:
    """Hosts under a named domain, or the domain itself; under a domain that is internal everywhere, hosts alone."""
    named = "|".join(re.escape(domain.lstrip(".")) for domain in internal_domains)
    always = rf"(?:[A-Za-z0-9_-]{{1,63}}\.){{1,8}}(?:{'|'.join(_ALWAYS_INTERNAL)})"
    either = rf"(?:[A-Za-z0-9_-]{{1,63}}\.){{0,8}}(?:{named})|{always}" if named else always
    return re.compile(rf"(?<![\w.-])(?:{either})(?![\w-]|\.\w)", re.IGNORECASE)


def _masked(text: str) -> str:
    """Enough to find it, not enough to use it."""
    return text[: max(3, min(10, len(text) // 2))] + "…"


def find_in_stream(stream: BinaryIO, allowed_emails: frozenset[str], internal_domains: tuple[str, ...]) -> Iterator[tuple[int, Leak]]:
    """Line (from 1) and leak, through a file of any size with flat memory. Bytes that are not UTF-8 stand for nothing, nor do those between the letters of UTF-16."""
    line, kept, done = 1, "", False
    while not done:
        chunk = stream.read(_CHUNK)
        done = len(chunk) < _CHUNK
        text, first = kept + chunk.decode("utf-8", "replace").replace("\0", ""), max(0, len(kept) - _OVERLAP)
        last = len(text) if done else len(text) - _OVERLAP
        for leak in find(text, allowed_emails, internal_domains):
            if first <= leak.at < last:
                yield line + text.count("\n", 0, leak.at), leak
        line += text.count("\n", 0, max(0, len(text) - 2 * _OVERLAP))
        kept = text[-2 * _OVERLAP :]


def scan_tree(folder: Path, allowed: frozenset[str], domains: tuple[str, ...], skip: tuple[str, ...] = ("assets",)) -> tuple[Problem, ...]:
    """What must not be published in the files of a folder that may be text, sorted: of a built site, the last gate before signing.

    ``skip`` names top folders of others' making. HTML is looked at as written and as read (``&#109;`` is ``m``).
    """
    problems: list[Problem] = []
    for path in _text_files(folder, skip):
        problems += _scan(folder, path, allowed, domains)
    return tuple(sorted(set(problems)))


def _text_files(folder: Path, skip: tuple[str, ...]) -> Iterator[str]:
    for at, folders, names in os.walk(folder):
        within = Path(at).relative_to(folder)
        folders[:] = sorted(name for name in folders if within.parts or name not in skip)
        yield from ((within / name).as_posix() for name in sorted(names) if not name.lower().endswith(_NO_TEXT))


def _scan(folder: Path, path: str, allowed: frozenset[str], domains: tuple[str, ...]) -> Iterator[Problem]:
    try:
        with open_inside(folder, path) as stream:
            found = list(find_in_stream(stream, allowed, domains))
            if path.lower().endswith(".html"):
                stream.seek(0)
                found += _as_read(stream.read().decode("utf-8", "replace"), allowed, domains)
    except (ValueError, OSError) as error:
        yield Problem(path, 0, "", f"cannot be searched for what must not be published: {error}")
        return
    for line, leak in found[:_MOST]:
        yield Problem(path, line, "", f"would publish {leak.what}: {leak.excerpt}", REMEDY)


def _as_read(text: str, allowed: frozenset[str], domains: tuple[str, ...]) -> Iterator[tuple[int, Leak]]:
    spelt = set(_ENTITY.findall(text))
    read = _ENTITY.sub(lambda match: html.unescape(match[0]), text) if spelt - _HARMLESS else text
    for leak in find(read, allowed, domains) if read != text else ():
        yield read.count("\n", 0, leak.at) + 1, leak
