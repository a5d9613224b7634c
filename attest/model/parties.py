"""All that is known of parties, incidents and threats: one value beside ``Center``, never inside it, so that no page can draw from it."""

from __future__ import annotations

from pydantic import Field

from attest.model.base import Model
from attest.model.incident import Incident
from attest.model.party import Party, Threat


class Parties(Model):
    """What the folder of parties holds, each by its id."""

    parties: dict[str, Party] = Field(default_factory=dict)
    incidents: dict[str, Incident] = Field(default_factory=dict)
    threats: dict[str, Threat] = Field(default_factory=dict)
