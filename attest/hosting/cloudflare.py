"""Cloudflare Pages: where the release lies. The headers come from ``_headers``, which lies in the site itself."""

from __future__ import annotations

from typing import Final

from attest.hosting.interface import Host, Hosted

_TEMPLATE: Final = """\
# {address}
# Headers and media types: _headers, in the folder that is uploaded. A release is built and signed before it comes here.
name = "{name}"
pages_build_output_dir = "public"
compatibility_date = "2026-01-01"
"""


def configure(hosted: Hosted) -> str:
    """``wrangler.toml``."""
    return _TEMPLATE.format(address=hosted.address, name=hosted.slug.replace("_", "-")[:58].strip("-").lower())


HOST: Final = Host(
    "cloudflare", "Cloudflare Pages", "wrangler.toml", configure,
    steps=(
        "write it to wrangler.toml beside the folder `public`, which holds the release itself: cp -rL turns the link into a folder",
        "publish with: wrangler pages deploy",
        "for the domain, switch off Email Address Obfuscation, Rocket Loader and Automatic HTTPS Rewrites: they change pages, and what is changed is not what was signed",
    ),
    cannot=(
        "pages answer under their names without .html, and the address with it leads there: links and verifying work, an extra answer each",
        "headers are joined by a comma where two rules name one; both policies hold then, so evidence is sandboxed",
    ),
)  # fmt: skip
