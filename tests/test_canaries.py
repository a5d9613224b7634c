"""Nothing of a party, an incident, a threat, an answer or a private question leaves the house: not a byte, not by any way.

A center with a canary in every private field is built and published, twice, and every published byte is searched, unpacked and decoded. Besides: building
opens nothing where parties lie, and the site is the same, byte for byte, whether or not there is anything there.
"""

from __future__ import annotations

import base64
import gzip
import io
import json
import shutil
import subprocess
import sys
import textwrap
import urllib.parse
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, Final, get_args, get_origin

import pytest
import yaml
from pydantic import BaseModel

from attest import tree
from attest.build import build
from attest.keys import create
from attest.load.parties import read_parties
from attest.load.whole import load
from attest.model.acceptance import Acceptance, public_policy
from attest.model.answers import Answers
from attest.model.condition import Condition
from attest.model.incident import Incident
from attest.model.party import Party, Threat
from attest.model.questionnaire import AskedOf, Questionnaire, public_form
from tests.canaries import PUBLISHED, VARIANTS, Brood, found, singing
from tests.sites import mini, prepared

CASES: Final = Path(__file__).parent / "cases" / "overview"
ASKER: Final = "https://trust.small.example/"
WHOLLY_PRIVATE: Final = (Party, Incident, Threat, Answers)
FIRST: Final = "kanari9000x"
"""The item of each questionnaire that conditions ask for."""
FLAG: Final = "kanari9001x"
PRIVATE: Final = "kanari9002x"
"""The id of the private questionnaire and the private policy."""
TIER: Final = "kanari9003x"


@dataclass(frozen=True)
class Planted:
    """A center, its canaries that are digests, and the words that are public."""

    root: Path
    digests: frozenset[str]
    public: frozenset[str]


def private_questionnaire(brood: Brood) -> dict[str, Any]:
    """Every field of a questionnaire, its sections and items; conditions ask for its first item."""
    first = brood.fill(Questionnaire.model_fields["sections"].annotation.__args__[0], show_if=None, items=[{"id": FIRST, "ask": brood.word(), "kind": "number", "unit": brood.word()}])
    brood.condition = lambda: {"item": FIRST, "at_least": str(734_500_000 + next(brood.numbers))}
    made = brood.fill(Questionnaire, visibility="private", about="supplier", id=None, asker=None, asker_name=None)
    return {**made, "sections": [first, *_flagging(made["sections"])]}


def public_questionnaire(brood: Brood) -> dict[str, Any]:
    """What is public sings; tips, flags and scores are canaries, and so is all that is asked of us or read in the contract."""
    sections = Questionnaire.model_fields["sections"].annotation.__args__[0]
    brood.condition = lambda: {"item": "first", "at_least": str(734_600_000 + next(brood.numbers))}
    first = {"id": "first-part", "title": "First", "items": [{"id": "first", "ask": "How many?", "kind": "number", "unit": "people"}]}
    made = brood.fill(Questionnaire, openly=True, visibility="public", about="supplier", id=None, asker=None, asker_name=None, sections=None)
    shown = brood.fill(sections, openly=True, show_if={"item": "first", "at_least": "1"})
    for item in shown["items"]:
        item["show_if"] = {"item": "first", "at_least": "1"}
    others = [_asked(brood, sections, part) for part in get_args(AskedOf) if part != "them"]
    return {**made, "sections": [first, *_flagging([shown]), *others]}


def _asked(brood: Brood, section: type[BaseModel], part: str) -> dict[str, Any]:
    made = brood.fill(section, show_if=None)
    return {**made, "items": [{"id": brood.word(), "ask": brood.word(), "help": brood.word(), "kind": "text", "asked_of": part}]}


def _flagging(sections: list[dict[str, Any]]) -> list[dict[str, Any]]:
    for item in (item for section in sections for item in section["items"]):
        item["flags"] = [{**flagged, "flag": FLAG} for flagged in item["flags"]]
    return sections


def policy(brood: Brood, *, openly: bool) -> dict[str, Any]:
    """Every field of a policy; of a public one tiers, flags, outcomes and on whom a requirement bears are canaries."""
    brood.condition = lambda: {"item": FIRST, "of": PRIVATE, "at_least": str(734_700_000 + next(brood.numbers))}
    asked = {"item": "first", "of": "open", "at_least": "1"}
    made = brood.fill(Acceptance, openly=openly, visibility="public" if openly else "private", kind="supplier", id=None, owner=None, owner_name=None, questionnaires=["open", PRIVATE] if openly else [PRIVATE])
    for requirement in made["requirements"]:
        requirement |= {"tiers": [TIER], **({"shown_by": [asked, *requirement["shown_by"]]} if openly else {})}
    last_tier, last_rule = dict(made["tiers"][0]), dict(made["outcomes"][0])
    flags = [{**made["flags"][0], "id": FLAG}]
    return {**made, "flags": flags, "tiers": [{**last_tier, "id": TIER}, _last(brood, last_tier)], "outcomes": [{**last_rule, "then": "refer"}, {**_last(brood, last_rule), "then": "refer"}]}


def _last(brood: Brood, rule: dict[str, Any]) -> dict[str, Any]:
    return {name: brood.word() if name == "id" else value for name, value in rule.items() if name != "when"}


def plant_parties(folder: Path, brood: Brood) -> None:
    """Two parties, an incident, a threat, answers in every form, and files that nobody named."""
    names = count(9500)
    for path in (*("",) * 2, "incidents/", "threats/", "answers/", "bundles/"):
        (folder / path).mkdir(parents=True, exist_ok=True)
    for model, where in ((Party, ""), (Party, ""), (Incident, "incidents/"), (Threat, "threats/"), (Answers, "answers/")):
        made = brood.fill(model)
        model.model_validate(made)
        write(folder / f"{where}kanari{next(names)}x.yml", made)
    answers = json.dumps(brood.fill(Answers)).encode()
    (folder / f"answers/kanari{next(names)}x.json").write_bytes(answers)
    (folder / f"bundles/kanari{next(names)}x.sigstore.json").write_text(json.dumps({"payload": base64.b64encode(answers).decode()}))
    (folder / "README.md").write_text("kanari9600x\n")


def write(path: Path, value: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(_quoted(value), sort_keys=False, allow_unicode=True), "utf-8")


def _quoted(value: Any) -> Any:
    """As text: the reader takes scalars as they are written."""
    if isinstance(value, dict):
        return {str(name): _quoted(one) for name, one in value.items()}
    return [_quoted(one) for one in value] if isinstance(value, list) else str(value)


def bare(folder: Path) -> Path:
    """The small site with registers and notices, so that every kind of page and feed is drawn."""
    root = mini(folder)
    for name in ("registers", "notices"):
        shutil.copytree(CASES / name, root / "controls" / name)
    return root


def planted(folder: Path, elsewhere: bool) -> Planted:
    """The same with canaries; ``elsewhere``: parties lie in another folder, as center.yml says."""
    root, brood = bare(folder / "root"), Brood()
    plant_parties(folder / "other-repository" if elsewhere else root / "controls/parties", brood)
    if elsewhere:
        with (root / "controls/center.yml").open("a", encoding="utf-8") as file:
            file.write("parties: ../other-repository\n")
    write(root / f"controls/questionnaires/{PRIVATE}.yml", private_questionnaire(brood))
    write(root / f"controls/acceptance/{PRIVATE}.yml", policy(brood, openly=False))
    opened = public_questionnaire(brood)
    write(root / "controls/questionnaires/open.yml", opened)
    write(root / "controls/acceptance/open-policy.yml", policy(brood, openly=True))
    said = frozenset(singing(json.dumps([opened, yaml.safe_load((root / "controls/acceptance/open-policy.yml").read_text("utf-8"))]).encode()))
    return Planted(root, frozenset(brood.digests), said)


PUBLISH: Final = """
import sys
seen = []

def watch(event, arguments):
    if event in ("open", "os.listdir", "os.scandir", "os.walk", "glob.glob", "os.link", "os.symlink", "shutil.copyfile", "shutil.copytree"):
        seen.append(str(arguments))

sys.addaudithook(watch)
from attest.cli import main
for number, at in enumerate(("2026-11-21T12:00:00Z", "2026-11-22T12:00:00Z")):
    code = main(["publish", sys.argv[1], "--dir", sys.argv[2], "--keys", sys.argv[3], "--at", at, *([] if number else ["--first"])])
    assert not code, code
assert any("center.yml" in one for one in seen)
bad = [one for one in seen if "kanari95" in one or "/parties" in one or "'parties" in one or "other-repository" in one]
print(bad[:5] or "nothing opened")
"""


@dataclass(frozen=True)
class Out:
    """A planted center, published twice."""

    planted: Planted
    dest: Path
    opened: str
    """What was opened where parties lie, or that nothing was."""


@pytest.fixture(scope="module", params=["here", "elsewhere"])
def out(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Out:
    folder = tmp_path_factory.mktemp("canaries")
    made = planted(folder, request.param == "elsewhere")
    create(folder / "keys", "ed25519", None)
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(PUBLISH), folder / "www/public", made.root, folder / "keys"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return Out(made, folder / "www", done.stdout.splitlines()[-1])


def files(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield path.relative_to(folder).as_posix(), path.read_bytes()


@pytest.mark.slow
def test_no_published_byte_holds_a_canary(out: Out) -> None:
    """In the served release, the one before, the log, and all that publishing keeps beside them; by name or by content."""
    published = dict(files(out.dest))
    assert any(path.endswith("assessment.json") for path in published)
    assert {path: said for path, data in published.items() if (said := found(data + path.encode(), out.planted.digests))} == {}


@pytest.mark.slow
def test_what_is_public_is_published(out: Out) -> None:
    """The other way round, so that nobody searches the wrong place."""
    there = {path for path, data in files(out.dest) if singing(data)}
    assert {path.rpartition("/2/")[2] for path in there} >= {"questionnaires/open.html", "questionnaires/open.json", "acceptance/open-policy.html", "acceptance/open-policy.json"}
    assert out.planted.public <= {word for _, data in files(out.dest) for word in singing(data)}


@pytest.mark.slow
def test_publishing_opens_nothing_where_parties_lie(out: Out) -> None:
    assert out.opened == "nothing opened"


@pytest.mark.slow
def test_what_is_private_lies_beside_and_is_whole(out: Out) -> None:
    """The other side: all this was readable, and would have been drawn if anybody drew it."""
    center = load(out.planted.root)
    assert {PRIVATE, "open"} == set(center.questionnaires)
    shelf, problems = read_parties(out.planted.root, center.profile)
    assert problems == ()
    assert (len(shelf.parties.parties), len(shelf.parties.incidents), len(shelf.parties.threats)) == (2, 1, 1)


@pytest.mark.slow
def test_the_site_is_the_same_whether_or_not_there_are_parties(tmp_path: Path) -> None:
    """Not even a count, an order or a digest follows from them."""
    sites = []
    for name in ("without", "with"):
        root = bare(tmp_path / name)
        if name == "with":
            brood = Brood()
            plant_parties(root / "controls/parties", brood)
            write(root / f"controls/questionnaires/{PRIVATE}.yml", private_questionnaire(brood))
            write(root / f"controls/acceptance/{PRIVATE}.yml", policy(brood, openly=False))
        build(root, prepared(root), tmp_path / f"{name}-site")
        sites.append(tree.digests(tmp_path / f"{name}-site"))
    assert sites[0] == sites[1]


# The form and the policy that leave the house


def test_a_public_form_says_all_that_is_public_and_nothing_else() -> None:
    brood = Brood()
    questionnaire = Questionnaire.model_validate(public_questionnaire(brood))
    form = public_form(questionnaire, "open", ASKER, "Small")
    sings = singing(json.dumps(_published(questionnaire)).encode())
    assert len(sings) > 10
    assert singing(json.dumps(form).encode()) == sings
    assert found(json.dumps(form).encode(), brood.digests) == set()
    assert Questionnaire.model_validate(form)


def _published(questionnaire: Questionnaire) -> Any:
    """The questionnaire without its last sections, which are asked of others."""
    return questionnaire.model_dump(mode="json", exclude={"sections": {-1, -2}})


def opened(brood: Brood) -> dict[str, Questionnaire]:
    """The questionnaires that are public."""
    return {"open": Questionnaire.model_validate(public_questionnaire(brood))}


def test_a_public_policy_says_all_that_is_public_and_nothing_else() -> None:
    brood = Brood()
    acceptance = Acceptance.model_validate(policy(brood, openly=True))
    published = json.dumps(public_policy(acceptance, "open-policy", ASKER, "Small", opened(brood))).encode()
    sings = singing(json.dumps(acceptance.model_dump(mode="json")).encode())
    assert len(sings) > 5
    assert singing(published) == sings
    assert found(published, brood.digests) == set()


@pytest.mark.parametrize("private", [{"flag": FLAG}, {"tier": TIER}, {"item": FIRST, "is": "1"}, {"not": {"item": FIRST, "of": PRIVATE, "is": "1"}}, {"any": [{"attestation": "word", "is": "valid"}, {"not": {"flag": FLAG}}]}])
def test_how_a_requirement_is_shown_gives_away_nothing_that_is_ours(private: dict[str, Any]) -> None:
    made = policy(Brood(), openly=True)
    made["requirements"][0]["shown_by"].append(private)
    published = public_policy(Acceptance.model_validate(made), "open-policy", ASKER, "Small", opened(Brood()))
    assert found(json.dumps(published).encode()) == set()
    assert published["requirements"][0]["shown_by"] == [{"item": "first", "of": "open", "at_least": "1"}]
    assert Acceptance.model_validate(published)


def test_what_is_asked_of_us_in_a_public_questionnaire_is_not_told_by_a_policy() -> None:
    """Its form leaves the question out, and so does how a requirement is shown."""
    brood = Brood()
    forms, made = opened(brood), policy(Brood(), openly=True)
    ours = [item for _, item in forms["open"].items() if item.asked_of != "them"]
    assert {item.asked_of for item in ours} == {"us", "contract"}
    made["requirements"][0]["shown_by"] += [{"item": item.id, "of": "open", "answered": "yes"} for item in ours]
    made["requirements"].append({"id": "inside", "title": "x", "shown_by": [{"item": ours[0].id, "of": "open", "answered": "yes"}]})
    published = public_policy(Acceptance.model_validate(made), "open-policy", ASKER, "Small", forms)
    assert not [item.id for item in ours if item.id in json.dumps(published)]
    assert [len(one["shown_by"]) for one in published["requirements"]] == [1]


def test_a_requirement_that_only_we_can_see_kept_is_left_out() -> None:
    made = policy(Brood(), openly=True)
    made["requirements"].append({"id": "kanari9700x", "title": "kanari9701x", "shown_by": [{"flag": FLAG}]})
    published = public_policy(Acceptance.model_validate(made), "open-policy", ASKER, "Small", opened(Brood()))
    assert len(published["requirements"]) == 1
    assert published["questionnaires"] == ["open"]
    assert found(json.dumps(published).encode()) == set()


# The canaries themselves: every field has one, and none is overlooked


def reached(model: type[BaseModel]) -> set[type[BaseModel]]:
    """A model and every one inside it; conditions are made by hand."""
    todo, seen = [model], set[type[BaseModel]]()
    while todo:
        one = todo.pop()
        if one not in seen and one is not Condition:
            seen.add(one)
            todo += [inner for about in one.model_fields.values() for inner in _models(about.annotation)]
    return seen


def _models(kind: Any) -> list[type[BaseModel]]:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return [kind]
    return [found for inner in get_args(kind) for found in _models(inner)]


@pytest.mark.parametrize("model", WHOLLY_PRIVATE, ids=lambda model: model.__name__)
def test_every_field_has_its_canary(model: type[BaseModel]) -> None:
    """Counted against the models, so that a new field is watched or named here."""
    brood = Brood()
    model.model_validate(brood.fill(model))
    there = {(one.__name__, name) for one in reached(model) for name in one.model_fields if not _holds_models(one, name)}
    assert there == {*brood.places, *brood.closed}
    assert len(set(brood.places)) > 2 * len(set(brood.closed))


def _holds_models(model: type[BaseModel], name: str) -> bool:
    """Whether nothing but other models stands there; the words of a dict's keys are its own."""
    about = model.model_fields[name].annotation
    return bool(_models(about)) and get_origin(about) is not dict


@pytest.mark.parametrize("model", [Questionnaire, Acceptance], ids=lambda model: model.__name__)
def test_every_field_of_what_may_be_public_is_decided(model: type[BaseModel]) -> None:
    """What is named as published exists; the rest is a canary in a center's public questionnaire or policy, so a new field cannot be published unseen."""
    for one in reached(model):
        assert PUBLISHED.get(one, frozenset()) <= set(one.model_fields), one


def test_what_excludes_each_other_stands_somewhere() -> None:
    for model, variants in VARIANTS.items():
        missing = [name for name in model.model_fields if all(name in one and one[name] is None for one in variants)]
        assert missing == [], model


def _zipped(data: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("part.xml", data)
    return made.getvalue()


HIDINGS: Final[dict[str, Callable[[bytes], bytes]]] = {
    "plain": lambda data: b"<p>" + data + b"</p>",
    "upper case": bytes.upper,
    "utf-16": lambda data: data.decode().encode("utf-16"),
    "gzip": gzip.compress,
    "base64": lambda data: b'{"payload":"' + base64.b64encode(data * 3) + b'"}',
    "base64 for addresses": lambda data: base64.urlsafe_b64encode(b"\xff\xfe\xfd" + data * 3),
    "base64 in base64": lambda data: base64.b64encode(b'"' + base64.b64encode(data * 3) + b'"'),
    "base64 of gzip": lambda data: base64.b64encode(gzip.compress(data)),
    "an archive": _zipped,
    "entities": lambda data: "".join(f"&#{char};" for char in data).encode(),
    "an address": lambda data: urllib.parse.quote(data.decode()).replace("k", "%6b").encode(),
    "escapes of a script": lambda data: "".join(f"\\u{char:04x}" for char in data).encode(),
}


@pytest.mark.parametrize("hiding", HIDINGS)
def test_a_canary_is_found_wherever_it_hides(hiding: str) -> None:
    assert {said.lower() for said in found(HIDINGS[hiding](b"by kanari0042x"))} == {"kanari0042x"}


@pytest.mark.parametrize("said", ["734000017", "734,000,017", "734.000.017", "23417d", "23417 days", "2093-02-03", "2093-02-03T00:00:00Z", "20930203", "3 February 2093", "03 Feb 2093", "February 3, 2093"])
def test_numbers_and_days_are_found_however_they_are_said(said: str) -> None:
    assert found(f"<dd>{said}</dd>".encode())
