"""Extractive answers: the sentences that answer, each with the number of its source, or an honest None."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from knowledge.answering.citations import citation, compose
from knowledge.answering.cues import answer_shapes, asks_for_steps, is_negated
from knowledge.answering.sentences import Company, Sentence, sentences_of
from knowledge.embedders.routed import RoutedEmbedder
from knowledge.retrieval import Answer, Citation, Passage
from knowledge.text.words import query_words

DEFAULT_THRESHOLD = 0.22
_PASSAGES_READ = 3
_RELATED = 0.6  # score of retrieval from which a passage that does not answer is still worth a look
_LEAST_SHARE = 0.5  # of the best passage's score: what a further passage needs to be read
_SHAPE_BONUS = 0.25
_NEGATED_BONUS = 0.25
_BY_PASSAGE = 1.5  # what a passage's score counts beside the words of a sentence, all of which together count one
_OF_MEASURE = ("long", "much", "many", "often", "far", "old")  # in "how long" they are answered, not repeated
_LIGHT = 0.2
_STRANGE = 0.3  # of the question's words: when so much is in no sentence, a table does not treat it
_UNDER_TITLE = 0.5  # of a word that stands in the title alone


def answer_threshold(own: float | None, passages: Sequence[Passage]) -> float:
    """A bot's own threshold, else that of the best passage's knowledge base, else the usual one."""
    if own is not None:
        return own
    calibration = passages[0].calibration if passages else None
    return DEFAULT_THRESHOLD if calibration is None else calibration.threshold


class ExtractiveAnswerer:
    """Chooses by words: the passages are already the ones that answer, and a model has no time for them here.

    A passage in another language shares no words with the question: there the model of all languages chooses.
    """

    def __init__(self, across: RoutedEmbedder | None = None) -> None:
        """`across` has one space for every language; without it words choose everywhere."""
        self._across = across

    def answer(
        self,
        question: str,
        passages: Sequence[Passage],
        *,
        language: str,
        threshold: float = DEFAULT_THRESHOLD,
    ) -> Answer:
        """Reads the best passages, given best first, in the language of the first; `text` is None when even that scores
        below the threshold.

        A refusal may then have a citation: a passage on the subject, where the answer probably does not stand.
        `language` is the question's; the sentences stay in the language of their source.
        """
        if not passages:
            return Answer(text=None, confidence=0.0)
        confidence = passages[0].score
        if confidence < threshold:
            return Answer(text=None, confidence=confidence, citations=self._related(question, passages, language))
        floor = max(threshold, confidence * _LEAST_SHARE)
        read = [one for one in passages[:_PASSAGES_READ] if one.score >= floor and one.language == passages[0].language]
        sentences = sentences_of(read)
        if not sentences:
            return Answer(text=None, confidence=confidence)
        chosen = _chosen(question, read, sentences, self._nearness(question, read, sentences, language))
        if not chosen:
            return Answer(text=None, confidence=confidence, citations=self._related(question, passages, language))
        return compose(chosen, read, confidence, language)

    def _related(self, question: str, passages: Sequence[Passage], language: str) -> tuple[Citation, ...]:
        """The passage that fits best, with the sentence that comes nearest, where it fits well."""
        best = max(passages[:_PASSAGES_READ], key=lambda one: one.retrieved or 0.0)
        sentences = sentences_of([best])
        if (best.retrieved or 0.0) < _RELATED or not sentences:
            return ()
        near = self._nearness(question, [best], sentences, language)
        weights = _weights(query_words(question), sentences)
        nearest = max(sentences, key=lambda one: _score(one, weights, near))
        return (citation(1, best, [nearest]),)

    def _nearness(
        self, question: str, passages: Sequence[Passage], sentences: Sequence[Sentence], language: str
    ) -> dict[Sentence, float]:
        """By meaning, of the sentences in another language than the question's; 1 is the same."""
        foreign = [one for one in sentences if passages[one.passage].language not in (language, "")]
        if self._across is None or not foreign:
            return {}
        asked = self._across.encode_queries([question], language=language)[0]
        found = {one: passages[one.passage].language for one in foreign}
        near: dict[Sentence, float] = {}
        for spoken in sorted(set(found.values())):
            group = [one for one in foreign if found[one] == spoken]
            cosines = self._across.encode_passages([one.text for one in group], language=spoken) @ asked
            near.update(zip(group, (max(0.0, float(cosine)) for cosine in cosines), strict=True))
        return near


def _chosen(
    question: str, passages: Sequence[Passage], sentences: Sequence[Sentence], near: Mapping[Sentence, float]
) -> list[Sentence]:
    """The best sentence with what it needs to be understood, and a second one that adds to it; in reading order.

    Where a table's header fits and no cell, all of its rows are chosen, or none if the question has words that stand
    nowhere: they are what it asks about.
    """
    asked = query_words(question)
    weights = _weights(asked, sentences)
    shapes, negated = answer_shapes(question), is_negated(question)
    scores = {
        one: _score(one, weights, near)
        + (_SHAPE_BONUS if any(shape.search(one.text) for shape in shapes) else 0.0)
        + (_NEGATED_BONUS if negated and is_negated(one.text) else 0.0)
        for one in sentences
    }
    company = Company(passages, sentences)
    ranking = sorted(sentences, key=lambda one: -scores[one] - _BY_PASSAGE * passages[one.passage].score)
    best = ranking[0]
    if best not in near and (company.is_head(best) or (best.row_names and not best.values & weights.keys())):
        return [] if _strange(asked, sentences) >= _STRANGE else company.rows(best)
    steps = asks_for_steps(question)
    chosen = company.of(best, steps=steps)
    covered = frozenset().union(*(one.words for one in chosen))
    for other in ranking[1:4]:
        new = sum(weights.get(word, 0.0) for word in other.words - covered)
        apart = other not in chosen and not other.only_leads and not company.is_head(other)
        if apart and new >= 0.2 and scores[other] >= 0.6 * scores[best] and not company.answers_another(other, chosen):
            chosen.extend(one for one in company.of(other, steps=steps) if one not in chosen)
            break
    return sorted(chosen, key=lambda one: (one.passage != best.passage, one.passage, one.place))


def _weights(asked: Mapping[str, float], sentences: Sequence[Sentence]) -> dict[str, float]:
    """The question's words by how few of these sentences hold them, as shares of one."""
    raw = {
        word: (min(weight, _LIGHT) if word in _OF_MEASURE else weight)
        * math.log(1 + len(sentences) / (0.5 + sum(word in one.words or word in one.titles for one in sentences)))
        for word, weight in asked.items()
    }
    total = sum(raw.values()) or 1.0
    return {word: weight / total for word, weight in raw.items()}


def _strange(asked: Mapping[str, float], sentences: Sequence[Sentence]) -> float:
    """The share of the question's words, but for those that only hold it together, that stands nowhere."""
    told = {word: weight for word, weight in asked.items() if weight > _LIGHT}
    held = frozenset().union(*(one.words | one.titles for one in sentences))
    missing = math.fsum(weight for word, weight in told.items() if word not in held)
    return missing / (math.fsum(told.values()) or 1.0)


def _score(sentence: Sentence, weights: Mapping[str, float], near: Mapping[Sentence, float]) -> float:
    # Exact, whatever the order of the set: of sentences that hold the same words the first must win in every process.
    held = near.get(sentence) or math.fsum(
        weights.get(word, 0.0) * (1.0 if word in sentence.words else _UNDER_TITLE)
        for word in sentence.words | sentence.titles
    )
    if sentence.only_leads:
        held *= 0.5
    if len(sentence.words) < 4 and sentence.text[-1:] not in "。！.!；;":
        held *= 0.6  # a heading or a label
    return held - 0.0004 * max(0, len(sentence.text) - 200)
