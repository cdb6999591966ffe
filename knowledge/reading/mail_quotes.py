"""What a message quotes of earlier ones, told apart from what it says itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from knowledge.reading.cleaning import one_line

_MARK = re.compile(r"^(?:\s{0,3}>)+ ?")
# The line above a quotation: "On Friday, Bob wrote:", "Am 1. Mai schrieb Bob:", "张三于5月1日写道："
_SAID = re.compile(r"(?:\bwrote|\bschrieb\b.*|写道|寫道)\s*[:：]$", re.IGNORECASE)
# The line below which some programs put the earlier message without marks.
_BELOW = re.compile(
    r"^\s*-{2,}\s*(?:Original(?: Message|nachricht)|Urspr.ngliche Nachricht|Forwarded message|原始邮件|转发邮件)"
    r"\s*-{2,}\s*$"
    r"|^\s*_{20,}\s*$",
    re.IGNORECASE,
)
_SENT_BY = re.compile(r"^\s*(?:From|Von|发件人)\s*[:：]\s*(\S.*)$", re.IGNORECASE)
_SEARCHED = 4  # lines below the dividing one: who wrote the earlier message


def quoted_parts(lines: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    """Runs of lines, each with the line that says whose words they are: empty for the message's own.

    A run without such a line counts as its own. Marks of quotation are taken off.
    """
    own: list[str] = []
    position = 0
    while position < len(lines):
        line = lines[position]
        if _BELOW.match(line) and (sender := _sender(lines[position + 1 :])):
            yield "", own
            yield sender, [_MARK.sub("", one) for one in lines[position + 1 :]]
            return
        if not _MARK.match(line):
            own.append(line)
            position += 1
            continue
        said_by = _taken(own)
        yield "", own
        own = []
        end = position
        while end < len(lines) and _MARK.match(lines[end]):
            end += 1
        yield said_by, [_MARK.sub("", one) for one in lines[position:end]]
        position = end
    yield "", own


def _sender(lines: Sequence[str]) -> str:
    found = (_SENT_BY.match(line) for line in lines[:_SEARCHED])
    return next((one_line(match.group()) for match in found if match), "")


def _taken(own: list[str]) -> str:
    """The line or two above a quotation that say whose it is, taken off the end of `own`; empty when none does."""
    last = len(own)
    while last and not own[last - 1].strip():
        last -= 1
    for count in (1, 2):
        told = own[max(0, last - count) : last]
        if told and _SAID.search(told[-1].strip()) and (count == 2 or _begins(told[0])):
            del own[last - len(told) :]
            return one_line(" ".join(told))
    return ""


def _begins(line: str) -> bool:
    return bool(re.match(r"\s*(?:On|Am|在)\b|.*[\u4e00-\u9fff]", line))
