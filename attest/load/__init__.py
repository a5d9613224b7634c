"""The YAML of a trust center -> ``Center``, every reference resolved; or every problem at once, each at file:line.

    files        what lies in controls/, parsed (``attest.yaml_lines``: text and lines, nothing that means something else)
    shape        each file as its model class (``attest.model``), pydantic's complaints in plain words
    references   names to what they name; ids that stand twice
    registers    controls/registers/, rows of YAML, CSV and XLSX
    sanity       rules and addresses that cannot be meant
    asked        conditions and names in questionnaires and acceptance policies that cannot be meant
    registered   columns, days and names in registers that cannot be meant
    whole        all of it together: ``load``
    affirmed     what a person affirmed: controls/affirmation.sigstore.json
    appearance   the site's colour and pictures; ``pictures`` judges one by its bytes
    reported     our own attestation report: its form, and what ``report:`` of center.yml lacks or cannot mean
    publishing   which texts are about to be published
    sources      ``check_sources``: all that, the evidence, the prose, and what would leak: what `check`, `build` and `publish` ask

Reads files and nothing else: no clock, no network. Evidence files are opened by ``attest.observe``.
"""

from __future__ import annotations

from attest.load.sources import check_sources, hints, leak_terms
from attest.load.whole import load, load_with_problems

__all__ = ["check_sources", "hints", "leak_terms", "load", "load_with_problems"]
