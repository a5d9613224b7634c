"""Hold a customer or supplier against an acceptance policy, or yourself against somebody else's.

    attest review nordlys                            one party: what is met, missing, not met or unknown, by what, and what follows
    attest review --all                              all of them, as a table; --csv FILE for a spreadsheet
    attest review --all --html ../desk               all of them as a private site: parties, what is due, incidents, threats
    attest review --self --policy https://trust.harbourline.example/acceptance/suppliers.json
                                                     what a customer of yours would find, before they look

Reads controls/parties/, verifies their attestation under the key that the party's file names, and reads their answers. Nothing of it is
published, and nothing is sent anywhere. Exit codes: 0 accept, 1 ask, refer or reject (by the policy, or by a decision that stands), 2 wrong use,
3 could not tell: something that the party's file names could not be read or reached.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from attest.cli import reviews, ui
from attest.cli.clock import now_or
from attest.cli.folder import root_of
from attest.errors import AttestError, CouldNotTell, Problems, Refused, WrongUse, meant

if TYPE_CHECKING:
    from attest.duties import Duty
    from attest.fetch import Source
    from attest.gather import Means, Told
    from attest.intake import Handed, Sheet
    from attest.load.parties import Shelf
    from attest.model.acceptance import Acceptance, Requirement
    from attest.model.center import Center
    from attest.model.party import Party
    from attest.model.questionnaire import Questionnaire
    from attest.reviewed import Reviewed
    from attest.trust import Pin

_JUDGED_BY = ("controls/acceptance/", "controls/questionnaires/")
"""Where a mistake would change what a review comes to."""
_SUMMED = (1, 3, 0)
"""Of several parties the first of these that one of them came to."""


def add(parser: argparse.ArgumentParser) -> None:
    """Declares whom, against what, and how it is shown."""
    parser.add_argument("party", metavar="PARTY", nargs="?", help="its file's name in controls/parties/, without .yml (default: all of them)")
    parser.add_argument("--all", action="store_true", help="all parties, as a table")
    parser.add_argument("--self", action="store_true", dest="own", help="hold yourself against the policy, as its owner would")
    parser.add_argument("--policy", metavar="ID|FILE|URL", help="the acceptance policy (default: the one that the party's file names, else the one for its kind)")
    parser.add_argument("--bundle", metavar="WHERE", help="with --self: your published site or its bundle, verified, instead of your sources as they stand")
    parser.add_argument("--key", metavar="FINGERPRINT|PEM", help="with --bundle: the key it has to be signed with (default: that of your keys folder, or your trust file's)")
    parser.add_argument("--answers", metavar="FILE", action="append", default=[], help="with --self: your answers to their questionnaire; may be given several times")
    parser.add_argument("--dir", metavar="DIR", help="the trust center's folder (default: the one this folder is in)")
    parser.add_argument("--at", metavar="TIME", help="judge as of then instead of now")
    parser.add_argument("--offline", action="store_true", help="fetch nothing: attestations behind an address stay untold")
    parser.add_argument("--csv", metavar="FILE", help="write the register of parties as CSV, - for stdout; the file is for your eyes alone, and never lies where it could be published")
    parser.add_argument("--html", metavar="DIR", help="write the register as a private site for a browser, replaced whole; never into a folder that is published")
    parser.add_argument("--json", action="store_true", help="print JSON: one object, or with --all a list of them under `reviews`")


def run(arguments: argparse.Namespace) -> int:
    """Reviews, and says what it comes to; 0, 1 or 3, or an AttestError."""
    _refuse(arguments)
    if arguments.own:
        return _own(arguments)
    root = root_of(arguments.dir)
    center, shelf = sources(root, now_or(arguments.at, "--at"))
    idents = [named(arguments.party, shelf)] if arguments.party else list(shelf.parties.parties)
    if not idents:
        raise Refused(f"there is no party in {shelf.shown}", "make the first with `attest party new NAME`")
    means = means_of(arguments, center)
    looked = list(_looked(idents, arguments, center, shelf, means))
    found = [one for one, _ in looked]
    if arguments.html:
        _write_desk(Path(arguments.html), found, {one.party: sheets for one, sheets in looked}, center, shelf, means)
    return _shown(found, arguments, broken=_unread(shelf, found))


def _refuse(arguments: argparse.Namespace) -> None:
    if arguments.party and (arguments.all or arguments.own):
        raise WrongUse(f"name one party, or {'--all' if arguments.all else '--self'}")
    if arguments.own and not arguments.policy:
        raise WrongUse("--self needs the policy of whoever asks", "give its address, file or id with --policy")
    if not arguments.own and (arguments.bundle or arguments.key or arguments.answers):
        raise WrongUse("--bundle, --key and --answers are yours", "use them with --self; what a party hands in is named in its file")
    if arguments.html and (arguments.party or arguments.own):
        raise WrongUse("--html is of all parties", "leave the party away")
    if arguments.json and arguments.csv == "-":
        raise WrongUse("stdout can hold one of --json and --csv -", "give --csv a file")
    if arguments.key and not arguments.bundle:
        raise WrongUse("--key says who signed a bundle", "name it with --bundle")


def sources(root: Path, at: datetime) -> tuple[Center, Shelf]:
    """The center, and the folder of parties; what is wrong in that is said, and stops only whom it is about. Raises Problems."""
    from attest.load import load_with_problems
    from attest.load.parties import read_parties
    from attest.load.party_sanity import party_problems

    center, problems = load_with_problems(root)
    if center is None:
        raise Problems(problems)
    shelf, wrong = read_parties(root, center.profile)
    for problem in (*(one for one in problems if one.file.startswith(_JUDGED_BY)), *wrong, *party_problems(shelf, center, at.date())):
        ui.warn(str(problem))
    return center, shelf


def named(name: str, shelf: Shelf) -> str:
    """The id of a party that can be reviewed. Raises WrongUse for one that there is not, Refused for one whose file is broken."""
    ident = name.removesuffix(".yml")
    if ident in shelf.parties.parties:
        return ident
    if f"{ident}.yml" in shelf.documents or (shelf.folder / f"{ident}.yml").exists():
        raise Refused(f"{shelf.shown}/{ident}.yml cannot be read as it is", "mend what is named above")
    raise WrongUse(f"there is no party {name!r} in {shelf.shown}", meant(ident, shelf.parties.parties, f"make its file with `attest party new {ident}`"))


def _unread(shelf: Shelf, found: Sequence[Reviewed]) -> bool:
    """Whether a party's file is there that could not be read, where all were asked for."""
    files = {path.stem for path in shelf.folder.glob("*.yml")} if shelf.folder.is_dir() else set()
    return len(found) != 1 and bool(files - {one.party for one in found})


def means_of(arguments: argparse.Namespace, center: Center | None) -> Means:
    from attest import seen
    from attest.gather import Means

    questionnaires = {} if center is None else center.questionnaires
    reach = None if arguments.offline else _reach
    at = now_or(arguments.at, "--at")
    return Means(at, None if center is None else center.profile.id, questionnaires, reach, seen.read_seen(seen.default_file()), lambda paths: ui.progress(paths, "checking files"))


def _reach(address: str) -> Source:
    from attest.cli.address import find_site

    return find_site(address)[0]


def _looked(idents: Sequence[str], arguments: argparse.Namespace, center: Center, shelf: Shelf, means: Means) -> Iterator[tuple[Reviewed, tuple[Sheet, ...]]]:
    """Every review; of several parties one that cannot be reviewed is said, and stops no other."""
    for ident in ui.progress(idents, "reviewing"):
        try:
            yield reviewed(ident, arguments, center, shelf, means)
        except Refused as error:
            if arguments.party:
                raise
            ui.error(f"{ident}: {error.message}", error.hint)


def reviewed(ident: str, arguments: argparse.Namespace, center: Center, shelf: Shelf, means: Means) -> tuple[Reviewed, tuple[Sheet, ...]]:
    """The review, and the answers that it rests on."""
    from attest.gather import gather
    from attest.review import review

    party = shelf.parties.parties[ident]
    policy_id, policy = _policy(arguments, center, party, f"{shelf.shown}/{ident}.yml")
    found = gather(shelf, party, policy, means)
    return review(ident, policy_id, found.known, shelf.parties.threats, found.problems), found.known.sheets


# Which policy.


def _policy(arguments: argparse.Namespace, center: Center, party: Party, file: str) -> tuple[str, Acceptance]:
    """The policy that was asked for, that the party's file names, or the only one for its kind. Raises WrongUse, Refused, Problems, CouldNotTell."""
    if arguments.policy:
        ident, policy, _ = policy_of(arguments.policy, center, offline=arguments.offline)
        if policy.kind != party.kind:
            raise WrongUse(f"{ident} is for {policy.kind}s, and {party.name} is a {party.kind}", "name another policy, or mend kind: in the party's file")
        return ident, policy
    fitting = {ident: one for ident, one in center.acceptance.items() if one.kind == party.kind}
    if party.policy is not None:
        if party.policy not in center.acceptance:
            raise Refused(f"{file}: policy: there is no acceptance policy {party.policy!r}", meant(party.policy, center.acceptance, "mend it, or leave it away"))
        return party.policy, center.acceptance[party.policy]
    if len(fitting) != 1:
        todo = f"write policy: into {file}, one of {', '.join(fitting)}" if fitting else f"take the first from the library: attest add acceptance:{party.kind}s"
        raise Refused(f"there {'is no acceptance policy' if not fitting else f'are {len(fitting)} acceptance policies'} for {party.kind}s", todo)
    return next(iter(fitting.items()))


def policy_of(text: str, center: Center | None, *, offline: bool = False) -> tuple[str, Acceptance, str | None]:
    """An id, a file or an address -> the policy's id, the policy, and its address where it has one. Raises WrongUse, Problems, CouldNotTell."""
    if center is not None and text in center.acceptance:
        return text, center.acceptance[text], None
    from attest.load.shape import shaped
    from attest.model.acceptance import Acceptance

    data, address = _policy_bytes(text, center, offline=offline)
    policy, _ = shaped(Acceptance, data, text)
    return policy.id or Path(text.rpartition("/")[2]).stem, policy, address


def _policy_bytes(text: str, center: Center | None, *, offline: bool) -> tuple[bytes, str | None]:
    from attest.fetch import read_file, read_url
    from attest.yaml_lines import MAX_BYTES

    if "://" in text:
        if offline:
            raise WrongUse("--offline fetches nothing, and the policy has an address", "save it, and give the file")
        address = f"{text.removesuffix('.html')}.json" if text.endswith(".html") else text
        return read_url(address, MAX_BYTES), address
    if not Path(text).is_file():
        known = [] if center is None else sorted(center.acceptance)
        raise WrongUse(f"{text!r:.200} is no acceptance policy here, no file and no address", meant(text, known, f"policies here are {', '.join(known)}" if known else ""))
    return read_file(Path(text), MAX_BYTES), None


# Ourselves.


def _own(arguments: argparse.Namespace) -> int:
    """Our own promises and answers against a policy, as its owner would find them."""
    from attest.gather import hold_own
    from attest.review import review
    from attest.weigh import of_the_policy_owner, spares

    center = _own_center(arguments)
    ident, policy, address = policy_of(arguments.policy, center, offline=arguments.offline)
    means = replace(means_of(arguments, None), questionnaires=_their_questionnaires(policy, address, center))
    name = "this company" if center is None else center.profile.name
    handed = [_as_ours(own_answers(Path(file))) for file in arguments.answers]
    told = _published(arguments, means) if arguments.bundle else _as_sources_stand(arguments, center, means)
    known = hold_own(name, policy, handed, told, means)
    theirs = tuple(one for one in policy.requirements if of_the_policy_owner(one.shown_by))
    spared = tuple(one for one in policy.requirements if one not in theirs and spares(one, known))
    counted = tuple(one for one in policy.requirements if one not in (*theirs, *spared))
    found = review("self", ident, replace(known, policy=policy.model_copy(update={"requirements": counted})), {}, told.problems)
    return _shown_own(found, policy, {"only they can tell, and not counted here": theirs, "not asked of you, given your answers": spared}, arguments)


def _as_ours(handed: Handed) -> Handed:
    """Our own answers, signed by our own key, whichever that is."""
    return handed if handed.signer is None else replace(handed, key=handed.signer, why=None)


def _shown_own(found: Reviewed, policy: Acceptance, aside: Mapping[str, Sequence[Requirement]], arguments: argparse.Namespace) -> int:
    """``aside``: requirements that were not counted, by why not."""
    code = code_of(found)
    if arguments.csv:
        _write_csv([found], arguments.csv)
    if arguments.json:
        ui.data_json({**reviews.as_json(found, code), "notCounted": [{"id": one.id, "title": one.title, "why": why} for why, those in aside.items() for one in those]})
    else:
        ui.data("\n".join(reviews.as_own_lines(found, policy, aside)))
    return code


def _own_center(arguments: argparse.Namespace) -> Center | None:
    """The trust center here, if there is one: a supplier may have none, and answers alone."""
    try:
        root = root_of(arguments.dir)
    except WrongUse:
        if arguments.dir is not None:
            raise
        if arguments.bundle or arguments.answers:
            return None
        raise WrongUse("there is no trust center here to hold against the policy", "name its folder with --dir, what you published with --bundle WHERE, or your answers with --answers FILE") from None
    from attest.load import load_with_problems

    center, problems = load_with_problems(root)
    if center is None:
        raise Problems(problems)
    return center


def _their_questionnaires(policy: Acceptance, address: str | None, center: Center | None) -> dict[str, Questionnaire]:
    """The questionnaires that the policy asks for: beside it where it has an address, as far as they are published there; else those here."""
    if address is None:
        return {} if center is None else dict(center.questionnaires)
    from attest.fetch import read_url
    from attest.load.shape import shaped
    from attest.model.questionnaire import Questionnaire
    from attest.yaml_lines import MAX_BYTES

    found = {}
    for ident in policy.questionnaires:
        url = urljoin(address, f"../questionnaires/{ident}.json")
        try:
            found[ident], _ = shaped(Questionnaire, read_url(url, MAX_BYTES), url)
        except (CouldNotTell, Problems) as error:
            ui.warn(f"answers to {ident} are not held against it: {error.message}")
    return found


def own_answers(file: Path) -> Handed:
    """An answers file of ours; of a signed one the key that it names is taken as ours. Raises WrongUse, CouldNotTell, Problems."""
    from attest.answered import ENDING, MOST_BYTES
    from attest.fetch import read_file
    from attest.gather import handed_of
    from attest.intake import Handed
    from attest.load.shape import shaped
    from attest.model.answers import Answers

    if not file.is_file():
        raise WrongUse(f"there is no file {str(file)!r}", "name an answers file: `attest answer` writes one")
    data = read_file(file, MOST_BYTES)
    if not file.name.endswith(ENDING):
        return Handed(file.name, shaped(Answers, data, str(file))[0])
    handed = handed_of(file.name, data, None, "them", str(file))
    if handed.answers is None or handed.another:
        raise CouldNotTell(f"{file} {handed.why}")
    return handed


def _as_sources_stand(arguments: argparse.Namespace, center: Center | None, means: Means) -> Told:
    """Our promises as they would be published now. Nothing of it is signed, so whether our attestation holds is not told."""
    from attest import __version__
    from attest.assess import assess
    from attest.gather import Told
    from attest.load import check_sources
    from attest.record import project
    from attest.reviewed import TheirBundle
    from attest.weigh import attested

    if center is None:
        return Told()
    found, observations, problems = check_sources(root_of(arguments.dir), means.at)
    if found is None:
        raise Problems(problems)
    record = project(assess(found, observations, means.at), None, None, __version__)
    bundle = TheirBundle("your sources as they stand", "could-not-tell", as_of=means.at, why="nothing is signed yet; --bundle verifies what is published")
    return Told(bundle, attested({control["id"]: control["verdict"] for control in record["controls"]}, record))


def _published(arguments: argparse.Namespace, means: Means) -> Told:
    """Our published site or bundle, verified as a reader would."""
    from attest import trust
    from attest.cli.place import find_place
    from attest.fetch import read_file
    from attest.gather import told_of
    from attest.trust import Trust
    from attest.verify.question import Question
    from attest.verify.verifier import verify_bundle, verify_site
    from attest.wire.bundle import MAX_BYTES

    pins = trust.read_trust(trust.default_file(), needed=False)[1]
    question = Question(Trust(pins, _own_key(arguments)), means.at, watch=means.watch)
    if "://" not in arguments.bundle and Path(arguments.bundle).is_file():
        answer = verify_bundle(read_file(Path(arguments.bundle), MAX_BYTES), question)
    else:
        answer = verify_site(find_place(arguments.bundle)[0], question)
    return told_of(arguments.bundle, answer, answer.facts.record, None)


def _own_key(arguments: argparse.Namespace) -> tuple[Pin, ...]:
    """The key that was given, else that of the keys folder here, if there is one; else none, and the trust file decides."""
    from attest import trust
    from attest.cli.keys import folder_of
    from attest.keys import public_of
    from attest.trust import Pin
    from attest.wire import openssh

    if arguments.key:
        key, spki = trust.key_of(arguments.key)
        return (Pin(None, "issuer", key, spki, source="given with --key"),)
    try:
        spki = public_of(folder_of(None))
    except AttestError:
        return ()
    return (Pin(None, "issuer", openssh.fingerprint(spki), spki, source="your keys folder"),)


# What it comes to.


def code_of(one: Reviewed) -> int:
    """0 accept, 1 ask, refer or reject, by the policy or by a decision that stands; 3 where something could not be told that may decide otherwise."""
    against = one.decision is not None and one.decision.outcome != "accept"
    if one.outcome == "reject" or (against and one.outcome == "accept"):
        return 1
    return 3 if one.problems else 0 if one.outcome == "accept" else 1


def _shown(found: Sequence[Reviewed], arguments: argparse.Namespace, *, broken: bool) -> int:
    codes = [code_of(one) for one in found]
    code = next(each for each in _SUMMED if each in (*codes, 0))
    single = bool(arguments.party)
    if arguments.csv:
        _write_csv(found, arguments.csv)
    if arguments.json:
        listed = [reviews.as_json(one, each) for one, each in zip(found, codes, strict=True)]
        ui.data_json(listed[0] if single else {"reviews": listed})
    elif single:
        ui.data("\n".join(reviews.as_lines(found[0])))
    elif arguments.csv != "-":
        ui.data(reviews.as_table(found))
        ui.say(reviews.summary(found))
    return max(code, 1) if broken else code


def _write_csv(found: Sequence[Reviewed], target: str) -> None:
    from attest.desk.place import refuse_published
    from attest.trust import write_whole

    data = reviews.as_csv(found)
    if target == "-":
        ui.data_bytes(data)
        return
    refuse_published(Path(target), file=True)
    write_whole(Path(target), data)
    ui.say(f"wrote {ui.plain(target)}: {len(found)} part{'y' if len(found) == 1 else 'ies'}, for your eyes alone")


def _write_desk(folder: Path, found: Sequence[Reviewed], answers: Mapping[str, Sequence[Sheet]], center: Center, shelf: Shelf, means: Means) -> None:
    from attest.desk import write

    pages = write(folder, found, _duties(center, shelf, means.at), shelf, center.questionnaires, means.at, profile=center.profile, answers=answers, titles=_titles(center))
    ui.say(f"wrote {ui.plain(str(folder))}: {pages} pages, private, open {ui.plain(str(folder / 'index.html'))}")


def _titles(center: Center) -> dict[str, dict[str, str]]:
    """What people call the frameworks, requirements and warnings that reviews of customers, and of suppliers, name by id."""
    frameworks = {ident: framework.title for ident, framework in center.frameworks.items()}
    found = {kind: dict(frameworks) for kind in ("customer", "supplier")}
    for policy in center.acceptance.values():
        found[policy.kind] |= {one.id: one.title for one in policy.requirements} | {one.id: one.title for one in policy.flags}
    return found


def _duties(center: Center, shelf: Shelf, at: datetime) -> Mapping[str, Sequence[Duty]]:
    from attest.duties import all_duties, terms_of
    from attest.load.deadlines import deadlines

    return all_duties(shelf.parties, terms_of(center, deadlines()), at)
