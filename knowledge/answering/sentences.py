"""The sentences of passages, and which of them are only understood together."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from knowledge.retrieval import Passage
from knowledge.text.sentences import sentence_spans
from knowledge.text.words import words_of

LONGEST_ANSWER = 600
_LEADS_ON = (":", "：")
_QUESTION_MARKS = ("?", "？")
# A sentence that begins so says little without the one before it.
_LEANS_BACK = re.compile(
    r"(?:it|its|they|their|them|he|she|his|her|this|these|those|that|such|also|however|otherwise|then|in that case"
    r"|if so|but|and|or)\b|(?:它|他|她|其|此|该|这|那|但|并|而|否则|另外|同时|因此|所以|如果是这样)",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"\s*(?:\(?\d{1,2}[.)、）]|第[一二三四五六七八九十]+步)")
_ITEM = re.compile(rf"{_NUMBERED.pattern}|\s*[-*•–]\s")
_NAMED = re.compile(r"(?:^|(?<=; ))([^:;]{1,120}): ")  # a column in the row of a table
_BAR = " | "  # between the names of a table's columns


@dataclass(frozen=True, slots=True)
class Sentence:
    text: str
    passage: int  # place among the passages
    place: int  # within its passage
    start: int
    end: int
    words: frozenset[str]  # its own, and those of the question of the source that it answers
    titles: frozenset[str]  # the words that it stands under, in the best passage; what comes second speaks for itself

    @property
    def asks(self) -> bool:
        return self.text.endswith(_QUESTION_MARKS)

    @property
    def row_names(self) -> tuple[str, ...]:
        """The names of the columns, where it is a row of a table; else none."""
        names = tuple(_NAMED.findall(self.text))
        return names if len(names) > 1 and self.text.startswith(f"{names[0]}: ") else ()

    @property
    def values(self) -> frozenset[str]:
        """The words of a row's cells."""
        return frozenset(words_of(_NAMED.sub(" ", self.text)))

    @property
    def only_leads(self) -> bool:
        """Says little without what follows."""
        return self.text.endswith((*_QUESTION_MARKS, *_LEADS_ON))


def sentences_of(passages: Sequence[Passage]) -> list[Sentence]:
    """Every sentence once, even where chunks overlap."""
    seen: set[str] = set()
    found: list[Sentence] = []
    for number, passage in enumerate(passages):
        titles = frozenset(words_of(_titles(passage)) if number == 0 else ())
        asked: frozenset[str] = frozenset()
        for place, (start, end) in enumerate(sentence_spans(passage.text)):
            text = passage.text[start:end]
            words = frozenset(words_of(text))
            if text not in seen:
                seen.add(text)
                found.append(Sentence(text, number, place, start, end, words | asked, titles))
            asked = words if text.endswith(_QUESTION_MARKS) else frozenset()
    return found


def _titles(passage: Passage) -> str:
    headings = passage.locator.get("heading")
    return " ".join([passage.document_title, *map(str, headings if isinstance(headings, list | tuple) else ())])


class Company:
    """Who stands with whom."""

    def __init__(self, passages: Sequence[Passage], sentences: Sequence[Sentence]) -> None:
        self._passages = passages
        self._sentences = sentences
        self._at = {(one.passage, one.place): one for one in sentences}

    def beside(self, sentence: Sentence, steps: int) -> Sentence | None:
        """The sentence so many places further on in the same passage."""
        return self._at.get((sentence.passage, sentence.place + steps))

    def is_head(self, sentence: Sentence) -> bool:
        """Whether it names the columns of a table, which stand in every row of it anyhow."""
        names = sentence.text.split(_BAR)
        row = self.beside(sentence, 1)
        return len(names) > 1 and row is not None and row.text.startswith(tuple(f"{name}: " for name in names))

    def rows(self, within: Sentence) -> list[Sentence]:
        """The rows of the table whose header or row this is, as many as an answer has room for."""
        first = within
        while (before := self.beside(first, -1)) is not None and (before.row_names or self.is_head(before)):
            first = before
        rows = [] if self.is_head(first) else [first]
        room = LONGEST_ANSWER - sum(len(one.text) for one in rows)
        return [*rows, *self._following(first, lambda one: bool(one.row_names), room=room)]

    def answers_another(self, sentence: Sentence, chosen: Sequence[Sentence]) -> bool:
        """Whether it follows a question of the source that is not the one being answered."""
        before = self.beside(sentence, -1)
        return before is not None and before.asks and before not in chosen

    def of(self, sentence: Sentence, *, steps: bool = False) -> list[Sentence]:
        """The sentence, preceded by what it leans on, followed by what it leads to or what goes on from it.

        With `steps` one of a numbered list brings all of them.
        """
        if steps and _NUMBERED.match(sentence.text):
            return self._list(sentence)
        company = [sentence]
        before = self.beside(sentence, -1)
        if before is not None and _LEANS_BACK.match(sentence.text) and not before.asks:
            company.insert(0, before)
        if sentence.asks:
            company = self._following(sentence, lambda one: not one.asks, most=2) or company
        elif sentence.only_leads:
            company.extend(self._following(sentence, lambda _: True, most=7, room=LONGEST_ANSWER - len(sentence.text)))
        else:
            after = self.beside(sentence, 1)
            length = sum(len(one.text) for one in company)
            if after and _LEANS_BACK.match(after.text) and length + len(after.text) <= LONGEST_ANSWER / 2:
                company.append(after)
        return company

    def _following(
        self, sentence: Sentence, belongs: Callable[[Sentence], bool], *, most: int = 50, room: float = math.inf
    ) -> list[Sentence]:
        found: list[Sentence] = []
        following = self.beside(sentence, 1)
        while following is not None and len(found) < most and belongs(following):
            room -= len(following.text)
            if room < 0:
                break
            found.append(following)
            following = self.beside(following, 1)
        return found

    def _list(self, item: Sentence) -> list[Sentence]:
        """The lines above and below that are items as well, if an answer has room for them all."""
        text = self._passages[item.passage].text
        lines = list(re.finditer(r"[^\n]+", text))
        at = next(number for number, line in enumerate(lines) if line.end() > item.start)
        first = last = at
        while first and self._go_on(text, lines[first - 1], lines[first]):
            first -= 1
        while last + 1 < len(lines) and self._go_on(text, lines[last], lines[last + 1]):
            last += 1
        start, end = lines[first].start(), lines[last].end()
        if end - start > LONGEST_ANSWER:
            return [item]
        return [one for one in self._sentences if one.passage == item.passage and start <= one.start < end]

    @staticmethod
    def _go_on(text: str, line: re.Match[str], following: re.Match[str]) -> bool:
        """Whether both lines are items of one list."""
        apart = text[line.end() : following.start()]
        return len(apart) == 1 and all(_ITEM.match(one.group()) for one in (line, following))
