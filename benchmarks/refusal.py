"""What is refused: by retrieval alone, by the look whether the answer is there, and after calibrating without labels.

    python -m benchmarks.refusal FOLDER [--rate 0.05] [--only NAME ...] [--most 300]

FOLDER holds retrieval/ with a folder a set. Measured are a set's answerable questions, those written to tempt (where
it has some), and another set's, on subjects that it does not treat, each asked as a turn would. "raw" is the score of
retrieval, "judged" the confidence of the reply, "calibrated" that confidence corrected as `chatbot eval calibrate`
does it: from questions made of the corpus's own headings and sentences, and built-in ones about other things. A growing
correction cannot change which questions are refused at a given share of refusals, only what a score says and where the
threshold lies.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.knowledge_base import BenchmarkedBase, Ranked
from benchmarks.open_sets import OpenSet, Question, default_embedder, lines, open_set, question
from knowledge.answering import DEFAULT_THRESHOLD
from knowledge.calibration import (
    Case,
    Curve,
    brier,
    calibration_error,
    choose_threshold,
    corrected,
    fit_curve,
    reliability,
    trade,
)
from knowledge.embedders.routed import RoutedEmbedder
from knowledge.measuring.probes import OFF_TOPIC, Source, holds, off_topic_probes, probes_from

# Whose questions are about something else. squad2_en's corpus is eked out with LibreOffice help, so not those of it.
FOREIGN = {
    "lohelp_en": "squad2_en",
    "squad2_en": "insuranceqa_en",
    "mtrag_en": "lohelp_en",
    "lohelp_zh": "cmrc_drcd_zh",
    "cmrc_drcd_zh": "insuranceqa_zh",
}
PROBES, OFF_TOPIC_ASKED, DEPTH = 60, 40, 40  # as in the platform's own calibration
NOTHING = Ranked("", 0.0, 0.0)
STEPS = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
REFUSED_AT_MOST = 0.1  # of the answerable questions


@dataclass(frozen=True, slots=True)
class Measured:
    """The cases of people's questions, by kind."""

    answerable: list[Case]
    tempting: list[Case]
    foreign: list[Case]

    def all(self) -> list[Case]:
        return [*self.answerable, *self.tempting, *self.foreign]

    def with_curve(self, curve: Curve | None) -> Measured:
        return Measured(*(corrected(cases, curve) for cases in (self.answerable, self.tempting, self.foreign)))


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="benchmarks.refusal", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rate", type=float, default=0.05, help="wrong answers allowed, of the answers given")
    parser.add_argument("--only", nargs="+", choices=sorted(FOREIGN), default=sorted(FOREIGN))
    parser.add_argument("--most", type=int, default=300, help="questions of each kind")
    given = parser.parse_args(arguments)
    embedder = default_embedder()
    for name in given.only:
        loaded = open_set(given.folder / "retrieval" / name, embedder)
        foreign = questions_of(given.folder / "retrieval" / FOREIGN[name])
        show(name, FOREIGN[name], loaded, foreign[: given.most], embedder, given.rate, given.most, print)
    return 0


def questions_of(folder: Path) -> list[Question]:
    """A set's questions that have an answer, without its corpus."""
    return [one for path in sorted(folder.glob("queries.jsonl")) for one in map(question, lines(path)) if one.relevant]


def show(
    name: str,
    other: str,
    loaded: OpenSet,
    foreign: Sequence[Question],
    embedder: RoutedEmbedder,
    rate: float,
    most: int,
    say: Callable[[str], None],
) -> None:
    base = BenchmarkedBase(name, loaded.chunks, embedder)
    sources = {
        one.chunk_id: Source(one.chunk_id, one.document_id, f"{name} / {one.heading}", one.text, one.language)
        for one in loaded.chunks
    }
    cases = probe_cases(base, sources)
    curve = fit_curve(cases)
    threshold, reached = choose_threshold(corrected(cases, curve), rate)
    asked = (
        loaded.questions[:most],
        loaded.unanswerable[:most],
        [replace(one, relevant=frozenset()) for one in foreign],
    )
    both = [[_cases(base, one, group) for group, one in enumerate(questions)] for questions in asked]
    raw, judged = (Measured(*([pair[side] for pair in pairs] for pairs in both)) for side in (0, 1))
    calibrated = judged.with_curve(curve)
    say(f"\n{name}: {len(loaded.chunks)} chunks, {len(cases)} cases from probes, rate {rate:.2f}")
    say(f"  curve {curve}, threshold {threshold:.2f}{'' if reached else ' (rate not reached on the probes)'}")
    for label, found in (("raw", raw), ("judged", judged), ("calibrated", calibrated)):
        every = found.all()
        say(f"  {label}: calibration error {calibration_error(every):.3f}, brier {brier(every):.3f}")
        say("    said/right " + "  ".join(f"{one.score:.2f}/{one.right:.2f}" for one in reliability(every)))
        say("    refused below    " + "".join(f"{step:7.2f}" for step in STEPS))
        for kind, listed in (("its own", found.answerable), ("tempting", found.tempting), (other, found.foreign)):
            if listed:
                say(f"    {kind:16s} " + "".join(f"{100 * _refused(listed, step):7.1f}" for step in STEPS))
        wrong = "".join(f"{100 * trade(every, step).wrong_of_answered:7.1f}" for step in STEPS)
        say(f"    wrong of answers {wrong}")
    for label, found, at in (
        ("by default", judged, DEFAULT_THRESHOLD),
        ("calibrated", calibrated, threshold),
    ):
        say(f"  {label} ({at:.2f}): {_summary(found, at)}")
    for label, found in (("raw", raw), ("judged", judged)):
        at = sorted(one.score for one in found.answerable)[int(REFUSED_AT_MOST * len(found.answerable))]
        say(f"  {label}, at {100 * REFUSED_AT_MOST:.0f} % of its own refused ({at:.2f}): {_summary(found, at)}")


def probe_cases(base: BenchmarkedBase, sources: dict[str, Source]) -> list[Case]:
    """As the platform's calibration collects them, of documents alone."""
    cases: list[Case] = []
    languages = {one.language for one in sources.values()}
    probes = probes_from(list(sources.values()), PROBES)
    for language in sorted(languages):
        probes += [one for one in off_topic_probes() if one.language == language][:OFF_TOPIC_ASKED]
    for group, probe in enumerate(probes):
        asked = Question(probe.question, probe.language, frozenset())
        hits = base.hits(asked, DEPTH)
        best = next(iter(base.judged(asked, hits)), NOTHING)
        if probe.kind == OFF_TOPIC:
            if best is NOTHING or not holds(sources[best.chunk_id], probe.words):
                cases.append(Case(best.score, False, False, group))
            continue
        is_right = best is not NOTHING and probe.is_answered_by(sources[best.chunk_id])
        cases.append(Case(best.score, True, is_right, group))
        if is_right:
            answering = {hit.chunk_id for hit in hits if probe.may_be_answered_by(sources[hit.chunk_id])}
            left = next(iter(base.judged(asked, hits, without=answering)), NOTHING)
            cases.append(Case(left.score, False, False, group))
    return cases


def _cases(base: BenchmarkedBase, one: Question, group: int) -> tuple[Case, Case]:
    """By the score of retrieval alone, and by the confidence of the reply."""
    hits = base.hits(one, DEPTH)
    first = Ranked(hits[0].chunk_id, hits[0].score, hits[0].score) if hits else NOTHING
    best = next(iter(base.judged(one, hits)), NOTHING)
    raw, judged = (
        Case(found.score, bool(one.relevant), found.document_id in one.relevant, group) for found in (first, best)
    )
    return raw, judged


def _refused(cases: Sequence[Case], threshold: float) -> float:
    return sum(case.score < threshold for case in cases) / len(cases) if cases else 0.0


def _summary(found: Measured, at: float) -> str:
    refused = [
        f"{kind} refused {100 * _refused(cases, at):.1f}"
        for kind, cases in (("own", found.answerable), ("tempting", found.tempting), ("foreign", found.foreign))
        if cases
    ]
    return ", ".join([*refused, f"wrong of answers {100 * trade(found.all(), at).wrong_of_answered:.1f}"])


if __name__ == "__main__":
    sys.exit(main())
