"""GitLab Pages: a job that publishes a signed release as it is, with compressed copies beside the files. No header can be set there."""

from __future__ import annotations

from typing import Final

from attest.hosting.interface import Host, Hosted
from attest.hosting.rules import NO_HEADERS

_TEMPLATE: Final = """\
# {address}
# The branch `published` holds a signed release in the folder `site`. Nothing is built or signed here, and no key comes near it.
pages:
  stage: deploy
  script:
    - cp -r site public
    - find public -type f -regextype posix-extended -regex '.*\\.(html|css|js|json|svg|txt|xml)' -exec gzip --keep --best {{}} +
  artifacts:
    paths:
      - public
  rules:
    - if: $CI_COMMIT_BRANCH == "published"
"""


def configure(hosted: Hosted) -> str:
    """``.gitlab-ci.yml``."""
    return _TEMPLATE.format(address=hosted.address)


HOST: Final = Host(
    "gitlab-pages", "GitLab Pages", ".gitlab-ci.yml", configure,
    steps=(
        "make a branch `published` with the release in a folder: cp -rL public site, and a .gitattributes that says `site/** -text`, so that git changes no line end",
        "write the job to .gitlab-ci.yml in that branch, and push it at every release",
        "under Deploy, Pages: name your domain, and force HTTPS",
    ),
    cannot=(*NO_HEADERS, "media types follow the endings of names: feeds come as application/xml and application/json, attestation/SHA256SUMS as the server guesses"),
)  # fmt: skip
