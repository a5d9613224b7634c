"""What a host has to send with a trust center's files, and the configuration that makes nginx, Apache, Caddy and others send it.

    built folder  ->  Hosted: address, policy of its pages, files named after their content       (folder)
    Hosted        ->  headers by path, media types, what is compressed                             (rules)
    Hosted        ->  _headers, which travels with the site                                        (headers)
    Hosted        ->  a whole configuration, and what that host cannot do                          (nginx, apache, caddy, netlify …)
    address       ->  what a running host leaves out                                               (asking)

The files are signed, the host is not: nothing here makes them truer. It keeps what stands in them from running, being framed or being
taken for something else. Hosts that change files on their way (minifying, hiding e-mail addresses, "pretty" links) break the digests,
so each configuration switches that off, or says where to.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from attest.hosting import apache, azure, caddy, cloudflare, github_pages, gitlab_pages, netlify, nginx, s3_cloudfront
from attest.hosting.interface import Host

HOSTS: Final[Mapping[str, Host]] = {
    host.name: host
    for host in (nginx.HOST, apache.HOST, caddy.HOST, netlify.HOST, cloudflare.HOST, github_pages.HOST, gitlab_pages.HOST, s3_cloudfront.HOST, azure.HOST)
}
"""In the order in which they are listed."""
