"""The understanding half of `benchmarks/quality.py`: trained on each set as a tenant would, beside a TF-IDF baseline.

Shares are percentages, but for `mcc` and `ece`. `accuracy` and `macro_f1` are of the best intent; where a set has
messages out of scope ("oos"), they are of the decision, refusals included. `in_scope_accuracy` and `oos_recall` are of
the decision at the model's own threshold; `in_scope@75` and `in_scope@90` are what is understood at the threshold that
refuses that share of the others. `mcc` is the best over thresholds, as HINT3 publishes it, `mcc_own` that at the
model's own; `ece` has 15 bins. Where a test part is given, what is learned from whole sets includes their development
part, as the published figures do.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.open_sets import default_embedder
from nlu.intents.storage import from_bytes, to_bytes
from nlu.intents.training import train_model
from nlu.interpreter import Interpreter
from nlu.understanding import Example
from nlu.vectors import Encoders

_OUTSIDE = "oos"
_NOW = datetime(2026, 1, 1, tzinfo=UTC)
_BINS = 15
_PLAIN = ("mcc", "mcc_own", "ece")
_THRESHOLDS = np.linspace(0, 1, 101)

Labels = npt.NDArray[np.str_]
Metrics = dict[str, float]


@dataclass(frozen=True, slots=True)
class Answers:
    """What a classifier said of each message: its best intent, how sure it is, and whether it stands by it."""

    best: Labels
    confidence: npt.NDArray[np.float64]
    accepted: npt.NDArray[np.bool_]


Learned = Callable[[Sequence[str]], Answers]


def measure_understanding(train: Path, test: Path | None, names: Sequence[str]) -> dict[str, Metrics]:
    """Metrics of each "intents/NAME", of its few-shot parts as NAME_10shot and NAME_5shot, and of the baseline."""
    measured: dict[str, Metrics] = {}
    for name in names:
        if name.startswith("slots/"):
            from benchmarks.slots import measure_slots

            measured |= measure_slots(train, test, name)
            continue
        rows = _rows((test / name / "test.jsonl") if test else (train / name / "dev.jsonl"))
        if not rows:
            continue
        texts, truth = [text for text, _ in rows], np.array([intent for _, intent in rows])
        for part in sorted((train / name).glob("train*.jsonl")):
            key = name + part.stem.removeprefix("train")
            examples = _rows(part) + (_rows(train / name / "dev.jsonl") if test and part.stem == "train" else [])
            ways = {"": _learn_product, " (tf-idf)": _learn_baseline}
            for label, learn in ways.items():
                started = time.perf_counter()
                answer = learn(examples)
                seconds = time.perf_counter() - started
                measured[key + label] = {**in_percent(judged(truth, answer(texts))), "train_s": seconds}
    return measured


def in_percent(metrics: Metrics) -> Metrics:
    """As the table prints them: correlation and calibration error stay as they are."""
    return {name: value if name in _PLAIN else 100 * value for name, value in metrics.items()}


def judged(truth: Labels, answers: Answers) -> Metrics:
    """Every metric that the set allows, shares from 0 to 1."""
    from sklearn.metrics import f1_score, matthews_corrcoef

    outside = truth == _OUTSIDE
    decided = np.where(answers.accepted, answers.best, _OUTSIDE)
    found = decided if outside.any() else answers.best
    metrics = {
        "accuracy": float((found == truth).mean()),
        "macro_f1": float(f1_score(truth, found, labels=np.unique(truth), average="macro", zero_division=0)),
        "in_scope_accuracy": float((decided == truth)[~outside].mean()),
    }
    if not outside.any():
        return metrics | {"ece": calibration_error(answers.confidence, answers.best == truth)}
    sure = np.where(answers.accepted, answers.confidence, 1 - answers.confidence)
    right = answers.best == truth
    for share in (75, 90):
        limit = float(np.quantile(answers.confidence[outside], share / 100))
        metrics[f"in_scope@{share}"] = float((right & (answers.confidence > limit))[~outside].mean())
    return metrics | {
        "oos_recall": float((decided == truth)[outside].mean()),
        "mcc": max(
            float(matthews_corrcoef(truth, np.where(answers.confidence >= limit, answers.best, _OUTSIDE)))
            for limit in _THRESHOLDS
        ),
        "mcc_own": float(matthews_corrcoef(truth, decided)),
        "ece": calibration_error(sure, decided == truth),
    }


def calibration_error(confidence: npt.NDArray[np.float64], right: npt.NDArray[np.bool_]) -> float:
    """Mean distance between what was claimed and what held, over equally wide bins."""
    bins = np.minimum((confidence * _BINS).astype(int), _BINS - 1)
    return float(
        sum(
            (bins == number).mean() * abs(confidence[bins == number].mean() - right[bins == number].mean())
            for number in np.unique(bins)
        )
    )


def _learn_product(examples: Sequence[tuple[str, str]]) -> Learned:
    encoder = default_embedder()
    multilingual = encoder.for_all_languages()
    taught = [Example(text, intent) for text, intent in examples]
    model = train_model(taught, Encoders(encoder, multilingual))
    interpreter = Interpreter(from_bytes(to_bytes(model)), (), encoder, multilingual=multilingual)

    def answer(texts: Sequence[str]) -> Answers:
        heard = [interpreter.parse(text, now=_NOW) for text in texts]
        return Answers(
            np.array([said.ranking[0].name if said.ranking else _OUTSIDE for said in heard]),
            np.array([said.ranking[0].confidence if said.ranking else 0.0 for said in heard]),
            np.array([said.intent is not None for said in heard]),
        )

    return answer


def _learn_baseline(examples: Sequence[tuple[str, str]]) -> Learned:
    """Character n-grams and logistic regression; refuses below 0.5, and what it learned to be out of scope."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    pipeline = make_pipeline(
        TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 4), sublinear_tf=True, min_df=1, max_features=40_000),
        LogisticRegression(C=20, max_iter=60, tol=1e-3),
    )
    pipeline.fit([text for text, _ in examples], [intent for _, intent in examples])

    def answer(texts: Sequence[str]) -> Answers:
        probabilities = pipeline.predict_proba(list(texts))
        best = pipeline.classes_[probabilities.argmax(axis=1)]
        confidence = probabilities.max(axis=1)
        return Answers(best, np.where(best == _OUTSIDE, 0.0, confidence), (confidence >= 0.5) & (best != _OUTSIDE))

    return answer


def _rows(path: Path) -> list[tuple[str, str]]:
    return [(str(row["text"]), str(row["intent"])) for row in _lines(path)] if path.is_file() else []


def _lines(path: Path) -> Iterator[Mapping[str, object]]:
    with path.open(encoding="utf-8") as file:
        yield from (json.loads(line) for line in file)
