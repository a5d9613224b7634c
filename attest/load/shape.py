"""A parsed document held against a model class: the model, or problems in plain words, each at its line.

    Document + Promise -> Promise         controls/customers/tls.yml:4: titel: unknown key 'titel', did you mean 'title'?

Pydantic finds what is wrong; here it is said without its jargon.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from difflib import get_close_matches
from typing import Any, Final, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from attest.errors import Problem, Problems, meant
from attest.hygiene import document_problems
from attest.yaml_lines import Document, Path, Value, parse, shown

Built = TypeVar("Built", bound=BaseModel)

_FEW: Final = 8
"""Choices that bear being said twice."""
_COLOUR = re.compile(r":\s+#[0-9A-Fa-f]{3,8}\s*$")
_STATUS_WORDS: Final = frozenset([
    "status", "verdict", "state", "result", "results", "met", "compliant", "compliance", "score", "passed", "passing", "pass", "outcome", "implemented",
    "implementation", "done", "verified", "effective",
])  # fmt: skip


def build(model: type[Built], document: Document) -> tuple[Built | None, list[Problem]]:
    """The document as a ``model``, or None and every problem."""
    problems = [document.at(path, "is empty", _fill(document, path)) for path in _empty(document.value, ())]
    try:
        built = model.model_validate(document.value, by_alias=True, by_name=False)
    except ValidationError as error:
        return None, problems + _said(model, document, [one for one in error.errors(include_url=False) if not _follows(one)])
    return (None if problems else built), problems


def shaped(model: type[Built], data: bytes, file: str, hint: str = "mend the file, then run it again; nothing was changed") -> tuple[Built, Document]:
    """The bytes of one file, which is read by itself, as a ``model``, and where everything stands in it. Raises Problems, all at once."""
    try:
        document = parse(data, file)
    except Problems as wrong:
        raise Problems(wrong.problems, file, hint) from None
    built, problems = build(model, document)
    problems += document_problems(document)
    if built is None or problems:
        raise Problems(problems, file, hint)
    return built, document


def _follows(error: Any) -> bool:
    """Whether an error only says again that a value is empty: of the value itself, or of keys that do not fit together without it."""
    whole = error["type"] == "value_error" and isinstance(error["input"], dict)
    return error["input"] is None or (whole and any(value is None for value in error["input"].values()))


def _empty(value: Value, path: Path) -> Iterator[Path]:
    if value is None:
        yield path
    for part, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from _empty(inner, (*path, part))


def _fill(document: Document, path: Path) -> str:
    return "put what begins with # in quotes, else it is a comment" if _COLOUR.search(document.raw(path)) else "write it out or leave the key away"


def _said(model: type[BaseModel], document: Document, errors: list[Any]) -> list[Problem]:
    """The errors in plain words; a key that is missing because it is misspelt is one problem, not two."""
    placed = [(path, error) for error in errors if (path := _path(error, document)) is not None]
    meant = {(*path[:-1], *_near(str(path[-1]), _keys_at(model, path[:-1]))) for path, error in placed if error["type"] == "extra_forbidden"}
    return [document.at(path, *_words(model, path, error)) for path, error in placed if error["type"] != "missing" or path not in meant]


def _near(word: str, known: list[str]) -> list[str]:
    return get_close_matches(word, known, 1)


def _path(error: Any, document: Document) -> Path | None:
    """Where the error is in the document; None where it is said of the kind of evidence that was not meant.

    ``evidence`` under a check takes an id or a description, and pydantic reports what is wrong with the value as either.
    """
    loc: Path = error["loc"]
    if loc[:1] == ("checks",) and loc[2:3] == ("evidence",) and len(loc) > 3:
        as_id, value = loc[3] == "constrained-str", _value_at(document.value, loc[:3])
        if as_id is isinstance(value, dict):
            return None
        loc = loc[:3] + loc[4:]
    return loc[:-1] if loc and loc[-1] == "[key]" else loc


def _value_at(value: Any, path: Path) -> Any:
    for part in path:
        value = value[part]
    return value


def _words(model: type[BaseModel], path: Path, error: Any) -> tuple[str, str]:
    kind = error["type"]
    if kind == "extra_forbidden":
        return _unknown_key(str(path[-1]), _keys_at(model, path[:-1]))
    say = _SAID.get(kind)
    return say(error, path) if say else (shown(error["msg"]), "")


def _unknown_key(key: str, known: list[str]) -> tuple[str, str]:
    if key.lower().replace("-", "_") in _STATUS_WORDS:
        return f"{_quoted(key)} cannot be written here", "nobody types a status: it is computed from evidence, remove this key"
    return f"unknown key {_quoted(key)}", meant(key, known, f"known here are {', '.join(known)}")


def _keys_at(model: type[BaseModel], path: Path) -> list[str]:
    """The keys a mapping at this path may have."""
    at: type[BaseModel] | None = model
    for part in path:
        if at is not None and isinstance(part, str):
            fields = {field.alias or name: field for name, field in at.model_fields.items()}
            at = _model_in(fields[part].annotation) if part in fields else None
    return [field.alias or name for name, field in at.model_fields.items()] if at is not None else []


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for inner in get_args(annotation) if (found := _model_in(inner))), None)


def _kind_of(value: Any) -> str:
    kinds = ((dict, "a block of keys"), (list, "a list"), (str, "text"))
    return next((said for kind, said in kinds if isinstance(value, kind)), "empty")


def _missing(error: Any, path: Path) -> tuple[str, str]:
    return "is missing", f"write `{path[-1]}: …`"


def _text(error: Any, path: Path) -> tuple[str, str]:
    if len(path) == 3 and path[-1] == "evidence":
        return f"is {_kind_of(error['input'])}", "write the id of an evidence file, or describe the evidence in place"
    return f"is {_kind_of(error['input'])}", "write text"


def _list(error: Any, path: Path) -> tuple[str, str]:
    given = error["input"]
    return f"is {_kind_of(given)}", f"write a list: [{shown(given)}]" if isinstance(given, str) else "write a list"


def _block(error: Any, path: Path) -> tuple[str, str]:
    return f"is {_kind_of(error['input'])}", "write a block of keys under it"


def _choice(error: Any, path: Path) -> tuple[str, str]:
    allowed, given = re.findall(r"'([^']*)'", error["ctx"]["expected"]), error["input"]
    if not isinstance(given, str):
        return f"is {_kind_of(given)}", f"write {_or(allowed)}"
    near = _near(given.lower(), allowed)
    todo = f"did you mean {near[0]!r}?" if near else f"write {_or(allowed)}"
    return f"{_quoted(given)} is not one of {', '.join(allowed)}", todo if near or len(allowed) <= _FEW else ""


def _ident(error: Any, path: Path) -> tuple[str, str]:
    return f"{_quoted(error['input'])} is not an id", "write lower-case words joined by hyphens, such as access-reviews"


def _too_long(error: Any, path: Path) -> tuple[str, str]:
    return f"is longer than {error['ctx']['max_length']} characters", "shorten it"


def _too_short(error: Any, path: Path) -> tuple[str, str]:
    return "has no entry", "write at least one" + ("" if len(path) == 1 else " or leave the key away")


def _too_small(error: Any, path: Path) -> tuple[str, str]:
    return f"{_quoted(error['input'])} is too small", f"write {error['ctx']['ge']} or more"


def _refused(error: Any, path: Path) -> tuple[str, str]:
    """A ValueError of the model's own: in plain words already, unless it is one of the standard library's about a date."""
    said, given = str(error["ctx"]["error"]), error["input"]
    if isinstance(given, str) and not said.startswith(("'", '"', "is ")):
        said = f"{_quoted(given)} cannot be: {said}"
    what, _, todo = said.partition(", write")
    return shown(what, 200), f"write{todo}" if todo else ""


_SAID: dict[str, Callable[[Any, Path], tuple[str, str]]] = {
    "missing": _missing,
    "string_type": _text,
    "tuple_type": _list,
    "model_type": _block,
    "dict_type": _block,
    "literal_error": _choice,
    "string_pattern_mismatch": _ident,
    "string_too_long": _too_long,
    "too_short": _too_short,
    "greater_than_equal": _too_small,
    "value_error": _refused,
}


def _or(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _quoted(value: Any) -> str:
    return f"'{shown(str(value), 40)}'"
