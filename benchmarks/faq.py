"""How well a paraphrase finds the approved question, and how often a question that only looks alike is taken for it.

    python -m benchmarks.faq FOLDER [--fit]

FOLDER holds `rerank/bqfaq_zh` (questions with judged candidates), `matching/{lcqmc_zh,bq_bank_zh}/dev.jsonl` (pairs
of questions with labels) and `intents/{clinc150,banking77}` (messages of one intent ask the same).
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from benchmarks.open_sets import default_embedder, lines
from knowledge.embedders.routed import RoutedEmbedder
from knowledge.faqs.index import ANSWERED_FROM, PROFILES, SUGGESTED_FROM, evidence, words_counted

PAIRS = {"zh": ("lcqmc_zh", "bq_bank_zh"), "en": ("clinc150", "banking77")}
MOST_PAIRS = 2000  # of each set: enough for half a per cent
STEPS = (0.2, SUGGESTED_FROM, 0.4, 0.5, ANSWERED_FROM, 0.6, 0.7, 0.8)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two questions, and whether they ask the same."""

    left: str
    right: str
    same: bool


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="benchmarks.faq", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--fit", action="store_true", help="fit the curve of each language anew and print it")
    given = parser.parse_args(arguments)
    embedder = default_embedder()
    say = print  # the measurements are what this program is for
    ranked = ranking(given.folder / "rerank" / "bqfaq_zh", embedder)
    say(f"bqfaq_zh P@1: cosine alone {ranked[0]:.1f}, with shared words {ranked[1]:.1f}")
    for language, names in PAIRS.items():
        measured = {name: judged(read_pairs(given.folder, name, embedder), language, embedder) for name in names}
        if given.fit:
            fit(language, measured, say)
        curve(language, measured, say)
    return 0


def ranking(folder: Path, embedder: RoutedEmbedder) -> tuple[float, float]:
    """P@1 by the cosine alone, and by the evidence."""
    by_cosine, by_evidence = [], []
    for line in lines(folder / "queries.jsonl"):
        candidates = line["candidates"]
        if not isinstance(candidates, list):
            continue
        asked = str(line["text"])
        vectors = embedder.encode([asked, *(str(one["text"]) for one in candidates)], language="zh")
        cosines = vectors[1:] @ vectors[0]
        words = words_counted(asked)
        found = [
            evidence(float(cosine), words, words_counted(str(one["text"])))
            for cosine, one in zip(cosines, candidates, strict=True)
        ]
        by_cosine.append(bool(candidates[int(np.argmax(cosines))]["relevant"]))
        by_evidence.append(bool(candidates[int(np.argmax(found))]["relevant"]))
    return 100 * float(np.mean(by_cosine)), 100 * float(np.mean(by_evidence))


def read_pairs(folder: Path, name: str, embedder: RoutedEmbedder) -> list[Pair]:
    """Of a matching set as it stands; of an intent set half alike, half the most tempting of another intent."""
    pairs = folder / "matching" / name / "dev.jsonl"
    if pairs.exists():
        listed = [Pair(str(one["a"]), str(one["b"]), bool(one["label"])) for one in lines(pairs)]
        random.Random(0).shuffle(listed)
        return listed[:MOST_PAIRS]
    messages = [one for one in lines(folder / "intents" / name / "train.jsonl") if one["intent"] != "oos"]
    random.Random(0).shuffle(messages)
    return list(_of_intents([(str(one["text"]), str(one["intent"])) for one in messages[:MOST_PAIRS]], embedder))


def _of_intents(messages: Sequence[tuple[str, str]], embedder: RoutedEmbedder) -> Iterator[Pair]:
    texts, intents = [one for one, _ in messages], np.array([intent for _, intent in messages])
    vectors = embedder.encode(texts, language="en")
    cosines = vectors @ vectors.T
    np.fill_diagonal(cosines, -1.0)
    for place, text in enumerate(texts[: MOST_PAIRS // 2]):
        alike = intents == intents[place]
        if alike.sum() > 1:
            yield Pair(text, texts[int(np.argmax(np.where(alike, cosines[place], -1.0)))], same=True)
            yield Pair(text, texts[int(np.argmax(np.where(alike, -1.0, cosines[place])))], same=False)


def judged(pairs: Sequence[Pair], language: str, embedder: RoutedEmbedder) -> tuple[np.ndarray, np.ndarray]:
    """The evidence of each pair, and its label."""
    left = embedder.encode([one.left for one in pairs], language=language)
    right = embedder.encode([one.right for one in pairs], language=language)
    cosines = np.einsum("ij,ij->i", left, right)
    found = [
        evidence(float(cosine), words_counted(one.left), words_counted(one.right))
        for cosine, one in zip(cosines, pairs, strict=True)
    ]
    return np.array(found), np.array([one.same for one in pairs])


def fit(language: str, measured: dict[str, tuple[np.ndarray, np.ndarray]], say: Callable[[str], None]) -> None:
    found = np.concatenate([one for one, _ in measured.values()])
    same = np.concatenate([one for _, one in measured.values()])
    model = LogisticRegression(C=100.0).fit(found[:, None], same)
    say(f"{language}: slope {model.coef_[0][0]:.2f}, bias {model.intercept_[0]:.2f}")


def curve(language: str, measured: dict[str, tuple[np.ndarray, np.ndarray]], say: Callable[[str], None]) -> None:
    """By probability: how many questions that ask the same are taken so, and how many that only look alike."""
    profile = PROFILES[language]
    for name, (found, same) in measured.items():
        scores = np.array([profile.probability(float(one)) for one in found])
        say(f"{name} ({len(found)} pairs; answered from {ANSWERED_FROM}, suggested from {SUGGESTED_FROM})")
        for step in STEPS:
            taken = scores >= step
            say(f"  {step:.2f}: same found {100 * taken[same].mean():5.1f}, false {100 * taken[~same].mean():5.1f}")


if __name__ == "__main__":
    sys.exit(main())
