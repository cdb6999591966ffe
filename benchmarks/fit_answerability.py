"""Fits `knowledge/answering/answerability_profiles.json` on open sets; prints what it does on articles not fitted on.

    python -m benchmarks.fit_answerability FOLDER [--write]

FOLDER is laid out as for `benchmarks/quality.py`. Run it after `benchmarks/fit_fusion.py`, whose scores it takes. One
linear model is fitted to the sets of both languages, then a curve for each. docs/decisions/0011-answerability.md.
"""

from __future__ import annotations

import argparse
import itertools
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from benchmarks.answerability_cases import FOLDS, LEFT, OWN, SIZES, TEMPTING, AskedCase, cases_across, cases_of
from benchmarks.open_sets import default_embedder, open_set
from knowledge.answering import DEFAULT_THRESHOLD
from knowledge.answering.answerability import ACROSS, SCORE, AnswerabilityProfile, read_profile
from knowledge.answering.answerability_features import NAMES
from knowledge.calibration import Case, calibration_error, log_odds, reliability, sigmoid

Figures = npt.NDArray[np.float64]

SETS = {"en": ("squad2_en", "lohelp_en"), "zh": ("cmrc_drcd_zh", "lohelp_zh")}
BOTH_LANGUAGES = "xquad_xling"
COLUMNS = (SCORE, *NAMES)
# What speaks for an answer may not count against it, nor the other way: a fit on few sets would learn their accidents.
FOR = {SCORE, "held_in_sentence", "held_in_window", "neighbours_kept", "lead"}
FREE = {"words", "is_phrase"}
PENALTY = 0.0005
# Of a kind of question, where it is learnt what speaks for an answer; of any other 1.
WEIGHT = {TEMPTING: 3.0, **{f"{kind}, {size} chunks": 0.3 for kind in (OWN, LEFT) for size in SIZES}}
OWN_REFUSED = 0.08
REFUSED = (0.05, 0.1, 0.15)  # of the answerable questions
PATH = Path(__file__).resolve().parent.parent / "knowledge" / "answering" / "answerability_profiles.json"

Profiles = dict[str, AnswerabilityProfile]


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the figures of both languages; with --write, ships them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--write", action="store_true", help="ship the figures")
    options = parser.parse_args(arguments)
    cases = collect(options.folder / "retrieval")
    measured = [
        (one, final(fitted, one))
        for fold in range(FOLDS)
        for fitted in [fit([one for one in cases if one.fold != fold])]
        for one in cases
        if one.fold == fold
    ]
    show(measured)
    profiles = fit(cases)
    shipped = {language: to_json(profile) for language, profile in profiles.items()}
    shipped[ACROSS] = {name: shipped[ACROSS][name] for name in (SCORE, "bias")}
    print(json.dumps(shipped, indent=2))
    if options.write:
        PATH.write_text(json.dumps(shipped, indent=2) + "\n", encoding="utf-8")
    return 0


def collect(folder: Path) -> list[AskedCase]:
    """The cases of all sets; the longest part, since every question is searched."""
    embedder = default_embedder()
    found: list[AskedCase] = []
    for name in (*itertools.chain.from_iterable(SETS.values()), BOTH_LANGUAGES):
        loaded = open_set(folder / name, embedder)
        found += cases_across(loaded, embedder) if name == BOTH_LANGUAGES else cases_of(loaded, folder, embedder)
        print(f"{name}: {sum(one.set_name == name for one in found)} cases", flush=True)
    return found


def fit(cases: Sequence[AskedCase]) -> Profiles:
    """The shared weights, and each language's curve over the best of a question's passages."""
    read = [one for one in cases if len(one.figures)]
    weights = fit_weights([one for one in read if one.language != ACROSS])
    profiles = {}
    for language in (*SETS, ACROSS):
        own = [one for one in read if one.language == language]
        if language == ACROSS:  # its words tell nothing
            weights = np.array([float(name == SCORE) for name in COLUMNS])
        sums = [one.figures @ weights for one in own]
        best = [int(np.argmax(listed)) for listed in sums]
        # Right passages of those found first are rarer where words were put together to search with.
        phrase = np.array([one.figures[0, COLUMNS.index("is_phrase")] for one in own]) * (language != ACROSS)
        x = np.stack([[listed[at] for listed, at in zip(sums, best, strict=True)], phrase], axis=1)
        y = np.array([one.right[at] for one, at in zip(own, best, strict=True)], dtype=np.float64)
        slope, bias = logistic(x, y, balanced(own, y, {}), np.zeros(2), [(0.05, None), (None, None)])
        folded = slope[0] * weights
        folded[COLUMNS.index("is_phrase")] += slope[1]
        profiles[language] = AnswerabilityProfile(float(folded[0]), tuple(float(one) for one in folded[1:]), bias)
    return {language: levelled(profile, language, read) for language, profile in profiles.items()}


def levelled(profile: AnswerabilityProfile, language: str, cases: Sequence[AskedCase]) -> AnswerabilityProfile:
    """Raised so far that the default threshold refuses at most OWN_REFUSED of the answerable questions of any set."""
    asked = [one for one in cases if one.language == language and one.kind == OWN]
    levels = [
        float(np.quantile([final({language: profile}, one)[0] for one in asked if one.set_name == name], OWN_REFUSED))
        for name in SETS.get(language, ())
    ]
    lowest = min([*levels, DEFAULT_THRESHOLD])
    return replace(profile, bias=profile.bias + log_odds(DEFAULT_THRESHOLD) - log_odds(lowest))


def fit_weights(cases: Sequence[AskedCase]) -> Figures:
    """Over the passages found first; the others are too many of the same kind."""
    x = np.array([one.figures[0] for one in cases])
    y = np.array([one.right[0] for one in cases], dtype=np.float64)
    spread = x.std(axis=0) + 1e-9
    # Each language has a level of its own, which its curve takes up afterwards.
    languages = np.array([[float(one.language == language) for language in SETS] for one in cases])
    bounds = [(None, None) if name in FREE else (0.0, None) if name in FOR else (None, 0.0) for name in COLUMNS] + [
        (None, None)
    ] * len(SETS)
    found, _ = logistic(
        np.hstack([x / spread, languages]), y, balanced(cases, y, WEIGHT), np.full(len(bounds), PENALTY), bounds
    )
    weights: Figures = found[: len(COLUMNS)] / spread
    return weights


def logistic(
    x: Figures,
    y: Figures,
    shares: Figures,
    penalty: Figures,
    bounds: Sequence[tuple[float | None, float | None]],
) -> tuple[Figures, float]:
    """Weights within their bounds, and the bias."""

    def loss(guess: Figures) -> tuple[float, Figures]:
        sums = x @ guess[:-1] + guess[-1]
        error = shares * (1 / (1 + np.exp(-np.clip(sums, -60, 60))) - y)
        value = shares @ (np.logaddexp(0, sums) - y * sums) + penalty @ guess[:-1] ** 2
        return float(value), np.append(x.T @ error + 2 * penalty * guess[:-1], error.sum())

    start = np.zeros(x.shape[1] + 1)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=[*bounds, (None, None)])
    return found.x[:-1], float(found.x[-1])


def balanced(cases: Sequence[AskedCase], right: Figures, weights: Mapping[str, float]) -> Figures:
    """Every kind of every set counts by its weight, however many there are; right and wrong ones half each."""
    counts = Counter((one.set_name, one.kind) for one in cases)
    shares = np.array([weights.get(one.kind, 1.0) / counts[one.set_name, one.kind] for one in cases])
    for outcome in (0.0, 1.0):
        shares[right == outcome] /= 2 * shares[right == outcome].sum()
    return shares


def final(profiles: Profiles, one: AskedCase) -> tuple[float, bool]:
    """The confidence of the reply, and whether the passage it rests on answers; nothing found is no confidence."""
    if not len(one.figures):
        return 0.0, False
    profile = profiles[one.language]
    judged = [profile.probability(sigmoid(float(row[0])), row[1:].tolist()) for row in one.figures]
    best = int(np.argmax(judged))
    return judged[best], bool(one.right[best])


def show(measured: Sequence[tuple[AskedCase, tuple[float, bool]]]) -> None:
    """What is refused at a share of the answerable questions refused, and how far the scores can be trusted."""
    for name in (*itertools.chain.from_iterable(SETS.values()), BOTH_LANGUAGES):
        own = [(one, found) for one, found in measured if one.set_name == name]
        raw = [(one, retrieved(one)) for one, _ in own]
        print(f"\n{name}, articles not fitted on")
        for label, listed in (("retrieval alone", raw), ("answerability", own)):
            refused_at_shares(label, listed)
            cases = [Case(score, one.kind.startswith(OWN), right) for one, (score, right) in listed]
            first = [right for one, (_, right) in listed if one.kind == OWN]
            said = "  ".join(f"{one.score:.2f}/{one.right:.2f}" for one in reliability(cases))
            print(f"    first hit right {100 * np.mean(first):.1f} %")
            print(f"    calibration error {calibration_error(cases):.3f}, said/right {said}")


def retrieved(one: AskedCase) -> tuple[float, bool]:
    return (sigmoid(float(one.figures[0, 0])), bool(one.right[0])) if len(one.figures) else (0.0, False)


def refused_at_shares(label: str, listed: Sequence[tuple[AskedCase, tuple[float, bool]]]) -> None:
    kinds: dict[str, list[float]] = {}
    for one, (score, _) in listed:
        kinds.setdefault(one.kind, []).append(score)
    levels = [float(np.quantile(kinds[OWN], share)) for share in REFUSED] + [DEFAULT_THRESHOLD]
    print(f"  {label:20s} refused, %, below " + "".join(f"{level:8.3f}" for level in levels))
    for kind, scores in kinds.items():
        print(f"    {kind:32s} " + "".join(f"{100 * np.mean(np.array(scores) < level):8.1f}" for level in levels))


def to_json(profile: AnswerabilityProfile) -> dict[str, float]:
    figures = {SCORE: profile.score, **dict(zip(NAMES, profile.weights, strict=True)), "bias": profile.bias}
    rounded = {name: round(value, 4) for name, value in figures.items()}
    read_profile(rounded)
    return rounded


if __name__ == "__main__":
    raise SystemExit(main())
