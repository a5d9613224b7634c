"""Evidence made anew, as its description declares: a program run, an address asked, a file copied, a certificate chain taken down.

    collect: {run: [sslyze, --json_out=-, api.example.com], timeout: 300}
    collect: {get: "https://status.example.com/export.csv"}
    collect: {copy: /srv/exports/devices.csv}
    collect: {tls: "api.example.com:443"}

    description + its collector  ->  a file, read as the description says it is read, and not older  ->  in place, with the day it is of

What comes is held against the description before it replaces anything. The file goes first and its day second: between the two, new
content has an old day and looks older than it is, never fresher. Without a time of its own, a program's output is of the moment it was
started, an address's of when its host says it was changed, or else of when it was asked, a copied file's of when it was changed.

A program is started without a shell, in the trust center's folder, with nothing to read and an environment of ``KEPT`` alone. It ends
with everything it started, at the latest when its time is up; what left its process group on purpose lives on. Nothing here is called by check, build, status, publish or the hook.
"""

from __future__ import annotations

import os
import selectors
import shlex
import signal
import socket
import ssl
import stat
import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

from attest.assess import Assessment
from attest.authoring.attach import moment_text, put_at, reworded
from attest.authoring.staging import Write, place_alone, settle
from attest.errors import AttestError, CouldNotTell, Problem, Refused
from attest.fetch import CHUNK, Web, split_url
from attest.model.center import Center
from attest.model.evidence import Collector, Evidence
from attest.observe import FOLDER, observe
from attest.readings.interface import Observation
from attest.times import print_moment
from attest.yaml_lines import Value

if TYPE_CHECKING:
    from http.client import HTTPResponse

KEPT: Final = ("PATH", "HOME", "USER", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR")
"""What a program that collects gets of the environment."""
MOST: Final = 256 * 2**20
"""Bytes that a collector may give."""
SOON: Final = timedelta(days=7)
"""What runs out within it is due."""
_NOT_STARTED: Final = 126
"""From here on, an exit code says that a program did not run, or was ended by a signal (POSIX.1-2024, 2.8.2)."""
_TAIL: Final = 2000
_TLS: Final = 443
_MADE: Final = "files/made"
"""Where what was made lies while it is looked at."""


@dataclass(frozen=True, slots=True)
class Made:
    """What a collector gave."""

    file: Path
    at: datetime
    """The latest moment that it can be of."""
    note: str = ""
    """What is worth knowing besides."""


@dataclass(frozen=True, slots=True)
class Collected:
    """What came of collecting one piece of evidence."""

    observed: datetime
    new: bool
    """Whether anything was replaced."""
    note: str = ""


def collectable(center: Center) -> Mapping[str, Evidence]:
    """Evidence that declares how it is made, by id."""
    return {ident: evidence for ident, evidence in center.evidence.items() if evidence.description.collect is not None}


def due(assessment: Assessment, observations: Mapping[str, Observation]) -> tuple[str, ...]:
    """Ids of evidence with a collector that is missing, unreadable, out of date, or out of date within a week."""
    ends: dict[str, datetime] = {}
    for result in assessment.results:
        for check in result.checks:
            if check.expires is not None:
                ends[check.evidence.id] = min(check.expires, ends.get(check.evidence.id, check.expires))
    soon = assessment.as_of + SOON
    return tuple(ident for ident in collectable(assessment.center) if observations[ident].trouble is not None or (ident in ends and ends[ident] <= soon))


def said_of(collector: Collector) -> str:
    """What a collector does, in a line: for whoever wants to know before it is done."""
    if collector.run is not None:
        return f"run: {shlex.join(collector.run)}"
    return f"get: {collector.get}" if collector.get is not None else f"copy: {collector.copy_of}" if collector.copy_of is not None else f"tls: {collector.tls}"


def collect(root: Path, folder: Path, center: Center, evidence: Evidence, now: datetime) -> Collected:
    """Runs one collector and puts what it gives in place. ``folder`` is a private one, ``now`` the moment it begins.

    Raises Refused where what came cannot replace what is there, CouldNotTell where nothing came; then nothing was changed.
    """
    collector = evidence.description.collect
    if collector is None:
        raise Refused(f"evidence {evidence.id!r} does not say how it is collected", "write collect: in its description, or renew it with `attest attach`")
    if evidence.description.kind == "declaration":
        raise Refused(f"evidence {evidence.id!r} is a declaration: somebody has to stand by it anew", "`attest renew` asks for it")
    made = make(root, folder, collector, now)
    writes, observed = accepted(root, folder, center, evidence, made, now)
    settle(root, writes)
    return Collected(observed, bool(writes), made.note)


# What a collector gives.


def make(root: Path, folder: Path, collector: Collector, now: datetime) -> Made:
    """Runs a collector; its file lies in ``folder``. Raises CouldNotTell where nothing came of it."""
    target = folder / "made"
    try:
        if collector.run is not None:
            return _run(root, target, collector.run, collector.timeout, now)
        if collector.get is not None:
            return _get(target, collector.get, collector.timeout, now)
        if collector.copy_of is not None:
            return _copy(root, target, collector.copy_of, now)
        assert collector.tls is not None
        return _tls(target, collector.tls, collector.timeout, now)
    except AttestError:
        raise
    except OSError as error:
        raise CouldNotTell(_said(error)) from None
    except UnicodeError:
        raise CouldNotTell(f"{said_of(collector)!r} names no host that can be", "look at the spelling") from None


def _said(error: OSError) -> str:
    return "no answer in time" if isinstance(error, TimeoutError) else f"{error.filename or ''} {error.strerror or error}".strip().lower()


def _run(root: Path, target: Path, words: tuple[str, ...], seconds: int, now: datetime) -> Made:
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    try:
        child = subprocess.Popen(words, cwd=root, env=kept, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
    except (FileNotFoundError, PermissionError) as error:
        raise CouldNotTell(f"{words[0]!r} could not be started: {(error.strerror or str(error)).lower()}", "install it, or name it by its path") from None
    try:
        said = _gather(child, target, time.monotonic() + seconds, seconds)
    finally:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)  # the first of them is not waited for yet, so the number is still theirs
        code = child.wait()
        for stream in (child.stdout, child.stderr):
            if stream is not None:
                stream.close()
    return _ended(target, words[0], code, said, now)


def _ended(target: Path, name: str, code: int, said: str, now: datetime) -> Made:
    """Programs that find something wrong often end with another code than 0, and their report has to come in all the same."""
    last = said.strip().splitlines()[-1][-200:] if said.strip() else ""
    told = f"{name} ended with {code}" + (f": {last}" if last else "")
    if code < 0 or code >= _NOT_STARTED:
        raise CouldNotTell(told)
    if not target.stat().st_size:
        raise CouldNotTell(f"{name} printed nothing" if code == 0 else told)
    return Made(target, now, told if code else "")


def _gather(child: subprocess.Popen[bytes], target: Path, deadline: float, seconds: int) -> str:
    """What it prints goes to the file, the end of what it complains to the caller; until it has ended and nothing is left to read."""
    assert child.stdout is not None
    assert child.stderr is not None
    tail, total = b"", 0
    with target.open("xb") as file, selectors.DefaultSelector() as waiting:
        for stream in (child.stdout, child.stderr):
            os.set_blocking(stream.fileno(), False)
            waiting.register(stream, selectors.EVENT_READ)
        while waiting.get_map():
            ended = _has_ended(child)
            ready = waiting.select(0 if ended else 0.1)
            if ended and not ready:
                break
            if time.monotonic() > deadline:
                raise CouldNotTell(f"it did not end within {seconds} seconds, and was stopped", "give it longer with timeout:")
            for key, _ in ready:
                data = os.read(key.fd, CHUNK)
                if not data:
                    waiting.unregister(key.fileobj)
                elif key.fileobj is child.stderr:
                    tail = (tail + data)[-_TAIL:]
                else:
                    total += file.write(data)
            if total > MOST:
                raise CouldNotTell(f"it printed more than {MOST // 2**20} MiB, and was stopped")
    _wait(child, deadline, seconds)
    return tail.decode("utf-8", "replace")


def _has_ended(child: subprocess.Popen[bytes]) -> bool:
    """Without taking its number back, which names the group of all that it started."""
    if not hasattr(os, "waitid"):  # macOS before Python 3.13
        return child.poll() is not None
    return os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def _wait(child: subprocess.Popen[bytes], deadline: float, seconds: int) -> None:
    """For one that closed its output and goes on."""
    while not _has_ended(child):
        if time.monotonic() > deadline:
            raise CouldNotTell(f"it did not end within {seconds} seconds, and was stopped", "give it longer with timeout:")
        time.sleep(0.05)


class _Dated(Web):
    """A host, with what it says of when the last file was changed."""

    changed: str | None = None

    def _get(self, path: str) -> HTTPResponse:
        response = super()._get(path)
        self.changed = response.headers.get("Last-Modified")
        return response


def _get(target: Path, url: str, seconds: int, now: datetime) -> Made:
    parts = split_url(url)
    host = _Dated(f"{parts.scheme}://{parts.netloc}", timeout=float(seconds))
    target.write_bytes(host.read(parts.path.removeprefix("/") + (f"?{parts.query}" if parts.query else ""), MOST))
    if not target.stat().st_size:
        raise CouldNotTell("the answer was empty")
    return Made(target, min(now, _changed(host.changed) or now))


def _changed(text: str | None) -> datetime | None:
    """``Last-Modified`` (RFC 9110, 8.8.2) as a moment; None where the host does not say, or says nonsense."""
    try:
        return None if text is None else parsedate_to_datetime(text).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _copy(root: Path, target: Path, path: str, now: datetime) -> Made:
    opened = os.open(root / path, os.O_RDONLY | os.O_NONBLOCK)
    found = os.fstat(opened)
    if not stat.S_ISREG(found.st_mode):
        os.close(opened)
        raise CouldNotTell(f"{path} is no regular file")
    with os.fdopen(opened, "rb") as source:
        if found.st_size > MOST:
            raise CouldNotTell(f"{path} is larger than {MOST // 2**20} MiB")
        with target.open("xb") as copy:
            while data := source.read(CHUNK):
                copy.write(data)
    return Made(target, min(now, datetime.fromtimestamp(found.st_mtime, UTC)).replace(microsecond=0))


def _tls(target: Path, where: str, seconds: int, now: datetime) -> Made:
    """The chain as the host sends it, trusted or not: who is to be believed is for the rule to ask."""
    host, port = _address(where)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with socket.create_connection((host, port), timeout=float(seconds)) as raw, context.wrap_socket(raw, server_hostname=host) as line:
        target.write_text("".join(map(ssl.DER_cert_to_PEM_cert, _chain(line))), encoding="ascii")
    return Made(target, now)


def _address(where: str) -> tuple[str, int]:
    """``api.example.com:8443`` or ``[2001:db8::1]:443``; without a port, 443."""
    host, _, port = where.rpartition(":") if where.count(":") == 1 or "]:" in where else (where, "", "")
    if port and not (port.isascii() and port.isdigit() and 0 < int(port) < 2**16):
        raise Refused(f"tls: {where!r} is no host and port", "write it as api.example.com:443")
    return host.strip("[]"), int(port) if port else _TLS


def _chain(line: ssl.SSLSocket) -> list[bytes]:
    """The certificates sent, in DER. Before Python 3.13 the socket has no name for it, the object beneath it has."""
    if hasattr(line, "get_unverified_chain"):
        return list(line.get_unverified_chain())
    beneath = cast("Any", line)._sslobj  # noqa: SLF001
    return [ssl.PEM_cert_to_DER_cert(found.public_bytes()) for found in beneath.get_unverified_chain()]


# Whether it may replace what is there.


def accepted(root: Path, folder: Path, center: Center, evidence: Evidence, made: Made, now: datetime) -> tuple[tuple[Write, ...], datetime]:
    """What to write, file first, and the moment it is of. Raises Refused where what was made does not read as its description says, or is older."""
    described = evidence.description
    assert described.file is not None
    seen = _seen(folder, center, evidence, made, now)
    own = seen.reading.observed if seen.reading is not None else None
    observed = (own or made.at).replace(microsecond=0)
    before = _before(root, center, evidence, now)
    if before is not None and observed < before:
        raise Refused(f"what came is of {print_moment(observed)}, older than what is there, of {print_moment(before)}", "see that the collector gives its newest")
    file = put_at(root, center, described.file, made.file)
    text = reworded(root, evidence, {"observed": None if own is not None else moment_text(observed), "collected": _collected(evidence)})
    return tuple(write for write in (file, text) if write is not None), observed


def _collected(evidence: Evidence) -> Value:
    said, collector = evidence.description.collected, evidence.description.collect
    tool = said.tool if said is not None and said.tool is not None else Path(collector.run[0]).name if collector is not None and collector.run is not None else None
    return {"by": "command"} if tool is None else {"by": "command", "tool": tool}


def _seen(folder: Path, center: Center, evidence: Evidence, made: Made, now: datetime) -> Observation:
    """What a check would see of it. A time of its own counts; only where it has none, the moment it was made."""
    alone = place_alone(folder, f"{FOLDER}/{_MADE}", made.file)
    placed = evidence.model_copy(update={"description": evidence.description.model_copy(update={"file": _MADE})})
    seen, problems = _observed(alone, center, placed, None, now)
    if seen.reading is not None and seen.reading.observed is None:
        seen, problems = _observed(alone, center, placed, made.at, now)
    if problems:
        raise Refused(f"what came cannot replace what is there: {problems[0].what}", problems[0].todo)
    if seen.trouble is not None:
        raise Refused(f"what came cannot replace what is there: {seen.trouble}")
    return seen


def _observed(root: Path, center: Center, evidence: Evidence, at: datetime | None, now: datetime) -> tuple[Observation, tuple[Problem, ...]]:
    """One piece of evidence observed in a folder, as if it were of that moment."""
    changed = evidence.model_copy(update={"description": evidence.description.model_copy(update={"observed": at})})
    found, problems = observe(root, center.model_copy(update={"evidence": {evidence.id: changed}}), now)
    return found[evidence.id], problems


def _before(root: Path, center: Center, evidence: Evidence, now: datetime) -> datetime | None:
    """The moment that what is there is of, as far as it can be told."""
    reading = _observed(root, center, evidence, evidence.description.observed, now)[0].reading
    return reading.observed if reading is not None and reading.observed is not None else evidence.description.observed
