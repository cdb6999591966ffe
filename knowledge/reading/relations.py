"""Relations between the parts of an Office file."""

from __future__ import annotations

import posixpath

from knowledge.reading.markup import attribute, children, parse_xml
from knowledge.reading.zip_package import ZipPackage


def relations(package: ZipPackage, part: str) -> dict[str, str]:
    """Relation id to the name of the part it points to. External targets are left out: nothing is ever fetched."""
    folder, name = posixpath.split(part)
    source = f"{folder}/_rels/{name}.rels"
    if source not in package:
        return {}
    found: dict[str, str] = {}
    for relation in children(parse_xml(package.read(source)), "Relationship"):
        target = attribute(relation, "Target") or ""
        if attribute(relation, "TargetMode") != "External" and target:
            # Names of entries, never paths on a disk: leaving the container only finds nothing.
            full = posixpath.normpath(target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target))
            found[attribute(relation, "Id") or ""] = full
    return found
