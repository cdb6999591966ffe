"""From "a passage on the subject was found" to "the answer stands there": the probability that a reply is right.

Retrieval tells how well a passage fits a question. A linear model over that score and the figures of
`knowledge.answering.answerability_features` tells whether what was asked for is there; a logistic curve makes a
probability of it. Words alone decide, so that it costs no model's time. `benchmarks/fit_answerability.py` fits the
figures on open sets; docs/decisions/0011-answerability.md.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.resources import files

from knowledge.answering.answerability_features import NAMES, AskedQuestion, features, tells_by_title_alone
from knowledge.answering.answerability_words import EXACT, Line
from knowledge.calibration import Curve, log_odds, sigmoid
from knowledge.retrieval import Passage

READ = 3  # passages, best first; an answer stands in none further down
SCORE = "score"  # the name of the retrieval score's weight
ACROSS = "across"  # names the curve of passages in another language than the question's
_BY_TITLE_ALONE = 3.0  # log odds taken from a passage that is near for a word of every title and holds no other
_BY_TITLE_ACROSS = 1.5  # in another language, where no other word could be
_LEAST_TITLES = 3  # passages found, from which on a word that all their titles hold tells nothing
_READABLE = 0.5  # log odds by which a passage in the user's own language is ahead of one that is not
SAME = Curve(slope=1.0, bias=0.0)


@dataclass(frozen=True, slots=True)
class Evidence:
    """A passage found for a question. `score` is that of retrieval; `rarity` as in `knowledge.retrieval.Hit`."""

    heading: str
    text: str
    language: str
    score: float
    rarity: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def of(cls, passage: Passage) -> Evidence:
        path = passage.locator.get("heading")
        headings = [str(one) for one in path] if isinstance(path, list) else []
        heading = " / ".join((passage.document_title, *headings))
        return cls(heading, passage.text, passage.language, passage.score, passage.rarity)


@dataclass(frozen=True, slots=True)
class AnswerabilityProfile:
    """The figures of one language; `weights` in the order of NAMES."""

    score: float
    weights: tuple[float, ...]
    bias: float

    def probability(self, score: float, figures: Sequence[float]) -> float:
        exponent = self.bias + self.score * log_odds(score)
        return sigmoid(exponent + sum(weight * one for weight, one in zip(self.weights, figures, strict=True)))


class Answerability:
    """The profiles by language. A language without one is judged by the retrieval score alone."""

    def __init__(self, profiles: Mapping[str, AnswerabilityProfile], across: Curve = SAME) -> None:
        """`across` corrects the score of a passage in another language than the question's."""
        self._profiles = dict(profiles)
        self._across = across

    def judge(self, question: str, found: Sequence[Evidence], *, language: str) -> list[float]:
        """For each of the passages, given best first, the probability that it answers a question of this language.

        The first `READ` are read; the others are no better than these. A passage in another language shares no words
        with the question but names, so its score decides.
        """
        profile = self._profiles.get(language)
        if profile is None:
            return [one.score for one in found]
        judged: list[float] = []
        mixed = len({one.language for one in found[:READ]}) > 1
        across = replace(self._across, bias=self._across.bias - _READABLE) if mixed else self._across
        read: dict[int, AskedQuestion] = {}  # by rarities, which the passages of one knowledge base share
        titles: dict[tuple[int, str], frozenset[str]] = {}
        for one in found[:READ]:
            base, spoken = id(one.rarity), one.language
            if base not in read:
                read[base] = AskedQuestion.of(question, one.rarity)
            asked = read[base]
            if (base, spoken) not in titles:
                titles[base, spoken] = _in_every_title(asked, [each for each in found if each.language == spoken])
            if spoken != language:
                probability, doubt = across(one.score), _BY_TITLE_ACROSS
            else:
                figures = features(asked, one.heading, one.text) if asked.words else None
                probability = one.score if figures is None else profile.probability(one.score, figures)
                doubt = _BY_TITLE_ALONE
            if tells_by_title_alone(asked, one.heading, one.text, titles[base, spoken]):
                probability = sigmoid(log_odds(probability) - doubt)
            judged.append(probability)
        return judged + [min(one.score, *judged) for one in found[READ:]]

    def rank(self, question: str, passages: Sequence[Passage], *, language: str) -> list[Passage]:
        """The passages, given best first, with the probability that each answers for their score; best first again.

        `passage.retrieved` keeps the score of retrieval. Where a knowledge base was calibrated, its curve corrects.
        """
        judged = self.judge(question, [Evidence.of(one) for one in passages], language=language)
        scored = [
            replace(
                passage,
                score=probability if passage.calibration is None else passage.calibration.score(probability),
                retrieved=passage.score,
            )
            for passage, probability in zip(passages, judged, strict=True)
        ]
        return sorted(scored, key=lambda one: -one.score)


def _in_every_title(asked: AskedQuestion, found: Sequence[Evidence]) -> frozenset[str]:
    """The forms of the question's words that the headings of all these passages hold."""
    common = frozenset(word.form for word in asked.words) if len(found) >= _LEAST_TITLES else frozenset()
    for one in found:
        if not common:
            break
        heading = Line(one.heading)
        common = frozenset(form for form in common if heading.find(form).share >= EXACT)
    return common


def fitted_answerability() -> Answerability:
    """The profiles shipped with the platform, fitted to the scores of `knowledge.fusion.fitted_fusion`."""
    data = json.loads(files("knowledge.answering").joinpath("answerability_profiles.json").read_text(encoding="utf-8"))
    across = data.pop(ACROSS)
    profiles = {language: read_profile(figures) for language, figures in data.items()}
    return Answerability(profiles, Curve(across[SCORE], across["bias"]))


def read_profile(data: Mapping[str, float]) -> AnswerabilityProfile:
    """Raises KeyError where a figure is missing."""
    return AnswerabilityProfile(data[SCORE], tuple(data[name] for name in NAMES), data["bias"])
