"""The small site with questionnaires and a policy, public and private, that lie in cases/forms/center; and forms made of text."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from attest.load.shape import build
from attest.model.questionnaire import Questionnaire, public_form
from attest.yaml_lines import parse
from tests.sites import mini

CASES = Path(__file__).parent / "cases" / "forms"
ASKER, ASKER_NAME = "https://trust.small.example/", "Small"


def asking(folder: Path) -> Path:
    """A copy of the small site that asks and requires."""
    root = mini(folder)
    for name in ("questionnaires", "acceptance"):
        shutil.copytree(CASES / "center" / name, root / "controls" / name)
    return root


def questionnaire(data: bytes, file: str = "form.yml") -> Questionnaire:
    """A questionnaire as its file is read."""
    made, problems = build(Questionnaire, parse(data, file))
    assert made is not None, problems
    assert not problems
    return made


def form(name: str = "new-supplier", part: Any = "them") -> dict[str, Any]:
    """One of the forms, as it leaves the house."""
    file = CASES / "center" / "questionnaires" / f"{name}.yml"
    return public_form(questionnaire(file.read_bytes(), file.name), name, ASKER, ASKER_NAME, part)
