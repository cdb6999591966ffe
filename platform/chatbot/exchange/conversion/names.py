"""Names that flows and entities may have."""

from __future__ import annotations

import re
import zlib

_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9_]+")


def identifier(name: str) -> str:
    """The same for the same name: "amount-of-money" is amount_of_money."""
    made = _NOT_IN_A_NAME.sub("_", name).strip("_")
    if not made or not name.isascii():  # names in other scripts would all look alike
        made = f"{made}_{zlib.crc32(name.encode()):08x}".strip("_")
    return (f"x_{made}" if made[0].isdigit() else made)[:64]
