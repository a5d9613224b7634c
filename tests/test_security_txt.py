"""security.txt against RFC 9116: its grammar, which fields there may be how often, and when it expires."""

from __future__ import annotations

import copy
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from attest.build import Prepared
from attest.pages import Edition
from attest.pages.outputs import SECURITY, outputs
from attest.times import parse_moment
from tests.sites import AS_OF, UNTIL, hostile, mini, prepared

ONCE = {"Expires", "Preferred-Languages"}
KNOWN = ONCE | {"Acknowledgments", "Canonical", "Contact", "Encryption", "Hiring", "Policy"}
FIELD = re.compile(r"(?P<name>[!-9;-~]+): (?P<value>[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?)")
"""Section 5, `field`: a name of printable characters but the colon, one space, a value that neither begins nor ends with one."""
URI = re.compile(r"(?:https://|mailto:|tel:)[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]+")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    return prepared(mini(tmp_path_factory.mktemp("security") / "root"))


def read(record: Any, edition: Edition | None = None) -> list[tuple[str, str]]:
    """The fields, each held against the grammar and the rules of 2.5."""
    text = outputs(record, edition or Edition(AS_OF, UNTIL))[SECURITY].decode("ascii")
    assert text.endswith("\n")
    matches = [FIELD.fullmatch(line) for line in text.splitlines()]
    assert all(matches), text
    found = [(match["name"], match["value"]) for match in matches if match]
    names = [name for name, _ in found]
    assert set(names) <= KNOWN
    assert "Contact" in names, "2.5.3: at least one"
    assert names.count("Expires") == 1, "2.5.5: exactly one"
    assert all(names.count(name) <= 1 for name in ONCE)
    assert all(URI.fullmatch(value) for name, value in found if name not in ONCE), "what is on the web is on https://"
    return found


def of(small: Prepared, **center: Any) -> Any:
    record = copy.deepcopy(small.record)
    record["center"].update(center)
    return record


def test_the_small_site_says_whom_to_reach_until_when_and_in_which_language(small: Prepared) -> None:
    assert read(small.record) == [
        ("Contact", "mailto:security@small.example"), ("Expires", "2026-12-26T12:00:00Z"), ("Preferred-Languages", "en"),
        ("Canonical", "https://trust.small.example/.well-known/security.txt"),
    ]  # fmt: skip


def test_it_expires_with_the_release_and_never_over_a_year_away(small: Prepared) -> None:
    for valid in (timedelta(days=35), timedelta(days=3650)):
        fields = dict(read(small.record, Edition(AS_OF, AS_OF + valid)))
        assert AS_OF < parse_moment(fields["Expires"]) < AS_OF + timedelta(days=365)


def test_contacts_of_security_come_first_and_only_what_may_be_said_is(small: Prepared) -> None:
    contacts = [
        {"role": "Sales", "email": "sales@small.example", "url": None},
        {"role": "Security", "email": "100%secure&co@small.example", "url": "http://small.example/report"},
        {"role": "Security desk", "email": None, "url": "https://small.example/report"},
    ]
    found = [value for name, value in read(of(small, contacts=contacts)) if name == "Contact"]
    assert found == ["mailto:100%25secure%26co@small.example", "https://small.example/report"]


def test_somebody_can_be_reached_even_where_no_contact_may_be_named(small: Prepared) -> None:
    found = dict(read(of(small, contacts=[{"role": "Security", "email": None, "url": "http://small.example/"}])))
    assert found["Contact"] == "https://trust.small.example/"


def test_how_flaws_are_handled_is_named_where_a_product_says_it(small: Prepared) -> None:
    record = copy.deepcopy(small.record)
    rows = [{"disclosurePolicy": "See https://small.example/flaws. Ninety days."}, {"disclosurePolicy": "Nothing yet."}, {"disclosurePolicy": None}, {"disclosurePolicy": "(https://small.example/flaws)"}]
    record["registers"] = [{"name": "product", "title": "Product security", "observed": "2026-11-20", "intro": None, "withheld": 0, "rows": rows}]
    assert [value for name, value in read(record) if name == "Policy"] == ["https://small.example/flaws"]


def test_without_tls_there_is_no_canonical_address(small: Prepared) -> None:
    assert "Canonical" not in dict(read(of(small, id="http://localhost:8000/")))


def test_nothing_declared_adds_a_field(tmp_path: Path) -> None:
    text = outputs(hostile().record, Edition(AS_OF, UNTIL))[SECURITY].decode()
    assert [line.partition(":")[0] for line in text.splitlines()] == ["Contact", "Expires", "Preferred-Languages", "Canonical"]
