"""An answer, for people and for programs. Values in, text out; whatever others wrote passes ``ui.plain``.

    ok   integrity  52 of 52 files as signed, none unlisted
    ok   signer     SHA256:pfHI…, pinned (contract of 2026-11-01)
    ok   freshness  state on 2026-11-20, valid until 2026-12-25
    ok   history    release 3, after 2, 1
    ok   claims     9 of 16 promises shown by evidence, 1 not in place, …
    valid: Harbourline, release 3, state on 2026-11-20, …
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from typing import Any, Final

from attest.affirmation import print_affirmed
from attest.cli import ui
from attest.statement import Statement
from attest.times import print_moment
from attest.verify.answer import STEPS, Answer, Facts, Finding, InLog, Outcome, Step, StepName
from attest.verify.core import core_of

SHOWN: Final = 6
"""Findings of one step that people are shown; programs get ``KEPT``."""
KEPT: Final = 1000

_MARK: Final[Mapping[Outcome, tuple[str, str]]] = {"ok": ("ok", "green"), "no": ("no", "red"), "could-not-tell": ("?", "yellow"), "not-checked": ("-", "dim")}
_COUNTED: Final = {"not-met": "not in place", "unknown": "without current evidence", "planned": "planned", "not-applicable": "not applicable"}


def as_lines(answer: Answer, at: str | None) -> Iterator[str]:
    """Five steps, what they found, and the answer in a sentence; ``at``: the moment the reader named instead of now."""
    for name in STEPS:
        yield from _lines(name, answer)
    colour = {0: "green", 1: "red"}.get(answer.exit_code, "yellow")
    yield f"{ui.colour(answer.word, colour)}: {one_line(_sentence(answer))}{f' (judged at {at}, as --at says)' if at else ''}"


def log_lines(answer: Answer) -> Iterator[str]:
    """Of a log by itself: the statement's signature, whose key it is, and whether the log holds."""
    for name in STEPS:
        if name not in ("freshness", "claims"):
            yield from _lines(name, answer)
    colour = {0: "green", 1: "red"}.get(answer.exit_code, "yellow")
    good = f"the log holds: {answer.facts.log.size} entries, root {answer.facts.log.root}" if answer.exit_code == 0 and answer.facts.log else ""
    yield f"{ui.colour(answer.word, colour)}: {good or one_line(_sentence(answer))}"


def _lines(name: StepName, answer: Answer) -> Iterator[str]:
    return step_lines(name, answer.steps[name], _step(name, answer))


def step_lines(name: str, step: Step, said: str) -> Iterator[str]:
    """One step, what is said of it, and what it found."""
    mark, tint = _MARK[step.outcome]
    yield f"{ui.colour(f'{mark:<4}', tint)} {name:<10} {one_line(said)}".rstrip()
    yield from _findings(step)


def _findings(step: Step) -> Iterator[str]:
    worst = sorted(step.findings, key=lambda finding: finding.outcome == "note")
    for finding in worst[:SHOWN]:
        yield f"       {one_line(finding.what)}{_contrast(finding)}"
    if len(worst) > SHOWN:
        yield f"       and {len(worst) - SHOWN} more; --json has them"


def _contrast(finding: Finding) -> str:
    said = [f"{word} {one_line(value)[:160]}" for word, value in (("expected", finding.expected), ("got", finding.got)) if value]
    return f" ({', '.join(said)})" if said else ""


def _step(name: StepName, answer: Answer) -> str:
    facts, statement = answer.facts, answer.facts.statement
    if statement is None or answer.steps[name].outcome == "not-checked":
        return "not checked"
    if name == "integrity":
        return _integrity(answer)
    if name == "signer":
        return _signer(facts)
    if name == "freshness":
        return f"state on {_day(statement)}, issued {print_moment(statement.issued_at)}, valid until {print_moment(statement.valid_until)}"
    if name == "history":
        return f"release {statement.release}" + (f", after {_list(facts.held)}" if facts.held else "") + _in_log(facts.log)
    return _promises(facts.standing or statement.totals)


def _signer(facts: Facts) -> str:
    """Whose key: pinned itself, or led to from a pinned one by entries of the log."""
    said = "".join(f", announced in entry {one.index} by {one.by}" for one in reversed(facts.announced))
    if facts.pin is None:
        return f"{facts.fingerprint}"
    how = f"pinned ({facts.pin.source or 'trust file'})" if facts.pin.center else f"({facts.pin.source})"
    return f"{facts.fingerprint}{said}, which is {how}" if said else f"{facts.fingerprint}{',' if facts.pin.center else ''} {how}"


def _in_log(log: InLog | None) -> str:
    return "" if log is None else f"; entry {log.index} of the {log.size} in the log" + (f", followed by release {_list(log.newer)}" if log.newer else "")


def _integrity(answer: Answer) -> str:
    facts = answer.facts
    if not facts.files_listed:
        return "the statement's signature" if answer.steps["integrity"].outcome == "ok" else ""
    unlisted = ", none unlisted" if facts.sees_unlisted and answer.steps["integrity"].outcome == "ok" else ""
    return f"{facts.files_checked} of {facts.files_listed} files as signed{unlisted}"


def _sentence(answer: Answer) -> str:
    facts, statement = answer.facts, answer.facts.statement
    why = next((finding.what for name in STEPS for finding in answer.steps[name].findings if (finding.code, finding.word) == (answer.exit_code, answer.word)), "")
    if statement is None:
        return why or "nothing could be verified"
    who = f"{statement.center_name}, release {statement.release}"
    alone = "; its files and history were not checked" if answer.steps["history"].outcome == "not-checked" and not facts.files_listed else ""
    if answer.word == "valid":
        return f"{who}, state on {_day(statement)}, valid until {statement.valid_until.date()}; {_promises(facts.standing or statement.totals)}{_since(answer)}{alone}"
    if answer.word in ("stale", "withdrawn"):
        return f"{who} is genuine, but {why}{alone}"
    if answer.word == "unknown-signer":
        return f"{who} says it is signed by its own key {facts.fingerprint}, and nothing you trust says whose key that is"
    return f"{who}: {why}" if answer.word in ("forked", "rolled-back", "could-not-tell") else f"what says it is {who}: {why}"


def _since(answer: Answer) -> str:
    count = len(answer.facts.lapsed)
    return f" ({count} of them lapsed since)" if count else ""


def _promises(totals: Mapping[str, int]) -> str:
    total = sum(totals.values())
    rest = [f"{totals[verdict]} {words}" for verdict, words in _COUNTED.items() if totals[verdict]]
    return ", ".join([f"{totals['met']} of {total} promises shown by evidence", *rest])


def next_steps(answer: Answer, where: str) -> Iterator[str]:
    """What the reader can do now, for stderr."""
    statement, key = answer.facts.statement, answer.facts.fingerprint
    if answer.word == "unknown-signer" and statement is not None and key is not None:
        yield "attest: hint: compare this fingerprint with the one in your contract, in DNS, or told by phone; not with one from the site itself:"
        yield f"  {key}"
        yield "attest: hint: if it is the same, pin it, then verify again:"
        yield f'  attest trust add {shlex.quote(one_line(statement.center))} {key} --from "contract of …"'
    elif answer.word == "rolled-back":
        yield "attest: hint: somebody may serve you an old state; if you mean to look at an old copy, add --no-state"
    elif answer.steps["history"].outcome == "not-checked" and statement is not None and statement.log is not None:
        yield "attest: hint: whether it was withdrawn since, its center's site says: add --log and the site's address or folder"
    elif answer.word == "could-not-tell" and statement is None and "://" not in where:
        yield "attest: hint: a site is verified by its folder, the one that has attestation/ in it; an unsigned preview has no bundle"


def as_json(answer: Answer, where: str, at: str | None) -> dict[str, Any]:
    """The whole answer; keys stay, more may come. ``filesChecked`` and ``filesListed`` are 0 for a bundle alone."""
    facts = answer.facts
    return {
        "answer": answer.word,
        "exit": answer.exit_code,
        "where": where,
        "checkedAt": print_moment(answer.at),
        "at": at,
        **_stated(facts.statement),
        "payload": facts.payload,
        "fingerprint": facts.fingerprint,
        "pin": None if facts.pin is None else {"from": facts.pin.source, "role": facts.pin.role, "forThisCallOnly": facts.pin.center is None},
        "filesChecked": facts.files_checked,
        "filesListed": facts.files_listed,
        "unlistedSeen": facts.sees_unlisted,
        "standing": None if facts.standing is None else dict(facts.standing),
        "affirmation": _affirmation(answer),
        "lapsed": [{"control": lapse.control, "was": lapse.was, "now": lapse.now, "why": lapse.why} for lapse in facts.lapsed],
        "held": list(facts.held),
        "pruned": list(facts.pruned),
        "log": None if facts.log is None else _log(facts.log),
        "announced": [{"key": one.key, "by": one.by, "entry": one.index} for one in facts.announced],
        "core": core_of(answer),
        "steps": steps_as_json(answer),
    }


def steps_as_json(answer: Answer) -> dict[str, Any]:
    """The five steps, and what each of them found."""
    return {name: {"outcome": answer.steps[name].outcome, "findings": [_finding(finding) for finding in answer.steps[name].findings[:KEPT]]} for name in STEPS}


def _affirmation(answer: Answer) -> dict[str, Any] | None:
    """What a person affirmed, whether it stands at the moment judged, and from where that person's key is pinned, if it is."""
    said = None if answer.facts.statement is None else answer.facts.statement.affirmation
    if said is None:
        return None
    officer = answer.facts.officer
    return {**print_affirmed(said), "stands": said.stands(answer.at), "pin": None if officer is None else {"from": officer.source, "role": officer.role}}


def _log(log: InLog) -> dict[str, Any]:
    withdrawn = [{"release": one.release, "payload": one.payload, "why": one.why, "at": print_moment(one.at), "entry": one.index} for one in log.withdrawn]
    return {"size": log.size, "root": log.root, "entry": log.index, "newer": list(log.newer), "withdrawn": withdrawn}


def _stated(statement: Statement | None) -> dict[str, Any]:
    if statement is None:
        return dict.fromkeys(("center", "release", "asOf", "issuedAt", "validUntil", "totals", "withheld"))
    return {
        "center": {"id": statement.center, "name": statement.center_name},
        "release": statement.release,
        "asOf": print_moment(statement.as_of),
        "issuedAt": print_moment(statement.issued_at),
        "validUntil": print_moment(statement.valid_until),
        "totals": dict(statement.totals),
        "withheld": dict(statement.withheld),
    }


def _finding(finding: Finding) -> dict[str, Any]:
    said = {"step": finding.number, "outcome": finding.outcome, "what": finding.what, "expected": finding.expected, "got": finding.got}
    return {key: value for key, value in said.items() if value != ""}


def _list(numbers: tuple[int, ...]) -> str:
    return ", ".join(map(str, numbers[:5])) + (f" and {len(numbers) - 5} more" if len(numbers) > 5 else "")


def _day(statement: Statement) -> str:
    return statement.as_of.date().isoformat()


def one_line(text: str) -> str:
    """Others' words on one line of ours."""
    return ui.plain(text).replace("\n", "\\u000a")
