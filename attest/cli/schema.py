"""Print the JSON Schema of a source file, for editors that check YAML while it is written.

    attest schema control
    attest schema subprocessors         a register, by its name
    attest schema answers               what somebody answered to a questionnaire
    attest schema --write .schemas      control.schema.json, evidence.schema.json, subprocessors.schema.json …

A YAML file names its schema in its first line: `# yaml-language-server: $schema=../../.schemas/control.schema.json`.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any, get_args

from attest.cli import ui
from attest.errors import CouldNotTell, WrongUse
from attest.trust import write_whole
from attest.words import RegisterName

KINDS = ("control", "evidence", "center", "framework", "notice", "questionnaire", "acceptance", "party", "incident", "threat", "answers", *get_args(RegisterName))


def add(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument("kind", nargs="?", choices=KINDS, help="which file (default: all, as one object by kind)")
    parser.add_argument("--write", metavar="DIR", help="write them there, one file each")


def run(arguments: argparse.Namespace) -> int:
    """Prints or writes the schemas; 0."""
    kinds = [arguments.kind] if arguments.kind else list(KINDS)
    if arguments.write:
        _write(Path(arguments.write), kinds)
    elif arguments.kind:
        ui.data_json(schema_of(arguments.kind))
    else:
        ui.data_json({kind: schema_of(kind) for kind in kinds})
    return 0


def schema_of(kind: str) -> dict[str, Any]:
    """The JSON Schema (2020-12) of one kind of source file: keys as written in the file, no others allowed."""
    from pydantic import BaseModel

    from attest.model.acceptance import Acceptance
    from attest.model.answers import Answers
    from attest.model.center import Framework, Profile
    from attest.model.control import Promise
    from attest.model.evidence import Description
    from attest.model.incident import Incident
    from attest.model.party import Party, Threat
    from attest.model.questionnaire import Questionnaire
    from attest.model.register import REGISTER_FILES, Notice

    models: dict[str, type[BaseModel]] = {"control": Promise, "evidence": Description, "center": Profile, "framework": Framework, "notice": Notice}
    models |= {"questionnaire": Questionnaire, "acceptance": Acceptance, "party": Party, "incident": Incident, "threat": Threat, "answers": Answers}
    models |= dict(REGISTER_FILES.items())
    schema = _without_null(models[kind].model_json_schema(by_alias=True))
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": f"Attest: {kind}"}


def _without_null(value: Any) -> Any:
    """Optional keys are left away, never left empty: what pydantic says of null goes."""
    if isinstance(value, list):
        return [_without_null(inner) for inner in value]
    if not isinstance(value, dict):
        return value
    kept = {key: _without_null(inner) for key, inner in value.items() if inner is not None}
    choices = [inner for inner in kept.get("anyOf", ()) if inner != {"type": "null"}]
    if len(choices) == 1:
        del kept["anyOf"]
        return {**choices[0], **kept}
    return kept | {"anyOf": choices} if choices else kept


def _write(folder: Path, kinds: list[str]) -> None:
    if folder.exists() and not folder.is_dir():
        raise WrongUse(f"{str(folder)!r} is not a folder")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for kind in kinds:
            target = folder / f"{kind}.schema.json"
            write_whole(target, (json.dumps(schema_of(kind), indent=2, ensure_ascii=False) + "\n").encode("utf-8"), 0o644)
            ui.say(f"wrote {target}")
    except OSError as error:
        raise CouldNotTell(f"{folder}: {error.strerror}") from None
