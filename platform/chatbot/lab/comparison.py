"""What a run came to, and what two of them say when they are laid side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from chatbot.lab.lab import RANKED
from chatbot.models import LabRun
from knowledge.measuring.significance import (
    PairedCounts,
    PairedMeans,
    Verdict,
    compare_means,
    compare_outcomes,
    verdict,
)


@dataclass(frozen=True, slots=True)
class ChangedQuestion:
    """Asked in both runs, with another rank or outcome."""

    question_id: str
    question: str
    rank_a: int | None
    rank_b: int | None
    right_a: bool
    right_b: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """Over the questions that both runs asked; ranks over those of them that have an answer."""

    a: LabRun
    b: LabRun
    questions: int
    hit_at_1: PairedCounts
    right: PairedCounts
    mrr: PairedMeans
    verdict: Verdict
    changed: tuple[ChangedQuestion, ...]


def metrics_of(results: Sequence[Mapping[str, object]]) -> dict[str, object]:
    """Recall and MRR over the questions that have an answer, as fractions; None where there is none to count."""
    answerable = [one for one in results if one["expected"]]
    others = [one for one in results if not one["expected"]]
    answered = [one for one in results if one["answered"]]
    wrong = sum(not one["right"] for one in answered)
    return {
        "questions": len(results),
        "answerable": len(answerable),
        "recall_at_1": _mean([_share(one, "found_at_1") for one in answerable]),
        "recall_at_5": _mean([_share(one, "found_at_5") for one in answerable]),
        f"mrr_at_{RANKED}": _mean([_reciprocal(one) for one in answerable]),
        "answered_right": sum(bool(one["right"]) for one in answerable),
        "answered_wrong": wrong,
        "refused_right": sum(bool(one["right"]) for one in others),
        "refused_wrong": sum(not one["answered"] for one in answerable),
        "wrong_answer_rate": round(wrong / len(answered), 4) if answered else None,
    }


def compare(a: LabRun, b: LabRun) -> Comparison:
    """Both runs are over."""
    left = {str(one["question_id"]): one for one in a.results}
    pairs = [(left[key], one) for one in b.results if (key := str(one["question_id"])) in left]
    pairs = [(first, second) for first, second in pairs if first["expected"] == second["expected"]]
    answerable = [(first, second) for first, second in pairs if first["expected"]]
    hit_at_1 = compare_outcomes(
        [first["rank"] == 1 for first, _ in answerable], [second["rank"] == 1 for _, second in answerable]
    )
    right = compare_outcomes(
        [bool(first["right"]) for first, _ in pairs], [bool(second["right"]) for _, second in pairs]
    )
    mrr = compare_means(
        [_reciprocal(first) for first, _ in answerable], [_reciprocal(second) for _, second in answerable]
    )
    return Comparison(
        a=a,
        b=b,
        questions=len(pairs),
        hit_at_1=hit_at_1,
        right=right,
        mrr=mrr,
        verdict=verdict(len(pairs), right, mrr),
        changed=tuple(
            ChangedQuestion(
                question_id=str(first["question_id"]),
                question=str(second["question"]),
                rank_a=cast(int | None, first["rank"]),
                rank_b=cast(int | None, second["rank"]),
                right_a=bool(first["right"]),
                right_b=bool(second["right"]),
            )
            for first, second in pairs
            if first["rank"] != second["rank"] or first["right"] != second["right"]
        ),
    )


def _share(result: Mapping[str, object], name: str) -> float:
    return cast(int, result[name]) / len(cast(list[str], result["expected"]))


def _reciprocal(result: Mapping[str, object]) -> float:
    rank = cast(int | None, result["rank"])
    return 0.0 if rank is None else 1 / rank


def _mean(values: Sequence[float]) -> float | None:
    return round(sum(values) / len(values), 4) if values else None
