"""An encoder that knows one bot: tuned on its examples, kept only if examples it has not seen are understood better."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Protocol

import numpy as np
import numpy.typing as npt

from nlu.archive import Arrays, mapping, pack, unpack
from nlu.errors import ModelCorrupt
from nlu.intents.corpus import EXAMPLE, NAME, Sentence, build_corpus
from nlu.intents.features import build_features
from nlu.intents.linear_problem import LinearProblem
from nlu.intents.model import TrainingSettings
from nlu.intents.ngrams import NgramVocabulary
from nlu.intents.tuning_steps import Layer, tune_layers
from nlu.understanding import Example, SentenceEncoder
from nlu.vectors import Encoders, Floats

_MAGIC = b"ECP-TUNED-LAYERS-1\n"
_LEAST_ASKED = 20  # held-out examples, below which a difference says nothing
_HELD_OUT = 5  # every so many-th example of an intent is asked
_LEAST_TO_ASK = 3
_TRIAL_SHARE = 0.45  # of the time; the rest is the tuning on all examples


class TunableLayers(Protocol):
    """The upper layers of one language's encoder; see `knowledge.embedders.onnx_layers`."""

    space: str
    heads: int
    pooling: str

    def trunk(self, texts: Sequence[str]) -> list[Floats]: ...

    def weights(self) -> list[dict[str, Floats]]: ...

    def stored(self, layers: Sequence[Layer]) -> Arrays: ...


class Tuner(Protocol):
    """What the encoders of this process offer for tuning."""

    def layers(self, language: str) -> TunableLayers | None: ...

    def tuned(self, language: str, arrays: Arrays) -> SentenceEncoder: ...


@dataclass(frozen=True, slots=True)
class Trial:
    """Of `asked` held-out examples of a language so many were understood before tuning, and so many after."""

    language: str
    asked: int
    before: int
    after: int

    @property
    def is_better(self) -> bool:
        return self.after > self.before


@dataclass(frozen=True, slots=True)
class TunedLayers:
    """By language; `spaces` names the encoders that they were made for."""

    spaces: Mapping[str, str]
    arrays: Mapping[str, Arrays]

    def save(self) -> bytes:
        flat = {f"{language}/{name}": array for language, part in self.arrays.items() for name, array in part.items()}
        names = sorted(flat)
        return pack(
            _MAGIC,
            {"spaces": dict(self.spaces), "names": names},
            {f"tensor_{place}": flat[name] for place, name in enumerate(names)},
        )

    @classmethod
    def load(cls, data: bytes) -> TunedLayers:
        """Raises `ModelCorrupt`."""
        about, stored = unpack(_MAGIC, data)
        try:
            spaces = {language: str(space) for language, space in mapping(about["spaces"]).items()}
            names = about["names"]
            if not isinstance(names, list):
                raise TypeError("names are a list")
            arrays: dict[str, Arrays] = {language: {} for language in spaces}
            for place, name in enumerate(names):
                language, _, tensor = str(name).partition("/")
                arrays[language][tensor] = stored[f"tensor_{place}"]
        except (KeyError, TypeError) as error:
            raise ModelCorrupt("the stored layers do not have the parts they should") from error
        return cls(spaces, arrays)

    def encoders(self, base: Encoders, tuner: Tuner) -> Encoders:
        """`base` with these layers, or as it is where it has other encoders now."""
        if any(base.encoder.space(language) != space for language, space in self.spaces.items()):
            return base
        tuned = {language: tuner.tuned(language, arrays) for language, arrays in self.arrays.items()}
        return base.with_tuned(tuned)


def is_available() -> bool:
    """Whether this installation has what tuning needs."""
    return find_spec("torch") is not None


def tune(
    examples: Sequence[Example],
    encoders: Encoders,
    tuner: Tuner,
    settings: TrainingSettings,
    progress: Callable[[float], None] = lambda _share: None,
) -> tuple[TunedLayers | None, list[Trial]]:
    """Layers of the languages where tuning helped, and what was tried. Minutes of one core; needs torch.

    A fifth of each intent's examples is held out, the layers are tuned on the rest, and both encoders are asked: the
    tuned one as it will be served, quantised. Where it understands more, it is tuned once more on all examples.
    """
    corpus = [line for line in build_corpus(examples) if line.kind in (EXAMPLE, NAME) and line.intent is not None]
    languages = sorted({line.language for line in corpus if line.kind == EXAMPLE})
    spaces: dict[str, str] = {}
    arrays: dict[str, Arrays] = {}
    trials: list[Trial] = []
    for place, language in enumerate(languages):
        layers = tuner.layers(language)
        lines = _lines(corpus, language)
        asked = _held_out(lines)
        if layers is None or len(asked) < _LEAST_ASKED:
            continue
        start, end = place / len(languages), (place + 1) / len(languages)
        middle = start + _TRIAL_SHARE * (end - start)
        work = _Work(lines, layers, layers.trunk([line.text for line in lines]), settings.seed)
        taught = np.setdiff1d(np.arange(len(lines)), asked)
        tried = tuner.tuned(language, work.tuned(taught, _between(progress, start, middle)))
        before, after = (
            _understood(lines, work.classes, encoder, language, taught, asked, settings)
            for encoder in (encoders.encoder, tried)
        )
        trials.append(Trial(language, len(asked), before, after))
        if trials[-1].is_better:
            arrays[language] = work.tuned(np.arange(len(lines)), _between(progress, middle, end))
            spaces[language] = layers.space
    progress(1.0)
    return (TunedLayers(spaces, arrays) if arrays else None), trials


class _Work:
    """One language's sentences and the layers above what they are to the lower ones."""

    def __init__(self, lines: Sequence[Sentence], layers: TunableLayers, trunk: Sequence[Floats], seed: int) -> None:
        intents = sorted({line.intent or "" for line in lines})
        self.classes = np.array([intents.index(line.intent or "") for line in lines], np.int64)
        self._layers = layers
        self._trunk = trunk
        self._seed = seed

    def tuned(self, rows: npt.NDArray[np.int64], progress: Callable[[float], None]) -> Arrays:
        changed = tune_layers(
            self._layers.weights(),
            [self._trunk[row] for row in rows],
            self.classes[rows],
            heads=self._layers.heads,
            pooling=self._layers.pooling,
            seed=self._seed,
            progress=progress,
        )
        return self._layers.stored(changed)


def _lines(corpus: Sequence[Sentence], language: str) -> list[Sentence]:
    """Examples of the language, and the names of the intents that have some."""
    own = {line.intent for line in corpus if line.language == language and line.kind == EXAMPLE}
    return [line for line in corpus if line.language == language and line.intent in own]


def _held_out(lines: Sequence[Sentence]) -> npt.NDArray[np.int64]:
    """Rows to ask: a fifth of an intent's examples, one where it has three or four, none below."""
    rows: dict[str, list[int]] = {}
    for row, line in enumerate(lines):
        if line.kind == EXAMPLE:
            rows.setdefault(line.intent or "", []).append(row)
    asked = [row for own in rows.values() if len(own) >= _LEAST_TO_ASK for row in own[1::_HELD_OUT]]
    return np.array(sorted(asked), np.int64)


def _understood(
    lines: Sequence[Sentence],
    classes: npt.NDArray[np.int64],
    encoder: SentenceEncoder,
    language: str,
    taught: npt.NDArray[np.int64],
    asked: npt.NDArray[np.int64],
    settings: TrainingSettings,
) -> int:
    """How many of the held-out examples the classifier gets right with this encoder's vectors."""
    texts = [line.text for line in lines]
    vocabulary = NgramVocabulary.fit([texts[row] for row in taught], min_documents=1)
    features = build_features(lines, {language: encoder.encode(texts, language=language)}, (language,), vocabulary)
    problem = LinearProblem(
        features,
        classes,
        np.ones(len(lines), np.float32),
        class_count=int(classes.max()) + 1,
        strength=settings.strength,
        seed=settings.seed,
    )
    scores = problem.scores_after_fit(taught, asked, max_iterations=settings.rehearsal_iterations)
    return int((scores.argmax(axis=1) == classes[asked]).sum())


def _between(progress: Callable[[float], None], start: float, end: float) -> Callable[[float], None]:
    """Shares of a part of the work as shares of the whole."""
    return lambda share: progress(start + (end - start) * share)
