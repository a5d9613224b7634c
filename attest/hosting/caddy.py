"""Caddy 2: a site block. Certificates and the way from port 80 are Caddy's own business."""

from __future__ import annotations

from typing import Final

from attest.hosting.interface import Host, Hosted
from attest.hosting.rules import COMPRESSED, EVIDENCE, HASHED, HIDDEN, KEPT, OPEN, SANDBOX, TYPES, common

_FILE: Final = "/etc/caddy/Caddyfile"


def configure(hosted: Hosted) -> str:
    """The site block. Inside ``route`` the order is the one that is written."""
    body = [f'root * "{hosted.folder}"', *_compression(), "route {", *_indented([*_headers(hosted), *_types(), *_files()]), "}"]
    if hosted.prefix != "/":
        body = [f"redir {hosted.prefix.rstrip('/')} {hosted.prefix}", f"handle_path {hosted.prefix}* {{", *_indented(body), "}", "handle {", "    error 404", "}"]
    errors = ["handle_errors {", *_indented([f'root * "{hosted.folder}"', *_common(hosted), "rewrite * /404.html", "file_server"]), "}"]
    return "\n".join([f"# {hosted.address} from {hosted.folder}", f"{hosted.origin} {{", *_indented([*body, *errors]), "}", ""])


def _indented(lines: list[str]) -> list[str]:
    return [f"    {line}" if line else "" for line in lines]


def _headers(hosted: Hosted) -> list[str]:
    opened = " ".join(f"/{folder}*" for folder in OPEN)
    return [
        *_common(hosted),
        f"@evidence path /{EVIDENCE}*", f'header @evidence Content-Security-Policy "{SANDBOX}"',
        f"@open path {opened}", 'header @open Access-Control-Allow-Origin "*"',
        f'@hashed path_regexp "{HASHED}"', f'header @hashed Cache-Control "{KEPT}"',
    ]  # fmt: skip


def _common(hosted: Hosted) -> list[str]:
    """Written here and for errors, which begin without any header. Nothing is taken away: Caddy would put the whole block off, past what comes after it."""
    return ["header {", *(f'    {name} "{value}"' for name, value in common(hosted).items()), "}"]


def _compression() -> list[str]:
    return ["encode {", "    zstd", "    gzip", "    match {", *(f"        header Content-Type {type_}*" for type_ in COMPRESSED), "    }", "}"]


def _types() -> list[str]:
    lines = []
    for name, (pattern, type_) in zip(("text", "atom", "feed"), TYPES.items(), strict=True):
        lines += [f'@{name} path_regexp "^/{pattern}"', f'header @{name} Content-Type "{type_}"']
    return lines


def _files() -> list[str]:
    """What begins with a dot is for nobody, but for what the web has agreed on."""
    hidden = " ".join(f"/{name}" for name in HIDDEN if not name.startswith("."))
    dots = ["@dots {", '    path_regexp "/\\."', "    not path /.well-known/*", "}", "error @dots 404"]
    return [*dots, f"@hidden path {hidden}", "error @hidden 404", "file_server"]


HOST: Final = Host(
    "caddy", "Caddy", _FILE, configure,
    steps=(f"write it to {_FILE}, or beside what stands there", "try it with: caddy validate --config /etc/caddy/Caddyfile", "take it up with: systemctl reload caddy"),
    cannot=("brotli needs a module that Caddy does not bring; zstd and gzip are on",),
)  # fmt: skip
