"""What a site asks of crawlers: robots.txt as RFC 9309 reads it, with Crawl-delay."""

from __future__ import annotations

import re

from protego import Protego

MOST_BYTES = 500 * 1024
LONGEST_DELAY_S = 30.0
_GROUP = re.compile(r"\s*user[\s-]*agent(?:\s*:|\s)([^#]*)", re.IGNORECASE)


class Robots:
    """The rules for one crawler; without a text nothing is asked."""

    def __init__(self, text: str = "", agent: str = "") -> None:
        lines = text.removeprefix("\ufeff")[:MOST_BYTES].splitlines()
        self._rules = Protego.parse("\n".join(_addressed(line, agent.lower()) for line in lines))
        # How long to wait between two requests; 0 where nothing is asked.
        self.delay_s = min(self._rules.crawl_delay("own") or 0.0, LONGEST_DELAY_S)

    def allows(self, path: str) -> bool:
        """`path` with its query. The longest pattern that fits decides; of two as long, the one that allows."""
        return self._rules.can_fetch(f"http://site{path}", "own")


def _addressed(line: str, agent: str) -> str:
    """Groups are "own", "*" or "others": rules are kept for each name, and a stranger may write thousands."""
    group = _GROUP.match(line)
    name = group[1].strip().lower() if group else "*"
    if name == "*":
        return line
    bare = name.strip("*")
    return f"User-agent: {'own' if bare and agent.startswith(bare) else 'others'}"
