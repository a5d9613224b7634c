"""DNS, the edge: the TXT records at ``_attest.<host>``, asked of the system's resolver or of one that is named. Needs the extra ``dns``.

    ask("trust.small.example", None)  ->  Named(records, authenticated)      also where there is none, or where nobody answers

"authenticated" is the AD bit of the answer (RFC 4035, 3.2.3): the resolver checked DNSSEC, and says so. Whoever can change what it answers
on the way to here can set that bit, too; a resolver on the same machine is the way around that.
"""

from __future__ import annotations

import ipaddress
from types import ModuleType
from typing import Any, Final

from attest.errors import Unreadable, WrongUse
from attest.wire.dns_txt import LABEL, Named, parse_records

PATIENCE: Final = 10.0
"""Seconds for all tries together."""
PORT: Final = 53
_PAYLOAD: Final = 1232


def ask(host: str, server: tuple[str, int] | None) -> Named:
    """What DNS names for a host. Never raises for what DNS does: that is in ``wrong``. Raises WrongUse where dnspython is missing, or the host is a number."""
    refuse_number(host)
    dns = _dns()
    try:
        answer = _resolver(dns, server).resolve(f"{LABEL}.{_ascii(host)}.", "TXT", raise_on_no_answer=False, lifetime=PATIENCE, search=False)
    except dns.resolver.NXDOMAIN as error:
        return Named(host, authenticated=all(_authentic(dns, response) for response in error.responses().values()))
    except dns.exception.DNSException as error:
        return Named(host, wrong=f"{LABEL}.{host} cannot be asked for: {_said(error)}")
    found = [] if answer.rrset is None else [rdata.strings for rdata in answer.rrset]
    try:
        return Named(host, parse_records(found), _authentic(dns, answer.response))
    except Unreadable as error:
        return Named(host, wrong=f"{LABEL}.{host}: {error.message}")


def refuse_number(host: str) -> None:
    """Raises WrongUse for an IP address: DNS names none."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return
    raise WrongUse(f"{host} is a number, and DNS is asked about names", "name the trust center by its own address")


def server_of(text: str) -> tuple[str, int]:
    """``192.0.2.53``, ``127.0.0.1:5300`` or ``[::1]:5300`` -> address and port. Raises WrongUse."""
    address, port = text, str(PORT)
    if text.startswith("[") or text.count(":") == 1:
        address, _, port = text.rpartition(":") if not text.endswith("]") else (text, "", port)
    try:
        number = int(port) if port.isascii() and port.isdigit() else 0
        if not 0 < number < 2**16:
            raise ValueError(port)
        return str(ipaddress.ip_address(address.strip("[]"))), number
    except ValueError:
        raise WrongUse(f"{text!r} is no name server", "write its address as 127.0.0.1, 127.0.0.1:5300 or [::1]:5300") from None


def _dns() -> ModuleType:
    try:
        import dns.exception
        import dns.flags
        import dns.nameserver
        import dns.resolver
    except ModuleNotFoundError:
        raise WrongUse("--dns needs dnspython, which is not installed", 'pip install "attest-center[dns]"') from None
    return dns


def _resolver(dns: ModuleType, server: tuple[str, int] | None) -> Any:
    resolver = dns.resolver.Resolver(configure=server is None)
    if server is not None:
        resolver.nameservers = [dns.nameserver.Do53Nameserver(*server)]
    resolver.use_edns(0, dns.flags.DO, _PAYLOAD)
    resolver.flags = dns.flags.RD | dns.flags.AD
    return resolver


def _authentic(dns: ModuleType, response: Any) -> bool:
    return bool(response.flags & dns.flags.AD)


def _ascii(host: str) -> str:
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        raise WrongUse(f"{host!r:.200} is no host's name") from None


def _said(error: Exception) -> str:
    return " ".join(str(error).split()).rstrip(".")[:300] or type(error).__name__
