"""`attest init`: what it writes is whole, honest and accepted by `attest check`; what it refuses leaves nothing behind."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attest.assess import assess
from attest.authoring import init as first
from attest.authoring import shelf
from attest.authoring.adopt import path_of
from attest.authoring.init import ACCESS, DATA, LAWS, Answers, chosen, init
from attest.authoring.yaml_edit import add_item, written
from attest.errors import CouldNotTell, Refused
from attest.load import check_sources, load
from attest.load.deadlines import deadlines
from tests.conftest import ROOT

TODAY = date(2026, 11, 21)
BLUEBIRD = Answers("Bluebird Books", "https://trust.bluebird.example", "an online bookshop", "security@bluebird.example")


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1", "HOME": str(folder)}
    return subprocess.run([sys.executable, "-m", "attest", *words], cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True)


def test_what_it_writes_passes_check_and_claims_nothing(tmp_path: Path) -> None:
    init(tmp_path / "trust", BLUEBIRD, TODAY)
    results = verdicts(tmp_path / "trust")
    assert 13 <= len(results) <= 17
    assert set(results.values()) == {"unknown"}


def verdicts(folder: Path) -> dict[str, str]:
    """Control -> verdict, of sources without a problem."""
    moment = datetime(2026, 11, 21, 12, tzinfo=UTC)
    center, observations, problems = check_sources(folder, moment)
    assert not problems
    assert center is not None
    return {result.control.id: result.verdict for result in assess(center, observations, moment).results}


EVERYTHING = replace(
    BLUEBIRD, data=tuple(DATA), laws=tuple(LAWS), suppliers=True, supplier_names=("Fjordhost", "Post, Brise & Co", "fjordhost", "北", "- dash: #1"), access=ACCESS
)  # fmt: skip


def test_every_answer_at_once_is_honest_too(tmp_path: Path) -> None:
    init(tmp_path / "trust", EVERYTHING, TODAY)
    results = verdicts(tmp_path / "trust")
    assert set(results) == {offer.id for offer in shelf.offers().values() if offer.core or offer.when}
    assert set(results.values()) == {"unknown"}


def test_answers_bring_what_they_bear_on(tmp_path: Path) -> None:
    core = {offer.id for offer in chosen(BLUEBIRD)}
    assert core == {offer.id for offer in shelf.offers().values() if offer.core}
    for key, known in (("data", DATA), ("laws", LAWS), ("access", ACCESS)):
        for word in known:
            brought = {offer.id for offer in chosen(replace(BLUEBIRD, **{key: (word,)}))}
            assert brought - core, f"{key}={word} brings nothing"
            assert brought == core | {offer.id for offer in shelf.offers().values() if f"{key}={word}" in offer.when}
    assert {offer.id for offer in chosen(replace(BLUEBIRD, suppliers=True))} > core


def test_what_brings_a_promise_can_be_answered() -> None:
    """The library may name no answer that nobody can give."""
    possible = {f"{key}={word}" for key, known in (("data", DATA), ("laws", LAWS), ("access", ACCESS)) for word in known} | {"suppliers=yes"}
    assert {when for offer in shelf.offers().values() for when in offer.when} == possible


@pytest.mark.parametrize("law", LAWS)
def test_a_law_brings_its_framework_and_no_other(tmp_path: Path, law: str) -> None:
    init(tmp_path / "trust", replace(BLUEBIRD, laws=(law,)), TODAY)
    center = load(tmp_path / "trust")
    assert set(center.frameworks) == {"nist-csf-2.0", LAWS[law]}
    maps = [control.promise.maps for control in center.controls]
    assert any(LAWS[law] in one for one in maps)
    assert {name for one in maps for name in one} <= set(center.frameworks)
    for control in center.controls:
        offered = shelf.offers()[control.id].maps
        assert control.promise.maps == {name: tuple(offered[name]) for name in offered if name in center.frameworks}


@pytest.mark.parametrize("law", LAWS)
def test_a_law_that_is_named_is_one_whose_times_are_counted(tmp_path: Path, law: str) -> None:
    """Who said once which law binds them is not asked again on the night of an incident."""
    init(tmp_path / "trust", replace(BLUEBIRD, laws=(law,)), TODAY)
    bound = load(tmp_path / "trust").profile.laws
    assert bound is not None
    assert {framework for one in deadlines().laws if one.id in bound for framework in one.frameworks} == {LAWS[law]}
    assert all(whom in {one.to for one in deadlines().deadlines if one.law == ident} for ident, whom in bound.items())


def test_where_no_law_is_named_nothing_is_said_of_any(tmp_path: Path) -> None:
    init(tmp_path / "trust", replace(BLUEBIRD, laws=()), TODAY)
    assert load(tmp_path / "trust").profile.laws is None, "none that one knows of is not none"


def test_narrowing_keeps_every_other_line(tmp_path: Path) -> None:
    init(tmp_path / "trust", BLUEBIRD, TODAY)
    for offer in chosen(BLUEBIRD):
        written = (tmp_path / "trust" / path_of(offer)).read_text().splitlines()
        left = [line for line in offer.source.decode().splitlines() if line not in written]
        assert all(re.match(r"maps:$|  [a-z0-9.-]+: \[", line) for line in left), left
        assert [line for line in written if line not in offer.source.decode().splitlines()] == (["applies_to: [service]"] if offer.systems else [])


def test_registers_are_begun_and_left_blank(tmp_path: Path) -> None:
    init(tmp_path / "trust", EVERYTHING, TODAY)
    registers = load(tmp_path / "trust").registers
    assert set(registers) == {"subprocessors", "data"}
    assert {register.header.visibility for register in registers.values()} == {"private"}
    assert {register.header.observed for register in registers.values()} == {TODAY}
    assert [(row.id, row.name) for row in registers["subprocessors"].rows] == [
        ("fjordhost", "Fjordhost"), ("post-brise-co", "Post, Brise & Co"), ("fjordhost-2", "fjordhost"), ("supplier", "北"), ("dash-1", "- dash: #1"),
    ]  # fmt: skip
    for register in registers.values():
        for row in register.rows:
            assert set(row.model_dump(exclude_defaults=True)) <= {"id", "name", "what", "special"}
    init(tmp_path / "nameless", replace(BLUEBIRD, suppliers=True), TODAY)
    assert load(tmp_path / "nameless").registers["subprocessors"].rows == ()


def test_no_register_is_met_as_begun(tmp_path: Path) -> None:
    """Every check that the library knows for a register finds blanks, or nothing, in what was begun."""
    init(tmp_path / "trust", EVERYTHING, TODAY)
    begun = load(tmp_path / "trust").registers
    asked = [(offer, way) for offer in shelf.offers().values() for way in offer.shown_by if way.register in begun]
    assert asked
    for offer, way in asked:
        file = tmp_path / "trust" / path_of(offer)
        if file.exists():
            kept = file.read_bytes()
            file.write_bytes(add_item(kept, ("checks",), written({"register": way.register, **way.rule})))
            assert verdicts(tmp_path / "trust")[offer.id] == "unknown", (offer.id, way.title)
            file.write_bytes(kept)


def test_it_says_what_it_was_told(tmp_path: Path) -> None:
    init(tmp_path / "trust", BLUEBIRD, TODAY)
    profile = load(tmp_path / "trust").profile
    assert (profile.name, profile.id) == ("Bluebird Books", "https://trust.bluebird.example/")
    assert profile.summary == "Bluebird Books offers an online bookshop."
    assert profile.systems[0].name == "An online bookshop"
    assert profile.contacts[0].email == "security@bluebird.example"


def test_everything_is_there_and_no_template_of_ours(tmp_path: Path) -> None:
    written = init(tmp_path / "trust", BLUEBIRD, TODAY)
    there = sorted(str(path.relative_to(tmp_path / "trust")) for path in (tmp_path / "trust").rglob("*") if path.is_file())
    assert there == list(written)
    assert {"mkdocs.yml", "controls/center.yml", "content/overview.md", "content/about.md", "content/your-side.md", ".gitignore", ".gitattributes", "LICENSE-CC0.txt"} < set(written)
    assert not [path for path in written if path.endswith((".html", ".css", ".js", ".py"))]
    ignored = (tmp_path / "trust/.gitignore").read_text().split()
    assert {"/.attest/", "/public", "/public.releases/"} <= set(ignored)


def test_the_workflow_travels_along(tmp_path: Path) -> None:
    assert ".github/workflows/publish.yml" in init(tmp_path / "trust", BLUEBIRD, TODAY)


NAMES = ["O'Brien & Sons", 'Say "hi": now', "# not a comment", "- dash", "$name ${due} $$", "Søren, Müller & Çelik", "yes", "1.10", "back\\slash \\n", "{a: b}", "!tag", "*alias", "%"]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_stays_what_it_is(tmp_path: Path, name: str) -> None:
    init(tmp_path / "trust", Answers(name, "https://trust.company.example/", name, "a@company.example"), TODAY)
    profile = load(tmp_path / "trust").profile
    assert profile.name == name
    assert profile.summary == f"{name} offers {name}."


@settings(max_examples=60, deadline=None)
@given(name=st.text(min_size=1, max_size=40), sells=st.text(min_size=1, max_size=40))
def test_any_text_stays_what_it_is_or_is_refused(tmp_path_factory: pytest.TempPathFactory, name: str, sells: str) -> None:
    folder = tmp_path_factory.mktemp("any")
    try:
        init(folder / "trust", Answers(name, "https://trust.company.example/", sells, "a@company.example"), TODAY)
    except Refused:
        assert not list(folder.iterdir())
    else:
        assert load(folder / "trust").profile.name == name.strip()


HOSTILE = {
    "markup": Answers("<script>alert(1)</script>", "https://a.example/", "x", "a@a.example"),
    "javascript:": Answers("javascript:alert(1)", "https://a.example/", "x", "a@a.example"),
    "direction override": Answers("abc\u202etxt", "https://a.example/", "x", "a@a.example"),
    "is not a web address": Answers("A", "javascript:alert(1)", "x", "a@a.example"),
    "is not an e-mail address": Answers("A", "https://a.example/", "x", "nobody"),
    "is empty": Answers("  ", "https://a.example/", "x", "a@a.example"),
    "a control character": Answers("A\x1b[2J", "https://a.example/", "x", "a@a.example"),
    "is not UTF-8": Answers("A\ud800", "https://a.example/", "x", "a@a.example"),
}


@pytest.mark.parametrize("reason", HOSTILE)
def test_hostile_answers_are_refused_and_nothing_is_left(tmp_path: Path, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        init(tmp_path / "deep" / "trust", HOSTILE[reason], TODAY)
    assert not list(tmp_path.iterdir())


def test_a_folder_that_holds_something_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(Refused, match=r"notes\.txt is in the way"):
        init(tmp_path, BLUEBIRD, TODAY)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_a_file_and_a_dangling_link_are_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    (tmp_path / "link").symlink_to("nowhere")
    for name in ("file", "link"):
        with pytest.raises(Refused, match="it is not a folder"):
            init(tmp_path / name, BLUEBIRD, TODAY)


def test_a_fresh_git_repository_is_welcome(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    init(tmp_path, BLUEBIRD, TODAY)
    assert (tmp_path / "controls/center.yml").is_file()
    assert not list(tmp_path.glob(".attest-init-*"))


def test_a_path_through_a_file_is_could_not_tell(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(CouldNotTell, match="could not be written"):
        init(tmp_path / "file" / "trust", BLUEBIRD, TODAY)


@pytest.mark.parametrize("there", [True, False])
def test_a_full_disk_leaves_nothing(tmp_path: Path, there: bool) -> None:
    """A limit on the size of files stands for the disk: it stops the writing in the middle."""
    if there:
        (tmp_path / "trust").mkdir()
    script = "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (1024, 1024)); from attest.cli import main; sys.exit(main(['init', 'trust']))"
    done = subprocess.run([sys.executable, "-B", "-c", script], cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True)
    assert done.returncode == 3
    assert "could not be written" in done.stderr
    assert [str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*")] == (["trust"] if there else [])


def test_a_move_that_fails_is_taken_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody writes a folder of the same name while we do: what was moved already is taken back."""
    real = first._refuse_unsound

    def beside(folder: Path) -> None:
        real(folder)
        (tmp_path / "controls").mkdir()
        (tmp_path / "controls" / "theirs").write_text("mine")

    monkeypatch.setattr(first, "_refuse_unsound", beside)
    with pytest.raises(CouldNotTell):
        init(tmp_path, BLUEBIRD, TODAY)
    assert [str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*")] == ["controls", "controls/theirs"]


def test_the_verb_takes_defaults_where_nobody_can_answer(tmp_path: Path) -> None:
    done = run(tmp_path, "init", "trust", "--name", "Bluebird Books")
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    assert "attest check" in done.stderr
    assert run(tmp_path, "check", "trust").returncode == 0
    again = run(tmp_path, "init", "trust")
    assert again.returncode == 1
    assert "attest: error: trust is not empty" in again.stderr


def test_an_address_that_is_an_example_is_said_to_be_one(tmp_path: Path) -> None:
    """It is signed into the first release, and Enter is quickly pressed."""
    assert "its address is an example still" in run(tmp_path, "init", "a").stderr
    assert "its address is an example still" not in run(tmp_path, "init", "b", "--address", "https://trust.bluebird.example/").stderr
    env = {**os.environ, "PYTHONPATH": str(ROOT), "ATTEST_KEYS": str(tmp_path / "keys")}
    said = [
        subprocess.run([sys.executable, "-m", "attest", *words], cwd=tmp_path / "a", env=env, capture_output=True, text=True, check=True).stderr
        for words in (("keys", "new", "--no-passphrase"), ("publish", str(tmp_path / "www"), "--first"))
    ]
    assert "https://trust.company.example/ is an example, and is signed into every release" in said[1]


def test_the_help_names_the_words_that_are_understood(tmp_path: Path) -> None:
    talk = " ".join(run(tmp_path, "init", "--help").stdout.split())
    assert "any of gdpr, ccpa, hipaa, pci, nis2, sox, with commas between (default: none)" in talk


def test_the_answers_of_a_terminal(tmp_path: Path) -> None:
    """A pseudo-terminal: one question answered, the others left at their defaults."""
    import pty

    leader, follower = pty.openpty()
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"}
    command = [sys.executable, "-m", "attest", "init", "trust", "--sells", "maps"]
    with subprocess.Popen(command, cwd=tmp_path, env=environment, stdin=follower, stdout=subprocess.DEVNULL, stderr=follower) as process:
        os.write(leader, b"personl\npersonal, children's\nGDPR\nFjordhost, Postbrise\nportal,carrier pigeon\nweb\nBluebird Books\ntrust.bluebird.example\n\n")
        assert process.wait(timeout=60) == 0
        os.close(follower)
        shown = read_all(leader)
    assert "'personl' is not among personal, health, payment, children, none; did you mean personal?" in shown
    assert "'carrier pigeon' is not among portal, api, deep, none" in shown
    assert [f"{number} of 6." in shown for number in range(1, 7)] == [False, True, True, True, True, True]
    center = load(tmp_path / "trust")
    assert (center.profile.name, center.profile.id, center.profile.systems[0].name) == ("Bluebird Books", "https://trust.bluebird.example/", "Maps")
    assert center.profile.contacts[0].email == "security@bluebird.example"
    assert set(center.frameworks) == {"nist-csf-2.0", "gdpr"}
    assert {row.id for row in center.registers["subprocessors"].rows} == {"fjordhost", "postbrise"}
    assert {row.id for row in center.registers["data"].rows} == {"personal", "children"}


def read_all(leader: int) -> str:
    found = b""
    while True:
        try:
            part = os.read(leader, 65536)
        except OSError:
            break
        if not part:
            break
        found += part
    os.close(leader)
    return found.decode().replace("\r\n", "\n")


@pytest.mark.parametrize(("words", "reason"), [
    (("--data", "personal,helth"), "--data: 'helth' is not among personal, health, payment, children, none; did you mean health?"),
    (("--laws", "gdrp"), "--laws: 'gdrp' is not among gdpr"),
    (("--access", "pigeon"), "--access: 'pigeon' is not among portal, api, deep, none"),
])  # fmt: skip
def test_an_answer_that_is_not_understood_is_wrong_use(tmp_path: Path, words: tuple[str, str], reason: str) -> None:
    done = run(tmp_path, "init", "trust", *words)
    assert done.returncode == 2
    assert reason in done.stderr
    assert not (tmp_path / "trust").exists()


@pytest.mark.slow
def test_it_builds_and_every_link_leads_somewhere(tmp_path: Path) -> None:
    """The names are ones that a careless template or YAML would break on."""
    assert run(tmp_path, "init", "trust", "--name", "O'Brien & \"Sons\": #1", "--sells", "maps & charts").returncode == 0
    done = run(tmp_path, "build", "trust", "--site-dir", "site")
    assert done.returncode == 0, done.stderr
    pages = [path for path in (tmp_path / "site").rglob("*.html") if path.name != "404.html"]
    assert len(pages) >= 18
    for page in pages:
        for link in re.findall(r'(?:href|src)="([^"#?:]+)"', page.read_text()):
            assert (page.parent / link).exists(), (page, link)
    assert "O&#39;Brien &amp; &#34;Sons&#34;: #1" in (tmp_path / "site/index.html").read_text()
