"""Logos, favicons and cards: whether bytes are a picture that may stand on a page as it is. Nothing is repaired: a copy is what was given.

    fault(b"<svg …><script>…", LOGO)    ->  ("holds a <script>", "save it as a plain SVG, or as PNG")        None: it may be published

A browser runs nothing in a picture that a page shows, yet anybody can open the picture by its own address; so an SVG may have shapes,
gradients and text, and nothing that runs, moves, loads or links. Editors' own elements (``sodipodi:namedview``, ``metadata``) are let
through; document types and entities, which readers expand, are not. A PNG is looked at chunk by chunk: one that holds text or camera
data is refused, since that is seldom meant for everybody.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

Fault = tuple[str, str]
"""What is wrong, in words that follow the file's name, and what to do."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What a picture is for, and what it may be."""

    name: str
    endings: tuple[str, ...]
    most: int
    """Bytes. Logo and favicon are fetched with the first page; a card is fetched by nobody but who shows a link."""


LOGO: Final = Kind("logo", (".svg", ".png"), 32 * 2**10)
FAVICON: Final = Kind("favicon", (".svg", ".png"), 16 * 2**10)
CARD: Final = Kind("card", (".png",), 512 * 2**10)

_SVG = "{http://www.w3.org/2000/svg}"
_XHTML = "{http://www.w3.org/1999/xhtml}"
_SHAPES: Final = frozenset([
    "svg", "g", "defs", "title", "desc", "metadata", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "tspan", "use", "symbol", "clipPath", "mask",
    "linearGradient", "radialGradient", "stop", "pattern", "style", "switch",
    "filter", "feBlend", "feColorMatrix", "feComposite", "feFlood", "feGaussianBlur", "feMerge", "feMergeNode", "feOffset",
])  # fmt: skip
_LOADS = re.compile(r"url\(\s*[\"']?(?!\s*[\"']?#)|@import|image-set\(|(?:java|vb)script:|expression\(|\\", re.IGNORECASE)
"""A backslash too: CSS spells any letter with one."""
_PLAIN: Final = "save it as a plain SVG, or as PNG"
_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_NOT_SEEN: Final = {b"tEXt": "text", b"zTXt": "text", b"iTXt": "text", b"eXIf": "camera data"}
_LARGEST: Final = 4096


def fault(data: bytes, kind: Kind, ending: str) -> Fault | None:
    """What keeps these bytes from being published as such a picture; None where nothing does. ``ending`` is the file's, lower-case."""
    if ending not in kind.endings:
        return f"is no {' or '.join(one[1:].upper() for one in kind.endings)} file", f"a {kind.name} ends in {' or '.join(kind.endings)}"
    if len(data) > kind.most:
        return f"is larger than {kind.most // 1024} KiB", "save it smaller: every visitor waits for it"
    return next(_svg(data) if ending == ".svg" else _png(data), None)


def _svg(data: bytes) -> Iterator[Fault]:
    try:
        top = fromstring(data, forbid_dtd=True)
    except DefusedXmlException:
        yield "holds a document type or entities", _PLAIN
        return
    except (ParseError, ValueError, LookupError):  # LookupError: an encoding that nobody knows
        yield "is not well-formed XML", _PLAIN
        return
    if top.tag != f"{_SVG}svg":
        yield "is XML, and no SVG", "save it as SVG or PNG"
        return
    if "viewBox" not in top.attrib and not {"width", "height"} <= top.attrib.keys():
        yield "does not say how large it is", "give its <svg> a viewBox"
    for element in top.iter():
        yield from _element(element)
    if b"<?xml-stylesheet" in data.replace(b"\0", b""):
        yield "names a stylesheet", _PLAIN


def _element(element: Element) -> Iterator[Fault]:
    name = element.tag
    if name.startswith(_XHTML) or (name.startswith(_SVG) and name.removeprefix(_SVG) not in _SHAPES):
        yield f"holds a <{name.rpartition('}')[2]}>", _PLAIN
    for key, value in element.attrib.items():
        yield from _attribute(key.rpartition("}")[2], value)
    if name == f"{_SVG}style" and _LOADS.search(element.text or ""):
        yield "loads something from elsewhere", _PLAIN


def _attribute(name: str, value: str) -> Iterator[Fault]:
    if name.lower().startswith("on"):
        yield f"holds the handler {name}", _PLAIN
    elif name == "href" and not value.startswith("#"):
        yield "links to something outside itself", _PLAIN
    elif _LOADS.search(value):
        yield "loads something from elsewhere", _PLAIN


def _png(data: bytes) -> Iterator[Fault]:
    if not data.startswith(_SIGNATURE):
        yield "is no PNG, whatever its name says", "save it as PNG"
        return
    at, kinds = len(_SIGNATURE), list[bytes]()
    while at < len(data):
        kind, content, at = _chunk(data, at)
        kinds.append(kind)
        if content is None:
            yield "is damaged", "save it anew"
            return
        if kind in _NOT_SEEN:
            yield f"holds {_NOT_SEEN[kind]} that readers of the file would see", "save it without metadata"
        if kind == b"IHDR":
            yield from _size(content)
    if kinds[:1] != [b"IHDR"] or kinds[-1:] != [b"IEND"]:
        yield "is damaged", "save it anew"


def _chunk(data: bytes, at: int) -> tuple[bytes, bytes | None, int]:
    """PNG (ISO/IEC 15948), 5.3: length, type, data, CRC. The data is None where it is cut off or its sum is wrong."""
    if len(data) < at + 12:
        return b"", None, len(data)
    length, kind = struct.unpack_from(">I4s", data, at)
    content = data[at + 8 : at + 8 + length]
    end = at + 8 + length
    whole = data[end : end + 4] == zlib.crc32(kind + content).to_bytes(4, "big")
    return kind, content if whole else None, end + 4


def _size(header: bytes) -> Iterator[Fault]:
    width, height = struct.unpack_from(">II", header.ljust(8, b"\0"))
    if not (0 < width <= _LARGEST and 0 < height <= _LARGEST):
        yield f"is {width} by {height} pixels", f"save it no larger than {_LARGEST} by {_LARGEST}"
