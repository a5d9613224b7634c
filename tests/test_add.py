"""`attest add`: what the library offers is whole and honest; taking it overwrites nothing, claims nothing, and is all or nothing."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from attest.assess import assess
from attest.authoring import placing, shelf
from attest.authoring.adopt import Change, adopted, names, path_of, plan, template_path
from attest.authoring.init import Answers, init
from attest.authoring.placing import files_of, put
from attest.authoring.yaml_edit import flow, remove, set_value, written
from attest.errors import CouldNotTell, Refused, WrongUse
from attest.hygiene import prose_problems
from attest.load import check_sources, load
from attest.model.control import Check, Promise
from attest.readings import known_formats
from attest.yaml_lines import parse
from tests.conftest import ROOT

TODAY = date(2026, 11, 21)
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
BLUEBIRD = Answers("Bluebird *Books*", "https://trust.bluebird.example/", "an online bookshop", "security@bluebird.example")


@pytest.fixture
def trust(tmp_path: Path) -> Path:
    init(tmp_path / "trust", BLUEBIRD, TODAY)
    return tmp_path / "trust"


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1", "HOME": str(folder.parent)}
    return subprocess.run([sys.executable, "-m", "attest", *words], cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True)


def tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def take(folder: Path, *wanted: str) -> None:
    put(folder, plan(load(folder), files_of(folder), wanted).changes)


def verdicts(folder: Path) -> dict[str, str]:
    center, observations, problems = check_sources(folder, NOON)
    assert not problems
    assert center is not None
    return {result.control.id: result.verdict for result in assess(center, observations, NOON).results}


# The library itself.


def test_the_shelf_and_the_folders_hold_the_same() -> None:
    files = {path.stem: path.parent.name for path in (ROOT / "attest/library/controls").rglob("*.yml")}
    assert files == {offer.id: offer.audience for offer in shelf.offers().values()}
    assert 13 <= sum(offer.core for offer in shelf.offers().values()) <= 17


@pytest.mark.parametrize("ident", shelf.offers())
def test_an_offer_is_a_promise_and_nothing_more(ident: str) -> None:
    """No check, no plan, no decision: whoever takes it has shown nothing and decided nothing."""
    offer = shelf.offers()[ident]
    promise = Promise.model_validate(parse(offer.source, ident).value)
    assert promise.model_fields_set <= {"title", "promise", "area", "owner", "responsibility", "yours", "maps"}
    assert promise.area in shelf.areas()
    assert offer.shown_by
    for framework, clauses in promise.maps.items():
        assert set(clauses) <= set(shelf.clauses_of(framework)), framework


@pytest.mark.parametrize("ident", shelf.offers())
def test_what_would_show_it_is_a_check_that_could_be_written(ident: str) -> None:
    for way in shelf.offers()[ident].shown_by:
        of = {"register": way.register} if way.register is not None else {"evidence": "some-evidence"}
        Check.model_validate({**of, **way.rule})
        assert set(way.formats) <= {*known_formats(), "csv", "xlsx", "yaml"}
        assert (way.kind == "register") == (way.register is not None)


def test_every_promise_adopted_is_unknown(tmp_path: Path) -> None:
    """All 76 of them, each alone: without evidence nothing is met, whatever it maps."""
    init(tmp_path / "trust", BLUEBIRD, TODAY)
    center = load(tmp_path / "trust")
    for control in center.controls:
        (tmp_path / "trust" / control.file).unlink()
    for offer in shelf.offers().values():
        take(tmp_path / "trust", offer.id)
        assert verdicts(tmp_path / "trust") == {offer.id: "unknown"}
        (tmp_path / "trust" / path_of(offer)).unlink()


def test_everything_at_once_is_unknown_too(trust: Path) -> None:
    here = {control.id for control in load(trust).controls}
    take(trust, *[name for name in names() if name not in here and name != "framework:nist-csf-2.0"])
    found = verdicts(trust)
    assert set(found) == set(shelf.offers())
    assert set(found.values()) == {"unknown"}
    center = load(trust)
    assert set(center.frameworks) == set(shelf.catalogues())
    assert {control.id: dict(control.promise.maps) for control in center.controls} == {
        offer.id: {name: tuple(clauses) for name, clauses in offer.maps.items()} for offer in shelf.offers().values()
    }  # fmt: skip


def test_templates_can_be_published_as_they_are_copied(trust: Path) -> None:
    for name, data in shelf.templates().items():
        assert prose_problems(data.decode(), name) == []
        assert b"[" in data, name


# Taking.


def test_a_promise_applies_to_the_systems_that_are_there(trust: Path) -> None:
    center = trust / "controls/center.yml"
    center.write_bytes(set_value(center.read_bytes(), ("systems",), "- {id: shop, name: Shop}\n- {id: api, name: API}\n"))
    for control in load_anyway(trust):
        control.unlink()
    take(trust, "encrypted-in-transit", "never-sold")
    controls = {control.id: control.promise for control in load(trust).controls}
    assert controls["encrypted-in-transit"].applies_to == ("shop", "api")
    assert controls["never-sold"].applies_to == ()


def load_anyway(trust: Path) -> list[Path]:
    return [path for audience in ("customers", "suppliers") for path in (trust / "controls" / audience).glob("*.yml")]


def test_an_area_that_is_missing_is_made_and_comments_stay(trust: Path) -> None:
    file = trust / "controls/center.yml"
    source = file.read_bytes()
    index = next(number for number, area in enumerate(parse(source, "").value["areas"]) if area["id"] == "build-with-care")
    without = remove(source, ("areas", index)).replace(b"contacts:", b"# ours\ncontacts:")
    for path in load_anyway(trust):
        if b"area: build-with-care" in path.read_bytes():
            path.unlink()
    file.write_bytes(without)
    take(trust, "known-ingredients", "secrets-out-of-code")
    assert [area.id for area in load(trust).profile.areas].count("build-with-care") == 1
    lines = file.read_text().splitlines()
    assert [line for line in without.decode().splitlines() if line not in lines] == []
    assert "# ours" in lines


def test_a_framework_is_named_in_the_promises_that_are_the_librarys(trust: Path) -> None:
    changed, plain = trust / "controls/customers/never-sold.yml", trust / "controls/customers/backups-restored.yml"
    changed.write_text(changed.read_text().replace("title: ", "title: Truly, ", 1))
    plain.write_text("# ours: ask Mara\n" + plain.read_text().replace("owner: ", "owner: The night shift, formerly ", 1) + "# the end\n")
    before = tree(trust)
    done = run(trust, "add", "framework:soc-2-2017", "--json")
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["written"] == ["controls/frameworks/soc-2-2017.yml"]
    assert said["left"] == [{"control": "never-sold", "framework": "soc-2-2017", "clauses": shelf.offers()["never-sold"].maps["soc-2-2017"]}]
    assert {one["control"] for one in said["mapped"]} == {Path(path).stem for path in said["changed"]}
    assert changed.read_bytes() == before["controls/customers/never-sold.yml"]
    kept = plain.read_text().splitlines()
    assert [line for line in before["controls/customers/backups-restored.yml"].decode().splitlines() if line not in kept] == []
    assert kept[0] == "# ours: ask Mara"
    assert [line for line in kept if "soc-2-2017" in line] == [f"  soc-2-2017: {flow(list(shelf.offers()['backups-restored'].maps['soc-2-2017']))}"]
    assert set(verdicts(trust).values()) == {"unknown"}


def test_a_promise_without_maps_gets_them(trust: Path) -> None:
    file = trust / "controls/customers/backups-restored.yml"
    file.write_bytes(remove(file.read_bytes(), ("maps",)))
    take(trust, "framework:gdpr")
    control = next(one for one in load(trust).controls if one.id == "backups-restored")
    assert dict(control.promise.maps) == {"gdpr": tuple(shelf.offers()["backups-restored"].maps["gdpr"])}


def test_a_promise_taken_with_its_framework_names_it(trust: Path) -> None:
    take(trust, "framework:gdpr", "authorities-told")
    control = next(one for one in load(trust).controls if one.id == "authorities-told")
    assert set(control.promise.maps) == {"nist-csf-2.0", "gdpr"} & set(shelf.offers()["authorities-told"].maps)


def test_clauses_that_the_center_has_struck_out_are_not_named() -> None:
    offer = shelf.offers()["backups-restored"]
    promise = Promise.model_validate(parse(adopted(offer, {"nist-csf-2.0": ["PR.DS-11"], "gdpr": []}, ["service"]), "").value)
    assert dict(promise.maps) == {"nist-csf-2.0": ("PR.DS-11",)}


def test_a_page_carries_the_company_and_what_is_left_to_fill_in(trust: Path) -> None:
    done = run(trust, "add", "policy:access", "guidance:phishing")
    assert done.returncode == 0, done.stderr
    assert "fill in what stands in square brackets" in done.stderr
    text = (trust / "content/policies/access.md").read_text()
    assert "[company]" not in text
    assert r"Bluebird \*Books\*" in text
    assert "[" in text
    assert (trust / "content/guidance/phishing.md").is_file()
    assert run(trust, "check").returncode == 0


def test_it_says_what_would_show_what_was_taken(trust: Path) -> None:
    done = run(trust, "add", "decoys")
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    for said in ("wrote controls/customers/decoys.yml", shelf.offers()["decoys"].title, shelf.offers()["decoys"].shown_by[0].title, "unknown until something shows it"):
        assert said in done.stderr


# Refusing.


@pytest.mark.parametrize(("wanted", "hint"), [
    ("decoy", "attest add decoys"),
    ("access", "attest add policy:access"),
    ("soc-2-2017", "attest add framework:soc-2-2017"),
    ("framework:gdrp", "attest add framework:gdpr"),
    ("policy:acess", "attest add policy:access"),
    ("../../etc/passwd", "attest add --list"),
])  # fmt: skip
def test_a_name_that_is_not_there_gets_the_nearest(trust: Path, wanted: str, hint: str) -> None:
    with pytest.raises(WrongUse) as wrong:
        plan(load(trust), files_of(trust), ["decoys", wanted])
    assert hint in wrong.value.hint


def test_nothing_is_overwritten_and_nothing_half_done(trust: Path) -> None:
    before = tree(trust)
    for there in ("never-sold", "framework:nist-csf-2.0"):
        done = run(trust, "add", "decoys", there)
        assert done.returncode == 1
        assert f"{there} is there already" in done.stderr
        assert tree(trust) == before
    take(trust, "policy:access")
    before = tree(trust)
    assert run(trust, "add", "decoys", "policy:access").returncode == 1
    assert tree(trust) == before


def test_an_id_that_the_other_audience_has_is_there(trust: Path) -> None:
    (trust / "controls/suppliers/decoys.yml").write_bytes(shelf.offers()["decoys"].source.split(b"maps:")[0])
    with pytest.raises(Refused, match="decoys is there already"):
        plan(load(trust), files_of(trust), ["decoys"])


def test_sources_with_a_problem_are_not_added_to(trust: Path) -> None:
    (trust / "controls/customers/never-sold.yml").write_text("titel: x\n")
    before = tree(trust)
    done = run(trust, "add", "decoys")
    assert done.returncode == 1
    assert "controls/customers/never-sold.yml:1" in done.stderr
    assert tree(trust) == before


@pytest.mark.parametrize("words", [[], ["--list", "decoys"], ["decoys", "--framework", "gdpr"]])
def test_what_is_unclear_is_wrong_use(trust: Path, words: list[str]) -> None:
    assert run(trust, "add", *words).returncode == 2


# Listing.


def test_the_list_says_what_is_here(trust: Path) -> None:
    done = run(trust, "add", "--list", "--json")
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    here = {control.id for control in load(trust).controls}
    assert {row["id"] for row in said["controls"] if row["adopted"]} == here
    assert [row["id"] for row in said["controls"]] == list(shelf.offers())
    assert {row["id"] for row in said["frameworks"] if row["adopted"]} == {"framework:nist-csf-2.0"}
    assert not any(row["adopted"] for row in said["templates"])
    assert all(row["title"] for rows in said.values() for row in rows)
    table = run(trust, "add", "--list")
    assert "here  never-sold" in table.stdout
    assert f"15 of the library's {len(shelf.offers())} promises are here" in table.stderr


@pytest.mark.parametrize("framework", ["nist-csf-2.0", "gdpr"])
def test_a_framework_says_where_no_promise_is_made(trust: Path, framework: str) -> None:
    said = json.loads(run(trust, "add", "--list", "--framework", framework, "--json").stdout)
    center = load(trust)
    assert [row["id"] for row in said["clauses"]] == list(shelf.clauses_of(framework))
    for row in said["clauses"]:
        assert row["promises"] == [control.id for control in center.controls if row["id"] in control.promise.maps.get(framework, ())]
        here = {control.id for control in center.controls} if said["adopted"] else set()
        assert row["library"] == [offer.id for offer in shelf.offers().values() if offer.id not in here and row["id"] in offer.maps.get(framework, ())]
    assert said["noPromise"] == sum(not row["promises"] for row in said["clauses"])
    shown = run(trust, "add", "--list", "--framework", framework)
    assert shown.stdout.count("no promise made") == said["noPromise"]
    assert ("the framework is not here yet" in shown.stderr) == (framework == "gdpr")


def test_a_framework_nobody_knows_gets_the_nearest(trust: Path) -> None:
    done = run(trust, "add", "--list", "--framework", "gdrp")
    assert done.returncode == 2
    assert "did you mean 'gdpr'?" in done.stderr


# Putting files in their place.


def test_a_file_that_came_meanwhile_stays_and_all_is_taken_back(trust: Path) -> None:
    changes = plan(load(trust), files_of(trust), ["decoys", "policy:access"]).changes
    (trust / "content/policies").mkdir()
    (trust / "content/policies/access.md").write_text("mine")
    before = tree(trust)
    with pytest.raises(Refused, match="is there already"):
        put(trust, changes)
    assert tree(trust) == before


def test_a_file_that_changed_meanwhile_is_not_written_over(trust: Path) -> None:
    changes = plan(load(trust), files_of(trust), ["framework:gdpr"]).changes
    path = trust / list(changes)[-1]
    path.write_bytes(path.read_bytes() + b"# mine\n")
    before = tree(trust)
    with pytest.raises(Refused, match="was changed meanwhile"):
        put(trust, changes)
    assert tree(trust) == before


def test_nothing_is_written_through_a_link(trust: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (trust / "content/policies").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Refused, match="is a symbolic link"):
        put(trust, {"content/policies/access.md": Change(None, b"# Access\n"), "content/a.md": Change(None, b"a")})
    assert not list((tmp_path / "elsewhere").iterdir())
    assert not (trust / "content/a.md").exists()


def test_what_check_would_send_back_is_not_written(trust: Path) -> None:
    before = tree(trust)
    with pytest.raises(Refused, match=r"controls/customers/new\.yml:1: status"):
        put(trust, {"controls/customers/new.yml": Change(None, b"status: met\n" + shelf.offers()["decoys"].source)})
    assert tree(trust) == before


def test_a_disk_that_says_no_leaves_nothing(trust: Path) -> None:
    """A limit on the size of files stands for the disk: it stops the writing in the middle."""
    before = tree(trust)
    script = "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (9000, 9000)); from attest.cli import main; sys.exit(main(['add', 'decoys', 'framework:nist-800-53-r5', '--dir', 'trust']))"
    done = subprocess.run([sys.executable, "-B", "-c", script], cwd=trust.parent, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True)
    assert done.returncode == 3, done.stderr
    assert tree(trust) == before


def test_a_file_system_without_second_names_is_written_too(trust: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(*words: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(placing.os, "link", no_links)
    take(trust, "decoys")
    assert "decoys" in verdicts(trust)
    with pytest.raises(Refused, match="is there already"):
        put(trust, {"content/about.md": Change(None, b"mine")})
    assert b"mine" not in (trust / "content/about.md").read_bytes()
    assert not list(trust.rglob("*.attest-*"))


def test_names_of_templates_are_paths_in_content() -> None:
    assert template_path("policy:access") == "content/policies/access.md"
    assert template_path("guidance:phishing") == "content/guidance/phishing.md"


def test_an_offer_that_is_shown_by_a_register_can_be_checked_against_a_begun_one(tmp_path: Path) -> None:
    """The rule goes under the check as it stands, and `check` takes it."""
    init(tmp_path / "trust", replace(BLUEBIRD, suppliers=True, supplier_names=("Fjordhost",)), TODAY)
    file = tmp_path / "trust" / path_of(shelf.offers()["suppliers-listed"])
    way = next(way for way in shelf.offers()["suppliers-listed"].shown_by if way.register == "subprocessors")
    file.write_text(file.read_text() + "checks:\n  - " + written({"register": "subprocessors", **way.rule}).replace("\n", "\n    ").rstrip() + "\n")
    assert verdicts(tmp_path / "trust")["suppliers-listed"] == "unknown"


def test_placing_says_no_room_as_could_not_tell(trust: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_room(*words: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(placing.os, "fsync", no_room)
    before = tree(trust)
    with pytest.raises(CouldNotTell, match="no space left"):
        take(trust, "decoys")
    assert tree(trust) == before
