"""The curve that makes a probability of a passage's evidence, for `benchmarks/fit_fusion.py`.

Fitted on the best passage of knowledge bases of 3 to all chunks, with the answering document in them and taken out, and
on questions of another subject. Cases weigh .6 right, .25 of another subject and .15 tempting: what tempts is for the
answerability check. Every second question is fitted on; the others are printed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from benchmarks.evidence import Candidates, Evidence, Figures, Reader
from benchmarks.open_sets import OpenSet, Question, lines, open_set, question
from knowledge.embedders.routed import RoutedEmbedder
from knowledge.index.fusion import FusionProfile, size_figure

# Sets where a question has one home, and whose questions do not belong there. squad2_en's distractors are LibreOffice
# help, so lohelp_en's do belong there. insuranceqa's answers are good for many questions: small bases of it only.
FOREIGN = {
    "lohelp_en": ("squad2_en", "mtrag_en"),
    "squad2_en": ("insuranceqa_en",),
    "mtrag_en": ("lohelp_en",),
    "insuranceqa_en": ("squad2_en", "lohelp_en"),
    "lohelp_zh": ("cmrc_drcd_zh", "insuranceqa_zh"),
    "cmrc_drcd_zh": ("lohelp_zh", "insuranceqa_zh"),
    "insuranceqa_zh": ("cmrc_drcd_zh", "lohelp_zh"),
}
SMALL_ONLY = ("insuranceqa_en", "insuranceqa_zh")
SIZES = {3: 60, 12: 60, 60: 40, 400: 24}  # chunks of a small base, and how many are made
SMALL_SIZES = (3, 12, 60)
ASKED_ELSEWHERE = 80
THRESHOLDS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6)

ANSWERABLE, TEMPTING, ELSEWHERE = "answerable", "tempting", "elsewhere"
Asked = dict[tuple[str, str], list[Candidates]]  # by a label, and one of the kinds


def fit_curve(
    sets: dict[str, OpenSet],
    evidence: dict[str, Evidence],
    candidates: dict[str, list[Candidates]],
    weights: Figures,
    reader: Reader,
) -> tuple[float, float, float]:
    """Slope, weight of the base's size, and bias; prints what a threshold would refuse."""
    asked: Asked = {}
    for name, loaded in sets.items():
        elsewhere = [one for other in FOREIGN[name] for one in sets[other].questions[:ASKED_ELSEWHERE]]
        if name not in SMALL_ONLY:
            asked |= _whole(name, candidates[name], evidence[name].of(elsewhere))
            if loaded.unanswerable:
                asked[f"{name}, unanswerable", TEMPTING] = evidence[name].of(loaded.unanswerable)
        asked |= _small(name, loaded, SMALL_SIZES if name in SMALL_ONLY else tuple(SIZES), elsewhere, reader)
    usual = reader.usual_cosine * float(weights[0])
    cases = Cases.of(asked, weights, odd=False)
    x = np.column_stack([weights[0] * cases.cosine + cases.rest - usual, cases.size])
    curve = LogisticRegression(C=100.0).fit(x, cases.right, sample_weight=cases.share * len(x))
    slope, per_size = (float(one) for one in curve.coef_[0])
    bias = float(curve.intercept_[0])
    print(f"  curve: slope {slope:.3f}, per size {per_size:.3f}, bias {bias:.2f}")

    def logits(one: Cases) -> Figures:
        found: Figures = weights[0] * one.cosine + one.rest - usual
        return bias + slope * found + per_size * one.size

    _show(asked, weights, logits)
    return slope, per_size, bias


def fit_across(language: str, profile: FusionProfile, folder: Path, embedder: RoutedEmbedder) -> FusionProfile:
    """The profile with what a cosine counts for a passage in another language, under the curve of the question's."""
    other = {"en": "zh", "zh": "en"}[language]
    reader = shared_reader(embedder)
    elsewhere = _questions(folder / f"lohelp_{language}" / "queries.jsonl")[:ASKED_ELSEWHERE]
    parallel = _across(folder / "xquad_xling", f"queries_{language}", other, embedder)
    whole = Evidence(parallel.chunks, reader)
    asked = _whole("xquad_xling", whole.of(parallel.questions[::3]), whole.of(elsewhere))
    asked |= _small("xquad_xling", parallel, SMALL_SIZES, elsewhere, reader)
    insurance = _across(folder / f"insuranceqa_{other}", "queries", other, embedder)
    translated = _questions(folder / f"insuranceqa_{language}" / "queries.jsonl")
    insurance = replace(insurance, questions=tuple(translated))
    asked |= _small(f"insuranceqa_{other}", insurance, SMALL_SIZES, elsewhere, reader)
    # The other evidence counts as it does for any passage; the cosine is fitted beside it. Which passage is best
    # depends a little on what a cosine counts, so it is done twice.
    mix = profile.mix
    weights = np.array([profile.across, mix.body, mix.title, mix.presence, profile.sentence, profile.pairs, 0.0])
    shift = 0.0

    def logits(one: Cases, across: float, usual: float) -> Figures:
        found: Figures = across * one.cosine - usual + one.rest
        return profile.bias + profile.slope * found + profile.per_size * one.size

    for _ in range(2):
        cases = Cases.of(asked, weights, odd=False)

        def loss(figures: Figures, cases: Cases = cases) -> float:
            found = logits(cases, *figures)
            return float(cases.share @ np.logaddexp(0.0, np.where(cases.right, -found, found)))

        weights[0], shift = minimize(loss, np.array([weights[0], 0.0]), method="Nelder-Mead").x
    print(f"  across: {weights[0]:.2f}, usual cosine {shift / weights[0]:.3f}")
    _show(asked, weights, lambda one: logits(one, float(weights[0]), shift))
    return replace(profile, across=float(weights[0]), usual_across=float(shift / weights[0]))


def shared_reader(embedder: RoutedEmbedder) -> Reader:
    """Of the space of all languages."""
    return Reader(embedder.shared_space or "", lambda text: embedder.encode_across([text])[0], 0.0)


@dataclass(frozen=True, slots=True)
class Cases:
    """The best passage of each question: its cosine and its other evidence; the base's size, as
    `FusionProfile.probability` counts it; whether the passage is right; its share of all cases."""

    cosine: Figures
    rest: Figures
    size: Figures
    right: npt.NDArray[np.bool_]
    share: Figures

    @classmethod
    def of(cls, asked: Asked, weights: Figures, *, odd: bool) -> Cases:
        rows: list[tuple[float, float, float, bool, float, str]] = []
        for (_, kind), listed in asked.items():
            half = listed[odd::2]
            for one in half:
                if len(one.figures):
                    best = one.figures[int(np.argmax(one.figures @ weights))]
                    right = bool(one.right[int(np.argmax(one.figures @ weights))])
                else:
                    best, right = np.zeros(len(weights)), False
                group = "right" if right else ELSEWHERE if kind == ELSEWHERE else TEMPTING
                rest = float(best[1:] @ weights[1:])
                rows.append((float(best[0]), rest, size_figure(one.size), right, 1 / len(half), group))
        share = np.array([row[4] for row in rows])
        groups = np.array([row[5] for row in rows])
        for group, part in (("right", 0.6), (ELSEWHERE, 0.25), (TEMPTING, 0.15)):
            share[groups == group] *= part / max(share[groups == group].sum(), 1e-9)
        cosine, other, size = (np.array([row[place] for row in rows]) for place in range(3))
        return cls(cosine, other, size, np.array([row[3] for row in rows]), share)


def _whole(name: str, found: list[Candidates], elsewhere: list[Candidates]) -> Asked:
    return {
        (name, ANSWERABLE): found,
        (f"{name}, document taken out", TEMPTING): [one.without_relevant() for one in found],
        (f"{name}, another subject", ELSEWHERE): elsewhere,
    }


def _small(name: str, loaded: OpenSet, sizes: Sequence[int], elsewhere: Sequence[Question], reader: Reader) -> Asked:
    """The same questions in small knowledge bases."""
    asked: Asked = {}
    for size in sizes:
        random = np.random.default_rng(size)
        inside: list[Candidates] = []
        outside: list[Candidates] = []
        for place, one in enumerate(loaded.questions[: SIZES[size]]):
            own = [chunk for chunk in loaded.chunks if chunk.document_id in one.relevant][:3]
            # Neighbours in the file are of the same subject, as a company's documents are.
            at = int(random.integers(0, max(1, len(loaded.chunks) - size)))
            others = [chunk for chunk in loaded.chunks[at : at + size] if chunk.document_id not in one.relevant]
            base = Evidence([*own, *others][:size], reader)
            inside += base.of([one])
            outside += base.of([elsewhere[place % len(elsewhere)]])
        asked |= _whole(f"{name}, {size} chunks", inside, outside)
    return asked


def _across(folder: Path, queries: str, language: str, embedder: RoutedEmbedder) -> OpenSet:
    """Passages of one language, and questions about them in the other."""
    loaded = open_set(folder, embedder, {embedder.shared_space or ""})
    key = f"relevant_{language}" if queries != "queries" else "relevant"
    questions = tuple(question(line, key) for line in lines(folder / f"{queries}.jsonl"))
    return replace(
        loaded, chunks=tuple(one for one in loaded.chunks if one.language == language), questions=questions
    )  # fmt: skip


def _questions(path: Path) -> list[Question]:
    return [question(line) for line in lines(path)]


def _show(asked: Asked, weights: Figures, logits: Callable[[Cases], Figures]) -> None:
    print("    refused below a score of .1 .2 .3 .4 .5 .6, %, on the half not fitted")
    for (label, kind), listed in asked.items():
        cases = Cases.of({(label, kind): listed}, weights, odd=True)
        scores = 1 / (1 + np.exp(-logits(cases)))
        refused = "  ".join(f"{100 * np.mean(scores < at):5.1f}" for at in THRESHOLDS)
        print(
            f"    {label:48s} {refused}   mean score {scores.mean():.2f}, right {np.mean(cases.right):.2f}", flush=True
        )
