r"""Base64 (RFC 4648, section 4) read without latitude: the standard alphabet, padded, no line breaks, unused bits zero.

    b"AB" <-> "QUI="            refused: "QUI" (no padding)  "QUJ=" (unused bits set)  "-_8=" (URL-safe)  "QUI=\n"

``base64.b64decode(validate=True)`` reads QUI= and QUJ= alike: two texts for one value, so that a signed document could be changed
without its meaning changing. What does not encode back to itself is therefore refused (RFC 4648, section 3.5).
"""

from __future__ import annotations

import base64
import binascii

from attest.errors import Unreadable


def decode(text: str) -> bytes:
    """Base64 text -> bytes. Raises Unreadable for any text that ``encode`` does not give."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Unreadable("not base64 (standard alphabet, padded, no line breaks)") from None
    if encode(data) != text:
        raise Unreadable("not the one base64 form of these bytes")
    return data


def encode(data: bytes) -> str:
    """Bytes -> base64 text, padded, on one line."""
    return base64.b64encode(data).decode("ascii")
