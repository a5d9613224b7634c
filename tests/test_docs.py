"""The documentation cannot drift: commands, options, exit codes, formats, links and worked examples are held against the code."""

from __future__ import annotations

import argparse
import hashlib
import hmac
import importlib.util
import json
import os
import re
import struct
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

from attest import __version__
from attest.cli import VERBS, parser_of
from attest.errors import AttestError
from attest.model.control import Promise
from attest.model.rule import Ask, Rule
from attest.readings import known_formats
from attest.trust import ROLES
from attest.verify.answer import _EXIT
from attest.words import BASES, VERDICTS
from attest.yaml_lines import parse
from tests.conftest import ROOT
from tests.test_wheel import constraints, wheel  # noqa: F401 - a fixture

DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *(ROOT / "content").rglob("*.md"), *(ROOT / "attest/library").rglob("*.md")])
FORMAT = (DOCS / "format.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")


@cache
def vectors() -> ModuleType:
    spec = importlib.util.spec_from_file_location("vectors", ROOT / "tests/cases/docs/vectors.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["vectors"] = module
    spec.loader.exec_module(module)
    return module


@cache
def published() -> Mapping[str, bytes]:
    return vectors().site()  # type: ignore[no-any-return]


def block(name: str) -> str:
    match = re.search(rf"<!-- vector: {name} -->\n```[a-z]*\n(.*?)\n```\n", FORMAT, re.DOTALL)
    assert match is not None, name
    return match[1]


def fields(name: str) -> dict[str, str]:
    """A block of names and values, a line each."""
    return {line[:17].strip(): line[17:] for line in block(name).splitlines()}


# The worked examples.


def test_the_example_site_is_what_the_code_publishes() -> None:
    there = {path.relative_to(DOCS / "vectors").as_posix(): path.read_bytes() for path in (DOCS / "vectors").rglob("*") if path.is_file()}
    assert there == published(), "run: python tests/cases/docs/vectors.py"


def test_every_block_of_the_format_is_what_the_code_prints() -> None:
    blocks = vectors().blocks(published())
    assert vectors().fill(FORMAT, blocks) == FORMAT, "run: python tests/cases/docs/vectors.py"
    assert sorted(vectors().names(FORMAT)) == sorted(blocks)


def test_commitments_are_the_documented_bytes() -> None:
    """With nothing but hashlib and hmac, from the layout as the page gives it."""

    def counted(text: str) -> bytes:
        return struct.pack(">I", len(text.encode())) + text.encode()

    def committed(said: Mapping[str, str], digest: bytes, tag: bytes, number: bytes) -> tuple[str, str]:
        salt = hmac.digest(bytes.fromhex(said["center secret"]), tag + b"\0" + number + counted(said["id"]) + digest, "sha256")
        return salt.hex(), hashlib.sha256(b"attest/commitment/v1\0" + salt + counted(said["id"]) + digest).hexdigest()

    policy = (ROOT / "tests/cases/docs/center/controls/evidence/files/policy.txt").read_bytes()
    said = fields("commitment")
    assert said["file SHA-256"] == hashlib.sha256(policy).hexdigest()
    assert (said["salt"], said["commitment"]) == committed(said, hashlib.sha256(policy).digest(), b"attest/salt/v1", b"")
    assert said["commitment"] == json.loads(block("record"))["checks"][0]["commitment"]
    said = fields("commitment-control")
    digest = bytes.fromhex(said["control SHA-256"])
    assert (said["salt"], said["commitment"]) == committed(said, digest, b"attest/salt/control/v1", struct.pack(">Q", int(said["release"])))
    assert json.loads(block("statement"))["predicate"]["commitments"] == [{"commitment": said["commitment"]}]


def test_digests_hang_together() -> None:
    """From page to record to statement to PAE, with nothing but json and hashlib: these texts are ASCII, so sorting keys is RFC 8785."""

    def canonical(text: str) -> bytes:
        return json.dumps(json.loads(text), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()

    def sha256(data: bytes) -> str:
        return hashlib.sha256(data).hexdigest()

    assert fields("record-digest") == {"bytes": str(len(canonical(block("record")))), "SHA-256": sha256(canonical(block("record")))}
    statement = canonical(block("statement"))
    assert statement == published()["attestation/statement.json"]
    assert fields("statement-digest") == {"bytes": str(len(statement)), "SHA-256": sha256(statement)}
    pae = b"DSSEv1 28 application/vnd.in-toto+json %d %b" % (len(statement), statement)
    assert fields("pae-digest") == {"bytes": str(len(pae)), "SHA-256": sha256(pae)}
    subjects = {subject["name"]: subject["digest"]["sha256"] for subject in json.loads(statement)["subject"]}
    assert subjects == {name: sha256(published()[name]) for name in ("attestation/SHA256SUMS", "attestation/assessment.json")}
    assert json.loads(statement)["predicate"]["claims"][0]["record"] == fields("record-digest")["SHA-256"]
    for line in block("manifest").splitlines():
        digest, path = line.split("  ")
        assert digest == sha256(published()[path])


def test_the_shown_commands_check_the_example(require_tool: Callable[[str], str]) -> None:
    require_tool("ssh-keygen")
    require_tool("sha256sum")
    commands = re.findall(r"^\$ ((?:ssh-keygen|sha256sum) .*)$", FORMAT, re.MULTILINE)
    assert len(commands) == 2
    for command in commands:
        done = subprocess.run(["bash", "-c", command], cwd=DOCS / "vectors", capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
    shown = subprocess.run(["ssh-keygen", "-lf", "attestation/keys/statement.pub"], cwd=DOCS / "vectors", capture_output=True, text=True, check=True)
    assert fields("key")["fingerprint"] in shown.stdout


def test_the_trust_file_that_is_shown_is_one(tmp_path: Path) -> None:
    match = re.search(r"```toml\n(.*?)```", FORMAT, re.DOTALL)
    assert match is not None
    (tmp_path / "trust.toml").write_text(match[1])
    done = attest(tmp_path, "trust", "list", "--trust", "trust.toml", "--json")
    assert done.returncode == 0, done.stderr
    assert "contract of 2026-11-01" in done.stdout
    assert all(role in FORMAT for role in ROLES)


# Commands, options, exit codes.


def _actions(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            listed = {choice.dest for choice in action._choices_actions}
            for name, inner in action.choices.items():
                if name in listed:
                    yield from _actions(inner)
        else:
            yield action


def _options(verb: str) -> set[str]:
    top = next(action for action in parser_of([verb])._actions if isinstance(action, argparse._SubParsersAction))
    return {option for action in _actions(top.choices[verb]) for option in action.option_strings if option not in ("-h", "--help")}


def _section(verb: str) -> str:
    text = (DOCS / "commands.md").read_text()
    match = re.search(rf"^### attest {verb}$(.*?)(?=^##|\Z)", text, re.MULTILINE | re.DOTALL)
    assert match is not None, f"docs/commands.md has no section on attest {verb}"
    return match[1]


@pytest.mark.parametrize("verb", VERBS)
def test_every_option_is_documented_and_no_other(verb: str) -> None:
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", _section(verb))) == _options(verb)


@pytest.mark.parametrize("verb", VERBS)
def test_every_action_of_a_verb_is_documented(verb: str) -> None:
    top = next(action for action in parser_of([verb])._actions if isinstance(action, argparse._SubParsersAction))
    for action in top.choices[verb]._actions:
        if isinstance(action, argparse._SubParsersAction):
            for listed in action._choices_actions:
                assert f"`attest {verb} {listed.dest}" in _section(verb)


def test_no_verb_is_documented_that_is_not_there() -> None:
    text = (DOCS / "commands.md").read_text()
    assert set(re.findall(r"^### attest (\w+)$", text, re.MULTILINE)) == set(VERBS)
    for page in PAGES:
        named = set(re.findall(r"`attest ([a-z]+)\b", page.read_text())) | set(re.findall(r"^\$ attest ([a-z]+)\b", page.read_text(), re.MULTILINE))
        assert named <= set(VERBS), page


def test_exit_codes_are_the_errors_own() -> None:
    text = (DOCS / "commands.md").read_text()
    rows = {int(code): said for code, said in re.findall(r"^\| (\d) \| (.*?) \|$", text, re.MULTILINE)}
    assert set(rows) == {0, 1, 2, 3, 4}
    words = {1: "no", 2: "wrong use", 3: "could not tell"}
    for error in [AttestError, *_below(AttestError)]:
        assert rows[error.exit_code].startswith(words[error.exit_code])


def _below(error: type[AttestError]) -> list[type[AttestError]]:
    return [deeper for inner in error.__subclasses__() for deeper in (inner, *_below(inner))]


def test_answers_and_their_exit_codes_are_the_verifiers() -> None:
    table = FORMAT.split("| answer | exit code |", 1)[1].split("\n\n", 1)[0]
    said = {word: int(code) for words, code in re.findall(r"^\| (.*?) \| (\d) \|$", table, re.MULTILINE) for word in re.findall(r"`([a-z-]+)`", words)}
    assert said == dict(_EXIT)


# What the pages tell of the model.


def test_the_rule_keys_are_all_told() -> None:
    text = (DOCS / "promises.md").read_text()
    for head, model in (("| key | asks |", Rule), ("| key | asks of a register's rows |", Ask)):
        table = text.split(head, 1)[1].split("\n\n", 1)[0]
        assert set(re.findall(r"^\| `(\w+):", table, re.MULTILINE)) == set(model.model_fields)


def test_the_shown_control_is_one() -> None:
    promise, checks = re.findall(r"```yaml\n(.*?)```", (DOCS / "promises.md").read_text(), re.DOTALL)
    Promise.model_validate(parse((promise + checks).encode(), "shown.yml").value)


def test_every_format_is_told() -> None:
    table = (DOCS / "readers.md").read_text().split("| `format` |", 1)[1].split("\n\n", 1)[0]
    assert sorted(re.findall(r"^\| `([\w-]+)` \|", table, re.MULTILINE)) == list(known_formats())


def test_the_fixed_words_are_told() -> None:
    for word in (*VERDICTS, *BASES):
        assert f"`{word}`" in FORMAT


def test_the_changelog_knows_this_version() -> None:
    assert f"## {__version__}" in (ROOT / "CHANGELOG.md").read_text()


def test_the_licence_is_whole() -> None:
    text = (ROOT / "LICENSE").read_text()
    assert "Apache License" in text
    assert "END OF TERMS AND CONDITIONS" in text


# Links and words.


def _links(text: str) -> Iterator[str]:
    without_code = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    yield from re.findall(r"\]\(([^)\s]+)\)", without_code)


def _slug(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")


@pytest.mark.parametrize("page", [page for page in PAGES if "content" not in page.parts], ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    for link in _links(page.read_text()):
        if re.match(r"https?://|mailto:", link):
            continue
        path, _, fragment = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        assert target.is_relative_to(ROOT), link
        if fragment and target.suffix == ".md":
            assert fragment in {_slug(heading) for heading in re.findall(r"^#+ (.*)$", target.read_text(), re.MULTILINE)}, link


_FORBIDDEN = re.compile(r"\bcertified\b|\bcompliant with\b|/root\b|(?<!\w)/tmp/|(?<!\w)/home/", re.IGNORECASE)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_no_page_says_what_none_may(page: Path) -> None:
    assert [match[0] for match in _FORBIDDEN.finditer(page.read_text())] == []


def test_the_readme_begins_as_it_should() -> None:
    """A sentence, the two commands, the picture; and the commands are targets of the Makefile."""
    title, sentence, commands, *_ = README.split("\n\n")
    assert title == "# Attest"
    assert len(re.findall(r"\.(?:\s|$)", sentence)) == 1
    assert commands == "```console\n$ make site\n$ make test\n```"
    assert README.index("docs/images/overview.png") < README.index("## ")
    makefile = (ROOT / "Makefile").read_text()
    assert all(re.search(rf"^{target}:", makefile, re.MULTILINE) for target in ("site", "test", "quick", "lint", "serve"))


# The sessions, run.


@dataclass(frozen=True)
class Step:
    """A command as it stands on a page, and the output beneath it; ``…`` there stands for anything."""

    command: str
    output: str


def session(text: str, name: str) -> list[Step]:
    match = re.search(rf"<!-- session: {name} -->\n```console\n(.*?)```", text, re.DOTALL)
    assert match is not None, name
    steps: list[tuple[list[str], list[str]]] = []
    for line in match[1].splitlines():
        if line.startswith("$ "):
            steps.append(([line[2:]], []))
        elif line.startswith("> ") and not steps[-1][1]:
            steps[-1][0].append(line[2:])
        else:
            steps[-1][1].append(line)
    return [Step("\n".join(command), "\n".join(output)) for command, output in steps]


def play(steps: list[Step], home: Path, folder: Path, surroundings: Callable[[Path], dict[str, str]] | None = None) -> Path:
    """Runs a session; returns the folder it ends in. Each command has to end with 0 and say what the page says."""
    for step in steps:
        script = f"cd {folder}\n{step.command}\nended=$?\npwd >{home}/.where\nexit $ended\n"
        done = subprocess.run(["bash", "-c", script], env=(surroundings or environment)(home), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300)
        assert done.returncode == 0, f"$ {step.command}\n{done.stdout}"
        expected = re.escape(step.output).replace(re.escape("…"), ".*")
        assert re.fullmatch(expected, done.stdout.rstrip("\n"), re.DOTALL), f"$ {step.command}\n{done.stdout}"
        folder = Path((home / ".where").read_text().strip())
    return folder


def environment(home: Path) -> dict[str, str]:
    """A home of its own, and `attest` of this checkout."""
    tools = home / ".bin"
    if not tools.exists():
        tools.mkdir(parents=True)
        (tools / "attest").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m attest "$@"\n')
        (tools / "attest").chmod(0o755)
        (home / ".gitconfig").write_text("[user]\n\tname = Bluebird Books\n\temail = staff@bluebird.example\n")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "ATTEST_", "XDG_"))}
    return {**kept, "HOME": str(home), "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": str(ROOT), "NO_COLOR": "1", "LC_ALL": "C.UTF-8"}


def stranger(home: Path) -> dict[str, str]:
    """A home of its own, Python, and nothing of this checkout."""
    kept = {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
    return {**kept, "HOME": str(home), "PATH": f"{Path(sys.base_prefix) / 'bin'}{os.pathsep}/usr/bin{os.pathsep}/bin", "LC_ALL": "C.UTF-8"}


def attest(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "attest", *words], cwd=home, env=environment(home), stdin=subprocess.DEVNULL, capture_output=True, text=True)


def test_the_example_verifies_as_the_page_says(tmp_path: Path) -> None:
    play(session(FORMAT, "vectors"), tmp_path, ROOT)


def test_the_review_of_the_readme(tmp_path: Path) -> None:
    play(session(README, "review"), tmp_path, ROOT)


def test_the_example_is_forged_once_it_is_touched(tmp_path: Path) -> None:
    (step,) = session(FORMAT, "vectors")
    for path, data in published().items():
        file = tmp_path / "docs/vectors" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data.replace(b"Evidence that", b"Evidence thet") if path.endswith(".html") else data)
    done = subprocess.run(["bash", "-c", step.command], cwd=tmp_path, env=environment(tmp_path), capture_output=True, text=True)
    assert done.returncode == 1
    assert "forged" in done.stdout


@pytest.mark.slow
def test_the_sessions_of_the_readme(tmp_path: Path, require_tool: Callable[[str], str], wheel: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    """Staff push, a visitor finds the page, a partner who has nothing but Python verifies: a real repository, a real hook, a real release."""
    require_tool("git")
    server, here = tmp_path / "home", tmp_path / "desk"
    server.mkdir()
    here.mkdir()
    play(session(README, "server"), server, here)
    play(session(README, "staff"), server, here)
    page = (server / "www/trust/customers/told-within-48-hours.html").read_text()
    assert "Shown by evidence" in page
    assert (server / "www/trust/index.html").is_file()
    fingerprint = json.loads(attest(server, "keys", "show", "--keys", "keys", "--json").stdout)["fingerprint"]
    partner = tmp_path / "partner"
    partner.mkdir()
    (partner / "www").symlink_to(server / "www")
    monkeypatch.setenv("PIP_CONSTRAINT", str(constraints(tmp_path)))
    for name in ("partner-install", "partner", "partner-again"):
        steps = [Step(step.command.replace(" attest-center", f" {wheel}"), step.output) for step in session(README, name)]
        play([Step(re.sub(r"SHA256:[A-Za-z0-9+/]{43}", fingerprint, step.command), _unsaid(step.output)) for step in steps], partner, partner, stranger)
    installed = subprocess.run([partner / "attest/bin/python", "-c", "import importlib.util as i; print(i.find_spec('yaml'), i.find_spec('mkdocs'))"], capture_output=True, text=True)
    assert installed.stdout == "None None\n"


def _unsaid(output: str) -> str:
    return re.sub(r"SHA256:[A-Za-z0-9+/]{43}", "…", output)


def test_a_push_with_a_mistake_is_sent_back(tmp_path: Path) -> None:
    """What the README says beneath the session, by the verb that the hook calls."""
    assert attest(tmp_path, "init", "trust").returncode == 0
    file = tmp_path / "trust/controls/customers/our-second-factor.yml"
    file.write_text(file.read_text() + "staus: met\n")
    done = attest(tmp_path, "check", "trust")
    assert done.returncode == 1
    assert re.search(r"controls/customers/our-second-factor\.yml:\d+: staus: ", done.stderr)


