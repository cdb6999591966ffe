"""Whether users say other things than before: two samples of messages, judged by one model, beside each other."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import rjieba

from nlu.language import HAN
from nlu.measuring.judging import Judged
from nlu.normalise import normalise

SIGNIFICANT = 0.01
LEAST_MESSAGES = 30  # of each sample; of fewer, nothing can be said
_LEAST_EFFECT = {"confidence": 0.15, "out_of_scope": 0.1, "unknown_words": 0.15, "language": 0.2}
_WORD = re.compile(rf"[a-z][a-z'\-]{{2,}}|[{HAN}]{{2,}}")
_NEW_WORDS_SHOWN = 20
_MAX_CHARACTERS = 2000


@dataclass(frozen=True, slots=True)
class DriftTest:
    """`before` and `after` are means or shares; `effect` is how far the samples lie apart, 0 to 1.

    `p_value` is corrected for the number of tests. `is_significant` asks for more than chance, for an effect that
    matters (of ten thousand messages, everything differs a little), and for a turn to the worse: users who are
    understood better than before are no reason for an alarm.
    """

    name: str
    before: float
    after: float
    effect: float
    p_value: float
    is_significant: bool


def compare_samples(before: Sequence[Judged], after: Sequence[Judged]) -> tuple[DriftTest, ...]:
    """Nothing where either sample is too small to tell."""
    if min(len(before), len(after)) < LEAST_MESSAGES:
        return ()
    raw = [
        _distribution("confidence", [line.confidence for line in before], [line.confidence for line in after]),
        _proportion("out_of_scope", [line.predicted is None for line in before], [x.predicted is None for x in after]),
        _distribution("unknown_words", [1 - line.coverage for line in before], [1 - line.coverage for line in after]),
        _proportion("language", [line.language == "zh" for line in before], [line.language == "zh" for line in after]),
    ]
    corrected = holm([test.p_value for test in raw])
    return tuple(
        DriftTest(
            test.name,
            test.before,
            test.after,
            test.effect,
            p_value,
            p_value < SIGNIFICANT and test.effect >= _LEAST_EFFECT[test.name] and _is_worse(test),
        )
        for test, p_value in zip(raw, corrected, strict=True)
    )


def _is_worse(test: DriftTest) -> bool:
    """Any change of the language counts."""
    if test.name == "confidence":
        return test.after < test.before
    return test.name == "language" or test.after > test.before


def holm(p_values: Sequence[float]) -> list[float]:
    """Holm's step-down correction: the chance of even one false alarm stays below the level."""
    order = sorted(range(len(p_values)), key=lambda i: p_values[i])
    corrected = [0.0] * len(p_values)
    highest = 0.0
    for place, index in enumerate(order):
        highest = max(highest, min(1.0, (len(p_values) - place) * p_values[index]))
        corrected[index] = highest
    return corrected


def new_words(before: Sequence[str], after: Sequence[str]) -> list[tuple[str, int]]:
    """(word, messages that hold it) of what at least two messages of `after` and none of `before` hold.

    Where Chinese words begin depends on their neighbours, so that they are counted wherever their characters stand.
    """
    known = {word for text in before for word in _words(text)}
    told = [normalise(text[:_MAX_CHARACTERS]).text.lower() for text in before]
    heard = [normalise(text[:_MAX_CHARACTERS]).text.lower() for text in after]
    counts: Counter[str] = Counter()
    for words in (_words(text) for text in after):
        counts.update(words - known)
    for word in [word for word in counts if not word.isascii()]:
        if any(word in text for text in told):
            del counts[word]
        else:
            counts[word] = sum(word in text for text in heard)
    frequent = [(word, count) for word, count in counts.items() if count >= 2]
    return sorted(frequent, key=lambda pair: (-pair[1], pair[0]))[:_NEW_WORDS_SHOWN]


def most_changed(after: Sequence[Judged], *, limit: int) -> list[int]:
    """Positions of the messages that are least like what the model knows; of equal texts, the first."""
    strangeness = [(1 - line.coverage) + (1 - line.confidence) for line in after]
    order = sorted(range(len(after)), key=lambda i: (-strangeness[i], i))
    first: dict[str, int] = {}
    for place in order:
        first.setdefault(normalise(after[place].text).text.strip().lower(), place)
    return list(first.values())[:limit]


def _distribution(name: str, before: Sequence[float], after: Sequence[float]) -> DriftTest:
    """Kolmogorov and Smirnov's test: the widest gap between the two cumulative curves."""
    from scipy.stats import ks_2samp

    found = ks_2samp(before, after, method="asymp")
    return DriftTest(
        name, float(np.mean(before)), float(np.mean(after)), float(found.statistic), float(found.pvalue), False
    )


def _proportion(name: str, before: Sequence[bool], after: Sequence[bool]) -> DriftTest:
    """Two shares by the pooled z test."""
    from scipy.stats import norm

    n, m = len(before), len(after)
    old, new = sum(before) / n, sum(after) / m
    pooled = (sum(before) + sum(after)) / (n + m)
    spread = (pooled * (1 - pooled) * (1 / n + 1 / m)) ** 0.5
    p_value = 2 * float(norm.sf(abs(new - old) / spread)) if spread else 1.0
    return DriftTest(name, old, new, abs(new - old), p_value, False)


def _words(text: str) -> set[str]:
    """Chinese ones of two characters and more: single characters are everywhere."""
    plain = normalise(text[:_MAX_CHARACTERS]).text.lower()
    return {match for piece in rjieba.cut(plain) for match in _WORD.findall(piece)}
