"""Several kinds of evidence, one score: the probability that a passage answers the question.

The mix is linear in the cosine and in the lexical score, which both mean the same in a knowledge base of three passages
and in one of a hundred thousand; nothing is scaled by what else happened to be found. A logistic curve turns the mix
into a probability. `benchmarks/fit_fusion.py` fits the figures on open sets; docs/decisions/0003-fusion-and-score.md.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

from knowledge.index.lexical import LexicalMix
from knowledge.index.word_order import Closeness

# Chunks. What the curve was fitted on does not say how it goes on beyond, and a base of one page must refuse as well.
_SMALLEST, _LARGEST = 10, 5_000


@dataclass(frozen=True, slots=True)
class FusionProfile:
    """The figures of one language and its model. `mix` gives the lexical score in the units of the sum."""

    dense: float
    usual_cosine: float  # of passages that have nothing to do with the question; and add nothing
    shared: float  # what a cosine in the shared space adds to a passage in the question's own language
    across: float  # and what it counts to one in another language, which has no other
    usual_across: float
    beside: float  # what is taken from it where the question's own language has passages, by their share
    mix: LexicalMix
    sentence: float  # what it counts that words of the question stand in one sentence
    pairs: float  # and side by side
    slope: float
    per_size: float  # the best of many passages is good by chance more often than the best of few
    bias: float

    def dense_evidence(self, cosine: float) -> float:
        """What a cosine in this model's space adds; a passage without a vector there has none, which adds nothing."""
        return self.dense * (cosine - self.usual_cosine)

    def shared_evidence(self, cosine: float) -> float:
        """What a cosine in the shared space adds beside the model's own."""
        return self.shared * cosine

    def across_evidence(self, cosine: float, *, own: float = 0.0) -> float:
        """What a cosine of the question with a passage in another language adds, in the space that both share.

        `own`: the share of passages in the question's language; it is where one looks first.
        """
        return self.across * (cosine - self.usual_across) - self.beside * own

    def closeness_evidence(self, closeness: Closeness) -> float:
        """What it adds how near each other the question's words stand."""
        return self.sentence * closeness.sentence + self.pairs * closeness.pairs

    def probability(self, logit: float, size: int) -> float:
        """The calibrated score of a passage with this logit, in a base of so many chunks."""
        exponent = self.bias + self.slope * logit + self.per_size * size_figure(size)
        return 1.0 / (1.0 + math.exp(-min(max(exponent, -60.0), 60.0)))


def size_figure(chunks: int) -> float:
    """What the number of chunks counts by."""
    return math.log1p(min(max(chunks, _SMALLEST), _LARGEST))


class Fusion:
    """The profiles by language."""

    def __init__(self, profiles: Mapping[str, FusionProfile], *, fallback: str = "en") -> None:
        self._profiles = dict(profiles)
        self._fallback = fallback

    def profile(self, language: str) -> FusionProfile:
        return self._profiles.get(language) or self._profiles[self._fallback]


def fitted_fusion() -> Fusion:
    """The profiles shipped with the platform, fitted for its default models."""
    data = json.loads(files("knowledge.index").joinpath("fusion_profiles.json").read_text(encoding="utf-8"))
    return Fusion({language: _read(profile) for language, profile in data.items()})


def _read(data: Mapping[str, float]) -> FusionProfile:
    mix = {name: data[name] for name in ("body", "title", "presence")}
    return FusionProfile(mix=LexicalMix(**mix), **{name: data[name] for name in data.keys() - mix.keys()})
