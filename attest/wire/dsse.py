"""DSSE v1.0: the bytes that a signature in an envelope covers, its pre-authentication encoding.

    PAE(type, payload) = "DSSEv1" SP len(type) SP type SP len(payload) SP payload

    pae("http://example.com/HelloWorld", b"hello world")  ->  b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"

The lengths are decimal counts of bytes, of the type's UTF-8 too; counting its characters gives other bytes for a type that is not
ASCII. The envelope itself is part of the bundle (``bundle``).
"""

from __future__ import annotations


def pae(payload_type: str, payload: bytes) -> bytes:
    """Payload type and payload -> the bytes to sign. ValueError for a type that no UTF-8 can carry (a lone surrogate)."""
    kind = payload_type.encode("utf-8")
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)
