"""Characters that no database keeps and no reply can carry: NUL, and halves of surrogate pairs."""

from __future__ import annotations

import re

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def is_storable(text: str) -> bool:
    """Escapes in YAML and JSON can write what no file in UTF-8 can hold."""
    return _UNSTORABLE.search(text) is None


def storable(text: str) -> str:
    """With each such character replaced."""
    return _UNSTORABLE.sub("\ufffd", text)


def is_storable_tree(value: object) -> bool:
    """Every key and text of JSON, however deep."""
    waiting = [value]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            waiting += [*node, *node.values()]
        elif isinstance(node, list):
            waiting += node
        elif isinstance(node, str) and not is_storable(node):
            return False
    return True
