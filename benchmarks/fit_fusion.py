"""Fits `knowledge/index/fusion_profiles.json` on open sets and prints what it reaches.

    python -m benchmarks.fit_fusion FOLDER [--write]

FOLDER is laid out as for `benchmarks/quality.py`. Ranking: a listwise softmax over each question's candidates, the sets
of a language together and equal in weight; measured on each half of the questions with what was fitted on the other,
shipped as fitted on both. Then the curve that makes a probability of it, and what passages in other languages count:
`benchmarks/fit_curve.py`. Decided in docs/decisions/0003-fusion-and-score.md.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from benchmarks.evidence import FEATURES, Candidates, Evidence, Figures, Reader, ranked
from benchmarks.fit_curve import fit_across, fit_curve, shared_reader
from benchmarks.open_sets import OpenSet, default_embedder, open_set
from knowledge.embedders.routed import RoutedEmbedder
from knowledge.index.fusion import FusionProfile
from knowledge.index.lexical import LexicalMix

RANKED_ON = {
    "en": ("lohelp_en", "squad2_en", "mtrag_en", "insuranceqa_en"),
    "zh": ("lohelp_zh", "cmrc_drcd_zh", "insuranceqa_zh"),
}
HALF = ("insuranceqa_zh",)  # translated by a machine, and many a passage answers that nobody has marked
USUAL_COSINE = {"en": 0.1, "zh": 0.3}
SHARED = ("zh",)  # languages where a second cosine pays; in English no set gains by more than .5
BESIDE = 6.0  # of 0 to 6, the best on lohelp_zh, where every fifth question is answered in English alone
PENALTY = 1e-4
PATH = Path(__file__).resolve().parent.parent / "knowledge" / "index" / "fusion_profiles.json"


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the figures of both languages; with --write, ships them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--language", choices=sorted(RANKED_ON), action="append", help="one language; both by default")
    parser.add_argument("--write", action="store_true", help="ship the figures")
    options = parser.parse_args(arguments)
    embedder = default_embedder()
    shipped = {}
    for language in options.language or RANKED_ON:
        spaces = {embedder.space(language), embedder.shared_space or ""}
        sets = {
            name: open_set(options.folder / "retrieval" / name, embedder, spaces) for name in RANKED_ON[language]
        }  # fmt: skip
        profile = fit_language(language, sets, embedder)
        shipped[language] = fit_across(language, profile, options.folder / "retrieval", embedder)
    if options.write:
        flat = {one: {**asdict(profile.mix), **_without_mix(profile)} for one, profile in shipped.items()}
        rounded = {one: {key: round(value, 4) for key, value in figures.items()} for one, figures in flat.items()}
        kept = json.loads(PATH.read_text(encoding="utf-8"))  # of a language not fitted now
        PATH.write_text(json.dumps(kept | rounded, indent=2) + "\n", encoding="utf-8")
    return 0


def fit_language(language: str, sets: dict[str, OpenSet], embedder: RoutedEmbedder) -> FusionProfile:
    """Ranking weights first, then the curve that makes a probability of them."""
    reader = Reader(
        embedder.space(language),
        lambda text: embedder.encode_queries([text], language=language)[0],
        USUAL_COSINE[language],
        shared_reader(embedder) if language in SHARED else None,
    )
    evidence = {name: Evidence(one.chunks, reader) for name, one in sets.items()}
    candidates = {
        name: [found for found in evidence[name].of(one.questions) if evidence[name].holds(found.relevant)]
        for name, one in sets.items()
    }
    halves = [fit_ranking({name: found[odd::2] for name, found in candidates.items()}) for odd in (0, 1)]
    weights = fit_ranking(candidates)
    print(f"\n{language}: " + ", ".join(f"{name} {weight:.2f}" for name, weight in zip(FEATURES, weights, strict=True)))
    for name, found in candidates.items():
        others = " and ".join(recalls(found[1 - odd :: 2], halves[odd]) for odd in (0, 1))
        print(f"  {name}: R@1/5/10 {recalls(found, weights)}; fitted on one half, of the other {others}", flush=True)
    dense, body, title, presence, sentence, pairs, shared = (float(one) for one in weights)
    profile = FusionProfile(
        dense=dense,
        usual_cosine=USUAL_COSINE[language],
        shared=shared,
        across=dense,
        usual_across=0.0,
        beside=BESIDE,
        mix=LexicalMix(body, title, presence),
        sentence=sentence,
        pairs=pairs,
        slope=1.0,
        per_size=0.0,
        bias=0.0,
    )
    slope, per_size, bias = fit_curve(sets, evidence, candidates, weights, reader)
    return replace(profile, slope=slope, per_size=per_size, bias=bias)


def fit_ranking(sets: Mapping[str, Sequence[Candidates]]) -> Figures:
    """Weights under which the right passages take most of the softmax, each set counting the same but those of HALF."""
    lists = [
        (one.figures, one.right, (0.5 if name in HALF else 1.0) / len(found))
        for name, found in sets.items()
        for one in found
        if one.right.any()
    ]

    def loss(weights: Figures) -> tuple[float, Figures]:
        total, gradient = PENALTY * float(weights @ weights), 2 * PENALTY * weights
        for figures, right, share in lists:
            scores = figures @ weights
            scores -= scores.max()
            every = np.exp(scores)
            chosen = every * right
            total += share * float(np.log(every.sum()) - np.log(chosen.sum()))
            gradient = gradient + share * (every @ figures / every.sum() - chosen @ figures / chosen.sum())
        return total, gradient

    # No evidence may count against a passage: what a fit on few sets says of that does not hold elsewhere.
    seen = np.any([figures.any(axis=0) for figures, _, _ in lists], axis=0)
    bounds = [(0.0, None if one else 0.0) for one in seen]
    weights: Figures = minimize(loss, seen.astype(float), jac=True, method="L-BFGS-B", bounds=bounds).x
    return weights


def recalls(found: Sequence[Candidates], weights: Figures) -> str:
    """R@1 / R@5 / R@10 by document, in per cent."""
    rows = []
    for one in found:
        documents = ranked(one, weights)
        rows.append([len(one.relevant.intersection(documents[:k])) / len(one.relevant) for k in (1, 5, 10)])
    return " / ".join(f"{100 * value:.1f}" for value in np.mean(rows, axis=0))


def _without_mix(profile: FusionProfile) -> dict[str, float]:
    return {key: value for key, value in asdict(profile).items() if key != "mix"}


if __name__ == "__main__":
    raise SystemExit(main())
