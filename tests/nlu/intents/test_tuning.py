"""Tuning changes a small encoder for one bot, and is kept only where held-out examples gain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pytest

from nlu.archive import Arrays
from nlu.errors import ModelCorrupt
from nlu.intents.model import TrainingSettings
from nlu.intents.tuning import TunedLayers, tune
from nlu.understanding import Example, SentenceEncoder
from nlu.vectors import Encoders, Floats
from tests.nlu.encoders import HashingEncoder

WIDTH, HEADS = 16, 2


@dataclass
class SmallLayers:
    """One layer above word vectors, whose own answer is mostly noise."""

    space: str = "small-en"
    heads: int = HEADS
    pooling: str = "mean"
    words: HashingEncoder = field(default_factory=lambda: HashingEncoder(dimension=WIDTH))

    def trunk(self, texts: Sequence[str]) -> list[Floats]:
        return [self.words.encode(text.split(), language="en") for text in texts]

    def weights(self) -> list[dict[str, Floats]]:
        random = np.random.default_rng(0)
        shapes = dict.fromkeys(("query", "key", "value", "attended"), (WIDTH, WIDTH))
        shapes |= {"wide": (WIDTH, 32), "narrow": (32, WIDTH)}
        layer = {name: (random.standard_normal(shape) / 4).astype(np.float32) for name, shape in shapes.items()}
        layer |= {f"{name}_bias": np.zeros(shape[1], np.float32) for name, shape in shapes.items()}
        for name in ("attended_norm", "norm"):
            layer |= {f"{name}_scale": np.ones(WIDTH, np.float32), f"{name}_bias": np.zeros(WIDTH, np.float32)}
        return [layer]

    def stored(self, layers: Sequence[Mapping[str, Floats]]) -> Arrays:
        return dict(layers[0])


class Known:
    """Vectors that know which examples belong together, or nothing at all."""

    def __init__(self, space: str, *, truth: bool) -> None:
        self._space = space
        self._places = {example.text: 1 + "ab".index(example.intent[0]) for example in examples()} if truth else {}

    def space(self, language: str) -> str:
        return f"{self._space}-{language}"

    def encode(self, texts: Sequence[str], *, language: str) -> Floats:
        vectors = np.full((len(texts), WIDTH), 1e-3, np.float32)
        for row, text in enumerate(texts):
            vectors[row, self._places.get(text, 0)] = 1
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


@dataclass
class SmallTuner:
    """Offers the layers for English; what they become is `outcome`."""

    outcome: SentenceEncoder
    seen: list[Arrays] = field(default_factory=list)

    def layers(self, language: str) -> SmallLayers | None:
        return SmallLayers() if language == "en" else None

    def tuned(self, language: str, arrays: Arrays) -> SentenceEncoder:
        self.seen.append(arrays)
        return self.outcome


def examples() -> list[Example]:
    """Sentences of which no two share a word: only vectors can tell."""
    random = np.random.default_rng(1)
    letters = np.array(list("abcdefghijklmnopqrstuvwxyz"))
    texts = [" ".join("".join(random.choice(letters, 6)) for _ in range(3)) for _ in range(120)]
    return [Example(text, f"{'ab'[row % 2]}_wish", "en") for row, text in enumerate(texts)]


def test_a_better_encoder_is_kept_and_made_of_all_examples() -> None:
    tuner = SmallTuner(Known("tuned", truth=True))
    shares: list[float] = []
    base = Encoders(Known("small", truth=False))
    tuned, trials = tune(examples(), base, tuner, TrainingSettings(), shares.append)
    (trial,) = trials
    assert tuned is not None
    assert (trial.language, trial.after, trial.is_better) == ("en", trial.asked, True)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert tuned.encoders(base, tuner).spaces() == {"en": "tuned-en", "zh": "small-zh"}
    assert not np.array_equal(tuned.arrays["en"]["query"], SmallLayers().weights()[0]["query"])


def test_the_same_examples_give_the_same_layers() -> None:
    base = Encoders(Known("small", truth=False))
    first, second = (tune(examples(), base, SmallTuner(Known("t", truth=True)), TrainingSettings())[0] for _ in "12")
    assert first is not None
    assert second is not None
    assert first.save() == second.save()


def test_an_encoder_that_understands_no_more_is_thrown_away() -> None:
    known = Known("small", truth=True)
    tuned, (trial,) = tune(examples(), Encoders(known), SmallTuner(known), TrainingSettings())
    assert tuned is None
    assert (trial.before, trial.after) == (trial.asked, trial.asked)


def test_too_few_examples_and_other_languages_are_left_alone() -> None:
    base, tuner = Encoders(Known("small", truth=False)), SmallTuner(Known("tuned", truth=True))
    assert tune(examples()[:8], base, tuner, TrainingSettings()) == (None, [])
    chinese = [Example(f"你好{k}", f"wish_{k % 2}", "zh") for k in range(80)]
    assert tune(chinese, base, tuner, TrainingSettings()) == (None, [])


def test_stored_layers_come_back_and_damage_is_noticed() -> None:
    layers = TunedLayers({"en": "small-en"}, {"en": SmallLayers().stored(SmallLayers().weights())})
    data = layers.save()
    again = TunedLayers.load(data)
    assert again.spaces == {"en": "small-en"}
    assert np.array_equal(again.arrays["en"]["wide"], layers.arrays["en"]["wide"])
    with pytest.raises(ModelCorrupt):
        TunedLayers.load(data[:-1] + b"?")


def test_layers_of_another_encoder_are_not_used() -> None:
    layers = TunedLayers({"en": "older-en"}, {"en": {}})
    base = Encoders(Known("small", truth=False))
    assert layers.encoders(base, SmallTuner(Known("tuned", truth=True))) is base


def test_a_stop_asked_for_by_progress_ends_it() -> None:
    class Stopped(Exception):
        pass

    def stop(_share: float) -> None:
        raise Stopped

    base, tuner = Encoders(Known("small", truth=False)), SmallTuner(Known("tuned", truth=True))
    with pytest.raises(Stopped):
        tune(examples(), base, tuner, TrainingSettings(), stop)
