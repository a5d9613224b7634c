"""XML without latitude, read part by part: no document type, no entities, no depth beyond reason.

    <report><results><result id="1"/>…   wanted: paths that end with results/result   ->   each <result> whole, one after the other

What is not wanted is dropped as it goes by, and each part once the next is asked for, so that memory holds one at a time. Names are given without their namespace. Refused:
any DTD (entity bombs, files from outside), elements nested beyond 100, what is no XML.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import BinaryIO
from xml.etree.ElementTree import Element, ParseError  # the types alone: defusedxml does the parsing

import defusedxml.ElementTree
from defusedxml.common import DefusedXmlException

from attest.errors import Unreadable
from attest.readings import begin

_MAX_DEPTH = 100


def parts(stream: BinaryIO, wanted: Callable[[str], bool]) -> Iterator[tuple[str, Element]]:
    """A stream -> the path (``report/results/result``) and the element of each outermost part that is wanted, in the order written.

    Raises Unreadable, also after some parts were given.
    """
    path: list[str] = []
    inside = 0
    for event, element in _events(io.BytesIO(begin.everything(stream))):
        if event == "start":
            path.append(local(element))
            if len(path) > _MAX_DEPTH:
                raise Unreadable(f"elements are nested beyond {_MAX_DEPTH}")
            inside += bool(inside) or wanted("/".join(path))
            continue
        if inside == 1:
            yield "/".join(path), element
        inside -= bool(inside)
        if not inside:
            element.clear()
        path.pop()


def tree(stream: BinaryIO) -> Element:
    """A stream -> the root of everything, for formats whose parts have to be compared; how deep it goes is the caller's to bound."""
    with _strict():
        return defusedxml.ElementTree.fromstring(begin.everything(stream), forbid_dtd=True)


def _events(data: io.BytesIO) -> Iterator[tuple[str, Element]]:
    with _strict():
        yield from defusedxml.ElementTree.iterparse(data, events=("start", "end"), forbid_dtd=True)


@contextmanager
def _strict() -> Iterator[None]:
    try:
        yield
    except DefusedXmlException:
        raise Unreadable("the file declares a document type or entities, which no report needs") from None
    except (ParseError, ValueError, LookupError) as error:
        raise Unreadable(f"the file is not XML: {error}") from None


def local(element: Element) -> str:
    """The element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def space(element: Element) -> str:
    """Its namespace, empty where it has none."""
    return str(element.tag)[1:].rpartition("}")[0] if str(element.tag).startswith("{") else ""


def child(element: Element, name: str) -> Element | None:
    """The first child of this name, whatever its namespace."""
    return next((each for each in element if local(each) == name), None)


def children(element: Element, name: str) -> Iterator[Element]:
    """The children of this name."""
    return (each for each in element if local(each) == name)


def text(element: Element | None) -> str:
    """What stands in an element before its first child, without the white space around it."""
    return (element.text or "").strip() if element is not None else ""
