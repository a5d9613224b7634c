"""GitHub Pages: a workflow that uploads a release that was signed elsewhere, as it is. No header can be set there.

``attest init`` writes another one, which checks, builds and signs on GitHub's machines.
"""

from __future__ import annotations

from typing import Final

from attest.hosting.interface import Host, Hosted
from attest.hosting.rules import NO_HEADERS

_TEMPLATE: Final = """\
# {address}
# The branch `published` holds a signed release in the folder `site`. Nothing is built or signed here, and no key comes near it.
name: Publish the trust center
on:
  push:
    branches: [published]
permissions:
  contents: read
  pages: write
  id-token: write
concurrency:
  group: pages
  cancel-in-progress: false
jobs:
  pages:
    runs-on: ubuntu-latest
    environment:
      name: github-pages
      url: ${{{{ steps.deployment.outputs.page_url }}}}
    steps:
      - uses: actions/checkout@v5
      - uses: actions/upload-pages-artifact@v5
        with:
          path: site
          include-hidden-files: true
      - id: deployment
        uses: actions/deploy-pages@v4
"""


def configure(hosted: Hosted) -> str:
    """``.github/workflows/pages.yml``."""
    return _TEMPLATE.format(address=hosted.address)


HOST: Final = Host(
    "github-pages", "GitHub Pages", ".github/workflows/pages.yml", configure,
    steps=(
        "make a branch `published` with the release in a folder: cp -rL public site, and a .gitattributes that says `site/** -text`, so that git changes no line end",
        "write the workflow to .github/workflows/pages.yml in that branch, and push it at every release",
        "in the repository's settings, let Pages be published by GitHub Actions, and name your domain",
    ),
    cannot=(
        *NO_HEADERS,
        "files without an ending, such as attestation/SHA256SUMS, come as application/octet-stream; feeds as application/xml and application/json",
        "everything is kept for ten minutes: verifying in the minutes after a release may see files of both, and answer no",
    ),
)  # fmt: skip
