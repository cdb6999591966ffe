"""What tells a passage that answers a question from one that is merely about the same things.

Each figure compares the words of the question with the sentence that holds most of them, the window of that sentence
and its neighbours, and the passage. A question that was turned into one without an answer mostly has one salient word
that has no counterpart there: another name or number, an opposite, a condition.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from knowledge.answering.answerability_words import EXACT, AskedWord, Found, Line, asked_words, form_of, lines_of
from knowledge.answering.cues import typed_answer
from knowledge.text.words import plain_text, words_of

NAMES = (
    "held_in_sentence",
    "held_in_window",
    "neighbours_kept",
    "lead",
    "words",
    "is_phrase",
    "names_missed",
    "numbers_missed",
    "negation_missed",
    "no_typed_answer",
)
_NEGATION = re.compile(
    r"\b(?:not|\w+n['’]t|cannot|never|no|none|nobody|nothing|without|neither|nor|except|unable|fail(?:ed|s)?"
    r"|refus(?:ed?|es)|lack(?:ed|s)?|least|un\w{4,}|non-?\w{3,})\b|不|没|未|非|无|勿|除了|除外|拒绝|缺",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"[?？]|^\W*(?:what|which|who|whom|whose|when|where|why|how|is|are|was|were|do|does|did|can|could|should|may|will"
    r"|would|has|have|had|am)\b|什么|怎|如何|谁|哪|几|多少|多[久长大高远]|吗|呢|何|是否|能否|可否",
    re.IGNORECASE,
)
_NEAR = 2  # words of the question that stand so close belong together
_SAME_PHRASE = 3  # places in the sentence within which they still do
_TYPED_BONUS = 0.1
_PRIOR = 0.3  # weight of what is not there: one common word that is found proves little


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question read for one knowledge base: `rarity` differs from one to the next."""

    text: str
    words: tuple[AskedWord, ...]
    forms: frozenset[str]  # of all its words
    typed: re.Pattern[str] | None  # what an answer must hold one of
    asks: bool

    @classmethod
    def of(cls, text: str, rarity: Mapping[str, float]) -> AskedQuestion:
        plain = plain_text(text)
        forms = frozenset(words_of(text))
        return cls(plain, tuple(asked_words(text, rarity)), forms, typed_answer(plain), bool(_ASKS.search(plain)))


def features(question: AskedQuestion, heading: str, text: str) -> tuple[float, ...]:
    """A figure for each of NAMES. What the heading says counts as said in every sentence."""
    words = question.words
    lines = lines_of(text) or [Line("")]
    title = Line(heading)
    titled = [title.find(word.form).share >= EXACT for word in words]
    found = [[line.find(word.form) for word in words] for line in lines]
    typed = [_holds_typed(question, line.text) for line in lines]
    weights = [0.1 + word.rarity**2 for word in words]
    held = [_held(weights, titled, row) for row in found]
    best = max(range(len(lines)), key=lambda at: held[at] + (_TYPED_BONUS if typed[at] else 0.0))
    near = range(max(0, best - 1), min(len(lines), best + 2))
    sentence = [EXACT if known else one.share for known, one in zip(titled, found[best], strict=True)]
    window = [max(share, *(found[at][n].share for at in near)) for n, share in enumerate(sentence)]
    held_figures = (
        held[best],
        _share(weights, window),
        _neighbours_kept(words, found[best]),
        held[best] - max((one for at, one in enumerate(held) if at != best), default=0.0),
        math.log1p(len(words)),
        float(not question.asks),
    )
    if not question.asks:  # words put together to search with: that some are missing says little
        return (*held_figures, *(0.0,) * (len(NAMES) - len(held_figures)))
    whole = [max(share, *(row[n].share for row in found)) for n, share in enumerate(sentence)]
    return (
        *held_figures,
        math.log1p(sum(word.is_name and share < EXACT for word, share in zip(words, whole, strict=True))),
        math.log1p(sum(word.is_number and share < EXACT for word, share in zip(words, whole, strict=True))),
        float(bool(_NEGATION.search(question.text)) and not any(_NEGATION.search(lines[at].text) for at in near)),
        float(not any(typed[at] for at in near)),
    )


def tells_by_title_alone(question: AskedQuestion, heading: str, text: str, titles: frozenset[str]) -> bool:
    """Whether of the question's words only such stand there as stand in every title, and others do not.

    A company's name is in all of its documents' titles: a question that has it is near to every passage, whatever else
    it asks. `titles`: the forms of the words that every title holds.
    """
    common = [word for word in question.words if word.form in titles]
    asked = [word for word in question.words if word.form not in titles]
    if not common or not asked:
        return False
    lines = [Line(heading), *lines_of(text)]
    return not any(line.find(word.form).share for word in asked for line in lines)


def _holds_typed(question: AskedQuestion, sentence: str) -> bool:
    """Whether something of the kind asked for stands there that the question does not know already."""
    if question.typed is None:
        return True
    return any(form_of(one) not in question.forms for one in question.typed.findall(sentence))


def _held(weights: Sequence[float], titled: Sequence[bool], found: Sequence[Found]) -> float:
    return _share(weights, [EXACT if known else one.share for known, one in zip(titled, found, strict=True)])


def _share(weights: Sequence[float], shares: Sequence[float]) -> float:
    return sum(weight * share for weight, share in zip(weights, shares, strict=True)) / (sum(weights) + _PRIOR)


def _neighbours_kept(words: Sequence[AskedWord], found: Sequence[Found]) -> float:
    """Of words that stand side by side in the question, how many pairs do so in the sentence."""
    pairs = kept = 0
    for at in range(len(words) - 1):
        if words[at + 1].place - words[at].place > _NEAR:
            continue
        pairs += 1
        left, right = found[at].places, found[at + 1].places
        kept += bool(left and right) and min(abs(b - a) for a in left for b in right) <= _SAME_PHRASE
    return kept / pairs if pairs else 0.5
