"""Netlify: what it must leave alone. The headers come from ``_headers``, which lies in the site itself."""

from __future__ import annotations

from typing import Final

from attest.hosting.interface import Host, Hosted

_TEMPLATE: Final = """\
# {address}
# Headers and media types: _headers, in the folder that is published. A release is built and signed before it comes here.
[build]
publish = "public"
command = ""

# Files that were changed on their way are not the ones that were signed.
[build.processing]
skip_processing = true

[build.processing.html]
pretty_urls = false
"""


def configure(hosted: Hosted) -> str:
    """``netlify.toml``."""
    return _TEMPLATE.format(address=hosted.address)


HOST: Final = Host(
    "netlify", "Netlify", "netlify.toml", configure,
    steps=(
        "write it to netlify.toml beside the folder `public`, which holds the release itself: cp -rL turns the link into a folder",
        "publish with: netlify deploy --prod --no-build",
        "leave snippet injection and every plugin that rewrites pages off",
    ),
    cannot=("whether a header that two rules name is sent once or twice is Netlify's business; a file of evidence is sandboxed either way",),
)  # fmt: skip
