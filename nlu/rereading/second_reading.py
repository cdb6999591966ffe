"""A message that is not understood as it stands, read once more: without a name, or with its words spelt right."""

from __future__ import annotations

from nlu.intents.model import IntentModel, Verdict
from nlu.intents.ngrams import NgramVocabulary
from nlu.rereading.homophone_spelling import sounding_right
from nlu.rereading.spelling import corrected
from nlu.rereading.vocative import without_vocative
from nlu.vectors import Encoders

# Below it a message is read with corrected words, and from it on that reading is believed. Chosen on clinc150: of its
# messages out of scope as many are refused as before, and one clean message in thirty is read twice.
_UNSURE = 0.6
# Below it no misspelling stands between the message and an intent: of 88 that correcting mended none was there. Most
# questions to documents are, and would otherwise be looked through word by word.
_HOPELESS = 0.05
_SURE = 0.9  # from here on a name in the message has done no harm, and it is not read without


def read_again(model: IntentModel, text: str, verdict: Verdict, *, language: str, encoders: Encoders) -> Verdict:
    """The surer of `verdict` and what other readings give. The text is normalised; most are not read again."""
    if not model.intents:
        return verdict
    best = verdict
    rest = without_vocative(text) if _support(best) < _SURE else None
    if rest is not None and any(character.isalnum() for character in rest):
        best = _surer(best, model.decide(rest, model.encode(rest, language, encoders), language=language))
    if _HOPELESS <= _support(best) < _UNSURE:
        spelt = _spelt_right(rest or text, model.vocabulary)
        if spelt is not None:
            other = model.decide(spelt, model.encode(spelt, language, encoders), language=language)
            best = _surer(best, other) if other.confidence >= _UNSURE else best
    return best


def _spelt_right(text: str, vocabulary: NgramVocabulary) -> str | None:
    """None where nothing seems misspelt."""
    words = corrected(text, vocabulary) or text
    spelt = sounding_right(words, vocabulary) or words
    return spelt if spelt != text else None


def _support(verdict: Verdict) -> float:
    """How likely its best intent is."""
    return verdict.ranking[0].confidence if verdict.ranking else 0.0


def _surer(one: Verdict, other: Verdict) -> Verdict:
    """`other` where it names an intent and is surer of it than `one` of its own."""
    return other if other.intent is not None and other.confidence > _support(one) else one
