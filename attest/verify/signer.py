"""Step 4: is the key that signed one that the reader pinned, for this center, as issuer, at this moment?

    pinned, in its window        -> ok, with the pin and where it is from
    pinned, out of its window    -> no   (wrong-signer): issuedAt never decides when something was signed
    another key is pinned        -> no   (wrong-signer)
    pinned for another center    -> no   (wrong-signer), even where the key is given for this call
    nothing is pinned            -> could not tell (unknown-signer)

Keys given for the call replace the trust file's for this question: the reader said which key it has to be.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from attest.times import print_moment
from attest.trust import Pin, Trust
from attest.verify.answer import Finding, no, unsure
from attest.verify.envelope import Opened


def judge_signer(opened: Opened, trust: Trust, now: datetime) -> Pin | Finding:
    """The pin that holds, or why none does."""
    center, key = opened.statement.center, opened.fingerprint
    elsewhere = [pin for pin in trust.pins if pin.key == key and pin.center != center]
    wanted = trust.call or tuple(pin for pin in trust.pins if pin.center == center and pin.role == "issuer")
    fitting = [pin for pin in wanted if _is(pin, opened)]
    if fitting and (not trust.call or not elsewhere or _pinned_here(trust.pins, opened)):
        return next((pin for pin in fitting if in_window(pin, now)), None) or _out_of_window(fitting[-1], now)
    if elsewhere:
        return no(4, f"key {key} is pinned for another center", elsewhere[0].center or "", center, "wrong-signer")
    if wanted:
        return no(4, "signed by another key than the one pinned", " or ".join(sorted({pin.key for pin in wanted})), key, "wrong-signer")
    if other := next((pin for pin in trust.pins if pin.key == key), None):
        return no(4, f"key {key} is pinned for this center in another role", "issuer", other.role, "wrong-signer")
    return unsure(4, f"no key is pinned for {center}", got=key, word="unknown-signer")


def is_pinned(opened: Opened, trust: Trust) -> bool:
    """Whether an old release's key was ever pinned as this center's issuer; the chain says that it is old, so no window is asked."""
    return any(_is(pin, opened) for pin in trust.call) or _pinned_here(trust.pins, opened)


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
