"""Headers, media types and compression as data; each host's module prints them in its own words. Paths are patterns on site paths.

    every answer            Content-Security-Policy, nosniff, no referrer, no device, TLS from now on, asked for anew each time
    evidence/               sandbox: a report may be a page that somebody else wrote
    attestation/ feeds/ history/    readable from scripts of any other site: they hold nothing that is not public
    name.0123abcd.min.js    kept for a year, since another content has another name

``no-cache`` keeps a copy and asks whether it is still the same, which a 304 answers in a few bytes. Kept longer, a page of one release
would stand beside a list of files of the next, and verifying would answer no.
"""

from __future__ import annotations

from typing import Final

from attest.hosting.interface import Hosted

HOST_ONLY: Final = "frame-ancestors 'none'"
"""Of the policy, what browsers read in a header alone (CSP 3, 6.1)."""
SANDBOX: Final = "sandbox; default-src 'none'"
EVIDENCE: Final = "evidence/"
OPEN: Final = ("attestation/", "feeds/", "history/")
KEPT: Final = "public, max-age=31536000, immutable"
FRESH: Final = "no-cache"
YEAR: Final = 31536000
HIDDEN: Final = ("_headers", "_redirects", "CNAME", ".nojekyll")
"""Files for hosts, which nobody else has to read."""

HASHED: Final = r"\.[0-9a-f]{8}\.(min\.)?(css|js)$"
"""Names that change with their content."""
TEXT: Final = r"attestation/((releases/[0-9]+/)?(SHA256SUMS(\.sig)?|proof\.tlog-proof)|log/checkpoint|keys/[a-z0-9_.-]+)$"
"""Lists, signatures, proofs, the log's checkpoint and keys, whose names tell a host nothing or the wrong thing."""
ATOM: Final = r"feeds/[a-z]+\.xml$"
JSON_FEED: Final = r"feeds/[a-z]+\.json$"

TYPES: Final = {TEXT: "text/plain; charset=utf-8", ATOM: "application/atom+xml; charset=utf-8", JSON_FEED: "application/feed+json; charset=utf-8"}
"""Patterns on site paths, the special before the general."""
BY_ENDING: Final = {
    ".css": "text/css", ".csv": "text/csv", ".html": "text/html", ".js": "text/javascript", ".json": "application/json", ".map": "application/json", ".pdf": "application/pdf",
    ".pem": "text/plain", ".png": "image/png", ".pub": "text/plain", ".sig": "text/plain", ".svg": "image/svg+xml", ".txt": "text/plain", ".woff2": "font/woff2", ".xml": "application/xml",
}  # fmt: skip
COMPRESSED: Final = (
    "text/html", "text/css", "text/plain", "text/csv", "text/javascript", "application/javascript", "application/json", "application/feed+json", "application/atom+xml",
    "application/xml", "text/xml", "image/svg+xml",
)  # fmt: skip

NO_HEADERS: Final = (
    "no header can be set: of the policy, what each page says of itself remains, so nothing foreign runs, but another site can frame a page",
    "a file of evidence that a browser shows as a page is not sandboxed: publish such files as PDF, CSV or JSON",
)
"""What such a host cannot do, in the words of its user."""
_FEATURES: Final = (
    "accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "fullscreen", "geolocation", "gyroscope", "hid", "magnetometer", "microphone", "midi",
    "payment", "picture-in-picture", "publickey-credentials-get", "screen-wake-lock", "serial", "usb", "xr-spatial-tracking",
)  # fmt: skip
"""What browsers know by name: of an unknown one they complain on every page."""
NO_DEVICES: Final = ", ".join(f"{feature}=()" for feature in _FEATURES)


def common(hosted: Hosted, *, cache: bool = True) -> dict[str, str]:
    """The headers of every answer. ``cache``: False where the host does as ``FRESH`` asks by itself."""
    made = {
        "Content-Security-Policy": hosted.policy,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Permissions-Policy": NO_DEVICES,
    }
    if hosted.secure:
        made["Strict-Transport-Security"] = f"max-age={YEAR}"
    return {**made, "Cache-Control": FRESH} if cache else made


def text_paths(releases: str = ":n") -> tuple[str, ...]:
    """What ``TEXT`` matches, as paths with a placeholder, for hosts that know no patterns."""
    lists = [f"attestation/{folder}{name}" for folder in ("", f"releases/{releases}/") for name in ("SHA256SUMS", "proof.tlog-proof")]
    single = ("SHA256SUMS.sig", "log/checkpoint", *(f"keys/{name}" for name in ("statement.pem", "statement.pub", "allowed_signers", "log.vkey")))
    return (*lists, *(f"attestation/{name}" for name in single))


FEEDS: Final = {"feeds/notices.xml": ATOM, "feeds/changes.xml": ATOM, "feeds/notices.json": JSON_FEED, "feeds/changes.json": JSON_FEED}
"""What the patterns of feeds match, likewise."""
