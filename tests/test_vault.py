"""The vault: what lies in it is read where its key is and unknown where it is not; and what a public repository may not show in clear."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attest import vault
from attest.assess import assess
from attest.cli import main
from attest.errors import Problem, Unreadable
from attest.load import check_sources, load
from attest.readings.interface import Observation
from tests.cases.reference.documents import pdf
from tests.test_check import AS_OF, site_of
from tests.test_observe import commit, git

CENTER, CONTROL = "controls/center.yml", "controls/customers/encrypted-in-transit.yml"
POLICY, NAME = "controls/evidence/files/cryptography-policy.pdf", "policies/cryptography.pdf"
CLEAR = pdf("Cryptography policy", "State of 2 April 2026", ["All that leaves our systems is encrypted."])


@pytest.fixture(autouse=True)
def _no_key_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(vault.ENVIRONMENT, raising=False)


def write(site: Path, file: str, *changes: tuple[str, str]) -> None:
    text = (site / file).read_text("utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (site / file).write_text(text, "utf-8")


def with_vault(folder: Path, named: str = "vault") -> Path:
    """The base, its gated policy in a vault instead of in clear."""
    site = site_of(folder)
    (site / CENTER).write_text((site / CENTER).read_text("utf-8") + f"vault: {named}\n", "utf-8")
    vault.new_key(site, named)
    vault.add(vault.vault_of(site, named), NAME, (site / POLICY).read_bytes(), replace=False)
    (site / POLICY).unlink()
    write(site, CONTROL, ("files/cryptography-policy.pdf", f"vault:{NAME}"))
    return site


def seen(site: Path) -> tuple[Observation, list[str], str]:
    """The policy's observation, every problem, and the verdict of the check that rests on it."""
    center, found, problems = check_sources(site, AS_OF)
    assert center is not None
    result = next(result for result in assess(center, found, AS_OF).results if result.control.id == "encrypted-in-transit")
    return found["encrypted-in-transit.2"], [f"{problem.grade}: {problem}" for problem in problems], result.checks[1].verdict


def test_evidence_in_the_vault_is_as_good_as_in_clear(tmp_path: Path) -> None:
    before = seen(site_of(tmp_path / "clear"))
    assert seen(with_vault(tmp_path / "sealed")) == before
    assert before[0].digest == hashlib.sha256((tmp_path / "clear" / POLICY).read_bytes()).hexdigest()
    assert before[1:] == ([], "met")


PLACE = f"evidence: {CONTROL}:16: checks[1].evidence.file: the file 'vault:{NAME}'"


def test_without_its_key_the_vault_is_locked(tmp_path: Path) -> None:
    site = with_vault(tmp_path)
    (site / vault.KEY).unlink()
    observation, problems, verdict = seen(site)
    assert observation == Observation(None, trouble="the vault is locked: there is no key in vault.key")
    assert verdict == "unknown"
    assert problems == [f"{PLACE} cannot be read: the vault is locked: there is no key in vault.key, put its key into .attest/vault.key, or name it with $ATTEST_VAULT_KEY"]
    assert main(["check", str(site), "--as-of", "2026-11-21"]) == 1


def _another_key(site: Path) -> None:
    (site / vault.KEY).unlink()
    (site / "vault" / vault.RECIPIENTS).unlink()
    vault.new_key(site, "vault")


SPOILT: dict[str, tuple[Callable[[Path], object], str]] = {
    "another key": (_another_key, "the vault is locked: it is encrypted to other keys than the one here"),
    "an open key": (lambda site: (site / vault.KEY).chmod(0o644), "the vault is locked: "),
    "a key that is none": (lambda site: (site / vault.KEY).write_text("AGE-SECRET-KEY-1NONSENSE\n"), "the vault is locked: its key is not one of age's"),
    "a key's file without a key": (lambda site: (site / vault.KEY).write_text("# nothing\n"), "holds no key"),
    "cut": (lambda site: os.truncate(site / "vault" / f"{NAME}.age", 200), "it is damaged"),
    "not encrypted": (lambda site: (site / "vault" / f"{NAME}.age").write_bytes(CLEAR), "it is damaged, or not encrypted"),
    "gone": (lambda site: (site / "vault" / f"{NAME}.age").unlink(), "is missing, add it with `attest vault add`"),
    "empty": (lambda site: vault.add(vault.vault_of(site, "vault"), NAME, b"", replace=True), "is empty"),
    "a picture": (lambda site: vault.add(vault.vault_of(site, "vault"), NAME, b"\x89PNG\r\n\x1a\n", replace=True), "is a picture"),
}


@pytest.mark.parametrize("name", SPOILT)
def test_what_cannot_be_opened_is_unknown(name: str, tmp_path: Path) -> None:
    spoil, said = SPOILT[name]
    site = with_vault(tmp_path)
    spoil(site)
    _, problems, verdict = seen(site)
    assert verdict == "unknown"
    assert len(problems) == 1
    assert problems[0].startswith(PLACE)
    assert said in problems[0]


@pytest.mark.parametrize("way", ["a path", "the key itself", "a path with a tilde"])
def test_the_key_comes_from_the_environment(way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site = with_vault(tmp_path / "site")
    (site / vault.KEY).rename(tmp_path / "elsewhere.key")
    monkeypatch.setenv("HOME", str(tmp_path))
    said = {"a path": str(tmp_path / "elsewhere.key"), "the key itself": (tmp_path / "elsewhere.key").read_text().split()[-1], "a path with a tilde": "~/elsewhere.key"}
    monkeypatch.setenv(vault.ENVIRONMENT, said[way])
    assert seen(site)[1:] == ([], "met")


@pytest.mark.parametrize("named", ["~/outside", "{}/outside"])
def test_a_vault_outside_the_tree_may_hold_clear_files(named: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    site = with_vault(tmp_path / "site", named.format(tmp_path))
    assert seen(site)[1:] == ([], "met")
    (tmp_path / "outside" / f"{NAME}.age").unlink()
    (tmp_path / "outside" / NAME).write_bytes(CLEAR)
    (site / vault.KEY).unlink()
    assert seen(site)[1:] == ([], "met")


@pytest.mark.parametrize(
    ("center", "file", "says"),
    [
        ("", f"vault:{NAME}", "lies in the vault, and center.yml names none, write vault: into it"),
        ("vault: vault\n", "vault:../secret.pdf", "leaves the folder, remove `..`"),
        ("vault: vault\n", "vault:/etc/hostname", "is an absolute path"),
        ("vault: vault\n", "vault:", "is not a plain path"),
        ("vault: ../vault\n", f"vault:{NAME}", "leaves the folder, remove `..`"),
    ],
)
def test_paths_that_are_not_safe(center: str, file: str, says: str, tmp_path: Path) -> None:
    site = site_of(tmp_path)
    (site / CENTER).write_text((site / CENTER).read_text("utf-8") + center, "utf-8")
    write(site, CONTROL, ("files/cryptography-policy.pdf", f'"{file}"'))
    _, problems, verdict = seen(site)
    assert verdict == "unknown"
    assert any(says in problem for problem in problems)
    assert all(problem.startswith("error: ") for problem in problems)


def test_a_link_in_the_vault_is_not_followed(tmp_path: Path) -> None:
    site = with_vault(tmp_path / "site")
    sealed = site / "vault" / f"{NAME}.age"
    sealed.rename(tmp_path / "x.age")
    sealed.symlink_to(tmp_path / "x.age")
    _, problems, verdict = seen(site)
    assert verdict == "unknown"
    assert "is a symbolic link" in problems[0]


def test_a_file_of_the_vault_is_not_published(tmp_path: Path) -> None:
    site = with_vault(tmp_path)
    write(site, CONTROL, ("visibility: gated}", "visibility: public, publish: file}"))
    assert seen(site)[1] == [f"error: {CONTROL}:16: checks[1].evidence.publish: would publish a file of the vault, put it into controls/evidence/files/ in clear, or remove this key"]


def test_received_is_when_git_had_it_encrypted_as_it_is(tmp_path: Path, require_tool: Callable[[str], str]) -> None:
    require_tool("git")
    site = with_vault(tmp_path)
    git(site, "init", "-q", "-b", "main")
    commit(site, "2026-11-02T00:00:00Z")
    observation, problems, _ = seen(site)
    assert problems == []
    assert observation.received is not None
    assert observation.received.isoformat() == "2026-11-02T00:00:00+00:00"


# The verb


def at(site: Path, *words: str) -> list[str]:
    return ["vault", *words, "--dir", str(site)]


def test_a_session(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    site = site_of(tmp_path / "site")
    assert main(at(site, "new")) == 0
    out, err = capfdbinary.readouterr()
    assert out.startswith(b"age1")
    assert b"now write `vault: vault` into controls/center.yml" in err
    assert (site / vault.KEY).stat().st_mode & 0o777 == 0o600
    assert (site / ".attest/.gitignore").read_text() == "*\n"
    assert main(at(site, "list")) == 2
    assert b"center.yml names no vault" in capfdbinary.readouterr().err
    (site / CENTER).write_text((site / CENTER).read_text("utf-8") + "vault: vault\n", "utf-8")
    assert main(at(site, "add", str(site / POLICY), "--as", NAME)) == 0
    out, err = capfdbinary.readouterr()
    assert out == f"file: vault:{NAME}\n".encode()
    assert b"still lies here in clear" in err
    clear = (site / POLICY).read_bytes()
    assert clear not in (site / "vault" / f"{NAME}.age").read_bytes()
    assert main(at(site, "add", str(site / POLICY), "--as", NAME)) == 1
    assert b"is there already" in capfdbinary.readouterr().err
    assert main(at(site, "add", str(site / POLICY), "--as", NAME, "--replace")) == 0
    assert main(at(site, "add", str(site / POLICY), str(site / CENTER))) == 0
    capfdbinary.readouterr()
    assert main(at(site, "list")) == 0
    assert capfdbinary.readouterr().out == f"center.yml\ncryptography-policy.pdf\n{NAME}\n".encode()
    assert main(at(site, "list", "--json")) == 0
    assert json.loads(capfdbinary.readouterr().out) == {"files": ["center.yml", "cryptography-policy.pdf", NAME], "locked": False}
    assert main(at(site, "show", NAME)) == 0
    assert capfdbinary.readouterr().out == clear
    assert main(at(site, "show", NAME, "--output", str(tmp_path / "out.pdf"))) == 0
    assert ((tmp_path / "out.pdf").read_bytes(), (tmp_path / "out.pdf").stat().st_mode & 0o777) == (clear, 0o600)
    assert main(at(site, "show", NAME, "--output", str(tmp_path / "out.pdf"))) == 1
    assert main(at(site, "remove", "center.yml", "cryptography-policy.pdf")) == 0
    assert vault.names(vault.vault_of(site, "vault")) == (NAME,)


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("new",), 1, "is there already"),
        (("show", "none.pdf"), 2, "there is no 'none.pdf' in the vault"),
        (("show", "../x"), 2, "leaves the folder"),
        (("remove", "none.pdf"), 2, "there is no 'none.pdf' in the vault"),
        (("add", "/nowhere.pdf"), 2, "there is no file '/nowhere.pdf'"),
        (("add", __file__, "--as", "../x"), 2, "leaves the folder"),
        (("add", __file__, __file__, "--as", "x"), 2, "--as names one file"),
    ],
)
def test_wrong_use(words: tuple[str, ...], code: int, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(at(with_vault(tmp_path), *words)) == code
    assert says in capsys.readouterr().err


def test_locked_verbs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    site = with_vault(tmp_path)
    (site / vault.KEY).unlink()
    assert main(at(site, "show", NAME)) == 3
    assert "the vault is locked" in capsys.readouterr().err
    assert main(at(site, "add", str(site / CENTER))) == 0, "to add, the recipients are enough"
    assert "not opened again to see" in capsys.readouterr().err
    (site / "vault" / vault.RECIPIENTS).write_text("# nobody\n")
    assert main(at(site, "add", str(site / CENTER), "--replace")) == 2
    (site / "vault" / vault.RECIPIENTS).write_text("age1nonsense\n")
    assert main(at(site, "add", str(site / CENTER), "--replace")) == 3


def test_a_second_person_opens_what_is_added_from_then_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site = with_vault(tmp_path)
    first = (site / vault.KEY).rename(tmp_path / "first.key")
    vault.new_key(site, "vault")
    with pytest.raises(Unreadable, match="encrypted to other keys"):
        vault.open_clear(vault.vault_of(site, "vault"), NAME)
    vault.add(vault.vault_of(site, "vault"), "later.pdf", b"later", replace=False)
    monkeypatch.setenv(vault.ENVIRONMENT, str(first))
    assert vault.open_clear(vault.vault_of(site, "vault"), "later.pdf").read() == b"later"


def test_without_pyrage_it_is_locked_and_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    site = with_vault(tmp_path)
    monkeypatch.setitem(sys.modules, "pyrage", None)
    _, problems, verdict = seen(site)
    assert verdict == "unknown"
    assert 'the vault needs pyrage, which is not installed, pip install "attest-center[site,vault]"' in problems[0]
    assert main(at(site, "show", NAME)) == 3
    assert "pip install" in capsys.readouterr().err


# The age program


def test_age_opens_what_we_make(tmp_path: Path, require_tool: Callable[[str], str]) -> None:
    site = with_vault(tmp_path)
    done = subprocess.run([require_tool("age"), "--decrypt", "--identity", site / vault.KEY, site / "vault" / f"{NAME}.age"], capture_output=True, check=True)
    assert hashlib.sha256(done.stdout).hexdigest() == seen(site_of(tmp_path / "clear"))[0].digest


@pytest.mark.parametrize("armour", [(), ("--armor",)])
def test_we_open_what_age_makes(armour: tuple[str, ...], tmp_path: Path, require_tool: Callable[[str], str]) -> None:
    site = with_vault(tmp_path / "site")
    (site / vault.KEY).unlink()
    subprocess.run([require_tool("age-keygen"), "--output", site / vault.KEY], capture_output=True, check=True)
    public = subprocess.run(["age-keygen", "-y", site / vault.KEY], capture_output=True, check=True, text=True).stdout
    (site / "vault" / vault.RECIPIENTS).write_text(f"# made by age-keygen\n{public}")
    subprocess.run([require_tool("age"), *armour, "--recipients-file", site / "vault" / vault.RECIPIENTS, "--output", site / "vault" / f"{NAME}.age"], input=CLEAR, check=True)
    assert seen(site)[1:] == ([], "met")


@given(st.binary(max_size=300), st.integers(0, 10**6), st.integers(1, 255), st.integers(0, 10**6))
@settings(max_examples=60)
def test_what_is_spoilt_never_opens(tmp_path_factory: pytest.TempPathFactory, clear: bytes, at: int, by: int, cut: int) -> None:
    site = tmp_path_factory.mktemp("vault")
    vault.new_key(site, "vault")
    opened = vault.vault_of(site, "vault")
    vault.add(opened, "x", clear, replace=False)
    assert vault.open_clear(opened, "x").read() == clear
    sealed = bytearray((site / "vault/x.age").read_bytes())
    sealed[at % len(sealed)] ^= by  # how long it is varies: age adds lines that mean nothing
    (site / "vault/x.age").write_bytes(bytes(sealed[: len(sealed) - cut % 3]))
    with pytest.raises(Unreadable):
        vault.open_clear(opened, "x")


# A public repository


def public(site: Path) -> Path:
    """A repository that says it is public, with everything in it public but the policy, which is gated."""
    (site / CENTER).write_text((site / CENTER).read_text("utf-8") + "repository: public\n", "utf-8")
    write(site, "controls/suppliers/background-checks.yml", ("visibility: private\n", ""))
    for file in ("staff-register", "staff-declaration"):
        path = site / f"controls/evidence/{file}.yml"
        path.write_text(path.read_text("utf-8").replace("visibility: public\n", "") + "visibility: public\n", "utf-8")
    return site


def problems_of(site: Path) -> list[Problem]:
    return list(check_sources(site, AS_OF)[2])


def test_a_gated_file_in_clear_is_an_error_until_it_is_in_the_vault(tmp_path: Path) -> None:
    (problem,) = problems_of(public(site_of(tmp_path / "clear")))
    assert (problem.file, problem.line, problem.path, problem.grade) == (CONTROL, 16, "checks[1].evidence.file", "error")
    assert problem.what == "is gated, and lies in clear in a public repository"
    assert problems_of(public(with_vault(tmp_path / "sealed"))) == []


def test_what_git_ignores_is_not_shown(tmp_path: Path, require_tool: Callable[[str], str]) -> None:
    require_tool("git")
    site = public(site_of(tmp_path))
    git(site, "init", "-q", "-b", "main")
    assert len(problems_of(site)) == 1, "not committed yet, but git would add it"
    (site / ".gitignore").write_text("*.pdf\n")
    assert problems_of(site) == []
    git(site, "add", "-f", POLICY)
    assert len(problems_of(site)) == 1, "what git has, it has, whatever it ignores"


def _a_private_control(site: Path) -> None:
    (site / "controls/suppliers/background-checks.yml").open("a").write("visibility: private\n")


def _a_gated_declaration(site: Path) -> None:
    write(site, "controls/evidence/staff-declaration.yml", ("visibility: public", "visibility: gated"))


def _a_private_record(site: Path) -> None:
    write(site, "controls/evidence/staff-register.yml", ("visibility: public\n", ""))


def _register(text: str) -> Callable[[Path], object]:
    def put(site: Path) -> None:
        (site / "controls/registers").mkdir()
        (site / "controls/registers/faq.yml").write_text(text, "utf-8")

    return put


FAQ = "rows:\n  - id: hours\n    question: When can we call?\n    answer: Any time.\n"


def _party(site: Path) -> None:
    (site / "controls/parties").mkdir()
    (site / "controls/parties/README.md").write_text("Kept elsewhere.\n")
    (site / "controls/parties/shipper.yml").write_text("name: A fictional shipper\n")


def _clear_in_vault(site: Path) -> None:
    (site / "vault/notes.txt").write_text("x")
    (site / "vault/looks-so.age").write_text("x")


def _notice(site: Path) -> None:
    (site / "controls/notices").mkdir()
    text = "title: A fictional incident\nkind: incident\nversions:\n  - date: 2026-11-01\n    happened: Something.\n"
    (site / "controls/notices/something.yml").write_text(text, "utf-8")


def _asked(folder: str, visibility: str) -> Callable[[Path], object]:
    """A questionnaire or a policy that holds what is never published."""
    text = {
        "questionnaires": "about: supplier\nsections:\n  - id: s\n    title: S\n    items:\n      - id: q\n        ask: Really?\n        kind: yes-no\n        tip: Look twice\n"
        "        flags: [{flag: liar, when: {item: q, is: 'no'}}]\n        score: [{when: {item: q, is: 'yes'}, points: 1}]\n",
        "acceptance": "for: supplier\nrequirements: [{id: r, title: R, shown_by: [{attestation: word, is: valid}]}]\nflags: [{id: liar, title: Says what is not so}]\n"
        "tiers: [{id: all, title: All, review_every: 1y}]\noutcomes: [{id: else, then: ask}]\n",
    }[folder]

    def put(site: Path) -> None:
        (site / f"controls/{folder}").mkdir()
        (site / f"controls/{folder}/look.yml").write_text(f"title: A look\nversion: '1'\nvisibility: {visibility}\n{text}", "utf-8")

    return put


def _left_over(site: Path) -> None:
    (site / "controls/evidence/files/.policy.pdf.x1y2").write_text("half of it")
    (site / "controls/evidence/files/old-policy.pdf").write_text("%PDF-1.4 as it was")
    (site / "controls/registers").mkdir()
    (site / "controls/registers/suppliers.csv").write_text("id,name\n")


_PRIVATE, _WEIGHS = "is private, and everybody can read it here", "is never published, and everybody can read it here"
_NOBODYS = "is named by nothing that is public, and everybody can read it here"
SHOWN: dict[str, tuple[Callable[[Path], object], list[tuple[str, str, str]]]] = {
    "a private control": (_a_private_control, [("controls/suppliers/background-checks.yml", "visibility", "is private, and everybody can read the control here")]),
    "a gated declaration": (_a_gated_declaration, [("controls/evidence/staff-declaration.yml", "statement", "is gated, and everybody can read it here")]),
    "a private record": (_a_private_record, [("controls/evidence/staff-register.yml", "file", "is private, and lies in clear in a public repository")]),
    "a private register": (_register(f"observed: 2026-11-01\n{FAQ}"), [("controls/registers/faq.yml", "visibility", "is private, and everybody can read the register here")]),
    "a private row": (_register(f"observed: 2026-11-01\nvisibility: public\n{FAQ}    visibility: private\n"), [("controls/registers/faq.yml", "rows[0].visibility", "row 'hours' is private, and everybody can read it here")]),
    "a public register": (_register(f"observed: 2026-11-01\nvisibility: public\n{FAQ}"), []),
    "a private notice": (_notice, [("controls/notices/something.yml", "visibility", "is private, and everybody can read the notice here")]),
    "a private questionnaire": (_asked("questionnaires", "private"), [("controls/questionnaires/look.yml", "visibility", _PRIVATE)]),
    "a public questionnaire": (_asked("questionnaires", "public"), [("controls/questionnaires/look.yml", f"sections[0].items[0].{key}", _WEIGHS) for key in ("tip", "flags", "score")]),
    "a private policy": (_asked("acceptance", "private"), [("controls/acceptance/look.yml", "visibility", _PRIVATE)]),
    "a public policy": (_asked("acceptance", "public"), [("controls/acceptance/look.yml", key, _WEIGHS) for key in ("flags", "tiers", "outcomes")]),
    "a party": (_party, [("controls/parties/shipper.yml", "", "is of a party, and lies in clear in a public repository")]),
    "files that nothing names": (
        _left_over,
        [(f"controls/evidence/files/{name}", "", _NOBODYS) for name in (".policy.pdf.x1y2", "old-policy.pdf")] + [("controls/registers/suppliers.csv", "", _NOBODYS)],
    ),
    "clear files in the vault": (_clear_in_vault, [("vault/looks-so.age", "", "lies in the vault, and is not encrypted"), ("vault/notes.txt", "", "lies in the vault, and is not encrypted")]),
}


@pytest.mark.parametrize("name", SHOWN)
def test_what_everybody_could_read_is_an_error(name: str, tmp_path: Path) -> None:
    do, expected = SHOWN[name]
    site = public(with_vault(tmp_path))
    do(site)
    found = [problem for problem in problems_of(site) if "frameworks" not in problem.file]
    assert [(problem.file, problem.path, problem.what) for problem in found] == expected
    assert all(problem.grade == "error" for problem in found)


def test_in_a_private_repository_all_that_is_allowed(tmp_path: Path) -> None:
    site = with_vault(tmp_path)
    for name in ("a private record", "a party", "a private notice", "a private questionnaire", "a public policy"):
        SHOWN[name][0](public(site) if name == "a private record" else site)
    write(site, CENTER, ("repository: public\n", ""))
    assert problems_of(site) == []


def test_the_key_in_git_is_an_error(tmp_path: Path, require_tool: Callable[[str], str]) -> None:
    require_tool("git")
    site = with_vault(tmp_path)
    git(site, "init", "-q", "-b", "main")
    assert problems_of(site) == []
    git(site, "add", "-f", vault.KEY)
    assert [(problem.file, problem.what) for problem in problems_of(site)] == [(vault.KEY, "is the key of the vault, and git has it")]


@pytest.mark.parametrize(
    ("named", "repository", "says"),
    [
        ("../parties", "public", None),
        ("../parties", "private", None),
        ("controls", "private", None),
        ("controls", "public", "lies in this repository, which is public"),
        ("../nowhere", "private", "there is no folder '../nowhere'"),
        ("~/parties", "public", None),
    ],
)
def test_where_parties_are_kept(named: str, repository: str, says: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "parties").mkdir()
    site = public(with_vault(tmp_path / "site"))
    write(site, CENTER, ("repository: public\n", f"repository: {repository}\nparties: {named}\n"))
    found = problems_of(site)
    assert [problem.path for problem in found] == (["parties"] if says else [])
    assert says is None or says in found[0].what


def test_the_model_is_what_load_gives(tmp_path: Path) -> None:
    profile = load(with_vault(tmp_path)).profile
    assert (profile.vault, profile.repository, profile.parties) == ("vault", "private", None)
