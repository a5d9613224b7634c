"""The file of a party: what cannot be meant in it, and what `attest party` writes into it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from attest.cli import main
from attest.cli.party import id_of, skeleton
from attest.errors import WrongUse
from attest.load import load
from attest.load.parties import read_parties
from attest.load.party_sanity import party_problems
from attest.load.shape import build
from attest.model.party import Party
from attest.sign import sign_answers
from attest.times import parse_day
from attest.yaml_lines import parse
from tests.attaching import files
from tests.signed_site import KEY, OTHER, Key
from tests.test_gather import Hand, answers, home  # noqa: F401 - a fixture

CASES = Path(__file__).parent / "cases" / "review" / "sanity"
TODAY = parse_day("2026-11-25")
AT = "2026-11-25"


@pytest.mark.parametrize("file", sorted(CASES.glob("*.yml")), ids=lambda file: file.stem)
def test_what_cannot_be_meant(home: Path, file: Path, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: F811
    case = yaml.load(file.read_text(), Loader=yaml.BaseLoader)
    for key, place in (("party", "nordlys.yml"), ("threat", "threats/grid.yml")):
        if key in case:
            (home / "controls/parties" / place).write_text(case[key])
    center = load(home)
    shelf, wrong = read_parties(home, center.profile)
    assert not wrong
    found = sorted(party_problems(shelf, center, TODAY))
    said = [f"{problem.line}: {problem.path}: {problem.what}" + (f", {problem.todo}" if problem.todo else "") for problem in found]
    assert len(said) == len(case["problems"]), said
    for expected, got in zip(sorted(case["problems"], key=lambda one: (int(one.partition(":")[0]), one)), sorted(said, key=lambda one: (int(one.partition(":")[0]), one)), strict=True):
        assert got.startswith(expected), (expected, got)
    assert main(["check", str(home), "--as-of", AT]) == (1 if case["problems"] else 0)
    assert ("controls/parties/" in capsys.readouterr().err) == bool(case["problems"])


def run(home: Path, *words: str) -> int:  # noqa: F811
    return main(["party", *words, "--dir", str(home), "--at", AT])


def text(home: Path, name: str = "nordlys") -> str:  # noqa: F811
    return (home / f"controls/parties/{name}.yml").read_text()


def test_a_new_party_from_signed_answers(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: F811
    file = tmp_path / "theirs.sigstore.json"
    file.write_bytes(sign_answers(answers(home, by={"name": "Åse & Sønner ApS", "person": "Liv Ek", "role": "Owner"}), Hand(KEY)))  # type: ignore[arg-type]
    assert run(home, "new", "Åse & Sønner ApS", "--from", str(file), "--json") == 0
    said = json.loads(capsys.readouterr().out)
    assert said == {
        "party": "ase-sonner-aps", "signedBy": KEY.fingerprint,
        "files": ["controls/parties/answers/ase-sonner-aps-access-2026-11-02.sigstore.json", "controls/parties/ase-sonner-aps.yml"],
    }  # fmt: skip
    assert (home / said["files"][0]).read_bytes() == file.read_bytes()
    party = read_parties(home, load(home).profile)[0].parties.parties["ase-sonner-aps"]
    assert (party.name, party.kind, party.contacts.theirs[0].name, party.answers[0].key) == ("Åse & Sønner ApS", "supplier", "Liv Ek", None)
    assert main(["check", str(home), "--as-of", AT]) == 0


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["new", "Nordlys", "--kind", "supplier"], 1, "controls/parties/nordlys.yml is there already"),
        (["new", "Aspen"], 2, "--kind is needed"),
        (["new", "…", "--kind", "customer"], 2, "makes no name for a file"),
        (["new", "Aspen", "--kind", "customer", "--policy", "suppliers"], 2, "no acceptance policy 'suppliers' for customers"),
        (["new", "Aspen", "--kind", "customer", "--from", "gone.yml"], 2, "there is no file 'gone.yml'"),
        (["new", "Aspen", "--kind", "customer", "--from", "torn.yml"], 1, "torn.yml:2"),
        (["decide", "nordlys", "accept", "--by", "CEO"], 2, "no review is recorded"),
        (["decide", "nordlys", "accept", "--by", " ", "--why", "x"], 2, "--by says nothing"),
        (["decide", "nordlys", "accept", "--by", "CEO", "--why", "x", "--until", "soon"], 2, "--until: 'soon' is not a day"),
        (["decide", "nordlys", "accept", "--by", "CEO", "--why", "x\u202ey"], 1, "U+202E"),
        (["decide", "nordlyss", "accept", "--by", "CEO"], 2, "did you mean 'nordlys'?"),
    ],
)
def test_refused_with_nothing_written(home: Path, tmp_path: Path, words: list[str], code: int, says: str, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: F811
    (tmp_path / "torn.yml").write_text("answers: {a: b\n")
    before = {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}
    assert run(home, *words) == code
    assert says in capsys.readouterr().err
    assert {path: path.read_bytes() for path in home.rglob("*") if path.is_file()} == before


def test_reviews_and_decisions_are_recorded_and_comments_stay(home: Path, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: F811
    before = text(home)
    assert run(home, "reviewed", "nordlys", "--by", "Procurement: Eva", "--note", "By telephone.") == 0
    assert run(home, "decide", "nordlys", "ask", "--by", "Procurement") == 0
    assert run(home, "decide", "nordlys", "accept", "--by", "Head of Security", "--why", "They #1: trust", "--until", "2027-01-31") == 0
    assert text(home).startswith(before)
    party = read_parties(home, load(home).profile)[0].parties.parties["nordlys"]
    assert [(str(one.date), one.by, one.outcome, one.note) for one in party.reviews] == [(AT, "Procurement: Eva", "ask", "By telephone.")]
    assert [(one.outcome, one.why, one.until) for one in party.decisions] == [("ask", None, None), ("accept", "They #1: trust", parse_day("2027-01-31"))]
    capsys.readouterr()
    assert main(["review", "nordlys", "--dir", str(home), "--at", AT]) == 1
    assert "decided: accept by Head of Security on 2026-11-25 until 2027-01-31 (not what the policy comes to)" in capsys.readouterr().out


def test_a_decision_against_the_last_review_says_why(home: Path, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: F811
    assert run(home, "reviewed", "nordlys", "--by", "Procurement") == 0
    assert run(home, "decide", "nordlys", "accept", "--by", "CEO") == 2
    assert "the review of 2026-11-25 came to ask, and it is decided to accept" in capsys.readouterr().err


@given(st.text(min_size=1, max_size=80))
def test_every_name_makes_an_id_or_is_refused(name: str) -> None:
    try:
        ident = id_of(name)
    except WrongUse:
        return
    assert id_of(ident) == ident
    assert len(ident) <= 60


@given(st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), min_size=1, max_size=60).filter(lambda name: name.strip()), st.sampled_from(["customer", "supplier"]))
def test_every_skeleton_reads_back(name: str, kind: str) -> None:
    tidy = " ".join(name.split())
    built, problems = build(Party, parse(skeleton(tidy, kind, None, None, None).encode(), "x.yml"))
    assert built is not None, problems
    assert (built.name, built.kind) == (tidy, kind)


# Answers that come later.


def handed(home: Path, tmp_path: Path, key: Key | None, day: str = "02", name: str = "Nordlys") -> Path:  # noqa: F811
    said = answers(home, by={"name": name, "person": "Ane Holm"}, answered_at=f"2026-11-{day}T09:00:00Z")
    if key is None:
        file = tmp_path / "theirs.json"
        file.write_text(json.dumps(said.model_dump(mode="json", by_alias=True, exclude_none=True)))
    else:
        file = tmp_path / "theirs.sigstore.json"
        file.write_bytes(sign_answers(said, Hand(key)))  # type: ignore[arg-type]
    return file


def entries(home: Path) -> list[dict[str, str]]:  # noqa: F811
    return yaml.load(text(home), Loader=yaml.BaseLoader)["answers"]  # type: ignore[no-any-return]


def test_answers_are_received_with_the_key_that_was_told(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: F811
    before = text(home)
    file = handed(home, tmp_path, KEY)
    assert run(home, "received", "nordlys", str(file), "--key", KEY.fingerprint, "--from", "told by telephone") == 0
    assert entries(home)[-1] == {"file": "nordlys-access-2026-11-02.sigstore.json", "key": KEY.fingerprint, "from": "told by telephone"}
    assert [line for line in text(home).splitlines() if not line.startswith("answers")] == [line for line in before.splitlines() if not line.startswith("answers")], "all else stands as it stood"
    assert (home / "controls/parties/answers/nordlys-access-2026-11-02.sigstore.json").read_bytes() == file.read_bytes()
    assert "compare that" not in capsys.readouterr().err

    assert run(home, "received", "nordlys", str(handed(home, tmp_path, KEY, "03"))) == 0
    assert entries(home)[-1]["key"] == KEY.fingerprint, "later ones are held against the key of the earlier"
    capsys.readouterr()
    assert run(home, "received", "nordlys", str(handed(home, tmp_path, OTHER, "04"))) == 0
    assert entries(home)[-1]["key"] == KEY.fingerprint
    assert "until they explain that by another way, nothing of them is used" in capsys.readouterr().err


def test_whose_key_it_is_has_to_be_told(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: F811
    assert run(home, "received", "nordlys", str(handed(home, tmp_path, KEY))) == 0
    assert "key" not in entries(home)[-1], "nobody told it: what the file says of itself is no pin"
    assert "compare that with them by another way" in capsys.readouterr().err


def test_our_own_answers_are_ours(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: F811
    ours = load(home).profile.name
    assert run(home, "received", "nordlys", str(handed(home, tmp_path, None, name=ours.upper()))) == 0
    assert entries(home)[-1] == {"file": "nordlys-ours-access-2026-11-02.json", "by": "us"}
    assert run(home, "received", "nordlys", str(handed(home, tmp_path, None, "03", "Somebody")), "--ours") == 0
    assert entries(home)[-1]["by"] == "us"
    assert run(home, "new", "Brisling Toys", "--kind", "supplier", "--from", str(handed(home, tmp_path, None, "04", ours))) == 0
    made = read_parties(home, load(home).profile)[0].parties.parties["brisling-toys"]
    assert (made.legal_name, made.contacts.theirs, made.answers[0].by) == (None, (), "us")
    assert "legal_name" not in capsys.readouterr().err


def test_answers_in_another_name_are_said(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: F811
    assert run(home, "received", "nordlys", str(handed(home, tmp_path, None, name="Sydlys ApS"))) == 0
    assert "they say that Sydlys ApS answers, and not Nordlys" in capsys.readouterr().err


@pytest.mark.parametrize(("key", "words", "code", "says"), [
    (KEY, ("--key", OTHER.fingerprint, "--from", "a call"), 1, "are signed by"),
    (KEY, ("--key", KEY.fingerprint), 2, "--key and --from go together"),
    (KEY, ("--from", "a call"), 2, "--key and --from go together"),
    (None, ("--key", KEY.fingerprint, "--from", "a call"), 2, "these are not signed"),
    (KEY, ("--ours", "--key", KEY.fingerprint, "--from", "a call"), 2, "these are yours"),
])  # fmt: skip
def test_what_cannot_be_received_changes_nothing(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], key: Key | None, words: tuple[str, ...], code: int, says: str,  # noqa: F811
) -> None:  # fmt: skip
    before = files(home)
    assert run(home, "received", "nordlys", str(handed(home, tmp_path, key)), *words) == code
    assert says in capsys.readouterr().err
    assert files(home) == before


def test_answers_of_the_same_day_take_no_others_place(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: F811
    assert run(home, "received", "nordlys", str(handed(home, tmp_path, None))) == 0
    before = files(home)
    assert run(home, "received", "nordlys", str(handed(home, tmp_path, None))) == 1
    assert "is there already" in capsys.readouterr().err
    assert files(home) == before


def test_answers_to_somebody_elses_questions_are_said(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: F811
    file = handed(home, tmp_path, None)
    said = json.loads(file.read_text())
    file.write_text(json.dumps({**said, "questionnaire": {**said["questionnaire"], "asker": "https://trust.somebody.example/"}}))
    for words in (("received", "nordlys", str(file)), ("new", "Another", "--kind", "supplier", "--from", str(file))):
        assert run(home, *words) == 0
        assert "they answer the questions of https://trust.somebody.example/, and you are" in capsys.readouterr().err
