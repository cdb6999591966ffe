"""A tagger learned from annotated sentences: which words of a message are the value of which slot.

A linear-chain conditional random field over tokens (a Chinese character, a word, a mark) with I, B and O tags, which
also reads what a small network makes of the sentence encoder's view of each token. Trains on two cores within minutes
for thousands of sentences, within seconds for a bot's usual hundreds. Stored as arrays and CRFsuite's own flat format,
which holds numbers and names and runs nothing.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from datetime import datetime

import numpy as np
import pycrfsuite

from nlu.archive import Arrays, items, pack, unpack
from nlu.candidate import Candidate
from nlu.errors import ModelCorrupt
from nlu.language import detect_language
from nlu.tagging.token_features import Places, lowered, token_features, tokenise, with_chances
from nlu.tagging.token_lexicon import TokenLexicon
from nlu.tagging.token_probe import TokenProbe, states_of
from nlu.tagging.training import OUTSIDE, AnnotatedText, Span, Trained, train
from nlu.understanding import TokenEncoder

_MAGIC = b"ECP-SPAN-TAGGER-3\n"
_MAX_CHARACTERS = 1000
_PRIORITY = 90


class SpanTagger:
    """Immutable once trained; safe to share between threads."""

    def __init__(self, trained: Trained) -> None:
        """Raises `ModelCorrupt`."""
        self._trained = trained
        self._lock = threading.Lock()  # CRFsuite keeps the sentence at hand in the tagger
        self._tagger = None
        if trained.model:
            self._tagger = pycrfsuite.Tagger()
            try:
                self._tagger.open_inmemory(trained.model)
            except (ValueError, OSError) as error:
                raise ModelCorrupt("the stored tagger cannot be opened") from error

    @classmethod
    def train(cls, examples: Sequence[AnnotatedText], encoder: object = None) -> SpanTagger:
        """The same examples in the same order give the same tagger.

        An `encoder` that shows its tokens (`TokenEncoder`) makes it better; `reader` must then be given the same one.
        """
        return cls(train(examples, encoder if isinstance(encoder, TokenEncoder) else None))

    def save(self) -> bytes:
        """Pickle-free; `load` is the inverse."""
        known, slots = self._trained.lexicon.arrays()
        arrays: Arrays = {"model": np.frombuffer(self._trained.model, np.uint8), **known}
        for language, probe in self._trained.probes.items():
            arrays |= probe.arrays(language)
        about = {"tags": self._trained.tags, "slots": slots, "probes": sorted(self._trained.probes)}
        return pack(_MAGIC, about, arrays)

    @classmethod
    def load(cls, data: bytes) -> SpanTagger:
        """Raises `ModelCorrupt`."""
        about, arrays = unpack(_MAGIC, data)
        try:
            trained = Trained(
                arrays["model"].astype(np.uint8, copy=False).tobytes(),
                TokenLexicon.from_arrays(arrays, [str(slot) for slot in items(about["slots"])]),
                tuple(str(tag) for tag in items(about["tags"])),
                {str(name): TokenProbe.from_arrays(arrays, str(name)) for name in items(about["probes"])},
            )
        except (KeyError, IndexError, TypeError, ValueError) as error:
            raise ModelCorrupt("the stored tagger does not have the parts it should") from error
        return cls(trained)

    def reader(self, encoder: object) -> TagReader:
        """A recogniser that reads with this encoder."""
        return TagReader(self, encoder if isinstance(encoder, TokenEncoder) else None)

    def spans(self, text: str, encoder: TokenEncoder | None = None) -> list[Span]:
        """Non-overlapping spans, left to right."""
        return [span for span, _ in self.found(text, encoder)]

    def found(self, text: str, encoder: TokenEncoder | None = None) -> list[tuple[Span, float]]:
        """Spans with their probability."""
        text = text[:_MAX_CHARACTERS]
        places = tokenise(text)
        if self._tagger is None or not places:
            return []
        marks = self._trained.lexicon.marks(lowered(text, places))
        features = token_features(text, places, marks)
        language = detect_language(text)
        probe = self._trained.probes.get(language)
        if probe is not None and encoder is not None:
            states = states_of(encoder, [text], [places], language=language)
            if states is not None:
                features = with_chances(features, probe.chances(states[0]), self._trained.tags)
        sentence = pycrfsuite.ItemSequence(features)
        with self._lock:
            tags = self._tagger.tag(sentence)
            sure = [1.0 if tag == OUTSIDE else self._tagger.marginal(tag, at) for at, tag in enumerate(tags)]
        return _to_spans(tags, places, sure)


class TagReader:
    """A tagger with the encoder of its bot, as one recogniser among others."""

    def __init__(self, tagger: SpanTagger, encoder: TokenEncoder | None) -> None:
        self._tagger = tagger
        self._encoder = encoder

    def find(self, text: str, *, now: datetime, language: str) -> Iterable[Candidate]:  # noqa: ARG002
        """See `Recogniser`. A declared name or pattern of equal length comes first, a built-in kind after it."""
        for (slot, start, end), confidence in self._tagger.found(text, self._encoder):
            name, role, group = [*slot.split(":", 2), "", ""][:3]
            value = text[start:end]
            yield Candidate(name, value, start, end, "tagger", _PRIORITY, confidence, role=role, group=group)


def _to_spans(tags: Sequence[str], places: Places, sure: Sequence[float]) -> list[tuple[Span, float]]:
    """Spans with the probability of their least certain token; an I that continues nothing begins a span."""
    found: list[tuple[Span, float]] = []
    before = OUTSIDE
    for tag, (start, end), chance in zip(tags, places, sure, strict=True):
        name = tag[2:]
        if tag.startswith("I") and before[2:] == name:
            (_, first, _), least = found[-1]
            found[-1] = ((name, first, end), min(least, chance))
        elif tag != OUTSIDE:
            found.append(((name, start, end), chance))
        before = tag
    return [(span, round(chance, 4)) for span, chance in found]
