"""The desk as files, and into its folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from attest.desk.dates import calendar, to_do
from attest.desk.drawing import draw
from attest.desk.look import script, stylesheet
from attest.desk.place import FIRST_LINE, MARK, put, refuse_public
from attest.desk.told import Told
from attest.duties import Duty
from attest.intake import Sheet
from attest.load.parties import Shelf
from attest.model.center import Look, Profile
from attest.model.questionnaire import Questionnaire
from attest.reviewed import Reviewed
from attest.times import print_moment

CALENDAR: Final = "due.ics"


def write(
    folder: Path, reviews: Sequence[Reviewed], duties: Mapping[str, Sequence[Duty]], shelf: Shelf, questionnaires: Mapping[str, Questionnaire], at: datetime, *,
    profile: Profile | None = None, answers: Mapping[str, Sequence[Sheet]] | None = None, titles: Mapping[str, Mapping[str, str]] | None = None,
) -> int:  # fmt: skip
    """Writes the desk into ``folder``, which is replaced whole, and says how many pages it has.

    ``duties``: by incident; ``answers``: what parties handed in, by party; ``titles``: what warnings, requirements and frameworks are called. Raises Refused where the folder could be published or holds
    something else; CouldNotTell where it cannot be written. After either it is as it was.
    """
    refuse_public(folder)
    files = print_desk(Told(at, tuple(reviews), shelf.parties, duties, questionnaires, answers or {}, profile, titles or {}, shelf.unread()))
    put(folder, files)
    return sum(path.endswith(".html") for path in files)


def print_desk(told: Told) -> dict[str, bytes]:
    """Path -> bytes, all of it."""
    asker = told.profile.id if told.profile is not None else ""
    return {
        MARK: f"{FIRST_LINE}\nState on {print_moment(told.at)}. Make it anew with: attest review --all --html DIR\n".encode(),
        "robots.txt": b"User-agent: *\nDisallow: /\n",
        "assets/desk.css": stylesheet(told.profile.look if told.profile is not None else Look()),
        "assets/desk.js": script(),
        CALENDAR: calendar(to_do(told), asker, told.at),
        **draw(told),
    }
