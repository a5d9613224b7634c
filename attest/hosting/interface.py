"""What every host is told about a site, and what a host's module offers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Hosted:
    """A built site, as its host has to know it."""

    address: str
    """The trust center's id: ``https://trust.harbourline.example/``."""
    folder: str
    """Where it lies, as the host sees it; the link that publishing switches, never what it leads to."""
    policy: str
    """The Content-Security-Policy of its pages."""
    hashed: tuple[str, ...] = ()
    """Site paths of files whose names change with their content, sorted."""

    @property
    def name(self) -> str:
        """The host's name, without a port."""
        return urlsplit(self.address).hostname or "localhost"

    @property
    def origin(self) -> str:
        """The address without its path: ``https://trust.harbourline.example``."""
        parts = urlsplit(self.address)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def secure(self) -> bool:
        """Whether it is read over TLS."""
        return urlsplit(self.address).scheme == "https"

    @property
    def port(self) -> int:
        """Where it listens."""
        return urlsplit(self.address).port or (443 if self.secure else 80)

    @property
    def prefix(self) -> str:
        """The path it lives under, beginning and ending with a slash: ``/`` or ``/trust/``."""
        return f"{urlsplit(self.address).path.rstrip('/')}/"

    @property
    def slug(self) -> str:
        """The name as a word that configurations may use: ``trust_harbourline_example``."""
        return "".join(char if char.isalnum() and char.isascii() else "_" for char in self.name)


@dataclass(frozen=True, slots=True)
class Host:
    """A host, and how it is configured."""

    name: str
    """What it is called on the command line."""
    title: str
    file: str
    """Where the configuration goes."""
    configure: Callable[[Hosted], str]
    """Prints the configuration. Raises Refused for a site that the host cannot carry."""
    steps: tuple[str, ...] = ()
    """What to do with it, in order."""
    cannot: tuple[str, ...] = ()
    """What is not to be had there, said before somebody counts on it."""
