"""A path or a URL -> a source of bytes by site path. Every read is capped while it streams; every failure says which kind it is.

    Folder(Path("public"))                       only that top link is followed; any other link, and any special file, is refused unread
    Web("https://trust.harbourline.example/")    one connection kept open; no proxy, cookie, credential or compression

    Absent          the source answers that the file is not there (404, 410, ENOENT)
    Foreign         a link, a pipe, a device where a file should be
    CouldNotTell    everything else: unreachable, refused, slow, cut short, too large, 403, 5xx, a redirect to another host

A host may redirect within itself, and from http to https; the answer is about the host that was asked, so no other one may give it.
``Absent`` is an answer, a 500 is none: a host that is ill must not look like one that lost a file, nor the reverse.
"""

from __future__ import annotations

import hashlib
import os
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from socket import SHUT_RDWR, socket
from threading import Event, Timer
from typing import TYPE_CHECKING, Final, Protocol
from urllib.parse import SplitResult, quote, urljoin, urlsplit, urlunsplit

from attest import __version__
from attest.errors import CouldNotTell, WrongUse

if TYPE_CHECKING:
    from http.client import HTTPConnection, HTTPResponse

CHUNK: Final = 2**18
TIMEOUT: Final = 20.0
"""Seconds that a host may stay silent."""
SLOWEST: Final = 2**12
"""Bytes a second, over a whole answer and after the first ``TIMEOUT``, below which a host is too slow to wait for."""
BUDGET: Final = 2**34
"""Bytes that one source may send altogether."""
REDIRECTS: Final = 5
_REST: Final = 2**16
"""Bytes of an answer nobody wants that are read to keep its connection."""
_MOVED: Final = (301, 302, 303, 307, 308)
_GONE: Final = (404, 410)
_PLAIN: Final = "/%:@!$&'()*+,;=~?"
"""What a path or query may hold as it stands (RFC 3986, 3.3); anything else is percent-encoded."""


class Absent(CouldNotTell):
    """The source answers, and its answer is that this file is not there."""


class Foreign(CouldNotTell):
    """Where a file should be lies a link or a special file, which is refused unread."""


class Source(Protocol):
    """A site's bytes by path (``attestation/bundle.sigstore.json``). Every failure is Absent, Foreign or another CouldNotTell."""

    def describe(self) -> str:
        """Where this is, for people."""
        ...

    def read(self, path: str, cap: int) -> bytes:
        """The whole file; CouldNotTell once it proves larger than ``cap`` bytes."""
        ...

    def sha256(self, path: str, cap: int) -> str:
        """Hex SHA-256 of the file, never held in memory; CouldNotTell once it proves larger than ``cap`` bytes."""
        ...

    def paths(self) -> Iterator[str] | None:
        """Every path that is not a folder, links included; None where a source cannot list (http)."""
        ...

    def reopen(self) -> None:
        """Looks anew at where the source points: a release may have been switched."""
        ...


class Folder:
    """A built site on the disk. A link given as its path is followed once; a switch of that link is seen by ``reopen`` alone."""

    def __init__(self, where: Path) -> None:
        self._where = where
        self.reopen()

    def reopen(self) -> None:
        """Follows the top link anew. Raises CouldNotTell where there is no folder."""
        try:
            self._root = self._where.resolve(strict=True)
        except (OSError, RuntimeError) as error:
            raise CouldNotTell(f"{self._where}: {_said(error)}") from None
        self._plain: set[Path] = {self._root}

    def describe(self) -> str:
        """Its path, as it was given."""
        return str(self._where)

    def read(self, path: str, cap: int) -> bytes:
        """See Source."""
        return b"".join(self._chunks(path, cap))

    def sha256(self, path: str, cap: int) -> str:
        """See Source."""
        return _digest(self._chunks(path, cap))

    def paths(self) -> Iterator[str]:
        """See Source."""
        return self._walk(self._root, "")

    def _walk(self, folder: Path, prefix: str) -> Iterator[str]:
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    yield from self._walk(Path(entry.path), f"{prefix}{entry.name}/")
                else:
                    yield f"{prefix}{entry.name}"
        except OSError as error:
            raise CouldNotTell(f"{prefix or self._where}: {_said(error)}") from None

    def _chunks(self, path: str, cap: int) -> Iterator[bytes]:
        file = self._root / path
        try:
            self._refuse_links(file.parent)
            with os.fdopen(_open_regular(file), "rb") as stream:
                yield from _capped(iter(lambda: stream.read(CHUNK), b""), cap)
        except (FileNotFoundError, NotADirectoryError):
            raise Absent("is not there") from None
        except OSError as error:
            raise CouldNotTell(_said(error)) from None

    def _refuse_links(self, folder: Path) -> None:
        """Every folder between the root and a file is a folder, not a link to one."""
        if folder in self._plain:
            return
        self._refuse_links(folder.parent)
        if stat.S_ISLNK(folder.lstat().st_mode):
            raise Foreign(f"lies behind a link ({folder.name})")
        self._plain.add(folder)


def _open_regular(file: Path) -> int:
    """An open descriptor of a regular file. Raises Foreign for anything else, without waiting for a pipe."""
    if not stat.S_ISREG(file.lstat().st_mode):
        raise Foreign("is a link or no plain file")
    handle = os.open(file, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    if stat.S_ISREG(os.fstat(handle).st_mode):
        return handle
    os.close(handle)
    raise Foreign("is a link or no plain file")


def read_file(file: Path, cap: int) -> bytes:
    """One file that the reader named; links are the reader's. Raises CouldNotTell."""
    try:
        if not stat.S_ISREG(file.stat().st_mode):
            raise CouldNotTell(f"{file} is no plain file")
        with file.open("rb") as stream:
            return b"".join(_capped(iter(lambda: stream.read(CHUNK), b""), cap))
    except OSError as error:
        raise CouldNotTell(f"{file}: {_said(error)}") from None


class Web:
    """A site behind http or https, by the URL of its root. Certificates are checked by the system's authorities."""

    def __init__(self, root: str, *, timeout: float = TIMEOUT) -> None:
        self._root = root if root.endswith("/") else f"{root}/"
        split_url(self._root)
        self._timeout = timeout
        self._spent = 0
        self._kept: tuple[tuple[str, str, int], HTTPConnection] | None = None
        self._line: socket | None = None
        """Of the last answer, which outlives its connection where the host closes that."""

    def describe(self) -> str:
        """The root's URL."""
        return self._root

    def read(self, path: str, cap: int) -> bytes:
        """See Source."""
        return b"".join(self._chunks(path, cap))

    def sha256(self, path: str, cap: int) -> str:
        """See Source."""
        return _digest(self._chunks(path, cap))

    def paths(self) -> None:
        """Nobody can list a web server."""
        return

    def reopen(self) -> None:
        """Drops the connection; a host may have moved on."""
        self._drop()

    def _chunks(self, path: str, cap: int) -> Iterator[bytes]:
        from http.client import HTTPException

        done = False
        try:
            yield from _capped(self._body(self._get(path), cap), cap)
            done = True
        except (OSError, HTTPException) as error:
            raise CouldNotTell(_said(error)) from None
        finally:
            if not done:
                self._drop()

    def _get(self, path: str) -> HTTPResponse:
        """The answer that has the file, redirects within the host followed."""
        url = urlsplit(self._root + path)
        for _ in range(REDIRECTS + 1):
            response = self._ask(url)
            if response.status == 200:
                return response
            self._finish(response)
            if response.status in _GONE:
                raise Absent(f"is not there ({response.status})")
            if response.status not in _MOVED:
                raise CouldNotTell(f"the host answers {response.status}")
            url = _next_hop(url, response.headers.get("Location"))
        raise CouldNotTell(f"more than {REDIRECTS} redirects")

    def _ask(self, url: SplitResult) -> HTTPResponse:
        """One request; a kept connection that the host has closed meanwhile is opened once more."""
        from http.client import HTTPException

        reused = self._kept is not None and self._kept[0] == _origin(url)
        try:
            return self._request(url)
        except (OSError, HTTPException) as error:
            self._drop()
            if not reused or isinstance(error, TimeoutError):
                raise
        return self._request(url)

    def _request(self, url: SplitResult) -> HTTPResponse:
        connection = self._connection(url)
        target = quote(url.path or "/", _PLAIN) + (f"?{quote(url.query, _PLAIN)}" if url.query else "")
        with _patience(lambda: connection.sock, 2 * self._timeout):
            connection.request("GET", target, headers={"Accept": "*/*", "Accept-Encoding": "identity", "User-Agent": f"attest/{__version__}"})
            self._line = connection.sock
            return connection.getresponse()

    def _connection(self, url: SplitResult) -> HTTPConnection:
        origin = _origin(url)
        if self._kept is None or self._kept[0] != origin:
            self._drop()
            self._kept = origin, _connect(origin, self._timeout)
        return self._kept[1]

    def _body(self, response: HTTPResponse, cap: int) -> Iterator[bytes]:
        """The answer's bytes, held against what it announced, the clock, and what this source may send altogether."""
        declared, received, began = response.length, 0, time.monotonic()
        if response.headers.get("Content-Encoding", "identity").lower() not in ("identity", ""):
            raise CouldNotTell("the host compresses what was asked for plain")
        if declared is not None and declared > cap:
            raise CouldNotTell(f"is larger than {cap} bytes")
        while data := self._some(response):
            received += len(data)
            self._spent += len(data)
            if self._spent > BUDGET:
                raise CouldNotTell(f"the host sent more than {BUDGET} bytes altogether")
            if time.monotonic() - began > self._timeout + received / SLOWEST:
                raise CouldNotTell("the host sends too slowly")
            yield data
        if declared is not None and received != declared:
            raise CouldNotTell(f"was cut short: {received} of {declared} bytes came")
        response.close()

    def _some(self, response: HTTPResponse) -> bytes:
        """What has come of the body. Between two chunks a host may send lines for ever, so there the time is kept here."""
        if not response.chunked:
            return response.read1(CHUNK)
        with _patience(lambda: self._line, 2 * self._timeout):
            return response.read1(CHUNK)

    def _finish(self, response: HTTPResponse) -> None:
        """Reads an answer nobody wants to its end, or drops its connection."""
        if response.length is None or response.length > _REST:
            self._drop()
        else:
            with _patience(lambda: self._line, self._timeout):
                response.read()

    def _drop(self) -> None:
        if self._kept is not None:
            self._kept[1].close()
            self._kept = None


def split_url(url: str) -> SplitResult:
    """An http(s) URL in its parts. Raises WrongUse for what cannot be asked for, a name and password in it included."""
    try:
        parts = urlsplit(url)
        port = parts.port
        (parts.hostname or "").encode("idna")
    except ValueError as error:
        raise WrongUse(f"{url!r} is not a URL: {error}") from None
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        raise WrongUse(f"{url!r} is not an http or https URL")
    if parts.username is not None or parts.password is not None:
        raise WrongUse("a URL with a name or password in it is not asked for", "a public trust center needs neither")
    return parts


def read_url(url: str, cap: int) -> bytes:
    """The one file behind an address. Raises WrongUse, and CouldNotTell with the address."""
    parts = split_url(url)
    folder, _, name = parts.path.rpartition("/")
    try:
        return Web(urlunsplit((parts.scheme, parts.netloc, f"{folder}/", "", ""))).read(name, cap)
    except CouldNotTell as error:
        raise CouldNotTell(f"{url}: {error.message}", error.hint) from None


def _next_hop(url: SplitResult, location: str | None) -> SplitResult:
    """Where a redirect leads, if that is the same host, or its https. Raises CouldNotTell."""
    try:
        found = split_url(urljoin(url.geturl(), location or ""))
    except (WrongUse, ValueError):
        raise CouldNotTell("the host redirects to nowhere") from None
    same = _origin(found) == _origin(url)
    upgraded = found.hostname == url.hostname and (url.scheme, found.scheme) == ("http", "https") and _is_default(url) and _is_default(found)
    if not location or not (same or upgraded):
        raise CouldNotTell(f"the host redirects elsewhere, to {found.scheme}://{found.netloc}")
    return found


def _origin(url: SplitResult) -> tuple[str, str, int]:
    return url.scheme, url.hostname or "", url.port or _DEFAULT[url.scheme]


_DEFAULT: Final = {"http": 80, "https": 443}


def _is_default(url: SplitResult) -> bool:
    return _origin(url)[2] == _DEFAULT[url.scheme]


def _connect(origin: tuple[str, str, int], timeout: float) -> HTTPConnection:
    """A connection, not opened yet. ``http.client`` asks no proxy and keeps no cookie."""
    from http.client import HTTPConnection, HTTPSConnection

    scheme, host, port = origin
    if scheme == "http":
        return HTTPConnection(host, port, timeout=timeout)
    from ssl import create_default_context

    return HTTPSConnection(host, port, timeout=timeout, context=create_default_context())


@contextmanager
def _patience(line: Callable[[], socket | None], seconds: float) -> Iterator[None]:
    """A host that sends its headers a byte at a time, or "continue" for ever, never lets a socket time out: this cuts the line."""
    from http.client import HTTPException

    cut = Event()

    def hang_up() -> None:
        cut.set()
        if (found := line()) is not None:
            with suppress(OSError):
                found.shutdown(SHUT_RDWR)

    timer = Timer(seconds, hang_up)
    timer.daemon = True
    timer.start()
    try:
        yield
        if cut.is_set():
            raise TimeoutError
    except (OSError, HTTPException, ValueError):
        if cut.is_set():
            raise TimeoutError from None
        raise
    finally:
        timer.cancel()


def _capped(chunks: Iterator[bytes], cap: int) -> Iterator[bytes]:
    total = 0
    for chunk in chunks:
        total += len(chunk)
        if total > cap:
            raise CouldNotTell(f"is larger than {cap} bytes")
        yield chunk


def _digest(chunks: Iterator[bytes]) -> str:
    found = hashlib.sha256()
    for chunk in chunks:
        found.update(chunk)
    return found.hexdigest()


def _said(error: BaseException) -> str:
    """What went wrong, in the system's own words; some errors have none."""
    if isinstance(error, TimeoutError):
        return "no answer in time"
    words = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return str(words)[:200]
