"""One message to its `Understanding`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from nlu.candidate import held_in, with_known_value, without_overlaps
from nlu.entities.recognisers import build_recognisers
from nlu.entities.roles import with_roles
from nlu.intents.model import IntentModel
from nlu.language import LANGUAGES, detect_language
from nlu.normalise import Normalised, normalise
from nlu.rereading.second_reading import read_again
from nlu.tagging.tagger import SpanTagger
from nlu.understanding import Entity, EntityDefinition, SentenceEncoder, Understanding
from nlu.vectors import Encoders

_MAX_CHARACTERS = 20_000


class Interpreter:
    """Blocking and safe to share between threads. Without a model every message is out of scope, entities are found.

    Raises `SpaceMismatch` if the model was trained with another encoder, `EntityDefinitionInvalid` for a definition.
    """

    def __init__(
        self,
        model: IntentModel | None,
        definitions: Sequence[EntityDefinition],
        encoder: SentenceEncoder,
        *,
        multilingual: SentenceEncoder | None = None,
        tagger: SpanTagger | None = None,
    ) -> None:
        self._model = model
        self._encoders = Encoders(encoder, multilingual)
        self._recognisers = build_recognisers(definitions)
        if tagger is not None:
            self._recognisers.append(tagger.reader(encoder))
        if model is not None:
            model.check_spaces(self._encoders)

    def parse(self, text: str, *, now: datetime, language: str | None = None) -> Understanding:
        """`now` is the user's clock: "tomorrow" is counted from its date. `language` overrides detection.

        Never fails on a text, whatever it holds; of a very long one only the beginning is read.
        """
        plain = normalise(text[:_MAX_CHARACTERS])
        spoken = language if language in LANGUAGES else detect_language(plain.text)
        entities = self._entities(plain, now, spoken)
        if self._model is None or not any(character.isalnum() for character in plain.text):
            return Understanding(text, spoken, None, 1.0, (), entities)
        content = plain.text.strip()
        verdict = self._model.decide(content, self._model.encode(content, spoken, self._encoders), language=spoken)
        verdict = read_again(self._model, content, verdict, language=spoken, encoders=self._encoders)
        return Understanding(text, spoken, verdict.intent, verdict.confidence, verdict.ranking, entities)

    def _entities(self, plain: Normalised, now: datetime, language: str) -> tuple[Entity, ...]:
        candidates = [
            candidate
            for recogniser in self._recognisers
            for candidate in recogniser.find(plain.text, now=now, language=language)
        ]
        by_start = sorted(candidates, key=lambda candidate: candidate.start)
        found: list[Entity] = []
        for chosen in with_roles(plain.text, without_overlaps(candidates), candidates):
            candidate = with_known_value(chosen, by_start)
            start, end = plain.span(candidate.start, candidate.end)
            if found and start < found[-1].end:  # "¼" is read as two numbers
                continue
            found.append(
                Entity(
                    name=candidate.name,
                    value=candidate.value,
                    text=plain.original[start:end],
                    start=start,
                    end=end,
                    confidence=candidate.confidence,
                    source=candidate.source,
                    role=candidate.role,
                    group=candidate.group,
                    also=held_in(candidate, by_start),
                )
            )
        return tuple(found)
