"""The base of every model class, and the field types they share. Text in, typed value out, or ValueError in plain words."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, StringConstraints, WithJsonSchema

from attest.times import parse_day, parse_moment_or_day, parse_span


class Model(BaseModel):
    """Frozen, closed (an unknown key is an error), keys in the file may use ``-`` or ``_`` only as declared."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, hide_input_in_errors=True)


def _moment(value: Any) -> Any:
    return parse_moment_or_day(value) if isinstance(value, str) else value


def _day(value: Any) -> Any:
    return parse_day(value) if isinstance(value, str) else value


def _span(value: Any) -> Any:
    return parse_span(value) if isinstance(value, str) else value


def _whole(value: Any) -> Any:
    if isinstance(value, str):
        if not (value.isascii() and value.isdigit() and len(value) <= 9 and str(int(value)) == value):
            raise ValueError(f"{value!r} is not a whole number, write it as 0, 1, 2 …")
        return int(value)
    return value


def _ratio(value: Any) -> Any:
    """``95%`` or ``0.95`` -> Fraction between 0 and 1; never a float, so that the edge is exact."""
    if not isinstance(value, str):
        return value
    number = value.removesuffix("%")
    if not number.replace(".", "", 1).isdigit() or not number.isascii() or len(number) > 9:
        raise ValueError(f"{value!r} is not a share, write it as 95% or 0.95")
    share = Fraction(number) / (100 if value.endswith("%") else 1)
    if not 0 < share <= 1:
        raise ValueError(f"{value!r} is not a share above 0% and up to 100%")
    return share


def _score(value: Any) -> Any:
    """``7`` or ``7.5`` -> Fraction, exact."""
    if not isinstance(value, str):
        return value
    if not value.replace(".", "", 1).isdigit() or not value.isascii() or len(value) > 9:
        raise ValueError(f"{value!r} is not a score, write it as 7 or 7.5")
    return Fraction(value)


def _filled(value: str) -> str:
    if not value.strip():
        raise ValueError("is empty, write it out or leave the key away")
    return value.strip()


Text = Annotated[str, AfterValidator(_filled)]
"""One or more lines of declared text; hygiene (markup, control and direction characters) is checked by ``load`` for every scalar."""

Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9.]+)*$", max_length=80)]
"""Lower-case words joined by hyphens; also a file name and an address, for ever."""

Moment = Annotated[datetime, BeforeValidator(_moment), WithJsonSchema({"type": "string", "examples": ["2026-11-20T03:10:00Z", "2026-04-02"]})]
Day = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
Span = Annotated[timedelta, BeforeValidator(_span), WithJsonSchema({"type": "string", "pattern": "^[1-9][0-9]{0,4}[hdwy]$", "examples": ["30d"]})]
Whole = Annotated[int, BeforeValidator(_whole), WithJsonSchema({"type": "integer", "minimum": 0})]
Share = Annotated[Fraction, BeforeValidator(_ratio), WithJsonSchema({"type": ["string", "number"], "examples": ["95%"]})]
Score = Annotated[Fraction, BeforeValidator(_score), WithJsonSchema({"type": ["string", "number"], "examples": [7.5]})]
