"""Messages that lean on what was said before: "And how much does it cost?", "那要多少钱？".

No model writes them anew. A message is read twice, as it stands and with the words of what it follows, and the two
readings are pooled: a mean of the log odds that each gives a passage. So a passage must fit the message itself and what
the talk is about. A message that says next to nothing has only the second reading; what was found with certainty, or
reads as a question of its own, only the first.

docs/decisions/0010-followups.md has the figures that chose the constants.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import rjieba

from knowledge.calibration import log_odds, sigmoid
from knowledge.retrieval import Hit
from knowledge.text.words import FUNCTION_WORDS, query_words

POOLED = 40  # how many hits of each reading are compared
_WORD_FOR_WORD = 0.99  # what an approved question scores that is asked as it stands
_CLEAR = 0.7  # a message that leans back needs no context from here on, unless it says next to nothing itself
_DOUBTFUL = 0.45  # below, even one that seems to stand alone may have left out what it is about
_FEW_WORDS = 2
_ALONE, _IN_CONTEXT = 1 / 3, 2 / 3  # what each reading counts
_SUBJECT_WORDS = 12  # kept of what was asked, the latest ones
_ANSWER_LATIN, _ANSWER_HAN = 100, 50  # characters kept of what was answered; Chinese says more with fewer
_QUESTION_KEPT = 500  # characters

_POINTS_BACK = re.compile(
    r"\b(?:it|its|they|them|their|theirs|this|that|these|those|he|him|his|she|her|hers|there|ones|such|same|both|either"
    r"|neither|others?|another|else|too|also|as well|instead)\b"
    r"|[它他她那此]|(?<![你我咱们])这|其(?![实他次])|其他|另外|别的|还有|前者|后者|上述|上面|刚才|刚刚|同样|两者|呢[\s?？。!！]*$"
)
_OPENS_LIKE_ONE = re.compile(
    r"\W*(?:(?:and|but|or|so|then|what about|how about|why not|what if|i meant?|no|ok|yes)\b"
    r"|然后|还(?:有|能|可|要|需|是|会|得)|而|但|可是|不过|所以|此外)"
)
_SOURCE_NUMBER = re.compile(r"\s*\[\d+\]")
_HAN = re.compile(r"[\u3400-\u9fff]")
_CONTRACTED = re.compile(r"['’].*")
_WORD = re.compile(r"[\u3400-\u9fff]+|[^\W_](?:[^\W_\u3400-\u9fff]|['’&.+-](?=[^\W_]))*")


Search = Callable[[str, int], list[Hit]]  # of one index: a text and a limit


@dataclass(frozen=True, slots=True)
class Topic:
    """What a talk was last about: a question that stands alone, and how its answer began; empty when it has not begun.

    `answer` is empty where there was none, or a refusal.
    """

    question: str = ""
    answer: str = ""

    @classmethod
    def of(cls, said: Sequence[tuple[str, str]]) -> Topic:
        """That of earlier messages, in order, each with who said it: "user", or anything else for the bot."""
        topic = cls()
        for speaker, text in said:
            asks = speaker == "user"
            topic = topic.asked(text, in_context=leans_back(text)) if asks else topic.answered(text)
        return topic

    def asked(self, message: str, *, in_context: bool) -> Topic:
        """The next question; with `in_context`, the subject of this one goes on."""
        kept = message[:_QUESTION_KEPT]
        return Topic(self.about(kept) if in_context else kept)

    def answered(self, text: str, title: str = "") -> Topic:
        """With what was answered, from the document of this title."""
        plain = _SOURCE_NUMBER.sub("", text)
        length = _ANSWER_HAN if _HAN.search(plain[:_ANSWER_HAN]) else _ANSWER_LATIN
        return replace(self, answer=f"{title} {plain[:length]}".strip())

    @property
    def subject(self) -> str:
        """The words of the question that say what it is about."""
        return " ".join(list(dict.fromkeys(_content_words(self.question)))[-_SUBJECT_WORDS:])

    def around(self, message: str) -> str:
        """The message with what is known of what it follows, to look for passages.

        A former answer's words would drown one that has few of its own.
        """
        if _says_little(message):
            return self.about(message)
        return " ".join(part for part in (self.subject, self.answer, message) if part)

    def judged(self, message: str) -> str:
        """What a passage must answer: the message, with what it is about where it says next to nothing itself."""
        return self.about(message) if _says_little(message) else message

    def about(self, message: str) -> str:
        """The message with what it is about, to compare with questions."""
        return f"{self.subject} {message}".strip()

    def __bool__(self) -> bool:
        return bool(self.question)


def leans_back(message: str) -> bool:
    """Whether it points at something outside itself, goes on from it, or names at most one thing."""
    return _refers(message) or _own_words(message) <= 1


def needs_context(message: str, score: float) -> bool:
    """Whether what was said before may find more; `score` is the probability of the best hit without it."""
    if _says_little(message):
        return score < _WORD_FOR_WORD
    return score < _DOUBTFUL or (score < _CLEAR and leans_back(message))


def pooled(message: str, alone: Sequence[Hit], in_context: Sequence[Hit], *, limit: int) -> list[Hit]:
    """Both readings' hits of a message, best first, each given best first; what one has not found is its last there.

    A message that does not lean back takes its order from both and its scores from its own reading: what was said
    before makes no answer of what is none. How rare words are is told of those of the longer text.
    """
    if not alone or not in_context or _says_little(message):
        return list(in_context or alone)[:limit]
    hits = {hit.chunk_id: hit for hit in (*in_context, *alone)}
    first, second = ({hit.chunk_id: log_odds(hit.score) for hit in found} for found in (alone, in_context))
    last_first, last_second = min(first.values()), min(second.values())
    merged = [
        replace(
            hit,
            rarity=in_context[0].rarity,
            score=sigmoid(_ALONE * first.get(one, last_first) + _IN_CONTEXT * second.get(one, last_second)),
        )
        for one, hit in hits.items()
    ]
    ranked = sorted(merged, key=lambda hit: (-hit.score, hit.chunk_id))
    if not leans_back(message):
        own = [hit.score for hit in alone] + [alone[-1].score] * (len(ranked) - len(alone))
        ranked = [replace(hit, score=score) for hit, score in zip(ranked, own, strict=True)]
    return ranked[:limit]


def read_in_context(
    searches: Sequence[Search], message: str, placed: str, *, limit: int
) -> tuple[list[list[Hit]], str]:
    """The best hits of each search for a message, and what was searched for. `placed`: the message with what it
    follows, "" where it follows nothing; needed or not by the best hit of all.
    """
    depth = max(limit, POOLED) if placed else limit
    alone = [search(message, depth) for search in searches]
    if not placed or not needs_context(message, max((hit.score for hits in alone for hit in hits), default=0.0)):
        return [hits[:limit] for hits in alone], message
    in_context = [search(placed, depth) for search in searches]
    return [pooled(message, *readings, limit=limit) for readings in zip(alone, in_context, strict=True)], placed


def _says_little(message: str) -> bool:
    return _refers(message) and _own_words(message) <= _FEW_WORDS


def _refers(message: str) -> bool:
    plain = unicodedata.normalize("NFKC", message).lower()
    return bool(_POINTS_BACK.search(plain) or _OPENS_LIKE_ONE.match(plain))


def _content_words(text: str) -> list[str]:
    """As they are written, for people read them too."""
    runs = _WORD.findall(text)
    words = [word for run in runs for word in (rjieba.cut(run) if _HAN.match(run) else [run])]
    return [word for word in words if _CONTRACTED.sub("", word).lower() not in FUNCTION_WORDS]


def _own_words(message: str) -> int:
    return sum(weight == 1.0 for weight in query_words(message).values())
