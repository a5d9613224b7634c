"""Step 4, where the reader asks DNS: its keys as pins for this question, or held against the pins that there are.

    the center is of another host                    -> said: DNS speaks for its own host alone
    DNS could not be read                            -> could not tell: the reader asked for it
    DNS names no key                                 -> said, and nothing changes
    nothing is pinned for this center                -> each key that DNS names is a pin, from "DNS: _attest.host, …"
    something is pinned, and DNS names neither that
    nor the key that signed, or another log          -> no (wrong-signer): the two contradict each other

A pin from elsewhere is never replaced by DNS, and DNS never adds a key to it.
"""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

from attest.trust import Pin, Trust
from attest.verify.answer import Finding, no, note, unsure
from attest.verify.envelope import Opened
from attest.wire.dns_txt import Named


def by_dns(opened: Opened, trust: Trust, named: Named | None) -> tuple[Trust, list[Finding]]:
    """The trust that this question is judged by, and what is to be said of DNS."""
    center = opened.statement.center
    if named is None:
        return trust, []
    if _host(center) != named.host:
        return trust, [note(4, f"DNS of {named.host} says nothing of {center}, which names another host")]
    if named.wrong:
        return trust, [unsure(4, named.wrong)]
    if not named.records:
        return trust, [note(4, f"DNS names no key: there is no record of ours at {named.name}")]
    pins = trust.call or tuple(pin for pin in trust.pins if pin.center == center and pin.role == "issuer")
    if not pins:
        mine = tuple(Pin(center, "issuer", record.key, log=record.log, source=source_of(named)) for record in named.records)
        return replace(trust, pins=(*trust.pins, *mine)), _other_log(opened, named)
    return trust, [*_contradicts(pins, opened, named), *_other_log(opened, named)] or [note(4, f"{source_of(named)} says the same")]


def source_of(named: Named) -> str:
    """Where such a pin is from, in the words of an answer."""
    how = "authenticated by DNSSEC, as the resolver says" if named.authenticated else "not authenticated by DNSSEC"
    return f"DNS: {named.name}, {how}"


def _host(center: str) -> str | None:
    try:
        return urlsplit(center).hostname
    except ValueError:
        return None


def _contradicts(pins: tuple[Pin, ...], opened: Opened, named: Named) -> list[Finding]:
    keys = {record.key for record in named.records}
    if keys & {opened.fingerprint, *(pin.key for pin in pins)}:
        return []
    return [no(4, f"{source_of(named)} contradicts what you pinned", _either({pin.key for pin in pins}), _either(keys), "wrong-signer")]


def _other_log(opened: Opened, named: Named) -> list[Finding]:
    log = opened.statement.log
    if named.log is None or (log is not None and log.vkey == named.log):
        return []
    return [no(4, f"{source_of(named)} names another log than the statement", named.log, "none" if log is None else log.vkey, "wrong-signer")]


def _either(keys: set[str]) -> str:
    return " or ".join(sorted(keys))
