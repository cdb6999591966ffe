"""Relations between the parts of an Office file."""

from __future__ import annotations

import posixpath

from knowledge.reading.markup import Element, attribute, children, parse_xml
from knowledge.reading.zip_package import ZipPackage


def part_of(package: ZipPackage, name: str) -> Element | None:
    """The root of a part that may be missing."""
    return parse_xml(package.read(name)) if name in package else None


def relations(package: ZipPackage, part: str) -> dict[str, str]:
    """Relation id to the name of the part it points to. External targets are left out: nothing is ever fetched."""
    folder, name = posixpath.split(part)
    found: dict[str, str] = {}
    for relation in children(part_of(package, f"{folder}/_rels/{name}.rels"), "Relationship"):
        target = attribute(relation, "Target") or ""
        if attribute(relation, "TargetMode") != "External" and target:
            # Names of entries, never paths on a disk: leaving the container only finds nothing.
            full = posixpath.normpath(target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target))
            found[attribute(relation, "Id") or ""] = full
    return found
