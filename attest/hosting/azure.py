"""Azure Static Web Apps: ``staticwebapp.config.json``. It has no comments, and must not lie in the site: there it would be a file that nobody signed."""

from __future__ import annotations

import json
from typing import Any, Final

from attest.errors import Refused
from attest.hosting.interface import Host, Hosted
from attest.hosting.rules import BY_ENDING, EVIDENCE, HIDDEN, KEPT, OPEN, SANDBOX, common


def configure(hosted: Hosted) -> str:
    """The file. Raises Refused for a site under a path."""
    if hosted.prefix != "/":
        raise Refused(f"Azure Static Web Apps serves no site under the path {hosted.prefix}", "give the trust center a name of its own")
    made: dict[str, Any] = {
        "globalHeaders": common(hosted),
        "routes": [
            {"route": f"/{EVIDENCE}*", "headers": {"Content-Security-Policy": SANDBOX}},
            *({"route": f"/{folder}*", "headers": {"Access-Control-Allow-Origin": "*"}} for folder in OPEN),
            *({"route": f"/{path}", "headers": {"Cache-Control": KEPT}} for path in hosted.hashed),
            *({"route": f"/{name}", "statusCode": 404} for name in HIDDEN),
        ],
        "responseOverrides": {"404": {"rewrite": "/404.html"}},
        "mimeTypes": BY_ENDING,
    }
    return json.dumps(made, indent=2) + "\n"


HOST: Final = Host(
    "azure", "Azure Static Web Apps", "staticwebapp.config.json", configure,
    steps=(
        "write it to a folder of its own, such as host/staticwebapp.config.json: in the site it would be a file that nobody signed",
        "publish with: swa deploy ./site --swa-config-location ./host, after cp -rL public site",
    ),
    cannot=("media types follow the endings of names: feeds come as application/xml and application/json, attestation/SHA256SUMS as application/octet-stream",),
)  # fmt: skip
