"""The form of verify.html in Chromium: this site, a folder, a bundle, another company's; under the site's own policy, by keys alone, from a disk."""

from __future__ import annotations

import base64
import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

from attest.cli import main
from tests import small_answers
from tests.conftest import ROOT
from tests.quality.serving import plain
from tests.quality.visiting import chromium
from tests.signed_site import BUNDLE, KEY, OTHER, Publisher, as_of, write
from tests.sites import mini

pytestmark = pytest.mark.slow

CHANGED = ROOT / "tests/cases/answers/vectors/answer-changed.json"
AT, LATER = "2026-11-21T12:00:00Z", "2026-11-21T13:00:00Z"
VISITED = datetime(2026, 11, 22, 12, tzinfo=UTC)
KEPT = "Object.keys(localStorage).filter((name) => name.startsWith('attest-fingerprint')).length"
"""How many fingerprints the browser remembers; the theme keeps the colours that a reader chose."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium("--host-resolver-rules=MAP trust.test 127.0.0.1") as browser:
        yield browser


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small center, published twice."""
    folder = tmp_path_factory.mktemp("verified")
    root, keys = mini(folder / "root"), str(folder / "keys")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        assert main(["keys", "new", "--keys", keys, "--no-passphrase"]) == 0
        for at, first in ((AT, ["--first"]), (LATER, [])):
            assert main(["publish", str(folder / "public"), "--keys", keys, "--as-of", at, "--at", at, *first]) == 0
    return (folder / "public").resolve()


@pytest.fixture(scope="module")
def base(site: Path) -> Iterator[str]:
    with plain(site) as address:
        yield address


@pytest.fixture(scope="module")
def fingerprint(site: Path) -> str:
    found: str = json.loads((site / "attestation/index.json").read_text())["fingerprints"]["statement"]
    return found


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A visit on the day after, in which nothing may go wrong and nobody else may be asked."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, color_scheme="dark")
    page, wrong = context.new_page(), list[str]()
    page.clock.set_fixed_time(VISITED)
    page.on("console", lambda said: wrong.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda asked: wrong.append(asked.url) if urlsplit(asked.url).hostname not in ("127.0.0.1", "trust.test", "", None) else None)
    yield page
    context.close()
    assert wrong == []


def answer(page: Page, word: str) -> str:
    """Waits for an answer with that word, and tells all of it."""
    page.locator(".at-verified-word", has_text=word).wait_for(timeout=60_000)
    return page.locator("[data-at-answer]").inner_text()


def opened(page: Page, address: str, key: str = "") -> Page:
    page.goto(f"{address}verify.html")
    page.locator("form[data-at-verify]").wait_for()
    page.fill("#at-fingerprint", key)
    return page


def test_the_sites_own_bundle_and_every_file(page: Page, base: str, fingerprint: str) -> None:
    opened(page, base, fingerprint).click(".at-verify-button")
    said = answer(page, "valid")
    assert "files as signed" in said
    assert "came from the site it judged" in said
    assert page.locator(".at-verified-steps > li.at-met").count() == 5
    assert page.locator("#answer").evaluate("heading => heading === document.activeElement")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert page.evaluate(KEPT) == 0


def test_by_keys_alone_and_said_to_those_who_listen(page: Page, base: str, fingerprint: str) -> None:
    opened(page, base)
    page.focus("#at-fingerprint")
    page.keyboard.type(fingerprint)
    reached = []
    for _ in range(8):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.name || document.activeElement.type"))
        if reached[-1] == "submit":
            break
    assert reached == ["keep", "folder", "bundle", "older", "submit"]
    page.keyboard.press("Enter")
    answer(page, "valid")
    assert page.locator("[data-at-said][role=status][aria-live=polite]").inner_text() == "Answer: valid."


def test_no_key_is_no_yes_and_no_fingerprint_is_none(page: Page, base: str) -> None:
    opened(page, base).click(".at-verify-button")
    assert "You named no key" in answer(page, "unknown signer")
    page.fill("#at-fingerprint", "SHA256:short")
    page.click(".at-verify-button")
    page.get_by_text("That is no fingerprint").wait_for()
    assert page.get_attribute("#at-fingerprint", "aria-invalid") == "true"
    page.fill("#at-fingerprint", OTHER.fingerprint)
    page.click(".at-verify-button")
    assert "another key than the one pinned" in answer(page, "wrong signer")


def test_a_fingerprint_is_remembered_only_where_that_is_asked(page: Page, base: str, fingerprint: str) -> None:
    opened(page, base, fingerprint).check("input[name=keep]")
    page.click(".at-verify-button")
    answer(page, "valid")
    page.reload()
    page.locator("form[data-at-verify]").wait_for()
    assert page.input_value("#at-fingerprint") == fingerprint
    page.uncheck("input[name=keep]")
    page.click(".at-verify-button")
    answer(page, "valid")
    assert page.evaluate(KEPT) == 0


def test_a_folder_that_was_changed(page: Page, base: str, site: Path, fingerprint: str, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(site, tmp_path / "copy"))
    (copy / "index.html").write_text("<p>Everything is fine.")
    (copy / "more.html").write_text("<p>And more.")
    opened(page, base, fingerprint).set_input_files("input[name=folder]", str(copy))
    said = answer(page, "forged")
    assert "index.html is not as listed" in said
    assert "more.html is not listed" in said
    page.click("[data-at-back]")
    page.click(".at-verify-button")
    assert "came from the site it judged" in answer(page, "valid")


def test_another_companys_site_with_a_log(page: Page, base: str, tmp_path: Path) -> None:
    center = Publisher().release().release()
    kept = center.files["attestation/releases/1/bundle.sigstore.json"]
    page.clock.set_fixed_time(as_of(2).replace(hour=12))
    (tmp_path / "older.sigstore.json").write_bytes(kept)
    opened(page, base, KEY.fingerprint).set_input_files("input[name=older]", str(tmp_path / "older.sigstore.json"))
    page.locator("[data-at-older-name]", has_text="older.sigstore.json").wait_for()
    page.set_input_files("input[name=folder]", str(write(center.files, tmp_path / "theirs")))
    said = answer(page, "valid")
    assert "Harbourline (fictional), release 2" in said
    assert "a log of 2 entries" in said
    assert "no earlier release" not in said
    center.withdraw(2)
    page.set_input_files("input[name=folder]", str(write(center.files, tmp_path / "theirs")))
    assert "release 2 was withdrawn" in answer(page, "withdrawn")


DROPPED = """([box, files]) => {
  const carried = new DataTransfer();
  for (const [name, text] of files) carried.items.add(new File([Uint8Array.from(atob(text), (char) => char.charCodeAt(0))], name));
  document.querySelector(box).dispatchEvent(new DragEvent("drop", {bubbles: true, cancelable: true, dataTransfer: carried}));
}"""


def drop(page: Page, *files: tuple[str, bytes]) -> None:
    page.evaluate(DROPPED, ["[data-at-drop]", [(name, base64.b64encode(data).decode()) for name, data in files]])


def test_bundles_that_are_dropped_the_newer_against_the_older(page: Page, base: str, site: Path, fingerprint: str) -> None:
    opened(page, base, fingerprint)
    newer, first = ((site / path).read_bytes() for path in (BUNDLE, "attestation/releases/1/bundle.sigstore.json"))
    drop(page, ("a.json", first), ("b.json", newer))
    said = answer(page, "valid")
    assert page.locator("[data-at-subject]").inner_text() == "b.json"
    assert page.locator("[data-at-older-name]").inner_text() == "a.json"
    assert "its files and history were not checked" in said
    assert "Not checked: subjects, log, history, withdrawal." in said


def test_what_is_dropped_and_is_nothing(page: Page, base: str) -> None:
    opened(page, base)
    drop(page, ("a.txt", b"x"), ("b.txt", b"y"))
    page.get_by_text("There is no bundle in it").wait_for()
    drop(page, ("a.json", b"{}"))
    answer(page, "could not tell")


def test_signed_answers_and_the_files_beside_them(page: Page, base: str) -> None:
    opened(page, base, small_answers.AUTHOR.fingerprint).check("input[name=keep]")
    drop(page, ("answers.sigstore.json", small_answers.bundle()), ("policy.pdf", small_answers.POLICY), ("other.pdf", b"x"))
    said = answer(page, "valid")
    assert f"Fjordhost (fictional) (Ane Holm, Security lead) answered supplier-assessment, version 1, of {small_answers.ASKER}: 6 answers" in said
    assert "A signature shows who said it, not that it is true." in said
    shown = dict(zip(page.locator(".at-verified-answers dt").all_inner_texts(), page.locator(".at-verified-answers dd").all_inner_texts(), strict=True))
    assert (shown["second-factor"], shown["frameworks"]) == ("yes", "iso-27001, soc-2")
    assert shown["where"] == "Denmark [note: Two halls,\nBillund and Århus; for reviewers alone]"
    assert shown["policy.pdf"] == "The file that is named by the answer policy."
    assert shown["other.pdf"] == "No answer names this file."
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert page.evaluate(KEPT) == 0, "a key of whoever answered is not this center's"
    page.fill("#at-fingerprint", OTHER.fingerprint)
    page.click(".at-verify-button")
    assert "signed by another key than the one given" in answer(page, "wrong signer")
    assert page.locator(".at-verified-answers").count() == 0
    page.fill("#at-fingerprint", "")
    page.click(".at-verify-button")
    assert "not along with the answers" in answer(page, "unknown signer")
    drop(page, ("answers.sigstore.json", json.loads(CHANGED.read_text())["bundle"].encode()))
    assert "is not that of key" in answer(page, "forged")
    page.click("[data-at-back]")
    page.click(".at-verify-button")
    assert "files as signed" in answer(page, "unknown signer")


def test_from_a_disk_only_what_is_dropped(page: Page, site: Path, fingerprint: str) -> None:
    page.goto((site / "verify.html").as_uri())
    page.locator("form[data-at-verify]").wait_for()
    assert page.locator("[data-at-from-disk]").is_visible()
    assert page.locator(".at-verify-button").is_disabled()
    page.fill("#at-fingerprint", fingerprint)
    page.set_input_files("input[name=folder]", str(site))
    assert "the file that you opened" in answer(page, "valid")
    assert "none unlisted" in page.locator(".at-verified-steps").inner_text()


def test_plain_http_has_no_cryptography_and_says_so(page: Page, base: str) -> None:
    page.goto(f"{base.replace('127.0.0.1', 'trust.test')}verify.html")
    page.get_by_text("This page came over plain http").wait_for()
    assert page.locator("form[data-at-verify]").is_hidden()


def test_a_browser_without_ed25519_cannot_tell(page: Page, base: str, tmp_path: Path) -> None:
    """An older browser: its WebCrypto knows P-256 and not this. A log, whose key is of that kind, is never taken for none."""
    page.add_init_script(
        "const known = SubtleCrypto.prototype.importKey;"
        "SubtleCrypto.prototype.importKey = function (format, key, way, ...more) { return way.name === 'Ed25519' ? Promise.reject(new DOMException('', 'NotSupportedError')) : known.call(this, format, key, way, ...more); };"
    )
    page.clock.set_fixed_time(as_of(1).replace(hour=12))
    opened(page, base, KEY.fingerprint).set_input_files("input[name=folder]", str(write(Publisher().release().files, tmp_path / "logged")))
    said = answer(page, "could not tell")
    assert "this browser cannot check Ed25519 signatures" in said
    assert "Not checked: log, withdrawal." in said or "log" in said


def test_without_scripts_there_are_the_commands(browser: Browser, base: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{base}verify.html")
    assert page.locator("[data-at-cannot]").is_visible()
    assert page.locator("form[data-at-verify]").is_hidden()
    assert page.locator("code[data-verify=verify-py]").is_visible()
    context.close()


def test_no_other_page_loads_the_verifier(site: Path) -> None:
    loading = {path.relative_to(site).as_posix() for path in site.rglob("*.html") if "assets/verify.js" in path.read_text("utf-8")}
    assert loading == {"verify.html"}


def test_the_answer_and_the_form_pass_axe(page: Page, base: str, fingerprint: str, npm_packages: Path) -> None:
    opened(page, base, fingerprint).click(".at-verify-button")
    answer(page, "valid")
    page.evaluate((npm_packages / "axe-core" / "axe.min.js").read_text("utf-8"))
    found = page.evaluate("axe.run(document.querySelector('main'))")
    assert [(each["id"], [node["html"][:120] for node in each["nodes"]]) for each in found["violations"]] == []
