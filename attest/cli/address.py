"""A URL as people have it, from the address bar -> the root of the trust center it belongs to, and the page it names.

    https://trust.harbourline.example                        -> root https://trust.harbourline.example/   page index.html
    https://www.harbourline.example/trust/customers/x.html   -> root https://www.harbourline.example/trust/   page customers/x.html
    https://trust.harbourline.example/attestation/bundle.sigstore.json -> the bundle alone

The root is the nearest folder above that has an attestation. Only the host's own "not there" leads further up.
"""

from __future__ import annotations

from urllib.parse import unquote, urlunsplit

from attest.errors import CouldNotTell, WrongUse
from attest.fetch import Absent, Web, split_url
from attest.verify.subjects import BUNDLE
from attest.wire.bundle import MAX_BYTES

DEEPEST = 8


def find_bundle(url: str) -> bytes | None:
    """The bundle's bytes, where the URL names one. Raises WrongUse, CouldNotTell."""
    parts = split_url(url)
    folder, _, name = parts.path.rpartition("/")
    if not name.endswith(".sigstore.json"):
        return None
    return Web(urlunsplit((parts.scheme, parts.netloc, f"{folder}/", "", ""))).read(name, MAX_BYTES)


def find_site(url: str) -> tuple[Web, str | None]:
    """The site the URL belongs to, and the path of the page it names. Raises WrongUse, CouldNotTell."""
    parts = split_url(url)
    if len(parts.path) > 2048 or any(part in (".", "..") for part in parts.path.split("/")):
        raise WrongUse(f"{url!r:.200} is no address of a page")
    roots = _roots(parts.path)
    for root in roots:
        source = Web(urlunsplit((parts.scheme, parts.netloc, root, "", "")))
        if _attests(source):
            return source, _page(parts.path, root)
    return Web(urlunsplit((parts.scheme, parts.netloc, roots[0], "", ""))), None


def _roots(path: str) -> list[str]:
    """Folders that may be the root, nearest first."""
    names = [part for part in path.split("/") if part]
    if names and names[-1].endswith((".html", ".htm")) and not path.endswith("/"):
        names = names[:-1]
    depths = range(len(names), -1, -1)
    return ["/" + "".join(f"{name}/" for name in names[:depth]) for depth in depths][: DEEPEST + 1]


def _attests(source: Web) -> bool:
    try:
        source.read(BUNDLE, MAX_BYTES)
    except Absent:
        return False
    except CouldNotTell:
        return True
    return True


def _page(path: str, root: str) -> str | None:
    """The page's path in the site: a folder means its index, a name without ending its page."""
    if not path.startswith(root):
        return "index.html"
    inside = unquote(path.removeprefix(root))
    if inside == "attestation" or inside.startswith("attestation/"):
        return None
    if not inside or inside.endswith("/"):
        return f"{inside}index.html"
    return inside if "." in inside.rpartition("/")[2] else f"{inside}.html"
