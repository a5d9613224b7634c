"""Read a center's transparency log: what it says, whether it holds, and the proof of any entry. Nothing is asked of whoever publishes it.

    attest log show https://trust.harbourline.example/     every entry: what it stands for, whose, withdrawn, void
    attest log verify public/                              replay it and check every signature in it, and nothing of the site's files
    attest log proof public/ 3                             a tlog-proof of release 3, or of a payload by its SHA-256, at the log's present size

`verify` needs the key from you, as `attest verify` does. `show` and `proof` read a log that leads to its signed root, whoever signed it.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from attest import seen as memory
from attest import trust as trusted
from attest.cli import answers, clock, ui
from attest.cli.place import find_place
from attest.errors import CouldNotTell, Refused, WrongUse
from attest.times import print_moment
from attest.trust import Pin, Trust
from attest.verify.answer import STEPS, Answer
from attest.verify.entries import Row, rows
from attest.verify.in_log import verify_log
from attest.verify.past import Past
from attest.verify.places import Places
from attest.verify.question import Question
from attest.wire.log_entry import digest_of
from attest.wire.tlog_proof import TlogProof, print_proof

_COLUMNS: Final = ("entry", "kind", "release", "time", "digest", "standing", "signed by")


def add(parser: argparse.ArgumentParser) -> None:
    """Declares ``log show``, ``log verify`` and ``log proof``."""
    actions = parser.add_subparsers(dest="action", metavar="show|verify|proof", required=True)
    show = actions.add_parser("show", help="every entry, and what became of it")
    verify = actions.add_parser("verify", help="replay the log and check every signature in it")
    proof = actions.add_parser("proof", help="print the proof that an entry is in the log")
    for action in (show, verify, proof):
        action.add_argument("where", metavar="WHERE", help="a URL or a folder")
    proof.add_argument("entry", metavar="RELEASE|DIGEST", help="a release's number, or the SHA-256 of a payload in hex")
    for action in (show, verify):
        action.add_argument("--json", action="store_true", help="the result as JSON")
        action.add_argument("--trust", metavar="FILE", help="the trust file (else attest/trust.toml in your configuration folder)")
        action.add_argument("--key", metavar="FINGERPRINT|PEM", action="append", default=[], help="the key that its releases have to lead to, for this call")
        action.add_argument("--at", metavar="TIME", help="judge pins as of then instead of now")


def run(arguments: argparse.Namespace) -> int:
    """Runs one action; its exit code, or an AttestError."""
    source, _ = find_place(arguments.where)
    if arguments.action == "proof":
        answer, past = verify_log(source, Question(Trust(), clock.now_or(None, "now")))
        ui.data_bytes(_proof(_places(answer, past), arguments.entry))
        return 0
    answer, past = verify_log(source, _question(arguments))
    if arguments.action == "show":
        _places(answer, past)
        return _show(arguments, past)
    return _verify(arguments, answer)


def _question(arguments: argparse.Namespace) -> Question:
    file = Path(arguments.trust) if arguments.trust else trusted.default_file()
    pins = trusted.read_trust(file, needed=arguments.trust is not None)[1]
    given = [Pin(None, "issuer", *trusted.key_of(text), source="given with --key") for text in arguments.key]
    return Question(Trust(pins, tuple(given)), clock.now_or(arguments.at, "--at"), memory.read_seen(memory.default_file()))


def _places(answer: Answer, past: Past | None) -> Places:
    """The log, where it leads to its signed root. Raises Refused or CouldNotTell with what keeps it from that."""
    if past is not None and past.places is not None:
        return past.places
    worst = next((finding for name in STEPS for finding in answer.steps[name].findings if finding.code == answer.exit_code), None)
    what = "there is no log to be read" if worst is None else answers.one_line(worst.what)
    raise (Refused if answer.exit_code == 1 else CouldNotTell)(what, "`attest verify` says all that is wrong")


def _verify(arguments: argparse.Namespace, answer: Answer) -> int:
    if arguments.json:
        ui.data_json(answers.as_json(answer, arguments.where, print_moment(answer.at) if arguments.at else None))
        return answer.exit_code
    for line in answers.log_lines(answer):
        ui.data(line)
    return answer.exit_code


def _show(arguments: argparse.Namespace, past: Past | None) -> int:
    found = list(rows(past)) if past is not None else []
    if arguments.json:
        ui.data_json([_json(row) for row in found])
        return 0
    for line in _table([_COLUMNS, *(_cells(row) for row in found)]):
        ui.data(line)
    return 0


def _json(row: Row) -> dict[str, Any]:
    entry = row.entry
    return {"entry": row.index, "kind": entry.kind, "release": entry.n, "time": entry.time, "digest": entry.digest, "standing": row.standing, "signedBy": row.by}


def _cells(row: Row) -> tuple[str, ...]:
    entry = row.entry
    return (str(row.index), entry.kind, str(entry.n), entry.time, f"{entry.digest[:16]}…", row.standing, row.by or "")


def _table(lines: list[tuple[str, ...]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for cells in lines:
        yield "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()


def _proof(places: Places, which: str) -> bytes:
    """The proof of one entry at the log's present size, from the entries themselves."""
    log, index = places.log, _index(places, which)
    return print_proof(TlogProof(index, tuple(log.tree.path(index, log.size)), log.signed))


def _index(places: Places, which: str) -> int:
    """Raises Refused for an entry that is not there, WrongUse for what names none."""
    log = places.log
    if which.isascii() and which.isdigit() and len(which) < 10:
        indexes = places.live.get(int(which), ())
        if len(indexes) != 1:
            raise Refused(f"release {which} {'is not in the log' if not indexes else 'is in the log more than once'}", "`attest log show` lists its entries")
        return indexes[0]
    if len(which) != 64 or not set(which) <= set("0123456789abcdef"):
        raise WrongUse(f"{which!r:.80} is neither a release's number nor a SHA-256 in hex", "`attest log show --json` has them")
    found = next((index for index, entry in enumerate(log.entries) if digest_of(entry) == which), None)
    if found is None:
        raise Refused(f"no entry of the log stands for {which}", "`attest log show` lists its entries")
    return found

