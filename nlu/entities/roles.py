"""Who plays what: in 从北京到上海 and "from Beijing to Shanghai" one city is "from", the other "to"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from nlu.candidate import Candidate

_PLAYERS = frozenset({"gazetteer", "name", "tagger"})
_FROM = re.compile(r"(?:[从由自离]|(?<![A-Za-z])(?:from|leaving|departing)\s+(?:the\s+)?)$", re.IGNORECASE)
_TO = re.compile(
    r"(?:(?<![来收直迟得])到|(?<![出过失除])去|[往飞至回]|抵达|(?<![A-Za-z])(?:to|into|towards?|reach(?:ing)?)\s+(?:the\s+)?)$",
    re.IGNORECASE,
)
_FROM_AFTER = re.compile(r"(?:出发|起飞|启程|发车|飞往)")
_BETWEEN = re.compile(r"(?:市|站)?\s*(?:到|至|飞|飞往|开往|前往|去|->?|→|~|\s+to\s+)\s*", re.IGNORECASE)
_LOOK_BACK = 16


def with_roles(text: str, chosen: Sequence[Candidate], candidates: Sequence[Candidate]) -> list[Candidate]:
    """Roles and groups that the tagger learned first, then what stands beside a name; "" where nothing says.

    `chosen` are in the order of the text. Only names play roles, never numbers or dates, whose ranges have their own.
    """
    learned = {(c.name, c.start, c.end): (c.role, c.group) for c in candidates if c.role or c.group}
    roles: list[str] = []
    groups: list[str] = []
    for place, each in enumerate(chosen):
        taught_role, taught_group = learned.get((each.name, each.start, each.end), ("", ""))
        groups.append(each.group or taught_group)
        role = each.role or taught_role
        if not role and each.source in _PLAYERS:
            role = _beside(text, each)
            following = chosen[place + 1] if place + 1 < len(chosen) else None
            if not role and following is not None and _leads_to(text, each, following):
                role = "from"
        roles.append(role)
    for place in range(1, len(chosen)):
        if not roles[place] and roles[place - 1] == "from" and _leads_to(text, chosen[place - 1], chosen[place]):
            roles[place] = "to"
    return [
        each if (each.role, each.group) == (role, group) else replace(each, role=role, group=group)
        for each, role, group in zip(chosen, roles, groups, strict=True)
    ]


def _beside(text: str, name: Candidate) -> str:
    before = text[max(0, name.start - _LOOK_BACK) : name.start]
    if _FROM.search(before) or _FROM_AFTER.match(text, name.end):
        return "from"
    return "to" if _TO.search(before) else ""


def _leads_to(text: str, first: Candidate, second: Candidate) -> bool:
    """Whether the way goes from the one to the other: 北京到上海, "Beijing to Shanghai", 北京-上海."""
    return first.name == second.name and _BETWEEN.fullmatch(text[first.end : second.start]) is not None
