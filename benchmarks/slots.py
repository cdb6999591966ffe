"""Slot filling: the learned tagger on annotated sets, by exact spans."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.open_sets import default_embedder
from nlu.tagging.tagger import SpanTagger
from nlu.tagging.training import AnnotatedText
from nlu.understanding import TokenEncoder


def measure_slots(train: Path, test: Path | None, name: str) -> dict[str, dict[str, float]]:
    """`span_f1` counts a span only with its slot, start and end right; nothing for a set without a part to train on.

    `train_s` are seconds, `parse_ms` milliseconds of CPU a sentence, the encoder's run included.

    Without a test folder the development part serves, or every fifth sentence where there is none.
    """
    encoder = default_embedder()
    examples = annotated(train / name / "train.jsonl")
    asked = annotated((test / name / "test.jsonl") if test else (train / name / "dev.jsonl"))
    if not asked and test is None:
        asked, examples = examples[::5], [line for place, line in enumerate(examples) if place % 5]
    if not examples or not asked:
        return {}
    started = time.perf_counter()
    tagger = SpanTagger.load(SpanTagger.train(examples, encoder).save())
    seconds = time.perf_counter() - started
    started = time.process_time()
    f1 = 100 * span_f1(tagger, asked, encoder)
    spent = time.process_time() - started
    return {name: {"span_f1": f1, "train_s": seconds, "parse_ms": 1000 * spent / len(asked)}}


def span_f1(tagger: SpanTagger, asked: Sequence[AnnotatedText], encoder: TokenEncoder) -> float:
    """Micro-averaged over all sentences."""
    right = found = wanted = 0
    for line in asked:
        guessed, true = set(tagger.spans(line.text, encoder)), set(line.spans)
        right += len(guessed & true)
        found += len(guessed)
        wanted += len(true)
    return 2 * right / max(1, found + wanted)


def annotated(path: Path) -> list[AnnotatedText]:
    """Lines of a slots file; nothing where there is no file."""
    if not path.is_file():
        return []
    with path.open(encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    return [
        AnnotatedText(row["text"], tuple((slot["name"], slot["start"], slot["end"]) for slot in row["slots"]))
        for row in rows
    ]
