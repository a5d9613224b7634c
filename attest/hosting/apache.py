"""Apache httpd 2.4: one file with a virtual host. Its modules: headers, alias, dir, mime, filter, deflate, and ssl for TLS; brotli where it is there."""

from __future__ import annotations

import re
from typing import Final

from attest.hosting.interface import Host, Hosted
from attest.hosting.rules import BY_ENDING, COMPRESSED, EVIDENCE, HASHED, HIDDEN, KEPT, OPEN, SANDBOX, TYPES, common

_FILE: Final = "/etc/apache2/sites-available/trust-center.conf"


def configure(hosted: Hosted) -> str:
    """The file."""
    listen = [f"Listen {hosted.port}"] if hosted.port not in (80, 443) else []
    return "\n".join([*_head(hosted), "", *listen, *(_redirect(hosted) if hosted.port == 443 else []), f"<VirtualHost *:{hosted.port}>", *_indented(_inside(hosted)), "</VirtualHost>", ""])


def _head(hosted: Hosted) -> list[str]:
    return [
        f"# {hosted.address} from {hosted.folder}",
        "# The certificate's two lines are yours to change. After that: a2enmod ssl headers deflate brotli && a2ensite trust-center && apachectl configtest",
    ]


def _redirect(hosted: Hosted) -> list[str]:
    return ["<VirtualHost *:80>", f"    ServerName {hosted.name}", f"    Redirect permanent / https://{hosted.name}/", "</VirtualHost>", ""]


def _inside(hosted: Hosted) -> list[str]:
    tls = ["", "SSLEngine on", f"SSLCertificateFile /etc/letsencrypt/live/{hosted.name}/fullchain.pem", f"SSLCertificateKeyFile /etc/letsencrypt/live/{hosted.name}/privkey.pem"]
    above = hosted.prefix.rstrip("/")
    place = [f'Alias "{hosted.prefix}" "{hosted.folder}/"', f'RedirectMatch permanent "^{above}$" "{hosted.prefix}"'] if above else [f'DocumentRoot "{hosted.folder}"']
    return [
        f"ServerName {hosted.name}", *place, f"ErrorDocument 403 {hosted.prefix}404.html", f"ErrorDocument 404 {hosted.prefix}404.html", "FileETag MTime Size",
        *(tls if hosted.secure else []), "",
        f'<Directory "{hosted.folder}">', "    Options FollowSymLinks", "    AllowOverride None", "    Require all granted", "    DirectoryIndex index.html", "</Directory>", "",
        *_hidden(hosted), "", *_headers(hosted), "", *_types(hosted), "", *_compression(),
    ]  # fmt: skip


def _indented(lines: list[str]) -> list[str]:
    return [f"    {line}" if line else "" for line in lines]


def _hidden(hosted: Hosted) -> list[str]:
    names = "|".join(re.escape(name) for name in HIDDEN if not name.startswith("."))
    return [f'RedirectMatch 404 "^{hosted.prefix}(.*/)?\\.(?!well-known/)"', f'RedirectMatch 404 "^{hosted.prefix}({names})$"']


def _headers(hosted: Hosted) -> list[str]:
    """A later block overrides an earlier one."""
    opened = "|".join(folder.rstrip("/") for folder in OPEN)
    lines = [_set(name, value) for name, value in common(hosted).items()]
    special = (
        (f"^{hosted.prefix}{EVIDENCE}", "Content-Security-Policy", SANDBOX), (f"^{hosted.prefix}({opened})/", "Access-Control-Allow-Origin", "*"), (HASHED, "Cache-Control", KEPT),
    )  # fmt: skip
    for pattern, name, value in special:
        lines += [f'<LocationMatch "{pattern}">', f"    {_set(name, value)}", "</LocationMatch>"]
    return lines


def _set(name: str, value: str) -> str:
    return f'Header always set {name} "{value}"'


def _types(hosted: Hosted) -> list[str]:
    lines = ["AddDefaultCharset utf-8", "AddCharset utf-8 .css .csv .js"]
    lines += [f"AddType {type_} {ending}" for ending, type_ in BY_ENDING.items()]
    for pattern, type_ in TYPES.items():
        lines += [f'<LocationMatch "^{hosted.prefix}{pattern}">', f'    ForceType "{type_}"', "</LocationMatch>"]
    return lines


def _compression() -> list[str]:
    """Brotli for those who take it, else gzip. The tag stays, so that a copy can be asked about in either form."""
    types = " ".join(COMPRESSED)
    return [
        "<IfModule mod_brotli.c>", f'    AddOutputFilterByType "BROTLI_COMPRESS;DEFLATE" {types}', "    BrotliAlterETag NoChange", "</IfModule>",
        "<IfModule !mod_brotli.c>", f"    AddOutputFilterByType DEFLATE {types}", "</IfModule>", "DeflateAlterETag NoChange",
    ]  # fmt: skip


HOST: Final = Host(
    "apache", "Apache httpd", _FILE, configure,
    steps=(
        f"write it to {_FILE}", "put your certificate into its two lines", "switch its modules on: a2enmod ssl headers deflate brotli",
        "try it with: a2ensite trust-center && apachectl configtest", "take it up with: systemctl reload apache2",
    ),
)  # fmt: skip
