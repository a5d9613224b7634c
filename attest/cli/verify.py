"""Verify a trust center, a folder or a bundle: is it whole, whose is it, is it current, does it follow what you saw, what does it claim?

    attest verify https://trust.harbourline.example/     the site, and the page you name, with every file it lists
    attest verify public/                                a folder: unlisted files show too
    attest verify bundle.sigstore.json                   a bundle alone: its files, history and withdrawal stay unchecked, and the answer says so
    attest verify kept.sigstore.json --log public/       a bundle you kept, held against its center's site: in the log? withdrawn? what followed?
    attest verify public/ --since last                   does it follow what you saw last, and what changed?
    attest verify https://trust.harbourline.example/ --dns      by the key that DNS names at _attest.trust.harbourline.example
    attest verify WHERE --package FILE                   besides, a document that was handed over: is it the attested one?
    attest verify answers.sigstore.json --key SHA256:…   answers to a questionnaire that their author signed: who answered what, and when

The key has to come from you: pinned with `attest trust add`, given with --key, or asked of DNS. Exit codes: 0 valid, 1 no (forged, wrong signer,
forked, rolled back), 2 wrong use, 3 could not tell, 4 genuine but stale or withdrawn.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from attest import seen as memory
from attest import trust as trusted
from attest.answered import is_answers
from attest.cli import answers, asking, clock, documents, signed_answers, since, ui
from attest.cli.answers import one_line
from attest.cli.place import find_place
from attest.errors import CouldNotTell, WrongUse
from attest.fetch import Source, read_file
from attest.times import print_moment
from attest.trust import Pin, Trust
from attest.verify.answer import Answer
from attest.verify.in_log import verify_in_log
from attest.verify.question import Question
from attest.verify.since import Changed
from attest.verify.verifier import could_not_tell, seen_key, to_remember, verify_bundle, verify_site
from attest.wire.dns_txt import Named

_REQUIRE = ("site", "history")


def add(parser: argparse.ArgumentParser) -> None:
    """Declares WHERE and what to hold it against."""
    parser.add_argument("where", metavar="WHERE", help="a URL, a folder, or a bundle file")
    parser.add_argument("--key", metavar="FINGERPRINT|PEM", action="append", default=[], help="the key it has to be signed with, for this call")
    parser.add_argument("--dns", action="store_true", help="take the key from DNS: TXT records at _attest.<host> of the address")
    parser.add_argument("--dns-server", metavar="ADDRESS", help="the name server to ask, as 127.0.0.1 or 127.0.0.1:5300 (default: the system's)")
    parser.add_argument("--trust", metavar="FILE", help="the trust file (else attest/trust.toml in your configuration folder)")
    parser.add_argument("--at", metavar="TIME", help="judge as of then instead of now; the answer says so")
    parser.add_argument("--require", metavar="PARTS", default="", help="site, history or both, with a comma: what a bundle alone may not leave unchecked")
    parser.add_argument("--strict-evidence", action="store_true", help="evidence that expired since it was stated is a no")
    parser.add_argument("--remember", action="store_true", help="pin the key, after you compared its fingerprint")
    parser.add_argument("--from", dest="source", metavar="TEXT", help="with --remember: where you have the fingerprint from")
    parser.add_argument("--log", metavar="WHERE", help="with a bundle: its center's site, or a folder with its log, to look for the bundle's release and its withdrawal")
    since.add(parser)
    documents.add(parser)
    parser.add_argument("--no-state", action="store_true", help="neither compare with what you saw last nor remember this")
    parser.add_argument("--json", action="store_true", help="the answer as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Verifies and says so; the answer's exit code, or an AttestError."""
    _refuse_remember(arguments)
    have = documents.given(arguments)
    bundle = have.bundle if have.bundle is not None else _bundle(arguments.where)
    if isinstance(bundle, bytes) and have.bundle is None and is_answers(bundle):
        return signed_answers.run(arguments, bundle, have.documents)
    trust_file = Path(arguments.trust) if arguments.trust else trusted.default_file()
    base, source = _since(arguments)
    question = replace(_question(arguments, trust_file), since=None if base is None else base.earlier)
    answer = _asked(arguments, question, bundle)
    if arguments.remember and (pinned := _remember(arguments, trust_file, question, answer)) is not None:
        question, answer = pinned, _asked(arguments, pinned, bundle)
    if not arguments.no_state:
        _keep_seen(answer, question)
    changed, code = _changed(base, source, answer)
    more = documents.more(arguments, have, answer)
    unsigned = isinstance(bundle, bytes) and signed_answers.is_file(bundle)
    _show(arguments, answer, changed, more, [signed_answers.UNSIGNED] if unsigned else answers.next_steps(answer, arguments.where))
    return documents.worst((code, *more.codes))


def _since(arguments: argparse.Namespace) -> tuple[since.Base | None, Source | None]:
    """The earlier release that is asked about, and the site. Raises WrongUse, CouldNotTell."""
    if arguments.since is None:
        return None, None
    if "://" not in arguments.where and not Path(arguments.where).is_dir():
        raise WrongUse("--since compares a site with an earlier release of it", "name the site's address or folder")
    source, _ = find_place(arguments.where)
    return since.base_of(arguments.since, source), source


def _changed(base: since.Base | None, source: Source | None, answer: Answer) -> tuple[Changed | None, int]:
    """What changed, and the exit code: that something changed is no "no", and that nothing says what is "could not tell"."""
    try:
        return since.told(base, source, answer), answer.exit_code
    except CouldNotTell as error:
        ui.warn(error.message)
        return None, answer.exit_code if answer.exit_code == 1 else 3


def _refuse_remember(arguments: argparse.Namespace) -> None:
    if arguments.source and not arguments.remember:
        raise WrongUse("--from says where a remembered key is from", "add --remember")
    if arguments.dns and _address(arguments) is None:
        raise WrongUse("--dns asks about the host of an address", "name the trust center by its address, https://…")
    if arguments.dns_server and not arguments.dns:
        raise WrongUse("--dns-server says whom to ask", "add --dns")


def _question(arguments: argparse.Namespace, trust_file: Path) -> Question:
    """The reader's side of the call: pins, moment, memory."""
    require = frozenset(filter(None, (part.strip() for part in arguments.require.split(","))))
    for part in sorted(require - set(_REQUIRE)):
        raise WrongUse(f"--require {part!r} is not known", "site, history, or site,history")
    pins = trusted.read_trust(trust_file, needed=arguments.trust is not None)[1]
    return Question(
        Trust(pins, tuple(_given(text) for text in arguments.key)),
        clock.now_or(arguments.at, "--at"),
        {} if arguments.no_state else memory.read_seen(memory.default_file()),
        arguments.strict_evidence,
        require,
        named=_named(arguments) if arguments.dns else None,
        watch=lambda paths: ui.progress(paths, "checking files"),
    )


def _named(arguments: argparse.Namespace) -> Named:
    """What DNS says of the address's host. Raises WrongUse where there is no host, or dnspython is missing."""
    from attest.fetch import split_url
    from attest.resolve import ask, server_of

    host = split_url(_address(arguments) or "").hostname
    if not host:
        raise WrongUse(f"{arguments.where!r:.200} names no host")
    return ask(host, server_of(arguments.dns_server) if arguments.dns_server else None)


def _address(arguments: argparse.Namespace) -> str | None:
    """The address among WHERE and --log, the first one."""
    return next((where for where in (arguments.where, arguments.log) if where is not None and "://" in where), None)


def _given(text: str) -> Pin:
    key, spki = trusted.key_of(text)
    return Pin(None, "issuer", key, spki, source="given with --key")


def _asked(arguments: argparse.Namespace, question: Question, bundle: bytes | CouldNotTell | None) -> Answer:
    """The answer for a site, or for the bundle that WHERE is. Raises WrongUse for what is neither."""
    try:
        if isinstance(bundle, CouldNotTell):
            raise bundle
        if bundle is None:
            if arguments.log is not None:
                raise WrongUse("--log is for a bundle, and a site has its log in it", "leave --log away")
            source, page = find_place(arguments.where)
            return verify_site(source, replace(question, page=page))
        return verify_bundle(bundle, question) if arguments.log is None else verify_in_log(bundle, find_place(arguments.log)[0], question)
    except CouldNotTell as error:
        return could_not_tell(error.message, question)


def _bundle(where: str) -> bytes | CouldNotTell | None:
    """The bundle that WHERE names, or why it cannot be had; None for a site. Raises WrongUse."""
    try:
        return _read(where)
    except CouldNotTell as error:
        return error


def _read(where: str) -> bytes | None:
    from attest.wire.bundle import MAX_BYTES

    if "://" in where:
        from attest.cli.address import find_bundle

        return find_bundle(where)
    place = Path(where)
    if place.is_dir():
        return None
    if place.suffix.lower() in (".html", ".htm"):
        raise WrongUse(f"{place} is a page, and a page is verified with the site it belongs to", "name the site's folder")
    return read_file(place, MAX_BYTES)


def _remember(arguments: argparse.Namespace, trust_file: Path, question: Question, answer: Answer) -> Question | None:
    """Pins the key that signed, where all else holds and the reader gave it or confirms it now. The question under the new pin, None where there is none."""
    statement, key = answer.facts.statement, answer.facts.fingerprint
    if statement is None or key is None or answer.word not in ("valid", "unknown-signer") or not _holds_but_signer(answer):
        ui.warn("nothing was remembered: not everything held")
        return None
    if any((pin.center, pin.role, pin.key) == (statement.center, "issuer", key) for pin in question.trust.pins):
        ui.say(f"{key} is pinned already")
        return None
    others = sorted({pin.key for pin in question.trust.pins if (pin.center, pin.role) == (statement.center, "issuer")})
    if others and not _is_led(answer, others):
        ui.warn(f"nothing was remembered: {one_line(statement.center)} is pinned already, to {' and '.join(others)}")
        ui.say("if its key was changed, and you were told so by another way, add the new one with `attest trust add`")
        return None
    vouched = _vouched(arguments, answer)
    if vouched is None and not arguments.key and not arguments.dns and not asking.on_terminal():
        raise WrongUse("--remember needs the key you compared", "give its fingerprint with --key, or run it on a terminal")
    if vouched is None and not arguments.key and not (asking.on_terminal() and _confirmed(statement.center, statement.center_name, key)):
        ui.say("nothing was remembered")
        return None
    source = arguments.source or f"{vouched or ('given with --key' if arguments.key else 'confirmed')} on {clock.now_or(None, 'now').date()}"
    log = answer.facts.pin.log if vouched is not None and answer.facts.pin is not None else None
    pin = Pin(statement.center, "issuer", key, statement.spki, log, source=source)
    text, _ = trusted.read_trust(trust_file, needed=False)
    trusted.write_whole(trust_file, trusted.with_pin(text, pin).encode())
    ui.say(f"remembered {key} for {one_line(statement.center)} in {trust_file}")
    return replace(question, trust=Trust((*question.trust.pins, pin)))


def _is_led(answer: Answer, pinned: Sequence[str]) -> bool:
    """Whether the log leads from a key of the trust file to the one that signed: that one may stand beside it."""
    return answer.word == "valid" and bool(answer.facts.announced) and answer.facts.announced[0].by in pinned


def _vouched(arguments: argparse.Namespace, answer: Answer) -> str | None:
    """From where a key is known that nobody compared: from DNS, or announced by a pinned one. None where somebody has to compare it."""
    facts = answer.facts
    if answer.word != "valid" or facts.pin is None or arguments.key:
        return None
    if facts.announced:
        last = facts.announced[-1]
        return f"announced in entry {last.index} of the log by {last.by} ({facts.pin.source or 'trust file'}),"
    return facts.pin.source if arguments.dns else None


def _holds_but_signer(answer: Answer) -> bool:
    return all(answer.steps[name].outcome == "ok" for name in ("integrity", "freshness")) and answer.steps["history"].outcome in ("ok", "not-checked")


def _confirmed(center: str, name: str, key: str) -> bool:
    ui.say(f"{one_line(name)} ({one_line(center)}) is signed with")
    ui.say(f"  {key}")
    ui.say("compare it with your contract, with DNS, or by phone: what the site itself says of it proves nothing")
    return ui.ask("does it match? type yes", "no").strip().lower() == "yes"


def _keep_seen(answer: Answer, question: Question) -> None:
    """Moves the memory on where integrity, signer (by a pin of the trust file) and history all held, also for a release that is out of date
    or withdrawn: older ones are older all the same. It never moves back; a memory that cannot be written is said, not fatal.
    """
    latest, statement = to_remember(answer), answer.facts.statement
    if latest is None or statement is None or answer.facts.pin not in question.trust.pins:
        return
    center, origin = seen_key(statement)
    if question.seen.get((center, origin)) == latest:
        return
    try:
        file = memory.default_file()
        seen = memory.read_seen(file)
        known = memory.recall(seen, center, origin)
        if known is None or memory.is_news(known[1], latest):
            memory.write_seen(file, memory.with_seen(seen, center, origin, latest))
    except CouldNotTell as error:
        ui.warn(f"this visit was not remembered: {error.message}")


def _show(arguments: argparse.Namespace, answer: Answer, changed: Changed | None, more: documents.More, steps: Iterable[str]) -> None:
    named = print_moment(answer.at) if arguments.at else None
    if arguments.json:
        said = more.in_json(answers.as_json(answer, arguments.where, named))
        ui.data_json({**said, "since": since.as_json(changed, answer.facts.since)})
        return
    for line in (*answers.as_lines(answer, named), *more.lines):
        ui.data(line)
    if changed is not None and answer.facts.since is not None:
        for line in since.as_lines(changed, answer.facts.since):
            ui.data(line)
    for line in steps:
        ui.say(line)
