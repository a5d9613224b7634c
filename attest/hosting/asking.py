"""A served trust center -> what its host leaves out of the headers and media types that it should send. It judges the host, never the site.

    ask("https://trust.harbourline.example")  ->  Asked(address, asked paths, (Lack("index.html", "Content-Security-Policy", None, "default-src …"), …))

It asks for a page, the index, the list of files, the feeds, security.txt, an address that is not there, and a published file of evidence
where there is one: each once, without following a redirect to another host. What the policy has to be is read from the page itself.
"""

from __future__ import annotations

import http.client
import re
import ssl
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from html import unescape
from typing import Final
from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit

from attest.errors import CouldNotTell, Unreadable, WrongUse
from attest.hosting.interface import Hosted
from attest.hosting.rules import BY_ENDING, EVIDENCE, FEEDS, HOST_ONLY, OPEN, SANDBOX, TEXT, TYPES, common
from attest.wire import strict_json

_MOST: Final = 8 * 2**20
"""Bytes of one answer."""
_TIMEOUT: Final = 20.0
_REDIRECTS: Final = 3
_NOWHERE: Final = "attest-asks-for-what-is-not-there.html"
_META = re.compile(rb'<meta http-equiv="Content-Security-Policy" content="([^"]*)">')
_INDEX: Final = "attestation/index.json"
_RECORD: Final = "attestation/assessment.json"
_TYPES: Final[Mapping[str, str]] = {
    "index.html": BY_ENDING[".html"], _INDEX: BY_ENDING[".json"], _RECORD: BY_ENDING[".json"], "attestation/SHA256SUMS": TYPES[TEXT],
    **{path: TYPES[pattern] for path, pattern in FEEDS.items()}, ".well-known/security.txt": BY_ENDING[".txt"],
}  # fmt: skip
"""What is asked for, and its media type."""


@dataclass(frozen=True, slots=True)
class Lack:
    """Something that the host should send otherwise."""

    path: str
    what: str
    """A header's name, ``status`` or ``compression``."""
    got: str | None
    expected: str

    def __str__(self) -> str:
        got = f"is {self.got[:120]!r}" if self.got else "is missing"
        return f"{self.path}: {self.what} {got}, expected {self.expected[:120]!r}"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a host was asked, and what it leaves out."""

    address: str
    asked: tuple[str, ...]
    lacks: tuple[Lack, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer, headers under lower-case names."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def ask(address: str) -> Asked:
    """Raises WrongUse for what is no address, CouldNotTell where nothing answers or what answers is no trust center."""
    root = _root(address)
    page = _get(root, "index.html")
    policy = _META.search(page.body)
    if page.status != 200 or policy is None:
        raise CouldNotTell(f"{urlunsplit(root)} answers {page.status} and is no trust center's first page", "name the address that the site is served at")
    hosted = Hosted(urlunsplit(root), "", f"{unescape(policy[1].decode('utf-8', 'replace'))}; {HOST_ONLY}")
    answers = {"index.html": page, **{path: _get(root, path) for path in _TYPES if path != "index.html"}, _NOWHERE: _get(root, _NOWHERE)}
    if (evidence := _evidence(answers[_RECORD])) is not None:
        answers[evidence] = _get(root, evidence)
    return Asked(hosted.address, tuple(answers), tuple(lack for path, answer in answers.items() for lack in _lacks(hosted, path, answer)))


def _root(address: str) -> SplitResult:
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise WrongUse(f"{address!r:.200} is no address on the web", "write it as https://…")
    return parts._replace(path=f"{parts.path.removesuffix('index.html').rstrip('/')}/", query="", fragment="")


def _evidence(record: Answer) -> str | None:
    """The first file of evidence that the record says is published."""
    with suppress(Unreadable):
        value = strict_json.parse(record.body)
        controls = value.get("controls") if isinstance(value, dict) else None
        for control in controls if isinstance(controls, list) else ():
            checks = control.get("checks") if isinstance(control, dict) else None
            for check in checks if isinstance(checks, list) else ():
                file = check.get("file") if isinstance(check, dict) else None
                if isinstance(file, str) and file.startswith(EVIDENCE):
                    return file
    return None


def _lacks(hosted: Hosted, path: str, answer: Answer) -> Iterator[Lack]:
    status = 404 if path == _NOWHERE else 200
    if answer.status != status:
        yield Lack(path, "status", str(answer.status), str(status))
        return
    for name, value in _expected(hosted, path).items():
        got = answer.headers.get(name.lower())
        if not _does(name, got, value):
            yield Lack(path, name, got, value)
    if path == "index.html" and answer.headers.get("content-encoding") not in ("gzip", "br", "zstd"):
        yield Lack(path, "compression", answer.headers.get("content-encoding"), "gzip or br, where the visitor takes it")


def _expected(hosted: Hosted, path: str) -> dict[str, str]:
    made = common(hosted, cache=False)
    if path.startswith(EVIDENCE):
        made["Content-Security-Policy"] = SANDBOX
    if path.startswith(OPEN):
        made["Access-Control-Allow-Origin"] = "*"
    return {**made, "Content-Type": _TYPES[path]} if path in _TYPES else made


def _does(name: str, got: str | None, expected: str) -> bool:
    """Whether a header does at least what is asked: other devices shut out, TLS for longer, a sandbox beside another policy."""
    if got is None:
        return False
    if name == "Content-Type":
        return got.partition(";")[0].strip().lower() == expected.partition(";")[0]
    if name == "Permissions-Policy":
        return "camera=()" in got and "geolocation=()" in got
    if name == "Strict-Transport-Security":
        return re.search(r"max-age=[1-9]\d{6,}", got) is not None
    if expected == SANDBOX:
        return "sandbox" in got
    return got == expected


def _get(root: SplitResult, path: str) -> Answer:
    """One answer, redirects within the host followed."""
    address = urljoin(urlunsplit(root), path)
    for _ in range(_REDIRECTS + 1):
        answer = _once(address)
        target = urljoin(address, answer.headers.get("location", ""))
        if answer.status not in (301, 302, 307, 308) or urlsplit(target).hostname != root.hostname:
            return answer
        address = target
    raise CouldNotTell(f"{address} leads in circles", "mend its redirects")


def _once(address: str) -> Answer:
    parts = urlsplit(address)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=_TIMEOUT)
    try:
        connection.request("GET", urlunsplit(("", "", parts.path or "/", parts.query, "")), headers={"Accept-Encoding": "gzip", "User-Agent": "attest"})
        answer = connection.getresponse()
        body = answer.read(_MOST)
        return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, _plain(body, answer.getheader("Content-Encoding")))
    except (OSError, ssl.SSLError, http.client.HTTPException) as error:
        raise CouldNotTell(f"{address} does not answer: {error}", "see whether it is served, and whether its certificate is good") from None
    finally:
        connection.close()


def _plain(body: bytes, coding: str | None) -> bytes:
    """Without its compression; a body that cannot be opened is as good as none."""
    import zlib

    if coding != "gzip":
        return body
    try:
        return zlib.decompressobj(wbits=31).decompress(body, _MOST)
    except zlib.error:
        return b""
