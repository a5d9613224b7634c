"""nginx: one file for ``/etc/nginx/conf.d/``, with a block for port 80 that leads to TLS. For 1.18 and newer.

Headers stand in the server block alone, and differ by ``map``: a header in a location would take away all those of the server.
"""

from __future__ import annotations

import re
from typing import Final

from attest.hosting.interface import Host, Hosted
from attest.hosting.rules import BY_ENDING, COMPRESSED, EVIDENCE, FRESH, HASHED, HIDDEN, KEPT, OPEN, SANDBOX, TYPES, common

_FILE: Final = "/etc/nginx/conf.d/trust-center.conf"


def configure(hosted: Hosted) -> str:
    """The file."""
    return "\n".join([*_head(hosted), "", *_maps(hosted), "", *(_redirect(hosted) if hosted.port == 443 else []), *_server(hosted), ""])


def _head(hosted: Hosted) -> list[str]:
    return [f"# {hosted.address} from {hosted.folder}", "# The certificate's two lines are yours to change. After that: nginx -t && systemctl reload nginx"]


def _maps(hosted: Hosted) -> list[str]:
    """Which value of a header a path gets, decoded and without doubled slashes; an empty one is not sent."""
    opened = "|".join(folder.rstrip("/") for folder in OPEN)
    return [
        *_map(hosted, "policy", hosted.policy, f"^/{EVIDENCE}", SANDBOX),
        *_map(hosted, "origin", "", f"^/({opened})/", "*"),
        *_map(hosted, "cache", FRESH, HASHED, KEPT),
    ]


def _map(hosted: Hosted, name: str, default: str, pattern: str, value: str) -> list[str]:
    return [f"map $uri ${hosted.slug}_{name} {{", f'    default "{default}";', f'    "~{pattern}" "{value}";', "}"]


def _redirect(hosted: Hosted) -> list[str]:
    return ["server {", "    listen 80;", "    listen [::]:80;", f"    server_name {hosted.name};", f"    return 301 https://{hosted.name}$request_uri;", "}", ""]


def _server(hosted: Hosted) -> list[str]:
    tls = ["", f"    ssl_certificate /etc/letsencrypt/live/{hosted.name}/fullchain.pem;", f"    ssl_certificate_key /etc/letsencrypt/live/{hosted.name}/privkey.pem;"]
    listen = f"{hosted.port}{' ssl http2' if hosted.secure else ''};"
    return [
        "server {",
        *(f"    {line}" if line else "" for line in (f"listen {listen}", f"listen [::]:{listen}", f"server_name {hosted.name};", "server_tokens off;")),
        *(tls if hosted.secure else []),
        *(["", *_below(hosted)] if hosted.prefix != "/" else []),
        "",
        f'    root "{hosted.folder}";',
        "    index index.html;",
        "    charset utf-8;",
        "    charset_types text/plain text/css text/csv text/javascript application/javascript;",
        "    error_page 403 =404 /404.html;",
        "    error_page 404 /404.html;",
        "",
        *_headers(hosted),
        "",
        *_compression(),
        "",
        *_locations(),
        "}",
    ]


def _below(hosted: Hosted) -> list[str]:
    """A site under a path: the path is taken away, and put back where nginx leads to a folder."""
    folder = hosted.prefix.rstrip("/")
    return [
        f'    if ($request_uri !~ "^{folder}([/?]|$)") {{',
        "        return 404;",
        "    }",
        f"    rewrite ^{folder}$ {folder}/ permanent;",
        f"    rewrite ^{folder}(/.*)$ $1;",
        f'    if (-d "{hosted.folder}$uri") {{',
        f"        rewrite ^(.*[^/])$ {folder}$1/ permanent;",
        "    }",
    ]


def _headers(hosted: Hosted) -> list[str]:
    mapped = {"Content-Security-Policy": "policy", "Cache-Control": "cache"}
    lines = [f'    add_header {name} {f"${hosted.slug}_{mapped[name]}" if name in mapped else _quoted(value)} always;' for name, value in common(hosted).items()]
    return [*lines, f"    add_header Access-Control-Allow-Origin ${hosted.slug}_origin always;"]


def _quoted(value: str) -> str:
    return f'"{value}"'


def _compression() -> list[str]:
    """nginx always compresses text/html, and warns when it is told to."""
    types = " ".join(type_ for type_ in COMPRESSED if type_ != "text/html")
    return ["    gzip on;", "    gzip_vary on;", "    gzip_proxied any;", "    gzip_comp_level 6;", "    gzip_min_length 512;", f"    gzip_types {types};"]


def _locations() -> list[str]:
    """The first pattern that fits is the one. What begins with a dot is for nobody, but for what the web has agreed on. ``charset`` adds
    the character set to plain text; a type that named it itself would not be compressed.
    """
    hidden = "|".join(re.escape(name) for name in HIDDEN if not name.startswith("."))
    lines = ["    location ~ /\\.(?!well-known/) {", "        return 404;", "    }", f"    location ~ ^/({hidden})$ {{", "        return 404;", "    }"]
    for pattern, type_ in TYPES.items():
        lines += [f'    location ~ "^/{pattern}" {{', "        types { }", f"        default_type {type_.partition(';')[0]};", "    }"]
    return [*lines, "    location ~ \\.(json|map)$ {", "        types { }", f"        default_type {BY_ENDING['.json']};", "    }"]


HOST: Final = Host(
    "nginx", "nginx", _FILE, configure,
    steps=(f"write it to {_FILE}", "put your certificate into its two lines", "try it with: nginx -t", "take it up with: systemctl reload nginx"),
    cannot=("brotli needs a module that nginx does not bring; gzip is on",),
)  # fmt: skip
