"""Step 4: is the key that signed one that the reader pinned, for this center, as issuer, at this moment? Or one that such a key announced?

    pinned, in its window        -> ok, with the pin and where it is from
    pinned, out of its window    -> no   (wrong-signer), announced or not: issuedAt never decides when something was signed
    pinned, and the log retired it before this release                     -> no (wrong-signer)
    announced in the log by a pinned key, before this release (accepted)   -> ok, with that pin and the entries that lead from it
    another key is pinned        -> no   (wrong-signer); where a log could say more and is not at hand, could not tell
    pinned for another center    -> no   (wrong-signer), even where the key is given for this call
    nothing is pinned            -> could not tell (unknown-signer)

Keys given for the call replace the trust file's for this question: the reader said which key it has to be. A pin that names a log's
key is for that log: another one is a no.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from attest.times import print_moment
from attest.trust import Pin, Trust
from attest.verify.accepted import Accepted, Turn, accept
from attest.verify.answer import Finding, no, unsure
from attest.verify.envelope import Opened


@dataclass(frozen=True, slots=True)
class Signer:
    """The pin that holds, and the announcements that lead from it to the key that signed."""

    pin: Pin
    chain: tuple[Turn, ...] = ()


def judge_signer(opened: Opened, trust: Trust, now: datetime, turns: Sequence[Turn] | None) -> Signer | Finding:
    """The pin that holds, or why none does. ``turns``: the changes of keys in the center's log, None where the log is not at hand."""
    center, key, wanted = opened.statement.center, opened.fingerprint, _wanted(opened, trust)
    elsewhere = [pin for pin in trust.pins if pin.key == key and pin.center != center]
    fitting = [pin for pin in wanted if _is(pin, opened)]
    if elsewhere and not (fitting and (not trust.call or _pinned_here(trust.pins, opened))):
        return no(4, f"key {key} is pinned for another center", elsewhere[0].center or "", center, "wrong-signer")
    if fitting and not any(in_window(pin, now) for pin in fitting):
        return _out_of_window(fitting[-1], now)
    found = _through_log(opened, [pin for pin in wanted if pin.key != key or pin in fitting], now, turns or ())
    if found is not None:
        return found
    if wanted:
        return _another(opened, wanted, turns)
    if other := next((pin for pin in trust.pins if pin.key == key), None):
        return no(4, f"key {key} is pinned for this center in another role", "issuer", other.role, "wrong-signer")
    return unsure(4, f"no key is pinned for {center}", got=key, word="unknown-signer")


def roots(opened: Opened, trust: Trust) -> frozenset[str]:
    """The keys that this center's past is judged from: every one that was ever pinned, for the log says what is old, so no window is asked."""
    return frozenset(pin.key for pin in (*trust.call, *_wanted(opened, Trust(trust.pins))))


def other_log(pin: Pin, opened: Opened) -> Finding | None:
    """Where the pin names the log's key: None if the release names the same."""
    log = opened.statement.log
    if pin.log is None or (log is not None and log.vkey == pin.log):
        return None
    return no(13, "the release names another log than the one that is pinned", pin.log, "no log" if log is None else log.vkey, "forked")


def _through_log(opened: Opened, pins: Sequence[Pin], now: datetime, turns: Sequence[Turn]) -> Signer | Finding | None:
    """What the pins and the log come to; None where they do not lead to the key that signed."""
    key, place = opened.fingerprint, place_of(opened)
    holding = [pin for pin in pins if in_window(pin, now)]
    accepted = accept((pin.key for pin in holding), turns)
    if key not in accepted.starts:
        late = accept((pin.key for pin in pins), turns)
        first = _first_pin(pins, late, key)
        return None if first is None or late.standing(key, place) == "unknown" else _out_of_window(first, now)
    standing = accepted.standing(key, place)
    if standing == "accepted":
        pin = _first_pin(holding, accepted, key)
        return None if pin is None else Signer(pin, accepted.chain(key))
    if standing == "unknown":
        return no(4, f"key {key} was announced after this release", f"entry {accepted.starts[key]} or later", f"entry {place}", "wrong-signer")
    end = accepted.ends[key]
    return no(4, f"key {key} was retired in entry {end.since} of the log", f"an entry before {end.before}", f"entry {place}", "wrong-signer")


def _first_pin(pins: Sequence[Pin], accepted: Accepted, key: str) -> Pin | None:
    chain = accepted.chain(key)
    start = chain[0].by if chain else key
    return next((pin for pin in pins if pin.key == start), None)


def place_of(opened: Opened) -> int | None:
    """The release's entry in the log, as it says; None for one that has no log."""
    return None if opened.statement.log is None else opened.statement.log.size_before


def _another(opened: Opened, wanted: Sequence[Pin], turns: Sequence[Turn] | None) -> Finding:
    keys = " or ".join(sorted({pin.key for pin in wanted}))
    if turns is None and opened.statement.log is not None:
        what = "signed by another key than the one pinned; whether that one announced it, only the site's log can show"
        return unsure(4, what, keys, opened.fingerprint, "unknown-signer")
    return no(4, "signed by another key than the one pinned", keys, opened.fingerprint, "wrong-signer")


def _wanted(opened: Opened, trust: Trust) -> tuple[Pin, ...]:
    return trust.call or tuple(pin for pin in trust.pins if pin.center == opened.statement.center and pin.role == "issuer")


def _pinned_here(pins: Iterable[Pin], opened: Opened) -> bool:
    return any(pin.center == opened.statement.center and pin.role == "issuer" and _is(pin, opened) for pin in pins)


def _is(pin: Pin, opened: Opened) -> bool:
    return pin.key == opened.fingerprint and pin.spki in (None, opened.statement.spki)


def in_window(pin: Pin, now: datetime) -> bool:
    """Whether a pin holds at a moment: the reader's own window, by the reader's clock."""
    return (pin.not_before is None or pin.not_before <= now) and (pin.not_after is None or now < pin.not_after)


def _out_of_window(pin: Pin, now: datetime) -> Finding:
    if pin.not_before is not None and now < pin.not_before:
        return no(4, "the pinned key is not good yet", f"from {print_moment(pin.not_before)}", print_moment(now), "wrong-signer")
    until = "" if pin.not_after is None else f"until {print_moment(pin.not_after)}"
    return no(4, "the pinned key is retired", until, print_moment(now), "wrong-signer")
