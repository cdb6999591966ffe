"""XML of office documents, parsed with entities, network and document type declarations off."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from knowledge.errors import DocumentCorrupt

Element = Any  # lxml has no types of its own


def parse_xml(data: bytes) -> Element:
    """The root element; raises DocumentCorrupt for malformed XML and for any document type declaration.

    Office formats forbid such declarations, and every attack through external or nested entities needs one.
    """
    from lxml import etree  # only the worker that reads such a file pays for loading it

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise DocumentCorrupt() from error
    declared = root.getroottree().docinfo
    if declared.doctype or declared.internalDTD is not None:
        raise DocumentCorrupt(
            "This file declares XML entities, which documents of its type must not; it was refused.",
            "文件中含有 XML 实体声明，此类文档不允许，已拒绝。",
        )
    return root


def local(element: Element) -> str:
    """The tag without its namespace; empty for what is no element."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: Element, name: str) -> str | None:
    """An attribute by its local name, whatever the namespace (transitional and strict documents differ)."""
    for key, value in element.attrib.items():
        if key.rpartition("}")[2] == name:
            return str(value)
    return None


def is_set(element: Element, name: str) -> bool:
    """Whether an attribute, by its local name, says yes."""
    return attribute(element, name) in ("1", "true")


def child(element: Element | None, name: str) -> Element | None:
    """The first child of that local name; None has none."""
    return next(children(element, name), None)


def children(element: Element | None, name: str) -> Iterator[Element]:
    """All children of that local name; None has none."""
    return (found for found in (() if element is None else element) if local(found) == name)


def text_of(element: Element | None) -> str:
    """The text at the beginning of an element."""
    return (element.text or "") if element is not None else ""


def val(element: Element | None, name: str) -> str | None:
    """The `val` of the first child of that local name: Office keeps each property in an element of its own."""
    found = child(element, name)
    return attribute(found, "val") if found is not None else None


def descendants(element: Element, name: str) -> Iterator[Element]:
    """All descendants of that local name, in document order."""
    return (found for found in element.iter() if local(found) == name)
