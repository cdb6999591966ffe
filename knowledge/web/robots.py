"""What a site asks of crawlers: robots.txt as RFC 9309 reads it, with Crawl-delay."""

from __future__ import annotations

import re
from dataclasses import dataclass

MOST_BYTES = 500 * 1024
LONGEST_DELAY_S = 30.0


@dataclass(frozen=True, slots=True)
class Robots:
    """The rules for one crawler. `delay_s` is how long to wait between two requests; 0 where nothing is asked."""

    rules: tuple[tuple[str, bool], ...] = ()  # path pattern, allowed
    delay_s: float = 0.0

    def allows(self, path: str) -> bool:
        """`path` with its query. The longest pattern that fits decides; of two as long, the one that allows."""
        fitting = [(len(pattern), allowed) for pattern, allowed in self.rules if _fits(pattern, path)]
        return max(fitting)[1] if fitting else True


def read_robots(text: str, agent: str) -> Robots:
    """The groups that name `agent`, or else those for everyone."""
    groups: dict[str, list[tuple[str, str]]] = {}
    named: list[str] = []
    in_rules = False
    for line in text[:MOST_BYTES].splitlines():
        field, separator, value = line.partition("#")[0].partition(":")
        field, value = field.strip().lower(), value.strip()
        if not separator:
            continue
        if field == "user-agent":
            named, in_rules = ([] if in_rules else named), False
            named.append(value.lower())
            groups.setdefault(value.lower(), [])
        elif field in ("allow", "disallow", "crawl-delay"):
            in_rules = True
            for name in named:
                groups[name].append((field, value))
    own = next((rules for name, rules in groups.items() if name != "*" and name in agent.lower()), groups.get("*", []))
    delays = [float(value) for field, value in own if field == "crawl-delay" and re.fullmatch(r"\d+(\.\d+)?", value)]
    return Robots(
        rules=tuple((value, field == "allow") for field, value in own if field != "crawl-delay" and value),
        delay_s=min(max(delays, default=0.0), LONGEST_DELAY_S),
    )


def _fits(pattern: str, path: str) -> bool:
    """`*` stands for anything, a `$` at the end for the end. By hand: no pattern of a stranger's is slow to match."""
    ends = pattern.endswith("$")
    first, *rest = (pattern[:-1] if ends else pattern).split("*")
    if not path.startswith(first):
        return False
    at = len(first)
    for number, part in enumerate(rest, start=1):
        if ends and number == len(rest):
            return len(path) - len(part) >= at and path.endswith(part)
        found = path.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    return not ends or at == len(path)
